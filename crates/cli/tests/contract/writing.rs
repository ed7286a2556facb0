//! Prompts of one's own and documents of one's own.

use crate::program::{Program, text};

#[test]
fn prompts_are_listed_filled_in_saved_and_brought_back() {
    let program = Program::without_models();
    let (code, listed) = program.json(&["prompts", "list"]);
    assert_eq!(code, 0);
    let ready = listed["prompts"].as_array().unwrap();
    assert!(
        ready.iter().all(|one| one["is_ready_made"] == true),
        "{listed}"
    );
    let file = program.folder("own").join("要点.md");
    std::fs::write(&file, "列出{{文件}}的要点").unwrap();
    let (code, saved) = program.json(&["prompts", "save", "我的/要点", text(&file)]);
    assert_eq!(
        (code, saved["variables"][0]["name"].as_str()),
        (0, Some("文件"))
    );
    let (code, filled) = program.json(&["prompts", "render", "我的/要点", "--value", "文件=合同"]);
    assert_eq!((code, filled["text"].as_str()), (0, Some("列出合同的要点")));
    let (code, refused) = program.json(&["prompts", "render", "我的/要点"]);
    assert_eq!(
        (code, refused["error"]["code"].as_str()),
        (1, Some("invalid_input"))
    );
    assert_eq!(program.json(&["prompts", "delete", "我的/要点"]).0, 0);
    assert_eq!(program.json(&["prompts", "show", "我的/要点"]).0, 1);
    assert_eq!(program.json(&["prompts", "restore", "我的/要点"]).0, 0);
}

#[test]
fn a_document_is_begun_from_a_file_saved_restored_and_exported() {
    let program = Program::without_models();
    let folder = program.folder("docs");
    let draft = folder.join("请示.md");
    std::fs::write(
        &draft,
        "# 住宿标准\n\n每晚**450元**。\n\n1. 甲\n2. 乙\n\n![走势](a.png)\n",
    )
    .unwrap();
    let (code, made) = program.json(&["document", "new", "--from", text(&draft)]);
    assert_eq!(code, 0, "{made}");
    let id = made["summary"]["id"].to_string();
    assert_eq!(made["summary"]["title"], "住宿标准");
    assert_eq!(made["warnings"][0]["code"], "omitted");
    assert_eq!(made["content"]["passages"][1]["runs"][1]["bold"], true);
    let first = made["version"]["id"].to_string();

    std::fs::write(&draft, "# 住宿标准\n\n每晚500元。\n").unwrap();
    let (code, saved) = program.json(&["document", "save", &id, text(&draft)]);
    assert_eq!((code, &saved["version"]["reason"]), (0, &"autosave".into()));
    let (_, named) = program.json(&["document", "name", &id, "送审稿"]);
    assert_eq!(named["name"], "送审稿");
    let (_, restored) = program.json(&["document", "restore", &id, &first]);
    assert_eq!(restored["version"]["reason"], "restored");
    let (_, versions) = program.json(&["document", "versions", &id]);
    let reasons: Vec<&str> = versions["versions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|version| version["reason"].as_str().unwrap())
        .collect();
    assert_eq!(reasons, ["restored", "named", "created"]);

    for extension in ["docx", "md", "html", "pdf"] {
        let out = folder.join(format!("out.{extension}"));
        let (code, written) = program.json(&["document", "export", &id, "--out", text(&out)]);
        assert_eq!((code, written["path"].as_str()), (0, Some(text(&out))));
        let (_, again) = program.json(&["document", "export", &id, "--out", text(&out)]);
        assert_eq!(again["error"]["code"], "invalid_input", "{extension}");
        let (_, read) = program.json(&["read", text(&out)]);
        let content = read["document"]["blocks"].to_string();
        assert!(content.contains("住宿标准"), "{content}");
        assert!(content.contains("450元"), "{content}");
    }
    let shown = program.run(&["document", "show", &id]);
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(shown.contains("每晚**450元**。"), "{shown}");

    program.json(&["document", "delete", &id]);
    let (code, gone) = program.json(&["document", "show", &id]);
    assert_eq!(
        (code, gone["error"]["code"].as_str()),
        (1, Some("not_found"))
    );
    program.json(&["document", "undelete", &id]);
    let (_, list) = program.json(&["document", "list"]);
    assert_eq!(list["documents"].as_array().unwrap().len(), 1);
}

#[test]
fn a_document_that_cannot_be_read_or_written_says_why() {
    let program = Program::without_models();
    let (code, none) = program.json(&["document", "new", "--from", "/nowhere/a.docx"]);
    assert_eq!(
        (code, none["error"]["code"].as_str()),
        (1, Some("not_found"))
    );
    let (_, made) = program.json(&["document", "new", "--title", "空"]);
    let id = made["summary"]["id"].to_string();
    assert_eq!(made["summary"]["title"], "空");
    let out = program.folder("docs").join("a.pages");
    let (_, refused) = program.json(&["document", "export", &id, "--out", text(&out)]);
    assert_eq!(refused["error"]["code"], "invalid_input");
    assert!(!out.exists());
}
