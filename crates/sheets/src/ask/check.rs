//! What is looked over after a query ran: do its values exist, does its aggregate come out a second time.

use std::collections::HashSet;

use deskmate_core::CancelToken;

use super::Check;
use crate::lookup::Candidate;
use crate::run::{QueryResult, Scalar};
use crate::sql::{Select, Token, join, tokens, without_alias};
use crate::tables::{Tables, quoted};
use crate::{Column, ColumnKind, Shape, TableInfo};

/// Rows folded again in the second path.
const MAX_FOLDED: usize = 2_000_000;

/// Looks a query and its result over.
pub(super) fn checks(
    sql: &str,
    question: &str,
    result: &QueryResult,
    used: &[&TableInfo],
    tables: &Tables,
    cancel: &CancelToken,
) -> Vec<Check> {
    let mut found = Vec::new();
    let missing = missing_values(sql, used, tables);
    found.push(if missing.is_empty() {
        Check::new(
            "values_exist",
            true,
            "every value that the query compares with stands in its column",
        )
    } else {
        Check::new(
            "values_exist",
            false,
            format!("not found in the tables: {}", missing.join(", ")),
        )
    });
    if let Some(check) = recompute(sql, result, used, tables, cancel) {
        found.push(check);
    }
    if let Some(reason) = ranks_rows_not_names(sql, question, used) {
        found.push(Check::new("added_up", false, reason));
    }
    let odd: Vec<String> = columns_of(sql, used)
        .into_iter()
        .filter(|(_, column)| column.is_numeric() && column.unread > 0)
        .map(|(_, column)| format!("{} ({})", column.header, column.unread))
        .collect();
    if !odd.is_empty() {
        found.push(Check::new(
            "all_numbers",
            false,
            format!(
                "cells that are not numbers were left out: {}",
                odd.join(", ")
            ),
        ));
    }
    if result.is_cut {
        found.push(Check::new(
            "whole_result",
            false,
            format!("only the first {} rows are shown", result.rows.len()),
        ));
    }
    found
}

/// Adds up the rows again where a total row was looked up: what a sheet says of itself may be out of date.
pub(super) fn totals(
    cells: &[Candidate],
    all: &[TableInfo],
    tables: &Tables,
    cancel: &CancelToken,
) -> Option<Check> {
    const GRAND: [&str; 6] = ["合计", "总计", "总和", "共计", "total", "grand total"];
    let mut compared = 0;
    for candidate in cells {
        let is_own =
            |table: &&TableInfo| table.name == candidate.table && table.shape == Shape::Records;
        let Some(table) = all.iter().find(is_own) else {
            continue;
        };
        let is_total = table.left_out.iter().any(|row| {
            row.range
                .contains(candidate.cell.row, candidate.cell.column)
                && GRAND.contains(&row.label.replace(' ', "").to_lowercase().as_str())
        });
        // A share is not the sum of shares.
        let column = table.columns.iter().find(|column| {
            column.place == candidate.cell.column
                && column.is_numeric()
                && column.unit.as_deref() != Some("%")
        });
        let (true, Some(column)) = (is_total, column) else {
            continue;
        };
        let sql = format!(
            "SELECT {} FROM {}",
            quoted(&column.name),
            quoted(&table.name)
        );
        let values = tables.column(&sql, MAX_FOLDED, cancel).ok()?;
        let numbers: Vec<f64> = values.iter().filter_map(Scalar::number).collect();
        let told = crate::value::parse_number(&candidate.value)?.value;
        let sum = exact_sum(&numbers);
        compared += 1;
        if (sum - told).abs() > 0.006 + 1e-9 * sum.abs() {
            return Some(Check::new(
                "total_row",
                false,
                format!(
                    "the total row says {told}, the rows above it add up to {}",
                    deskmate_core::number_text(sum)
                ),
            ));
        }
    }
    (compared > 0).then(|| Check::new("total_row", true, "the rows above add up to the total row"))
}

/// The columns that a query names, with their tables.
pub(super) fn columns_of<'t>(
    sql: &str,
    used: &[&'t TableInfo],
) -> Vec<(&'t TableInfo, &'t Column)> {
    let names: HashSet<String> = tokens(sql)
        .iter()
        .filter_map(|token| token.name().map(str::to_lowercase))
        .collect();
    let read = |table: &TableInfo| names.contains(&table.name.to_lowercase());
    used.iter()
        .filter(|table| read(table))
        .flat_map(|table| {
            table
                .columns
                .iter()
                .filter(|column| names.contains(&column.name.to_lowercase()))
                .map(|column| (*table, column))
        })
        .collect()
}

/// Texts that a query compares a column with and that do not stand in it.
pub(super) fn missing_values(sql: &str, used: &[&TableInfo], tables: &Tables) -> Vec<String> {
    let tokens = tokens(sql);
    let mut missing = Vec::new();
    let mut column: Option<(&TableInfo, &Column)> = None;
    for window in tokens.windows(2) {
        if let Some(name) = window[0].name()
            && let Some(found) = find_column(name, used)
        {
            column = Some(found);
        }
        let Token::Text(text) = &window[1] else {
            continue;
        };
        let is_compared =
            matches!(&window[0], Token::Sign(sign) if ["=", "(", ","].contains(&sign.as_str()));
        let in_call = tokens
            .iter()
            .any(|token| token.is("strftime") || token.is("substr"));
        let Some((table, column)) =
            column.filter(|(_, column)| is_compared && column.kind == ColumnKind::Text)
        else {
            continue;
        };
        if in_call && (text.starts_with('%') || text.chars().all(|c| c.is_ascii_digit())) {
            continue;
        }
        let exists = column.samples.iter().any(|sample| sample == text)
            || tables
                .query(
                    &format!(
                        "SELECT 1 FROM {} WHERE LOWER({}) = LOWER('{}') LIMIT 1",
                        quoted(&table.name),
                        quoted(&column.name),
                        text.replace('\'', "''")
                    ),
                    &CancelToken::new(),
                )
                .is_ok_and(|result| !result.rows.is_empty());
        if !exists {
            missing.push(format!("`{text}` in {}", column.name));
        }
    }
    missing
}

fn find_column<'t>(name: &str, used: &[&'t TableInfo]) -> Option<(&'t TableInfo, &'t Column)> {
    used.iter()
        .find_map(|table| table.column(name).map(|column| (*table, column)))
}

/// Why a query that takes the largest row does not tell the largest name, when names stand in several rows.
pub(super) fn ranks_rows_not_names(
    sql: &str,
    question: &str,
    used: &[&TableInfo],
) -> Option<String> {
    const ONE_ROW: [&str; 8] = [
        "一笔", "单笔", "单张", "一张", "单次", "一次", "单条", "single",
    ];
    let select = Select::parse(sql)?;
    let table = used.iter().find(|table| {
        select
            .table()
            .is_some_and(|name| name.eq_ignore_ascii_case(&table.name))
    })?;
    if !select.group.is_empty()
        || select.limit.is_none()
        || ONE_ROW.iter().any(|word| question.contains(word))
    {
        return None;
    }
    let [item] = select.items.as_slice() else {
        return None;
    };
    let [order] = select.order.as_slice() else {
        return None;
    };
    let [name] = without_alias(item) else {
        return None;
    };
    let column = table.column(name.name()?)?;
    let amount = table.column(order.first()?.name()?)?;
    let repeats = column.kind == ColumnKind::Text && column.distinct * 5 < table.rows * 4;
    (repeats && amount.is_numeric()).then(|| {
        format!(
            "{0} stands in several rows, so its rows must be added up: GROUP BY {0} ORDER BY SUM({1})",
            column.name, amount.name
        )
    })
}

/// Why a query that adds up or averages texts makes no sense, if it does.
pub(super) fn adds_text(sql: &str, used: &[&TableInfo]) -> Option<String> {
    let words = tokens(sql);
    words.windows(3).find_map(|window| {
        let adds = ["sum", "avg", "total"]
            .iter()
            .any(|function| window[0].is(function));
        let name = (adds && window[1] == Token::Sign("(".into())).then(|| window[2].name())??;
        let (_, column) = find_column(name, used)?;
        // SUM(status = 'late') counts; SUM(status) adds texts.
        let at = words.windows(3).position(|other| other == window)?;
        let is_compared = words
            .get(at + 3)
            .is_some_and(|next| *next != Token::Sign(")".into()));
        (!column.is_numeric() && !is_compared)
            .then(|| format!("column {} holds text and cannot be added up", column.name))
    })
}

/// For the model: which value is not there, and what stands there instead.
pub(super) fn why_blank(sql: &str, used: &[&TableInfo], tables: &Tables) -> Option<String> {
    let missing = missing_values(sql, used, tables);
    let first = missing.first()?;
    let column = used
        .iter()
        .flat_map(|table| &table.columns)
        .find(|column| first.ends_with(&format!(" in {}", column.name)))?;
    let wanted = first
        .trim_start_matches('`')
        .split('`')
        .next()
        .unwrap_or_default();
    let mut near: Vec<&String> = column.samples.iter().collect();
    let shared = |sample: &str| {
        sample
            .chars()
            .filter(|character| wanted.contains(*character))
            .count()
    };
    near.sort_by_key(|sample| std::cmp::Reverse(shared(sample)));
    let near: Vec<String> = near
        .into_iter()
        .take(5)
        .map(|sample| format!("'{sample}'"))
        .collect();
    Some(format!("no row has {first}; there are {}", near.join(", ")))
}

/// Recomputes the aggregates of a query without groups by folding over the column.
fn recompute(
    sql: &str,
    result: &QueryResult,
    used: &[&TableInfo],
    tables: &Tables,
    cancel: &CancelToken,
) -> Option<Check> {
    let select = Select::parse(sql)?;
    let name = select.table()?;
    used.iter()
        .find(|table| table.name.eq_ignore_ascii_case(name))?;
    if select.is_compound
        || !select.having.is_empty()
        || result.rows.len() != 1 && select.group.is_empty()
    {
        return None;
    }
    let mut compared = 0;
    for (index, item) in select.items.iter().enumerate() {
        let (decimals, inner) = unrounded(item);
        let Some((function, argument)) = Select::aggregate(inner) else {
            continue;
        };
        let filter = group_filter(&select, result)?;
        let values = column_values(&select, argument, &filter, tables, cancel)?;
        let again = fold(&function, argument, &values)?;
        let told = result.rows.first()?.get(index)?;
        compared += 1;
        let same = match (&again, told) {
            (Scalar::Null, Scalar::Null) => true,
            (again, told) => match (again.number(), told.number()) {
                (Some(a), Some(b)) => {
                    let tolerance = decimals.map_or(1e-9 * a.abs().max(1.0), |decimals| {
                        0.51 * 10_f64.powi(-decimals)
                    });
                    (a - b).abs() <= tolerance
                }
                _ => again.text() == told.text(),
            },
        };
        if !same {
            return Some(Check::new(
                "recomputed",
                false,
                format!(
                    "{} gives {} in the query and {} when folded over the cells",
                    join(item),
                    told.text(),
                    again.text()
                ),
            ));
        }
    }
    (compared > 0).then(|| {
        Check::new(
            "recomputed",
            true,
            "the figure comes out the same when folded over the cells a second time",
        )
    })
}

/// An item without `ROUND(…, n)` around it.
fn unrounded(item: &[Token]) -> (Option<i32>, &[Token]) {
    let item = without_alias(item);
    if let [first, open, inner @ .., comma, Token::Number(digits), close] = item
        && first.is("round")
        && *open == Token::Sign("(".into())
        && *comma == Token::Sign(",".into())
        && *close == Token::Sign(")".into())
    {
        return (digits.parse().ok(), inner);
    }
    (None, item)
}

/// The condition that picks the first group of a result: grouping columns must be among the items.
fn group_filter(select: &Select, result: &QueryResult) -> Option<String> {
    let mut conditions = Vec::new();
    for group in &select.group {
        let index = select
            .items
            .iter()
            .position(|item| without_alias(item) == group.as_slice())?;
        let value = result.rows.first()?.get(index)?;
        conditions.push(match value {
            Scalar::Null => format!("({}) IS NULL", join(group)),
            Scalar::Text(text) => format!("({}) = '{}'", join(group), text.replace('\'', "''")),
            number => format!("({}) = {}", join(group), number.text()),
        });
    }
    if !select.filter.is_empty() {
        conditions.push(format!("({})", join(&select.filter)));
    }
    Some(if conditions.is_empty() {
        String::new()
    } else {
        format!(" WHERE {}", conditions.join(" AND "))
    })
}

/// The values that an aggregate goes over, row by row, in slices that stay below the limit of a result.
fn column_values(
    select: &Select,
    argument: &[Token],
    filter: &str,
    tables: &Tables,
    cancel: &CancelToken,
) -> Option<Vec<Scalar>> {
    let argument = match argument {
        [first, rest @ ..] if first.is("distinct") => rest,
        all => all,
    };
    let expression = if argument == [Token::Sign("*".into())] {
        "1".to_owned()
    } else {
        join(argument)
    };
    let from = join(&select.from);
    tables
        .column(
            &format!("SELECT {expression} FROM {from}{filter}"),
            MAX_FOLDED,
            cancel,
        )
        .ok()
}

fn fold(function: &str, argument: &[Token], values: &[Scalar]) -> Option<Scalar> {
    let is_distinct = argument.first().is_some_and(|token| token.is("distinct"));
    let mut seen = HashSet::new();
    let kept: Vec<&Scalar> = values
        .iter()
        .filter(|value| **value != Scalar::Null)
        .filter(|value| !is_distinct || seen.insert(value.text()))
        .collect();
    if function == "count" {
        return Some(Scalar::Integer(kept.len() as i64));
    }
    let numbers: Vec<f64> = kept.iter().filter_map(|value| value.number()).collect();
    if numbers.len() != kept.len() {
        // Smallest and largest of texts are compared by SQLite alone.
        return None;
    }
    if numbers.is_empty() {
        return Some(if function == "total" {
            Scalar::Real(0.0)
        } else {
            Scalar::Null
        });
    }
    Some(Scalar::Real(match function {
        "sum" | "total" => exact_sum(&numbers),
        "avg" => exact_sum(&numbers) / numbers.len() as f64,
        "min" => numbers.iter().copied().fold(f64::INFINITY, f64::min),
        "max" => numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        _ => return None,
    }))
}

/// A sum with the lost digits carried along (Neumaier).
fn exact_sum(numbers: &[f64]) -> f64 {
    let (mut sum, mut lost) = (0.0_f64, 0.0_f64);
    for number in numbers {
        let next = sum + number;
        lost += if sum.abs() >= number.abs() {
            (sum - next) + number
        } else {
            (number - next) + sum
        };
        sum = next;
    }
    sum + lost
}
