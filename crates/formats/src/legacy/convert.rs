//! From the legacy parser's elements to blocks.

use deskmate_core::{
    Anchor, Block, BlockContent, Document, ErrorCode, ListItem, Parsed, ReadWarning,
};
use office_oxide::DocumentIR;
use office_oxide::ir::{Element, List, Section, Table, inline_to_text};

use crate::label::{self, NumberFormat};

/// Elements nest no deeper than this in sensible files.
const MAX_DEPTH: usize = 50;
/// The widest span a table cell can have in Word.
const MAX_COLUMNS: u32 = 63;

/// Converts a document. `slides`: its sections are slides.
pub(crate) fn parsed(source: &DocumentIR, slides: bool) -> Parsed {
    let mut writer = Writer::default();
    let mut slide_count = 0;
    for section in &source.sections {
        if slides {
            let is_slide = writer.slide(section, slide_count + 1);
            slide_count += u32::from(is_slide);
        } else {
            writer.elements(&section.elements, 0);
        }
    }
    let mut document = Document {
        title: source
            .metadata
            .title
            .clone()
            .filter(|title| !title.trim().is_empty()),
        blocks: writer.blocks,
        ..Document::default()
    };
    let metadata = [
        ("author", &source.metadata.author),
        ("subject", &source.metadata.subject),
        ("created", &source.metadata.created),
        ("modified", &source.metadata.modified),
    ];
    for (key, value) in metadata {
        if let Some(value) = value.as_ref().filter(|value| !value.trim().is_empty()) {
            document.metadata.insert(key.to_owned(), value.clone());
        }
    }
    if slides {
        document
            .metadata
            .insert("slides".to_owned(), slide_count.to_string());
    }
    let mut warnings = Vec::new();
    if source.metadata.text_truncated {
        warnings.push(ReadWarning::new(
            ErrorCode::PartlyDamaged,
            "part of the text could not be read",
        ));
    }
    Parsed { document, warnings }
}

#[derive(Default)]
struct Writer {
    blocks: Vec<Block>,
    anchor: Anchor,
    path: Vec<(u8, String)>,
}

impl Writer {
    fn push(&mut self, content: BlockContent) {
        let mut anchor = self.anchor.clone();
        anchor
            .heading
            .extend(self.path.iter().map(|(_, text)| text.clone()));
        self.blocks.push(Block::new(anchor, content));
    }

    /// Writes a slide; false for the section that only holds the master's text.
    fn slide(&mut self, section: &Section, number: u32) -> bool {
        let title = section.title.clone().unwrap_or_default();
        if title == "Slide Master" {
            return false;
        }
        let mut elements = section.elements.as_slice();
        // The title stands among the elements as well; without one the parser makes a name up.
        let mut shown = String::new();
        if let [Element::Heading(heading), rest @ ..] = elements {
            shown = clean(&inline_to_text(&heading.content)).replace('\n', " ");
            elements = rest;
        } else if title != format!("Slide {number}") {
            shown = title;
        }
        self.path.clear();
        self.anchor = Anchor::slide(number);
        self.push(BlockContent::Slide {
            number,
            title: shown.clone(),
        });
        if !shown.is_empty() {
            self.path.push((0, shown));
        }
        for element in elements {
            // Other headings of a slide are lines of its text.
            if let Element::Heading(heading) = element {
                self.text(&inline_to_text(&heading.content));
            } else {
                self.element(element, 0);
            }
        }
        if let Some(notes) = &section.speaker_notes {
            let text = flat(notes, 0);
            if !text.is_empty() {
                self.push(BlockContent::Note { text });
            }
        }
        true
    }

    fn elements(&mut self, elements: &[Element], depth: usize) {
        if depth < MAX_DEPTH {
            for element in elements {
                self.element(element, depth);
            }
        }
    }

    fn text(&mut self, text: &str) {
        let text = clean(text);
        if !text.is_empty() {
            self.push(BlockContent::Paragraph { text });
        }
    }

    fn element(&mut self, element: &Element, depth: usize) {
        match element {
            Element::Heading(heading) => {
                let text = clean(&inline_to_text(&heading.content)).replace('\n', " ");
                if text.is_empty() {
                    return;
                }
                let level = heading.level.clamp(1, 9);
                self.path.retain(|(outer, _)| *outer < level);
                self.push(BlockContent::Heading {
                    level,
                    text: text.clone(),
                });
                self.path.push((level, text));
            }
            Element::Paragraph(paragraph) => self.text(&inline_to_text(&paragraph.content)),
            Element::CodeBlock(code) => self.text(&code.content),
            Element::Table(table) => {
                if let Some(content) = table_content(table, depth) {
                    self.push(content);
                }
            }
            Element::List(list) => {
                let mut items = Vec::new();
                list_items(list, 0, depth, &mut items);
                if !items.is_empty() {
                    self.push(BlockContent::List {
                        ordered: list.ordered,
                        items,
                    });
                }
            }
            Element::Image(image) => self.push(BlockContent::Image {
                alt: image.alt_text.clone().unwrap_or_default().trim().to_owned(),
            }),
            Element::TextBox(text_box) => self.elements(&text_box.content, depth + 1),
            Element::Footnote(note) | Element::Endnote(note) => {
                let text = flat(&note.content, depth + 1);
                if !text.is_empty() {
                    self.push(BlockContent::Footnote {
                        label: note.marker.clone().unwrap_or_else(|| note.id.to_string()),
                        text,
                    });
                }
            }
            // Breaks, lines and shapes have no text; later kinds of elements are unknown.
            _ => {}
        }
    }
}

/// Text of elements, one line each.
fn flat(elements: &[Element], depth: usize) -> String {
    let mut writer = Writer::default();
    writer.elements(elements, depth + 1);
    let lines: Vec<String> = writer
        .blocks
        .iter()
        .filter(|block| !matches!(block.content, BlockContent::Image { .. }))
        .map(Block::text)
        .collect();
    lines.join("\n")
}

fn table_content(table: &Table, depth: usize) -> Option<BlockContent> {
    let mut rows = Vec::new();
    for row in &table.rows {
        let mut cells = Vec::new();
        for cell in &row.cells {
            cells.push(flat(&cell.content, depth + 1));
            let covered = cell.col_span.clamp(1, MAX_COLUMNS) - 1;
            cells.extend((0..covered).map(|_| String::new()));
        }
        rows.push(cells);
    }
    if rows.iter().flatten().all(|cell: &String| cell.is_empty()) {
        return None;
    }
    Some(BlockContent::Table {
        caption: table.caption.clone(),
        header_rows: table.rows.iter().take_while(|row| row.is_header).count(),
        rows,
    })
}

fn list_items(list: &List, level: u8, depth: usize, items: &mut Vec<ListItem>) {
    if depth >= MAX_DEPTH {
        return;
    }
    let start = i64::from(list.start_number.unwrap_or(1));
    for (number, item) in (start..).zip(&list.items) {
        let text = flat(&item.content, depth + 1);
        if !text.is_empty() {
            items.push(ListItem {
                level,
                label: label_of(list, number),
                text,
            });
        }
        if let Some(nested) = &item.nested {
            list_items(nested, level.saturating_add(1), depth + 1, items);
        }
    }
}

fn label_of(list: &List, number: i64) -> String {
    use office_oxide::ir::ListStyle;
    if !list.ordered {
        return String::new();
    }
    let format = match list.style {
        Some(ListStyle::LowerRoman) => NumberFormat::LowerRoman,
        Some(ListStyle::UpperRoman) => NumberFormat::UpperRoman,
        Some(ListStyle::LowerAlpha) => NumberFormat::LowerLetter,
        Some(ListStyle::UpperAlpha) => NumberFormat::UpperLetter,
        Some(
            ListStyle::Decimal
            | ListStyle::Bullet
            | ListStyle::Dash
            | ListStyle::Square
            | ListStyle::Circle,
        )
        | None => NumberFormat::Decimal,
    };
    format!(
        "{}{}",
        label::format(number, format),
        list.ordered_delimiter()
    )
}

/// Legacy text carries control characters for objects, fields and breaks.
fn clean(text: &str) -> String {
    text.replace(['\u{b}', '\r'], "\n")
        .chars()
        .filter(|character| !character.is_control() || matches!(character, '\n' | '\t'))
        .collect::<String>()
        .trim()
        .to_owned()
}
