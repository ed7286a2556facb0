//! A column asked for in words: the table it belongs to, a formula computed over its rows, the change to be shown.

use std::path::PathBuf;

use deskmate_core::{CancelToken, ErrorCode, TextGenerator, WireError};
use deskmate_sheets::{
    CellAddress, CellRange, Column, ColumnKind, Edit, FormulaAsk, FormulaColumn, Language,
    NamedColumn, Plan, Shape, TableColumns, TableInfo, Understanding, blank_column_asked_for,
    explain_formula, last_part, names_column, suggest_formula,
};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::ingest::Sink;
use crate::parse::EditedWorkbook;
use crate::sheets::{stage, understand_sheets};

/// Which column is asked for.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct ColumnParams {
    /// The workbook: xlsx or xlsm.
    pub path: PathBuf,
    /// What is asked, e.g. `算同比增长率`.
    pub ask: String,
    /// The table, by its name or its sheet's; without one, the one whose columns the ask names.
    pub table: Option<String>,
    /// The column, e.g. `F`; without one, the one that the ask names, else the first beside the table.
    pub column: Option<String>,
}

/// A column that can be written.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ColumnProposal {
    /// Its number, by which it is written.
    pub id: u64,
    /// The workbook.
    pub path: PathBuf,
    /// The table's sheet.
    pub sheet: String,
    /// Its last header row and its rows, e.g. `A3:E20`.
    pub range: String,
    /// Header of the new column; of several that are filled down, all.
    pub header: String,
    /// The formula of its first row, with `=`; of several columns, one a line.
    pub formula: String,
    /// The formula in words, by the names of the columns.
    pub explanation: Vec<String>,
    /// The model wrote it; otherwise it is one of the program's own for what is asked most.
    pub is_by_model: bool,
    /// Cells that writing it will change.
    pub cells: usize,
    /// The first of them, before and after.
    pub changes: Vec<CellChange>,
    /// What the user should know.
    pub notes: Vec<String>,
}

/// A cell before and after.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CellChange {
    /// Cell, e.g. `F12`.
    pub cell: String,
    /// What it holds.
    pub before: String,
    /// What it will hold; for a formula its value.
    pub after: String,
}

/// Changed cells that a proposal shows.
const CELLS_SHOWN: usize = 200;

impl App {
    /// Finds a formula for a column, computes it over the user's rows, and works out what writing it will change.
    /// Nothing is written.
    ///
    /// # Errors
    /// `InvalidInput` without a formula that can be offered, for an empty ask or a column that is none; `NotFound`
    /// without such a file or table; those of reading, of the model and of `deskmate_sheets::plan`.
    pub fn suggest_column(
        &self,
        params: &ColumnParams,
        cancel: &CancelToken,
        sink: Sink<'_>,
    ) -> Result<ColumnProposal, WireError> {
        if params.ask.trim().is_empty() {
            return Err(invalid("it is not said what to calculate"));
        }
        sink(stage("reading"));
        let understanding = understand_sheets(std::slice::from_ref(&params.path), &[], cancel)?;
        let table = choose(&understanding, params.table.as_deref(), &params.ask)?;
        let columns = columns_of(table);
        let samples: Vec<Vec<String>> = table
            .columns
            .iter()
            .map(|column| column.samples.clone())
            .collect();
        let skip_rows = skipped_rows(table);
        let mut book = EditedWorkbook::open(&params.path, cancel)?;
        if let Some(proposal) = self.suggest_fill_down(params, table, &mut book, cancel)? {
            return Ok(proposal);
        }
        let ask = FormulaAsk {
            ask: &params.ask,
            table: &columns,
            samples: &samples,
            column: place_of(params, table, columns.range.right + 1)?,
            skip_rows: &skip_rows,
        };
        sink(stage("calculating"));
        // The templates need no model: it is loaded when they have nothing.
        let chat = LazyChat { app: self };
        let answer = suggest_formula(
            &ask,
            &mut |column| book.check(column, cancel),
            Some(&chat as &dyn TextGenerator),
            cancel,
        )?;
        let language = Language::of(&params.ask);
        let formula = answer.checked.formula.clone();
        let explanation = explain_formula(&formula, Some(&columns), language).unwrap_or_default();
        let edit = Edit::FormulaColumn(FormulaColumn {
            sheet: columns.sheet.clone(),
            table: columns.range,
            header: answer.suggested.header.clone(),
            formula: formula.clone(),
            number_format: answer.suggested.number_format.clone(),
            column: Some(ask.column),
            skip_rows: skip_rows.clone(),
        });
        let plan = book.plan(vec![edit], cancel)?;
        let problems = answer.checked.problems.iter();
        let notes = problems
            .map(|problem| problem.explain(language))
            .chain(plan.notes.iter().cloned())
            .collect();
        let changes = shown_changes(&plan, answer.suggested.number_format.as_deref());
        Ok(ColumnProposal {
            path: params.path.clone(),
            sheet: columns.sheet.clone(),
            range: columns.range.to_string(),
            header: answer.suggested.header,
            formula,
            explanation,
            is_by_model: !answer.is_template,
            cells: plan.changes.len(),
            changes,
            notes,
            id: self.proposals().keep(plan, None),
        })
    }
}

/// The first cells before and after, values as this format shows them.
pub(super) fn shown_changes(plan: &Plan, format: Option<&str>) -> Vec<CellChange> {
    let changes = plan.changes.iter().take(CELLS_SHOWN);
    changes
        .map(|change| CellChange {
            cell: change.cell.clone(),
            before: change.before.clone(),
            after: shown(&change.after, format),
        })
        .collect()
}

/// The model, taken into use with the first word that it is asked for.
pub(super) struct LazyChat<'a> {
    pub(super) app: &'a App,
}

impl TextGenerator for LazyChat<'_> {
    fn generate(
        &self,
        request: &deskmate_core::GenerationRequest,
        cancel: &CancelToken,
        sink: &mut dyn FnMut(&str),
    ) -> Result<deskmate_core::Generation, WireError> {
        self.app.chat()?.generate(request, cancel, sink)
    }

    fn count_tokens(&self, texts: &[String]) -> Result<Vec<usize>, WireError> {
        self.app.chat()?.count_tokens(texts)
    }

    fn context_window(&self) -> Result<usize, WireError> {
        self.app.chat()?.context_window()
    }
}

/// The table that a column is asked for: the one that was named, or the one whose columns the ask names.
pub(super) fn choose<'u>(
    understanding: &'u Understanding,
    wanted: Option<&str>,
    ask: &str,
) -> Result<&'u TableInfo, WireError> {
    // Columns beside a table that lies sideways would stand among its records.
    let usable = || {
        understanding
            .tables
            .iter()
            .filter(|table| table.shape == Shape::Records && table.combines.is_empty())
            .filter(|table| table.data.top > 0 && table.rows > 0)
    };
    if let Some(wanted) = wanted {
        return usable()
            .find(|table| [table.name.as_str(), table.sheet.as_str()].contains(&wanted))
            .ok_or_else(|| {
                let names: Vec<String> =
                    usable().map(|table| format!("`{}`", table.sheet)).collect();
                WireError::new(
                    ErrorCode::NotFound,
                    format!("there is no table `{wanted}` with one record per row"),
                )
                .with_hint(format!("there are {}", names.join(", ")))
            });
    }
    let named = |table: &TableInfo| {
        let columns = table.columns.iter();
        columns
            .filter(|column| names_column(ask, &column.header, table.header_rows))
            .count()
    };
    usable()
        .max_by_key(|table| (named(table), !table.is_sheet_hidden, table.rows))
        .ok_or_else(|| invalid("the workbook has no table with a header and one record per row"))
}

/// Rows (from 0) that are totals, headings and notes.
pub(super) fn skipped_rows(table: &TableInfo) -> Vec<u32> {
    let rows = table.left_out.iter();
    rows.flat_map(|row| row.range.top..=row.range.bottom)
        .collect()
}

pub(super) fn columns_of(table: &TableInfo) -> TableColumns {
    TableColumns {
        sheet: table.sheet.clone(),
        range: CellRange {
            top: table.data.top - 1,
            ..table.data
        },
        columns: table
            .columns
            .iter()
            .map(|column| NamedColumn {
                name: column.header.clone(),
                column: column.place,
                is_number: matches!(column.kind, ColumnKind::Integer | ColumnKind::Number),
            })
            .collect(),
    }
}

/// The column from 0: the one that was chosen, the one that the ask names (`在 F 列`, `in column F`), one with a header
/// and nothing below it that the ask wants filled, or this one.
fn place_of(params: &ColumnParams, table: &TableInfo, beside: u32) -> Result<u32, WireError> {
    if let Some(name) = params.column.clone().or_else(|| named_column(&params.ask)) {
        return column_of(&name);
    }
    let columns = table.columns.iter();
    let (blank, others): (Vec<&Column>, Vec<&Column>) =
        columns.partition(|column| column.distinct == 0 && column.unread == 0);
    let named = |columns: Vec<&Column>| -> Vec<NamedColumn> {
        let columns = columns.into_iter();
        columns
            .map(|column| NamedColumn {
                name: last_part(&column.header, table.header_rows).to_string(),
                column: column.place,
                is_number: false,
            })
            .collect()
    };
    Ok(blank_column_asked_for(&params.ask, &named(blank), &named(others)).unwrap_or(beside))
}

/// The column from 0 of its letters.
pub(super) fn column_of(letters: &str) -> Result<u32, WireError> {
    CellAddress::parse(&format!("{letters}1"))
        .map(|cell| cell.column)
        .ok_or_else(|| invalid(&format!("`{letters}` is not a column")))
}

pub(super) fn named_column(ask: &str) -> Option<String> {
    let letters = |text: &str| -> String {
        text.trim_start()
            .chars()
            .take_while(char::is_ascii_uppercase)
            .collect()
    };
    // Only a column to write into: `from column A to E`, `dividing column A` are columns to read.
    let after = |word: &str| ask.split(word).nth(1).map(letters);
    let chinese = ask
        .split('列')
        .next()
        .filter(|_| ask.contains('列'))
        .map(|before| {
            let reversed: String = before
                .trim_end()
                .chars()
                .rev()
                .take_while(char::is_ascii_uppercase)
                .collect();
            reversed.chars().rev().collect::<String>()
        });
    let english = ["in", "into", "In", "Into", "to", "fill", "Fill"]
        .into_iter()
        .flat_map(|word| [format!("{word} column "), format!("{word} Column ")])
        .filter_map(|words| after(&words));
    chinese
        .into_iter()
        .chain(english)
        .find(|name| (1..=3).contains(&name.len()))
}

/// A share as the workbook will show it: `0.125` under `0.0%` is `12.5%`. Other values stand as they are.
fn shown(value: &str, format: Option<&str>) -> String {
    match (format, value.parse::<f64>()) {
        (Some(format), Ok(number)) if format.ends_with('%') => {
            let places = format.split('.').nth(1).map_or(0, |rest| rest.len() - 1);
            format!("{:.places$}%", number * 100.0)
        }
        _ => value.to_string(),
    }
}

pub(super) fn invalid(message: &str) -> WireError {
    WireError::new(ErrorCode::InvalidInput, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_shown_as_the_workbook_shows_them() {
        assert_eq!(shown("0.1254", Some("0.0%")), "12.5%");
        assert_eq!(shown("0.5", Some("0%")), "50%");
        assert_eq!(shown("1200.5", Some("#,##0")), "1200.5");
        assert_eq!(shown("占比", Some("0.0%")), "占比");
    }

    #[test]
    fn an_ask_may_name_the_column() {
        for (ask, column) in [
            ("在 F 列算同比增长率", Some("F")),
            ("在AB列写合计", Some("AB")),
            ("put the share in column G", Some("G")),
            ("算同比增长率", None),
            ("按两列相除", None),
            ("the columns divided", None),
        ] {
            assert_eq!(named_column(ask).as_deref(), column, "{ask}");
        }
    }
}
