//! A question about tables, answered by calculation.
//!
//! The model writes a query or chooses cells; it never writes a number that reaches the answer. What it wrote is run
//! over all rows, looked over by code, and said in words made by code.

mod answer;
mod asked;
mod check;
mod composed;
mod grammar;
mod prompt;
mod requery;
mod result;
mod trace;
mod words;

use deskmate_core::{CancelToken, ErrorCode, GenerationRequest, TextGenerator, WireError};

pub use answer::{Chart, Check, LeftOutRows, ReadCells, SheetAnswer, Turn};
use requery::NoModel;
pub use requery::answer_query;
pub use result::{ChartWish, ResultOptions, result_sheet};

use crate::lookup::{self, Candidate, Lookup};
use crate::run::{QueryResult, Scalar};
use crate::tables::Tables;
use crate::{Error, TableInfo};

/// Characters that a question may have.
const MAX_QUESTION: usize = 2000;
/// Times that a query is written anew after an error or a blank result.
const MAX_REPAIRS: usize = 2;
/// From this score on a value is named well enough to be offered for choice.
const WORTH_OFFERING: f64 = 1.3;
/// A form of no more values than this is offered whole.
const SMALL: usize = 60;

/// How to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AskOptions {
    /// Queries written for one question; above 1 they are compared, and a disagreement is said.
    pub votes: usize,
}

impl Default for AskOptions {
    /// Two: a second query costs a few seconds and shows most wrong ones.
    fn default() -> Self {
        Self { votes: 2 }
    }
}

/// Answers a question about tables.
///
/// # Errors
/// [`Error::InvalidQuestion`], [`Error::Cancelled`], [`Error::Generator`]. A question that the tables do not answer is
/// no error: the answer says so and has `abstained`.
pub fn ask(
    question: &str,
    tables: &Tables,
    history: &[Turn],
    generator: &dyn TextGenerator,
    options: AskOptions,
    cancel: &CancelToken,
) -> Result<SheetAnswer, Error> {
    let asking = Asking {
        question: askable(question, cancel)?,
        tables,
        history,
        generator,
        options,
        cancel,
    };
    asking.answer()
}

/// As [`ask`], by code alone: `None` where a model would have to be asked.
///
/// # Errors
/// As [`ask`], without those of the generator.
pub fn ask_by_code(
    question: &str,
    tables: &Tables,
    cancel: &CancelToken,
) -> Result<Option<SheetAnswer>, Error> {
    let asking = Asking {
        question: askable(question, cancel)?,
        tables,
        history: &[],
        generator: &NoModel,
        options: AskOptions::default(),
        cancel,
    };
    Ok(asking.by_code()?.ok())
}

/// The question without the blanks around it, when it can be asked.
fn askable<'q>(question: &'q str, cancel: &CancelToken) -> Result<&'q str, Error> {
    let question = question.trim();
    if question.is_empty() {
        return Err(Error::InvalidQuestion("the question is empty".into()));
    }
    if question.chars().count() > MAX_QUESTION {
        return Err(Error::InvalidQuestion(format!(
            "the question is longer than {MAX_QUESTION} characters"
        )));
    }
    if cancel.is_cancelled() {
        return Err(Error::Cancelled);
    }
    Ok(question)
}

struct Asking<'a> {
    question: &'a str,
    tables: &'a Tables,
    history: &'a [Turn],
    generator: &'a dyn TextGenerator,
    options: AskOptions,
    cancel: &'a CancelToken,
}

impl Asking<'_> {
    /// The answer where code understands the question whole, else what it found of it.
    fn by_code(&self) -> Result<Result<SheetAnswer, Lookup>, Error> {
        if self.is_composed_first()
            && let Some(composed) = self.composed()?
        {
            return Ok(Ok(self.answer_from_composed(&composed)?));
        }
        let found = lookup::look_up(self.tables, self.question, self.cancel)?;
        let calculates = asked::asks_to_calculate(&found.rest);
        let is_certain = (1..=12).contains(&found.certain.len())
            && asked::says_only_names(self.question, &found.certain);
        if !calculates && is_certain && !self.is_total_of_more(&found.certain)? {
            return Ok(Ok(self.answer_from_cells(&found.certain, true)?));
        }
        if !self.is_composed_first()
            && let Some(composed) = self.composed()?
        {
            return Ok(Ok(self.answer_from_composed(&composed)?));
        }
        Ok(Err(found))
    }

    fn answer(&self) -> Result<SheetAnswer, Error> {
        let found = match self.by_code()? {
            Ok(answer) => return Ok(answer),
            Err(found) => found,
        };
        let calculates = asked::asks_to_calculate(&found.rest);
        let all = &self.tables.understanding().tables;
        let has_columns = all.iter().any(|table| table.is_asked(all));
        let best = found.offered.first().map_or(0.0, Candidate::score);
        let is_small = found.values <= SMALL;
        let is_query = calculates && has_columns;
        let is_offered = best >= WORTH_OFFERING || is_small || !has_columns;
        if is_offered && !is_query && !found.offered.is_empty() {
            let picked = self.pick(&found.offered)?;
            if !picked.is_empty() {
                return self.answer_from_cells(&picked, false);
            }
        }
        if !has_columns {
            return Ok(self.nothing(String::new(), words::not_in_tables(self.question)));
        }
        self.answer_from_query()
    }

    fn generate(&self, request: &GenerationRequest) -> Result<String, Error> {
        let generation = self.generator.generate(request, self.cancel, &mut |_| {})?;
        let sql = generation.text.trim().trim_end_matches(';');
        Ok(asked::with_quarter(sql, self.question))
    }

    /// The model chooses among values that the question may name.
    fn pick(&self, offered: &[Candidate]) -> Result<Vec<Candidate>, Error> {
        let titles: Vec<String> = self
            .tables
            .understanding()
            .tables
            .iter()
            .filter(|table| table.name == offered[0].table)
            .flat_map(|table| table.titles.clone())
            .collect();
        // In the order of the sheet: neighbours in the table stay neighbours.
        let mut ordered = offered.to_vec();
        ordered.sort_by(|a, b| (&a.table, a.cell).cmp(&(&b.table, b.cell)));
        let text = self.generate(&prompt::pick_request(&ordered, &titles, self.question))?;
        let mut picked: Vec<Candidate> = Vec::new();
        for number in text
            .split(',')
            .filter_map(|number| number.trim().parse::<usize>().ok())
        {
            if let Some(candidate) = number.checked_sub(1).and_then(|index| ordered.get(index))
                && !picked.contains(candidate)
            {
                picked.push(candidate.clone());
            }
        }
        Ok(picked)
    }

    fn answer_from_cells(
        &self,
        cells: &[Candidate],
        is_certain: bool,
    ) -> Result<SheetAnswer, Error> {
        let sql = lookup::query_for(cells);
        let result = self.tables.query(&sql, self.cancel)?;
        let all = &self.tables.understanding().tables;
        let read = cells
            .iter()
            .filter_map(|candidate| {
                let table = all.iter().find(|table| table.name == candidate.table)?;
                Some(ReadCells {
                    path: table.path.clone(),
                    sheet: table.sheet.clone(),
                    range: candidate.cell.to_string(),
                })
            })
            .collect();
        let values: Vec<String> = cells
            .iter()
            .map(|candidate| candidate.value.clone())
            .collect();
        let detail = if is_certain {
            "the question names the row and the column of each value"
        } else {
            "the model chose among the values that the question may mean; see the names of row and column"
        };
        // A choice is worth as much as the names that the question and the values share.
        let is_named = is_certain
            || cells
                .iter()
                .all(|candidate| candidate.score() >= WORTH_OFFERING);
        let mut checks = vec![Check::new("named", is_named, detail)];
        checks.extend(check::totals(cells, all, self.tables, self.cancel));
        Ok(SheetAnswer {
            answer: words::cells_sentence(cells, self.question),
            value: values.join(", "),
            values,
            columns: result.columns,
            rows: result.rows,
            explanation: words::explain_cells(cells, self.question),
            sql,
            cells: read,
            left_out: Vec::new(),
            abstained: false,
            checks,
            chart: None,
        })
    }

    fn answer_from_query(&self) -> Result<SheetAnswer, Error> {
        let all = &self.tables.understanding().tables;
        let used = prompt::tables_for(all, self.question);
        let request = self.fitting_request(&used)?;
        let mut attempts: Vec<(String, QueryResult)> = Vec::new();
        let mut fault = String::new();
        for vote in 0..self.options.votes.max(1) + 1 {
            // A third query only decides between two that differ.
            let differ = attempts.len() == 2 && !same_result(&attempts[0].1, &attempts[1].1);
            if vote >= 2 && !differ {
                break;
            }
            if vote == self.options.votes.max(1) && self.options.votes < 2 {
                break;
            }
            let mut request = request.clone();
            if vote > 0 {
                request.temperature = 0.7;
                request.seed = 7 + vote as u32;
            }
            match self.attempt(&request, &used, if vote == 0 { MAX_REPAIRS } else { 0 })? {
                Ok(attempt) => attempts.push(attempt),
                Err(reason) if vote == 0 => {
                    fault = reason;
                    break;
                }
                Err(_) => {}
            }
        }
        let Some((sql, result)) = elect(&attempts) else {
            return Ok(self.nothing(fault, words::not_in_tables(self.question)));
        };
        let agreeing = attempts
            .iter()
            .filter(|(_, other)| same_result(other, result))
            .count();
        let mut answer = self.answer_from_result(sql, result, &used)?;
        if self.options.votes > 1 {
            answer.checks.push(Check::new(
                "second_query",
                agreeing > 1 && agreeing == attempts.len(),
                format!(
                    "{agreeing} of {} queries written for the question give this result",
                    attempts.len().max(2)
                ),
            ));
        }
        Ok(answer)
    }

    fn fitting_request(&self, used: &[&TableInfo]) -> Result<GenerationRequest, Error> {
        let window = self.generator.context_window()?;
        let mut used = used.to_vec();
        loop {
            for detail in prompt::DETAILS {
                let request =
                    prompt::query_request(self.tables, &used, self.question, self.history, detail);
                let texts: Vec<String> = request
                    .messages
                    .iter()
                    .map(|message| message.content.clone())
                    .collect();
                let tokens: usize = self.generator.count_tokens(&texts)?.iter().sum();
                if tokens + request.max_tokens + 200 + 12 * request.messages.len() <= window {
                    return Ok(request);
                }
            }
            if used.len() <= 1 {
                return Err(Error::Generator(
                    WireError::new(
                        ErrorCode::ContextTooLong,
                        "the columns of the table do not fit into the context window of the model",
                    )
                    .with_hint("ask about fewer sheets, or use a model with a larger window"),
                ));
            }
            used.pop();
        }
    }

    /// Writes a query and runs it; the inner error is why none of them gave anything.
    fn attempt(
        &self,
        request: &GenerationRequest,
        used: &[&TableInfo],
        repairs: usize,
    ) -> Result<Result<(String, QueryResult), String>, Error> {
        let mut request = request.clone();
        let mut blank: Option<(String, QueryResult)> = None;
        let mut ranked: Option<(String, QueryResult)> = None;
        let mut fault = String::new();
        for _ in 0..=repairs {
            let sql = self.generate(&request)?;
            // SQLite adds texts up to 0 and says nothing.
            let outcome = match check::adds_text(&sql, used) {
                Some(reason) => Err(Error::FailedQuery(reason)),
                None => self.tables.query(&sql, self.cancel),
            };
            match outcome {
                Ok(result) if !result.rows.is_empty() && !result.is_blank() => {
                    // Said once; a query that stays as it was is kept and carries the check.
                    let ranks = check::ranks_rows_not_names(&sql, self.question, used);
                    match ranks.filter(|_| ranked.is_none() && repairs > 0) {
                        Some(reason) => {
                            fault = reason;
                            ranked = Some((sql.clone(), result));
                        }
                        None => return Ok(Ok((sql, result))),
                    }
                }
                Ok(result) => {
                    fault = check::why_blank(&sql, used, self.tables)
                        .unwrap_or_else(|| "it gives no rows".to_owned());
                    blank = Some((sql.clone(), result));
                }
                Err(Error::Cancelled) => return Err(Error::Cancelled),
                Err(error) => fault = error.to_string(),
            }
            request = prompt::repair_request(&request, &sql, &fault);
        }
        if let Some(ranked) = ranked {
            return Ok(Ok(ranked));
        }
        // Nothing found by a query whose values all exist is a finding: no such rows.
        match blank {
            Some((sql, result))
                if check::missing_values(&sql, used, self.tables).is_empty()
                    && !result.rows.is_empty() =>
            {
                Ok(Ok((sql, result)))
            }
            _ => Ok(Err(fault)),
        }
    }

    fn answer_from_result(
        &self,
        sql: &str,
        result: &QueryResult,
        used: &[&TableInfo],
    ) -> Result<SheetAnswer, Error> {
        let traced = trace::trace(sql, result, used, self.tables, self.cancel);
        let shown = asked::rounded(traced.shown.as_ref().unwrap_or(result), self.question);
        let mut checks = check::checks(sql, self.question, result, used, self.tables, self.cancel);
        if traced.tables.iter().any(|table| table.rows_not_read > 0) {
            checks.push(Check::new(
                "whole_file",
                false,
                "some rows of the file were not read, so this is not complete",
            ));
        }
        let all = &self.tables.understanding().tables;
        let left_out = traced
            .tables
            .iter()
            .flat_map(|table| {
                let parts: Vec<&TableInfo> = if table.combines.is_empty() {
                    vec![*table]
                } else {
                    all.iter()
                        .filter(|other| table.combines.contains(&other.name))
                        .collect()
                };
                parts.into_iter().flat_map(|table| {
                    table.left_out.iter().map(|row| LeftOutRows {
                        sheet: table.sheet.clone(),
                        range: row.range.to_string(),
                        label: row.label.clone(),
                    })
                })
            })
            .collect();
        let values = words::values(&shown);
        let is_blank = result.is_blank();
        Ok(SheetAnswer {
            answer: words::sentence(sql, &shown, &traced.tables, self.question),
            value: if is_blank {
                String::new()
            } else {
                values.join(", ")
            },
            values,
            columns: result.columns.clone(),
            rows: result.rows.clone(),
            explanation: words::explain(sql, &traced.tables, self.question),
            sql: sql.to_owned(),
            cells: traced.cells,
            left_out,
            abstained: is_blank,
            checks,
            chart: words::chart(sql, result),
        })
    }

    fn nothing(&self, fault: String, sentence: String) -> SheetAnswer {
        let mut answer = SheetAnswer {
            answer: sentence,
            abstained: true,
            ..SheetAnswer::default()
        };
        if !fault.is_empty() {
            answer.checks.push(Check::new("answered", false, fault));
        }
        answer
    }
}

/// The result that most attempts agree on; the first when all differ.
fn elect(attempts: &[(String, QueryResult)]) -> Option<(&String, &QueryResult)> {
    let votes = |result: &QueryResult| {
        attempts
            .iter()
            .filter(|(_, other)| same_result(other, result))
            .count()
    };
    let mut best = attempts.first()?;
    for attempt in attempts {
        if votes(&attempt.1) > votes(&best.1) {
            best = attempt;
        }
    }
    Some((&best.0, &best.1))
}

/// True when two results say the same; the order of columns and their names do not matter for single rows.
fn same_result(a: &QueryResult, b: &QueryResult) -> bool {
    let texts = |result: &QueryResult| -> Vec<Vec<String>> {
        result
            .rows
            .iter()
            .map(|row| row.iter().map(rounded).collect())
            .collect()
    };
    texts(a) == texts(b)
}

fn rounded(value: &Scalar) -> String {
    match value.number() {
        Some(number) => format!("{:.4}", number),
        None => value.text(),
    }
}

/// True when a text is mostly Chinese.
fn is_chinese(text: &str) -> bool {
    text.chars()
        .any(|character| ('\u{4e00}'..='\u{9fff}').contains(&character))
}
