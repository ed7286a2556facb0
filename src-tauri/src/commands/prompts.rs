//! The prompt library.

use std::collections::BTreeMap;
use std::path::PathBuf;

use deskmate_app::{Exported, ImportReport, PromptEntry, PromptFile, Prompts};
use deskmate_core::WireError;
use tauri::State;

use crate::desk::Desk;

#[tauri::command]
pub(crate) async fn prompts(desk: State<'_, Desk>) -> Result<Vec<PromptEntry>, WireError> {
    desk.run(|app| Prompts::of(app.home()).list()).await
}

#[tauri::command]
pub(crate) async fn render_prompt(
    desk: State<'_, Desk>,
    id: String,
    values: BTreeMap<String, String>,
) -> Result<String, WireError> {
    desk.run(move |app| Prompts::of(app.home()).render(&id, &values))
        .await
}

#[tauri::command]
pub(crate) async fn save_prompt(
    desk: State<'_, Desk>,
    id: String,
    prompt: PromptFile,
) -> Result<PromptEntry, WireError> {
    desk.run(move |app| Prompts::of(app.home()).save(&id, &prompt))
        .await
}

#[tauri::command]
pub(crate) async fn delete_prompt(desk: State<'_, Desk>, id: String) -> Result<(), WireError> {
    desk.run(move |app| Prompts::of(app.home()).delete(&id))
        .await
}

#[tauri::command]
pub(crate) async fn restore_prompt(
    desk: State<'_, Desk>,
    id: String,
) -> Result<PromptEntry, WireError> {
    desk.run(move |app| Prompts::of(app.home()).restore(&id))
        .await
}

#[tauri::command]
pub(crate) async fn import_prompts(
    desk: State<'_, Desk>,
    from: PathBuf,
) -> Result<ImportReport, WireError> {
    desk.run(move |app| Prompts::of(app.home()).import(&from))
        .await
}

#[tauri::command]
pub(crate) async fn export_prompts(
    desk: State<'_, Desk>,
    folder: PathBuf,
    all: bool,
) -> Result<Exported, WireError> {
    desk.run(move |app| Prompts::of(app.home()).export_into(&folder, all))
        .await
}
