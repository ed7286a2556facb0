//! Tries from within a confined worker what it must not be able to do.

use std::io::{ErrorKind, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use deskmate_core::{CancelToken, ErrorCode, WireError};
use deskmate_llm::frame::write_frame;
use serde::{Deserialize, Serialize};

use super::{Confinement, Needs, confine};
use crate::process::{Waited, Worker};

/// A probe takes milliseconds.
const LIMIT: Duration = Duration::from_secs(20);

/// A kind of worker, and what it was found to be kept from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfinementReport {
    /// `parse` or `llm`.
    pub role: String,
    /// What the system took from it.
    #[serde(flatten)]
    pub confinement: Confinement,
    /// What was tried from within.
    pub attempts: Vec<Attempt>,
}

impl ConfinementReport {
    /// Nothing that was tried succeeded.
    pub fn holds(&self) -> bool {
        self.attempts.iter().all(|attempt| attempt.refused)
    }
}

/// Something that a worker must not be able to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// What: `connect`, `listen`, `datagram`, `local_socket`, `start_process`, `become_program`, `read_file`,
    /// `list_folder`, `write_file`.
    pub what: String,
    /// The system refused it.
    pub refused: bool,
}

/// The probe as a role: confines this process as a worker of that role, tries, tells in one frame.
pub(crate) fn serve(role: &str, mut output: impl Write) -> Result<(), WireError> {
    let needs = match role {
        "parse" => Needs::Frames,
        _ => Needs::Model { reads: Vec::new() },
    };
    // A name that does not exist yet, found out while that may still be asked.
    let new_file = std::env::temp_dir().join(format!("deskmate-probe-{}", std::process::id()));
    let report = ConfinementReport {
        role: role.to_string(),
        confinement: confine(&needs),
        attempts: attempts(&new_file),
    };
    write_frame(&mut output, &report)
        .map_err(|error| WireError::new(ErrorCode::Internal, error.to_string()))
}

impl crate::process::Trailed for ConfinementReport {}

fn attempts(new_file: &PathBuf) -> Vec<Attempt> {
    let refused = |what: &str, result: std::io::Result<()>| Attempt {
        what: what.to_string(),
        refused: result.is_err_and(|error| error.kind() == ErrorKind::PermissionDenied),
    };
    // Programs get our own pipes, since opening other ones for them would be refused first; this one says nothing.
    let mut attempts = vec![
        // The port where nobody listens: let through, it would be "connection refused".
        refused("connect", TcpStream::connect(("127.0.0.1", 9)).map(drop)),
        refused("listen", TcpListener::bind(("127.0.0.1", 0)).map(drop)),
        refused("datagram", UdpSocket::bind(("127.0.0.1", 0)).map(drop)),
        refused("read_file", std::fs::read("/etc/passwd").map(drop)),
        refused("list_folder", std::fs::read_dir("/").map(drop)),
        refused("write_file", std::fs::write(new_file, "probe").map(drop)),
        refused(
            "start_process",
            Command::new("/bin/true").status().map(drop),
        ),
    ];
    #[cfg(unix)]
    {
        use std::os::unix::net::UnixDatagram;
        use std::os::unix::process::CommandExt;
        attempts.push(refused("local_socket", UnixDatagram::unbound().map(drop)));
        // Last: let through, there would be nobody left to tell, which tells it as well.
        attempts.push(refused(
            "become_program",
            Err(Command::new("/bin/true").exec()),
        ));
    }
    if attempts
        .iter()
        .any(|attempt| attempt.what == "write_file" && !attempt.refused)
    {
        // It is ours and empty of meaning.
        let _ = std::fs::remove_file(new_file);
    }
    attempts
}

/// Starts a worker of this role that tries what it must not be able to do.
///
/// # Errors
/// `WorkerCrashed` when it ended without a report, `TimedOut`, `Cancelled`.
pub(crate) fn probe(role: &str, cancel: &CancelToken) -> Result<ConfinementReport, WireError> {
    let mut worker: Worker<ConfinementReport> = Worker::start(&format!("probe-{role}"), &[])?;
    let deadline = Instant::now() + LIMIT;
    loop {
        match worker.wait(Instant::now() + Duration::from_millis(50)) {
            Waited::Reply(report) => return Ok(report),
            Waited::Gone => {
                return Err(WireError::new(
                    ErrorCode::WorkerCrashed,
                    format!("the probe of `{role}` gave no report ({})", worker.ending()),
                ));
            }
            Waited::Nothing if cancel.is_cancelled() => return Err(WireError::cancelled()),
            Waited::Nothing if Instant::now() > deadline => {
                return Err(WireError::new(
                    ErrorCode::TimedOut,
                    format!("the probe of `{role}` made no end"),
                ));
            }
            Waited::Nothing => {}
        }
    }
}
