//! Sentences taken from the source as they stand: the fallback where a model yields nothing usable.

use std::collections::HashMap;

use deskmate_core::StoredChunk;
use deskmate_knowledge::{Support, content_terms, sentences};

/// A sentence with fewer telling terms says nothing on its own.
const MIN_TERMS: usize = 8;

/// The sentences whose terms are most frequent in the passages, at most `limit`, in their order (after Luhn, The
/// Automatic Creation of Literature Abstracts, 1958).
pub(crate) fn telling_sentences(chunks: &[StoredChunk], limit: usize) -> Vec<Support> {
    let mut frequency: HashMap<String, f32> = HashMap::new();
    for stored in chunks {
        for term in content_terms(&stored.chunk.text) {
            *frequency.entry(term).or_default() += 1.0;
        }
    }
    let mut scored: Vec<(f32, Support)> = Vec::new();
    for (passage, stored) in chunks.iter().enumerate() {
        let text = &stored.chunk.text;
        for range in sentences(text) {
            let quote = text[range.clone()].trim();
            let terms = content_terms(quote);
            if terms.len() < MIN_TERMS {
                continue;
            }
            let sum: f32 = terms.iter().filter_map(|term| frequency.get(term)).sum();
            let support = Support {
                passage,
                anchor: stored.chunk.anchor_at(range.start),
                quote: quote.to_string(),
                score: sum / (terms.len() as f32).sqrt(),
            };
            scored.push((support.score, support));
        }
    }
    let mut order: Vec<usize> = (0..scored.len()).collect();
    order.sort_by(|a, b| scored[*b].0.total_cmp(&scored[*a].0));
    order.truncate(limit);
    order.sort_unstable();
    order
        .into_iter()
        .map(|index| scored[index].1.clone())
        .collect()
}

/// A named definition: the term, the words that define it, and its place.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Definition {
    pub(crate) term: String,
    pub(crate) support: Support,
}

/// Definitions that textbooks and rules set apart: `惯性：物体保持…的性质叫作惯性。`
pub(crate) fn definitions(chunks: &[StoredChunk]) -> Vec<Definition> {
    let mut out = Vec::new();
    for (passage, stored) in chunks.iter().enumerate() {
        let text = &stored.chunk.text;
        let mut at = 0;
        for line in text.split('\n') {
            let start = at;
            at += line.len() + 1;
            let Some((term, words)) = line.split_once(['：', ':']) else {
                continue;
            };
            let (term, words) = (term.trim(), words.trim());
            let is_term = (2..=14).contains(&term.chars().count())
                && !term
                    .chars()
                    .any(|c| c.is_ascii_digit() || matches!(c, '。' | '，' | '|' | '“'))
                && !is_label(term);
            // The whole definition and nothing behind it.
            let length = words.chars().count();
            let is_definition = (16..=110).contains(&length)
                && words.ends_with(['。', '.'])
                && !words.contains(['？', '?', '|']);
            if is_term && is_definition {
                out.push(Definition {
                    term: term.to_string(),
                    support: Support {
                        passage,
                        anchor: stored.chunk.anchor_at(start),
                        quote: line.trim().to_string(),
                        score: 1.0,
                    },
                });
            }
        }
    }
    out
}

/// Words before a colon that introduce an answer, a hint or a list and name nothing.
fn is_label(term: &str) -> bool {
    const LABELS: [&str; 18] = [
        "答", "解", "提示", "思考", "注意", "说明", "例如", "注", "即", "如下", "备注", "answer",
        "hint", "note", "example", "solution", "tip", "see",
    ];
    let term = term.to_lowercase();
    LABELS
        .iter()
        .any(|label| term == *label || (term.ends_with(label) && label.len() > 3))
}

/// A sentence brought down to `limit` characters at the end of a clause; without a clause that ends in time, `None`.
pub(crate) fn clause(sentence: &str, limit: usize) -> Option<String> {
    let sentence = sentence.trim();
    if sentence.chars().count() <= limit {
        return Some(without_end(sentence));
    }
    let head: String = sentence.chars().take(limit).collect();
    let cut = head.rfind(['，', '；', '。', ',', ';'])?;
    (head[..cut].chars().count() * 3 >= limit).then(|| without_end(&head[..cut]))
}

/// Points on slides have no full stop.
fn without_end(text: &str) -> String {
    text.trim_end_matches(|c: char| {
        matches!(c, '。' | '.' | '；' | ';' | '，' | ',') || c.is_whitespace()
    })
    .to_string()
}
