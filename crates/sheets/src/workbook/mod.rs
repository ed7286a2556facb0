//! The cells of a workbook as they are: values, formats, formulas, merges, what is hidden.

mod document;
mod layout;
mod skim;
mod text;
mod xls;
mod xlsx;

use std::sync::Arc;

use deskmate_core::ReadWarning;

use crate::{CellAddress, CellRange, Error};

pub(crate) use deskmate_core::number_text;
pub use text::date_of_serial;
pub(crate) use text::{date_text, serial_of_date};

/// Cells kept of one workbook. At 56 bytes each this stays inside the memory of a parse worker (512 MiB).
pub const MAX_CELLS: usize = 4_000_000;
/// Merged regions kept of one sheet; more than this no person has made.
const MAX_MERGED: usize = 100_000;

/// A workbook: sheets of cells.
#[derive(Debug, Clone, Default)]
pub struct Workbook {
    /// Its file, as the user knows it.
    pub path: String,
    /// Sheets in the order of the tabs.
    pub sheets: Vec<Sheet>,
    /// Serial numbers of dates count from 1904. Dates in cells are already turned to the 1900 system.
    pub is_1904: bool,
    /// What could not be read.
    pub warnings: Vec<ReadWarning>,
}

/// A sheet: its cells sorted by row, then column; blank cells are not kept.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    /// Name of the tab.
    pub name: String,
    /// The tab is hidden.
    pub is_hidden: bool,
    /// Cells with content or a formula, sorted by row and column.
    pub cells: Vec<Cell>,
    /// Merged regions.
    pub merged: Vec<CellRange>,
    /// Hidden rows from 0, ascending.
    pub hidden_rows: Vec<u32>,
    /// Hidden columns as first and last, from 0.
    pub hidden_columns: Vec<(u32, u32)>,
    /// Tables that the workbook itself defines (Excel: Insert > Table).
    pub tables: Vec<DefinedTable>,
    /// Rows that were left out because the workbook has too many cells.
    pub rows_left_out: u64,
}

/// A cell with content.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// Row from 0.
    pub row: u32,
    /// Column from 0.
    pub column: u32,
    /// What it holds; of a formula the result that was stored with it.
    pub value: Value,
    /// Number format code, e.g. `0.00%`; none for the general format.
    pub format: Option<Arc<str>>,
    /// Formula without the equals sign.
    pub formula: Option<Arc<str>>,
}

/// The typed value of a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing, e.g. a formula without a stored result.
    Empty,
    /// A number.
    Number(f64),
    /// Text.
    Text(Arc<str>),
    /// A truth value.
    Bool(bool),
    /// A date, time or both as days in the 1900 system.
    Date(f64),
    /// A duration in days.
    Duration(f64),
    /// An error value, e.g. `#DIV/0!`.
    Error(Arc<str>),
}

/// A table that the workbook itself defines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefinedTable {
    /// Its name.
    pub name: String,
    /// Header, data and totals row together.
    pub range: CellRange,
    /// Rows of header: 0 or 1.
    pub header_rows: u32,
    /// Rows of totals at the end.
    pub totals_rows: u32,
}

impl Workbook {
    /// Reads the bytes of an xlsx, xlsm or xls file; other kinds come through [`Workbook::from_document`].
    ///
    /// Sizes that a file claims cost nothing: cells are streamed, at most [`MAX_CELLS`] are kept, and what is left out
    /// is a warning. xls is the exception: its parser lays a sheet out in memory, so read it in a worker with a limit.
    ///
    /// # Errors
    /// [`Error::DamagedWorkbook`] and [`Error::EncryptedWorkbook`].
    pub fn read(path: &str, bytes: &[u8]) -> Result<Self, Error> {
        let mut book = Self {
            path: path.to_owned(),
            ..Self::default()
        };
        let read = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
                xls::read(bytes, &mut book)
            } else {
                xlsx::read(bytes, &mut book)
            }
        }));
        match read {
            Ok(result) => result?,
            Err(_) => return Err(Error::DamagedWorkbook("its structure is broken".into())),
        }
        for sheet in &mut book.sheets {
            sheet.arrange();
        }
        Ok(book)
    }

    /// True when [`Workbook::read`] takes these bytes.
    pub fn is_readable(bytes: &[u8]) -> bool {
        bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) || xlsx::looks_like_xlsx(bytes)
    }

    /// One sheet from rows of text, as they come from csv or tsv. Row 0 of the sheet is the first row.
    pub fn from_rows(path: &str, sheet: &str, rows: &[Vec<String>]) -> Self {
        let mut made = Sheet {
            name: sheet.to_owned(),
            ..Sheet::default()
        };
        made.push_rows(CellAddress::new(0, 0), rows);
        Self {
            path: path.to_owned(),
            sheets: vec![made],
            ..Self::default()
        }
    }

    /// The sheet of this name.
    pub fn sheet(&self, name: &str) -> Option<&Sheet> {
        self.sheets.iter().find(|sheet| sheet.name == name)
    }

    /// How many cells all sheets hold.
    pub fn cell_count(&self) -> usize {
        self.sheets.iter().map(|sheet| sheet.cells.len()).sum()
    }
}

impl Sheet {
    /// The cell at this place, if it holds something.
    pub fn cell(&self, row: u32, column: u32) -> Option<&Cell> {
        self.cells
            .binary_search_by_key(&(row, column), |cell| (cell.row, cell.column))
            .ok()
            .map(|index| &self.cells[index])
    }

    /// The cells of rows `first..=last`.
    pub fn rows(&self, first: u32, last: u32) -> &[Cell] {
        let start = self.cells.partition_point(|cell| cell.row < first);
        let end = self.cells.partition_point(|cell| cell.row <= last);
        &self.cells[start..end]
    }

    /// The smallest range that holds all cells.
    pub fn used_range(&self) -> Option<CellRange> {
        let (first, last) = (self.cells.first()?, self.cells.last()?);
        let columns = || self.cells.iter().map(|cell| cell.column);
        Some(CellRange {
            top: first.row,
            bottom: last.row,
            left: columns().min()?,
            right: columns().max()?,
        })
    }

    /// True when the row is hidden.
    pub fn is_row_hidden(&self, row: u32) -> bool {
        self.hidden_rows.binary_search(&row).is_ok()
    }

    /// True when the column is hidden.
    pub fn is_column_hidden(&self, column: u32) -> bool {
        self.hidden_columns
            .iter()
            .any(|(first, last)| (*first..=*last).contains(&column))
    }

    fn push_rows(&mut self, origin: CellAddress, rows: &[Vec<String>]) {
        for (row, cells) in (origin.row..).zip(rows) {
            if self.cells.len() >= MAX_CELLS {
                self.rows_left_out += 1;
                continue;
            }
            for (column, text) in (origin.column..).zip(cells) {
                if !text.trim().is_empty() {
                    self.cells.push(Cell {
                        row,
                        column,
                        value: Value::Text(text.as_str().into()),
                        format: None,
                        formula: None,
                    });
                }
            }
        }
    }

    /// Sorts cells and drops doubles: files may write cells in any order, and twice.
    fn arrange(&mut self) {
        let is_sorted = self
            .cells
            .windows(2)
            .all(|pair| (pair[0].row, pair[0].column) < (pair[1].row, pair[1].column));
        if !is_sorted {
            self.cells.sort_by_key(|cell| (cell.row, cell.column));
            self.cells.dedup_by_key(|cell| (cell.row, cell.column));
        }
        self.hidden_rows.sort_unstable();
        self.hidden_rows.dedup();
    }
}

impl Cell {
    /// Its place.
    pub fn address(&self) -> CellAddress {
        CellAddress::new(self.row, self.column)
    }

    /// The text as a person sees it: numbers in general form with the percent sign of their format, dates as
    /// `2024-03-05`. Other number formats are not imitated.
    pub fn text(&self) -> String {
        match &self.value {
            Value::Empty => String::new(),
            Value::Number(number) => {
                if self.is_percent() {
                    // Rounded to what a percentage can sensibly show, so that 0.07 is not 7.000000000000001.
                    format!("{}%", number_text((number * 1e10).round() / 1e8))
                } else {
                    number_text(*number)
                }
            }
            Value::Text(text) | Value::Error(text) => text.to_string(),
            Value::Bool(value) => if *value { "TRUE" } else { "FALSE" }.to_owned(),
            Value::Date(serial) => text::date_text(*serial),
            Value::Duration(days) => text::duration_text(*days),
        }
    }

    /// True when the number format shows a percentage.
    pub fn is_percent(&self) -> bool {
        self.format.as_deref().is_some_and(text::is_percent)
    }
}
