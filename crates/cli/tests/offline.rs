//! The work of a day in a network namespace without a single interface that is up, its sockets counted.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::print_stderr, dead_code, unreachable_pub)]

mod program;

use std::process::{Command, Output};

use program::{Program, samples, text};

const CHAT: &str = "qwen2.5-coder-0.5b";

/// Runs a program where there is no network; `None` when this user may make no such place.
fn without_network(program: &Command) -> Option<Output> {
    let allowed = Command::new("unshare").args(["-rn", "true"]).output();
    if !allowed.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: no network namespace can be made here (`unshare -rn`)");
        return None;
    }
    let mut command = Command::new("unshare");
    command.arg("-rn").arg(program.get_program());
    command.args(program.get_args());
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    Some(command.output().unwrap())
}

fn run(program: &Program, arguments: &[&str]) -> Option<serde_json::Value> {
    let mut all = vec!["--json"];
    all.extend(arguments);
    let output = without_network(&program.command(&all))?;
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{arguments:?}: {printed}");
    Some(serde_json::from_str(&printed).unwrap())
}

#[test]
fn files_are_added_found_and_answered_from_without_a_network() {
    let program = Program::new();
    let policy = samples().join("差旅费管理办法.docx");
    // Only the embedding would make this slow; without it words alone are searched.
    let words = Program::without_models();
    let Some(added) = run(&words, &["add", text(&samples())]) else {
        return;
    };
    assert!(!added["files"].as_array().unwrap().is_empty());
    let found = run(&words, &["search", "预借差旅费"]).unwrap();
    assert!(!found["hits"].as_array().unwrap().is_empty(), "{found}");
    if !program.has_models(&[CHAT, "multilingual-e5-small"]) {
        return;
    }
    run(&program, &["settings", "set", "chat_model", CHAT]).unwrap();
    run(&program, &["add", text(&policy)]).unwrap();
    let answer = run(
        &program,
        &["ask", "出差前预借差旅费，一次最多能借多少钱？", "--brief"],
    );
    assert!(!answer.unwrap()["answer"].as_str().unwrap().is_empty());
}

#[test]
fn not_one_socket_of_the_internet_is_asked_for_while_files_are_added_and_searched() {
    let program = Program::without_models();
    let traced = |arguments: &[&str]| -> Option<String> {
        let log = program.home.path().join("calls.txt");
        let command = program.command(arguments);
        let mut strace = Command::new("strace");
        strace.args(["-f", "--seccomp-bpf", "-e", "trace=network", "-o"]);
        strace.arg(&log).arg(command.get_program());
        strace.args(command.get_args());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => strace.env(name, value),
                None => strace.env_remove(name),
            };
        }
        let output = strace.output().ok()?;
        assert!(output.status.success(), "{arguments:?}");
        std::fs::read_to_string(log).ok()
    };
    for arguments in [
        vec!["add", text(&samples())],
        vec!["search", "预借差旅费"],
        vec!["status"],
    ] {
        let Some(calls) = traced(&arguments) else {
            eprintln!("skipped: no `strace` here");
            return;
        };
        let outward: Vec<&str> = calls
            .lines()
            .filter(|call| call.contains("AF_INET"))
            .collect();
        assert!(outward.is_empty(), "{arguments:?}: {outward:?}");
    }
}
