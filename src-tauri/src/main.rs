//! The desktop window of Deskmate: the pages of `ui` over the API of `app`.
//!
//! Here: the window, its commands and events, the doors to the system (dialogs, clipboard, file manager). Not here: any
//! logic; a command is one call of `app`, and the command line can do the same.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod commands;
mod desk;
mod drawing;
mod events;
mod signals;
mod stream;
mod window;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::process::ExitCode;
use std::time::Instant;

use deskmate_app::Home;
use tauri::plugin::TauriPlugin;
use tauri::{Manager, RunEvent, Wry};

use crate::desk::Desk;

#[expect(
    clippy::exit,
    reason = "in the code that Tauri generates for its context"
)]
fn main() -> ExitCode {
    // The workers are this program too; they must not become a window.
    if let Some(code) = deskmate_app::play_role(std::env::args()) {
        return code;
    }
    let started = Instant::now();
    let home = Home::locate(None);
    let built = commands::register(tauri::Builder::default())
        .plugin(single_instance(&home))
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_opener::init())
        .plugin(tauri_plugin_clipboard_manager::init())
        .plugin(tauri_plugin_window_state::Builder::new().build())
        .setup(move |app| {
            // Opening a library takes longer than showing a window: the commands wait for it, the window does not.
            let listener = events::forward(app.handle());
            app.manage(Desk::open(home.clone(), started, listener));
            window::create(app.handle(), &home)?;
            signals::end_in_good_order(app.handle())?;
            Ok(())
        })
        .build(tauri::generate_context!());
    let app = match built {
        Ok(app) => app,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "the window could not be opened: {error}");
            return ExitCode::FAILURE;
        }
    };
    app.run(|app, event| {
        if let RunEvent::Exit = event {
            app.state::<Desk>().close();
        }
    });
    ExitCode::SUCCESS
}

/// A second start for the same library shows the window that is there; another library is another program.
fn single_instance(home: &Home) -> TauriPlugin<Wry> {
    let mut hasher = DefaultHasher::new();
    home.root().hash(&mut hasher);
    tauri_plugin_single_instance::Builder::new()
        .callback(|app, _, _| window::show(app))
        .dbus_id(format!("local.deskmate.home{:x}", hasher.finish()))
        .build()
}
