//! One SELECT, run read-only within limits of rows, time and reach.

use std::time::{Duration, Instant};

use deskmate_core::CancelToken;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode};
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::workbook::number_text;

/// Rows of a result; what is beyond is counted as cut off.
pub const MAX_RESULT_ROWS: usize = 1000;
/// Seconds that a query may take.
const MAX_SECONDS: u64 = 20;
/// Bytes of a query.
const MAX_SQL_BYTES: i32 = 20_000;
/// SQLite instructions between two looks at the clock and the cancel token.
const STEPS_PER_LOOK: i32 = 10_000;

/// Functions that a query may use: those that compute from values and nothing else.
pub(crate) const FUNCTIONS: [&str; 34] = [
    "abs",
    "avg",
    "cast",
    "ceil",
    "ceiling",
    "coalesce",
    "concat",
    "count",
    "date",
    "floor",
    "iif",
    "ifnull",
    "instr",
    "julianday",
    "length",
    "like",
    "lower",
    "ltrim",
    "max",
    "min",
    "nullif",
    "power",
    "replace",
    "round",
    "row_number",
    "rtrim",
    "sqrt",
    "strftime",
    "substr",
    "substring",
    "sum",
    "total",
    "trim",
    "upper",
];

/// A value of a result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Scalar {
    /// Nothing.
    Null,
    /// A whole number.
    Integer(i64),
    /// A number.
    Real(f64),
    /// Text.
    Text(String),
}

impl Scalar {
    /// The value as people see it; empty for nothing.
    pub fn text(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Integer(number) => number.to_string(),
            Self::Real(number) => number_text((number * 1e9).round() / 1e9),
            Self::Text(text) => text.clone(),
        }
    }

    /// The value as a number, if it is one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Integer(number) => Some(*number as f64),
            Self::Real(number) => Some(*number),
            Self::Null | Self::Text(_) => None,
        }
    }
}

/// The result of a query.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct QueryResult {
    /// Names of its columns.
    pub columns: Vec<String>,
    /// Its rows, at most [`MAX_RESULT_ROWS`].
    pub rows: Vec<Vec<Scalar>>,
    /// There were more rows.
    pub is_cut: bool,
}

impl QueryResult {
    /// True when there is nothing but blanks in it.
    pub fn is_blank(&self) -> bool {
        self.rows
            .iter()
            .all(|row| row.iter().all(|value| *value == Scalar::Null))
    }
}

/// Closes the way to everything but reading: set once, after the tables are written.
pub(crate) fn lock(connection: &mut Connection) -> Result<(), Error> {
    for (limit, value) in [
        (Limit::SQLITE_LIMIT_ATTACHED, 0),
        (Limit::SQLITE_LIMIT_SQL_LENGTH, MAX_SQL_BYTES),
        (Limit::SQLITE_LIMIT_LENGTH, 4 << 20),
        (Limit::SQLITE_LIMIT_EXPR_DEPTH, 100),
        (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 8),
        (Limit::SQLITE_LIMIT_VDBE_OP, 250_000),
        (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000),
        (Limit::SQLITE_LIMIT_TRIGGER_DEPTH, 0),
        (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
    ] {
        connection.set_limit(limit, value)?;
    }
    connection.authorizer(Some(authorize))?;
    Ok(())
}

/// Opens what [`lock`] closed, for writing a copy.
pub(crate) fn unlock(connection: &mut Connection) -> Result<(), Error> {
    connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 1)?;
    connection.set_limit(Limit::SQLITE_LIMIT_SQL_LENGTH, 1 << 20)?;
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, 1 << 30)?;
    connection.authorizer(None::<fn(AuthContext<'_>) -> Authorization>)?;
    Ok(())
}

fn authorize(context: AuthContext<'_>) -> Authorization {
    match context.action {
        AuthAction::Select => Authorization::Allow,
        AuthAction::Read { table_name, .. } => {
            let is_ours = !table_name.starts_with("sqlite_")
                && !table_name.starts_with("pragma_")
                && table_name != "_understanding"
                && context.database_name.is_none_or(|name| name == "main");
            if is_ours {
                Authorization::Allow
            } else {
                Authorization::Deny
            }
        }
        AuthAction::Function { function_name } => {
            let lower = function_name.to_lowercase();
            if FUNCTIONS.contains(&lower.as_str()) {
                Authorization::Allow
            } else {
                Authorization::Deny
            }
        }
        _ => Authorization::Deny,
    }
}

/// Runs a query on a locked connection.
pub(crate) fn run(
    connection: &mut Connection,
    sql: &str,
    cancel: &CancelToken,
) -> Result<QueryResult, Error> {
    run_limited(connection, sql, MAX_RESULT_ROWS, cancel)
}

/// As [`run`], with another limit of rows.
pub(crate) fn run_limited(
    connection: &mut Connection,
    sql: &str,
    limit: usize,
    cancel: &CancelToken,
) -> Result<QueryResult, Error> {
    let deadline = Instant::now() + Duration::from_secs(MAX_SECONDS);
    let token = cancel.clone();
    connection.progress_handler(
        STEPS_PER_LOOK,
        Some(move || token.is_cancelled() || Instant::now() > deadline),
    )?;
    let result = read(connection, sql, limit);
    connection.progress_handler(0, None::<fn() -> bool>)?;
    result.map_err(|error| classify(error, cancel))
}

fn read(connection: &Connection, sql: &str, limit: usize) -> Result<QueryResult, rusqlite::Error> {
    let mut statement = connection.prepare(sql)?;
    if !statement.readonly() || statement.column_count() == 0 {
        return Err(rusqlite::Error::InvalidQuery);
    }
    let mut result = QueryResult {
        columns: statement.column_names().map(ToOwned::to_owned).collect(),
        ..QueryResult::default()
    };
    let width = result.columns.len();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if result.rows.len() >= limit {
            result.is_cut = true;
            break;
        }
        let mut values = Vec::with_capacity(width);
        for index in 0..width {
            values.push(match row.get_ref(index)? {
                ValueRef::Null | ValueRef::Blob(_) => Scalar::Null,
                ValueRef::Integer(number) => Scalar::Integer(number),
                ValueRef::Real(number) => Scalar::Real(number),
                ValueRef::Text(text) => Scalar::Text(String::from_utf8_lossy(text).into_owned()),
            });
        }
        result.rows.push(values);
    }
    Ok(result)
}

fn classify(error: rusqlite::Error, cancel: &CancelToken) -> Error {
    match &error {
        rusqlite::Error::SqliteFailure(failure, message) => match failure.code {
            ErrorCode::OperationInterrupted if cancel.is_cancelled() => Error::Cancelled,
            ErrorCode::OperationInterrupted => Error::SlowQuery(MAX_SECONDS),
            ErrorCode::AuthorizationForStatementDenied | ErrorCode::ReadOnly => {
                Error::RefusedQuery("it does more than read the tables".into())
            }
            _ => Error::FailedQuery(message.clone().unwrap_or_else(|| error.to_string())),
        },
        rusqlite::Error::MultipleStatement | rusqlite::Error::InvalidQuery => {
            Error::RefusedQuery("it is not one SELECT".into())
        }
        rusqlite::Error::SqlInputError { msg, .. }
            if msg.contains("not authorized") || msg.contains("prohibited") =>
        {
            Error::RefusedQuery("it does more than read the tables".into())
        }
        rusqlite::Error::SqlInputError { msg, .. } => Error::FailedQuery(msg.clone()),
        _ => Error::FailedQuery(error.to_string()),
    }
}
