//! Cuts a document into chunks that follow its headings, clauses and tables.

use deskmate_core::{Anchor, Block, BlockContent, Chunk, Document, Span, WireError};

use crate::sentence::{is_clause_start, sentences};

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

/// A stretch of text that is not cut further, with what is known of it.
#[derive(Debug, Clone)]
struct Piece {
    text: String,
    anchor: Anchor,
    tokens: usize,
    kind: PieceKind,
    /// Joined to the piece before without a line break (sentences of one paragraph).
    continues: bool,
}

#[derive(Debug, Clone, PartialEq)]
enum PieceKind {
    /// A heading, slide or sheet start: begins a chunk.
    Start,
    /// A numbered clause: begins a chunk when the current one is large enough.
    Clause,
    /// Anything else.
    Text,
    /// A row of the table whose header is given (empty: none known).
    Row { header: String },
}

fn push_pieces(block: &Block, pieces: &mut Vec<Piece>) {
    let mut push = |text: &str, anchor: Anchor, kind: PieceKind| {
        let text = text.trim();
        if !text.is_empty() {
            pieces.push(Piece {
                text: text.to_string(),
                anchor,
                tokens: 0,
                kind,
                continues: false,
            });
        }
    };
    let anchor = || block.anchor.clone();
    match &block.content {
        BlockContent::Heading { text, .. } => {
            // The heading's own line belongs to the section that it opens.
            let mut anchor = anchor();
            if anchor.heading.last() != Some(text) {
                anchor.heading.push(text.clone());
            }
            push(text, anchor, PieceKind::Start);
        }
        BlockContent::Slide { title, .. } => push(title, anchor(), PieceKind::Start),
        BlockContent::Sheet { name, .. } => push(name, anchor(), PieceKind::Start),
        BlockContent::Paragraph { text }
        | BlockContent::Formula { text }
        | BlockContent::Note { text } => {
            let kind = if is_clause_start(text) {
                PieceKind::Clause
            } else {
                PieceKind::Text
            };
            push(text, anchor(), kind);
        }
        BlockContent::Footnote { label, text } => {
            push(&format!("[{label}] {text}"), anchor(), PieceKind::Text);
        }
        BlockContent::Image { alt } => push(alt, anchor(), PieceKind::Text),
        BlockContent::List { items, .. } => {
            for item in items {
                push(&item.line(), anchor(), PieceKind::Text);
            }
        }
        BlockContent::Table {
            caption,
            header_rows,
            rows,
        } => {
            if let Some(caption) = caption {
                push(caption, anchor(), PieceKind::Text);
            }
            let header = table_header(*header_rows, rows);
            for (index, row) in rows.iter().enumerate() {
                let header = if index < *header_rows {
                    String::new()
                } else {
                    header.clone()
                };
                push(
                    &row_text(row),
                    row_anchor(&block.anchor, index),
                    PieceKind::Row { header },
                );
            }
        }
    }
}

fn row_text(row: &[String]) -> String {
    let cells: Vec<String> = row
        .iter()
        .map(|cell| cell.trim().replace('\n', " "))
        .collect();
    if cells.iter().all(String::is_empty) {
        return String::new();
    }
    cells.join(" | ").trim_end_matches([' ', '|']).to_string()
}

fn table_header(header_rows: usize, rows: &[Vec<String>]) -> String {
    let lines: Vec<String> = rows
        .iter()
        .take(header_rows.min(2))
        .map(|row| row_text(row))
        .collect();
    let header = lines.join("\n");
    // A header of this size is a mistaken one, and would eat the budget of every chunk.
    if header.chars().count() > 240 {
        String::new()
    } else {
        header
    }
}

/// The anchor of one row: of a cell range, the range of that row alone.
fn row_anchor(table: &Anchor, index: usize) -> Anchor {
    let mut anchor = table.clone();
    if let Some(range) = table
        .range
        .as_deref()
        .and_then(|range| row_range(range, index))
    {
        anchor.range = Some(range);
    } else if let Some(line) = table.line {
        anchor.line = Some(line + index as u32);
    }
    anchor
}

fn row_range(range: &str, index: usize) -> Option<String> {
    let (first, last) = range.split_once(':').unwrap_or((range, range));
    let split = |cell: &str| -> Option<(String, usize)> {
        let at = cell.find(|c: char| c.is_ascii_digit())?;
        Some((cell[..at].to_string(), cell[at..].parse().ok()?))
    };
    let ((left, top), (right, _)) = (split(first)?, split(last)?);
    let row = top.checked_add(index)?;
    Some(format!("{left}{row}:{right}{row}"))
}

/// Counts the pieces and cuts those over the budget: paragraphs into sentences, sentences by length.
fn fit_pieces(
    pieces: Vec<Piece>,
    budget: usize,
    count: CountTokens<'_>,
) -> Result<Vec<Piece>, WireError> {
    let mut pieces = counted(pieces, count)?;
    if pieces.iter().any(|piece| piece.tokens > budget) {
        let split = pieces
            .into_iter()
            .flat_map(|piece| {
                if piece.tokens <= budget {
                    return vec![piece];
                }
                let parts: Vec<String> = sentences(&piece.text)
                    .into_iter()
                    .map(|range| piece.text[range].to_string())
                    .collect();
                split_piece(&piece, parts)
            })
            .collect();
        pieces = counted(split, count)?
            .into_iter()
            .flat_map(|piece| {
                if piece.tokens <= budget {
                    return vec![piece];
                }
                let parts = cut_by_length(&piece.text, piece.tokens.div_ceil(budget) * 5 / 4 + 1);
                split_piece(&piece, parts)
            })
            .collect();
        pieces = counted(pieces, count)?;
    }
    Ok(pieces)
}

fn counted(mut pieces: Vec<Piece>, count: CountTokens<'_>) -> Result<Vec<Piece>, WireError> {
    let open: Vec<usize> = (0..pieces.len())
        .filter(|i| pieces[*i].tokens == 0)
        .collect();
    let texts: Vec<String> = open.iter().map(|i| pieces[*i].text.clone()).collect();
    let counts = count(&texts)?;
    for (index, tokens) in open.into_iter().zip(counts) {
        pieces[index].tokens = tokens.max(1);
    }
    Ok(pieces)
}

fn split_piece(piece: &Piece, parts: Vec<String>) -> Vec<Piece> {
    parts
        .into_iter()
        .filter(|text| !text.trim().is_empty())
        .enumerate()
        .map(|(index, text)| Piece {
            text,
            anchor: piece.anchor.clone(),
            tokens: 0,
            kind: if index == 0 {
                piece.kind.clone()
            } else {
                match &piece.kind {
                    PieceKind::Row { header } => PieceKind::Row {
                        header: header.clone(),
                    },
                    PieceKind::Start | PieceKind::Clause | PieceKind::Text => PieceKind::Text,
                }
            },
            continues: index > 0,
        })
        .collect()
}

fn cut_by_length(text: &str, parts: usize) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    let size = characters.len().div_ceil(parts).max(1);
    characters
        .chunks(size)
        .map(|part| part.iter().collect())
        .collect()
}

/// Fills chunks with pieces.
struct Packer<'a> {
    title: &'a str,
    options: ChunkOptions,
    chunks: Vec<Chunk>,
    current: Option<Open>,
}

struct Open {
    chunk: Chunk,
    tokens: usize,
}

impl<'a> Packer<'a> {
    fn new(title: &'a str, options: ChunkOptions) -> Self {
        Self {
            title,
            options,
            chunks: Vec::new(),
            current: None,
        }
    }

    fn pack(mut self, pieces: Vec<Piece>) -> Vec<Chunk> {
        for piece in pieces {
            self.push(piece);
        }
        self.close();
        self.chunks
    }

    fn push(&mut self, piece: Piece) {
        if let Some(open) = &self.current {
            let full = open.tokens + piece.tokens > self.options.max_tokens;
            let large = open.tokens >= self.options.min_tokens;
            let boundary = match piece.kind {
                PieceKind::Start => large || self.leaves_section(&piece),
                PieceKind::Clause => large,
                PieceKind::Text | PieceKind::Row { .. } => false,
            };
            if full || boundary {
                self.close();
            }
        }
        if self.current.is_none() {
            self.open(&piece);
        }
        if let Some(open) = &mut self.current {
            open.append(&piece);
        }
    }

    /// A slide or sheet never shares a chunk with the one before.
    fn leaves_section(&self, piece: &Piece) -> bool {
        self.current
            .as_ref()
            .and_then(|open| open.chunk.spans.last())
            .is_some_and(|span| {
                span.anchor.slide != piece.anchor.slide || span.anchor.sheet != piece.anchor.sheet
            })
    }

    fn open(&mut self, piece: &Piece) {
        let mut heading: Vec<String> = Vec::new();
        let names = [self.title.to_string()]
            .into_iter()
            .chain(piece.anchor.sheet.clone())
            .chain(piece.anchor.heading.iter().cloned());
        for name in names {
            if !name.trim().is_empty() && !heading.contains(&name) {
                heading.push(name);
            }
        }
        let tokens = heading.iter().map(|h| h.chars().count()).sum::<usize>() / 2;
        self.current = Some(Open {
            chunk: Chunk {
                ordinal: self.chunks.len() as u32,
                heading,
                text: String::new(),
                spans: Vec::new(),
            },
            tokens: tokens.min(self.options.max_tokens / 4),
        });
        if let (PieceKind::Row { header }, Some(open)) = (&piece.kind, &mut self.current)
            && !header.is_empty()
        {
            let header = Piece {
                text: header.clone(),
                anchor: piece.anchor.clone(),
                tokens: header.chars().count() / 2,
                kind: PieceKind::Text,
                continues: false,
            };
            open.append(&header);
        }
    }

    fn close(&mut self) {
        if let Some(open) = self.current.take()
            && !open.chunk.text.trim().is_empty()
        {
            self.chunks.push(open.chunk);
        }
    }
}

impl Open {
    fn append(&mut self, piece: &Piece) {
        let text = &mut self.chunk.text;
        if !text.is_empty() && !piece.continues {
            text.push('\n');
        }
        let start = text.len();
        text.push_str(&piece.text);
        self.chunk.spans.push(Span {
            start,
            end: text.len(),
            anchor: piece.anchor.clone(),
        });
        self.tokens += piece.tokens;
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
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
}
