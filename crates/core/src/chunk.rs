//! Chunks, hits and citations: what retrieval finds and what an answer points to.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::Anchor;

/// Number of a source in the catalogue.
pub type SourceId = i64;

/// Number of a chunk in the catalogue.
pub type ChunkId = i64;

/// A retrieval unit: a stretch of a document that is embedded and found as one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chunk {
    /// Position in its document, from 0.
    pub ordinal: u32,
    /// Headings above it (document title first); put in front of the text for embedding and full text.
    pub heading: Vec<String>,
    /// The text itself, without the headings.
    pub text: String,
    /// Which part of `text` stands where; in order, without overlap.
    pub spans: Vec<Span>,
}

/// A stretch of a chunk's text that stands at one place of the source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Span {
    /// First byte in the chunk's text.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Its place in the source.
    pub anchor: Anchor,
}

impl Chunk {
    /// The place of a byte of the text: that of the span that holds it, else of the nearest one before.
    pub fn anchor_at(&self, byte: usize) -> Anchor {
        self.spans
            .iter()
            .rev()
            .find(|span| span.start <= byte)
            .or(self.spans.first())
            .map(|span| span.anchor.clone())
            .unwrap_or_default()
    }
}

/// A chunk as stored, with the file it comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredChunk {
    /// Its number.
    pub id: ChunkId,
    /// Its file's number.
    pub source_id: SourceId,
    /// Its file's path.
    pub path: PathBuf,
    /// The chunk.
    pub chunk: Chunk,
}

/// A found chunk with its scores; higher is better in all of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hit {
    /// What was found.
    pub stored: StoredChunk,
    /// Fused score that orders the hits.
    pub score: f32,
    /// Cosine of question and chunk, -1 to 1, where the vectors were searched.
    pub cosine: Option<f32>,
    /// BM25 of the full text, where it matched.
    pub bm25: Option<f32>,
}

/// A checked pointer from an answer to a place in a source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Citation {
    /// The number shown in the answer, from 1.
    pub marker: u32,
    /// The source.
    pub path: PathBuf,
    /// The place.
    pub anchor: Anchor,
    /// The words there, as they stand in the source's text.
    pub quote: String,
}
