//! A worker process: this very program in another role, spoken to over its standard input and output.

use std::ffi::OsString;
use std::io::{BufReader, BufWriter, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

use deskmate_core::{ErrorCode, WireError};
use deskmate_llm::frame::{read_frame, read_raw, write_frame};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Replies waiting to be taken; the worker blocks beyond it, which keeps the host's memory bounded: the parts of a
/// document are replies too.
const REPLIES_AHEAD: usize = 8;

/// How long a worker that was killed is waited for.
const ENDING: Duration = Duration::from_secs(3);

/// How far a worker stands back for others, as Unix counts it: the window draws while a model computes, and an answer is
/// written while files are indexed. On an idle machine it changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StandsBack {
    /// Someone waits for what it does.
    Little,
    /// Work that has time.
    Much,
}

impl StandsBack {
    fn nice(self) -> i32 {
        match self {
            Self::Little => 3,
            Self::Much => 15,
        }
    }
}

/// A running process of a worker, without what it says. Dropping it kills it.
pub(crate) struct Process {
    child: Child,
    input: BufWriter<ChildStdin>,
}

/// A running worker with one conversation partner. Dropping it kills it.
pub(crate) struct Worker<Reply> {
    process: Process,
    replies: Receiver<Reply>,
}

/// Windows' name for standing back, for a process as a whole.
#[cfg(windows)]
const BELOW_NORMAL_PRIORITY_CLASS: u32 = 0x4000;

/// What came of waiting for a reply.
pub(crate) enum Waited<Reply> {
    /// A reply.
    Reply(Reply),
    /// Nothing within the time.
    Nothing,
    /// The worker is gone.
    Gone,
}

/// A reply that bytes may follow on the pipe as they are.
pub(crate) trait Trailed {
    /// How many follow, and where they go.
    fn trail(&mut self) -> Option<(usize, &mut Vec<u8>)> {
        None
    }
}

impl<Item> Trailed for Vec<Item> {}

impl Process {
    /// Starts this program as `--role=ROLE`, standing back; it may read these files and folders. A thread hands every reply to `deliver`
    /// until that says no or the process says no more, and then drops it.
    pub(crate) fn start<Reply: DeserializeOwned + Trailed>(
        role: &str,
        stands_back: StandsBack,
        reads: &[&Path],
        mut deliver: impl FnMut(Reply) -> bool + Send + 'static,
    ) -> Result<Self, WireError> {
        let failed = |what: String| WireError::new(ErrorCode::Internal, what);
        let program = worker_program()
            .map_err(|error| failed(format!("could not find this program on disk: {error}")))?;
        let mut command = Command::new(&program);
        command
            .arg(format!("--role={role}"))
            .arg(format!("{}{}", crate::role::NICE, stands_back.nice()))
            .args(reads.iter().map(|path| {
                let mut argument = OsString::from(crate::role::READ);
                argument.push(path);
                argument
            }))
            .envs(deskmate_llm::WORKER_ENVIRONMENT)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(if std::env::var_os("DESKMATE_WORKER_LOG").is_some() {
                Stdio::inherit()
            } else {
                Stdio::null()
            });
        // A group of its own: Ctrl-C in the terminal is the host's to handle.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        #[cfg(windows)]
        std::os::windows::process::CommandExt::creation_flags(
            &mut command,
            BELOW_NORMAL_PRIORITY_CLASS,
        );
        let mut child = command
            .spawn()
            .map_err(|error| failed(format!("could not start `{}`: {error}", program.display())))?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(failed("the worker has no pipes".to_string()));
        };
        std::thread::spawn(move || {
            let mut output = BufReader::new(output);
            while let Ok(Some(mut reply)) = read_frame::<Reply>(&mut output) {
                if let Some((bytes, place)) = reply.trail() {
                    match read_raw(&mut output, bytes) {
                        Ok(read) => *place = read,
                        Err(_) => break,
                    }
                }
                if !deliver(reply) {
                    break;
                }
            }
        });
        Ok(Self {
            child,
            input: BufWriter::new(input),
        })
    }

    /// Writes a message; `false` when the worker is gone.
    pub(crate) fn send<T: Serialize>(&mut self, message: &T) -> bool {
        write_frame(&mut self.input, message).is_ok()
    }

    /// Writes bytes as they are behind a message that announced them; `false` when the worker is gone.
    pub(crate) fn send_raw(&mut self, bytes: &[u8]) -> bool {
        self.input.write_all(bytes).is_ok() && self.input.flush().is_ok()
    }

    /// The process number.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// True when the process has ended, e.g. because the system was short of memory.
    pub(crate) fn has_ended(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(Some(_)))
    }

    /// Ends it, also for others who wait for it.
    pub(crate) fn kill(&mut self) {
        // Gone already is as good.
        let _ = self.child.kill();
    }

    /// How the process ended, after it is gone: its exit code or the signal that ended it.
    pub(crate) fn ending(&mut self) -> String {
        let deadline = Instant::now() + Duration::from_secs(2);
        while Instant::now() < deadline {
            match self.child.try_wait() {
                Ok(Some(status)) => return status.to_string(),
                Ok(None) => std::thread::sleep(Duration::from_millis(5)),
                Err(_) => break,
            }
        }
        "no exit status".to_string()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
        // One that a driver holds inside the system ends when that lets it go; nobody waits for that.
        let deadline = Instant::now() + ENDING;
        while Instant::now() < deadline && matches!(self.child.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

impl<Reply: DeserializeOwned + Trailed + Send + 'static> Worker<Reply> {
    /// As [`Process::start`], its replies to be waited for.
    pub(crate) fn start(role: &str, reads: &[&Path]) -> Result<Self, WireError> {
        let (sender, replies) = sync_channel(REPLIES_AHEAD);
        let deliver = move |reply| sender.send(reply).is_ok();
        let process = Process::start(role, StandsBack::Much, reads, deliver)?;
        Ok(Self { process, replies })
    }

    /// Writes a message; `false` when the worker is gone.
    pub(crate) fn send<T: Serialize>(&mut self, message: &T) -> bool {
        self.process.send(message)
    }

    /// The raw input, for bytes between frames.
    pub(crate) fn input(&mut self) -> &mut BufWriter<ChildStdin> {
        &mut self.process.input
    }

    /// Waits for a reply until a point in time.
    pub(crate) fn wait(&self, until: Instant) -> Waited<Reply> {
        wait(&self.replies, until)
    }

    /// As [`Process::ending`].
    pub(crate) fn ending(&mut self) -> String {
        self.process.ending()
    }
}

/// Waits for a reply until a point in time.
pub(crate) fn wait<Reply>(replies: &Receiver<Reply>, until: Instant) -> Waited<Reply> {
    let left = until.saturating_duration_since(Instant::now());
    match replies.recv_timeout(left) {
        Ok(reply) => Waited::Reply(reply),
        Err(RecvTimeoutError::Timeout) => Waited::Nothing,
        Err(RecvTimeoutError::Disconnected) => Waited::Gone,
    }
}

/// The program that plays the workers' roles: this one, or what tests name.
fn worker_program() -> std::io::Result<std::path::PathBuf> {
    match std::env::var_os("DESKMATE_WORKER_PROGRAM") {
        Some(program) => Ok(program.into()),
        None => std::env::current_exe(),
    }
}
