//! Exchanging a library for one that was laid down beside it, also when it is cut short.

use std::path::Path;

use deskmate_core::{CancelToken, ErrorCode};
use deskmate_store::{Restoring, check_catalogue, snapshot};

use crate::support::{by_words, document, ingest, open};

fn library_with(home: &Path, text: &str) {
    ingest(&open(home), &[document("/d/a.md", &[text])]);
}

/// Lays the library of `from` down in `to`, ready to be exchanged.
fn laid_down(from: &Path, to: &Path) -> Restoring {
    let restoring = Restoring::begin(to).unwrap();
    let facts = snapshot(
        from,
        &restoring.catalogue(),
        &CancelToken::new(),
        &mut |_, _| {},
    )
    .unwrap();
    assert_eq!(check_catalogue(&restoring.catalogue()).unwrap(), facts);
    std::fs::write(restoring.folder().join("prompts/new.md"), "new").unwrap();
    restoring
}

#[test]
fn the_library_laid_down_takes_the_place_of_the_one_there() {
    let place = tempfile::tempdir().unwrap();
    let (from, to) = (place.path().join("from"), place.path().join("to"));
    library_with(&from, "zebra");
    library_with(&to, "giraffe");
    let restoring = laid_down(&from, &to);
    assert_eq!(restoring.present().files, 1);
    let aside = restoring.finish().unwrap().unwrap();
    let library = open(&to);
    assert_eq!(by_words(&library, "zebra"), ["zebra"]);
    assert!(by_words(&library, "giraffe").is_empty());
    assert!(library.verify().unwrap().is_sound());
    assert_eq!(by_words(&open(&aside), "giraffe"), ["giraffe"]);
}

#[test]
fn an_exchange_that_was_cut_short_is_finished_at_the_next_open() {
    let place = tempfile::tempdir().unwrap();
    let (from, to) = (place.path().join("from"), place.path().join("to"));
    library_with(&from, "zebra");
    for done in ["nothing", "stale", "folders", "all but the last"] {
        let _ = std::fs::remove_dir_all(&to);
        let aside = place.path().join(format!("aside {done}"));
        library_with(&to, "giraffe");
        let restoring = laid_down(&from, &to);
        let new = restoring.folder();
        drop(restoring);
        let mark = serde_json::json!({ "aside": aside });
        std::fs::write(new.join("complete.json"), mark.to_string()).unwrap();
        std::fs::create_dir(&aside).unwrap();
        if done != "nothing" {
            std::fs::rename(to.join("index"), aside.join("index")).unwrap();
        }
        if done == "folders" || done == "all but the last" {
            std::fs::rename(new.join("prompts"), to.join("prompts")).unwrap();
        }
        if done == "all but the last" {
            std::fs::rename(to.join("catalog.sqlite"), aside.join("catalog.sqlite")).unwrap();
        }
        let library = open(&to);
        assert_eq!(by_words(&library, "zebra"), ["zebra"], "{done}");
        assert!(library.verify().unwrap().is_sound(), "{done}");
        assert_eq!(std::fs::read(to.join("prompts/new.md")).unwrap(), b"new");
        assert!(!new.exists(), "{done}");
        drop(library);
        let kept = open(&aside);
        assert_eq!(by_words(&kept, "giraffe"), ["giraffe"], "{done}");
    }
}

#[test]
fn what_was_laid_down_without_a_mark_changes_nothing() {
    let place = tempfile::tempdir().unwrap();
    let (from, to) = (place.path().join("from"), place.path().join("to"));
    library_with(&from, "zebra");
    library_with(&to, "giraffe");
    drop(laid_down(&from, &to));
    assert_eq!(by_words(&open(&to), "giraffe"), ["giraffe"]);
    assert!(!to.join("prompts/new.md").exists());
}

#[test]
fn only_one_process_at_a_time_exchanges_or_uses_a_library() {
    let place = tempfile::tempdir().unwrap();
    let library = open(place.path());
    let refused = Restoring::begin(place.path()).unwrap_err();
    assert_eq!(refused.code, ErrorCode::LibraryLocked);
    drop(library);
    let restoring = Restoring::begin(place.path()).unwrap();
    assert!(restoring.present().is_empty());
}

#[test]
fn a_file_that_is_no_catalogue_is_not_taken_for_one() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("x.sqlite");
    std::fs::write(&file, "no database at all, and long enough to be looked at").unwrap();
    let refused = check_catalogue(&file).unwrap_err();
    assert_eq!(refused.code, ErrorCode::LibraryDamaged);
}
