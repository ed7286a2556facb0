//! Runs the real program in a home of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// The program with a fresh home.
pub struct Program {
    pub home: tempfile::TempDir,
    models: PathBuf,
}

impl Program {
    /// With the models of this machine.
    pub fn new() -> Self {
        let models = std::env::var_os("DESKMATE_MODELS")
            .map(PathBuf::from)
            .unwrap_or_else(|| {
                PathBuf::from(std::env::var_os("HOME").unwrap_or_default())
                    .join(".cache/deskmate/models")
            });
        Self::with_models(models)
    }

    /// On a machine without any model.
    pub fn without_models() -> Self {
        let home = tempfile::tempdir().unwrap();
        let models = home.path().join("no-models");
        Self { home, models }
    }

    fn with_models(models: PathBuf) -> Self {
        Self {
            home: tempfile::tempdir().unwrap(),
            models,
        }
    }

    /// True when these models are here; says so when they are not, unless the environment demands them.
    pub fn has_models(&self, ids: &[&str]) -> bool {
        let missing: Vec<&&str> = ids
            .iter()
            .filter(|id| !self.models.join(format!("{id}.gguf")).exists())
            .collect();
        if !missing.is_empty() {
            assert!(
                std::env::var_os("CI").is_none(),
                "models missing: {missing:?}"
            );
            eprintln!("skipped: get {missing:?} with `./x setup`");
        }
        missing.is_empty()
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_deskmate"));
        command
            .arg("--home")
            .arg(self.home.path().join("library"))
            .args(arguments)
            .env("DESKMATE_MODELS", &self.models)
            .env_remove("DESKMATE_HOME");
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs with `--json`; gives the exit status and the one object.
    pub fn json(&self, arguments: &[&str]) -> (i32, Value) {
        let mut all = vec!["--json"];
        all.extend(arguments);
        let output = self.run(&all);
        let text = String::from_utf8(output.stdout).unwrap();
        let value = serde_json::from_str(&text).unwrap_or_else(|error| {
            panic!(
                "not one JSON object ({error}): {text}\n{}",
                String::from_utf8_lossy(&output.stderr)
            )
        });
        (output.status.code().unwrap_or(-1), value)
    }

    /// A folder for files beside the library.
    pub fn folder(&self, name: &str) -> PathBuf {
        let path = self.home.path().join(name);
        std::fs::create_dir_all(&path).unwrap();
        path
    }
}

pub fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

pub fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../assets/samples")
        .canonicalize()
        .unwrap()
}
