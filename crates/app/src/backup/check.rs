//! Reading a backup: first the file as a whole, then what it says of itself, then every part.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Component, Path, PathBuf};

use deskmate_core::{CancelToken, ErrorCode, WireError};
use deskmate_store::BACKUP_FOLDERS;
use zip::ZipArchive;

use super::{
    BLOCK, BackupSummary, CATALOGUE_ENTRY, DIGEST_DIGITS, DIGEST_MARK, FORMAT, MANIFEST_ENTRY,
    MOST_MANIFEST_BYTES, Manifest, Meter, TITLE_ENTRY, io_failed,
};
use crate::ingest::Sink;

/// Checks a backup: the checksum of the file, and that of every part.
///
/// # Errors
/// `NotFound`; `UnsupportedFormat` for a file that is none of ours, or of a newer version; `DamagedFile` when it was cut
/// short or changed; `Cancelled`.
pub fn verify_backup(
    path: &Path,
    cancel: &CancelToken,
    sink: Sink<'_>,
) -> Result<BackupSummary, WireError> {
    let mut backup = Backup::open(path, cancel, &mut *sink)?;
    backup.unpack(None, cancel, sink)?;
    Ok(backup.summary())
}

/// A backup whose digest is right.
pub(super) struct Backup {
    path: PathBuf,
    bytes: u64,
    zip: ZipArchive<BufReader<File>>,
    manifest: Manifest,
}

impl Backup {
    /// Opens a backup and compares the digest of the whole file.
    pub(super) fn open(
        path: &Path,
        cancel: &CancelToken,
        sink: Sink<'_>,
    ) -> Result<Self, WireError> {
        let failed = |error: std::io::Error| io_failed("read", path, &error);
        let mut file = File::open(path).map_err(failed)?;
        let bytes = file.metadata().map_err(failed)?.len();
        check_digest(&mut file, path, bytes, cancel, sink)?;
        let damaged = |_| damaged(path);
        let mut zip = ZipArchive::new(BufReader::with_capacity(BLOCK, file)).map_err(damaged)?;
        let manifest: Manifest = {
            let entry = zip.by_name(MANIFEST_ENTRY).map_err(|_| foreign(path))?;
            let mut text = Vec::new();
            entry
                .take(MOST_MANIFEST_BYTES)
                .read_to_end(&mut text)
                .map_err(|_| self::damaged(path))?;
            serde_json::from_slice(&text).map_err(|_| self::damaged(path))?
        };
        if manifest.format > FORMAT {
            return Err(WireError::new(
                ErrorCode::UnsupportedFormat,
                format!("`{}` was written by a newer version", path.display()),
            )
            .with_hint("update Deskmate and restore it then"));
        }
        Ok(Self {
            path: path.to_path_buf(),
            bytes,
            zip,
            manifest,
        })
    }

    pub(super) fn summary(&self) -> BackupSummary {
        self.manifest.summary(self.path.clone(), self.bytes)
    }

    /// Bytes of all parts as they will lie on the disk.
    pub(super) fn unpacked_bytes(&self) -> u64 {
        self.manifest.parts.iter().map(|part| part.bytes).sum()
    }

    /// Reads every part and compares its checksum; into a folder, or only to look.
    pub(super) fn unpack(
        &mut self,
        folder: Option<&Path>,
        cancel: &CancelToken,
        sink: Sink<'_>,
    ) -> Result<(), WireError> {
        let path = self.path.clone();
        let mut meter = Meter::new(sink, cancel, "checking", self.unpacked_bytes());
        let mut expected: HashMap<String, (u64, String)> = HashMap::new();
        for part in &self.manifest.parts {
            let kept = (part.bytes, part.blake3.clone());
            if place_of(&part.name).is_none() || expected.insert(part.name.clone(), kept).is_some()
            {
                return Err(damaged(&path));
            }
        }
        if !expected.contains_key(CATALOGUE_ENTRY) {
            return Err(damaged(&path));
        }
        let mut block = vec![0_u8; BLOCK];
        for index in 0..self.zip.len() {
            let mut entry = self.zip.by_index(index).map_err(|_| damaged(&path))?;
            let name = entry.name().map_err(|_| damaged(&path))?.into_owned();
            if name == TITLE_ENTRY || name == MANIFEST_ENTRY {
                continue;
            }
            let (Some((bytes, blake3)), Some(place)) = (expected.remove(&name), place_of(&name))
            else {
                return Err(damaged(&path));
            };
            let mut target = match folder {
                Some(folder) => Some(create(&folder.join(place))?),
                None => None,
            };
            let mut hasher = blake3::Hasher::new();
            let mut read = 0_u64;
            loop {
                let length = entry.read(&mut block).map_err(|_| damaged(&path))?;
                read += length as u64;
                if length == 0 || read > bytes {
                    break;
                }
                hasher.update(&block[..length]);
                if let Some((file, place)) = &mut target {
                    file.write_all(&block[..length])
                        .map_err(|error| io_failed("write", place, &error))?;
                }
                meter.add(length)?;
            }
            if read != bytes || hasher.finalize().to_hex().as_str() != blake3 {
                return Err(damaged(&path));
            }
        }
        // What is named and not there.
        if expected.is_empty() {
            Ok(())
        } else {
            Err(damaged(&path))
        }
    }
}

fn create(place: &Path) -> Result<(File, PathBuf), WireError> {
    let failed = |error: std::io::Error| io_failed("write", place, &error);
    if let Some(folder) = place.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    Ok((
        File::create_new(place).map_err(failed)?,
        place.to_path_buf(),
    ))
}

/// Where a part belongs below the library's folder; `None` for a name that would lead elsewhere.
fn place_of(name: &str) -> Option<PathBuf> {
    if name == CATALOGUE_ENTRY {
        return Some(name.into());
    }
    let path: PathBuf = name.split('/').collect();
    let is_plain = path
        .components()
        .all(|component| matches!(component, Component::Normal(_)))
        && !name.contains(['\\', ':', '\0'])
        && !name.split('/').any(str::is_empty);
    let mut parts = name.split('/');
    let is_ours = parts
        .next()
        .is_some_and(|first| BACKUP_FOLDERS.contains(&first))
        && parts.next().is_some();
    (is_plain && is_ours).then_some(path)
}

fn check_digest(
    file: &mut File,
    path: &Path,
    bytes: u64,
    cancel: &CancelToken,
    sink: Sink<'_>,
) -> Result<(), WireError> {
    let failed = |error: std::io::Error| io_failed("read", path, &error);
    // The first entry's name stands behind its header of 30 bytes.
    let mut head = [0_u8; 30 + TITLE_ENTRY.len()];
    let is_ours = file.read_exact(&mut head).is_ok()
        && head.starts_with(b"PK\x03\x04")
        && head.ends_with(TITLE_ENTRY.as_bytes());
    if !is_ours {
        return Err(foreign(path));
    }
    let tail_bytes = DIGEST_MARK.len() + DIGEST_DIGITS;
    let mut tail = vec![0_u8; tail_bytes];
    file.seek(SeekFrom::Start(bytes.saturating_sub(tail_bytes as u64)))
        .and_then(|_| file.read_exact(&mut tail))
        .map_err(failed)?;
    let Some(digest) = tail.strip_prefix(DIGEST_MARK.as_bytes()) else {
        return Err(damaged(path));
    };
    let end = bytes - DIGEST_DIGITS as u64;
    file.rewind().map_err(failed)?;
    let mut meter = Meter::new(sink, cancel, "checking", end);
    let mut hasher = blake3::Hasher::new();
    let mut block = vec![0_u8; BLOCK];
    let mut rest = (&mut *file).take(end);
    loop {
        let length = rest.read(&mut block).map_err(failed)?;
        if length == 0 {
            break;
        }
        hasher.update(&block[..length]);
        meter.add(length)?;
    }
    if hasher.finalize().to_hex().as_bytes() != digest {
        return Err(damaged(path));
    }
    file.rewind().map_err(failed)
}

fn foreign(path: &Path) -> WireError {
    WireError::new(
        ErrorCode::UnsupportedFormat,
        format!("`{}` is not a backup of Deskmate", path.display()),
    )
    .with_hint("choose a file that `deskmate backup` or the settings of the window made")
}

fn damaged(path: &Path) -> WireError {
    WireError::new(
        ErrorCode::DamagedFile,
        format!(
            "`{}` is not as it was written: it was cut short or changed",
            path.display()
        ),
    )
    .with_hint("copy it again from where it was kept, or take an older backup")
}
