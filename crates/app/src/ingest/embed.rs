//! The embedder: vectors for what was written, and the count that makes a file ready.

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, SyncSender};
use std::time::{Duration, Instant};

use deskmate_core::{
    CancelToken, ChunkIndex, Embedder, EmbeddingRole, ErrorCode, SourceId, StoredChunk, WireError,
};
use deskmate_knowledge::index_text;

use super::Tools;

/// Texts embedded in one call: some full batches, and cancelling waits for one of them at most.
const EMBED_TEXTS: usize = 32;

/// Chunks whose texts are in memory at once.
const WINDOW: u32 = 1_024;

/// Makes vectors for the files that were written until there are no more.
pub(super) fn embed_all(
    tools: &Tools,
    embedder: &dyn Embedder,
    written: &Receiver<Vec<SourceId>>,
    cancel: &CancelToken,
    told: &SyncSender<(u64, u64, Duration)>,
) -> Result<(), WireError> {
    let mut kiln = Kiln {
        tools,
        embedder,
        cancel,
        told,
        model_id: embedder.model_id(),
        texts: HashMap::new(),
        done: 0,
        total: 0,
        spent: Duration::ZERO,
    };
    while let Ok(ids) = written.recv() {
        for id in &ids {
            let mut first = 0;
            loop {
                let last = first + WINDOW - 1;
                let stored = ChunkIndex::neighbours(&*tools.library, *id, first, last)?;
                if stored.is_empty() {
                    break;
                }
                first += WINDOW;
                kiln.add(stored)?;
            }
        }
        kiln.embed()?;
        for indexed in tools.library.index_vectors(&ids)? {
            indexed.outcome?;
        }
    }
    kiln.tell();
    Ok(())
}

/// Texts that wait for their vectors, and what was done of them.
struct Kiln<'a> {
    tools: &'a Tools,
    embedder: &'a dyn Embedder,
    cancel: &'a CancelToken,
    told: &'a SyncSender<(u64, u64, Duration)>,
    model_id: String,
    texts: HashMap<[u8; 32], String>,
    done: u64,
    total: u64,
    spent: Duration,
}

impl Kiln<'_> {
    fn add(&mut self, stored: Vec<StoredChunk>) -> Result<(), WireError> {
        for stored in stored {
            let text = index_text(&stored.chunk);
            self.texts
                .insert(*blake3::hash(text.as_bytes()).as_bytes(), text);
        }
        if self.texts.len() >= WINDOW as usize {
            self.embed()?;
        }
        Ok(())
    }

    /// Makes the vectors of all texts that have none.
    fn embed(&mut self) -> Result<(), WireError> {
        let texts = std::mem::take(&mut self.texts);
        let hashes: Vec<[u8; 32]> = texts.keys().copied().collect();
        let library = &self.tools.library;
        let mut missing = library.missing_vectors(&self.model_id, &hashes)?;
        // Alike lengths together: a batch is as slow as its padding.
        missing.sort_by_key(|hash| texts.get(hash).map_or(0, String::len));
        self.total += missing.len() as u64;
        for hashes in missing.chunks(EMBED_TEXTS) {
            self.tools.traffic.let_questions_go_first(self.cancel);
            if self.cancel.is_cancelled() {
                return Err(WireError::cancelled());
            }
            let batch: Vec<String> = hashes
                .iter()
                .filter_map(|h| texts.get(h).cloned())
                .collect();
            let before = Instant::now();
            let vectors = embed_fitting(self.embedder, batch, self.cancel)?;
            self.spent += before.elapsed();
            let rows: Vec<([u8; 32], Vec<f32>)> = hashes.iter().copied().zip(vectors).collect();
            library.put_vectors(&self.model_id, &rows)?;
            self.done += hashes.len() as u64;
            self.tell();
        }
        Ok(())
    }

    fn tell(&self) {
        // A full queue of reports loses one; the next one tells more.
        let _ = self.told.try_send((self.done, self.total, self.spent));
    }
}

/// Embeds a batch; a text over the model's window (the sum of its parts was an estimate) goes in shortened.
fn embed_fitting(
    embedder: &dyn Embedder,
    mut batch: Vec<String>,
    cancel: &CancelToken,
) -> Result<Vec<Vec<f32>>, WireError> {
    for _ in 0..4 {
        match embedder.embed(&batch, EmbeddingRole::Passage, cancel) {
            Err(error) if error.code == ErrorCode::ContextTooLong => {
                let counts = embedder.count_tokens(&batch)?;
                for (text, tokens) in batch.iter_mut().zip(counts) {
                    if tokens > embedder.max_tokens() {
                        let keep = text.chars().count() * embedder.max_tokens() / tokens * 9 / 10;
                        *text = text.chars().take(keep).collect();
                    }
                }
            }
            other => return other,
        }
    }
    embedder.embed(&batch, EmbeddingRole::Passage, cancel)
}
