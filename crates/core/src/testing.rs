//! Fakes of the engines for tests below the acceptance level.

use std::collections::HashMap;
use std::sync::Mutex;

use crate::{
    CancelToken, ChunkId, ChunkIndex, Embedder, EmbeddingRole, Generation, GenerationRequest,
    Ranked, SourceId, StopReason, StoredChunk, TextGenerator, Usage, WireError,
};

/// A generator that gives the prepared replies one after the other and records what it was asked.
#[derive(Debug, Default)]
pub struct ScriptedGenerator {
    replies: Mutex<Vec<String>>,
    requests: Mutex<Vec<GenerationRequest>>,
    window: usize,
}

impl ScriptedGenerator {
    /// A generator with these replies and a context window in tokens (one token per character).
    pub fn new(replies: &[&str], window: usize) -> Self {
        Self {
            replies: Mutex::new(replies.iter().rev().map(ToString::to_string).collect()),
            requests: Mutex::new(Vec::new()),
            window,
        }
    }

    /// What it was asked, in order.
    pub fn requests(&self) -> Vec<GenerationRequest> {
        self.requests.lock().map(|r| r.clone()).unwrap_or_default()
    }
}

impl TextGenerator for ScriptedGenerator {
    fn generate(
        &self,
        request: &GenerationRequest,
        cancel: &CancelToken,
        on_text: &mut dyn FnMut(&str),
    ) -> Result<Generation, WireError> {
        if cancel.is_cancelled() {
            return Err(WireError::cancelled());
        }
        if let Ok(mut requests) = self.requests.lock() {
            requests.push(request.clone());
        }
        let text = self
            .replies
            .lock()
            .ok()
            .and_then(|mut replies| replies.pop())
            .unwrap_or_default();
        on_text(&text);
        Ok(Generation {
            text,
            stop_reason: StopReason::EndOfTurn,
            usage: Usage::default(),
        })
    }

    fn count_tokens(&self, texts: &[String]) -> Result<Vec<usize>, WireError> {
        Ok(texts.iter().map(|text| text.chars().count()).collect())
    }

    fn context_window(&self) -> Result<usize, WireError> {
        Ok(self.window)
    }
}

/// An embedder whose vectors are counts of hashed character pairs: alike texts get alike vectors.
#[derive(Debug, Default, Clone, Copy)]
pub struct HashEmbedder;

const HASH_DIMENSIONS: usize = 64;

impl Embedder for HashEmbedder {
    fn embed(
        &self,
        texts: &[String],
        _role: EmbeddingRole,
        cancel: &CancelToken,
    ) -> Result<Vec<Vec<f32>>, WireError> {
        if cancel.is_cancelled() {
            return Err(WireError::cancelled());
        }
        Ok(texts.iter().map(|text| hash_vector(text)).collect())
    }

    fn count_tokens(&self, texts: &[String]) -> Result<Vec<usize>, WireError> {
        Ok(texts.iter().map(|text| text.chars().count()).collect())
    }

    fn model_id(&self) -> String {
        "hash-64".to_string()
    }

    fn max_tokens(&self) -> usize {
        500
    }
}

fn hash_vector(text: &str) -> Vec<f32> {
    let characters: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
    let mut vector = vec![0.0_f32; HASH_DIMENSIONS];
    for pair in characters.windows(2) {
        let hash = (pair[0] as usize)
            .wrapping_mul(31)
            .wrapping_add(pair[1] as usize);
        vector[hash % HASH_DIMENSIONS] += 1.0;
    }
    let norm = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    if norm > 0.0 {
        for x in &mut vector {
            *x /= norm;
        }
    }
    vector
}

/// An index in memory: terms matched by count, vectors by cosine.
#[derive(Debug, Default)]
pub struct MemoryIndex {
    rows: Vec<(StoredChunk, String, Vec<f32>)>,
}

impl MemoryIndex {
    /// Adds a chunk with its terms and vector.
    pub fn push(&mut self, stored: StoredChunk, terms: &str, vector: Vec<f32>) {
        self.rows.push((stored, terms.to_string(), vector));
    }

    fn rank(
        &self,
        limit: usize,
        scope: Option<&[SourceId]>,
        score: impl Fn(&(StoredChunk, String, Vec<f32>)) -> f32,
    ) -> Vec<Ranked> {
        let mut ranked: Vec<Ranked> = self
            .rows
            .iter()
            .filter(|row| scope.is_none_or(|ids| ids.contains(&row.0.source_id)))
            .map(|row| Ranked {
                chunk_id: row.0.id,
                score: score(row),
            })
            .filter(|ranked| ranked.score > 0.0)
            .collect();
        ranked.sort_by(|a, b| b.score.total_cmp(&a.score));
        ranked.truncate(limit);
        ranked
    }
}

impl ChunkIndex for MemoryIndex {
    fn search_terms(
        &self,
        terms: &str,
        limit: usize,
        scope: Option<&[SourceId]>,
    ) -> Result<Vec<Ranked>, WireError> {
        let mut wanted: HashMap<&str, f32> = HashMap::new();
        for term in terms.split_whitespace() {
            let holding = self
                .rows
                .iter()
                .filter(|row| row.1.split_whitespace().any(|t| t == term))
                .count();
            wanted.insert(term, 1.0 / (1.0 + holding as f32));
        }
        Ok(self.rank(limit, scope, |row| {
            wanted
                .iter()
                .filter(|(term, _)| row.1.split_whitespace().any(|t| t == **term))
                .map(|(_, weight)| weight)
                .sum()
        }))
    }

    fn search_vector(
        &self,
        vector: &[f32],
        limit: usize,
        scope: Option<&[SourceId]>,
    ) -> Result<Vec<Ranked>, WireError> {
        Ok(self.rank(limit, scope, |row| {
            row.2.iter().zip(vector).map(|(a, b)| a * b).sum()
        }))
    }

    fn chunks(&self, ids: &[ChunkId]) -> Result<Vec<StoredChunk>, WireError> {
        Ok(ids
            .iter()
            .filter_map(|id| self.rows.iter().find(|row| row.0.id == *id))
            .map(|row| row.0.clone())
            .collect())
    }

    fn neighbours(
        &self,
        source_id: SourceId,
        first: u32,
        last: u32,
    ) -> Result<Vec<StoredChunk>, WireError> {
        Ok(self
            .rows
            .iter()
            .filter(|row| row.0.source_id == source_id)
            .filter(|row| (first..=last).contains(&row.0.chunk.ordinal))
            .map(|row| row.0.clone())
            .collect())
    }
}

/// Chance for tests that try many inputs: the same seed gives the same inputs.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// With this seed.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `limit`, 0 for a limit of 0. Source: xorshift64*, Vigna 2016.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let mixed = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D);
        (mixed >> 33) as usize % limit.max(1)
    }

    /// One of these.
    ///
    /// # Panics
    /// When there is none.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// Up to `most` of these, one behind the other.
    pub fn text(&mut self, from: &[&str], most: usize) -> String {
        let count = self.below(most + 1);
        (0..count).map(|_| *self.pick(from)).collect()
    }

    /// Up to `most` bytes.
    pub fn bytes(&mut self, most: usize) -> Vec<u8> {
        let count = self.below(most + 1);
        (0..count).map(|_| self.below(256) as u8).collect()
    }
}
