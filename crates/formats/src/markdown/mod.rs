//! Markdown (CommonMark with tables, footnotes, task lists, math and front matter).

mod reader;
mod write;

use deskmate_core::{Document, Format, Parsed, ReadLimits, WireError};

use crate::{encoding, text};

pub use write::render_markdown;

/// Reader of Markdown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Markdown;

impl Format for Markdown {
    fn id(&self) -> &'static str {
        "markdown"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["md", "markdown"]
    }

    fn matches(&self, bytes: &[u8], extension: &str) -> bool {
        // Nothing in the content tells Markdown from plain text for certain.
        self.extensions().contains(&extension) && encoding::is_text(bytes)
    }

    fn read(&self, bytes: &[u8], limits: &ReadLimits) -> Result<Parsed, WireError> {
        let decoded = encoding::decode(bytes);
        if decoded.text.trim().is_empty() {
            return Err(text::blank());
        }
        let read = reader::read(&decoded.text, limits);
        let mut document = Document {
            title: read.title,
            metadata: read.metadata,
            blocks: read.blocks,
        };
        document
            .metadata
            .insert("encoding".into(), decoded.encoding.into());
        let mut warnings = read.warnings;
        warnings.extend(text::decoding_warning(&decoded));
        Ok(Parsed { document, warnings })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests;
