//! The embedder: vectors for what was written, and the count that makes a file ready.

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, SyncSender};
use std::time::{Duration, Instant};

use deskmate_core::{CancelToken, Embedder, EmbeddingRole, ErrorCode, SourceId, WireError};
use deskmate_knowledge::index_text;

use super::Tools;

/// Texts embedded in one call: some full batches, and cancelling waits for one of them at most.
const EMBED_TEXTS: usize = 32;

/// Makes vectors for the files that were written until there are no more.
pub(super) fn embed_all(
    tools: &Tools,
    embedder: &dyn Embedder,
    written: &Receiver<Vec<SourceId>>,
    cancel: &CancelToken,
    told: &SyncSender<(u64, u64, Duration)>,
) -> Result<(), WireError> {
    let (mut done, mut total) = (0_u64, 0_u64);
    let mut spent = Duration::ZERO;
    let model_id = embedder.model_id();
    while let Ok(ids) = written.recv() {
        let mut texts: HashMap<[u8; 32], String> = HashMap::new();
        for id in &ids {
            for stored in deskmate_core::ChunkIndex::neighbours(&*tools.library, *id, 0, u32::MAX)?
            {
                let text = index_text(&stored.chunk);
                texts.insert(*blake3::hash(text.as_bytes()).as_bytes(), text);
            }
        }
        let hashes: Vec<[u8; 32]> = texts.keys().copied().collect();
        let mut missing = tools.library.missing_vectors(&model_id, &hashes)?;
        // Alike lengths together: a batch is as slow as its padding.
        missing.sort_by_key(|hash| texts.get(hash).map_or(0, String::len));
        total += missing.len() as u64;
        for hashes in missing.chunks(EMBED_TEXTS) {
            tools.traffic.let_questions_go_first(cancel);
            if cancel.is_cancelled() {
                return Err(WireError::cancelled());
            }
            let batch: Vec<String> = hashes
                .iter()
                .filter_map(|h| texts.get(h).cloned())
                .collect();
            let before = Instant::now();
            let vectors = embed_fitting(embedder, batch, cancel)?;
            spent += before.elapsed();
            let rows: Vec<([u8; 32], Vec<f32>)> = hashes.iter().copied().zip(vectors).collect();
            tools.library.put_vectors(&model_id, &rows)?;
            done += hashes.len() as u64;
            // A full queue of reports loses one; the next one tells more.
            let _ = told.try_send((done, total, spent));
        }
        for indexed in tools.library.index_vectors(&ids)? {
            indexed.outcome?;
        }
    }
    let _ = told.try_send((done, total, spent));
    Ok(())
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
