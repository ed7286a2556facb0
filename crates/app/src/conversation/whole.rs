//! A follow-up made whole, before it is decided how to answer it.

use deskmate_core::{CancelToken, ChunkId, ChunkIndex, StoredChunk, WireError};
use deskmate_knowledge::{Rankings, RetrieveOptions, completed, points_back};

use crate::app::{App, Asked};

/// Passages in which the like of what a follow-up names is looked for, when the answer before had none of its own.
const PASSAGES: usize = 6;

impl App {
    /// The whole question, where the one asked only names another thing than the one before it.
    pub(crate) fn whole_question(
        &self,
        asked: Asked<'_>,
        cancel: &CancelToken,
    ) -> Result<Option<String>, WireError> {
        let Some(last) = asked.history.last() else {
            return Ok(None);
        };
        // A turn that found its answer in what was there has no passages of its own.
        let seen: Vec<ChunkId> = asked
            .history
            .iter()
            .rev()
            .flat_map(|turn| turn.chunk_ids.iter().copied())
            .collect();
        let passages = self.library().chunks(&seen)?;
        if let Some(whole) = completed(asked.text, &last.question, &passages) {
            return Ok(Some(whole));
        }
        if !last.chunk_ids.is_empty() || !points_back(asked.text) {
            return Ok(None);
        }
        // It was calculated or refused: the table is found anew.
        let options = RetrieveOptions {
            limit: PASSAGES,
            scope: asked.scope,
            per_source: PASSAGES,
            rankings: Rankings::Both,
        };
        let query = format!("{} {}", last.query, asked.text);
        let found = self.retrieve(&query, options, cancel)?.hits;
        let passages: Vec<StoredChunk> = found.into_iter().map(|hit| hit.stored).collect();
        Ok(completed(asked.text, &last.question, &passages))
    }
}
