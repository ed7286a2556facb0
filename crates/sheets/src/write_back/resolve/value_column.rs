//! A column of values beside a table.

use deskmate_core::{ErrorCode, WireError};

use super::{NewContent, PlannedCell, Work, one_line};
use crate::address::{CellAddress, MAX_COLUMN, MAX_ROW};
use crate::formula::CellResult;
use crate::output::OutputValue;
use crate::write_back::edit::ValueColumn;
use crate::write_back::result_sheet::cell_value;

impl Work {
    /// Plans the header and the values; a native table that ends before the column takes it in.
    pub(super) fn value_column(&mut self, edit: &ValueColumn) -> Result<(), WireError> {
        let sheet = self.outline.sheet(&edit.sheet)?.clone();
        let table = edit.table;
        let scan = self.scan(&sheet)?;
        let column = match edit.column {
            Some(column) => column,
            None => scan.empty_column(table.right + 1, table.top, table.bottom),
        };
        if column > MAX_COLUMN || table.bottom > MAX_ROW {
            return Err(invalid(format!("there is no free column beside {table}")));
        }
        let rows = table.top + 1..=table.bottom;
        if let Some((row, _)) = edit.values.iter().find(|(row, _)| !rows.contains(row)) {
            let cell = CellAddress::new(*row, column);
            return Err(invalid(format!("`{cell}` is no cell beside {table}")));
        }
        let header = one_line(&edit.header);
        let left = column.checked_sub(1);
        self.cells.push(PlannedCell {
            address: CellAddress::new(table.top, column),
            content: NewContent::Value(CellResult::Text(header.clone())),
            format: None,
            like: left.map(|left| CellAddress::new(table.top, left)),
            may_replace: false,
            sheet: sheet.clone(),
        });
        for (row, value) in &edit.values {
            let format = match value {
                OutputValue::Date(_) => "yyyy-mm-dd",
                // The column beside may hold days or shares.
                OutputValue::Number(_)
                | OutputValue::Text(_)
                | OutputValue::Bool(_)
                | OutputValue::Blank => "General",
            };
            self.cells.push(PlannedCell {
                address: CellAddress::new(*row, column),
                content: NewContent::Value(cell_value(value)),
                format: Some(format.to_owned()),
                like: left.map(|left| CellAddress::new(*row, left)),
                may_replace: false,
                sheet: sheet.clone(),
            });
        }
        self.touches_formulas = true;
        self.resolved
            .sheets
            .entry(sheet.part.clone())
            .or_default()
            .columns_like_left
            .push(column);
        self.grow_table(&sheet, table, column, &header, None)
    }
}

fn invalid(message: String) -> WireError {
    WireError::new(ErrorCode::InvalidInput, message)
}
