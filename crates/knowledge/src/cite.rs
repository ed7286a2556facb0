//! Aligns the sentences of an answer to the sentences of the passages it was built from.
//!
//! A sentence is supported by a place only if the place holds most of its telling terms and every number in it:
//! the model's own word for where it read something counts for nothing.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use deskmate_core::{
    Anchor, CancelToken, Citation, Embedder, EmbeddingRole, StoredChunk, WireError,
};

use crate::numerals::numbers;
use crate::question::{Language, content_terms, language_of};
use crate::sentence::sentences;

/// A place that supports a sentence of an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Support {
    /// Index of the passage.
    pub passage: usize,
    /// Place in the source.
    pub anchor: Anchor,
    /// The supporting words as they stand in the source.
    pub quote: String,
    /// Share of the sentence's terms found there, 0 to 1.
    pub score: f32,
}

/// Least share of a sentence's weighed terms that its place must hold. Lower lets sentences through that only share
/// the question's words; higher refuses fair paraphrases (`deskmate bench answers` prints both).
const MIN_COVERAGE: f32 = 0.5;

/// Share of its weight that a term keeps when the question has it too: an answer restates its question, and the
/// source need not do so in the same words.
const QUESTION_SHARE: f32 = 0.3;

/// Share of the largest weight for a term that no passage has: a paraphrase has some of them.
const UNKNOWN_SHARE: f32 = 0.7;

/// Most sentences of the source that one sentence may draw together.
const MAX_WINDOW: usize = 4;

/// Least cosine for an answer in another language than its source, where terms cannot match. e5 puts unrelated
/// sentences of two languages at 0.70 to 0.80.
const MIN_CROSS_COSINE: f32 = 0.84;

/// The sentences of a set of passages, ready to be aligned to.
pub struct Aligner<'a> {
    units: Vec<Unit>,
    /// The passages' texts, which quotes are cut from.
    texts: Vec<String>,
    weights: HashMap<String, f32>,
    question_numbers: HashSet<String>,
    question_terms: HashSet<String>,
    embedder: Option<&'a dyn Embedder>,
    vectors: Option<Vec<Vec<f32>>>,
}

/// One sentence, line or row of a passage.
struct Unit {
    passage: usize,
    /// Bytes of the passage's text.
    range: Range<usize>,
    text: String,
    anchor: Anchor,
    terms: HashSet<String>,
    numbers: HashSet<String>,
    /// Terms and numbers of the line and its heading and neighbours, which may complete a number's context.
    near: HashSet<String>,
}

impl<'a> Aligner<'a> {
    /// Prepares passages; `question` lends its numbers (an answer may repeat them), `embedder` helps where answer
    /// and source are in different languages.
    pub fn new(
        passages: &[StoredChunk],
        question: &str,
        embedder: Option<&'a dyn Embedder>,
    ) -> Self {
        let mut units: Vec<Unit> = passages
            .iter()
            .enumerate()
            .flat_map(|(index, stored)| units_of(index, stored))
            .collect();
        let all: Vec<HashSet<String>> = units.iter().map(|unit| unit.numbers.clone()).collect();
        for (index, unit) in units.iter_mut().enumerate() {
            let near = all[index.saturating_sub(1)..(index + 2).min(all.len())].iter();
            unit.near = near.flatten().cloned().collect();
        }
        let total = units.len() as f32;
        let mut frequency: HashMap<String, f32> = HashMap::new();
        for unit in &units {
            for term in &unit.terms {
                *frequency.entry(term.clone()).or_default() += 1.0;
            }
        }
        let weights = frequency
            .into_iter()
            .map(|(term, count)| (term, ((total + 1.0) / (count + 0.5)).ln().max(0.1)))
            .collect();
        Self {
            units,
            texts: passages
                .iter()
                .map(|stored| stored.chunk.text.clone())
                .collect(),
            weights,
            question_numbers: numbers(question).into_iter().collect(),
            question_terms: content_terms(question).into_iter().collect(),
            embedder,
            vectors: None,
        }
    }

    /// The place that best supports a sentence, or `None` when none does.
    ///
    /// # Errors
    /// Those of the embedder.
    pub fn align(
        &mut self,
        sentence: &str,
        cancel: &CancelToken,
    ) -> Result<Option<Support>, WireError> {
        let wanted = content_terms(sentence);
        let stated: Vec<String> = numbers(sentence)
            .into_iter()
            .filter(|number| !self.question_numbers.contains(number))
            .collect();
        if wanted.is_empty() && stated.is_empty() {
            return Ok(None);
        }
        if let Some(found) = self.align_terms(&wanted, &stated) {
            return Ok(Some(found));
        }
        self.align_vectors(sentence, &stated, cancel)
    }

    /// The sentence of the passages that holds most of a question's telling terms; `None` when none holds enough.
    pub(crate) fn nearest(&self, question: &str) -> Option<Support> {
        let wanted = content_terms(question);
        let weight = |term: &String| self.weights.get(term).copied().unwrap_or(1.0);
        let all: f32 = wanted.iter().map(weight).sum();
        let best = self
            .units
            .iter()
            .enumerate()
            .map(|(index, unit)| {
                let held = wanted.iter().filter(|term| unit.terms.contains(*term));
                (held.map(weight).sum::<f32>() / all.max(1e-6), index)
            })
            // Of equals the first.
            .reduce(|best, next| if next.0 > best.0 { next } else { best })?;
        (best.0 >= MIN_COVERAGE).then(|| self.support(best.1..best.1 + 1, best.0))
    }

    fn align_terms(&self, wanted: &[String], stated: &[String]) -> Option<Support> {
        let unknown = (self.units.len() as f32 + 1.0).ln().max(0.5) * UNKNOWN_SHARE;
        // A sentence with nothing of its own but the question's words is weighed by those.
        let is_new = |term: &&String| !self.question_terms.contains(*term);
        let share = if wanted.iter().any(|term| is_new(&term)) {
            QUESTION_SHARE
        } else {
            1.0
        };
        let weight = |term: &String| match (self.weights.get(term), is_new(&term)) {
            (Some(rarity), true) => *rarity,
            (Some(rarity), false) => rarity * share,
            (None, true) => unknown,
            // The question's words need not be the source's.
            (None, false) => unknown * (share - QUESTION_SHARE),
        };
        let all: f32 = wanted.iter().map(weight).sum();
        // The fewest sentences that do: a summary draws several together, an answer seldom.
        (1..=MAX_WINDOW).find_map(|size| {
            let best = (0..(self.units.len() + 1).saturating_sub(size))
                .map(|first| first..first + size)
                .filter(|window| self.is_one_passage(window))
                .filter(|window| self.has_numbers(window, stated))
                .map(|window| {
                    let held = |term: &&String| {
                        let mut units = self.units[window.clone()].iter();
                        units.any(|unit| unit.terms.contains(*term))
                    };
                    let found: f32 = wanted.iter().filter(held).map(weight).sum();
                    (if all > 0.0 { found / all } else { 1.0 }, window)
                })
                // Of equals the first.
                .reduce(|best, next| if next.0 > best.0 { next } else { best })?;
            (best.0 >= MIN_COVERAGE).then(|| self.support(best.1, best.0))
        })
    }

    fn is_one_passage(&self, window: &Range<usize>) -> bool {
        self.units[window.start].passage == self.units[window.end - 1].passage
    }

    /// Every number must stand in the sentences themselves or, all but one, in the lines beside them.
    fn has_numbers(&self, window: &Range<usize>, stated: &[String]) -> bool {
        let units = &self.units[window.clone()];
        let own = |number: &String| units.iter().any(|unit| unit.numbers.contains(number));
        let near = |number: &String| units.iter().any(|unit| unit.near.contains(number));
        stated.iter().all(|number| own(number) || near(number))
            && (stated.is_empty() || stated.iter().any(own))
    }

    fn align_vectors(
        &mut self,
        sentence: &str,
        stated: &[String],
        cancel: &CancelToken,
    ) -> Result<Option<Support>, WireError> {
        let Some(embedder) = self.embedder else {
            return Ok(None);
        };
        let language = language_of(sentence);
        let crossing = |unit: &Unit| language_of(&unit.text) != language;
        if !self.units.iter().any(crossing) {
            return Ok(None);
        }
        if self.vectors.is_none() {
            let texts: Vec<String> = self.units.iter().map(|unit| clip(&unit.text)).collect();
            self.vectors = Some(embedder.embed(&texts, EmbeddingRole::Passage, cancel)?);
        }
        let query = embedder.embed(&[clip(sentence)], EmbeddingRole::Query, cancel)?;
        let (Some(query), Some(vectors)) = (query.first(), &self.vectors) else {
            return Ok(None);
        };
        let best = self
            .units
            .iter()
            .zip(vectors)
            .enumerate()
            .filter(|(index, (unit, _))| {
                crossing(unit) && self.has_numbers(&(*index..*index + 1), stated)
            })
            .map(|(index, (_, vector))| (dot(query, vector), index))
            .max_by(|a, b| a.0.total_cmp(&b.0));
        Ok(best
            .filter(|(score, _)| *score >= MIN_CROSS_COSINE)
            .map(|(score, index)| self.support(index..index + 1, score)))
    }

    fn support(&self, window: Range<usize>, score: f32) -> Support {
        let (first, last) = (&self.units[window.start], &self.units[window.end - 1]);
        let quote = self.texts[first.passage][first.range.start..last.range.end].to_string();
        Support {
            passage: first.passage,
            anchor: first.anchor.clone(),
            quote,
            score,
        }
    }
}

fn units_of(passage: usize, stored: &StoredChunk) -> Vec<Unit> {
    let chunk = &stored.chunk;
    // The first row of a table names its columns: it belongs to every row, as the headings do.
    let header = chunk.text.lines().find(|line| is_row(line)).unwrap_or("");
    sentences(&chunk.text)
        .into_iter()
        .filter_map(|range| {
            let text = chunk.text[range.clone()].trim();
            // A full stop of its own would carry the headings' terms and be quoted for nothing.
            if !text.chars().any(char::is_alphanumeric) {
                return None;
            }
            let lead =
                chunk.text[range.clone()].len() - chunk.text[range.clone()].trim_start().len();
            let start = range.start + lead;
            Some(Unit {
                passage,
                range: start..start + text.len(),
                text: text.to_string(),
                anchor: chunk.anchor_at(start),
                // The headings belong to every sentence below them: an answer names its subject, the source does
                // so once, above.
                terms: {
                    let columns = if is_row(text) { header } else { "" };
                    content_terms(&format!("{} {columns} {text}", chunk.heading.join(" ")))
                        .into_iter()
                        .collect()
                },
                numbers: numbers(text).into_iter().collect(),
                near: HashSet::new(),
            })
        })
        .collect()
}

/// A table row, as chunks write it.
fn is_row(line: &str) -> bool {
    line.contains(" | ")
}

fn clip(text: &str) -> String {
    text.chars().take(300).collect()
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// Gives each supporting place a marker, in order of first use; the same place keeps its marker.
#[derive(Debug, Default)]
pub struct Markers {
    citations: Vec<Citation>,
}

impl Markers {
    /// The marker for a place.
    pub fn marker(&mut self, support: &Support, passages: &[StoredChunk]) -> u32 {
        let path = &passages[support.passage].path;
        if let Some(known) = self
            .citations
            .iter()
            .find(|c| c.path == *path && c.quote == support.quote)
        {
            return known.marker;
        }
        let marker = self.citations.len() as u32 + 1;
        self.citations.push(Citation {
            marker,
            path: path.clone(),
            anchor: support.anchor.clone(),
            quote: support.quote.clone(),
        });
        marker
    }

    /// The citations in order of their markers.
    pub fn into_citations(self) -> Vec<Citation> {
        self.citations
    }
}

/// True for a sentence that states something which files could support; false for `好的。` or `Here is the answer:`.
pub(crate) fn is_statement(sentence: &str) -> bool {
    let terms = content_terms(sentence);
    match language_of(sentence) {
        Language::Chinese => terms.len() >= 3 || !numbers(sentence).is_empty(),
        Language::English => terms.len() >= 2 || !numbers(sentence).is_empty(),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use deskmate_core::{Chunk, Span};

    use super::*;

    fn passage(text: &str) -> StoredChunk {
        StoredChunk {
            id: 1,
            source_id: 1,
            path: "差旅费管理办法.docx".into(),
            chunk: Chunk {
                ordinal: 0,
                heading: vec!["差旅费管理办法".into()],
                text: text.into(),
                spans: vec![Span {
                    start: 0,
                    end: text.len(),
                    anchor: Anchor::page(3),
                }],
            },
        }
    }

    const TEXT: &str = "住宿费在限额内据实报销。一线城市每人每天600元，其他城市每人每天400元。出差人员应当在返回后15个工作日内办理报销手续。";

    fn quote(sentence: &str) -> Option<String> {
        let mut aligner = Aligner::new(&[passage(TEXT)], "住宿标准是多少", None);
        let found = aligner.align(sentence, &CancelToken::new()).unwrap();
        found.map(|support| support.quote)
    }

    #[test]
    fn a_sentence_is_aligned_to_the_words_it_was_built_from() {
        assert_eq!(
            quote("返回后15个工作日内办理报销。").as_deref(),
            Some("出差人员应当在返回后15个工作日内办理报销手续。")
        );
    }

    #[test]
    fn a_full_stop_of_its_own_is_never_the_place() {
        let passages = [passage("。\n住宿费据实报销。")];
        let mut aligner = Aligner::new(&passages, "住宿", None);
        let found = aligner
            .align("差旅费管理办法。", &CancelToken::new())
            .unwrap();
        assert!(found.unwrap().quote.contains("费"));
    }

    #[test]
    fn a_number_that_the_source_does_not_state_is_not_supported() {
        assert_eq!(quote("返回后20个工作日内办理报销。"), None);
        assert_eq!(quote("一线城市每人每天700元。"), None);
    }

    #[test]
    fn an_amount_may_be_written_otherwise() {
        assert!(quote("一线城市每人每天六百元。").is_some());
    }

    #[test]
    fn a_sentence_about_something_else_has_no_support() {
        assert_eq!(quote("公司成立于北京，主营软件开发业务。"), None);
    }

    #[test]
    fn a_row_is_read_with_the_names_of_its_columns() {
        let table = "职级 | 一类城市 | 二类城市\n总监级 | 700 | 550\n经理级 | 550 | 450";
        let question = "经理级员工去二类城市出差，住宿费每晚最多报销多少元？";
        let mut aligner = Aligner::new(&[passage(table)], question, None);
        let sentence = "经理级员工去二类城市出差，住宿费每晚最多报销450元。";
        let found = aligner.align(sentence, &CancelToken::new()).unwrap();
        assert_eq!(
            found.map(|s| s.quote).as_deref(),
            Some("经理级 | 550 | 450")
        );
    }

    #[test]
    fn the_same_place_keeps_its_marker() {
        let passages = [passage(TEXT)];
        let mut aligner = Aligner::new(&passages, "", None);
        let support = aligner
            .align("一线城市每人每天600元", &CancelToken::new())
            .unwrap()
            .unwrap();
        let mut markers = Markers::default();
        assert_eq!(markers.marker(&support, &passages), 1);
        assert_eq!(markers.marker(&support, &passages), 1);
        let citations = markers.into_citations();
        assert_eq!(citations.len(), 1);
        assert_eq!(citations[0].anchor.page, Some(3));
    }
}
