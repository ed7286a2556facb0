//! Conversations: questions and answers kept as a tree, of which one branch is in use.

mod converse;
mod forget;
mod view;
mod whole;

use deskmate_core::{ErrorCode, WireError};
use deskmate_knowledge::Turn;
use deskmate_store::{
    ConversationId, ConversationPage, ConversationQuery, Feedback, Library, Message, MessageId,
};

pub use converse::{ContextUse, ConverseParams, ConverseResult, Scope};
pub(crate) use forget::redact;
pub use view::{ConversationView, MessageView, Stopped, StoppedBy};

use crate::app::App;
use crate::changes::Changed;
use view::AnswerRecord;

/// Longest title that is made of a question, in characters.
const TITLE_LENGTH: usize = 40;

/// The conversation of this number, else of this name; `new` and unknown names begin one.
pub(crate) fn find_or_create(
    library: &Library,
    name: &str,
    question: &str,
) -> Result<ConversationId, WireError> {
    if let Ok(id) = name.parse::<ConversationId>() {
        return match library.conversation(id) {
            Ok(conversation) => Ok(conversation.summary.id),
            Err(error) if error.code == ErrorCode::NotFound => {
                Err(error.with_hint("`--conversation new` begins one; its number is in the answer"))
            }
            Err(error) => Err(error),
        };
    }
    if name == "new" {
        return library.create_conversation(&title_of(question));
    }
    match library.conversation_titled(name)? {
        Some(id) => Ok(id),
        None => library.create_conversation(name),
    }
}

/// The beginning of a question as a title.
fn title_of(question: &str) -> String {
    let line = question.trim().lines().next().unwrap_or_default();
    line.chars().take(TITLE_LENGTH).collect()
}

/// The turns of these messages, as the prompt needs them.
fn turns_of(messages: &[Message]) -> Vec<Turn> {
    messages
        .iter()
        .filter_map(|message| AnswerRecord::of(message).turn)
        .collect()
}

impl App {
    /// A part of the conversations, the one that changed last first.
    ///
    /// # Errors
    /// Those of the store.
    pub fn conversations(&self, query: &ConversationQuery) -> Result<ConversationPage, WireError> {
        self.library().conversations(query)
    }

    /// A conversation with the branch in use.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn conversation(&self, id: ConversationId) -> Result<ConversationView, WireError> {
        Ok(self.library().conversation(id)?.into())
    }

    /// Gives a conversation another title.
    ///
    /// # Errors
    /// `NotFound`; `InvalidInput` for an empty title.
    pub fn rename_conversation(&self, id: ConversationId, title: &str) -> Result<(), WireError> {
        let title = title.trim();
        if title.is_empty() {
            return Err(WireError::new(
                ErrorCode::InvalidInput,
                "the title is empty",
            ));
        }
        self.library().rename_conversation(id, title)?;
        self.changes().tell(Changed::Conversations);
        Ok(())
    }

    /// Deletes a conversation; [`App::restore_conversation`] takes it back.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn delete_conversation(&self, id: ConversationId) -> Result<(), WireError> {
        self.library().delete_conversation(id)?;
        self.prefixes().forget_conversations();
        self.changes().tell(Changed::Conversations);
        Ok(())
    }

    /// Takes a deletion back.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn restore_conversation(&self, id: ConversationId) -> Result<(), WireError> {
        self.library().restore_conversation(id)?;
        self.changes().tell(Changed::Conversations);
        Ok(())
    }

    /// Makes the branch through this message the one in use.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn select_branch(
        &self,
        conversation: ConversationId,
        message: MessageId,
    ) -> Result<ConversationView, WireError> {
        self.library().select_branch(conversation, message)?;
        self.conversation(conversation)
    }

    /// Keeps what the user thinks of an answer; `None` takes it back.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn set_feedback(
        &self,
        message: MessageId,
        feedback: Option<&Feedback>,
    ) -> Result<(), WireError> {
        self.library().set_feedback(message, feedback)
    }
}
