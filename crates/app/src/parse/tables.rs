//! Workbooks to tables in a worker: the host gets a file of SQLite tables and never sees a cell that it did not ask for.

use std::path::{Path, PathBuf};

use deskmate_core::{CancelToken, ErrorCode, WireError};
use deskmate_sheets::Correction;

use super::pool::{open, out_of_turn, stream, wait};
use super::{ParseReply, ParseRequest, ParseTask};
use crate::process::Worker;

/// Reads workbooks in one worker and has it write their tables into `file`, which must not exist.
///
/// # Errors
/// Why a file cannot be read, with its name; `EmptyFile` when there is no table in any of them; `Cancelled`.
pub(crate) fn lay_down_tables(
    paths: &[PathBuf],
    corrections: &[Correction],
    file: &Path,
    cancel: &CancelToken,
) -> Result<(), WireError> {
    let mut worker: Worker<ParseReply> = Worker::start("parse")?;
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
            ParseReply::Parsed { .. } | ParseReply::Inspected(_) | ParseReply::Written => {
                return Err(out_of_turn());
            }
        }
    }
    let request = ParseRequest {
        extension: String::new(),
        task: ParseTask::WriteTables {
            file: file.to_path_buf(),
            corrections: corrections.to_vec(),
        },
    };
    if !worker.send(&request) {
        return Err(WireError::new(
            ErrorCode::WorkerCrashed,
            "the reader died on these files",
        ));
    }
    match wait(&mut worker, bytes, cancel)? {
        ParseReply::Written => Ok(()),
        ParseReply::Failed(error) => Err(error),
        ParseReply::Parsed { .. } | ParseReply::Inspected(_) | ParseReply::Kept => {
            Err(out_of_turn())
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
