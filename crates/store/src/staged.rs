//! Taking in a document that is too large to be held whole: its chunks come in parts.

use deskmate_core::{SourceId, WireError};

use crate::catalogue::{NewChunk, NewDocument, SourceState, sources, staging};
use crate::error::Result;
use crate::library::Library;

impl Library {
    /// Begins a document with its first chunks, in place of what its path had before. It is found when
    /// [`Library::end_document`] has been called; an open of the library before that forgets the parts, and the file
    /// is then read again.
    ///
    /// # Errors
    /// `InvalidInput` for a path that is not valid Unicode; `DiskFull`.
    pub fn begin_document(&self, document: &NewDocument) -> Result<SourceId, WireError> {
        let _writing = self.writing()?;
        let id = self
            .catalogue
            .write(|transaction| staging::begin(transaction, document))?;
        self.with_index(|index| index.delete_sources(vec![id]))?;
        Ok(id)
    }

    /// Adds chunks to a document that was begun. Their terms are not used: the end makes them again.
    ///
    /// # Errors
    /// `NotFound` when the file was forgotten meanwhile; `DiskFull`.
    pub fn extend_document(&self, id: SourceId, chunks: &[NewChunk]) -> Result<(), WireError> {
        Ok(self
            .catalogue
            .write(|transaction| staging::extend(transaction, id, chunks))?)
    }

    /// Ends a document: from now on it is found by its words. Gives the number of its chunks; those in `document` are
    /// not looked at.
    ///
    /// # Errors
    /// `NotFound` when the file was forgotten meanwhile; `DiskFull`. After an error of the index the document stays
    /// `pending` and is finished at the next open.
    pub fn end_document(&self, id: SourceId, document: &NewDocument) -> Result<u64, WireError> {
        let _writing = self.writing()?;
        let count = self
            .catalogue
            .write(|transaction| staging::end(transaction, id, document))?;
        self.restore_words(&[id])?;
        self.catalogue
            .write(|transaction| sources::set_state(transaction, &[id], SourceState::Words))?;
        Ok(count)
    }

    /// Gives up a document that was begun; the file stays as one to be read.
    ///
    /// # Errors
    /// `DiskFull`.
    pub fn abandon_document(&self, id: SourceId) -> Result<(), WireError> {
        Ok(self
            .catalogue
            .write(|transaction| staging::drop_unfinished(transaction, Some(id)))?)
    }

    /// Removes what was begun and not ended before this library was opened.
    pub(crate) fn drop_unfinished(&self) -> Result<()> {
        self.catalogue
            .write(|transaction| staging::drop_unfinished(transaction, None))
    }
}
