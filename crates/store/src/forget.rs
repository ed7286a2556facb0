//! Forgetting: afterwards nothing of the files is left below the library's folder.

use std::path::{Path, PathBuf};

use deskmate_core::{SourceId, WireError};

use crate::catalogue::{settings, sources, vectors};
use crate::error::Result;
use crate::library::{Library, NOTE_ERASING};

impl Library {
    /// Forgets the file at this path, or all files below it when it is a folder; returns how many there were.
    ///
    /// Rows, words, vectors, old versions of the index, copies of the catalogue made before a migration and an index
    /// that was moved away are erased from the disk. Conversations that quote the files stay. An erasure that was
    /// cut short is finished at the next open.
    ///
    /// # Errors
    /// `DiskFull` (erasing writes the catalogue and the index anew); `InvalidInput` when the path is not valid
    /// Unicode.
    pub fn forget(&self, path: &Path) -> Result<usize, WireError> {
        Ok(self.forget_and_erase(&[path])?)
    }

    /// Forgets all of these at once, which erases only once.
    ///
    /// # Errors
    /// As [`Library::forget`].
    pub fn forget_all(&self, paths: &[PathBuf]) -> Result<usize, WireError> {
        let paths: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
        Ok(self.forget_and_erase(&paths)?)
    }

    fn forget_and_erase(&self, paths: &[&Path]) -> Result<usize> {
        let _writing = self.writing();
        let ids = self.catalogue.write(|transaction| {
            let mut ids: Vec<SourceId> = Vec::new();
            for path in paths {
                let found = sources::under(transaction, path)?;
                ids.extend(found.iter().map(|source| source.id));
                sources::remove_roots(transaction, path)?;
            }
            if !ids.is_empty() {
                sources::delete(transaction, &ids)?;
                vectors::delete_unused(transaction)?;
                settings::set_note(transaction, NOTE_ERASING, "")?;
            }
            Ok(ids)
        })?;
        if ids.is_empty() {
            return Ok(0);
        }
        let count = ids.len();
        self.with_index(|index| index.delete_sources(ids))?;
        self.erase()?;
        Ok(count)
    }

    /// Finishes an erasure that a crash cut short.
    pub(crate) fn finish_erasing(&self) -> Result<()> {
        let is_due = self
            .catalogue
            .read(|connection| settings::note(connection, NOTE_ERASING))?
            .is_some();
        if is_due { self.erase() } else { Ok(()) }
    }

    fn erase(&self) -> Result<()> {
        self.with_index(|index| index.rewrite_without_deleted())?;
        self.flush_index()?;
        if !self.prune_index()? {
            // An old version stays, e.g. because the clock was set back: then only a new index is free of it.
            self.rebuild()?;
        }
        self.flush_index()?;
        self.home.delete_broken_indexes()?;
        self.home.delete_catalogue_copies()?;
        self.catalogue
            .write(|transaction| settings::remove_note(transaction, NOTE_ERASING))?;
        self.catalogue.wipe_deleted()
    }
}
