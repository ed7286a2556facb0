//! Conversations, as the shells keep and show them.

use std::time::Duration;

use deskmate_core::WireError;

use crate::catalogue::{
    Conversation, ConversationId, ConversationPage, ConversationQuery, Feedback, Message,
    MessageId, NewMessage, conversations, messages,
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

    /// A part of the conversations that are not deleted, the one that changed last first.
    ///
    /// # Errors
    /// `LibraryDamaged` when the catalogue cannot be read.
    pub fn conversations(&self, query: &ConversationQuery) -> Result<ConversationPage, WireError> {
        Ok(self
            .catalogue
            .read(|connection| conversations::page(connection, query))?)
    }

    /// The newest conversation with exactly this title.
    ///
    /// # Errors
    /// As [`Library::conversations`].
    pub fn conversation_titled(&self, title: &str) -> Result<Option<ConversationId>, WireError> {
        Ok(self
            .catalogue
            .read(|connection| conversations::by_title(connection, title))?)
    }

    /// A conversation with the messages of the branch in use.
    ///
    /// # Errors
    /// `NotFound` when there is none of this number, or it was deleted.
    pub fn conversation(&self, id: ConversationId) -> Result<Conversation, WireError> {
        Ok(self
            .catalogue
            .read(|connection| conversations::get(connection, id))?)
    }

    /// The messages from the first of the conversation to this one.
    ///
    /// # Errors
    /// `NotFound` when there is no such message.
    pub fn branch(
        &self,
        conversation: ConversationId,
        last: MessageId,
    ) -> Result<Vec<Message>, WireError> {
        Ok(self
            .catalogue
            .read(|connection| messages::branch(connection, conversation, last))?)
    }

    /// One message.
    ///
    /// # Errors
    /// `NotFound` when there is none of this number.
    pub fn message(&self, id: MessageId) -> Result<Message, WireError> {
        Ok(self
            .catalogue
            .read(|connection| messages::get(connection, id))?)
    }

    /// Adds a message behind `parent`, or a first one, and makes its branch the one in use.
    ///
    /// # Errors
    /// `NotFound` when conversation or parent are not there; `DiskFull`.
    pub fn append_message(
        &self,
        conversation: ConversationId,
        parent: Option<MessageId>,
        message: NewMessage,
    ) -> Result<Message, WireError> {
        Ok(self
            .catalogue
            .write(|transaction| messages::append(transaction, conversation, parent, message))?)
    }

    /// Makes the branch through this message the one in use, down to the newest message below it.
    ///
    /// # Errors
    /// `NotFound` when conversation or message are not there.
    pub fn select_branch(
        &self,
        conversation: ConversationId,
        message: MessageId,
    ) -> Result<(), WireError> {
        Ok(self
            .catalogue
            .write(|transaction| messages::select(transaction, conversation, message))?)
    }

    /// Keeps what the user thinks of a message; `None` takes it back.
    ///
    /// # Errors
    /// `NotFound` when there is no such message.
    pub fn set_feedback(
        &self,
        message: MessageId,
        feedback: Option<&Feedback>,
    ) -> Result<(), WireError> {
        Ok(self
            .catalogue
            .write(|transaction| messages::set_feedback(transaction, message, feedback))?)
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
