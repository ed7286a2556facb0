//! The model asked about many rows: several in one computation, each reply checked, bad ones asked for once more.

use deskmate_core::{CancelToken, ErrorCode, GenerationRequest, TextGenerator, WireError};

use super::check::filled;
use super::prompt::request;
use super::{FillGap, FillRow, FillTask, Filled};

/// Rows handed to the engine at once; it answers some of them together and fills up as answers end. A question that is
/// asked meanwhile waits for them.
const ROWS_AT_ONCE: usize = 16;

/// Failures of the engine in a row after which it is not the rows' fault.
const MOST_FAILURES: usize = 3;

/// Fills the cells of these rows and tells each with its row's index as soon as it is known, in any order; every row is
/// told once, unless an error ends the run. What was told stays told.
///
/// A row on which the engine fails is one empty cell. Blank rows are told without asking.
///
/// # Errors
/// `Cancelled`; what `on_done` gives; those of an engine that is not there or fails on several rows in a row.
pub fn fill_rows(
    task: &FillTask,
    rows: &[FillRow],
    model: &dyn TextGenerator,
    cancel: &CancelToken,
    on_done: &mut dyn FnMut(usize, Filled) -> Result<(), WireError>,
) -> Result<(), WireError> {
    let mut asked = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        match row.without_model() {
            Some(known) => on_done(index, known)?,
            None => asked.push(index),
        }
    }
    let mut run = Run {
        task,
        rows,
        model,
        cancel,
        failures: 0,
    };
    for batch in asked.chunks(ROWS_AT_ONCE) {
        let mut again = Vec::new();
        run.ask(batch, 0, &mut |index, cell| match cell {
            Filled::Empty(gap) if gap.is_worth_another_try() => {
                again.push(index);
                Ok(())
            }
            cell => on_done(index, cell),
        })?;
        run.ask(&again, 1, on_done)?;
    }
    Ok(())
}

struct Run<'a> {
    task: &'a FillTask,
    rows: &'a [FillRow],
    model: &'a dyn TextGenerator,
    cancel: &'a CancelToken,
    /// Rows in a row on which the engine failed.
    failures: usize,
}

impl Run<'_> {
    /// Asks about some rows together; where that fails, about the rest of them one by one.
    fn ask(
        &mut self,
        batch: &[usize],
        attempt: u32,
        on_done: &mut dyn FnMut(usize, Filled) -> Result<(), WireError>,
    ) -> Result<(), WireError> {
        if self.cancel.is_cancelled() {
            return Err(WireError::cancelled());
        }
        if batch.is_empty() {
            return Ok(());
        }
        let requests: Vec<GenerationRequest> = batch
            .iter()
            .map(|index| request(self.task, &self.rows[*index], attempt))
            .collect();
        let mut open = vec![true; batch.len()];
        let mut refused = None;
        let together = self
            .model
            .generate_many(&requests, self.cancel, &mut |at, reply| {
                let Some(is_open) = open.get_mut(at) else {
                    return;
                };
                *is_open = false;
                let index = batch[at];
                let cell = filled(self.task, &self.rows[index], &reply);
                if refused.is_none() {
                    refused = on_done(index, cell).err();
                }
            });
        if let Some(error) = refused {
            return Err(error);
        }
        match together {
            Ok(()) => {}
            Err(error) if is_of_one_row(error.code) => {}
            Err(error) => return Err(error),
        }
        for (at, index) in batch.iter().enumerate().filter(|(at, _)| open[*at]) {
            let cell = self.ask_alone(*index, &requests[at])?;
            on_done(*index, cell)?;
        }
        Ok(())
    }

    fn ask_alone(
        &mut self,
        index: usize,
        request: &GenerationRequest,
    ) -> Result<Filled, WireError> {
        match self.model.generate(request, self.cancel, &mut |_| {}) {
            Ok(reply) => {
                self.failures = 0;
                Ok(filled(self.task, &self.rows[index], &reply))
            }
            Err(error) if error.code == ErrorCode::ContextTooLong => {
                Ok(Filled::Empty(FillGap::RowTooLong))
            }
            Err(error) if is_of_one_row(error.code) && self.failures + 1 < MOST_FAILURES => {
                self.failures += 1;
                Ok(Filled::Empty(FillGap::EngineFailed))
            }
            Err(error) => Err(error),
        }
    }
}

/// Failures that one row may be to blame for.
fn is_of_one_row(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::ContextTooLong | ErrorCode::WorkerCrashed | ErrorCode::TimedOut
    )
}
