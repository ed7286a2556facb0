//! Conversations and their turns.

use deskmate_core::{Citation, ErrorCode, Role, WireError};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use super::{from_sql, now_ms};
use crate::error::Result;

/// Number of a conversation.
pub type ConversationId = i64;

/// A conversation in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationSummary {
    /// Its number.
    pub id: ConversationId,
    /// Its title.
    pub title: String,
    /// When it began, milliseconds since 1970.
    pub created_at_ms: i64,
    /// When it changed last, milliseconds since 1970.
    pub updated_at_ms: i64,
    /// Turns in it.
    pub turn_count: u64,
}

/// A conversation with all its turns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Conversation {
    /// What the list shows of it.
    pub summary: ConversationSummary,
    /// Its turns, oldest first.
    pub turns: Vec<Turn>,
}

/// What was said in a turn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewTurn {
    /// Who said it.
    pub role: Role,
    /// What was said.
    pub content: String,
    /// The places it rests on.
    #[serde(default)]
    pub citations: Vec<Citation>,
    /// Whatever else the shells want kept with it, e.g. usage or an SQL statement.
    #[serde(default)]
    pub extra: serde_json::Value,
}

/// A stored turn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Turn {
    /// Position in the conversation, from 0.
    pub ordinal: u32,
    /// What was said.
    #[serde(flatten)]
    pub turn: NewTurn,
    /// When, milliseconds since 1970.
    pub created_at_ms: i64,
}

const SUMMARY: &str = "SELECT id, title, created_at_ms, updated_at_ms, \
     (SELECT count(*) FROM turns WHERE conversation_id = id) FROM conversations";

pub(crate) fn create(connection: &Connection, title: &str) -> Result<ConversationId> {
    connection.execute(
        "INSERT INTO conversations (title, created_at_ms, updated_at_ms) VALUES (?1, ?2, ?2)",
        params![title, now_ms()],
    )?;
    Ok(connection.last_insert_rowid())
}

/// Those that are not deleted, the one that changed last first.
pub(crate) fn list(connection: &Connection) -> Result<Vec<ConversationSummary>> {
    let mut statement = connection.prepare_cached(&format!(
        "{SUMMARY} WHERE deleted_at_ms IS NULL ORDER BY updated_at_ms DESC, id DESC"
    ))?;
    let summaries = statement.query_map([], summary)?;
    Ok(summaries.collect::<rusqlite::Result<_>>()?)
}

fn summary(row: &Row<'_>) -> rusqlite::Result<ConversationSummary> {
    Ok(ConversationSummary {
        id: row.get(0)?,
        title: row.get(1)?,
        created_at_ms: row.get(2)?,
        updated_at_ms: row.get(3)?,
        turn_count: from_sql(row.get(4)?),
    })
}

pub(crate) fn get(connection: &Connection, id: ConversationId) -> Result<Conversation> {
    let summary = connection
        .prepare_cached(&format!(
            "{SUMMARY} WHERE id = ?1 AND deleted_at_ms IS NULL"
        ))?
        .query_row([id], summary)
        .optional()?
        .ok_or_else(|| unknown(id))?;
    let mut statement = connection.prepare_cached(
        "SELECT ordinal, role, content, citations, extra, created_at_ms FROM turns \
         WHERE conversation_id = ?1 ORDER BY ordinal",
    )?;
    let mut rows = statement.query([id])?;
    let mut turns = Vec::new();
    while let Some(row) = rows.next()? {
        turns.push(turn(row)?);
    }
    Ok(Conversation { summary, turns })
}

fn turn(row: &Row<'_>) -> Result<Turn> {
    Ok(Turn {
        ordinal: row.get(0)?,
        turn: NewTurn {
            role: serde_json::from_value(serde_json::Value::String(row.get(1)?))?,
            content: row.get(2)?,
            citations: serde_json::from_str(row.get_ref(3)?.as_str().unwrap_or("[]"))?,
            extra: serde_json::from_str(row.get_ref(4)?.as_str().unwrap_or("null"))?,
        },
        created_at_ms: row.get(5)?,
    })
}

pub(crate) fn append(connection: &Connection, id: ConversationId, turn: NewTurn) -> Result<Turn> {
    let now = now_ms();
    change(
        connection,
        "UPDATE conversations SET updated_at_ms = ?2 WHERE id = ?1 AND deleted_at_ms IS NULL",
        params![id, now],
        id,
    )?;
    let ordinal: u32 = connection.query_row(
        "SELECT coalesce(max(ordinal) + 1, 0) FROM turns WHERE conversation_id = ?1",
        [id],
        |row| row.get(0),
    )?;
    connection.execute(
        "INSERT INTO turns (conversation_id, ordinal, role, content, citations, extra, created_at_ms) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            id,
            ordinal,
            role_word(turn.role),
            turn.content,
            serde_json::to_string(&turn.citations)?,
            serde_json::to_string(&turn.extra)?,
            now
        ],
    )?;
    Ok(Turn {
        ordinal,
        turn,
        created_at_ms: now,
    })
}

fn role_word(role: Role) -> &'static str {
    match role {
        Role::System => "system",
        Role::User => "user",
        Role::Assistant => "assistant",
    }
}

pub(crate) fn rename(connection: &Connection, id: ConversationId, title: &str) -> Result<()> {
    change(
        connection,
        "UPDATE conversations SET title = ?2 WHERE id = ?1 AND deleted_at_ms IS NULL",
        params![id, title],
        id,
    )
}

pub(crate) fn delete(connection: &Connection, id: ConversationId) -> Result<()> {
    change(
        connection,
        "UPDATE conversations SET deleted_at_ms = ?2 WHERE id = ?1 AND deleted_at_ms IS NULL",
        params![id, now_ms()],
        id,
    )
}

pub(crate) fn restore(connection: &Connection, id: ConversationId) -> Result<()> {
    change(
        connection,
        "UPDATE conversations SET deleted_at_ms = NULL WHERE id = ?1 AND deleted_at_ms IS NOT NULL",
        [id],
        id,
    )
}

/// Removes for good what was deleted at least `age_ms` ago.
pub(crate) fn purge(connection: &Connection, age_ms: i64) -> Result<usize> {
    Ok(connection.execute(
        "DELETE FROM conversations WHERE deleted_at_ms <= ?1",
        [now_ms().saturating_sub(age_ms)],
    )?)
}

fn change(
    connection: &Connection,
    sql: &str,
    parameters: impl rusqlite::Params,
    id: ConversationId,
) -> Result<()> {
    match connection.execute(sql, parameters)? {
        0 => Err(unknown(id).into()),
        _ => Ok(()),
    }
}

fn unknown(id: ConversationId) -> WireError {
    WireError::new(
        ErrorCode::NotFound,
        format!("there is no conversation `{id}`"),
    )
    .with_hint("list the conversations to see those that exist")
}
