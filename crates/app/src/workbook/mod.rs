//! A user's workbook, changed as the user asked: a column of formulas, one that the model fills row by row, a sheet with
//! the result of a question, or a chart of its columns; shown first, written with a backup, undone.

mod chart;
mod column;
mod fill;
mod fill_down;
mod ledger;
mod records;
mod result;

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use deskmate_core::{CancelToken, ErrorCode, WireError};
use deskmate_sheets::{Plan, Target, put_in_place, undo};

pub use chart::{ChartParams, ChartPoint, ChartProposal, ChartSeries};
pub use column::{CellChange, ColumnParams, ColumnProposal};
pub use fill::{EmptyCell, FillParams, FillProposal};
pub(crate) use ledger::forget_fills;
pub use records::WorkbookChange;
use records::{Record, Records};
pub use result::{ChartChoice, ResultParams, ResultProposal};

use crate::app::App;
use crate::home::Home;
use crate::parse::EditedWorkbook;

impl App {
    /// Writes a proposal that the user has seen: into the workbook itself after a backup, or into a copy.
    ///
    /// # Errors
    /// `NotFound` for a proposal that is no longer kept; `FileVanished` when the workbook has changed since;
    /// `PermissionDenied` when it is read-only, guarded or open in another program, or the copy's name is taken;
    /// `DiskFull`; those of reading.
    pub fn write_column(
        &self,
        proposal: u64,
        copy: Option<&Path>,
        cancel: &CancelToken,
    ) -> Result<WorkbookChange, WireError> {
        let (plan, ledger) = self.proposals().get(proposal).ok_or_else(|| {
            WireError::new(ErrorCode::NotFound, "this change is no longer at hand")
                .with_hint("ask for it again")
        })?;
        let records = Records::of(self.home());
        let rewritten =
            EditedWorkbook::open(&plan.path, cancel)?.rewrite(plan.edits.clone(), cancel)?;
        let target = match copy {
            Some(copy) => Target::Copy(absolute(copy)),
            None => Target::SameFile {
                backups: records.folder(),
            },
        };
        let applied = put_in_place(&plan, &target, &rewritten)?;
        let change = records.keep(&applied).inspect_err(|_| {
            // A change that could not be undone later is not made.
            let _ = undo(&applied);
        })?;
        if let (None, Some(ledger)) = (copy, ledger) {
            // The values stand in the user's workbook now.
            let _ = std::fs::remove_file(ledger);
        }
        Ok(change)
    }

    /// The changes that can still be undone, newest first.
    ///
    /// # Errors
    /// `Io` codes when the records cannot be read.
    pub fn workbook_changes(&self) -> Result<Vec<WorkbookChange>, WireError> {
        let records = Records::of(self.home()).all()?;
        Ok(records.iter().map(Record::view).collect())
    }

    /// Brings a workbook back to what it was before a change, byte for byte; a copy is removed.
    ///
    /// # Errors
    /// `NotFound` without such a change; `InvalidInput` when the workbook was changed since.
    pub fn undo_workbook_change(&self, id: Option<u64>) -> Result<WorkbookChange, WireError> {
        let records = Records::of(self.home());
        let mut kept = records.all()?.into_iter();
        let record = match id {
            Some(id) => kept.find(|record| record.id == id),
            None => kept.next(),
        }
        .ok_or_else(|| {
            WireError::new(ErrorCode::NotFound, "there is no such change to undo")
                .with_hint("`sheet changes` lists those that can be undone")
        })?;
        undo(&record.applied)?;
        records.forget(&record)?;
        Ok(record.view())
    }
}

/// Plans that were shown and may be written; the pages and the command line name them by number, so that only what
/// was worked out here is ever written.
#[derive(Default)]
pub(crate) struct Proposals {
    newest: u64,
    plans: VecDeque<Proposed>,
}

struct Proposed {
    id: u64,
    plan: Plan,
    /// Where what the model filled is kept until it is written.
    ledger: Option<PathBuf>,
}

/// Proposals kept; older ones are asked for again.
const PROPOSALS: usize = 8;

impl Proposals {
    fn keep(&mut self, plan: Plan, ledger: Option<PathBuf>) -> u64 {
        self.newest += 1;
        let id = self.newest;
        self.plans.push_back(Proposed { id, plan, ledger });
        if self.plans.len() > PROPOSALS {
            self.plans.pop_front();
        }
        id
    }

    fn get(&self, id: u64) -> Option<(Plan, Option<PathBuf>)> {
        let mut plans = self.plans.iter();
        plans
            .find(|proposed| proposed.id == id)
            .map(|proposed| (proposed.plan.clone(), proposed.ledger.clone()))
    }
}

/// Removes the changes of this workbook, or of all below this folder, with the backups kept for their undo; gives how
/// many there were.
///
/// # Errors
/// `PermissionDenied`.
pub(crate) fn forget_changes(home: &Home, path: &Path) -> Result<usize, WireError> {
    let records = Records::of(home);
    let all = records.all()?;
    let named = all
        .iter()
        .filter(|record| record.applied.path.starts_with(path));
    let mut count = 0;
    for record in named {
        records.forget(record)?;
        count += 1;
    }
    Ok(count)
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf())
}
