//! Blocks to pieces: stretches of text that are not cut further, counted and cut to the budget.

use deskmate_core::{Anchor, Block, BlockContent, WireError};

use super::CountTokens;
use crate::sentence::{is_clause_start, sentences};

/// A stretch of text that is not cut further, with what is known of it.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) anchor: Anchor,
    pub(super) tokens: usize,
    pub(super) kind: PieceKind,
    /// Joined to the piece before without a line break (sentences of one paragraph).
    pub(super) continues: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum PieceKind {
    /// A heading, slide or sheet start: begins a chunk.
    Start,
    /// A numbered clause: begins a chunk when the current one is large enough.
    Clause,
    /// Anything else.
    Text,
    /// A row of the table whose header is given (empty: none known).
    Row { header: String },
}

/// A table of which more rows may come with the next part.
#[derive(Debug, Clone)]
pub(super) struct OpenTable {
    header_rows: usize,
    header: String,
    /// Rows that were there before.
    rows: usize,
}

/// Adds the pieces of a block; `goes_on` when it continues the block before, whose table is then in `table`.
pub(super) fn push_pieces(
    block: &Block,
    goes_on: bool,
    table: &mut Option<OpenTable>,
    pieces: &mut Vec<Piece>,
) {
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
        | BlockContent::Note { text }
            if goes_on =>
        {
            // The space in front belongs to the text; it is the same paragraph.
            let text = text.trim_end();
            if !text.is_empty() {
                pieces.push(Piece {
                    text: text.to_string(),
                    anchor: anchor(),
                    tokens: 0,
                    kind: PieceKind::Text,
                    continues: true,
                });
            }
        }
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
            let open = match table.take() {
                Some(open) if goes_on => open,
                Some(_) | None => OpenTable {
                    header_rows: *header_rows,
                    header: table_header(*header_rows, rows),
                    rows: 0,
                },
            };
            for (row, index) in rows.iter().zip(open.rows..) {
                let header = if index < open.header_rows {
                    String::new()
                } else {
                    open.header.clone()
                };
                push(
                    &row_text(row),
                    row_anchor(&block.anchor, index),
                    PieceKind::Row { header },
                );
            }
            *table = Some(OpenTable {
                rows: open.rows + rows.len(),
                ..open
            });
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
pub(super) fn fit_pieces(
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
