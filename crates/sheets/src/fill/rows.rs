//! The rows that a column is filled for, with what the model sees of each.

use deskmate_core::CancelToken;

use super::{FillGap, FillTask, Filled};
use crate::header::{last_part, names_column};
use crate::output::OutputValue;
use crate::run::Scalar;
use crate::tables::quoted;
use crate::{Column, Error, TableInfo, Tables};

/// Rows of one run; a small model takes hours for as many.
pub const MAX_FILL_ROWS: usize = 20_000;

/// A row as the model sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FillRow {
    /// Row of the sheet from 0.
    pub row: u32,
    /// Headers and values of the columns that are read; blank values are left out.
    pub fields: Vec<(String, String)>,
}

impl FillRow {
    /// What came of a row that the model is not asked about.
    pub fn without_model(&self) -> Option<Filled> {
        self.fields
            .is_empty()
            .then_some(Filled::Empty(FillGap::BlankRow))
    }
}

/// A table's rows for one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FillSource {
    /// Headers of the columns that the model reads.
    pub reads: Vec<String>,
    /// The rows to be filled, from the top.
    pub rows: Vec<FillRow>,
    /// The column of the sheet, from 0, that has the header already; only its blank cells are among the rows.
    pub existing: Option<u32>,
    /// Rows whose cell in that column holds something and stays.
    pub kept: usize,
}

/// Reads the rows of a table: the columns that the ask names, or all of them when it names none.
///
/// # Errors
/// [`Error::TooManyRows`] for more than [`MAX_FILL_ROWS`]; those of the query.
pub fn fill_source(
    tables: &Tables,
    table: &TableInfo,
    task: &FillTask,
    cancel: &CancelToken,
) -> Result<FillSource, Error> {
    let target = table
        .columns
        .iter()
        .find(|column| last_part(&column.header, table.header_rows) == task.header);
    let others = || {
        let columns = table.columns.iter();
        columns.filter(|column| target.is_none_or(|target| target.place != column.place))
    };
    let named: Vec<&Column> = others()
        .filter(|column| names_column(&task.ask, &column.header, table.header_rows))
        .collect();
    let read: Vec<&Column> = match named.is_empty() {
        true => others().collect(),
        false => named,
    };
    let mut wanted = vec!["_row".to_owned()];
    for column in read.iter().copied().chain(target) {
        // A number that came as text is shown as it stands: `约 3 万元`.
        wanted.push(match &column.raw {
            Some(raw) => format!("coalesce({}, {})", quoted(raw), quoted(&column.name)),
            None => quoted(&column.name),
        });
    }
    let sql = format!(
        "SELECT {} FROM {} ORDER BY _row",
        wanted.join(", "),
        quoted(&table.name)
    );
    let result = tables.query_up_to(MAX_FILL_ROWS, &sql, cancel)?;
    if result.is_cut {
        return Err(Error::TooManyRows(MAX_FILL_ROWS));
    }
    let mut source = FillSource {
        reads: read.iter().map(|column| column.header.clone()).collect(),
        rows: Vec::new(),
        existing: target.map(|target| target.place),
        kept: 0,
    };
    for values in result.rows {
        let row = match values.first() {
            Some(Scalar::Integer(line)) => u32::try_from(line - 1).unwrap_or(0),
            _ => continue,
        };
        let is_filled = target.is_some()
            && values
                .last()
                .is_some_and(|value| !value.text().trim().is_empty());
        if is_filled {
            source.kept += 1;
            continue;
        }
        let fields = read
            .iter()
            .zip(&values[1..])
            .map(|(column, value)| (column.header.clone(), value.text().trim().to_owned()))
            .filter(|(_, value)| !value.is_empty())
            .collect();
        source.rows.push(FillRow { row, fields });
    }
    Ok(source)
}

impl Filled {
    /// The value for the cell, if there is one.
    pub fn value(&self) -> Option<&OutputValue> {
        match self {
            Self::Value(value) => Some(value),
            Self::Empty(_) => None,
        }
    }
}
