//! What every skill is and works with.

use std::collections::BTreeMap;
use std::path::PathBuf;

use deskmate_core::{
    ArtifactKind, CancelToken, Citation, Document, Embedder, JobEvent, TextGenerator, Usage,
    WireError,
};
use serde::Serialize;

use crate::spec::SkillSpec;

/// A fixed pipeline from files and inputs to an artifact.
pub trait Skill: Send + Sync {
    /// Its name, inputs and needs.
    fn spec(&self) -> &SkillSpec;

    /// Does the work, telling `sink` how far it is.
    ///
    /// # Errors
    /// `InvalidInput`; `Cancelled`; those of the engines.
    fn run(
        &self,
        context: &SkillContext<'_>,
        input: &SkillInput,
        sink: &mut dyn FnMut(JobEvent),
    ) -> Result<SkillOutput, WireError>;
}

/// The engines, and the flag that stops the work.
#[derive(Clone, Copy)]
pub struct SkillContext<'a> {
    /// The language model.
    pub generator: &'a dyn TextGenerator,
    /// For citations across languages.
    pub embedder: Option<&'a dyn Embedder>,
    /// Looked at in every step.
    pub cancel: &'a CancelToken,
}

/// What the user gives.
#[derive(Debug, Clone, Default)]
pub struct SkillInput {
    /// Inputs by key, as [`SkillSpec::complete`] gives them.
    pub values: BTreeMap<String, String>,
    /// The files, read.
    pub sources: Vec<SkillSource>,
}

/// A file that was read for a skill.
#[derive(Debug, Clone)]
pub struct SkillSource {
    /// Where it lies.
    pub path: PathBuf,
    /// What people call it.
    pub title: String,
    /// Its content.
    pub document: Document,
}

/// What a skill made, as a value; the app renders it to a file.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Artifact {
    /// Running text.
    Document(Document),
}

impl Artifact {
    /// What it is.
    pub fn kind(&self) -> ArtifactKind {
        match self {
            Self::Document(_) => ArtifactKind::Document,
        }
    }
}

/// An artifact with what was checked of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SkillOutput {
    /// The result.
    pub artifact: Artifact,
    /// The places behind its markers.
    pub citations: Vec<Citation>,
    /// What was checked.
    pub checks: Vec<Check>,
    /// What it took, summed over all steps.
    pub usage: Usage,
}

/// Something that was checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Check {
    /// What, as a key.
    pub name: String,
    /// Whether it holds.
    pub passed: bool,
    /// One sentence with the figures.
    pub detail: String,
}
