//! Questions that code understood whole: when they are tried, and the answer made of them.

use super::{Asking, Check, SheetAnswer, asked, words};
use crate::compose::{self, Composed};
use crate::lookup::Candidate;
use crate::run::Scalar;
use crate::{Error, TableInfo};

impl Asking<'_> {
    /// A total row of the sheet would answer with what it says, whatever rows the question means.
    pub(super) fn is_composed_first(&self) -> bool {
        asked::asks_to_calculate(self.question)
    }

    /// Whether a total row was found for a question that names some of the rows.
    pub(super) fn is_total_of_more(&self, cells: &[Candidate]) -> Result<bool, Error> {
        for cell in cells {
            let all = &self.tables.understanding().tables;
            let of_total = all.iter().find(|table| {
                table.name == cell.table
                    && table
                        .left_out
                        .iter()
                        .any(|row| row.range.contains(cell.cell.row, cell.cell.column))
            });
            if let Some(table) = of_total
                && compose::names_rows(self.tables, table, self.question, self.cancel)?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    pub(super) fn composed(&self) -> Result<Option<Composed>, Error> {
        if !self.history.is_empty() {
            return Ok(None);
        }
        let composed = compose::compose(self.tables, self.question, self.cancel)?;
        Ok(composed.filter(|composed| !(composed.is_percent && self.has_shares(&composed.table))))
    }

    /// A table that tells shares itself is read and not counted through.
    fn has_shares(&self, table: &str) -> bool {
        let mut tables = self.tables.understanding().tables.iter();
        let table = tables.find(|other| other.name == table);
        table.is_some_and(|table| {
            table.columns.iter().any(|column| {
                ["占比", "比例", "比重", "占总", "%"]
                    .iter()
                    .any(|word| column.header.contains(word))
            })
        })
    }

    /// A query that code made from all words of the question.
    pub(super) fn answer_from_composed(&self, composed: &Composed) -> Result<SheetAnswer, Error> {
        let all = &self.tables.understanding().tables;
        let used: Vec<&TableInfo> = all
            .iter()
            .filter(|table| table.name == composed.table)
            .collect();
        let mut answer = self.answer_from_result(&composed.sql, &composed.result, &used)?;
        if composed.is_names {
            answer.values = composed
                .result
                .rows
                .iter()
                .filter_map(|row| row.first().map(Scalar::text))
                .collect();
        }
        if composed.is_percent {
            for (value, row) in answer.values.iter_mut().zip(&composed.result.rows) {
                // Two places where none are asked for: a share is read, not calculated with.
                let two = row
                    .first()
                    .and_then(Scalar::number)
                    .map(|share| deskmate_core::number_text((share * 100.0).round() / 100.0));
                if let Some(two) = two.filter(|_| !asked::names_places(self.question)) {
                    *value = two;
                }
                value.push('%');
            }
            answer.answer = words::share_sentence(&answer.values, self.question);
        }
        answer.value = answer.values.join(", ");
        if let Some(rival) = &composed.rival {
            answer.checks.push(Check::new(
                "one_table",
                false,
                format!("`{rival}` could be meant as well; the larger table was read"),
            ));
        }
        answer.checks.push(Check::new(
            "every_word",
            true,
            "every word of the question has its part in the query",
        ));
        Ok(answer)
    }
}
