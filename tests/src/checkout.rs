//! The repository on disk: which files belong to it and what they say.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Manifest;

/// The repository that these tests were compiled from.
#[derive(Debug)]
pub struct Checkout {
    root: PathBuf,
    files: Vec<String>,
}

impl Checkout {
    /// Opens the repository and lists its files: tracked ones, and new ones that git does not ignore, so that a rule
    /// speaks before the commit and not after it.
    ///
    /// # Panics
    /// When git cannot list the files: without the list no rule about files means anything.
    pub fn open() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .expect("the tests lie one folder below the root")
            .to_path_buf();
        let output = Command::new("git")
            // A clone made by one user and tested by another is refused otherwise.
            .args(["-c", "safe.directory=*", "-c", "core.quotePath=false"])
            .args(["ls-files", "--cached", "--others", "--exclude-standard"])
            .current_dir(&root)
            .output()
            .expect("git is installed");
        assert!(
            output.status.success(),
            "git could not list the files: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let mut files: Vec<String> = String::from_utf8_lossy(&output.stdout)
            .lines()
            .map(str::to_owned)
            // A tracked file that was deleted and not committed yet is still in the list.
            .filter(|file| root.join(file).is_file())
            .collect();
        files.sort();
        files.dedup();
        Self { root, files }
    }

    /// The folder of the repository.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The paths of all files, relative to the root, with `/`, sorted.
    pub fn files(&self) -> &[String] {
        &self.files
    }

    /// The files whose name ends in one of `extensions` (without the dot).
    pub fn files_of(&self, extensions: &[&str]) -> Vec<&str> {
        self.files
            .iter()
            .map(String::as_str)
            .filter(|file| {
                Path::new(file)
                    .extension()
                    .and_then(|extension| extension.to_str())
                    .is_some_and(|extension| extensions.contains(&extension))
            })
            .collect()
    }

    /// The text of a file, or `None` when it is not text.
    ///
    /// # Panics
    /// When the file cannot be read.
    pub fn text(&self, file: &str) -> Option<String> {
        let bytes = std::fs::read(self.root.join(file))
            .unwrap_or_else(|error| panic!("could not read `{file}`: {error}"));
        String::from_utf8(bytes).ok()
    }

    /// True when the file belongs to the repository.
    pub fn has(&self, file: &str) -> bool {
        self.files
            .binary_search_by(|known| known.as_str().cmp(file))
            .is_ok()
    }

    /// The manifests of our own packages, sorted by room.
    ///
    /// # Panics
    /// When a manifest is not valid TOML.
    pub fn manifests(&self) -> Vec<Manifest> {
        let mut manifests: Vec<Manifest> = self
            .files
            .iter()
            // The targets for fuzzing are a workspace of their own, with the nightly compiler.
            .filter(|file| file.ends_with("/Cargo.toml") && !file.starts_with("fuzz/"))
            .map(|file| {
                let text = self.text(file).unwrap_or_default();
                Manifest::parse(file, &text)
            })
            .collect();
        manifests.sort_by(|a, b| a.room.cmp(&b.room));
        manifests
    }

    /// The manifest of one room.
    ///
    /// # Panics
    /// When there is no such room.
    pub fn manifest(&self, room: &str) -> Manifest {
        self.manifests()
            .into_iter()
            .find(|manifest| manifest.room == room)
            .unwrap_or_else(|| panic!("there is no room `{room}`"))
    }

    /// A TOML file of the root, parsed.
    ///
    /// # Panics
    /// When it is missing or not valid TOML.
    pub fn toml(&self, file: &str) -> toml::Table {
        let text = self.text(file).unwrap_or_default();
        text.parse()
            .unwrap_or_else(|error| panic!("`{file}` is not valid TOML: {error}"))
    }
}
