//! Forgetting a file: out of the library, of the conversations, and of what Deskmate keeps beside them.

use std::path::Path;

use deskmate_core::{CancelToken, ErrorCode, JobEvent, Progress, Usage, WireError};
use deskmate_store::ForgetStep;
use serde::Serialize;

use crate::app::App;
use crate::changes::Changed;
use crate::ingest::Sink;
use crate::jobs::{JobKind, JobSpec};
use crate::workbook;

/// Time that the full text takes for a chunk, measured at 10,000 chunks: 8 s on a quiet machine, 28 s on a busy one.
const MS_PER_CHUNK: u64 = 1;

/// What was forgotten.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct ForgetReport {
    /// Files that were in the library.
    pub forgotten: usize,
    /// Answers of which something was erased.
    pub messages: usize,
    /// Backups of workbooks that were kept for an undo.
    pub backups: usize,
    /// Prompts with its text that the model had read and kept on the disk.
    pub saved_prompts: usize,
}

impl App {
    /// Takes a file or folder out of the library, with everything kept of it: its text, its place in the index, what
    /// answers in conversations rest on it, backups of its changes, what the model kept of prompts that may quote it, and
    /// the copy of what was pasted. The file itself is
    /// not touched, nor is what was exported. It cannot be stopped half-way.
    ///
    /// # Errors
    /// `NotFound` when nothing of it is there; `DiskFull`: what is left is erased at the next start.
    pub fn forget(&self, path: &Path, sink: Sink<'_>) -> Result<ForgetReport, WireError> {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
        sink(progress(&ForgetStep {
            done: 0,
            total: 1,
            chunks: 0,
        }));
        let paths = [absolute.clone()];
        let erased = self
            .library()
            .forget_with(&paths, &mut |step| sink(progress(&step)))?;
        self.contents().forget(&absolute);
        workbook::forget_fills(self.home(), &absolute);
        let saved_prompts = self.prefixes().forget(&absolute);
        let report = ForgetReport {
            forgotten: erased.files,
            messages: erased.messages,
            backups: workbook::forget_changes(self.home(), &absolute)?,
            saved_prompts,
        };
        let was_pasted = self.remove_attachment(&absolute)?;
        if report == ForgetReport::default() && !was_pasted {
            return Err(WireError::new(
                ErrorCode::NotFound,
                format!("`{}` is not in the library", path.display()),
            )
            .with_hint("`deskmate status` shows what is"));
        }
        self.watch_roots();
        self.changes().tell(Changed::Library);
        if report.messages > 0 {
            self.changes().tell(Changed::Conversations);
        }
        Ok(report)
    }

    /// As [`App::forget`], as a job; its entry does not name what was forgotten.
    ///
    /// # Errors
    /// As [`App::forget`].
    pub fn forget_job(&self, path: &Path, sink: Sink<'_>) -> Result<ForgetReport, WireError> {
        let spec = JobSpec {
            kind: JobKind::Forget,
            title: String::new(),
            params: serde_json::Value::Null,
        };
        self.run_job(&spec, &CancelToken::new(), sink, &mut |_, sink| {
            Ok((self.forget(path, sink)?, Usage::default()))
        })
    }
}

fn progress(step: &ForgetStep) -> JobEvent {
    JobEvent::Progress(Progress {
        stage: "forgetting".to_string(),
        done: step.done,
        total: Some(step.total),
        eta_ms: Some(step.chunks * MS_PER_CHUNK).filter(|ms| *ms > 0),
        item: None,
    })
}
