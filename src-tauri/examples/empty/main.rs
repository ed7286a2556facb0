//! A window with one line of text and nothing else: what Tauri and WebKit cost before Deskmate adds anything.
//!
//! `./x bench ui` builds it and measures the program's window against it, by the same signal: a file that is written
//! when the page was drawn for the first time.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::process::ExitCode;

/// The same variable that the program's window obeys.
const PAINT_LOG: &str = "DESKMATE_PAINT_LOG";

#[tauri::command]
fn painted() {
    if let Some(log) = std::env::var_os(PAINT_LOG) {
        // A measurement that cannot be written is seen by whoever waits for it.
        let _ = std::fs::write(log, "");
    }
}

#[expect(
    clippy::exit,
    reason = "in the code that Tauri generates for its context"
)]
fn main() -> ExitCode {
    let run = tauri::Builder::default()
        .invoke_handler(tauri::generate_handler![painted])
        .run(tauri::generate_context!("examples/empty/tauri.conf.json"));
    match run {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
