//! The doors to the system: dialogs, file manager, browser, clipboard.

use std::path::PathBuf;

use deskmate_core::{ErrorCode, WireError};
use serde::Deserialize;
use tauri::async_runtime::spawn_blocking;
use tauri::{AppHandle, State, WebviewWindow};
use tauri_plugin_clipboard_manager::ClipboardExt;
use tauri_plugin_dialog::DialogExt;
use tauri_plugin_opener::OpenerExt;

use crate::desk::Desk;

/// What the dialog offers.
#[derive(Debug, Deserialize)]
pub(crate) struct PickOptions {
    folders: bool,
    multiple: bool,
    #[serde(default)]
    extensions: Vec<String>,
}

fn failed(error: impl std::fmt::Display) -> WireError {
    WireError::new(ErrorCode::Internal, format!("the system says: {error}"))
}

#[tauri::command]
pub(crate) async fn pick_files(
    window: WebviewWindow,
    options: PickOptions,
) -> Result<Vec<PathBuf>, WireError> {
    let mut dialog = window.dialog().file().set_parent(&window);
    if !options.extensions.is_empty() {
        let extensions: Vec<&str> = options.extensions.iter().map(String::as_str).collect();
        dialog = dialog.add_filter(extensions.join(", "), &extensions);
    }
    let picked = spawn_blocking(move || match (options.folders, options.multiple) {
        (true, true) => dialog.blocking_pick_folders().unwrap_or_default(),
        (true, false) => dialog.blocking_pick_folder().into_iter().collect(),
        (false, true) => dialog.blocking_pick_files().unwrap_or_default(),
        (false, false) => dialog.blocking_pick_file().into_iter().collect(),
    })
    .await
    .map_err(failed)?;
    let paths = picked.into_iter().map(|path| path.into_path());
    paths.collect::<Result<_, _>>().map_err(failed)
}

#[tauri::command]
pub(crate) async fn reveal(
    app: AppHandle,
    desk: State<'_, Desk>,
    path: PathBuf,
) -> Result<(), WireError> {
    let path = desk.run(move |app| app.revealed_path(&path)).await?;
    app.opener().reveal_item_in_dir(path).map_err(failed)
}

#[tauri::command]
pub(crate) async fn open_file(
    app: AppHandle,
    desk: State<'_, Desk>,
    path: PathBuf,
) -> Result<(), WireError> {
    let path = desk.run(move |app| app.opened_file(&path)).await?;
    let path = path.to_string_lossy();
    app.opener().open_path(path, None::<&str>).map_err(failed)
}

#[tauri::command]
pub(crate) async fn open_link(
    app: AppHandle,
    desk: State<'_, Desk>,
    url: String,
) -> Result<(), WireError> {
    let url = desk.run(move |app| app.opened_address(&url)).await?;
    app.opener().open_url(url, None::<&str>).map_err(failed)
}

#[tauri::command]
pub(crate) async fn copy_text(app: AppHandle, text: String) -> Result<(), WireError> {
    app.clipboard().write_text(text).map_err(failed)
}
