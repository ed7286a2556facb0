//! Conversations as a shell shows them.

use std::path::PathBuf;

use deskmate_core::{Citation, Role, Usage, WireError};
use deskmate_knowledge::Turn;
use deskmate_store::{Conversation, ConversationSummary, Feedback, Message, MessageId};
use serde::{Deserialize, Serialize};

/// A conversation with the branch in use.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ConversationView {
    /// What the list shows of it.
    pub summary: ConversationSummary,
    /// The branch in use, oldest first.
    pub messages: Vec<MessageView>,
}

/// A message; siblings are the other versions at the same place.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct MessageView {
    /// Its number.
    pub id: MessageId,
    /// The message it follows.
    pub parent: Option<MessageId>,
    /// Who speaks.
    #[cfg_attr(feature = "typescript", ts(type = "\"user\" | \"assistant\""))]
    pub role: Role,
    /// What is said, with its markers.
    pub content: String,
    /// The places behind the markers.
    pub citations: Vec<Citation>,
    /// Sentences without support, as they stand in `content`.
    pub unsupported: Vec<String>,
    /// The whole question that was answered, where the one asked only named another thing.
    pub understood: Option<String>,
    /// The files do not hold an answer.
    pub abstained: bool,
    /// Something of it was erased, since a file that it rests on was forgotten.
    pub forgotten: bool,
    /// The user stopped it, or an error did: the text is what came until then.
    pub stopped: Option<Stopped>,
    /// What it took.
    pub usage: Option<Usage>,
    /// The calculation behind it.
    #[cfg_attr(feature = "typescript", ts(type = "unknown"))]
    pub sql: Option<serde_json::Value>,
    /// What the user thinks of it.
    pub feedback: Option<Feedback>,
    /// All messages at the same place, itself included, oldest first.
    pub siblings: Vec<MessageId>,
    /// When, milliseconds since 1970.
    pub created_at_ms: i64,
}

/// What ended an answer before its end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(untagged)]
pub enum Stopped {
    /// The user.
    By(StoppedBy),
    /// An error.
    Failed(WireError),
}

/// Who ended it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum StoppedBy {
    /// The user.
    User,
}

/// What is kept with an answer beside its text.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct AnswerRecord {
    /// What the next prompt needs; none for an answer that was stopped.
    pub(crate) turn: Option<Turn>,
    pub(crate) unsupported: Vec<String>,
    /// The whole question, see [`MessageView::understood`].
    pub(crate) understood: Option<String>,
    pub(crate) abstained: bool,
    pub(crate) stopped: Option<Stopped>,
    pub(crate) usage: Option<Usage>,
    pub(crate) sql: Option<serde_json::Value>,
    /// The files whose passages an answer was to rest on that was stopped; a whole one has its citations.
    pub(crate) sources: Vec<PathBuf>,
    /// Something was erased, see `forget`.
    pub(crate) forgotten: bool,
}

impl AnswerRecord {
    /// What was kept; an empty record where that is of another version.
    pub(crate) fn of(message: &Message) -> Self {
        serde_json::from_value(message.message.extra.clone()).unwrap_or_default()
    }
}

impl From<Message> for MessageView {
    fn from(message: Message) -> Self {
        let record = AnswerRecord::of(&message);
        Self {
            id: message.id,
            parent: message.parent,
            role: message.message.role,
            content: message.message.content,
            citations: message.message.citations,
            unsupported: record.unsupported,
            understood: record.understood,
            abstained: record.abstained,
            forgotten: record.forgotten,
            stopped: record.stopped,
            usage: record.usage,
            sql: record.sql,
            feedback: message.feedback,
            siblings: message.siblings,
            created_at_ms: message.created_at_ms,
        }
    }
}

impl From<Conversation> for ConversationView {
    fn from(conversation: Conversation) -> Self {
        let messages = conversation.messages.into_iter();
        Self {
            summary: conversation.summary,
            messages: messages.map(MessageView::from).collect(),
        }
    }
}
