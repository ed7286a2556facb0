//! The user's files as the catalogue knows them.

use std::path::{MAIN_SEPARATOR, Path, PathBuf};

use deskmate_core::{ErrorCode, ReadWarning, SourceId, WireError};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use super::conversations::like_pattern;
use super::{from_sql, now_ms, to_sql};
use crate::error::{Error, Result};

/// How far a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceState {
    /// Known, not searchable.
    Pending,
    /// Found by its words, not yet by meaning.
    Words,
    /// Found by words and meaning.
    Ready,
    /// Could not be read; the reason is kept.
    Failed,
    /// Left out on purpose; the reason is kept.
    Skipped,
}

impl SourceState {
    /// The word for it in the catalogue and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Words => "words",
            Self::Ready => "ready",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }

    fn of(word: &str) -> Self {
        match word {
            "words" => Self::Words,
            "ready" => Self::Ready,
            "failed" => Self::Failed,
            "skipped" => Self::Skipped,
            // The table's CHECK allows nothing else; `pending` makes it be read again.
            _ => Self::Pending,
        }
    }
}

/// A file of the user.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// Its number.
    pub id: SourceId,
    /// Where it lies.
    pub path: PathBuf,
    /// Size in bytes when it was read.
    pub size: u64,
    /// Time of last change when it was read, nanoseconds since 1970.
    pub mtime_ns: i64,
    /// BLAKE3 of the content, when it was read.
    pub content_hash: Option<[u8; 32]>,
    /// Format name, empty when unknown.
    pub format: String,
    /// Title of the document.
    pub title: Option<String>,
    /// How far it is.
    pub state: SourceState,
    /// Why it failed or was skipped.
    pub error: Option<WireError>,
    /// What the reader could not read of it.
    pub warnings: Vec<ReadWarning>,
    /// Chunks in the catalogue.
    pub chunk_count: u64,
    /// How often a worker died on this content.
    pub crash_count: u32,
    /// When it became known, milliseconds since 1970.
    pub added_at_ms: i64,
    /// When its entry changed last, milliseconds since 1970.
    pub updated_at_ms: i64,
}

/// Which files to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceQuery {
    /// Stands in the path; empty for all.
    pub text: String,
    /// Only files of this state.
    pub state: Option<SourceState>,
    /// Files to pass over.
    pub offset: usize,
    /// Most files to give.
    pub limit: usize,
}

/// A part of the list of files.
#[derive(Debug, Clone, PartialEq)]
pub struct SourcePage {
    /// Files that the query finds in all.
    pub total: usize,
    /// Those of the page, by path.
    pub sources: Vec<Source>,
}

const COLUMNS: &str = "id, path, size, mtime_ns, content_hash, format, title, state, error_code, \
     error_message, error_hint, warnings, chunk_count, crash_count, added_at_ms, updated_at_ms";

/// A file as it was seen, without content.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen<'a> {
    pub(crate) path: &'a Path,
    pub(crate) size: u64,
    pub(crate) mtime_ns: i64,
    pub(crate) content_hash: Option<&'a [u8; 32]>,
}

/// The path as the catalogue stores it.
pub(crate) fn path_text(path: &Path) -> Result<&str> {
    path.to_str().ok_or_else(|| {
        Error::Wire(
            WireError::new(
                ErrorCode::InvalidInput,
                format!("the name of `{}` is not valid Unicode", path.display()),
            )
            .with_hint("rename the file and add it again"),
        )
    })
}

/// First and one-past-last text of the paths below a folder.
fn below(folder: &str) -> (String, String) {
    let base = folder.trim_end_matches(['/', MAIN_SEPARATOR]);
    let next = char::from_u32(MAIN_SEPARATOR as u32 + 1).unwrap_or(MAIN_SEPARATOR);
    (format!("{base}{MAIN_SEPARATOR}"), format!("{base}{next}"))
}

pub(crate) fn all(connection: &Connection) -> Result<Vec<Source>> {
    select(connection, "ORDER BY path", [])
}

pub(crate) fn by_path(connection: &Connection, path: &Path) -> Result<Option<Source>> {
    let found = select(connection, "WHERE path = ?1", [path_text(path)?])?;
    Ok(found.into_iter().next())
}

pub(crate) fn by_id(connection: &Connection, id: SourceId) -> Result<Option<Source>> {
    let found = select(connection, "WHERE id = ?1", [id])?;
    Ok(found.into_iter().next())
}

/// The file itself and everything below it, if it is a folder.
pub(crate) fn under(connection: &Connection, path: &Path) -> Result<Vec<Source>> {
    let text = path_text(path)?;
    let (first, last) = below(text);
    let exact = text.trim_end_matches(['/', MAIN_SEPARATOR]);
    select(
        connection,
        "WHERE path = ?1 OR (path >= ?2 AND path < ?3) ORDER BY path",
        [exact, &first, &last],
    )
}

/// A part of the files, by path.
pub(crate) fn page(connection: &Connection, query: &SourceQuery) -> Result<SourcePage> {
    let pattern = like_pattern(query.text.trim());
    let state = query.state.map(SourceState::as_str);
    // `LIKE '%%'` and the absent state are true for every row.
    let clause = "WHERE path LIKE ?1 ESCAPE '\\' AND (?2 IS NULL OR state = ?2)";
    let total: i64 = connection
        .prepare_cached(&format!("SELECT count(*) FROM sources {clause}"))?
        .query_row(params![pattern, state], |row| row.get(0))?;
    let limit = i64::try_from(query.limit).unwrap_or(i64::MAX);
    let offset = i64::try_from(query.offset).unwrap_or(i64::MAX);
    Ok(SourcePage {
        total: usize::try_from(total).unwrap_or(0),
        sources: select(
            connection,
            &format!("{clause} ORDER BY path LIMIT ?3 OFFSET ?4"),
            params![pattern, state, limit, offset],
        )?,
    })
}

/// Enters files that are about to be read; those that are known stay as they are.
pub(crate) fn enter_pending(connection: &Connection, files: &[(PathBuf, u64, i64)]) -> Result<()> {
    let now = now_ms();
    let mut statement = connection.prepare_cached(
        "INSERT OR IGNORE INTO sources (path, size, mtime_ns, state, added_at_ms, updated_at_ms) \
         VALUES (?1, ?2, ?3, 'pending', ?4, ?4)",
    )?;
    for (path, size, mtime_ns) in files {
        // A name that is not Unicode is reported when it is read.
        if let Some(path) = path.to_str() {
            statement.execute(params![path, to_sql(*size), mtime_ns, now])?;
        }
    }
    Ok(())
}

fn select(
    connection: &Connection,
    clause: &str,
    parameters: impl rusqlite::Params,
) -> Result<Vec<Source>> {
    let mut statement =
        connection.prepare_cached(&format!("SELECT {COLUMNS} FROM sources {clause}"))?;
    let mut rows = statement.query(parameters)?;
    let mut sources = Vec::new();
    while let Some(row) = rows.next()? {
        sources.push(source(row)?);
    }
    Ok(sources)
}

fn source(row: &Row<'_>) -> Result<Source> {
    let code: Option<String> = row.get(8)?;
    let error = match code {
        Some(code) => Some(WireError {
            code: error_code(&code),
            message: row.get::<_, Option<String>>(9)?.unwrap_or_default(),
            hint: row.get::<_, Option<String>>(10)?.unwrap_or_default(),
        }),
        None => None,
    };
    let warnings = row.get_ref(11)?.as_str().unwrap_or("[]");
    Ok(Source {
        id: row.get(0)?,
        path: PathBuf::from(row.get::<_, String>(1)?),
        size: from_sql(row.get(2)?),
        mtime_ns: row.get(3)?,
        content_hash: row.get(4)?,
        format: row.get(5)?,
        title: row.get(6)?,
        state: SourceState::of(row.get_ref(7)?.as_str().unwrap_or_default()),
        error,
        // Warnings of another version of the program are not worth a failure.
        warnings: if warnings == "[]" {
            Vec::new()
        } else {
            serde_json::from_str(warnings).unwrap_or_default()
        },
        chunk_count: from_sql(row.get(12)?),
        crash_count: row.get(13)?,
        added_at_ms: row.get(14)?,
        updated_at_ms: row.get(15)?,
    })
}

/// A code of a newer version reads as `Internal`; its message still says what was wrong.
fn error_code(code: &str) -> ErrorCode {
    serde_json::from_value(serde_json::Value::String(code.to_string()))
        .unwrap_or(ErrorCode::Internal)
}

/// Enters a file that gives no chunks, with the reason; `true` when chunks of an older content went away.
pub(crate) fn put_without_chunks(
    connection: &Connection,
    seen: &Seen<'_>,
    state: SourceState,
    error: &WireError,
) -> Result<(SourceId, bool)> {
    let path = path_text(seen.path)?;
    let now = now_ms();
    let id: SourceId = connection
        .prepare_cached(
            "INSERT INTO sources (path, size, mtime_ns, content_hash, state, error_code, error_message, \
             error_hint, added_at_ms, updated_at_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9) \
             ON CONFLICT (path) DO UPDATE SET size = ?2, mtime_ns = ?3, content_hash = ?4, format = '', \
             title = NULL, state = ?5, error_code = ?6, error_message = ?7, error_hint = ?8, warnings = '[]', \
             chunk_count = 0, updated_at_ms = ?9 RETURNING id",
        )?
        .query_row(
            params![
                path,
                to_sql(seen.size),
                seen.mtime_ns,
                seen.content_hash.map(|hash| hash.as_slice()),
                state.as_str(),
                error.code.as_str(),
                error.message,
                error.hint,
                now
            ],
            |row| row.get(0),
        )?;
    let removed = connection
        .prepare_cached("DELETE FROM chunks WHERE source_id = ?1")?
        .execute([id])?;
    Ok((id, removed > 0))
}

/// Notes that a worker died on this file; enters the file if it is new.
pub(crate) fn bump_crash(connection: &Connection, path: &Path) -> Result<u32> {
    let now = now_ms();
    connection
        .prepare_cached(
            "INSERT INTO sources (path, size, mtime_ns, state, crash_count, added_at_ms, updated_at_ms) \
             VALUES (?1, 0, 0, 'pending', 1, ?2, ?2) ON CONFLICT (path) DO UPDATE SET \
             crash_count = crash_count + 1, updated_at_ms = ?2 RETURNING crash_count",
        )?
        .query_row(params![path_text(path)?, now], |row| row.get(0))
        .map_err(Error::from)
}

/// The content is the same, only size or time on disk read differently.
pub(crate) fn touch(connection: &Connection, id: SourceId, size: u64, mtime_ns: i64) -> Result<()> {
    let changed = connection
        .prepare_cached(
            "UPDATE sources SET size = ?2, mtime_ns = ?3, updated_at_ms = ?4 WHERE id = ?1",
        )?
        .execute(params![id, to_sql(size), mtime_ns, now_ms()])?;
    found(changed, id)
}

/// Their files are read again by the next add, as if they had changed on the disk.
pub(crate) fn read_again(connection: &Connection, ids: &[SourceId]) -> Result<()> {
    let mut update = connection.prepare_cached(
        "UPDATE sources SET mtime_ns = 0, content_hash = NULL, updated_at_ms = ?2 WHERE id = ?1",
    )?;
    for id in ids {
        update.execute(params![id, now_ms()])?;
    }
    Ok(())
}

/// The file lies elsewhere now.
pub(crate) fn rename(connection: &Connection, id: SourceId, path: &Path) -> Result<()> {
    let text = path_text(path)?;
    let holder: Option<SourceId> = connection
        .query_row("SELECT id FROM sources WHERE path = ?1", [text], |row| {
            row.get(0)
        })
        .optional()?;
    if let Some(holder) = holder.filter(|holder| *holder != id)
        && !remove_if_pending(connection, holder)?
    {
        return Err(Error::invalid(format!(
            "`{}` is in the library already",
            path.display()
        )));
    }
    let changed = connection.execute(
        "UPDATE sources SET path = ?2, updated_at_ms = ?3 WHERE id = ?1",
        params![id, text, now_ms()],
    )?;
    found(changed, id)
}

/// A file that was only entered gives way to the one that is known to lie there.
fn remove_if_pending(connection: &Connection, id: SourceId) -> Result<bool> {
    let removed = connection.execute(
        "DELETE FROM sources WHERE id = ?1 AND state = 'pending' AND chunk_count = 0",
        [id],
    )?;
    Ok(removed == 1)
}

fn found(changed: usize, id: SourceId) -> Result<()> {
    if changed == 1 {
        return Ok(());
    }
    Err(WireError::new(
        ErrorCode::NotFound,
        format!("no file has the number `{id}`"),
    )
    .into())
}

pub(crate) fn set_state(
    connection: &Connection,
    ids: &[SourceId],
    state: SourceState,
) -> Result<()> {
    let mut statement = connection
        .prepare_cached("UPDATE sources SET state = ?2, updated_at_ms = ?3 WHERE id = ?1")?;
    let now = now_ms();
    for id in ids {
        statement.execute(params![id, state.as_str(), now])?;
    }
    Ok(())
}

/// Removes files with their chunks, and embeddings that no text uses any more.
pub(crate) fn delete(connection: &Connection, ids: &[SourceId]) -> Result<()> {
    let mut statement = connection.prepare_cached("DELETE FROM sources WHERE id = ?1")?;
    for id in ids {
        statement.execute([id])?;
    }
    Ok(())
}

pub(crate) fn count_by_state(connection: &Connection) -> Result<Vec<(SourceState, u64)>> {
    let mut statement =
        connection.prepare_cached("SELECT state, count(*) FROM sources GROUP BY state")?;
    let mut rows = statement.query([])?;
    let mut counts = Vec::new();
    while let Some(row) = rows.next()? {
        let state = SourceState::of(row.get_ref(0)?.as_str().unwrap_or_default());
        counts.push((state, from_sql(row.get(1)?)));
    }
    Ok(counts)
}

pub(crate) fn add_root(connection: &Connection, path: &Path) -> Result<()> {
    connection.execute(
        "INSERT OR IGNORE INTO roots (path) VALUES (?1)",
        [path_text(path)?],
    )?;
    Ok(())
}

pub(crate) fn roots(connection: &Connection) -> Result<Vec<PathBuf>> {
    let mut statement = connection.prepare_cached("SELECT path FROM roots ORDER BY path")?;
    let paths = statement.query_map([], |row| row.get::<_, String>(0))?;
    paths
        .map(|path| path.map(PathBuf::from).map_err(Error::from))
        .collect()
}

/// Removes the folder and folders below it from the roots.
pub(crate) fn remove_roots(connection: &Connection, path: &Path) -> Result<usize> {
    let text = path_text(path)?;
    let (first, last) = below(text);
    Ok(connection.execute(
        "DELETE FROM roots WHERE path = ?1 OR (path >= ?2 AND path < ?3)",
        [text, &first, &last],
    )?)
}
