//! Manuscripts: versions, autosaves of one sitting, restoring, deletion, and the schema before them.

use deskmate_core::{Anchor, Citation, Comment, ErrorCode, Manuscript, Passage, Run};
use deskmate_store::{Library, ManuscriptId, VersionReason};

use crate::support::{catalogue, open};

fn content(text: &str) -> Manuscript {
    Manuscript {
        passages: vec![Passage::Paragraph {
            runs: vec![
                Run {
                    comments: vec![1],
                    ..Run::plain(text)
                },
                Run::citation(2),
            ],
        }],
        comments: vec![Comment {
            id: 1,
            text: "请核对".into(),
            resolved: false,
            at_ms: 5,
        }],
        citations: vec![Citation {
            marker: 2,
            path: "/d/a.md".into(),
            anchor: Anchor::page(2),
            quote: "预算一百万元".into(),
        }],
    }
}

/// Texts and reasons of all versions, the newest first.
fn versions(library: &Library, id: ManuscriptId) -> Vec<(String, VersionReason)> {
    let versions = library.manuscript_versions(id).unwrap();
    versions
        .into_iter()
        .map(|version| {
            let stored = library.manuscript(id, Some(version.id)).unwrap();
            (stored.content.text(), version.reason)
        })
        .collect()
}

/// Lets the sitting of the newest autosave have begun long ago.
fn end_sitting(home: &std::path::Path) {
    catalogue(home)
        .execute_batch("UPDATE manuscript_versions SET began_at_ms = began_at_ms - 600001")
        .unwrap();
}

#[test]
fn a_manuscript_comes_back_with_its_comments_and_citations_after_a_restart() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    let id = library.create_manuscript("预算", &content("甲")).unwrap();
    let saved = library
        .save_manuscript(id, "预算说明", &content("甲乙"))
        .unwrap();
    assert_eq!(saved.summary.characters, 5);
    drop(library);
    let library = open(home.path());
    let stored = library.manuscript(id, None).unwrap();
    assert_eq!(stored, saved);
    assert_eq!(stored.content, content("甲乙"));
    assert_eq!(library.manuscripts().unwrap()[0].title, "预算说明");
}

#[test]
fn autosaves_of_one_sitting_are_one_version_and_the_same_text_is_none() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    let id = library.create_manuscript("t", &content("a")).unwrap();
    for text in ["ab", "abc", "abc", "abcd"] {
        library.save_manuscript(id, "t", &content(text)).unwrap();
    }
    let reasons = [VersionReason::Autosave, VersionReason::Created];
    let expected = |texts: [&str; 2]| -> Vec<(String, VersionReason)> {
        let texts = texts.iter().map(|text| format!("{text}[2]"));
        texts.zip(reasons).collect()
    };
    assert_eq!(versions(&library, id), expected(["abcd", "a"]));
    end_sitting(home.path());
    library.save_manuscript(id, "t", &content("abcd")).unwrap();
    assert_eq!(versions(&library, id).len(), 2);
    library.save_manuscript(id, "t", &content("abcde")).unwrap();
    let texts: Vec<String> = versions(&library, id).into_iter().map(|v| v.0).collect();
    assert_eq!(texts, ["abcde[2]", "abcd[2]", "a[2]"]);
}

#[test]
fn a_version_with_a_name_is_not_overwritten() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    let id = library.create_manuscript("t", &content("a")).unwrap();
    library.save_manuscript(id, "t", &content("ab")).unwrap();
    let named = library.name_manuscript_version(id, "送审稿").unwrap();
    assert_eq!(named.reason, VersionReason::Named);
    library.save_manuscript(id, "t", &content("abc")).unwrap();
    let kept = library.manuscript(id, Some(named.id)).unwrap();
    assert_eq!(kept.content, content("ab"));
    assert_eq!(kept.version.name, "送审稿");
    assert_eq!(library.manuscript_versions(id).unwrap().len(), 3);
}

#[test]
fn restoring_an_old_version_loses_nothing() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    let id = library.create_manuscript("t", &content("old")).unwrap();
    let first = library.manuscript(id, None).unwrap().version.id;
    library.save_manuscript(id, "t", &content("new")).unwrap();
    let restored = library.restore_manuscript_version(id, first).unwrap();
    assert_eq!(restored.content, content("old"));
    let texts: Vec<String> = versions(&library, id).into_iter().map(|v| v.0).collect();
    assert_eq!(texts, ["old[2]", "new[2]", "old[2]"]);
    // What is written next does not overwrite what was restored.
    library.save_manuscript(id, "t", &content("more")).unwrap();
    assert_eq!(versions(&library, id).len(), 4);
    let error = library.restore_manuscript_version(id, 999).unwrap_err();
    assert_eq!(error.code, ErrorCode::NotFound);
}

#[test]
fn what_was_saved_is_there_after_the_program_was_cut_off() {
    let home = tempfile::tempdir().unwrap();
    let after = tempfile::tempdir().unwrap();
    let library = open(home.path());
    let id = library.create_manuscript("t", &content("a")).unwrap();
    library.save_manuscript(id, "t", &content("ab")).unwrap();
    // The files as they lie on the disk while the library is still open: nothing was closed or written out.
    for name in ["catalog.sqlite", "catalog.sqlite-wal"] {
        std::fs::copy(home.path().join(name), after.path().join(name)).unwrap();
    }
    let survivor = open(after.path());
    let stored = survivor.manuscript(id, None).unwrap();
    assert_eq!(stored.content, content("ab"));
    drop(library);
}

#[test]
fn a_version_of_another_manuscript_is_none_of_this_one() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    let one = library.create_manuscript("1", &content("1")).unwrap();
    let two = library.create_manuscript("2", &content("2")).unwrap();
    let version = library.manuscript(two, None).unwrap().version.id;
    let error = library.manuscript(one, Some(version)).unwrap_err();
    assert_eq!(error.code, ErrorCode::NotFound);
    let error = library
        .restore_manuscript_version(one, version)
        .unwrap_err();
    assert_eq!(error.code, ErrorCode::NotFound);
}

#[test]
fn a_deleted_manuscript_can_be_taken_back() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    let id = library.create_manuscript("t", &content("a")).unwrap();
    library.delete_manuscript(id).unwrap();
    assert_eq!(library.manuscripts().unwrap(), []);
    for error in [
        library.manuscript(id, None).unwrap_err(),
        library.save_manuscript(id, "t", &content("b")).unwrap_err(),
        library.manuscript_versions(id).unwrap_err(),
        library.delete_manuscript(id).unwrap_err(),
    ] {
        assert_eq!(error.code, ErrorCode::NotFound);
    }
    library.undelete_manuscript(id).unwrap();
    assert_eq!(library.manuscript(id, None).unwrap().content, content("a"));
}

#[test]
fn autosaves_of_long_ago_are_thinned_to_one_a_day() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    let id = library.create_manuscript("t", &content("a")).unwrap();
    for text in ["b", "c", "d"] {
        library.save_manuscript(id, "t", &content(text)).unwrap();
        end_sitting(home.path());
    }
    // One of the first day of 1970, two of the second.
    catalogue(home.path())
        .execute_batch(
            "UPDATE manuscript_versions SET at_ms = id * 30000000 WHERE reason = 'autosave'",
        )
        .unwrap();
    library.save_manuscript(id, "t", &content("e")).unwrap();
    let texts: Vec<String> = versions(&library, id).into_iter().map(|v| v.0).collect();
    assert_eq!(texts, ["e[2]", "d[2]", "b[2]", "a[2]"]);
}

#[test]
fn a_library_of_the_version_before_opens_with_everything_in_it() {
    let home = tempfile::tempdir().unwrap();
    let before = catalogue(home.path());
    for step in [
        include_str!("../../src/catalogue/schema_1.sql"),
        include_str!("../../src/catalogue/schema_2.sql"),
    ] {
        before.execute_batch(step).unwrap();
    }
    before
        .execute_batch(
            "INSERT INTO conversations (id, title, created_at_ms, updated_at_ms) VALUES (7, '差旅', 1, 9); \
             INSERT INTO settings VALUES ('theme', '\"dark\"'); PRAGMA user_version = 2;",
        )
        .unwrap();
    drop(before);
    let library = open(home.path());
    assert_eq!(library.open_report().migrated, Some((2, 4)));
    assert_eq!(library.conversation(7).unwrap().summary.title, "差旅");
    let theme: Option<String> = library.setting("theme").unwrap();
    assert_eq!(theme.as_deref(), Some("dark"));
    let id = library.create_manuscript("t", &content("a")).unwrap();
    assert_eq!(library.manuscript(id, None).unwrap().content, content("a"));
}
