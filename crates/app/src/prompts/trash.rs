//! What was deleted or replaced, and how it comes back.

use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use deskmate_core::{ErrorCode, WireError};

use super::{PromptEntry, Prompts};

/// Divides the time from the id in the name of a file in the trash; no id has it.
const DIVIDER: &str = "@";

impl Prompts {
    /// Moves the file of a prompt to the trash, under a name that sorts by time.
    pub(super) fn discard(&self, id: &str) -> Result<(), WireError> {
        let from = self.path(id)?;
        let folder = self.trash();
        let failed = |error: std::io::Error| {
            WireError::new(
                ErrorCode::of_io(&error),
                format!("could not move `{}`: {error}", from.display()),
            )
        };
        std::fs::create_dir_all(&folder).map_err(failed)?;
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_micros());
        let flat = id.replace('/', "~");
        let to = (now..now + 1_000)
            .map(|time| folder.join(format!("{time:020}{DIVIDER}{flat}.md")))
            .find(|path| !path.exists())
            .unwrap_or_else(|| folder.join(format!("{now:020}{DIVIDER}{flat}.md")));
        std::fs::rename(&from, to).map_err(failed)
    }

    /// Brings back what was deleted or replaced last under an id; what is there now goes to the trash in its place.
    ///
    /// # Errors
    /// `NotFound` when the trash has nothing of it; those of moving.
    pub fn restore(&self, id: &str) -> Result<PromptEntry, WireError> {
        let to = self.path(id)?;
        let last = self.discarded(id).pop().ok_or_else(|| {
            WireError::new(
                ErrorCode::NotFound,
                format!("nothing of `{id}` is in the trash"),
            )
        })?;
        if to.exists() {
            self.discard(id)?;
        }
        let failed = |error: std::io::Error| {
            WireError::new(
                ErrorCode::of_io(&error),
                format!("could not bring back `{}`: {error}", to.display()),
            )
        };
        if let Some(folder) = to.parent() {
            std::fs::create_dir_all(folder).map_err(failed)?;
        }
        std::fs::rename(last, &to).map_err(failed)?;
        self.show(id)
    }

    fn trash(&self) -> PathBuf {
        self.root.join(".trash")
    }

    /// The files in the trash that were this prompt, the oldest first.
    fn discarded(&self, id: &str) -> Vec<PathBuf> {
        let name = format!("{}.md", id.replace('/', "~"));
        let mut found: Vec<PathBuf> = std::fs::read_dir(self.trash())
            .into_iter()
            .flatten()
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| {
                let file = path.file_name().unwrap_or_default().to_string_lossy();
                file.split_once(DIVIDER)
                    .is_some_and(|(_, rest)| rest == name)
            })
            .collect();
        found.sort();
        found
    }
}
