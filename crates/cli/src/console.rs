//! Printing: data to stdout, everything else to stderr; JSON or text.

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use deskmate_core::{Anchor, CancelToken, Citation, JobEvent, Progress, WireError};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

/// Where and how to print.
pub(crate) struct Console {
    json: bool,
    colour: bool,
    bar: ProgressBar,
}

impl Console {
    pub(crate) fn new(json: bool) -> Self {
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr_with_hz(5));
        if let Ok(style) = ProgressStyle::with_template("{msg:12} {wide_bar} {pos}/{len} {prefix}")
        {
            bar.set_style(style);
        }
        Self {
            json,
            colour: std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
            bar,
        }
    }

    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// Prints the one JSON object, or the text.
    pub(crate) fn result<T: Serialize>(&self, value: &T, text: impl FnOnce(&Self) -> String) {
        self.bar.finish_and_clear();
        let mut out = std::io::stdout().lock();
        let line = if self.json {
            serde_json::to_string(value).unwrap_or_else(|error| {
                format!("{{\"error\":{{\"code\":\"internal\",\"message\":\"{error}\"}}}}")
            })
        } else {
            text(self).trim_end().to_string()
        };
        // A reader that went away (`| head`) is no error of ours.
        let _ = writeln!(out, "{line}");
    }

    /// Prints text that belongs to the data, when it is for people.
    pub(crate) fn text(&self, text: &str) {
        if !self.json {
            self.bar.finish_and_clear();
            let mut out = std::io::stdout().lock();
            let _ = write!(out, "{text}").and_then(|()| out.flush());
        }
    }

    /// Prints a remark to stderr.
    pub(crate) fn note(&self, text: &str) {
        self.bar.suspend(|| eprintln!("{text}"));
    }

    /// Prints an error: JSON to stdout under `--json`, else sentence and hint to stderr.
    pub(crate) fn error(&self, error: &WireError) {
        self.bar.finish_and_clear();
        if self.json {
            println!("{}", serde_json::json!({ "error": error }));
        } else {
            eprintln!("{} {}", self.bold("error:"), error.message);
            if !error.hint.is_empty() {
                eprintln!("{} {}", self.bold("hint:"), error.hint);
            }
        }
    }

    /// Shows progress and warnings of a job on stderr.
    pub(crate) fn event(&self, event: &JobEvent) {
        match event {
            JobEvent::Progress(progress) => self.progress(progress),
            JobEvent::Warning { message, .. } => self.note(&format!("note: {message}")),
            JobEvent::Started { .. }
            | JobEvent::Sources { .. }
            | JobEvent::Text { .. }
            | JobEvent::Artifact { .. }
            | JobEvent::Finished { .. }
            | JobEvent::Failed(_)
            | JobEvent::Cancelled => {}
        }
    }

    pub(crate) fn progress(&self, progress: &Progress) {
        self.bar.set_message(progress.stage.clone());
        self.bar.set_length(progress.total.unwrap_or(progress.done));
        self.bar.set_position(progress.done);
        let left = progress.eta_ms.filter(|ms| *ms >= 1_000).map(|ms| {
            let seconds = ms / 1_000;
            if seconds >= 120 {
                format!("~{} min", seconds.div_ceil(60))
            } else {
                format!("~{seconds} s")
            }
        });
        self.bar.set_prefix(left.unwrap_or_default());
    }

    pub(crate) fn bold(&self, text: &str) -> String {
        if self.colour {
            format!("\u{1b}[1m{text}\u{1b}[0m")
        } else {
            text.to_string()
        }
    }

    pub(crate) fn dim(&self, text: &str) -> String {
        if self.colour {
            format!("\u{1b}[2m{text}\u{1b}[0m")
        } else {
            text.to_string()
        }
    }

    /// The sources under an answer.
    pub(crate) fn sources(&self, citations: &[Citation]) -> String {
        let mut out = String::new();
        for citation in citations {
            let quote: String = citation
                .quote
                .replace('\n', " ")
                .chars()
                .take(120)
                .collect();
            out.push_str(&format!(
                "  [{}] {}{}\n      {}\n",
                citation.marker,
                self.bold(&file_name(&citation.path)),
                place(&citation.anchor),
                self.dim(&format!("“{quote}”")),
            ));
        }
        out
    }
}

pub(crate) fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(
        || path.display().to_string(),
        |name| name.to_string_lossy().into_owned(),
    )
}

/// A place in words: `, p. 3`, `, slide 2`, `, Sheet1!B2:C9`, `, § heading`.
pub(crate) fn place(anchor: &Anchor) -> String {
    let mut out = String::new();
    if let Some(page) = anchor.page {
        out.push_str(&format!(", p. {page}"));
    }
    if let Some(slide) = anchor.slide {
        out.push_str(&format!(", slide {slide}"));
    }
    if let Some(sheet) = &anchor.sheet {
        let range = anchor.range.as_deref().unwrap_or("");
        out.push_str(&format!(", {sheet}!{range}"));
    }
    if let Some(heading) = anchor.heading.last() {
        out.push_str(&format!(", § {heading}"));
    }
    if let Some(line) = anchor.line {
        out.push_str(&format!(", line {line}"));
    }
    out
}

/// A token that Ctrl-C sets; a second Ctrl-C ends the program at once.
pub(crate) fn cancel_on_interrupt() -> CancelToken {
    let cancel = CancelToken::new();
    let flag = Arc::new(AtomicBool::new(false));
    let watched = cancel.clone();
    let _ = signal_hook::flag::register_conditional_shutdown(
        signal_hook::consts::SIGINT,
        130,
        Arc::clone(&flag),
    );
    let _ = signal_hook::flag::register(signal_hook::consts::SIGINT, Arc::clone(&flag));
    std::thread::spawn(move || {
        while !flag.load(Ordering::Relaxed) {
            std::thread::sleep(std::time::Duration::from_millis(30));
        }
        watched.cancel();
    });
    cancel
}
