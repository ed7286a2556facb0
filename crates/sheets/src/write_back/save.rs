//! Files replaced as a whole or not at all, with a backup before and a way back.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use deskmate_core::{ErrorCode, WireError};
use serde::{Deserialize, Serialize};

use crate::package::io_error;

/// Tells whether a file is still the one it was: its length and a hash of its bytes (FNV-1a, 64 bit). It guards
/// against accidents, not against somebody who wants to deceive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// Bytes.
    pub bytes: u64,
    /// Hash.
    pub hash: u64,
}

impl Fingerprint {
    /// The fingerprint of a content.
    pub fn of(bytes: &[u8]) -> Self {
        // Source: http://www.isthe.com/chongo/tech/comp/fnv/
        let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Self {
            bytes: bytes.len() as u64,
            hash,
        }
    }
}

/// Reads a whole file.
///
/// # Errors
/// `NotFound`, `PermissionDenied` and others with the file's name.
pub(super) fn read_file(path: &Path) -> Result<Arc<[u8]>, WireError> {
    fs::read(path).map(Arc::from).map_err(|cause| {
        WireError::new(
            ErrorCode::of_io(&cause),
            format!("could not read `{}`: {cause}", path.display()),
        )
    })
}

/// Refuses a file that may not or should not be replaced now.
///
/// # Errors
/// `PermissionDenied` when it is read-only or open in another program.
pub(super) fn check_writable(path: &Path) -> Result<(), WireError> {
    let refused = |why: &str, hint: &str| {
        Err(WireError::new(
            ErrorCode::PermissionDenied,
            format!("could not change `{}`: {why}", path.display()),
        )
        .with_hint(hint))
    };
    if fs::metadata(path).is_ok_and(|meta| meta.permissions().readonly()) {
        return refused("the file is read-only", "write into a copy instead");
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let cut: String = name.chars().skip(2).collect();
    for lock in [
        format!("~${name}"),
        format!("~${cut}"),
        format!(".~lock.{name}#"),
    ] {
        if path.with_file_name(lock).exists() {
            return refused(
                "it is open in another program",
                "close it there, or write into a copy",
            );
        }
    }
    Ok(())
}

/// Writes a file under a temporary name beside its place, and gives it its name only when everything is on disk.
///
/// # Errors
/// What `write` returns, or the code of the write error. The place is then as it was, and nothing else is left.
pub(super) fn write_whole(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> Result<(), WireError>,
) -> Result<(), WireError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = path.with_file_name(format!(".{name}.{}.part", std::process::id()));
    let guard = RemoveOnDrop(&temporary);
    let file = File::create(&temporary).map_err(io_error)?;
    let mut out = BufWriter::with_capacity(256 << 10, file);
    write(&mut out)?;
    out.flush().map_err(io_error)?;
    let file = out.into_inner().map_err(|e| io_error(e.into_error()))?;
    file.sync_all().map_err(io_error)?;
    drop(file);
    if let Ok(meta) = fs::metadata(path) {
        fs::set_permissions(&temporary, meta.permissions()).map_err(io_error)?;
    }
    fs::rename(&temporary, path).map_err(io_error)?;
    std::mem::forget(guard);
    Ok(())
}

/// A failed write leaves nothing behind.
struct RemoveOnDrop<'a>(&'a Path);

impl Drop for RemoveOnDrop<'_> {
    fn drop(&mut self) {
        // It may not exist yet; a file that cannot be removed is reported by the error that brought us here.
        let _ = fs::remove_file(self.0);
    }
}

/// Keeps a copy of a content in a folder, under the file's name and a number.
///
/// # Errors
/// The code of the write error.
pub(super) fn keep_backup(bytes: &[u8], path: &Path, backups: &Path) -> Result<PathBuf, WireError> {
    fs::create_dir_all(backups).map_err(io_error)?;
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    let place = (1..)
        .map(|n| backups.join(format!("{stem}.{n}.{extension}")))
        .find(|place| !place.exists())
        .unwrap_or_default();
    write_whole(&place, |out| out.write_all(bytes).map_err(io_error))?;
    Ok(place)
}

/// Removes a copy that a failed job had begun.
pub(super) fn remove_file(path: &Path) -> Result<(), WireError> {
    fs::remove_file(path).map_err(io_error)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_leaves_the_file_as_it_was_and_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("w.xlsx");
        fs::write(&path, b"before").unwrap();
        let error = write_whole(&path, |out| {
            out.write_all(&[0; 4096]).map_err(io_error)?;
            Err(io_error(std::io::ErrorKind::StorageFull.into()))
        })
        .unwrap_err();
        assert_eq!(error.code, ErrorCode::DiskFull);
        assert!(!error.hint.is_empty());
        assert_eq!(fs::read(&path).unwrap(), b"before");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
