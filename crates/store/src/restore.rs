//! Putting a library that was laid down beside it into the place of the one there: all of it, also after a crash.
//!
//! The new parts lie in `restore.new` of the library's folder. When they are all there, a mark says so; from then on
//! whoever opens the folder finishes the exchange before anything else. What was there before is moved to a folder
//! beside the library's own and never deleted.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use deskmate_core::WireError;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::home::Home;
use crate::snapshot::{CatalogueFacts, facts};

const NEW: &str = "restore.new";
const MARK: &str = "complete.json";
const CATALOGUE: &str = "catalog.sqlite";

/// What a backup brings beside the catalogue; folders.
pub const BACKUP_FOLDERS: [&str; 4] = ["prompts", "attachments", "exports", "backups"];

/// What is made from the catalogue or belongs to the old one, and must not stay beside a new one.
const STALE: [&str; 3] = ["catalog.sqlite-wal", "catalog.sqlite-shm", "index"];

/// A library's folder, locked, in which another library is being laid down.
#[derive(Debug)]
pub struct Restoring {
    home: Home,
}

/// Where the parts go that were there before.
#[derive(Debug, Serialize, Deserialize)]
struct Mark {
    aside: PathBuf,
}

impl Restoring {
    /// Takes the folder's lock and makes an empty place for the new parts.
    ///
    /// # Errors
    /// `LibraryLocked` when a process has the library open; `PermissionDenied`; `DiskFull`.
    pub fn begin(home: &Path) -> Result<Self, WireError> {
        let home = Home::open(home)?;
        let restoring = Self { home };
        // Of an attempt that did not come to its mark.
        restoring.give_up()?;
        let folder = restoring.folder();
        for part in BACKUP_FOLDERS {
            let folder = folder.join(part);
            fs::create_dir_all(&folder).map_err(|source| Error::file(&folder, source))?;
        }
        Ok(restoring)
    }

    /// Where the new parts belong: `catalog.sqlite` and the folders of [`BACKUP_FOLDERS`].
    pub fn folder(&self) -> PathBuf {
        self.home.root().join(NEW)
    }

    /// The new catalogue's file.
    pub fn catalogue(&self) -> PathBuf {
        self.folder().join(CATALOGUE)
    }

    /// What the library there holds now; a catalogue that cannot be read counts as one file, since it may hold anything.
    pub fn present(&self) -> CatalogueFacts {
        let path = self.home.catalogue();
        if !path.is_file() {
            return CatalogueFacts::default();
        }
        let opened = Connection::open(&path).map_err(Error::from);
        opened
            .and_then(|connection| facts(&connection))
            .unwrap_or(CatalogueFacts {
                files: 1,
                ..CatalogueFacts::default()
            })
    }

    /// Removes what was laid down so far.
    ///
    /// # Errors
    /// `PermissionDenied`.
    pub fn give_up(&self) -> Result<(), WireError> {
        Ok(remove(&self.folder())?)
    }

    /// Exchanges the parts. Gives the folder that holds what was there before, `None` when there was nothing.
    ///
    /// # Errors
    /// `PermissionDenied`, `DiskFull`; before the mark is written nothing has changed, afterwards the next open of the
    /// library goes on.
    pub fn finish(self) -> Result<Option<PathBuf>, WireError> {
        let finished = self.exchange();
        if finished.is_err() && !self.folder().join(MARK).exists() {
            // Nothing has changed, and nothing is to be left lying about.
            let _ = self.give_up();
        }
        Ok(finished?)
    }

    fn exchange(&self) -> Result<Option<PathBuf>> {
        let root = self.home.root().to_path_buf();
        let aside = free_name(&root)?;
        flush_below(&self.folder())?;
        let mark = Mark {
            aside: aside.clone(),
        };
        let text = serde_json::to_vec(&mark)?;
        let part = self.folder().join("mark.part");
        let written = fs::write(&part, text)
            .and_then(|()| File::open(&part)?.sync_all())
            .and_then(|()| fs::rename(&part, self.folder().join(MARK)));
        written.map_err(|source| Error::file(&part, source))?;
        finish_exchange(&root)?;
        // An empty folder tells nothing.
        Ok(match fs::remove_dir(&aside) {
            Ok(()) => None,
            Err(_) => Some(aside).filter(|aside| aside.exists()),
        })
    }
}

/// Finishes an exchange whose mark is there; each step can be done again after a crash.
pub(crate) fn finish_exchange(root: &Path) -> Result<()> {
    let new = root.join(NEW);
    let Ok(text) = fs::read(new.join(MARK)) else {
        return Ok(());
    };
    let Mark { aside } = serde_json::from_slice(&text)?;
    fs::create_dir_all(&aside).map_err(|source| Error::file(&aside, source))?;
    // What belongs to the old catalogue goes before the new one comes; once that is there, it is the new one's.
    if new.join(CATALOGUE).exists() {
        for part in STALE {
            set_aside(root, &aside, part)?;
        }
    }
    for part in BACKUP_FOLDERS.into_iter().chain([CATALOGUE]) {
        let from = new.join(part);
        if from.exists() {
            set_aside(root, &aside, part)?;
            rename(&from, &root.join(part))?;
        }
    }
    sync_folder(root);
    remove(&new)
}

fn set_aside(root: &Path, aside: &Path, part: &str) -> Result<()> {
    let old = root.join(part);
    // An empty folder, as every library has them, is nothing to keep.
    if fs::remove_dir(&old).is_ok() || !old.exists() {
        return Ok(());
    }
    rename(&old, &aside.join(part))
}

/// A folder beside the library's that is not there yet; made, since a disk that begins at the library's folder shows here.
fn free_name(root: &Path) -> Result<PathBuf> {
    let name = root.file_name().unwrap_or_default().to_string_lossy();
    let aside = (1_u32..)
        .map(|n| root.with_file_name(format!("{name}.before-restore-{n}")))
        .find(|path| !path.exists())
        .unwrap_or_else(|| root.with_file_name("before-restore"));
    fs::create_dir_all(&aside).map_err(|source| Error::file(&aside, source))?;
    let probe = root.join(NEW).join("probe");
    let there = aside.join("probe");
    let moved = fs::write(&probe, b"").and_then(|()| fs::rename(&probe, &there));
    if let Err(source) = moved {
        let _ = fs::remove_dir(&aside);
        return Err(Error::file(&aside, source));
    }
    fs::remove_file(&there).map_err(|source| Error::file(&there, source))?;
    Ok(aside)
}

fn rename(from: &Path, to: &Path) -> Result<()> {
    fs::rename(from, to).map_err(|source| Error::file(from, source))
}

fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::file(folder, error))
        }
        _ => Ok(()),
    }
}

/// Gets everything below a folder onto the disk.
fn flush_below(folder: &Path) -> Result<()> {
    let entries = fs::read_dir(folder).map_err(|source| Error::file(folder, source))?;
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            flush_below(&path)?;
            continue;
        }
        fs::OpenOptions::new()
            .append(true)
            .open(&path)
            .and_then(|file| file.sync_all())
            .map_err(|source| Error::file(&path, source))?;
    }
    sync_folder(folder);
    Ok(())
}

/// Makes the names in a folder last; where a system has no such call, it needs none.
fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}
