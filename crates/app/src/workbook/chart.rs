//! A native chart of columns of a user's workbook, asked for in words: worked out and shown here, written as every
//! change is.

use std::path::PathBuf;

use deskmate_core::{CancelToken, TextGenerator, WireError};
use deskmate_sheets::{
    AskedChart, ChartAsk, ChartEdit, DrawnPoint, DrawnSeries, Edit, TableColumns, suggest_chart,
};
use serde::{Deserialize, Serialize};

use super::column::{LazyChat, choose, columns_of, invalid, skipped_rows};
use crate::app::App;
use crate::ingest::Sink;
use crate::parse::EditedWorkbook;
use crate::sheets::{stage, understand_sheets};

/// Which chart is asked for.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct ChartParams {
    /// The workbook: xlsx or xlsm.
    pub path: PathBuf,
    /// What is asked, e.g. `以月份为横轴，销售额为纵轴画折线图`.
    pub ask: String,
    /// The table, by its name or its sheet's; without one, the one whose columns the ask names.
    pub table: Option<String>,
}

/// A chart that can be written.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChartProposal {
    /// Its number, by which it is written.
    pub id: u64,
    /// The workbook.
    pub path: PathBuf,
    /// The sheet of the ranges.
    pub source: String,
    /// The sheet that the chart stands on.
    pub sheet: String,
    /// The cells that it covers, e.g. `F1:O21`.
    pub range: String,
    /// `column`, `bar` (lying), `line`, `pie`, `area`, `scatter`.
    pub kind: String,
    /// Its title.
    pub title: Option<String>,
    /// Title of the axis of labels, or of x.
    pub x_title: Option<String>,
    /// Title of the axis of values.
    pub y_title: Option<String>,
    /// Where its legend stands: `bottom`, `top`, `left`, `right`; none for none.
    pub legend: Option<String>,
    /// Several series at one label: `beside`, `stacked`, `percent`.
    pub stacking: String,
    /// What joins its points: `usual`, `straight`, `smooth`.
    pub joined: String,
    /// The values stand at the points.
    pub has_data_labels: bool,
    /// Its series.
    pub series: Vec<ChartSeries>,
    /// The model chose the columns; otherwise they are read from the ask.
    pub is_by_model: bool,
    /// What the user should know.
    pub notes: Vec<String>,
}

/// One series of a chart.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChartSeries {
    /// Header of its column.
    pub name: String,
    /// Range of its values, e.g. `B2:B11`.
    pub values: String,
    /// Range of its labels or x values; none when the points are numbered.
    pub labels: Option<String>,
    /// The curve fitted to it: `linear`, `polynomial`, `exponential`, `logarithmic`, `power`.
    pub trend: Option<String>,
    /// Its first points, of what the cells hold.
    pub points: Vec<ChartPoint>,
    /// Its points in all.
    pub count: usize,
}

/// A point of a series.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChartPoint {
    /// What stands below it.
    pub label: String,
    /// Its x value in a scatter chart.
    pub x: Option<f64>,
    /// Its value; none where the cell holds no number.
    pub y: Option<f64>,
}

impl App {
    /// Finds what a chart asked for shows, and works out what adding it will change. Nothing is written; the proposal
    /// is written by [`App::write_column`] with its number.
    ///
    /// # Errors
    /// `InvalidInput` for an empty ask, a kind that is not drawn, or when it is not clear which columns are meant;
    /// `NotFound` without such a file or table; `UnsupportedFormat` when the workbook is not xlsx or xlsm; those of
    /// reading, of the model and of `deskmate_sheets::plan`.
    pub fn suggest_chart(
        &self,
        params: &ChartParams,
        cancel: &CancelToken,
        sink: Sink<'_>,
    ) -> Result<ChartProposal, WireError> {
        if params.ask.trim().is_empty() {
            return Err(invalid("it is not said what to draw"));
        }
        sink(stage("reading"));
        let understanding = understand_sheets(std::slice::from_ref(&params.path), &[], cancel)?;
        let table = choose(&understanding, params.table.as_deref(), &params.ask)?;
        let columns = columns_of(table);
        let ask = ChartAsk {
            ask: &params.ask,
            table: &columns,
            header_rows: table.header_rows,
            skip_rows: &skipped_rows(table),
        };
        let chat = LazyChat { app: self };
        let asked = suggest_chart(&ask, Some(&chat as &dyn TextGenerator), cancel)?;
        let mut book = EditedWorkbook::open(&params.path, cancel)?;
        let edit = Edit::Chart(ChartEdit {
            sheet: columns.sheet.clone(),
            chart: asked.chart.clone(),
            target: asked.target.clone(),
        });
        let plan = book.plan(vec![edit], cancel)?;
        let (sheet, range) = match plan.changes.first() {
            Some(change) => (change.sheet.clone(), change.cell.clone()),
            None => (columns.sheet.clone(), String::new()),
        };
        let drawn = plan.charts.first().map_or(&[][..], Vec::as_slice);
        let series = series_of(&asked, &columns, drawn);
        let look = asked.chart.look;
        Ok(ChartProposal {
            path: params.path.clone(),
            source: columns.sheet,
            sheet,
            range,
            kind: look.kind.name().to_string(),
            title: look.title,
            x_title: look.x_title,
            y_title: look.y_title,
            legend: look.legend.map(|place| place.name().to_string()),
            stacking: look.stacking.name().to_string(),
            joined: look.joined.name().to_string(),
            has_data_labels: look.has_data_labels,
            series,
            is_by_model: asked.is_by_model,
            notes: asked.notes.into_iter().chain(plan.notes.clone()).collect(),
            id: self.proposals().keep(plan, None),
        })
    }
}

fn series_of(asked: &AskedChart, table: &TableColumns, drawn: &[DrawnSeries]) -> Vec<ChartSeries> {
    let name = |column: u32| {
        let mut columns = table.columns.iter();
        columns
            .find(|named| named.column == column)
            .map_or_else(String::new, |named| named.name.clone())
    };
    let series = asked.chart.series.iter().zip(drawn);
    series
        .map(|(series, drawn)| ChartSeries {
            name: name(series.y.left),
            values: series.y.to_string(),
            labels: series.x.map(|x| x.to_string()),
            trend: series.trend.map(|trend| trend.kind.name().to_string()),
            points: drawn.points.iter().map(point).collect(),
            count: drawn.count,
        })
        .collect()
}

fn point(drawn: &DrawnPoint) -> ChartPoint {
    ChartPoint {
        label: drawn.label.clone(),
        x: drawn.x,
        y: drawn.y,
    }
}
