//! The aligner over passages and sentences of any kind: what it gives lies inside of its passage.
#![expect(clippy::unwrap_used, reason = "tests")]

use deskmate_core::testing::Dice;
use deskmate_core::{Anchor, CancelToken, Chunk, Span, StoredChunk};
use deskmate_knowledge::{Aligner, Markers, sentences};

const WORDS: [&str; 14] = [
    "住宿费",
    "限额",
    "600元",
    "五百",
    "。",
    "\n",
    "the limit ",
    "is 3,000 ",
    "% ",
    "| ",
    "第十条",
    "𠀀",
    "\u{200b}",
    "！",
];

fn passage(id: i64, text: String) -> StoredChunk {
    StoredChunk {
        id,
        source_id: 1,
        path: "/d/a.txt".into(),
        chunk: Chunk {
            ordinal: 0,
            heading: vec!["标题".into()],
            spans: vec![Span {
                start: 0,
                end: text.len(),
                anchor: Anchor::page(1),
            }],
            text,
        },
    }
}

#[test]
fn whatever_is_aligned_is_quoted_from_a_passage_word_for_word() {
    let mut dice = Dice::new(19);
    let (mut aligned, mut tried) = (0, 0);
    for _ in 0..300 {
        let passages: Vec<StoredChunk> = (0..3)
            .map(|id| passage(id, dice.text(&WORDS, 40)))
            .collect();
        let mut aligner = Aligner::new(&passages, &dice.text(&WORDS, 6), None);
        let mut markers = Markers::default();
        for _ in 0..4 {
            tried += 1;
            let sentence = dice.text(&WORDS, 12);
            if let Some(support) = aligner.align(&sentence, &CancelToken::new()).unwrap() {
                aligned += 1;
                assert!(markers.marker(&support, &passages) >= 1);
            }
        }
        for citation in markers.into_citations() {
            let is_quoted = passages
                .iter()
                .any(|passage| passage.chunk.text.contains(&citation.quote));
            assert!(is_quoted, "{:?}", citation.quote);
        }
    }
    // Else nothing was tried at all.
    assert!(aligned > tried / 20, "{aligned} of {tried}");
}

#[test]
fn the_sentences_of_any_text_are_the_text() {
    let mut dice = Dice::new(23);
    for _ in 0..2_000 {
        let text = dice.text(&WORDS, 30);
        let ranges = sentences(&text);
        let mut at = 0;
        for range in ranges {
            assert_eq!(range.start, at);
            at = range.end;
        }
        assert_eq!(at, text.len());
    }
}
