//! Measurements that anybody can repeat: retrieval, answers, abstention, speed.
//!
//! A set is a folder with `docs.jsonl` (`doc_id`, `title`, `text`) and `queries.jsonl` (`question`, `answers`, `doc_id`
//! or `doc_ids`). Its documents are written out as files and added to a library like a user's.

mod answers;
mod decoding;
mod figures;
mod reopen;
mod retrieval;
mod samples;
mod score;
mod set;
mod speed;
mod table_score;
mod tables;

pub use answers::{AnswersParams, AnswersReport, AskedQuestion, answers};
pub use decoding::{DecodingReport, DecodingRow, decoding};
pub use figures::{FigureRow, FiguresReport, figures};
pub use reopen::{ReopenReport, ReopenRun, reopen};
pub use retrieval::{
    AbstentionReport, RecallRow, RetrievalParams, RetrievalReport, abstention, retrieval,
};
pub use samples::{SampleQuestion, SamplesReport, demo_questions, sample_files, samples};
pub use set::EvaluationSet;
pub use speed::{SpeedReport, speed};
pub use tables::{AskedTable, TableRow, TablesReport, tables};
