//! Retrieval over an index in memory and vectors made by hand.
#![allow(clippy::unwrap_used)]

use deskmate_core::testing::{MemoryIndex, ScriptedGenerator};
use deskmate_core::{
    Anchor, CancelToken, Chunk, Embedder, EmbeddingRole, Span, StoredChunk, WireError,
};
use deskmate_knowledge::{
    Engines, Evidence, Rankings, Retrieval, RetrieveOptions, index_text, retrieve,
    retrieve_expanded, term_string,
};

/// Knows two matters, lodging and the rest, in two languages.
struct TwoMatters;

impl Embedder for TwoMatters {
    fn embed(
        &self,
        texts: &[String],
        _role: EmbeddingRole,
        _cancel: &CancelToken,
    ) -> Result<Vec<Vec<f32>>, WireError> {
        let lodging = |text: &String| text.contains("住宿") || text.contains("otel");
        Ok(texts
            .iter()
            .map(|text| match lodging(text) {
                true => vec![1.0, 0.0],
                false => vec![0.6, 0.8],
            })
            .collect())
    }

    fn count_tokens(&self, texts: &[String]) -> Result<Vec<usize>, WireError> {
        Ok(texts.iter().map(|text| text.chars().count()).collect())
    }

    fn model_id(&self) -> String {
        "two-matters".to_string()
    }

    fn max_tokens(&self) -> usize {
        500
    }
}

fn index_of(texts: &[&str]) -> MemoryIndex {
    let mut index = MemoryIndex::default();
    for (id, text) in texts.iter().enumerate() {
        let chunk = Chunk {
            ordinal: 0,
            heading: vec![],
            text: (*text).to_string(),
            spans: vec![Span {
                start: 0,
                end: text.len(),
                anchor: Anchor::page(1),
            }],
        };
        let vector = TwoMatters
            .embed(
                &[(*text).to_string()],
                EmbeddingRole::Passage,
                &CancelToken::new(),
            )
            .unwrap()
            .remove(0);
        let terms = term_string(&index_text(&chunk));
        let stored = StoredChunk {
            id: id as i64 + 1,
            source_id: id as i64 + 1,
            path: format!("{id}.docx").into(),
            chunk,
        };
        index.push(stored, &terms, vector);
    }
    index
}

fn options() -> RetrieveOptions<'static> {
    RetrieveOptions {
        limit: 5,
        scope: None,
        per_source: 5,
        rankings: Rankings::Both,
    }
}

fn first_of(question: &str, texts: &[&str]) -> String {
    let index = index_of(texts);
    let options = options();
    let found = retrieve(
        question,
        &index,
        Some(&TwoMatters),
        options,
        &CancelToken::new(),
    );
    found.unwrap().hits[0].stored.chunk.text.clone()
}

#[test]
fn an_accidental_word_does_not_outweigh_the_matter_in_another_language() {
    let hotel = "Hotel costs are refunded up to 600 a night in large cities.";
    let texts = ["The 2024 calendar lists every public holiday.", hotel];
    assert_eq!(
        first_of("2024年出差住宿费用最多可以报销多少？", &texts),
        hotel
    );
}

/// Files that say it in other words than the question: the model's words find them, and the evidence stays.
#[test]
fn the_models_words_find_what_the_files_say_in_other_words() {
    let rule = "第六十条 用人单位应当自行申报、按时足额缴纳社会保险费。";
    let other = "第七条 老板请客的费用由老板自理。";
    let index = index_of(&[other, rule]);
    let question = "老板不交社保咋整？";
    let options = options();
    let cancel = CancelToken::new();
    let found = retrieve(question, &index, Some(&TwoMatters), options, &cancel).unwrap();
    assert_eq!(found.hits[0].stored.chunk.text, other);
    let evidence = found.evidence;
    let generator = ScriptedGenerator::new(&["用人单位应当按时足额缴纳社会保险费。"], 4_000);
    let engines = Engines {
        index: &index,
        embedder: Some(&TwoMatters),
        generator: &generator,
    };
    let missed = Evidence {
        coverage: 0.05,
        ..evidence
    };
    let found = Retrieval {
        evidence: missed,
        ..found
    };
    let (again, _) = retrieve_expanded(question, found, engines, options, &cancel).unwrap();
    assert_eq!(again.hits[0].stored.chunk.text, rule);
    assert_eq!(again.evidence, missed);
    assert_eq!(generator.requests().len(), 1);
    let told = Retrieval {
        evidence: Evidence {
            coverage: 0.5,
            ..evidence
        },
        ..again
    };
    retrieve_expanded(question, told, engines, options, &cancel).unwrap();
    assert_eq!(
        generator.requests().len(),
        1,
        "asked where the words are the same"
    );
}
