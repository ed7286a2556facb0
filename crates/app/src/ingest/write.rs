//! The writer: documents into the library, some at once, and what became of every file.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::time::{Duration, Instant};

use deskmate_core::{CancelToken, ErrorCode, SourceId, WireError};
use deskmate_store::{NewDocument, SourceState};

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
    let mut writer = Writer {
        tools,
        batch: Vec::new(),
        chunks: 0,
        since: Instant::now(),
        open: HashMap::new(),
    };
    let written = loop {
        let next = outcomes.recv_timeout(Duration::from_millis(200));
        while let Ok((done, total, spent)) = embedded.try_recv() {
            board.embedding = spent;
            board.progress("embedding", done, total, None);
        }
        let ended = matches!(next, Err(RecvTimeoutError::Disconnected));
        let mut ids = match next.map(|outcome| writer.settle(outcome, board)) {
            Ok(Ok(ids)) => ids,
            Ok(Err(error)) => break Err(error),
            Err(_) => Vec::new(),
        };
        if writer.is_due() || ended || cancel.is_cancelled() {
            match writer.commit(board) {
                Ok(written) => ids.extend(written),
                Err(error) => break Err(error),
            }
        }
        // A closed queue: the embedder ended with an error of its own, which is the one to tell.
        let embedder_ended = !ids.is_empty() && to_embedder.send(ids).is_err();
        if ended || embedder_ended || cancel.is_cancelled() {
            break Ok(());
        }
    };
    let abandoned = writer.abandon();
    written.and(abandoned)
}

/// What is on its way into the library.
struct Writer<'a> {
    tools: &'a Tools,
    /// Documents for the next commit.
    batch: Vec<NewDocument>,
    /// Their chunks.
    chunks: usize,
    since: Instant,
    /// Documents of which a part was written, by path; their chunks are not kept here.
    open: HashMap<PathBuf, (SourceId, NewDocument)>,
}

impl Writer<'_> {
    fn is_due(&self) -> bool {
        !self.batch.is_empty()
            && (self.chunks >= COMMIT_CHUNKS || self.since.elapsed() >= COMMIT_AFTER)
    }

    /// Writes the batch; gives the files that are found by their words now.
    fn commit(&mut self, board: &mut Board<'_, '_>) -> Result<Vec<SourceId>, WireError> {
        if self.batch.is_empty() {
            return Ok(Vec::new());
        }
        let written = self.tools.library.write_documents(&self.batch)?;
        for document in self.batch.drain(..) {
            let chunks = document.chunks.len() as u64;
            board.report(ready(document, chunks));
        }
        self.chunks = 0;
        Ok(written.iter().map(|written| written.source_id).collect())
    }

    /// Takes what a reader gave; gives the files that are found by their words now.
    fn settle(
        &mut self,
        outcome: Outcome,
        board: &mut Board<'_, '_>,
    ) -> Result<Vec<SourceId>, WireError> {
        let library = &self.tools.library;
        match outcome {
            Outcome::Document(document) => {
                if self.batch.is_empty() {
                    self.since = Instant::now();
                }
                self.chunks += document.chunks.len();
                self.batch.push(*document);
            }
            Outcome::Begun(mut document) => {
                let id = library.begin_document(&document)?;
                document.chunks = Vec::new();
                self.open.insert(document.path.clone(), (id, *document));
            }
            Outcome::More(path, chunks) => {
                if let Some((id, _)) = self.open.get(&path) {
                    library.extend_document(*id, &chunks)?;
                }
            }
            Outcome::Ended(path) => {
                if let Some((id, document)) = self.open.remove(&path) {
                    let chunks = library.end_document(id, &document)?;
                    board.report(ready(document, chunks));
                    return Ok(vec![id]);
                }
            }
            Outcome::Moved(found, id) => {
                library.rename(id, &found.path)?;
                return self.settle(Outcome::Touched(found, id), board);
            }
            Outcome::Touched(found, id) => {
                library.touch(id, found.size, found.mtime_ns)?;
                if let Some(source) = library.source_by_path(&found.path)? {
                    board.report(FileReport::unchanged(&source));
                    if source.state == SourceState::Words {
                        return Ok(vec![id]);
                    }
                }
            }
            Outcome::Failed {
                found,
                content_hash,
                error,
                status,
            } => {
                // Marking it removes what was written of it.
                self.open.remove(&found.path);
                let crashed = matches!(error.code, ErrorCode::WorkerCrashed | ErrorCode::TimedOut);
                // A name that is not Unicode cannot stand in the catalogue; it is still reported.
                if found.path.to_str().is_some() {
                    let (path, size, mtime) = (&found.path, found.size, found.mtime_ns);
                    let hash = content_hash.as_ref();
                    if status == FileStatus::Skipped {
                        library.mark_skipped(path, size, mtime, &error)?;
                    } else {
                        library.mark_failed(path, size, mtime, hash, &error)?;
                    }
                    if crashed {
                        library.bump_crash(path)?;
                    }
                }
                board.report(FileReport::failed(found.path, status, error));
            }
        }
        Ok(Vec::new())
    }

    /// Gives up the documents that were begun and did not end.
    fn abandon(&mut self) -> Result<(), WireError> {
        for (_, (id, _)) in self.open.drain() {
            self.tools.library.abandon_document(id)?;
        }
        Ok(())
    }
}

fn ready(document: NewDocument, chunks: u64) -> FileReport {
    FileReport {
        path: document.path,
        status: FileStatus::Ready,
        reason: None,
        code: None,
        chunks,
        warnings: document.warnings,
    }
}
