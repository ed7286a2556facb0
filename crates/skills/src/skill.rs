//! What every skill is and works with.

use std::collections::BTreeMap;
use std::path::PathBuf;

use deskmate_core::{
    ArtifactKind, CancelToken, Citation, Deck, Document, Embedder, ErrorCode, Generation,
    GenerationRequest, JobEvent, LessonPlan, Quiz, TextGenerator, Usage, WireError, Worksheet,
};
use deskmate_formats::{OfficialCorrection, OfficialDocument, OfficialReport};
use deskmate_knowledge::Language;
use serde::Serialize;

use crate::compare::Comparison;
use crate::draft::Draft;
use crate::extract_table::ExtractedTable;
use crate::rewrite::Rewrite;
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

impl SkillInput {
    /// A whole number of the inputs, or the usual one where none is given.
    pub(crate) fn number(&self, key: &str, usual: usize) -> usize {
        let given = self.values.get(key);
        given
            .and_then(|value| value.trim().parse().ok())
            .unwrap_or(usual)
    }
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
    /// What the official checker found in the file itself and put right in a copy; only for skills whose spec says
    /// `inspects_official`.
    pub inspection: Option<OfficialInspection>,
}

/// A file checked against the standard of official documents, with its corrected copy.
#[derive(Debug, Clone, PartialEq)]
pub struct OfficialInspection {
    /// What was found.
    pub report: OfficialReport,
    /// The copy in which it is put right.
    pub correction: OfficialCorrection,
}

/// What a skill made, as a value; the app renders it to a file.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Artifact {
    /// Running text.
    Document(Document),
    /// An official document.
    Official(Box<OfficialDocument>),
    /// What the official checker found.
    OfficialReport {
        /// Name of the file.
        title: String,
        /// The findings.
        report: OfficialReport,
        /// Language of the words around them.
        #[serde(skip)]
        language: Language,
    },
    /// A corrected copy of an official document.
    OfficialCorrection(OfficialCorrection),
    /// A drafted document.
    Draft(Box<Draft>),
    /// A text rewritten, each change to be taken or left.
    Rewrite(Box<Rewrite>),
    /// Two versions compared.
    Comparison {
        /// The rows.
        comparison: Comparison,
        /// Language of the table's headings.
        #[serde(skip)]
        language: Language,
    },
    /// A table taken out of texts.
    Table(Box<ExtractedTable>),
    /// Slides.
    Deck(Deck),
    /// A test with its key.
    Quiz(Quiz),
    /// A plan for a lesson.
    LessonPlan(LessonPlan),
    /// Items at three levels.
    Worksheet(Worksheet),
    /// Several artifacts that belong together, written as files beside each other.
    Pack {
        /// In order.
        parts: Vec<PackPart>,
    },
}

/// One artifact of a pack.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PackPart {
    /// Name for its file, without an extension.
    pub name: String,
    /// Extension of its usual file, e.g. `pptx`.
    pub extension: String,
    /// The artifact; never a pack.
    pub artifact: Artifact,
}

impl Artifact {
    /// What it is.
    pub fn kind(&self) -> ArtifactKind {
        match self {
            Self::Document(_)
            | Self::Official(_)
            | Self::OfficialReport { .. }
            | Self::OfficialCorrection(_)
            | Self::Draft(_)
            | Self::Rewrite(_) => ArtifactKind::Document,
            Self::Comparison { .. } => ArtifactKind::Comparison,
            Self::Table(_) => ArtifactKind::Table,
            Self::Deck(_) => ArtifactKind::Deck,
            Self::Quiz(_) => ArtifactKind::Quiz,
            Self::LessonPlan(_) => ArtifactKind::LessonPlan,
            Self::Worksheet(_) => ArtifactKind::Worksheet,
            Self::Pack { .. } => ArtifactKind::Pack,
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

impl Check {
    /// A check with its figures.
    pub(crate) fn new(name: &str, passed: bool, detail: impl Into<String>) -> Self {
        Self {
            name: name.to_string(),
            passed,
            detail: detail.into(),
        }
    }
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

/// The generator of a skill that needs no model: it only says so.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoGenerator;

impl NoGenerator {
    fn refuse() -> WireError {
        WireError::new(
            ErrorCode::Internal,
            "a skill that says it needs no model asked for one",
        )
    }
}

impl TextGenerator for NoGenerator {
    fn generate(
        &self,
        _request: &GenerationRequest,
        _cancel: &CancelToken,
        _on_text: &mut dyn FnMut(&str),
    ) -> Result<Generation, WireError> {
        Err(Self::refuse())
    }

    fn count_tokens(&self, _texts: &[String]) -> Result<Vec<usize>, WireError> {
        Err(Self::refuse())
    }

    fn context_window(&self) -> Result<usize, WireError> {
        Err(Self::refuse())
    }
}
