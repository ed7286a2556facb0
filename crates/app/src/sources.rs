//! The files of the library as a shell shows them.

use std::path::{Path, PathBuf};

use deskmate_core::{Anchor, CancelToken, ErrorCode, Hit, ReadWarning, WireError};
use deskmate_store::{FilesByState, Source};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::changes::Changed;
use crate::ingest::{self, Sink};

/// Setting: bytes that were taken in per second, from the last runs of some size.
const SPEED_KEY: &str = "ingest_bytes_per_second";

/// A run over fewer bytes says nothing about the speed.
const TELLING_BYTES: u64 = 100_000;

/// How far a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum SourceState {
    /// Known, not searchable.
    Pending,
    /// A reader has it now.
    Reading,
    /// Found by its words.
    Words,
    /// Found by words and meaning.
    Ready,
    /// Could not be read.
    Failed,
    /// Left out on purpose.
    Skipped,
}

impl SourceState {
    pub(crate) fn of(state: deskmate_store::SourceState) -> Self {
        match state {
            deskmate_store::SourceState::Pending => Self::Pending,
            deskmate_store::SourceState::Words => Self::Words,
            deskmate_store::SourceState::Ready => Self::Ready,
            deskmate_store::SourceState::Failed => Self::Failed,
            deskmate_store::SourceState::Skipped => Self::Skipped,
        }
    }

    /// The state in the catalogue under which the file is listed.
    fn stored(self) -> deskmate_store::SourceState {
        match self {
            Self::Pending | Self::Reading => deskmate_store::SourceState::Pending,
            Self::Words => deskmate_store::SourceState::Words,
            Self::Ready => deskmate_store::SourceState::Ready,
            Self::Failed => deskmate_store::SourceState::Failed,
            Self::Skipped => deskmate_store::SourceState::Skipped,
        }
    }
}

/// A state to list, or all of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum StateFilter {
    /// All files.
    #[default]
    All,
    /// Only those of this state.
    #[serde(untagged)]
    Only(SourceState),
}

/// Which files to list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SourceQuery {
    /// Stands in the path; empty for all.
    #[serde(default)]
    pub text: String,
    /// How far they are.
    #[serde(default)]
    pub state: StateFilter,
    /// Files to pass over.
    #[serde(default)]
    pub offset: usize,
    /// Most files to give.
    pub limit: usize,
}

/// A part of the files, by path.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SourcePage {
    /// Files that the query finds in all.
    pub total: usize,
    /// Those of the page.
    pub sources: Vec<SourceView>,
}

/// A file of the library.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SourceView {
    /// Where it lies.
    pub path: PathBuf,
    /// How far it is.
    pub state: SourceState,
    /// Its size.
    pub bytes: u64,
    /// When it was changed, milliseconds since 1970.
    pub modified_ms: i64,
    /// Its chunks.
    pub chunks: u64,
    /// Why it failed or was left out.
    pub error: Option<WireError>,
    /// What could not be read of it.
    pub warnings: Vec<ReadWarning>,
}

/// How the library stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct LibraryStatus {
    /// Files that can be found.
    pub files_ready: u64,
    /// Files found by words alone.
    pub files_words_only: u64,
    /// Files that could not be read.
    pub files_failed: u64,
    /// Files left out on purpose.
    pub files_skipped: u64,
    /// Files that wait to be read.
    pub files_pending: u64,
    /// Chunks in all.
    pub chunks: u64,
    /// Bytes on disk: index and catalogue.
    pub bytes: u64,
    /// What the user added.
    pub roots: Vec<RootView>,
    /// The embedding model in use.
    pub embedding_model: Option<String>,
}

/// A file or folder that the user added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RootView {
    /// Where it lies.
    pub path: PathBuf,
    /// Changes on the disk are seen at once; else at the next start.
    pub watched: bool,
    /// It is there, e.g. its drive is plugged in.
    pub present: bool,
}

/// What adding files and folders would take.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Estimate {
    /// Files that would be read.
    pub files: usize,
    /// Their size.
    pub bytes: u64,
    /// Files of kinds that are not read.
    pub unsupported: usize,
    /// How long it would take; none when nothing was measured on this machine yet.
    pub seconds: Option<u64>,
}

/// A passage that was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SearchHit {
    /// Its file.
    pub path: PathBuf,
    /// Higher is better.
    pub score: f32,
    /// Its text.
    pub text: String,
    /// Its place.
    pub anchor: Anchor,
}

impl From<Hit> for SearchHit {
    fn from(hit: Hit) -> Self {
        Self {
            anchor: hit.stored.chunk.anchor_at(0),
            path: hit.stored.path,
            score: hit.score,
            text: hit.stored.chunk.text,
        }
    }
}

impl App {
    /// A part of the files, by path.
    ///
    /// # Errors
    /// Those of the store.
    pub fn sources(&self, query: &SourceQuery) -> Result<SourcePage, WireError> {
        let reading = self.traffic().reading();
        let page = self.library().source_page(&deskmate_store::SourceQuery {
            text: query.text.clone(),
            state: match query.state {
                StateFilter::All => None,
                StateFilter::Only(state) => Some(state.stored()),
            },
            offset: query.offset,
            limit: query.limit,
        })?;
        let views = page.sources.into_iter().map(|source| {
            let is_read = reading.contains(&source.path);
            view_of(source, is_read)
        });
        Ok(SourcePage {
            total: page.total,
            sources: views.collect(),
        })
    }

    /// How the library stands.
    ///
    /// # Errors
    /// Those of the store.
    pub fn library_status(&self) -> Result<LibraryStatus, WireError> {
        let stats = self.library().stats()?;
        let FilesByState {
            pending,
            words,
            ready,
            failed,
            skipped,
        } = stats.files;
        let embedding_model = self.library().embedding().map(|e| e.model_id);
        let roots = self.library().roots()?.into_iter().map(|path| RootView {
            watched: self.is_watched(&path),
            present: path.exists(),
            path,
        });
        Ok(LibraryStatus {
            // Without an embedding model, being found by words is all that a file can reach.
            files_ready: ready + if embedding_model.is_none() { words } else { 0 },
            files_words_only: words,
            files_failed: failed,
            files_skipped: skipped,
            files_pending: pending,
            chunks: stats.chunks,
            bytes: stats.index_bytes + stats.catalogue_bytes,
            roots: roots.collect(),
            embedding_model,
        })
    }

    /// What adding these would take; looks at names and sizes only.
    ///
    /// # Errors
    /// `Cancelled`; those of the store.
    pub fn estimate(&self, paths: &[PathBuf], cancel: &CancelToken) -> Result<Estimate, WireError> {
        let scan = ingest::scan(paths, &self.library().roots()?, cancel)?;
        let bytes = scan.files.iter().map(|found| found.size).sum();
        let speed: Option<f64> = self.library().setting(SPEED_KEY)?;
        let seconds = speed
            .filter(|speed| *speed > 0.0)
            .map(|speed| (bytes as f64 / speed).ceil() as u64);
        Ok(Estimate {
            files: scan.files.len(),
            bytes,
            unsupported: scan.skipped.len(),
            seconds,
        })
    }

    /// Keeps how fast files were taken in, for the next estimate.
    pub(crate) fn note_ingest_speed(&self, paths: impl Iterator<Item = PathBuf>, seconds: f64) {
        let sizes = paths.filter_map(|path| std::fs::metadata(path).ok());
        let bytes: u64 = sizes.map(|metadata| metadata.len()).sum();
        if bytes < TELLING_BYTES || seconds < 0.5 {
            return;
        }
        let speed = bytes as f64 / seconds;
        let before: Option<f64> = self.library().setting(SPEED_KEY).ok().flatten();
        let speed = before.map_or(speed, |before| (before + speed) / 2.0);
        // An estimate is not worth a failure.
        let _ = self.library().set_setting(SPEED_KEY, &speed);
    }

    /// Reads a file of the library again, whatever it was before.
    ///
    /// # Errors
    /// `NotFound` when it is not in the library; as `add`.
    pub fn retry(
        &self,
        path: &Path,
        cancel: &CancelToken,
        sink: Sink<'_>,
    ) -> Result<(), WireError> {
        let source = self.source_of(path)?;
        // A size that no file has: so it counts as changed.
        self.library().touch(source.id, u64::MAX, 0)?;
        ingest::add(&self.tools(), &[source.path], cancel, sink)?;
        self.changes().tell(Changed::Library);
        Ok(())
    }

    /// The library's entry of a file.
    pub(crate) fn source_of(&self, path: &Path) -> Result<Source, WireError> {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
        let source = self.library().source_by_path(&absolute)?;
        source.ok_or_else(|| {
            WireError::new(
                ErrorCode::NotFound,
                format!("`{}` is not in the library", path.display()),
            )
            .with_hint("add it first: `deskmate add PATH`")
        })
    }

    /// Finds passages, as a shell shows them.
    ///
    /// # Errors
    /// As [`App::search`].
    pub fn search_hits(
        &self,
        query: &str,
        limit: usize,
        cancel: &CancelToken,
    ) -> Result<Vec<SearchHit>, WireError> {
        let hits = self.search(query, limit, &[], cancel)?;
        Ok(hits.into_iter().map(SearchHit::from).collect())
    }
}

fn view_of(source: Source, is_read: bool) -> SourceView {
    SourceView {
        state: if is_read {
            SourceState::Reading
        } else {
            SourceState::of(source.state)
        },
        path: source.path,
        // A file that is to be read again has no size until then.
        bytes: if source.size > i64::MAX as u64 - 1 {
            0
        } else {
            source.size
        },
        modified_ms: source.mtime_ns / 1_000_000,
        chunks: source.chunk_count,
        error: source.error,
        warnings: source.warnings,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_to_list_is_a_word() {
        let filter = |word: &str| serde_json::from_value::<StateFilter>(word.into()).ok();
        assert_eq!(filter("all"), Some(StateFilter::All));
        assert_eq!(
            filter("failed"),
            Some(StateFilter::Only(SourceState::Failed))
        );
        assert_eq!(filter("nonsense"), None);
    }
}
