//! Conversations, as the shells keep and show them.

use std::time::Duration;

use deskmate_core::WireError;

use crate::catalogue::{
    Conversation, ConversationId, ConversationSummary, NewTurn, Turn, conversations,
};
use crate::library::Library;

impl Library {
    /// Begins a conversation.
    ///
    /// # Errors
    /// `DiskFull`.
    pub fn create_conversation(&self, title: &str) -> Result<ConversationId, WireError> {
        Ok(self
            .catalogue
            .write(|transaction| conversations::create(transaction, title))?)
    }

    /// All conversations that are not deleted, the one that changed last first.
    ///
    /// # Errors
    /// `LibraryDamaged` when the catalogue cannot be read.
    pub fn conversations(&self) -> Result<Vec<ConversationSummary>, WireError> {
        Ok(self.catalogue.read(conversations::list)?)
    }

    /// A conversation with all its turns.
    ///
    /// # Errors
    /// `NotFound` when there is none of this number, or it was deleted.
    pub fn conversation(&self, id: ConversationId) -> Result<Conversation, WireError> {
        Ok(self
            .catalogue
            .read(|connection| conversations::get(connection, id))?)
    }

    /// Adds a turn at the end.
    ///
    /// # Errors
    /// As [`Library::conversation`]; `DiskFull`.
    pub fn append_turn(&self, id: ConversationId, turn: NewTurn) -> Result<Turn, WireError> {
        Ok(self
            .catalogue
            .write(|transaction| conversations::append(transaction, id, turn))?)
    }

    /// Gives a conversation another title.
    ///
    /// # Errors
    /// As [`Library::conversation`].
    pub fn rename_conversation(&self, id: ConversationId, title: &str) -> Result<(), WireError> {
        Ok(self
            .catalogue
            .write(|transaction| conversations::rename(transaction, id, title))?)
    }

    /// Deletes a conversation; [`Library::restore_conversation`] takes it back.
    ///
    /// # Errors
    /// As [`Library::conversation`].
    pub fn delete_conversation(&self, id: ConversationId) -> Result<(), WireError> {
        Ok(self
            .catalogue
            .write(|transaction| conversations::delete(transaction, id))?)
    }

    /// Takes a deletion back.
    ///
    /// # Errors
    /// `NotFound` when no deleted conversation has this number.
    pub fn restore_conversation(&self, id: ConversationId) -> Result<(), WireError> {
        Ok(self
            .catalogue
            .write(|transaction| conversations::restore(transaction, id))?)
    }

    /// Removes for good the conversations that were deleted at least `age` ago; returns how many.
    ///
    /// # Errors
    /// `DiskFull`.
    pub fn purge_conversations(&self, age: Duration) -> Result<usize, WireError> {
        let age_ms = i64::try_from(age.as_millis()).unwrap_or(i64::MAX);
        Ok(self
            .catalogue
            .write(|transaction| conversations::purge(transaction, age_ms))?)
    }
}
