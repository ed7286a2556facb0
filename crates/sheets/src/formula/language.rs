//! The two languages that explanations are written in.

use serde::{Deserialize, Serialize};

/// A language of explanations and hints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// 简体中文.
    Chinese,
    /// English.
    English,
}

impl Language {
    /// The text of this language.
    pub(crate) fn pick<'a>(self, chinese: &'a str, english: &'a str) -> &'a str {
        match self {
            Self::Chinese => chinese,
            Self::English => english,
        }
    }

    /// The language a text is written in: Chinese when it has a Chinese character.
    pub fn of(text: &str) -> Self {
        if text.chars().any(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c)) {
            Self::Chinese
        } else {
            Self::English
        }
    }
}
