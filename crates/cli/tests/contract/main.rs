//! The command line as scripts rely on it: keys, exit status, bad input. No language model needed.
#![allow(clippy::unwrap_used, clippy::print_stderr, dead_code, unreachable_pub)]

#[path = "../program/mod.rs"]
mod program;
mod workbooks;
mod writing;

use std::io::Write;
use std::time::Duration;

use program::{Program, samples, text};

const POLICY: &str = "第一条 出差人员应当在返回后15个工作日内办理报销手续。\n\n第二条 一线城市住宿费每人每天600元。\n";

fn statuses(value: &serde_json::Value) -> Vec<(String, String)> {
    value["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| {
            let path = std::path::Path::new(file["path"].as_str().unwrap());
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let status = file["status"].as_str().unwrap().to_string();
            (name, status)
        })
        .collect()
}

#[test]
fn without_a_model_files_are_found_by_words_and_asking_says_how_to_get_one() {
    let program = Program::without_models();
    let folder = program.folder("docs");
    std::fs::write(folder.join("差旅.txt"), POLICY).unwrap();
    let (code, added) = program.json(&["add", text(&folder)]);
    assert_eq!(
        (code, statuses(&added)),
        (0, vec![("差旅.txt".into(), "ready".into())])
    );
    let (code, found) = program.json(&["search", "报销手续"]);
    assert_eq!(code, 0);
    let hit = &found["hits"][0];
    assert!(
        hit["text"].as_str().unwrap().contains("15个工作日"),
        "{hit}"
    );
    assert!(
        hit["path"].is_string() && hit["score"].is_number() && hit["anchor"]["line"].is_number(),
        "{hit}"
    );
    let (code, refused) = program.json(&["ask", "多少天内报销？"]);
    assert_eq!(
        (code, refused["error"]["code"].as_str()),
        (1, Some("model_not_installed"))
    );
    assert!(
        refused["error"]["hint"]
            .as_str()
            .unwrap()
            .contains("models get")
    );
}

#[test]
fn a_second_add_reads_nothing_and_a_changed_file_alone_is_read_again() {
    let program = Program::without_models();
    let folder = program.folder("docs");
    for number in 0..40 {
        std::fs::write(
            folder.join(format!("{number}.txt")),
            format!("文件{number}：{POLICY}"),
        )
        .unwrap();
    }
    program.json(&["add", text(&folder)]);
    std::fs::write(
        folder.join("7.txt"),
        "完全不同的内容，讲的是食堂的菜单安排。",
    )
    .unwrap();
    let (_, again) = program.json(&["add", text(&folder)]);
    let read: Vec<(String, String)> = statuses(&again)
        .into_iter()
        .filter(|(_, status)| status != "unchanged")
        .collect();
    assert_eq!(read, vec![("7.txt".into(), "ready".into())]);
    let (_, found) = program.json(&["search", "食堂菜单"]);
    assert!(
        found["hits"][0]["path"]
            .as_str()
            .unwrap()
            .ends_with("7.txt")
    );
}

#[test]
fn every_bad_file_is_listed_with_a_reason_and_the_good_one_is_found() {
    let program = Program::without_models();
    let folder = program.folder("mixed");
    std::fs::write(folder.join("good.txt"), POLICY).unwrap();
    std::fs::write(folder.join("empty.docx"), b"").unwrap();
    std::fs::write(folder.join("broken.pdf"), b"%PDF-1.7\nnothing of a pdf").unwrap();
    std::fs::write(
        folder.join("broken.xlsx"),
        [b"PK\x03\x04".as_slice(), &[0; 200]].concat(),
    )
    .unwrap();
    std::fs::write(
        folder.join("program.txt"),
        [0_u8, 1, 2, 3, 255, 254, 0, 7].repeat(600),
    )
    .unwrap();
    std::fs::copy(samples().join("扫描件_发票.pdf"), folder.join("scan.pdf")).unwrap();
    std::fs::copy(
        samples().join("差旅费管理办法.docx"),
        folder.join("really-docx.pdf"),
    )
    .unwrap();
    std::fs::write(
        folder.join(format!("{}😀𠮷\u{202e}.txt", "长".repeat(60))),
        POLICY,
    )
    .unwrap();
    let (code, added) = program.json(&["add", text(&folder)]);
    assert_eq!(code, 0, "{added}");
    let files = added["files"].as_array().unwrap();
    let of = |name: &str| {
        files
            .iter()
            .find(|file| file["path"].as_str().unwrap().ends_with(name))
            .unwrap_or_else(|| panic!("{name}"))
    };
    for (name, code) in [
        ("empty.docx", "empty_file"),
        ("broken.pdf", "damaged_file"),
        ("broken.xlsx", "damaged_file"),
        ("scan.pdf", "needs_ocr"),
    ] {
        assert_eq!(of(name)["status"], "failed", "{}", of(name));
        assert_eq!(of(name)["code"], code, "{}", of(name));
        assert!(!of(name)["reason"].as_str().unwrap().is_empty());
    }
    assert_eq!(
        of("program.txt")["status"],
        "skipped",
        "{}",
        of("program.txt")
    );
    assert_eq!(of("good.txt")["status"], "ready");
    assert_eq!(of("really-docx.pdf")["status"], "ready");
    assert_eq!(
        of("really-docx.pdf")["warnings"][0]["code"],
        "mislabelled_file"
    );
    assert_eq!(of("\u{202e}.txt")["status"], "ready");
}

#[test]
fn only_bad_files_is_exit_status_one() {
    let program = Program::without_models();
    let folder = program.folder("bad");
    std::fs::write(folder.join("empty.txt"), b"").unwrap();
    assert_eq!(program.json(&["add", text(&folder)]).0, 1);
    assert_eq!(program.json(&["add", "/nowhere/at/all"]).0, 1);
}

#[test]
fn a_forgotten_file_leaves_no_byte_behind() {
    let program = Program::without_models();
    let folder = program.folder("docs");
    std::fs::write(
        folder.join("secret.txt"),
        "合同编号QZX7731的违约金是九百万元。",
    )
    .unwrap();
    std::fs::write(folder.join("other.txt"), POLICY).unwrap();
    program.json(&["add", text(&folder)]);
    let (code, _) = program.json(&["forget", text(&folder.join("secret.txt"))]);
    assert_eq!(code, 0);
    for entry in walk(&program.home.path().join("library")) {
        let bytes = std::fs::read(&entry).unwrap();
        for needle in ["qzx7731".as_bytes(), "QZX7731".as_bytes()] {
            assert!(
                !bytes.windows(needle.len()).any(|window| window == needle),
                "{}",
                entry.display()
            );
        }
    }
    let (_, status) = program.json(&["status"]);
    assert_eq!(status["files_ready"], 1);
    assert_eq!(
        program.json(&["forget", "/nowhere"]).1["error"]["code"],
        "not_found"
    );
}

#[test]
fn what_files_hold_and_what_is_searched_stands_in_the_store_alone() {
    let program = Program::without_models();
    let folder = program.folder("docs");
    std::fs::write(folder.join("file.txt"), "合同编号QZX7732，违约金九百万元。").unwrap();
    std::fs::write(folder.join("broken.pdf"), "%PDF-1.7\nQZX7732").unwrap();
    program.json(&["add", text(&folder)]);
    program.json(&["search", "QZX7733 违约金"]);
    program.json(&["ask", "QZX7734 是多少？"]);
    program.json(&["read", text(&folder.join("broken.pdf"))]);
    let library = program.home.path().join("library");
    let store = [library.join("catalog.sqlite"), library.join("index")];
    for file in walk(&library) {
        let bytes = std::fs::read(&file).unwrap().to_ascii_lowercase();
        for canary in [&b"qzx7732"[..], b"qzx7733", b"qzx7734"] {
            let is_there = bytes.windows(canary.len()).any(|window| window == canary);
            let is_store = store.iter().any(|place| {
                // With SQLite's `-wal` and `-shm` beside it.
                file.to_string_lossy()
                    .starts_with(&*place.to_string_lossy())
            });
            assert!(
                !is_there || is_store && canary == b"qzx7732",
                "{} holds {}",
                file.display(),
                String::from_utf8_lossy(canary)
            );
        }
    }
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            out.extend(walk(&path))
        } else {
            out.push(path)
        }
    }
    out
}

#[test]
fn wrong_usage_is_exit_status_two() {
    let program = Program::without_models();
    assert_eq!(program.run(&["no-such-command"]).status.code(), Some(2));
    let (code, error) = program.json(&["search"]);
    assert_eq!(
        (code, error["error"]["code"].as_str()),
        (2, Some("invalid_input"))
    );
}

#[test]
fn a_second_process_on_the_same_library_is_refused_with_the_reason() {
    let program = Program::without_models();
    let folder = program.folder("docs");
    for number in 0..300 {
        std::fs::write(folder.join(format!("{number}.txt")), POLICY.repeat(20)).unwrap();
    }
    // Whoever comes second is refused; which of the two that is, the system decides.
    let is_refusal = |value: &serde_json::Value| value["error"]["code"] == "library_locked";
    let refused = (0..20).any(|_| {
        let mut command = program.command(&["--json", "add", text(&folder)]);
        let first = command
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let mut second = Vec::new();
        for _ in 0..5 {
            second.push(program.json(&["status"]).1);
        }
        let output = first.wait_with_output().unwrap();
        let first = serde_json::from_slice(&output.stdout).unwrap();
        is_refusal(&first) || second.iter().any(is_refusal)
    });
    assert!(refused);
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_with_130_and_the_next_run_goes_on() {
    let program = Program::without_models();
    let folder = program.folder("docs");
    for number in 0..400 {
        std::fs::write(folder.join(format!("{number}.txt")), POLICY.repeat(30)).unwrap();
    }
    let mut child = program.command(&["add", text(&folder)]).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(700));
    let _ = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    let code = child.wait().unwrap().code();
    // Quick machines may be done by then.
    assert!(matches!(code, Some(130 | 0)), "{code:?}");
    let (code, added) = program.json(&["add", text(&folder)]);
    assert_eq!(code, 0);
    assert_eq!(added["files"].as_array().unwrap().len(), 400);
    assert_eq!(program.json(&["status"]).1["files_ready"], 400);
}

#[test]
fn reading_a_file_shows_its_blocks_with_their_places() {
    let program = Program::without_models();
    let (code, read) = program.json(&["read", text(&samples().join("新员工入职培训.pptx"))]);
    assert_eq!(code, 0);
    let blocks = read["document"]["blocks"].as_array().unwrap();
    assert!(
        blocks.iter().any(|block| block["anchor"]["slide"] == 3),
        "{read}"
    );
    assert!(read["warnings"].is_array());
}

#[test]
fn models_are_listed_and_a_file_that_is_none_is_refused() {
    let program = Program::without_models();
    let (code, list) = program.json(&["models", "list"]);
    let first = &list["models"][0];
    assert_eq!(code, 0);
    for key in ["id", "kind", "installed", "bytes", "sha256_ok"] {
        assert!(first.get(key).is_some(), "{key} in {first}");
    }
    let path = program.folder("stick").join("broken.gguf");
    std::fs::File::create(&path)
        .unwrap()
        .write_all(b"GGUF\x03\0\0\0 and no more")
        .unwrap();
    let (code, error) = program.json(&["models", "add", text(&path)]);
    assert_eq!(
        (code, error["error"]["code"].as_str()),
        (1, Some("model_damaged")),
        "{error}"
    );
}

#[test]
fn files_are_listed_estimated_and_explained() {
    let program = Program::without_models();
    let folder = program.folder("docs");
    std::fs::write(folder.join("差旅.txt"), POLICY).unwrap();
    std::fs::write(folder.join("empty.txt"), "").unwrap();
    let (_, estimate) = program.json(&["files", "estimate", text(&folder)]);
    assert_eq!(estimate["files"], 2);
    program.json(&["add", text(&folder)]);
    let (_, failed) = program.json(&["files", "list", "--state", "failed"]);
    assert_eq!(failed["total"], 1);
    assert_eq!(failed["sources"][0]["error"]["code"], "empty_file");
    let file = folder.join("差旅.txt");
    let (_, why) = program.json(&["files", "explain", "住宿费", text(&file)]);
    assert_eq!(why["words_found"][0], "住宿费");
    assert_eq!(why["chunks"][0]["rank"], 1);
    assert_eq!(program.json(&["files", "retry", text(&file)]).0, 0);
    let (code, error) = program.json(&["files", "list", "--state", "nonsense"]);
    assert_eq!(
        (code, error["error"]["code"].as_str()),
        (1, Some("invalid_input"))
    );
}

#[test]
fn settings_are_changed_by_name_and_wrong_ones_are_refused() {
    let program = Program::without_models();
    let (code, settings) = program.json(&["settings", "set", "theme", "dark"]);
    assert_eq!((code, settings["theme"].as_str()), (0, Some("dark")));
    program.json(&["settings", "set", "text_size", "120"]);
    let (_, settings) = program.json(&["settings", "show"]);
    assert_eq!(settings["text_size"], 120);
    assert_eq!(program.json(&["settings", "set", "theme", "violet"]).0, 1);
    assert_eq!(program.json(&["settings", "set", "colour", "red"]).0, 1);
    let (_, network) = program.json(&["network"]);
    assert_eq!(network["open_connections"], 0);
    let (_, jobs) = program.json(&["jobs", "list"]);
    assert_eq!(jobs["jobs"].as_array().unwrap().len(), 0);
}

#[test]
fn a_backup_is_verified_and_restored_and_a_library_is_replaced_only_when_told() {
    let program = Program::without_models();
    let folder = program.folder("docs");
    std::fs::write(folder.join("差旅.txt"), POLICY).unwrap();
    program.json(&["add", text(&folder)]);
    let file = program.home.path().join("backup.zip");
    let (code, made) = program.json(&["backup", text(&file)]);
    assert_eq!(code, 0, "{made}");
    assert_eq!(made["files"], 1);
    for key in [
        "path",
        "bytes",
        "program",
        "created_at_ms",
        "conversations",
        "parts",
    ] {
        assert!(made.get(key).is_some(), "{key} in {made}");
    }
    let (code, whole) = program.json(&["backup", "verify", text(&file)]);
    assert_eq!((code, &whole["sound"]), (0, &true.into()), "{whole}");
    let (code, refused) = program.json(&["backup", text(&file)]);
    assert_eq!(
        (code, &refused["error"]["code"]),
        (1, &"invalid_input".into())
    );
    // Elsewhere, where there is nothing.
    let other = Program::without_models();
    let (code, restored) = other.json(&["restore", text(&file)]);
    assert_eq!(
        (code, &restored["kept_aside"]),
        (0, &serde_json::Value::Null),
        "{restored}"
    );
    let (_, found) = other.json(&["search", "报销"]);
    assert_eq!(found["hits"][0]["path"], text(&folder.join("差旅.txt")));
    // Here, where there is a library.
    let (code, refused) = program.json(&["restore", text(&file)]);
    assert_eq!(
        (code, &refused["error"]["code"]),
        (1, &"invalid_input".into())
    );
    let (code, restored) = program.json(&["restore", text(&file), "--replace"]);
    assert_eq!(code, 0, "{restored}");
    let aside = std::path::Path::new(restored["kept_aside"].as_str().unwrap());
    assert!(aside.join("catalog.sqlite").is_file());
    assert_eq!(program.json(&["status"]).1["files_ready"], 1);
    // A file that is none of ours.
    std::fs::write(&file, "no backup").unwrap();
    let (code, foreign) = program.json(&["backup", "verify", text(&file)]);
    assert_eq!(
        (code, &foreign["error"]["code"]),
        (1, &"unsupported_format".into())
    );
    assert_eq!(program.json(&["backup"]).0, 2);
}
