//! Opening the search index: at once, or when it is first used.

use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::{MutexGuard, PoisonError};

use crate::catalogue::settings;
use crate::error::{Error, Result};
use crate::index::Index;
use crate::library::{Embedding, Library, NOTE_ERASING};
use crate::repair::Reconciled;

/// Note in the catalogue: the index is not to be trusted and has to be rebuilt at the next open.
pub(crate) const NOTE_INDEX_BROKEN: &str = "index_broken";

/// Note in the catalogue: the form of the index's tables; another value makes them anew.
const NOTE_INDEX_FORM: &str = "index_form";
const INDEX_FORM: &str = "1";

/// Note in the catalogue: the embedding that the index was last compared with.
const NOTE_INDEX_EMBEDDING: &str = "index_embedding";

/// What opening the index found and did.
#[derive(Debug)]
pub(crate) struct OpenedIndex {
    /// Why it was rebuilt from the catalogue, if it was.
    pub(crate) rebuilt: Option<String>,
    /// Where the unusable one went.
    pub(crate) set_aside: Option<PathBuf>,
    pub(crate) reconciled: Reconciled,
}

impl Library {
    /// Held by every write to the index, so that the steps of two writes never mix; the index is open then.
    pub(crate) fn writing(&self) -> Result<MutexGuard<'_, ()>> {
        let held = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        if self.index_is_due.load(Ordering::Acquire) {
            self.open_index()?;
        }
        Ok(held)
    }

    /// Sees to it that the index is open. Opening may write to it, so it waits for whoever writes.
    pub(crate) fn ensure_index(&self) -> Result<()> {
        if self.index_is_due.load(Ordering::Acquire) {
            drop(self.writing()?);
        }
        Ok(())
    }

    /// True when comparing the index with the catalogue would only find what it found when the library was closed.
    pub(crate) fn index_can_wait(&self) -> Result<bool> {
        let notes = [
            (NOTE_INDEX_BROKEN, None),
            (NOTE_ERASING, None),
            (NOTE_INDEX_FORM, Some(INDEX_FORM.to_string())),
            (NOTE_INDEX_EMBEDDING, Some(name_of(self.embedding()))),
        ];
        for (note, expected) in notes {
            if self.note(note)? != expected {
                return Ok(false);
            }
        }
        Ok(self.open_report().was_closed_cleanly && Index::is_in(&self.home.index()))
    }

    pub(crate) fn open_index(&self) -> Result<OpenedIndex> {
        let broken = self.note(NOTE_INDEX_BROKEN)?;
        let form = self.note(NOTE_INDEX_FORM)?;
        let attempt = match (broken, form) {
            (Some(reason), _) => Err(Error::index(reason)),
            (None, Some(form)) if form != INDEX_FORM => Err(Error::index(format!(
                "it has the form `{form}` of another version"
            ))),
            _ => self.load_index().and_then(|()| self.reconcile()),
        };
        let opened = match attempt {
            Ok(reconciled) => OpenedIndex {
                rebuilt: None,
                set_aside: None,
                reconciled,
            },
            Err(error @ Error::Index { .. }) if !error.is_disk_full() => OpenedIndex {
                rebuilt: Some(error.to_string()),
                set_aside: Some(self.replace_index()?),
                reconciled: self.reconcile()?,
            },
            Err(error) => return Err(error),
        };
        // An embedding that is adopted later is compared at the next open: its files may lack vectors.
        let embedding = name_of(self.embedding());
        self.catalogue.write(|transaction| {
            settings::remove_note(transaction, NOTE_INDEX_BROKEN)?;
            settings::set_note(transaction, NOTE_INDEX_EMBEDDING, &embedding)?;
            settings::set_note(transaction, NOTE_INDEX_FORM, INDEX_FORM)
        })?;
        self.index_is_due.store(false, Ordering::Release);
        Ok(opened)
    }

    /// Opens the tables in the index's folder.
    pub(crate) fn load_index(&self) -> Result<()> {
        let groups_from = self.options.groups_from;
        let opening = Index::open(self.home.index(), self.embedding(), groups_from);
        let index = self.runtime.wait(opening)?;
        *self.index.write().unwrap_or_else(PoisonError::into_inner) = Some(index);
        Ok(())
    }

    /// Moves the index away and opens an empty one; the caller fills it.
    pub(crate) fn replace_index(&self) -> Result<PathBuf> {
        // Set first, so that a crash before the index is filled leads here again.
        self.catalogue.write(|transaction| {
            settings::set_note(transaction, NOTE_INDEX_BROKEN, "its rebuild did not end")
        })?;
        *self.index.write().unwrap_or_else(PoisonError::into_inner) = None;
        let aside = self.home.set_index_aside()?;
        self.load_index()?;
        Ok(aside)
    }

    fn note(&self, key: &str) -> Result<Option<String>> {
        self.catalogue
            .read(|connection| settings::note(connection, key))
    }
}

fn name_of(embedding: Option<Embedding>) -> String {
    embedding.map_or_else(String::new, |embedding| {
        format!("{} {}", embedding.dimensions, embedding.model_id)
    })
}
