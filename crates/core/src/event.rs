//! What a running job tells: one enum for the window, the command line and the tests.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::{Citation, ErrorCode, Usage, WireError};

/// Names a job within one run of the program.
pub type JobId = u64;

/// Events of a job, in order; exactly one of `Finished`, `Failed`, `Cancelled` ends it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum JobEvent {
    /// The job runs.
    Started {
        /// Which job.
        job_id: JobId,
    },
    /// How far it is.
    Progress(Progress),
    /// The passages an answer is built from, before its first token.
    Sources {
        /// In the order of their markers.
        sources: Vec<Citation>,
    },
    /// More text of the answer.
    Text {
        /// To be appended.
        delta: String,
    },
    /// A file was produced.
    Artifact {
        /// Where it lies.
        path: PathBuf,
        /// What it is.
        kind: ArtifactKind,
    },
    /// Something the user should know; the job goes on.
    Warning {
        /// Code for the shells.
        code: ErrorCode,
        /// One sentence.
        message: String,
    },
    /// Done.
    Finished {
        /// What it took.
        usage: Usage,
    },
    /// Ended by an error.
    Failed(WireError),
    /// Ended by the user.
    Cancelled,
}

/// How far a job is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Progress {
    /// What it does now, e.g. `reading`, `embedding`; a key that the shells translate.
    pub stage: String,
    /// Units done in this stage.
    pub done: u64,
    /// Units in all, when known.
    pub total: Option<u64>,
    /// Milliseconds left, when it can be told.
    pub eta_ms: Option<u64>,
    /// The thing worked on, e.g. a file name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub item: Option<String>,
}

/// Kinds of produced files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ArtifactKind {
    /// Running text with headings.
    Document,
    /// Slides.
    Deck,
    /// A table.
    Table,
    /// A test with its key.
    Quiz,
    /// A plan for a lesson.
    LessonPlan,
    /// Items at three levels.
    Worksheet,
    /// Several files that belong together.
    Pack,
    /// Two versions compared.
    Comparison,
}
