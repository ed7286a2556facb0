//! The desktop window of Deskmate: the pages of `ui` over the API of `app`.
//!
//! Here: the window, its commands and events, the doors to the system (dialogs, clipboard, file manager). Not here: any
//! logic; a command is one call of `app`, and the command line can do the same.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod commands;
mod desk;
mod events;
mod stream;
mod window;

use std::process::ExitCode;
use std::time::Instant;

use tauri::{Manager, RunEvent};

use crate::desk::Desk;

fn main() -> ExitCode {
    // The workers are this program too; they must not become a window.
    if let Some(code) = deskmate_app::play_role(std::env::args()) {
        return code;
    }
    let started = Instant::now();
    let built = commands::register(tauri::Builder::default())
        .plugin(tauri_plugin_single_instance::init(|app, _, _| {
            window::show(app);
        }))
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_opener::init())
        .plugin(tauri_plugin_clipboard_manager::init())
        .plugin(tauri_plugin_window_state::Builder::new().build())
        .setup(move |app| {
            // Opening a library takes longer than showing a window: the commands wait for it, the window does not.
            app.manage(Desk::open(
                deskmate_app::Home::locate(None),
                started,
                events::forward(app.handle()),
            ));
            window::create(app.handle())?;
            Ok(())
        })
        .build(tauri::generate_context!());
    let app = match built {
        Ok(app) => app,
        Err(_) => return ExitCode::FAILURE,
    };
    app.run(|app, event| {
        if let RunEvent::Exit = event {
            app.state::<Desk>().close();
        }
    });
    ExitCode::SUCCESS
}
