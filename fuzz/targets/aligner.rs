//! Any answer beside any passages: what is cited stands in its passage, word for word.
#![no_main]

use deskmate_core::{Anchor, CancelToken, Chunk, Span, StoredChunk};
use deskmate_knowledge::{Aligner, Markers, sentences};
use libfuzzer_sys::fuzz_target;

fn passage(id: i64, text: &str) -> StoredChunk {
    StoredChunk {
        id,
        source_id: id,
        path: format!("/d/{id}.txt").into(),
        chunk: Chunk {
            ordinal: 0,
            heading: vec!["标题".into()],
            spans: vec![Span {
                start: 0,
                end: text.len(),
                anchor: Anchor::page(1),
            }],
            text: text.into(),
        },
    }
}

fuzz_target!(|input: (&str, &str, &str, &str)| {
    let (question, first, second, answer) = input;
    let passages = [passage(1, first), passage(2, second)];
    let mut aligner = Aligner::new(&passages, question, None);
    let mut markers = Markers::default();
    let mut end = 0;
    for range in sentences(answer) {
        assert_eq!(range.start, end);
        end = range.end;
        if let Ok(Some(support)) = aligner.align(&answer[range], &CancelToken::new()) {
            assert!(
                passages[support.passage]
                    .chunk
                    .text
                    .contains(&support.quote),
                "{:?}",
                support.quote
            );
            markers.marker(&support, &passages);
        }
    }
    assert_eq!(end, answer.len());
});
