//! Computes a column formula over the user's rows before it is offered.

use std::collections::BTreeMap;
use std::sync::Arc;

use deskmate_core::{CancelToken, ErrorCode, WireError};
use serde::{Deserialize, Serialize};

use super::engine::{CellResult, Engine, has_function};
use super::problem::Problem;
use super::supported::{is_volatile, reaches_outside};
use super::syntax::{
    Expression, functions_of, parse, plain_name, reads_other_workbook, references_of,
};
use super::tokens::{TokenKind, shift_formula, tokenize};
use crate::address::{CellAddress, CellRange};

/// Cells that all rows together may read before only a part of the rows is computed beforehand. At some ten million
/// cells a second the user waits a few seconds at most.
const MAX_CELLS_READ: u64 = 60_000_000;
/// Rows computed beforehand when all would take too long: the first ones and some spread over the rest.
const SAMPLED_ROWS: usize = 400;
/// Values shown.
const PREVIEW_ROWS: usize = 10;

/// Functions whose result runs over into other cells.
const SPILLING: [&str; 16] = [
    "FILTER",
    "SORT",
    "SORTBY",
    "UNIQUE",
    "SEQUENCE",
    "RANDARRAY",
    "TEXTSPLIT",
    "VSTACK",
    "HSTACK",
    "TOCOL",
    "TOROW",
    "WRAPROWS",
    "WRAPCOLS",
    "EXPAND",
    "MAKEARRAY",
    "TRANSPOSE",
];
/// Functions that work out their arguments as arrays by themselves.
const ARRAY_AWARE: [&str; 5] = ["SUMPRODUCT", "LOOKUP", "MMULT", "FREQUENCY", "AGGREGATE"];
/// Functions whose parameters have names that a file writes in a form of its own.
const NAMED_PARAMETERS: [&str; 8] = [
    "LET",
    "LAMBDA",
    "MAP",
    "REDUCE",
    "SCAN",
    "BYROW",
    "BYCOL",
    "ISOMITTED",
];

/// A formula for a column of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ColumnFormula {
    /// Sheet.
    pub sheet: String,
    /// Table: its last header row and its rows.
    pub table: CellRange,
    /// Column of the formula, from 0.
    pub column: u32,
    /// Formula for the first row under the header; `{r}` stands for the number of the row, `{previous}` for that
    /// of the row above, `{first}` and `{last}` for those of the first and last row: `=D{r}/SUM(D${first}:D${last})`.
    pub formula: String,
    /// Rows (from 0) that get none.
    pub skip_rows: Vec<u32>,
}

impl ColumnFormula {
    /// Rows (from 0) that get a formula.
    pub fn rows(&self) -> Vec<u32> {
        (self.table.top + 1..=self.table.bottom)
            .filter(|row| !self.skip_rows.contains(row))
            .collect()
    }

    /// The formula of the first row without `=`, placeholders filled in.
    pub fn first_formula(&self) -> String {
        let first = self
            .rows()
            .first()
            .map_or(self.table.top + 2, |row| row + 1);
        let last = self.rows().last().map_or(first, |row| row + 1);
        let text = self.formula.trim();
        text.strip_prefix('=')
            .unwrap_or(text)
            .replace("{r}", &first.to_string())
            .replace("{previous}", &(first - 1).to_string())
            .replace("{first}", &first.to_string())
            .replace("{last}", &last.to_string())
            .trim()
            .to_string()
    }
}

/// What became of a formula over the rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckedFormula {
    /// The formula of the first row, with `=`.
    pub formula: String,
    /// First values: cell and value.
    pub preview: Vec<(String, CellResult)>,
    /// Rows computed, and rows in all.
    pub computed_rows: (usize, usize),
    /// What is wrong or should be known.
    pub problems: Vec<Problem>,
}

impl CheckedFormula {
    /// Whether the formula may be offered.
    pub fn is_offered(&self) -> bool {
        !self.problems.iter().any(Problem::is_fatal)
    }
}

/// Checks a column formula: that it is one, that the engine can compute it, and what it gives over the user's rows.
///
/// # Errors
/// `InvalidInput` when the table has no rows; `NotFound` when the sheet is not there; as for opening a workbook. A
/// formula that is wrong is no error: it comes back with its problems.
pub fn check_formula(
    bytes: Arc<[u8]>,
    column: &ColumnFormula,
    cancel: &CancelToken,
) -> Result<CheckedFormula, WireError> {
    let formula = column.first_formula();
    let rows = column.rows();
    if rows.is_empty() {
        return Err(WireError::new(
            ErrorCode::InvalidInput,
            format!("the table {} has no rows for a formula", column.table),
        ));
    }
    let mut checked = CheckedFormula {
        formula: format!("={formula}"),
        preview: Vec::new(),
        computed_rows: (0, rows.len()),
        problems: find_problems(&formula),
    };
    if !checked.is_offered() {
        return Ok(checked);
    }
    let mut engine = Engine::load(bytes, cancel)?;
    let Some(sheet) = engine.sheet_index(&column.sheet) else {
        return Err(WireError::new(
            ErrorCode::NotFound,
            format!("the workbook has no sheet `{}`", column.sheet),
        ));
    };
    checked
        .problems
        .extend(unknown_sheets(&formula, &engine.sheets));
    if let Some(name) = engine.unsure_function(&formula) {
        checked
            .problems
            .push(Problem::UnsupportedFunctions(vec![name]));
    }
    if let Some(name) = engine.unknown_name(&formula) {
        checked.problems.push(Problem::UnknownName(name));
    }
    let first = CellAddress::new(rows[0], column.column);
    if reads_cell(&formula, &column.sheet, first) {
        checked.problems.push(Problem::Circular);
    }
    if !checked.is_offered() {
        return Ok(checked);
    }
    let computed = compute_column(&mut engine, sheet, column.column, &rows, &formula)?;
    checked.computed_rows.0 = computed.len();
    checked.preview = computed
        .iter()
        .take(PREVIEW_ROWS)
        .map(|(row, value)| {
            (
                CellAddress::new(*row, column.column).to_string(),
                value.clone(),
            )
        })
        .collect();
    checked
        .problems
        .extend(errors_of(&computed, column.column, &formula));
    if reads_nothing(&engine, sheet, &formula, &rows) {
        checked.problems.push(Problem::ReadsNothing);
    }
    Ok(checked)
}

/// Computes a formula, given for the first of the rows, in each of them; in a part of them when all would take long.
///
/// # Errors
/// `InvalidInput` when the engine cannot read it.
pub(crate) fn compute_column(
    engine: &mut Engine,
    sheet: usize,
    column: u32,
    rows: &[u32],
    formula: &str,
) -> Result<Vec<(u32, CellResult)>, WireError> {
    let Some(first) = rows.first() else {
        return Ok(Vec::new());
    };
    let sampled = sampled_rows(rows, formula);
    for row in &sampled {
        let text = shift_formula(formula, i64::from(*row) - i64::from(*first), 0);
        engine.set_formula(sheet, CellAddress::new(*row, column), &text)?;
    }
    engine.evaluate();
    Ok(sampled
        .into_iter()
        .map(|row| (row, engine.value(sheet, CellAddress::new(row, column))))
        .collect())
}

fn sampled_rows(rows: &[u32], formula: &str) -> Vec<u32> {
    let span = u64::from(rows[rows.len() - 1] - rows[0]) + 1;
    let per_row: u64 = references_of(formula)
        .iter()
        .map(|reference| {
            let height = reference.rows().map_or(span, |(a, b)| {
                // A range that grows with the row is on average half the table high.
                let grows = reference
                    .last
                    .is_some_and(|last| last.row.map(|r| r.1) != reference.first.row.map(|r| r.1));
                u64::from(b - a) + 1 + if grows { span / 2 } else { 0 }
            });
            let width = reference.columns().map_or(1, |(a, b)| u64::from(b - a) + 1);
            height * width
        })
        .sum();
    if per_row.saturating_mul(rows.len() as u64) <= MAX_CELLS_READ || rows.len() <= SAMPLED_ROWS {
        return rows.to_vec();
    }
    let half = SAMPLED_ROWS / 2;
    let step = (rows.len() - half) / half;
    let mut sampled = rows[..half].to_vec();
    sampled.extend(rows[half..].iter().skip(step - 1).step_by(step).take(half));
    sampled
}

/// What is wrong with a formula by itself, before any cell is read.
pub(crate) fn find_problems(formula: &str) -> Vec<Problem> {
    // Names of other workbooks may hold characters that are strange elsewhere, so they are looked for first.
    if reads_other_workbook(formula) {
        return vec![Problem::OtherWorkbook];
    }
    let expression = match parse(formula) {
        Ok(expression) => expression,
        Err(error) => return vec![Problem::Syntax(error)],
    };
    let mut problems = Vec::new();
    let mut unsupported = Vec::new();
    for name in functions_of(formula) {
        if reaches_outside(&name) {
            problems.push(Problem::ReachesOutside(name));
        } else if SPILLING.contains(&name.as_str()) {
            problems.push(Problem::Spills(name));
        } else if !has_function(&name) || NAMED_PARAMETERS.contains(&name.as_str()) {
            unsupported.push(name);
        } else if is_volatile(&name) {
            problems.push(Problem::Volatile(name));
        }
    }
    if !unsupported.is_empty() {
        problems.push(Problem::UnsupportedFunctions(unsupported));
    }
    if calculates_with_ranges(&expression, false) {
        problems.push(Problem::RangeArithmetic);
    }
    problems
}

/// Whether an operator has a whole range at its side outside of a function that expects it.
fn calculates_with_ranges(expression: &Expression, is_aware: bool) -> bool {
    let is_range = |side: &Expression| {
        let mut side = side;
        while let Expression::Group(inner) = side {
            side = inner;
        }
        matches!(side, Expression::Reference(reference) if reference.last.is_some())
    };
    match expression {
        Expression::Binary(operator, left, right) => {
            (operator != ":" && !is_aware && (is_range(left) || is_range(right)))
                || calculates_with_ranges(left, is_aware)
                || calculates_with_ranges(right, is_aware)
        }
        Expression::Call(name, arguments) => {
            let is_aware = is_aware || ARRAY_AWARE.contains(&name.as_str());
            arguments
                .iter()
                .any(|argument| calculates_with_ranges(argument, is_aware))
        }
        Expression::Prefix(_, inner) | Expression::Postfix(_, inner) => {
            (!is_aware && is_range(inner)) || calculates_with_ranges(inner, is_aware)
        }
        Expression::Group(inner) => calculates_with_ranges(inner, is_aware),
        Expression::Number(_)
        | Expression::Text(_)
        | Expression::Bool(_)
        | Expression::Error(_)
        | Expression::Reference(_)
        | Expression::Name(_)
        | Expression::Array(_)
        | Expression::Missing => false,
    }
}

fn unknown_sheets(formula: &str, sheets: &[String]) -> Vec<Problem> {
    references_of(formula)
        .into_iter()
        .filter_map(|reference| reference.sheet)
        .filter(|name| {
            !sheets
                .iter()
                .any(|sheet| sheet.to_lowercase() == name.to_lowercase())
        })
        .map(Problem::UnknownSheet)
        .collect()
}

fn reads_cell(formula: &str, sheet: &str, cell: CellAddress) -> bool {
    references_of(formula).iter().any(|reference| {
        let here = reference
            .sheet
            .as_ref()
            .is_none_or(|name| name.to_lowercase() == sheet.to_lowercase());
        let in_rows = reference
            .rows()
            .is_none_or(|(first, last)| (first..=last).contains(&(cell.row + 1)));
        let in_columns = reference
            .columns()
            .is_none_or(|(first, last)| (first..=last).contains(&(cell.column + 1)));
        here && in_rows && in_columns
    })
}

fn errors_of(computed: &[(u32, CellResult)], column: u32, formula: &str) -> Vec<Problem> {
    let mut by_error: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for (row, value) in computed {
        if let CellResult::Error(error) = value {
            by_error.entry(error).or_default().push(*row);
        }
    }
    let mut problems = Vec::new();
    for (error, rows) in by_error {
        if error == "#CIRC!" {
            problems.push(Problem::Circular);
        } else if error == "#NAME?" {
            problems.push(Problem::UnknownName(unknown_name(formula)));
        } else if rows.len() == computed.len() {
            problems.push(Problem::AlwaysError(error.to_string()));
        } else {
            let cells = rows
                .iter()
                .take(3)
                .map(|row| CellAddress::new(*row, column).to_string())
                .collect();
            problems.push(Problem::SomeErrors(error.to_string(), rows.len(), cells));
        }
    }
    problems
}

fn unknown_name(formula: &str) -> String {
    tokenize(formula)
        .into_iter()
        .find(|token| token.kind == TokenKind::Name || token.kind == TokenKind::Structured)
        .map_or_else(
            || {
                tokenize(formula)
                    .into_iter()
                    .find(|token| token.kind == TokenKind::Function)
                    .map_or_else(String::new, |token| plain_name(&formula[token.span]))
            },
            |token| formula[token.span].to_string(),
        )
}

fn reads_nothing(engine: &Engine, sheet: usize, formula: &str, rows: &[u32]) -> bool {
    let cells: Vec<_> = references_of(formula)
        .into_iter()
        .filter(|reference| reference.last.is_none() && reference.sheet.is_none())
        .collect();
    if cells.is_empty() || references_of(formula).len() != cells.len() {
        return false;
    }
    rows.iter().take(SAMPLED_ROWS).all(|row| {
        cells.iter().all(|reference| {
            let Some(moved) = reference.shifted(i64::from(*row) - i64::from(rows[0]), 0) else {
                return true;
            };
            match (moved.rows(), moved.columns()) {
                (Some((r, _)), Some((c, _))) => {
                    engine.value(sheet, CellAddress::new(r - 1, c - 1)) == CellResult::Blank
                }
                _ => true,
            }
        })
    })
}

/// The formula in the form of the file: functions newer than the format carry a prefix.
pub(crate) fn file_formula(formula: &str) -> String {
    let mut out = String::with_capacity(formula.len() + 8);
    for token in tokenize(formula) {
        let text = &formula[token.span];
        if token.kind == TokenKind::Function {
            out.push_str(&super::engine::file_name_of(&plain_name(text)));
        } else {
            out.push_str(text);
        }
    }
    out
}
