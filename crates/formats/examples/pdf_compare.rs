//! Reads PDFs with our reader and with the bare library; one JSON line per file on stdout.
#![expect(clippy::print_stdout, reason = "a tool for measuring")]

use std::time::Instant;

use deskmate_core::ReadLimits;

fn main() {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let bare = args.first().is_some_and(|arg| arg == "--bare");
    if bare {
        args.remove(0);
    }
    for path in args {
        let Ok(bytes) = std::fs::read(&path) else {
            continue;
        };
        let start = Instant::now();
        let ours = deskmate_formats::read(&bytes, "pdf", &ReadLimits::default());
        let ours_ms = start.elapsed().as_secs_f64() * 1e3;
        let (text, warnings, blocks, code) = match ours {
            Ok((_, parsed)) => (
                parsed.document.text(),
                serde_json::to_value(&parsed.warnings).unwrap_or_default(),
                serde_json::to_value(&parsed.document).unwrap_or_default(),
                "ok".to_owned(),
            ),
            Err(error) => (
                String::new(),
                serde_json::Value::Null,
                serde_json::Value::Null,
                format!("{}: {}", error.code.as_str(), error.message),
            ),
        };
        let mut line = serde_json::json!({"file": path, "code": code, "ms": ours_ms, "text": text, "warnings": warnings, "document": blocks});
        if bare {
            let start = Instant::now();
            let library = std::panic::catch_unwind(|| {
                let document = pdf_oxide::PdfDocument::from_bytes(bytes.clone()).ok()?;
                let count = document.page_count().ok()?;
                let pages: Vec<String> = (0..count.min(2000))
                    .map(|page| document.extract_text(page).unwrap_or_default())
                    .collect();
                Some(pages.join("\n"))
            });
            line["bare_ms"] = serde_json::json!(start.elapsed().as_secs_f64() * 1e3);
            line["bare"] = serde_json::json!(library.ok().flatten());
        }
        println!("{line}");
    }
}
