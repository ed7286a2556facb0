//! Why a text was or was not found.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use deskmate_core::{Anchor, CancelToken, ChunkId, ChunkIndex, WireError};
use deskmate_knowledge::{
    Rankings, RetrieveOptions, content_terms, fold, index_text, is_han, terms,
};
use serde::Serialize;

use crate::app::App;
use crate::sources::SourceState;

/// Chunks of the file that are shown.
const SHOWN: usize = 5;

/// How far down the ranking over the whole library is looked.
const DEPTH: usize = 200;

/// Why a text was or was not found.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Explanation {
    /// The file.
    pub path: PathBuf,
    /// How far it is; `unknown` when it is not in the library.
    pub state: ExplainedState,
    /// Why it failed or was left out.
    pub error: Option<WireError>,
    /// Words of the question that stand in the file.
    pub words_found: Vec<String>,
    /// Words of the question that do not.
    pub words_missing: Vec<String>,
    /// The file's chunks nearest to the question, best first.
    pub chunks: Vec<ExplainedChunk>,
}

/// How far a file is, or that it is none of the library's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ExplainedState {
    /// Not in the library.
    Unknown,
    /// As in the list of files.
    #[serde(untagged)]
    Known(SourceState),
}

/// A chunk with its scores.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ExplainedChunk {
    /// Its text.
    pub text: String,
    /// Its place.
    pub anchor: Anchor,
    /// Score among the chunks of this file.
    pub score: f32,
    /// Nearness by meaning, -1 to 1.
    pub cosine: Option<f32>,
    /// Nearness by words.
    pub bm25: Option<f32>,
    /// Its place among all chunks of the library, from 1; none when it is far down.
    pub rank: Option<usize>,
}

impl App {
    /// Tells whether a question's words stand in a file, and how its chunks score against all others.
    ///
    /// # Errors
    /// Those of the store and the engine.
    pub fn explain(
        &self,
        question: &str,
        path: &Path,
        cancel: &CancelToken,
    ) -> Result<Explanation, WireError> {
        let wanted = content_terms(question);
        let Ok(source) = self.source_of(path) else {
            return Ok(Explanation {
                path: path.to_path_buf(),
                state: ExplainedState::Unknown,
                error: None,
                words_found: Vec::new(),
                words_missing: joined(&wanted),
                chunks: Vec::new(),
            });
        };
        let held: HashSet<String> = self
            .library()
            .neighbours(source.id, 0, u32::MAX)?
            .iter()
            .flat_map(|stored| terms(&index_text(&stored.chunk)))
            .collect();
        let (found, missing): (Vec<String>, Vec<String>) =
            wanted.into_iter().partition(|term| held.contains(term));
        let ranks = self.ranks(question, cancel)?;
        let scope = [source.id];
        let options = RetrieveOptions {
            limit: SHOWN,
            scope: Some(&scope),
            per_source: SHOWN,
            rankings: Rankings::Both,
        };
        let hits = self.retrieve(question, options, cancel)?.hits;
        let chunks = hits.into_iter().map(|hit| ExplainedChunk {
            anchor: hit.stored.chunk.anchor_at(0),
            score: hit.score,
            cosine: hit.cosine,
            bm25: hit.bm25,
            rank: ranks
                .iter()
                .position(|id| *id == hit.stored.id)
                .map(|index| index + 1),
            text: hit.stored.chunk.text,
        });
        Ok(Explanation {
            state: ExplainedState::Known(SourceState::of(source.state)),
            error: source.error,
            words_found: joined(&found),
            words_missing: joined(&missing),
            chunks: chunks.collect(),
            path: source.path,
        })
    }

    fn ranks(&self, question: &str, cancel: &CancelToken) -> Result<Vec<ChunkId>, WireError> {
        let options = RetrieveOptions {
            limit: DEPTH,
            scope: None,
            per_source: DEPTH,
            rankings: Rankings::Both,
        };
        let hits = self.retrieve(question, options, cancel)?.hits;
        Ok(hits.into_iter().map(|hit| hit.stored.id).collect())
    }
}

/// Terms as words for people: pairs of Chinese characters that overlap become one word again.
fn joined(terms: &[String]) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for term in terms.iter().map(|term| fold(term)) {
        let is_pair = term.chars().count() == 2 && term.chars().all(is_han);
        let goes_on = words.last().is_some_and(|word| {
            is_pair && word.chars().all(is_han) && word.chars().last() == term.chars().next()
        });
        if let (true, Some(word)) = (goes_on, words.last_mut()) {
            word.extend(term.chars().skip(1));
        } else if !words.contains(&term) {
            words.push(term);
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_that_overlap_are_one_word() {
        let terms = ["差旅", "旅费", "报销", "vpn"].map(str::to_string);
        assert_eq!(joined(&terms), ["差旅费", "报销", "vpn"]);
    }
}
