//! Checksums of files, and the small record beside each installed file that saves reading it again.

use std::fs::{File, Metadata};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use deskmate_core::{CancelToken, ErrorCode, Progress, WireError};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

use super::ModelKind;

const BUFFER_BYTES: usize = 1 << 20;
// Often enough for a smooth bar, seldom enough not to slow the copy.
const BETWEEN_REPORTS_MS: u128 = 100;

/// What was found when a file was last read whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Record {
    /// The checksum that the file must have: the catalogue's, or that of the file when it was added.
    pub(super) sha256: String,
    pub(super) bytes: u64,
    /// Time of modification, nanoseconds since 1970.
    pub(super) modified_ns: u64,
    /// Seconds since 1970.
    pub(super) verified_at: u64,
    /// The checksum was as it must be.
    pub(super) matches: bool,
    /// For models that are not in the catalogue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) own: Option<OwnFacts>,
}

/// What the program found out about a model of the user's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct OwnFacts {
    pub(super) name: String,
    pub(super) kind: ModelKind,
}

impl Record {
    /// A record of the file as it is now.
    pub(super) fn of(
        metadata: &Metadata,
        sha256: &str,
        matches: bool,
        own: Option<OwnFacts>,
    ) -> Self {
        Self {
            sha256: sha256.to_string(),
            bytes: metadata.len(),
            modified_ns: modified_ns(metadata),
            verified_at: SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |since| since.as_secs()),
            matches,
            own,
        }
    }

    /// True while the file has the size and time that it had when it was read.
    pub(super) fn is_of(&self, metadata: &Metadata) -> bool {
        self.bytes == metadata.len() && self.modified_ns == modified_ns(metadata)
    }
}

fn modified_ns(metadata: &Metadata) -> u64 {
    metadata
        .modified()
        .ok()
        .and_then(|time| time.duration_since(UNIX_EPOCH).ok())
        .map_or(0, |since| u64::try_from(since.as_nanos()).unwrap_or(0))
}

/// Reads a small JSON file; none when it is missing or not of this form, since it can always be made again.
pub(super) fn read_json<T: DeserializeOwned>(path: &Path) -> Option<T> {
    serde_json::from_slice(&std::fs::read(path).ok()?).ok()
}

/// Replaces a small JSON file in one step.
pub(super) fn write_json(path: &Path, value: &impl Serialize) -> Result<(), WireError> {
    let text = serde_json::to_vec_pretty(value)
        .map_err(|error| WireError::new(ErrorCode::Internal, error.to_string()))?;
    let new = with_suffix(path, ".new");
    std::fs::write(&new, text)
        .and_then(|()| std::fs::rename(&new, path))
        .map_err(|error| io_error("could not write", path, &error))
}

/// The path with something behind its last component.
pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// An operating-system error with the file it is about.
pub(super) fn io_error(what: &str, path: &Path, error: &std::io::Error) -> WireError {
    let code = ErrorCode::of_io(error);
    let wire = WireError::new(code, format!("{what} `{}`: {error}", path.display()));
    match code {
        ErrorCode::DiskFull => wire.with_hint("free some space and try again"),
        _ => wire,
    }
}

/// The checksum of a file, told as progress of `meter`.
pub(super) fn hash_file(
    path: &Path,
    cancel: &CancelToken,
    meter: &mut Meter<'_>,
) -> Result<String, WireError> {
    let fail = |error: std::io::Error| io_error("could not read", path, &error);
    let mut file = File::open(path).map_err(fail)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; BUFFER_BYTES];
    let mut done = 0_u64;
    loop {
        if cancel.is_cancelled() {
            return Err(WireError::cancelled());
        }
        let count = file.read(&mut buffer).map_err(fail)?;
        if count == 0 {
            break;
        }
        hasher.update(&buffer[..count]);
        done += count as u64;
        meter.set(done);
    }
    Ok(hex(&hasher.finalize()))
}

/// Bytes as small hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Tells the progress of one stage, not more often than is useful.
pub(super) struct Meter<'a> {
    tell: &'a mut dyn FnMut(Progress),
    stage: &'static str,
    item: String,
    total: u64,
    // Where this stage began: what was there before says nothing about the speed.
    first: Option<(Instant, u64)>,
    last: Option<Instant>,
}

impl<'a> Meter<'a> {
    pub(super) fn new(
        tell: &'a mut dyn FnMut(Progress),
        stage: &'static str,
        item: &str,
        total: u64,
    ) -> Self {
        Self {
            tell,
            stage,
            item: item.to_string(),
            total,
            first: None,
            last: None,
        }
    }

    /// Tells how many bytes are done.
    pub(super) fn set(&mut self, done: u64) {
        let now = Instant::now();
        let (start, first) = *self.first.get_or_insert((now, done));
        let soon = self
            .last
            .is_some_and(|last| now.duration_since(last).as_millis() < BETWEEN_REPORTS_MS);
        if soon && done < self.total {
            return;
        }
        self.last = Some(now);
        let elapsed = now.duration_since(start).as_millis();
        let gained = u128::from(done.saturating_sub(first));
        let left = u128::from(self.total.saturating_sub(done));
        let eta = (left * elapsed).checked_div(gained);
        (self.tell)(Progress {
            stage: self.stage.to_string(),
            done: done.min(self.total),
            total: Some(self.total),
            eta_ms: eta.and_then(|eta| u64::try_from(eta).ok()),
            item: Some(self.item.clone()),
        });
    }
}
