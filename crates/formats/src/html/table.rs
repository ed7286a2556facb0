//! HTML tables with spanning cells to plain rows.

use deskmate_core::BlockContent;

/// Spans are clamped to what people use; a larger one only costs memory.
const MAX_COLUMN_SPAN: usize = 100;
const MAX_ROW_SPAN: usize = 1000;

/// A table that is being read.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) caption: Option<String>,
    rows: Vec<Vec<String>>,
    row: Vec<String>,
    /// For each column how many rows a cell from above still covers.
    covered: Vec<usize>,
    header_rows: usize,
    row_has_data_cell: bool,
    row_has_header_cell: bool,
    in_head: bool,
    cell: Option<Span>,
    cells: u64,
    left_out: bool,
    only_text_cells: usize,
}

#[derive(Debug, Clone, Copy)]
struct Span {
    columns: usize,
    rows: usize,
}

impl Table {
    pub(super) fn enter_head(&mut self, is_head: bool) {
        self.in_head = is_head;
    }

    pub(super) fn open_row(&mut self) {
        self.row.clear();
        self.row_has_data_cell = false;
        self.row_has_header_cell = false;
    }

    pub(super) fn open_cell(
        &mut self,
        is_header: bool,
        column_span: Option<&str>,
        row_span: Option<&str>,
    ) {
        let span = |value: Option<&str>, most: usize| {
            value
                .and_then(|value| value.trim().parse::<usize>().ok())
                .unwrap_or(1)
                .clamp(1, most)
        };
        self.row_has_header_cell |= is_header;
        self.row_has_data_cell |= !is_header;
        self.cell = Some(Span {
            columns: span(column_span, MAX_COLUMN_SPAN),
            rows: span(row_span, MAX_ROW_SPAN),
        });
    }

    pub(super) fn close_cell(&mut self, text: String, max_cells: u64) {
        let Some(span) = self.cell.take() else {
            return;
        };
        self.cells += span.columns as u64;
        if self.cells > max_cells {
            self.left_out = true;
            return;
        }
        self.skip_covered();
        self.only_text_cells += usize::from(!text.is_empty());
        let start = self.row.len();
        self.row.push(text);
        self.row.resize(start + span.columns, String::new());
        if span.rows > 1 {
            if self.covered.len() < start + span.columns {
                self.covered.resize(start + span.columns, 0);
            }
            // The row that is being read counts down at its end too.
            self.covered[start..start + span.columns].fill(span.rows);
        }
    }

    /// Puts empty cells where cells from above reach down.
    fn skip_covered(&mut self) {
        while self
            .covered
            .get(self.row.len())
            .is_some_and(|rows| *rows > 0)
        {
            self.row.push(String::new());
        }
    }

    pub(super) fn close_row(&mut self) {
        if !self.row_has_data_cell && !self.row_has_header_cell {
            return;
        }
        self.skip_covered();
        for rows in &mut self.covered {
            *rows = rows.saturating_sub(1);
        }
        let is_header = self.in_head || !self.row_has_data_cell;
        if is_header && self.header_rows == self.rows.len() {
            self.header_rows += 1;
        }
        self.cells += 1;
        self.rows.push(std::mem::take(&mut self.row));
        self.row_has_data_cell = false;
        self.row_has_header_cell = false;
    }

    /// Whether cells were left out because there are too many.
    pub(super) fn is_cut(&self) -> bool {
        self.left_out
    }

    /// The block; a table with text in a single cell is a frame around a paragraph.
    pub(super) fn finish(mut self) -> Option<BlockContent> {
        self.rows
            .retain(|row| row.iter().any(|cell| !cell.is_empty()));
        if self.rows.is_empty() {
            return None;
        }
        if self.only_text_cells == 1 && self.caption.is_none() {
            let text = self
                .rows
                .into_iter()
                .flatten()
                .find(|cell| !cell.is_empty())?;
            return Some(BlockContent::Paragraph { text });
        }
        Some(BlockContent::Table {
            caption: self.caption,
            header_rows: self.header_rows.min(self.rows.len()),
            rows: self.rows,
        })
    }
}
