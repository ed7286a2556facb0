//! What the user writes.

use std::path::PathBuf;

use deskmate_app::{
    ExportManuscriptParams, ExportedManuscript, ImportedManuscript, ManuscriptSummary,
    ManuscriptVersion, NewManuscriptParams, SaveManuscriptParams, StoredManuscript,
};
use deskmate_core::{CancelToken, WireError};
use tauri::State;

use crate::desk::Desk;

#[tauri::command]
pub(crate) async fn manuscripts(
    desk: State<'_, Desk>,
) -> Result<Vec<ManuscriptSummary>, WireError> {
    desk.run(|app| app.manuscripts()).await
}

#[tauri::command]
pub(crate) async fn manuscript(
    desk: State<'_, Desk>,
    id: i64,
    version: Option<i64>,
) -> Result<StoredManuscript, WireError> {
    desk.run(move |app| app.manuscript(id, version)).await
}

#[tauri::command]
pub(crate) async fn manuscript_versions(
    desk: State<'_, Desk>,
    id: i64,
) -> Result<Vec<ManuscriptVersion>, WireError> {
    desk.run(move |app| app.manuscript_versions(id)).await
}

#[tauri::command]
pub(crate) async fn new_manuscript(
    desk: State<'_, Desk>,
    params: NewManuscriptParams,
) -> Result<StoredManuscript, WireError> {
    desk.run(move |app| app.new_manuscript(&params)).await
}

#[tauri::command]
pub(crate) async fn import_manuscript(
    desk: State<'_, Desk>,
    path: PathBuf,
) -> Result<ImportedManuscript, WireError> {
    desk.run(move |app| app.import_manuscript(&path, &CancelToken::new()))
        .await
}

#[tauri::command]
pub(crate) async fn save_manuscript(
    desk: State<'_, Desk>,
    params: SaveManuscriptParams,
) -> Result<StoredManuscript, WireError> {
    desk.run(move |app| app.save_manuscript(&params)).await
}

#[tauri::command]
pub(crate) async fn name_manuscript_version(
    desk: State<'_, Desk>,
    id: i64,
    name: String,
) -> Result<ManuscriptVersion, WireError> {
    desk.run(move |app| app.name_manuscript_version(id, &name))
        .await
}

#[tauri::command]
pub(crate) async fn restore_manuscript_version(
    desk: State<'_, Desk>,
    id: i64,
    version: i64,
) -> Result<StoredManuscript, WireError> {
    desk.run(move |app| app.restore_manuscript_version(id, version))
        .await
}

#[tauri::command]
pub(crate) async fn delete_manuscript(desk: State<'_, Desk>, id: i64) -> Result<(), WireError> {
    desk.run(move |app| app.delete_manuscript(id)).await
}

#[tauri::command]
pub(crate) async fn undelete_manuscript(desk: State<'_, Desk>, id: i64) -> Result<(), WireError> {
    desk.run(move |app| app.undelete_manuscript(id)).await
}

#[tauri::command]
pub(crate) async fn export_manuscript(
    desk: State<'_, Desk>,
    params: ExportManuscriptParams,
) -> Result<ExportedManuscript, WireError> {
    desk.run(move |app| app.export_manuscript(&params)).await
}
