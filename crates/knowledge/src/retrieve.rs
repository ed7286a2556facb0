//! Hybrid retrieval: full text and vectors ranked apart, fused here.

use std::collections::{HashMap, HashSet};

use deskmate_core::{
    CancelToken, ChunkId, ChunkIndex, Embedder, EmbeddingRole, Hit, Ranked, SourceId, StoredChunk,
    WireError,
};

use crate::matcher::Matcher;
use crate::terms::terms;

/// How far retrieval looks.
#[derive(Debug, Clone, Copy)]
pub struct RetrieveOptions<'a> {
    /// Hits to give back.
    pub limit: usize,
    /// Only these sources; `None` for the whole library.
    pub scope: Option<&'a [SourceId]>,
    /// Most hits of one source among the first `limit` while others are left.
    pub per_source: usize,
    /// Which rankings are looked at.
    pub rankings: Rankings,
}

/// The rankings that retrieval looks at; one alone only for measurements.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Rankings {
    /// Full text and vectors, fused.
    #[default]
    Both,
    /// Full text alone.
    Terms,
    /// Vectors alone.
    Vectors,
}

/// What retrieval found, and what the decision to answer needs.
#[derive(Debug, Clone)]
pub struct Retrieval {
    /// Best first.
    pub hits: Vec<Hit>,
    /// How well the best hits cover the question.
    pub evidence: Evidence,
}

/// Figures from which it is decided, outside the model, whether the files hold an answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, serde::Serialize)]
pub struct Evidence {
    /// Share of the question's telling terms, weighed by rarity, that one of the best chunks holds; 0 to 1.
    pub coverage: f32,
    /// Cosine of the nearest chunk; 0 without vectors.
    pub cosine: f32,
    /// How far the nearest chunk stands out: cosine of the first minus the mean of the pool.
    pub margin: f32,
    /// False when the question names a work or clause that no hit has.
    pub named_place_found: bool,
}

/// Chunks taken from each ranking before fusion.
const POOL: usize = 100;

/// Weight of the vectors in the fused score; the rest is full text's.
const VECTOR_WEIGHT: f32 = 0.5;

/// What a chunk gains that holds all of the question's telling terms, weighed by how rare they are among the candidates.
/// `deskmate bench retrieval` prints what it brings; `tests/evals/README.md` has the figures before and after.
const COVERAGE_BONUS: f32 = 0.8;

/// Share of the question's telling terms, weighed by rarity, from which full text counts in full. Below it nothing
/// says what is asked in these words: the files are in another language or call it by other names, and the best match
/// is an accident (`deskmate bench retrieval --cross`).
const TELLING_COVERAGE: f32 = 0.3;

/// Finds the chunks that bear on a question; without an embedder by full text alone.
///
/// # Errors
/// Those of the index and the embedder.
pub fn retrieve(
    question: &str,
    index: &dyn ChunkIndex,
    embedder: Option<&dyn Embedder>,
    options: RetrieveOptions<'_>,
    cancel: &CancelToken,
) -> Result<Retrieval, WireError> {
    let by_terms = match options.rankings {
        Rankings::Both | Rankings::Terms => {
            index.search_terms(&unique_terms(question), POOL, options.scope)?
        }
        Rankings::Vectors => Vec::new(),
    };
    let by_vector = match embedder.filter(|_| options.rankings != Rankings::Terms) {
        Some(embedder) => {
            let query = [clip(question)];
            let vectors = embedder.embed(&query, EmbeddingRole::Query, cancel)?;
            match vectors.first() {
                Some(vector) => index.search_vector(vector, POOL, options.scope)?,
                None => Vec::new(),
            }
        }
        None => Vec::new(),
    };
    if cancel.is_cancelled() {
        return Err(WireError::cancelled());
    }
    let ids = union(&by_terms, &by_vector);
    let stored = index.chunks(&ids)?;
    let matcher = Matcher::new(question, &stored);
    let mut hits = fuse(stored, &by_terms, &by_vector, &matcher);
    let evidence = matcher.evidence(&hits, &by_vector);
    diversify(&mut hits, options.limit, options.per_source);
    hits.truncate(options.limit);
    Ok(Retrieval { hits, evidence })
}

/// A question longer than the embedding model's window is cut for the vector only; full text sees all of it.
fn clip(question: &str) -> String {
    question.chars().take(400).collect()
}

fn unique_terms(question: &str) -> String {
    let mut seen = HashSet::new();
    let unique: Vec<String> = terms(question)
        .into_iter()
        .filter(|term| seen.insert(term.clone()))
        .take(200)
        .collect();
    unique.join(" ")
}

fn union(a: &[Ranked], b: &[Ranked]) -> Vec<ChunkId> {
    let mut seen = HashSet::new();
    a.iter()
        .chain(b)
        .map(|ranked| ranked.chunk_id)
        .filter(|id| seen.insert(*id))
        .collect()
}

/// What each ranking counts for in one question's fused score; one ranking alone counts as it is.
struct Weights {
    text: f32,
    vector: f32,
    /// Share of the question's weighed terms in each chunk; empty for one ranking alone.
    coverage: HashMap<ChunkId, f32>,
}

impl Weights {
    fn of(
        stored: &[StoredChunk],
        by_terms: &[Ranked],
        by_vector: &[Ranked],
        matcher: &Matcher,
    ) -> Self {
        if by_terms.is_empty() || by_vector.is_empty() {
            let is_text = by_vector.is_empty();
            return Self {
                text: f32::from(u8::from(is_text)),
                vector: f32::from(u8::from(!is_text)),
                coverage: HashMap::new(),
            };
        }
        let coverage: HashMap<ChunkId, f32> = stored
            .iter()
            .map(|stored| (stored.id, matcher.coverage(stored)))
            .collect();
        let best = by_terms
            .iter()
            .take(5)
            .filter_map(|ranked| coverage.get(&ranked.chunk_id).copied())
            .fold(0.0_f32, f32::max);
        let telling = (best / TELLING_COVERAGE).min(1.0);
        Self {
            text: (1.0 - VECTOR_WEIGHT) * telling,
            vector: VECTOR_WEIGHT,
            coverage,
        }
    }
}

fn fuse(
    stored: Vec<StoredChunk>,
    by_terms: &[Ranked],
    by_vector: &[Ranked],
    matcher: &Matcher,
) -> Vec<Hit> {
    let bm25: HashMap<ChunkId, f32> = by_terms.iter().map(|r| (r.chunk_id, r.score)).collect();
    let cosine: HashMap<ChunkId, f32> = by_vector.iter().map(|r| (r.chunk_id, r.score)).collect();
    let best_bm25 = by_terms.first().map_or(1.0, |r| r.score.max(1e-6));
    let top = by_vector.first().map_or(0.0, |r| r.score);
    let floor = by_vector.last().map_or(0.0, |r| r.score);
    let spread = (top - floor).max(1e-4);
    let weights = Weights::of(&stored, by_terms, by_vector, matcher);
    let mut hits: Vec<Hit> = stored
        .into_iter()
        .map(|stored| {
            let bm25 = bm25.get(&stored.id).copied();
            let cosine = cosine.get(&stored.id).copied();
            let text = bm25.unwrap_or(0.0) / best_bm25;
            let vector = cosine.map_or(0.0, |c| ((c - floor) / spread).clamp(0.0, 1.0));
            let covered = weights.coverage.get(&stored.id).copied().unwrap_or(0.0);
            let score = weights.text * text
                + weights.vector * vector
                + COVERAGE_BONUS * covered
                + matcher.named_bonus(&stored);
            Hit {
                stored,
                score,
                cosine,
                bm25,
            }
        })
        .collect();
    hits.sort_by(|a, b| {
        b.score
            .total_cmp(&a.score)
            .then(a.stored.id.cmp(&b.stored.id))
    });
    hits
}

/// Moves hits beyond `per_source` of one source behind the others.
fn diversify(hits: &mut Vec<Hit>, limit: usize, per_source: usize) {
    let mut counts: HashMap<SourceId, usize> = HashMap::new();
    let mut kept = Vec::with_capacity(hits.len());
    let mut moved = Vec::new();
    for hit in hits.drain(..) {
        let count = counts.entry(hit.stored.source_id).or_default();
        *count += 1;
        if *count > per_source && kept.len() < limit {
            moved.push(hit);
        } else {
            kept.push(hit);
        }
    }
    let tail = kept.split_off(kept.len().min(limit));
    *hits = kept;
    hits.extend(moved);
    hits.extend(tail);
}
