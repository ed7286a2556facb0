//! A rewritten text as a value: every change can be taken or left alone.

use std::collections::BTreeSet;

use deskmate_core::{Block, BlockContent, Document};
use serde::{Deserialize, Serialize};

use super::mode::RewriteMode;
use crate::facts::{Fact, Languages, compare_facts};

/// A text with its rewrite.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Rewrite {
    /// What was done.
    pub mode: RewriteMode,
    /// Name of the text; may be empty.
    pub title: String,
    /// The text as it was.
    pub blocks: Vec<Block>,
    /// Every paragraph that was looked at, in order.
    pub paragraphs: Vec<RewrittenParagraph>,
}

/// A paragraph, list item, heading or cell with its changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RewrittenParagraph {
    /// Its block.
    pub block: usize,
    /// Its item of a list or row of a table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub item: Option<usize>,
    /// Its cell of the row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub cell: Option<usize>,
    /// What became of it.
    pub outcome: Outcome,
    /// The old and the new text in one.
    pub pieces: Vec<Piece>,
    /// What the user should look at.
    pub flags: Vec<FactFlag>,
    /// The model's text where it was not taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub refused: Option<String>,
}

/// What became of a paragraph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was rewritten.
    Rewritten,
    /// There was nothing to change.
    Unchanged,
    /// The rewrite, or a part of it, lost or invented something: the paragraph, or that part, stays as it was.
    Kept,
}

/// A stretch of a paragraph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Piece {
    /// In both texts.
    Same {
        /// The text.
        text: String,
    },
    /// A change that can be taken or left.
    Change {
        /// Its number, from 1, unique in the rewrite.
        id: u32,
        /// The text before; empty for an insertion.
        old: String,
        /// The text after; empty for a deletion.
        new: String,
    },
}

/// Something to look at in a paragraph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct FactFlag {
    /// What is the matter.
    pub problem: FactProblem,
    /// With which facts.
    pub facts: Vec<Fact>,
}

/// What can be the matter with a rewritten paragraph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum FactProblem {
    /// The new text lacks them.
    Missing,
    /// The new text alone has them.
    Added,
    /// The new text has the numbers in another order.
    Reordered,
    /// Names that code cannot look for in another language.
    Unchecked,
    /// A term that is not translated as the glossary says.
    Glossary,
    /// The model gave nothing that could be used.
    NoReply,
}

/// A rewrite with some of its changes taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Applied {
    /// The text.
    pub document: Document,
    /// Paragraphs, by their index, that lose or gain facts with just these changes.
    pub flags: Vec<(usize, FactFlag)>,
}

impl RewrittenParagraph {
    /// The text before.
    pub fn old_text(&self) -> String {
        self.text(&|_| false)
    }

    /// The text with the changes that `takes` says yes to.
    fn text(&self, takes: &dyn Fn(u32) -> bool) -> String {
        self.pieces
            .iter()
            .map(|piece| match piece {
                Piece::Same { text } => text.as_str(),
                Piece::Change { id, old, new } => {
                    if takes(*id) {
                        new
                    } else {
                        old
                    }
                }
            })
            .collect()
    }
}

impl Rewrite {
    /// The numbers of all changes.
    pub fn change_ids(&self) -> BTreeSet<u32> {
        let pieces = self.paragraphs.iter().flat_map(|one| &one.pieces);
        pieces
            .filter_map(|piece| match piece {
                Piece::Same { .. } => None,
                Piece::Change { id, .. } => Some(*id),
            })
            .collect()
    }

    /// The text with these changes taken and all others left, its facts compared once more: a deletion taken without the
    /// insertion that belongs to it may lose a number.
    pub fn apply(&self, accepted: &BTreeSet<u32>) -> Applied {
        let mut blocks = self.blocks.clone();
        let mut flags = Vec::new();
        for (index, paragraph) in self.paragraphs.iter().enumerate() {
            let text = paragraph.text(&|id| accepted.contains(&id));
            let (old, languages) = (paragraph.old_text(), self.mode.languages());
            if text != old && self.mode != RewriteMode::Continue {
                flags.extend(
                    flags_of(&old, &text, languages)
                        .into_iter()
                        .map(|flag| (index, flag)),
                );
            }
            if let Some(block) = blocks.get_mut(paragraph.block) {
                place(&mut block.content, paragraph, text);
            }
        }
        // The block that a continuation was meant for, left empty.
        blocks.retain(|block| {
            !matches!(&block.content, BlockContent::Paragraph { text } if text.trim().is_empty())
        });
        Applied {
            document: Document {
                title: (!self.title.is_empty()).then(|| self.title.clone()),
                metadata: Default::default(),
                blocks,
            },
            flags,
        }
    }

    /// The text with all changes taken.
    pub fn document(&self) -> Document {
        self.apply(&self.change_ids()).document
    }
}

/// What is to be flagged of a text that took the place of another.
pub(super) fn flags_of(old: &str, new: &str, languages: Languages) -> Vec<FactFlag> {
    let changes = compare_facts(old, new, languages);
    let mut flags = Vec::new();
    let mut push = |problem, facts: Vec<Fact>| {
        if !facts.is_empty() {
            flags.push(FactFlag { problem, facts });
        }
    };
    push(FactProblem::Missing, changes.missing);
    push(FactProblem::Added, changes.added);
    push(FactProblem::Unchecked, changes.unchecked);
    if changes.reordered {
        flags.push(FactFlag {
            problem: FactProblem::Reordered,
            facts: Vec::new(),
        });
    }
    flags
}

fn place(content: &mut BlockContent, paragraph: &RewrittenParagraph, new: String) {
    match content {
        BlockContent::Heading { text, .. }
        | BlockContent::Paragraph { text }
        | BlockContent::Footnote { text, .. }
        | BlockContent::Note { text }
        | BlockContent::Slide { title: text, .. } => *text = new,
        BlockContent::List { items, .. } => {
            if let Some(item) = paragraph.item.and_then(|index| items.get_mut(index)) {
                item.text = new;
            }
        }
        BlockContent::Table { rows, .. } => {
            let row = paragraph.item.and_then(|index| rows.get_mut(index));
            if let (Some(row), Some(cell)) = (row, paragraph.cell)
                && let Some(cell) = row.get_mut(cell)
            {
                *cell = new;
            }
        }
        BlockContent::Image { .. } | BlockContent::Formula { .. } | BlockContent::Sheet { .. } => {}
    }
}
