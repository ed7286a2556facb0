//! Workbooks to tables in a worker: the host gets a file of SQLite tables and never sees a cell that it did not ask for.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use deskmate_core::{CancelToken, ErrorCode, WireError};
use deskmate_sheets::Correction;

use super::pool::{open, out_of_turn, stream, wait};
use super::{ParseReply, ParseRequest, ParseTask};
use crate::process::Worker;

/// Reads workbooks in one worker and writes the tables that it finds into `file`.
///
/// The worker opens no file: it gives the bytes of a SQLite file, which the host only writes down.
///
/// # Errors
/// Why a file cannot be read, with its name; `EmptyFile` when there is no table in any of them; `Cancelled`.
pub(crate) fn lay_down_tables(
    paths: &[PathBuf],
    corrections: &[Correction],
    file: &Path,
    cancel: &CancelToken,
) -> Result<(), WireError> {
    let mut worker: Worker<ParseReply> = Worker::start("parse", &[])?;
    let mut bytes = 0;
    for path in paths {
        if !path.exists() {
            return Err(WireError::new(
                ErrorCode::NotFound,
                format!("there is no file `{}`", path.display()),
            ));
        }
        let task = ParseTask::KeepCells {
            path: path.display().to_string(),
        };
        let mut source = open(path)?;
        let (_, size) = stream(&mut source, path, task, &mut worker)?;
        bytes += size;
        match wait(&mut worker, size, cancel)? {
            ParseReply::Kept => {}
            ParseReply::Failed(error) => return Err(of_file(path, error)),
            ParseReply::Parsed { .. }
            | ParseReply::Blocks(_)
            | ParseReply::Inspected(_)
            | ParseReply::Manuscript(_)
            | ParseReply::Part { .. }
            | ParseReply::Edited(_)
            | ParseReply::Written => return Err(out_of_turn()),
        }
    }
    let request = ParseRequest {
        extension: String::new(),
        task: ParseTask::MakeTables {
            corrections: corrections.to_vec(),
        },
    };
    if !worker.send(&request) {
        return Err(WireError::new(
            ErrorCode::WorkerCrashed,
            "the reader died on these files",
        ));
    }
    let io_error = |error: std::io::Error| {
        WireError::new(
            ErrorCode::of_io(&error),
            format!("could not write `{}`: {error}", file.display()),
        )
    };
    let mut written = File::create_new(file).map_err(io_error)?;
    loop {
        match wait(&mut worker, bytes, cancel)? {
            ParseReply::Part { base64 } => {
                let part = BASE64.decode(base64).map_err(|_| out_of_turn())?;
                written.write_all(&part).map_err(io_error)?;
            }
            ParseReply::Written => return Ok(()),
            ParseReply::Failed(error) => return Err(error),
            ParseReply::Parsed { .. }
            | ParseReply::Blocks(_)
            | ParseReply::Inspected(_)
            | ParseReply::Manuscript(_)
            | ParseReply::Edited(_)
            | ParseReply::Kept => {
                return Err(out_of_turn());
            }
        }
    }
}

fn of_file(path: &Path, error: WireError) -> WireError {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    WireError {
        message: format!("could not read `{name}`: {}", error.message),
        ..error
    }
}
