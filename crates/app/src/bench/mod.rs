//! Measurements that anybody can repeat: retrieval, answers, abstention, tables, speed.
//!
//! A set is a folder with `docs.jsonl` (`doc_id`, `title`, `text`) and `queries.jsonl` (`question`, `answers`, `doc_id`
//! or `doc_ids`). Its documents are written out as files and added to a library like a user's.

mod answers;
mod decoding;
mod engine;
mod figures;
mod indexing;
mod reopen;
mod retrieval;
mod samples;
mod scale;
mod score;
mod set;
mod soak;
mod speed;
mod table_score;
mod tables;

pub use answers::{AnswersParams, AnswersReport, AskedQuestion, answers};
pub use decoding::{DecodingReport, DecodingRow, decoding};
pub use engine::{CancelFigures, EngineReport, engine};
pub use figures::{FigureRow, FiguresReport, figures};
pub use indexing::{IndexingReport, indexing};
pub use reopen::{ReopenReport, ReopenRun, reopen};
pub use retrieval::{
    AbstentionReport, RecallRow, RetrievalParams, RetrievalReport, abstention, retrieval,
};
pub use samples::{SampleQuestion, SamplesReport, demo_questions, sample_files, samples};
pub use scale::{ScaleReport, ScaleRow, scale};
pub use set::EvaluationSet;
pub use soak::{Sample, SoakReport, soak};
pub use speed::{SpeedReport, speed};
pub use tables::{AskedTable, TableRow, TablesReport, tables};
