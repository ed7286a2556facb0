//! What may be handed to the system: files to open or to show in its file manager, addresses for its browser.

use std::path::{Path, PathBuf};

use deskmate_core::{ErrorCode, WireError};

use crate::app::App;

/// Files that a system runs when they are opened.
const RUN_WHEN_OPENED: [&str; 30] = [
    "app", "appimage", "bat", "cmd", "com", "command", "cpl", "desktop", "exe", "hta", "jar", "js",
    "jse", "lnk", "msi", "msp", "pif", "ps1", "py", "rb", "reg", "scr", "sh", "url", "vb", "vbe",
    "vbs", "wsf", "wsh", "workflow",
];

/// Kinds of addresses that are opened in the system's programs.
const OPENED_SCHEMES: [&str; 3] = ["https:", "http:", "mailto:"];

impl App {
    /// The file to open in its own program: one that Deskmate has to do with and that is not a program itself.
    ///
    /// # Errors
    /// `NotFound`; `InvalidInput` for a program.
    pub fn opened_file(&self, path: &Path) -> Result<PathBuf, WireError> {
        let file = self.shown_file(path)?;
        let extension = file
            .extension()
            .map(|extension| extension.to_string_lossy().to_lowercase())
            .unwrap_or_default();
        if RUN_WHEN_OPENED.contains(&extension.as_str()) {
            return Err(WireError::new(
                ErrorCode::InvalidInput,
                format!("`{}` is a program and is not started", file.display()),
            )
            .with_hint("show it in the file manager"));
        }
        Ok(file)
    }

    /// The file or folder to show in the file manager: one that Deskmate has to do with, or one that was added.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn revealed_path(&self, path: &Path) -> Result<PathBuf, WireError> {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
        let is_own = self.home().root() == absolute || self.models().dir() == absolute;
        if is_own || self.library().roots()?.contains(&absolute) {
            return Ok(absolute);
        }
        self.shown_file(path)
    }

    /// The address to open in the browser; any other kind of address is refused and counted.
    ///
    /// # Errors
    /// `InvalidInput`.
    pub fn opened_address(&self, address: &str) -> Result<String, WireError> {
        if is_opened(address) {
            return Ok(address.trim().to_string());
        }
        self.note_refused_attempt();
        Err(WireError::new(
            ErrorCode::InvalidInput,
            "an address of this kind is not opened",
        ))
    }
}

fn is_opened(address: &str) -> bool {
    let address = address.trim().to_ascii_lowercase();
    OPENED_SCHEMES
        .iter()
        .any(|scheme| address.starts_with(scheme) && address.len() > scheme.len())
        && !address.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_web_and_of_mail_are_opened() {
        for (address, opened) in [
            ("https://example.com/a?b=c", true),
            (" HTTP://example.com", true),
            ("mailto:li@example.com", true),
            ("javascript:alert(1)", false),
            ("file:///etc/passwd", false),
            ("data:text/html,x", false),
            ("smb://server/share", false),
            ("https:", false),
            ("https://a\n.com", false),
        ] {
            assert_eq!(is_opened(address), opened, "{address}");
        }
    }
}
