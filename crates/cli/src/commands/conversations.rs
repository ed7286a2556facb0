//! Conversations: list, show, branch, judge.

use deskmate_app::{
    App, ConversationPage, ConversationQuery, ConversationView, ConverseParams, Feedback, Home,
};
use deskmate_core::{CancelToken, ErrorCode, JobEvent, Role, WireError};
use serde_json::json;

use super::desk::word;
use super::library::open;
use crate::arguments::ConversationsCommand;
use crate::console::Console;

pub(crate) fn run(
    home: &Home,
    command: &ConversationsCommand,
    console: &Console,
    cancel: &CancelToken,
) -> Result<u8, WireError> {
    let app = open(home, console)?;
    match command {
        ConversationsCommand::List {
            text,
            offset,
            limit,
        } => {
            let page = app.conversations(&ConversationQuery {
                text: text.clone(),
                offset: *offset,
                limit: *limit,
            })?;
            console.result(&page, |console| listed(&page, console));
        }
        ConversationsCommand::Show { id } => show(&app.conversation(*id)?, console),
        ConversationsCommand::Edit {
            id,
            message,
            question,
        } => {
            let params = ConverseParams {
                question: question.clone(),
                conversation: Some(*id),
                edit: Some(*message),
                ..ConverseParams::default()
            };
            converse(&app, &params, console, cancel)?;
        }
        ConversationsCommand::Repeat { id, message } => {
            let params = ConverseParams {
                conversation: Some(*id),
                regenerate: Some(*message),
                ..ConverseParams::default()
            };
            converse(&app, &params, console, cancel)?;
        }
        ConversationsCommand::Select { id, message } => {
            show(&app.select_branch(*id, *message)?, console);
        }
        ConversationsCommand::Rename { id, title } => {
            app.rename_conversation(*id, title)?;
            done(*id, "renamed", console);
        }
        ConversationsCommand::Delete { id } => {
            app.delete_conversation(*id)?;
            done(*id, "deleted; `restore` takes it back", console);
        }
        ConversationsCommand::Restore { id } => {
            app.restore_conversation(*id)?;
            done(*id, "restored", console);
        }
        ConversationsCommand::Judge {
            message,
            verdict,
            note,
        } => {
            app.set_feedback(*message, feedback_of(verdict, note)?.as_ref())?;
            done(*message, "kept", console);
        }
    }
    Ok(0)
}

fn feedback_of(verdict: &str, note: &str) -> Result<Option<Feedback>, WireError> {
    if verdict == "none" {
        return Ok(None);
    }
    let value = serde_json::from_value(word(verdict)).map_err(|_| {
        WireError::new(
            ErrorCode::InvalidInput,
            format!("`{verdict}` is neither `up` nor `down` nor `none`"),
        )
    })?;
    Ok(Some(Feedback {
        value,
        note: note.to_string(),
    }))
}

fn done(id: i64, what: &str, console: &Console) {
    console.result(&json!({ "id": id }), |_| what.to_string());
}

fn converse(
    app: &App,
    params: &ConverseParams,
    console: &Console,
    cancel: &CancelToken,
) -> Result<(), WireError> {
    let result = app.converse(params, cancel, &mut |event| {
        if let JobEvent::Text { delta } = &event {
            console.text(delta);
        }
        console.event(&event);
    })?;
    console.result(&result, |console| {
        format!("\n\n{}", console.sources(&result.answer.citations))
    });
    Ok(())
}

fn listed(page: &ConversationPage, console: &Console) -> String {
    let mut out = String::new();
    for conversation in &page.conversations {
        out.push_str(&format!(
            "{:>5}  {}  {}\n",
            conversation.id,
            console.bold(&conversation.title),
            console.dim(&format!("{} messages", conversation.turn_count)),
        ));
    }
    out.push_str(&format!("{} of {}", page.conversations.len(), page.total));
    out
}

fn show(conversation: &ConversationView, console: &Console) {
    console.result(conversation, |console| {
        let mut out = format!("{}\n", console.bold(&conversation.summary.title));
        for message in &conversation.messages {
            let mark = match message.role {
                Role::User => "?",
                Role::Assistant | Role::System => " ",
            };
            let versions = match message.siblings.len() {
                0 | 1 => String::new(),
                _ => format!(" of {:?}", message.siblings),
            };
            out.push_str(&format!(
                "\n{}\n{mark} {}\n",
                console.dim(&format!("message {}{versions}", message.id)),
                message.content
            ));
            if message.forgotten {
                out.push_str(&console.dim("what rested on a file that was forgotten is erased"));
                out.push('\n');
            }
        }
        out
    });
}
