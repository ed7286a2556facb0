//! Artifacts as the bytes of a file, by the file's extension.

use deskmate_core::{BlockContent, Citation, Document, ErrorCode, WireError};
use deskmate_formats::{
    DeckOptions, DocumentLanguage, DocxOptions, OfficialBlock, OfficialDocument, deck_document,
    lesson_plan_document, quiz_document, render_docx, render_html, render_markdown,
    render_official, render_pdf, worksheet_document, write_pptx,
};
use deskmate_knowledge::Language;

use crate::gongwen::report_document;
use crate::skill::Artifact;

/// Every extension that some artifact can be written with.
pub const EXTENSIONS: &[&str] = &["md", "docx", "html", "pdf", "pptx", "xlsx"];

impl Artifact {
    /// Extensions it can be written with, the usual one first.
    pub fn extensions(&self) -> &'static [&'static str] {
        match self {
            Self::Document(_) | Self::Rewrite(_) | Self::OfficialReport { .. } => {
                &["md", "docx", "html", "pdf"]
            }
            Self::Draft(_) | Self::Comparison { .. } => &["docx", "md", "html", "pdf"],
            // A plain pdf could be taken for the official layout.
            Self::Official(_) => &["docx", "md", "html"],
            Self::Table(_) => &["xlsx", "md", "html", "docx", "pdf"],
            // Only a docx can be the copy of a docx.
            Self::OfficialCorrection(_) => &["docx"],
            Self::Deck(_) => &["pptx", "md", "docx", "html"],
            Self::Quiz(_) | Self::LessonPlan(_) | Self::Worksheet(_) => {
                &["docx", "md", "html", "pdf"]
            }
            // Its parts have their own; see [`Artifact::files`].
            Self::Pack { .. } => &[],
        }
    }

    /// The bytes of a file with this extension; `citations` are the places behind the markers of its text.
    ///
    /// # Errors
    /// `InvalidInput` for an extension that it cannot be written with; those of the writer.
    pub fn render(&self, extension: &str, citations: &[Citation]) -> Result<Vec<u8>, WireError> {
        if !self.extensions().contains(&extension) {
            return Err(WireError::new(
                ErrorCode::InvalidInput,
                format!("this result cannot be written as `{extension}`"),
            )
            .with_hint(format!("choose among: {}", self.extensions().join(", "))));
        }
        match (self, extension) {
            (Self::Official(official), "docx") => return render_official(official),
            (Self::Draft(draft), "docx") => {
                if let Some(official) = draft.official() {
                    return render_official(&official);
                }
            }
            (Self::Table(table), "xlsx") => return table.workbook(),
            (Self::OfficialCorrection(correction), _) => return Ok(correction.bytes.clone()),
            (Self::Deck(deck), "pptx") => {
                return Ok(write_pptx(deck, &DeckOptions::default())?.bytes);
            }
            (
                Self::Document(_)
                | Self::Draft(_)
                | Self::Rewrite(_)
                | Self::Official(_)
                | Self::OfficialReport { .. }
                | Self::Comparison { .. }
                | Self::Table(_)
                | Self::Deck(_)
                | Self::Quiz(_)
                | Self::LessonPlan(_)
                | Self::Worksheet(_)
                | Self::Pack { .. },
                _,
            ) => {}
        }
        // These say themselves where each item stands.
        let citations = match self {
            Self::Quiz(_) | Self::Worksheet(_) => &[],
            _ => citations,
        };
        let document = self.document();
        let language = match crate::language_of_document(&document) {
            Language::Chinese => DocumentLanguage::Chinese,
            Language::English => DocumentLanguage::English,
        };
        match extension {
            "docx" => render_docx(
                &document,
                &DocxOptions {
                    citations,
                    language,
                },
            ),
            "pdf" => render_pdf(&document, citations, language),
            "html" => Ok(render_html(&document).into_bytes()),
            _ => Ok(self.text(citations).into_bytes()),
        }
    }

    /// The artifact as Markdown, for a terminal or a preview.
    pub fn text(&self, citations: &[Citation]) -> String {
        let mut text = render_markdown(&self.document());
        if !citations.is_empty() {
            text.push_str(&sources(citations));
        }
        text
    }

    fn document(&self) -> Document {
        match self {
            Self::Document(document) => document.clone(),
            Self::Draft(draft) => draft.document(),
            Self::Rewrite(rewrite) => rewrite.document(),
            Self::Official(official) => official_text(official),
            Self::OfficialReport {
                title,
                report,
                language,
            } => report_document(title, &report.findings, *language),
            Self::OfficialCorrection(correction) => {
                report_document("", &correction.left, Language::Chinese)
            }
            Self::Comparison {
                comparison,
                language,
            } => comparison.document(*language),
            Self::Table(table) => table.document(),
            Self::Deck(deck) => deck_document(deck),
            Self::Quiz(quiz) => quiz_document(quiz),
            Self::LessonPlan(plan) => lesson_plan_document(plan),
            Self::Worksheet(worksheet) => worksheet_document(worksheet),
            Self::Pack { parts } => Document {
                blocks: parts
                    .iter()
                    .flat_map(|part| part.artifact.document().blocks)
                    .collect(),
                ..Document::default()
            },
        }
    }
}

fn sources(citations: &[Citation]) -> String {
    let mut out = String::from("\n---\n\n");
    for citation in citations {
        let name = citation
            .path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy();
        let anchor = &citation.anchor;
        let page = anchor.page.map(|page| format!(", p. {page}"));
        let slide = anchor.slide.map(|slide| format!(", slide {slide}"));
        let heading = anchor
            .heading
            .last()
            .map(|heading| format!(", § {heading}"));
        let place: String = [page, slide, heading].into_iter().flatten().collect();
        let quote = citation.quote.replace('\n', " ");
        out.push_str(&format!(
            "[{}] {name}{place}: “{quote}”\n\n",
            citation.marker
        ));
    }
    out
}

/// An official document as plain blocks, in the order in which it is read.
fn official_text(official: &OfficialDocument) -> Document {
    let mut blocks = Vec::new();
    let mut push = |content| blocks.push(deskmate_core::Block::new(Default::default(), content));
    let paragraph = |text: String| BlockContent::Paragraph { text };
    for text in [
        &official.copy_number,
        &official.secrecy,
        &official.urgency,
        &official.issuer_mark,
        &official.number,
    ]
    .into_iter()
    .flatten()
    {
        push(paragraph(text.clone()));
    }
    if let Some(signer) = &official.signer {
        push(paragraph(format!("签发人：{signer}")));
    }
    push(BlockContent::Heading {
        level: 1,
        text: official.title.clone(),
    });
    if let Some(recipients) = &official.recipients {
        push(paragraph(format!("{recipients}：")));
    }
    let body = |blocks: &[OfficialBlock], push: &mut dyn FnMut(BlockContent)| {
        for block in blocks {
            push(match block {
                OfficialBlock::Text {
                    level,
                    number,
                    lead,
                    rest,
                } if *level > 0 && rest.is_empty() => BlockContent::Heading {
                    level: level + 1,
                    text: format!("{number}{lead}"),
                },
                OfficialBlock::Text {
                    number, lead, rest, ..
                } => paragraph(format!("{number}{lead}{rest}")),
                OfficialBlock::Table { header_rows, rows } => BlockContent::Table {
                    caption: None,
                    header_rows: *header_rows,
                    rows: rows.clone(),
                },
            });
        }
    };
    body(&official.body, &mut push);
    for (index, name) in official.attachments.iter().enumerate() {
        let number = if official.attachments.len() > 1 {
            format!("{}.", index + 1)
        } else {
            String::new()
        };
        let head = if index == 0 { "附件：" } else { "" };
        push(paragraph(format!("{head}{number}{name}")));
    }
    for text in official
        .signatories
        .iter()
        .chain(&official.date)
        .chain(&official.note)
    {
        push(paragraph(text.clone()));
    }
    for annex in &official.annexes {
        push(paragraph(annex.label.clone()));
        push(BlockContent::Heading {
            level: 2,
            text: annex.title.clone(),
        });
        body(&annex.body, &mut push);
    }
    if let Some(copies) = &official.copies {
        push(paragraph(format!("抄送：{copies}。")));
    }
    if let (Some(printer), Some(date)) = (&official.printer, &official.print_date) {
        push(paragraph(format!("{printer}　{date}印发")));
    }
    Document {
        title: Some(official.title.clone()),
        metadata: Default::default(),
        blocks,
    }
}
