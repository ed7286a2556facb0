//! The vocabulary of Deskmate and its ports.
//!
//! Here: documents and anchors, chunks and citations, events and errors, and the traits behind which engines,
//! stores and formats live. Not here: any engine, any file format, any user interface.

mod anchor;
mod cancel;
mod chunk;
mod courseware;
mod deck;
mod document;
mod engine;
mod error;
mod event;
mod format;
mod manuscript;
mod number;
mod part;
pub mod testing;

pub use anchor::Anchor;
pub use cancel::CancelToken;
pub use chunk::{Chunk, ChunkId, Citation, Hit, SourceId, Span, StoredChunk};
pub use courseware::{
    Difficulty, LessonPlan, LessonStep, Quiz, QuizAnswer, QuizItem, Worksheet, WorksheetLevel,
};
pub use deck::{
    Bullet, Chart, ChartKind, ChartSeries, Deck, Slide, SlideColumn, SlideContent, SlideTable,
};
pub use document::{Block, BlockContent, Document, ListItem, Parsed, ReadWarning};
pub use engine::{
    ChunkIndex, Constraint, Embedder, EmbeddingRole, Generation, GenerationRequest, IndexRow,
    Message, Ranked, Role, StopReason, TextGenerator, Usage,
};
pub use error::{ErrorCode, WireError};
pub use event::{ArtifactKind, JobEvent, JobId, Progress};
pub use format::{Format, ReadLimits};
pub use manuscript::{
    Comment, Entry, Manuscript, Passage, Run, mark_at, marked_runs, push_run, runs_text,
};
pub use number::number_text;
pub use part::{DocumentPart, Parts};
