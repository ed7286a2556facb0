//! The catalogue: one SQLite file that holds everything which cannot be made again, and decides what is indexed.

pub(crate) mod chunks;
pub(crate) mod conversations;
pub(crate) mod jobs;
pub(crate) mod manuscripts;
pub(crate) mod messages;
pub(crate) mod redact;
mod schema;
pub(crate) mod settings;
pub(crate) mod sources;
pub(crate) mod staging;
pub(crate) mod vectors;

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

pub use chunks::{NewChunk, NewDocument, WrittenDocument};
pub use conversations::{
    Conversation, ConversationId, ConversationPage, ConversationQuery, ConversationSummary,
};
pub use jobs::{JobOutcome, JobState, NewJob, StoredJob};
pub use manuscripts::{
    ManuscriptId, ManuscriptSummary, ManuscriptVersion, StoredManuscript, VersionId, VersionReason,
};
pub use messages::{Feedback, Message, MessageId, NewMessage, Verdict};
pub use redact::{Forgotten, Redact};
pub use sources::{Source, SourcePage, SourceQuery, SourceState};

pub(crate) use chunks::ChunkRow;
pub(crate) use schema::{Migration, version as schema_version};

use crate::error::{Error, Result};
use crate::home::Home;

/// Long enough for a checkpoint of our own other connection.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// The catalogue with one connection that writes and one that reads beside it.
#[derive(Debug)]
pub(crate) struct Catalogue {
    writer: Mutex<Connection>,
    reader: Mutex<Connection>,
}

impl Catalogue {
    /// Opens or creates the file, brings its schema up to date, and checks it after an unclean end.
    pub(crate) fn open(home: &Home) -> Result<(Self, Option<Migration>)> {
        let path = home.catalogue();
        let mut writer = Connection::open(&path)?;
        configure(&writer)?;
        if !home.was_closed_cleanly() {
            quick_check(&writer)?;
        }
        let migration = schema::migrate(&mut writer, home)?;
        let reader = open_reader(&path)?;
        let catalogue = Self {
            writer: Mutex::new(writer),
            reader: Mutex::new(reader),
        };
        Ok((catalogue, migration))
    }

    /// Runs `work` in one transaction: all of it happens, or none.
    pub(crate) fn write<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        let mut writer = locked(&self.writer);
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let value = work(&transaction)?;
        transaction.commit()?;
        Ok(value)
    }

    /// Runs `work` beside a writer; it sees the last committed state.
    pub(crate) fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        work(&locked(&self.reader))
    }

    /// Leaves no trace of deleted rows: neither in free pages nor in the write-ahead log.
    pub(crate) fn wipe_deleted(&self) -> Result<()> {
        let writer = locked(&self.writer);
        // The reader must not hold on to an old state while the log is cut.
        let _reader = locked(&self.reader);
        writer.execute_batch("VACUUM;")?;
        checkpoint(&writer)
    }

    /// Empties the write-ahead log into the file.
    pub(crate) fn checkpoint(&self) -> Result<()> {
        let writer = locked(&self.writer);
        let _reader = locked(&self.reader);
        checkpoint(&writer)
    }
}

fn checkpoint(connection: &Connection) -> Result<()> {
    connection
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .map_err(Error::from)
}

fn open_reader(path: &Path) -> Result<Connection> {
    let reader = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    configure(&reader)?;
    reader.pragma_update(None, "query_only", true)?;
    Ok(reader)
}

fn configure(connection: &Connection) -> Result<()> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(64);
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "secure_delete", true)?;
    // Negative: KiB. Each of the two connections keeps at most this many pages.
    connection.pragma_update(None, "cache_size", -8_192)?;
    Ok(())
}

/// Reads the file through.
pub(crate) fn quick_check(connection: &Connection) -> Result<()> {
    let verdict: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if verdict == "ok" {
        return Ok(());
    }
    let error = deskmate_core::WireError::new(
        deskmate_core::ErrorCode::LibraryDamaged,
        format!("the catalogue is damaged: {verdict}"),
    )
    .with_hint("restore a backup, or move `catalog.sqlite` away to start a new library");
    Err(error.into())
}

/// A panic elsewhere leaves a connection usable: its transaction was rolled back when it was dropped.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Milliseconds since 1970; 0 on a machine whose clock stands before that.
pub(crate) fn now_ms() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .ok()
        .and_then(|age| i64::try_from(age.as_millis()).ok())
        .unwrap_or(0)
}

/// SQLite counts in signed 64 bits; larger numbers do not occur and are held at the limit.
fn to_sql(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn from_sql(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
