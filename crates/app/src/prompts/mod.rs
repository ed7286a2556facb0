//! The prompt library: ready prompts and the user's own, one plain file each, in folders.
//!
//! The user's lie under `prompts` of the library's folder and may be edited with any editor. What is replaced or deleted
//! goes to `prompts/.trash` and can be brought back.

mod exchange;
mod ready;
mod trash;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use deskmate_core::{ErrorCode, WireError};
use deskmate_skills::{MAX_PROMPT_BYTES, PromptFile};
use serde::Serialize;
use walkdir::WalkDir;

use crate::home::Home;
use crate::skills::write_new;
pub use exchange::{Exported, ImportReport};

/// Folders deep that a prompt may lie.
const MOST_PARTS: usize = 4;

/// A prompt of the library.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PromptEntry {
    /// Its folders and name, divided by `/`, e.g. `writing/notice`.
    pub id: String,
    /// Whether it comes with the program; such a one is changed by saving one's own under its id.
    pub is_ready_made: bool,
    /// Why its file cannot be used; everything else is then empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub broken: Option<String>,
    /// The prompt.
    #[serde(flatten)]
    pub prompt: PromptFile,
}

/// The prompts of a library.
#[derive(Debug, Clone)]
pub struct Prompts {
    root: PathBuf,
}

impl Prompts {
    /// Those of this library; nothing has to exist.
    pub fn of(home: &Home) -> Self {
        Self {
            root: home.root().join("prompts"),
        }
    }

    /// All prompts by id: the user's own first where both have one.
    ///
    /// # Errors
    /// Those of reading the folder.
    pub fn list(&self) -> Result<Vec<PromptEntry>, WireError> {
        let mut entries: BTreeMap<String, PromptEntry> = BTreeMap::new();
        for (id, file) in ready::READY {
            entries.insert((*id).to_owned(), entry(id, true, PromptFile::parse(file)));
        }
        for id in self.own_ids()? {
            let read = self.read_own(&id);
            entries.insert(id.clone(), entry(&id, false, read));
        }
        Ok(entries.into_values().collect())
    }

    /// One prompt.
    ///
    /// # Errors
    /// `NotFound`; `InvalidInput` for a file that is no prompt.
    pub fn show(&self, id: &str) -> Result<PromptEntry, WireError> {
        let path = self.path(id)?;
        if path.exists() {
            return Ok(entry(id, false, Ok(self.read_own(id)?)));
        }
        let ready = ready::READY.iter().find(|(ready, _)| *ready == id);
        let (_, file) = ready.ok_or_else(|| {
            WireError::new(ErrorCode::NotFound, format!("there is no prompt `{id}`"))
                .with_hint("`deskmate prompts list` shows all")
        })?;
        Ok(entry(id, true, Ok(PromptFile::parse(file)?)))
    }

    /// A prompt's text with its variables filled in.
    ///
    /// # Errors
    /// As [`Prompts::show`]; `InvalidInput` for a variable that is not filled in.
    pub fn render(&self, id: &str, values: &BTreeMap<String, String>) -> Result<String, WireError> {
        self.show(id)?.prompt.render(values)
    }

    /// Saves a prompt under an id; one that was there goes to the trash.
    ///
    /// # Errors
    /// `InvalidInput` for an id or prompt that cannot be one; those of writing.
    pub fn save(&self, id: &str, prompt: &PromptFile) -> Result<PromptEntry, WireError> {
        let path = self.path(id)?;
        let file = prompt.to_file();
        // What is kept is what a reading gives back.
        let prompt = PromptFile::parse(&file)?;
        if file.len() as u64 > MAX_PROMPT_BYTES {
            return Err(WireError::new(
                ErrorCode::InvalidInput,
                format!("`{id}` is longer than {} KB", MAX_PROMPT_BYTES >> 10),
            ));
        }
        if path.exists() {
            self.discard(id)?;
        }
        write_new(&path, file.as_bytes())?;
        Ok(entry(id, false, Ok(prompt)))
    }

    /// Moves a prompt of the user's to the trash; a ready-made one under the same id shows again.
    ///
    /// # Errors
    /// `NotFound`; `InvalidInput` for a ready-made one; those of moving.
    pub fn delete(&self, id: &str) -> Result<(), WireError> {
        if self.path(id)?.exists() {
            return self.discard(id);
        }
        match self.show(id) {
            Ok(_) => Err(WireError::new(
                ErrorCode::InvalidInput,
                format!("`{id}` comes with the program and cannot be deleted"),
            )),
            Err(error) => Err(error),
        }
    }

    fn read_own(&self, id: &str) -> Result<PromptFile, WireError> {
        PromptFile::parse(&read_text(&self.path(id)?)?)
    }

    /// Where a prompt lies.
    fn path(&self, id: &str) -> Result<PathBuf, WireError> {
        Ok(self.root.join(format!("{}.md", checked(id)?)))
    }

    /// Ids of the user's own prompts, in order.
    fn own_ids(&self) -> Result<BTreeSet<String>, WireError> {
        Ok(files_below(&self.root)?
            .into_iter()
            .map(|(id, _)| id)
            .collect())
    }
}

/// The prompts' files below a folder, each with the id that its place gives; what cannot be an id is left out.
fn files_below(root: &Path) -> Result<Vec<(String, PathBuf)>, WireError> {
    let mut out = Vec::new();
    if !root.is_dir() {
        return Ok(out);
    }
    let walk = WalkDir::new(root)
        .max_depth(MOST_PARTS)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| {
            entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.')
        });
    for found in walk {
        let found = found.map_err(|error| {
            let path = error.path().unwrap_or(root).display().to_string();
            let code = error
                .io_error()
                .map_or(ErrorCode::Internal, ErrorCode::of_io);
            WireError::new(code, format!("could not read `{path}`"))
        })?;
        let path = found.path();
        let is_prompt = found.file_type().is_file()
            && path.extension().is_some_and(|extension| extension == "md");
        let id = path.strip_prefix(root).ok().map(|relative| {
            let parts: Vec<String> = relative
                .with_extension("")
                .components()
                .map(|part| part.as_os_str().to_string_lossy().into_owned())
                .collect();
            parts.join("/")
        });
        if let Some(id) = id.filter(|id| is_prompt && checked(id).is_ok()) {
            out.push((id, path.to_path_buf()));
        }
    }
    Ok(out)
}

fn entry(id: &str, is_ready_made: bool, prompt: Result<PromptFile, WireError>) -> PromptEntry {
    let (prompt, broken) = match prompt {
        Ok(prompt) => (prompt, None),
        Err(error) => (PromptFile::default(), Some(error.message)),
    };
    PromptEntry {
        id: id.to_owned(),
        is_ready_made,
        broken,
        prompt,
    }
}

/// An id that names a file inside of the folder on every system.
fn checked(id: &str) -> Result<&str, WireError> {
    let is_part = |part: &str| {
        let good =
            |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | ' ' | '.' | '（' | '）');
        !part.is_empty()
            && part.chars().count() <= 60
            && part.chars().all(good)
            && !part.starts_with(['.', ' '])
            && !part.ends_with(['.', ' '])
            && !is_device(part)
    };
    let parts: Vec<&str> = id.split('/').collect();
    if parts.len() <= MOST_PARTS && parts.iter().all(|part| is_part(part)) {
        return Ok(id);
    }
    Err(WireError::new(
        ErrorCode::InvalidInput,
        format!("`{id}` cannot be the name of a prompt"),
    )
    .with_hint("use letters, digits, `-` and `_`, with `/` between folders"))
}

/// Names that Windows keeps for devices.
fn is_device(part: &str) -> bool {
    let name = part.split('.').next().unwrap_or(part).to_lowercase();
    matches!(name.as_str(), "con" | "prn" | "aux" | "nul")
        || (name.len() == 4
            && (name.starts_with("com") || name.starts_with("lpt"))
            && name.ends_with(|c: char| c.is_ascii_digit()))
}

/// The text of a prompt's file.
fn read_text(path: &Path) -> Result<String, WireError> {
    let failed = |error: std::io::Error| {
        WireError::new(
            ErrorCode::of_io(&error),
            format!("could not read `{}`: {error}", path.display()),
        )
    };
    let bytes = std::fs::metadata(path).map_err(failed)?.len();
    if bytes > MAX_PROMPT_BYTES {
        return Err(WireError::new(
            ErrorCode::InvalidInput,
            format!("`{}` is too long for a prompt", path.display()),
        ));
    }
    std::fs::read_to_string(path).map_err(failed)
}

#[cfg(test)]
mod tests;
