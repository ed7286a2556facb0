//! The result of a question, put into the user's workbook as a sheet of its own: worked out and shown here, written as
//! every change is.

use std::path::PathBuf;

use deskmate_core::{CancelToken, ErrorCode, WireError};
use deskmate_sheets::{
    ChartKind, ChartWish, Edit, OutputTable, OutputValue, ResultOptions, SheetAnswer, answer_query,
    date_of_serial, result_sheet,
};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::ingest::Sink;
use crate::parse::EditedWorkbook;
use crate::sheets::{OpenSheets, SheetParams, stage};

/// Which result is put into which workbook.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct ResultParams {
    /// The workbooks asked; the result goes into the first, an xlsx or xlsm.
    pub paths: Vec<PathBuf>,
    /// The question.
    pub question: String,
    /// The query that answered it; without one the question is asked.
    pub sql: Option<String>,
    /// The chart beside the result.
    pub chart: ChartChoice,
    /// Name of the new sheet; without one, `结果` or `Result`. A number is added where there is such a sheet.
    pub name: Option<String>,
}

/// The chart beside a result.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChartChoice {
    /// The one that suits the result; none where none helps.
    #[default]
    Auto,
    /// Bars.
    Bar,
    /// A line.
    Line,
    /// Shares of a whole.
    Pie,
    /// None.
    None,
}

/// A result sheet that can be written.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ResultProposal {
    /// Its number, by which it is written.
    pub id: u64,
    /// The workbook.
    pub path: PathBuf,
    /// Name of the new sheet.
    pub sheet: String,
    /// Its table with the header, e.g. `A3:B9`.
    pub range: String,
    /// The answer in a sentence.
    pub answer: String,
    /// The query that gave it.
    pub sql: String,
    /// Headers of the table.
    pub columns: Vec<String>,
    /// The first of its rows, as they will be shown.
    pub rows: Vec<Vec<String>>,
    /// Its rows in all.
    pub row_count: usize,
    /// The chart: `column`, `bar` (lying), `line`, `pie`; none for none.
    pub chart: Option<String>,
    /// The lines below the table: ranges read, query, rows left out, checks that did not pass.
    pub notes: Vec<String>,
}

/// Rows of a result that a proposal shows.
const ROWS_SHOWN: usize = 200;

impl App {
    /// Works out the sheet that a result becomes: its table, its chart, what it rests on. Nothing is written; the
    /// proposal is written by [`App::write_column`] with its number.
    ///
    /// # Errors
    /// `InvalidInput` for an empty question, a question that the tables do not answer, a query that is not one SELECT,
    /// a chart that the result cannot have; `UnsupportedFormat` when the first workbook is not xlsx or xlsm; those of
    /// [`App::ask_sheet`] and of `deskmate_sheets::plan`.
    pub fn suggest_result(
        &self,
        params: &ResultParams,
        cancel: &CancelToken,
        sink: Sink<'_>,
    ) -> Result<ResultProposal, WireError> {
        let Some(path) = params.paths.first() else {
            return Err(invalid("no workbook is named"));
        };
        if params.question.trim().is_empty() {
            return Err(invalid("the question is empty"));
        }
        sink(stage("reading"));
        let mut book = EditedWorkbook::open(path, cancel)?;
        let sheets = OpenSheets::open(&params.paths, &[], cancel)?;
        sink(stage("calculating"));
        let answer = self.result_of(params, &sheets, cancel)?;
        let options = ResultOptions {
            name: params.name.clone().filter(|name| !name.trim().is_empty()),
            chart: params.chart.into(),
        };
        let sheet = result_sheet(&params.question, &answer, sheets.tables(), &options, cancel)?;
        let plan = book.plan(vec![Edit::ResultSheet(sheet.clone())], cancel)?;
        let (name, range) = match plan.changes.first() {
            Some(change) => (change.sheet.clone(), change.cell.clone()),
            None => (sheet.name, String::new()),
        };
        Ok(ResultProposal {
            path: path.clone(),
            sheet: name,
            range,
            answer: answer.answer,
            sql: answer.sql,
            columns: sheet.table.unique_headers(),
            rows: shown_rows(&sheet.table),
            row_count: sheet.table.rows.len(),
            chart: sheet.chart.map(|chart| kind_name(chart.kind).to_string()),
            notes: sheet.notes.into_iter().chain(plan.notes.clone()).collect(),
            id: self.proposals().keep(plan, None),
        })
    }

    fn result_of(
        &self,
        params: &ResultParams,
        sheets: &OpenSheets,
        cancel: &CancelToken,
    ) -> Result<SheetAnswer, WireError> {
        match &params.sql {
            Some(sql) => Ok(answer_query(
                &params.question,
                sql,
                sheets.tables(),
                cancel,
            )?),
            None => {
                let asked = SheetParams {
                    paths: params.paths.clone(),
                    question: params.question.clone(),
                    ..SheetParams::default()
                };
                self.ask_tables(sheets.tables(), &asked, cancel)
            }
        }
    }
}

impl From<ChartChoice> for ChartWish {
    fn from(choice: ChartChoice) -> Self {
        match choice {
            ChartChoice::Auto => Self::Auto,
            ChartChoice::Bar => Self::Bar,
            ChartChoice::Line => Self::Line,
            ChartChoice::Pie => Self::Pie,
            ChartChoice::None => Self::None,
        }
    }
}

fn kind_name(kind: ChartKind) -> &'static str {
    match kind {
        ChartKind::Column => "column",
        ChartKind::Bar => "bar",
        ChartKind::Line => "line",
        ChartKind::Pie => "pie",
    }
}

fn shown_rows(table: &OutputTable) -> Vec<Vec<String>> {
    let rows = table.rows.iter().take(ROWS_SHOWN);
    rows.map(|row| row.iter().map(shown).collect()).collect()
}

fn shown(value: &OutputValue) -> String {
    match value {
        OutputValue::Blank => String::new(),
        OutputValue::Number(number) => deskmate_core::number_text((number * 1e6).round() / 1e6),
        OutputValue::Text(text) => text.clone(),
        OutputValue::Bool(value) => value.to_string(),
        OutputValue::Date(serial) => date_of_serial(*serial).map_or_else(
            || serial.to_string(),
            |(y, m, d)| format!("{y}-{m:02}-{d:02}"),
        ),
    }
}

fn invalid(message: &str) -> WireError {
    WireError::new(ErrorCode::InvalidInput, message)
}
