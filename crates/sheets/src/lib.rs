//! Workbooks: cells as they are, the tables in them, and questions answered by calculation over all rows.
//!
//! Here: the cell model, table detection, typed tables in SQLite, the query written under a grammar and run read-only,
//! formulas and write-back. Not here: decoding of csv and detection of formats (`formats`), engines (they come through
//! the ports of `core`). Entry types: [`Workbook`], [`Tables`].

mod address;
mod ask;
mod chart;
mod compose;
mod error;
mod fill;
mod form;
mod formula;
mod frame;
mod grid;
mod header;
mod island;
mod labels;
mod layout;
mod lookup;
mod names;
mod new_workbook;
mod output;
mod package;
mod run;
mod sql;
mod tables;
mod typing;
mod understanding;
mod value;
mod workbook;
mod write_back;
mod written;

pub use address::{CellAddress, CellRange, MAX_COLUMN, MAX_ROW, column_name};
pub use ask::{
    AskOptions, Chart, ChartWish, Check, LeftOutRows, ReadCells, ResultOptions, SheetAnswer, Turn,
    answer_query, ask, ask_by_code, result_sheet,
};
pub use chart::{
    AskedChart, ChartAsk, ChartKind, ChartLook, ChartSpec, ChartTarget, Joined, LegendPlace,
    Marker, PlotKind, RangeChart, RangeSeries, Stacking, SvgOptions, Trend, TrendKind,
    choose_chart, render_svg, suggest_chart,
};
pub use error::Error;
pub use fill::{
    FillGap, FillKind, FillRow, FillSource, FillTask, FillWish, Filled, MAX_FILL_ROWS, fill_rows,
    fill_source,
};
pub use formula::*;
pub use header::{last_part, names_column};
pub use layout::Shape;
pub use new_workbook::{NewSheet, write_workbook};
pub use output::{ColumnFormat, OutputColumn, OutputTable, OutputValue};
pub use run::{MAX_RESULT_ROWS, QueryResult, Scalar};
pub use tables::Tables;
pub use understanding::{
    Column, ColumnKind, Correction, LeftOut, LeftOutReason, TableInfo, Understanding,
};
pub use workbook::{Cell, DefinedTable, MAX_CELLS, Sheet, Value, Workbook, date_of_serial};
pub use write_back::*;
pub use written::{WrittenNumber, stands_in, written_day, written_number};
