//! EPUB books: the pages of the spine in order, read as HTML.

mod package;

use std::collections::HashSet;

use deskmate_core::{
    BlockContent, Document, ErrorCode, Format, Parsed, ReadLimits, ReadWarning, WireError,
};

use crate::archive::{self, Archive, PackageKind};
use crate::outline::Outline;
use crate::{encoding, html, text};

/// Reader of EPUB books.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Epub;

impl Format for Epub {
    fn id(&self) -> &'static str {
        "epub"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["epub"]
    }

    fn matches(&self, bytes: &[u8], extension: &str) -> bool {
        match archive::package_kind(bytes) {
            Some(PackageKind::Mimetype(mimetype)) => mimetype.starts_with("application/epub+zip"),
            Some(PackageKind::Other) => extension == "epub",
            Some(PackageKind::Word | PackageKind::Presentation | PackageKind::Workbook) | None => {
                false
            }
        }
    }

    fn read(&self, bytes: &[u8], limits: &ReadLimits) -> Result<Parsed, WireError> {
        let mut archive = Archive::open(bytes, limits)?;
        let book = package::open(&mut archive, limits)?;
        let mut warnings = Vec::new();
        if archive.recovered() {
            warnings.push(ReadWarning::new(
                ErrorCode::PartlyDamaged,
                "the archive lost its directory, so pages may be missing",
            ));
        }
        let mut outline = Outline::default();
        // A spine may name a page any number of times; it is read once.
        let mut seen = HashSet::new();
        for page in &book.pages {
            if !seen.insert(page.path.as_str()) {
                continue;
            }
            match archive.read_partial(&page.path) {
                Ok(Some(part)) => {
                    if let Some(fault) = &part.fault {
                        warnings.push(unreadable(&page.path, &fault.message));
                    }
                    warnings.extend(add_page(
                        &part.content,
                        page.label.as_deref(),
                        limits,
                        &mut outline,
                    ));
                }
                Ok(None) => warnings.push(unreadable(&page.path, "it is missing")),
                Err(error)
                    if matches!(
                        error.code,
                        ErrorCode::ArchiveBomb | ErrorCode::EncryptedFile
                    ) =>
                {
                    return Err(error);
                }
                Err(error) => warnings.push(unreadable(&page.path, &error.message)),
            }
        }
        let document = Document {
            title: book.metadata.get("title").cloned(),
            metadata: book.metadata,
            blocks: outline.finish(),
        };
        if document.blocks.is_empty() {
            return Err(text::blank());
        }
        Ok(Parsed { document, warnings })
    }
}

/// Adds a page; one without a heading stands under its name in the table of contents.
fn add_page(
    content: &[u8],
    label: Option<&str>,
    limits: &ReadLimits,
    outline: &mut Outline,
) -> Vec<ReadWarning> {
    let decoded = encoding::decode_declared(content, html::declared_charset(content).as_deref());
    let page = html::read_fragment(&decoded.text, limits, Vec::new());
    let has_heading = page
        .blocks
        .iter()
        .any(|block| matches!(block.content, BlockContent::Heading { .. }));
    if let Some(label) = label
        && !has_heading
        && !page.blocks.is_empty()
    {
        outline.heading(1, label, None);
    }
    for block in page.blocks {
        match block.content {
            BlockContent::Heading { level, text } => outline.heading(level, &text, None),
            other => outline.push(other, None),
        }
    }
    page.warnings
}

fn unreadable(path: &str, reason: &str) -> ReadWarning {
    ReadWarning::new(
        ErrorCode::PartlyDamaged,
        format!("the page `{path}` could not be read in full: {reason}"),
    )
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests;
