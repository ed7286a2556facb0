//! The whole library to one file, and back.

use std::path::PathBuf;

use deskmate_app::{BackupSummary, RestoreReport};
use deskmate_core::{JobEvent, WireError};
use tauri::State;
use tauri::ipc::Channel;

use crate::desk::Desk;

#[tauri::command]
pub(crate) async fn back_up(
    desk: State<'_, Desk>,
    call_id: u64,
    events: Channel<JobEvent>,
    path: PathBuf,
) -> Result<BackupSummary, WireError> {
    desk.stream(call_id, events, move |app, cancel, sink| {
        app.back_up(&path, cancel, sink)
    })
    .await
}

#[tauri::command]
pub(crate) async fn verify_backup(
    desk: State<'_, Desk>,
    call_id: u64,
    events: Channel<JobEvent>,
    path: PathBuf,
) -> Result<BackupSummary, WireError> {
    desk.stream(call_id, events, move |_, cancel, sink| {
        deskmate_app::verify_backup(&path, cancel, sink)
    })
    .await
}

#[tauri::command]
pub(crate) async fn restore_backup(
    desk: State<'_, Desk>,
    call_id: u64,
    events: Channel<JobEvent>,
    path: PathBuf,
) -> Result<RestoreReport, WireError> {
    desk.restore(call_id, events, path).await
}
