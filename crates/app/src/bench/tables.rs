//! Questions about tables over a set: how many right, how many wrong and not flagged.
//!
//! A set is a folder with `questions.jsonl` (`qid`, `question`, `table`, `answers`, and what the set says of its types)
//! and the tables it names.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use deskmate_core::{CancelToken, ErrorCode, JobEvent, Progress, WireError};
use deskmate_sheets::SheetAnswer;
use serde::{Deserialize, Serialize};

use super::table_score::is_right;
use crate::app::App;
use crate::ingest::Sink;
use crate::sheets::{OpenSheets, SheetParams};

/// Figures over the questions asked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TablesReport {
    /// Name of the set's folder.
    pub set: String,
    /// One row per type of the set, the first over all.
    pub rows: Vec<TableRow>,
    /// Mean seconds of a question, reading not counted.
    pub mean_seconds: f64,
    /// Every question with its answer.
    pub asked: Vec<AskedTable>,
}

/// Figures of one type.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct TableRow {
    /// The type, `all` for all.
    pub kind: String,
    /// Questions.
    pub questions: usize,
    /// Share answered right.
    pub accuracy: f64,
    /// Share of all that is wrong and carries no failed check.
    pub wrong_not_flagged: f64,
    /// Share where the program said that the tables do not answer.
    pub abstained: f64,
    /// Share answered without a failed check.
    pub sure: f64,
}

/// One question as it went.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AskedTable {
    /// Its id.
    pub qid: String,
    /// The table.
    pub table: String,
    /// Its types.
    pub kinds: Vec<String>,
    /// The question.
    pub question: String,
    /// The references.
    pub references: Vec<String>,
    /// The answer, or the error.
    pub answer: String,
    /// The values of the answer.
    pub values: Vec<String>,
    /// The query.
    pub sql: String,
    /// Right by the rules of the set.
    pub right: bool,
    /// A check failed.
    pub flagged: bool,
    /// The tables do not answer.
    pub abstained: bool,
    /// Names of failed checks.
    pub failed_checks: Vec<String>,
    /// Seconds it took.
    pub seconds: f64,
}

/// A question of a set.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct TableQuestion {
    pub(super) qid: String,
    pub(super) question: String,
    pub(super) table: String,
    pub(super) answers: Vec<String>,
    #[serde(default)]
    pub(super) constraints: Option<String>,
    #[serde(default)]
    pub(super) format: Option<String>,
    #[serde(default)]
    pub(super) answer_fields: Option<BTreeMap<String, String>>,
    #[serde(default)]
    pub(super) answer_type: Option<String>,
    #[serde(default)]
    pub(super) scale: Option<String>,
    #[serde(default)]
    table_type: Option<String>,
    #[serde(default)]
    question_type: Option<String>,
    #[serde(default)]
    layout: Option<String>,
    #[serde(default)]
    level: Option<String>,
}

impl TableQuestion {
    fn kinds(&self) -> Vec<String> {
        let mut kinds = vec!["all".to_string()];
        kinds.extend(
            [
                &self.table_type,
                &self.question_type,
                &self.layout,
                &self.answer_type,
                &self.level,
            ]
            .into_iter()
            .flatten()
            .cloned(),
        );
        kinds
    }
}

/// Asks questions about the tables of a set, evenly taken, and scores the answers.
///
/// # Errors
/// Those of reading the set; `Cancelled`. A question that fails counts as wrong and flagged.
pub fn tables(
    app: &App,
    folder: &Path,
    limit: usize,
    votes: Option<usize>,
    cancel: &CancelToken,
    sink: Sink<'_>,
) -> Result<TablesReport, WireError> {
    let questions = read_questions(folder)?;
    let set = folder
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let limit = limit.clamp(1, questions.len().max(1));
    let chosen: Vec<&TableQuestion> = (0..limit)
        .filter_map(|index| questions.get(index * questions.len() / limit))
        .collect();
    let mut open: Option<(String, Result<OpenSheets, WireError>)> = None;
    let mut asked = Vec::new();
    for (done, question) in chosen.iter().enumerate() {
        if cancel.is_cancelled() {
            return Err(WireError::cancelled());
        }
        sink(JobEvent::Progress(Progress {
            stage: "asking".to_string(),
            done: done as u64,
            total: Some(chosen.len() as u64),
            eta_ms: None,
            item: None,
        }));
        if open
            .as_ref()
            .is_none_or(|(table, _)| *table != question.table)
        {
            let path = folder.join(&question.table);
            open = Some((
                question.table.clone(),
                OpenSheets::open(&[path], &[], cancel),
            ));
        }
        let begin = Instant::now();
        let outcome = match &open {
            Some((_, Ok(sheets))) => {
                let parts = [
                    Some(&question.question),
                    question.constraints.as_ref(),
                    question.format.as_ref(),
                ];
                let text: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
                let params = SheetParams {
                    question: text.join("\n"),
                    votes,
                    ..SheetParams::default()
                };
                app.ask_tables(sheets.tables(), &params, cancel)
            }
            Some((_, Err(error))) => Err(error.clone()),
            None => continue,
        };
        if outcome
            .as_ref()
            .is_err_and(|error| error.code == ErrorCode::Cancelled)
        {
            return Err(WireError::cancelled());
        }
        asked.push(score(
            &set,
            question,
            outcome,
            begin.elapsed().as_secs_f64(),
        ));
    }
    Ok(report(set, asked))
}

fn read_questions(folder: &Path) -> Result<Vec<TableQuestion>, WireError> {
    let path = folder.join("questions.jsonl");
    let text = std::fs::read_to_string(&path).map_err(|error| {
        WireError::new(
            ErrorCode::of_io(&error),
            format!("could not read `{}`: {error}", path.display()),
        )
    })?;
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| {
            serde_json::from_str(line).map_err(|error| {
                WireError::new(
                    ErrorCode::InvalidInput,
                    format!(
                        "`{}` has a line that is no question: {error}",
                        path.display()
                    ),
                )
            })
        })
        .collect()
}

fn score(
    set: &str,
    question: &TableQuestion,
    outcome: Result<SheetAnswer, WireError>,
    seconds: f64,
) -> AskedTable {
    let answer = outcome.unwrap_or_else(|error| SheetAnswer {
        answer: error.to_string(),
        abstained: true,
        ..SheetAnswer::default()
    });
    let failed_checks: Vec<String> = answer
        .checks
        .iter()
        .filter(|check| !check.passed)
        .map(|check| check.name.clone())
        .collect();
    AskedTable {
        qid: question.qid.clone(),
        table: question.table.clone(),
        kinds: question.kinds(),
        question: question.question.clone(),
        references: question.answers.clone(),
        right: !answer.abstained && is_right(set, question, &answer),
        flagged: !answer.is_sure(),
        abstained: answer.abstained,
        failed_checks,
        answer: answer.answer,
        values: answer.values,
        sql: answer.sql,
        seconds,
    }
}

fn report(set: String, asked: Vec<AskedTable>) -> TablesReport {
    let mut kinds: Vec<String> = Vec::new();
    for kind in asked.iter().flat_map(|asked| &asked.kinds) {
        if !kinds.contains(kind) {
            kinds.push(kind.clone());
        }
    }
    let rows = kinds
        .into_iter()
        .map(|kind| {
            let own: Vec<&AskedTable> = asked
                .iter()
                .filter(|asked| asked.kinds.contains(&kind))
                .collect();
            let share = |is: &dyn Fn(&AskedTable) -> bool| {
                own.iter().filter(|asked| is(asked)).count() as f64 / own.len().max(1) as f64
            };
            TableRow {
                questions: own.len(),
                accuracy: share(&|asked| asked.right),
                wrong_not_flagged: share(&|asked| !asked.right && !asked.flagged),
                abstained: share(&|asked| asked.abstained),
                sure: share(&|asked| !asked.flagged),
                kind,
            }
        })
        .collect();
    let seconds: f64 = asked.iter().map(|asked| asked.seconds).sum();
    TablesReport {
        set,
        rows,
        mean_seconds: seconds / asked.len().max(1) as f64,
        asked,
    }
}
