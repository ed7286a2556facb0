//! The end that the system asks for: at a logout, a shutdown, or by `kill`.

use tauri::AppHandle;

/// Ends the program in good order when the system asks for it, as closing the window does. Windows and macOS send their
/// word to the window itself.
#[cfg(unix)]
pub(crate) fn end_in_good_order(app: &AppHandle) -> std::io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

    let mut signals = signal_hook::iterator::Signals::new([SIGTERM, SIGINT, SIGHUP])?;
    let app = app.clone();
    std::thread::Builder::new()
        .name("signals".to_string())
        .spawn(move || {
            if signals.forever().next().is_some() {
                app.exit(0);
            }
        })?;
    Ok(())
}

/// Nothing to listen for.
#[cfg(not(unix))]
pub(crate) fn end_in_good_order(_: &AppHandle) -> std::io::Result<()> {
    Ok(())
}
