//! The folder of saved prefixes: which of them a prompt begins with, and which go when room or a promise asks for it.

use std::fs::{self, File, OpenOptions};
use std::io::{BufReader, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use serde::Serialize;

use super::{Head, file_bytes, read_head};

/// Files are of this kind, and of the other one while they are written.
const KIND: &str = "kv";
const PART: &str = "part";

/// Saved prefixes in a folder of their own, within a limit. Nothing here is an error: what cannot be kept or read is not
/// there, and the prompt is computed.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    limit_bytes: AtomicU64,
    entries: Mutex<Entries>,
    /// Counts what was forgotten, so that a prefix begun before is not put down after.
    forgotten: AtomicU64,
    numbers: AtomicU64,
}

#[derive(Debug, Default)]
struct Entries {
    /// Looked for on first use.
    known: bool,
    list: Vec<Entry>,
}

#[derive(Debug, Clone)]
struct Entry {
    path: PathBuf,
    head: Head,
    bytes: u64,
    used: SystemTime,
}

/// A saved prefix that a prompt begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its file.
    pub path: PathBuf,
    /// Tokens from the first on that prompt and prefix have alike.
    pub common: usize,
}

/// What the folder holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Held {
    /// Saved prefixes.
    pub prefixes: usize,
    /// Their bytes.
    pub bytes: u64,
    /// Most bytes that they may have.
    pub limit_bytes: u64,
}

/// A saved prefix that is being written; dropped before [`Folder::put`], it leaves nothing.
#[derive(Debug)]
pub struct Writing {
    path: PathBuf,
    file: Option<File>,
    forgotten: u64,
}

impl Folder {
    /// The folder, which need not be there yet. With a limit of 0 nothing is kept and nothing is found.
    pub fn new(root: PathBuf, limit_bytes: u64) -> Self {
        Self {
            root,
            limit_bytes: AtomicU64::new(limit_bytes),
            entries: Mutex::default(),
            forgotten: AtomicU64::new(0),
            numbers: AtomicU64::new(0),
        }
    }

    /// Most bytes that the files may have together.
    pub fn limit_bytes(&self) -> u64 {
        self.limit_bytes.load(Ordering::Relaxed)
    }

    /// Sets another limit and takes away what is over it, what was not used for longest first.
    pub fn set_limit_bytes(&self, limit_bytes: u64) {
        self.limit_bytes.store(limit_bytes, Ordering::Relaxed);
        make_room(&mut self.entries().list, limit_bytes);
    }

    /// What is there.
    pub fn held(&self) -> Held {
        let entries = &self.entries().list;
        Held {
            prefixes: entries.len(),
            bytes: entries.iter().map(|entry| entry.bytes).sum(),
            limit_bytes: self.limit_bytes(),
        }
    }

    /// True when some prefix of this engine is there: else nobody need count what a prompt begins with.
    pub fn has_any(&self, engine: &str) -> bool {
        let entries = &self.entries().list;
        entries.iter().any(|entry| entry.head.engine == engine)
    }

    /// The prefix of this engine that has most in common with a prompt, at least `least` tokens.
    pub fn longest(&self, engine: &str, prompt: &[i32], least: usize) -> Option<Found> {
        let entries = &self.entries().list;
        entries
            .iter()
            .filter(|entry| entry.head.engine == engine)
            .map(|entry| (common(&entry.head.tokens, prompt), entry))
            .filter(|(common, _)| *common >= least.max(1))
            .max_by_key(|(common, _)| *common)
            .map(|(common, entry)| Found {
                path: entry.path.clone(),
                common,
            })
    }

    /// Notes that a file was of use, so that it stays longer than others.
    pub fn used(&self, path: &Path) {
        let now = SystemTime::now();
        for entry in &mut self.entries().list {
            if entry.path == path {
                entry.used = now;
            }
        }
        // The next start of the program goes by the file's time.
        if let Ok(file) = OpenOptions::new().append(true).open(path) {
            let _ = file.set_modified(now);
        }
    }

    /// Takes a file away that turned out to be of no use.
    pub fn remove(&self, path: &Path) {
        self.drop_where(|entry| entry.path == path);
    }

    /// Takes away all that quotes this file, or files of this folder, or may quote it; tells how many certainly did.
    pub fn forget(&self, path: &Path) -> usize {
        self.forgotten.fetch_add(1, Ordering::Relaxed);
        let named = self.drop_where(|entry| entry.head.holds.names(path));
        self.drop_where(|entry| entry.head.holds.files.is_none());
        named
    }

    /// Takes away all that holds what was said in conversations.
    pub fn forget_conversations(&self) -> usize {
        self.forgotten.fetch_add(1, Ordering::Relaxed);
        self.drop_where(|entry| entry.head.holds.conversation)
    }

    /// Takes everything away.
    pub fn clear(&self) -> usize {
        self.forgotten.fetch_add(1, Ordering::Relaxed);
        self.drop_where(|_| true)
    }

    /// Begins to write a prefix; `None` when nothing is kept or can be. To be begun before the prompt is computed: what
    /// is forgotten meanwhile is then not put down.
    pub fn begin(&self) -> Option<Writing> {
        if self.limit_bytes() == 0 {
            return None;
        }
        // Looking what is there takes parts away, so it comes before there is one of ours.
        drop(self.entries());
        let number = self.numbers.fetch_add(1, Ordering::Relaxed);
        Some(Writing {
            path: self
                .root
                .join(format!("{}-{number}.{PART}", std::process::id())),
            file: None,
            forgotten: self.forgotten.load(Ordering::Relaxed),
        })
    }

    /// Puts a prefix that was written whole in its place, in the stead of shorter ones that it begins with; `false` when
    /// it is not kept after all.
    pub fn put(&self, mut writing: Writing) -> bool {
        let Some(file) = writing.file.take() else {
            return false;
        };
        drop(file);
        let entries = &mut self.entries().list;
        if self.forgotten.load(Ordering::Relaxed) != writing.forgotten {
            return false;
        }
        let Some(mut entry) = entry_of(&writing.path) else {
            return false;
        };
        let limit = self.limit_bytes();
        if entry.bytes > limit {
            return false;
        }
        entry.path = self.root.join(format!("{}.{KIND}", name_of(&entry.head)));
        let replaced = |old: &Entry| {
            old.path == entry.path
                || (old.head.engine == entry.head.engine
                    && old.head.holds == entry.head.holds
                    && entry.head.tokens.starts_with(&old.head.tokens))
        };
        take_out(entries, replaced);
        make_room(entries, limit - entry.bytes);
        if fs::rename(&writing.path, &entry.path).is_err() {
            return false;
        }
        entries.push(entry);
        true
    }

    fn drop_where(&self, of_no_use: impl Fn(&Entry) -> bool) -> usize {
        take_out(&mut self.entries().list, of_no_use)
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if !entries.known {
            *entries = Entries {
                known: true,
                list: found_in(&self.root),
            };
        }
        entries
    }
}

impl Writing {
    /// Writes the next bytes; `false` when they cannot be, and then nothing is kept.
    pub fn write(&mut self, bytes: &[u8]) -> bool {
        let mut file = match self.file.take() {
            Some(file) => file,
            None => {
                let folder = self.path.parent().unwrap_or(Path::new("."));
                let made = fs::create_dir_all(folder).and_then(|()| File::create(&self.path));
                let Ok(file) = made else { return false };
                file
            }
        };
        let written = file.write_all(bytes).is_ok();
        if written {
            self.file = Some(file);
        }
        written
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        self.file = None;
        // Moved away or never made is as good.
        let _ = fs::remove_file(&self.path);
    }
}

/// What a folder holds; parts of a run that was ended and files that are no saved prefixes are taken away.
fn found_in(root: &Path) -> Vec<Entry> {
    let Ok(folder) = fs::read_dir(root) else {
        return Vec::new();
    };
    let mut entries = Vec::new();
    for path in folder.flatten().map(|entry| entry.path()) {
        let kind = path.extension().and_then(|kind| kind.to_str());
        match kind
            .filter(|kind| *kind == KIND)
            .and_then(|_| entry_of(&path))
        {
            Some(entry) => entries.push(entry),
            None if kind == Some(KIND) || kind == Some(PART) => {
                let _ = fs::remove_file(&path);
            }
            None => {}
        }
    }
    entries
}

/// A file whose head can be read and whose length is right; its checksum is for whoever uses it.
fn entry_of(path: &Path) -> Option<Entry> {
    let file = File::open(path).ok()?;
    let metadata = file.metadata().ok()?;
    let mut counted = Counted {
        input: BufReader::new(file),
        bytes: 0,
    };
    let head = read_head(&mut counted).ok()?;
    let front = super::FRONT_BYTES as u64;
    if file_bytes(counted.bytes - front, &head) != metadata.len() {
        return None;
    }
    Some(Entry {
        path: path.to_path_buf(),
        bytes: metadata.len(),
        used: metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH),
        head,
    })
}

struct Counted<R> {
    input: R,
    bytes: u64,
}

impl<R: std::io::Read> std::io::Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.bytes += read as u64;
        Ok(read)
    }
}

fn common(held: &[i32], prompt: &[i32]) -> usize {
    held.iter().zip(prompt).take_while(|(a, b)| a == b).count()
}

/// The same for the same tokens of the same engine.
fn name_of(head: &Head) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(head.engine.as_bytes());
    for token in &head.tokens {
        hasher.update(&token.to_le_bytes());
    }
    hasher.finalize().to_hex()[..32].to_owned()
}

fn take_out(entries: &mut Vec<Entry>, of_no_use: impl Fn(&Entry) -> bool) -> usize {
    let before = entries.len();
    entries.retain(|entry| {
        let stays = !of_no_use(entry);
        if !stays {
            let _ = fs::remove_file(&entry.path);
        }
        stays
    });
    before - entries.len()
}

/// Takes away what was not used for longest until the rest has at most these bytes.
fn make_room(entries: &mut Vec<Entry>, most: u64) {
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.used));
    let mut bytes = 0;
    let keep = entries
        .iter()
        .take_while(|entry| {
            bytes += entry.bytes;
            bytes <= most
        })
        .count();
    for entry in entries.drain(keep..) {
        let _ = fs::remove_file(&entry.path);
    }
}

#[cfg(test)]
mod tests;
