//! Hybrid retrieval: full text and vectors ranked apart, fused here.

use std::collections::{HashMap, HashSet};

use deskmate_core::{
    CancelToken, ChunkId, ChunkIndex, Embedder, EmbeddingRole, Hit, Ranked, SourceId, StoredChunk,
    WireError,
};

use crate::chunk::index_text;
use crate::question::{content_terms, named_places};
use crate::terms::{fold, terms};

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

/// Share of the question's telling terms, weighed by rarity, from which full text counts in full. Below it nothing
/// says what is asked in these words: the files are in another language or call it by other names, and the best match
/// is an accident. (Of questions in the other language the right document is first for 0.74, for 0.32 without this.)
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
    let (text_weight, vector_weight) = if by_vector.is_empty() {
        (1.0, 0.0)
    } else {
        let found: HashSet<ChunkId> = by_terms.iter().take(5).map(|r| r.chunk_id).collect();
        let coverage = stored
            .iter()
            .filter(|stored| found.contains(&stored.id))
            .map(|stored| matcher.coverage(stored))
            .fold(0.0_f32, f32::max);
        let telling = (coverage / TELLING_COVERAGE).min(1.0);
        ((1.0 - VECTOR_WEIGHT) * telling, VECTOR_WEIGHT)
    };
    let mut hits: Vec<Hit> = stored
        .into_iter()
        .map(|stored| {
            let bm25 = bm25.get(&stored.id).copied();
            let cosine = cosine.get(&stored.id).copied();
            let text = bm25.unwrap_or(0.0) / best_bm25;
            let vector = cosine.map_or(0.0, |c| ((c - floor) / spread).clamp(0.0, 1.0));
            let score = text_weight * text + vector_weight * vector + matcher.named_bonus(&stored);
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

/// Weighs the question's terms by how rare they are among the candidates, and reads the places it names.
struct Matcher {
    weights: HashMap<String, f32>,
    titles: Vec<String>,
    clauses: Vec<String>,
}

impl Matcher {
    fn new(question: &str, pool: &[StoredChunk]) -> Self {
        let wanted = content_terms(question);
        let mut frequency: HashMap<String, usize> =
            wanted.into_iter().map(|term| (term, 0)).collect();
        for stored in pool {
            let held: HashSet<String> = terms(&index_text(&stored.chunk)).into_iter().collect();
            for (term, count) in &mut frequency {
                *count += usize::from(held.contains(term));
            }
        }
        let total = pool.len() as f32;
        let weights = frequency
            .into_iter()
            .map(|(term, count)| (term, ((total + 1.0) / (count as f32 + 0.5)).ln().max(0.05)))
            .collect();
        let places = named_places(question);
        Self {
            weights,
            titles: places.titles,
            clauses: places.clauses,
        }
    }

    fn coverage(&self, stored: &StoredChunk) -> f32 {
        let held: HashSet<String> = terms(&index_text(&stored.chunk)).into_iter().collect();
        let all: f32 = self.weights.values().sum();
        let found: f32 = self
            .weights
            .iter()
            .filter(|(term, _)| held.contains(*term))
            .map(|(_, weight)| weight)
            .sum();
        if all > 0.0 { found / all } else { 0.0 }
    }

    fn has_title(&self, stored: &StoredChunk) -> bool {
        let heading = fold(&stored.chunk.heading.join(" "));
        self.titles
            .iter()
            .any(|title| heading.contains(title.as_str()))
    }

    /// The chunk's text names the work, be it the subject of a document of another title.
    fn speaks_of_title(&self, stored: &StoredChunk) -> bool {
        let text = fold(&stored.chunk.text);
        self.titles
            .iter()
            .any(|title| text.contains(title.as_str()))
    }

    /// The chunk opens the clause that the question names (its number stands at the start of a span).
    fn has_clause(&self, stored: &StoredChunk) -> bool {
        let chunk = &stored.chunk;
        chunk.spans.iter().any(|span| {
            let opening: String = chunk.text[span.start..span.end].chars().take(12).collect();
            terms(&opening)
                .iter()
                .filter(|term| term.starts_with('§'))
                .any(|term| self.clauses.contains(term))
        })
    }

    /// A chunk of the named work gains a little, the named clause of the named work goes first.
    fn named_bonus(&self, stored: &StoredChunk) -> f32 {
        if self.titles.is_empty() || !self.has_title(stored) {
            return 0.0;
        }
        if self.clauses.is_empty() || !self.has_clause(stored) {
            0.15
        } else {
            1.0
        }
    }

    fn evidence(&self, hits: &[Hit], by_vector: &[Ranked]) -> Evidence {
        let coverage = hits
            .iter()
            .take(5)
            .map(|hit| self.coverage(&hit.stored))
            .fold(0.0_f32, f32::max);
        let cosine = by_vector.first().map_or(0.0, |r| r.score);
        let mean = by_vector.iter().map(|r| r.score).sum::<f32>() / by_vector.len().max(1) as f32;
        let named_place_found = self.titles.is_empty()
            || hits
                .iter()
                .take(10)
                .any(|hit| match self.clauses.is_empty() {
                    true => self.has_title(&hit.stored) || self.speaks_of_title(&hit.stored),
                    false => self.has_title(&hit.stored) && self.has_clause(&hit.stored),
                });
        Evidence {
            coverage,
            cosine,
            margin: cosine - mean,
            named_place_found,
        }
    }
}
