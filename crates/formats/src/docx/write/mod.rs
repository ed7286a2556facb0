//! Documents as docx: real styles, numbering, footnotes, comments and native formulas.
//!
//! Written part by part, without a writing library: the ones there are know no Office formulas and no document grid,
//! which the official layout needs, and would add packages for what is here a few hundred lines over `zip`.

mod body;
mod list;
mod package;
mod styles;

use deskmate_core::{Citation, Document, Manuscript, WireError};

use body::BodyWriter;
pub(crate) use package::{Story, WORD_NAMESPACES, assemble};

/// Language of a document's fixed words and default faces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DocumentLanguage {
    /// Chinese: Song and Hei faces.
    #[default]
    Chinese,
    /// English: Latin faces first.
    English,
}

/// How a document is written to docx.
#[derive(Debug, Clone, Copy, Default)]
pub struct DocxOptions<'a> {
    /// Places behind the markers `[1]`, `[2]` … of the text: each marker becomes a footnote with its source.
    pub citations: &'a [Citation],
    /// Language of the fixed words and of the default faces.
    pub language: DocumentLanguage,
}

/// Writes a document as docx.
///
/// Headings get real styles, lists real numbering, notes real footnotes and comments, formulas become native ones,
/// and every face has its East Asian counterpart. Of a picture only the description is known: a grey frame carries
/// it as alternative text.
///
/// # Errors
/// `Internal` when the archive cannot be built.
pub fn render_docx(document: &Document, options: &DocxOptions<'_>) -> Result<Vec<u8>, WireError> {
    let mut body = BodyWriter::new(options.citations);
    body.write(&document.blocks);
    finish(document, body, options.language)
}

/// Writes a manuscript as docx: as [`render_docx`], with bold and italic, each citation mark a footnote with its source,
/// and each open comment a comment of Word on its text.
///
/// # Errors
/// `Internal` when the archive cannot be built.
pub fn manuscript_docx(
    title: &str,
    manuscript: &Manuscript,
    language: DocumentLanguage,
) -> Result<Vec<u8>, WireError> {
    // Brackets that someone typed are text: only runs that cite become footnotes.
    let mut body = BodyWriter::new(&[]);
    body.write_manuscript(manuscript);
    let document = Document {
        title: (!title.is_empty()).then(|| title.to_owned()),
        ..Document::default()
    };
    finish(&document, body, language)
}

fn finish(
    document: &Document,
    body: BodyWriter<'_>,
    language: DocumentLanguage,
) -> Result<Vec<u8>, WireError> {
    let mut story = body.finish();
    story.body.push_str(
        "<w:sectPr><w:footerReference w:type=\"default\" r:id=\"rIdFooter1\"/>\
         <w:pgSz w:w=\"11906\" w:h=\"16838\"/>\
         <w:pgMar w:top=\"1440\" w:right=\"1588\" w:bottom=\"1440\" w:left=\"1588\" w:header=\"851\" w:footer=\"992\" w:gutter=\"0\"/>\
         <w:docGrid w:type=\"lines\" w:linePitch=\"312\"/></w:sectPr>",
    );
    story.footers = vec![styles::page_number_footer()];
    story.styles = styles::styles(language);
    assemble(document, story)
}
