//! Columns that a user has begun with a formula, filled down over the rows below.

use deskmate_core::{CancelToken, WireError};
use deskmate_sheets::{
    ColumnFormula, Edit, FormulaColumn, Language, TableInfo, columns_to_fill_down, explain_formula,
    last_part,
};

use super::column::{
    ColumnParams, ColumnProposal, columns_of, invalid, shown_changes, skipped_rows,
};
use crate::app::App;
use crate::parse::EditedWorkbook;

impl App {
    /// The columns that the ask wants filled down, as one proposal; `None` when it wants something else, or when one of
    /// the columns does not begin with a formula.
    ///
    /// # Errors
    /// `InvalidInput` for a formula that cannot be computed over the rows; those of `deskmate_sheets::plan`.
    pub(super) fn suggest_fill_down(
        &self,
        params: &ColumnParams,
        info: &TableInfo,
        book: &mut EditedWorkbook,
        cancel: &CancelToken,
    ) -> Result<Option<ColumnProposal>, WireError> {
        let table = &columns_of(info);
        let left_out = skipped_rows(info);
        let wanted = columns_to_fill_down(&params.ask, table);
        if wanted.is_empty() || params.column.is_some() {
            return Ok(None);
        }
        let starts = book.column_starts(&table.sheet, table.range, &wanted, &left_out, cancel)?;
        if starts.len() != wanted.len() {
            return Ok(None);
        }
        let language = Language::of(&params.ask);
        let (mut headers, mut formulas, mut edits) = (Vec::new(), Vec::new(), Vec::new());
        let (mut explanation, mut notes) = (Vec::new(), Vec::new());
        for start in starts {
            let mut skip_rows = left_out.clone();
            skip_rows.extend(&start.filled_rows);
            let column = ColumnFormula {
                sheet: table.sheet.clone(),
                table: table.range,
                column: start.column,
                formula: start.formula.clone(),
                skip_rows: skip_rows.clone(),
            };
            let checked = book.check(&column, cancel)?;
            let problems: Vec<String> = checked
                .problems
                .iter()
                .map(|problem| problem.explain(language))
                .collect();
            if !checked.is_offered() {
                return Err(invalid(&format!(
                    "`{}` cannot be filled down: {}",
                    start.formula,
                    problems.join(" ")
                )));
            }
            let header = table
                .columns
                .iter()
                .find(|named| named.column == start.column)
                .map_or("", |named| last_part(&named.name, info.header_rows));
            explanation
                .extend(explain_formula(&start.formula, Some(table), language).unwrap_or_default());
            notes.extend(problems);
            edits.push(Edit::FormulaColumn(FormulaColumn {
                sheet: table.sheet.clone(),
                table: table.range,
                header: header.to_string(),
                formula: start.formula.clone(),
                number_format: None,
                column: Some(start.column),
                skip_rows,
            }));
            headers.push(header.to_string());
            formulas.push(start.formula);
        }
        let plan = book.plan(edits, cancel)?;
        notes.extend(plan.notes.iter().cloned());
        Ok(Some(ColumnProposal {
            path: params.path.clone(),
            sheet: table.sheet.clone(),
            range: table.range.to_string(),
            header: headers.join(" / "),
            formula: formulas.join("\n"),
            explanation,
            is_by_model: false,
            cells: plan.changes.len(),
            changes: shown_changes(&plan, None),
            notes,
            id: self.proposals().keep(plan, None),
        }))
    }
}
