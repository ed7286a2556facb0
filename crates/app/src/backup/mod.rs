//! A whole library in one file, and back: what cannot be made again, with a checksum of every part and of the file.
//!
//! The file is a zip that other programs open too: the catalogue (documents, vectors, conversations, settings, jobs),
//! prompts, what was pasted, what was exported, and the backups of workbooks. Models and the search index are left
//! out: the first are fetched or added, the second is made from the catalogue. It holds the text of all documents, and
//! is not encrypted.

mod check;
mod restore;
mod write;

use std::path::PathBuf;

use deskmate_core::{CancelToken, ErrorCode, JobEvent, Progress, WireError};
use serde::{Deserialize, Serialize};

pub use check::verify_backup;
pub use restore::{RestoreReport, restore_backup};
pub use write::back_up;
pub(crate) use write::day_of;

use crate::ingest::Sink;

/// Version of the form of the file.
const FORMAT: u32 = 1;

/// First entry of the file, by which it is known.
const TITLE_ENTRY: &str = "deskmate-backup.txt";

/// Last entry: the [`Manifest`].
const MANIFEST_ENTRY: &str = "manifest.json";

/// Entry of the catalogue.
const CATALOGUE_ENTRY: &str = "catalog.sqlite";

/// The file ends with this and the BLAKE3 of all bytes before the digest, in hexadecimal digits.
const DIGEST_MARK: &str = "blake3:";
const DIGEST_DIGITS: usize = 64;

/// Largest manifest that is read.
const MOST_MANIFEST_BYTES: u64 = 64 << 20;

const BLOCK: usize = 1 << 20;

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct BackupSummary {
    /// The file.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// Version of the program that wrote it.
    pub program: String,
    /// When, milliseconds since 1970.
    pub created_at_ms: i64,
    /// Files that the library knew.
    pub files: u64,
    /// Conversations.
    pub conversations: u64,
    /// Files beside the catalogue: prompts, what was pasted and exported, backups of workbooks.
    pub parts: usize,
}

/// What the file says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Manifest {
    format: u32,
    program: String,
    created_at_ms: i64,
    schema: u32,
    files: u64,
    conversations: u64,
    parts: Vec<Part>,
}

/// One file in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Part {
    /// Its place below the library's folder, divided by `/`.
    name: String,
    bytes: u64,
    blake3: String,
}

impl Manifest {
    fn summary(&self, path: PathBuf, bytes: u64) -> BackupSummary {
        BackupSummary {
            path,
            bytes,
            program: self.program.clone(),
            created_at_ms: self.created_at_ms,
            files: self.files,
            conversations: self.conversations,
            parts: self.parts.len().saturating_sub(1),
        }
    }
}

/// Tells how far a stage is, in bytes.
struct Meter<'a, 'b> {
    sink: &'a mut (dyn FnMut(JobEvent) + 'b),
    cancel: &'a CancelToken,
    stage: &'static str,
    done: u64,
    total: u64,
    told: u64,
}

impl<'a, 'b> Meter<'a, 'b> {
    fn new(
        sink: &'a mut (dyn FnMut(JobEvent) + 'b),
        cancel: &'a CancelToken,
        stage: &'static str,
        total: u64,
    ) -> Self {
        let mut meter = Self {
            sink,
            cancel,
            stage,
            done: 0,
            total,
            told: 0,
        };
        meter.tell();
        meter
    }

    fn tell(&mut self) {
        self.told = self.done;
        (self.sink)(JobEvent::Progress(Progress {
            stage: self.stage.to_string(),
            done: self.done,
            total: Some(self.total.max(self.done)),
            eta_ms: None,
            item: None,
        }));
    }

    fn add(&mut self, bytes: usize) -> Result<(), WireError> {
        if self.cancel.is_cancelled() {
            return Err(WireError::cancelled());
        }
        self.done += bytes as u64;
        if self.done - self.told >= 8 << 20 {
            self.tell();
        }
        Ok(())
    }
}

fn io_failed(what: &str, path: &std::path::Path, error: &std::io::Error) -> WireError {
    let code = ErrorCode::of_io(error);
    let failed = WireError::new(
        code,
        format!("could not {what} `{}`: {error}", path.display()),
    );
    match code {
        ErrorCode::DiskFull => failed.with_hint("free some space or choose another disk"),
        _ => failed,
    }
}

impl crate::app::App {
    /// As [`back_up`], of the open library.
    ///
    /// # Errors
    /// As [`back_up`].
    pub fn back_up(
        &self,
        to: &std::path::Path,
        cancel: &CancelToken,
        sink: Sink<'_>,
    ) -> Result<BackupSummary, WireError> {
        back_up(self.home(), to, cancel, sink)
    }
}

#[cfg(test)]
mod tests;
