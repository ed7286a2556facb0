//! legacy: to be read by its own reader.

use deskmate_core::{ErrorCode, Format, Parsed, ReadLimits, WireError};

/// Reader of legacy.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Legacy;

impl Format for Legacy {
    fn id(&self) -> &'static str {
        "legacy"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["doc", "ppt"]
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
