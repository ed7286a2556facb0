//! Hours of work: a question at regular intervals, files that come, change and go, and what that does to memory, handles
//! and threads.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use deskmate_core::{CancelToken, ErrorCode, WireError};
use serde::Serialize;

use super::score::median;
use crate::app::App;
use crate::conversation::ConverseParams;
use crate::home::Home;

/// What was seen.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SoakReport {
    /// How long it went on.
    pub minutes: f64,
    /// Questions asked.
    pub questions: usize,
    /// Of these, those that gave an error.
    pub failed: Vec<String>,
    /// Changes of files.
    pub changes: usize,
    /// Memory of this process and its workers after the warm-up and at the end, MiB; without pages of files.
    pub memory_mib: (f64, f64),
    /// Growth by linear fit after the warm-up, share of the mean per hour.
    pub slope_per_hour: f64,
    /// Half of the 95 % interval of the growth, the same unit.
    pub slope_uncertainty: f64,
    /// Open files of this process: least and most after the warm-up.
    pub handles: (usize, usize),
    /// Threads of this process: least and most after the warm-up.
    pub threads: (usize, usize),
    /// Median time of an answer in the last quarter ÷ the first after the warm-up.
    pub slower: f64,
    /// The library against the index's rows, at the end.
    pub is_sound: bool,
    /// Every sample.
    pub samples: Vec<Sample>,
}

/// One look at the processes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Sample {
    /// Seconds since the start.
    pub seconds: f64,
    /// Memory of all, MiB.
    pub memory_mib: f64,
    /// Of this process alone, MiB.
    pub host_mib: f64,
    /// Open files of this process.
    pub handles: usize,
    /// Its threads.
    pub threads: usize,
}

/// Share of the time that counts as warming up: caches fill, the model computes for the first time.
const WARM_UP: f64 = 0.25;

/// Turns of a conversation, then another one is begun.
const TURNS: usize = 4;

const QUESTIONS: [&str; 6] = [
    "一线城市的住宿费每人每天多少元？",
    "返回后多少天内办理报销手续？",
    "超过限额的部份由谁承担？",
    "出差前要填写什么？",
    "市内交通费每天补助多少元？",
    "食堂星期三供应什么？",
];

/// Works for this long with a question every `every`, in a library of its own.
///
/// # Errors
/// `ModelNotInstalled` without a chat model; `Internal` where the system does not tell what processes take.
pub fn soak(
    app: &App,
    lasting: Duration,
    every: Duration,
    cancel: &CancelToken,
) -> Result<SoakReport, WireError> {
    let io = |error: std::io::Error| WireError::new(ErrorCode::of_io(&error), error.to_string());
    let scratch = tempfile::tempdir_in(app.home().root()).map_err(io)?;
    let folder = scratch.path().join("files");
    fs::create_dir_all(&folder).map_err(io)?;
    for number in 0..40 {
        write(&folder, number, 0).map_err(io)?;
    }
    let home = Home::locate(Some(&scratch.path().join("home"))).with_models(app.home().models());
    let other = Arc::new(App::open_to_stay(&home)?);
    other.add(std::slice::from_ref(&folder), cancel, &mut |_| {})?;
    other.follow_the_disk();

    let begun = Instant::now();
    let mut report = SoakReport {
        minutes: 0.0,
        questions: 0,
        failed: Vec::new(),
        changes: 0,
        memory_mib: (0.0, 0.0),
        slope_per_hour: 0.0,
        slope_uncertainty: 0.0,
        handles: (0, 0),
        threads: (0, 0),
        slower: 0.0,
        is_sound: false,
        samples: Vec::new(),
    };
    let mut times: Vec<(f64, f64)> = Vec::new();
    let mut conversation = None;
    let mut next_question = begun;
    let mut next_change = begun;
    while begun.elapsed() < lasting {
        if cancel.is_cancelled() {
            return Err(WireError::cancelled());
        }
        if Instant::now() >= next_change {
            // Ten changes for each question: new, changed and deleted files.
            let turn = report.changes;
            let number = 40 + (turn / 3) % 20;
            match turn % 3 {
                0 => write(&folder, number, turn).map_err(io)?,
                1 => write(&folder, turn % 40, turn).map_err(io)?,
                _ => fs::remove_file(folder.join(format!("{number}.txt"))).map_err(io)?,
            }
            report.changes += 1;
            next_change += every / 10;
        }
        if Instant::now() >= next_question {
            if report.questions.is_multiple_of(TURNS) {
                conversation = None;
            }
            let params = ConverseParams {
                question: QUESTIONS[report.questions % QUESTIONS.len()].to_owned(),
                conversation,
                ..ConverseParams::default()
            };
            let asked = Instant::now();
            match other.converse(&params, cancel, &mut |_| {}) {
                Ok(result) => conversation = Some(result.conversation),
                Err(error) => report
                    .failed
                    .push(format!("{:?}: {}", error.code, error.message)),
            }
            report.questions += 1;
            times.push((begun.elapsed().as_secs_f64(), asked.elapsed().as_secs_f64()));
            next_question += every;
        }
        report.samples.push(sample(begun).ok_or_else(|| {
            WireError::new(
                ErrorCode::Internal,
                "this system does not tell what processes take",
            )
        })?);
        thread::sleep((every / 12).min(Duration::from_secs(5)));
    }
    report.minutes = begun.elapsed().as_secs_f64() / 60.0;
    settle(&mut report, &times);
    // What changed last is still being read.
    thread::sleep(Duration::from_secs(3));
    report.is_sound = other.library().verify()?.is_sound();
    Ok(report)
}

fn write(folder: &Path, number: usize, turn: usize) -> std::io::Result<()> {
    let text = format!(
        "第{number}号文件，第{turn}次修改\n\n出差人员应当事先填写出差审批单。\n\n一线城市的住宿费每人每天不超过六百元。\n\n\
         返回后十五个工作日内办理报销手续。\n\n超过限额的部份由个人承担。\n\n市内交通费每天补助八十元。\n\n食堂星期三供应面条。\n"
    );
    fs::write(folder.join(format!("{number}.txt")), text)
}

fn settle(report: &mut SoakReport, times: &[(f64, f64)]) {
    let end = report.samples.last().map_or(0.0, |sample| sample.seconds);
    let warm = end * WARM_UP;
    let kept: Vec<Sample> = report
        .samples
        .iter()
        .copied()
        .filter(|sample| sample.seconds >= warm)
        .collect();
    let (Some(first), Some(last)) = (kept.first(), kept.last()) else {
        return;
    };
    report.memory_mib = (first.memory_mib, last.memory_mib);
    let least_most = |of: fn(&Sample) -> usize| {
        let values = kept.iter().map(of);
        values.fold((usize::MAX, 0), |(least, most), value| {
            (least.min(value), most.max(value))
        })
    };
    report.handles = least_most(|sample| sample.handles);
    report.threads = least_most(|sample| sample.threads);
    let points: Vec<(f64, f64)> = kept
        .iter()
        .map(|sample| (sample.seconds / 3_600.0, sample.memory_mib))
        .collect();
    (report.slope_per_hour, report.slope_uncertainty) = slope(&points);
    let quarter = |from: f64, to: f64| {
        let within = times.iter().filter(|(at, _)| *at >= from && *at < to);
        let times: Vec<f64> = within.map(|(_, seconds)| *seconds).collect();
        if times.is_empty() {
            f64::NAN
        } else {
            median(times)
        }
    };
    let span = (end - warm) / 4.0;
    report.slower = quarter(end - span, f64::MAX) / quarter(warm, warm + span);
}

/// Least squares through the points: slope ÷ mean, and 1.96 standard errors of it ÷ mean.
fn slope(points: &[(f64, f64)]) -> (f64, f64) {
    let count = points.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
    let (x, y) = (mean(|point| point.0), mean(|point| point.1));
    let spread: f64 = points.iter().map(|point| (point.0 - x).powi(2)).sum();
    if points.len() < 3 || spread == 0.0 || y == 0.0 {
        return (0.0, 0.0);
    }
    let together: f64 = points
        .iter()
        .map(|point| (point.0 - x) * (point.1 - y))
        .sum();
    let slope = together / spread;
    let rest: f64 = points
        .iter()
        .map(|point| (point.1 - y - slope * (point.0 - x)).powi(2))
        .sum();
    let error = (rest / (count - 2.0) / spread).sqrt();
    (slope / y, 1.96 * error / y)
}

fn sample(begun: Instant) -> Option<Sample> {
    let own = std::process::id();
    let host = memory_of(own)?;
    let children: f64 = children_of(own).into_iter().filter_map(memory_of).sum();
    Some(Sample {
        seconds: begun.elapsed().as_secs_f64(),
        memory_mib: host + children,
        host_mib: host,
        handles: fs::read_dir("/proc/self/fd").ok()?.count(),
        threads: fs::read_dir("/proc/self/task").ok()?.count(),
    })
}

/// MiB that a process has for itself: `Pss_Anon`. Pages of files come and go with what other programs map of the same
/// files, and the system takes them back.
fn memory_of(id: u32) -> Option<f64> {
    let rollup = fs::read_to_string(format!("/proc/{id}/smaps_rollup")).ok()?;
    let line = rollup.lines().find(|line| line.starts_with("Pss_Anon:"))?;
    let kib: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1_024.0)
}

fn children_of(parent: u32) -> Vec<u32> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
        .filter(|id| {
            let Ok(stat) = fs::read_to_string(format!("/proc/{id}/stat")) else {
                return false;
            };
            // Behind the name, which may hold anything: state, then the parent.
            let rest = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
            rest.split_whitespace().nth(1) == Some(&parent.to_string())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_is_told_per_hour_as_a_share_of_the_mean() {
        let steady: Vec<(f64, f64)> = (0..60).map(|n| (f64::from(n) / 60.0, 100.0)).collect();
        assert_eq!(slope(&steady).0, 0.0);
        let grown: Vec<(f64, f64)> = (0..=60)
            .map(|n| (f64::from(n) / 60.0, 95.0 + f64::from(n) / 6.0))
            .collect();
        let (growth, uncertainty) = slope(&grown);
        assert!(
            (growth - 0.1).abs() < 1e-6 && uncertainty < 1e-6,
            "{growth}"
        );
    }

    #[test]
    fn a_process_sees_its_own_memory() {
        assert!(memory_of(std::process::id()).is_none_or(|mib| mib > 1.0));
    }
}
