//! The one event: something changed, read again.

use deskmate_app::Changed;
use tauri::{AppHandle, Emitter};

/// Hands changes on to the window.
pub(crate) fn forward(app: &AppHandle) -> impl Fn(Changed) + Send + Sync + Clone + 'static {
    let app = app.clone();
    move |changed| {
        // A window that is closing hears nothing any more.
        let _ = app.emit("changed", changed);
    }
}
