//! The port for file formats: bytes to a document.

use crate::{Parsed, WireError};

/// How far a reader may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadLimits {
    /// Bytes that an archive may unpack to in all.
    pub max_expanded_bytes: u64,
    /// Entries of an archive.
    pub max_entries: usize,
    /// Unpacked ÷ packed size above which an entry over 1 MiB counts as a bomb.
    pub max_ratio: u64,
    /// Depth of nested elements.
    pub max_depth: usize,
    /// Cells of a sheet.
    pub max_cells: u64,
}

impl Default for ReadLimits {
    /// Values of the common isolating parsers (Tika: ratio 100, depth 100), with sizes for a 512 MiB worker.
    fn default() -> Self {
        Self {
            max_expanded_bytes: 400 << 20,
            max_entries: 10_000,
            max_ratio: 200,
            max_depth: 200,
            max_cells: 3_000_000,
        }
    }
}

/// A reader of one file format.
pub trait Format: Send + Sync {
    /// Short name, e.g. `docx`.
    fn id(&self) -> &'static str;

    /// Usual extensions in lower case without the dot.
    fn extensions(&self) -> &'static [&'static str];

    /// Whether content is of this format, judged by the bytes; `extension` (lower case) may only decide among
    /// formats that cannot be told apart by content, such as CSV and plain text.
    fn matches(&self, bytes: &[u8], extension: &str) -> bool;

    /// Reads what can be read.
    ///
    /// # Errors
    /// Only when nothing can be read: `EncryptedPdf`, `EncryptedFile`, `DamagedFile`, `EmptyFile`, `ArchiveBomb`.
    /// A file whose pages are pictures is a document with `NeedsOcr` warnings.
    fn read(&self, bytes: &[u8], limits: &ReadLimits) -> Result<Parsed, WireError>;
}
