//! Documents that come in parts: until the last part is there, the file counts as never read.
//!
//! Such a file is `pending`, without content hash and with the size 0, so that whatever interrupts leads to its being
//! read again and never to half a document.

use deskmate_core::{ErrorCode, SourceId, WireError};
use rusqlite::{Connection, params};

use super::chunks::{self, NewChunk, NewDocument};
use super::sources::path_text;
use super::{now_ms, to_sql};
use crate::error::Result;

/// Enters a file with its first chunks, in place of what its path had before; gives its number.
pub(crate) fn begin(connection: &Connection, document: &NewDocument) -> Result<SourceId> {
    let id: SourceId = connection
        .prepare_cached(
            "INSERT INTO sources (path, size, mtime_ns, state, added_at_ms, updated_at_ms) \
             VALUES (?1, 0, 0, 'pending', ?2, ?2) \
             ON CONFLICT (path) DO UPDATE SET size = 0, mtime_ns = 0, content_hash = NULL, format = '', \
             title = NULL, state = 'pending', error_code = NULL, error_message = NULL, error_hint = NULL, \
             warnings = '[]', chunk_count = 0, updated_at_ms = ?2 RETURNING id",
        )?
        .query_row(params![path_text(&document.path)?, now_ms()], |row| row.get(0))?;
    chunks::delete(connection, id)?;
    chunks::insert(connection, id, &document.chunks)?;
    Ok(id)
}

/// Adds chunks to a file that was begun.
pub(crate) fn extend(connection: &Connection, id: SourceId, more: &[NewChunk]) -> Result<()> {
    let is_open = connection
        .prepare_cached(
            "SELECT 1 FROM sources WHERE id = ?1 AND state = 'pending' AND content_hash IS NULL",
        )?
        .exists([id])?;
    if !is_open {
        // It was forgotten meanwhile; its chunks would have no file.
        return Err(gone(id));
    }
    chunks::insert(connection, id, more).map(|_| ())
}

/// Enters that all chunks are there; gives their number. The chunks of `document` are not looked at.
pub(crate) fn end(connection: &Connection, id: SourceId, document: &NewDocument) -> Result<u64> {
    let count: i64 = connection
        .prepare_cached("SELECT count(*) FROM chunks WHERE source_id = ?1")?
        .query_row([id], |row| row.get(0))?;
    let changed = connection
        .prepare_cached(
            "UPDATE sources SET size = ?2, mtime_ns = ?3, content_hash = ?4, format = ?5, title = ?6, \
             warnings = ?7, chunk_count = ?8, crash_count = 0, updated_at_ms = ?9 \
             WHERE id = ?1 AND state = 'pending' AND content_hash IS NULL",
        )?
        .execute(params![
            id,
            to_sql(document.size),
            document.mtime_ns,
            document.content_hash,
            document.format,
            document.title,
            serde_json::to_string(&document.warnings)?,
            count,
            now_ms()
        ])?;
    if changed == 1 {
        Ok(super::from_sql(count))
    } else {
        Err(gone(id))
    }
}

/// Removes the chunks of files whose last part never came: of this one, or of all.
pub(crate) fn drop_unfinished(connection: &Connection, id: Option<SourceId>) -> Result<()> {
    connection.execute(
        "DELETE FROM chunks WHERE source_id IN (SELECT id FROM sources \
         WHERE state = 'pending' AND content_hash IS NULL AND (?1 IS NULL OR id = ?1))",
        [id],
    )?;
    Ok(())
}

fn gone(id: SourceId) -> crate::error::Error {
    WireError::new(
        ErrorCode::NotFound,
        format!("the file `{id}` is no longer being taken in"),
    )
    .into()
}
