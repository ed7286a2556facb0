//! Adding, finding, asking, forgetting.

use std::path::{Path, PathBuf};

use deskmate_app::{AddReport, App, AskParams, FileStatus, Home};
use deskmate_core::{CancelToken, JobEvent, WireError};
use serde_json::json;

use crate::console::{Console, file_name, place};

pub(crate) fn add(
    home: &Home,
    paths: &[PathBuf],
    console: &Console,
    cancel: &CancelToken,
) -> Result<u8, WireError> {
    let app = open(home, console)?;
    let report = app.add(paths, cancel, &mut |event| console.event(&event))?;
    console.result(&report, |console| added(&report, console));
    Ok(exit_of(&report))
}

/// 1 when something failed and nothing could be read.
fn exit_of(report: &AddReport) -> u8 {
    let any = |status: FileStatus| report.files.iter().any(|file| file.status == status);
    let good = any(FileStatus::Ready) || any(FileStatus::Unchanged) || any(FileStatus::Skipped);
    u8::from(any(FileStatus::Failed) && !good)
}

pub(crate) fn added(report: &AddReport, console: &Console) -> String {
    let count = |status: FileStatus| report.files.iter().filter(|f| f.status == status).count();
    let mut out = String::new();
    for file in &report.files {
        if let Some(reason) = &file.reason {
            let word = match file.status {
                FileStatus::Failed => "failed",
                FileStatus::Skipped => "skipped",
                FileStatus::Ready | FileStatus::Unchanged => continue,
            };
            out.push_str(&format!(
                "{word}  {}: {reason}\n",
                console.bold(&file_name(&file.path))
            ));
        }
        for warning in file.warnings.iter().take(3) {
            out.push_str(&format!(
                "note    {}: {}\n",
                file_name(&file.path),
                warning.message
            ));
        }
    }
    out.push_str(&format!(
        "{} ready, {} unchanged, {} failed, {} skipped in {:.1} s",
        count(FileStatus::Ready),
        count(FileStatus::Unchanged),
        count(FileStatus::Failed),
        count(FileStatus::Skipped),
        report.seconds
    ));
    out
}

pub(crate) fn sync(home: &Home, console: &Console, cancel: &CancelToken) -> Result<u8, WireError> {
    let app = open(home, console)?;
    let report = app.sync(cancel, &mut |event| console.event(&event))?;
    console.result(&report, |console| {
        let removed = report.removed.len();
        format!("{}, {removed} gone", added(&report.added, console))
    });
    Ok(0)
}

pub(crate) fn status(home: &Home, console: &Console) -> Result<u8, WireError> {
    let status = open(home, console)?.status()?;
    console.result(&status, |console| {
        let mut out = format!(
            "{} files ready ({} by words alone), {} failed, {} skipped; {} chunks, {:.1} MB\n",
            status.files_ready,
            status.files_words_only,
            status.files_failed,
            status.files_skipped,
            status.chunks,
            status.bytes as f64 / 1e6
        );
        for file in &status.failed {
            let reason = file
                .error
                .as_ref()
                .map_or("", |error| error.message.as_str());
            out.push_str(&format!(
                "failed  {}: {reason}\n",
                console.bold(&file.path.display().to_string())
            ));
        }
        out
    });
    Ok(0)
}

pub(crate) fn forget(home: &Home, path: &Path, console: &Console) -> Result<u8, WireError> {
    let app = open(home, console)?;
    let report = app.forget(path, &mut |event| console.event(&event))?;
    console.result(&report, |_| {
        let mut out = format!("forgot {} files", report.forgotten);
        if report.messages > 0 {
            out.push_str(&format!(
                "; erased what rested on them from {} answers",
                report.messages
            ));
        }
        if report.backups > 0 {
            out.push_str(&format!("; removed {} backups", report.backups));
        }
        if report.saved_prompts > 0 {
            out.push_str(&format!(
                "; removed {} prompts with their text that the model had read",
                report.saved_prompts
            ));
        }
        out
    });
    Ok(0)
}

pub(crate) fn search(
    home: &Home,
    query: &str,
    top: usize,
    files: &[PathBuf],
    console: &Console,
    cancel: &CancelToken,
) -> Result<u8, WireError> {
    let hits = open(home, console)?.search(query, top, files, cancel)?;
    let wire: Vec<serde_json::Value> = hits
        .iter()
        .map(|hit| {
            let stored = &hit.stored;
            json!({
                "path": stored.path,
                "score": hit.score,
                "text": stored.chunk.text,
                "anchor": stored.chunk.anchor_at(0),
                "headings": stored.chunk.heading,
                "cosine": hit.cosine,
                "bm25": hit.bm25,
            })
        })
        .collect();
    console.result(&json!({ "hits": wire }), |console| {
        let mut out = String::new();
        for (index, hit) in hits.iter().enumerate() {
            let stored = &hit.stored;
            let text: String = stored
                .chunk
                .text
                .replace('\n', " ")
                .chars()
                .take(160)
                .collect();
            out.push_str(&format!(
                "{:2}. {}{}  {}\n    {}\n",
                index + 1,
                console.bold(&file_name(&stored.path)),
                place(&stored.chunk.anchor_at(0)),
                console.dim(&format!("{:.3}", hit.score)),
                text
            ));
        }
        if out.is_empty() {
            "nothing found".to_string()
        } else {
            out
        }
    });
    Ok(0)
}

pub(crate) fn ask(
    home: &Home,
    params: &AskParams,
    console: &Console,
    cancel: &CancelToken,
) -> Result<u8, WireError> {
    let app = open(home, console)?;
    ask_in(&app, params, console, cancel)
}

/// Asks in an open library: the text streams, the sources follow.
pub(crate) fn ask_in(
    app: &App,
    params: &AskParams,
    console: &Console,
    cancel: &CancelToken,
) -> Result<u8, WireError> {
    let mut streamed = false;
    let result = app.ask(params, cancel, &mut |event| {
        if let JobEvent::Text { delta } = &event {
            streamed = true;
            console.text(delta);
        }
        console.event(&event);
    })?;
    console.result(&result, |console| {
        let mut out = String::from(if streamed { "\n" } else { "" });
        if !streamed {
            out.push_str(&format!("{}\n", result.answer));
        }
        if let Some(whole) = &result.understood {
            out.push_str(&console.dim(&format!("\nunderstood as: {whole}\n")));
        }
        if !result.citations.is_empty() {
            out.push_str(&format!("\n{}", console.sources(&result.citations)));
        }
        if !result.unsupported.is_empty() {
            out.push_str("\n[?]: no place in your files was found for this sentence\n");
        }
        if let Some(id) = result.conversation {
            out.push_str(&console.dim(&format!("\nconversation {id}")));
        }
        out
    });
    Ok(0)
}

pub(crate) fn read(path: &Path, console: &Console, cancel: &CancelToken) -> Result<u8, WireError> {
    let parsed = deskmate_app::read_file(path, cancel)?;
    console.result(&parsed, |console| {
        let mut out = String::new();
        for block in &parsed.document.blocks {
            out.push_str(&format!(
                "{}\n{}\n",
                console.dim(place(&block.anchor).trim_start_matches(", ")),
                block.text()
            ));
        }
        for warning in &parsed.warnings {
            out.push_str(&format!("note: {}\n", warning.message));
        }
        out
    });
    Ok(0)
}

pub(crate) fn open(home: &Home, console: &Console) -> Result<App, WireError> {
    let app = App::open(home)?;
    let report = app.open_report();
    if let Some(reason) = &report.index_rebuilt {
        console.note(&format!("note: the search index was rebuilt: {reason}"));
    }
    Ok(app)
}
