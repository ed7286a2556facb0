//! The host's side: streams a file to a worker, waits with a limit, starts a new worker when one dies.

use std::fs::File;
use std::io::{Read as _, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use deskmate_core::{CancelToken, Citation, ErrorCode, Parsed, WireError};
use deskmate_formats::{OfficialCorrection, OfficialReport, ReadManuscript};

use super::{MAX_FILE_BYTES, ParseReply, ParseRequest, ParseTask};
use crate::process::{Waited, Worker};

/// A worker is replaced after this many files, so that what its libraries leak does not add up.
const FILES_PER_WORKER: usize = 500;

/// Time for a file of any size, and more for each MiB.
const BASE_LIMIT: Duration = Duration::from_secs(60);
const LIMIT_PER_MIB: Duration = Duration::from_secs(2);

const BLOCK: usize = 1 << 20;

/// A file as it was read.
#[derive(Debug)]
pub(crate) struct Read {
    /// BLAKE3 of the bytes, when they could be read.
    pub(crate) content_hash: Option<[u8; 32]>,
    /// The format and the document, or why there is none.
    pub(crate) outcome: Result<(String, Parsed), WireError>,
}

/// One worker and the way to use it; one per thread.
#[derive(Default)]
pub(crate) struct Reader {
    worker: Option<Worker<ParseReply>>,
    files: usize,
}

impl Reader {
    /// Reads a file in the worker.
    pub(crate) fn read(&mut self, path: &Path, cancel: &CancelToken) -> Read {
        let (content_hash, outcome) = self.ask(path, ParseTask::Document, cancel);
        let outcome = outcome.and_then(|reply| match reply {
            ParseReply::Parsed { format, parsed } => Ok((format, *parsed)),
            ParseReply::Failed(error) => Err(error),
            ParseReply::Inspected(_)
            | ParseReply::Manuscript(_)
            | ParseReply::Kept
            | ParseReply::Part { .. }
            | ParseReply::Edited(_)
            | ParseReply::Written => Err(out_of_turn()),
        });
        Read {
            content_hash,
            outcome,
        }
    }

    /// Checks a docx against the standard of official documents in the worker.
    pub(crate) fn inspect_official(
        &mut self,
        path: &Path,
        cancel: &CancelToken,
    ) -> Result<(OfficialReport, OfficialCorrection), WireError> {
        match self.ask(path, ParseTask::InspectOfficial, cancel).1? {
            ParseReply::Inspected(found) => Ok(*found),
            ParseReply::Failed(error) => Err(error),
            ParseReply::Parsed { .. }
            | ParseReply::Manuscript(_)
            | ParseReply::Kept
            | ParseReply::Part { .. }
            | ParseReply::Edited(_)
            | ParseReply::Written => Err(out_of_turn()),
        }
    }

    /// Reads a file as a manuscript in the worker.
    pub(crate) fn manuscript(
        &mut self,
        path: &Path,
        citations: &[Citation],
        cancel: &CancelToken,
    ) -> Result<ReadManuscript, WireError> {
        let task = ParseTask::Manuscript {
            citations: citations.to_vec(),
        };
        match self.ask(path, task, cancel).1? {
            ParseReply::Manuscript(read) => Ok(*read),
            ParseReply::Failed(error) => Err(error),
            ParseReply::Parsed { .. }
            | ParseReply::Inspected(_)
            | ParseReply::Kept
            | ParseReply::Part { .. }
            | ParseReply::Edited(_)
            | ParseReply::Written => Err(out_of_turn()),
        }
    }

    /// Sends a file to the worker and waits for its reply.
    fn ask(
        &mut self,
        path: &Path,
        task: ParseTask,
        cancel: &CancelToken,
    ) -> (Option<[u8; 32]>, Result<ParseReply, WireError>) {
        let failed = |error: WireError| (None, Err(error));
        let mut file = match open(path) {
            Ok(file) => file,
            Err(error) => return failed(error),
        };
        if self.files >= FILES_PER_WORKER {
            self.worker = None;
        }
        let mut worker = match self.worker.take() {
            Some(worker) => worker,
            None => {
                self.files = 0;
                match Worker::start("parse", &[]) {
                    Ok(worker) => worker,
                    Err(error) => return failed(error),
                }
            }
        };
        self.files += 1;
        let streamed = stream(&mut file, path, task, &mut worker);
        let (content_hash, bytes) = match streamed {
            Ok(streamed) => streamed,
            // The worker is in the middle of a file that will not come: it ends with it.
            Err(error) => return failed(error),
        };
        let outcome = wait(&mut worker, bytes, cancel);
        let alive = match &outcome {
            Ok(_) => true,
            Err(error) => !matches!(
                error.code,
                ErrorCode::WorkerCrashed | ErrorCode::TimedOut | ErrorCode::Cancelled
            ),
        };
        if alive {
            self.worker = Some(worker);
        }
        (Some(content_hash), outcome)
    }
}

/// The error for a reply that does not belong to its request.
pub(super) fn out_of_turn() -> WireError {
    WireError::new(
        ErrorCode::Internal,
        "the reader answered something else than it was asked",
    )
}

pub(super) fn open(path: &Path) -> Result<File, WireError> {
    let file = File::open(path).map_err(|error| io_error(path, &error))?;
    let metadata = file.metadata().map_err(|error| io_error(path, &error))?;
    if !metadata.is_file() {
        return Err(WireError::new(
            ErrorCode::UnsupportedFormat,
            "it is not a regular file",
        ));
    }
    if metadata.len() > MAX_FILE_BYTES {
        let mib = metadata.len() >> 20;
        let limit = MAX_FILE_BYTES >> 20;
        return Err(WireError::new(
            ErrorCode::FileTooLarge,
            format!("it has {mib} MiB, more than the {limit} MiB that are read"),
        )
        .with_hint("split it into smaller files"));
    }
    Ok(file)
}

pub(super) fn stream(
    file: &mut File,
    path: &Path,
    task: ParseTask,
    worker: &mut Worker<ParseReply>,
) -> Result<([u8; 32], u64), WireError> {
    let extension = path
        .extension()
        .map(|extension| extension.to_string_lossy().to_lowercase())
        .unwrap_or_default();
    let gone = || WireError::new(ErrorCode::WorkerCrashed, "the reader died on this file");
    if !worker.send(&ParseRequest { extension, task }) {
        return Err(gone());
    }
    let mut hasher = blake3::Hasher::new();
    let mut block = vec![0_u8; BLOCK];
    let mut total = 0_u64;
    loop {
        let length = file
            .read(&mut block)
            .map_err(|error| io_error(path, &error))?;
        total += length as u64;
        if total > MAX_FILE_BYTES {
            return Err(WireError::new(
                ErrorCode::FileVanished,
                "it grew while it was read",
            ));
        }
        let input = worker.input();
        let written = input
            .write_all(&(length as u32).to_le_bytes())
            .and_then(|()| input.write_all(&block[..length]));
        if written.is_err() {
            return Err(gone());
        }
        if length == 0 {
            return match worker.input().flush() {
                Ok(()) => Ok((*hasher.finalize().as_bytes(), total)),
                Err(_) => Err(gone()),
            };
        }
        hasher.update(&block[..length]);
    }
}

/// Waits for the reply to a file of so many bytes.
pub(super) fn wait(
    worker: &mut Worker<ParseReply>,
    bytes: u64,
    cancel: &CancelToken,
) -> Result<ParseReply, WireError> {
    let limit = BASE_LIMIT + LIMIT_PER_MIB * (bytes >> 20) as u32;
    let deadline = Instant::now() + limit;
    loop {
        match worker.wait(Instant::now() + Duration::from_millis(50)) {
            Waited::Reply(ParseReply::Failed(error)) => return Err(error),
            Waited::Reply(reply) => return Ok(reply),
            Waited::Gone => {
                return Err(WireError::new(
                    ErrorCode::WorkerCrashed,
                    format!(
                        "the reader died on this file, or it needed more memory than a reader may have ({})",
                        worker.ending()
                    ),
                )
                .with_hint("open it in the program it comes from, save it again and add it again"));
            }
            Waited::Nothing if cancel.is_cancelled() => return Err(WireError::cancelled()),
            Waited::Nothing if Instant::now() >= deadline => {
                return Err(WireError::new(
                    ErrorCode::TimedOut,
                    format!("reading made no end within {} seconds", limit.as_secs()),
                )
                .with_hint("split it into smaller files"));
            }
            Waited::Nothing => {}
        }
    }
}

/// The error for a file that the system does not give.
pub(crate) fn io_error(path: &Path, error: &std::io::Error) -> WireError {
    let code = match error.kind() {
        std::io::ErrorKind::NotFound => ErrorCode::FileVanished,
        _ => ErrorCode::of_io(error),
    };
    WireError::new(
        code,
        format!("could not read `{}`: {error}", path.display()),
    )
}
