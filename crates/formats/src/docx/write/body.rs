//! The story of a docx from blocks.

mod manuscript;

use std::fmt::Write as _;

use deskmate_core::{Block, BlockContent, Citation, ListItem};

use super::list::NumberingWriter;
use super::package::Story;
use crate::cited::source_line;
use crate::omml;
use crate::package_writer::escape;

/// Width of the text in twips: A4 less the margins of the page setup.
const TEXT_WIDTH: usize = 11_906 - 2 * 1_588;

/// Writes blocks one after the other.
pub(super) struct BodyWriter<'a> {
    out: String,
    citations: &'a [Citation],
    numbering: NumberingWriter,
    footnotes: String,
    footnote_count: usize,
    comments: String,
    comment_count: usize,
    pictures: usize,
    /// Inside of `w:rPr` of the runs being written; empty for plain text.
    run_look: &'static str,
}

/// A note that hangs on the block before it.
enum Note<'b> {
    Footnote(&'b str, &'b str),
    Comment(&'b str),
}

impl<'a> BodyWriter<'a> {
    pub(super) fn new(citations: &'a [Citation]) -> Self {
        Self {
            out: String::new(),
            citations,
            numbering: NumberingWriter::default(),
            footnotes: String::new(),
            footnote_count: 0,
            comments: String::new(),
            comment_count: 0,
            pictures: 0,
            run_look: "",
        }
    }

    pub(super) fn write(&mut self, blocks: &[Block]) {
        let mut at = 0;
        while at < blocks.len() {
            let after = at + 1;
            let notes: Vec<Note<'_>> = blocks[after..]
                .iter()
                .map_while(|block| match &block.content {
                    BlockContent::Footnote { label, text } => Some(Note::Footnote(label, text)),
                    BlockContent::Note { text } => Some(Note::Comment(text)),
                    _ => None,
                })
                .collect();
            self.block(&blocks[at].content, &notes);
            at = after + notes.len();
        }
    }

    pub(super) fn finish(self) -> Story {
        let footnotes = if self.footnotes.is_empty() {
            String::new()
        } else {
            format!(
                "<w:footnote w:type=\"separator\" w:id=\"-1\"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>\
                 <w:footnote w:type=\"continuationSeparator\" w:id=\"0\"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>{}",
                self.footnotes
            )
        };
        Story {
            body: self.out,
            numbering: self.numbering.finish(),
            footnotes,
            comments: self.comments,
            has_picture: self.pictures > 0,
            ..Story::default()
        }
    }

    fn block(&mut self, content: &BlockContent, notes: &[Note<'_>]) {
        match content {
            BlockContent::Heading { level, text } => {
                let style = format!("Heading{}", (*level).clamp(1, 9));
                self.paragraph(&style, "", text, notes);
            }
            BlockContent::Slide { title: text, .. } | BlockContent::Sheet { name: text, .. } => {
                self.paragraph("Heading2", "", text, notes);
            }
            BlockContent::Paragraph { text } => self.paragraph("BodyText", "", text, notes),
            BlockContent::List { ordered, items } => self.list(*ordered, items, notes),
            BlockContent::Table {
                caption,
                header_rows,
                rows,
            } => {
                if let Some(caption) = caption {
                    self.paragraph("Caption", "", caption, &[]);
                }
                self.table(
                    *header_rows,
                    rows,
                    &mut |writer, properties, row, column| {
                        writer.paragraph("TableText", properties, &rows[row][column], &[]);
                    },
                );
                // Two tables without a paragraph between them would grow together.
                self.paragraph("TableText", "", "", notes);
            }
            BlockContent::Image { alt } => {
                self.picture(alt);
                if !notes.is_empty() {
                    self.paragraph("BodyText", "", "", notes);
                }
            }
            BlockContent::Formula { text } => {
                let _ = write!(
                    self.out,
                    "<w:p><w:pPr><w:pStyle w:val=\"BodyText\"/></w:pPr><m:oMathPara>{}</m:oMathPara>",
                    omml::math(text)
                );
                for note in notes {
                    self.reference(note);
                }
                self.out.push_str("</w:p>");
            }
            // A note at the very beginning has no block to hang on.
            BlockContent::Footnote { label, text } => {
                let mut all = vec![Note::Footnote(label, text)];
                all.extend(notes.iter().map(Note::again));
                self.paragraph("BodyText", "", "", &all);
            }
            BlockContent::Note { text } => {
                let mut all = vec![Note::Comment(text)];
                all.extend(notes.iter().map(Note::again));
                self.paragraph("BodyText", "", "", &all);
            }
        }
    }

    fn paragraph(&mut self, style: &str, properties: &str, text: &str, notes: &[Note<'_>]) {
        let _ = write!(
            self.out,
            "<w:p><w:pPr><w:pStyle w:val=\"{style}\"/>{properties}</w:pPr>"
        );
        let mut placed = vec![false; notes.len()];
        let mut rest = text;
        // Marks of Markdown say where in the sentence the note belongs.
        while let Some((at, length, index)) = notes
            .iter()
            .enumerate()
            .filter(|(index, _)| !placed[*index])
            .filter_map(|(index, note)| {
                let Note::Footnote(label, _) = note else {
                    return None;
                };
                let mark = format!("[^{label}]");
                rest.find(&mark).map(|at| (at, mark.len(), index))
            })
            .min()
        {
            self.inline(&rest[..at]);
            self.reference(&notes[index]);
            placed[index] = true;
            rest = &rest[at + length..];
        }
        self.inline(rest);
        for (note, placed) in notes.iter().zip(placed) {
            if !placed {
                self.reference(note);
            }
        }
        self.out.push_str("</w:p>");
    }

    /// Text with formulas between dollar signs and markers of citations.
    fn inline(&mut self, text: &str) {
        let mut rest = text;
        let mut plain = String::new();
        while let Some(at) = rest.find(['$', '[', '\\']) {
            let (before, from) = rest.split_at(at);
            plain.push_str(before);
            if let Some((formula, length)) = formula_at(from) {
                self.run(&plain);
                plain.clear();
                self.out.push_str(&omml::math(formula));
                rest = &from[length..];
            } else if let Some((citation, length)) = self.citation_at(from) {
                self.run(&plain);
                plain.clear();
                let note = source_line(citation);
                self.reference(&Note::Footnote("", &note));
                rest = &from[length..];
            } else {
                plain.push_str(&from[..1]);
                rest = &from[1..];
            }
        }
        plain.push_str(rest);
        self.run(&plain);
    }

    fn citation_at(&self, text: &str) -> Option<(&'a Citation, usize)> {
        let inner = text.strip_prefix('[')?.split(']').next()?;
        let marker: u32 = inner.parse().ok()?;
        let citation = self
            .citations
            .iter()
            .find(|citation| citation.marker == marker)?;
        Some((citation, inner.len() + 2))
    }

    fn run(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        self.out.push_str("<w:r>");
        if !self.run_look.is_empty() {
            let _ = write!(self.out, "<w:rPr>{}</w:rPr>", self.run_look);
        }
        push_text(text, &mut self.out);
        self.out.push_str("</w:r>");
    }

    fn reference(&mut self, note: &Note<'_>) {
        match note {
            Note::Footnote(_, text) => {
                self.footnote_count += 1;
                let id = self.footnote_count;
                let _ = write!(
                    self.out,
                    "<w:r><w:rPr><w:rStyle w:val=\"FootnoteReference\"/></w:rPr><w:footnoteReference w:id=\"{id}\"/></w:r>"
                );
                let _ = write!(
                    self.footnotes,
                    "<w:footnote w:id=\"{id}\"><w:p><w:pPr><w:pStyle w:val=\"FootnoteText\"/></w:pPr>\
                     <w:r><w:rPr><w:rStyle w:val=\"FootnoteReference\"/></w:rPr><w:footnoteRef/></w:r><w:r>"
                );
                push_text(&format!(" {text}"), &mut self.footnotes);
                self.footnotes.push_str("</w:r></w:p></w:footnote>");
            }
            Note::Comment(text) => {
                let id = self.comment_count;
                self.comment_count += 1;
                let _ = write!(self.out, "<w:r><w:commentReference w:id=\"{id}\"/></w:r>");
                let _ = write!(
                    self.comments,
                    "<w:comment w:id=\"{id}\" w:author=\"\" w:initials=\"\"><w:p><w:r>"
                );
                push_text(text, &mut self.comments);
                self.comments.push_str("</w:r></w:p></w:comment>");
            }
        }
    }

    fn list(&mut self, ordered: bool, items: &[ListItem], notes: &[Note<'_>]) {
        let numbers = self.numbering.list(ordered, items);
        let last = items.len().saturating_sub(1);
        for (index, (item, number)) in items.iter().zip(numbers).enumerate() {
            let properties = format!(
                "<w:numPr><w:ilvl w:val=\"{}\"/><w:numId w:val=\"{number}\"/></w:numPr>",
                item.level.min(8)
            );
            let notes = if index == last { notes } else { &[] };
            self.paragraph("ListParagraph", &properties, &item.text, notes);
        }
    }

    /// Writes a table of these texts; `cell` writes the paragraph of one cell with the properties it is given.
    fn table(
        &mut self,
        header_rows: usize,
        rows: &[Vec<String>],
        cell: &mut dyn FnMut(&mut Self, &str, usize, usize),
    ) {
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0).max(1);
        let widths = column_widths(rows, columns);
        let _ = write!(
            self.out,
            "<w:tbl><w:tblPr><w:tblStyle w:val=\"TableGrid\"/><w:tblW w:w=\"{}\" w:type=\"dxa\"/><w:tblLayout w:type=\"fixed\"/>\
             <w:tblLook w:val=\"{}\" w:firstRow=\"{}\" w:lastRow=\"0\" w:firstColumn=\"0\" w:lastColumn=\"0\" w:noHBand=\"1\" w:noVBand=\"1\"/></w:tblPr><w:tblGrid>",
            widths.iter().sum::<usize>(),
            if header_rows > 0 { "0620" } else { "0600" },
            u8::from(header_rows > 0)
        );
        for width in &widths {
            let _ = write!(self.out, "<w:gridCol w:w=\"{width}\"/>");
        }
        self.out.push_str("</w:tblGrid>");
        for (index, row) in rows.iter().enumerate() {
            let header = index < header_rows;
            let missing = columns - row.len().max(1);
            self.out.push_str("<w:tr><w:trPr>");
            if missing > 0 {
                let _ = write!(self.out, "<w:gridAfter w:val=\"{missing}\"/>");
            }
            self.out.push_str("<w:cantSplit/>");
            if header {
                self.out.push_str("<w:tblHeader/>");
            }
            self.out.push_str("</w:trPr>");
            // A row without cells still has to have one.
            for (column, width) in widths.iter().enumerate().take(row.len().max(1)) {
                let text = row.get(column).map_or("", String::as_str);
                let shade = if header {
                    "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"EDEDED\"/>"
                } else {
                    ""
                };
                let _ = write!(
                    self.out,
                    "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/>{shade}<w:vAlign w:val=\"center\"/></w:tcPr>"
                );
                let properties = if header || is_figure(text) {
                    format!(
                        "<w:jc w:val=\"{}\"/>",
                        if header { "center" } else { "right" }
                    )
                } else {
                    String::new()
                };
                match row.is_empty() {
                    true => self.paragraph("TableText", &properties, "", &[]),
                    false => cell(self, &properties, index, column),
                }
                self.out.push_str("</w:tc>");
            }
            self.out.push_str("</w:tr>");
        }
        self.out.push_str("</w:tbl>");
    }

    fn picture(&mut self, alt: &str) {
        self.pictures += 1;
        let id = self.pictures;
        let alt = escape(&alt.replace('\n', " "));
        let (width, height) = (3_240_000, 1_800_000);
        let _ = write!(
            self.out,
            "<w:p><w:pPr><w:jc w:val=\"center\"/></w:pPr><w:r><w:drawing><wp:inline distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\">\
             <wp:extent cx=\"{width}\" cy=\"{height}\"/><wp:docPr id=\"{id}\" name=\"Picture {id}\" descr=\"{alt}\"/>\
             <a:graphic><a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><pic:pic>\
             <pic:nvPicPr><pic:cNvPr id=\"{id}\" name=\"placeholder.png\"/><pic:cNvPicPr/></pic:nvPicPr>\
             <pic:blipFill><a:blip r:embed=\"rIdPicture\"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>\
             <pic:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"{width}\" cy=\"{height}\"/></a:xfrm>\
             <a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
        );
    }
}

impl Note<'_> {
    fn again(&self) -> Self {
        match self {
            Self::Footnote(label, text) => Self::Footnote(label, text),
            Self::Comment(text) => Self::Comment(text),
        }
    }
}

/// Writes text as the inside of a run: tabs and line breaks are elements.
pub(super) fn push_text(text: &str, out: &mut String) {
    for (line_number, line) in text.split('\n').enumerate() {
        if line_number > 0 {
            out.push_str("<w:br/>");
        }
        for (part_number, part) in line.split('\t').enumerate() {
            if part_number > 0 {
                out.push_str("<w:tab/>");
            }
            if !part.is_empty() {
                let _ = write!(out, "<w:t xml:space=\"preserve\">{}</w:t>", escape(part));
            }
        }
    }
}

/// A formula that begins here, `$…$` or `\(…\)`, and the bytes it takes.
fn formula_at(text: &str) -> Option<(&str, usize)> {
    if let Some(rest) = text.strip_prefix("\\(") {
        let end = rest.find("\\)")?;
        return Some((&rest[..end], end + 4));
    }
    let rest = text.strip_prefix('$')?;
    let end = rest.find('$')?;
    let inner = &rest[..end];
    omml::looks_like_formula(inner).then_some((inner, end + 2))
}

/// Widths by the longest line of each column, none below a ninth of an even share.
fn column_widths(rows: &[Vec<String>], columns: usize) -> Vec<usize> {
    let mut longest = vec![4_usize; columns];
    for row in rows {
        for (column, cell) in row.iter().enumerate() {
            let width = cell
                .lines()
                .map(|line| line.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum())
                .max()
                .unwrap_or(0_usize);
            longest[column] = longest[column].max(width.min(60));
        }
    }
    let total: usize = longest.iter().sum();
    let floor = TEXT_WIDTH / columns / 3;
    longest
        .iter()
        .map(|width| floor + (TEXT_WIDTH - floor * columns) * width / total)
        .collect()
}

/// Figures stand to the right so that their places line up.
fn is_figure(cell: &str) -> bool {
    !cell.is_empty()
        && cell.chars().any(|c| c.is_ascii_digit())
        && cell
            .chars()
            .all(|c| c.is_ascii_digit() || ",.+-%−–¥￥$ ".contains(c))
}
