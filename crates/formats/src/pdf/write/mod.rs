//! Manuscripts and documents as pages: A4, faces of the system embedded as far as they are used, text that can be selected.
//!
//! Lines are broken by the rules of Unicode, so that no Chinese line begins with a comma; sources stand as footnotes on the
//! page that cites them first. The layout is ours, `pdf-writer` its objects.

mod draw;
mod embed;
mod faces;
mod flow;
mod lines;
mod outline;
mod pages;
mod strips;
mod table;
#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests;

use deskmate_core::{Citation, Document, Manuscript, WireError};

use crate::docx::DocumentLanguage;
use faces::Faces;
use flow::Flow;

/// Points of a millimetre.
const MM: f32 = 72.0 / 25.4;
/// A4, in points.
const PAGE: (f32, f32) = (210.0 * MM, 297.0 * MM);
/// Room beside, above and below the text.
const MARGIN: f32 = 25.0 * MM;
/// Width of the text.
const WIDTH: f32 = PAGE.0 - 2.0 * MARGIN;
/// Height of the text with its footnotes.
const HEIGHT: f32 = PAGE.1 - 2.0 * MARGIN;

/// Writes a document as pdf; marks `[1]` of these citations become footnotes with their sources.
///
/// # Errors
/// `NotFound` when no face of the system has the letters of the text; `Internal` when the file cannot be built.
pub fn render_pdf(
    document: &Document,
    citations: &[Citation],
    language: DocumentLanguage,
) -> Result<Vec<u8>, WireError> {
    let manuscript = Manuscript::from_document(document, citations);
    manuscript_pdf(
        document.title.as_deref().unwrap_or_default(),
        &manuscript,
        language,
    )
}

/// Writes a manuscript as pdf: with bold and italic, each citation mark leading to a footnote. Comments are left out.
///
/// # Errors
/// As [`render_pdf`].
pub fn manuscript_pdf(
    title: &str,
    manuscript: &Manuscript,
    language: DocumentLanguage,
) -> Result<Vec<u8>, WireError> {
    let faces = Faces::of_system(&flow::characters(manuscript), language)?;
    let mut flow = Flow::new(&faces, language);
    flow.manuscript(manuscript);
    let notes = flow.notes(manuscript);
    let pages = pages::paginate(flow.strips, &notes, &flow.headers);
    draw::pdf(&pages, &faces, title, language)
}
