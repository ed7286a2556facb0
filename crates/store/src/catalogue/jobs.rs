//! Jobs: what runs, and what ran.

use std::path::PathBuf;

use deskmate_core::{Progress, WireError};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use super::now_ms;
use crate::error::Result;

/// Jobs that are kept; older ones that have ended are forgotten.
const KEPT: u32 = 500;

/// Where a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// It works.
    Running,
    /// It waits for the user to go on.
    Paused,
    /// It did what it should.
    Finished,
    /// An error ended it.
    Failed,
    /// The user ended it.
    Cancelled,
}

impl JobState {
    /// The word for it in the catalogue and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Finished => "finished",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    fn of(word: &str) -> Self {
        match word {
            "running" => Self::Running,
            "paused" => Self::Paused,
            "finished" => Self::Finished,
            "cancelled" => Self::Cancelled,
            // The table's CHECK allows nothing else.
            _ => Self::Failed,
        }
    }
}

/// A job that begins.
#[derive(Debug, Clone, PartialEq)]
pub struct NewJob {
    /// What it does, a word of the caller's.
    pub kind: String,
    /// What it works on, for people.
    pub title: String,
    /// What it needs to go on after a restart.
    pub params: serde_json::Value,
}

/// A stored job.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredJob {
    /// Its number.
    pub id: i64,
    /// What it does.
    pub job: NewJob,
    /// Where it is.
    pub state: JobState,
    /// How far it was when that was last written.
    pub progress: Option<Progress>,
    /// What ended it.
    pub error: Option<WireError>,
    /// A file that it produced.
    pub artifact: Option<String>,
    /// When it began, milliseconds since 1970.
    pub started_ms: i64,
    /// When it ended, milliseconds since 1970.
    pub ended_ms: Option<i64>,
}

/// What a job has come to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct JobOutcome {
    /// How far it is.
    pub progress: Option<Progress>,
    /// What ended it.
    pub error: Option<WireError>,
    /// A file that it produced.
    pub artifact: Option<String>,
}

pub(crate) fn begin(connection: &Connection, job: &NewJob) -> Result<i64> {
    connection.execute(
        "INSERT INTO jobs (kind, title, params, state, started_ms) VALUES (?1, ?2, ?3, 'running', ?4)",
        params![
            job.kind,
            job.title,
            serde_json::to_string(&job.params)?,
            now_ms()
        ],
    )?;
    let id = connection.last_insert_rowid();
    connection.execute(
        "DELETE FROM jobs WHERE ended_ms IS NOT NULL AND id <= ?1 - ?2",
        params![id, KEPT],
    )?;
    Ok(id)
}

/// Writes where a job is; an ended job has its end's time.
pub(crate) fn update(
    connection: &Connection,
    id: i64,
    state: JobState,
    outcome: &JobOutcome,
) -> Result<()> {
    let ended = match state {
        JobState::Running | JobState::Paused => None,
        JobState::Finished | JobState::Failed | JobState::Cancelled => Some(now_ms()),
    };
    connection.execute(
        "UPDATE jobs SET state = ?2, progress = ?3, error = ?4, artifact = ?5, ended_ms = ?6 WHERE id = ?1",
        params![
            id,
            state.as_str(),
            json_text(outcome.progress.as_ref())?,
            json_text(outcome.error.as_ref())?,
            outcome.artifact,
            ended
        ],
    )?;
    Ok(())
}

fn json_text<T: Serialize>(value: Option<&T>) -> Result<Option<String>> {
    Ok(value.map(serde_json::to_string).transpose()?)
}

const COLUMNS: &str =
    "id, kind, title, params, state, progress, error, artifact, started_ms, ended_ms";

/// All jobs, the newest first.
pub(crate) fn all(connection: &Connection) -> Result<Vec<StoredJob>> {
    let mut statement =
        connection.prepare_cached(&format!("SELECT {COLUMNS} FROM jobs ORDER BY id DESC"))?;
    let mut rows = statement.query([])?;
    let mut jobs = Vec::new();
    while let Some(row) = rows.next()? {
        jobs.push(job(row)?);
    }
    Ok(jobs)
}

pub(crate) fn get(connection: &Connection, id: i64) -> Result<Option<StoredJob>> {
    let mut statement =
        connection.prepare_cached(&format!("SELECT {COLUMNS} FROM jobs WHERE id = ?1"))?;
    statement
        .query_row([id], |row| Ok(job(row)))
        .optional()?
        .transpose()
}

fn job(row: &Row<'_>) -> Result<StoredJob> {
    // What another version of the program wrote about a job of the past is not worth a failure.
    fn of_json<T: serde::de::DeserializeOwned>(text: Option<String>) -> Option<T> {
        serde_json::from_str(&text?).ok()
    }
    Ok(StoredJob {
        id: row.get(0)?,
        job: NewJob {
            kind: row.get(1)?,
            title: row.get(2)?,
            params: of_json(row.get(3)?).unwrap_or_default(),
        },
        state: JobState::of(row.get_ref(4)?.as_str().unwrap_or_default()),
        progress: of_json(row.get(5)?),
        error: of_json(row.get(6)?),
        artifact: row.get(7)?,
        started_ms: row.get(8)?,
        ended_ms: row.get(9)?,
    })
}

pub(crate) fn remove(connection: &Connection, id: i64) -> Result<()> {
    connection.execute("DELETE FROM jobs WHERE id = ?1", [id])?;
    Ok(())
}

/// Forgets the jobs that have ended.
pub(crate) fn clear(connection: &Connection) -> Result<usize> {
    Ok(connection.execute("DELETE FROM jobs WHERE ended_ms IS NOT NULL", [])?)
}

/// Removes the ended jobs that name one of these files.
pub(crate) fn forget_files(connection: &Connection, paths: &[PathBuf]) -> Result<()> {
    let names: Vec<String> = paths
        .iter()
        .filter_map(|path| path.file_name()?.to_str())
        // As the name stands inside of JSON.
        .filter_map(|name| serde_json::to_string(name).ok())
        .map(|quoted| quoted.trim_matches('"').to_string())
        .collect();
    let mut statement = connection.prepare(
        "SELECT id, title || char(10) || params || char(10) || coalesce(progress, '') || char(10) \
         || coalesce(error, '') || char(10) || coalesce(artifact, '') FROM jobs \
         WHERE ended_ms IS NOT NULL",
    )?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let rows: Vec<(i64, String)> = rows.collect::<rusqlite::Result<_>>()?;
    for (id, told) in rows {
        if names.iter().any(|name| told.contains(name.as_str())) {
            remove(connection, id)?;
        }
    }
    Ok(())
}
