//! What the pages are drawn by.
//!
//! On Linux WebKit composes its layers with OpenGL even where no graphics card is there; Mesa then computes them on the
//! processor, with a compiler and buffers of its own for each process. WebKit's own drawing needs neither.

use tauri::WebviewWindow;

/// Lets WebKit draw without OpenGL where that would run on the processor anyway. Elsewhere the system decides.
#[cfg(target_os = "linux")]
pub(crate) fn suit_the_machine(window: &WebviewWindow) -> tauri::Result<()> {
    use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt, WebViewExt};

    if has_render_node(std::path::Path::new("/dev/dri")) || is_driven() {
        return Ok(());
    }
    window.with_webview(|webview| {
        if let Some(settings) = webview.inner().settings() {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    })
}

/// Lets the system decide.
#[cfg(not(target_os = "linux"))]
pub(crate) fn suit_the_machine(_: &WebviewWindow) -> tauri::Result<()> {
    Ok(())
}

/// True when a test drives the window: its pictures wait for a frame, which WebKit composes with OpenGL alone once the
/// page is at rest.
#[cfg(target_os = "linux")]
fn is_driven() -> bool {
    std::env::var_os("TAURI_WEBVIEW_AUTOMATION").is_some()
}

/// The kernel's device for drawing without a screen, which every driver of a graphics card offers.
#[cfg(target_os = "linux")]
fn has_render_node(devices: &std::path::Path) -> bool {
    let Ok(entries) = std::fs::read_dir(devices) else {
        return false;
    };
    entries
        .flatten()
        .any(|entry| entry.file_name().to_string_lossy().starts_with("renderD"))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn only_a_device_for_drawing_counts() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        assert!(!has_render_node(&folder.path().join("none")));
        // What a machine with a screen and no driver has.
        std::fs::write(folder.path().join("card0"), "").expect("a file");
        assert!(!has_render_node(folder.path()));
        std::fs::write(folder.path().join("renderD128"), "").expect("a file");
        assert!(has_render_node(folder.path()));
    }
}
