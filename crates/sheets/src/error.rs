//! What can go wrong with a workbook, and its wire form.

use deskmate_core::{ErrorCode, WireError};

/// Errors of this crate.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The content is no workbook or broken so that nothing can be read.
    #[error("the workbook cannot be read: {0}")]
    DamagedWorkbook(String),
    /// The workbook asks for a password.
    #[error("the workbook is protected by a password")]
    EncryptedWorkbook,
    /// No sheet holds anything that looks like a table.
    #[error("no table was found in {0}")]
    NoTable(String),
    /// The statement is not one read-only SELECT over the tables.
    #[error("the query was refused: {0}")]
    RefusedQuery(String),
    /// The statement is read-only but does not run.
    #[error("the query does not run: {0}")]
    FailedQuery(String),
    /// The statement took longer than it may.
    #[error("the query took longer than {0} seconds and was stopped")]
    SlowQuery(u64),
    /// The table has more rows than can be worked on in one run.
    #[error("the table has more than {0} rows")]
    TooManyRows(usize),
    /// The question is blank or too long.
    #[error("{0}")]
    InvalidQuestion(String),
    /// The answer cannot be put into a workbook as asked.
    #[error("{0}")]
    Unwritable(String),
    /// The user stopped it.
    #[error("stopped by the user")]
    Cancelled,
    /// The tables in memory or on disk could not be written or read.
    #[error("the tables could not be kept: {0}")]
    Storage(#[from] rusqlite::Error),
    /// The language model failed.
    #[error(transparent)]
    Generator(#[from] WireError),
}

impl From<Error> for WireError {
    fn from(error: Error) -> Self {
        let message = error.to_string();
        match error {
            Error::DamagedWorkbook(_) => Self::new(ErrorCode::DamagedFile, message)
                .with_hint("open it in Excel or WPS and save it again"),
            Error::EncryptedWorkbook => Self::new(ErrorCode::EncryptedFile, message)
                .with_hint("remove the password and ask again"),
            Error::NoTable(_) => Self::new(ErrorCode::EmptyFile, message)
                .with_hint("a table needs a row or a column of names and values beside them"),
            Error::TooManyRows(_) => Self::new(ErrorCode::InvalidInput, message)
                .with_hint("divide the table among sheets"),
            Error::InvalidQuestion(_) => Self::new(ErrorCode::InvalidInput, message),
            Error::Unwritable(_) => Self::new(ErrorCode::InvalidInput, message)
                .with_hint("ask in other words, or leave the chart out"),
            Error::RefusedQuery(_) => Self::new(ErrorCode::InvalidInput, message)
                .with_hint("ask in other words; only reading is allowed"),
            Error::FailedQuery(_) => {
                Self::new(ErrorCode::InvalidInput, message).with_hint("ask in other words")
            }
            Error::SlowQuery(_) => {
                Self::new(ErrorCode::TimedOut, message).with_hint("ask for less at once")
            }
            Error::Cancelled => Self::cancelled(),
            Error::Storage(_) => Self::new(ErrorCode::Internal, message),
            Error::Generator(wire) => wire,
        }
    }
}
