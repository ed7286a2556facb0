//! Rich Text Format: paragraphs, headings, lists, tables and notes, with the code pages of its fonts.

mod charset;
mod paragraphs;
mod reader;
mod tokens;

use deskmate_core::{Document, ErrorCode, Format, Parsed, ReadLimits, ReadWarning, WireError};

use crate::text;

/// Reader of RTF.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rtf;

impl Format for Rtf {
    fn id(&self) -> &'static str {
        "rtf"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["rtf"]
    }

    fn matches(&self, bytes: &[u8], _extension: &str) -> bool {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        bytes.trim_ascii_start().starts_with(b"{\\rtf")
    }

    fn read(&self, bytes: &[u8], limits: &ReadLimits) -> Result<Parsed, WireError> {
        let read = reader::read(bytes, limits);
        let document = Document {
            title: read.title,
            metadata: read.metadata,
            blocks: read.blocks,
        };
        if document.is_empty() {
            return Err(text::blank());
        }
        let mut warnings = Vec::new();
        if read.ended_early {
            warnings.push(ReadWarning::new(
                ErrorCode::PartlyDamaged,
                "the file ends in the middle, so its end may be missing",
            ));
        }
        if read.hidden_characters > 20 {
            warnings.push(ReadWarning::new(
                ErrorCode::Omitted,
                format!(
                    "{} characters of hidden text were left out",
                    read.hidden_characters
                ),
            ));
        }
        if read.too_many_cells {
            warnings.push(ReadWarning::new(
                ErrorCode::Omitted,
                "a table has too many cells, so its end was left out",
            ));
        }
        Ok(Parsed { document, warnings })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests;
