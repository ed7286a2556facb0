//! workbook: to be read by its own reader.

use deskmate_core::{ErrorCode, Format, Parsed, ReadLimits, WireError};

/// Reader of workbook.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Workbook;

impl Format for Workbook {
    fn id(&self) -> &'static str {
        "workbook"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["xlsx", "xlsm", "xls", "xlsb", "ods"]
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
