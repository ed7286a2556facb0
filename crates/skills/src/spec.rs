//! What a skill says of itself, read from its `skill.toml`.

use std::collections::BTreeMap;

use deskmate_core::{ErrorCode, WireError};
use serde::{Deserialize, Serialize};

/// A skill's name, inputs and needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct SkillSpec {
    /// Short name for the command line.
    pub id: String,
    /// Name for people, Chinese.
    pub name_zh: String,
    /// Name for people, English.
    pub name_en: String,
    /// One sentence on what it does, English.
    pub description: String,
    /// How many files it takes at least.
    pub min_files: usize,
    /// Whether it asks the language model; one that does not is not started for it.
    #[serde(default = "yes")]
    pub needs_model: bool,
    /// Whether its files are checked against the standard of official documents before it runs.
    #[serde(default)]
    pub inspects_official: bool,
    /// Whether it makes several files, written into a folder.
    #[serde(default)]
    pub makes_pack: bool,
    /// Its inputs.
    #[serde(default)]
    pub inputs: Vec<InputSpec>,
}

fn yes() -> bool {
    true
}

/// An input of a skill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct InputSpec {
    /// Its key on the command line.
    pub key: String,
    /// What it holds.
    pub kind: InputKind,
    /// Used when it is not given.
    #[serde(default)]
    pub default: String,
    /// The values of a choice.
    #[serde(default)]
    pub choices: Vec<String>,
    /// One sentence for people.
    pub description: String,
}

/// Kinds of inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum InputKind {
    /// Any text.
    Text,
    /// One of the choices.
    Choice,
    /// A whole number, at least 1.
    Number,
    /// Path of a file, or nothing.
    File,
}

impl SkillSpec {
    /// Fills in the defaults and refuses what the skill does not know.
    ///
    /// # Errors
    /// `InvalidInput` for an unknown key, a value outside the choices, or too few files.
    pub fn complete(
        &self,
        given: &BTreeMap<String, String>,
        files: usize,
    ) -> Result<BTreeMap<String, String>, WireError> {
        let invalid = |message: String| WireError::new(ErrorCode::InvalidInput, message);
        if files < self.min_files {
            return Err(invalid(format!(
                "`{}` needs {} file or more",
                self.id, self.min_files
            ))
            .with_hint("name it with `--file PATH`"));
        }
        for key in given.keys() {
            if !self.inputs.iter().any(|input| input.key == *key) {
                let known: Vec<&str> = self.inputs.iter().map(|i| i.key.as_str()).collect();
                return Err(invalid(format!("`{}` has no input `{key}`", self.id))
                    .with_hint(format!("it knows: {}", known.join(", "))));
            }
        }
        self.inputs
            .iter()
            .map(|input| {
                let value = given.get(&input.key).unwrap_or(&input.default);
                if input.kind == InputKind::Choice && !input.choices.contains(value) {
                    return Err(
                        invalid(format!("`{value}` is not a value of `{}`", input.key))
                            .with_hint(format!("choose among: {}", input.choices.join(", "))),
                    );
                }
                let is_number = value.parse::<u32>().is_ok_and(|number| number > 0);
                if input.kind == InputKind::Number && !value.is_empty() && !is_number {
                    return Err(invalid(format!(
                        "`{value}` is not a whole number for `{}`",
                        input.key
                    )));
                }
                Ok((input.key.clone(), value.clone()))
            })
            .collect()
    }
}
