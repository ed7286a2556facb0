//! Runs the program and looks at its memory and that of its workers meanwhile.

use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use crate::program::Program;

/// How a run ended and what it took.
pub struct Run {
    pub output: Output,
    pub seconds: f64,
    /// Most memory that the host had at once, in MiB; 0 where the system does not tell.
    pub host_mib: u64,
    /// The same of any worker.
    pub worker_mib: u64,
}

/// Runs with `--json`; a run that makes no end within the limit is killed and fails the test.
pub fn run(program: &Program, arguments: &[&str], limit: Duration) -> Run {
    let mut all = vec!["--json"];
    all.extend(arguments);
    let begun = Instant::now();
    let mut child = program
        .command(&all)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let host = child.id();
    // Taken by a thread of its own: a long report would fill the pipe.
    let mut pipe = child.stdout.take().unwrap();
    let reader = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut pipe, &mut bytes).unwrap();
        bytes
    });
    let (mut host_kib, mut worker_kib) = (0, 0);
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        host_kib = host_kib.max(peak_kib(host));
        for worker in children(host) {
            worker_kib = worker_kib.max(peak_kib(worker));
        }
        if begun.elapsed() > limit {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("no end within {limit:?}: {arguments:?}");
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    Run {
        output: Output {
            status,
            stdout: reader.join().unwrap(),
            stderr: Vec::new(),
        },
        seconds: begun.elapsed().as_secs_f64(),
        host_mib: host_kib >> 10,
        worker_mib: worker_kib >> 10,
    }
}

impl Run {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.output.stdout).unwrap_or_else(|error| {
            let text = String::from_utf8_lossy(&self.output.stdout);
            panic!("{error}, {}: {text}", self.output.status)
        })
    }
}

/// What any thread of a process started.
pub fn children(parent: u32) -> Vec<u32> {
    let Ok(threads) = std::fs::read_dir(format!("/proc/{parent}/task")) else {
        return Vec::new();
    };
    let mut all = String::new();
    for thread in threads.flatten() {
        all += &std::fs::read_to_string(thread.path().join("children")).unwrap_or_default();
    }
    all.split_whitespace()
        .filter_map(|id| id.parse().ok())
        .collect()
}

/// The most memory that a process held at once.
fn peak_kib(process: u32) -> u64 {
    std::fs::read_to_string(format!("/proc/{process}/status"))
        .unwrap_or_default()
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| rest.trim().trim_end_matches(" kB").parse().ok())
        .unwrap_or(0)
}
