//! What the user writes: begun empty, from a result or from a file; saved, restored, exported.

mod export;

use std::collections::BTreeSet;
use std::path::Path;

use deskmate_core::{CancelToken, ErrorCode, Manuscript, Passage, ReadWarning, WireError};
use deskmate_store::{
    ManuscriptId, ManuscriptSummary, ManuscriptVersion, StoredManuscript, VersionId,
};
use serde::{Deserialize, Serialize};

pub use export::{ExportFormat, ExportManuscriptParams, ExportedManuscript};

use crate::app::App;
use crate::changes::Changed;
use crate::parse::read_manuscript_file;

/// Longest title, in characters: it becomes the name of a file.
const LONGEST_TITLE: usize = 120;

/// Largest content in bytes of its stored form; a hundred times a long report.
const LARGEST_BYTES: usize = 32 << 20;

/// A manuscript to begin.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct NewManuscriptParams {
    /// Its title, possibly empty.
    pub title: String,
    /// What stands in it at first.
    pub content: Manuscript,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SaveManuscriptParams {
    /// The manuscript.
    pub id: ManuscriptId,
    /// Its title, possibly empty.
    pub title: String,
    /// What stands in it now.
    pub content: Manuscript,
}

/// A manuscript made from a file.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ImportedManuscript {
    /// The manuscript.
    #[serde(flatten)]
    pub manuscript: StoredManuscript,
    /// What of the file is not in it.
    pub warnings: Vec<ReadWarning>,
}

impl App {
    /// The manuscripts, the one that changed last first.
    ///
    /// # Errors
    /// Those of the store.
    pub fn manuscripts(&self) -> Result<Vec<ManuscriptSummary>, WireError> {
        self.library().manuscripts()
    }

    /// A manuscript in one of its versions; `None` for the newest.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn manuscript(
        &self,
        id: ManuscriptId,
        version: Option<VersionId>,
    ) -> Result<StoredManuscript, WireError> {
        self.library().manuscript(id, version)
    }

    /// The versions of a manuscript, the newest first.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn manuscript_versions(
        &self,
        id: ManuscriptId,
    ) -> Result<Vec<ManuscriptVersion>, WireError> {
        self.library().manuscript_versions(id)
    }

    /// Begins a manuscript.
    ///
    /// # Errors
    /// `InvalidInput` for a content that is not whole; `DiskFull`.
    pub fn new_manuscript(
        &self,
        params: &NewManuscriptParams,
    ) -> Result<StoredManuscript, WireError> {
        check_content(&params.content)?;
        let title = plain_title(&params.title);
        let id = self.library().create_manuscript(&title, &params.content)?;
        self.changes().tell(Changed::Manuscripts);
        self.library().manuscript(id, None)
    }

    /// Begins a manuscript with what a file holds; the file itself stays as it is.
    ///
    /// # Errors
    /// `NotFound`; those of reading the file and of [`App::new_manuscript`].
    pub fn import_manuscript(
        &self,
        path: &Path,
        cancel: &CancelToken,
    ) -> Result<ImportedManuscript, WireError> {
        let read = read_manuscript_file(path, &[], cancel)?;
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let title = read.title.filter(|title| !title.trim().is_empty());
        let manuscript = self.new_manuscript(&NewManuscriptParams {
            title: title.unwrap_or_else(|| stem.into_owned()),
            content: read.manuscript,
        })?;
        Ok(ImportedManuscript {
            manuscript,
            warnings: read.warnings,
        })
    }

    /// Keeps what was written; within ten minutes from the first, an autosave takes the place of the one before.
    ///
    /// # Errors
    /// `NotFound`; `InvalidInput` for a content that is not whole; `DiskFull`.
    pub fn save_manuscript(
        &self,
        params: &SaveManuscriptParams,
    ) -> Result<StoredManuscript, WireError> {
        check_content(&params.content)?;
        let title = plain_title(&params.title);
        let saved = self
            .library()
            .save_manuscript(params.id, &title, &params.content)?;
        self.changes().tell(Changed::Manuscripts);
        Ok(saved)
    }

    /// Puts the text of a file in the place of what stands in a manuscript. The file's marks `[3]` of its citations stay
    /// citations; comments stay beside the text, since a file of text does not say where they hang.
    ///
    /// # Errors
    /// `NotFound`; those of reading the file.
    pub fn save_manuscript_from(
        &self,
        id: ManuscriptId,
        path: &Path,
        cancel: &CancelToken,
    ) -> Result<ImportedManuscript, WireError> {
        let before = self.library().manuscript(id, None)?;
        let read = read_manuscript_file(path, &before.content.citations, cancel)?;
        let content = Manuscript {
            comments: before.content.comments,
            ..read.manuscript
        };
        let manuscript = self.save_manuscript(&SaveManuscriptParams {
            id,
            title: before.summary.title,
            content,
        })?;
        Ok(ImportedManuscript {
            manuscript,
            warnings: read.warnings,
        })
    }

    /// Gives the newest version a name, by which it stays as it is.
    ///
    /// # Errors
    /// `NotFound`; `InvalidInput` for an empty name.
    pub fn name_manuscript_version(
        &self,
        id: ManuscriptId,
        name: &str,
    ) -> Result<ManuscriptVersion, WireError> {
        let name = plain_title(name);
        if name.is_empty() {
            return Err(WireError::new(ErrorCode::InvalidInput, "the name is empty"));
        }
        self.library().name_manuscript_version(id, &name)
    }

    /// Makes an older version the newest again; what was there before stays a version.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn restore_manuscript_version(
        &self,
        id: ManuscriptId,
        version: VersionId,
    ) -> Result<StoredManuscript, WireError> {
        let restored = self.library().restore_manuscript_version(id, version)?;
        self.changes().tell(Changed::Manuscripts);
        Ok(restored)
    }

    /// Deletes a manuscript; [`App::undelete_manuscript`] takes it back.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn delete_manuscript(&self, id: ManuscriptId) -> Result<(), WireError> {
        self.library().delete_manuscript(id)?;
        self.changes().tell(Changed::Manuscripts);
        Ok(())
    }

    /// Takes a deletion back.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn undelete_manuscript(&self, id: ManuscriptId) -> Result<(), WireError> {
        self.library().undelete_manuscript(id)?;
        self.changes().tell(Changed::Manuscripts);
        Ok(())
    }
}

/// A title in one line, of bounded length.
fn plain_title(title: &str) -> String {
    let words: Vec<&str> = title.split_whitespace().collect();
    words.join(" ").chars().take(LONGEST_TITLE).collect()
}

/// Refuses a content that could not be shown or exported as it is: what comes from a window is checked here, once.
fn check_content(content: &Manuscript) -> Result<(), WireError> {
    let invalid = |message: String| Err(WireError::new(ErrorCode::InvalidInput, message));
    let markers: BTreeSet<u32> = content.citations.iter().map(|one| one.marker).collect();
    if markers.len() != content.citations.len() {
        return invalid("two citations have the same number".to_owned());
    }
    let comments: BTreeSet<u32> = content.comments.iter().map(|one| one.id).collect();
    if comments.len() != content.comments.len() {
        return invalid("two comments have the same number".to_owned());
    }
    let mut wrong = None;
    content.each_run(&mut |run| {
        if let Some(marker) = run.cite.filter(|marker| !markers.contains(marker)) {
            wrong = Some(format!("the text cites `{marker}`, which is no citation"));
        } else if let Some(id) = run.comments.iter().find(|id| !comments.contains(id)) {
            wrong = Some(format!("the text names the comment `{id}`, which is none"));
        }
    });
    if let Some(message) = wrong {
        return invalid(message);
    }
    for passage in &content.passages {
        if let Passage::Table { rows, .. } = passage {
            let width = rows.first().map_or(0, Vec::len);
            if width == 0 || rows.iter().any(|row| row.len() != width) {
                return invalid("the rows of a table differ in their number of cells".to_owned());
            }
        }
    }
    let bytes = serde_json::to_vec(content).map_or(0, |json| json.len());
    if bytes > LARGEST_BYTES {
        return Err(WireError::new(
            ErrorCode::FileTooLarge,
            format!("the text is larger than {} MiB", LARGEST_BYTES >> 20),
        )
        .with_hint("divide it into several documents"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use deskmate_core::{Comment, Run};

    use super::*;

    fn holding(runs: Vec<Run>) -> Manuscript {
        Manuscript {
            passages: vec![Passage::Paragraph { runs }],
            ..Manuscript::default()
        }
    }

    #[test]
    fn a_content_that_is_not_whole_is_refused() {
        let ragged = Manuscript {
            passages: vec![Passage::Table {
                header_rows: 0,
                rows: vec![vec![Vec::new()], Vec::new()],
            }],
            ..Manuscript::default()
        };
        let comment = Comment {
            id: 1,
            text: String::new(),
            resolved: false,
            at_ms: 0,
        };
        let twice = Manuscript {
            comments: vec![comment.clone(), comment],
            ..Manuscript::default()
        };
        let dangling = Run {
            comments: vec![4],
            ..Run::plain("x")
        };
        for content in [
            holding(vec![Run::citation(3)]),
            holding(vec![dangling]),
            ragged,
            twice,
        ] {
            let error = check_content(&content).err();
            assert_eq!(error.map(|error| error.code), Some(ErrorCode::InvalidInput));
        }
        assert_eq!(check_content(&holding(vec![Run::plain("[3]")])), Ok(()));
    }

    #[test]
    fn a_title_is_one_line_of_bounded_length() {
        assert_eq!(plain_title("  年度\n 报告 "), "年度 报告");
        assert_eq!(plain_title(&"长".repeat(500)).chars().count(), 120);
    }
}
