//! Models.

use std::path::PathBuf;

use deskmate_app::{JobRequest, ModelView};
use deskmate_core::{CancelToken, JobEvent, WireError};
use tauri::State;
use tauri::ipc::Channel;

use crate::desk::Desk;

#[tauri::command]
pub(crate) async fn models(desk: State<'_, Desk>) -> Result<Vec<ModelView>, WireError> {
    desk.run(|app| app.model_views(&CancelToken::new())).await
}

#[tauri::command]
pub(crate) async fn get_model(
    desk: State<'_, Desk>,
    call_id: u64,
    events: Channel<JobEvent>,
    id: String,
) -> Result<(), WireError> {
    let request = JobRequest::ModelGet { id };
    desk.stream(call_id, events, move |app, cancel, sink| {
        app.run_request(&request, cancel, sink)
    })
    .await
}

#[tauri::command]
pub(crate) async fn add_model(
    desk: State<'_, Desk>,
    call_id: u64,
    events: Channel<JobEvent>,
    path: PathBuf,
) -> Result<(), WireError> {
    let request = JobRequest::ModelAdd { path };
    desk.stream(call_id, events, move |app, cancel, sink| {
        app.run_request(&request, cancel, sink)
    })
    .await
}

#[tauri::command]
pub(crate) async fn use_model(desk: State<'_, Desk>, id: String) -> Result<(), WireError> {
    desk.run(move |app| app.use_model(&id)).await
}

#[tauri::command]
pub(crate) async fn unload_model(desk: State<'_, Desk>) -> Result<(), WireError> {
    desk.run(|app| {
        app.unload_model();
        Ok(())
    })
    .await
}
