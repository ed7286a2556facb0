//! Conversations after a file was forgotten: what of an answer rests on it goes, by a rule of the caller.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use deskmate_core::{ChunkId, SourceId};
use rusqlite::{Connection, params};

use super::messages::{MessageId, NewMessage};
use crate::error::Result;

/// Messages that are looked through at once.
const PAGE: i64 = 500;

/// What is being forgotten.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// The files and folders that the user named.
    pub paths: Vec<PathBuf>,
    /// Chunks of the files.
    pub chunk_ids: HashSet<ChunkId>,
}

impl Forgotten {
    /// True for a file that is named or lies below a folder that is.
    pub fn holds(&self, path: &Path) -> bool {
        self.paths.iter().any(|named| path.starts_with(named))
    }
}

/// What is left of a message; `None` when it stays as it is. The last argument says that a message before it on its
/// branch was changed, so that it may have been said from there.
pub type Redact = Arc<dyn Fn(&NewMessage, &Forgotten, bool) -> Option<NewMessage> + Send + Sync>;

/// The numbers of the chunks of these files.
pub(crate) fn chunks_of(connection: &Connection, ids: &[SourceId]) -> Result<HashSet<ChunkId>> {
    let mut statement = connection.prepare_cached("SELECT id FROM chunks WHERE source_id = ?1")?;
    let mut chunks = HashSet::new();
    for id in ids {
        let found = statement.query_map([id], |row| row.get(0))?;
        for chunk in found {
            chunks.insert(chunk?);
        }
    }
    Ok(chunks)
}

/// Applies the rule to all messages, those of deleted conversations too; gives how many were changed.
pub(crate) fn messages(
    connection: &Connection,
    forgotten: &Forgotten,
    rule: &Redact,
) -> Result<usize> {
    let mut page = connection.prepare(
        "SELECT id, parent_id, role, content, citations, extra FROM messages WHERE id > ?1 \
         ORDER BY id LIMIT ?2",
    )?;
    let mut update = connection
        .prepare("UPDATE messages SET content = ?2, citations = ?3, extra = ?4 WHERE id = ?1")?;
    // A message has a greater number than the one that it follows.
    let mut below_changed: HashSet<MessageId> = HashSet::new();
    let (mut after, mut changed) = (0, 0);
    loop {
        let mut rows = page.query([after, PAGE])?;
        let before = after;
        while let Some(row) = rows.next()? {
            after = row.get(0)?;
            let parent: Option<MessageId> = row.get(1)?;
            let follows = parent.is_some_and(|parent| below_changed.contains(&parent));
            let message = NewMessage {
                role: serde_json::from_value(serde_json::Value::String(row.get(2)?))?,
                content: row.get(3)?,
                citations: serde_json::from_str(row.get_ref(4)?.as_str().unwrap_or("[]"))?,
                extra: serde_json::from_str(row.get_ref(5)?.as_str().unwrap_or("null"))?,
            };
            let left = rule(&message, forgotten, follows);
            if follows || left.is_some() {
                below_changed.insert(after);
            }
            if let Some(left) = left {
                update.execute(params![
                    after,
                    left.content,
                    serde_json::to_string(&left.citations)?,
                    serde_json::to_string(&left.extra)?
                ])?;
                changed += 1;
            }
        }
        if after == before {
            return Ok(changed);
        }
    }
}
