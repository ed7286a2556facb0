//! Finished paragraphs of RTF to blocks: which are headings, list items and cells.

use std::collections::HashMap;

use deskmate_core::{Block, BlockContent, ListItem};

use crate::outline::Outline;

/// What a paragraph is formatted as.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Formatting {
    pub(super) style: i32,
    pub(super) outline_level: Option<u8>,
    pub(super) in_table: bool,
    pub(super) list_level: u8,
}

/// A style of the style sheet.
#[derive(Debug, Clone, Default)]
pub(super) struct Style {
    pub(super) name: String,
    pub(super) outline_level: Option<u8>,
}

impl Style {
    /// The heading level that the style stands for.
    fn heading(&self) -> Option<u8> {
        let name = self.name.trim().to_lowercase();
        let number = name
            .strip_prefix("heading")
            .or_else(|| name.strip_prefix("标题"))
            .or_else(|| name.strip_prefix("標題"))
            .and_then(|rest| rest.trim().parse::<u8>().ok());
        self.outline_level
            .map(|level| level + 1)
            .or(number)
            .filter(|level| (1..=9).contains(level))
    }
}

/// Blocks that are being put together.
#[derive(Debug, Default)]
pub(super) struct Paragraphs {
    pub(super) styles: HashMap<i32, Style>,
    outline: Outline,
    items: Vec<ListItem>,
    rows: Vec<Vec<String>>,
    row: Vec<String>,
    cell: String,
    cells: u64,
    header_rows: usize,
    row_is_header: bool,
    /// Notes that belong after the current paragraph.
    notes: Vec<BlockContent>,
    pub(super) too_many_cells: bool,
}

impl Paragraphs {
    /// Ends a paragraph; `label` is the mark of a list item as the program printed it.
    pub(super) fn paragraph(&mut self, text: &str, label: Option<&str>, formatting: Formatting) {
        if formatting.in_table {
            self.cell.push_str(&with_label(text, label));
            self.cell.push('\n');
            return;
        }
        self.end_table();
        let trimmed = text.trim();
        if trimmed.is_empty() && label.is_none() {
            self.add_notes();
            return;
        }
        let heading = formatting
            .outline_level
            .map(|level| level + 1)
            .or_else(|| self.styles.get(&formatting.style).and_then(Style::heading));
        match (heading, label) {
            // Numbered headings carry their number in the label.
            (Some(level), _) if !trimmed.is_empty() => {
                self.end_list();
                self.outline
                    .heading(level, &with_label(trimmed, label), None);
            }
            (_, Some(label)) => self.items.push(ListItem {
                level: formatting.list_level,
                label: shown_label(label),
                text: trimmed.to_owned(),
            }),
            _ => {
                self.end_list();
                self.outline.paragraph(text, None);
            }
        }
        self.add_notes();
    }

    /// Ends a cell with the text of its last paragraph.
    pub(super) fn cell(&mut self, text: &str, label: Option<&str>, max_cells: u64) {
        self.end_list();
        self.cell.push_str(&with_label(text, label));
        let lines: Vec<&str> = self
            .cell
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect();
        let cell = lines.join("\n");
        self.cell.clear();
        self.cells += 1;
        if self.cells > max_cells {
            self.too_many_cells = true;
            return;
        }
        self.row.push(cell);
    }

    /// Marks the current row as a header row.
    pub(super) fn mark_header(&mut self) {
        self.row_is_header = true;
    }

    /// Ends a row.
    pub(super) fn row(&mut self) {
        if self.row.is_empty() {
            return;
        }
        if self.row_is_header && self.header_rows == self.rows.len() {
            self.header_rows += 1;
        }
        self.row_is_header = false;
        self.rows.push(std::mem::take(&mut self.row));
    }

    /// Keeps a note until its paragraph ends.
    pub(super) fn note(&mut self, content: BlockContent) {
        self.notes.push(content);
    }

    fn add_notes(&mut self) {
        if self.notes.is_empty() {
            return;
        }
        self.end_list();
        for note in std::mem::take(&mut self.notes) {
            self.outline.push(note, None);
        }
    }

    fn end_list(&mut self) {
        let mut items = std::mem::take(&mut self.items);
        items.retain(|item| !item.text.is_empty());
        if let Some(first) = items.first() {
            let ordered = !first.label.is_empty();
            self.outline
                .push(BlockContent::List { ordered, items }, None);
        }
    }

    fn end_table(&mut self) {
        self.row();
        let mut rows = std::mem::take(&mut self.rows);
        rows.retain(|row| row.iter().any(|cell| !cell.is_empty()));
        let header_rows = std::mem::take(&mut self.header_rows).min(rows.len());
        if !rows.is_empty() {
            self.outline.push(
                BlockContent::Table {
                    caption: None,
                    header_rows,
                    rows,
                },
                None,
            );
        }
    }

    pub(super) fn finish(mut self) -> Vec<Block> {
        // A file cut inside a table still gives what its last cells hold.
        if !self.cell.trim().is_empty() {
            self.cell("", None, u64::MAX);
        }
        self.end_table();
        self.end_list();
        self.add_notes();
        self.outline.finish()
    }
}

fn with_label(text: &str, label: Option<&str>) -> String {
    match label.map(shown_label).filter(|label| !label.is_empty()) {
        Some(label) => format!("{label} {text}"),
        None => text.to_owned(),
    }
}

/// A bullet shows as nothing: it is often a character of a symbol font.
fn shown_label(label: &str) -> String {
    let label = label.trim();
    if label.chars().any(char::is_alphanumeric) {
        label.to_owned()
    } else {
        String::new()
    }
}
