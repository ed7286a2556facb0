//! A copy of the catalogue for a backup: consistent while others write, checked before it is used.

use std::path::Path;
use std::time::Duration;

use deskmate_core::{CancelToken, ErrorCode, WireError};
use rusqlite::{Connection, OpenFlags};
use serde::{Deserialize, Serialize};

use crate::catalogue;
use crate::error::{Error, Result};

/// How often a copy looks how far it is.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// What a catalogue holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogueFacts {
    /// Version of its schema.
    pub schema: u32,
    /// Files it knows.
    pub files: u64,
    /// Conversations, deleted ones too.
    pub conversations: u64,
}

impl CatalogueFacts {
    /// True when there is nothing of the user's in it.
    pub fn is_empty(&self) -> bool {
        self.files == 0 && self.conversations == 0
    }
}

/// Writes a copy of the catalogue of the library in `home` to the new file `to`, also while that library is open, here
/// or in another process: the copy is the state of one moment, without what was deleted. Tells bytes done and in all.
///
/// # Errors
/// `NotFound` where there is no library; `LibraryDamaged` when what was copied is not sound; `DiskFull`; `Cancelled`.
/// After an error the file may be there in part.
pub fn snapshot(
    home: &Path,
    to: &Path,
    cancel: &CancelToken,
    on_bytes: &mut dyn FnMut(u64, u64),
) -> Result<CatalogueFacts, WireError> {
    Ok(copy(home, to, cancel, on_bytes)?)
}

/// Reads a catalogue's file through: whether it is sound and of a version that this program knows, and what it holds.
///
/// # Errors
/// `LibraryDamaged`.
pub fn check_catalogue(file: &Path) -> Result<CatalogueFacts, WireError> {
    Ok(checked(file)?)
}

fn copy(
    home: &Path,
    to: &Path,
    cancel: &CancelToken,
    on_bytes: &mut dyn FnMut(u64, u64),
) -> Result<CatalogueFacts> {
    let from = home.join("catalog.sqlite");
    if !from.is_file() {
        return Err(WireError::new(
            ErrorCode::NotFound,
            format!("there is no library in `{}`", home.display()),
        )
        .with_hint("name its folder with `--home DIR`")
        .into());
    }
    // Not for reading only: a log that nobody has merged yet belongs to the state, and reading it needs its index.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(&from, flags)?;
    connection.busy_timeout(Duration::from_secs(10))?;
    let total = bytes_of(&connection)?;
    let target = to.to_str().ok_or_else(|| {
        Error::invalid(format!(
            "the name of `{}` is not valid Unicode",
            to.display()
        ))
    })?;
    let interrupt = connection.get_interrupt_handle();
    let copied = std::thread::scope(|scope| {
        let copying = scope.spawn(move || connection.execute("VACUUM INTO ?1", [target]));
        while !copying.is_finished() {
            if cancel.is_cancelled() {
                interrupt.interrupt();
            }
            let done = std::fs::metadata(to).map_or(0, |metadata| metadata.len());
            on_bytes(done.min(total), total);
            std::thread::sleep(LOOK_EVERY);
        }
        copying.join()
    });
    if cancel.is_cancelled() {
        return Err(WireError::cancelled().into());
    }
    copied.map_err(|_| Error::invalid("the copy of the catalogue failed"))??;
    checked(to)
}

fn bytes_of(connection: &Connection) -> Result<u64> {
    let pages: i64 = connection.pragma_query_value(None, "page_count", |row| row.get(0))?;
    let size: i64 = connection.pragma_query_value(None, "page_size", |row| row.get(0))?;
    Ok(u64::try_from(pages.saturating_mul(size)).unwrap_or(0))
}

fn checked(file: &Path) -> Result<CatalogueFacts> {
    let connection = Connection::open_with_flags(
        file,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    catalogue::quick_check(&connection)?;
    facts(&connection)
}

/// What the catalogue of an open connection holds.
pub(crate) fn facts(connection: &Connection) -> Result<CatalogueFacts> {
    let count = |sql: &str| -> Result<u64> {
        let count: i64 = connection.query_row(sql, [], |row| row.get(0))?;
        Ok(u64::try_from(count).unwrap_or(0))
    };
    let schema = catalogue::schema_version(connection)?;
    if schema == 0 {
        return Ok(CatalogueFacts::default());
    }
    Ok(CatalogueFacts {
        schema,
        files: count("SELECT count(*) FROM sources")?,
        conversations: count("SELECT count(*) FROM conversations")?,
    })
}
