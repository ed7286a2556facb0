//! Plain text: paragraphs from blank lines, wrapped lines joined, legal headings recognised.

mod lines;
mod paragraphs;

use deskmate_core::{Document, ErrorCode, Format, Parsed, ReadLimits, ReadWarning, WireError};

use crate::encoding::{self, Decoded};

pub(crate) use lines::display_width;

/// Reader of plain text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Text;

impl Format for Text {
    fn id(&self) -> &'static str {
        "text"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["txt", "log"]
    }

    fn matches(&self, bytes: &[u8], _extension: &str) -> bool {
        encoding::is_text(bytes)
    }

    fn read(&self, bytes: &[u8], _limits: &ReadLimits) -> Result<Parsed, WireError> {
        let decoded = encoding::decode(bytes);
        if decoded.text.trim().is_empty() {
            return Err(blank());
        }
        let (title, blocks) = paragraphs::read(&decoded.text);
        let mut document = Document {
            title,
            blocks,
            ..Document::default()
        };
        document
            .metadata
            .insert("encoding".into(), decoded.encoding.into());
        Ok(Parsed {
            document,
            warnings: decoding_warning(&decoded).into_iter().collect(),
        })
    }
}

/// Splits running text, such as a mail body, into blocks.
pub(crate) fn blocks_of(text: &str) -> Vec<deskmate_core::Block> {
    paragraphs::read(text).1
}

/// The error of a file that holds white space alone.
pub(crate) fn blank() -> WireError {
    WireError::new(ErrorCode::EmptyFile, "the file holds no text")
        .with_hint("open it in the program it comes from and save it again")
}

/// What a reader of text says about bytes that did not decode.
pub(crate) fn decoding_warning(decoded: &Decoded) -> Option<ReadWarning> {
    decoded.had_errors.then(|| {
        ReadWarning::new(
            ErrorCode::PartlyDamaged,
            format!(
                "some bytes are not valid `{}`; characters may be wrong or missing",
                decoded.encoding
            ),
        )
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests;
