//! The parsed content of a source, whatever its format: blocks in reading order, each with its anchor.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Anchor, ErrorCode};

/// What a format reader makes of one source.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// Title from the metadata or the first title-like block.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Plain metadata: `author`, `created`, `subject`, `from`, `to`, `pages` … Keys are lower case.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
    /// Blocks in reading order.
    pub blocks: Vec<Block>,
}

/// One piece of a document with its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Block {
    /// Where the block stands.
    #[serde(default)]
    pub anchor: Anchor,
    /// What it is.
    #[serde(flatten)]
    pub content: BlockContent,
}

/// The kinds of blocks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum BlockContent {
    /// A heading; `level` 1 is the outermost, at most 9.
    Heading {
        /// Level from 1.
        level: u8,
        /// Text without numbering marks added by us.
        text: String,
    },
    /// Running text.
    Paragraph {
        /// The text; a line break inside the paragraph is `\n`.
        text: String,
    },
    /// A list.
    List {
        /// Numbered or bulleted.
        ordered: bool,
        /// Items in order.
        items: Vec<ListItem>,
    },
    /// A table. Rows may have different lengths; a merged cell has its text in its first cell only.
    Table {
        /// Caption or title, if the format links one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        caption: Option<String>,
        /// How many rows at the top are header rows (0 when unknown).
        header_rows: usize,
        /// Cell texts, row by row.
        rows: Vec<Vec<String>>,
    },
    /// A picture; only its description is text.
    Image {
        /// Alternative text or file name, possibly empty.
        alt: String,
    },
    /// A formula as LaTeX or linear text.
    Formula {
        /// The formula.
        text: String,
    },
    /// A foot- or endnote.
    Footnote {
        /// Its mark, e.g. `1`.
        label: String,
        /// Its text.
        text: String,
    },
    /// Speaker notes of a slide, or a comment.
    Note {
        /// The text.
        text: String,
    },
    /// Start of a slide; the blocks up to the next slide belong to it.
    Slide {
        /// Number from 1.
        number: u32,
        /// Title placeholder's text, possibly empty.
        title: String,
    },
    /// Start of a sheet; the tables up to the next sheet belong to it.
    Sheet {
        /// Name.
        name: String,
        /// Hidden in the workbook.
        hidden: bool,
    },
}

/// An item of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ListItem {
    /// Nesting depth, 0 for the outermost.
    pub level: u8,
    /// The item's mark as shown, e.g. `1.` or `（一）`; empty for a bullet.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<String>"))]
    pub label: String,
    /// The item's text.
    pub text: String,
}

/// A document with what could not be read of it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Parsed {
    /// What could be read.
    pub document: Document,
    /// What could not, or what the reader wants known.
    #[serde(default)]
    pub warnings: Vec<ReadWarning>,
}

/// Something a reader could not do, with its place where it has one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ReadWarning {
    /// Code for the shells.
    pub code: ErrorCode,
    /// One sentence, lower case, no full stop.
    pub message: String,
    /// Where, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub anchor: Option<Anchor>,
}

impl ReadWarning {
    /// A warning without a place.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            anchor: None,
        }
    }

    /// The same warning at a place.
    #[must_use]
    pub fn at(mut self, anchor: Anchor) -> Self {
        self.anchor = Some(anchor);
        self
    }
}

impl Block {
    /// A block of this content at this place.
    pub fn new(anchor: Anchor, content: BlockContent) -> Self {
        Self { anchor, content }
    }

    /// The text of the block as a reader would copy it: list items and table rows on lines of their own,
    /// cells divided by ` | `.
    pub fn text(&self) -> String {
        match &self.content {
            BlockContent::Heading { text, .. }
            | BlockContent::Paragraph { text }
            | BlockContent::Formula { text }
            | BlockContent::Footnote { text, .. }
            | BlockContent::Note { text } => text.clone(),
            BlockContent::Image { alt } => alt.clone(),
            BlockContent::Slide { title, .. } => title.clone(),
            BlockContent::Sheet { name, .. } => name.clone(),
            BlockContent::List { items, .. } => {
                let lines: Vec<String> = items.iter().map(ListItem::line).collect();
                lines.join("\n")
            }
            BlockContent::Table { caption, rows, .. } => {
                let mut lines: Vec<String> = caption.iter().cloned().collect();
                lines.extend(rows.iter().map(|row| row.join(" | ")));
                lines.join("\n")
            }
        }
    }
}

impl ListItem {
    /// The item as one line: its mark, a space, its text.
    pub fn line(&self) -> String {
        if self.label.is_empty() {
            self.text.clone()
        } else {
            format!("{} {}", self.label, self.text)
        }
    }
}

impl Document {
    /// All text in reading order, one block after the other, divided by line breaks.
    pub fn text(&self) -> String {
        let texts: Vec<String> = self.blocks.iter().map(Block::text).collect();
        texts.join("\n")
    }

    /// True when no block holds any visible text.
    pub fn is_empty(&self) -> bool {
        self.blocks.iter().all(|block| match &block.content {
            // A picture's file name or a sheet's name alone is not content that a question could be answered from.
            BlockContent::Image { .. } | BlockContent::Sheet { .. } => true,
            _ => block.text().trim().is_empty(),
        })
    }
}
