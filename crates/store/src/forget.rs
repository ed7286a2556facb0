//! Forgetting: afterwards nothing of the files is left below the library's folder.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use deskmate_core::{SourceId, WireError};

use crate::catalogue::{Forgotten, jobs, redact, settings, sources, vectors};
use crate::error::Result;
use crate::library::{Library, NOTE_ERASING};

/// What was forgotten.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ForgetReport {
    /// Files that were in the library.
    pub files: usize,
    /// Messages of which something went.
    pub messages: usize,
}

/// How far forgetting is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForgetStep {
    /// Steps done.
    pub done: u64,
    /// Steps in all.
    pub total: u64,
    /// Chunks that the step which begins now has to go through; most of the time is the full text's.
    pub chunks: u64,
}

/// Rows out of the catalogue; the tables rewritten; the full text built; old versions dropped; the catalogue rewritten.
const STEPS: u64 = 5;

/// What forgetting does with conversations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quotes {
    Keep,
    Erase,
}

impl Library {
    /// Forgets the file at this path, or all files below it when it is a folder; returns how many there were.
    ///
    /// As [`Library::forget_with`], without telling how far it is.
    ///
    /// # Errors
    /// As [`Library::forget_with`].
    pub fn forget(&self, path: &Path) -> Result<usize, WireError> {
        let report = self.forget_with(&[path.to_path_buf()], &mut |_| {})?;
        Ok(report.files)
    }

    /// Forgets these files, and all files below those that are folders.
    ///
    /// Rows, words, vectors, old versions of the index, copies of the catalogue made before a migration and an index
    /// that was moved away are erased from the disk; what answers rest on them, the rule of the open options takes out
    /// of the conversations, and ended jobs that name them go. An erasure that was cut short is finished at the next
    /// open. A path that is not in the library any more may still stand in conversations, and goes there.
    ///
    /// # Errors
    /// `DiskFull` (erasing writes the catalogue and the index anew); `InvalidInput` when a path is not valid Unicode.
    pub fn forget_with(
        &self,
        paths: &[PathBuf],
        on_step: &mut dyn FnMut(ForgetStep),
    ) -> Result<ForgetReport, WireError> {
        Ok(self.forget_and_erase(paths, Quotes::Erase, on_step)?)
    }

    /// Takes files out that are gone from the disk, with all that is kept of them but what conversations quote: nobody
    /// asked to forget that.
    ///
    /// # Errors
    /// As [`Library::forget_with`].
    pub fn forget_all(&self, paths: &[PathBuf]) -> Result<usize, WireError> {
        let report = self.forget_and_erase(paths, Quotes::Keep, &mut |_| {})?;
        Ok(report.files)
    }

    fn forget_and_erase(
        &self,
        paths: &[PathBuf],
        quotes: Quotes,
        on_step: &mut dyn FnMut(ForgetStep),
    ) -> Result<ForgetReport> {
        let _writing = self.writing()?;
        let (ids, messages) = self.catalogue.write(|transaction| {
            let mut ids: HashSet<SourceId> = HashSet::new();
            let mut files = Vec::new();
            for path in paths {
                for source in sources::under(transaction, path)? {
                    if ids.insert(source.id) {
                        files.push(source.path);
                    }
                }
                sources::remove_roots(transaction, path)?;
            }
            let ids: Vec<SourceId> = ids.into_iter().collect();
            let messages = match (&self.options.redact, quotes) {
                (Some(rule), Quotes::Erase) => {
                    let forgotten = Forgotten {
                        paths: paths.to_vec(),
                        chunk_ids: redact::chunks_of(transaction, &ids)?,
                    };
                    redact::messages(transaction, &forgotten, rule)?
                }
                (None, _) | (_, Quotes::Keep) => 0,
            };
            if !ids.is_empty() {
                jobs::forget_files(transaction, &files)?;
                sources::delete(transaction, &ids)?;
                vectors::delete_unused(transaction)?;
            }
            if !ids.is_empty() || messages > 0 {
                settings::set_note(transaction, NOTE_ERASING, "")?;
            }
            Ok((ids, messages))
        })?;
        let report = ForgetReport {
            files: ids.len(),
            messages,
        };
        if report == ForgetReport::default() {
            return Ok(report);
        }
        if !ids.is_empty() {
            self.with_index(|index| index.delete_sources(ids))?;
        }
        self.erase(on_step)?;
        Ok(report)
    }

    /// Finishes an erasure that a crash cut short.
    pub(crate) fn finish_erasing(&self) -> Result<()> {
        let is_due = self
            .catalogue
            .read(|connection| settings::note(connection, NOTE_ERASING))?
            .is_some();
        if is_due {
            self.erase(&mut |_| {})
        } else {
            Ok(())
        }
    }

    fn erase(&self, on_step: &mut dyn FnMut(ForgetStep)) -> Result<()> {
        let chunks = self.catalogue.read(crate::catalogue::chunks::count)?;
        let mut tell = |done, chunks| {
            on_step(ForgetStep {
                done,
                total: STEPS,
                chunks,
            });
        };
        tell(1, 0);
        self.with_index(|index| index.compact_deleted())?;
        tell(2, chunks);
        self.with_index(|index| index.build_again())?;
        self.flush_index()?;
        tell(3, 0);
        if !self.prune_index()? {
            // An old version stays, e.g. because the clock was set back: then only a new index is free of it.
            self.rebuild()?;
        }
        self.flush_index()?;
        self.home.delete_broken_indexes()?;
        self.home.delete_catalogue_copies()?;
        tell(4, 0);
        self.catalogue
            .write(|transaction| settings::remove_note(transaction, NOTE_ERASING))?;
        self.catalogue.wipe_deleted()?;
        tell(STEPS, 0);
        Ok(())
    }
}
