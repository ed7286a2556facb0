//! The readers: a file to a document to chunks, each reader with a worker process of its own.

use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::mpsc::SyncSender;

use deskmate_core::{CancelToken, ErrorCode, SourceId, WireError};
use deskmate_knowledge::{ChunkOptions, chunk_document, index_text, term_string};
use deskmate_store::{NewChunk, NewDocument, Source, SourceState};

use super::scan::Found;
use super::{FileStatus, Tools};
use crate::parse::{Read, Reader};

/// What a reader hands on.
pub(super) enum Outcome {
    Document(Box<NewDocument>),
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
        let read = reader.read(&path, cancel);
        let outcome = match digest(tools, found, read, known) {
            Ok(outcome) => outcome,
            // Only the engine or the store fail here; the writer ends the run with it.
            Err((found, error)) => Outcome::Failed {
                found,
                content_hash: None,
                error,
                status: FileStatus::Failed,
            },
        };
        tools.traffic.end_reading(&path);
        if matches!(&outcome, Outcome::Failed { error, .. } if error.code == ErrorCode::Cancelled)
            || sender.send(outcome).is_err()
        {
            return;
        }
    }
}

/// Makes chunks of a document that was read.
fn digest(
    tools: &Tools,
    found: Found,
    read: Read,
    known: &HashMap<PathBuf, Source>,
) -> Result<Outcome, (Found, WireError)> {
    let same = known.get(&found.path).filter(|source| {
        source.content_hash.is_some()
            && source.content_hash == read.content_hash
            && matches!(source.state, SourceState::Words | SourceState::Ready)
    });
    if let Some(source) = same {
        return Ok(Outcome::Touched(found, source.id));
    }
    let moved = known.values().find(|source| {
        read.content_hash.is_some()
            && source.content_hash == read.content_hash
            && matches!(source.state, SourceState::Words | SourceState::Ready)
            && !known.contains_key(&found.path)
            && !source.path.exists()
    });
    if let Some(source) = moved {
        return Ok(Outcome::Moved(found, source.id));
    }
    let (format, parsed) = match read.outcome {
        Ok(outcome) => outcome,
        Err(error) => {
            let status = if error.code == ErrorCode::UnsupportedFormat {
                FileStatus::Skipped
            } else {
                FileStatus::Failed
            };
            return Ok(Outcome::Failed {
                found,
                content_hash: read.content_hash,
                error,
                status,
            });
        }
    };
    let title = title_of(&found, parsed.document.title.as_deref());
    let chunks = match cut(tools, &parsed.document, &title) {
        Ok(chunks) => chunks,
        Err(error) => return Err((found, error)),
    };
    if chunks.is_empty() {
        let first = parsed
            .warnings
            .into_iter()
            .find(|warning| matches!(warning.code, ErrorCode::NeedsOcr | ErrorCode::PartlyDamaged));
        let error = match first {
            Some(warning) if warning.code == ErrorCode::NeedsOcr => WireError::new(
                ErrorCode::NeedsOcr,
                "its pages are pictures without a text layer",
            )
            .with_hint("run it through a text recognition program and add the result"),
            Some(warning) => WireError::new(ErrorCode::DamagedFile, warning.message),
            None => WireError::new(ErrorCode::EmptyFile, "it holds no text"),
        };
        return Ok(Outcome::Failed {
            found,
            content_hash: read.content_hash,
            error,
            status: FileStatus::Failed,
        });
    }
    Ok(Outcome::Document(Box::new(NewDocument {
        path: found.path,
        size: found.size,
        mtime_ns: found.mtime_ns,
        content_hash: read.content_hash.unwrap_or_default(),
        format,
        title: Some(title),
        warnings: parsed.warnings,
        chunks,
    })))
}

fn cut(
    tools: &Tools,
    document: &deskmate_core::Document,
    title: &str,
) -> Result<Vec<NewChunk>, WireError> {
    let count = |texts: &[String]| match &tools.embedder {
        Some(embedder) => embedder.count_tokens(texts),
        // Without the model: about what its tokenizer gives, a token for one Han character and a half or four letters.
        None => Ok(texts.iter().map(|text| estimated_tokens(text)).collect()),
    };
    let chunks = chunk_document(document, title, ChunkOptions::default(), &count)?;
    Ok(chunks
        .into_iter()
        .map(|chunk| {
            let text = index_text(&chunk);
            NewChunk {
                terms: term_string(&text),
                text_hash: *blake3::hash(text.as_bytes()).as_bytes(),
                chunk,
            }
        })
        .collect())
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
