//! A chart asked for in words: what is drawn of which columns, where it stands, how it looks.
//!
//! Code reads the ask; what it leaves open it refuses or puts to a model, whose answer can only name columns of the table.

mod kind;
mod look;
mod mentions;
mod model;
mod roles;
mod titles;

use deskmate_core::{CancelToken, ErrorCode, TextGenerator, WireError};
use serde::{Deserialize, Serialize};

use super::range_chart::{LegendPlace, PlotKind, RangeChart, RangeSeries};
use crate::address::{CellAddress, CellRange};
use crate::formula::{Language, TableColumns};
use crate::header::last_part;
use look::Look;
use mentions::Request;
use roles::Drawn;
use titles::{AxisTitle, Titles};

/// Series that can be told apart by colour.
const MAX_SERIES: usize = 8;

/// A chart asked for in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartAsk<'a> {
    /// What is asked, e.g. `画各月销售额的折线图`.
    pub ask: &'a str,
    /// The table.
    pub table: &'a TableColumns,
    /// Rows of its header; of several the names stand in one, outer ones first, divided by `/`.
    pub header_rows: usize,
    /// Rows (from 0) of the table that are totals, headings and notes.
    pub skip_rows: &'a [u32],
}

/// Where a chart stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChartTarget {
    /// On this sheet, beside what stands there.
    Sheet(String),
    /// On this sheet, which is made when there is none of that name.
    Named(String),
    /// On a new sheet; a number is added when there is one of that name.
    NewSheet(String),
}

/// A chart as it was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedChart {
    /// The chart.
    pub chart: RangeChart,
    /// Where it stands.
    pub target: ChartTarget,
    /// The model chose the columns.
    pub is_by_model: bool,
    /// What the user should know.
    pub notes: Vec<String>,
}

/// Finds what chart is asked for. Without a model, only what code can read.
///
/// # Errors
/// `InvalidInput` for a kind of chart that is not drawn, and when it is not clear which columns are meant; errors of
/// the model as they are.
pub fn suggest_chart(
    ask: &ChartAsk<'_>,
    model: Option<&dyn TextGenerator>,
    cancel: &CancelToken,
) -> Result<AskedChart, WireError> {
    let language = Language::of(ask.ask);
    let (titles, rest) = Titles::take(ask.ask);
    let request = Request::read(&rest, ask.table);
    if let Some(word) = kind::unsupported(request.chart_text()) {
        return Err(WireError::new(
            ErrorCode::InvalidInput,
            format!("a chart of the kind `{word}` cannot be drawn"),
        )
        .with_hint(language.pick(
            "可以画柱形图、条形图、折线图、面积图、饼图和散点图",
            "column, bar, line, area, pie and scatter charts can be drawn",
        )));
    }
    let kind = kind::asked_for(request.chart_text());
    let found = roles::drawn(&request, ask.table, kind, &titles);
    let (kind, drawn, is_by_model) = match (found, model) {
        (Some(drawn), _) => (kind.unwrap_or(PlotKind::Column), drawn, false),
        (None, Some(model)) => match model::choose(ask, model, cancel) {
            Ok((chosen, drawn)) => (kind.unwrap_or(chosen), drawn, true),
            // Plainer words help here as much as a model.
            Err(error) if error.code == ErrorCode::ModelNotInstalled => {
                return Err(undecided(language));
            }
            Err(error) => return Err(error),
        },
        (None, None) => return Err(undecided(language)),
    };
    if kind == PlotKind::Pie && drawn.series.len() > 1 {
        return Err(WireError::new(
            ErrorCode::InvalidInput,
            "a pie chart shows one column of numbers, and several are named",
        )
        .with_hint(language.pick("请只写一列数字", "name one column of numbers")));
    }
    if drawn.series.len() > MAX_SERIES {
        return Err(WireError::new(
            ErrorCode::InvalidInput,
            format!("a chart of more than {MAX_SERIES} series cannot be read"),
        )
        .with_hint(language.pick("请少写几列", "name fewer columns")));
    }
    let look = Look::read(&request, kind);
    let (rows, note) = rows_of(ask, language)?;
    let chart = chart_of(ask, rows, &drawn, look, &titles);
    Ok(AskedChart {
        chart,
        target: target_of(ask, &titles, &rest, language),
        is_by_model,
        notes: note.into_iter().collect(),
    })
}

/// The columns that an ask names in those of its sentences (in lower case) that are meant, in their order.
pub(crate) fn named_columns_in(
    ask: &str,
    table: &TableColumns,
    is_meant: impl Fn(&str) -> bool,
) -> Vec<u32> {
    let request = Request::read(ask, table);
    let mut columns: Vec<u32> = Vec::new();
    for sentence in request.sentences() {
        if is_meant(request.slice(sentence.clone())) {
            for mention in request.mentions_in(sentence) {
                columns.extend(
                    mention
                        .columns
                        .iter()
                        .filter(|c| !columns.contains(c))
                        .copied()
                        .collect::<Vec<_>>(),
                );
            }
        }
    }
    columns
}

fn undecided(language: Language) -> WireError {
    WireError::new(
        ErrorCode::InvalidInput,
        "it is not clear which columns the chart shows",
    )
    .with_hint(language.pick(
        "请写明横轴和纵轴各用哪一列，例如“以月份为横轴，销售额为纵轴画折线图”",
        "say which columns to draw, for example “a line chart with Month as the x-axis and Sales as the y-axis”",
    ))
}

/// First and last row drawn: without the totals below the rows; those among them are told of.
fn rows_of(
    ask: &ChartAsk<'_>,
    language: Language,
) -> Result<((u32, u32), Option<String>), WireError> {
    let first = ask.table.range.top + 1;
    let mut last = ask.table.range.bottom;
    while last > first && ask.skip_rows.contains(&last) {
        last -= 1;
    }
    if last < first {
        return Err(WireError::new(
            ErrorCode::InvalidInput,
            format!("the table {} has no rows to draw", ask.table.range),
        ));
    }
    let inside: Vec<String> = ask
        .skip_rows
        .iter()
        .filter(|row| (first..=last).contains(*row))
        .map(|row| (row + 1).to_string())
        .collect();
    let note = (!inside.is_empty()).then(|| {
        let rows = inside.join(", ");
        match language {
            Language::Chinese => format!("第 {rows} 行是小计或标题，也在图中"),
            Language::English => format!("rows {rows} are totals or headings and are drawn too"),
        }
    });
    Ok(((first, last), note))
}

fn chart_of(
    ask: &ChartAsk<'_>,
    (first, last): (u32, u32),
    drawn: &Drawn,
    look: Look,
    titles: &Titles,
) -> RangeChart {
    let table = ask.table;
    let rows = |column: u32| CellRange {
        top: first,
        left: column,
        bottom: last,
        right: column,
    };
    let series: Vec<RangeSeries> = drawn
        .series
        .iter()
        .map(|(x, y)| RangeSeries {
            name: Some(CellAddress::new(table.range.top, *y)),
            x: x.map(rows),
            y: rows(*y),
            marker: look.marker_of(*y),
            trend: look.trend_of(*y),
        })
        .collect();
    let header = |column: u32| {
        let found = table.columns.iter().find(|c| c.column == column);
        found.map(|column| last_part(&column.name, ask.header_rows).to_string())
    };
    let axis = |title: &Option<AxisTitle>, columns: Vec<u32>| match title {
        Some(AxisTitle::Text(text)) => Some(text.clone()),
        Some(AxisTitle::HeaderOf(column)) => header(*column),
        Some(AxisTitle::Headers) => {
            let names: Vec<String> = columns.into_iter().filter_map(header).collect();
            (!names.is_empty()).then(|| names.join(" / "))
        }
        None => None,
    };
    let x_columns = drawn
        .series
        .iter()
        .filter_map(|(x, _)| *x)
        .take(1)
        .collect();
    let y_columns = drawn.series.iter().map(|(_, y)| *y).collect();
    let mut chart = look.chart;
    chart.title.clone_from(&titles.chart);
    chart.x_title = axis(&titles.x, x_columns);
    chart.y_title = axis(&titles.y, y_columns);
    if !look.says_legend {
        let has_legend = series.len() > 1 || chart.kind == PlotKind::Pie;
        chart.legend = has_legend.then_some(LegendPlace::Bottom);
    }
    RangeChart {
        look: chart,
        series,
    }
}

fn target_of(ask: &ChartAsk<'_>, titles: &Titles, rest: &str, language: Language) -> ChartTarget {
    let is_new = kind::wants_new_sheet(&rest.to_lowercase());
    match &titles.sheet {
        Some(name) if is_new => ChartTarget::NewSheet(name.clone()),
        Some(name) => ChartTarget::Named(name.clone()),
        None if is_new => ChartTarget::NewSheet(language.pick("图表", "Chart").to_string()),
        None => ChartTarget::Sheet(ask.table.sheet.clone()),
    }
}
