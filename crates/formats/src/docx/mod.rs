//! docx: to be read by its own reader.

use deskmate_core::{ErrorCode, Format, Parsed, ReadLimits, WireError};

/// Reader of docx.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Docx;

impl Format for Docx {
    fn id(&self) -> &'static str {
        "docx"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["docx", "docm", "dotx"]
    }

    fn matches(&self, _bytes: &[u8], _extension: &str) -> bool {
        false
    }

    fn read(&self, _bytes: &[u8], _limits: &ReadLimits) -> Result<Parsed, WireError> {
        Err(WireError::new(
            ErrorCode::UnsupportedFormat,
            "no reader yet",
        ))
    }
}
