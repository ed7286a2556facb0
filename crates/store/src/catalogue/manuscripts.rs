//! Manuscripts and their versions.

use deskmate_core::{ErrorCode, Manuscript, WireError};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use super::{from_sql, now_ms, to_sql};
use crate::error::{Error, Result};

/// Number of a manuscript.
pub type ManuscriptId = i64;

/// Number of a version.
pub type VersionId = i64;

/// How long autosaves go into one version, counted from the first of them: what was there before a sitting stays within
/// reach, and an hour of writing leaves six versions and not a thousand.
const SITTING_MS: i64 = 10 * 60 * 1_000;

/// Autosaves older than this are thinned to the last of each day; versions with a name and restored ones stay.
const THINNED_AFTER_MS: i64 = 7 * DAY_MS;
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// A manuscript in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ManuscriptSummary {
    /// Its number.
    pub id: ManuscriptId,
    /// Its title.
    pub title: String,
    /// When it was begun, milliseconds since 1970.
    pub created_at_ms: i64,
    /// When it changed last, milliseconds since 1970.
    pub updated_at_ms: i64,
    /// Characters in it, blanks not counted.
    pub characters: u64,
}

/// A manuscript with what stands in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct StoredManuscript {
    /// What the list shows of it.
    pub summary: ManuscriptSummary,
    /// The version that this is.
    pub version: ManuscriptVersion,
    /// What stands in it.
    pub content: Manuscript,
}

/// A version in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ManuscriptVersion {
    /// Its number.
    pub id: VersionId,
    /// Why it was kept.
    pub reason: VersionReason,
    /// The user's name for it, empty for none.
    pub name: String,
    /// When it was written last, milliseconds since 1970.
    pub at_ms: i64,
    /// Characters in it, blanks not counted.
    pub characters: u64,
}

/// Why a version was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum VersionReason {
    /// The manuscript began with it.
    Created,
    /// Saved while writing.
    Autosave,
    /// The user gave it a name.
    Named,
    /// An older version was brought back.
    Restored,
}

impl VersionReason {
    fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Autosave => "autosave",
            Self::Named => "named",
            Self::Restored => "restored",
        }
    }
}

const NEWEST: &str = "(SELECT max(id) FROM manuscript_versions WHERE manuscript_id = m.id)";

fn summary_sql(condition: &str) -> String {
    format!(
        "SELECT m.id, m.title, m.created_at_ms, m.updated_at_ms, v.characters FROM manuscripts m \
         JOIN manuscript_versions v ON v.id = {NEWEST} WHERE m.deleted_at_ms IS NULL {condition} \
         ORDER BY m.updated_at_ms DESC, m.id DESC"
    )
}

const VERSION: &str = "id, reason, name, at_ms, characters";

/// Those that are not deleted, the one that changed last first.
pub(crate) fn all(connection: &Connection) -> Result<Vec<ManuscriptSummary>> {
    let mut statement = connection.prepare_cached(&summary_sql(""))?;
    let rows = statement.query_map([], summary)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn summary(row: &Row<'_>) -> rusqlite::Result<ManuscriptSummary> {
    Ok(ManuscriptSummary {
        id: row.get(0)?,
        title: row.get(1)?,
        created_at_ms: row.get(2)?,
        updated_at_ms: row.get(3)?,
        characters: from_sql(row.get(4)?),
    })
}

pub(crate) fn summary_of(connection: &Connection, id: ManuscriptId) -> Result<ManuscriptSummary> {
    Ok(connection
        .prepare_cached(&summary_sql("AND m.id = ?1"))?
        .query_row([id], summary)
        .optional()?
        .ok_or_else(|| unknown(id))?)
}

/// Begins a manuscript with a first version.
pub(crate) fn create(
    connection: &Connection,
    title: &str,
    content: &Manuscript,
) -> Result<ManuscriptId> {
    let now = now_ms();
    connection.execute(
        "INSERT INTO manuscripts (title, created_at_ms, updated_at_ms) VALUES (?1, ?2, ?2)",
        params![title, now],
    )?;
    let id = connection.last_insert_rowid();
    add_version(connection, id, VersionReason::Created, "", content)?;
    Ok(id)
}

fn add_version(
    connection: &Connection,
    id: ManuscriptId,
    reason: VersionReason,
    name: &str,
    content: &Manuscript,
) -> Result<VersionId> {
    connection.execute(
        "INSERT INTO manuscript_versions (manuscript_id, reason, name, content, characters, began_at_ms, at_ms) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)",
        params![
            id,
            reason.as_str(),
            name,
            serde_json::to_string(content)?,
            to_sql(content.characters() as u64),
            now_ms()
        ],
    )?;
    Ok(connection.last_insert_rowid())
}

/// A manuscript in one of its versions, the newest for `None`.
pub(crate) fn get(
    connection: &Connection,
    id: ManuscriptId,
    version: Option<VersionId>,
) -> Result<StoredManuscript> {
    let summary = summary_of(connection, id)?;
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {VERSION}, content FROM manuscript_versions WHERE manuscript_id = ?1 AND \
         id = coalesce(?2, (SELECT max(id) FROM manuscript_versions WHERE manuscript_id = ?1))"
    ))?;
    let found = statement
        .query_row(params![id, version], |row| {
            Ok((version_of(row)?, row.get::<_, String>(5)?))
        })
        .optional()?;
    let Some((version, content)) = found else {
        return Err(unknown_version(version.unwrap_or_default()));
    };
    Ok(StoredManuscript {
        summary,
        version: version?,
        content: serde_json::from_str(&content)?,
    })
}

/// All versions, the newest first.
pub(crate) fn versions(
    connection: &Connection,
    id: ManuscriptId,
) -> Result<Vec<ManuscriptVersion>> {
    summary_of(connection, id)?;
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {VERSION} FROM manuscript_versions WHERE manuscript_id = ?1 ORDER BY id DESC"
    ))?;
    let rows = statement.query_map([id], version_of)?;
    rows.collect::<rusqlite::Result<Vec<_>>>()?
        .into_iter()
        .collect()
}

fn version_of(row: &Row<'_>) -> rusqlite::Result<Result<ManuscriptVersion>> {
    let reason = serde_json::from_value(serde_json::Value::String(row.get(1)?));
    let (id, name, at_ms, characters) = (row.get(0)?, row.get(2)?, row.get(3)?, row.get(4)?);
    Ok(reason.map_err(Error::from).map(|reason| ManuscriptVersion {
        id,
        reason,
        name,
        at_ms,
        characters: from_sql(characters),
    }))
}

/// Keeps what was written; within a sitting it takes the place of the autosave before. The same text is no new version.
pub(crate) fn save(
    connection: &Connection,
    id: ManuscriptId,
    title: &str,
    content: &Manuscript,
) -> Result<StoredManuscript> {
    let newest = get(connection, id, None)?;
    if newest.content == *content {
        if newest.summary.title != title {
            touch(connection, id, Some(title))?;
        }
        return get(connection, id, None);
    }
    let now = now_ms();
    let same_sitting = connection.execute(
        "UPDATE manuscript_versions SET content = ?2, characters = ?3, at_ms = ?4 \
         WHERE id = ?1 AND reason = 'autosave' AND began_at_ms > ?5",
        params![
            newest.version.id,
            serde_json::to_string(content)?,
            to_sql(content.characters() as u64),
            now,
            now - SITTING_MS
        ],
    )?;
    if same_sitting == 0 {
        add_version(connection, id, VersionReason::Autosave, "", content)?;
        thin_out(connection, id, now)?;
    }
    touch(connection, id, Some(title))?;
    get(connection, id, None)
}

/// Of the autosaves of long ago only the last of each day stays.
fn thin_out(connection: &Connection, id: ManuscriptId, now: i64) -> Result<()> {
    connection.execute(
        "DELETE FROM manuscript_versions WHERE manuscript_id = ?1 AND reason = 'autosave' AND at_ms < ?2 \
         AND id NOT IN (SELECT max(id) FROM manuscript_versions WHERE manuscript_id = ?1 AND reason = 'autosave' \
         GROUP BY at_ms / ?3)",
        params![id, now - THINNED_AFTER_MS, DAY_MS],
    )?;
    Ok(())
}

/// Gives the newest version a name, by which it stays as it is.
pub(crate) fn name_version(
    connection: &Connection,
    id: ManuscriptId,
    name: &str,
) -> Result<ManuscriptVersion> {
    let newest = get(connection, id, None)?.version;
    connection.execute(
        "UPDATE manuscript_versions SET reason = 'named', name = ?2 WHERE id = ?1",
        params![newest.id, name],
    )?;
    Ok(get(connection, id, None)?.version)
}

/// Makes an older version the newest again; those in between stay.
pub(crate) fn restore_version(
    connection: &Connection,
    id: ManuscriptId,
    version: VersionId,
) -> Result<StoredManuscript> {
    let old = get(connection, id, Some(version))?;
    add_version(
        connection,
        id,
        VersionReason::Restored,
        &old.version.name,
        &old.content,
    )?;
    touch(connection, id, None)?;
    get(connection, id, None)
}

fn touch(connection: &Connection, id: ManuscriptId, title: Option<&str>) -> Result<()> {
    change(
        connection,
        "UPDATE manuscripts SET updated_at_ms = ?2, title = coalesce(?3, title) \
         WHERE id = ?1 AND deleted_at_ms IS NULL",
        params![id, now_ms(), title],
        id,
    )
}

pub(crate) fn delete(connection: &Connection, id: ManuscriptId) -> Result<()> {
    change(
        connection,
        "UPDATE manuscripts SET deleted_at_ms = ?2 WHERE id = ?1 AND deleted_at_ms IS NULL",
        params![id, now_ms()],
        id,
    )
}

pub(crate) fn undelete(connection: &Connection, id: ManuscriptId) -> Result<()> {
    change(
        connection,
        "UPDATE manuscripts SET deleted_at_ms = NULL WHERE id = ?1 AND deleted_at_ms IS NOT NULL",
        [id],
        id,
    )
}

fn change(
    connection: &Connection,
    sql: &str,
    parameters: impl rusqlite::Params,
    id: ManuscriptId,
) -> Result<()> {
    match connection.execute(sql, parameters)? {
        0 => Err(unknown(id).into()),
        _ => Ok(()),
    }
}

fn unknown(id: ManuscriptId) -> WireError {
    WireError::new(ErrorCode::NotFound, format!("there is no document `{id}`"))
        .with_hint("list the documents to see those that exist")
}

fn unknown_version(version: VersionId) -> Error {
    WireError::new(
        ErrorCode::NotFound,
        format!("the document has no version `{version}`"),
    )
    .with_hint("list its versions to see those that exist")
    .into()
}
