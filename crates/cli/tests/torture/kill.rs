//! kill -9 at random instants while files are added.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::program::{Program, samples, text};
use crate::{Random, number};

/// What a library holds: by path the state of a file and its number of chunks.
type Rows = BTreeMap<String, (String, u64)>;

/// Kinds of files that are made; every one holds a word that no other has.
fn write_file(folder: &Path, number: usize) -> PathBuf {
    let word = unique(number);
    let body =
        format!("第{number}号文件。出差人员应当在返回后15个工作日内办理报销手续，编号 {word}。\n");
    let (name, content) = match number % 6 {
        0 => (format!("{number}.txt"), body.repeat(1 + number % 5)),
        1 => (
            format!("{number}.md"),
            format!("# 标题 {number}\n\n{body}\n## 附则\n\n{body}"),
        ),
        2 => (
            format!("{number}.html"),
            format!("<html><body><h1>标题</h1><p>{body}</p></body></html>"),
        ),
        3 => (
            format!("{number}.csv"),
            format!("编号,金额\n{word},{number}\n乙,2\n"),
        ),
        4 => (
            format!("{number}.eml"),
            format!(
                "From: a@example.com\r\nTo: b@example.com\r\nSubject: {number}\r\n\
                 Content-Type: text/plain; charset=utf-8\r\n\r\n{body}"
            ),
        ),
        // Broken: it must come out as failed, also after a crash.
        _ => (format!("{number}.pdf"), format!("%PDF-1.7\n{body}")),
    };
    let path = folder.join(name);
    std::fs::write(&path, content).unwrap();
    path
}

fn unique(number: usize) -> String {
    format!("zq{number}x")
}

/// Files of all kinds, and the samples among them.
fn fill(folder: &Path, count: usize) {
    for number in 0..count {
        // Folders of a hundred, as people have them.
        let below = folder.join(format!("{}", number / 100));
        std::fs::create_dir_all(&below).unwrap();
        write_file(&below, number);
    }
    for entry in std::fs::read_dir(samples()).unwrap().flatten() {
        if entry.file_type().unwrap().is_file() {
            std::fs::copy(entry.path(), folder.join(entry.file_name())).unwrap();
        }
    }
}

/// What the library holds now; also whether opening it again took care of itself.
fn rows(program: &Program) -> Rows {
    let (code, listed) = program.json(&["files", "list", "--limit", "100000"]);
    assert_eq!(code, 0, "{listed}");
    let sources = listed["sources"].as_array().unwrap();
    let rows: Rows = sources
        .iter()
        .map(|source| {
            let path = source["path"].as_str().unwrap().to_string();
            let state = source["state"].as_str().unwrap().to_string();
            (path, (state, source["chunks"].as_u64().unwrap_or(0)))
        })
        .collect();
    assert_eq!(rows.len(), sources.len(), "a path is listed twice");
    rows
}

/// A file that was acknowledged is found by the word that it alone has, and once.
fn is_found_once(program: &Program, path: &str) {
    let stem = Path::new(path).file_stem().unwrap().to_str().unwrap();
    let Ok(number) = stem.parse::<usize>() else {
        return;
    };
    let (code, found) = program.json(&["search", &unique(number), "--top", "50"]);
    assert_eq!(code, 0, "{found}");
    let texts: Vec<&str> = found["hits"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|hit| hit["path"] == path)
        .map(|hit| hit["text"].as_str().unwrap())
        .collect();
    assert!(!texts.is_empty(), "lost: {path}");
    let mut once = texts.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), texts.len(), "twice: {path}");
}

fn check(files: usize, kills: u64, mut program: impl FnMut() -> Program) {
    let mut random = Random::seeded();
    let folder = tempfile::tempdir().unwrap();
    // Real paths: what the library lists.
    let folder = folder.path().canonicalize().unwrap();
    fill(&folder, files);
    let undisturbed = program();
    let begun = Instant::now();
    let (code, report) = undisturbed.json(&["add", text(&folder)]);
    assert_eq!(code, 0, "{report}");
    let whole = begun.elapsed();
    let expected = rows(&undisturbed);
    let clean = opening(&undisturbed);
    let mut openings = Vec::new();
    let (mut killed, mut lives) = (0, 0);
    while killed < kills {
        lives += 1;
        let program = program();
        let mut acknowledged = Rows::new();
        loop {
            let mut child = program
                .command(&["add", text(&folder)])
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            // Up to the end of a whole run, most of them in the first third: what is left grows less each time.
            let share = random.share();
            let at = whole.mul_f64(share * share);
            let deadline = Instant::now() + at;
            while Instant::now() < deadline && child.try_wait().unwrap().is_none() {
                std::thread::sleep(Duration::from_millis(1));
            }
            let ended = child.try_wait().unwrap();
            child.kill().unwrap();
            child.wait().unwrap();
            if ended.is_none() {
                killed += 1;
            }
            let begun = Instant::now();
            let now = rows(&program);
            if ended.is_none() {
                openings.push(begun.elapsed());
            }
            for (path, row) in &acknowledged {
                assert_eq!(
                    now.get(path),
                    Some(row),
                    "kill {killed}: {path} was acknowledged"
                );
            }
            acknowledged = now
                .into_iter()
                .filter(|(_, (state, _))| matches!(state.as_str(), "words" | "ready" | "failed"))
                .collect();
            let sample = (random.share() * acknowledged.len() as f64) as usize;
            if let Some((path, (state, _))) = acknowledged.iter().nth(sample)
                && state != "failed"
            {
                is_found_once(&program, path);
            }
            if ended.is_some() || killed >= kills {
                break;
            }
        }
        let (code, report) = program.json(&["add", text(&folder)]);
        assert_eq!(code, 0, "{report}");
        assert_eq!(rows(&program), expected, "life {lives}");
        let found: Vec<&String> = expected
            .iter()
            .filter(|(_, (state, _))| state != "failed")
            .map(|(path, _)| path)
            .collect();
        for _ in 0..5 {
            is_found_once(
                &program,
                found[(random.share() * found.len() as f64) as usize],
            );
        }
    }
    openings.sort_unstable();
    let median = openings
        .get(openings.len() / 2)
        .copied()
        .unwrap_or_default();
    let worst = openings.last().copied().unwrap_or_default();
    eprintln!(
        "{killed} kills in {lives} lives over {} files: nothing lost, nothing twice; \
         to open and list takes {clean:.2?} after a clean end, {median:.2?} in the middle after a kill, {worst:.2?} at worst",
        expected.len()
    );
}

/// The middle of five times that it takes to open and list.
fn opening(program: &Program) -> Duration {
    let mut times: Vec<Duration> = (0..5)
        .map(|_| {
            let begun = Instant::now();
            rows(program);
            begun.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[2]
}

#[test]
fn an_add_that_is_killed_at_any_instant_loses_nothing_acknowledged() {
    check(
        100,
        number("TORTURE_KILLS").unwrap_or(6),
        Program::without_models,
    );
}

#[test]
#[ignore = "takes a quarter of an hour: TORTURE_KILLS (200) kills over TORTURE_COUNT (2000) files"]
fn two_hundred_kills_over_two_thousand_files_lose_nothing_acknowledged() {
    let kills = number("TORTURE_KILLS").unwrap_or(200);
    let files = number("TORTURE_COUNT").unwrap_or(2000) as usize;
    check(files, kills, Program::without_models);
}

#[test]
#[ignore = "takes minutes: TORTURE_KILLS (20) kills while vectors are made, with the embedding model"]
fn kills_while_vectors_are_made_lose_nothing_acknowledged() {
    if Program::new().has_models(&["multilingual-e5-small"]) {
        check(60, number("TORTURE_KILLS").unwrap_or(20), Program::new);
    }
}
