//! What can be done to a text, with the prompt and the bounds of each.

use deskmate_knowledge::Language;
use serde::{Deserialize, Serialize};

use crate::facts::Languages;

/// What is done to a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum RewriteMode {
    /// Better wording, the same length.
    Polish,
    /// About half as long.
    Shorten,
    /// About half as long again.
    Expand,
    /// Formal written language.
    Formal,
    /// Plain language.
    Plain,
    /// One paragraph more at the end.
    Continue,
    /// Mistakes alone.
    Grammar,
    /// Chinese to English.
    ToEn,
    /// English to Chinese.
    ToZh,
}

impl RewriteMode {
    /// The mode of an input's value; polishing for an unknown one, which the spec refuses before.
    pub(super) fn of(value: Option<&str>) -> Self {
        match value {
            Some("shorten") => Self::Shorten,
            Some("expand") => Self::Expand,
            Some("formal") => Self::Formal,
            Some("plain") => Self::Plain,
            Some("continue") => Self::Continue,
            Some("grammar") => Self::Grammar,
            Some("to-en") => Self::ToEn,
            Some("to-zh") => Self::ToZh,
            Some(_) | None => Self::Polish,
        }
    }

    /// Whether the new text is in another language.
    pub(super) fn languages(self) -> Languages {
        match self {
            Self::ToEn | Self::ToZh => Languages::Across,
            Self::Polish
            | Self::Shorten
            | Self::Expand
            | Self::Formal
            | Self::Plain
            | Self::Continue
            | Self::Grammar => Languages::Same,
        }
    }

    /// The language of the new text.
    pub(super) fn target(self, source: Language) -> Language {
        match self {
            Self::ToEn => Language::English,
            Self::ToZh => Language::Chinese,
            Self::Polish
            | Self::Shorten
            | Self::Expand
            | Self::Formal
            | Self::Plain
            | Self::Continue
            | Self::Grammar => source,
        }
    }

    /// Headings are names that other texts refer to: only a correction or a translation touches them.
    pub(super) fn touches_headings(self) -> bool {
        matches!(self, Self::Grammar | Self::ToEn | Self::ToZh)
    }

    /// Cells are too short to be reworded.
    pub(super) fn touches_cells(self) -> bool {
        matches!(self, Self::ToEn | Self::ToZh)
    }

    /// The instruction for a text in this language.
    pub(super) fn instruction(self, language: Language) -> String {
        let (task, has_rules) = match (self, language) {
            (Self::Polish, Language::Chinese) => (include_str!("prompts/polish.zh.md"), true),
            (Self::Polish, Language::English) => (include_str!("prompts/polish.en.md"), true),
            (Self::Shorten, Language::Chinese) => (include_str!("prompts/shorten.zh.md"), true),
            (Self::Shorten, Language::English) => (include_str!("prompts/shorten.en.md"), true),
            (Self::Expand, Language::Chinese) => (include_str!("prompts/expand.zh.md"), true),
            (Self::Expand, Language::English) => (include_str!("prompts/expand.en.md"), true),
            (Self::Formal, Language::Chinese) => (include_str!("prompts/formal.zh.md"), true),
            (Self::Formal, Language::English) => (include_str!("prompts/formal.en.md"), true),
            (Self::Plain, Language::Chinese) => (include_str!("prompts/plain.zh.md"), true),
            (Self::Plain, Language::English) => (include_str!("prompts/plain.en.md"), true),
            (Self::Continue, Language::Chinese) => (include_str!("prompts/continue.zh.md"), false),
            (Self::Continue, Language::English) => (include_str!("prompts/continue.en.md"), false),
            (Self::Grammar, Language::Chinese) => (include_str!("prompts/grammar.zh.md"), true),
            (Self::Grammar, Language::English) => (include_str!("prompts/grammar.en.md"), true),
            (Self::ToEn, _) => (include_str!("prompts/to-en.md"), false),
            (Self::ToZh, _) => (include_str!("prompts/to-zh.md"), false),
        };
        let rules = match (has_rules, language) {
            (false, _) => "",
            (true, Language::Chinese) => include_str!("prompts/rules.zh.md"),
            (true, Language::English) => include_str!("prompts/rules.en.md"),
        };
        format!("{}\n{}", task.trim_end(), rules.trim_end())
            .trim_end()
            .to_owned()
    }

    /// Tokens that a reply may have for so many tokens of text.
    pub(super) fn reply_tokens(self, tokens: usize) -> usize {
        let share = match self {
            Self::Shorten => 12,
            Self::Polish | Self::Formal | Self::Plain | Self::Grammar => 16,
            Self::Expand | Self::ToEn | Self::ToZh => 28,
            Self::Continue => return 420,
        };
        tokens * share / 10 + 60
    }

    /// Whether a reply of `new` characters can be this done to a text of `old`.
    pub(super) fn is_plausible(self, old: usize, new: usize) -> bool {
        // A few words may double; nothing can be said of them.
        let (least, most) = match self {
            Self::Shorten => (12, 100),
            Self::Expand => (90, 320),
            Self::Polish | Self::Formal | Self::Plain => (50, 180),
            Self::Grammar => (75, 135),
            Self::ToEn => (100, 900),
            Self::ToZh => (10, 120),
            Self::Continue => return (20..=1_500).contains(&new),
        };
        if old < 15 {
            return (1..=old * 10 + 30).contains(&new);
        }
        (old * least..=old * most).contains(&(new * 100))
    }
}
