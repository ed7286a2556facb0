//! A column filled by the model, row by row.

use std::path::Path;

use deskmate_app::{App, FillParams, FillProposal, WorkbookChange};
use deskmate_core::{CancelToken, ErrorCode, WireError};
use serde::Serialize;

use super::workbook::kept;
use crate::console::Console;

/// Cells printed for people; `--json` has all.
const CELLS_PRINTED: usize = 10;

/// A filled column and, when it was written, the change.
#[derive(Serialize)]
struct Column<'a> {
    #[serde(flatten)]
    proposal: &'a FillProposal,
    written: Option<WorkbookChange>,
}

/// Fills a column and shows it; writes it when a target is given: a copy, or with `None` the workbook itself.
pub(super) fn fill(
    app: &App,
    params: &FillParams,
    target: Option<Option<&Path>>,
    console: &Console,
    cancel: &CancelToken,
) -> Result<(), WireError> {
    let proposal = app.fill_job(params, cancel, &mut |event| console.event(&event))?;
    let written = match (target, proposal.id) {
        (None, _) => None,
        (Some(copy), Some(id)) => Some(app.write_column(id, copy, cancel)?),
        (Some(_), None) => {
            return Err(WireError::new(
                ErrorCode::InvalidInput,
                "no cell could be filled, so nothing is written",
            )
            .with_hint("run it without --write to see why each cell stays empty"));
        }
    };
    let column = Column {
        proposal: &proposal,
        written,
    };
    console.result(&column, |console| shown(&column, console));
    Ok(())
}

fn shown(column: &Column<'_>, console: &Console) -> String {
    let Column { proposal, written } = column;
    let kind = match proposal.choices.is_empty() {
        true => proposal.kind.clone(),
        false => proposal.choices.join(" / "),
    };
    let mut out = format!(
        "{}  {kind}\n  {}!{}, read: {}\n\n",
        console.bold(&proposal.header),
        proposal.sheet,
        proposal.range,
        proposal.reads.join(", ")
    );
    for change in proposal.changes.iter().take(CELLS_PRINTED) {
        out.push_str(&format!("{}  {}\n", change.cell, change.after));
    }
    if proposal.changes.len() > CELLS_PRINTED {
        out.push_str(&format!("… {} cells in all\n", proposal.changes.len()));
    }
    for cell in proposal.empty.iter().take(CELLS_PRINTED) {
        let reason = cell.reason.replace('_', " ");
        out.push_str(&format!("{}  {}\n", cell.cell, console.dim(&reason)));
    }
    if proposal.empty.len() > CELLS_PRINTED {
        out.push_str(&format!("… {} stay empty in all\n", proposal.empty.len()));
    }
    let mut notes = vec![format!(
        "{} of {} rows filled, {} known before",
        proposal.filled, proposal.tried, proposal.known
    )];
    if let Some(speed) = proposal.rows_per_minute {
        notes.push(format!("{speed} rows per minute"));
    }
    if proposal.kept > 0 {
        notes.push(format!("{} cells held something and stay", proposal.kept));
    }
    notes.extend(proposal.notes.iter().cloned());
    notes.push(match (written, proposal.id) {
        (Some(change), _) => format!("written to {}", kept(change)),
        (None, Some(_)) => {
            "nothing is written; --write puts it into the workbook, --copy FILE into a copy; what was filled is kept"
                .to_string()
        }
        (None, None) => format!(
            "nothing is written; without --sample all {} rows are filled",
            proposal.rows
        ),
    });
    out.push('\n');
    out.push_str(&console.dim(&notes.join("\n")));
    out
}
