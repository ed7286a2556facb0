//! What was understood of workbooks: shown to the user before it is used, and correctable.

use serde::{Deserialize, Serialize};

use crate::{CellRange, Shape};

/// The tables found in workbooks.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Understanding {
    /// Tables in the order of files, sheets and places.
    pub tables: Vec<TableInfo>,
    /// What could not be read or used, for people.
    pub warnings: Vec<String>,
}

/// A table as it was understood.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TableInfo {
    /// Its name in queries.
    pub name: String,
    /// The file.
    pub path: String,
    /// The sheet.
    pub sheet: String,
    /// Lines above the header, outermost first.
    pub titles: Vec<String>,
    /// Everything from the first title to the last note.
    pub range: CellRange,
    /// The rows (or columns, when it lies sideways) of data, totals included.
    pub data: CellRange,
    /// Rows of header.
    pub header_rows: usize,
    /// Which way it lies.
    pub shape: Shape,
    /// Columns; empty for a form, whose values are found by their labels.
    pub columns: Vec<Column>,
    /// Records, without those left out.
    pub rows: usize,
    /// Rows that are totals or repeated headers: not part of any calculation.
    pub left_out: Vec<LeftOut>,
    /// Lines below the table.
    pub notes: Vec<String>,
    /// Hidden rows among the data: they count all the same.
    pub hidden_rows: usize,
    /// The sheet is hidden.
    pub is_sheet_hidden: bool,
    /// Rows of the file that were not read, so that no sum is complete.
    pub rows_not_read: u64,
    /// True when values can also be found by the names of their row and column.
    pub has_labels: bool,
    /// Names of the tables that this one puts together, of sheets with the same columns; empty for a table of its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub combines: Vec<String>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// Its name in queries.
    pub name: String,
    /// Its header as it stands on the sheet, outer headers first, divided by `/`.
    pub header: String,
    /// Type of its values.
    pub kind: ColumnKind,
    /// Unit of its numbers: `万元`, `%` (then in points), `人次`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Its place on the sheet from 0: a column, or a row when the table lies sideways.
    pub place: u32,
    /// It is hidden on the sheet.
    pub is_hidden: bool,
    /// The text of its cells is kept beside the typed values, in a column of this name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<String>,
    /// Different values.
    pub distinct: usize,
    /// The most frequent values, all of them when few.
    pub samples: Vec<String>,
    /// Cells with content that is not of the column's type; they count as blank.
    pub unread: usize,
    /// Blank cells.
    pub blank: usize,
}

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    /// Text; identifiers too.
    Text,
    /// Whole numbers.
    Integer,
    /// Numbers.
    Number,
    /// Dates as ISO text: `2024-03-05`, `2024-03`, `2024-Q1`.
    Date,
}

/// A row that takes no part in calculations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Its cells.
    pub range: CellRange,
    /// Its label: `合计`.
    pub label: String,
    /// Why it is left out.
    pub reason: LeftOutReason,
}

/// Why a row takes no part in calculations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeftOutReason {
    /// A total of other rows.
    Total,
    /// The header once more.
    RepeatedHeader,
    /// A heading inside the table.
    Section,
}

/// What the user says about a table instead of what was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// The file.
    pub path: String,
    /// The sheet.
    pub sheet: String,
    /// Header and data of the table.
    pub range: CellRange,
    /// Rows of header at its top.
    pub header_rows: u32,
}

impl Column {
    /// True when its values can be added up.
    pub fn is_numeric(&self) -> bool {
        matches!(self.kind, ColumnKind::Integer | ColumnKind::Number)
    }
}

impl TableInfo {
    /// Whether a question is put to this table, and not to the one that holds it.
    pub fn is_asked(&self, all: &[TableInfo]) -> bool {
        !self.columns.is_empty() && !all.iter().any(|table| table.combines.contains(&self.name))
    }

    /// The column of this name in queries.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns
            .iter()
            .find(|column| column.name.eq_ignore_ascii_case(name))
    }
}
