//! Cells of a sheet, kept sparse, and how they become tables.

use deskmate_core::{Anchor, Block, BlockContent};

/// A sheet with content only far apart is written without its empty columns above this many cells.
const DENSE_FREE: u64 = 20_000;
/// How much larger than its content a table may become by empty cells.
const MAX_SPREAD: u64 = 8;

/// The cells of a sheet that hold something.
pub(crate) struct Grid {
    rows: Vec<Row>,
    kept: u64,
    budget: u64,
    rows_left_out: u64,
    last_left_out: Option<u32>,
    sorted: bool,
}

struct Row {
    index: u32,
    cells: Vec<Cell>,
}

struct Cell {
    column: u32,
    numeric: bool,
    text: String,
}

impl Grid {
    /// An empty grid that keeps at most `budget` cells.
    pub(crate) fn new(budget: u64) -> Self {
        Self {
            rows: Vec::new(),
            kept: 0,
            budget,
            rows_left_out: 0,
            last_left_out: None,
            sorted: true,
        }
    }

    /// Adds a cell, counted from 0; blank text is no cell. `numeric`: a number, date or truth value.
    pub(crate) fn add(&mut self, row: u32, column: u32, text: String, numeric: bool) {
        if text.trim().is_empty() {
            return;
        }
        let same_row = self.rows.last().is_some_and(|last| last.index == row);
        if self.kept >= self.budget || (self.last_left_out.is_some() && !same_row) {
            if self.last_left_out != Some(row) {
                self.last_left_out = Some(row);
                self.rows_left_out += 1;
            }
            return;
        }
        self.kept += 1;
        let cell = Cell {
            column,
            numeric,
            text,
        };
        match self.rows.last_mut() {
            Some(last) if last.index == row => {
                self.sorted &= last.cells.last().is_none_or(|cell| cell.column < column);
                last.cells.push(cell);
            }
            last => {
                self.sorted &= last.is_none_or(|last| last.index < row);
                self.rows.push(Row {
                    index: row,
                    cells: vec![cell],
                });
            }
        }
    }

    /// How many cells are kept.
    pub(crate) fn kept(&self) -> u64 {
        self.kept
    }

    /// True when no more cells are kept.
    pub(crate) fn is_full(&self) -> bool {
        self.kept >= self.budget
    }

    /// How many rows had cells that were not kept.
    pub(crate) fn rows_left_out(&self) -> u64 {
        self.rows_left_out
    }

    /// The tables of the sheet with their ranges.
    pub(crate) fn into_blocks(mut self, sheet: &str) -> Vec<Block> {
        if !self.sorted {
            self.sort();
        }
        let mut blocks = Vec::new();
        let mut table: Vec<Row> = Vec::new();
        let mut rows = self.rows.into_iter().peekable();
        while let Some(row) = rows.next() {
            if let Some(last) = table.last() {
                let blank = row.index - last.index - 1;
                let is_new_header = blank == 1
                    && table.len() > 1
                    && is_header_like(&row)
                    && rows.peek().is_some_and(|next| next.index == row.index + 1);
                if blank >= 2 || is_new_header {
                    blocks.push(table_block(sheet, std::mem::take(&mut table)));
                }
            }
            table.push(row);
        }
        if !table.is_empty() {
            blocks.push(table_block(sheet, table));
        }
        blocks
    }

    /// Files may write cells in any order, and twice.
    fn sort(&mut self) {
        self.rows.sort_by_key(|row| row.index);
        let mut merged: Vec<Row> = Vec::with_capacity(self.rows.len());
        for row in self.rows.drain(..) {
            match merged.last_mut() {
                Some(last) if last.index == row.index => last.cells.extend(row.cells),
                _ => merged.push(row),
            }
        }
        for row in &mut merged {
            row.cells.sort_by_key(|cell| cell.column);
            row.cells.dedup_by_key(|cell| cell.column);
        }
        self.rows = merged;
    }
}

fn is_header_like(row: &Row) -> bool {
    row.cells.len() >= 2 && row.cells.iter().all(|cell| !cell.numeric)
}

fn table_block(sheet: &str, table: Vec<Row>) -> Block {
    let columns = || {
        table
            .iter()
            .flat_map(|row| row.cells.iter().map(|cell| cell.column))
    };
    let left = columns().min().unwrap_or(0);
    let right = columns().max().unwrap_or(0);
    let top = table.first().map_or(0, |row| row.index);
    let bottom = table.last().map_or(0, |row| row.index);
    let anchor = Anchor::cells(
        sheet,
        format!("{}:{}", cell_name(top, left), cell_name(bottom, right)),
    );
    let header_rows = header_rows(&table);
    let filled: u64 = table.iter().map(|row| row.cells.len() as u64).sum();
    let height = u64::from(bottom - top) + 1;
    let allowed = (filled * MAX_SPREAD).max(DENSE_FREE);

    let width = u64::from(right - left) + 1;
    let rows = if width * height <= allowed {
        dense_rows(table, |column| Some((column - left) as usize), top)
    } else {
        let mut used: Vec<u32> = columns().collect();
        used.sort_unstable();
        used.dedup();
        if used.len() as u64 * height <= allowed {
            dense_rows(table, |column| used.binary_search(&column).ok(), top)
        } else {
            sparse_rows(table)
        }
    };
    Block::new(
        anchor,
        BlockContent::Table {
            caption: None,
            header_rows,
            rows,
        },
    )
}

/// Rows with empty cells in their places; blank rows inside the table stay, so that rows keep their numbers.
fn dense_rows(table: Vec<Row>, place: impl Fn(u32) -> Option<usize>, top: u32) -> Vec<Vec<String>> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    for row in table {
        rows.resize_with((row.index - top) as usize, Vec::new);
        let mut cells: Vec<String> = Vec::new();
        for cell in row.cells {
            let Some(column) = place(cell.column) else {
                continue;
            };
            if cells.len() < column {
                cells.resize(column, String::new());
            }
            cells.push(cell.text);
        }
        rows.push(cells);
    }
    rows
}

/// Only what is filled: for content scattered over a sheet so thinly that empty cells would drown it.
fn sparse_rows(table: Vec<Row>) -> Vec<Vec<String>> {
    table
        .into_iter()
        .map(|row| row.cells.into_iter().map(|cell| cell.text).collect())
        .collect()
}

/// Guesses the header: title rows of one cell each, then a row of texts above rows of other kind or a full row
/// of different names.
fn header_rows(table: &[Row]) -> usize {
    let titles = table
        .iter()
        .take(3)
        .take_while(|row| row.cells.len() == 1 && !row.cells[0].numeric)
        .count();
    let Some(header) = table.get(titles) else {
        return 0;
    };
    let below = &table[titles + 1..];
    if below.is_empty() || header.cells.len() < 2 || !is_header_like(header) {
        return 0;
    }
    let numbers_below = below
        .iter()
        .take(50)
        .any(|row| row.cells.iter().any(|cell| cell.numeric));
    let widest = below.iter().take(50).map(|row| row.cells.len()).max();
    let full = header.cells.len() >= widest.unwrap_or(0);
    let mut names: Vec<&str> = header.cells.iter().map(|cell| cell.text.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let distinct = names.len() == header.cells.len();
    let short = header
        .cells
        .iter()
        .all(|cell| cell.text.chars().count() <= 40);
    // Blank rows count as rows of the table: the header must follow the titles at once.
    let together = header.index as usize == table[0].index as usize + titles;
    if together && (numbers_below || (full && distinct && short)) {
        titles + 1
    } else {
        0
    }
}

/// A cell's name in A1 notation; row and column count from 0.
pub(crate) fn cell_name(row: u32, column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = u64::from(column) + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or(0)));
        rest /= 26;
    }
    let name: String = letters.iter().rev().collect();
    format!("{name}{}", u64::from(row) + 1)
}
