//! The folders and files that the user named: nothing beyond them is opened, wherever a link leads.

use std::path::{Path, PathBuf};

/// What was named, by the places where it really lies.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Granted(Vec<PathBuf>);

impl Granted {
    /// What these paths lead to; one that is a link itself was named, so its target is meant. What is not there grants
    /// nothing.
    pub(crate) fn of<'a>(paths: impl IntoIterator<Item = &'a Path>) -> Self {
        let real = paths
            .into_iter()
            .filter_map(|path| path.canonicalize().ok());
        Self(real.collect())
    }

    /// True when the path, links followed, lies in what was named.
    pub(crate) fn holds(&self, path: &Path) -> bool {
        let within = |real: PathBuf| self.0.iter().any(|named| real.starts_with(named));
        path.canonicalize().is_ok_and(within)
    }
}
