//! One executable, several roles: what `--role=…` runs instead of the program itself.

use std::path::PathBuf;
use std::process::ExitCode;

use crate::confine::{self, Needs, confine};

/// Plays the role that the first argument names; `None` when it names none, and the program is itself.
///
/// To be called first thing in `main`, before anything else is set up.
pub fn play_role(mut arguments: impl Iterator<Item = String>) -> Option<ExitCode> {
    let role = arguments.nth(1)?;
    let role = role.strip_prefix("--role=")?.to_string();
    let arguments: Vec<String> = arguments.collect();
    stand_back(&arguments);
    // Before the first thread, since what starts later has what its parent has, and before the first byte.
    match role.as_str() {
        "parse" => {
            if crate::parse::limit_memory().is_err() {
                return Some(ExitCode::FAILURE);
            }
            confine(&Needs::Frames);
        }
        "llm" => {
            let reads = arguments
                .iter()
                .filter_map(|argument| argument.strip_prefix(READ).map(PathBuf::from))
                .collect();
            confine(&Needs::Model { reads });
        }
        _ => {}
    }
    end_with_the_host();
    let (input, output) = (std::io::stdin(), std::io::stdout());
    let ended = match role.as_str() {
        "parse" => crate::parse::serve(input, output).map_err(|error| error.to_string()),
        "llm" => deskmate_llm::serve(input, output).map_err(|error| error.to_string()),
        "probe-parse" => confine::serve("parse", output).map_err(|error| error.to_string()),
        "probe-llm" => confine::serve("llm", output).map_err(|error| error.to_string()),
        "graphics" => crate::doctor::serve_graphics(output).map_err(|error| error.to_string()),
        other => Err(format!("there is no role `{other}`")),
    };
    Some(if ended.is_ok() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// What a model's worker may read, one argument each: `--read=PATH`.
pub(crate) const READ: &str = "--read=";

/// How far a worker stands back, as Unix counts it: `--nice=N`.
pub(crate) const NICE: &str = "--nice=";

/// Lets others go first where the processor is short. Called before the first thread: Linux counts it for each, and what
/// starts later has what its parent has.
#[cfg(unix)]
fn stand_back(arguments: &[String]) {
    let named = arguments
        .iter()
        .find_map(|argument| argument.strip_prefix(NICE)?.parse().ok());
    if let Some(nice) = named {
        // One that may not is as quick as others, and no worse.
        let _ = rustix::process::setpriority_process(None, nice);
    }
}

/// Its parent said so when it started this process.
#[cfg(not(unix))]
fn stand_back(_: &[String]) {}

/// How often a worker looks whether its host is still there.
#[cfg(unix)]
const LOOK_EVERY: std::time::Duration = std::time::Duration::from_secs(1);

/// Ends this process when the host is gone, also when it was killed and this one is in the middle of a file: the end of
/// the input alone is seen only between two messages.
#[cfg(unix)]
#[expect(clippy::exit, reason = "nobody is left to hear anything else")]
fn end_with_the_host() {
    use std::os::unix::process::parent_id;
    let host = parent_id();
    // Without the thread, the end of the input still ends the worker.
    let _ = std::thread::Builder::new()
        .name("host".to_string())
        .spawn(move || {
            loop {
                std::thread::sleep(LOOK_EVERY);
                if parent_id() != host {
                    std::process::exit(1);
                }
            }
        });
}

/// A closed pipe ends the worker.
#[cfg(not(unix))]
fn end_with_the_host() {}

#[cfg(all(test, target_os = "linux"))]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_worker_stands_back_as_far_as_it_is_told() {
        // Linux counts it for each thread: the others of this program stay as they are.
        let nice_after = |argument: &str| {
            let arguments = [argument.to_owned()];
            std::thread::spawn(move || {
                stand_back(&arguments);
                rustix::process::getpriority_process(None).unwrap()
            })
            .join()
            .unwrap()
        };
        let before = nice_after("--read=/x");
        assert_eq!(nice_after("--nice=11"), 11.max(before));
    }
}
