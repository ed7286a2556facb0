#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::{Path, PathBuf};

use deskmate_core::{CancelToken, Chunk, ErrorCode, WireError};
use deskmate_store::{Library, NewChunk, NewDocument, OpenOptions};

use super::write::day_of;
use super::{BackupSummary, RestoreReport, back_up, restore_backup, verify_backup};
use crate::home::Home;

struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn home(&self, name: &str) -> Home {
        Home::locate(Some(&self.path(name)))
    }
}

fn open(home: &Home) -> Library {
    let options = OpenOptions::new(|chunk: &Chunk| chunk.text.clone());
    Library::open(home.root(), options).unwrap()
}

fn document(path: &str, text: &str) -> NewDocument {
    NewDocument {
        path: path.into(),
        size: 1,
        mtime_ns: 1,
        content_hash: [7; 32],
        format: "txt".into(),
        title: None,
        warnings: Vec::new(),
        chunks: vec![NewChunk {
            chunk: Chunk {
                ordinal: 0,
                heading: Vec::new(),
                text: text.into(),
                spans: Vec::new(),
            },
            terms: text.into(),
            text_hash: [9; 32],
        }],
    }
}

/// A library with one of everything, closed.
fn filled(home: &Home, word: &str) {
    let library = open(home);
    library
        .write_documents(&[document("/d/a.txt", word)])
        .unwrap();
    library.create_conversation(word).unwrap();
    library.set_setting("test", &word).unwrap();
    for (place, name) in [
        ("prompts/写作", "notice.md"),
        ("attachments/0123456789ab", "粘贴.txt"),
        ("exports", "draft.docx"),
        ("backups/workbooks", "1.json"),
        ("models", "chat.gguf"),
    ] {
        let folder = home.root().join(place);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(name), format!("{word} {name}")).unwrap();
    }
}

/// What a library holds, as far as `filled` puts it there.
fn content(home: &Home) -> Vec<String> {
    let library = open(home);
    let mut content: Vec<String> = library
        .setting::<String>("test")
        .unwrap()
        .into_iter()
        .collect();
    let title = content.first().cloned().unwrap_or_default();
    let id = library.conversation_titled(&title).unwrap();
    content.push(format!("conversation {}", id.is_some()));
    let found = deskmate_core::ChunkIndex::search_terms(&library, &title, 5, None).unwrap();
    content.push(format!("found {}", found.len()));
    for part in [
        "prompts/写作/notice.md",
        "attachments/0123456789ab/粘贴.txt",
        "exports/draft.docx",
        "backups/workbooks/1.json",
    ] {
        content.push(std::fs::read_to_string(home.root().join(part)).unwrap_or_default());
    }
    content
}

fn backed_up(home: &Home, to: &Path) -> Result<BackupSummary, WireError> {
    back_up(home, to, &CancelToken::new(), &mut |_| {})
}

fn verified(path: &Path) -> Result<BackupSummary, WireError> {
    verify_backup(path, &CancelToken::new(), &mut |_| {})
}

fn restored(home: &Home, file: &Path, replace: bool) -> Result<RestoreReport, WireError> {
    restore_backup(home, file, replace, &CancelToken::new(), &mut |_| {})
}

#[test]
fn a_backup_brings_everything_back_but_models_and_index() {
    let place = Place::new();
    let home = place.home("library");
    filled(&home, "zebra");
    let before = content(&home);
    let file = place.path("backup.zip");
    let written = backed_up(&home, &file).unwrap();
    assert_eq!((written.files, written.conversations), (1, 1));
    assert_eq!(written.parts, 4);
    assert_eq!(verified(&file).unwrap(), written);
    let other = place.home("other");
    let report = restored(&other, &file, false).unwrap();
    assert_eq!(report.kept_aside, None);
    assert_eq!(content(&other), before);
    assert!(!other.root().join("models/chat.gguf").exists());
    // Nothing of the way there is left.
    assert!(!other.root().join("restore.new").exists());
}

#[test]
fn a_library_in_use_is_backed_up_as_it_is_at_one_moment() {
    let place = Place::new();
    let home = place.home("library");
    filled(&home, "zebra");
    let library = open(&home);
    let texts = (0..200).map(|n| document(&format!("/d/{n}.txt"), &format!("text{n}")));
    library.write_documents(&texts.collect::<Vec<_>>()).unwrap();
    let file = place.path("backup.zip");
    assert_eq!(backed_up(&home, &file).unwrap().files, 201);
    library.create_conversation("after").unwrap();
    assert_eq!(verified(&file).unwrap().conversations, 1);
}

#[test]
fn a_cut_a_changed_and_a_foreign_file_are_refused_and_nothing_changes() {
    let place = Place::new();
    let home = place.home("library");
    filled(&home, "zebra");
    let file = place.path("backup.zip");
    backed_up(&home, &file).unwrap();
    let bytes = std::fs::read(&file).unwrap();
    let mine = place.home("mine");
    filled(&mine, "mine");
    let before = content(&mine);
    let check = |name: &str, bytes: &[u8], expected: ErrorCode| {
        let path = place.path(name);
        std::fs::write(&path, bytes).unwrap();
        assert_eq!(verified(&path).unwrap_err().code, expected, "{name}");
        let refused = restored(&mine, &path, true).unwrap_err();
        assert_eq!(refused.code, expected, "{name}");
    };
    for share in [1, 3, 7, 9] {
        let cut = &bytes[..bytes.len() * share / 10];
        check(&format!("cut-{share}.zip"), cut, ErrorCode::DamagedFile);
    }
    let last = bytes.len() - 1;
    check("shorter.zip", &bytes[..last], ErrorCode::DamagedFile);
    for n in 0..40 {
        let at = 60 + (bytes.len() - 60) * n / 40;
        let mut flipped = bytes.clone();
        flipped[at] ^= 1 << (n % 8);
        check(
            &format!("flipped-{at}.zip"),
            &flipped,
            ErrorCode::DamagedFile,
        );
    }
    check(
        "text.zip",
        b"no backup at all",
        ErrorCode::UnsupportedFormat,
    );
    check("empty.zip", b"", ErrorCode::UnsupportedFormat);
    assert_eq!(content(&mine), before);
    let refused = verified(&place.path("nowhere.zip")).unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotFound);
}

#[test]
fn a_part_that_would_lie_elsewhere_is_refused() {
    use std::io::Write;
    use zip::write::{SimpleFileOptions, ZipWriter};
    let place = Place::new();
    let file = place.path("bad.zip");
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let hash = |bytes: &[u8]| blake3::hash(bytes).to_hex().to_string();
    let part = |name: &str| serde_json::json!({ "name": name, "bytes": 1, "blake3": hash(b"x") });
    let manifest = serde_json::json!({
        "format": 1, "program": "0", "created_at_ms": 0, "schema": 2, "files": 0,
        "conversations": 0, "parts": [part("catalog.sqlite"), part("prompts/../../evil")],
    });
    let options = SimpleFileOptions::default();
    for (name, content) in [
        ("deskmate-backup.txt", "x".to_string()),
        ("catalog.sqlite", "x".to_string()),
        ("prompts/../../evil", "x".to_string()),
        ("manifest.json", manifest.to_string()),
    ] {
        zip.start_file(name, options).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.set_comment(format!("blake3:{}", "0".repeat(64)))
        .unwrap();
    let mut bytes = zip.finish().unwrap().into_inner();
    let end = bytes.len() - 64;
    let digest = hash(&bytes[..end]);
    bytes[end..].copy_from_slice(digest.as_bytes());
    std::fs::write(&file, bytes).unwrap();
    let home = place.home("library");
    let refused = restored(&home, &file, true).unwrap_err();
    assert_eq!(refused.code, ErrorCode::DamagedFile);
    assert!(!place.path("evil").exists());
}

#[test]
fn a_library_with_content_is_replaced_only_when_told_and_kept_aside() {
    let place = Place::new();
    let (home, mine) = (place.home("library"), place.home("mine"));
    filled(&home, "zebra");
    filled(&mine, "mine");
    let (theirs, before) = (content(&home), content(&mine));
    let file = place.path("backup.zip");
    backed_up(&home, &file).unwrap();
    let refused = restored(&mine, &file, false).unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvalidInput);
    assert_eq!(content(&mine), before);
    let aside = restored(&mine, &file, true).unwrap().kept_aside.unwrap();
    assert_eq!(content(&mine), theirs);
    // Models stay where they are; the library that was there is a library still.
    assert!(mine.root().join("models/chat.gguf").exists());
    assert_eq!(content(&Home::locate(Some(&aside))), before);
}

#[test]
fn a_library_that_is_open_is_not_exchanged() {
    let place = Place::new();
    let home = place.home("library");
    filled(&home, "zebra");
    let file = place.path("backup.zip");
    backed_up(&home, &file).unwrap();
    let library = open(&home);
    let refused = restored(&home, &file, true).unwrap_err();
    assert_eq!(refused.code, ErrorCode::LibraryLocked);
    drop(library);
}

#[test]
fn a_backup_overwrites_nothing_and_stays_out_of_the_library() {
    let place = Place::new();
    let home = place.home("library");
    let refused = backed_up(&home, &place.path("none.zip")).unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotFound);
    filled(&home, "zebra");
    let file = place.path("taken.zip");
    std::fs::write(&file, "mine").unwrap();
    let refused = backed_up(&home, &file).unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvalidInput);
    assert_eq!(std::fs::read(&file).unwrap(), b"mine");
    let inside = home.root().join("exports/backup.zip");
    let refused = backed_up(&home, &inside).unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvalidInput);
    // A folder gets a file named after the day, and another one beside it.
    let folder = place.path("usb");
    std::fs::create_dir(&folder).unwrap();
    let first = backed_up(&home, &folder).unwrap().path;
    let second = backed_up(&home, &folder).unwrap().path;
    assert_ne!(first, second);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 2);
}

#[test]
fn a_backup_that_is_stopped_leaves_no_file() {
    let place = Place::new();
    let home = place.home("library");
    filled(&home, "zebra");
    let folder = place.path("usb");
    std::fs::create_dir(&folder).unwrap();
    let cancel = CancelToken::new();
    cancel.cancel();
    let stopped = back_up(&home, &folder.join("b.zip"), &cancel, &mut |_| {}).unwrap_err();
    assert_eq!(stopped.code, ErrorCode::Cancelled);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
    let cache = home.root().join("cache");
    assert_eq!(std::fs::read_dir(&cache).unwrap().count(), 0);
}

#[test]
fn days_have_their_names() {
    for (days, expected) in [
        (0, (1970, 1, 1)),
        (11_016, (2000, 2, 29)),
        (20_784, (2026, 11, 27)),
        (-1, (1969, 12, 31)),
    ] {
        assert_eq!(day_of(days), expected, "{days}");
    }
}
