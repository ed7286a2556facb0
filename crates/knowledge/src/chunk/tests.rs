use deskmate_core::{Anchor, Block, BlockContent};

use super::*;

fn count(texts: &[String]) -> Result<Vec<usize>, WireError> {
    Ok(texts.iter().map(|text| text.chars().count()).collect())
}

fn paragraph(text: &str, heading: &[&str]) -> Block {
    let anchor = Anchor {
        heading: heading.iter().map(ToString::to_string).collect(),
        ..Anchor::page(1)
    };
    Block::new(anchor, BlockContent::Paragraph { text: text.into() })
}

fn chunks(blocks: Vec<Block>, max_tokens: usize) -> Vec<Chunk> {
    let document = Document {
        blocks,
        ..Document::default()
    };
    let options = ChunkOptions {
        max_tokens,
        min_tokens: 20,
    };
    chunk_document(&document, "标题", options, &count).unwrap()
}

#[test]
fn a_short_document_is_one_chunk_under_its_title() {
    let chunks = chunks(
        vec![
            paragraph("第一段。", &["甲"]),
            paragraph("第二段。", &["甲"]),
        ],
        300,
    );
    assert_eq!(chunks.len(), 1);
    assert_eq!(chunks[0].text, "第一段。\n第二段。");
    assert_eq!(chunks[0].heading, ["标题", "甲"]);
    assert_eq!(index_text(&chunks[0]), "标题 › 甲\n第一段。\n第二段。");
}

#[test]
fn every_span_holds_its_own_text() {
    let texts = ["很长的一段话。".repeat(40), "短。".to_string()];
    let blocks = texts.iter().map(|text| paragraph(text, &[])).collect();
    for chunk in chunks(blocks, 120) {
        for span in &chunk.spans {
            assert!(
                texts
                    .iter()
                    .any(|text| text.contains(&chunk.text[span.start..span.end]))
            );
        }
        assert!(
            chunk.text.chars().count() <= 130,
            "{}",
            chunk.text.chars().count()
        );
    }
}

#[test]
fn no_text_is_lost_or_doubled() {
    let text = "甲乙丙丁戊己庚辛。".repeat(100);
    let joined: String = chunks(vec![paragraph(&text, &[])], 100)
        .iter()
        .map(|chunk| chunk.text.replace('\n', ""))
        .collect();
    assert_eq!(joined, text);
}

#[test]
fn each_chunk_of_a_table_begins_with_its_header() {
    let rows: Vec<Vec<String>> = std::iter::once(vec!["城市".to_string(), "限额".to_string()])
        .chain((0..60).map(|i| vec![format!("城市{i}"), format!("{i}00")]))
        .collect();
    let table = Block::new(
        Anchor::cells("标准", "B3:C63"),
        BlockContent::Table {
            caption: None,
            header_rows: 1,
            rows,
        },
    );
    let chunks = chunks(vec![table], 150);
    assert!(chunks.len() > 2);
    for chunk in &chunks {
        assert!(chunk.text.starts_with("城市 | 限额"), "{}", chunk.text);
    }
    let last = chunks.last().unwrap().spans.last().unwrap();
    assert_eq!(last.anchor.range.as_deref(), Some("B63:C63"));
}

#[test]
fn a_clause_starts_a_chunk_once_the_one_before_is_large_enough() {
    let body = "内容".repeat(15);
    let blocks = (1..=4)
        .map(|i| paragraph(&format!("第{i}条 {body}"), &[]))
        .collect();
    assert_eq!(chunks(blocks, 300).len(), 4);
}

#[test]
fn a_document_without_text_has_no_chunks() {
    assert!(chunks(vec![paragraph("  ", &[])], 100).is_empty());
}

#[test]
fn one_endless_word_is_cut_to_the_budget() {
    let chunks = chunks(vec![paragraph(&"x".repeat(5_000), &[])], 100);
    assert!(chunks.iter().all(|chunk| chunk.text.len() <= 110));
}

#[test]
fn a_document_in_parts_gives_the_chunks_of_the_whole() {
    let rows: Vec<Vec<String>> = std::iter::once(vec!["城市".to_string(), "限额".to_string()])
        .chain((0..60).map(|i| vec![format!("城市{i}"), format!("{i}00")]))
        .collect();
    let table = Block::new(
        Anchor::cells("标准", "B3:C63"),
        BlockContent::Table {
            caption: None,
            header_rows: 1,
            rows,
        },
    );
    let blocks = vec![
        paragraph("第一段。", &["甲"]),
        table,
        paragraph(&"甲乙丙丁戊己庚辛。".repeat(100), &["甲"]),
        paragraph("末段。", &["乙"]),
    ];
    let whole = chunks(blocks.clone(), 150);
    let options = ChunkOptions {
        max_tokens: 150,
        min_tokens: 20,
    };
    for part_bytes in [1, 300, 1_000, 1 << 20] {
        let mut document = Document {
            blocks: blocks.clone(),
            ..Document::default()
        };
        let mut chunker = Chunker::new("标题", options);
        let mut in_parts = Vec::new();
        for part in document.take_parts(part_bytes) {
            in_parts.extend(chunker.push(&part, &count).unwrap());
        }
        in_parts.extend(chunker.finish());
        let texts = |chunks: &[Chunk]| -> String {
            let texts: Vec<&str> = chunks.iter().map(|chunk| chunk.text.as_str()).collect();
            texts.concat().replace('\n', "")
        };
        let ordinals: Vec<u32> = in_parts.iter().map(|chunk| chunk.ordinal).collect();
        assert_eq!(ordinals, (0..in_parts.len() as u32).collect::<Vec<_>>());
        if part_bytes >= 1_000 {
            // Nothing larger than a part was divided but between rows.
            let rows = |chunks: &[Chunk]| {
                let first = chunks.iter().take(5).cloned();
                first.collect::<Vec<Chunk>>()
            };
            assert_eq!(rows(&in_parts), rows(&whole), "{part_bytes}");
        }
        // A paragraph that was divided lies in other chunks, with the same text.
        let paragraph = |text: String| text.split_once("甲乙").map(|(_, rest)| rest.to_string());
        assert_eq!(paragraph(texts(&in_parts)), paragraph(texts(&whole)));
    }
}

#[test]
fn any_text_in_any_parts_keeps_every_character_within_the_budget() {
    use deskmate_core::testing::Dice;
    const WORDS: [&str; 9] = [
        "甲",
        "乙。",
        "word ",
        "第三条 ",
        "(b) ",
        "\n",
        "1.",
        "𠀀",
        "；",
    ];
    let visible = |text: &str| -> String { text.split_whitespace().collect() };
    let mut dice = Dice::new(17);
    for _ in 0..200 {
        let blocks: Vec<Block> = (0..dice.below(8))
            .map(|_| paragraph(&dice.text(&WORDS, 400), &["甲"]))
            .collect();
        let expected: String = blocks.iter().map(|block| visible(&block.text())).collect();
        let max_tokens = 100 + dice.below(200);
        let options = ChunkOptions {
            max_tokens,
            min_tokens: 20,
        };
        let mut document = Document {
            blocks,
            ..Document::default()
        };
        let mut chunker = Chunker::new("标题", options);
        let mut chunks = Vec::new();
        for part in document.take_parts(1 + dice.below(3_000)) {
            chunks.extend(chunker.push(&part, &count).unwrap());
        }
        chunks.extend(chunker.finish());
        let got: String = chunks.iter().map(|chunk| visible(&chunk.text)).collect();
        assert_eq!(got, expected);
        for (index, chunk) in chunks.iter().enumerate() {
            assert_eq!(chunk.ordinal as usize, index);
            assert!(!chunk.text.trim().is_empty());
            let mut end = 0;
            for span in &chunk.spans {
                assert!(span.start >= end && span.end <= chunk.text.len());
                assert!(chunk.text.get(span.start..span.end).is_some(), "{span:?}");
                end = span.end;
            }
        }
    }
}
