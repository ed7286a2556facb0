//! What the user writes, with its versions, as the shells keep and show it.

use deskmate_core::{Manuscript, WireError};

use crate::catalogue::{
    ManuscriptId, ManuscriptSummary, ManuscriptVersion, StoredManuscript, VersionId, manuscripts,
};
use crate::library::Library;

impl Library {
    /// The manuscripts that are not deleted, the one that changed last first.
    ///
    /// # Errors
    /// `LibraryDamaged` when the catalogue cannot be read.
    pub fn manuscripts(&self) -> Result<Vec<ManuscriptSummary>, WireError> {
        Ok(self.catalogue.read(manuscripts::all)?)
    }

    /// Begins a manuscript.
    ///
    /// # Errors
    /// `DiskFull`.
    pub fn create_manuscript(
        &self,
        title: &str,
        content: &Manuscript,
    ) -> Result<ManuscriptId, WireError> {
        Ok(self
            .catalogue
            .write(|transaction| manuscripts::create(transaction, title, content))?)
    }

    /// A manuscript in one of its versions; `None` for the newest.
    ///
    /// # Errors
    /// `NotFound` when manuscript or version are not there, or it was deleted.
    pub fn manuscript(
        &self,
        id: ManuscriptId,
        version: Option<VersionId>,
    ) -> Result<StoredManuscript, WireError> {
        Ok(self
            .catalogue
            .read(|connection| manuscripts::get(connection, id, version))?)
    }

    /// The versions, the newest first.
    ///
    /// # Errors
    /// As [`Library::manuscript`].
    pub fn manuscript_versions(
        &self,
        id: ManuscriptId,
    ) -> Result<Vec<ManuscriptVersion>, WireError> {
        Ok(self
            .catalogue
            .read(|connection| manuscripts::versions(connection, id))?)
    }

    /// Keeps what was written, in one transaction: a crash leaves the text of before or the new one. Within ten minutes
    /// from the first, an autosave takes the place of the one before; the same text as before makes no new version.
    ///
    /// # Errors
    /// As [`Library::manuscript`]; `DiskFull`.
    pub fn save_manuscript(
        &self,
        id: ManuscriptId,
        title: &str,
        content: &Manuscript,
    ) -> Result<StoredManuscript, WireError> {
        Ok(self
            .catalogue
            .write(|transaction| manuscripts::save(transaction, id, title, content))?)
    }

    /// Gives the newest version a name; it is never overwritten from then on.
    ///
    /// # Errors
    /// As [`Library::manuscript`].
    pub fn name_manuscript_version(
        &self,
        id: ManuscriptId,
        name: &str,
    ) -> Result<ManuscriptVersion, WireError> {
        Ok(self
            .catalogue
            .write(|transaction| manuscripts::name_version(transaction, id, name))?)
    }

    /// Makes an older version the newest again, as a version of its own: what was there before stays.
    ///
    /// # Errors
    /// As [`Library::manuscript`].
    pub fn restore_manuscript_version(
        &self,
        id: ManuscriptId,
        version: VersionId,
    ) -> Result<StoredManuscript, WireError> {
        Ok(self
            .catalogue
            .write(|transaction| manuscripts::restore_version(transaction, id, version))?)
    }

    /// Deletes a manuscript; [`Library::undelete_manuscript`] takes it back.
    ///
    /// # Errors
    /// As [`Library::manuscript`].
    pub fn delete_manuscript(&self, id: ManuscriptId) -> Result<(), WireError> {
        Ok(self
            .catalogue
            .write(|transaction| manuscripts::delete(transaction, id))?)
    }

    /// Takes a deletion back.
    ///
    /// # Errors
    /// `NotFound` when no deleted manuscript has this number.
    pub fn undelete_manuscript(&self, id: ManuscriptId) -> Result<(), WireError> {
        Ok(self
            .catalogue
            .write(|transaction| manuscripts::undelete(transaction, id))?)
    }
}
