//! The ingest pipeline: readers, the writer and the embedder run beside each other over bounded queues.
//!
//! A file is searchable by its words as soon as the writer has it; it is `ready` only when its vectors are in the
//! index and have been counted there. Whatever a stop interrupts is finished by the next run.

use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use deskmate_core::{
    CancelToken, Embedder, EmbeddingRole, ErrorCode, JobEvent, Progress, SourceId, WireError,
};
use deskmate_knowledge::{ChunkOptions, chunk_document, index_text, term_string};
use deskmate_store::{NewChunk, NewDocument, Source, SourceState};

use super::scan::{Found, Scan};
use super::{AddReport, FileReport, FileStatus, Sink, Tools};
use crate::parse::{Read, Reader};

/// Documents that wait between two stages: a few, so that memory stays bounded.
const QUEUE: usize = 8;

/// One commit of the index: this many chunks, or what came within this time.
const COMMIT_CHUNKS: usize = 1_000;
const COMMIT_AFTER: Duration = Duration::from_secs(5);

/// Texts embedded in one call: some full batches, and cancelling waits for one of them at most.
const EMBED_TEXTS: usize = 32;

/// A file's content that killed a reader this often is not tried again until it changes.
const MAX_CRASHES: u32 = 2;

/// What a reader hands on.
enum Outcome {
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

/// Reads, stores and embeds what a scan found.
pub(crate) fn ingest(
    tools: &Tools,
    scan: Scan,
    cancel: &CancelToken,
    sink: Sink<'_>,
) -> Result<AddReport, WireError> {
    let started = Instant::now();
    let known: HashMap<PathBuf, Source> = tools
        .library
        .sources()?
        .into_iter()
        // What was only entered is as good as new.
        .filter(|source| source.state != SourceState::Pending)
        .map(|source| (source.path.clone(), source))
        .collect();
    let mut reports: Vec<FileReport> = Vec::new();
    for (path, error) in scan.failed {
        reports.push(FileReport::failed(path, FileStatus::Failed, error));
    }
    for (path, error) in scan.skipped {
        reports.push(FileReport::failed(path, FileStatus::Skipped, error));
    }
    let mut open = VecDeque::new();
    let mut unfinished: Vec<SourceId> = Vec::new();
    for found in scan.files {
        match known.get(&found.path) {
            Some(source) if is_unchanged(source, &found) => {
                if source.state == SourceState::Words {
                    unfinished.push(source.id);
                }
                reports.push(FileReport::unchanged(source));
            }
            Some(_) | None => open.push_back(found),
        }
    }
    let entered: Vec<(PathBuf, u64, i64)> = open
        .iter()
        .filter(|found| !known.contains_key(&found.path))
        .map(|found| (found.path.clone(), found.size, found.mtime_ns))
        .collect();
    tools.library.enter_pending(&entered)?;
    let total = open.len() as u64;
    let mut board = Board {
        sink,
        started,
        files_done: 0,
        files_total: total,
        reports,
        embedding: Duration::ZERO,
    };
    let result = if total == 0 && (unfinished.is_empty() || tools.embedder.is_none()) {
        Ok(())
    } else {
        run(tools, open, unfinished, &known, cancel, &mut board)
    };
    let mut reports = board.reports;
    reports.sort_by(|a, b| a.path.cmp(&b.path));
    let embedding_seconds = board.embedding.as_secs_f64();
    result?;
    Ok(AddReport {
        files: reports,
        seconds: started.elapsed().as_secs_f64(),
        embedding_seconds,
    })
}

fn is_unchanged(source: &Source, found: &Found) -> bool {
    source.size == found.size
        && source.mtime_ns == found.mtime_ns
        && match source.state {
            SourceState::Words | SourceState::Ready | SourceState::Skipped => true,
            SourceState::Pending => false,
            // What stopped a reader may have been a machine short of memory: it gets a second try.
            SourceState::Failed => {
                let crashed = source.error.as_ref().is_some_and(|error| {
                    matches!(error.code, ErrorCode::WorkerCrashed | ErrorCode::TimedOut)
                });
                !crashed || source.crash_count >= MAX_CRASHES
            }
        }
}

/// Counts and tells what happens.
struct Board<'a, 'b> {
    sink: &'a mut (dyn FnMut(JobEvent) + 'b),
    started: Instant,
    files_done: u64,
    files_total: u64,
    reports: Vec<FileReport>,
    embedding: Duration,
}

impl Board<'_, '_> {
    fn report(&mut self, report: FileReport) {
        self.files_done += 1;
        let item = report
            .path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        self.reports.push(report);
        self.progress("reading", self.files_done, self.files_total, item);
    }

    fn progress(&mut self, stage: &str, done: u64, total: u64, item: Option<String>) {
        let spent = self.started.elapsed().as_millis() as u64;
        let eta_ms = (done > 0).then(|| spent / done * total.saturating_sub(done));
        (self.sink)(JobEvent::Progress(Progress {
            stage: stage.to_string(),
            done,
            total: Some(total),
            eta_ms,
            item,
        }));
    }
}

fn run(
    tools: &Tools,
    open: VecDeque<Found>,
    unfinished: Vec<SourceId>,
    known: &HashMap<PathBuf, Source>,
    cancel: &CancelToken,
    board: &mut Board<'_, '_>,
) -> Result<(), WireError> {
    let queue = Mutex::new(open);
    let (to_writer, outcomes) = sync_channel::<Outcome>(QUEUE);
    let (to_embedder, written) = sync_channel::<Vec<SourceId>>(QUEUE);
    let (embedded_sender, embedded) = sync_channel::<(u64, u64, Duration)>(1_024);
    std::thread::scope(|scope| {
        for _ in 0..tools.readers.max(1) {
            let sender = to_writer.clone();
            let queue = &queue;
            scope.spawn(move || read_all(tools, queue, known, cancel, &sender));
        }
        drop(to_writer);
        let embedding = scope.spawn(move || match &tools.embedder {
            Some(embedder) => {
                embed_all(tools, embedder.as_ref(), &written, cancel, &embedded_sender)
            }
            None => {
                while written.recv().is_ok() {}
                Ok(())
            }
        });
        let wrote = write_all(
            tools,
            &outcomes,
            &to_embedder,
            &unfinished,
            cancel,
            board,
            &embedded,
        );
        drop(to_embedder);
        // Readers that wait to hand something on must not wait for ever when writing failed.
        drop(outcomes);
        while !embedding.is_finished() {
            match embedded.recv_timeout(Duration::from_millis(100)) {
                Ok((done, total, spent)) => {
                    board.embedding = spent;
                    board.progress("embedding", done, total, None);
                }
                Err(_) => continue,
            }
        }
        let embedded_all = embedding.join().unwrap_or_else(|_| {
            Err(WireError::new(
                ErrorCode::Internal,
                "the embedding thread died",
            ))
        });
        while let Ok((_, _, spent)) = embedded.try_recv() {
            board.embedding = spent;
        }
        wrote?;
        embedded_all
    })?;
    tools.library.finish_bulk()?;
    if cancel.is_cancelled() {
        return Err(WireError::cancelled());
    }
    Ok(())
}

fn read_all(
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

fn write_all(
    tools: &Tools,
    outcomes: &Receiver<Outcome>,
    to_embedder: &SyncSender<Vec<SourceId>>,
    unfinished: &[SourceId],
    cancel: &CancelToken,
    board: &mut Board<'_, '_>,
    embedded: &Receiver<(u64, u64, Duration)>,
) -> Result<(), WireError> {
    if !unfinished.is_empty() {
        let _ = to_embedder.send(unfinished.to_vec());
    }
    let mut batch: Vec<NewDocument> = Vec::new();
    let mut chunks = 0;
    let mut since = Instant::now();
    loop {
        let next = outcomes.recv_timeout(Duration::from_millis(200));
        while let Ok((done, total, spent)) = embedded.try_recv() {
            board.embedding = spent;
            board.progress("embedding", done, total, None);
        }
        let ended = matches!(next, Err(RecvTimeoutError::Disconnected));
        if let Ok(outcome) = next {
            if batch.is_empty() {
                since = Instant::now();
            }
            if let Some(document) = settle(tools, outcome, board)? {
                chunks += document.chunks.len();
                batch.push(document);
            }
        }
        let due = chunks >= COMMIT_CHUNKS || since.elapsed() >= COMMIT_AFTER;
        if !batch.is_empty() && (due || ended || cancel.is_cancelled()) {
            let written = tools.library.write_documents(&batch)?;
            for document in batch.drain(..) {
                board.report(FileReport {
                    path: document.path,
                    status: FileStatus::Ready,
                    reason: None,
                    code: None,
                    chunks: document.chunks.len() as u64,
                    warnings: document.warnings,
                });
            }
            chunks = 0;
            let ids = written.iter().map(|w| w.source_id).collect();
            if to_embedder.send(ids).is_err() {
                // The embedder ended with an error of its own, which is the one to tell.
                return Ok(());
            }
        }
        if ended || cancel.is_cancelled() {
            return Ok(());
        }
    }
}

/// Records what needs no further stage; gives back a document to be written.
fn settle(
    tools: &Tools,
    outcome: Outcome,
    board: &mut Board<'_, '_>,
) -> Result<Option<NewDocument>, WireError> {
    match outcome {
        Outcome::Document(document) => return Ok(Some(*document)),
        Outcome::Moved(found, id) => {
            tools.library.rename(id, &found.path)?;
            return settle(tools, Outcome::Touched(found, id), board);
        }
        Outcome::Touched(found, id) => {
            tools.library.touch(id, found.size, found.mtime_ns)?;
            if let Some(source) = tools.library.source_by_path(&found.path)? {
                board.report(FileReport::unchanged(&source));
            }
        }
        Outcome::Failed {
            found,
            content_hash,
            error,
            status,
        } => {
            let crashed = matches!(error.code, ErrorCode::WorkerCrashed | ErrorCode::TimedOut);
            // A name that is not Unicode cannot stand in the catalogue; it is still reported.
            if found.path.to_str().is_some() {
                let (path, size, mtime) = (&found.path, found.size, found.mtime_ns);
                let hash = content_hash.as_ref();
                if status == FileStatus::Skipped {
                    tools.library.mark_skipped(path, size, mtime, &error)?;
                } else {
                    tools.library.mark_failed(path, size, mtime, hash, &error)?;
                }
                if crashed {
                    tools.library.bump_crash(path)?;
                }
            }
            board.report(FileReport::failed(found.path, status, error));
        }
    }
    Ok(None)
}

fn embed_all(
    tools: &Tools,
    embedder: &dyn Embedder,
    written: &Receiver<Vec<SourceId>>,
    cancel: &CancelToken,
    told: &SyncSender<(u64, u64, Duration)>,
) -> Result<(), WireError> {
    let (mut done, mut total) = (0_u64, 0_u64);
    let mut spent = Duration::ZERO;
    let model_id = embedder.model_id();
    while let Ok(ids) = written.recv() {
        let mut texts: HashMap<[u8; 32], String> = HashMap::new();
        for id in &ids {
            for stored in deskmate_core::ChunkIndex::neighbours(&*tools.library, *id, 0, u32::MAX)?
            {
                let text = index_text(&stored.chunk);
                texts.insert(*blake3::hash(text.as_bytes()).as_bytes(), text);
            }
        }
        let hashes: Vec<[u8; 32]> = texts.keys().copied().collect();
        let mut missing = tools.library.missing_vectors(&model_id, &hashes)?;
        // Alike lengths together: a batch is as slow as its padding.
        missing.sort_by_key(|hash| texts.get(hash).map_or(0, String::len));
        total += missing.len() as u64;
        for hashes in missing.chunks(EMBED_TEXTS) {
            tools.traffic.let_questions_go_first(cancel);
            if cancel.is_cancelled() {
                return Err(WireError::cancelled());
            }
            let batch: Vec<String> = hashes
                .iter()
                .filter_map(|h| texts.get(h).cloned())
                .collect();
            let before = Instant::now();
            let vectors = embed_fitting(embedder, batch, cancel)?;
            spent += before.elapsed();
            let rows: Vec<([u8; 32], Vec<f32>)> = hashes.iter().copied().zip(vectors).collect();
            tools.library.put_vectors(&model_id, &rows)?;
            done += hashes.len() as u64;
            // A full queue of reports loses one; the next one tells more.
            let _ = told.try_send((done, total, spent));
        }
        for indexed in tools.library.index_vectors(&ids)? {
            indexed.outcome?;
        }
    }
    let _ = told.try_send((done, total, spent));
    Ok(())
}

/// Embeds a batch; a text over the model's window (the sum of its parts was an estimate) goes in shortened.
fn embed_fitting(
    embedder: &dyn Embedder,
    mut batch: Vec<String>,
    cancel: &CancelToken,
) -> Result<Vec<Vec<f32>>, WireError> {
    for _ in 0..4 {
        match embedder.embed(&batch, EmbeddingRole::Passage, cancel) {
            Err(error) if error.code == ErrorCode::ContextTooLong => {
                let counts = embedder.count_tokens(&batch)?;
                for (text, tokens) in batch.iter_mut().zip(counts) {
                    if tokens > embedder.max_tokens() {
                        let keep = text.chars().count() * embedder.max_tokens() / tokens * 9 / 10;
                        *text = text.chars().take(keep).collect();
                    }
                }
            }
            other => return other,
        }
    }
    embedder.embed(&batch, EmbeddingRole::Passage, cancel)
}
