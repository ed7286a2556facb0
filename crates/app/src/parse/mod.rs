//! Reading files in worker processes: the host opens and streams the bytes, the worker makes a document of them.

mod edit;
mod pool;
mod tables;
mod worker;

use deskmate_core::{Citation, DocumentPart, Parsed, WireError};
use deskmate_formats::{OfficialCorrection, OfficialReport, ReadManuscript};
use serde::{Deserialize, Serialize};

pub(crate) use edit::EditedWorkbook;
pub(crate) use pool::{Reader, Step, Wanted, io_error};
pub(crate) use tables::lay_down_tables;
pub(crate) use worker::{limit_memory, serve};

/// Largest file that is read; a larger one would not fit into a worker's memory with what is made of it.
pub const MAX_FILE_BYTES: u64 = 128 << 20;

/// A file to be read; the bytes follow in blocks (`u32` little endian length, then bytes), an empty block ends them.
#[derive(Debug, Serialize, Deserialize)]
struct ParseRequest {
    /// Lower-case extension without the dot; only a hint.
    extension: String,
    /// What to do with it.
    #[serde(default)]
    task: ParseTask,
}

/// What to do with a file.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ParseTask {
    /// Make a document of it and send it back.
    #[default]
    Document,
    /// Check it against the standard of official documents instead of reading it.
    InspectOfficial,
    /// Make something to go on writing of it.
    Manuscript {
        /// The citations whose marks stand in it.
        citations: Vec<Citation>,
    },
    /// Keep its cells until the tables are asked for.
    KeepCells {
        /// The file, as the user knows it.
        path: String,
    },
    /// Keep its bytes, to be changed.
    KeepBytes,
    /// Do something with the kept workbook; no bytes belong to this.
    Edit(edit::EditTask),
    /// Find the tables in all kept cells and give them in parts; no bytes belong to this.
    MakeTables {
        /// What the user said about tables.
        corrections: Vec<deskmate_sheets::Correction>,
    },
}

/// What became of it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ParseReply {
    /// A document without its blocks, which follow in parts.
    Parsed {
        /// Name of the format.
        format: String,
        /// The document with its warnings.
        parsed: Box<Parsed>,
    },
    /// The next blocks of the document.
    Blocks(DocumentPart),
    /// What the official checker found, and a corrected copy.
    Inspected(Box<(OfficialReport, OfficialCorrection)>),
    /// Something to go on writing.
    Manuscript(Box<ReadManuscript>),
    /// The cells are kept.
    Kept,
    /// The next bytes of the tables' file.
    Part {
        /// The bytes: as text, since frames hold JSON.
        base64: String,
    },
    /// What came of the kept workbook; parts came before it.
    Edited(Box<edit::EditReply>),
    /// That was the last part.
    Written,
    /// Nothing could be read.
    Failed(WireError),
}

impl crate::process::Trailed for ParseReply {}

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

/// Reads one file as a manuscript in a worker of its own; marks of these citations become citations.
///
/// # Errors
/// As [`read_file`].
pub(crate) fn read_manuscript_file(
    path: &std::path::Path,
    citations: &[Citation],
    cancel: &deskmate_core::CancelToken,
) -> Result<ReadManuscript, WireError> {
    check_exists(path)?;
    Reader::default().manuscript(path, citations, cancel)
}

/// Reads one file in a worker of its own, without a library.
///
/// # Errors
/// Why nothing can be read of it; `NotFound` when it is not there.
pub fn read_file(
    path: &std::path::Path,
    cancel: &deskmate_core::CancelToken,
) -> Result<Parsed, WireError> {
    check_exists(path)?;
    Reader::default()
        .read(path, cancel)
        .map(|(_, parsed)| parsed)
}

fn check_exists(path: &std::path::Path) -> Result<(), WireError> {
    if path.exists() {
        return Ok(());
    }
    Err(WireError::new(
        deskmate_core::ErrorCode::NotFound,
        format!("there is no file `{}`", path.display()),
    ))
}
