//! What was changed in which workbook, kept beside the backups until it is undone.

use std::fs;
use std::path::{Path, PathBuf};

use deskmate_core::{ErrorCode, WireError};
use deskmate_sheets::Applied;
use serde::{Deserialize, Serialize};

use crate::home::Home;

/// A change of a workbook that can be undone.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WorkbookChange {
    /// Its number; later changes have greater ones.
    pub id: u64,
    /// The file written.
    pub path: PathBuf,
    /// The backup of what it was before; none for a copy.
    pub backup: Option<PathBuf>,
}

/// A change as it is kept.
#[derive(Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) id: u64,
    pub(super) applied: Applied,
}

impl Record {
    pub(super) fn view(&self) -> WorkbookChange {
        WorkbookChange {
            id: self.id,
            path: self.applied.path.clone(),
            backup: self.applied.backup.clone(),
        }
    }
}

/// The records in the folder of the backups.
pub(super) struct Records {
    folder: PathBuf,
}

impl Records {
    pub(super) fn of(home: &Home) -> Self {
        Self {
            folder: home.root().join("backups/workbooks"),
        }
    }

    /// The folder of records and backups.
    pub(super) fn folder(&self) -> PathBuf {
        self.folder.clone()
    }

    /// Keeps a change under the next number.
    pub(super) fn keep(&self, applied: &Applied) -> Result<WorkbookChange, WireError> {
        let newest = self.all()?.first().map_or(0, |record| record.id);
        let record = Record {
            id: newest + 1,
            applied: applied.clone(),
        };
        let text = serde_json::to_vec(&record)
            .map_err(|error| WireError::new(ErrorCode::Internal, error.to_string()))?;
        fs::create_dir_all(&self.folder).map_err(|error| failed(&self.folder, &error))?;
        let place = self.place(record.id);
        let part = place.with_extension("part");
        fs::write(&part, text)
            .and_then(|()| fs::File::open(&part)?.sync_all())
            .and_then(|()| fs::rename(&part, &place))
            .map_err(|error| failed(&place, &error))?;
        Ok(record.view())
    }

    /// All changes, newest first. A record that cannot be read is left out: it is no longer one that can be undone.
    pub(super) fn all(&self) -> Result<Vec<Record>, WireError> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failed(&self.folder, &error)),
        };
        let mut records: Vec<Record> = entries
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| {
                path.extension()
                    .is_some_and(|extension| extension == "json")
            })
            .filter_map(|path| serde_json::from_slice(&fs::read(path).ok()?).ok())
            .collect();
        for record in &mut records {
            // After a restore elsewhere, the backup lies beside its record.
            if let Some(backup) = &mut record.applied.backup
                && !backup.exists()
                && let Some(name) = backup.file_name()
            {
                *backup = self.folder.join(name);
            }
        }
        records.sort_by_key(|record| std::cmp::Reverse(record.id));
        Ok(records)
    }

    /// Removes an undone change with its backup.
    pub(super) fn forget(&self, record: &Record) -> Result<(), WireError> {
        let place = self.place(record.id);
        fs::remove_file(&place).map_err(|error| failed(&place, &error))?;
        match &record.applied.backup {
            Some(backup) => fs::remove_file(backup).map_err(|error| failed(backup, &error)),
            None => Ok(()),
        }
    }

    fn place(&self, id: u64) -> PathBuf {
        self.folder.join(format!("{id}.json"))
    }
}

fn failed(path: &Path, error: &std::io::Error) -> WireError {
    WireError::new(
        ErrorCode::of_io(error),
        format!("could not keep the record `{}`: {error}", path.display()),
    )
}
