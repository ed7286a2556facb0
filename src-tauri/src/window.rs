//! The one window.

use deskmate_app::Home;
use tauri::{AppHandle, Manager, Url, WebviewUrl, WebviewWindowBuilder};

use crate::desk::Desk;
use crate::drawing;

/// The window's label, which the capability names.
pub(crate) const MAIN: &str = "main";

/// What the first page needs is asked for while its scripts are still read; `ui/src/backend/tauri.ts` takes the answer.
const ASK_EARLY: &str =
    "window.__DESKMATE_APP_INFO__ = window.__TAURI_INTERNALS__.invoke('app_info');";

/// Opens the window; what lies outside of the program's own pages is never loaded into it.
pub(crate) fn create(app: &AppHandle, home: &Home) -> tauri::Result<()> {
    let handle = app.clone();
    let window = WebviewWindowBuilder::new(app, MAIN, WebviewUrl::App("index.html".into()))
        .title("同桌 Deskmate")
        .inner_size(1_200.0, 780.0)
        .min_inner_size(820.0, 560.0)
        .center()
        // What the engine of the pages keeps lies with all else that is kept.
        .data_directory(home.root().join("cache/webview"))
        .initialization_script(ASK_EARLY)
        .on_navigation(move |url| {
            let is_own = is_own_page(url);
            if !is_own {
                handle.state::<Desk>().note_refused_attempt();
            }
            is_own
        })
        .build()?;
    drawing::suit_the_machine(&window)
}

/// Brings the window to the front, e.g. when the program is started a second time.
pub(crate) fn show(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(MAIN) {
        // A window manager that refuses leaves the window where it is.
        let _ = window.unminimize();
        let _ = window.set_focus();
    }
}

/// The pages that are compiled in: `tauri://localhost`, on Windows `http://tauri.localhost`.
fn is_own_page(url: &Url) -> bool {
    match url.scheme() {
        "tauri" => true,
        "http" | "https" => url.host_str() == Some("tauri.localhost"),
        "about" => url.path() == "blank",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_programs_own_pages_are_loaded() {
        for (address, is_own) in [
            ("tauri://localhost/index.html", true),
            ("http://tauri.localhost/", true),
            ("about:blank", true),
            ("https://example.com/", false),
            ("http://localhost:1420/", false),
            ("file:///etc/passwd", false),
            ("javascript:alert(1)", false),
            ("data:text/html,x", false),
        ] {
            let url = Url::parse(address);
            assert_eq!(url.as_ref().map(is_own_page), Ok(is_own), "{address}");
        }
    }
}
