//! The writer: documents into the library, some at once, and what became of every file.

use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::time::{Duration, Instant};

use deskmate_core::{CancelToken, ErrorCode, SourceId, WireError};
use deskmate_store::NewDocument;

use super::board::Board;
use super::read::Outcome;
use super::{FileReport, FileStatus, Tools};

/// One commit of the index: this many chunks, or what came within this time.
const COMMIT_CHUNKS: usize = 1_000;
const COMMIT_AFTER: Duration = Duration::from_secs(5);

/// Writes what the readers give until they end.
pub(super) fn write_all(
    tools: &Tools,
    outcomes: &Receiver<Outcome>,
    to_embedder: &SyncSender<Vec<SourceId>>,
    unfinished: &[SourceId],
    cancel: &CancelToken,
    board: &mut Board<'_, '_>,
    embedded: &Receiver<(u64, u64, Duration)>,
) -> Result<(), WireError> {
    if !unfinished.is_empty() {
        let _ = to_embedder.send(unfinished.to_vec());
    }
    let mut batch: Vec<NewDocument> = Vec::new();
    let mut chunks = 0;
    let mut since = Instant::now();
    loop {
        let next = outcomes.recv_timeout(Duration::from_millis(200));
        while let Ok((done, total, spent)) = embedded.try_recv() {
            board.embedding = spent;
            board.progress("embedding", done, total, None);
        }
        let ended = matches!(next, Err(RecvTimeoutError::Disconnected));
        if let Ok(outcome) = next {
            if batch.is_empty() {
                since = Instant::now();
            }
            if let Some(document) = settle(tools, outcome, board)? {
                chunks += document.chunks.len();
                batch.push(document);
            }
        }
        let due = chunks >= COMMIT_CHUNKS || since.elapsed() >= COMMIT_AFTER;
        if !batch.is_empty() && (due || ended || cancel.is_cancelled()) {
            let written = tools.library.write_documents(&batch)?;
            for document in batch.drain(..) {
                board.report(FileReport {
                    path: document.path,
                    status: FileStatus::Ready,
                    reason: None,
                    code: None,
                    chunks: document.chunks.len() as u64,
                    warnings: document.warnings,
                });
            }
            chunks = 0;
            let ids = written.iter().map(|w| w.source_id).collect();
            if to_embedder.send(ids).is_err() {
                // The embedder ended with an error of its own, which is the one to tell.
                return Ok(());
            }
        }
        if ended || cancel.is_cancelled() {
            return Ok(());
        }
    }
}

/// Records what needs no further stage; gives back a document to be written.
fn settle(
    tools: &Tools,
    outcome: Outcome,
    board: &mut Board<'_, '_>,
) -> Result<Option<NewDocument>, WireError> {
    match outcome {
        Outcome::Document(document) => return Ok(Some(*document)),
        Outcome::Moved(found, id) => {
            tools.library.rename(id, &found.path)?;
            return settle(tools, Outcome::Touched(found, id), board);
        }
        Outcome::Touched(found, id) => {
            tools.library.touch(id, found.size, found.mtime_ns)?;
            if let Some(source) = tools.library.source_by_path(&found.path)? {
                board.report(FileReport::unchanged(&source));
            }
        }
        Outcome::Failed {
            found,
            content_hash,
            error,
            status,
        } => {
            let crashed = matches!(error.code, ErrorCode::WorkerCrashed | ErrorCode::TimedOut);
            // A name that is not Unicode cannot stand in the catalogue; it is still reported.
            if found.path.to_str().is_some() {
                let (path, size, mtime) = (&found.path, found.size, found.mtime_ns);
                let hash = content_hash.as_ref();
                if status == FileStatus::Skipped {
                    tools.library.mark_skipped(path, size, mtime, &error)?;
                } else {
                    tools.library.mark_failed(path, size, mtime, hash, &error)?;
                }
                if crashed {
                    tools.library.bump_crash(path)?;
                }
            }
            board.report(FileReport::failed(found.path, status, error));
        }
    }
    Ok(None)
}
