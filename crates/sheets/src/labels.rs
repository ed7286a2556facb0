//! Values by the names of their row and column: the long form of a table, whichever way it lies.
//!
//! A report with names on top, at the side, on both or in pairs has no single wide form that fits all questions. In the
//! long form each value carries every name that stands in its row to the left and in its column above.

use rusqlite::Connection;

use crate::Error;
use crate::form::{self, Form};
use crate::grid::{Grid, Look};
use crate::layout::{Layout, Shape};

/// The long form of all tables.
pub(crate) const SCHEMA: &str = "CREATE TABLE cells(
    table_name TEXT NOT NULL, row_label TEXT NOT NULL, column_label TEXT NOT NULL,
    value TEXT NOT NULL, cell TEXT NOT NULL, line INTEGER NOT NULL, place INTEGER NOT NULL) STRICT";

/// Names of one direction kept for a value.
const MAX_NAMES: usize = 4;

/// A value with its names.
struct Named {
    row: usize,
    column: usize,
    left: Vec<String>,
    above: Vec<String>,
}

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
        for named in named_cells(grid, layout) {
            let Some(cell) = grid.own(named.row, named.column) else {
                continue;
            };
            let text = cell.text().trim().to_owned();
            if text.is_empty() {
                continue;
            }
            insert.execute((
                table,
                named.left.join("/"),
                named.above.join("/"),
                text,
                cell.address().to_string(),
                i64::from(cell.row),
                i64::from(cell.column),
            ))?;
        }
    }
    transaction.commit()?;
    Ok(())
}

/// All cells with their names; of a form the values alone.
fn named_cells(grid: &Grid<'_>, layout: &Layout) -> Vec<Named> {
    if layout.shape == Shape::Form {
        let form = form::read(grid, layout);
        return if form.is_sound() {
            values_of(form)
        } else {
            second_columns(grid, layout)
        };
    }
    let period = period(grid, layout);
    places(grid, layout)
        .map(|(row, column)| {
            let (left, above) = names(grid, layout, period, row, column);
            Named {
                row,
                column,
                left,
                above,
            }
        })
        .collect()
}

fn places(grid: &Grid<'_>, layout: &Layout) -> impl Iterator<Item = (usize, usize)> {
    let width = grid.width();
    (layout.top..=layout.bottom).flat_map(move |row| (0..width).map(move |column| (row, column)))
}

fn values_of(form: Form) -> Vec<Named> {
    form.values
        .into_iter()
        .map(|value| Named {
            row: value.row,
            column: value.column,
            left: value.names,
            above: Some(value.above)
                .filter(|above| !above.is_empty())
                .into_iter()
                .collect(),
        })
        .collect()
}

/// Of a form whose rows are of one make: every second column holds values, in narrow ones all but the first.
fn second_columns(grid: &Grid<'_>, layout: &Layout) -> Vec<Named> {
    let is_paired = grid.width() > 2 && grid.width().is_multiple_of(2);
    places(grid, layout)
        .filter(|(_, column)| {
            if is_paired {
                column % 2 == 1
            } else {
                *column > 0
            }
        })
        .filter_map(|(row, column)| {
            let (mut left, _) = names(grid, layout, None, row, column);
            let name = left.pop()?;
            Some(Named {
                row,
                column,
                left: vec![name],
                above: Vec::new(),
            })
        })
        .collect()
}

/// Names to the left in the row, and above in the column; outermost first, the nearest last.
fn names(
    grid: &Grid<'_>,
    layout: &Layout,
    period: Option<usize>,
    row: usize,
    column: usize,
) -> (Vec<String>, Vec<String>) {
    let mut left = Vec::new();
    let first = period.map_or(0, |period| column - column % period);
    let mut at = column;
    // The first name of a row is that of its record and is kept whatever stands between.
    while at > first + 1 && left.len() + 1 < MAX_NAMES {
        at -= 1;
        push_name(grid, row, at, &mut left);
    }
    if let Some(first) = (first..at).find(|first| is_name(grid, row, *first)) {
        push_name(grid, row, first, &mut left);
    }
    let mut above = Vec::new();
    let header_end = layout.top + layout.header_rows;
    // Of records that stand in columns every row above may name one; the first ones do so best.
    if layout.shape == Shape::Sideways {
        for at in layout.top..row {
            if above.len() < MAX_NAMES {
                push_name(grid, at, column, &mut above);
            }
        }
        left.reverse();
        return (left, above);
    }
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

/// After how many columns all headers come again: then lists stand side by side.
fn period(grid: &Grid<'_>, layout: &Layout) -> Option<usize> {
    if layout.shape != Shape::Records || layout.header_rows == 0 {
        return None;
    }
    let row = layout.top + layout.header_rows - 1;
    let width = grid.width();
    (2..=width / 2).find(|period| {
        width.is_multiple_of(*period)
            && (*period..width).all(|at| {
                let (header, before) = (grid.text(row, at), grid.text(row, at - period));
                header == before && !header.is_empty()
            })
            && (1..*period).any(|at| grid.text(row, at) != grid.text(row, 0))
    })
}

/// Whether a cell can name others. `2821断路器` does, though it reads like a number with a unit.
fn is_name(grid: &Grid<'_>, row: usize, column: usize) -> bool {
    match grid.look(row, column) {
        Look::Text => true,
        Look::Number => {
            let text = grid.text(row, column);
            let letters = text.chars().filter(|c| c.is_alphabetic() && !c.is_ascii());
            letters.count() >= 3 && !text.contains(['.', '/', '²', '³'])
        }
        Look::Blank | Look::Mark | Look::Year | Look::Date => false,
    }
}

fn push_name(grid: &Grid<'_>, row: usize, column: usize, names: &mut Vec<String>) {
    if !is_name(grid, row, column) && !matches!(grid.look(row, column), Look::Year | Look::Date) {
        return;
    }
    let text = grid.text(row, column).replace(['\n', '\r'], "");
    if names.last() != Some(&text) && !text.is_empty() {
        names.push(text);
    }
}
