//! OpenDocument tables: repeated cells and rows are bounded, since a file may claim any number of them.

use deskmate_core::BlockContent;

use super::inline;
use crate::xml::Element;

/// Columns and rows that a repetition may stand for; larger ones fill the sheet's edge with nothing.
const MAX_REPEATED_COLUMNS: usize = 256;
const MAX_REPEATED_ROWS: usize = 1000;

/// A table's block and whether cells were left out.
pub(super) struct Read {
    pub(super) content: Option<BlockContent>,
    pub(super) is_cut: bool,
}

/// Reads a table.
pub(super) fn read(table: Element<'_, '_>, max_cells: u64) -> Read {
    let mut rows = Rows {
        rows: Vec::new(),
        header_rows: 0,
        cells: 0,
        max_cells,
        is_cut: false,
    };
    rows.group(table, false);
    while rows
        .rows
        .last()
        .is_some_and(|row| row.iter().all(String::is_empty))
    {
        rows.rows.pop();
    }
    let caption = table
        .child("title")
        .map(|title| title.own_text().trim().to_owned())
        .filter(|title| !title.is_empty());
    let content = (!rows.rows.is_empty()).then(|| BlockContent::Table {
        caption,
        header_rows: rows.header_rows.min(rows.rows.len()),
        rows: rows.rows,
    });
    Read {
        content,
        is_cut: rows.is_cut,
    }
}

struct Rows {
    rows: Vec<Vec<String>>,
    header_rows: usize,
    cells: u64,
    max_cells: u64,
    is_cut: bool,
}

impl Rows {
    fn group(&mut self, group: Element<'_, '_>, is_header: bool) {
        for element in group.elements() {
            match element.name() {
                "table-header-rows" => self.group(element, true),
                "table-rows" | "table-row-group" => self.group(element, is_header),
                "table-row" => self.row(element, is_header),
                _ => {}
            }
        }
    }

    fn row(&mut self, row: Element<'_, '_>, is_header: bool) {
        let mut cells: Vec<String> = Vec::new();
        for cell in row.elements() {
            if !matches!(cell.name(), "table-cell" | "covered-table-cell") {
                continue;
            }
            let text = if cell.is("table-cell") {
                cell_text(cell)
            } else {
                String::new()
            };
            let repeated = count(cell, "number-columns-repeated", MAX_REPEATED_COLUMNS);
            cells.resize(cells.len() + repeated - 1, text.clone());
            cells.push(text);
            if cells.len() as u64 + self.cells > self.max_cells {
                self.is_cut = true;
                return;
            }
        }
        while cells.last().is_some_and(String::is_empty) && cells.len() > 1 {
            cells.pop();
        }
        let is_empty = cells.iter().all(String::is_empty);
        let repeated = if is_empty {
            1
        } else {
            count(row, "number-rows-repeated", MAX_REPEATED_ROWS)
        };
        for _ in 0..repeated {
            self.cells += cells.len() as u64 + 1;
            if self.cells > self.max_cells {
                self.is_cut = true;
                return;
            }
            if is_header && self.header_rows == self.rows.len() {
                self.header_rows += 1;
            }
            self.rows.push(cells.clone());
        }
    }
}

fn count(element: Element<'_, '_>, name: &str, most: usize) -> usize {
    element
        .attribute(name)
        .and_then(|count| count.parse::<usize>().ok())
        .unwrap_or(1)
        .clamp(1, most)
}

/// The text of a cell, its paragraphs, lists and inner tables on lines of their own.
fn cell_text(cell: Element<'_, '_>) -> String {
    let mut lines = Vec::new();
    add_lines(cell, &mut lines);
    lines.join("\n")
}

fn add_lines(element: Element<'_, '_>, lines: &mut Vec<String>) {
    for child in element.elements() {
        match child.name() {
            "p" | "h" => {
                let inline = inline::collect(child);
                let text = inline.text.trim();
                if !text.is_empty() {
                    lines.push(text.to_owned());
                }
                for frame in inline.frames {
                    add_lines(frame, lines);
                }
            }
            "annotation" => {}
            _ => add_lines(child, lines),
        }
    }
}
