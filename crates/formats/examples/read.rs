//! Reads files and prints what became of each as one JSON object per line, or one file in full.
//!
//! `cargo run -p deskmate-formats --example read -- FILE…`; with `--full FILE` the whole document.
#![allow(clippy::print_stdout, reason = "a command line example")]

use std::path::Path;
use std::time::Instant;

use deskmate_core::ReadLimits;
use serde_json::json;

fn main() {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let full = arguments.first().is_some_and(|first| first == "--full");
    if full {
        arguments.remove(0);
    }
    for argument in &arguments {
        let path = Path::new(argument);
        let extension = path
            .extension()
            .map(|extension| extension.to_string_lossy().to_lowercase())
            .unwrap_or_default();
        let bytes = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) => {
                println!("{}", json!({"file": argument, "error": error.to_string()}));
                continue;
            }
        };
        let start = Instant::now();
        let result = deskmate_formats::read(&bytes, &extension, &ReadLimits::default());
        let elapsed_ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
        let line = match result {
            Ok((id, parsed)) if full => json!({
                "file": argument, "id": id, "ms": elapsed_ms, "parsed": parsed,
            }),
            Ok((id, parsed)) => json!({
                "file": argument, "id": id, "ms": elapsed_ms,
                "blocks": parsed.document.blocks.len(),
                "characters": parsed.document.text().chars().count(),
                "warnings": parsed.warnings,
            }),
            Err(error) => json!({"file": argument, "ms": elapsed_ms, "error": error}),
        };
        println!("{line}");
    }
}
