//! Writing a backup: under another name first, so that the file is whole or not there.

use std::fs::File;
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use deskmate_core::{CancelToken, ErrorCode, WireError};
use deskmate_store::BACKUP_FOLDERS;
use walkdir::WalkDir;
use zip::write::{SimpleFileOptions, ZipWriter};

use super::{
    BLOCK, BackupSummary, CATALOGUE_ENTRY, DIGEST_DIGITS, DIGEST_MARK, FORMAT, MANIFEST_ENTRY,
    Manifest, Meter, Part, TITLE_ENTRY, io_failed,
};
use crate::home::Home;
use crate::ingest::Sink;

const TITLE: &str = "Deskmate backup. Restore it with `deskmate restore FILE` or in the settings of the window.\n\
    同桌备份。请在窗口的设置中恢复，或运行 `deskmate restore FILE`。\n";

/// A kind of backups of the library that are not the user's: copies of the catalogue before a migration.
const OWN_COPIES: &str = "backups/catalog-";

/// Writes the whole library to the new file `to`, or to a file named after the day when `to` is a folder. The library may
/// be open and written to meanwhile, by this process or another one.
///
/// # Errors
/// `NotFound` where there is no library; `InvalidInput` when the file exists or would lie in the library's own folder;
/// `LibraryDamaged` when what is to be kept is not sound; `DiskFull`, `PermissionDenied`, `Cancelled`: then there is no
/// file.
pub fn back_up(
    home: &Home,
    to: &Path,
    cancel: &CancelToken,
    sink: Sink<'_>,
) -> Result<BackupSummary, WireError> {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(0));
    let to = target(home, to, now)?;
    let folder = to.parent().unwrap_or(Path::new("."));
    let failed = |error: std::io::Error| io_failed("write", &to, &error);
    // Beside the catalogue, where such a copy of it would also go when it grew.
    let own = home.root().join("cache");
    std::fs::create_dir_all(&own).map_err(|error| io_failed("use", &own, &error))?;
    let scratch = tempfile::tempdir_in(&own).map_err(|error| io_failed("use", &own, &error))?;
    let copy = scratch.path().join("catalog.sqlite");
    let mut meter = Meter::new(&mut *sink, cancel, "copying", 0);
    let facts = deskmate_store::snapshot(home.root(), &copy, cancel, &mut |done, total| {
        (meter.done, meter.total) = (done, total);
        meter.tell();
    })?;
    let mut parts = vec![(CATALOGUE_ENTRY.to_string(), copy)];
    parts.extend(parts_of(home.root()));
    let total = parts
        .iter()
        .filter_map(|(_, path)| std::fs::metadata(path).ok())
        .map(|metadata| metadata.len())
        .sum();
    let mut meter = Meter::new(sink, cancel, "packing", total);
    let part = tempfile::Builder::new()
        .prefix(".deskmate-backup-")
        .suffix(".part")
        .tempfile_in(folder)
        .map_err(failed)?;
    let mut manifest = Manifest {
        format: FORMAT,
        program: env!("CARGO_PKG_VERSION").to_string(),
        created_at_ms: now,
        schema: facts.schema,
        files: facts.files,
        conversations: facts.conversations,
        parts: Vec::new(),
    };
    pack(part.as_file(), &parts, &mut manifest, &mut meter, &to)?;
    seal(part.as_file()).map_err(failed)?;
    let bytes = part.as_file().metadata().map_err(failed)?.len();
    part.persist_noclobber(&to)
        .map_err(|error| failed(error.error))?;
    if let Ok(folder) = File::open(folder) {
        // The name lasts; a system without such a call needs none.
        let _ = folder.sync_all();
    }
    Ok(manifest.summary(to, bytes))
}

/// The file to be written: free, and outside of the library.
fn target(home: &Home, to: &Path, now_ms: i64) -> Result<PathBuf, WireError> {
    let to = std::path::absolute(to).unwrap_or_else(|_| to.to_path_buf());
    let to = if to.is_dir() { dated(&to, now_ms) } else { to };
    if to.exists() {
        return Err(WireError::new(
            ErrorCode::InvalidInput,
            format!("`{}` exists already", to.display()),
        )
        .with_hint("choose another name; nothing is overwritten"));
    }
    let folder = to.parent().unwrap_or(Path::new("/"));
    let real = folder
        .canonicalize()
        .map_err(|error| io_failed("use", folder, &error))?;
    let root = home.root().canonicalize();
    if root.is_ok_and(|root| real.starts_with(root)) {
        return Err(WireError::new(
            ErrorCode::InvalidInput,
            "a backup cannot lie in the library's own folder",
        )
        .with_hint("choose a folder elsewhere, best on another disk"));
    }
    Ok(to)
}

/// A free name in a folder, after the day.
fn dated(folder: &Path, now_ms: i64) -> PathBuf {
    let (year, month, day) = day_of(now_ms.div_euclid(86_400_000));
    let stem = format!("deskmate-{year:04}-{month:02}-{day:02}");
    std::iter::once(format!("{stem}.zip"))
        .chain((2_u32..10_000).map(|n| format!("{stem}-{n}.zip")))
        .map(|name| folder.join(name))
        .find(|path| !path.exists())
        .unwrap_or_else(|| folder.join(format!("{stem}-last.zip")))
}

/// Year, month and day of a number of days since 1970-01-01.
// Source: Howard Hinnant, chrono-compatible low-level date algorithms, `civil_from_days`.
pub(crate) fn day_of(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// The files beside the catalogue, by name. Links are not followed: what they point at is not the library's.
fn parts_of(root: &Path) -> Vec<(String, PathBuf)> {
    let mut parts = Vec::new();
    for folder in BACKUP_FOLDERS {
        for entry in WalkDir::new(root.join(folder))
            .sort_by_file_name()
            .into_iter()
            .flatten()
            .filter(|entry| entry.file_type().is_file())
        {
            let Ok(below) = entry.path().strip_prefix(root) else {
                continue;
            };
            let components: Option<Vec<&str>> = below
                .components()
                .map(|component| component.as_os_str().to_str())
                .collect();
            let Some(name) = components.map(|components| components.join("/")) else {
                continue;
            };
            if !name.starts_with(OWN_COPIES) {
                parts.push((name, entry.path().to_path_buf()));
            }
        }
    }
    parts
}

fn pack(
    file: &File,
    parts: &[(String, PathBuf)],
    manifest: &mut Manifest,
    meter: &mut Meter<'_, '_>,
    to: &Path,
) -> Result<(), WireError> {
    let io = |error: std::io::Error| io_failed("write", to, &error);
    let zipped = |error: zip::result::ZipError| io(std::io::Error::from(error));
    // Quick: most of the time goes into reading and writing, and vectors do not shrink.
    let options = SimpleFileOptions::default()
        .compression_level(Some(1))
        .large_file(true);
    let target = UntilItFails {
        file,
        has_failed: false,
    };
    let mut zip = ZipWriter::new(BufWriter::with_capacity(BLOCK, target));
    zip.start_file(TITLE_ENTRY, options).map_err(zipped)?;
    zip.write_all(TITLE.as_bytes()).map_err(io)?;
    let mut block = vec![0_u8; BLOCK];
    for (name, path) in parts {
        let mut source = match File::open(path) {
            Ok(source) => source,
            // Deleted since it was listed, e.g. a prompt.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(io_failed("read", path, &error)),
        };
        zip.start_file(name.as_str(), options).map_err(zipped)?;
        let mut hasher = blake3::Hasher::new();
        let mut bytes = 0;
        loop {
            let length = source
                .read(&mut block)
                .map_err(|error| io_failed("read", path, &error))?;
            if length == 0 {
                break;
            }
            hasher.update(&block[..length]);
            zip.write_all(&block[..length]).map_err(io)?;
            bytes += length as u64;
            meter.add(length)?;
        }
        manifest.parts.push(Part {
            name: name.clone(),
            bytes,
            blake3: hasher.finalize().to_hex().to_string(),
        });
    }
    let text = serde_json::to_vec_pretty(manifest)
        .map_err(|error| WireError::new(ErrorCode::Internal, error.to_string()))?;
    zip.start_file(MANIFEST_ENTRY, options).map_err(zipped)?;
    zip.write_all(&text).map_err(io)?;
    // The digest takes the place of the zeros once everything before it is written.
    let place = format!("{DIGEST_MARK}{}", "0".repeat(DIGEST_DIGITS));
    zip.set_comment(place).map_err(zipped)?;
    let mut written = zip.finish().map_err(zipped)?;
    written.flush().map_err(io)
}

/// A file that takes everything once it has refused something, and keeps nothing of it: a `ZipWriter` that is dropped
/// after an error would else try to end the archive and print that it cannot.
struct UntilItFails<'a> {
    file: &'a File,
    has_failed: bool,
}

impl Write for UntilItFails<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.has_failed {
            return Ok(bytes.len());
        }
        self.file.write(bytes).inspect_err(|error| {
            self.has_failed = error.kind() != std::io::ErrorKind::Interrupted;
        })
    }

    fn flush(&mut self) -> std::io::Result<()> {
        if self.has_failed {
            return Ok(());
        }
        self.file.flush()
    }
}

impl Seek for UntilItFails<'_> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.file.seek(to)
    }
}

/// Puts the digest of the whole file at its end, and the file onto the disk.
fn seal(mut file: &File) -> std::io::Result<()> {
    let end = file.seek(SeekFrom::End(-(DIGEST_DIGITS as i64)))?;
    file.rewind()?;
    let mut hasher = blake3::Hasher::new();
    let mut block = vec![0_u8; BLOCK];
    let mut rest = file.take(end);
    loop {
        let length = rest.read(&mut block)?;
        if length == 0 {
            break;
        }
        hasher.update(&block[..length]);
    }
    file.seek(SeekFrom::Start(end))?;
    file.write_all(hasher.finalize().to_hex().as_bytes())?;
    file.sync_all()
}
