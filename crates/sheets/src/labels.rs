//! Values by the names of their row and column: the long form of a table, whichever way it lies.
//!
//! A report with names on top, at the side, on both or in pairs has no single wide form that fits all questions. In the
//! long form each value carries every name that stands in its row to the left and in its column above.

use rusqlite::Connection;

use crate::Error;
use crate::grid::{Grid, Look};
use crate::layout::Layout;

/// The long form of all tables.
pub(crate) const SCHEMA: &str = "CREATE TABLE cells(
    table_name TEXT NOT NULL, row_label TEXT NOT NULL, column_label TEXT NOT NULL,
    value TEXT NOT NULL, cell TEXT NOT NULL, line INTEGER NOT NULL, place INTEGER NOT NULL) STRICT";

/// Names of one direction kept for a value.
const MAX_NAMES: usize = 4;

/// Writes the values of a grid with their names.
pub(crate) fn write(
    connection: &mut Connection,
    table: &str,
    grid: &Grid<'_>,
    layout: &Layout,
) -> Result<(), Error> {
    let transaction = connection.transaction()?;
    {
        let mut insert =
            transaction.prepare("INSERT INTO cells VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?;
        for row in layout.top..=layout.bottom {
            for column in 0..grid.width() {
                let Some(cell) = grid.own(row, column) else {
                    continue;
                };
                let text = cell.text().trim().to_owned();
                if text.is_empty() {
                    continue;
                }
                let (left, above) = names(grid, layout, row, column);
                insert.execute((
                    table,
                    left.join("/"),
                    above.join("/"),
                    text,
                    cell.address().to_string(),
                    i64::from(cell.row),
                    i64::from(cell.column),
                ))?;
            }
        }
    }
    transaction.commit()?;
    Ok(())
}

/// Names to the left in the row, and above in the column; outermost first, the nearest last.
fn names(
    grid: &Grid<'_>,
    layout: &Layout,
    row: usize,
    column: usize,
) -> (Vec<String>, Vec<String>) {
    let mut left = Vec::new();
    let mut at = column;
    while at > 0 && left.len() < MAX_NAMES {
        at -= 1;
        push_name(grid, row, at, &mut left);
    }
    let mut above = Vec::new();
    let header_end = layout.top + layout.header_rows;
    let mut at = row;
    while at > layout.top && above.len() < MAX_NAMES {
        at -= 1;
        // Above a record stand other records; only the header names it.
        if at >= header_end && layout.header_rows > 0 {
            at = header_end;
            continue;
        }
        push_name(grid, at, column, &mut above);
    }
    left.reverse();
    above.reverse();
    (left, above)
}

fn push_name(grid: &Grid<'_>, row: usize, column: usize, names: &mut Vec<String>) {
    if !matches!(grid.look(row, column), Look::Text | Look::Year | Look::Date) {
        return;
    }
    let text = grid.text(row, column).replace(['\n', '\r'], "");
    if names.last() != Some(&text) && !text.is_empty() {
        names.push(text);
    }
}
