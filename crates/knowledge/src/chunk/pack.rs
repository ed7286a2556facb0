//! Pieces to chunks of the size asked for.

use deskmate_core::{Chunk, Span};

use super::ChunkOptions;
use super::pieces::{Piece, PieceKind};

/// Fills chunks with pieces.
pub(super) struct Packer<'a> {
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
    pub(super) fn new(title: &'a str, options: ChunkOptions) -> Self {
        Self {
            title,
            options,
            chunks: Vec::new(),
            current: None,
        }
    }

    pub(super) fn pack(mut self, pieces: Vec<Piece>) -> Vec<Chunk> {
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
