//! Evaluation sets on disk.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use deskmate_core::{CancelToken, ErrorCode, WireError};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::app::App;
use crate::ingest::{AddReport, Sink};

/// Documents and questions of a set.
#[derive(Debug, Clone)]
pub struct EvaluationSet {
    pub(crate) docs: Vec<Doc>,
    pub(crate) queries: Vec<Query>,
    folder: PathBuf,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Doc {
    pub(crate) doc_id: String,
    #[serde(default)]
    pub(crate) title: Option<String>,
    #[serde(default)]
    pub(crate) text: String,
    #[serde(default)]
    pub(crate) lang: Option<String>,
    /// Set where the set has real files: the file's name below `files/`.
    #[serde(default, alias = "path", alias = "filename")]
    pub(crate) file: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Query {
    pub(crate) qid: String,
    pub(crate) question: String,
    #[serde(default)]
    pub(crate) answers: Vec<String>,
    #[serde(default)]
    pub(crate) doc_id: Option<String>,
    #[serde(default)]
    pub(crate) doc_ids: Vec<String>,
    #[serde(default)]
    pub(crate) cross_doc_id: Option<String>,
    #[serde(default, rename = "type")]
    pub(crate) kind: Option<String>,
    #[serde(default)]
    pub(crate) lang: Option<String>,
    #[serde(default)]
    pub(crate) answerable: Option<bool>,
    #[serde(default)]
    pub(crate) gold_article: Vec<String>,
    #[serde(default)]
    pub(crate) evidence: Vec<serde_json::Value>,
}

impl Query {
    pub(crate) fn gold(&self) -> Vec<&str> {
        let mut gold: Vec<&str> = self.doc_ids.iter().map(String::as_str).collect();
        gold.extend(self.doc_id.as_deref());
        gold
    }

    pub(crate) fn is_answerable(&self) -> bool {
        self.answerable.unwrap_or(true) && !self.gold().is_empty()
    }
}

impl EvaluationSet {
    /// Reads a set's two files.
    ///
    /// # Errors
    /// `NotFound`, `InvalidInput` with the line that cannot be read.
    pub fn read(folder: &Path) -> Result<Self, WireError> {
        Ok(Self {
            docs: read_lines(&folder.join("docs.jsonl"))?,
            queries: read_lines(&folder.join("queries.jsonl"))?,
            folder: folder.to_path_buf(),
        })
    }

    /// Writes the documents out as files (a folder each, so that names may repeat) and adds them to the library;
    /// gives the document's id by path.
    pub(crate) fn load(
        &self,
        app: &App,
        only_language: Option<&str>,
        cancel: &CancelToken,
        sink: Sink<'_>,
    ) -> Result<(HashMap<PathBuf, String>, AddReport), WireError> {
        let root = app.home().root().join("bench-docs");
        let mut ids = HashMap::new();
        for doc in &self.docs {
            if only_language.is_some_and(|language| doc.lang.as_deref() != Some(language)) {
                continue;
            }
            let path = match &doc.file {
                Some(file) => self
                    .folder
                    .join("files")
                    .join(file.trim_start_matches("files/")),
                None => write_doc(&root, doc)?,
            };
            ids.insert(
                std::path::absolute(&path).unwrap_or(path),
                doc.doc_id.clone(),
            );
        }
        let paths: Vec<PathBuf> = if self.docs.iter().any(|doc| doc.file.is_some()) {
            ids.keys().cloned().collect()
        } else {
            vec![root]
        };
        let report = app.add(&paths, cancel, sink)?;
        Ok((ids, report))
    }
}

fn write_doc(root: &Path, doc: &Doc) -> Result<PathBuf, WireError> {
    let title = doc.title.as_deref().unwrap_or(&doc.doc_id);
    let name: String = title
        .chars()
        .map(|c| {
            if c.is_alphanumeric() || " -_()（）《》".contains(c) {
                c
            } else {
                '_'
            }
        })
        .take(50)
        .collect();
    let extension = if doc.text.starts_with("# ") {
        "md"
    } else {
        "txt"
    };
    let folder = root.join(&doc.doc_id);
    let path = folder.join(format!("{}.{extension}", name.trim()));
    if !path.exists() {
        std::fs::create_dir_all(&folder)
            .and_then(|()| std::fs::write(&path, &doc.text))
            .map_err(|error| {
                WireError::new(
                    ErrorCode::of_io(&error),
                    format!("could not write `{}`: {error}", path.display()),
                )
            })?;
    }
    Ok(path)
}

fn read_lines<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>, WireError> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        WireError::new(
            ErrorCode::of_io(&error),
            format!("could not read `{}`: {error}", path.display()),
        )
    })?;
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(number, line)| {
            serde_json::from_str(line).map_err(|error| {
                WireError::new(
                    ErrorCode::InvalidInput,
                    format!("line {} of `{}`: {error}", number + 1, path.display()),
                )
            })
        })
        .collect()
}
