//! Conversations.

use deskmate_app::{
    ConversationPage, ConversationQuery, ConversationView, ConverseParams, ConverseResult, Feedback,
};
use deskmate_core::{JobEvent, WireError};
use tauri::State;
use tauri::ipc::Channel;

use crate::desk::Desk;

#[tauri::command]
pub(crate) async fn conversations(
    desk: State<'_, Desk>,
    query: ConversationQuery,
) -> Result<ConversationPage, WireError> {
    desk.run(move |app| app.conversations(&query)).await
}

#[tauri::command]
pub(crate) async fn conversation(
    desk: State<'_, Desk>,
    id: i64,
) -> Result<ConversationView, WireError> {
    desk.run(move |app| app.conversation(id)).await
}

#[tauri::command]
pub(crate) async fn rename_conversation(
    desk: State<'_, Desk>,
    id: i64,
    title: String,
) -> Result<(), WireError> {
    desk.run(move |app| app.rename_conversation(id, &title))
        .await
}

#[tauri::command]
pub(crate) async fn delete_conversation(desk: State<'_, Desk>, id: i64) -> Result<(), WireError> {
    desk.run(move |app| app.delete_conversation(id)).await
}

#[tauri::command]
pub(crate) async fn restore_conversation(desk: State<'_, Desk>, id: i64) -> Result<(), WireError> {
    desk.run(move |app| app.restore_conversation(id)).await
}

#[tauri::command]
pub(crate) async fn select_branch(
    desk: State<'_, Desk>,
    conversation: i64,
    message: i64,
) -> Result<ConversationView, WireError> {
    desk.run(move |app| app.select_branch(conversation, message))
        .await
}

#[tauri::command]
pub(crate) async fn ask(
    desk: State<'_, Desk>,
    call_id: u64,
    events: Channel<JobEvent>,
    params: ConverseParams,
) -> Result<ConverseResult, WireError> {
    desk.stream(call_id, events, move |app, cancel, sink| {
        app.converse_job(&params, cancel, sink)
    })
    .await
}

#[tauri::command]
pub(crate) async fn set_feedback(
    desk: State<'_, Desk>,
    message: i64,
    feedback: Option<Feedback>,
) -> Result<(), WireError> {
    desk.run(move |app| app.set_feedback(message, feedback.as_ref()))
        .await
}
