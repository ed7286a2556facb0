//! Finds the files under what the user named, without opening them.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use deskmate_core::{CancelToken, ErrorCode, WireError};
use walkdir::{DirEntry, WalkDir};

use super::granted::Granted;

/// A file as the folder shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) path: PathBuf,
    pub(crate) size: u64,
    pub(crate) mtime_ns: i64,
}

/// What a scan gives.
#[derive(Debug, Default)]
pub(crate) struct Scan {
    /// Files to look at, by path.
    pub(crate) files: Vec<Found>,
    /// What cannot be looked at, with the reason.
    pub(crate) failed: Vec<(PathBuf, WireError)>,
    /// Files of kinds that hold no text for us.
    pub(crate) skipped: Vec<(PathBuf, WireError)>,
}

/// Kinds that are passed over inside folders without being opened: media, programs, archives, caches.
const PASSED_OVER: [&str; 58] = [
    "png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "webp", "svg", "ico", "heic", "raw", "psd",
    "mp3", "wav", "flac", "aac", "m4a", "ogg", "mp4", "mov", "avi", "mkv", "webm", "wmv", "zip",
    "rar", "7z", "gz", "tar", "xz", "bz2", "iso", "dmg", "exe", "dll", "so", "dylib", "msi", "deb",
    "rpm", "apk", "jar", "class", "o", "a", "pyc", "ttf", "otf", "woff", "woff2", "gguf", "bin",
    "dat", "db", "sqlite", "lnk", "part",
];

/// Walks files and folders, following links within what was named, there or before (`granted`), but never round in a circle.
/// A link that leads elsewhere is skipped, with that reason: a folder that somebody else packed may hold one to anything.
///
/// Hidden files and the lock files of office programs (`~$…`) inside folders are left out without a word; a file that
/// the user names himself is always looked at.
pub(crate) fn scan(
    paths: &[PathBuf],
    granted: &[PathBuf],
    cancel: &CancelToken,
) -> Result<Scan, WireError> {
    let granted = Granted::of(paths.iter().chain(granted).map(PathBuf::as_path));
    walk(paths, true, &granted, cancel)
}

/// As `scan`, for paths that the user did not name himself: those that would be left out inside a folder are left out.
pub(crate) fn scan_changed(
    paths: &[PathBuf],
    granted: &[PathBuf],
    cancel: &CancelToken,
) -> Result<Scan, WireError> {
    let granted = Granted::of(granted.iter().map(PathBuf::as_path));
    walk(paths, false, &granted, cancel)
}

fn walk(
    paths: &[PathBuf],
    named: bool,
    granted: &Granted,
    cancel: &CancelToken,
) -> Result<Scan, WireError> {
    let mut scan = Scan::default();
    let mut seen = HashSet::new();
    for path in paths {
        let root = std::path::absolute(path).unwrap_or_else(|_| path.clone());
        let is_named = |entry: &DirEntry| named && entry.depth() == 0;
        let mut walk = WalkDir::new(&root)
            .follow_links(true)
            .sort_by_file_name()
            .into_iter()
            .filter_entry(|entry| is_named(entry) || !is_hidden(entry));
        while let Some(entry) = walk.next() {
            if cancel.is_cancelled() {
                return Err(WireError::cancelled());
            }
            match entry {
                Ok(entry) if entry.path_is_symlink() && !granted.holds(entry.path()) => {
                    let reason = WireError::new(
                        ErrorCode::LeadsElsewhere,
                        "the link leads out of what was added",
                    )
                    .with_hint("add the place that it leads to");
                    scan.skipped.push((entry.path().to_path_buf(), reason));
                    if entry.file_type().is_dir() {
                        walk.skip_current_dir();
                    }
                }
                Ok(entry) if entry.file_type().is_dir() => {}
                Ok(entry) => look(&entry, is_named(&entry), &mut scan, &mut seen),
                Err(error) => {
                    let path = error.path().unwrap_or(&root).to_path_buf();
                    let reason = walk_error(&error);
                    scan.failed.push((path, reason));
                }
            }
        }
    }
    scan.files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(scan)
}

fn look(entry: &DirEntry, is_named: bool, scan: &mut Scan, seen: &mut HashSet<PathBuf>) {
    let path = entry.path().to_path_buf();
    if !seen.insert(path.clone()) {
        return;
    }
    if !entry.file_type().is_file() {
        let reason = WireError::new(ErrorCode::UnsupportedFormat, "it is not a regular file");
        scan.skipped.push((path, reason));
        return;
    }
    if !is_named && is_passed_over(&path) {
        let reason = WireError::new(
            ErrorCode::UnsupportedFormat,
            "files of this kind hold no text that is read",
        );
        scan.skipped.push((path, reason));
        return;
    }
    match entry.metadata() {
        Ok(metadata) => scan.files.push(Found {
            path,
            size: metadata.len(),
            mtime_ns: mtime_ns(&metadata),
        }),
        Err(error) => {
            let reason = walk_error(&error);
            scan.failed.push((path, reason));
        }
    }
}

/// Time of last change in nanoseconds since 1970; 0 where the file system has none.
pub(crate) fn mtime_ns(metadata: &std::fs::Metadata) -> i64 {
    metadata
        .modified()
        .ok()
        .and_then(|time| time.duration_since(UNIX_EPOCH).ok())
        .map_or(0, |since| {
            i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
        })
}

fn is_hidden(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    name.starts_with('.') || name.starts_with("~$") || name == "Thumbs.db"
}

fn is_passed_over(path: &Path) -> bool {
    let extension = path
        .extension()
        .map(|e| e.to_string_lossy().to_lowercase())
        .unwrap_or_default();
    PASSED_OVER.contains(&extension.as_str())
}

fn walk_error(error: &walkdir::Error) -> WireError {
    if let Some(above) = error.loop_ancestor() {
        return WireError::new(
            ErrorCode::InvalidInput,
            format!("the link leads back to `{}`", above.display()),
        );
    }
    match error.io_error() {
        Some(io) => WireError::new(ErrorCode::of_io(io), format!("the system says: {io}")),
        None => WireError::new(ErrorCode::Internal, error.to_string()),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_link_that_leads_back_is_listed_and_the_rest_is_found() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a.txt"), "x").unwrap();
        std::fs::create_dir(dir.path().join("b")).unwrap();
        std::os::unix::fs::symlink(dir.path(), dir.path().join("b/loop")).unwrap();
        let scan = scan(&[dir.path().to_path_buf()], &[], &CancelToken::new()).unwrap();
        assert_eq!(scan.files.len(), 1);
        assert_eq!(scan.failed.len(), 1);
    }

    #[test]
    fn a_link_is_followed_within_what_was_named_and_no_further() {
        let outside = tempfile::tempdir().unwrap();
        std::fs::write(outside.path().join("secret.txt"), "x").unwrap();
        let dir = tempfile::tempdir().unwrap();
        let docs = dir.path().join("docs");
        std::fs::create_dir(&docs).unwrap();
        std::fs::write(docs.join("a.txt"), "x").unwrap();
        let link = |to: &Path, name: &str| {
            std::os::unix::fs::symlink(to, docs.join(name)).unwrap();
        };
        link(&docs.join("a.txt"), "again.txt");
        link(&outside.path().join("secret.txt"), "secret.txt");
        link(outside.path(), "folder");
        let names = |scan: &Scan| -> Vec<String> {
            let files = scan.files.iter().map(|found| found.path.file_name());
            files
                .map(|name| name.unwrap().to_string_lossy().into_owned())
                .collect()
        };
        let cancel = CancelToken::new();
        let alone = scan(std::slice::from_ref(&docs), &[], &cancel).unwrap();
        assert_eq!(names(&alone), ["a.txt", "again.txt"]);
        assert_eq!(alone.skipped.len(), 2);
        assert!(alone.skipped[0].1.message.contains("leads out"));
        // Both folders were added: then it leads nowhere else.
        let both = scan(
            std::slice::from_ref(&docs),
            &[outside.path().to_path_buf()],
            &cancel,
        );
        assert_eq!(both.unwrap().files.len(), 4);
        // A link that the user names himself is what it leads to.
        let named = scan(&[docs.join("secret.txt")], &[], &cancel).unwrap();
        assert_eq!(named.files.len(), 1);
        let changed = scan_changed(
            &[docs.join("secret.txt")],
            std::slice::from_ref(&docs),
            &cancel,
        );
        assert_eq!(changed.unwrap().files.len(), 0);
    }

    #[test]
    fn hidden_and_lock_files_are_left_out_and_media_are_skipped() {
        let dir = tempfile::tempdir().unwrap();
        for name in [".x.txt", "~$a.docx", "photo.png", "笔记😀.txt"] {
            std::fs::write(dir.path().join(name), "x").unwrap();
        }
        let scan = scan(&[dir.path().to_path_buf()], &[], &CancelToken::new()).unwrap();
        assert_eq!(scan.files.len(), 1);
        assert_eq!(scan.skipped.len(), 1);
    }

    #[test]
    fn a_changed_file_is_judged_as_if_it_was_met_in_its_folder() {
        let dir = tempfile::tempdir().unwrap();
        let paths: Vec<PathBuf> = ["a.txt", "~$a.docx", "photo.png"]
            .iter()
            .map(|name| dir.path().join(name))
            .collect();
        for path in &paths {
            std::fs::write(path, "x").unwrap();
        }
        let granted = [dir.path().to_path_buf()];
        let changed = scan_changed(&paths, &granted, &CancelToken::new()).unwrap();
        assert_eq!((changed.files.len(), changed.skipped.len()), (1, 1));
        let named = scan(&paths, &[], &CancelToken::new()).unwrap();
        assert_eq!(named.files.len(), 3);
    }

    #[test]
    fn a_path_that_is_not_there_is_a_failed_file() {
        let scan = scan(&["/nowhere/at/all".into()], &[], &CancelToken::new()).unwrap();
        assert_eq!(scan.failed[0].1.code, ErrorCode::NotFound);
    }
}
