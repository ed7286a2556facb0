//! Takes from a worker, before it sees its first byte, whatever its work does not need.
//!
//! A reader of files gets bytes in frames and gives back frames: it may open no file, start no process and make no
//! socket. A model's worker may read its model, its own libraries and those of the system, and use graphics devices;
//! no sockets, no processes, and no file of the user's. What is refused fails with "not permitted" instead of ending the worker, so a
//! library that tries something needless goes on.
//!
//! Two mechanisms of Linux hold this, each where the kernel has it: seccomp filters the system calls, Landlock the
//! files (since 5.13), TCP (6.7), signals and abstract sockets (6.12). Both hold for every thread that starts later and
//! can never be taken off again. [`probe`] tries what is forbidden from within, and `doctor` shows what came of it: a
//! claim is never taken from the version of a kernel.
//!
//! Elsewhere nothing is applied yet, and the probe says so. The intent is the same: on Windows a restricted token with
//! low integrity in a job object (no child processes, memory limit, killed with the host) and no network capability of
//! an AppContainer; on macOS a Seatbelt profile that denies network, process starts and files but those named here.

#[cfg(target_os = "linux")]
mod linux;
mod probe;
#[cfg(target_os = "linux")]
mod system_calls;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub use probe::{Attempt, ConfinementReport};
pub(crate) use probe::{probe, serve};

/// What a worker is left with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Needs {
    /// Its standard input and output.
    Frames,
    /// Besides these: reading the model, its libraries and the system's, and graphics devices.
    Model {
        /// Files and folders to read beside those of program and system: the model, a folder of back ends.
        reads: Vec<PathBuf>,
    },
}

/// How far a mechanism of the system holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hold {
    /// All that was asked of it.
    Full,
    /// What this kernel knows of it.
    Partial,
    /// Nothing: the system has it not, or it is not applied on this platform.
    None,
}

/// What was taken from a worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confinement {
    /// The filter of system calls: sockets, processes, other processes' memory.
    pub system_calls: Hold,
    /// The rules for files.
    pub files: Hold,
}

/// Confines this process for good. To be called before a second thread starts.
#[cfg(target_os = "linux")]
pub(crate) fn confine(needs: &Needs) -> Confinement {
    linux::confine(needs)
}

/// Not applied here: see the module.
#[cfg(not(target_os = "linux"))]
pub(crate) fn confine(_needs: &Needs) -> Confinement {
    Confinement {
        system_calls: Hold::None,
        files: Hold::None,
    }
}
