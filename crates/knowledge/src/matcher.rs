//! A question's telling terms and the places it names, held against the candidates.

use std::collections::{HashMap, HashSet};

use deskmate_core::{Hit, Ranked, StoredChunk};

use crate::chunk::index_text;
use crate::question::{content_terms, named_places};
use crate::retrieve::Evidence;
use crate::terms::{fold, terms};

/// Weighs the question's terms by how rare they are among the candidates, and reads the places it names.
pub(crate) struct Matcher {
    weights: HashMap<String, f32>,
    titles: Vec<String>,
    clauses: Vec<String>,
}

impl Matcher {
    pub(crate) fn new(question: &str, pool: &[StoredChunk]) -> Self {
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

    pub(crate) fn coverage(&self, stored: &StoredChunk) -> f32 {
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
    pub(crate) fn named_bonus(&self, stored: &StoredChunk) -> f32 {
        if self.titles.is_empty() || !self.has_title(stored) {
            return 0.0;
        }
        if self.clauses.is_empty() || !self.has_clause(stored) {
            0.15
        } else {
            1.0
        }
    }

    pub(crate) fn evidence(&self, hits: &[Hit], by_vector: &[Ranked]) -> Evidence {
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
