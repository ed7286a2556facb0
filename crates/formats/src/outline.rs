//! Blocks in reading order with the headings above each.

use deskmate_core::{Anchor, Block, BlockContent};

/// Longest heading text that a path carries; longer ones are no headings a reader would cite.
const MAX_PATH_CHARS: usize = 120;

/// Collects blocks and gives each the headings that it stands under.
#[derive(Debug, Default)]
pub(crate) struct Outline {
    blocks: Vec<Block>,
    path: Vec<(u8, String)>,
    prefix: Vec<String>,
}

impl Outline {
    /// An outline whose headings all stand under these.
    pub(crate) fn under(prefix: Vec<String>) -> Self {
        Self {
            prefix,
            ..Self::default()
        }
    }

    /// Adds a heading; headings of its level or deeper end before it.
    pub(crate) fn heading(&mut self, level: u8, text: &str, line: Option<u32>) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        let level = level.clamp(1, 9);
        self.path.retain(|(above, _)| *above < level);
        self.push(
            BlockContent::Heading {
                level,
                text: text.to_owned(),
            },
            line,
        );
        let short = text.chars().take(MAX_PATH_CHARS).collect();
        self.path.push((level, short));
    }

    /// Adds a paragraph unless it is blank.
    pub(crate) fn paragraph(&mut self, text: &str, line: Option<u32>) {
        let text = text.trim_matches(is_space);
        if !text.is_empty() {
            self.push(
                BlockContent::Paragraph {
                    text: text.to_owned(),
                },
                line,
            );
        }
    }

    /// Adds any block at a line.
    pub(crate) fn push(&mut self, content: BlockContent, line: Option<u32>) {
        let anchor = Anchor {
            heading: self.path(),
            line,
            ..Anchor::default()
        };
        self.push_at(content, anchor);
    }

    /// Adds a block whose anchor is complete.
    pub(crate) fn push_at(&mut self, content: BlockContent, anchor: Anchor) {
        self.blocks.push(Block::new(anchor, content));
    }

    /// Forgets the headings of a level and deeper, as at the end of an attachment.
    pub(crate) fn leave_from(&mut self, level: u8) {
        self.path.retain(|(above, _)| *above < level);
    }

    /// The headings above the next block, outermost first.
    pub(crate) fn path(&self) -> Vec<String> {
        let own = self.path.iter().map(|(_, text)| text.clone());
        self.prefix.iter().cloned().chain(own).collect()
    }

    /// The blocks.
    pub(crate) fn finish(self) -> Vec<Block> {
        self.blocks
    }
}

fn is_space(c: char) -> bool {
    c.is_whitespace() || c == '\u{FEFF}' || c == '\u{200B}'
}
