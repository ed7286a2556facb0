//! Defined names and references into native tables, written out as plain addresses.
//!
//! The engine reads neither in Chinese, so they are put in before it sees a formula.

use std::collections::HashMap;

use ironcalc_base::types::Table;

use super::syntax::functions_of;
use super::tokens::{TokenKind, parse_reference, tokenize};
use crate::address::{CellRange, column_name};

/// Functions to which empty rows below the last filled one matter.
const COUNTS_ROWS: [&str; 4] = ["ROWS", "COUNTBLANK", "OFFSET", "AREAS"];

/// What names of a workbook stand for.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Formula by name in lower case.
    defined: HashMap<String, String>,
    /// Tables by name in lower case.
    tables: HashMap<String, Table>,
    /// Number of the last filled row by name of the sheet in lower case.
    last_rows: HashMap<String, u32>,
}

impl Names {
    /// The tables of a workbook.
    pub(super) fn with_tables(tables: &HashMap<String, Table>) -> Self {
        Self {
            defined: HashMap::new(),
            last_rows: HashMap::new(),
            tables: tables
                .iter()
                .map(|(name, table)| (name.to_lowercase(), table.clone()))
                .collect(),
        }
    }

    /// Takes note that a row (from 0) of a sheet is filled.
    pub(super) fn fill_row(&mut self, sheet: &str, row: u32) {
        let last = self.last_rows.entry(sheet.to_lowercase()).or_default();
        *last = (*last).max(row + 1);
    }

    /// Adds a defined name.
    pub(super) fn define(&mut self, name: &str, formula: &str) {
        self.defined
            .insert(name.to_lowercase(), formula.to_string());
    }

    /// The first name of a formula that the workbook does not know.
    pub(super) fn unknown(&self, formula: &str) -> Option<String> {
        tokenize(formula)
            .into_iter()
            .filter(|token| token.kind == TokenKind::Name)
            .map(|token| &formula[token.span])
            .find(|name| {
                let lower = name.to_lowercase();
                !self.defined.contains_key(&lower) && !self.tables.contains_key(&lower)
            })
            .map(str::to_string)
    }

    /// The formula of a cell in `row` (from 0) with names and tables written out as far as they are known.
    pub(super) fn written_out(&self, formula: &str, sheet: &str, row: u32) -> String {
        let mut out = String::with_capacity(formula.len());
        let counts_rows = functions_of(formula)
            .iter()
            .any(|name| COUNTS_ROWS.contains(&name.as_str()));
        for token in tokenize(formula) {
            let text = &formula[token.span];
            let known = match token.kind {
                TokenKind::Name => self
                    .defined
                    .get(&text.to_lowercase())
                    // A name that stands for other names is left to the engine.
                    .filter(|meant| is_plain(meant))
                    .map(|meant| format!("({meant})")),
                TokenKind::Reference if !counts_rows => self.filled_rows(text, sheet),
                TokenKind::Structured => self.address(text, sheet, row),
                _ => None,
            };
            out.push_str(known.as_deref().unwrap_or(text));
        }
        out
    }

    /// `A:C` as far as the sheet is filled: the engine looks at a million rows for each formula otherwise.
    fn filled_rows(&self, text: &str, sheet: &str) -> Option<String> {
        let mut reference = parse_reference(text)?;
        let last = reference.last.as_mut()?;
        if reference.first.row.is_some() || last.row.is_some() {
            return None;
        }
        let name = reference.sheet.as_deref().unwrap_or(sheet).to_lowercase();
        let filled = self.last_rows.get(&name).copied().unwrap_or(1).max(1);
        reference.first.row = Some((1, true));
        last.row = Some((filled, true));
        Some(reference.to_string())
    }

    /// `Sales[Amount]`, `Sales[@Amount]`, `Sales[[#This Row],[Amount]]` and `[@Amount]`.
    fn address(&self, text: &str, sheet: &str, row: u32) -> Option<String> {
        let open = text.find('[')?;
        let (name, inside) = (&text[..open], text[open + 1..].strip_suffix(']')?);
        let table = if name.is_empty() {
            self.tables.values().find(|table| {
                table.sheet_name == sheet
                    && CellRange::parse(&table.reference)
                        .is_some_and(|range| (range.top..=range.bottom).contains(&row))
            })?
        } else {
            self.tables.get(&name.to_lowercase())?
        };
        let range = CellRange::parse(&table.reference)?;
        let this_row = inside
            .strip_prefix('@')
            .or_else(|| inside.strip_prefix("[#This Row],"));
        let column = this_row.unwrap_or(inside);
        let column = column
            .strip_prefix('[')
            .and_then(|column| column.strip_suffix(']'))
            .unwrap_or(column);
        if column.contains(['[', ']', '#']) {
            return None;
        }
        let index = table
            .columns
            .iter()
            .position(|known| known.name.to_lowercase() == column.trim().to_lowercase())?;
        let letters = column_name(range.left + index as u32);
        let quoted = table.sheet_name.replace('\'', "''");
        Some(match this_row {
            Some(_) => format!("'{quoted}'!${letters}{}", row + 1),
            None => format!(
                "'{quoted}'!${letters}${}:${letters}${}",
                range.top + table.header_row_count + 1,
                range.bottom + 1 - table.totals_row_count
            ),
        })
    }
}

/// Whether a definition stands for cells and values alone.
fn is_plain(meant: &str) -> bool {
    !tokenize(meant)
        .iter()
        .any(|token| matches!(token.kind, TokenKind::Name | TokenKind::Structured))
}
