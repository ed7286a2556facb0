//! The library's folder: its parts, the lock that keeps a second process out, and moving a broken index away.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use deskmate_core::{ErrorCode, WireError};

use crate::error::{Error, Result};

const LOCK_FILE: &str = "library.lock";
const IN_USE: &[u8] = b"in use";
/// Folders that every library has.
const PARTS: [&str; 6] = ["index", "models", "cache", "backups", "exports", "logs"];
const BROKEN_PREFIX: &str = "index.broken-";
const CATALOGUE_COPY_PREFIX: &str = "catalog-";

/// Moving a folder fails for a moment on Windows while a virus scanner looks at it.
const MOVE_ATTEMPTS: u32 = 20;
const MOVE_PAUSE: Duration = Duration::from_millis(50);

/// The folder of a library, held against other processes as long as this lives.
#[derive(Debug)]
pub(crate) struct Home {
    root: PathBuf,
    lock: File,
    was_closed_cleanly: bool,
}

impl Home {
    /// Creates the folders that are missing and takes the lock.
    pub(crate) fn open(root: &Path) -> Result<Self> {
        fs::create_dir_all(root).map_err(|source| Error::file(root, source))?;
        let path = root.join(LOCK_FILE);
        let lock = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|source| Error::file(&path, source))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(locked(root).into()),
            Err(TryLockError::Error(source)) => return Err(Error::file(&path, source)),
        }
        // Before anything looks at a catalogue that is about to be exchanged.
        crate::restore::finish_exchange(root)?;
        for part in PARTS {
            let folder = root.join(part);
            fs::create_dir_all(&folder).map_err(|source| Error::file(&folder, source))?;
        }
        let mut mark = Vec::new();
        let was_closed_cleanly = (&lock)
            .take(64)
            .read_to_end(&mut mark)
            .is_ok_and(|_| mark.is_empty());
        let home = Self {
            root: root.to_path_buf(),
            lock,
            was_closed_cleanly,
        };
        home.mark(IN_USE)
            .map_err(|source| Error::file(&path, source))?;
        Ok(home)
    }

    /// False when the process that had it open last did not get to close it.
    pub(crate) fn was_closed_cleanly(&self) -> bool {
        self.was_closed_cleanly
    }

    /// The folder itself.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The catalogue's file.
    pub(crate) fn catalogue(&self) -> PathBuf {
        self.root.join("catalog.sqlite")
    }

    /// The folder of the derived index.
    pub(crate) fn index(&self) -> PathBuf {
        self.root.join("index")
    }

    /// The folder for copies.
    pub(crate) fn backups(&self) -> PathBuf {
        self.root.join("backups")
    }

    /// Moves the index away and makes an empty folder in its place; an older broken index is deleted.
    pub(crate) fn set_index_aside(&self) -> Result<PathBuf> {
        let old = self.broken_indexes();
        let number = old.iter().filter_map(|path| broken_number(path)).max();
        let aside = self
            .root
            .join(format!("{BROKEN_PREFIX}{}", number.unwrap_or(0) + 1));
        let index = self.index();
        move_folder(&index, &aside)?;
        fs::create_dir_all(&index).map_err(|source| Error::file(&index, source))?;
        for path in old {
            remove_folder(&path)?;
        }
        Ok(aside)
    }

    /// Deletes the indexes that were moved away.
    pub(crate) fn delete_broken_indexes(&self) -> Result<()> {
        self.broken_indexes()
            .iter()
            .try_for_each(|path| remove_folder(path))
    }

    /// Deletes the copies of the catalogue that migrations made: they hold what the user wants forgotten.
    pub(crate) fn delete_catalogue_copies(&self) -> Result<()> {
        for path in entries(&self.backups()) {
            let is_copy = name(&path)
                .is_some_and(|n| n.starts_with(CATALOGUE_COPY_PREFIX) && n.ends_with(".sqlite"));
            if is_copy {
                fs::remove_file(&path).map_err(|source| Error::file(&path, source))?;
            }
        }
        Ok(())
    }

    /// Where a copy of the catalogue of this schema version goes; the name is free.
    pub(crate) fn catalogue_copy(&self, version: u32) -> PathBuf {
        (0_u32..)
            .map(|n| {
                self.backups()
                    .join(format!("{CATALOGUE_COPY_PREFIX}v{version}-{n}.sqlite"))
            })
            .find(|path| !path.exists())
            .unwrap_or_else(|| self.backups().join("catalog-last.sqlite"))
    }

    fn broken_indexes(&self) -> Vec<PathBuf> {
        entries(&self.root)
            .into_iter()
            .filter(|path| broken_number(path).is_some())
            .collect()
    }

    fn mark(&self, mark: &[u8]) -> std::io::Result<()> {
        let mut lock = &self.lock;
        lock.set_len(0)?;
        lock.rewind()?;
        lock.write_all(mark)?;
        lock.sync_all()
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        // Without the mark the next start only checks more than it has to.
        let _ = self.mark(b"");
    }
}

fn locked(root: &Path) -> WireError {
    WireError::new(
        ErrorCode::LibraryLocked,
        format!(
            "the library `{}` is open in another process",
            root.display()
        ),
    )
    .with_hint("close the other window or command of Deskmate and try again")
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder)
        .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
        .unwrap_or_default()
}

fn name(path: &Path) -> Option<&str> {
    path.file_name().and_then(|name| name.to_str())
}

fn broken_number(path: &Path) -> Option<u32> {
    name(path)?.strip_prefix(BROKEN_PREFIX)?.parse().ok()
}

fn move_folder(from: &Path, to: &Path) -> Result<()> {
    let mut attempt = 0;
    loop {
        match fs::rename(from, to) {
            Ok(()) => return Ok(()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(error) if attempt >= MOVE_ATTEMPTS => return Err(Error::file(from, error)),
            Err(_) => {
                attempt += 1;
                std::thread::sleep(MOVE_PAUSE);
            }
        }
    }
}

fn remove_folder(path: &Path) -> Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::file(path, error)),
        _ => Ok(()),
    }
}

/// Bytes of all files below a folder; what vanishes meanwhile counts nothing.
pub(crate) fn folder_bytes(folder: &Path) -> u64 {
    let mut open = vec![folder.to_path_buf()];
    let mut bytes = 0;
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            match entry.metadata() {
                Ok(metadata) if metadata.is_dir() => open.push(entry.path()),
                Ok(metadata) => bytes += metadata.len(),
                Err(_) => {}
            }
        }
    }
    bytes
}
