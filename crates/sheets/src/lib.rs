//! Workbooks: cells as they are, the tables in them, and questions answered by calculation over all rows.
//!
//! Here: the cell model, table detection, typed tables in SQLite, the query written under a grammar and run read-only,
//! formulas and write-back. Not here: decoding of csv and detection of formats (`formats`), engines (they come through
//! the ports of `core`). Entry types: [`Workbook`].

mod address;
mod chart;
mod error;
mod formula;
mod new_workbook;
mod output;
mod package;
mod workbook;
mod write_back;

pub use address::{CellAddress, CellRange, MAX_COLUMN, MAX_ROW, column_name};
pub use chart::{ChartKind, ChartSpec, SvgOptions, choose_chart, render_svg};
pub use error::Error;
pub use formula::*;
pub use new_workbook::{NewSheet, write_workbook};
pub use output::{ColumnFormat, OutputColumn, OutputTable, OutputValue};
pub use workbook::{
    Cell, DefinedTable, MAX_CELLS, Sheet, Value, Workbook, date_of_serial, number_text,
};
pub use write_back::*;
