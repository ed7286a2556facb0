//! What can go wrong with the library, and the form in which it leaves the crate.

use std::path::{Path, PathBuf};

use deskmate_core::{ErrorCode, WireError};

/// Result inside the crate; the public methods turn the error into a [`WireError`].
pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;

/// A fault of the library.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// SQLite refused.
    #[error("the catalogue could not be used: {0}")]
    Catalogue(#[from] rusqlite::Error),
    /// LanceDB refused, or its files are not what they should be.
    #[error("the search index could not be used: {message}")]
    Index {
        /// What it said.
        message: String,
        /// The disk was full.
        is_disk_full: bool,
    },
    /// A file or folder of the library refused.
    #[error("could not use `{}`: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A stored JSON value does not parse.
    #[error("a stored value could not be read: {0}")]
    StoredJson(#[from] serde_json::Error),
    /// Already in the form for the caller.
    #[error(transparent)]
    Wire(#[from] WireError),
}

impl Error {
    /// An error of the file system with the path it is about.
    pub(crate) fn file(path: &Path, source: std::io::Error) -> Self {
        Self::File {
            path: path.to_path_buf(),
            source,
        }
    }

    /// An index that is not what it should be.
    pub(crate) fn index(message: impl Into<String>) -> Self {
        Self::Index {
            message: message.into(),
            is_disk_full: false,
        }
    }

    /// Wrong arguments.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::Wire(WireError::new(ErrorCode::InvalidInput, message))
    }

    /// True when moving the index away would not help.
    pub(crate) fn is_disk_full(&self) -> bool {
        match self {
            Self::Index { is_disk_full, .. } => *is_disk_full,
            Self::Catalogue(error) => is_full(error),
            Self::File { source, .. } => ErrorCode::of_io(source) == ErrorCode::DiskFull,
            Self::StoredJson(_) => false,
            Self::Wire(error) => error.code == ErrorCode::DiskFull,
        }
    }
}

fn is_full(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull)
}

impl From<Error> for WireError {
    fn from(error: Error) -> Self {
        if error.is_disk_full() {
            return disk_full(&error);
        }
        let message = error.to_string();
        match error {
            Error::Wire(wire) => wire,
            Error::Catalogue(source) => of_sqlite(&source, message),
            Error::Index { .. } => WireError::new(ErrorCode::LibraryDamaged, message)
                .with_hint("open the library again: the index is rebuilt from the catalogue"),
            Error::File { source, .. } => WireError::new(ErrorCode::of_io(&source), message)
                .with_hint("check that the folder exists and may be written to"),
            Error::StoredJson(_) => WireError::new(ErrorCode::LibraryDamaged, message),
        }
    }
}

fn of_sqlite(source: &rusqlite::Error, message: String) -> WireError {
    use rusqlite::ErrorCode as Sqlite;
    match source.sqlite_error_code() {
        Some(Sqlite::DatabaseCorrupt | Sqlite::NotADatabase) => {
            WireError::new(ErrorCode::LibraryDamaged, message)
                .with_hint("restore a backup, or move `catalog.sqlite` away to start a new library")
        }
        Some(Sqlite::DatabaseBusy | Sqlite::DatabaseLocked) => {
            WireError::new(ErrorCode::LibraryLocked, message)
                .with_hint("close the other program that uses the library and try again")
        }
        Some(Sqlite::ReadOnly | Sqlite::PermissionDenied | Sqlite::CannotOpen) => {
            WireError::new(ErrorCode::PermissionDenied, message)
                .with_hint("check that the library's folder may be written to")
        }
        _ => WireError::new(ErrorCode::Internal, message),
    }
}

fn disk_full(error: &Error) -> WireError {
    WireError::new(
        ErrorCode::DiskFull,
        format!("the disk that holds the library is full: {error}"),
    )
    .with_hint("free some space and try again; nothing that was ready is lost")
}
