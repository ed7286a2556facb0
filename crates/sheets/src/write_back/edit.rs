//! What can be written into a workbook.

use serde::{Deserialize, Serialize};

use crate::address::{CellAddress, CellRange};
use crate::chart::{ChartSpec, ChartTarget, RangeChart};
use crate::output::{OutputTable, OutputValue};

/// One edit of a workbook.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Edit {
    /// A column of live formulas beside a table.
    FormulaColumn(FormulaColumn),
    /// A column of values beside a table.
    ValueColumn(ValueColumn),
    /// Values into cells.
    Cells(CellEdits),
    /// A new sheet with a table, and a chart if wanted.
    ResultSheet(ResultSheet),
    /// A chart of ranges that stand in the workbook.
    Chart(ChartEdit),
}

/// A column of live formulas.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FormulaColumn {
    /// Sheet.
    pub sheet: String,
    /// The table beside which the column stands: its last header row and its rows.
    pub table: CellRange,
    /// Header of the column.
    pub header: String,
    /// Formula for the first row under the header; relative references move with the row, as when it is filled down.
    pub formula: String,
    /// Format code of the values; without one, that of the first column the formula reads.
    pub number_format: Option<String>,
    /// Column from 0; without one, the first empty column to the right of the table.
    pub column: Option<u32>,
    /// Rows (from 0) that get no formula: subtotals and notes.
    pub skip_rows: Vec<u32>,
}

/// A column of values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ValueColumn {
    /// Sheet.
    pub sheet: String,
    /// The table beside which the column stands: its last header row and its rows.
    pub table: CellRange,
    /// Header of the column.
    pub header: String,
    /// Column from 0; without one, the first empty column to the right of the table.
    pub column: Option<u32>,
    /// Rows (from 0) with their values; other rows stay empty.
    pub values: Vec<(u32, OutputValue)>,
}

/// Values into cells of a sheet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CellEdits {
    /// Sheet.
    pub sheet: String,
    /// Cells and their new values.
    pub cells: Vec<(CellAddress, OutputValue)>,
    /// Whether cells that hold something may be replaced; otherwise one such cell refuses the edit.
    pub may_replace: bool,
}

/// A new sheet with a native table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ResultSheet {
    /// Name of the sheet; a number is added when there is one of that name.
    pub name: String,
    /// Lines above the table, such as the question.
    pub heading: Vec<String>,
    /// The table.
    pub table: OutputTable,
    /// Lines below the table, such as the query and what was left out.
    pub notes: Vec<String>,
    /// A chart beside the table.
    pub chart: Option<ChartSpec>,
}

/// A native chart of ranges of a sheet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChartEdit {
    /// Sheet of the ranges.
    pub sheet: String,
    /// What is drawn.
    pub chart: RangeChart,
    /// Where the chart stands.
    pub target: ChartTarget,
}

/// One cell before and after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Sheet.
    pub sheet: String,
    /// Cell, e.g. `F12`; for a new sheet or a chart the range it takes.
    pub cell: String,
    /// What it held; empty when nothing.
    pub before: String,
    /// What it will hold: the value, for a formula the value computed; empty when it was not computed.
    pub after: String,
    /// The formula it will hold, with `=`.
    pub formula: Option<String>,
}

/// What happens to a part of the package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartFate {
    /// Other content than before.
    Changed,
    /// New.
    Added,
    /// No longer there; only the order of calculation, which every program makes anew.
    Removed,
}

/// A part that does not stay as it was. All others keep their bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartChangeNote {
    /// Name of the part.
    pub part: String,
    /// What happens to it.
    pub fate: PartFate,
}
