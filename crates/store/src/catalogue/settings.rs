//! Settings of the user and notes of the library, both by key.

use rusqlite::{Connection, OptionalExtension};

use crate::error::Result;

pub(crate) fn setting(connection: &Connection, key: &str) -> Result<Option<serde_json::Value>> {
    let text: Option<String> = connection
        .prepare_cached("SELECT value FROM settings WHERE key = ?1")?
        .query_row([key], |row| row.get(0))
        .optional()?;
    Ok(text.map(|text| serde_json::from_str(&text)).transpose()?)
}

pub(crate) fn set_setting(
    connection: &Connection,
    key: &str,
    value: &serde_json::Value,
) -> Result<()> {
    connection.execute(
        "INSERT OR REPLACE INTO settings (key, value) VALUES (?1, ?2)",
        [key, &serde_json::to_string(value)?],
    )?;
    Ok(())
}

pub(crate) fn remove_setting(connection: &Connection, key: &str) -> Result<()> {
    connection.execute("DELETE FROM settings WHERE key = ?1", [key])?;
    Ok(())
}

pub(crate) fn note(connection: &Connection, key: &str) -> Result<Option<String>> {
    Ok(connection
        .prepare_cached("SELECT value FROM notes WHERE key = ?1")?
        .query_row([key], |row| row.get(0))
        .optional()?)
}

pub(crate) fn set_note(connection: &Connection, key: &str, value: &str) -> Result<()> {
    connection.execute(
        "INSERT OR REPLACE INTO notes (key, value) VALUES (?1, ?2)",
        [key, value],
    )?;
    Ok(())
}

pub(crate) fn remove_note(connection: &Connection, key: &str) -> Result<()> {
    connection.execute("DELETE FROM notes WHERE key = ?1", [key])?;
    Ok(())
}
