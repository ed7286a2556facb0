//! The library: opening and closing it, and what is in it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use deskmate_core::{Chunk, SourceId, WireError};
use serde::{Deserialize, Serialize};

use crate::catalogue::{
    Catalogue, Forgotten, NewMessage, Redact, Source, SourcePage, SourceQuery, SourceState, chunks,
    settings, sources,
};
use crate::error::{Error, Result};
use crate::home::{Home, folder_bytes};
use crate::index::{Index, Sweep};
use crate::runtime::Runtime;

/// Makes the index terms of a chunk: words and character pairs, divided by spaces.
pub type TermsOf = Arc<dyn Fn(&Chunk) -> String + Send + Sync>;

/// The space that vectors live in: vectors of different spaces never meet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Embedding {
    /// Names model and version, see `deskmate_core::Embedder::model_id`.
    pub model_id: String,
    /// Numbers in a vector.
    pub dimensions: usize,
}

/// How to open a library.
#[derive(Clone)]
pub struct OpenOptions {
    /// The embedding in use. `None`: no search by vector, and vectors in the index are left as they are.
    pub embedding: Option<Embedding>,
    /// Makes the terms again when the index has to be rebuilt; they are not stored.
    pub terms: TermsOf,
    /// What is left of messages when a file is forgotten; without it they stay as they are.
    pub redact: Option<Redact>,
    /// Opens the index only when it is first used, where the library was closed in good order.
    pub index_when_needed: bool,
    /// Chunks from which a search by vector looks at the nearest groups of vectors alone; `None`: at all, always.
    pub groups_from: Option<usize>,
}

/// Up to here comparing all vectors takes 0.16 s on two cores (`deskmate bench scale`), and finds everything.
const GROUPS_FROM: usize = 100_000;

impl OpenOptions {
    /// Options without an embedding.
    pub fn new(terms: impl Fn(&Chunk) -> String + Send + Sync + 'static) -> Self {
        Self {
            embedding: None,
            terms: Arc::new(terms),
            redact: None,
            index_when_needed: false,
            groups_from: Some(GROUPS_FROM),
        }
    }

    /// The same options with an embedding.
    #[must_use]
    pub fn with_embedding(mut self, model_id: impl Into<String>, dimensions: usize) -> Self {
        self.embedding = Some(Embedding {
            model_id: model_id.into(),
            dimensions,
        });
        self
    }
}

impl OpenOptions {
    /// The same options with a rule for messages that rest on a forgotten file.
    #[must_use]
    pub fn with_redaction(
        mut self,
        rule: impl Fn(&NewMessage, &Forgotten, bool) -> Option<NewMessage> + Send + Sync + 'static,
    ) -> Self {
        self.redact = Some(Arc::new(rule));
        self
    }

    /// The same options with vectors in groups from this many chunks on; `None` compares all of them, always.
    #[must_use]
    pub fn with_groups_from(mut self, chunks: Option<usize>) -> Self {
        self.groups_from = chunks;
        self
    }

    /// The same options for whoever shows what is in the library long before anything is searched for: an index that is
    /// not opened costs neither time nor memory. What opening it would find and mend is found and mended at its first
    /// use; [`Library::open_report`] does not tell of it then.
    #[must_use]
    pub fn with_index_when_needed(mut self) -> Self {
        self.index_when_needed = true;
        self
    }
}

impl fmt::Debug for OpenOptions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("OpenOptions")
            .field("embedding", &self.embedding)
            .finish_non_exhaustive()
    }
}

/// What opening found and did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenReport {
    /// The last process that had the library open got to close it.
    pub was_closed_cleanly: bool,
    /// Schema versions before and after, when the catalogue was brought up to date.
    pub migrated: Option<(u32, u32)>,
    /// Why the index was rebuilt from the catalogue, if it was.
    pub index_rebuilt: Option<String>,
    /// Where the unusable index went.
    pub broken_index: Option<PathBuf>,
    /// Files whose rows were put into the index again.
    pub files_repaired: usize,
    /// Files whose rows were in the index though the catalogue does not have them.
    pub files_removed: usize,
    /// Files that were ready and need their vectors made again.
    pub files_without_vectors: usize,
}

/// Files by how far they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilesByState {
    /// Known, not searchable.
    pub pending: u64,
    /// Found by words.
    pub words: u64,
    /// Found by words and meaning.
    pub ready: u64,
    /// Could not be read.
    pub failed: u64,
    /// Left out on purpose.
    pub skipped: u64,
}

/// Figures of a library.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LibraryStats {
    /// Files by state.
    pub files: FilesByState,
    /// Chunks in all.
    pub chunks: u64,
    /// Size of the search index on disk.
    pub index_bytes: u64,
    /// Size of the catalogue on disk.
    pub catalogue_bytes: u64,
}

/// Everything that Deskmate keeps about the user's files, held open by one process.
///
/// `&self` methods may be called from several threads: reads run beside each other and beside a write, writes wait
/// for each other.
pub struct Library {
    pub(crate) options: OpenOptions,
    /// The embedding in use; that of the options until another is adopted.
    embedding: RwLock<Option<Embedding>>,
    pub(crate) catalogue: Catalogue,
    /// Held for reading while the index is used, for writing while its files are dropped or replaced. `None` before it
    /// is opened, and when a rebuild failed half-way.
    pub(crate) index: RwLock<Option<Index>>,
    pub(crate) sweep: Mutex<Sweep>,
    pub(crate) runtime: Runtime,
    pub(crate) writing: Mutex<()>,
    /// The index was not opened yet.
    pub(crate) index_is_due: AtomicBool,
    report: OpenReport,
    // Last, so that the lock is given back when all else is closed.
    pub(crate) home: Home,
}

impl fmt::Debug for Library {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Library")
            .field("home", &self.home.root())
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// Note in the catalogue: a `forget` began to erase and did not end.
pub(crate) const NOTE_ERASING: &str = "erasing";

impl Library {
    /// Opens the library in `home`, creating what is missing.
    ///
    /// The index is compared with the catalogue: what a crash left half done is finished, an index that cannot be
    /// used is moved to `index.broken-<n>` and rebuilt. See [`Library::open_report`], and
    /// [`OpenOptions::with_index_when_needed`] for when that is.
    ///
    /// # Errors
    /// `LibraryLocked` when another process has it open; `LibraryDamaged` when the catalogue is damaged or of a
    /// newer version; `DiskFull`; `PermissionDenied`.
    pub fn open(home: &Path, options: OpenOptions) -> Result<Self, WireError> {
        Ok(Self::open_checked(home, options)?)
    }

    fn open_checked(root: &Path, options: OpenOptions) -> Result<Self> {
        let home = Home::open(root)?;
        let (catalogue, migration) = Catalogue::open(&home)?;
        let report = OpenReport {
            was_closed_cleanly: home.was_closed_cleanly(),
            migrated: migration.map(|migration| (migration.from, migration.to)),
            ..OpenReport::default()
        };
        let mut library = Self {
            embedding: RwLock::new(options.embedding.clone()),
            options,
            catalogue,
            index: RwLock::new(None),
            sweep: Mutex::default(),
            runtime: Runtime::start()?,
            writing: Mutex::default(),
            index_is_due: AtomicBool::new(true),
            report,
            home,
        };
        library.drop_unfinished()?;
        if library.options.index_when_needed && library.index_can_wait()? {
            return Ok(library);
        }
        let found = library.open_index()?;
        library.report.index_rebuilt = found.rebuilt;
        library.report.broken_index = found.set_aside;
        library.report.files_repaired = found.reconciled.files_repaired;
        library.report.files_removed = found.reconciled.files_removed;
        library.report.files_without_vectors = found.reconciled.files_without_vectors;
        library.finish_erasing()?;
        Ok(library)
    }

    /// What opening found and did.
    pub fn open_report(&self) -> &OpenReport {
        &self.report
    }

    /// The library's folder.
    pub fn home(&self) -> &Path {
        self.home.root()
    }

    /// The embedding in use.
    pub fn embedding(&self) -> Option<Embedding> {
        let embedding = self.embedding.read();
        embedding.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes an embedding into use while the library is open, e.g. when its model has just been installed. Files stay
    /// found by words until their vectors are made.
    ///
    /// # Errors
    /// `LibraryDamaged` when the index cannot be opened again.
    pub fn adopt_embedding(&self, embedding: Embedding) -> Result<(), WireError> {
        let _writing = self.writing()?;
        *self
            .embedding
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Some(embedding);
        Ok(self.load_index()?)
    }

    /// All files, by path.
    ///
    /// # Errors
    /// `LibraryDamaged` when the catalogue cannot be read.
    pub fn sources(&self) -> Result<Vec<Source>, WireError> {
        Ok(self.catalogue.read(sources::all)?)
    }

    /// A part of the files, by path.
    ///
    /// # Errors
    /// As [`Library::sources`].
    pub fn source_page(&self, query: &SourceQuery) -> Result<SourcePage, WireError> {
        Ok(self
            .catalogue
            .read(|connection| sources::page(connection, query))?)
    }

    /// The file at this path.
    ///
    /// # Errors
    /// As [`Library::sources`]; `InvalidInput` when the path is not valid Unicode.
    pub fn source_by_path(&self, path: &Path) -> Result<Option<Source>, WireError> {
        Ok(self
            .catalogue
            .read(|connection| sources::by_path(connection, path))?)
    }

    /// The file with this number.
    ///
    /// # Errors
    /// As [`Library::sources`].
    pub fn source(&self, id: SourceId) -> Result<Option<Source>, WireError> {
        Ok(self
            .catalogue
            .read(|connection| sources::by_id(connection, id))?)
    }

    /// The file at this path, or all files below it when it is a folder; by path.
    ///
    /// # Errors
    /// As [`Library::source_by_path`].
    pub fn sources_under(&self, path: &Path) -> Result<Vec<Source>, WireError> {
        Ok(self
            .catalogue
            .read(|connection| sources::under(connection, path))?)
    }

    /// Remembers a folder that the user added.
    ///
    /// # Errors
    /// `InvalidInput` when the path is not valid Unicode; `DiskFull`.
    pub fn add_root(&self, path: &Path) -> Result<(), WireError> {
        Ok(self
            .catalogue
            .write(|transaction| sources::add_root(transaction, path))?)
    }

    /// The folders that the user added.
    ///
    /// # Errors
    /// As [`Library::sources`].
    pub fn roots(&self) -> Result<Vec<PathBuf>, WireError> {
        Ok(self.catalogue.read(sources::roots)?)
    }

    /// A setting, `None` when it was never set.
    ///
    /// # Errors
    /// `LibraryDamaged` when the value does not have the form that is asked for.
    pub fn setting<T: serde::de::DeserializeOwned>(
        &self,
        key: &str,
    ) -> Result<Option<T>, WireError> {
        let value = self
            .catalogue
            .read(|connection| settings::setting(connection, key))?;
        let parsed = value.map(serde_json::from_value).transpose();
        Ok(parsed.map_err(Error::StoredJson)?)
    }

    /// Keeps a setting.
    ///
    /// # Errors
    /// `DiskFull`; `LibraryDamaged` when the value cannot be written as JSON.
    pub fn set_setting<T: Serialize>(&self, key: &str, value: &T) -> Result<(), WireError> {
        let value = serde_json::to_value(value).map_err(Error::StoredJson)?;
        Ok(self
            .catalogue
            .write(|transaction| settings::set_setting(transaction, key, &value))?)
    }

    /// Removes a setting, so that its default holds again.
    ///
    /// # Errors
    /// `DiskFull`.
    pub fn remove_setting(&self, key: &str) -> Result<(), WireError> {
        Ok(self
            .catalogue
            .write(|transaction| settings::remove_setting(transaction, key))?)
    }

    /// Figures: files by state, chunks, bytes on disk.
    ///
    /// # Errors
    /// As [`Library::sources`].
    pub fn stats(&self) -> Result<LibraryStats, WireError> {
        let (by_state, chunks) = self.catalogue.read(|connection| {
            Ok((
                sources::count_by_state(connection)?,
                chunks::count(connection)?,
            ))
        })?;
        let mut files = FilesByState::default();
        for (state, count) in by_state {
            match state {
                SourceState::Pending => files.pending = count,
                SourceState::Words => files.words = count,
                SourceState::Ready => files.ready = count,
                SourceState::Failed => files.failed = count,
                SourceState::Skipped => files.skipped = count,
            }
        }
        let catalogue = self.home.catalogue();
        let catalogue_bytes = ["", "-wal"]
            .iter()
            .map(|end| format!("{}{end}", catalogue.display()))
            .filter_map(|path| std::fs::metadata(path).ok())
            .map(|metadata| metadata.len())
            .sum();
        Ok(LibraryStats {
            files,
            chunks,
            index_bytes: folder_bytes(&self.home.index()),
            catalogue_bytes,
        })
    }

    /// Runs `work` on the index while none of its files may be dropped. Whoever does not hold [`Library::writing`] sees
    /// to it that the index is open.
    pub(crate) fn with_index<T, F>(&self, work: impl FnOnce(Index) -> F) -> Result<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send + 'static,
    {
        let held = self.index.read().unwrap_or_else(PoisonError::into_inner);
        let index = held.as_ref().ok_or_else(no_index)?.clone();
        self.runtime.wait(work(index))
    }

    /// Drops old versions of the index, while nobody reads.
    pub(crate) fn prune_index(&self) -> Result<bool> {
        let held = self.index.write().unwrap_or_else(PoisonError::into_inner);
        let index = held.as_ref().ok_or_else(no_index)?.clone();
        self.runtime.wait(index.prune())
    }

    /// Gets what the index wrote onto the disk for certain.
    pub(crate) fn flush_index(&self) -> Result<()> {
        let mut sweep = self.sweep.lock().unwrap_or_else(PoisonError::into_inner);
        sweep.run(&self.home.index())
    }
}

fn no_index() -> Error {
    Error::index("its rebuild did not end")
}

impl Drop for Library {
    fn drop(&mut self) {
        // Only spares the next start some work; the log is read again if it fails.
        let _ = self.catalogue.checkpoint();
    }
}
