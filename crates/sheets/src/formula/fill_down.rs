//! Columns whose first row holds a formula and whose other rows are empty: filled down as a person does by hand.

use std::sync::{Arc, LazyLock};

use deskmate_core::WireError;
use regex::Regex;
use serde::{Deserialize, Serialize};

use super::templates::TableColumns;
use super::tokens::shift_formula;
use crate::address::CellRange;
use crate::chart::named_columns_in;
use crate::package::{CellFormula, Outline, Package, RawCell, SheetItem, read_sheet};

/// How a column of a table begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnStart {
    /// Column from 0.
    pub column: u32,
    /// The formula of its first row moved to the first row that gets one, with `=`.
    pub formula: String,
    /// Rows (from 0) under the header that hold something.
    pub filled_rows: Vec<u32>,
}

/// The columns that an ask wants filled down: those that it names in the sentence that says so. Empty when it does not.
pub fn columns_to_fill_down(ask: &str, table: &TableColumns) -> Vec<u32> {
    static FILL: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)\bfill(?:ed|ing)?\b|\b(?:copy|extend|drag)\b.*\bdown\b|填|补全|补齐|下拉|向下复制")
            .expect("the pattern is valid")
    });
    named_columns_in(ask, table, |sentence| FILL.is_match(sentence))
}

/// Of these columns of a table those that begin with formulas and have empty rows below, in their order. Rows that hold
/// something else than formulas leave a column out: it is not one that is to be filled down. `skip_rows` (from 0) are
/// totals, headings and notes: what they hold or lack says nothing about the column.
///
/// # Errors
/// `NotFound` for the sheet; `DamagedFile`, `UnsupportedFormat`, `EncryptedFile` as for every package.
pub fn column_starts(
    bytes: Arc<[u8]>,
    sheet: &str,
    table: CellRange,
    columns: &[u32],
    skip_rows: &[u32],
) -> Result<Vec<ColumnStart>, WireError> {
    let mut package = Package::open(bytes)?;
    let outline = Outline::read(&mut package)?;
    let part = outline.sheet(sheet)?.part.clone();
    let mut cells: Vec<RawCell> = Vec::new();
    read_sheet(package.stream(&part)?, &part, |item| {
        if let SheetItem::Cell(cell) = item
            && (table.top + 1..=table.bottom).contains(&cell.address.row)
            && columns.contains(&cell.address.column)
            && cell.is_filled()
        {
            cells.push(cell.clone());
        }
        Ok(())
    })?;
    let rows = || (table.top + 1..=table.bottom).filter(|row| !skip_rows.contains(row));
    let start = |column: &u32| {
        let own: Vec<&RawCell> = cells
            .iter()
            .filter(|cell| cell.address.column == *column)
            .collect();
        let filled_rows: Vec<u32> = own.iter().map(|cell| cell.address.row).collect();
        let counted = || {
            own.iter()
                .filter(|cell| !skip_rows.contains(&cell.address.row))
        };
        let first = counted().next()?;
        if rows().next() != Some(first.address.row) {
            return None;
        }
        let text = match &first.formula {
            Some(CellFormula::Plain(text) | CellFormula::SharedFirst(_, text)) => text,
            Some(
                CellFormula::SharedNext(_) | CellFormula::Array(_, _) | CellFormula::DataTable(_),
            )
            | None => return None,
        };
        let are_formulas = counted().all(|cell| cell.formula.is_some());
        let empty = rows().find(|row| !filled_rows.contains(row))?;
        are_formulas.then(|| ColumnStart {
            column: *column,
            formula: format!(
                "={}",
                shift_formula(text, i64::from(empty) - i64::from(first.address.row), 0)
            ),
            filled_rows,
        })
    };
    Ok(columns.iter().filter_map(start).collect())
}
