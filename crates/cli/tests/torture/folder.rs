//! A folder of real files, many of them broken: every one ends ready or with a reason, and the program does not end.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::program::{Program, samples, text};
use crate::watch;

/// Time for one file of a folder, taken together; a reader's own limit for one file is a minute.
const PER_FILE: Duration = Duration::from_millis(500);

/// Adds a folder to a fresh library and looks at what became of each file.
pub fn check(folder: &Path) {
    let program = Program::without_models();
    let files = files_below(folder);
    let limit = Duration::from_secs(120) + PER_FILE * files.len() as u32;
    let run = watch::run(&program, &["add", text(folder)], limit);
    assert!(run.output.status.code().is_some(), "{}", run.output.status);
    let report = run.json();
    let listed = report["files"].as_array().unwrap();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for file in listed {
        let status = file["status"].as_str().unwrap();
        if status != "ready" {
            let reason = file["reason"].as_str().unwrap_or_default();
            assert!(!reason.is_empty(), "without a reason: {file}");
        }
        let code = file["code"].as_str().unwrap_or_default();
        *counts.entry(format!("{status} {code}")).or_default() += 1;
    }
    eprintln!(
        "{}: {} files in {:.1} s, host {} MiB, worker {} MiB at most",
        folder.display(),
        files.len(),
        run.seconds,
        run.host_mib,
        run.worker_mib
    );
    for (what, count) in &counts {
        eprintln!("  {count:5} {what}");
    }
    assert_eq!(listed.len(), files.len(), "files that are not listed");
    // What a program and its libraries take of memory is no private memory of a reader's, 512 MiB of which are allowed.
    assert!(
        run.worker_mib < 512 + 256,
        "a worker of {} MiB",
        run.worker_mib
    );
    // And the library still works.
    let (code, status) = program.json(&["status"]);
    assert_eq!(code, 0, "{status}");
}

/// Files that a scan of the folder lists: not the hidden ones, and none behind links.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let kind = entry.file_type().unwrap();
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        if kind.is_dir() {
            out.extend(files_below(&entry.path()));
        } else if kind.is_file() {
            out.push(entry.path());
        }
    }
    out
}

#[test]
fn every_sample_ends_ready_or_with_a_reason() {
    check(&samples());
}

#[test]
#[ignore = "needs a folder of files in TORTURE_FILES"]
fn every_file_of_a_folder_ends_ready_or_with_a_reason() {
    let folders = std::env::var_os("TORTURE_FILES").unwrap();
    for folder in std::env::split_paths(&folders) {
        check(&folder);
    }
}
