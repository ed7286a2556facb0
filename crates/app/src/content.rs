//! The content of a file for the viewer: its blocks, or the bytes of a PDF. Only files that Deskmate has to do with.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use deskmate_core::{Block, BlockContent, CancelToken, ErrorCode, ReadWarning, WireError};
use serde::Serialize;

use crate::app::App;
use crate::ingest::{Granted, mtime_ns};
use crate::parse::{MAX_FILE_BYTES, Reader, io_error};

/// Documents that stay in memory: going back to a citation is at once, and a large file is not kept for ever.
const KEPT: usize = 4;

/// Longest name of a kept attachment, in characters; file systems take 255 bytes.
const LONGEST_NAME: usize = 60;

/// How a file is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ContentView {
    /// By its pages.
    Pdf,
    /// As a grid.
    Workbook,
    /// By its blocks.
    Blocks,
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SourceContent {
    /// Where it lies.
    pub path: PathBuf,
    /// How to show it.
    pub view: ContentView,
    /// Its title.
    pub title: Option<String>,
    /// Its blocks in reading order.
    pub blocks: Vec<Block>,
    /// What could not be read of it.
    pub warnings: Vec<ReadWarning>,
}

/// The documents read last.
#[derive(Debug, Default)]
pub(crate) struct Contents(Mutex<VecDeque<(Key, Arc<SourceContent>)>>);

/// A file as it was when it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Key {
    path: PathBuf,
    bytes: u64,
    mtime_ns: i64,
}

impl Contents {
    fn get(&self, key: &Key) -> Option<Arc<SourceContent>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.iter().find(|(of, _)| of == key);
        found.map(|(_, content)| Arc::clone(content))
    }

    fn put(&self, key: Key, content: &Arc<SourceContent>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(of, _)| of.path != key.path);
        kept.push_front((key, Arc::clone(content)));
        kept.truncate(KEPT);
    }

    /// Lets go of what is kept of this file, or of all files below it.
    pub(crate) fn forget(&self, path: &Path) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(of, _)| !of.path.starts_with(path));
    }
}

impl App {
    /// What a file holds, read in a worker process; what was read last is kept in memory.
    ///
    /// # Errors
    /// `NotFound` for a file that is neither in the library nor made or kept by Deskmate; those of reading.
    pub fn source_content(
        &self,
        path: &Path,
        cancel: &CancelToken,
    ) -> Result<Arc<SourceContent>, WireError> {
        let path = self.shown_file(path)?;
        let metadata = std::fs::metadata(&path).map_err(|error| io_error(&path, &error))?;
        let key = Key {
            bytes: metadata.len(),
            mtime_ns: mtime_ns(&metadata),
            path: path.clone(),
        };
        if let Some(content) = self.contents().get(&key) {
            return Ok(content);
        }
        let (format, parsed) = Reader::default().read(&path, cancel)?;
        let content = Arc::new(SourceContent {
            path,
            view: view_of(&format, &parsed.document.blocks),
            title: parsed.document.title,
            blocks: parsed.document.blocks,
            warnings: parsed.warnings,
        });
        self.contents().put(key, &content);
        Ok(content)
    }

    /// The bytes of a PDF, for a viewer that renders its pages.
    ///
    /// # Errors
    /// As [`App::source_content`]; `UnsupportedFormat` for another format, `FileTooLarge`.
    pub fn source_bytes(&self, path: &Path) -> Result<Vec<u8>, WireError> {
        let path = self.shown_file(path)?;
        let failed = |error: std::io::Error| io_error(&path, &error);
        let length = std::fs::metadata(&path).map_err(failed)?.len();
        if length > MAX_FILE_BYTES {
            return Err(WireError::new(
                ErrorCode::FileTooLarge,
                format!("`{}` is too large to be shown", path.display()),
            ));
        }
        let bytes = std::fs::read(&path).map_err(failed)?;
        // The header may stand behind some other bytes, as readers of PDF allow.
        let head = &bytes[..bytes.len().min(1_024)];
        if head.windows(5).any(|window| window == b"%PDF-") {
            return Ok(bytes);
        }
        Err(WireError::new(
            ErrorCode::UnsupportedFormat,
            format!("`{}` is not a PDF", path.display()),
        ))
    }

    /// Keeps bytes that were pasted or dropped as a file of Deskmate's own; returns where.
    ///
    /// # Errors
    /// `FileTooLarge`; `DiskFull`, `PermissionDenied`.
    pub fn keep_attachment(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, WireError> {
        if bytes.len() as u64 > MAX_FILE_BYTES {
            return Err(WireError::new(
                ErrorCode::FileTooLarge,
                format!("what was pasted is more than {} MiB", MAX_FILE_BYTES >> 20),
            ));
        }
        let folder = self.attachments();
        let hash = blake3::hash(bytes).to_hex();
        // The same bytes are the same file; others of the same name do not meet.
        let place = folder.join(&hash.as_str()[..12]).join(plain_name(name));
        let failed = |error: std::io::Error| {
            WireError::new(
                ErrorCode::of_io(&error),
                format!("could not write `{}`: {error}", place.display()),
            )
        };
        if !place.exists() {
            std::fs::create_dir_all(place.parent().unwrap_or(&folder)).map_err(failed)?;
            std::fs::write(&place, bytes).map_err(failed)?;
        }
        Ok(place)
    }

    /// Removes the copy of what was pasted, when the path is one; any other file is left alone. True when there was one.
    ///
    /// # Errors
    /// `PermissionDenied`.
    pub(crate) fn remove_attachment(&self, path: &Path) -> Result<bool, WireError> {
        let folder = self.attachments();
        let is_ours = path.starts_with(&folder)
            && path.parent().and_then(Path::parent) == Some(folder.as_path());
        if !is_ours || !path.is_file() {
            return Ok(false);
        }
        std::fs::remove_file(path).map_err(|error| io_error(path, &error))?;
        // Its folder holds nothing else; one that does stays.
        if let Some(own) = path.parent() {
            let _ = std::fs::remove_dir(own);
        }
        Ok(true)
    }

    fn attachments(&self) -> PathBuf {
        self.home().root().join("attachments")
    }

    /// The absolute path of a file that may be shown and opened: one of the library, or one that Deskmate made or kept.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn shown_file(&self, path: &Path) -> Result<PathBuf, WireError> {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
        let own = [self.home().root().join("exports"), self.attachments()];
        if self.library().source_by_path(&absolute)?.is_some() {
            // Its place may have become a link to another file since.
            let roots = self.library().roots()?;
            let named = roots.iter().chain(&own).map(PathBuf::as_path);
            if !absolute.exists() || Granted::of(named).holds(&absolute) {
                return Ok(absolute);
            }
        }
        if Granted::of(own.iter().map(PathBuf::as_path)).holds(&absolute)
            && let Ok(real) = absolute.canonicalize()
        {
            return Ok(real);
        }
        Err(WireError::new(
            ErrorCode::NotFound,
            format!("`{}` is not in the library", path.display()),
        )
        .with_hint("add it first"))
    }
}

fn view_of(format: &str, blocks: &[Block]) -> ContentView {
    let is_sheet = |block: &Block| matches!(block.content, BlockContent::Sheet { .. });
    if format == "pdf" {
        ContentView::Pdf
    } else if format == "csv" || blocks.iter().any(is_sheet) {
        ContentView::Workbook
    } else {
        ContentView::Blocks
    }
}

/// The last component of a name without what file systems do not take.
fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last
        .chars()
        .map(|c| match c {
            '<' | '>' | ':' | '"' | '|' | '?' | '*' => '_',
            c if c.is_control() => '_',
            c => c,
        })
        .collect();
    let plain = plain.trim().trim_matches('.').trim();
    if plain.is_empty() {
        return "attachment.txt".to_string();
    }
    let length = plain.chars().count();
    // The end is kept, since it says what kind of file it is.
    plain
        .chars()
        .skip(length.saturating_sub(LONGEST_NAME))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attachment_cannot_leave_its_folder() {
        for (name, expected) in [
            ("../../etc/passwd", "passwd"),
            ("C:\\Windows\\x.docx", "x.docx"),
            ("..", "attachment.txt"),
            ("报告:终稿?.docx", "报告_终稿_.docx"),
            ("", "attachment.txt"),
        ] {
            assert_eq!(plain_name(name), expected);
        }
        assert!(plain_name(&format!("{}.pdf", "长".repeat(200))).ends_with(".pdf"));
    }

    #[test]
    fn the_documents_read_last_are_kept() {
        let contents = Contents::default();
        let key = |number: i64| Key {
            path: format!("/d/{number}.md").into(),
            bytes: 1,
            mtime_ns: number,
        };
        for number in 0..6 {
            let content = Arc::new(SourceContent {
                path: key(number).path,
                view: ContentView::Blocks,
                title: None,
                blocks: Vec::new(),
                warnings: Vec::new(),
            });
            contents.put(key(number), &content);
        }
        assert!(contents.get(&key(5)).is_some());
        assert!(contents.get(&key(1)).is_none());
        let changed = Key {
            mtime_ns: 99,
            ..key(5)
        };
        assert!(contents.get(&changed).is_none());
    }
}
