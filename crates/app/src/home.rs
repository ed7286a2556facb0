//! Where everything lies on disk.

use std::path::{Path, PathBuf};

/// The folder of one library, and the folder of the models, which libraries share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    root: PathBuf,
    models: PathBuf,
}

impl Home {
    /// The named folder, else `DESKMATE_HOME`, else the platform's folder for application data. Models lie in
    /// `DESKMATE_MODELS`, else in `models` below it.
    pub fn locate(named: Option<&Path>) -> Self {
        let root = named
            .map(Path::to_path_buf)
            .or_else(|| std::env::var_os("DESKMATE_HOME").map(PathBuf::from))
            .unwrap_or_else(platform_folder);
        let root = std::path::absolute(&root).unwrap_or(root);
        let models =
            std::env::var_os("DESKMATE_MODELS").map_or_else(|| root.join("models"), PathBuf::from);
        Self { root, models }
    }

    /// The same library with the models of another folder.
    #[must_use]
    pub fn with_models(mut self, models: &Path) -> Self {
        self.models = models.to_path_buf();
        self
    }

    /// The library's folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The models' folder.
    pub fn models(&self) -> &Path {
        &self.models
    }
}

fn platform_folder() -> PathBuf {
    let variable = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let user = variable("HOME")
        .or_else(|| variable("USERPROFILE"))
        .unwrap_or_default();
    if cfg!(target_os = "windows") {
        variable("LOCALAPPDATA").unwrap_or(user).join("Deskmate")
    } else if cfg!(target_os = "macos") {
        user.join("Library/Application Support/Deskmate")
    } else {
        variable("XDG_DATA_HOME")
            .unwrap_or_else(|| user.join(".local/share"))
            .join("deskmate")
    }
}
