//! Files, conversations, settings and the schema.

use std::path::Path;

use deskmate_core::{Anchor, ErrorCode, ReadWarning, WireError};
use deskmate_store::{Library, SourceQuery, SourceState};

use crate::support::{by_words, catalogue, document, hash, ingest, open, options};

#[test]
fn a_file_comes_back_as_it_was_entered() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    let mut written = document("/资料/报告 'a'.md", &["text"]);
    written.warnings =
        vec![ReadWarning::new(ErrorCode::NeedsOcr, "page `3` is a picture").at(Anchor::page(3))];
    let ids = ingest(&library, std::slice::from_ref(&written));
    let source = library.source_by_path(&written.path).unwrap().unwrap();
    assert_eq!(source.id, ids[0]);
    assert_eq!(source.path, written.path);
    assert_eq!(source.size, written.size);
    assert_eq!(source.mtime_ns, written.mtime_ns);
    assert_eq!(source.content_hash, Some(written.content_hash));
    assert_eq!(source.warnings, written.warnings);
    assert_eq!(source.title, written.title);
    assert_eq!(source.chunk_count, 1);
    assert_eq!(library.sources().unwrap(), [source]);
}

#[test]
fn a_file_that_fails_loses_the_chunks_of_its_old_content() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    ingest(&library, &[document("/d/a.pdf", &["old content"])]);
    let reason = WireError::new(ErrorCode::EncryptedPdf, "`a.pdf` asks for a password")
        .with_hint("remove the password");
    let path = Path::new("/d/a.pdf");
    library
        .mark_failed(path, 9, 10, Some(&hash("new")), &reason)
        .unwrap();
    let source = library.source_by_path(path).unwrap().unwrap();
    assert_eq!(source.state, SourceState::Failed);
    assert_eq!(source.error, Some(reason));
    assert_eq!(source.chunk_count, 0);
    assert!(by_words(&library, "old").is_empty());
    assert!(library.verify().unwrap().is_sound());
    ingest(&library, &[document("/d/a.pdf", &["good again"])]);
    assert_eq!(library.source_by_path(path).unwrap().unwrap().error, None);
}

#[test]
fn figures_count_files_by_state() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    ingest(&library, &[document("/d/a.md", &["one", "two"])]);
    library
        .write_documents(&[document("/d/b.md", &["three"])])
        .unwrap();
    let reason = WireError::new(ErrorCode::UnsupportedFormat, "no reader");
    library
        .mark_skipped(Path::new("/d/c.bin"), 1, 1, &reason)
        .unwrap();
    library
        .mark_failed(Path::new("/d/d.pdf"), 1, 1, None, &reason)
        .unwrap();
    library.bump_crash(Path::new("/d/e.xls")).unwrap();
    let stats = library.stats().unwrap();
    let files = stats.files;
    assert_eq!(
        (
            files.pending,
            files.words,
            files.ready,
            files.failed,
            files.skipped
        ),
        (1, 1, 1, 1, 1)
    );
    assert_eq!(stats.chunks, 3);
    assert!(stats.index_bytes > 0 && stats.catalogue_bytes > 0);
}

#[test]
fn crashes_are_counted_until_the_file_is_read() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    let path = Path::new("/d/a.md");
    assert_eq!(library.bump_crash(path).unwrap(), 1);
    assert_eq!(library.bump_crash(path).unwrap(), 2);
    ingest(&library, &[document("/d/a.md", &["fine now"])]);
    assert_eq!(
        library.source_by_path(path).unwrap().unwrap().crash_count,
        0
    );
}

#[test]
fn a_touched_or_moved_file_keeps_its_chunks() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    let ids = ingest(
        &library,
        &[
            document("/d/a.md", &["stays"]),
            document("/d/b.md", &["other"]),
        ],
    );
    library.touch(ids[0], 77, 88).unwrap();
    library.rename(ids[0], Path::new("/e/a.md")).unwrap();
    let source = library
        .source_by_path(Path::new("/e/a.md"))
        .unwrap()
        .unwrap();
    assert_eq!(
        (source.size, source.mtime_ns, source.state),
        (77, 88, SourceState::Ready)
    );
    assert_eq!(by_words(&library, "stays"), ["stays"]);
    let taken = library.rename(ids[0], Path::new("/d/b.md")).unwrap_err();
    assert_eq!(taken.code, ErrorCode::InvalidInput);
    assert_eq!(
        library.touch(999, 1, 1).unwrap_err().code,
        ErrorCode::NotFound
    );
}

#[test]
fn a_path_given_twice_stores_nothing() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    let twice = [document("/d/a.md", &["one"]), document("/d/a.md", &["two"])];
    let error = library.write_documents(&twice).unwrap_err();
    assert_eq!(error.code, ErrorCode::InvalidInput);
    assert_eq!(library.sources().unwrap(), []);
}

#[test]
fn a_document_without_chunks_is_kept_and_does_not_get_ready() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    let written = library
        .write_documents(&[document("/d/empty.md", &[])])
        .unwrap();
    let indexed = library.index_vectors(&[written[0].source_id]).unwrap();
    assert_eq!(
        indexed[0].outcome.as_ref().unwrap_err().code,
        ErrorCode::EmptyFile
    );
    assert!(library.verify().unwrap().is_sound());
}

#[test]
fn settings_are_kept_by_key() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    assert_eq!(library.setting::<u32>("threads").unwrap(), None);
    library.set_setting("threads", &2).unwrap();
    library.set_setting("threads", &4).unwrap();
    assert_eq!(library.setting::<u32>("threads").unwrap(), Some(4));
    assert_eq!(
        library.setting::<String>("threads").unwrap_err().code,
        ErrorCode::LibraryDamaged
    );
    library.remove_setting("threads").unwrap();
    assert_eq!(library.setting::<u32>("threads").unwrap(), None);
}

#[test]
fn an_older_catalogue_is_copied_and_brought_up_to_date() {
    let home = tempfile::tempdir().unwrap();
    catalogue(home.path())
        .execute_batch("CREATE TABLE from_before (x); INSERT INTO from_before VALUES (1);")
        .unwrap();
    let library = open(home.path());
    assert_eq!(library.open_report().migrated, Some((0, 4)));
    let copy = home.path().join("backups/catalog-v0-0.sqlite");
    let copied = rusqlite::Connection::open(copy).unwrap();
    let x: i64 = copied
        .query_row("SELECT x FROM from_before", [], |row| row.get(0))
        .unwrap();
    assert_eq!(x, 1);
    drop(library);
    assert_eq!(open(home.path()).open_report().migrated, None);
}

#[test]
fn a_catalogue_of_a_newer_version_is_refused_and_not_touched() {
    let home = tempfile::tempdir().unwrap();
    drop(open(home.path()));
    catalogue(home.path())
        .pragma_update(None, "user_version", 99)
        .unwrap();
    let error = Library::open(home.path(), options()).unwrap_err();
    assert_eq!(error.code, ErrorCode::LibraryDamaged);
    assert!(error.hint.contains("update"), "{}", error.hint);
}

#[test]
fn files_are_listed_in_parts_by_text_and_state() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    let documents: Vec<_> = (0..30)
        .map(|number| document(&format!("/资料/100%_{number:02}.md"), &["text"]))
        .collect();
    library.write_documents(&documents).unwrap();
    library
        .enter_pending(&[
            ("/资料/later.md".into(), 1, 1),
            ("/资料/100%_00.md".into(), 9, 9),
        ])
        .unwrap();
    let query = SourceQuery {
        text: "资料/100%_".to_string(),
        state: Some(SourceState::Words),
        offset: 25,
        limit: 10,
    };
    let page = library.source_page(&query).unwrap();
    let names: Vec<_> = page
        .sources
        .iter()
        .map(|source| source.path.to_str().unwrap())
        .collect();
    assert_eq!(page.total, 30);
    assert_eq!(names.len(), 5);
    assert_eq!(names[0], "/资料/100%_25.md");
    let pending = SourceQuery {
        state: Some(SourceState::Pending),
        limit: 10,
        ..SourceQuery::default()
    };
    assert_eq!(library.source_page(&pending).unwrap().total, 1);
    let none = SourceQuery {
        // As text, not as a wildcard.
        text: "100_".to_string(),
        limit: 10,
        ..SourceQuery::default()
    };
    assert_eq!(library.source_page(&none).unwrap().total, 0);
}

#[test]
fn a_moved_file_takes_the_place_that_was_entered_for_it() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    let ids = ingest(&library, &[document("/d/a.md", &["stays"])]);
    library
        .enter_pending(&[("/e/a.md".into(), 1_234, 1)])
        .unwrap();
    library.rename(ids[0], Path::new("/e/a.md")).unwrap();
    let sources = library.sources().unwrap();
    assert_eq!(sources.len(), 1);
    assert_eq!(sources[0].state, SourceState::Ready);
    assert_eq!(by_words(&library, "stays"), ["stays"]);
}
