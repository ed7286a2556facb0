//! What the model has filled in so far, kept in the library's folder until it is written: a run that was stopped or
//! died goes on where it was, and rows that say the same are asked about once.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use deskmate_core::{ErrorCode, WireError};
use deskmate_sheets::{FillRow, FillTask, Filled};
use serde::{Deserialize, Serialize};

use crate::home::Home;

/// Kept that long after the last cell when it is never written.
const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

/// First line: what the run is about.
#[derive(Serialize, Deserialize)]
struct Head {
    path: PathBuf,
    ask: String,
}

/// Any other line: a row by the hash of what the model sees of it, and its cell.
#[derive(Serialize, Deserialize)]
struct Line {
    row: String,
    cell: Filled,
}

/// The cells of one run.
pub(super) struct Ledger {
    place: PathBuf,
    file: File,
    known: HashMap<String, Filled>,
}

impl Ledger {
    /// Opens what is kept of this task by this model over this workbook; `anew` throws it away first.
    ///
    /// # Errors
    /// Those of reading and writing.
    pub(super) fn open(
        home: &Home,
        path: &Path,
        task: &FillTask,
        reads: &[String],
        model: &str,
        anew: bool,
    ) -> Result<Self, WireError> {
        let folder = folder(home);
        fs::create_dir_all(&folder).map_err(|error| failed(&folder, &error))?;
        remove_old(&folder);
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
        let name = hash(&(&path, task, reads, model));
        let place = folder.join(format!("{name}.jsonl"));
        if anew {
            let _ = fs::remove_file(&place);
        }
        let known = read(&place);
        let mut file = OpenOptions::new()
            .append(true)
            .create(true)
            .open(&place)
            .map_err(|error| failed(&place, &error))?;
        let is_new = file
            .metadata()
            .map_err(|error| failed(&place, &error))?
            .len()
            == 0;
        let head = Head {
            path,
            ask: task.ask.clone(),
        };
        // A line that a crash cut off is ended, so that the next one can be read.
        let first = if is_new { json(&head) } else { String::new() };
        file.write_all(format!("{first}\n").as_bytes())
            .map_err(|error| failed(&place, &error))?;
        Ok(Self { place, file, known })
    }

    /// Where it lies.
    pub(super) fn place(&self) -> &Path {
        &self.place
    }

    /// The name under which a row is kept.
    pub(super) fn key(row: &FillRow) -> String {
        hash(&row.fields)
    }

    /// What is known of a row.
    pub(super) fn get(&self, key: &str) -> Option<&Filled> {
        self.known.get(key)
    }

    /// Keeps a cell; one that failed for a passing reason is asked for again by the next run.
    ///
    /// # Errors
    /// `DiskFull` and others of writing.
    pub(super) fn keep(&mut self, key: String, cell: Filled) -> Result<(), WireError> {
        if !matches!(&cell, Filled::Empty(gap) if gap.is_passing()) {
            let line = Line {
                row: key.clone(),
                cell: cell.clone(),
            };
            self.file
                .write_all(format!("{}\n", json(&line)).as_bytes())
                .map_err(|error| failed(&self.place, &error))?;
        }
        self.known.insert(key, cell);
        Ok(())
    }
}

/// Removes what is kept of workbooks at or below a path.
pub(crate) fn forget_fills(home: &Home, path: &Path) {
    for place in ledgers(&folder(home)) {
        if head_of(&place).is_none_or(|head| head.path.starts_with(path)) {
            let _ = fs::remove_file(place);
        }
    }
}

fn folder(home: &Home) -> PathBuf {
    home.root().join("fills")
}

fn ledgers(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|kind| kind == "jsonl"))
        .collect()
}

fn remove_old(folder: &Path) {
    for place in ledgers(folder) {
        let changed = fs::metadata(&place).and_then(|of| of.modified());
        let age = changed.ok().and_then(|changed| changed.elapsed().ok());
        if age.is_some_and(|age| age > KEPT) {
            let _ = fs::remove_file(place);
        }
    }
}

fn head_of(place: &Path) -> Option<Head> {
    let mut line = String::new();
    BufReader::new(File::open(place).ok()?)
        .read_line(&mut line)
        .ok()?;
    serde_json::from_str(&line).ok()
}

/// The cells of a ledger; lines that cannot be read are left out.
fn read(place: &Path) -> HashMap<String, Filled> {
    let Ok(file) = File::open(place) else {
        return HashMap::new();
    };
    BufReader::new(file)
        .lines()
        .map_while(Result::ok)
        .filter_map(|line| serde_json::from_str::<Line>(&line).ok())
        .map(|line| (line.row, line.cell))
        .collect()
}

fn hash(of: &impl Serialize) -> String {
    let digest = blake3::hash(json(of).as_bytes());
    digest.to_hex().chars().take(32).collect()
}

fn json(of: &impl Serialize) -> String {
    serde_json::to_string(of).unwrap_or_default()
}

fn failed(path: &Path, error: &std::io::Error) -> WireError {
    WireError::new(
        ErrorCode::of_io(error),
        format!(
            "could not keep what was filled in `{}`: {error}",
            path.display()
        ),
    )
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use deskmate_sheets::{FillGap, FillWish, OutputValue};

    use super::*;

    fn home(folder: &tempfile::TempDir) -> Home {
        Home::locate(Some(folder.path()))
    }

    fn open(home: &Home, ask: &str, anew: bool) -> Ledger {
        let task = FillTask::of(ask, &FillWish::default()).unwrap();
        let reads = ["内容".to_string()];
        Ledger::open(home, Path::new("/资料/台账.xlsx"), &task, &reads, "m", anew).unwrap()
    }

    fn value(text: &str) -> Filled {
        Filled::Value(OutputValue::Text(text.into()))
    }

    #[test]
    fn what_was_filled_is_there_again_after_a_crash_in_the_middle_of_a_line() {
        let folder = tempfile::tempdir().unwrap();
        let home = home(&folder);
        let mut ledger = open(&home, "分类：甲、乙", false);
        ledger.keep("one".into(), value("甲")).unwrap();
        ledger.file.write_all(b"{\"row\":\"two\",\"ce").unwrap();
        drop(ledger);
        let mut ledger = open(&home, "分类：甲、乙", false);
        assert_eq!(ledger.get("one"), Some(&value("甲")));
        assert_eq!(ledger.get("two"), None);
        ledger.keep("two".into(), value("乙")).unwrap();
        drop(ledger);
        assert_eq!(
            open(&home, "分类：甲、乙", false).get("two"),
            Some(&value("乙"))
        );
    }

    #[test]
    fn another_ask_and_a_fresh_start_know_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let home = home(&folder);
        open(&home, "分类：甲、乙", false)
            .keep("one".into(), value("甲"))
            .unwrap();
        assert_eq!(open(&home, "分类：甲、丙", false).get("one"), None);
        assert_eq!(open(&home, "分类：甲、乙", true).get("one"), None);
    }

    #[test]
    fn a_failure_of_the_engine_is_tried_again_and_a_refused_value_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let home = home(&folder);
        let mut ledger = open(&home, "分类：甲、乙", false);
        ledger
            .keep("one".into(), Filled::Empty(FillGap::EngineFailed))
            .unwrap();
        ledger
            .keep("two".into(), Filled::Empty(FillGap::NotTold))
            .unwrap();
        drop(ledger);
        let ledger = open(&home, "分类：甲、乙", false);
        assert_eq!(ledger.get("one"), None);
        assert_eq!(ledger.get("two"), Some(&Filled::Empty(FillGap::NotTold)));
    }

    #[test]
    fn forgetting_a_folder_leaves_nothing_of_its_workbooks() {
        let folder = tempfile::tempdir().unwrap();
        let home = home(&folder);
        let place = open(&home, "分类：甲、乙", false).place().to_path_buf();
        forget_fills(&home, Path::new("/别处"));
        assert!(place.exists());
        forget_fills(&home, Path::new("/资料"));
        assert!(!place.exists());
    }
}
