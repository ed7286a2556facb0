//! An official document as docx, laid out by the standard.

use std::fmt::Write as _;

use deskmate_core::{Document, WireError};

use super::faces::{Face, font_table};
use super::footer::{Side, footer};
use super::layout;
use super::model::{Annex, OfficialBlock, OfficialDocument, SealLayout};
use super::page::{self, CHARACTER_PITCH, LINE_PITCH, SIZE_2, SIZE_3, SIZE_4, TWIPS_PER_MM};
use super::title;
use crate::docx::{Story, assemble};
use crate::package_writer::escape;

/// Writes an official document as docx by GB/T 9704-2012.
///
/// A4 with a type area of 156 × 225 mm, 22 lines of 28 characters by grid and spacing, each element with the face,
/// size and place of its clause. Faces that a machine lacks are replaced by what the font table names for them.
///
/// # Errors
/// `Internal` when the archive cannot be built.
pub fn render_official(official: &OfficialDocument) -> Result<Vec<u8>, WireError> {
    let mut writer = Writer::default();
    writer.head(official);
    writer.title(&official.title, has_head(official));
    if let Some(recipients) = &official.recipients {
        let text = format!("{recipients}：");
        writer.push(Paragraph::plain("OfficialRecipients"), &[Run::body(&text)]);
    }
    writer.blocks(&official.body);
    writer.attachments(&official.attachments);
    writer.signature(official);
    for annex in &official.annexes {
        writer.annex(annex);
    }
    writer.imprint(official);
    writer.out.push_str(&format!(
        "<w:sectPr><w:footerReference w:type=\"default\" r:id=\"rIdFooter1\"/><w:footerReference w:type=\"even\" r:id=\"rIdFooter2\"/>{}</w:sectPr>",
        page::section_properties()
    ));
    let story = Story {
        body: writer.out,
        styles: styles(),
        footers: vec![footer(Side::Odd), footer(Side::Even)],
        settings: "<w:evenAndOddHeaders/>".to_owned(),
        font_table: font_table(),
        ..Story::default()
    };
    let document = Document {
        title: Some(official.title.clone()).filter(|title| !title.is_empty()),
        ..Document::default()
    };
    assemble(&document, story)
}

fn has_head(official: &OfficialDocument) -> bool {
    official.issuer_mark.is_some() || official.number.is_some()
}

/// A paragraph's style and what differs from it.
#[derive(Debug, Clone, Copy, Default)]
struct Paragraph<'a> {
    style: &'a str,
    /// Properties that the schema puts before the indents.
    before_indent: &'a str,
    /// Left, right, first line (negative: hanging), in characters.
    indent: Option<[f64; 3]>,
    /// Properties after them.
    after_indent: &'a str,
}

impl<'a> Paragraph<'a> {
    fn plain(style: &'a str) -> Self {
        Self {
            style,
            ..Self::default()
        }
    }
}

/// Text in one face.
#[derive(Debug, Clone, Copy)]
struct Run<'a> {
    text: &'a str,
    /// Face that differs from the style's.
    face: Option<Face>,
    /// Further properties, after the face.
    more: &'a str,
}

impl<'a> Run<'a> {
    fn body(text: &'a str) -> Self {
        Self {
            text,
            face: None,
            more: "",
        }
    }

    fn of(face: Face, text: &'a str) -> Self {
        Self {
            text,
            face: Some(face),
            more: "",
        }
    }
}

#[derive(Debug, Default)]
struct Writer {
    out: String,
}

impl Writer {
    fn push(&mut self, paragraph: Paragraph<'_>, runs: &[Run<'_>]) {
        let indent = paragraph.indent.map_or_else(String::new, indent);
        let _ = write!(
            self.out,
            "<w:p><w:pPr><w:pStyle w:val=\"{}\"/>{}{indent}{}</w:pPr>",
            paragraph.style, paragraph.before_indent, paragraph.after_indent
        );
        for run in runs.iter().filter(|run| !run.text.is_empty()) {
            let face = run.face.map_or_else(String::new, fonts);
            let _ = write!(self.out, "<w:r><w:rPr>{face}{}</w:rPr>", run.more);
            for (number, part) in run.text.split('\t').enumerate() {
                if number > 0 {
                    self.out.push_str("<w:tab/>");
                }
                let _ = write!(
                    self.out,
                    "<w:t xml:space=\"preserve\">{}</w:t>",
                    escape(part)
                );
            }
            self.out.push_str("</w:r>");
        }
        self.out.push_str("</w:p>");
    }

    fn blank(&mut self) {
        self.push(Paragraph::plain("OfficialRecipients"), &[]);
    }

    /// 版头: what stands above the red line, and the line.
    fn head(&mut self, official: &OfficialDocument) {
        let mut lines = 0;
        if let Some(number) = &official.copy_number {
            self.push(Paragraph::plain("OfficialRecipients"), &[Run::body(number)]);
            lines += 1;
        }
        for text in [&official.secrecy, &official.urgency].into_iter().flatten() {
            self.push(
                Paragraph::plain("OfficialRecipients"),
                &[Run::of(Face::Hei, text)],
            );
            lines += 1;
        }
        if let Some(mark) = &official.issuer_mark {
            // The upper edge of the mark stands 35 mm below that of the text (7.2.4).
            let before = (35.0 * TWIPS_PER_MM) as i64 - lines * LINE_PITCH;
            // As wide as the text allows, at most 62 points (22 mm is the height that the standard's model shows).
            let size = (2.0 * 430.0 / layout::width(mark).max(1.0)).min(124.0) as i64;
            let line = size * 12;
            let spacing = format!(
                "<w:snapToGrid w:val=\"0\"/><w:spacing w:before=\"{}\" w:after=\"0\" w:line=\"{line}\" w:lineRule=\"exact\"/>",
                before.max(0)
            );
            let more = format!(
                "<w:color w:val=\"FF0000\"/><w:sz w:val=\"{size}\"/><w:szCs w:val=\"{size}\"/>"
            );
            self.push(
                Paragraph {
                    before_indent: &spacing,
                    ..Paragraph::plain("OfficialIssuer")
                },
                &[Run {
                    text: mark,
                    face: None,
                    more: &more,
                }],
            );
        }
        if official.number.is_none() && official.signer.is_none() {
            return;
        }
        if official.issuer_mark.is_some() {
            self.blank();
            self.blank();
        }
        let border = if official.issuer_mark.is_some() {
            // 4 mm below, as wide as the text (7.2.7).
            "<w:pBdr><w:bottom w:val=\"single\" w:sz=\"12\" w:space=\"11\" w:color=\"FF0000\"/></w:pBdr>"
        } else {
            ""
        };
        let number = official.number.as_deref().unwrap_or_default();
        match &official.signer {
            Some(signer) => {
                let tab = (page::PAGE_WIDTH - page::LEFT - page::RIGHT) - CHARACTER_PITCH as i64;
                let properties =
                    format!("{border}<w:tabs><w:tab w:val=\"right\" w:pos=\"{tab}\"/></w:tabs>");
                // One character in from both edges; indents would shorten the line below.
                let left = format!("\u{3000}{number}\t签发人：");
                self.push(
                    Paragraph {
                        before_indent: &properties,
                        ..Paragraph::plain("OfficialRecipients")
                    },
                    &[Run::body(&left), Run::of(Face::Kai, signer)],
                );
            }
            None => self.push(
                Paragraph {
                    before_indent: border,
                    ..Paragraph::plain("OfficialNumber")
                },
                &[Run::body(number)],
            ),
        }
    }

    fn title(&mut self, text: &str, has_head: bool) {
        if text.is_empty() {
            return;
        }
        if has_head {
            self.blank();
            self.blank();
        }
        self.out
            .push_str("<w:p><w:pPr><w:pStyle w:val=\"OfficialTitle\"/></w:pPr>");
        for (number, line) in title::lines(text).iter().enumerate() {
            let line_break = if number > 0 { "<w:br/>" } else { "" };
            let _ = write!(
                self.out,
                "<w:r>{line_break}<w:t xml:space=\"preserve\">{}</w:t></w:r>",
                escape(line)
            );
        }
        self.out.push_str("</w:p>");
        self.blank();
    }

    fn blocks(&mut self, blocks: &[OfficialBlock]) {
        for block in blocks {
            match block {
                OfficialBlock::Text {
                    level,
                    number,
                    lead,
                    rest,
                } => {
                    let face = match level {
                        1 => Some(Face::Hei),
                        2 => Some(Face::Kai),
                        _ => None,
                    };
                    let head = format!("{number}{lead}");
                    // A paragraph that goes on behind its heading is no heading in the outline.
                    let style = match level {
                        1..=4 if rest.is_empty() && is_heading(lead) => {
                            format!("OfficialHeading{level}")
                        }
                        _ => "Normal".to_owned(),
                    };
                    let face = face.filter(|_| style == "Normal" && is_heading(lead));
                    let head = Run {
                        text: &head,
                        face,
                        more: "",
                    };
                    self.push(Paragraph::plain(&style), &[head, Run::body(rest)]);
                }
                OfficialBlock::Table { header_rows, rows } => self.table(*header_rows, rows),
            }
        }
    }

    fn table(&mut self, header_rows: usize, rows: &[Vec<String>]) {
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0).max(1);
        let width = (page::PAGE_WIDTH - page::LEFT - page::RIGHT) / columns as i64;
        let line = "w:val=\"single\" w:sz=\"6\" w:space=\"0\" w:color=\"000000\"";
        let _ = write!(
            self.out,
            "<w:tbl><w:tblPr><w:tblW w:w=\"{}\" w:type=\"dxa\"/><w:jc w:val=\"center\"/><w:tblBorders><w:top {line}/><w:left {line}/>\
             <w:bottom {line}/><w:right {line}/><w:insideH {line}/><w:insideV {line}/></w:tblBorders><w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>",
            width * columns as i64
        );
        for _ in 0..columns {
            let _ = write!(self.out, "<w:gridCol w:w=\"{width}\"/>");
        }
        self.out.push_str("</w:tblGrid>");
        for (index, row) in rows.iter().enumerate() {
            self.out.push_str("<w:tr><w:trPr><w:cantSplit/>");
            if index < header_rows {
                self.out.push_str("<w:tblHeader/>");
            }
            self.out.push_str("</w:trPr>");
            for column in 0..columns {
                let _ = write!(
                    self.out,
                    "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/><w:vAlign w:val=\"center\"/></w:tcPr>"
                );
                let text = row
                    .get(column)
                    .map_or("", String::as_str)
                    .replace('\n', " ");
                self.push(Paragraph::plain("OfficialCell"), &[Run::body(&text)]);
                self.out.push_str("</w:tc>");
            }
            self.out.push_str("</w:tr>");
        }
        self.out.push_str("</w:tbl>");
    }

    /// 附件说明: one line below the text, wrapped lines under the name's first character (7.3.4).
    fn attachments(&mut self, names: &[String]) {
        for (index, name) in names.iter().enumerate() {
            let (head, left, first) = match (names.len(), index) {
                (1, _) => ("附件：".to_owned(), 5.0, -3.0),
                (_, 0) => ("附件：1.".to_owned(), 6.0, -4.0),
                _ => (format!("{}.", index + 1), 6.0, -1.0),
            };
            if index == 0 {
                self.blank();
            }
            let text = format!("{head}{name}");
            self.push(
                Paragraph {
                    indent: Some([left, 0.0, first]),
                    ..Paragraph::plain("Normal")
                },
                &[Run::body(&text)],
            );
        }
    }

    fn signature(&mut self, official: &OfficialDocument) {
        if official.signatories.is_empty() && official.date.is_none() {
            return;
        }
        let date = official.date.as_deref().unwrap_or_default();
        // Room for the seal, or the empty line that clause 7.3.5.2 asks for.
        let lines = match official.seal {
            SealLayout::Sealed => 2,
            SealLayout::Unsealed => 1,
        };
        for _ in 0..lines {
            self.blank();
        }
        let longest = official
            .signatories
            .iter()
            .max_by(|a, b| layout::width(a).total_cmp(&layout::width(b)));
        let date_indent =
            longest.map_or(4.0, |name| layout::signature(name, date, official.seal).1);
        for name in &official.signatories {
            let (indent, _) = layout::signature(name, date, official.seal);
            self.right(
                name,
                indent
                    + (date_indent - 4.0).max(0.0)
                        * f64::from(u8::from(
                            official.seal == SealLayout::Sealed && Some(name) != longest,
                        )),
            );
        }
        self.right(date, date_indent);
        if let Some(note) = &official.note {
            self.push(Paragraph::plain("Normal"), &[Run::body(note)]);
        }
    }

    fn right(&mut self, text: &str, indent: f64) {
        if !text.is_empty() {
            self.push(
                Paragraph {
                    indent: Some([0.0, indent, 0.0]),
                    after_indent: "<w:jc w:val=\"right\"/>",
                    ..Paragraph::plain("Normal")
                },
                &[Run::body(text)],
            );
        }
    }

    /// 附件: on a new page, its mark in Hei at the upper left, its title on the third line (7.3.7).
    fn annex(&mut self, annex: &Annex) {
        self.push(
            Paragraph {
                before_indent: "<w:pageBreakBefore/>",
                ..Paragraph::plain("OfficialRecipients")
            },
            &[Run::of(Face::Hei, &annex.label)],
        );
        self.blank();
        self.title(&annex.title, false);
        self.blocks(&annex.body);
    }

    /// 版记 at the foot of the last page (7.4).
    fn imprint(&mut self, official: &OfficialDocument) {
        let copies = official
            .copies
            .as_ref()
            .map(|copies| format!("抄送：{copies}。"));
        let printing = match (&official.printer, &official.print_date) {
            (None, None) => None,
            (printer, date) => {
                let date = date
                    .as_ref()
                    .map(|date| format!("{date}印发"))
                    .unwrap_or_default();
                Some(format!(
                    "{}\t{date}",
                    printer.as_deref().unwrap_or_default()
                ))
            }
        };
        if copies.is_none() && printing.is_none() {
            return;
        }
        let width = page::PAGE_WIDTH - page::LEFT - page::RIGHT;
        let thick = "w:val=\"single\" w:sz=\"8\" w:space=\"0\" w:color=\"000000\"";
        let thin = "w:val=\"single\" w:sz=\"6\" w:space=\"0\" w:color=\"000000\"";
        let _ = write!(
            self.out,
            "<w:tbl><w:tblPr><w:tblpPr w:leftFromText=\"0\" w:rightFromText=\"0\" w:vertAnchor=\"margin\" w:horzAnchor=\"page\" w:tblpX=\"{}\" w:tblpYSpec=\"bottom\"/>\
             <w:tblOverlap w:val=\"never\"/><w:tblW w:w=\"{width}\" w:type=\"dxa\"/><w:tblBorders><w:top {thick}/><w:bottom {thick}/><w:insideH {thin}/></w:tblBorders>\
             <w:tblLayout w:type=\"fixed\"/><w:tblCellMar><w:left w:w=\"0\" w:type=\"dxa\"/><w:right w:w=\"0\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr>\
             <w:tblGrid><w:gridCol w:w=\"{width}\"/></w:tblGrid>",
            page::LEFT
        );
        let tab = width - 280;
        let tabs = format!("<w:tabs><w:tab w:val=\"right\" w:pos=\"{tab}\"/></w:tabs>");
        for (text, properties, first) in [(copies, "", -3.0), (printing, tabs.as_str(), 0.0)] {
            let Some(text) = text else { continue };
            let _ = write!(
                self.out,
                "<w:tr><w:trPr><w:cantSplit/></w:trPr><w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/></w:tcPr>"
            );
            // In characters of 4号, which are 280 twips wide.
            let left = 280.0 * (1.0 - first);
            let indent = format!(
                "<w:ind w:leftChars=\"0\" w:left=\"{left}\" w:rightChars=\"0\" w:right=\"280\" {}/>",
                if first < 0.0 {
                    format!("w:hangingChars=\"0\" w:hanging=\"{}\"", -first * 280.0)
                } else {
                    "w:firstLineChars=\"0\" w:firstLine=\"0\"".to_owned()
                }
            );
            // The right tab stands where the right indent ends, so that indent is left out there.
            let indent = if first < 0.0 {
                indent
            } else {
                indent.replace("w:right=\"280\"", "w:right=\"0\"")
            };
            self.push(
                Paragraph {
                    before_indent: &format!("{properties}{indent}"),
                    ..Paragraph::plain("OfficialImprint")
                },
                &[Run::body(&text)],
            );
            self.out.push_str("</w:tc></w:tr>");
        }
        self.out.push_str("</w:tbl>");
        // The paragraph that carries the floating table.
        let anchor = "<w:snapToGrid w:val=\"0\"/><w:spacing w:line=\"20\" w:lineRule=\"exact\"/>";
        self.push(
            Paragraph {
                before_indent: anchor,
                ..Paragraph::plain("OfficialRecipients")
            },
            &[],
        );
    }
}

/// Whether the lead of a numbered paragraph is a heading and not a whole sentence of the text.
pub(super) fn is_heading(lead: &str) -> bool {
    lead.chars().count() <= 40 && !lead.trim_end_matches('。').contains(['。', '；'])
}

/// `w:ind` in hundredths of characters, with the twips beside it for programs that know only these.
fn indent([left, right, first]: [f64; 3]) -> String {
    let pair = |name: &str, characters: f64| {
        format!(
            " w:{name}Chars=\"{}\" w:{name}=\"{}\"",
            (characters * 100.0).round(),
            (characters * CHARACTER_PITCH).round()
        )
    };
    let first = if first < 0.0 {
        pair("hanging", -first)
    } else {
        pair("firstLine", first)
    };
    format!(
        "<w:ind{}{}{first}/>",
        pair("left", left),
        pair("right", right)
    )
}

fn fonts(face: Face) -> String {
    let name = face.name();
    format!(
        "<w:rFonts w:ascii=\"{name}\" w:hAnsi=\"{name}\" w:eastAsia=\"{name}\" w:cs=\"{name}\"/>"
    )
}

/// Inside of `w:styles`.
fn styles() -> String {
    let size = |size: u32| format!("<w:sz w:val=\"{size}\"/><w:szCs w:val=\"{size}\"/>");
    let exact = format!(
        "<w:spacing w:before=\"0\" w:after=\"0\" w:line=\"{LINE_PITCH}\" w:lineRule=\"exact\"/>"
    );
    let flush = "<w:ind w:firstLineChars=\"0\" w:firstLine=\"0\"/>";
    let mut out = format!(
        "<w:docDefaults><w:rPrDefault><w:rPr>{}<w:color w:val=\"000000\"/><w:spacing w:val=\"{}\"/><w:kern w:val=\"2\"/>{}<w:lang w:val=\"en-US\" w:eastAsia=\"zh-CN\"/></w:rPr></w:rPrDefault>\
         <w:pPrDefault/></w:docDefaults>\
         <w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/><w:qFormat/>\
         <w:pPr><w:widowControl w:val=\"0\"/><w:snapToGrid w:val=\"0\"/>{exact}{}<w:jc w:val=\"both\"/></w:pPr></w:style>\
         <w:style w:type=\"table\" w:default=\"1\" w:styleId=\"TableNormal\"><w:name w:val=\"Normal Table\"/><w:tblPr><w:tblInd w:w=\"0\" w:type=\"dxa\"/>\
         <w:tblCellMar><w:left w:w=\"108\" w:type=\"dxa\"/><w:right w:w=\"108\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr></w:style>",
        fonts(Face::FangSong),
        page::CHARACTER_SPACING,
        size(SIZE_3),
        indent([0.0, 0.0, 2.0])
    );
    let mut add = |id: &str, name: &str, paragraph: &str, run: &str| {
        let run = if run.is_empty() {
            String::new()
        } else {
            format!("<w:rPr>{run}</w:rPr>")
        };
        out.push_str(&format!(
            "<w:style w:type=\"paragraph\" w:customStyle=\"1\" w:styleId=\"{id}\"><w:name w:val=\"{name}\"/><w:basedOn w:val=\"Normal\"/><w:qFormat/><w:pPr>{paragraph}</w:pPr>{run}</w:style>"
        ));
    };
    add(
        "OfficialTitle",
        "公文标题",
        &format!("{flush}<w:jc w:val=\"center\"/><w:outlineLvl w:val=\"0\"/>"),
        &format!("{}{}", fonts(Face::BiaoSong), size(SIZE_2)),
    );
    for (level, name, face) in [
        (1, "公文一级标题", Face::Hei),
        (2, "公文二级标题", Face::Kai),
        (3, "公文三级标题", Face::FangSong),
        (4, "公文四级标题", Face::FangSong),
    ] {
        let outline = format!("<w:outlineLvl w:val=\"{level}\"/>");
        add(
            &format!("OfficialHeading{level}"),
            name,
            &outline,
            &fonts(face),
        );
    }
    add("OfficialRecipients", "公文顶格", flush, "");
    add(
        "OfficialNumber",
        "公文发文字号",
        &format!("{flush}<w:jc w:val=\"center\"/>"),
        "",
    );
    add(
        "OfficialIssuer",
        "公文发文机关标志",
        &format!("{flush}<w:jc w:val=\"center\"/>"),
        &fonts(Face::BiaoSong),
    );
    let cell_line = "<w:spacing w:before=\"0\" w:after=\"0\" w:line=\"400\" w:lineRule=\"exact\"/>";
    add(
        "OfficialCell",
        "公文表格",
        &format!("{cell_line}{flush}<w:jc w:val=\"center\"/>"),
        &size(SIZE_4),
    );
    add(
        "OfficialImprint",
        "公文版记",
        &format!("{exact}{flush}"),
        &size(SIZE_4),
    );
    out
}
