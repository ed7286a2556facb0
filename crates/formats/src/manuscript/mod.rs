//! Manuscripts from files and as files: read with their marks where the format is Markdown, written as Markdown and HTML.
//! The writer of docx lies with the other one of that format.

mod html;
mod markdown;
mod read;

use deskmate_core::{
    BlockContent, Citation, ErrorCode, Manuscript, Passage, ReadLimits, ReadWarning, WireError,
};
use serde::{Deserialize, Serialize};

use crate::docx::Docx;
use crate::look::{self, Keep};
use crate::{encoding, text};

pub use html::manuscript_html;
pub use markdown::manuscript_markdown;

/// A file as something to go on writing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReadManuscript {
    /// Its title, where it has one.
    pub title: Option<String>,
    /// Its content.
    pub manuscript: Manuscript,
    /// What of the file is not in it.
    pub warnings: Vec<ReadWarning>,
}

/// Reads a file's bytes as a manuscript: Markdown and docx with bold and italic, any other format by its blocks.
///
/// Marks such as `[3]` of these citations become citations. A picture stays as a block with its description, and a
/// warning says that the picture itself is not in the manuscript.
///
/// # Errors
/// As [`crate::read`].
pub fn read_manuscript(
    bytes: &[u8],
    extension: &str,
    citations: &[Citation],
    limits: &ReadLimits,
) -> Result<ReadManuscript, WireError> {
    let (format, parsed) = crate::read(bytes, extension, limits)?;
    let mut read = if format == "markdown" {
        let decoded = encoding::decode(bytes);
        if decoded.text.trim().is_empty() {
            return Err(text::blank());
        }
        let mut read = read_manuscript_text(&decoded.text, citations);
        read.title = parsed.document.title;
        read.warnings = parsed.warnings;
        read
    } else if format == "docx" {
        let mut read = docx_manuscript(bytes, citations, limits)?;
        // Of the first reading, what it says of the file as a whole, such as another content than its name says.
        let of_file = |warning: &ReadWarning| warning.code == ErrorCode::MislabelledFile;
        read.warnings
            .extend(parsed.warnings.into_iter().filter(of_file));
        read
    } else {
        ReadManuscript {
            title: parsed.document.title.clone(),
            manuscript: Manuscript::from_document(&parsed.document, citations),
            warnings: parsed.warnings,
        }
    };
    let is_picture = |passage: &&Passage| {
        matches!(
            passage,
            Passage::Kept {
                block: BlockContent::Image { .. }
            }
        )
    };
    let pictures = read.manuscript.passages.iter().filter(is_picture).count();
    if pictures > 0 {
        read.warnings.push(ReadWarning::new(
            ErrorCode::Omitted,
            format!("of {pictures} pictures only the descriptions are kept"),
        ));
    }
    Ok(read)
}

fn docx_manuscript(
    bytes: &[u8],
    citations: &[Citation],
    limits: &ReadLimits,
) -> Result<ReadManuscript, WireError> {
    let parsed = Docx::read_keeping(bytes, limits, Keep::Looks)?;
    Ok(ReadManuscript {
        title: parsed.document.title.clone(),
        manuscript: look::manuscript(&parsed.document, citations),
        warnings: parsed.warnings,
    })
}

/// Reads Markdown as a manuscript. The list of sources that [`manuscript_markdown`] puts under its text is left out.
pub fn read_manuscript_text(markdown: &str, citations: &[Citation]) -> ReadManuscript {
    ReadManuscript {
        title: None,
        manuscript: Manuscript {
            passages: read::passages(markdown, citations),
            comments: Vec::new(),
            citations: citations.to_vec(),
        },
        warnings: Vec::new(),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests;
