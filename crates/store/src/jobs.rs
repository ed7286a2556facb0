//! Jobs, kept so that the list of them survives a restart.

use deskmate_core::WireError;

use crate::catalogue::{JobOutcome, JobState, NewJob, StoredJob, jobs};
use crate::library::Library;

impl Library {
    /// Enters a job that begins; returns its number.
    ///
    /// # Errors
    /// `DiskFull`.
    pub fn begin_job(&self, job: &NewJob) -> Result<i64, WireError> {
        Ok(self
            .catalogue
            .write(|transaction| jobs::begin(transaction, job))?)
    }

    /// Enters where a job is; a job that is gone stays gone.
    ///
    /// # Errors
    /// `DiskFull`.
    pub fn update_job(
        &self,
        id: i64,
        state: JobState,
        outcome: &JobOutcome,
    ) -> Result<(), WireError> {
        Ok(self
            .catalogue
            .write(|transaction| jobs::update(transaction, id, state, outcome))?)
    }

    /// All jobs, the newest first.
    ///
    /// # Errors
    /// `LibraryDamaged` when the catalogue cannot be read.
    pub fn jobs(&self) -> Result<Vec<StoredJob>, WireError> {
        Ok(self.catalogue.read(jobs::all)?)
    }

    /// The job of this number.
    ///
    /// # Errors
    /// As [`Library::jobs`].
    pub fn job(&self, id: i64) -> Result<Option<StoredJob>, WireError> {
        Ok(self
            .catalogue
            .read(|connection| jobs::get(connection, id))?)
    }

    /// Removes a job from the list.
    ///
    /// # Errors
    /// `DiskFull`.
    pub fn remove_job(&self, id: i64) -> Result<(), WireError> {
        Ok(self
            .catalogue
            .write(|transaction| jobs::remove(transaction, id))?)
    }

    /// Removes the jobs that have ended; returns how many.
    ///
    /// # Errors
    /// `DiskFull`.
    pub fn clear_jobs(&self) -> Result<usize, WireError> {
        Ok(self
            .catalogue
            .write(|transaction| jobs::clear(transaction))?)
    }
}
