//! Pieces to chunks of the size asked for.

use deskmate_core::{Chunk, Span};

use super::ChunkOptions;
use super::pieces::{Piece, PieceKind};

/// Fills chunks with pieces.
#[derive(Debug)]
pub(super) struct Packer {
    title: String,
    options: ChunkOptions,
    /// Chunks that are complete and were not taken yet.
    complete: Vec<Chunk>,
    /// Position of the next chunk in its document.
    next: u32,
    current: Option<Open>,
}

#[derive(Debug)]
struct Open {
    chunk: Chunk,
    tokens: usize,
}

impl Packer {
    pub(super) fn new(title: &str, options: ChunkOptions) -> Self {
        Self {
            title: title.to_string(),
            options,
            complete: Vec::new(),
            next: 0,
            current: None,
        }
    }

    /// The chunks that nothing can be added to any more.
    pub(super) fn take_complete(&mut self) -> Vec<Chunk> {
        std::mem::take(&mut self.complete)
    }

    /// The chunk that was being filled.
    pub(super) fn finish(mut self) -> Option<Chunk> {
        self.close();
        self.complete.pop()
    }

    /// Adds a piece, to the chunk that is being filled or to a new one.
    pub(super) fn push(&mut self, piece: Piece) {
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
        let names = [self.title.clone()]
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
                ordinal: self.next,
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
            self.complete.push(open.chunk);
            self.next += 1;
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
