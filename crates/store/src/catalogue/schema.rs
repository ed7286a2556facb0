//! The catalogue's schema, as the steps that lead to it.

use rusqlite::Connection;

use deskmate_core::{ErrorCode, WireError};

use crate::error::Result;
use crate::home::Home;

/// Step `n` leads from `user_version` n to n + 1. Steps are never edited once released, only added.
const STEPS: &[&str] = &[
    include_str!("schema_1.sql"),
    include_str!("schema_2.sql"),
    include_str!("schema_3.sql"),
    include_str!("schema_4.sql"),
];

/// A migration that took place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Migration {
    /// Schema version before.
    pub(crate) from: u32,
    /// Schema version now.
    pub(crate) to: u32,
}

/// Brings the schema up to date; a catalogue that has content is copied into `backups/` before.
pub(super) fn migrate(connection: &mut Connection, home: &Home) -> Result<Option<Migration>> {
    let from = version(connection)?;
    let to = newest();
    if from == to {
        return Ok(None);
    }
    if has_tables(connection)? {
        let copy = home.catalogue_copy(from);
        connection.execute("VACUUM INTO ?1", [copy.to_string_lossy()])?;
    }
    let transaction = connection.transaction()?;
    for step in STEPS.iter().skip(from as usize) {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", to)?;
    transaction.commit()?;
    Ok(Some(Migration { from, to }))
}

/// The schema version of a catalogue that this program can use; 0 for an empty one.
pub(crate) fn version(connection: &Connection) -> Result<u32> {
    let version: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version > newest() {
        let error = WireError::new(
            ErrorCode::LibraryDamaged,
            format!(
                "the library has schema version {version}, this program knows {}",
                newest()
            ),
        )
        .with_hint("update Deskmate: the library was written by a newer version");
        return Err(error.into());
    }
    Ok(version)
}

fn newest() -> u32 {
    u32::try_from(STEPS.len()).unwrap_or(u32::MAX)
}

fn has_tables(connection: &Connection) -> Result<bool> {
    let count: i64 = connection.query_row(
        "SELECT count(*) FROM sqlite_master WHERE type = 'table'",
        [],
        |row| row.get(0),
    )?;
    Ok(count > 0)
}
