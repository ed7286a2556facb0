//! Retrieval and grounded answers: chunks, index terms, ranking, packing, citations.
//!
//! Here: everything between a parsed document and an answer whose sentences are checked against their sources.
//! Not here: engines and storage, reached only through the ports of `core`.
//! Entry: [`chunk_document`] on the way in, [`retrieve`] and [`answer_question`] on the way out.

mod abstain;
mod answer;
mod brief;
mod chunk;
mod cite;
mod compose;
mod expand;
mod follow_up;
mod matcher;
mod nearest;
mod numerals;
mod prompt;
mod question;
mod retrieve;
mod rows;
mod sentence;
mod terms;

pub use abstain::has_evidence;
pub use answer::{Answer, Engines, Question, Turn, answer_question};
pub use chunk::{ChunkOptions, Chunker, CountTokens, chunk_document, index_text};
pub use cite::{Aligner, Markers, Support};
pub use compose::UNSUPPORTED_MARK;
pub use expand::retrieve_expanded;
pub use follow_up::completed;
pub use numerals::{numbers, parse_han_number};
pub use question::{Language, content_terms, language_of, points_back, wants_calculation};
pub use retrieve::{Evidence, Rankings, Retrieval, RetrieveOptions, retrieve};
pub use sentence::sentences;
pub use terms::{fold, is_han, term_string, terms};
