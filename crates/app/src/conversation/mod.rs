//! Conversations: found by number or name, kept turn by turn.

use deskmate_core::{ErrorCode, Role, WireError};
use deskmate_knowledge::{Answer, Turn};
use deskmate_store::{ConversationId, Library, NewTurn};

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
        let title: String = question.chars().take(40).collect();
        return library.create_conversation(&title);
    }
    let known = library
        .conversations()?
        .into_iter()
        .find(|c| c.title == name);
    match known {
        Some(conversation) => Ok(conversation.id),
        None => library.create_conversation(name),
    }
}

/// The turns so far, as the prompt needs them.
pub(crate) fn history(library: &Library, id: ConversationId) -> Result<Vec<Turn>, WireError> {
    let conversation = library.conversation(id)?;
    Ok(conversation
        .turns
        .into_iter()
        .filter(|turn| turn.turn.role == Role::Assistant)
        .filter_map(|turn| serde_json::from_value(turn.turn.extra).ok())
        .collect())
}

/// Keeps a question and its answer.
pub(crate) fn append(
    library: &Library,
    id: ConversationId,
    answer: &Answer,
) -> Result<(), WireError> {
    let question = NewTurn {
        role: Role::User,
        content: answer.turn.question.clone(),
        citations: Vec::new(),
        extra: serde_json::Value::Null,
    };
    let reply = NewTurn {
        role: Role::Assistant,
        content: answer.answer.clone(),
        citations: answer.citations.clone(),
        extra: serde_json::to_value(&answer.turn)
            .map_err(|error| WireError::new(ErrorCode::Internal, error.to_string()))?,
    };
    library.append_turn(id, question)?;
    library.append_turn(id, reply)?;
    Ok(())
}
