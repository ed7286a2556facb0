//! Error codes that cross to the shells, and the wire form of an error.

use serde::{Deserialize, Serialize};

/// The codes that a shell or a script reacts to. Text is for people; the code decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The PDF asks for a password.
    EncryptedPdf,
    /// Another file type that asks for a password.
    EncryptedFile,
    /// The content is broken so that nothing can be read.
    DamagedFile,
    /// Part of the content is broken and was left out (warning).
    PartlyDamaged,
    /// Nothing in the file: zero bytes, or no content.
    EmptyFile,
    /// Pages or pictures without a text layer.
    NeedsOcr,
    /// No reader for this content.
    UnsupportedFormat,
    /// The content is another format than the file's name says (warning).
    MislabelledFile,
    /// Over the size limit.
    FileTooLarge,
    /// An archive that unpacks to more than the limits allow.
    ArchiveBomb,
    /// The file went away or changed while it was read.
    FileVanished,
    /// A link that leads out of what the user named.
    LeadsElsewhere,
    /// The system refused access.
    PermissionDenied,
    /// No such file, conversation, model …
    NotFound,
    /// No progress within the limit.
    TimedOut,
    /// The worker died while it worked on this.
    WorkerCrashed,
    /// The worker needed more memory than it may have.
    OutOfMemory,
    /// The model is not on this machine.
    ModelNotInstalled,
    /// The model file is incomplete or not what its checksum says.
    ModelDamaged,
    /// A download did not succeed.
    DownloadFailed,
    /// The prompt does not fit into the context window.
    ContextTooLong,
    /// Something was left out to fit (warning).
    Omitted,
    /// The library on disk is damaged beyond what reopening repairs.
    LibraryDamaged,
    /// Another process has this library open.
    LibraryLocked,
    /// The disk is full.
    DiskFull,
    /// The user stopped it.
    Cancelled,
    /// Wrong arguments or input.
    InvalidInput,
    /// A fault of ours.
    Internal,
}

impl ErrorCode {
    /// The code as it stands on the wire, e.g. `encrypted_pdf`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::EncryptedPdf => "encrypted_pdf",
            Self::EncryptedFile => "encrypted_file",
            Self::DamagedFile => "damaged_file",
            Self::PartlyDamaged => "partly_damaged",
            Self::EmptyFile => "empty_file",
            Self::NeedsOcr => "needs_ocr",
            Self::UnsupportedFormat => "unsupported_format",
            Self::MislabelledFile => "mislabelled_file",
            Self::FileTooLarge => "file_too_large",
            Self::ArchiveBomb => "archive_bomb",
            Self::FileVanished => "file_vanished",
            Self::LeadsElsewhere => "leads_elsewhere",
            Self::PermissionDenied => "permission_denied",
            Self::NotFound => "not_found",
            Self::TimedOut => "timed_out",
            Self::WorkerCrashed => "worker_crashed",
            Self::OutOfMemory => "out_of_memory",
            Self::ModelNotInstalled => "model_not_installed",
            Self::ModelDamaged => "model_damaged",
            Self::DownloadFailed => "download_failed",
            Self::ContextTooLong => "context_too_long",
            Self::Omitted => "omitted",
            Self::LibraryDamaged => "library_damaged",
            Self::LibraryLocked => "library_locked",
            Self::DiskFull => "disk_full",
            Self::Cancelled => "cancelled",
            Self::InvalidInput => "invalid_input",
            Self::Internal => "internal",
        }
    }

    /// The code for an operating-system error.
    pub fn of_io(error: &std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::NotFound => Self::NotFound,
            std::io::ErrorKind::PermissionDenied => Self::PermissionDenied,
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Self::DiskFull,
            std::io::ErrorKind::TimedOut => Self::TimedOut,
            _ => Self::Internal,
        }
    }
}

/// An error as it crosses a process or the command line: `{"code","message","hint"}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[error("{message}")]
pub struct WireError {
    /// What a program reacts to.
    pub code: ErrorCode,
    /// What failed, lower case, with the file or value in backticks, no full stop.
    pub message: String,
    /// What to do next; empty when there is nothing to say.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<String>"))]
    pub hint: String,
}

impl WireError {
    /// An error without a hint.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            hint: String::new(),
        }
    }

    /// The same error with a hint.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// The error of a cancelled job.
    pub fn cancelled() -> Self {
        Self::new(ErrorCode::Cancelled, "stopped by the user")
    }
}
