//! Reading files in worker processes: the host opens and streams the bytes, the worker makes a document of them.

mod pool;
mod worker;

use deskmate_core::{Parsed, WireError};
use deskmate_formats::{OfficialCorrection, OfficialReport};
use serde::{Deserialize, Serialize};

pub(crate) use pool::{Read, Reader, io_error};
pub(crate) use worker::serve;

/// Largest file that is read; a larger one would not fit into a worker's memory with what is made of it.
pub const MAX_FILE_BYTES: u64 = 128 << 20;

/// A file to be read; the bytes follow in blocks (`u32` little endian length, then bytes), an empty block ends them.
#[derive(Debug, Serialize, Deserialize)]
struct ParseRequest {
    /// Lower-case extension without the dot; only a hint.
    extension: String,
    /// Check it against the standard of official documents instead of reading it.
    #[serde(default)]
    inspect_official: bool,
}

/// What became of it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ParseReply {
    /// A document.
    Parsed {
        /// Name of the format.
        format: String,
        /// The document with its warnings.
        parsed: Box<Parsed>,
    },
    /// What the official checker found, and a corrected copy.
    Inspected(Box<(OfficialReport, OfficialCorrection)>),
    /// Nothing could be read.
    Failed(WireError),
}

/// Checks one docx against the standard of official documents in a worker of its own, and corrects a copy.
///
/// # Errors
/// `UnsupportedFormat` when it is no docx; those of reading.
pub(crate) fn inspect_official(
    path: &std::path::Path,
    cancel: &deskmate_core::CancelToken,
) -> Result<(OfficialReport, OfficialCorrection), WireError> {
    Reader::default().inspect_official(path, cancel)
}

/// Reads one file in a worker of its own, without a library.
///
/// # Errors
/// Why nothing can be read of it; `NotFound` when it is not there.
pub fn read_file(
    path: &std::path::Path,
    cancel: &deskmate_core::CancelToken,
) -> Result<Parsed, WireError> {
    if !path.exists() {
        return Err(WireError::new(
            deskmate_core::ErrorCode::NotFound,
            format!("there is no file `{}`", path.display()),
        ));
    }
    Reader::default()
        .read(path, cancel)
        .outcome
        .map(|(_, parsed)| parsed)
}
