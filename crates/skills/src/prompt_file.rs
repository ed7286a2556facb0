//! A prompt as a plain file: a TOML head between lines of `+++`, then the text with its variables `{{name}}`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use deskmate_core::{ErrorCode, WireError};
use regex::{Captures, Regex};
use serde::{Deserialize, Serialize};

static VARIABLE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\{\{\s*([\p{L}_][\p{L}\p{N}_-]{0,39})\s*\}\}")
        .expect("the tests use every pattern")
});

/// Longest file of a prompt, in bytes.
pub const MAX_PROMPT_BYTES: u64 = 256 << 10;

/// A prompt with its variables.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PromptFile {
    /// Name for people.
    pub title: String,
    /// One sentence on what it is for; may be empty.
    #[serde(default)]
    pub description: String,
    /// `zh`, `en`, or empty.
    #[serde(default)]
    pub language: String,
    /// What is filled in, in the order of the form. Every variable of the text is among them.
    #[serde(default)]
    pub variables: Vec<PromptVariable>,
    /// The text.
    #[serde(default)]
    pub text: String,
}

/// Something to fill in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PromptVariable {
    /// Its name in the text, without the braces.
    pub name: String,
    /// One sentence for people; may be empty.
    #[serde(default)]
    pub description: String,
    /// Used when nothing is filled in; empty: it must be.
    #[serde(default)]
    pub default: String,
}

#[derive(Serialize, Deserialize, Default)]
struct Head {
    #[serde(default)]
    title: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    language: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    variables: Vec<PromptVariable>,
}

impl PromptFile {
    /// Reads a file; one without a head is all text, its first line the title.
    ///
    /// # Errors
    /// `InvalidInput` for a head that is not TOML or is not closed, and for a text without anything in it.
    pub fn parse(file: &str) -> Result<Self, WireError> {
        let invalid = |message: String| {
            WireError::new(ErrorCode::InvalidInput, message)
                .with_hint("begin with `+++`, `title = \"…\"`, `+++`, then the text")
        };
        let file = file.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        let (head, text) = match file.strip_prefix("+++\n") {
            Some(rest) => {
                let (head, text) = rest
                    .split_once("\n+++\n")
                    .or_else(|| rest.strip_suffix("\n+++").map(|head| (head, "")))
                    .ok_or_else(|| invalid("the head of the prompt is not closed".to_owned()))?;
                let head: Head = toml::from_str(head).map_err(|error| {
                    invalid(format!(
                        "the head of the prompt cannot be read: {}",
                        error.message()
                    ))
                })?;
                (head, text)
            }
            None => (Head::default(), file.as_str()),
        };
        let text = text.trim().to_owned();
        if text.is_empty() {
            return Err(invalid("the prompt has no text".to_owned()));
        }
        let first = text.lines().next().unwrap_or_default();
        let first: String = first
            .trim_start_matches(['#', ' '])
            .chars()
            .take(40)
            .collect();
        let mut prompt = Self {
            title: if head.title.trim().is_empty() {
                first
            } else {
                head.title
            },
            description: head.description,
            language: head.language,
            variables: head.variables,
            text,
        };
        prompt.complete();
        Ok(prompt)
    }

    /// The file of a prompt; [`PromptFile::parse`] reads it back.
    pub fn to_file(&self) -> String {
        let head = Head {
            title: self.title.clone(),
            description: self.description.clone(),
            language: self.language.clone(),
            variables: self.variables.clone(),
        };
        let head = toml::to_string(&head).unwrap_or_default();
        format!("+++\n{}\n+++\n{}\n", head.trim_end(), self.text.trim())
    }

    /// Adds the variables of the text that the head does not name, drops those that the text does not have.
    fn complete(&mut self) {
        let names: Vec<String> = VARIABLE
            .captures_iter(&self.text)
            .map(|captures| captures[1].to_owned())
            .collect();
        self.variables
            .retain(|variable| names.contains(&variable.name));
        for name in names {
            if !self.variables.iter().any(|variable| variable.name == name) {
                self.variables.push(PromptVariable {
                    name,
                    ..PromptVariable::default()
                });
            }
        }
    }

    /// The text with its variables filled in. What a value holds is text: variables in it are not filled in.
    ///
    /// # Errors
    /// `InvalidInput` for a variable without value and default, and for a value that no variable has.
    pub fn render(&self, values: &BTreeMap<String, String>) -> Result<String, WireError> {
        let known: Vec<&str> = self.variables.iter().map(|one| one.name.as_str()).collect();
        if let Some(key) = values.keys().find(|key| !known.contains(&key.as_str())) {
            return Err(WireError::new(
                ErrorCode::InvalidInput,
                format!("the prompt has no variable `{key}`"),
            )
            .with_hint(format!("it knows: {}", known.join(", "))));
        }
        let value = |variable: &PromptVariable| {
            let given = values.get(&variable.name).filter(|value| !value.is_empty());
            given.unwrap_or(&variable.default).clone()
        };
        let missing: Vec<&str> = self
            .variables
            .iter()
            .filter(|variable| value(variable).is_empty())
            .map(|variable| variable.name.as_str())
            .collect();
        if !missing.is_empty() {
            return Err(WireError::new(
                ErrorCode::InvalidInput,
                format!("not filled in: {}", missing.join(", ")),
            )
            .with_hint("give each a value"));
        }
        let filled = VARIABLE.replace_all(&self.text, |captures: &Captures<'_>| {
            let variable = self.variables.iter().find(|one| one.name == captures[1]);
            variable.map(value).unwrap_or_default()
        });
        Ok(filled.into_owned())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn values(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs
            .iter()
            .map(|(key, value)| (key.to_string(), value.to_string()))
            .collect()
    }

    #[test]
    fn a_prompt_goes_to_its_file_and_back() {
        let file = "+++\ntitle = \"回信\"\nlanguage = \"zh\"\n\n[[variables]]\nname = \"语气\"\ndefault = \"礼貌\"\n+++\n回复{{来信}}，语气{{语气}}。\n";
        let prompt = PromptFile::parse(file).unwrap();
        let names: Vec<&str> = prompt.variables.iter().map(|v| v.name.as_str()).collect();
        assert_eq!(names, ["语气", "来信"]);
        assert_eq!(PromptFile::parse(&prompt.to_file()).unwrap(), prompt);
        let windows = file.replace('\n', "\r\n");
        assert_eq!(PromptFile::parse(&windows).unwrap(), prompt);
    }

    #[test]
    fn values_are_filled_in_once_and_defaults_where_none_is_given() {
        let prompt = PromptFile::parse("+++\ntitle = \"t\"\n[[variables]]\nname = \"b\"\ndefault = \"B\"\n+++\n{{a}} {{ b }} {{a}}").unwrap();
        assert_eq!(
            prompt.render(&values(&[("a", "{{b}}")])).unwrap(),
            "{{b}} B {{b}}"
        );
        let error = prompt.render(&values(&[])).unwrap_err();
        assert!(
            error.message.contains("`a`") || error.message.contains(": a"),
            "{}",
            error.message
        );
        assert_eq!(
            prompt
                .render(&values(&[("a", "x"), ("c", "y")]))
                .unwrap_err()
                .code,
            ErrorCode::InvalidInput
        );
    }

    #[test]
    fn a_plain_text_is_a_prompt_and_a_broken_head_is_an_error() {
        assert_eq!(
            PromptFile::parse("# 列要点\n列出{{文件}}的要点")
                .unwrap()
                .title,
            "列要点"
        );
        for broken in [
            "",
            "+++\ntitle = 1\n+++\nx",
            "+++\ntitle = \"x\"\nx",
            "+++\ntitle = \"x\"\n+++\n\n",
        ] {
            assert_eq!(
                PromptFile::parse(broken).unwrap_err().code,
                ErrorCode::InvalidInput,
                "{broken}"
            );
        }
    }
}
