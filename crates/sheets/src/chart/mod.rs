//! Charts: of a result, chosen by its shape, drawn as SVG and as a native chart of a workbook; and of ranges that a user
//! names, as native charts.

mod asked;
mod axis;
mod native;
mod range_chart;
mod svg;

use serde::{Deserialize, Serialize};

use crate::output::{ColumnFormat, OutputTable, OutputValue};

pub(crate) use asked::named_columns_in;
pub use asked::{AskedChart, ChartAsk, ChartTarget, suggest_chart};
pub(crate) use native::{
    CachedPoint, CachedRange, ChartPlace, PlottedSeries, chart_part, reference, result_chart_part,
};
pub use range_chart::{
    ChartLook, Joined, LegendPlace, Marker, PlotKind, RangeChart, RangeSeries, Stacking, Trend,
    TrendKind,
};
pub use svg::{SvgOptions, render_svg};

/// Kind of a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChartKind {
    /// Upright bars.
    Column,
    /// Bars that lie, for long labels.
    Bar,
    /// A line, for what follows in time.
    Line,
    /// Shares of a whole.
    Pie,
}

/// A chart over columns of an output table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChartSpec {
    /// Kind.
    pub kind: ChartKind,
    /// Title.
    pub title: String,
    /// Column with the labels.
    pub labels: usize,
    /// Columns with the numbers.
    pub values: Vec<usize>,
}

/// Rows that a chart can show before its labels run into each other.
const MAX_ROWS: usize = 60;
/// Series that can be told apart by colour.
const MAX_SERIES: usize = 6;
/// Slices of a pie that can be told apart.
const MAX_SLICES: usize = 8;
/// Columns whose largest values differ by more than this do not share an axis.
const MAX_SCALE_RATIO: f64 = 50.0;

/// Chooses a chart for a result, `None` when none would help: a single row, no numbers, no labels, too many rows.
///
/// Labels that are dates or periods in order give a line; one column of shares that make up a whole gives a pie; all
/// else bars, lying ones when the labels are long. Columns of another unit than the first (per cent beside amounts,
/// or a size apart) are left out rather than drawn on the wrong axis.
pub fn choose_chart(table: &OutputTable, title: &str) -> Option<ChartSpec> {
    let rows = table.rows.len();
    if !(2..=MAX_ROWS).contains(&rows) {
        return None;
    }
    let numeric: Vec<usize> = (0..table.columns.len())
        .filter(|column| is_numeric(table, *column))
        .collect();
    let is_ordered = |column: &usize| is_period_column(table, *column);
    let labels = (0..table.columns.len())
        .filter(|column| is_label(table, *column))
        .find(is_ordered)
        .or_else(|| (0..table.columns.len()).find(|column| is_label(table, *column)))?;
    let first = *numeric.iter().find(|column| **column != labels)?;
    let values: Vec<usize> = numeric
        .into_iter()
        .filter(|column| *column != labels && shares_axis(table, first, *column))
        .take(MAX_SERIES)
        .collect();
    let kind = if rows >= 3 && is_period_column(table, labels) {
        ChartKind::Line
    } else if values.len() == 1 && rows <= MAX_SLICES && is_whole(table, first) {
        ChartKind::Pie
    } else if longest_label(table, labels) > 12 || rows > 16 {
        ChartKind::Bar
    } else {
        ChartKind::Column
    };
    Some(ChartSpec {
        kind,
        title: title.to_string(),
        labels,
        values,
    })
}

fn is_numeric(table: &OutputTable, column: usize) -> bool {
    if !table.columns[column].format.is_numeric() || is_identifier(&table.columns[column].name) {
        return false;
    }
    let mut found = 0;
    for row in 0..table.rows.len() {
        match table.value(row, column) {
            OutputValue::Number(number) if number.is_finite() => found += 1,
            OutputValue::Blank => {}
            OutputValue::Number(_)
            | OutputValue::Text(_)
            | OutputValue::Bool(_)
            | OutputValue::Date(_) => return false,
        }
    }
    found >= 2
}

/// Years, ranks and numbers of things are numbers that no bar should show.
fn is_identifier(name: &str) -> bool {
    let name = name.to_lowercase();
    ["年份", "年度", "排名", "名次", "序号", "编号"]
        .iter()
        .any(|word| name.contains(word))
        || ["year", "rank", "id", "no.", "年", "月"].contains(&name.as_str())
}

fn is_label(table: &OutputTable, column: usize) -> bool {
    is_period_column(table, column)
        || (0..table.rows.len()).all(|row| {
            matches!(table.value(row, column), OutputValue::Text(text) if !text.trim().is_empty())
        })
}

fn is_period_column(table: &OutputTable, column: usize) -> bool {
    let named_as_year = is_identifier(&table.columns[column].name);
    (0..table.rows.len()).all(|row| match table.value(row, column) {
        OutputValue::Date(_) => true,
        OutputValue::Text(text) => is_period(text),
        OutputValue::Number(number) => {
            named_as_year && number.fract() == 0.0 && (1.0..=2200.0).contains(number)
        }
        OutputValue::Blank | OutputValue::Bool(_) => false,
    })
}

/// `2024年3月`, `2024-03`, `24Q1`, `3月`, `第一季度`, `Jan 2024`.
fn is_period(text: &str) -> bool {
    let text = text.trim().to_lowercase();
    let only = |allowed: &str| {
        text.chars()
            .all(|c| c.is_ascii_digit() || allowed.contains(c))
    };
    let has_digit = text.bytes().any(|b| b.is_ascii_digit());
    let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    (has_digit && only("年月日季度第上下半") && text.contains(['年', '月', '日', '季']))
        || (has_digit && text.contains('q') && only("q-/年 "))
        || (text.len() >= 6 && text.contains(['-', '/']) && only("-/"))
        || (text.len() == 4 && only("") && (text.starts_with("19") || text.starts_with("20")))
        || (text.starts_with('第') && text.contains("季"))
        || [
            "一月",
            "二月",
            "三月",
            "四月",
            "五月",
            "六月",
            "七月",
            "八月",
            "九月",
            "十月",
            "十一月",
            "十二月",
            "一季度",
            "二季度",
            "三季度",
            "四季度",
        ]
        .contains(&text.as_str())
        || months.iter().any(|month| {
            text.strip_prefix(month).is_some_and(|rest| {
                rest.trim_start_matches(|c: char| c.is_ascii_lowercase())
                    .chars()
                    .all(|c| c.is_ascii_digit() || " .-'".contains(c))
                    && rest.len() <= 12
            })
        })
}

fn shares_axis(table: &OutputTable, first: usize, other: usize) -> bool {
    let is_percent =
        |column: usize| matches!(table.columns[column].format, ColumnFormat::Percent(_));
    let largest = |column: usize| {
        (0..table.rows.len())
            .filter_map(|row| table.value(row, column).number())
            .fold(0.0_f64, |most, number| most.max(number.abs()))
    };
    let (a, b) = (largest(first), largest(other));
    is_percent(first) == is_percent(other)
        && (a == 0.0 || b == 0.0 || a.max(b) / a.min(b) <= MAX_SCALE_RATIO)
}

/// Shares that are named so or add up to one whole.
fn is_whole(table: &OutputTable, column: usize) -> bool {
    let numbers: Vec<f64> = (0..table.rows.len())
        .filter_map(|row| table.value(row, column).number())
        .collect();
    if numbers.len() != table.rows.len() || numbers.iter().any(|number| *number <= 0.0) {
        return false;
    }
    let sum: f64 = numbers.iter().sum();
    let name = table.columns[column].name.to_lowercase();
    let is_named = [
        "占比",
        "份额",
        "比重",
        "构成",
        "share",
        "proportion",
        "% of",
    ]
    .iter()
    .any(|word| name.contains(word));
    let adds_up = (sum - 1.0).abs() < 0.01 || (sum - 100.0).abs() < 1.0;
    let is_percent = matches!(table.columns[column].format, ColumnFormat::Percent(_));
    adds_up && (is_named || is_percent)
}

fn longest_label(table: &OutputTable, column: usize) -> usize {
    (0..table.rows.len())
        .map(|row| crate::output::display_width(&label(table, row, column)))
        .max()
        .unwrap_or(0)
}

/// The label of a row as it is shown.
pub(crate) fn label(table: &OutputTable, row: usize, column: usize) -> String {
    match table.value(row, column) {
        OutputValue::Text(text) => text.trim().to_string(),
        OutputValue::Number(number) => crate::formula::shown_number(*number),
        OutputValue::Date(serial) => axis::date_text(*serial),
        OutputValue::Bool(value) => value.to_string(),
        OutputValue::Blank => String::new(),
    }
}
