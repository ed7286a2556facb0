//! Where on a sheet tables stand: blocks of cells with nothing between them.

use crate::grid::{Grid, Look, look};
use crate::{Cell, CellRange, Sheet, Value};

/// Islands kept of one sheet; a sheet of more is a form or noise.
const MAX_ISLANDS: usize = 60;

/// A block of rows and columns that may be a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Island {
    pub(crate) rows: Vec<u32>,
    pub(crate) columns: Vec<u32>,
    /// A table that the workbook defines itself: header rows, total rows.
    pub(crate) defined: Option<(u32, u32)>,
    pub(crate) name: Option<String>,
}

/// Finds the islands of a sheet, top to bottom, left to right.
pub(crate) fn islands(sheet: &Sheet) -> Vec<Island> {
    let mut found: Vec<Island> = Vec::new();
    for table in &sheet.tables {
        let range = table.range;
        let rows = used_rows(sheet, range);
        let columns = used_columns(sheet, range);
        if !rows.is_empty() && !columns.is_empty() {
            found.push(Island {
                rows,
                columns,
                defined: Some((table.header_rows, table.totals_rows)),
                name: Some(table.name.clone()),
            });
        }
    }
    let rest: Vec<&Cell> = sheet
        .cells
        .iter()
        .filter(|cell| cell.value != Value::Empty)
        .filter(|cell| {
            !sheet
                .tables
                .iter()
                .any(|table| table.range.contains(cell.row, cell.column))
        })
        .collect();
    for (rows, columns) in split_rows(&rest) {
        if found.len() >= MAX_ISLANDS {
            break;
        }
        for columns in split_columns(sheet, &rows, &columns, &rest) {
            // A part may not fill all rows of the block that it was cut from.
            let rows = if found.is_empty() && columns.len() > 1 {
                rows.clone()
            } else {
                rows_with(&rest, &rows, &columns)
            };
            if !rows.is_empty() {
                found.push(Island {
                    rows,
                    columns,
                    defined: None,
                    name: None,
                });
            }
        }
    }
    found.sort_by_key(|island| (island.rows[0], island.columns[0]));
    found
}

fn used_rows(sheet: &Sheet, range: CellRange) -> Vec<u32> {
    let mut rows: Vec<u32> = sheet
        .rows(range.top, range.bottom)
        .iter()
        .filter(|cell| range.contains(cell.row, cell.column))
        .map(|cell| cell.row)
        .collect();
    rows.dedup();
    rows
}

fn used_columns(sheet: &Sheet, range: CellRange) -> Vec<u32> {
    let mut columns: Vec<u32> = sheet
        .rows(range.top, range.bottom)
        .iter()
        .filter(|cell| range.contains(cell.row, cell.column))
        .map(|cell| cell.column)
        .collect();
    columns.sort_unstable();
    columns.dedup();
    columns
}

fn rows_with(cells: &[&Cell], rows: &[u32], columns: &[u32]) -> Vec<u32> {
    let (first, last) = (rows[0], rows[rows.len() - 1]);
    let start = cells.partition_point(|cell| cell.row < first);
    let mut kept: Vec<u32> = cells[start..]
        .iter()
        .take_while(|cell| cell.row <= last)
        .filter(|cell| columns.binary_search(&cell.column).is_ok())
        .map(|cell| cell.row)
        .collect();
    kept.dedup();
    kept
}

/// One row of cells in a run of rows.
struct RowShape {
    row: u32,
    columns: Vec<u32>,
    looks: Vec<Look>,
}

/// Cuts the cells into blocks of rows. A blank row divides tables only when what follows is not the same table going
/// on: the same columns with the same kinds of values.
fn split_rows(cells: &[&Cell]) -> Vec<(Vec<u32>, Vec<u32>)> {
    let mut blocks: Vec<(Vec<u32>, Vec<u32>)> = Vec::new();
    let mut rows: Vec<u32> = Vec::new();
    let mut columns: Vec<u32> = Vec::new();
    let mut previous: Option<RowShape> = None;
    let mut start = 0;
    while start < cells.len() {
        let row = cells[start].row;
        let mut end = start;
        while end < cells.len() && cells[end].row == row {
            end += 1;
        }
        let gap = rows.last().map_or(0, |last| row - last - 1);
        // Looks are expensive; only rows at a gap need them.
        let shape = |range: std::ops::Range<usize>| RowShape {
            row,
            columns: cells[range.clone()]
                .iter()
                .map(|cell| cell.column)
                .collect(),
            looks: cells[range].iter().map(|cell| look(cell)).collect(),
        };
        if gap > 0 {
            let this = shape(start..end);
            let goes_on = gap <= 3
                && previous
                    .as_ref()
                    .is_some_and(|previous| continues(previous, &this))
                && rows.len() >= 3;
            if !goes_on {
                blocks.push((std::mem::take(&mut rows), std::mem::take(&mut columns)));
            }
        }
        let next_has_gap = cells.get(end).is_none_or(|next| next.row > row + 1);
        if next_has_gap {
            previous = Some(shape(start..end));
        }
        rows.push(row);
        for cell in &cells[start..end] {
            if let Err(place) = columns.binary_search(&cell.column) {
                columns.insert(place, cell.column);
            }
        }
        start = end;
    }
    if !rows.is_empty() {
        blocks.push((rows, columns));
    }
    blocks
}

/// True when the row after a gap looks like one more row of the table before it.
fn continues(before: &RowShape, after: &RowShape) -> bool {
    debug_assert!(before.row < after.row);
    if after.columns.len() < 2 {
        return false;
    }
    let (mut same, mut valued, mut differing) = (0, 0, 0);
    for (column, look) in after.columns.iter().zip(&after.looks) {
        let Ok(index) = before.columns.binary_search(column) else {
            differing += 1;
            continue;
        };
        let other = before.looks[index];
        let is_value = |look: Look| matches!(look, Look::Number | Look::Date | Look::Year);
        if is_value(*look) != is_value(other) {
            return false;
        }
        same += 1;
        valued += usize::from(is_value(*look));
    }
    valued > 0 && differing == 0 && same * 2 >= before.columns.len()
}

/// Cuts a block at blank columns, when both sides are tables of their own.
fn split_columns(sheet: &Sheet, rows: &[u32], columns: &[u32], cells: &[&Cell]) -> Vec<Vec<u32>> {
    let mut parts: Vec<Vec<u32>> = vec![Vec::new()];
    for column in columns {
        let last = parts.last().and_then(|part| part.last()).copied();
        if last.is_some_and(|last| *column > last + 1) {
            // A merged title over both sides does not hold them together, a merged header cell does.
            parts.push(Vec::new());
        }
        if let Some(part) = parts.last_mut() {
            part.push(*column);
        }
    }
    let wide = |part: &Vec<u32>| part.len() >= 2 && rows_with(cells, rows, part).len() >= 2;
    if parts.len() < 2 || !parts.iter().all(wide) {
        return vec![columns.to_vec()];
    }
    // Each side needs a header of its own: text over values. Otherwise the blank column is a spacer.
    let has_header = |part: &Vec<u32>| {
        let part_rows = rows_with(cells, rows, part);
        Grid::new(
            sheet,
            part_rows.iter().copied().take(8).collect(),
            part.clone(),
        )
        .is_some_and(|grid| {
            let values = |row: usize| {
                (0..grid.width())
                    .filter(|column| matches!(grid.look(row, *column), Look::Number | Look::Date))
                    .count()
            };
            (0..grid.height()).any(|row| values(row) == 0 && grid.filled(row) >= 2)
                && (0..grid.height()).any(|row| values(row) > 0)
        })
    };
    if parts.iter().all(has_header) {
        parts
    } else {
        vec![columns.to_vec()]
    }
}
