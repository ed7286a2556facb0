//! Prompts in and out: a folder of files, one file, or a zip of a folder.

use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};

use deskmate_core::{ErrorCode, WireError};
use deskmate_skills::{MAX_PROMPT_BYTES, PromptFile};
use serde::Serialize;
use zip::write::SimpleFileOptions;

use super::{Prompts, checked, files_below, read_text};
use crate::skills::write_new;

/// Most prompts that are taken in at once.
const MOST_PROMPTS: usize = 2_000;

/// What became of an import.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ImportReport {
    /// Ids that are new; one that was taken already has a number behind it.
    pub added: Vec<String>,
    /// Ids whose prompt was there already, word for word.
    pub unchanged: Vec<String>,
    /// Files that are no prompts, with the reason.
    pub refused: Vec<String>,
}

/// What an export wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Exported {
    /// Prompts in it.
    pub exported: usize,
    /// The folder or zip.
    pub path: PathBuf,
}

impl Prompts {
    /// Takes prompts in from a folder, a zip or a single file; nothing that is there is overwritten.
    ///
    /// # Errors
    /// `InvalidInput` for a zip that cannot be read or holds too much; those of reading and writing.
    pub fn import(&self, from: &Path) -> Result<ImportReport, WireError> {
        let is_zip = from
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("zip"));
        let files: Vec<(String, Result<String, WireError>)> = if from.is_dir() {
            files_below(from)?
                .into_iter()
                .take(MOST_PROMPTS)
                .map(|(id, path)| (id, read_text(&path)))
                .collect()
        } else if is_zip {
            read_zip(from)?
        } else {
            let name = from.file_stem().unwrap_or_default().to_string_lossy();
            vec![(name.into_owned(), read_text(from))]
        };
        let mut report = ImportReport::default();
        for (id, text) in files {
            let prompt = checked(&id).and_then(|_| PromptFile::parse(&text?));
            match prompt {
                Ok(prompt) => self.take_in(&id, &prompt, &mut report)?,
                Err(error) => report.refused.push(format!("{id}: {}", error.message)),
            }
        }
        Ok(report)
    }

    fn take_in(
        &self,
        id: &str,
        prompt: &PromptFile,
        report: &mut ImportReport,
    ) -> Result<(), WireError> {
        for number in 1..1_000 {
            let id = match number {
                1 => id.to_owned(),
                _ => format!("{id}-{number}"),
            };
            match self.show(&id) {
                Ok(known) if known.prompt == *prompt => {
                    report.unchanged.push(id);
                    return Ok(());
                }
                Err(error) if error.code == ErrorCode::NotFound => {
                    self.save(&id, prompt)?;
                    report.added.push(id);
                    return Ok(());
                }
                // Another prompt has this name, or a file that cannot be read, which stays.
                Ok(_) | Err(_) => {}
            }
        }
        report.refused.push(format!("{id}: too many of this name"));
        Ok(())
    }

    /// Writes the user's prompts, or all with the ready-made ones, to a new folder or a new `.zip`; gives their number.
    ///
    /// # Errors
    /// `InvalidInput` when the place is taken; those of writing.
    pub fn export(&self, to: &Path, with_ready_made: bool) -> Result<usize, WireError> {
        if to.exists() {
            return Err(WireError::new(
                ErrorCode::InvalidInput,
                format!("`{}` exists already", to.display()),
            )
            .with_hint("choose another name; nothing is overwritten"));
        }
        let entries: Vec<_> = self
            .list()?
            .into_iter()
            .filter(|entry| entry.broken.is_none() && (with_ready_made || !entry.is_ready_made))
            .collect();
        let is_zip = to
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("zip"));
        if is_zip {
            let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
            let failed = |error: String| {
                WireError::new(
                    ErrorCode::Internal,
                    format!("could not pack the prompts: {error}"),
                )
            };
            for entry in &entries {
                let name = format!("{}.md", entry.id);
                zip.start_file(name, SimpleFileOptions::default())
                    .map_err(|error| failed(error.to_string()))?;
                zip.write_all(entry.prompt.to_file().as_bytes())
                    .map_err(|error| failed(error.to_string()))?;
            }
            let bytes = zip.finish().map_err(|error| failed(error.to_string()))?;
            write_new(to, &bytes.into_inner())?;
        } else {
            for entry in &entries {
                let path = to.join(format!("{}.md", entry.id));
                write_new(&path, entry.prompt.to_file().as_bytes())?;
            }
        }
        Ok(entries.len())
    }

    /// Writes them to a new zip in a folder, under the first name of `prompts.zip`, `prompts-2.zip` and so on that is free.
    ///
    /// # Errors
    /// As [`Prompts::export`].
    pub fn export_into(&self, folder: &Path, with_ready_made: bool) -> Result<Exported, WireError> {
        let named = |number: u32| match number {
            1 => folder.join("prompts.zip"),
            _ => folder.join(format!("prompts-{number}.zip")),
        };
        let path = (1..10_000)
            .map(named)
            .find(|path| !path.exists())
            .unwrap_or_else(|| named(1));
        let exported = self.export(&path, with_ready_made)?;
        Ok(Exported { exported, path })
    }
}

/// A file's name with its text, or why it cannot be read.
type NamedText = (String, Result<String, WireError>);

/// The prompts in a zip. Names lead nowhere but to an id, and no entry is unpacked beyond a prompt's length.
fn read_zip(path: &Path) -> Result<Vec<NamedText>, WireError> {
    let invalid = |reason: &str| {
        WireError::new(
            ErrorCode::InvalidInput,
            format!("`{}` cannot be imported: {reason}", path.display()),
        )
    };
    let file = std::fs::File::open(path).map_err(|error| {
        WireError::new(
            ErrorCode::of_io(&error),
            format!("could not read `{}`: {error}", path.display()),
        )
    })?;
    let mut zip =
        zip::ZipArchive::new(std::io::BufReader::new(file)).map_err(|_| invalid("it is no zip"))?;
    if zip.len() > MOST_PROMPTS {
        return Err(invalid("it holds too many files"));
    }
    let mut out = Vec::new();
    for index in 0..zip.len() {
        let entry = zip.by_index(index).map_err(|_| invalid("it is damaged"))?;
        let name = entry
            .name()
            .map_err(|_| invalid("it is damaged"))?
            .replace('\\', "/");
        let Some(id) = name.strip_suffix(".md").filter(|_| entry.is_file()) else {
            continue;
        };
        let id = id.to_owned();
        let mut text = String::new();
        let read = entry.take(MAX_PROMPT_BYTES + 1).read_to_string(&mut text);
        let text = match read {
            Ok(bytes) if bytes as u64 <= MAX_PROMPT_BYTES => Ok(text),
            Ok(_) => Err(invalid("a file is too long for a prompt")),
            Err(_) => Err(invalid("a file is no text")),
        };
        out.push((id, text));
    }
    Ok(out)
}
