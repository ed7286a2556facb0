//! Documents in parts, so that a large one crosses a process or is cut into chunks without being in memory whole.

use std::vec::IntoIter;

use serde::{Deserialize, Serialize};

use crate::{Anchor, Block, BlockContent, Document};

/// What a block weighs beside its text: its anchor and the words around it on the wire.
const BLOCK_BYTES: usize = 160;

/// What a cell weighs beside its text.
const CELL_BYTES: usize = 24;

/// How far before the end of a part a good place to cut running text is looked for, in bytes.
const LOOK_BACK: usize = 1 << 10;

/// Some blocks of a document, in reading order.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DocumentPart {
    /// The first block goes on where the last one of the part before ended: more rows, or more text.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub continues: bool,
    /// The blocks.
    pub blocks: Vec<Block>,
}

impl Document {
    /// Takes all blocks out, in parts of about so many bytes each.
    ///
    /// A table or a paragraph that is larger is divided between rows or within its text; any other block stays whole.
    /// [`Document::append`] puts the parts together again.
    pub fn take_parts(&mut self, part_bytes: usize) -> Parts {
        Parts {
            part_bytes: part_bytes.max(1),
            blocks: std::mem::take(&mut self.blocks).into_iter(),
            rest: None,
        }
    }

    /// Adds the next part of this document.
    pub fn append(&mut self, part: DocumentPart) {
        let mut blocks = part.blocks.into_iter();
        if part.continues
            && let (Some(last), Some(first)) = (self.blocks.last_mut(), blocks.next())
        {
            match (&mut last.content, first.content) {
                (BlockContent::Table { rows, .. }, BlockContent::Table { rows: more, .. }) => {
                    rows.extend(more);
                }
                (BlockContent::Paragraph { text }, BlockContent::Paragraph { text: more })
                | (BlockContent::Formula { text }, BlockContent::Formula { text: more })
                | (BlockContent::Note { text }, BlockContent::Note { text: more }) => {
                    text.push_str(&more);
                }
                (_, content) => self.blocks.push(Block::new(first.anchor, content)),
            }
        }
        self.blocks.extend(blocks);
    }
}

/// The parts of a document, see [`Document::take_parts`].
#[derive(Debug)]
pub struct Parts {
    part_bytes: usize,
    blocks: IntoIter<Block>,
    rest: Option<Rest>,
}

/// What is left of a block that was begun, or a block that did not fit into the part before.
#[derive(Debug)]
enum Rest {
    Whole(Block),
    Rows {
        anchor: Anchor,
        rows: IntoIter<Vec<String>>,
    },
    Text {
        anchor: Anchor,
        of: fn(String) -> BlockContent,
        text: String,
        /// First byte that is still to come.
        at: usize,
    },
}

impl Iterator for Parts {
    type Item = DocumentPart;

    fn next(&mut self) -> Option<DocumentPart> {
        let mut part = DocumentPart::default();
        let mut bytes = 0;
        match self.rest.take() {
            None => {}
            Some(Rest::Whole(block)) => bytes += self.put(block, &mut part),
            Some(Rest::Rows { anchor, rows }) => {
                part.continues = true;
                bytes += self.put_rows(anchor, None, 0, rows, &mut part);
            }
            Some(Rest::Text {
                anchor,
                of,
                text,
                at,
            }) => {
                part.continues = true;
                bytes += self.put_text(anchor, of, text, at, &mut part);
            }
        }
        while self.rest.is_none()
            && bytes < self.part_bytes
            && let Some(block) = self.blocks.next()
        {
            let weight = weight(&block);
            if !part.blocks.is_empty() && bytes + weight > self.part_bytes {
                self.rest = Some(Rest::Whole(block));
                break;
            }
            bytes += self.put(block, &mut part);
        }
        (!part.blocks.is_empty()).then_some(part)
    }
}

impl Parts {
    /// Puts a block into the part, as far as it fits; gives the bytes.
    fn put(&mut self, block: Block, part: &mut DocumentPart) -> usize {
        let weight = weight(&block);
        if weight <= self.part_bytes {
            part.blocks.push(block);
            return weight;
        }
        let anchor = block.anchor;
        match block.content {
            BlockContent::Table {
                caption,
                header_rows,
                rows,
            } => self.put_rows(anchor, caption, header_rows, rows.into_iter(), part),
            BlockContent::Paragraph { text } => self.put_text(
                anchor,
                |text| BlockContent::Paragraph { text },
                text,
                0,
                part,
            ),
            BlockContent::Note { text } => {
                self.put_text(anchor, |text| BlockContent::Note { text }, text, 0, part)
            }
            BlockContent::Formula { text } => {
                self.put_text(anchor, |text| BlockContent::Formula { text }, text, 0, part)
            }
            content @ (BlockContent::Heading { .. }
            | BlockContent::List { .. }
            | BlockContent::Image { .. }
            | BlockContent::Footnote { .. }
            | BlockContent::Slide { .. }
            | BlockContent::Sheet { .. }) => {
                part.blocks.push(Block::new(anchor, content));
                weight
            }
        }
    }

    /// The next rows of a table: all of its header, and one at least.
    fn put_rows(
        &mut self,
        anchor: Anchor,
        caption: Option<String>,
        header_rows: usize,
        mut rows: IntoIter<Vec<String>>,
        part: &mut DocumentPart,
    ) -> usize {
        let mut some = Vec::new();
        let mut bytes = BLOCK_BYTES;
        while (some.len() < header_rows.clamp(1, 16) || bytes < self.part_bytes)
            && let Some(row) = rows.next()
        {
            bytes += row_weight(&row);
            some.push(row);
        }
        if rows.len() > 0 {
            let anchor = anchor.clone();
            self.rest = Some(Rest::Rows { anchor, rows });
        }
        let content = BlockContent::Table {
            caption,
            header_rows,
            rows: some,
        };
        part.blocks.push(Block::new(anchor, content));
        bytes
    }

    fn put_text(
        &mut self,
        anchor: Anchor,
        of: fn(String) -> BlockContent,
        text: String,
        at: usize,
        part: &mut DocumentPart,
    ) -> usize {
        let end = cut_of(&text, at, self.part_bytes);
        let some = text[at..end].to_string();
        if end < text.len() {
            self.rest = Some(Rest::Text {
                anchor: anchor.clone(),
                of,
                text,
                at: end,
            });
        }
        part.blocks.push(Block::new(anchor, of(some)));
        end - at + BLOCK_BYTES
    }
}

/// Where to cut a text that goes on from `at`: behind a sentence or before a space near the limit, else at the limit.
fn cut_of(text: &str, at: usize, bytes: usize) -> usize {
    let limit = text.floor_char_boundary(at.saturating_add(bytes));
    if limit <= at {
        // One character is larger than the limit.
        return text[at..]
            .chars()
            .next()
            .map_or(text.len(), |first| at + first.len_utf8());
    }
    if limit == text.len() {
        return limit;
    }
    let from = text.floor_char_boundary(limit.saturating_sub(LOOK_BACK).max(at));
    let near = &text[from..limit];
    near.rfind(['。', '！', '？', '；'])
        .and_then(|found| {
            let mark = near[found..].chars().next()?;
            Some(from + found + mark.len_utf8())
        })
        .or_else(|| near.rfind(['\n', ' ']).map(|found| from + found))
        .filter(|end| *end > at)
        .unwrap_or(limit)
}

fn weight(block: &Block) -> usize {
    let heading: usize = block.anchor.heading.iter().map(String::len).sum();
    let text = match &block.content {
        BlockContent::Heading { text, .. }
        | BlockContent::Paragraph { text }
        | BlockContent::Formula { text }
        | BlockContent::Footnote { text, .. }
        | BlockContent::Note { text } => text.len(),
        BlockContent::Image { alt } => alt.len(),
        BlockContent::Slide { title, .. } => title.len(),
        BlockContent::Sheet { name, .. } => name.len(),
        BlockContent::List { items, .. } => items.iter().map(|i| i.text.len() + BLOCK_BYTES).sum(),
        BlockContent::Table { rows, .. } => rows.iter().map(|row| row_weight(row)).sum(),
    };
    text + heading + BLOCK_BYTES
}

fn row_weight(row: &[String]) -> usize {
    row.iter().map(|cell| cell.len() + CELL_BYTES).sum()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::testing::Dice;

    fn check(document: &Document, part_bytes: usize) -> Vec<DocumentPart> {
        let parts: Vec<DocumentPart> = document.clone().take_parts(part_bytes).collect();
        let mut again = Document {
            blocks: Vec::new(),
            ..document.clone()
        };
        // Over the wire, as between processes.
        for part in &parts {
            let wire = serde_json::to_vec(part).unwrap();
            again.append(serde_json::from_slice(&wire).unwrap());
        }
        assert_eq!(&again, document, "{part_bytes}");
        parts
    }

    fn paragraph(text: &str) -> Block {
        let content = BlockContent::Paragraph { text: text.into() };
        Block::new(Anchor::page(1), content)
    }

    fn mixed() -> Document {
        let rows = (0..50).map(|n| vec![format!("城市{n}"), n.to_string()]);
        let table = BlockContent::Table {
            caption: Some("标准".into()),
            header_rows: 1,
            rows: rows.collect(),
        };
        Document {
            blocks: vec![
                paragraph("短。"),
                Block::new(Anchor::cells("表", "A1:B50"), table),
                paragraph(&"很长的一句话。And words beside it. ".repeat(200)),
                paragraph("末段"),
            ],
            ..Document::default()
        }
    }

    #[test]
    fn parts_put_together_are_the_document() {
        for part_bytes in [1, 7, 100, 500, 5_000, 1 << 20] {
            check(&mixed(), part_bytes);
        }
        assert!(check(&Document::default(), 100).is_empty());
    }

    #[test]
    fn no_part_is_much_larger_than_asked() {
        for part in check(&mixed(), 2_000) {
            let bytes: usize = part.blocks.iter().map(weight).sum();
            assert!(bytes < 2_000 + 2 * BLOCK_BYTES, "{bytes}");
        }
    }

    #[test]
    fn a_table_that_is_divided_keeps_its_header_in_the_first_part() {
        let parts = check(&mixed(), 600);
        let tables = parts.iter().flat_map(|part| &part.blocks);
        let headers: Vec<usize> = tables
            .filter_map(|block| match &block.content {
                BlockContent::Table { header_rows, .. } => Some(*header_rows),
                _ => None,
            })
            .collect();
        assert!(headers.len() > 2);
        assert_eq!(headers.iter().sum::<usize>(), 1);
        assert_eq!(headers.first(), Some(&1));
    }

    #[test]
    fn running_text_is_cut_behind_a_sentence_where_one_ends_nearby() {
        let text = "甲乙丙丁。".repeat(100);
        let document = Document {
            blocks: vec![paragraph(&text)],
            ..Document::default()
        };
        for part in check(&document, 300) {
            assert!(part.blocks[0].text().ends_with('。'));
        }
    }

    fn any_block(dice: &mut Dice) -> Block {
        const WORDS: [&str; 8] = ["甲", "乙。", "word ", "𠀀", "\n", "。", "x", "；"];
        let text = dice.text(&WORDS, 300);
        let anchor = if dice.below(2) == 0 {
            Anchor::page(1)
        } else {
            Anchor::cells("表", "A1:B9")
        };
        let content = match dice.below(6) {
            0 => BlockContent::Heading { level: 1, text },
            1 => BlockContent::Note { text },
            2 => BlockContent::Table {
                caption: (dice.below(2) == 0).then(|| "表题".to_string()),
                header_rows: dice.below(4),
                rows: (0..dice.below(30))
                    .map(|_| (0..dice.below(4)).map(|_| dice.text(&WORDS, 20)).collect())
                    .collect(),
            },
            3 => BlockContent::Slide {
                number: 1,
                title: text,
            },
            _ => BlockContent::Paragraph { text },
        };
        Block::new(anchor, content)
    }

    #[test]
    fn any_document_in_parts_of_any_size_comes_together_again() {
        let mut dice = Dice::new(7);
        for _ in 0..300 {
            let document = Document {
                blocks: (0..dice.below(12)).map(|_| any_block(&mut dice)).collect(),
                ..Document::default()
            };
            check(&document, 1 + dice.below(2_000));
        }
    }
}
