//! The program, its settings, this machine.

use deskmate_app::{AppInfo, MachineView, NetworkReport, Settings};
use deskmate_core::{CancelToken, WireError};
use tauri::State;

use crate::desk::Desk;

/// Names a file that gets the milliseconds from start to first paint, for measurements.
const PAINT_LOG: &str = "DESKMATE_PAINT_LOG";

#[tauri::command]
pub(crate) async fn app_info(desk: State<'_, Desk>) -> Result<AppInfo, WireError> {
    desk.open_again_after_error();
    desk.run(|app| app.info()).await
}

#[tauri::command]
pub(crate) async fn set_settings(
    desk: State<'_, Desk>,
    settings: Settings,
) -> Result<(), WireError> {
    desk.run(move |app| app.set_settings(&settings)).await
}

#[tauri::command]
pub(crate) async fn network(desk: State<'_, Desk>) -> Result<NetworkReport, WireError> {
    let early = desk.take_refused();
    desk.run(move |app| {
        (0..early).for_each(|_| app.note_refused_attempt());
        app.network()
    })
    .await
}

#[tauri::command]
pub(crate) async fn machine(desk: State<'_, Desk>) -> Result<MachineView, WireError> {
    desk.run(|app| app.machine(&CancelToken::new())).await
}

#[tauri::command]
pub(crate) fn painted(desk: State<'_, Desk>) {
    if let Some(log) = std::env::var_os(PAINT_LOG) {
        let elapsed = desk.started().elapsed().as_millis().to_string();
        // A measurement that cannot be written is seen by whoever reads it.
        let _ = std::fs::write(log, elapsed);
    }
}

#[tauri::command]
pub(crate) fn cancel_call(desk: State<'_, Desk>, call_id: u64) {
    desk.cancel(call_id);
}
