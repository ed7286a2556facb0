//! The process of a model killed, or stopped and given up, at random instants of an answer.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::program::{Program, samples, text};
use crate::watch::children;
use crate::{Random, number};

const CHAT: &str = "qwen2.5-coder-0.5b";
const QUESTION: &str = "请详细说明出差审批、预借差旅费和报销的全部规定。";

/// Loading and half of an answer on a busy machine; nobody waits for longer.
const LATEST: Duration = Duration::from_secs(20);

/// After a stop the program must end within this; it gives a worker five seconds.
const ENDING: Duration = Duration::from_secs(20);

/// How long the program waits here for a word of a model's worker; two minutes where nobody says otherwise.
const PATIENCE: Duration = Duration::from_secs(15);

/// How an answer is struck.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Blow {
    /// The process is killed.
    Dies,
    /// It is stopped, and the user gives up.
    HangsAndIsGivenUp,
    /// It is stopped, and nobody does anything.
    Hangs,
}

const BLOWS: [Blow; 3] = [Blow::Dies, Blow::HangsAndIsGivenUp, Blow::Hangs];

fn signal(name: &str, process: u32) {
    let status = Command::new("kill")
        .args([name, &process.to_string()])
        .status();
    assert!(status.unwrap().success());
}

/// The process below the host that holds the chat model.
fn worker_of(host: u32) -> Option<u32> {
    children(host).into_iter().find(|child| {
        let line = std::fs::read(format!("/proc/{child}/cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&line).contains(CHAT)
    })
}

#[test]
#[ignore = "takes minutes: TORTURE_DEATHS (6) deaths of a model's process, with the 0.5B model"]
fn a_model_that_dies_or_hangs_costs_one_answer() {
    let program = Program::new();
    if !program.has_models(&[CHAT, "multilingual-e5-small"]) {
        return;
    }
    let mut random = Random::seeded();
    program.json(&["settings", "set", "chat_model", CHAT]);
    program.json(&["add", text(&samples().join("差旅费管理办法.docx"))]);
    let (mut hit, mut kept) = (0, 0);
    let deaths = number("TORTURE_DEATHS").unwrap_or(6);
    for death in 0..deaths {
        let name = format!("death-{death}");
        let mut host = program
            .command(&["--json", "ask", QUESTION, "--conversation", &name])
            .env(
                "DESKMATE_MODEL_PATIENCE_MS",
                PATIENCE.as_millis().to_string(),
            )
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let worker = loop {
            if let Some(worker) = worker_of(host.id()) {
                break worker;
            }
            assert!(host.try_wait().unwrap().is_none(), "no model was started");
            std::thread::sleep(Duration::from_millis(5));
        };
        let at = Instant::now() + LATEST.mul_f64(random.share());
        while Instant::now() < at && host.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(5));
        }
        let blow = BLOWS[death as usize % BLOWS.len()];
        let is_struck = host.try_wait().unwrap().is_none();
        if is_struck {
            hit += 1;
            match blow {
                Blow::Dies => signal("-KILL", worker),
                Blow::HangsAndIsGivenUp => {
                    signal("-STOP", worker);
                    signal("-INT", host.id());
                }
                Blow::Hangs => signal("-STOP", worker),
            }
        }
        let struck = Instant::now();
        while host.try_wait().unwrap().is_none() {
            let most = LATEST + PATIENCE + ENDING;
            assert!(struck.elapsed() < most, "no end: {blow:?}");
            std::thread::sleep(Duration::from_millis(20));
        }
        let took = struck.elapsed();
        let output = host.wait_with_output().unwrap();
        let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let code = value["error"]["code"].as_str().unwrap_or("answered");
        let allowed = ["answered", "worker_crashed", "cancelled"];
        assert!(allowed.contains(&code), "{value}");
        if is_struck && blow == Blow::Hangs {
            // Noticed by itself, and said so.
            let message = value["error"]["message"].as_str().unwrap_or_default();
            assert!(message.contains("no step"), "{value}");
        }
        // The question is there, and beside it what came of the answer.
        let (_, list) = program.json(&["conversations", "list"]);
        let conversation = list["conversations"][0]["id"].to_string();
        let (_, shown) = program.json(&["conversations", "show", &conversation]);
        let messages = shown["messages"].as_array().unwrap();
        assert_eq!(messages.len(), 2, "{shown}");
        assert_eq!(messages[0]["content"], QUESTION);
        let partial = messages[1]["content"].as_str().unwrap();
        kept += usize::from(!partial.is_empty());
        eprintln!(
            "  {blow:?}: {code} after {took:.1?}, {} characters kept",
            partial.chars().count()
        );
        let (code, next) = program.json(&["ask", "预借差旅费一次最多多少？", "--brief"]);
        assert_eq!(code, 0, "{next}");
    }
    eprintln!("{hit} of {deaths} struck before the end, of {kept} answers something was kept");
}
