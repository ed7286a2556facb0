//! The host's side: streams a file to a worker, waits with a limit, starts a new worker when one dies.

use std::fs::File;
use std::io::{Read as _, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use deskmate_core::{CancelToken, Citation, DocumentPart, ErrorCode, Parsed, WireError};
use deskmate_formats::{OfficialCorrection, OfficialReport, ReadManuscript};

use super::{MAX_FILE_BYTES, ParseReply, ParseRequest, ParseTask};
use crate::process::{Waited, Worker};

/// A worker is replaced after this many files, so that what its libraries leak does not add up.
const FILES_PER_WORKER: usize = 500;

/// Time for a file of any size, and more for each MiB.
const BASE_LIMIT: Duration = Duration::from_secs(60);
const LIMIT_PER_MIB: Duration = Duration::from_secs(2);

const BLOCK: usize = 1 << 20;

/// What is known of a file while it is read, in this order: its hash, what it is, its blocks.
#[derive(Debug)]
pub(crate) enum Step {
    /// BLAKE3 of the bytes.
    Hashed([u8; 32]),
    /// The format, and the document without its blocks.
    Begun(String, Box<Parsed>),
    /// The next blocks.
    Blocks(DocumentPart),
}

/// Whether the rest of a file is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    Yes,
    No,
}

/// One worker and the way to use it; one per thread.
#[derive(Default)]
pub(crate) struct Reader {
    worker: Option<Worker<ParseReply>>,
    files: usize,
}

impl Reader {
    /// Reads a whole file in the worker: its format and its document.
    pub(crate) fn read(
        &mut self,
        path: &Path,
        cancel: &CancelToken,
    ) -> Result<(String, Parsed), WireError> {
        let mut read = (String::new(), Parsed::default());
        self.read_in_steps(path, cancel, &mut |step| {
            match step {
                Step::Hashed(_) => {}
                Step::Begun(format, parsed) => read = (format, *parsed),
                Step::Blocks(part) => read.1.document.append(part),
            }
            Ok(Wanted::Yes)
        })?;
        Ok(read)
    }

    /// Reads a file in the worker and hands on what comes, so that the document is nowhere whole but in the worker.
    ///
    /// # Errors
    /// Why it cannot be read, also after some of it came; those of `on_step`.
    pub(crate) fn read_in_steps(
        &mut self,
        path: &Path,
        cancel: &CancelToken,
        on_step: &mut dyn FnMut(Step) -> Result<Wanted, WireError>,
    ) -> Result<(), WireError> {
        let (mut worker, hash, bytes) = self.send(path, ParseTask::Document)?;
        let mut wanted = on_step(Step::Hashed(hash))?;
        loop {
            let step = match wait(&mut worker, bytes, cancel) {
                Ok(ParseReply::Parsed { format, parsed }) => Step::Begun(format, parsed),
                Ok(ParseReply::Blocks(part)) => Step::Blocks(part),
                Ok(ParseReply::Written) => break,
                Ok(
                    ParseReply::Inspected(_)
                    | ParseReply::Manuscript(_)
                    | ParseReply::Kept
                    | ParseReply::Part { .. }
                    | ParseReply::Edited(_)
                    | ParseReply::Failed(_),
                ) => return Err(out_of_turn()),
                Err(error) => {
                    self.keep_after(worker, &error);
                    return Err(error);
                }
            };
            if wanted == Wanted::Yes {
                // With an error the worker is dropped in the middle of the file, and ends.
                wanted = on_step(step)?;
            }
        }
        self.worker = Some(worker);
        Ok(())
    }

    /// Checks a docx against the standard of official documents in the worker.
    pub(crate) fn inspect_official(
        &mut self,
        path: &Path,
        cancel: &CancelToken,
    ) -> Result<(OfficialReport, OfficialCorrection), WireError> {
        self.ask(
            path,
            ParseTask::InspectOfficial,
            cancel,
            |reply| match reply {
                ParseReply::Inspected(found) => Some(*found),
                _ => None,
            },
        )
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
        self.ask(path, task, cancel, |reply| match reply {
            ParseReply::Manuscript(read) => Some(*read),
            _ => None,
        })
    }

    /// Sends a file with a task that has one reply, and takes that reply.
    fn ask<T>(
        &mut self,
        path: &Path,
        task: ParseTask,
        cancel: &CancelToken,
        take: impl FnOnce(ParseReply) -> Option<T>,
    ) -> Result<T, WireError> {
        let (mut worker, _, bytes) = self.send(path, task)?;
        match wait(&mut worker, bytes, cancel) {
            Ok(reply) => {
                let found = take(reply).ok_or_else(out_of_turn)?;
                self.worker = Some(worker);
                Ok(found)
            }
            Err(error) => {
                self.keep_after(worker, &error);
                Err(error)
            }
        }
    }

    /// Sends a file to a worker; gives the worker, the hash and the size of what was sent.
    fn send(
        &mut self,
        path: &Path,
        task: ParseTask,
    ) -> Result<(Worker<ParseReply>, [u8; 32], u64), WireError> {
        let mut file = open(path)?;
        if self.files >= FILES_PER_WORKER {
            self.worker = None;
        }
        let mut worker = match self.worker.take() {
            Some(worker) => worker,
            None => {
                self.files = 0;
                Worker::start("parse", &[])?
            }
        };
        self.files += 1;
        // When this fails, the worker is in the middle of a file that will not come: it ends with it.
        let (hash, bytes) = stream(&mut file, path, task, &mut worker)?;
        Ok((worker, hash, bytes))
    }

    /// A worker that answered, if only with an error, reads the next file too.
    fn keep_after(&mut self, worker: Worker<ParseReply>, error: &WireError) {
        let is_gone = matches!(
            error.code,
            ErrorCode::WorkerCrashed | ErrorCode::TimedOut | ErrorCode::Cancelled
        );
        if !is_gone {
            self.worker = Some(worker);
        }
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
