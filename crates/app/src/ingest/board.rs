//! What an ingest tells while it runs.

use std::time::{Duration, Instant};

use deskmate_core::{JobEvent, Progress};

use super::FileReport;

/// Counts and tells what happens.
pub(super) struct Board<'a, 'b> {
    pub(super) sink: &'a mut (dyn FnMut(JobEvent) + 'b),
    pub(super) started: Instant,
    pub(super) files_done: u64,
    pub(super) files_total: u64,
    pub(super) reports: Vec<FileReport>,
    pub(super) embedding: Duration,
}

impl Board<'_, '_> {
    /// Enters what became of a file.
    pub(super) fn report(&mut self, report: FileReport) {
        self.files_done += 1;
        let item = report
            .path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        self.reports.push(report);
        self.progress("reading", self.files_done, self.files_total, item);
    }

    /// Tells how far a stage is.
    pub(super) fn progress(&mut self, stage: &str, done: u64, total: u64, item: Option<String>) {
        let spent = self.started.elapsed().as_millis() as u64;
        let eta_ms = (done > 0).then(|| spent / done * total.saturating_sub(done));
        (self.sink)(JobEvent::Progress(Progress {
            stage: stage.to_string(),
            done,
            total: Some(total),
            eta_ms,
            item,
        }));
    }
}
