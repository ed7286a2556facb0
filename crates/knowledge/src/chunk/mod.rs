//! Cuts a document into chunks that follow its headings, clauses and tables.

mod pack;
mod pieces;

use deskmate_core::{Chunk, Document, WireError};

use pack::Packer;
use pieces::{fit_pieces, push_pieces};

/// How large chunks become, in tokens of the embedding model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChunkOptions {
    /// Most tokens of a chunk, headings included.
    pub max_tokens: usize,
    /// A heading or clause starts a new chunk only when the current one has this many.
    pub min_tokens: usize,
}

impl Default for ChunkOptions {
    /// 300/60: a paragraph or two, well within the 512 tokens of the embedding model. The figures in `tests/evals` are for
    /// these; other sizes have not been measured.
    fn default() -> Self {
        Self {
            max_tokens: 300,
            min_tokens: 60,
        }
    }
}

/// Counts the tokens of each text.
pub type CountTokens<'a> = &'a dyn Fn(&[String]) -> Result<Vec<usize>, WireError>;

/// Most characters that the title and headings take in front of a chunk.
const MAX_HEADING_CHARACTERS: usize = 120;

/// Splits a document into chunks in reading order, each with the headings above it and the place of every part.
///
/// A table row is never cut unless it alone exceeds the budget, and every chunk of a table begins with its header.
/// `title` stands first in each chunk's headings. A document without text gives an empty list.
///
/// # Errors
/// Those of `count`.
pub fn chunk_document(
    document: &Document,
    title: &str,
    options: ChunkOptions,
    count: CountTokens<'_>,
) -> Result<Vec<Chunk>, WireError> {
    let mut pieces = Vec::new();
    for block in &document.blocks {
        push_pieces(block, &mut pieces);
    }
    let pieces = fit_pieces(pieces, options.max_tokens.saturating_sub(60).max(32), count)?;
    Ok(Packer::new(title, options).pack(pieces))
}

/// The text that stands for a chunk in both indexes: its headings, then its text.
pub fn index_text(chunk: &Chunk) -> String {
    let mut heading = chunk.heading.join(" › ");
    if let Some((cut, _)) = heading.char_indices().nth(MAX_HEADING_CHARACTERS) {
        heading.truncate(cut);
    }
    if heading.is_empty() {
        chunk.text.clone()
    } else {
        format!("{heading}\n{}", chunk.text)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests;
