//! File formats: bytes to a [`Document`](deskmate_core::Document), one folder per format.
//!
//! Here: detection by content and the readers. Not here: where files lie, worker processes, chunks.
//! Readers run inside a parse worker with a memory limit; they still refuse bombs by themselves.

mod archive;
mod cfb;
mod cited;
mod courseware;
mod csv;
mod deck;
mod docx;
mod drawing;
mod eml;
mod encoding;
mod epub;
mod formula;
mod html;
mod label;
mod legacy;
mod list;
mod look;
mod manuscript;
mod markdown;
mod odt;
mod official;
mod omml;
mod outline;
mod package;
mod package_writer;
mod pdf;
mod pptx;
mod rtf;
mod text;
mod workbook;
mod xml;
mod xml_edit;

use deskmate_core::{ErrorCode, Format, Parsed, ReadLimits, ReadWarning, WireError};

pub use courseware::{deck_document, lesson_plan_document, quiz_document, worksheet_document};
pub use deck::{DeckOptions, WrittenDeck, check_template, write_pptx};
pub use docx::{DocumentLanguage, DocxOptions, manuscript_docx, render_docx};
pub use html::render_html;
pub use manuscript::{
    ReadManuscript, manuscript_html, manuscript_markdown, read_manuscript, read_manuscript_text,
};
pub use markdown::render_markdown;
pub use official::{
    Annex, OfficialBlock, OfficialCorrection, OfficialDocument, OfficialFinding, OfficialReport,
    SealLayout, check_official, fix_official, parse_official, render_official,
};
pub use pdf::{manuscript_pdf, render_pdf};

/// All readers; the first whose `matches` says yes reads the file, so the ones that look at content most
/// strictly come first and plain text last.
pub fn registry() -> &'static [&'static dyn Format] {
    &[
        &pdf::Pdf,
        &docx::Docx,
        &pptx::Pptx,
        &workbook::Workbook,
        &odt::Odt,
        &epub::Epub,
        &legacy::Legacy,
        &rtf::Rtf,
        &eml::Eml,
        &html::Html,
        &csv::Csv,
        &markdown::Markdown,
        &text::Text,
    ]
}

/// True when some reader claims this extension (lower case, without the dot).
pub fn knows_extension(extension: &str) -> bool {
    registry()
        .iter()
        .any(|format| format.extensions().contains(&extension))
}

/// Finds the reader for this content.
pub fn detect(bytes: &[u8], extension: &str) -> Option<&'static dyn Format> {
    registry()
        .iter()
        .copied()
        .find(|format| format.matches(bytes, extension))
}

/// Reads a file's bytes with the reader that its content asks for; gives the reader's id beside the result.
///
/// A content that is not what the extension says is read all the same and carries a `MislabelledFile` warning.
///
/// # Errors
/// `EmptyFile`, `UnsupportedFormat`, and those of the reader.
pub fn read(
    bytes: &[u8],
    extension: &str,
    limits: &ReadLimits,
) -> Result<(&'static str, Parsed), WireError> {
    let extension = extension.to_lowercase();
    if bytes.is_empty() {
        return Err(WireError::new(ErrorCode::EmptyFile, "the file is empty")
            .with_hint("open it in the program it comes from and save it again"));
    }
    let format = detect(bytes, &extension).ok_or_else(|| unread(&extension))?;
    let mut parsed = format.read(bytes, limits)?;
    if knows_extension(&extension) && !format.extensions().contains(&extension.as_str()) {
        parsed.warnings.push(ReadWarning::new(
            ErrorCode::MislabelledFile,
            format!(
                "the name says `{extension}`, the content is {}",
                format.id()
            ),
        ));
    }
    Ok((format.id(), parsed))
}

/// The error for content that no reader takes: damaged when the name promises a format that content always shows.
fn unread(extension: &str) -> WireError {
    let plain = ["text", "csv", "markdown"];
    let promises = registry()
        .iter()
        .any(|format| format.extensions().contains(&extension) && !plain.contains(&format.id()));
    if promises {
        WireError::new(
            ErrorCode::DamagedFile,
            format!(
                "the name says `{extension}`, but the content is not of that kind or is broken"
            ),
        )
        .with_hint("open it in the program it comes from, save it again and add it again")
    } else {
        WireError::new(
            ErrorCode::UnsupportedFormat,
            "no reader knows this kind of content",
        )
        .with_hint("save it as docx, pdf, xlsx, pptx, html or plain text and add it again")
    }
}
