//! The readers: a file to chunks, part by part, each reader with a worker process of its own.

use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::mpsc::SyncSender;

use deskmate_core::{CancelToken, Chunk, ErrorCode, ReadWarning, SourceId, WireError};
use deskmate_knowledge::{ChunkOptions, Chunker, index_text, term_string};
use deskmate_store::{NewChunk, NewDocument, Source, SourceState};

use super::scan::Found;
use super::{FileStatus, Tools};
use crate::parse::{Reader, Step, Wanted};

/// Chunks are handed on when they weigh this much, so that a document of any size passes through little memory.
const PART_BYTES: usize = 1 << 20;

/// What the place of a stretch of text weighs, beside its headings.
const SPAN_BYTES: usize = 160;

/// What a reader hands on.
pub(super) enum Outcome {
    /// A document with all of its chunks.
    Document(Box<NewDocument>),
    /// A document with its first chunks; more of them come, then its end.
    Begun(Box<NewDocument>),
    /// More chunks of the document at this path; their terms are left to the end.
    More(PathBuf, Vec<NewChunk>),
    /// All chunks of the document at this path are there.
    Ended(PathBuf),
    /// The content is as it was; only the times of the file changed.
    Touched(Found, SourceId),
    /// A file of the library lies here now; where it lay there is nothing any more.
    Moved(Found, SourceId),
    Failed {
        found: Found,
        content_hash: Option<[u8; 32]>,
        error: WireError,
        status: FileStatus,
    },
}

/// Reads files of the queue until there are no more.
pub(super) fn read_all(
    tools: &Tools,
    queue: &Mutex<VecDeque<Found>>,
    known: &HashMap<PathBuf, Source>,
    cancel: &CancelToken,
    sender: &SyncSender<Outcome>,
) {
    let mut reader = Reader::default();
    while !cancel.is_cancelled() {
        let next = queue.lock().ok().and_then(|mut queue| queue.pop_front());
        let Some(found) = next else { return };
        tools.traffic.let_questions_go_first(cancel);
        let path = found.path.clone();
        tools.traffic.begin_reading(&path);
        let mut intake = Intake::new(tools, found, known, sender);
        let read = reader.read_in_steps(&path, cancel, &mut |step| intake.take(step));
        let outcome = intake.end(read);
        tools.traffic.end_reading(&path);
        // Without an outcome, the writer has ended.
        let Some(outcome) = outcome else { return };
        let is_cancelled = matches!(
            &outcome,
            Outcome::Failed { error, .. } if error.code == ErrorCode::Cancelled
        );
        if is_cancelled || sender.send(outcome).is_err() {
            return;
        }
    }
}

/// One file while it is read.
struct Intake<'a> {
    tools: &'a Tools,
    found: Found,
    known: &'a HashMap<PathBuf, Source>,
    sender: &'a SyncSender<Outcome>,
    content_hash: Option<[u8; 32]>,
    /// What became of a file whose content is known.
    settled: Option<Outcome>,
    head: Head,
    chunker: Option<Chunker>,
    chunks: Vec<NewChunk>,
    weight: usize,
    is_begun: bool,
    /// A fault of the engine or of the store, not of the file.
    has_stumbled: bool,
}

/// What is known of a document beside its chunks.
#[derive(Default)]
struct Head {
    format: String,
    title: String,
    warnings: Vec<ReadWarning>,
}

impl<'a> Intake<'a> {
    fn new(
        tools: &'a Tools,
        found: Found,
        known: &'a HashMap<PathBuf, Source>,
        sender: &'a SyncSender<Outcome>,
    ) -> Self {
        Self {
            tools,
            found,
            known,
            sender,
            content_hash: None,
            settled: None,
            head: Head::default(),
            chunker: None,
            chunks: Vec::new(),
            weight: 0,
            is_begun: false,
            has_stumbled: false,
        }
    }

    fn take(&mut self, step: Step) -> Result<Wanted, WireError> {
        match step {
            Step::Hashed(hash) => {
                self.content_hash = Some(hash);
                self.settled = self.as_known(&hash);
                Ok(if self.settled.is_some() {
                    Wanted::No
                } else {
                    Wanted::Yes
                })
            }
            Step::Begun(format, parsed) => {
                self.head = Head {
                    format,
                    title: title_of(&self.found, parsed.document.title.as_deref()),
                    warnings: parsed.warnings,
                };
                let options = ChunkOptions::default();
                self.chunker = Some(Chunker::new(&self.head.title, options));
                Ok(Wanted::Yes)
            }
            Step::Blocks(part) => {
                let tools = self.tools;
                let Some(chunker) = &mut self.chunker else {
                    return Ok(Wanted::Yes);
                };
                let pushed = chunker.push(&part, &|texts| count(tools, texts));
                let done = pushed.and_then(|chunks| self.keep(chunks));
                self.has_stumbled |= done.is_err();
                done.map(|()| Wanted::Yes)
            }
        }
    }

    /// What a file with this content is, if the library has it.
    fn as_known(&self, hash: &[u8; 32]) -> Option<Outcome> {
        let has_it = |source: &Source| {
            source.content_hash.as_ref() == Some(hash)
                && matches!(source.state, SourceState::Words | SourceState::Ready)
        };
        if let Some(before) = self.known.get(&self.found.path) {
            return has_it(before).then(|| Outcome::Touched(self.found.clone(), before.id));
        }
        let elsewhere = self
            .known
            .values()
            .find(|source| has_it(source) && !source.path.exists());
        elsewhere.map(|source| Outcome::Moved(self.found.clone(), source.id))
    }

    /// Keeps chunks, and hands on what was kept when it is enough.
    fn keep(&mut self, chunks: impl IntoIterator<Item = Chunk>) -> Result<(), WireError> {
        for chunk in chunks {
            let text = index_text(&chunk);
            let new = NewChunk {
                // What comes after the first part is found by terms that are made at the end.
                terms: if self.is_begun {
                    String::new()
                } else {
                    term_string(&text)
                },
                text_hash: *blake3::hash(text.as_bytes()).as_bytes(),
                chunk,
            };
            self.weight += weight_of(&new);
            self.chunks.push(new);
            if self.weight >= PART_BYTES {
                self.hand_on()?;
            }
        }
        Ok(())
    }

    fn hand_on(&mut self) -> Result<(), WireError> {
        let chunks = std::mem::take(&mut self.chunks);
        self.weight = 0;
        let outcome = if self.is_begun {
            Outcome::More(self.found.path.clone(), chunks)
        } else {
            Outcome::Begun(Box::new(self.document(chunks)))
        };
        self.is_begun = true;
        // The writer ends before its readers only when there is no use in reading on.
        self.sender
            .send(outcome)
            .map_err(|_| WireError::cancelled())
    }

    fn document(&mut self, chunks: Vec<NewChunk>) -> NewDocument {
        NewDocument {
            path: self.found.path.clone(),
            size: self.found.size,
            mtime_ns: self.found.mtime_ns,
            content_hash: self.content_hash.unwrap_or_default(),
            format: std::mem::take(&mut self.head.format),
            title: Some(self.head.title.clone()),
            warnings: std::mem::take(&mut self.head.warnings),
            chunks,
        }
    }

    /// What became of the file; `None` when nobody takes it any more.
    fn end(mut self, read: Result<(), WireError>) -> Option<Outcome> {
        let settled = self.settled.take();
        match (read, settled) {
            (Err(error), Some(_)) if error.code == ErrorCode::Cancelled => {
                return Some(self.failed(error));
            }
            (_, Some(settled)) => return Some(settled),
            (Err(error), None) => return Some(self.failed(error)),
            (Ok(()), None) => {}
        }
        let last = self.chunker.take().and_then(Chunker::finish);
        if let Err(error) = self.keep(last) {
            return Some(self.failed(error));
        }
        if self.is_begun {
            let rest = std::mem::take(&mut self.chunks);
            if !rest.is_empty() {
                let more = Outcome::More(self.found.path.clone(), rest);
                self.sender.send(more).ok()?;
            }
            return Some(Outcome::Ended(self.found.path));
        }
        if self.chunks.is_empty() {
            let error = without_text(std::mem::take(&mut self.head.warnings));
            return Some(self.failed(error));
        }
        let chunks = std::mem::take(&mut self.chunks);
        Some(Outcome::Document(Box::new(self.document(chunks))))
    }

    fn failed(self, error: WireError) -> Outcome {
        Outcome::Failed {
            status: if error.code == ErrorCode::UnsupportedFormat {
                FileStatus::Skipped
            } else {
                FileStatus::Failed
            },
            // Without it the file is tried again.
            content_hash: self.content_hash.filter(|_| !self.has_stumbled),
            found: self.found,
            error,
        }
    }
}

/// Why a document has no text.
fn without_text(warnings: Vec<ReadWarning>) -> WireError {
    let first = warnings
        .into_iter()
        .find(|warning| matches!(warning.code, ErrorCode::NeedsOcr | ErrorCode::PartlyDamaged));
    match first {
        Some(warning) if warning.code == ErrorCode::NeedsOcr => WireError::new(
            ErrorCode::NeedsOcr,
            "its pages are pictures without a text layer",
        )
        .with_hint("run it through a text recognition program and add the result"),
        Some(warning) => WireError::new(ErrorCode::DamagedFile, warning.message),
        None => WireError::new(ErrorCode::EmptyFile, "it holds no text"),
    }
}

/// About what a chunk takes in memory, in bytes.
fn weight_of(new: &NewChunk) -> usize {
    let spans = new.chunk.spans.iter().map(|span| {
        let names = span.anchor.heading.iter().map(String::len).sum::<usize>();
        SPAN_BYTES + names
    });
    new.chunk.text.len() + new.terms.len() + spans.sum::<usize>()
}

fn count(tools: &Tools, texts: &[String]) -> Result<Vec<usize>, WireError> {
    match &tools.embedder {
        Some(embedder) => embedder.count_tokens(texts),
        // Without the model: about what its tokenizer gives, a token for one Han character and a half or four letters.
        None => Ok(texts.iter().map(|text| estimated_tokens(text)).collect()),
    }
}

fn estimated_tokens(text: &str) -> usize {
    let han = text
        .chars()
        .filter(|c| deskmate_knowledge::is_han(*c))
        .count();
    let other = text.chars().count() - han;
    han * 2 / 3 + other / 4 + 1
}

/// The document's own title beside the file's name, which people know it by.
fn title_of(found: &Found, title: Option<&str>) -> String {
    let stem = found
        .path
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default();
    match title.map(str::trim) {
        Some(title)
            if !title.is_empty() && title.chars().count() <= 80 && !stem.contains(title) =>
        {
            if title.contains(stem.as_str()) {
                title.to_string()
            } else {
                format!("{stem} {title}")
            }
        }
        Some(_) | None => stem,
    }
}
