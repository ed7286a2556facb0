//! Pages as the bytes of a file.

use std::io::Write as _;

use deskmate_core::{ErrorCode, WireError};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use pdf_writer::types::TextRenderingMode;
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref, Str, TextStr};

use super::embed::Usage;
use super::faces::Faces;
use super::lines::{Letter, Line, Piece, Setting, set};
use super::outline::{Heading, write_outline};
use super::strips::{Mark, PageStrips};
use super::{MARGIN, PAGE, WIDTH};
use crate::docx::DocumentLanguage;

/// Size of the page numbers.
const NUMBER_SIZE: f32 = 9.0;
/// How far an upright face leans where italic is wanted.
const SLANT: f32 = 0.2;
/// Outline of a letter without a bold face, in sizes of it.
const THICKER: f32 = 0.035;

/// Writes pages.
///
/// # Errors
/// `Internal` when a face cannot be embedded.
pub(super) fn pdf(
    pages: &[PageStrips],
    faces: &Faces,
    title: &str,
    language: DocumentLanguage,
) -> Result<Vec<u8>, WireError> {
    let mut last = 0;
    let mut next = || {
        last += 1;
        Ref::new(last)
    };
    let mut pdf = Pdf::new();
    let [catalog, tree, info] = [next(), next(), next()];
    let usage = Usage::of(pages, faces, "0123456789");
    let fonts = usage.embed(&mut pdf, faces, &mut next)?;
    let page_refs: Vec<Ref> = pages.iter().map(|_| next()).collect();
    let mut headings: Vec<Heading> = Vec::new();
    for (number, strips) in pages.iter().enumerate() {
        let mut page = Drawing {
            content: Content::new(),
            usage: &usage,
        };
        for placed in &strips.placed {
            let top = MARGIN + placed.y;
            if let Some((level, text)) = &placed.strip.heading {
                headings.push(Heading {
                    level: *level,
                    text: text.replace('\n', " "),
                    page: page_refs[number],
                    top: PAGE.1 - top,
                });
            }
            for mark in &placed.strip.marks {
                page.mark(mark, top);
            }
        }
        page.number(number + 1, faces, language);
        let content = next();
        let data = packed(page.content.finish().as_slice());
        pdf.stream(content, &data).filter(Filter::FlateDecode);
        let mut object = pdf.page(page_refs[number]);
        object
            .parent(tree)
            .media_box(Rect::new(0.0, 0.0, PAGE.0, PAGE.1))
            .contents(content);
        let mut resources = object.resources();
        let mut named = resources.fonts();
        for (face, font) in &fonts {
            named.pair(Name(font_name(*face).as_bytes()), *font);
        }
    }
    pdf.pages(tree)
        .kids(page_refs.iter().copied())
        .count(i32::try_from(page_refs.len()).unwrap_or(i32::MAX));
    let outline = write_outline(&mut pdf, &headings, &mut next);
    let mut root = pdf.catalog(catalog);
    root.pages(tree).lang(TextStr(match language {
        DocumentLanguage::Chinese => "zh-CN",
        DocumentLanguage::English => "en",
    }));
    if let Some(outline) = outline {
        root.outlines(outline);
    }
    root.finish();
    if !title.is_empty() {
        pdf.document_info(info).title(TextStr(title));
    }
    Ok(pdf.finish())
}

/// The error for a file that cannot be built.
pub(super) fn internal(message: &str) -> WireError {
    WireError::new(
        ErrorCode::Internal,
        format!("could not build the pdf: {message}"),
    )
    .with_hint("write the text as docx instead")
}

/// Bytes made smaller, as readers of pdf unpack them.
pub(super) fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    // Writing into memory does not fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

fn font_name(face: usize) -> String {
    format!("F{face}")
}

/// A page that is being drawn. Heights are counted from the top here, from the bottom in the file.
struct Drawing<'u> {
    content: Content,
    usage: &'u Usage,
}

impl Drawing<'_> {
    fn mark(&mut self, mark: &Mark, top: f32) {
        match mark {
            Mark::Text { x, y, line } => self.text(line, MARGIN + x, top + y),
            Mark::Rule { from, to } => {
                self.content
                    .set_line_width(0.5)
                    .set_stroke_gray(0.0)
                    .move_to(MARGIN + from.0, PAGE.1 - top - from.1)
                    .line_to(MARGIN + to.0, PAGE.1 - top - to.1)
                    .stroke();
            }
            Mark::Ground(x, y, width, height) => {
                self.content
                    .set_fill_gray(0.92)
                    .rect(MARGIN + x, PAGE.1 - top - y - height, *width, *height)
                    .fill_nonzero();
            }
        }
    }

    /// Draws a line of text, stretch by stretch of one look.
    fn text(&mut self, line: &Line, x: f32, y: f32) {
        let mut at = x;
        let alike = |a: &Letter, b: &Letter| {
            (a.shown.face, a.shown.thickened, a.italic)
                == (b.shown.face, b.shown.thickened, b.italic)
                && a.size == b.size
                && a.rise == b.rise
        };
        self.content.set_fill_gray(0.0);
        for stretch in line.letters.chunk_by(alike) {
            let Some(first) = stretch.first() else {
                continue;
            };
            let name = font_name(first.shown.face);
            let lean = if first.italic { SLANT } else { 0.0 };
            self.content
                .begin_text()
                .set_font(Name(name.as_bytes()), first.size)
                .set_text_rendering_mode(match first.shown.thickened {
                    true => TextRenderingMode::FillStroke,
                    false => TextRenderingMode::Fill,
                })
                .set_text_matrix([1.0, 0.0, lean, 1.0, at, PAGE.1 - y + first.rise]);
            if first.shown.thickened {
                self.content
                    .set_line_width(first.size * THICKER)
                    .set_stroke_gray(0.0);
            }
            self.glyphs(stretch);
            self.content.end_text();
            at += stretch.iter().map(|letter| letter.width).sum::<f32>();
        }
    }

    fn glyphs(&mut self, letters: &[Letter]) {
        let mut shown = self.content.show_positioned();
        let mut items = shown.items();
        let mut bytes: Vec<u8> = Vec::new();
        for letter in letters {
            let id = self.usage.id(letter.shown.face, letter.shown.glyph.id);
            bytes.extend(id.to_be_bytes());
            // What fills the line goes behind the letter.
            let more = letter.width / letter.size - letter.shown.glyph.width;
            if more.abs() > 0.001 {
                items.show(Str(&bytes)).adjust(-more * 1_000.0);
                bytes.clear();
            }
        }
        if !bytes.is_empty() {
            items.show(Str(&bytes));
        }
    }

    fn number(&mut self, number: usize, faces: &Faces, language: DocumentLanguage) {
        let number = number.to_string();
        let piece = Piece {
            text: &number,
            bold: false,
            italic: false,
            cite: None,
        };
        let setting = Setting {
            size: NUMBER_SIZE,
            width: WIDTH,
            justified: false,
            language,
        };
        if let Some(line) = set(&[piece], setting, faces).first() {
            let x = (PAGE.0 - line.width) / 2.0;
            self.text(line, x, PAGE.1 - MARGIN / 2.0);
        }
    }
}
