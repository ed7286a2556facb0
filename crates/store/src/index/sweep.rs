//! Getting what Lance wrote onto the disk for certain: Lance itself never asks the system to flush.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::error::{Error, Result};

type Mark = (u64, Option<SystemTime>);

/// Knows which files are on the disk already, so that each sweep flushes only the new ones.
#[derive(Debug, Default)]
pub(crate) struct Sweep {
    flushed: HashMap<PathBuf, Mark>,
}

impl Sweep {
    /// Flushes all files below `folder` that are new or changed since the last sweep, and their folders.
    pub(crate) fn run(&mut self, folder: &Path) -> Result<()> {
        let mut flushed = HashMap::with_capacity(self.flushed.len());
        let mut open = vec![folder.to_path_buf()];
        while let Some(folder) = open.pop() {
            let mut is_changed = false;
            let entries = match fs::read_dir(&folder) {
                Ok(entries) => entries,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(Error::file(&folder, error)),
            };
            for entry in entries.flatten() {
                let path = entry.path();
                // A file may go while we look: then there is nothing to flush.
                let Ok(metadata) = entry.metadata() else {
                    continue;
                };
                let is_new = !self.flushed.contains_key(&path);
                is_changed |= is_new;
                if metadata.is_dir() {
                    flushed.insert(path.clone(), (0, None));
                    open.push(path);
                    continue;
                }
                let mark = (metadata.len(), metadata.modified().ok());
                if self.flushed.get(&path) != Some(&mark) {
                    flush_file(&path)?;
                }
                flushed.insert(path, mark);
            }
            if is_changed {
                flush_folder(&folder)?;
            }
        }
        self.flushed = flushed;
        Ok(())
    }
}

fn flush_file(path: &Path) -> Result<()> {
    // Windows flushes only handles that may write.
    let flushed = OpenOptions::new()
        .append(true)
        .open(path)
        .and_then(|file| file.sync_all());
    match flushed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Error::file(path, error)),
        _ => Ok(()),
    }
}

/// Makes the names of new files last; Windows has no such call and needs none.
fn flush_folder(folder: &Path) -> Result<()> {
    if cfg!(windows) {
        return Ok(());
    }
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|error| Error::file(folder, error))
}
