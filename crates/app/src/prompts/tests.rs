//! Prompts kept, replaced, deleted, brought back, exchanged.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;

use super::*;

fn prompts(folder: &tempfile::TempDir) -> Prompts {
    Prompts::of(&Home::locate(Some(folder.path())))
}

fn prompt(text: &str) -> PromptFile {
    PromptFile::parse(&format!("+++\ntitle = \"t\"\n+++\n{text}")).unwrap()
}

#[test]
fn every_ready_made_prompt_can_be_read_and_filled_in() {
    let folder = tempfile::tempdir().unwrap();
    let all = prompts(&folder).list().unwrap();
    assert!(all.len() >= 15);
    for entry in all {
        assert_eq!(entry.broken, None, "{}", entry.id);
        let values: BTreeMap<String, String> = entry
            .prompt
            .variables
            .iter()
            .map(|variable| (variable.name.clone(), "X".to_owned()))
            .collect();
        let text = entry.prompt.render(&values).unwrap();
        assert!(!text.contains("{{"), "{text}");
        assert!(!entry.prompt.title.is_empty() && !entry.prompt.description.is_empty());
    }
}

#[test]
fn saving_replacing_deleting_and_bringing_back_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let prompts = prompts(&folder);
    prompts
        .save("我的/周报", &prompt("第一版{{部门}}"))
        .unwrap();
    prompts.save("我的/周报", &prompt("第二版")).unwrap();
    assert_eq!(prompts.show("我的/周报").unwrap().prompt.text, "第二版");
    prompts.delete("我的/周报").unwrap();
    assert_eq!(
        prompts.show("我的/周报").unwrap_err().code,
        ErrorCode::NotFound
    );
    assert_eq!(prompts.restore("我的/周报").unwrap().prompt.text, "第二版");
    assert_eq!(
        prompts.restore("我的/周报").unwrap().prompt.text,
        "第一版{{部门}}"
    );
    // The file is plain text at a plain place.
    let file = folder.path().join("prompts/我的/周报.md");
    assert!(std::fs::read_to_string(file).unwrap().contains("第一版"));
}

#[test]
fn ones_own_prompt_covers_a_ready_made_one_until_it_is_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let prompts = prompts(&folder);
    let before = prompts.show("writing/notice").unwrap();
    prompts.save("writing/notice", &prompt("my way")).unwrap();
    assert!(!prompts.show("writing/notice").unwrap().is_ready_made);
    prompts.delete("writing/notice").unwrap();
    assert_eq!(prompts.show("writing/notice").unwrap(), before);
    assert_eq!(
        prompts.delete("writing/notice").unwrap_err().code,
        ErrorCode::InvalidInput
    );
}

#[test]
fn export_and_import_by_zip_and_folder_give_the_same_prompts() {
    let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mine = prompts(&from);
    mine.save("a/one", &prompt("one {{x}}")).unwrap();
    mine.save("two", &prompt("two")).unwrap();
    let zip = from.path().join("prompts.zip");
    let plain = from.path().join("plain");
    assert_eq!(mine.export(&zip, false).unwrap(), 2);
    assert_eq!(mine.export(&plain, false).unwrap(), 2);
    assert_eq!(
        mine.export(&zip, false).unwrap_err().code,
        ErrorCode::InvalidInput
    );
    let other = prompts(&to);
    other.save("two", &prompt("another two")).unwrap();
    let report = other.import(&zip).unwrap();
    assert_eq!(report.added, ["a/one", "two-2"]);
    assert_eq!(other.show("two").unwrap().prompt.text, "another two");
    assert_eq!(other.import(&plain).unwrap().unchanged, ["a/one", "two-2"]);
}

#[test]
fn a_zip_cannot_write_outside_of_the_folder() {
    use std::io::Write;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bad.zip");
    let mut zip = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
    for name in ["../out.md", "/abs.md", "a/../../b.md", "nul.md", "good.md"] {
        zip.start_file(name, zip::write::SimpleFileOptions::default())
            .unwrap();
        zip.write_all(b"text").unwrap();
    }
    zip.finish().unwrap();
    let report = prompts(&folder).import(&path).unwrap();
    assert_eq!(report.added, ["good"]);
    assert_eq!(report.refused.len(), 4);
    assert!(!folder.path().join("out.md").exists());
}

#[test]
fn a_broken_file_is_listed_with_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    let prompts = prompts(&folder);
    std::fs::create_dir_all(folder.path().join("prompts")).unwrap();
    std::fs::write(folder.path().join("prompts/x.md"), "+++\ntitle = 1\n+++\nx").unwrap();
    let all = prompts.list().unwrap();
    let entry = all.iter().find(|entry| entry.id == "x").unwrap();
    assert!(entry.broken.is_some());
}

#[test]
fn names_that_are_no_names_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    for id in [
        "",
        "../x",
        "a//b",
        "a/./b",
        ".hidden",
        "con",
        "a/b/c/d/e",
        "a\\b",
        "x@y",
    ] {
        let error = prompts(&folder).save(id, &prompt("x")).unwrap_err();
        assert_eq!(error.code, ErrorCode::InvalidInput, "{id}");
    }
}

#[test]
fn an_export_into_a_folder_takes_the_next_free_name() {
    let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mine = prompts(&from);
    mine.save("two", &prompt("two")).unwrap();
    let first = mine.export_into(to.path(), false).unwrap();
    let second = mine.export_into(to.path(), true).unwrap();
    assert_eq!(first.path, to.path().join("prompts.zip"));
    assert_eq!(second.path, to.path().join("prompts-2.zip"));
    assert_eq!(first.exported, 1);
    assert!(second.exported > 10);
}
