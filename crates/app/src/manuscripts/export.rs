//! Manuscripts as files.

use std::path::{Path, PathBuf};

use deskmate_core::{ErrorCode, Manuscript, WireError};
use deskmate_formats::{
    DocumentLanguage, manuscript_docx, manuscript_html, manuscript_markdown, manuscript_pdf,
};
use deskmate_knowledge::{Language, language_of};
use deskmate_store::ManuscriptId;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::skills::{extension_of, write_new};

/// Characters that some file system does not take in a name.
const NOT_IN_NAMES: &str = "/\\:*?\"<>|";

/// A form in which a manuscript is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// For Word and WPS: with footnotes for its sources and with its open comments.
    Docx,
    /// Markdown with a list of its sources.
    Md,
    /// A page with a list of its sources.
    Html,
    /// Pages to print or to hand on, with its sources as footnotes.
    Pdf,
}

/// What to write, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ExportManuscriptParams {
    /// The manuscript.
    pub id: ManuscriptId,
    /// As what.
    pub format: ExportFormat,
    /// The folder for a new file with the manuscript's title as its name; absent: the library's `exports`.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional = nullable))]
    pub folder: Option<PathBuf>,
}

/// A written manuscript.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ExportedManuscript {
    /// The file.
    pub path: PathBuf,
    /// Comments that the file holds.
    pub comments: usize,
    /// Sources that the file names.
    pub citations: usize,
}

impl ExportFormat {
    /// All of them, the usual one first.
    pub const ALL: [Self; 4] = [Self::Docx, Self::Md, Self::Html, Self::Pdf];

    /// The extension of its files.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Docx => "docx",
            Self::Md => "md",
            Self::Html => "html",
            Self::Pdf => "pdf",
        }
    }

    /// The form that a file of this name asks for.
    ///
    /// # Errors
    /// `InvalidInput` for any other extension.
    pub fn of_path(path: &Path) -> Result<Self, WireError> {
        let extension = extension_of(path);
        let all = Self::ALL.into_iter();
        all.clone()
            .find(|format| format.extension() == extension)
            .ok_or_else(|| {
                let known: Vec<&str> = all.map(Self::extension).collect();
                WireError::new(
                    ErrorCode::InvalidInput,
                    format!(
                        "`{}` has no extension that a document can be written with",
                        path.display()
                    ),
                )
                .with_hint(format!("choose among: {}", known.join(", ")))
            })
    }
}

impl App {
    /// Writes a manuscript into a folder under a name that is free; nothing is overwritten.
    ///
    /// # Errors
    /// `NotFound`; those of writing.
    pub fn export_manuscript(
        &self,
        params: &ExportManuscriptParams,
    ) -> Result<ExportedManuscript, WireError> {
        let folder = match &params.folder {
            Some(folder) => folder.clone(),
            None => self.home().root().join("exports"),
        };
        let title = self.manuscript(params.id, None)?.summary.title;
        let path = free_path(&folder, &file_stem(&title), params.format.extension());
        self.write_manuscript(params.id, params.format, &path)
    }

    /// Writes a manuscript to a new file, in the form that its extension asks for.
    ///
    /// # Errors
    /// `NotFound`; `InvalidInput` for an extension that it cannot be written with or a file that exists; those of writing.
    pub fn export_manuscript_to(
        &self,
        id: ManuscriptId,
        path: &Path,
    ) -> Result<ExportedManuscript, WireError> {
        self.write_manuscript(id, ExportFormat::of_path(path)?, path)
    }

    /// A content as Markdown, with the list of its sources.
    pub fn manuscript_text(&self, content: &Manuscript) -> String {
        manuscript_markdown(content)
    }

    fn write_manuscript(
        &self,
        id: ManuscriptId,
        format: ExportFormat,
        path: &Path,
    ) -> Result<ExportedManuscript, WireError> {
        let stored = self.manuscript(id, None)?;
        let bytes = rendered(&stored.summary.title, &stored.content, format)?;
        write_new(path, &bytes)?;
        let open = stored.content.comments.iter().filter(|one| !one.resolved);
        Ok(ExportedManuscript {
            path: std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf()),
            comments: match format {
                ExportFormat::Docx => open.count(),
                ExportFormat::Md | ExportFormat::Html | ExportFormat::Pdf => 0,
            },
            citations: stored.content.cited().len(),
        })
    }
}

fn rendered(title: &str, content: &Manuscript, format: ExportFormat) -> Result<Vec<u8>, WireError> {
    let sample: String = content.text().chars().take(4_000).collect();
    let language = match language_of(&sample) {
        Language::Chinese => DocumentLanguage::Chinese,
        Language::English => DocumentLanguage::English,
    };
    match format {
        ExportFormat::Docx => manuscript_docx(title, content, language),
        ExportFormat::Pdf => manuscript_pdf(title, content, language),
        ExportFormat::Md => Ok(manuscript_markdown(content).into_bytes()),
        ExportFormat::Html => Ok(manuscript_html(title, content).into_bytes()),
    }
}

/// A title as the name of a file, on every system.
fn file_stem(title: &str) -> String {
    let name: String = title
        .chars()
        .map(|c| match NOT_IN_NAMES.contains(c) || c.is_control() {
            true => '_',
            false => c,
        })
        .take(60)
        .collect();
    let name = name.trim().trim_matches('.').trim();
    match name.is_empty() {
        true => "document".to_owned(),
        false => name.to_owned(),
    }
}

fn free_path(folder: &Path, stem: &str, extension: &str) -> PathBuf {
    let name = |number: usize| match number {
        1 => folder.join(format!("{stem}.{extension}")),
        _ => folder.join(format!("{stem}-{number}.{extension}")),
    };
    (1..10_000)
        .map(name)
        .find(|path| !path.exists())
        .unwrap_or_else(|| name(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_becomes_a_name_that_every_system_takes() {
        for (title, expected) in [
            ("2024/25 预算：说明?", "2024_25 预算：说明_"),
            ("..", "document"),
            ("", "document"),
            ("a\tb", "a_b"),
        ] {
            assert_eq!(file_stem(title), expected);
        }
    }

    #[test]
    fn the_extension_chooses_the_form() {
        assert_eq!(
            ExportFormat::of_path(Path::new("a.DOCX")),
            Ok(ExportFormat::Docx)
        );
        let error = ExportFormat::of_path(Path::new("a.odt")).err();
        assert_eq!(error.map(|error| error.code), Some(ErrorCode::InvalidInput));
    }
}
