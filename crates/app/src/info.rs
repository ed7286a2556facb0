//! What the window asks first.

use std::path::{Path, PathBuf};

use deskmate_core::WireError;
use serde::Serialize;

use crate::app::App;
use crate::settings::{Language, Settings};

/// The program and its surroundings.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct AppInfo {
    /// Version of the program.
    pub version: String,
    /// Folder of the library.
    pub home: PathBuf,
    /// Language of the system, as far as it is one of ours.
    pub system_language: Language,
    /// The settings.
    pub settings: Settings,
    /// Folder of the sample files, when they are bundled.
    pub samples: Option<PathBuf>,
}

impl App {
    /// The program and its surroundings.
    ///
    /// # Errors
    /// Those of the store.
    pub fn info(&self) -> Result<AppInfo, WireError> {
        Ok(AppInfo {
            version: env!("CARGO_PKG_VERSION").to_string(),
            home: self.home().root().to_path_buf(),
            system_language: system_language(|name| std::env::var(name).ok()),
            settings: self.settings()?,
            samples: samples_folder(),
        })
    }
}

/// The language of the environment; English when it does not say.
fn system_language(variable: impl Fn(&str) -> Option<String>) -> Language {
    let named = ["LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .filter_map(|name| variable(name))
        .find(|value| !value.is_empty());
    match named {
        Some(language) if language.starts_with("zh") => Language::ZhCn,
        Some(_) | None => Language::En,
    }
}

/// Where the samples lie: `DESKMATE_SAMPLES`, else beside the installed program.
pub(crate) fn samples_folder() -> Option<PathBuf> {
    let named = std::env::var_os("DESKMATE_SAMPLES").map(PathBuf::from);
    let program = std::env::current_exe().ok();
    let folder = program.as_deref().and_then(Path::parent);
    let beside = folder.into_iter().flat_map(|folder| {
        [
            folder.join("samples"),
            folder.join("../Resources/samples"),
            folder.join("../../share/deskmate/samples"),
            folder.join("../share/deskmate/samples"),
        ]
    });
    named
        .into_iter()
        .chain(beside)
        .find(|folder| folder.is_dir())
        .and_then(|folder| folder.canonicalize().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(set: &[(&str, &str)], expected: Language) {
        let found = system_language(|name| {
            let value = set.iter().find(|(key, _)| *key == name);
            value.map(|(_, value)| (*value).to_string())
        });
        assert_eq!(found, expected, "{set:?}");
    }

    #[test]
    fn the_language_is_that_of_the_environment() {
        check(&[("LANG", "zh_CN.UTF-8")], Language::ZhCn);
        check(&[("LANG", "de_DE.UTF-8")], Language::En);
        check(&[("LC_ALL", "en_US"), ("LANG", "zh_CN")], Language::En);
        check(&[], Language::En);
    }
}
