//! An artifact as files, whole in memory: one for most, several for a pack.

use deskmate_core::{ArtifactKind, Citation, ReadWarning, WireError};
use deskmate_formats::{DeckOptions, write_pptx};

use crate::skill::Artifact;

/// A file of an artifact.
#[derive(Debug, Clone, PartialEq)]
pub struct RenderedFile {
    /// Name without an extension for a part of a pack; empty for an artifact of one file.
    pub name: String,
    /// Extension, lower case without the dot.
    pub extension: String,
    /// What it is.
    pub kind: ArtifactKind,
    /// Its content.
    pub bytes: Vec<u8>,
    /// What the writer wants known, e.g. layouts that a template lacks.
    pub warnings: Vec<ReadWarning>,
}

impl Artifact {
    /// The files of this artifact. `extension` is that of an artifact of one file; the parts of a pack have their own.
    ///
    /// `template` is the user's presentation that slides are built on. Nothing is given back unless all can be written.
    ///
    /// # Errors
    /// Those of [`Artifact::render`]; those of reading the template.
    pub fn files(
        &self,
        extension: &str,
        citations: &[Citation],
        template: Option<&[u8]>,
    ) -> Result<Vec<RenderedFile>, WireError> {
        let (bytes, warnings) = match (self, extension) {
            (Self::Pack { parts }, _) => {
                let mut files = Vec::new();
                for part in parts {
                    let own = part.artifact.own_citations().unwrap_or(citations);
                    for file in part.artifact.files(&part.extension, own, template)? {
                        files.push(RenderedFile {
                            name: part.name.clone(),
                            ..file
                        });
                    }
                }
                return Ok(files);
            }
            (Self::Deck(deck), "pptx") => {
                let options = DeckOptions {
                    template,
                    created: None,
                };
                let written = write_pptx(deck, &options)?;
                (written.bytes, written.warnings)
            }
            _ => (self.render(extension, citations)?, Vec::new()),
        };
        Ok(vec![RenderedFile {
            name: String::new(),
            extension: extension.to_string(),
            kind: self.kind(),
            bytes,
            warnings,
        }])
    }

    /// The places that the artifact itself carries.
    pub(crate) fn own_citations(&self) -> Option<&[Citation]> {
        match self {
            Self::Deck(deck) => Some(&deck.citations),
            Self::Quiz(quiz) => Some(&quiz.citations),
            Self::LessonPlan(plan) => Some(&plan.citations),
            Self::Worksheet(worksheet) => Some(&worksheet.citations),
            Self::Document(_)
            | Self::Draft(_)
            | Self::Rewrite(_)
            | Self::Official(_)
            | Self::OfficialReport { .. }
            | Self::OfficialCorrection(_)
            | Self::Comparison { .. }
            | Self::Table(_)
            | Self::Pack { .. } => None,
        }
    }
}
