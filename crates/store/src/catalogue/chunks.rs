//! Documents and their chunks as the catalogue keeps them.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use deskmate_core::{Chunk, ChunkId, ReadWarning, SourceId, StoredChunk};
use rusqlite::{Connection, Row, params};

use super::sources::path_text;
use super::{now_ms, to_sql};
use crate::error::{Error, Result};

/// A document that was read, cut and is to be made findable.
#[derive(Debug, Clone, PartialEq)]
pub struct NewDocument {
    /// Where the file lies.
    pub path: PathBuf,
    /// Size in bytes.
    pub size: u64,
    /// Time of last change, nanoseconds since 1970.
    pub mtime_ns: i64,
    /// BLAKE3 of the content.
    pub content_hash: [u8; 32],
    /// Format name.
    pub format: String,
    /// Title.
    pub title: Option<String>,
    /// What the reader could not read.
    pub warnings: Vec<ReadWarning>,
    /// Its chunks; their ordinals differ.
    pub chunks: Vec<NewChunk>,
}

/// A chunk to be stored.
#[derive(Debug, Clone, PartialEq)]
pub struct NewChunk {
    /// The chunk.
    pub chunk: Chunk,
    /// Its index terms divided by spaces: what [`crate::OpenOptions::terms`] gives for the chunk.
    pub terms: String,
    /// BLAKE3 of the text as it is embedded (heading and text).
    pub text_hash: [u8; 32],
}

/// The numbers a stored document got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenDocument {
    /// Its file.
    pub source_id: SourceId,
    /// Its chunks, in order.
    pub chunk_ids: Vec<ChunkId>,
}

/// A chunk's place without its text: what the index must have a row for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ChunkRow {
    pub(crate) id: ChunkId,
    pub(crate) source_id: SourceId,
}

/// A chunk with its number, to be indexed again.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct IndexedChunk {
    pub(crate) row: ChunkRow,
    pub(crate) chunk: Chunk,
}

/// Stores documents as `pending`, each in place of what its path had before.
pub(crate) fn write(
    connection: &Connection,
    documents: &[NewDocument],
) -> Result<Vec<WrittenDocument>> {
    let mut paths = HashSet::new();
    documents
        .iter()
        .map(|document| {
            if !paths.insert(&document.path) {
                return Err(Error::invalid(format!(
                    "`{}` was given twice",
                    document.path.display()
                )));
            }
            write_one(connection, document)
        })
        .collect()
}

fn write_one(connection: &Connection, document: &NewDocument) -> Result<WrittenDocument> {
    let source_id: SourceId = connection
        .prepare_cached(
            "INSERT INTO sources (path, size, mtime_ns, content_hash, format, title, state, warnings, \
             chunk_count, added_at_ms, updated_at_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'pending', ?7, ?8, ?9, ?9) \
             ON CONFLICT (path) DO UPDATE SET size = ?2, mtime_ns = ?3, content_hash = ?4, format = ?5, \
             title = ?6, state = 'pending', error_code = NULL, error_message = NULL, error_hint = NULL, \
             warnings = ?7, chunk_count = ?8, crash_count = 0, updated_at_ms = ?9 RETURNING id",
        )?
        .query_row(
            params![
                path_text(&document.path)?,
                to_sql(document.size),
                document.mtime_ns,
                document.content_hash,
                document.format,
                document.title,
                serde_json::to_string(&document.warnings)?,
                to_sql(document.chunks.len() as u64),
                now_ms()
            ],
            |row| row.get(0),
        )?;
    delete(connection, source_id)?;
    Ok(WrittenDocument {
        source_id,
        chunk_ids: insert(connection, source_id, &document.chunks)?,
    })
}

/// Removes all chunks of a file.
pub(crate) fn delete(connection: &Connection, source_id: SourceId) -> Result<()> {
    connection
        .prepare_cached("DELETE FROM chunks WHERE source_id = ?1")?
        .execute([source_id])?;
    Ok(())
}

/// Adds chunks to a file; gives their numbers.
pub(crate) fn insert(
    connection: &Connection,
    source_id: SourceId,
    chunks: &[NewChunk],
) -> Result<Vec<ChunkId>> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO chunks (source_id, ordinal, heading, text, spans, text_hash, checksum) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    let mut ids = Vec::with_capacity(chunks.len());
    for NewChunk {
        chunk, text_hash, ..
    } in chunks
    {
        let heading = serde_json::to_string(&chunk.heading)?;
        let spans = serde_json::to_string(&chunk.spans)?;
        insert.execute(params![
            source_id,
            chunk.ordinal,
            heading,
            chunk.text,
            spans,
            text_hash,
            checksum(&heading, &chunk.text, &spans)
        ])?;
        ids.push(connection.last_insert_rowid());
    }
    Ok(ids)
}

/// Tells whether a chunk is still what was written: SQLite itself does not notice a bit that the disk lost.
fn checksum(heading: &str, text: &str, spans: &str) -> [u8; 16] {
    let mut hasher = blake3::Hasher::new();
    for part in [heading, text, spans] {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    let mut short = [0; 16];
    short.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    short
}

/// Chunks to be shown.
#[derive(Debug, Default)]
pub(crate) struct Shown {
    /// Those that are as they were written.
    pub(crate) chunks: Vec<StoredChunk>,
    /// The files of those that are not, which are left out.
    pub(crate) damaged: Vec<SourceId>,
}

impl Shown {
    fn take(&mut self, row: &Row<'_>) -> Result<()> {
        let text = |column| {
            row.get_ref(column)
                .map(|value| value.as_str().unwrap_or(""))
        };
        let written: Option<Vec<u8>> = row.get(7)?;
        // One of an earlier version has no checksum.
        let is_whole = written.is_none_or(|written| {
            let now = text(4).and_then(|heading| Ok(checksum(heading, text(5)?, text(6)?)));
            now.is_ok_and(|now| written == now)
        });
        match is_whole {
            true => self.chunks.push(stored(row)?),
            false => self.damaged.push(row.get(1)?),
        }
        Ok(())
    }
}

const STORED: &str = "SELECT c.id, c.source_id, s.path, c.ordinal, c.heading, c.text, c.spans, c.checksum \
     FROM chunks c JOIN sources s ON s.id = c.source_id";

/// The chunks of these numbers, in the order asked; unknown numbers are left out.
pub(crate) fn by_ids(connection: &Connection, ids: &[ChunkId]) -> Result<Shown> {
    let mut statement = connection.prepare_cached(&format!("{STORED} WHERE c.id = ?1"))?;
    let mut shown = Shown::default();
    for id in ids {
        let mut rows = statement.query([id])?;
        if let Some(row) = rows.next()? {
            shown.take(row)?;
        }
    }
    Ok(shown)
}

/// The chunks of a file from ordinal `first` to `last`, both included.
pub(crate) fn by_ordinals(
    connection: &Connection,
    source_id: SourceId,
    first: u32,
    last: u32,
) -> Result<Shown> {
    let mut statement = connection.prepare_cached(&format!(
        "{STORED} WHERE c.source_id = ?1 AND c.ordinal BETWEEN ?2 AND ?3 ORDER BY c.ordinal"
    ))?;
    let mut rows = statement.query(params![source_id, first, last])?;
    let mut shown = Shown::default();
    while let Some(row) = rows.next()? {
        shown.take(row)?;
    }
    Ok(shown)
}

fn stored(row: &Row<'_>) -> Result<StoredChunk> {
    Ok(StoredChunk {
        id: row.get(0)?,
        source_id: row.get(1)?,
        path: PathBuf::from(row.get::<_, String>(2)?),
        chunk: chunk(row, 3)?,
    })
}

/// The chunk in the four columns from `first` on: ordinal, heading, text, spans.
fn chunk(row: &Row<'_>, first: usize) -> Result<Chunk> {
    let heading = row.get_ref(first + 1)?.as_str().unwrap_or("[]");
    let spans = row.get_ref(first + 3)?.as_str().unwrap_or("[]");
    Ok(Chunk {
        ordinal: row.get(first)?,
        heading: serde_json::from_str(heading)?,
        text: row.get(first + 2)?,
        spans: serde_json::from_str(spans)?,
    })
}

/// Those of the numbers that the catalogue still has.
pub(crate) fn known(connection: &Connection, ids: &[ChunkId]) -> Result<HashSet<ChunkId>> {
    let mut statement = connection.prepare_cached("SELECT 1 FROM chunks WHERE id = ?1")?;
    let mut known = HashSet::with_capacity(ids.len());
    for id in ids {
        if statement.exists([id])? {
            known.insert(*id);
        }
    }
    Ok(known)
}

/// The numbers of all chunks by file.
pub(crate) fn ids_by_source(connection: &Connection) -> Result<HashMap<SourceId, Vec<ChunkId>>> {
    let mut statement =
        connection.prepare_cached("SELECT source_id, id FROM chunks ORDER BY source_id, id")?;
    let mut rows = statement.query([])?;
    let mut ids: HashMap<SourceId, Vec<ChunkId>> = HashMap::new();
    while let Some(row) = rows.next()? {
        ids.entry(row.get(0)?).or_default().push(row.get(1)?);
    }
    Ok(ids)
}

/// The chunks of a file with numbers above `after`, at most `limit`, in order, to be indexed again.
pub(crate) fn of_source(
    connection: &Connection,
    source_id: SourceId,
    after: ChunkId,
    limit: usize,
) -> Result<Vec<IndexedChunk>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, ordinal, heading, text, spans FROM chunks WHERE source_id = ?1 AND id > ?2 \
         ORDER BY id LIMIT ?3",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut rows = statement.query(params![source_id, after, limit])?;
    let mut chunks = Vec::new();
    while let Some(row) = rows.next()? {
        chunks.push(IndexedChunk {
            row: ChunkRow {
                id: row.get(0)?,
                source_id,
            },
            chunk: chunk(row, 1)?,
        });
    }
    Ok(chunks)
}

/// The first and the newest chunk: probes for the index.
pub(crate) fn ends(connection: &Connection) -> Result<Vec<StoredChunk>> {
    let mut statement =
        connection.prepare_cached("SELECT min(id) FROM chunks UNION SELECT max(id) FROM chunks")?;
    let ids: Vec<Option<ChunkId>> = statement
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let ids: Vec<ChunkId> = ids.into_iter().flatten().collect();
    Ok(by_ids(connection, &ids)?.chunks)
}

/// Chunks in all.
pub(crate) fn count(connection: &Connection) -> Result<u64> {
    let count: i64 = connection.query_row(
        "SELECT coalesce(sum(chunk_count), 0) FROM sources",
        [],
        |row| row.get(0),
    )?;
    Ok(super::from_sql(count))
}
