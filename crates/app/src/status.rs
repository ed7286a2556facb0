//! How the library stands: its files by how far they are, its size.

use std::path::PathBuf;

use deskmate_core::{Embedder, WireError};
use deskmate_store::{LibraryStats, SourceState};
use serde::Serialize;

use crate::app::App;

/// What a look at the library shows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StatusReport {
    /// Files that can be found.
    pub files_ready: u64,
    /// Files found by words alone.
    pub files_words_only: u64,
    /// Files that could not be read.
    pub files_failed: u64,
    /// Files left out on purpose.
    pub files_skipped: u64,
    /// Chunks in all.
    pub chunks: u64,
    /// Bytes on disk: index and catalogue.
    pub bytes: u64,
    /// The failed files with their reasons.
    pub failed: Vec<FailedFile>,
    /// The embedding model in use.
    pub embedding_model: Option<String>,
}

/// A file that could not be read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FailedFile {
    /// The file.
    pub path: PathBuf,
    /// Why.
    #[serde(flatten)]
    pub error: Option<WireError>,
}

impl App {
    /// How the library stands.
    ///
    /// # Errors
    /// Those of the store.
    pub fn status(&self) -> Result<StatusReport, WireError> {
        let LibraryStats {
            files,
            chunks,
            index_bytes,
            catalogue_bytes,
        } = self.library().stats()?;
        let failed = self
            .library()
            .sources()?
            .into_iter()
            .filter(|source| source.state == SourceState::Failed)
            .map(|source| FailedFile {
                path: source.path,
                error: source.error,
            })
            .collect();
        // Without an embedding model, being found by words is all that a file can reach.
        let embedder = self.embedder();
        let words_are_ready = embedder.is_none();
        Ok(StatusReport {
            files_ready: files.ready + if words_are_ready { files.words } else { 0 },
            files_words_only: files.words,
            files_failed: files.failed,
            files_skipped: files.skipped,
            chunks,
            bytes: index_bytes + catalogue_bytes,
            failed,
            embedding_model: embedder.map(|embedder| embedder.model_id()),
        })
    }
}
