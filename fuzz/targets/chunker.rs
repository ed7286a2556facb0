//! Any document in parts of any size: every character in exactly one chunk, every span inside of its text.
#![no_main]

use deskmate_core::{Anchor, Block, BlockContent, Document, WireError};
use deskmate_knowledge::{ChunkOptions, Chunker};
use libfuzzer_sys::fuzz_target;

/// Blocks from text: a line is a block, its first character says of which kind.
fn blocks(text: &str) -> Vec<Block> {
    text.split('\u{1}')
        .map(|line| {
            let text: String = line.chars().skip(1).collect();
            let content = match line.chars().next() {
                Some('#') => BlockContent::Heading { level: 1, text },
                Some('@') => BlockContent::Note { text },
                Some('|') => BlockContent::Table {
                    caption: None,
                    header_rows: 1,
                    rows: text
                        .split('\u{2}')
                        .map(|row| row.split('\u{3}').map(str::to_string).collect())
                        .collect(),
                },
                _ => BlockContent::Paragraph { text },
            };
            Block::new(Anchor::page(1), content)
        })
        .collect()
}

fn count(texts: &[String]) -> Result<Vec<usize>, WireError> {
    Ok(texts.iter().map(|text| text.chars().count()).collect())
}

fn visible(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fuzz_target!(|input: (u16, u16, &str)| {
    let (budget, part_bytes, text) = input;
    let options = ChunkOptions {
        max_tokens: 40 + usize::from(budget % 400),
        min_tokens: 20,
    };
    let is_prose = !text.contains(['#', '|']);
    let mut document = Document {
        blocks: blocks(text),
        ..Document::default()
    };
    let expected: String = document
        .blocks
        .iter()
        .map(|block| visible(&block.text()))
        .collect();
    let mut chunker = Chunker::new("标题", options);
    let mut chunks = Vec::new();
    for part in document.take_parts(1 + usize::from(part_bytes)) {
        chunks.extend(chunker.push(&part, &count).unwrap_or_default());
    }
    chunks.extend(chunker.finish());
    for chunk in &chunks {
        let mut end = 0;
        for span in &chunk.spans {
            assert!(
                span.start >= end && chunk.text.get(span.start..span.end).is_some(),
                "{span:?}"
            );
            end = span.end;
        }
    }
    // Headings move to the chunks below them and a table's header stands in each of its chunks.
    if is_prose {
        let got: String = chunks.iter().map(|chunk| visible(&chunk.text)).collect();
        assert_eq!(got, expected);
    }
});
