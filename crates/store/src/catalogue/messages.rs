//! The messages of a conversation: a tree, of which one branch is in use.

use std::collections::HashMap;

use deskmate_core::{Citation, ErrorCode, Role, WireError};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use super::conversations::{ConversationId, change};
use super::now_ms;
use crate::error::{Error, Result};

/// Number of a message.
pub type MessageId = i64;

/// What was said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewMessage {
    /// Who said it.
    pub role: Role,
    /// What was said.
    pub content: String,
    /// The places it rests on.
    #[serde(default)]
    pub citations: Vec<Citation>,
    /// Whatever else the caller wants kept with it, e.g. usage or an SQL statement.
    #[serde(default)]
    pub extra: serde_json::Value,
}

/// A stored message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Its number.
    pub id: MessageId,
    /// Its conversation.
    pub conversation: ConversationId,
    /// The message it follows; none for the first.
    pub parent: Option<MessageId>,
    /// What was said.
    #[serde(flatten)]
    pub message: NewMessage,
    /// What the user thinks of it.
    pub feedback: Option<Feedback>,
    /// All messages at the same place, itself included, oldest first.
    pub siblings: Vec<MessageId>,
    /// When, milliseconds since 1970.
    pub created_at_ms: i64,
}

/// What the user thinks of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Feedback {
    /// Good or not.
    pub value: Verdict,
    /// In the user's words, possibly empty.
    #[serde(default)]
    pub note: String,
}

/// Good or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Good.
    Up,
    /// Not good.
    Down,
}

const COLUMNS: &str = "id, conversation_id, parent_id, role, content, citations, extra, feedback, \
     feedback_note, created_at_ms";

/// From the last message of the branch in use up to the first.
const BRANCH: &str = "WITH RECURSIVE branch (message_id, above, depth) AS (\
     SELECT m.id, m.parent_id, 0 FROM messages m WHERE m.id = ?1 UNION ALL \
     SELECT m.id, m.parent_id, depth + 1 FROM branch JOIN messages m ON m.id = above)";

/// The messages of the branch in use, oldest first.
pub(crate) fn branch_in_use(
    connection: &Connection,
    conversation: ConversationId,
) -> Result<Vec<Message>> {
    match leaf(connection, conversation)? {
        Some(leaf) => branch(connection, conversation, leaf),
        None => Ok(Vec::new()),
    }
}

/// The messages from the first to this one.
pub(crate) fn branch(
    connection: &Connection,
    conversation: ConversationId,
    last: MessageId,
) -> Result<Vec<Message>> {
    let mut statement = connection.prepare_cached(&format!(
        "{BRANCH} SELECT {COLUMNS} FROM branch JOIN messages ON id = message_id ORDER BY depth DESC"
    ))?;
    let mut rows = statement.query([last])?;
    let mut messages = Vec::new();
    while let Some(row) = rows.next()? {
        messages.push(message(row)?);
    }
    if messages.is_empty() {
        return Err(unknown(last));
    }
    let families = families(connection, conversation)?;
    for message in &mut messages {
        message.siblings = families.get(&message.parent).cloned().unwrap_or_default();
    }
    Ok(messages)
}

/// The children of every message of a conversation, oldest first.
fn families(
    connection: &Connection,
    conversation: ConversationId,
) -> Result<HashMap<Option<MessageId>, Vec<MessageId>>> {
    let mut statement = connection.prepare_cached(
        "SELECT parent_id, id FROM messages WHERE conversation_id = ?1 ORDER BY id",
    )?;
    let mut rows = statement.query([conversation])?;
    let mut families: HashMap<Option<MessageId>, Vec<MessageId>> = HashMap::new();
    while let Some(row) = rows.next()? {
        families.entry(row.get(0)?).or_default().push(row.get(1)?);
    }
    Ok(families)
}

fn message(row: &Row<'_>) -> Result<Message> {
    let feedback: Option<String> = row.get(7)?;
    Ok(Message {
        id: row.get(0)?,
        conversation: row.get(1)?,
        parent: row.get(2)?,
        message: NewMessage {
            role: serde_json::from_value(serde_json::Value::String(row.get(3)?))?,
            content: row.get(4)?,
            citations: serde_json::from_str(row.get_ref(5)?.as_str().unwrap_or("[]"))?,
            extra: serde_json::from_str(row.get_ref(6)?.as_str().unwrap_or("null"))?,
        },
        feedback: match feedback {
            Some(word) => Some(Feedback {
                value: serde_json::from_value(serde_json::Value::String(word))?,
                note: row.get(8)?,
            }),
            None => None,
        },
        siblings: Vec::new(),
        created_at_ms: row.get(9)?,
    })
}

/// One message with its siblings.
pub(crate) fn get(connection: &Connection, id: MessageId) -> Result<Message> {
    let mut statement =
        connection.prepare_cached(&format!("SELECT {COLUMNS} FROM messages WHERE id = ?1"))?;
    let mut rows = statement.query([id])?;
    let mut found = match rows.next()? {
        Some(row) => message(row)?,
        None => return Err(unknown(id)),
    };
    found.siblings = siblings(connection, found.conversation, found.parent)?;
    Ok(found)
}

fn siblings(
    connection: &Connection,
    conversation: ConversationId,
    parent: Option<MessageId>,
) -> Result<Vec<MessageId>> {
    let mut statement = connection.prepare_cached(
        "SELECT id FROM messages WHERE conversation_id = ?1 AND parent_id IS ?2 ORDER BY id",
    )?;
    let ids = statement.query_map(params![conversation, parent], |row| row.get(0))?;
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}

/// The last message of the branch in use.
pub(crate) fn leaf(
    connection: &Connection,
    conversation: ConversationId,
) -> Result<Option<MessageId>> {
    Ok(connection
        .prepare_cached("SELECT leaf_id FROM conversations WHERE id = ?1")?
        .query_row([conversation], |row| row.get(0))
        .optional()?
        .flatten())
}

/// Adds a message behind another one and makes its branch the one in use.
pub(crate) fn append(
    connection: &Connection,
    conversation: ConversationId,
    parent: Option<MessageId>,
    new: NewMessage,
) -> Result<Message> {
    if let Some(parent) = parent {
        check_place(connection, conversation, parent)?;
    }
    let now = now_ms();
    connection.execute(
        "INSERT INTO messages (conversation_id, parent_id, role, content, citations, extra, created_at_ms) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            conversation,
            parent,
            role_word(new.role),
            new.content,
            serde_json::to_string(&new.citations)?,
            serde_json::to_string(&new.extra)?,
            now
        ],
    )?;
    let id = connection.last_insert_rowid();
    change(
        connection,
        "UPDATE conversations SET updated_at_ms = ?2, leaf_id = ?3 WHERE id = ?1 AND deleted_at_ms IS NULL",
        params![conversation, now, id],
        conversation,
    )?;
    Ok(Message {
        id,
        conversation,
        parent,
        message: new,
        feedback: None,
        siblings: siblings(connection, conversation, parent)?,
        created_at_ms: now,
    })
}

/// Makes the branch through this message the one in use, down to the newest message below it.
pub(crate) fn select(
    connection: &Connection,
    conversation: ConversationId,
    id: MessageId,
) -> Result<()> {
    check_place(connection, conversation, id)?;
    let mut newest =
        connection.prepare_cached("SELECT max(id) FROM messages WHERE parent_id = ?1")?;
    let mut leaf = id;
    while let Some(child) = newest.query_row([leaf], |row| row.get::<_, Option<MessageId>>(0))? {
        leaf = child;
    }
    change(
        connection,
        "UPDATE conversations SET leaf_id = ?2 WHERE id = ?1 AND deleted_at_ms IS NULL",
        [conversation, leaf],
        conversation,
    )
}

/// Keeps or removes what the user thinks of a message.
pub(crate) fn set_feedback(
    connection: &Connection,
    id: MessageId,
    feedback: Option<&Feedback>,
) -> Result<()> {
    let word = feedback.map(|feedback| match feedback.value {
        Verdict::Up => "up",
        Verdict::Down => "down",
    });
    let note = feedback.map_or("", |feedback| feedback.note.as_str());
    let changed = connection.execute(
        "UPDATE messages SET feedback = ?2, feedback_note = ?3 WHERE id = ?1",
        params![id, word, note],
    )?;
    if changed == 1 {
        Ok(())
    } else {
        Err(unknown(id))
    }
}

fn check_place(connection: &Connection, conversation: ConversationId, id: MessageId) -> Result<()> {
    let of: Option<ConversationId> = connection
        .prepare_cached("SELECT conversation_id FROM messages WHERE id = ?1")?
        .query_row([id], |row| row.get(0))
        .optional()?;
    if of == Some(conversation) {
        return Ok(());
    }
    Err(unknown(id))
}

fn role_word(role: Role) -> &'static str {
    match role {
        Role::System => "system",
        Role::User => "user",
        Role::Assistant => "assistant",
    }
}

fn unknown(id: MessageId) -> Error {
    WireError::new(
        ErrorCode::NotFound,
        format!("there is no message `{id}` in this conversation"),
    )
    .into()
}
