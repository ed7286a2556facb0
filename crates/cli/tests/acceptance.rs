//! The main job with the real models on the real samples.
#![allow(clippy::unwrap_used, clippy::print_stderr, dead_code, unreachable_pub)]

mod program;

use program::{Program, samples, text};

const CHAT: &str = "qwen2.5-coder-1.5b";
const EMBEDDING: &str = "multilingual-e5-small";

#[test]
fn the_samples_are_indexed_and_their_questions_answered_with_sources() {
    let program = Program::new();
    if !program.has_models(&[CHAT, EMBEDDING]) {
        return;
    }
    let (code, report) = program.json(&["bench", "samples", text(&samples()), "--limit", "8"]);
    assert_eq!(code, 0, "{report}");
    for file in report["added"]["files"].as_array().unwrap() {
        let scan = file["path"].as_str().unwrap().contains("扫描件");
        let wanted = if scan { "failed" } else { "ready" };
        assert_eq!(file["status"], wanted, "{file}");
    }
    let number = |key: &str| report[key].as_u64().unwrap() as f64;
    let shown = serde_json::to_string_pretty(&report["questions"]).unwrap();
    assert!(number("right") >= 0.8 * number("answerable"), "{shown}");
    assert!(number("right_file") >= 0.9 * number("right"), "{shown}");
    assert!(number("refused") >= 0.5 * number("unanswerable"), "{shown}");
}

#[test]
fn a_file_known_by_words_gets_its_vectors_though_its_time_changed() {
    let program = Program::new();
    if !program.has_models(&[EMBEDDING]) {
        return;
    }
    let file = program.folder("files").join("note.txt");
    std::fs::write(&file, "值班人员每晚十点查看机房温度。").unwrap();
    let mut add = program.command(&["add", text(&file)]);
    add.env("DESKMATE_MODELS", program.folder("no-models"));
    assert!(add.status().unwrap().success());
    let (_, before) = program.json(&["status"]);
    assert_eq!(before["files_words_only"], 1, "{before}");
    let later = std::time::SystemTime::now() + std::time::Duration::from_secs(60);
    let opened = std::fs::File::options().append(true).open(&file).unwrap();
    opened.set_modified(later).unwrap();
    program.json(&["add", text(&file)]);
    let (_, after) = program.json(&["status"]);
    assert_eq!(after["files_words_only"], 0, "{after}");
}

#[test]
fn a_long_document_is_summarized_with_places() {
    let program = Program::new();
    if !program.has_models(&[CHAT, EMBEDDING]) {
        return;
    }
    let report = samples().join("值班安排说明.txt");
    let out = program.home.path().join("summary.md");
    let (code, result) = program.json(&[
        "skill",
        "run",
        "summarize",
        "--file",
        text(&report),
        "--out",
        text(&out),
    ]);
    assert_eq!(code, 0, "{result}");
    assert!(
        !result["citations"].as_array().unwrap().is_empty(),
        "{result}"
    );
    assert!(std::fs::read_to_string(&out).unwrap().contains("[1]"));
    assert_eq!(result["artifact"]["kind"], "document");
}

#[test]
fn the_doctor_tells_what_is_used() {
    let program = Program::new();
    let (code, report) = program.json(&["doctor"]);
    assert_eq!(code, 0, "{report}");
    assert!(report["machine"]["cpu_variant"].is_string(), "{report}");
    assert!(
        report["machine"]["bandwidth_bytes_per_second"]
            .as_u64()
            .unwrap()
            > 1_000_000_000
    );
    assert!(!report["models"].as_array().unwrap().is_empty());
}

#[test]
fn a_conversation_branches_when_a_question_is_edited_and_nothing_is_lost() {
    let program = Program::new();
    if !program.has_models(&[CHAT, EMBEDDING]) {
        return;
    }
    let policy = samples().join("差旅费管理办法.docx");
    program.json(&["add", text(&policy)]);
    let question = "出差前预借差旅费，一次最多能借多少钱？";
    let (code, first) = program.json(&["ask", question, "--conversation", "new"]);
    assert_eq!(code, 0, "{first}");
    let id = first["conversation"].to_string();
    let (_, before) = program.json(&["conversations", "show", &id]);
    let asked = before["messages"][0]["id"].to_string();
    let edited = "出差回来以后，要在多长时间内提交报销申请？";
    let (code, second) = program.json(&["conversations", "edit", &id, &asked, edited]);
    assert_eq!(code, 0, "{second}");
    let (_, after) = program.json(&["conversations", "show", &id]);
    assert_eq!(after["messages"][0]["content"], edited);
    assert_eq!(
        after["messages"][0]["siblings"].as_array().unwrap().len(),
        2
    );
    assert!(
        !after["messages"][1]["citations"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    let (_, back) = program.json(&["conversations", "select", &id, &asked]);
    assert_eq!(
        back["messages"],
        before["messages"]
            .as_array()
            .map(|messages| with_siblings(messages, &after))
            .unwrap()
    );
    let (_, found) = program.json(&["conversations", "list", "--text", "报销申请"]);
    assert_eq!(found["total"], 1);
}

/// The messages as they were, with the siblings that came since.
fn with_siblings(messages: &[serde_json::Value], after: &serde_json::Value) -> serde_json::Value {
    let mut messages = messages.to_vec();
    messages[0]["siblings"] = after["messages"][0]["siblings"].clone();
    messages.into()
}
