//! Retrieval and grounded answers: chunks, index terms, ranking, packing, citations.
//!
//! Here: everything between a parsed document and an answer whose sentences are checked against their sources.
//! Not here: engines and storage, reached only through the ports of `core`.

mod chunk;
mod numerals;
mod sentence;
mod terms;

pub use chunk::{ChunkOptions, CountTokens, chunk_document, index_text};
pub use numerals::{numbers, parse_han_number};
pub use sentence::sentences;
pub use terms::{fold, is_han, term_string, terms};
