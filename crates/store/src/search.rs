//! The port of retrieval: full text, vectors, and the chunks themselves.

use deskmate_core::{ChunkId, ChunkIndex, Ranked, SourceId, StoredChunk, WireError};

use crate::catalogue::chunks::Shown;
use crate::catalogue::{chunks, settings, sources};
use crate::error::{Error, Result};
use crate::index::Index;
use crate::library::Library;
use crate::opening::NOTE_INDEX_BROKEN;

impl ChunkIndex for Library {
    fn search_terms(
        &self,
        terms: &str,
        limit: usize,
        scope: Option<&[SourceId]>,
    ) -> Result<Vec<Ranked>, WireError> {
        if limit == 0 || terms.trim().is_empty() {
            return Ok(Vec::new());
        }
        let terms = terms.to_string();
        self.search(scope, |index, scope| {
            index.search_terms(terms, limit, scope)
        })
    }

    fn search_vector(
        &self,
        vector: &[f32],
        limit: usize,
        scope: Option<&[SourceId]>,
    ) -> Result<Vec<Ranked>, WireError> {
        // A vector without direction is near nothing; the cosine would not be a number.
        if limit == 0 || vector.iter().all(|x| *x == 0.0) {
            return Ok(Vec::new());
        }
        let vector = vector.to_vec();
        self.search(scope, |index, scope| {
            index.search_vector(vector, limit, scope)
        })
    }

    fn chunks(&self, ids: &[ChunkId]) -> Result<Vec<StoredChunk>, WireError> {
        let shown = self
            .catalogue
            .read(|connection| chunks::by_ids(connection, ids))?;
        Ok(self.whole_only(shown)?)
    }

    fn neighbours(
        &self,
        source_id: SourceId,
        first: u32,
        last: u32,
    ) -> Result<Vec<StoredChunk>, WireError> {
        let shown = self
            .catalogue
            .read(|connection| chunks::by_ordinals(connection, source_id, first, last))?;
        Ok(self.whole_only(shown)?)
    }
}

impl Library {
    fn search<F>(
        &self,
        scope: Option<&[SourceId]>,
        work: impl FnOnce(Index, Option<Vec<SourceId>>) -> F,
    ) -> Result<Vec<Ranked>, WireError>
    where
        F: Future<Output = Result<Vec<Ranked>>> + Send + 'static,
    {
        if scope.is_some_and(<[SourceId]>::is_empty) {
            return Ok(Vec::new());
        }
        self.ensure_index()?;
        let scope = scope.map(<[SourceId]>::to_vec);
        let found = self.with_index(|index| work(index, scope));
        if let Err(error @ Error::Index { .. }) = &found {
            // The next open rebuilds it. If even this note fails, that open finds the damage by itself.
            let reason = error.to_string();
            let _ = self
                .catalogue
                .write(|transaction| settings::set_note(transaction, NOTE_INDEX_BROKEN, &reason));
        }
        Ok(self.known_only(found?)?)
    }

    /// Leaves out what is no longer as it was written, and has its files read again.
    fn whole_only(&self, shown: Shown) -> Result<Vec<StoredChunk>> {
        if !shown.damaged.is_empty() {
            self.catalogue
                .write(|transaction| sources::read_again(transaction, &shown.damaged))?;
        }
        Ok(shown.chunks)
    }

    /// Drops rows of the index whose chunk the catalogue does not have any more.
    fn known_only(&self, mut ranked: Vec<Ranked>) -> Result<Vec<Ranked>> {
        let ids: Vec<ChunkId> = ranked.iter().map(|ranked| ranked.chunk_id).collect();
        let known = self
            .catalogue
            .read(|connection| chunks::known(connection, &ids))?;
        ranked.retain(|ranked| known.contains(&ranked.chunk_id));
        Ok(ranked)
    }
}
