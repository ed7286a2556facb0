//! Workbooks: ask, show; what changes them is in `workbook`.

use std::path::PathBuf;

use deskmate_app::{
    ChartChoice, ChartParams, ColumnKind, ColumnParams, FillParams, Home, ResultParams,
    SheetAnswer, SheetParams, SheetTurn, TableInfo, TableShape, Understanding, understand_sheets,
};
use deskmate_core::{CancelToken, ErrorCode, WireError};

use super::library::open;
use super::{fill, workbook};
use crate::arguments::SheetCommand;
use crate::console::Console;

/// Rows of a result printed for people; `--json` has all.
const ROWS_PRINTED: usize = 20;

pub(crate) fn run(
    home: &Home,
    command: &SheetCommand,
    console: &Console,
    cancel: &CancelToken,
) -> Result<u8, WireError> {
    match command {
        SheetCommand::Ask {
            paths_and_question,
            after,
            votes,
        } => {
            let (question, paths) = divided(paths_and_question)?;
            let params = SheetParams {
                paths,
                question,
                history: after.iter().filter_map(|turn| turn_of(turn)).collect(),
                corrections: Vec::new(),
                votes: votes.map(usize::from),
            };
            let app = open(home, console)?;
            let answer = app.ask_sheet(&params, cancel, &mut |event| console.event(&event))?;
            console.result(&answer, |console| answered(&answer, console));
        }
        SheetCommand::Show { paths } => {
            let understanding = understand_sheets(paths, &[], cancel)?;
            console.result(&understanding, |console| shown(&understanding, console));
        }
        SheetCommand::Column {
            path,
            ask,
            table,
            column,
            write,
            copy,
        } => {
            let params = ColumnParams {
                path: path.clone(),
                ask: ask.clone(),
                table: table.clone(),
                column: column.clone(),
            };
            let target = match copy {
                Some(copy) => Some(Some(copy.as_path())),
                None => write.then_some(None),
            };
            workbook::column(&open(home, console)?, &params, target, console, cancel)?;
        }
        SheetCommand::Chart {
            path,
            ask,
            table,
            write,
            copy,
        } => {
            let params = ChartParams {
                path: path.clone(),
                ask: ask.clone(),
                table: table.clone(),
            };
            let target = match copy {
                Some(copy) => Some(Some(copy.as_path())),
                None => write.then_some(None),
            };
            workbook::chart(&open(home, console)?, &params, target, console, cancel)?;
        }
        SheetCommand::Fill {
            path,
            ask,
            sheet,
            into,
            column,
            kind,
            choices,
            sample,
            again,
            write,
            copy,
        } => {
            let params = FillParams {
                path: path.clone(),
                ask: ask.clone(),
                table: sheet.clone(),
                into: into.clone(),
                column: column.clone(),
                kind: kind.clone(),
                choices: choices.clone(),
                sample: *sample,
                again: *again,
            };
            let target = match copy {
                Some(copy) => Some(Some(copy.as_path())),
                None => write.then_some(None),
            };
            fill::fill(&open(home, console)?, &params, target, console, cancel)?;
        }
        SheetCommand::Result {
            paths_and_question,
            sql,
            chart,
            name,
            write,
            copy,
        } => {
            let (question, paths) = divided(paths_and_question)?;
            let params = ResultParams {
                paths,
                question,
                sql: sql.clone(),
                chart: chart_named(chart),
                name: name.clone(),
            };
            let target = match copy {
                Some(copy) => Some(Some(copy.as_path())),
                None => write.then_some(None),
            };
            workbook::result(&open(home, console)?, &params, target, console, cancel)?;
        }
        SheetCommand::Explain { formula, english } => {
            workbook::explain(formula, *english, console)?;
        }
        SheetCommand::Changes => workbook::changes(&open(home, console)?, console)?,
        SheetCommand::Undo { id } => workbook::undo(&open(home, console)?, *id, console)?,
    }
    Ok(0)
}

/// The question, and before it the workbooks.
fn divided(words: &[String]) -> Result<(String, Vec<PathBuf>), WireError> {
    let (question, paths) = words
        .split_last()
        .ok_or_else(|| WireError::new(ErrorCode::InvalidInput, "the question is missing"))?;
    Ok((question.clone(), paths.iter().map(PathBuf::from).collect()))
}

/// The arguments take no other names than these.
fn chart_named(name: &str) -> ChartChoice {
    match name {
        "bar" => ChartChoice::Bar,
        "line" => ChartChoice::Line,
        "pie" => ChartChoice::Pie,
        "none" => ChartChoice::None,
        _ => ChartChoice::Auto,
    }
}

fn turn_of(text: &str) -> Option<SheetTurn> {
    let (question, sql) = text.split_once("=>")?;
    Some(SheetTurn {
        question: question.trim().to_string(),
        sql: sql.trim().to_string(),
    })
}

fn answered(answer: &SheetAnswer, console: &Console) -> String {
    let mut out = format!("{}\n", answer.answer);
    if answer.rows.len() > 1 {
        out.push('\n');
        out.push_str(&answer.columns.join(" | "));
        out.push('\n');
        for row in answer.rows.iter().take(ROWS_PRINTED) {
            let texts: Vec<String> = row.iter().map(|value| value.text()).collect();
            out.push_str(&texts.join(" | "));
            out.push('\n');
        }
        if answer.rows.len() > ROWS_PRINTED {
            out.push_str(&format!("… {} rows in all\n", answer.rows.len()));
        }
    }
    let mut notes = Vec::new();
    if !answer.explanation.is_empty() {
        notes.push(answer.explanation.clone());
    }
    if !answer.sql.is_empty() {
        notes.push(answer.sql.clone());
    }
    for cells in answer.cells.iter().take(8) {
        notes.push(format!("read      {} {}", cells.sheet, cells.range));
    }
    if answer.cells.len() > 8 {
        notes.push(format!("read      … {} ranges in all", answer.cells.len()));
    }
    for row in &answer.left_out {
        notes.push(format!(
            "left out  {} {} {}",
            row.sheet, row.range, row.label
        ));
    }
    for check in &answer.checks {
        let mark = if check.passed {
            "ok        "
        } else {
            "CHECK     "
        };
        notes.push(format!("{mark}{}: {}", check.name, check.detail));
    }
    out.push('\n');
    out.push_str(&console.dim(&notes.join("\n")));
    out
}

fn shown(understanding: &Understanding, console: &Console) -> String {
    let mut out = format!("{} tables found\n", understanding.tables.len());
    for table in &understanding.tables {
        out.push_str(&format!(
            "\n{}  {} {}  {} rows, {}\n",
            console.bold(&table.name),
            table.sheet,
            table.range,
            table.rows,
            shape(table)
        ));
        for title in &table.titles {
            out.push_str(&format!("  title     {title}\n"));
        }
        for column in &table.columns {
            let unit = column
                .unit
                .as_ref()
                .map_or(String::new(), |unit| format!(" in {unit}"));
            let hidden = if column.is_hidden { ", hidden" } else { "" };
            let unread = if column.unread > 0 {
                format!(", {} cells are of another kind", column.unread)
            } else {
                String::new()
            };
            let samples: Vec<&str> = column.samples.iter().take(3).map(String::as_str).collect();
            out.push_str(&format!(
                "  {:9} {}{unit}{hidden}{unread}  {}\n",
                kind(column.kind),
                column.header,
                console.dim(&samples.join(", "))
            ));
        }
        for row in &table.left_out {
            out.push_str(&format!("  left out  {} {}\n", row.range, row.label));
        }
        if table.hidden_rows > 0 {
            out.push_str(&format!(
                "  hidden    {} rows, used all the same\n",
                table.hidden_rows
            ));
        }
        for note in &table.notes {
            out.push_str(&format!("  note      {note}\n"));
        }
    }
    for warning in &understanding.warnings {
        out.push_str(&format!("note: {warning}\n"));
    }
    out
}

fn shape(table: &TableInfo) -> &'static str {
    match table.shape {
        TableShape::Records => "one record per row",
        TableShape::Sideways => "one record per column",
        TableShape::Form => "names and values in pairs",
    }
}

fn kind(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Text => "text",
        ColumnKind::Integer => "integer",
        ColumnKind::Number => "number",
        ColumnKind::Date => "date",
    }
}
