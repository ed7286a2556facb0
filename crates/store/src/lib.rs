//! Everything Deskmate keeps: the catalogue in SQLite, which is the truth, and the search index in LanceDB, which
//! is made from it and can be made again at any time.
//!
//! Entry type: [`Library`]. All its methods block; call them from a thread that may wait. Not here: reading files,
//! cutting them into chunks, choosing index terms, embedding.
//!
//! The order of a write is always the same: SQLite first (the file is `pending`), then LanceDB, then a flush of
//! LanceDB's files to the disk, then SQLite again (`words`, `ready`). Whatever is found half done at the next open
//! is finished from the catalogue.

mod catalogue;
mod conversations;
mod error;
mod forget;
mod home;
mod index;
mod ingest;
mod jobs;
mod library;
mod manuscripts;
mod opening;
mod repair;
mod restore;
mod runtime;
mod search;
mod snapshot;
mod staged;

pub use catalogue::{
    Conversation, ConversationId, ConversationPage, ConversationQuery, ConversationSummary,
    Feedback, Forgotten, JobOutcome, JobState, ManuscriptId, ManuscriptSummary, ManuscriptVersion,
    Message, MessageId, NewChunk, NewDocument, NewJob, NewMessage, Redact, Source, SourcePage,
    SourceQuery, SourceState, StoredJob, StoredManuscript, Verdict, VersionId, VersionReason,
    WrittenDocument,
};
pub use forget::{ForgetReport, ForgetStep};
pub use ingest::IndexedSource;
pub use library::{
    Embedding, FilesByState, Library, LibraryStats, OpenOptions, OpenReport, TermsOf,
};
pub use repair::{VerifyFault, VerifyReport};
pub use restore::{BACKUP_FOLDERS, Restoring};
pub use snapshot::{CatalogueFacts, check_catalogue, snapshot};
