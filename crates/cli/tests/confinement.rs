//! What worker processes are kept from, tried from within by the real program.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::print_stderr, dead_code, unreachable_pub)]

mod program;

use program::Program;
use serde_json::Value;

/// What is tried; a kernel before 5.13 has no Landlock, and then files are kept only from readers.
const ATTEMPTS: [&str; 9] = [
    "connect",
    "listen",
    "datagram",
    "read_file",
    "list_folder",
    "write_file",
    "start_process",
    "local_socket",
    "become_program",
];

fn confinement(role: &str) -> Value {
    let (code, report) = Program::without_models().json(&["doctor"]);
    assert_eq!(code, 0, "{report}");
    report["confinement"]
        .as_array()
        .unwrap()
        .iter()
        .find(|worker| worker["role"] == role)
        .unwrap()
        .clone()
}

fn check(role: &str, expected: &[&str]) {
    let found = confinement(role);
    let refused: Vec<&str> = found["attempts"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|attempt| attempt["refused"] == true)
        .map(|attempt| attempt["what"].as_str().unwrap())
        .collect();
    assert_eq!(refused, expected, "{found}");
    assert_eq!(found["system_calls"], "full", "{found}");
}

#[test]
fn a_reader_of_files_has_no_network_no_programs_and_no_files() {
    check("parse", &ATTEMPTS);
}

#[test]
fn the_worker_of_a_model_has_no_network_no_programs_and_no_file_of_the_users() {
    if confinement("llm")["files"] == "none" {
        eprintln!("skipped for files: this kernel has no Landlock");
        let files = ["read_file", "list_folder", "write_file"];
        let rest: Vec<&str> = ATTEMPTS
            .into_iter()
            .filter(|a| !files.contains(a))
            .collect();
        return check("llm", &rest);
    }
    check("llm", &ATTEMPTS);
}
