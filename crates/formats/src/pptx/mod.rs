//! pptx: to be read by its own reader.

use deskmate_core::{ErrorCode, Format, Parsed, ReadLimits, WireError};

/// Reader of pptx.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pptx;

impl Format for Pptx {
    fn id(&self) -> &'static str {
        "pptx"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["pptx", "pptm", "ppsx"]
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
