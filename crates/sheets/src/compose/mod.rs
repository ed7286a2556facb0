//! A plain question becomes a query without a model, when every word of it has a part in the query.
//!
//! Names of columns, values of cells, times, numbers with comparisons and the words of arithmetic are found in the
//! question, the longest first. What carries no meaning for a calculation is known word by word; one character that is
//! left over, and the question goes to the model: half an understanding would be a wrong number.

mod lexer;
mod meaning;
mod parenthesis;
mod plan;
mod words;

use deskmate_core::CancelToken;

use crate::run::{QueryResult, Scalar};
use crate::tables::Tables;
use crate::{Error, TableInfo};

/// Rows that may stand equal with the last one asked for.
const MAX_TIES: usize = 50;

/// A query made from a question, with its result.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Composed {
    /// The SELECT.
    pub(crate) sql: String,
    /// What it gives.
    pub(crate) result: QueryResult,
    /// The answer is the first column; the others say why.
    pub(crate) is_names: bool,
    /// The number is a share in points.
    pub(crate) is_percent: bool,
    /// The table that it reads.
    pub(crate) table: String,
    /// A smaller table that the question could be put to as well.
    pub(crate) rival: Option<String>,
}

/// Makes the query of a question; `None` when one of its words has no part in it, or two tables answer as well.
///
/// # Errors
/// [`Error::Cancelled`], and those of a query.
pub(crate) fn compose(
    tables: &Tables,
    question: &str,
    cancel: &CancelToken,
) -> Result<Option<Composed>, Error> {
    let all = &tables.understanding().tables;
    let mut best: Option<(usize, plan::Plan, &TableInfo)> = None;
    let mut rivals: Vec<&TableInfo> = Vec::new();
    for table in all.iter().filter(|table| table.is_asked(all)) {
        let asked = words::Asked::new(question);
        let lexed = lexer::words_of(&asked, table, tables, cancel)?;
        let covered = lexed.named_characters();
        let Some(plan) = meaning::plan_of(lexed, &asked, table, tables, cancel)? else {
            continue;
        };
        match &best {
            Some((most, _, known)) if covered == *most && known.rows >= table.rows => {
                rivals.push(table)
            }
            Some((most, _, known)) if covered == *most => {
                rivals.push(known);
                best = Some((covered, plan, table));
            }
            Some((most, _, _)) if covered < *most => {}
            _ => {
                rivals.clear();
                best = Some((covered, plan, table));
            }
        }
    }
    let Some((_, plan, table)) = best else {
        return Ok(None);
    };
    // Of two tables that answer as well, the one that holds nearly everything is meant, and that is said.
    if rivals.iter().any(|rival| rival.rows * 3 > table.rows) {
        return Ok(None);
    }
    let rival = rivals.first().map(|rival| rival.name.clone());
    let mut plan = plan;
    let mut sql = plan.sql(table);
    let mut result = tables.query(&sql, cancel)?;
    if let Some(limit) = plan.limit {
        let ties = ties(tables, &plan, table, limit, cancel)?;
        if ties > limit {
            plan.limit = Some(ties);
            sql = plan.sql(table);
            result = tables.query(&sql, cancel)?;
        }
    }
    if result.is_blank() {
        return Ok(None);
    }
    Ok(Some(Composed {
        sql,
        result,
        is_names: plan.is_names,
        is_percent: plan.is_percent,
        table: table.name.clone(),
        rival,
    }))
}

/// Whether a question names rows of a table by values that many of them have: a total of all its rows is then no answer.
///
/// # Errors
/// [`Error::Cancelled`], and those of a query.
pub(crate) fn names_rows(
    tables: &Tables,
    table: &TableInfo,
    question: &str,
    cancel: &CancelToken,
) -> Result<bool, Error> {
    let lexed = lexer::words_of(&words::Asked::new(question), table, tables, cancel)?;
    Ok(lexed.words.iter().any(|word| match &word.kind {
        words::Kind::Value(columns) => columns
            .iter()
            .any(|(column, _)| table.columns[*column].distinct * 2 <= table.rows),
        _ => false,
    }))
}

/// How many rows it takes to name all that stand equal with the last one asked for.
fn ties(
    tables: &Tables,
    plan: &plan::Plan,
    table: &TableInfo,
    limit: usize,
    cancel: &CancelToken,
) -> Result<usize, Error> {
    let mut longer = plan.clone();
    longer.limit = Some(limit + MAX_TIES);
    let rows = tables.query(&longer.sql(table), cancel)?.rows;
    let amount = |index: usize| rows.get(index).and_then(|row| row.last()).map(Scalar::text);
    let last = amount(limit - 1);
    let mut count = limit;
    while count < rows.len() && amount(count) == last {
        count += 1;
    }
    Ok(count)
}
