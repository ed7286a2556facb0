//! Which cells a query read, and what stands in them.

use deskmate_core::CancelToken;

use super::ReadCells;
use super::check::columns_of;
use crate::run::{QueryResult, Scalar};
use crate::sql::{Select, Token, join, tokens, without_alias};
use crate::tables::Tables;
use crate::{CellRange, Shape, TableInfo};

/// Rows named one by one; more are one range.
const MAX_NAMED_ROWS: usize = 60;

/// Where a result is from.
pub(super) struct Trace<'t> {
    /// Tables read.
    pub(super) tables: Vec<&'t TableInfo>,
    /// Ranges read.
    pub(super) cells: Vec<ReadCells>,
    /// The result with values as they stand in the cells.
    pub(super) shown: Option<QueryResult>,
}

/// Finds the cells of a result.
pub(super) fn trace<'t>(
    sql: &str,
    result: &QueryResult,
    used: &[&'t TableInfo],
    tables: &Tables,
    cancel: &CancelToken,
) -> Trace<'t> {
    let words: Vec<Token> = tokens(sql);
    let read: Vec<&TableInfo> = used
        .iter()
        .copied()
        .filter(|table| {
            words.iter().any(|token| {
                token
                    .name()
                    .is_some_and(|name| name.eq_ignore_ascii_case(&table.name))
            })
        })
        .collect();
    let select = Select::parse(sql).filter(|select| !select.is_compound);
    let mut trace = Trace {
        tables: read,
        cells: Vec::new(),
        shown: None,
    };
    let all = &tables.understanding().tables;
    for table in trace.tables.clone() {
        let parts: Vec<&TableInfo> = if table.combines.is_empty() {
            vec![table]
        } else {
            all.iter()
                .filter(|part| table.combines.contains(&part.name))
                .collect()
        };
        let lines = match (&select, parts.as_slice()) {
            (Some(select), [_]) if select.table().is_some() => {
                lines_read(select, table, tables, cancel)
            }
            _ => None,
        };
        let mut places: Vec<u32> = columns_of(sql, &[table])
            .into_iter()
            .map(|(_, column)| column.place)
            .filter(|place| *place != u32::MAX)
            .collect();
        if places.is_empty() {
            places = table
                .columns
                .iter()
                .map(|column| column.place)
                .filter(|place| *place != u32::MAX)
                .collect();
        }
        places.sort_unstable();
        places.dedup();
        for part in parts {
            for range in ranges(part, &places, lines.as_deref()) {
                trace.cells.push(ReadCells {
                    path: part.path.clone(),
                    sheet: part.sheet.clone(),
                    range: range.to_string(),
                });
            }
        }
    }
    if let (Some(select), [table]) = (&select, trace.tables.as_slice()) {
        trace.shown = as_written(select, table, result, tables, cancel);
    }
    trace
}

/// Sheet rows (columns, when the table lies sideways) that meet the condition; none when there is no condition.
fn lines_read(
    select: &Select,
    table: &TableInfo,
    tables: &Tables,
    cancel: &CancelToken,
) -> Option<Vec<u32>> {
    let is_plain = select.group.is_empty() && !select.has_aggregates() && !select.is_distinct;
    if select.filter.is_empty() && !(is_plain && select.limit.is_some()) {
        return None;
    }
    let mut sql = format!("SELECT _row FROM {}", join(&select.from));
    if !select.filter.is_empty() {
        sql.push_str(&format!(" WHERE {}", join(&select.filter)));
    }
    if is_plain {
        if !select.order.is_empty() {
            let order: Vec<String> = select.order.iter().map(|term| join(term)).collect();
            sql.push_str(&format!(" ORDER BY {}", order.join(", ")));
        }
        if let Some(limit) = select.limit {
            sql.push_str(&format!(" LIMIT {limit}"));
        }
    }
    let values = tables.column(&sql, MAX_NAMED_ROWS + 1, cancel).ok()?;
    if values.len() > MAX_NAMED_ROWS || table.rows == 0 {
        return None;
    }
    let mut lines: Vec<u32> = values
        .iter()
        .filter_map(|value| match value {
            Scalar::Integer(line) => u32::try_from(line - 1).ok(),
            _ => None,
        })
        .collect();
    lines.sort_unstable();
    lines.dedup();
    Some(lines)
}

fn ranges(table: &TableInfo, places: &[u32], lines: Option<&[u32]>) -> Vec<CellRange> {
    let is_sideways = table.shape == Shape::Sideways;
    let (first, last) = if is_sideways {
        (table.data.left + 1, table.data.right)
    } else {
        (table.data.top, table.data.bottom)
    };
    let line_runs = match lines {
        Some(lines) => runs(lines),
        None => vec![(first, last)],
    };
    let mut found = Vec::new();
    for (from, to) in line_runs {
        for (left, right) in runs(places) {
            found.push(if is_sideways {
                CellRange {
                    top: left,
                    bottom: right,
                    left: from,
                    right: to,
                }
            } else {
                CellRange {
                    top: from,
                    bottom: to,
                    left,
                    right,
                }
            });
        }
    }
    found
}

/// Neighbours put together: 1 2 3 7 is 1..3 and 7..7.
fn runs(sorted: &[u32]) -> Vec<(u32, u32)> {
    let mut found: Vec<(u32, u32)> = Vec::new();
    for value in sorted {
        match found.last_mut() {
            Some((_, last)) if *last + 1 == *value => *last = *value,
            _ => found.push((*value, *value)),
        }
    }
    found
}

/// The same rows with the text of the cells in place of typed values, for columns that are shown as they are.
fn as_written(
    select: &Select,
    table: &TableInfo,
    result: &QueryResult,
    tables: &Tables,
    cancel: &CancelToken,
) -> Option<QueryResult> {
    if !select.group.is_empty() || select.has_aggregates() || select.is_distinct {
        return None;
    }
    let mut changed = false;
    let items: Vec<String> = select
        .items
        .iter()
        .map(|item| {
            let raw = match without_alias(item) {
                [token] => token
                    .name()
                    .and_then(|name| table.column(name))
                    .and_then(|column| column.raw.as_ref()),
                _ => None,
            };
            changed |= raw.is_some();
            raw.map_or_else(|| join(item), |raw| crate::tables::quoted(raw))
        })
        .collect();
    if !changed {
        return None;
    }
    let mut sql = format!("SELECT {} FROM {}", items.join(", "), join(&select.from));
    if !select.filter.is_empty() {
        sql.push_str(&format!(" WHERE {}", join(&select.filter)));
    }
    if !select.order.is_empty() {
        let order: Vec<String> = select.order.iter().map(|term| join(term)).collect();
        sql.push_str(&format!(" ORDER BY {}", order.join(", ")));
    }
    if let Some(limit) = select.limit {
        sql.push_str(&format!(" LIMIT {limit}"));
    }
    let shown = tables.query(&sql, cancel).ok()?;
    (shown.rows.len() == result.rows.len()).then_some(QueryResult {
        columns: result.columns.clone(),
        ..shown
    })
}
