//! A workbook that is to be changed: it stays in a worker, which computes and rewrites; the host only writes down.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use deskmate_core::{CancelToken, ErrorCode, WireError};
use deskmate_sheets::{
    CellRange, CheckedFormula, ColumnFormula, ColumnStart, Edit, Plan, Rewritten, check_formula,
    column_starts, plan_content, rewrite_content,
};
use serde::{Deserialize, Serialize};

use super::pool::{open, out_of_turn, stream, wait};
use super::{ParseReply, ParseRequest, ParseTask};
use crate::process::Worker;

/// What a worker does with the workbook that it keeps.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum EditTask {
    /// Compute a formula over the rows.
    Check(ColumnFormula),
    /// Find the columns that begin with formulas and are empty below.
    Starts {
        /// Their sheet.
        sheet: String,
        /// Their table.
        table: CellRange,
        /// The columns, from 0.
        columns: Vec<u32>,
        /// Rows (from 0) that are totals, headings and notes.
        skip_rows: Vec<u32>,
    },
    /// Work out what edits will do.
    Plan {
        /// The file, as the user knows it.
        path: PathBuf,
        /// The edits.
        edits: Vec<Edit>,
    },
    /// Make the new content; its bytes come in parts before the reply.
    Rewrite(Vec<Edit>),
}

/// What came of it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum EditReply {
    /// The values of a formula.
    Checked(CheckedFormula),
    /// Columns that begin with formulas.
    Started(Vec<ColumnStart>),
    /// What edits will do.
    Planned(Plan),
    /// The bytes came before this.
    Rewritten(Rewritten),
}

/// The worker's side: the reply, and bytes that go before it.
pub(super) fn work(task: EditTask, book: &Arc<[u8]>) -> Result<(EditReply, Vec<u8>), WireError> {
    // The host kills a worker that it no longer waits for; nobody else sets a token here.
    let cancel = CancelToken::new();
    Ok(match task {
        EditTask::Check(column) => (
            EditReply::Checked(check_formula(Arc::clone(book), &column, &cancel)?),
            Vec::new(),
        ),
        EditTask::Starts {
            sheet,
            table,
            columns,
            skip_rows,
        } => (
            EditReply::Started(column_starts(
                Arc::clone(book),
                &sheet,
                table,
                &columns,
                &skip_rows,
            )?),
            Vec::new(),
        ),
        EditTask::Plan { path, edits } => (
            EditReply::Planned(plan_content(&path, Arc::clone(book), &edits, &cancel)?),
            Vec::new(),
        ),
        EditTask::Rewrite(edits) => {
            let mut rewritten = rewrite_content(Arc::clone(book), &edits, &cancel)?;
            let bytes = std::mem::take(&mut rewritten.bytes);
            (EditReply::Rewritten(rewritten), bytes)
        }
    })
}

/// A workbook in a worker of its own.
pub(crate) struct EditedWorkbook {
    worker: Worker<ParseReply>,
    path: PathBuf,
    size: u64,
}

impl EditedWorkbook {
    /// Hands a workbook to a new worker.
    ///
    /// # Errors
    /// `NotFound`; those of reading a file.
    pub(crate) fn open(path: &Path, cancel: &CancelToken) -> Result<Self, WireError> {
        if !path.exists() {
            return Err(WireError::new(
                ErrorCode::NotFound,
                format!("there is no file `{}`", path.display()),
            ));
        }
        let mut worker = Worker::start("parse", &[])?;
        let (_, size) = stream(&mut open(path)?, path, ParseTask::KeepBytes, &mut worker)?;
        match wait(&mut worker, size, cancel)? {
            ParseReply::Kept => Ok(Self {
                worker,
                path: path.to_path_buf(),
                size,
            }),
            _ => Err(out_of_turn()),
        }
    }

    /// Computes a formula over the rows.
    ///
    /// # Errors
    /// Those of `deskmate_sheets::check_formula`; `WorkerCrashed`, `TimedOut`, `Cancelled`.
    pub(crate) fn check(
        &mut self,
        column: &ColumnFormula,
        cancel: &CancelToken,
    ) -> Result<CheckedFormula, WireError> {
        match self.ask(EditTask::Check(column.clone()), cancel)? {
            (EditReply::Checked(checked), _) => Ok(checked),
            _ => Err(out_of_turn()),
        }
    }

    /// Finds those of the columns that begin with formulas and are empty below.
    ///
    /// # Errors
    /// Those of `deskmate_sheets::column_starts`; `WorkerCrashed`, `TimedOut`, `Cancelled`.
    pub(crate) fn column_starts(
        &mut self,
        sheet: &str,
        table: CellRange,
        columns: &[u32],
        skip_rows: &[u32],
        cancel: &CancelToken,
    ) -> Result<Vec<ColumnStart>, WireError> {
        let task = EditTask::Starts {
            sheet: sheet.to_string(),
            table,
            columns: columns.to_vec(),
            skip_rows: skip_rows.to_vec(),
        };
        match self.ask(task, cancel)? {
            (EditReply::Started(starts), _) => Ok(starts),
            _ => Err(out_of_turn()),
        }
    }

    /// Works out what edits will do.
    ///
    /// # Errors
    /// Those of `deskmate_sheets::plan_content`; `WorkerCrashed`, `TimedOut`, `Cancelled`.
    pub(crate) fn plan(
        &mut self,
        edits: Vec<Edit>,
        cancel: &CancelToken,
    ) -> Result<Plan, WireError> {
        let path = self.path.clone();
        match self.ask(EditTask::Plan { path, edits }, cancel)? {
            (EditReply::Planned(plan), _) => Ok(plan),
            _ => Err(out_of_turn()),
        }
    }

    /// Makes the new content.
    ///
    /// # Errors
    /// As [`Self::plan`].
    pub(crate) fn rewrite(
        &mut self,
        edits: Vec<Edit>,
        cancel: &CancelToken,
    ) -> Result<Rewritten, WireError> {
        match self.ask(EditTask::Rewrite(edits), cancel)? {
            (EditReply::Rewritten(rewritten), bytes) => Ok(Rewritten { bytes, ..rewritten }),
            _ => Err(out_of_turn()),
        }
    }

    fn ask(
        &mut self,
        task: EditTask,
        cancel: &CancelToken,
    ) -> Result<(EditReply, Vec<u8>), WireError> {
        let request = ParseRequest {
            extension: String::new(),
            task: ParseTask::Edit(task),
        };
        if !self.worker.send(&request) {
            return Err(WireError::new(
                ErrorCode::WorkerCrashed,
                "the reader died on this workbook",
            ));
        }
        let mut bytes = Vec::new();
        loop {
            match wait(&mut self.worker, self.size, cancel)? {
                ParseReply::Part { base64 } => {
                    bytes.extend(BASE64.decode(base64).map_err(|_| out_of_turn())?);
                }
                ParseReply::Edited(reply) => return Ok((*reply, bytes)),
                _ => return Err(out_of_turn()),
            }
        }
    }
}
