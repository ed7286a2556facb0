//! Cuts a document into chunks that follow its headings, clauses and tables.

mod pack;
mod pieces;

use deskmate_core::{Block, Chunk, Document, DocumentPart, WireError};

use pack::Packer;
use pieces::{OpenTable, fit_pieces, push_pieces};

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
    let mut chunker = Chunker::new(title, options);
    let mut chunks = chunker.push_blocks(&document.blocks, false, count)?;
    chunks.extend(chunker.finish());
    Ok(chunks)
}

/// Cuts a document that comes in parts, with the rules of [`chunk_document`]; holds the chunk that is being filled and
/// the header of the table that may go on, and nothing else of the document.
#[derive(Debug)]
pub struct Chunker {
    options: ChunkOptions,
    packer: Packer,
    table: Option<OpenTable>,
}

impl Chunker {
    /// For a document of this title.
    pub fn new(title: &str, options: ChunkOptions) -> Self {
        Self {
            options,
            packer: Packer::new(title, options),
            table: None,
        }
    }

    /// Takes the next part; gives the chunks that are complete now.
    ///
    /// # Errors
    /// Those of `count`.
    pub fn push(
        &mut self,
        part: &DocumentPart,
        count: CountTokens<'_>,
    ) -> Result<Vec<Chunk>, WireError> {
        self.push_blocks(&part.blocks, part.continues, count)
    }

    /// The last chunk, if something of it is left.
    pub fn finish(self) -> Option<Chunk> {
        self.packer.finish()
    }

    fn push_blocks(
        &mut self,
        blocks: &[Block],
        continues: bool,
        count: CountTokens<'_>,
    ) -> Result<Vec<Chunk>, WireError> {
        let mut pieces = Vec::new();
        for (index, block) in blocks.iter().enumerate() {
            let goes_on = continues && index == 0;
            push_pieces(block, goes_on, &mut self.table, &mut pieces);
        }
        let budget = self.options.max_tokens.saturating_sub(60).max(32);
        for piece in fit_pieces(pieces, budget, count)? {
            self.packer.push(piece);
        }
        Ok(self.packer.take_complete())
    }
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
