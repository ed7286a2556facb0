//! The ingest pipeline: readers, the writer and the embedder run beside each other over bounded queues.
//!
//! A file is searchable by its words as soon as the writer has it; it is `ready` only when its vectors are in the
//! index and have been counted there. Whatever a stop interrupts is finished by the next run.

use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::mpsc::sync_channel;
use std::time::{Duration, Instant};

use deskmate_core::{CancelToken, ErrorCode, SourceId, WireError};
use deskmate_store::{Source, SourceState};

use super::board::Board;
use super::embed::embed_all;
use super::read::{Outcome, read_all};
use super::scan::{Found, Scan};
use super::write::write_all;
use super::{AddReport, FileReport, FileStatus, Sink, Tools};

/// Documents, or parts of about a MiB, that wait between two stages: a few, so that memory stays bounded.
const QUEUE: usize = 8;

/// A file's content that killed a reader this often is not tried again until it changes.
const MAX_CRASHES: u32 = 2;

/// Reads, stores and embeds what a scan found.
pub(crate) fn ingest(
    tools: &Tools,
    scan: Scan,
    cancel: &CancelToken,
    sink: Sink<'_>,
) -> Result<AddReport, WireError> {
    let started = Instant::now();
    let known: HashMap<PathBuf, Source> = tools
        .library
        .sources()?
        .into_iter()
        // What was only entered is as good as new.
        .filter(|source| source.state != SourceState::Pending)
        .map(|source| (source.path.clone(), source))
        .collect();
    let mut reports: Vec<FileReport> = Vec::new();
    for (path, error) in scan.failed {
        reports.push(FileReport::failed(path, FileStatus::Failed, error));
    }
    for (path, error) in scan.skipped {
        reports.push(FileReport::failed(path, FileStatus::Skipped, error));
    }
    let mut open = VecDeque::new();
    let mut unfinished: Vec<SourceId> = Vec::new();
    for found in scan.files {
        match known.get(&found.path) {
            Some(source) if is_unchanged(source, &found) => {
                if source.state == SourceState::Words {
                    unfinished.push(source.id);
                }
                reports.push(FileReport::unchanged(source));
            }
            Some(_) | None => open.push_back(found),
        }
    }
    let entered: Vec<(PathBuf, u64, i64)> = open
        .iter()
        .filter(|found| !known.contains_key(&found.path))
        .map(|found| (found.path.clone(), found.size, found.mtime_ns))
        .collect();
    tools.library.enter_pending(&entered)?;
    let total = open.len() as u64;
    let mut board = Board {
        sink,
        started,
        files_done: 0,
        files_total: total,
        reports,
        embedding: Duration::ZERO,
    };
    let result = if total == 0 && (unfinished.is_empty() || tools.embedder.is_none()) {
        Ok(())
    } else {
        run(tools, open, unfinished, &known, cancel, &mut board)
    };
    let mut reports = board.reports;
    reports.sort_by(|a, b| a.path.cmp(&b.path));
    let embedding_seconds = board.embedding.as_secs_f64();
    result?;
    Ok(AddReport {
        files: reports,
        seconds: started.elapsed().as_secs_f64(),
        embedding_seconds,
    })
}

fn is_unchanged(source: &Source, found: &Found) -> bool {
    source.size == found.size
        && source.mtime_ns == found.mtime_ns
        && match source.state {
            SourceState::Words | SourceState::Ready | SourceState::Skipped => true,
            SourceState::Pending => false,
            // What stopped a reader may have been a machine short of memory: it gets a second try.
            SourceState::Failed => {
                let crashed = source.error.as_ref().is_some_and(|error| {
                    matches!(error.code, ErrorCode::WorkerCrashed | ErrorCode::TimedOut)
                });
                !crashed || source.crash_count >= MAX_CRASHES
            }
        }
}

fn run(
    tools: &Tools,
    open: VecDeque<Found>,
    unfinished: Vec<SourceId>,
    known: &HashMap<PathBuf, Source>,
    cancel: &CancelToken,
    board: &mut Board<'_, '_>,
) -> Result<(), WireError> {
    let queue = Mutex::new(open);
    let (to_writer, outcomes) = sync_channel::<Outcome>(QUEUE);
    let (to_embedder, written) = sync_channel::<Vec<SourceId>>(QUEUE);
    let (embedded_sender, embedded) = sync_channel::<(u64, u64, Duration)>(1_024);
    std::thread::scope(|scope| {
        for _ in 0..tools.readers.max(1) {
            let sender = to_writer.clone();
            let queue = &queue;
            scope.spawn(move || read_all(tools, queue, known, cancel, &sender));
        }
        drop(to_writer);
        let embedding = scope.spawn(move || match &tools.embedder {
            Some(embedder) => {
                embed_all(tools, embedder.as_ref(), &written, cancel, &embedded_sender)
            }
            None => {
                while written.recv().is_ok() {}
                Ok(())
            }
        });
        let wrote = write_all(
            tools,
            &outcomes,
            &to_embedder,
            &unfinished,
            cancel,
            board,
            &embedded,
        );
        drop(to_embedder);
        // Readers that wait to hand something on must not wait for ever when writing failed.
        drop(outcomes);
        while !embedding.is_finished() {
            match embedded.recv_timeout(Duration::from_millis(100)) {
                Ok((done, total, spent)) => {
                    board.embedding = spent;
                    board.progress("embedding", done, total, None);
                }
                Err(_) => continue,
            }
        }
        let embedded_all = embedding.join().unwrap_or_else(|_| {
            Err(WireError::new(
                ErrorCode::Internal,
                "the embedding thread died",
            ))
        });
        while let Ok((_, _, spent)) = embedded.try_recv() {
            board.embedding = spent;
        }
        wrote?;
        embedded_all
    })?;
    tools.library.finish_bulk()?;
    if cancel.is_cancelled() {
        return Err(WireError::cancelled());
    }
    Ok(())
}
