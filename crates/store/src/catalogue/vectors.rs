//! Embeddings by text and model: what was embedded once is never embedded again.

use deskmate_core::{ChunkId, SourceId};
use half::f16;
use rusqlite::{Connection, OptionalExtension, params};

use super::{ChunkRow, from_sql};
use crate::error::Result;

/// Those of the hashes that have no vector of this model and length yet, each once.
pub(crate) fn missing(
    connection: &Connection,
    model_id: &str,
    dimensions: Option<usize>,
    hashes: &[[u8; 32]],
) -> Result<Vec<[u8; 32]>> {
    let mut statement = connection.prepare_cached(
        "SELECT length(vector) FROM vectors WHERE text_hash = ?1 AND model_id = ?2",
    )?;
    let mut seen = std::collections::HashSet::with_capacity(hashes.len());
    let mut missing = Vec::new();
    for hash in hashes {
        if !seen.insert(hash) {
            continue;
        }
        let bytes: Option<i64> = statement
            .query_row(params![hash, model_id], |row| row.get(0))
            .optional()?;
        let fits =
            bytes.is_some_and(|bytes| dimensions.is_none_or(|n| from_sql(bytes) == n as u64 * 2));
        if !fits {
            missing.push(*hash);
        }
    }
    Ok(missing)
}

pub(crate) fn put(
    connection: &Connection,
    model_id: &str,
    vectors: &[([u8; 32], Vec<f32>)],
) -> Result<()> {
    let mut statement = connection.prepare_cached(
        "INSERT OR REPLACE INTO vectors (text_hash, model_id, vector) VALUES (?1, ?2, ?3)",
    )?;
    for (hash, vector) in vectors {
        statement.execute(params![hash, model_id, to_bytes(vector)])?;
    }
    Ok(())
}

/// How many chunks a file has, and how many of them have no vector of this model and length.
pub(crate) fn count_of_source(
    connection: &Connection,
    model_id: &str,
    dimensions: usize,
    source_id: SourceId,
) -> Result<(u64, u64)> {
    let bytes = i64::try_from(dimensions * 2).unwrap_or(i64::MAX);
    let counts: (i64, i64) = connection
        .prepare_cached(
            "SELECT count(*), count(*) FILTER (WHERE v.vector IS NULL OR length(v.vector) != ?3) \
             FROM chunks c LEFT JOIN vectors v ON v.text_hash = c.text_hash AND v.model_id = ?2 \
             WHERE c.source_id = ?1",
        )?
        .query_row(params![source_id, model_id, bytes], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    Ok((from_sql(counts.0), from_sql(counts.1)))
}

/// The chunks of a file with numbers above `after`, at most `limit`, with their vectors of this model and length.
pub(crate) fn of_source(
    connection: &Connection,
    model_id: &str,
    dimensions: usize,
    source_id: SourceId,
    after: ChunkId,
    limit: usize,
) -> Result<Vec<(ChunkRow, Vec<f32>)>> {
    let mut statement = connection.prepare_cached(
        "SELECT c.id, v.vector FROM chunks c JOIN vectors v \
         ON v.text_hash = c.text_hash AND v.model_id = ?2 WHERE c.source_id = ?1 AND c.id > ?3 \
         AND length(v.vector) = ?4 ORDER BY c.id LIMIT ?5",
    )?;
    let bytes = i64::try_from(dimensions * 2).unwrap_or(i64::MAX);
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut rows = statement.query(params![source_id, model_id, after, bytes, limit])?;
    let mut vectors = Vec::new();
    while let Some(row) = rows.next()? {
        let id = row.get(0)?;
        let vector = from_bytes(row.get_ref(1)?.as_blob().unwrap_or_default());
        vectors.push((ChunkRow { id, source_id }, vector));
    }
    Ok(vectors)
}

/// Deletes the vectors of texts that no chunk has any more.
pub(crate) fn delete_unused(connection: &Connection) -> Result<usize> {
    Ok(connection.execute(
        "DELETE FROM vectors WHERE NOT EXISTS \
         (SELECT 1 FROM chunks WHERE chunks.text_hash = vectors.text_hash)",
        [],
    )?)
}

fn to_bytes(vector: &[f32]) -> Vec<u8> {
    vector
        .iter()
        .flat_map(|x| f16::from_f32(*x).to_le_bytes())
        .collect()
}

fn from_bytes(bytes: &[u8]) -> Vec<f32> {
    bytes
        .as_chunks::<2>()
        .0
        .iter()
        .map(|pair| f16::from_le_bytes(*pair).to_f32())
        .collect()
}
