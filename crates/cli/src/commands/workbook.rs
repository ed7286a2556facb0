//! Workbooks changed as the user asked: shown, written, undone.

use std::path::Path;

use deskmate_app::{
    App, ChartParams, ChartProposal, ColumnParams, ColumnProposal, FormulaLanguage, FormulaProblem,
    ResultParams, ResultProposal, WorkbookChange, explain_formula,
};
use deskmate_core::{CancelToken, ErrorCode, WireError};
use serde::Serialize;

use crate::console::Console;

/// Rows of a result printed for people; `--json` has the first 200.
const ROWS_PRINTED: usize = 10;
/// Cells printed for people before and after; `--json` has all.
const CELLS_PRINTED: usize = 8;

/// A column and, when it was written, the change.
#[derive(Serialize)]
struct Column<'a> {
    #[serde(flatten)]
    proposal: &'a ColumnProposal,
    written: Option<WorkbookChange>,
}

/// Shows a column; writes it when a target is given: a copy, or with `None` the workbook itself.
pub(super) fn column(
    app: &App,
    params: &ColumnParams,
    target: Option<Option<&Path>>,
    console: &Console,
    cancel: &CancelToken,
) -> Result<(), WireError> {
    let proposal = app.suggest_column(params, cancel, &mut |event| console.event(&event))?;
    let written = match target {
        Some(copy) => Some(app.write_column(proposal.id, copy, cancel)?),
        None => None,
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
    let mut out = format!("{}  {}\n", console.bold(&proposal.header), proposal.formula);
    for line in &proposal.explanation {
        out.push_str(&format!("  {line}\n"));
    }
    out.push('\n');
    for change in proposal.changes.iter().take(CELLS_PRINTED) {
        let before = match change.before.as_str() {
            "" => String::new(),
            before => format!("{before} → "),
        };
        out.push_str(&format!(
            "{}!{}  {before}{}\n",
            proposal.sheet, change.cell, change.after
        ));
    }
    if proposal.cells > CELLS_PRINTED {
        out.push_str(&format!("… {} cells in all\n", proposal.cells));
    }
    let mut notes = proposal.notes.clone();
    notes.push(outcome(written.as_ref()));
    out.push('\n');
    out.push_str(&console.dim(&notes.join("\n")));
    out
}

/// A result sheet and, when it was written, the change.
#[derive(Serialize)]
struct ResultSheet<'a> {
    #[serde(flatten)]
    proposal: &'a ResultProposal,
    written: Option<WorkbookChange>,
}

/// Shows the sheet that a result becomes; writes it when a target is given: a copy, or with `None` the workbook itself.
pub(super) fn result(
    app: &App,
    params: &ResultParams,
    target: Option<Option<&Path>>,
    console: &Console,
    cancel: &CancelToken,
) -> Result<(), WireError> {
    let proposal = app.suggest_result(params, cancel, &mut |event| console.event(&event))?;
    let written = match target {
        Some(copy) => Some(app.write_column(proposal.id, copy, cancel)?),
        None => None,
    };
    let sheet = ResultSheet {
        proposal: &proposal,
        written,
    };
    console.result(&sheet, |console| result_shown(&sheet, console));
    Ok(())
}

fn result_shown(sheet: &ResultSheet<'_>, console: &Console) -> String {
    let ResultSheet { proposal, written } = sheet;
    let mut out = format!(
        "{}\n\n{}  {}{}\n",
        proposal.answer,
        console.bold(&proposal.sheet),
        proposal.range,
        proposal
            .chart
            .as_ref()
            .map_or(String::new(), |kind| format!(", with a {kind} chart"))
    );
    out.push_str(&format!("{}\n", proposal.columns.join(" | ")));
    for row in proposal.rows.iter().take(ROWS_PRINTED) {
        out.push_str(&format!("{}\n", row.join(" | ")));
    }
    if proposal.row_count > ROWS_PRINTED {
        out.push_str(&format!("… {} rows in all\n", proposal.row_count));
    }
    let mut notes = proposal.notes.clone();
    notes.push(outcome(written.as_ref()));
    out.push('\n');
    out.push_str(&console.dim(&notes.join("\n")));
    out
}

/// A chart and, when it was written, the change.
#[derive(Serialize)]
struct Chart<'a> {
    #[serde(flatten)]
    proposal: &'a ChartProposal,
    written: Option<WorkbookChange>,
}

/// Shows what a chart draws and where; writes it when a target is given: a copy, or with `None` the workbook itself.
pub(super) fn chart(
    app: &App,
    params: &ChartParams,
    target: Option<Option<&Path>>,
    console: &Console,
    cancel: &CancelToken,
) -> Result<(), WireError> {
    let proposal = app.suggest_chart(params, cancel, &mut |event| console.event(&event))?;
    let written = match target {
        Some(copy) => Some(app.write_column(proposal.id, copy, cancel)?),
        None => None,
    };
    let chart = Chart {
        proposal: &proposal,
        written,
    };
    console.result(&chart, |console| chart_shown(&chart, console));
    Ok(())
}

fn chart_shown(chart: &Chart<'_>, console: &Console) -> String {
    let Chart { proposal, written } = chart;
    let mut out = format!(
        "{}  {} {}\n",
        console.bold(&format!("{} chart", proposal.kind)),
        proposal.sheet,
        proposal.range
    );
    for (name, title) in [
        ("title", &proposal.title),
        ("x axis", &proposal.x_title),
        ("y axis", &proposal.y_title),
    ] {
        if let Some(title) = title {
            out.push_str(&format!("  {name:7} {title}\n"));
        }
    }
    for series in &proposal.series {
        let over = series
            .labels
            .as_ref()
            .map_or(String::new(), |labels| format!(" over {labels}"));
        out.push_str(&format!(
            "  {}  {}!{}{over}\n",
            series.name, proposal.source, series.values
        ));
    }
    let mut notes = proposal.notes.clone();
    notes.push(outcome(written.as_ref()));
    out.push('\n');
    out.push_str(&console.dim(&notes.join("\n")));
    out
}

fn outcome(written: Option<&WorkbookChange>) -> String {
    match written {
        Some(change) => format!("written to {}", kept(change)),
        None => "nothing is written; --write puts it into the workbook, --copy FILE into a copy"
            .to_string(),
    }
}

pub(super) fn kept(change: &WorkbookChange) -> String {
    let path = change.path.display();
    match &change.backup {
        Some(backup) => format!("{path} (change {}, backup {})", change.id, backup.display()),
        None => format!("{path} (change {})", change.id),
    }
}

/// Says what a formula does.
pub(super) fn explain(formula: &str, english: bool, console: &Console) -> Result<(), WireError> {
    let language = match english {
        true => FormulaLanguage::English,
        false => FormulaLanguage::Chinese,
    };
    let lines = explain_formula(formula, None, language).map_err(|error| {
        let why = FormulaProblem::Syntax(error).explain(language);
        WireError::new(ErrorCode::InvalidInput, format!("`{formula}`: {why}"))
    })?;
    console.result(&serde_json::json!({ "lines": lines }), |_| lines.join("\n"));
    Ok(())
}

/// Lists what can be undone.
pub(super) fn changes(app: &App, console: &Console) -> Result<(), WireError> {
    let changes = app.workbook_changes()?;
    console.result(&serde_json::json!({ "changes": changes }), |_| {
        if changes.is_empty() {
            return "no changes that can be undone".to_string();
        }
        let lines: Vec<String> = changes
            .iter()
            .map(|change| format!("{:4}  {}", change.id, change.path.display()))
            .collect();
        lines.join("\n")
    });
    Ok(())
}

/// Undoes a change.
pub(super) fn undo(app: &App, id: Option<u64>, console: &Console) -> Result<(), WireError> {
    let change = app.undo_workbook_change(id)?;
    console.result(&change, |_| {
        let path = change.path.display();
        match &change.backup {
            Some(_) => format!("{path} is as it was before change {}", change.id),
            None => format!("the copy {path} is removed"),
        }
    });
    Ok(())
}
