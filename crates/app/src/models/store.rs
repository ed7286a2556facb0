//! The models folder: what lies in it, and whether it is what it should be.

use std::collections::HashSet;
use std::fs::{File, Metadata};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use deskmate_core::{CancelToken, ErrorCode, Progress, WireError};
use serde::{Deserialize, Serialize};

use super::catalog::{Catalog, ModelEntry, ModelKind};
use super::fetch::{FetchOptions, fetch};
use super::gguf::inspect_gguf;
use super::record::{
    Meter, OwnFacts, Record, hash_file, io_error, read_json, with_suffix, write_json,
};

const COPY_BYTES: usize = 1 << 20;

/// A model as the user sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelStatus {
    /// Short name.
    pub id: String,
    /// What it does.
    pub kind: ModelKind,
    /// Name for people.
    pub name: String,
    /// Its file lies in the models folder.
    pub installed: bool,
    /// Size of its file: that on disk when installed, else that of the catalogue.
    pub bytes: u64,
    /// Whether the file has the checksum it must have; none when that has not been looked at since the file changed.
    pub sha256_ok: Option<bool>,
    /// Added by the user, not of the catalogue.
    pub own: bool,
    /// Where its file lies, or would lie.
    pub path: PathBuf,
}

/// Puts an entry's file in its place, tells how far it is, and returns its checksum.
type Fetching<'a> =
    dyn FnMut(&ModelEntry, &mut dyn FnMut(Progress)) -> Result<String, WireError> + 'a;

/// The models folder with the catalogue of what could be in it.
///
/// An installed model is a file `<id>.<extension>` with a record `<id>.<extension>.json` of when it was last
/// verified, so that listing reads no weights. A file that somebody put there without a record is listed too, as
/// not verified.
#[derive(Debug, Clone)]
pub struct ModelStore {
    dir: PathBuf,
    catalog: Catalog,
}

impl ModelStore {
    /// A store in this folder, which need not exist yet, with the built-in catalogue.
    pub fn new(dir: PathBuf) -> Self {
        Self::with_catalog(dir, Catalog::builtin())
    }

    /// A store with another catalogue.
    pub fn with_catalog(dir: PathBuf, catalog: Catalog) -> Self {
        Self { dir, catalog }
    }

    /// The models folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The catalogue.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// All models of the catalogue in its order, then the user's own by id. Reads no weights.
    ///
    /// # Errors
    /// `PermissionDenied` and the like when the folder cannot be read; a missing folder is an empty one.
    pub fn list(&self) -> Result<Vec<ModelStatus>, WireError> {
        let mut all: Vec<ModelStatus> = self
            .catalog
            .models()
            .iter()
            .map(|entry| self.status_of(entry))
            .collect();
        all.extend(self.own()?);
        Ok(all)
    }

    /// One model.
    ///
    /// # Errors
    /// `NotFound` when neither the catalogue nor the folder has it.
    pub fn status(&self, id: &str) -> Result<ModelStatus, WireError> {
        if let Some(entry) = self.catalog.find(id) {
            return Ok(self.status_of(entry));
        }
        self.own()?
            .into_iter()
            .find(|status| status.id == id)
            .ok_or_else(|| {
                WireError::new(ErrorCode::NotFound, format!("there is no model `{id}`"))
                    .with_hint("`deskmate models list` shows all models")
            })
    }

    /// The file of an installed model, ready to be loaded. A file that was never verified is verified now, once.
    ///
    /// # Errors
    /// `ModelNotInstalled`, `ModelDamaged`, `NotFound`, `Cancelled`.
    pub fn path(
        &self,
        id: &str,
        cancel: &CancelToken,
        tell: &mut dyn FnMut(Progress),
    ) -> Result<PathBuf, WireError> {
        let mut status = self.status(id)?;
        if !status.installed {
            return Err(WireError::new(
                ErrorCode::ModelNotInstalled,
                format!("model `{id}` is not on this machine"),
            )
            .with_hint(format!(
                "run `deskmate models get {id}`, or copy its file here and run `deskmate models add FILE`"
            )));
        }
        if status.sha256_ok.is_none() {
            status = self.verify_one(&status, cancel, tell)?;
        }
        match status.sha256_ok {
            Some(false) => Err(damaged(&status)),
            Some(true) | None => Ok(status.path),
        }
    }

    /// Reads installed models whole and compares their checksums: one of them, or all.
    ///
    /// # Errors
    /// `NotFound` for an unknown id, `ModelNotInstalled`, `Cancelled`. A wrong checksum is a result, not an error.
    pub fn verify(
        &self,
        id: Option<&str>,
        cancel: &CancelToken,
        tell: &mut dyn FnMut(Progress),
    ) -> Result<Vec<ModelStatus>, WireError> {
        let chosen = match id {
            Some(id) => vec![self.status(id)?],
            None => self.list()?,
        };
        if let ([one], Some(id)) = (chosen.as_slice(), id)
            && !one.installed
        {
            return Err(WireError::new(
                ErrorCode::ModelNotInstalled,
                format!("model `{id}` is not on this machine"),
            ));
        }
        chosen
            .iter()
            .filter(|status| status.installed)
            .map(|status| self.verify_one(status, cancel, tell))
            .collect()
    }

    /// Takes a model file of the user's into the folder: as a link where the disk allows, else as a copy. The
    /// file itself is left as it is. A file of the catalogue is recognized by its checksum, whatever its name.
    ///
    /// # Errors
    /// `ModelDamaged` when the file is not a whole GGUF file, `NotFound`, `DiskFull`, `Cancelled`, `InvalidInput` when
    /// another model has the name already.
    pub fn add(
        &self,
        file: &Path,
        cancel: &CancelToken,
        tell: &mut dyn FnMut(Progress),
    ) -> Result<ModelStatus, WireError> {
        let file = file
            .canonicalize()
            .map_err(|error| io_error("could not open", file, &error))?;
        let metadata = metadata_of(&file)?;
        let bytes = metadata.len();
        let sized: Vec<&ModelEntry> = self
            .catalog
            .models()
            .iter()
            .filter(|entry| entry.bytes == bytes && entry.sha256.is_some())
            .collect();
        // The catalogue's files need not be GGUF: there the checksum says all.
        let summary = match inspect_gguf(&file) {
            Ok(summary) => Some(summary),
            Err(_) if !sized.is_empty() => None,
            Err(error) => return Err(error),
        };
        let mut meter = Meter::new(tell, "verifying", &file_name(&file), bytes);
        let sha256 = hash_file(&file, cancel, &mut meter)?;
        let known = sized
            .into_iter()
            .find(|entry| entry.sha256.as_ref() == Some(&sha256));
        let (place, own) = match (known, summary) {
            (Some(entry), _) => (self.dir.join(entry.installed_name()), None),
            (None, Some(summary)) => {
                let id = self.own_id(&file)?;
                let facts = OwnFacts {
                    name: summary.name.unwrap_or_else(|| file_name(&file)),
                    kind: summary.kind,
                };
                (self.dir.join(format!("{id}.gguf")), Some(facts))
            }
            // It has the size of one of the catalogue's, but neither its content nor that of a GGUF file.
            (None, None) => {
                return inspect_gguf(&file).and(Err(WireError::new(
                    ErrorCode::ModelDamaged,
                    format!("`{}` changed while it was read", file.display()),
                )));
            }
        };
        self.make_dir()?;
        self.take_in(&file, &place, cancel, tell)?;
        let record = Record::of(&metadata_of(&place)?, &sha256, true, own);
        write_json(&record_path(&place), &record)?;
        match known {
            Some(entry) => Ok(self.status_of(entry)),
            None => self.status(&stem(&place)),
        }
    }

    /// Gets a model of the catalogue onto this machine; what an interrupted try brought is used. Nothing is fetched
    /// when the right file is there already.
    ///
    /// # Errors
    /// `NotFound` for an unknown id; `DownloadFailed` when no source gave it; `ModelDamaged` when what came has the
    /// wrong checksum (it is removed); `DiskFull` before anything is fetched; `Cancelled`.
    pub fn get(
        &self,
        id: &str,
        options: &FetchOptions,
        cancel: &CancelToken,
        tell: &mut dyn FnMut(Progress),
    ) -> Result<ModelStatus, WireError> {
        self.get_by(id, cancel, tell, &mut |entry, tell| {
            fetch(self, entry, options, cancel, tell)
        })
    }

    /// As `get`, with the fetching given from outside.
    pub(super) fn get_by(
        &self,
        id: &str,
        cancel: &CancelToken,
        tell: &mut dyn FnMut(Progress),
        fetch: &mut Fetching<'_>,
    ) -> Result<ModelStatus, WireError> {
        let Some(entry) = self.catalog.find(id) else {
            // Unknown, or the user's own, which is here already.
            return self.status(id);
        };
        self.make_dir()?;
        let _lock = self.lock(id)?;
        let mut status = self.status_of(entry);
        if status.installed && status.sha256_ok.is_none() {
            status = self.verify_one(&status, cancel, tell)?;
        }
        if status.installed && status.sha256_ok == Some(true) {
            return Ok(status);
        }
        let sha256 = fetch(entry, tell)?;
        let record = Record::of(&metadata_of(&status.path)?, &sha256, true, None);
        write_json(&record_path(&status.path), &record)?;
        Ok(self.status_of(entry))
    }

    /// Bytes that an unfinished download of this model has brought; none when none is begun.
    pub fn downloaded_bytes(&self, id: &str) -> Option<u64> {
        let entry = self.catalog.find(id)?;
        let part = with_suffix(&self.dir.join(entry.installed_name()), ".part");
        // What is converted when it is whole lies beside.
        let source = with_suffix(&part, ".source");
        [part, source]
            .iter()
            .filter_map(|path| std::fs::metadata(path).ok())
            .map(|metadata| metadata.len())
            .reduce(|a, b| a + b)
    }

    /// The checksum of an installed model's file as it was when last read whole; `None` when that is not known.
    pub fn sha256(&self, path: &Path) -> Option<String> {
        let metadata = std::fs::metadata(path).ok()?;
        let record: Record = read_json(&record_path(path))?;
        (record.matches && record.is_of(&metadata)).then_some(record.sha256)
    }

    fn status_of(&self, entry: &ModelEntry) -> ModelStatus {
        let path = self.dir.join(entry.installed_name());
        let found = std::fs::metadata(&path).ok().filter(Metadata::is_file);
        let record: Option<Record> = read_json(&record_path(&path));
        let sha256_ok = found.as_ref().and_then(|metadata| {
            if metadata.len() != entry.bytes {
                return Some(false);
            }
            let record = record.filter(|record| record.is_of(metadata))?;
            let expected = entry.sha256.as_ref();
            Some(record.matches && expected.is_none_or(|sha256| *sha256 == record.sha256))
        });
        ModelStatus {
            id: entry.id.clone(),
            kind: entry.kind,
            name: entry.name.clone(),
            installed: found.is_some(),
            bytes: found.map_or(entry.bytes, |metadata| metadata.len()),
            sha256_ok,
            own: false,
            path,
        }
    }

    fn own(&self) -> Result<Vec<ModelStatus>, WireError> {
        let known: HashSet<String> = self
            .catalog
            .models()
            .iter()
            .map(ModelEntry::installed_name)
            .collect();
        let entries = match std::fs::read_dir(&self.dir) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(io_error("could not read the folder", &self.dir, &error)),
        };
        let mut own: Vec<ModelStatus> = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.extension().is_some_and(|e| e == "gguf"))
            .filter(|path| !known.contains(&file_name(path)))
            .filter_map(|path| own_status(&path))
            .collect();
        own.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(own)
    }

    fn verify_one(
        &self,
        status: &ModelStatus,
        cancel: &CancelToken,
        tell: &mut dyn FnMut(Progress),
    ) -> Result<ModelStatus, WireError> {
        let before = metadata_of(&status.path)?;
        let mut meter = Meter::new(tell, "verifying", &status.id, before.len());
        let found = hash_file(&status.path, cancel, &mut meter)?;
        let record_path = record_path(&status.path);
        let old: Option<Record> = read_json(&record_path);
        let pinned = self.catalog.find(&status.id).and_then(|e| e.sha256.clone());
        // Where nothing is pinned and nothing was recorded, what is there now becomes what must be there.
        let expected = pinned
            .or_else(|| Some(old.as_ref()?.sha256.clone()))
            .unwrap_or_else(|| found.clone());
        let whole = !is_gguf(&status.path) || inspect_gguf(&status.path).is_ok();
        let matches = found == expected && whole;
        let record = Record::of(&before, &expected, matches, old.and_then(|old| old.own));
        // A folder that cannot be written, such as a read-only stick, only means that this is done again.
        let _ = write_json(&record_path, &record);
        Ok(ModelStatus {
            sha256_ok: Some(matches),
            ..status.clone()
        })
    }

    fn own_id(&self, file: &Path) -> Result<String, WireError> {
        let stem = stem(file);
        let plain: String = stem
            .to_lowercase()
            .chars()
            .map(|c| {
                if c.is_alphanumeric() || c == '.' || c == '_' {
                    c
                } else {
                    '-'
                }
            })
            .collect();
        let id = plain.trim_matches(['-', '.']).to_string();
        let id = if id.is_empty() {
            "model".to_string()
        } else {
            id
        };
        // A file that bears a catalogue model's name and is another file must not take its place.
        if self.catalog.find(&id).is_some() {
            return Err(WireError::new(
                ErrorCode::InvalidInput,
                format!(
                    "`{}` bears the name of a known model, but its content is another",
                    file.display()
                ),
            )
            .with_hint("give the file another name and add it again"));
        }
        Ok(id)
    }

    fn take_in(
        &self,
        file: &Path,
        place: &Path,
        cancel: &CancelToken,
        tell: &mut dyn FnMut(Progress),
    ) -> Result<(), WireError> {
        if place.canonicalize().is_ok_and(|place| place == file) {
            return Ok(());
        }
        let new = with_suffix(place, ".adding");
        // What an earlier try left.
        let _ = std::fs::remove_file(&new);
        if std::fs::hard_link(file, &new).is_err() {
            let copied = copy_file(file, &new, cancel, tell);
            if copied.is_err() {
                let _ = std::fs::remove_file(&new);
            }
            copied?;
        }
        std::fs::rename(&new, place)
            .map_err(|error| io_error("could not put in its place", place, &error))?;
        // Renaming a link onto another link of the same file leaves both.
        let _ = std::fs::remove_file(&new);
        Ok(())
    }

    fn make_dir(&self) -> Result<(), WireError> {
        std::fs::create_dir_all(&self.dir)
            .map_err(|error| io_error("could not make the folder", &self.dir, &error))
    }

    fn lock(&self, id: &str) -> Result<File, WireError> {
        let path = self.dir.join(format!(".{id}.lock"));
        let file =
            File::create(&path).map_err(|error| io_error("could not write", &path, &error))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(std::fs::TryLockError::WouldBlock) => Err(WireError::new(
                ErrorCode::DownloadFailed,
                format!("another process is getting model `{id}` right now"),
            )
            .with_hint("wait for it, or stop it, and try again")),
            Err(std::fs::TryLockError::Error(error)) => {
                Err(io_error("could not lock", &path, &error))
            }
        }
    }
}

fn own_status(path: &Path) -> Option<ModelStatus> {
    let metadata = std::fs::metadata(path).ok().filter(Metadata::is_file)?;
    let record: Option<Record> = read_json(&record_path(path));
    let mut sha256_ok = record.as_ref().and_then(|record| {
        if record.bytes != metadata.len() {
            return Some(false);
        }
        record.is_of(&metadata).then_some(record.matches)
    });
    let facts = record.and_then(|record| record.own).unwrap_or_else(|| {
        let summary = inspect_gguf(path);
        if summary.is_err() {
            sha256_ok = Some(false);
        }
        let (name, kind) = summary.map_or((None, ModelKind::Chat), |s| (s.name, s.kind));
        OwnFacts {
            name: name.unwrap_or_else(|| file_name(path)),
            kind,
        }
    });
    Some(ModelStatus {
        id: stem(path),
        kind: facts.kind,
        name: facts.name,
        installed: true,
        bytes: metadata.len(),
        sha256_ok,
        own: true,
        path: path.to_path_buf(),
    })
}

fn copy_file(
    from: &Path,
    to: &Path,
    cancel: &CancelToken,
    tell: &mut dyn FnMut(Progress),
) -> Result<(), WireError> {
    let bytes = metadata_of(from)?.len();
    let mut meter = Meter::new(tell, "copying", &file_name(from), bytes);
    let read = |error: std::io::Error| io_error("could not read", from, &error);
    let write = |error: std::io::Error| io_error("could not write", to, &error);
    let mut source = File::open(from).map_err(read)?;
    let mut target = File::create(to).map_err(write)?;
    let mut buffer = vec![0; COPY_BYTES];
    let mut done = 0;
    loop {
        if cancel.is_cancelled() {
            return Err(WireError::cancelled());
        }
        let count = source.read(&mut buffer).map_err(read)?;
        if count == 0 {
            return target.sync_all().map_err(write);
        }
        target.write_all(&buffer[..count]).map_err(write)?;
        done += count as u64;
        meter.set(done);
    }
}

fn damaged(status: &ModelStatus) -> WireError {
    let next = if status.own {
        "add the file again".to_string()
    } else {
        format!("run `deskmate models get {}`", status.id)
    };
    WireError::new(
        ErrorCode::ModelDamaged,
        format!(
            "`{}` is not the file that model `{}` must have",
            status.path.display(),
            status.id
        ),
    )
    .with_hint(next)
}

fn record_path(file: &Path) -> PathBuf {
    with_suffix(file, ".json")
}

fn metadata_of(path: &Path) -> Result<Metadata, WireError> {
    let metadata =
        std::fs::metadata(path).map_err(|error| io_error("could not open", path, &error))?;
    if metadata.is_file() {
        Ok(metadata)
    } else {
        Err(WireError::new(
            ErrorCode::InvalidInput,
            format!("`{}` is not a file", path.display()),
        ))
    }
}

fn is_gguf(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "gguf")
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

fn stem(path: &Path) -> String {
    path.file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}
