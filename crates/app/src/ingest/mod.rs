//! Taking files into the library: scan, read in workers, cut, store words, embed, index.

mod board;
mod embed;
mod granted;
mod pipeline;
mod read;
mod scan;
mod write;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use deskmate_core::{CancelToken, Embedder, ErrorCode, JobEvent, ReadWarning, WireError};
use deskmate_store::{Library, Source, SourceState};
use serde::Serialize;

pub(crate) use granted::Granted;
pub(crate) use pipeline::ingest;
pub(crate) use scan::{mtime_ns, scan};

/// What became of one file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FileReport {
    /// The file.
    pub path: PathBuf,
    /// What became of it.
    pub status: FileStatus,
    /// Why it failed or was skipped, one sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The code to the reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<ErrorCode>,
    /// Chunks that can be found.
    pub chunks: u64,
    /// What could not be read of it.
    pub warnings: Vec<ReadWarning>,
}

/// What can become of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FileStatus {
    /// Read, and can be found.
    Ready,
    /// Nothing could be read.
    Failed,
    /// Left out on purpose.
    Skipped,
    /// As it was when it was read before.
    Unchanged,
}

/// What became of all files.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AddReport {
    /// By path.
    pub files: Vec<FileReport>,
    /// Wall time in seconds.
    pub seconds: f64,
    /// Of these, seconds spent computing vectors.
    pub embedding_seconds: f64,
}

/// What ingesting works with.
#[derive(Clone)]
pub(crate) struct Tools {
    pub(crate) library: Arc<Library>,
    /// `None`: no embedding model on this machine; files are found by their words alone.
    pub(crate) embedder: Option<Arc<dyn Embedder>>,
    /// Threads that read files, each with a worker process.
    pub(crate) readers: usize,
    /// What else goes on.
    pub(crate) traffic: Arc<Traffic>,
}

/// What goes on beside and inside an ingest.
#[derive(Debug, Default)]
pub(crate) struct Traffic {
    /// Questions that are being answered: they go first.
    pub(crate) questions: AtomicUsize,
    /// Ingests that run.
    ingests: AtomicUsize,
    reading: Mutex<HashSet<PathBuf>>,
}

/// Counts something as long as it lives.
pub(crate) struct Counted<'a>(&'a AtomicUsize);

impl<'a> Counted<'a> {
    pub(crate) fn begin(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// How long indexing lets questions go first before it takes a step all the same.
const MOST_COURTESY: Duration = Duration::from_secs(20);

impl Traffic {
    /// Waits while a question is being answered.
    fn let_questions_go_first(&self, cancel: &CancelToken) {
        let begun = Instant::now();
        while self.questions.load(Ordering::Relaxed) > 0
            && !cancel.is_cancelled()
            && begun.elapsed() < MOST_COURTESY
        {
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// True while files are being taken in.
    pub(crate) fn is_ingesting(&self) -> bool {
        self.ingests.load(Ordering::Relaxed) > 0
    }

    /// The files that are being read now.
    pub(crate) fn reading(&self) -> HashSet<PathBuf> {
        self.lock().clone()
    }

    fn begin_reading(&self, path: &Path) {
        self.lock().insert(path.to_path_buf());
    }

    fn end_reading(&self, path: &Path) {
        self.lock().remove(path);
    }

    fn lock(&self) -> MutexGuard<'_, HashSet<PathBuf>> {
        self.reading.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where events of a job go.
pub type Sink<'a> = &'a mut dyn FnMut(JobEvent);

impl FileReport {
    fn failed(path: PathBuf, status: FileStatus, error: WireError) -> Self {
        Self {
            path,
            status,
            reason: Some(error.message),
            code: Some(error.code),
            chunks: 0,
            warnings: Vec::new(),
        }
    }

    /// The report of a file that needs no reading: as it was, with the reason it failed before if it did.
    fn unchanged(source: &Source) -> Self {
        let status = match source.state {
            SourceState::Failed => FileStatus::Failed,
            SourceState::Skipped => FileStatus::Skipped,
            SourceState::Pending | SourceState::Words | SourceState::Ready => FileStatus::Unchanged,
        };
        Self {
            path: source.path.clone(),
            status,
            reason: source.error.as_ref().map(|e| e.message.clone()),
            code: source.error.as_ref().map(|e| e.code),
            chunks: source.chunk_count,
            warnings: source.warnings.clone(),
        }
    }
}

/// Adds files and folders, or looks again at those added before.
pub(crate) fn add(
    tools: &Tools,
    paths: &[PathBuf],
    cancel: &CancelToken,
    sink: Sink<'_>,
) -> Result<AddReport, WireError> {
    let _counted = Counted::begin(&tools.traffic.ingests);
    let found = scan(paths, &tools.library.roots()?, cancel)?;
    ingest(tools, found, cancel, sink)
}

/// Looks at paths that changed on the disk, with the rules that hold inside folders.
pub(crate) fn add_changed(
    tools: &Tools,
    paths: &[PathBuf],
    cancel: &CancelToken,
    sink: Sink<'_>,
) -> Result<AddReport, WireError> {
    let _counted = Counted::begin(&tools.traffic.ingests);
    let found = scan::scan_changed(paths, &tools.library.roots()?, cancel)?;
    ingest(tools, found, cancel, sink)
}
