//! Conversations in the list: titles, order, deletion.

use deskmate_core::{ErrorCode, WireError};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use super::messages::{self, Message};
use super::{from_sql, now_ms};
use crate::error::Result;

/// Number of a conversation.
pub type ConversationId = i64;

/// A conversation in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ConversationSummary {
    /// Its number.
    pub id: ConversationId,
    /// Its title.
    pub title: String,
    /// When it began, milliseconds since 1970.
    pub created_at_ms: i64,
    /// When it changed last, milliseconds since 1970.
    pub updated_at_ms: i64,
    /// Messages in it, those of other branches included.
    pub turn_count: u64,
}

/// A conversation with the messages of the branch in use.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Conversation {
    /// What the list shows of it.
    pub summary: ConversationSummary,
    /// The branch in use, oldest first.
    pub messages: Vec<Message>,
}

/// Which conversations to list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ConversationQuery {
    /// Stands in the title or in a message; empty for all.
    #[serde(default)]
    pub text: String,
    /// Conversations to pass over.
    #[serde(default)]
    pub offset: usize,
    /// Most conversations to give.
    pub limit: usize,
}

/// A part of the list of conversations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ConversationPage {
    /// Conversations that the query finds in all.
    pub total: usize,
    /// Those of the page, the one that changed last first.
    pub conversations: Vec<ConversationSummary>,
}

const SUMMARY: &str = "SELECT id, title, created_at_ms, updated_at_ms, \
     (SELECT count(*) FROM messages WHERE conversation_id = conversations.id) FROM conversations";

const NEWEST_FIRST: &str = "ORDER BY updated_at_ms DESC, id DESC";

pub(crate) fn create(connection: &Connection, title: &str) -> Result<ConversationId> {
    connection.execute(
        "INSERT INTO conversations (title, created_at_ms, updated_at_ms) VALUES (?1, ?2, ?2)",
        params![title, now_ms()],
    )?;
    Ok(connection.last_insert_rowid())
}

/// Those that are not deleted, the one that changed last first.
pub(crate) fn page(connection: &Connection, query: &ConversationQuery) -> Result<ConversationPage> {
    let text = query.text.trim();
    if text.is_empty() {
        return page_of_all(connection, query);
    }
    let pattern = like_pattern(text);
    // The messages are looked through as they are: a fifth of a second for 60,000 of them, and no second copy of
    // what was said that would have to be erased with the first.
    let mut statement = connection.prepare_cached(&format!(
        "SELECT id FROM conversations WHERE deleted_at_ms IS NULL AND (title LIKE ?1 ESCAPE '\\' OR EXISTS \
         (SELECT 1 FROM messages WHERE conversation_id = conversations.id AND content LIKE ?1 ESCAPE '\\')) \
         {NEWEST_FIRST}"
    ))?;
    let ids: Vec<ConversationId> = statement
        .query_map([&pattern], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let wanted = ids.iter().skip(query.offset).take(query.limit);
    let conversations = wanted
        .map(|id| summary_of(connection, *id))
        .collect::<Result<_>>()?;
    Ok(ConversationPage {
        total: ids.len(),
        conversations,
    })
}

fn page_of_all(connection: &Connection, query: &ConversationQuery) -> Result<ConversationPage> {
    let total: i64 = connection
        .prepare_cached("SELECT count(*) FROM conversations WHERE deleted_at_ms IS NULL")?
        .query_row([], |row| row.get(0))?;
    let mut statement = connection.prepare_cached(&format!(
        "{SUMMARY} WHERE deleted_at_ms IS NULL {NEWEST_FIRST} LIMIT ?1 OFFSET ?2"
    ))?;
    let limit = i64::try_from(query.limit).unwrap_or(i64::MAX);
    let offset = i64::try_from(query.offset).unwrap_or(i64::MAX);
    let conversations = statement
        .query_map([limit, offset], summary)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(ConversationPage {
        total: usize::try_from(total).unwrap_or(0),
        conversations,
    })
}

/// A pattern for `LIKE … ESCAPE '\'` that finds the text anywhere.
pub(crate) fn like_pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// The newest conversation of this title.
pub(crate) fn by_title(connection: &Connection, title: &str) -> Result<Option<ConversationId>> {
    Ok(connection
        .prepare_cached(&format!(
            "SELECT id FROM conversations WHERE title = ?1 AND deleted_at_ms IS NULL {NEWEST_FIRST} LIMIT 1"
        ))?
        .query_row([title], |row| row.get(0))
        .optional()?)
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

pub(crate) fn summary_of(
    connection: &Connection,
    id: ConversationId,
) -> Result<ConversationSummary> {
    Ok(connection
        .prepare_cached(&format!(
            "{SUMMARY} WHERE id = ?1 AND deleted_at_ms IS NULL"
        ))?
        .query_row([id], summary)
        .optional()?
        .ok_or_else(|| unknown(id))?)
}

pub(crate) fn get(connection: &Connection, id: ConversationId) -> Result<Conversation> {
    Ok(Conversation {
        summary: summary_of(connection, id)?,
        messages: messages::branch_in_use(connection, id)?,
    })
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

/// Runs a change that must meet one conversation.
pub(super) fn change(
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
