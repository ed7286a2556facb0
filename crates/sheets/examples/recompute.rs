//! Prints how the formulas of real workbooks recompute: `cargo run -p deskmate-sheets --example recompute -- FOLDER…`

#![expect(clippy::print_stdout, reason = "an example prints its figures")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use deskmate_core::CancelToken;

fn main() {
    let mut files = Vec::new();
    for folder in std::env::args().skip(1) {
        collect(Path::new(&folder), &mut files);
    }
    files.sort();
    let (mut compared, mut agreed, mut with_formulas) = (0, 0, 0);
    let mut left_out: BTreeMap<String, usize> = BTreeMap::new();
    let mut functions: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for file in &files {
        let Ok(bytes) = std::fs::read(file) else {
            continue;
        };
        match deskmate_sheets::recompute(bytes.into(), &CancelToken::new()) {
            Ok(report) => {
                with_formulas += usize::from(report.compared > 0);
                compared += report.compared;
                agreed += report.agreed;
                for (reason, count) in report.left_out {
                    *left_out.entry(reason).or_default() += count;
                }
                for (name, (yes, no)) in report.functions {
                    let counts = functions.entry(name).or_default();
                    counts.0 += yes;
                    counts.1 += no;
                }
                for (cell, formula, stored, computed) in report.differing.iter().take(5) {
                    println!(
                        "differs {} {cell} {formula}: stored {stored}, computed {computed}",
                        file.display()
                    );
                }
            }
            Err(error) => println!("skipped {}: {error}", file.display()),
        }
    }
    println!("\nfunction: agree, differ");
    for (name, (yes, no)) in &functions {
        println!("  {name}: {yes}, {no}");
    }
    println!("left out:");
    for (reason, count) in &left_out {
        println!("  {reason}: {count}");
    }
    println!(
        "{} workbooks, {with_formulas} with formulas; {compared} formulas compared, {agreed} agree: {:.4}",
        files.len(),
        agreed as f64 / (compared as f64).max(1.0)
    );
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    if path.is_dir() {
        for entry in std::fs::read_dir(path).into_iter().flatten().flatten() {
            collect(&entry.path(), files);
        }
    } else if path
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("xlsx") || e.eq_ignore_ascii_case("xlsm"))
    {
        files.push(path.to_path_buf());
    }
}
