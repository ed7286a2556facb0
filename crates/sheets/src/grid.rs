//! A block of a sheet laid out densely: used rows and columns only, merged regions known.

use std::collections::HashMap;

use crate::value::{is_blank_mark, parse_date, parse_number, plain};
use crate::{Cell, CellAddress, CellRange, Sheet, Value};

/// A block may not be laid out to more places than this: scattered cells in the corners of a sheet are no table.
pub(crate) const MAX_PLACES: usize = 40_000_000;

/// Cells of some rows and columns of a sheet. Rows and columns here count from 0 within the grid.
pub(crate) struct Grid<'a> {
    sheet: &'a Sheet,
    /// Sheet row of each grid row.
    pub(crate) rows: Vec<u32>,
    /// Sheet column of each grid column.
    pub(crate) columns: Vec<u32>,
    /// Index into the sheet's cells plus one; 0 is blank.
    places: Vec<u32>,
    /// The merged region that covers a place, by grid row and column.
    merged: HashMap<(usize, usize), Merge>,
}

/// A merged region in grid rows and columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Merge {
    pub(crate) top: usize,
    pub(crate) left: usize,
    pub(crate) bottom: usize,
    pub(crate) right: usize,
}

impl Merge {
    pub(crate) fn width(self) -> usize {
        self.right - self.left + 1
    }

    pub(crate) fn height(self) -> usize {
        self.bottom - self.top + 1
    }
}

/// What a cell looks like to somebody who searches for headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    Blank,
    /// `-`, `/`, `N/A`: a place for a value.
    Mark,
    Text,
    /// A whole number that may be a year.
    Year,
    Number,
    Date,
}

impl<'a> Grid<'a> {
    /// Lays out these rows and columns of a sheet, both ascending. None when that would be too much.
    pub(crate) fn new(sheet: &'a Sheet, rows: Vec<u32>, columns: Vec<u32>) -> Option<Self> {
        let (first, last) = (*rows.first()?, *rows.last()?);
        let size = rows.len().checked_mul(columns.len())?;
        if size > MAX_PLACES {
            return None;
        }
        let mut places = vec![0_u32; size];
        let start = sheet.cells.partition_point(|cell| cell.row < first);
        let mut row = 0;
        for (index, cell) in sheet.cells.iter().enumerate().skip(start) {
            if cell.row > last {
                break;
            }
            while rows[row] < cell.row {
                row += 1;
            }
            if rows[row] != cell.row || cell.value == Value::Empty {
                continue;
            }
            if let Ok(column) = columns.binary_search(&cell.column) {
                places[row * columns.len() + column] = u32::try_from(index).ok()? + 1;
            }
        }
        let mut grid = Self {
            sheet,
            rows,
            columns,
            places,
            merged: HashMap::new(),
        };
        grid.merge(first, last);
        Some(grid)
    }

    fn merge(&mut self, first: u32, last: u32) {
        // A region over a whole sheet is decoration; so many places are never needed.
        let mut left = 400_000_usize;
        for region in &self.sheet.merged {
            if region.top > last || region.bottom < first {
                continue;
            }
            let rows = index_span(&self.rows, region.top, region.bottom);
            let columns = index_span(&self.columns, region.left, region.right);
            let (Some((top, bottom)), Some((left_column, right))) = (rows, columns) else {
                continue;
            };
            let merge = Merge {
                top,
                left: left_column,
                bottom,
                right,
            };
            let size = merge.width() * merge.height();
            if size < 2 || size > left {
                continue;
            }
            left -= size;
            for row in top..=bottom {
                for column in left_column..=right {
                    self.merged.insert((row, column), merge);
                }
            }
        }
    }

    pub(crate) fn height(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn width(&self) -> usize {
        self.columns.len()
    }

    pub(crate) fn merge_at(&self, row: usize, column: usize) -> Option<Merge> {
        self.merged.get(&(row, column)).copied()
    }

    pub(crate) fn has_merges(&self) -> bool {
        !self.merged.is_empty()
    }

    /// The cell that stands here itself; what a merge covers is blank.
    pub(crate) fn own(&self, row: usize, column: usize) -> Option<&'a Cell> {
        let index = *self.places.get(row * self.columns.len() + column)?;
        index
            .checked_sub(1)
            .map(|index| &self.sheet.cells[index as usize])
    }

    /// The cell seen here: of a merged region its first cell.
    pub(crate) fn seen(&self, row: usize, column: usize) -> Option<&'a Cell> {
        match self.own(row, column) {
            Some(cell) => Some(cell),
            None => {
                let merge = self.merge_at(row, column)?;
                self.own(merge.top, merge.left)
            }
        }
    }

    /// The text seen here, made plain; empty when blank.
    pub(crate) fn text(&self, row: usize, column: usize) -> String {
        self.seen(row, column)
            .map(|cell| plain(&cell.text()))
            .unwrap_or_default()
    }

    pub(crate) fn look(&self, row: usize, column: usize) -> Look {
        self.seen(row, column).map_or(Look::Blank, look)
    }

    pub(crate) fn address(&self, row: usize, column: usize) -> CellAddress {
        CellAddress::new(self.rows[row], self.columns[column])
    }

    pub(crate) fn range(&self, top: usize, left: usize, bottom: usize, right: usize) -> CellRange {
        CellRange::new(self.address(top, left), self.address(bottom, right))
    }

    pub(crate) fn sheet_column_hidden(&self, column: u32) -> bool {
        self.sheet.is_column_hidden(column)
    }

    pub(crate) fn sheet_row_hidden(&self, row: u32) -> bool {
        self.sheet.is_row_hidden(row)
    }

    /// Filled places of a row.
    pub(crate) fn filled(&self, row: usize) -> usize {
        let width = self.columns.len();
        self.places[row * width..(row + 1) * width]
            .iter()
            .filter(|place| **place > 0)
            .count()
    }
}

fn index_span(sorted: &[u32], first: u32, last: u32) -> Option<(usize, usize)> {
    let start = sorted.partition_point(|value| *value < first);
    let end = sorted.partition_point(|value| *value <= last);
    (start < end).then(|| (start, end - 1))
}

pub(crate) fn look(cell: &Cell) -> Look {
    match &cell.value {
        Value::Empty => Look::Blank,
        Value::Number(number) => {
            if number.fract() == 0.0 && (1900.0..=2100.0).contains(number) && !cell.is_percent() {
                Look::Year
            } else {
                Look::Number
            }
        }
        Value::Bool(_) | Value::Duration(_) => Look::Number,
        Value::Error(_) => Look::Mark,
        Value::Date(_) => Look::Date,
        Value::Text(text) => text_look(text),
    }
}

pub(crate) fn text_look(text: &str) -> Look {
    if text.trim().is_empty() {
        return Look::Blank;
    }
    if is_blank_mark(text) {
        return Look::Mark;
    }
    if let Some(number) = parse_number(text) {
        let is_year = number.unit.is_empty()
            && number.value.fract() == 0.0
            && (1900.0..=2100.0).contains(&number.value)
            && text.trim().len() == 4;
        return if is_year { Look::Year } else { Look::Number };
    }
    if parse_date(text).is_some() {
        return Look::Date;
    }
    Look::Text
}
