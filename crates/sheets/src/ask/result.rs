//! An answer as a sheet of the user's workbook: a typed table, a chart, and what it rests on.

use serde::{Deserialize, Serialize};

use super::{Chart, SheetAnswer, is_chinese, words};
use crate::chart::{ChartKind, ChartSpec, choose_chart};
use crate::output::{ColumnFormat, OutputColumn, OutputTable, OutputValue};
use crate::run::{MAX_RESULT_ROWS, QueryResult, Scalar};
use crate::tables::Tables;
use crate::write_back::ResultSheet;
use crate::{Error, TableInfo};
use deskmate_core::CancelToken;

/// Rows that a result sheet takes; the answer on the screen shows fewer.
const MAX_ROWS: usize = 100_000;
/// Ranges named in the line of sources; more are counted.
const MAX_RANGES: usize = 12;
/// Decimal places shown; the cell holds the whole number.
const MAX_PLACES: u8 = 4;

/// Which chart stands beside a result.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChartWish {
    /// The one that suits the result; none where none helps.
    #[default]
    Auto,
    /// Bars, upright or lying as the labels need.
    Bar,
    /// A line.
    Line,
    /// Shares of a whole.
    Pie,
    /// None.
    None,
}

/// How a result becomes a sheet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ResultOptions {
    /// Name of the sheet; without one, `结果` or `Result`, as the question is written.
    pub name: Option<String>,
    /// Its chart.
    pub chart: ChartWish,
}

/// Makes the sheet of an answer: the question, the rows as typed cells, and below them the ranges read, the query,
/// what was left out and every check that did not pass. An answer shows at most [`MAX_RESULT_ROWS`]; of a longer
/// result the sheet takes all rows, up to 100,000, and says when there are more.
///
/// # Errors
/// [`Error::Unwritable`] for an answer without rows, or for a chart that the result cannot have; those of the query.
pub fn result_sheet(
    question: &str,
    answer: &SheetAnswer,
    tables: &Tables,
    options: &ResultOptions,
    cancel: &CancelToken,
) -> Result<ResultSheet, Error> {
    if answer.abstained || answer.columns.is_empty() || answer.rows.is_empty() {
        return Err(Error::Unwritable(
            "the tables do not answer this, so there is no result to write".into(),
        ));
    }
    let zh = is_chinese(question);
    let mut result = QueryResult {
        columns: answer.columns.clone(),
        rows: answer.rows.clone(),
        is_cut: false,
    };
    if result.rows.len() >= MAX_RESULT_ROWS {
        result = tables.query_up_to(MAX_ROWS, &answer.sql, cancel)?;
    }
    let all: Vec<&TableInfo> = tables.understanding().tables.iter().collect();
    let mut headers = words::headers(&answer.sql, &result.columns, &all, zh);
    let is_share = !answer.values.is_empty() && answer.values.iter().all(|v| v.ends_with('%'));
    if is_share
        && let Some(first) = headers.first_mut()
        && !first.contains('%')
    {
        first.push_str(if zh { "（%）" } else { " (%)" });
    }
    let table = typed(&headers, &result.rows);
    let chart = chart_of(question.trim(), &table, options.chart, answer.chart)?;
    let mut notes = notes_of(answer, zh);
    if result.is_cut {
        let count = result.rows.len();
        notes.push(if zh {
            format!("只写入了前 {count} 行，结果还有更多行")
        } else {
            format!("only the first {count} rows are here, the result has more")
        });
    }
    let name = options.name.clone();
    Ok(ResultSheet {
        name: name.unwrap_or_else(|| if zh { "结果" } else { "Result" }.to_owned()),
        heading: vec![question.trim().to_owned()],
        table,
        notes,
        chart,
    })
}

fn typed(headers: &[String], rows: &[Vec<Scalar>]) -> OutputTable {
    let mut columns = Vec::with_capacity(headers.len());
    let mut values: Vec<Vec<OutputValue>> = vec![Vec::with_capacity(headers.len()); rows.len()];
    for (index, header) in headers.iter().enumerate() {
        let cells: Vec<&Scalar> = rows
            .iter()
            .map(|row| row.get(index).unwrap_or(&Scalar::Null))
            .collect();
        let format = format_of(header, &cells);
        for (row, cell) in values.iter_mut().zip(&cells) {
            row.push(value_of(cell, &format));
        }
        columns.push(OutputColumn {
            name: header.clone(),
            format,
        });
    }
    OutputTable {
        columns,
        rows: values,
    }
}

fn format_of(header: &str, cells: &[&Scalar]) -> ColumnFormat {
    let (mut numbers, mut texts, mut days, mut places) = (0, 0, 0, 0);
    for cell in cells {
        match cell {
            Scalar::Null => {}
            Scalar::Integer(_) => numbers += 1,
            Scalar::Real(number) => {
                numbers += 1;
                places = places.max(places_of(*number));
            }
            Scalar::Text(text) => {
                texts += 1;
                days += usize::from(day(text).is_some());
            }
        }
    }
    match (numbers, texts) {
        (0, 0) => ColumnFormat::General,
        (0, texts) if texts == days => ColumnFormat::Date,
        (0, _) => ColumnFormat::Text,
        (_, 0) if places > 0 => ColumnFormat::Decimal(places),
        // `2,024` is no year.
        (_, 0) if is_year(header, cells) => ColumnFormat::General,
        (_, 0) => ColumnFormat::Integer,
        (_, _) => ColumnFormat::General,
    }
}

/// Decimal places that show a number: two, or more where the number is small.
fn places_of(number: f64) -> u8 {
    let most = if number.abs() < 1.0 { MAX_PLACES } else { 2 };
    (0..most)
        .find(|places| {
            let scale = 10_f64.powi(i32::from(*places));
            (number * scale - (number * scale).round()).abs() < 1e-6
        })
        .unwrap_or(most)
}

fn is_year(header: &str, cells: &[&Scalar]) -> bool {
    let lower = header.to_lowercase();
    (lower.contains('年') || lower.contains("year"))
        && cells.iter().all(|cell| match cell {
            Scalar::Integer(number) => (1900..2200).contains(number),
            Scalar::Null => true,
            Scalar::Real(_) | Scalar::Text(_) => false,
        })
}

fn value_of(cell: &Scalar, format: &ColumnFormat) -> OutputValue {
    match cell {
        Scalar::Null => OutputValue::Blank,
        Scalar::Integer(number) => OutputValue::Number(*number as f64),
        Scalar::Real(number) => OutputValue::Number(*number),
        Scalar::Text(text) if *format == ColumnFormat::Date => {
            day(text).unwrap_or_else(|| OutputValue::Text(text.clone()))
        }
        Scalar::Text(text) => OutputValue::Text(text.clone()),
    }
}

/// `2024-03-05` as a day; a month or a quarter stays text.
fn day(text: &str) -> Option<OutputValue> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || (year.len(), month.len(), day.len()) != (4, 2, 2) {
        return None;
    }
    OutputValue::date(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

fn chart_of(
    question: &str,
    table: &OutputTable,
    wish: ChartWish,
    shown: Option<Chart>,
) -> Result<Option<ChartSpec>, Error> {
    let Some(mut chart) = choose_chart(table, question) else {
        return match wish {
            ChartWish::Auto | ChartWish::None => Ok(None),
            ChartWish::Bar | ChartWish::Line | ChartWish::Pie => Err(Error::Unwritable(
                "a chart needs 2 to 60 rows with a name and a number each, and this result has none"
                    .into(),
            )),
        };
    };
    let bars = match chart.kind {
        ChartKind::Bar => ChartKind::Bar,
        ChartKind::Column | ChartKind::Line | ChartKind::Pie => ChartKind::Column,
    };
    chart.kind = match (wish, shown) {
        (ChartWish::None, _) => return Ok(None),
        (ChartWish::Bar, _) | (ChartWish::Auto, Some(Chart::Bar)) => bars,
        (ChartWish::Line, _) | (ChartWish::Auto, Some(Chart::Line)) => ChartKind::Line,
        (ChartWish::Pie, _) | (ChartWish::Auto, Some(Chart::Pie)) => ChartKind::Pie,
        (ChartWish::Auto, None) => chart.kind,
    };
    if chart.kind == ChartKind::Pie {
        chart.values.truncate(1);
        let amounts = (0..table.rows.len())
            .filter_map(|row| table.value(row, *chart.values.first()?).number());
        let (least, sum) = amounts.fold((0.0_f64, 0.0), |(least, sum), n| (least.min(n), sum + n));
        if least < 0.0 || sum <= 0.0 {
            return Err(Error::Unwritable(
                "a pie shows parts of a whole, and some of these numbers are not positive".into(),
            ));
        }
    }
    Ok(Some(chart))
}

/// What stands below the table.
fn notes_of(answer: &SheetAnswer, zh: bool) -> Vec<String> {
    let mut notes = Vec::new();
    let ranges: Vec<String> = answer
        .cells
        .iter()
        .take(MAX_RANGES)
        .map(|read| {
            let file = read.path.rsplit(['/', '\\']).next().unwrap_or_default();
            format!("{file} {}!{}", read.sheet, read.range)
        })
        .collect();
    if !ranges.is_empty() {
        let count = answer.cells.len();
        let more = match (count > MAX_RANGES, zh) {
            (false, _) => String::new(),
            (true, true) => format!(" 等 {count} 处"),
            (true, false) => format!(" and more, {count} ranges in all"),
        };
        notes.push(if zh {
            format!("数据来源：{}{more}", ranges.join("；"))
        } else {
            format!("Read: {}{more}", ranges.join("; "))
        });
    }
    let mut line = |zh_name: &str, name: &str, text: &str| {
        if !text.is_empty() {
            notes.push(if zh {
                format!("{zh_name}：{text}")
            } else {
                format!("{name}: {text}")
            });
        }
    };
    line("算法", "Calculated", &answer.explanation);
    line("查询", "Query", &answer.sql);
    let left_out: Vec<String> = answer
        .left_out
        .iter()
        .map(|row| format!("{} {}!{}", row.label, row.sheet, row.range))
        .collect();
    line(
        "未计入的行",
        "Rows left out",
        &left_out.join(if zh { "；" } else { "; " }),
    );
    for check in answer.checks.iter().filter(|check| !check.passed) {
        line("请核对", "Check this", &check.detail);
    }
    notes
}
