//! Forgetting leaves nothing.

use std::path::Path;

use crate::support::{by_vector, by_words, catalogue, document, files_holding, ingest, open};

const SECRET: &str = "zebrafishquartz";
const CHINESE: &str = "琥珀鲸鱼暗号";

fn needles() -> [&'static str; 4] {
    // The text as it stands, and terms as they were indexed.
    [SECRET, CHINESE, "琥珀", "鲸鱼"]
}

#[test]
fn a_forgotten_file_leaves_no_bytes_of_its_text_or_terms() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    let kept: Vec<String> = (0..300).map(|n| format!("ordinary line {n}")).collect();
    let kept: Vec<&str> = kept.iter().map(String::as_str).collect();
    ingest(&library, &[document("/d/kept.md", &kept)]);
    let secret = format!("the {SECRET} report 关于{CHINESE}的说明");
    ingest(
        &library,
        &[document("/d/secret.md", &[&secret, "second part"])],
    );
    library.finish_bulk().unwrap();
    library.rebuild_index().unwrap();
    assert!(
        !files_holding(home.path(), &needles()).is_empty(),
        "else the search for bytes below proves nothing"
    );
    assert_eq!(library.forget(Path::new("/d/secret.md")).unwrap(), 1);
    assert_eq!(
        files_holding(home.path(), &needles()),
        Vec::<std::path::PathBuf>::new()
    );
    assert!(by_words(&library, SECRET).is_empty());
    assert!(
        by_vector(&library, &secret, 400)
            .iter()
            .all(|text| text.starts_with("ordinary"))
    );
    assert_eq!(by_words(&library, "299"), ["ordinary line 299"]);
    assert!(library.verify().unwrap().is_sound());
    assert!(
        library
            .source_by_path(Path::new("/d/secret.md"))
            .unwrap()
            .is_none()
    );
    drop(library);
    assert_eq!(
        files_holding(home.path(), &needles()),
        Vec::<std::path::PathBuf>::new()
    );
    assert_eq!(by_words(&open(home.path()), "299"), ["ordinary line 299"]);
}

#[test]
fn forgetting_a_folder_takes_what_is_below_it_and_nothing_beside_it() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    ingest(
        &library,
        &[
            document("/d/work/a.md", &["alpha"]),
            document("/d/work/deep/b.md", &["beta"]),
            document("/d/work2/c.md", &["gamma"]),
            document("/d/work.md", &["delta"]),
        ],
    );
    library.add_root(Path::new("/d/work")).unwrap();
    library.add_root(Path::new("/d/work2")).unwrap();
    assert_eq!(
        library.sources_under(Path::new("/d/work/")).unwrap().len(),
        2
    );
    assert_eq!(library.forget(Path::new("/d/work")).unwrap(), 2);
    assert_eq!(library.forget(Path::new("/d/work")).unwrap(), 0);
    assert_eq!(library.roots().unwrap(), [Path::new("/d/work2")]);
    let left: Vec<_> = library
        .sources()
        .unwrap()
        .into_iter()
        .map(|s| s.path)
        .collect();
    assert_eq!(left, [Path::new("/d/work.md"), Path::new("/d/work2/c.md")]);
    assert_eq!(by_words(&library, "gamma"), ["gamma"]);
    assert!(by_words(&library, "beta").is_empty());
}

#[test]
fn forgetting_everything_leaves_a_library_that_works() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    ingest(&library, &[document("/d/a.md", &[CHINESE])]);
    assert_eq!(library.forget(Path::new("/")).unwrap(), 1);
    assert_eq!(
        files_holding(home.path(), &needles()),
        Vec::<std::path::PathBuf>::new()
    );
    assert_eq!(library.stats().unwrap().chunks, 0);
    ingest(&library, &[document("/d/b.md", &["again here"])]);
    assert_eq!(by_words(&library, "again"), ["again here"]);
}

#[test]
fn a_vector_that_another_file_still_needs_stays() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    ingest(
        &library,
        &[
            document("/d/a.md", &["same text"]),
            document("/d/b.md", &["same text"]),
        ],
    );
    library.forget(Path::new("/d/a.md")).unwrap();
    library.rebuild_index().unwrap();
    assert_eq!(by_vector(&library, "same text", 5), ["same text"]);
    library.forget(Path::new("/d/b.md")).unwrap();
    drop(library);
    let count: i64 = catalogue(home.path())
        .query_row("SELECT count(*) FROM vectors", [], |row| row.get(0))
        .unwrap();
    assert_eq!(count, 0);
}

#[test]
fn an_erasure_that_was_cut_short_is_finished_at_the_next_open() {
    let home = tempfile::tempdir().unwrap();
    ingest(
        &open(home.path()),
        &[
            document("/d/a.md", &[CHINESE]),
            document("/d/b.md", &["other"]),
        ],
    );
    let connection = catalogue(home.path());
    connection
        .execute_batch(
            "DELETE FROM sources WHERE path = '/d/a.md'; DELETE FROM vectors; \
             INSERT INTO notes (key, value) VALUES ('erasing', '');",
        )
        .unwrap();
    drop(connection);
    let library = open(home.path());
    assert_eq!(
        files_holding(home.path(), &needles()),
        Vec::<std::path::PathBuf>::new()
    );
    assert_eq!(by_words(&library, "other"), ["other"]);
}

#[test]
fn copies_of_the_catalogue_and_broken_indexes_are_forgotten_too() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    ingest(&library, &[document("/d/a.md", &[SECRET])]);
    std::fs::write(home.path().join("backups/catalog-v1-0.sqlite"), SECRET).unwrap();
    std::fs::write(
        home.path().join("backups/report.docx"),
        "the user's own copy",
    )
    .unwrap();
    let broken = home.path().join("index.broken-3");
    std::fs::create_dir(&broken).unwrap();
    std::fs::write(broken.join("x"), SECRET).unwrap();
    library.forget(Path::new("/d/a.md")).unwrap();
    assert_eq!(
        files_holding(home.path(), &[SECRET]),
        Vec::<std::path::PathBuf>::new()
    );
    assert!(home.path().join("backups/report.docx").exists());
}
