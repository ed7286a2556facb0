//! A query that answered a question before, run once more over the tables as they are now.

use deskmate_core::{
    CancelToken, ErrorCode, Generation, GenerationRequest, TextGenerator, WireError,
};

use super::{AskOptions, Asking, ReadCells, SheetAnswer};
use crate::lookup;
use crate::run::Scalar;
use crate::tables::Tables;
use crate::{Error, TableInfo};

/// Answers a question by a query that is there already, read-only and checked as [`super::ask`] does; no model is asked.
///
/// # Errors
/// [`Error::RefusedQuery`], [`Error::FailedQuery`], [`Error::SlowQuery`], [`Error::Cancelled`].
pub fn answer_query(
    question: &str,
    sql: &str,
    tables: &Tables,
    cancel: &CancelToken,
) -> Result<SheetAnswer, Error> {
    let asking = Asking {
        question: question.trim(),
        tables,
        history: &[],
        generator: &NoModel,
        options: AskOptions::default(),
        cancel,
    };
    let sql = sql.trim().trim_end_matches(';');
    let result = tables.query(sql, cancel)?;
    let all: Vec<&TableInfo> = tables.understanding().tables.iter().collect();
    let mut answer = asking.answer_from_result(sql, &result, &all)?;
    if answer.cells.is_empty()
        && let Some(places) = lookup::places_of(sql)
    {
        for row in tables.query(&places, cancel)?.rows {
            if let [Scalar::Text(name), Scalar::Text(cell)] = row.as_slice()
                && let Some(table) = all.iter().find(|table| &table.name == name)
            {
                answer.cells.push(ReadCells {
                    path: table.path.clone(),
                    sheet: table.sheet.clone(),
                    range: cell.clone(),
                });
            }
        }
    }
    Ok(answer)
}

/// In the place of a model where none is asked.
pub(super) struct NoModel;

impl NoModel {
    fn refused() -> WireError {
        WireError::new(ErrorCode::Internal, "a query that is there asks no model")
    }
}

impl TextGenerator for NoModel {
    fn generate(
        &self,
        _request: &GenerationRequest,
        _cancel: &CancelToken,
        _on_text: &mut dyn FnMut(&str),
    ) -> Result<Generation, WireError> {
        Err(Self::refused())
    }

    fn count_tokens(&self, _texts: &[String]) -> Result<Vec<usize>, WireError> {
        Err(Self::refused())
    }

    fn context_window(&self) -> Result<usize, WireError> {
        Err(Self::refused())
    }
}
