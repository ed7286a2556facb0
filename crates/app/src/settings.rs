//! The user's settings, with their defaults.

use std::collections::BTreeMap;

use deskmate_core::WireError;
use deskmate_store::Library;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::changes::Changed;

const KEY: &str = "desktop";

/// A language of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Language {
    /// Chinese.
    #[serde(rename = "zh-CN")]
    ZhCn,
    /// English.
    #[serde(rename = "en")]
    En,
}

/// Who works here; only the first page and some defaults depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Persona {
    /// An office.
    Office,
    /// A school.
    Teacher,
    /// A machine whose data may not leave it.
    Secure,
    /// Somebody who looks around.
    Explore,
}

/// Light or dark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// Light.
    Light,
    /// Dark.
    Dark,
    /// As the system.
    #[default]
    System,
}

/// The key that sends a question; the other one breaks the line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum SendWith {
    /// Enter.
    #[default]
    Enter,
    /// Ctrl and Enter.
    CtrlEnter,
}

/// Everything the user can set. What an older version did not know has its default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default)]
pub struct Settings {
    /// None: not chosen yet, so the first run is shown.
    pub persona: Option<Persona>,
    /// None: that of the system.
    pub language: Option<Language>,
    /// Light or dark.
    pub theme: Theme,
    /// Percent of the normal text size, 80 to 160.
    pub text_size: u32,
    /// The key that sends.
    pub send_with: SendWith,
    /// Shows the settings for experts.
    pub expert: bool,
    /// Shortcuts that differ from the defaults, by command.
    pub shortcuts: BTreeMap<String, String>,
    /// The chat model in use; none: the best that is installed.
    pub chat_model: Option<String>,
    /// Most MiB on the disk for prompts that the model has read, so that it need not read them again; 0 keeps none.
    pub saved_prompts_mib: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            persona: None,
            language: None,
            theme: Theme::default(),
            text_size: 100,
            send_with: SendWith::default(),
            expert: false,
            shortcuts: BTreeMap::new(),
            chat_model: None,
            saved_prompts_mib: 1_024,
        }
    }
}

/// The settings of a library.
///
/// # Errors
/// Those of the store.
pub(crate) fn of(library: &Library) -> Result<Settings, WireError> {
    let stored: Option<serde_json::Value> = library.setting(KEY)?;
    Ok(stored
        .and_then(|value| serde_json::from_value(value).ok())
        .unwrap_or_default())
}

impl App {
    /// The settings. Settings that cannot be read any more, e.g. of a newer version, are the defaults.
    ///
    /// # Errors
    /// Those of the store.
    pub fn settings(&self) -> Result<Settings, WireError> {
        of(self.library())
    }

    /// Keeps the settings.
    ///
    /// # Errors
    /// `DiskFull`.
    pub fn set_settings(&self, settings: &Settings) -> Result<(), WireError> {
        let before = self.settings()?;
        let mut settings = settings.clone();
        settings.text_size = settings.text_size.clamp(80, 160);
        self.library().set_setting(KEY, &settings)?;
        self.prefixes()
            .set_limit_bytes(u64::from(settings.saved_prompts_mib) << 20);
        if before.chat_model != settings.chat_model {
            self.let_go_of_chat();
            self.changes().tell(Changed::Models);
        }
        self.changes().tell(Changed::Settings);
        Ok(())
    }
}
