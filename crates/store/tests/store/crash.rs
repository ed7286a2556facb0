//! What a crash, another process or a damaged disk leaves behind.

use std::fs;
use std::path::{Path, PathBuf};

use deskmate_core::{ChunkIndex, ErrorCode};
use deskmate_store::{Library, SourceState};

use crate::support::{
    by_vector, by_words, catalogue, document, files, ingest, open, open_later, options, terms,
    with_table, words_only,
};

fn state(library: &Library, path: &str) -> SourceState {
    library
        .source_by_path(Path::new(path))
        .unwrap()
        .unwrap()
        .state
}

#[test]
fn a_second_open_is_refused_until_the_first_is_closed() {
    let home = tempfile::tempdir().unwrap();
    let first = open(home.path());
    let error = Library::open(home.path(), options()).unwrap_err();
    assert_eq!(error.code, ErrorCode::LibraryLocked);
    assert!(!error.hint.is_empty());
    drop(first);
    open(home.path());
}

#[test]
fn a_file_left_pending_before_its_rows_were_written_is_finished_from_the_catalogue() {
    let home = tempfile::tempdir().unwrap();
    ingest(
        &open(home.path()),
        &[
            document("/d/a.md", &["apple"]),
            document("/d/b.md", &["banana"]),
        ],
    );
    catalogue(home.path())
        .execute(
            "UPDATE sources SET state = 'pending' WHERE path = '/d/a.md'",
            [],
        )
        .unwrap();
    with_table(home.path(), "words", |table| async move {
        table.delete("source_id = 1").await.unwrap();
    });
    let library = open(home.path());
    assert_eq!(library.open_report().files_repaired, 1);
    assert_eq!(by_words(&library, "apple"), ["apple"]);
    assert_eq!(by_words(&library, "banana"), ["banana"]);
    // Its vectors were still there, so it is complete again.
    assert_eq!(state(&library, "/d/a.md"), SourceState::Ready);
    assert!(library.verify().unwrap().is_sound());
}

#[test]
fn a_file_whose_rows_were_written_but_not_its_state_gets_its_state() {
    let home = tempfile::tempdir().unwrap();
    {
        let library = open(home.path());
        library
            .write_documents(&[document("/d/a.md", &["apple"])])
            .unwrap();
    }
    catalogue(home.path())
        .execute("UPDATE sources SET state = 'pending'", [])
        .unwrap();
    let library = open(home.path());
    assert_eq!(library.open_report().files_repaired, 0);
    assert_eq!(state(&library, "/d/a.md"), SourceState::Words);
}

#[test]
fn rows_written_twice_by_a_crash_are_found_once() {
    let home = tempfile::tempdir().unwrap();
    ingest(&open(home.path()), &[document("/d/a.md", &["apple"])]);
    with_table(home.path(), "words", |table| async move {
        use futures::TryStreamExt;
        use lancedb::query::ExecutableQuery;
        let rows: Vec<_> = table
            .query()
            .execute()
            .await
            .unwrap()
            .try_collect()
            .await
            .unwrap();
        table.add(rows).execute().await.unwrap();
    });
    let library = open(home.path());
    assert_eq!(by_words(&library, "apple"), ["apple"]);
    assert!(library.verify().unwrap().is_sound());
}

#[test]
fn rows_of_a_file_that_the_catalogue_lost_are_removed() {
    let home = tempfile::tempdir().unwrap();
    ingest(
        &open(home.path()),
        &[
            document("/d/a.md", &["apple"]),
            document("/d/b.md", &["banana"]),
        ],
    );
    catalogue(home.path())
        .execute("DELETE FROM sources WHERE path = '/d/a.md'", [])
        .unwrap();
    let library = open(home.path());
    assert_eq!(library.open_report().files_removed, 1);
    assert!(by_words(&library, "apple").is_empty());
    assert_eq!(by_vector(&library, "apple", 5), ["banana"]);
    assert!(library.verify().unwrap().is_sound());
}

#[test]
fn vectors_that_the_index_lost_come_back_from_the_cache() {
    let home = tempfile::tempdir().unwrap();
    ingest(&open(home.path()), &[document("/d/a.md", &["apple"])]);
    for entry in fs::read_dir(home.path().join("index")).unwrap() {
        let path = entry.unwrap().path();
        if path
            .file_name()
            .unwrap()
            .to_str()
            .unwrap()
            .starts_with("vectors_")
        {
            fs::remove_dir_all(path).unwrap();
        }
    }
    let library = open(home.path());
    assert_eq!(library.open_report().files_without_vectors, 0);
    assert_eq!(by_vector(&library, "apple", 1), ["apple"]);
    assert_eq!(state(&library, "/d/a.md"), SourceState::Ready);
}

#[test]
fn an_index_that_is_gone_altogether_is_made_again() {
    let home = tempfile::tempdir().unwrap();
    ingest(&open(home.path()), &[document("/d/a.md", &["apple"])]);
    fs::remove_dir_all(home.path().join("index")).unwrap();
    let library = open(home.path());
    assert_eq!(by_words(&library, "apple"), ["apple"]);
    assert_eq!(by_vector(&library, "apple", 1), ["apple"]);
}

#[derive(Debug, Clone, Copy)]
enum Damage {
    Delete,
    Truncate,
    Empty,
    Zero,
}

impl Damage {
    fn apply(self, path: &Path) {
        let bytes = fs::read(path).unwrap();
        match self {
            Self::Delete => fs::remove_file(path).unwrap(),
            Self::Truncate => fs::write(path, &bytes[..bytes.len() / 2]).unwrap(),
            Self::Empty => fs::write(path, b"").unwrap(),
            Self::Zero => fs::write(path, vec![0; bytes.len()]).unwrap(),
        }
    }
}

fn copy_folder(from: &Path, to: &Path) {
    for path in files(from) {
        let target = to.join(path.strip_prefix(from).unwrap());
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(&path, target).unwrap();
    }
}

/// Every file of the index with every kind of damage: the next open repairs it or it does no harm.
#[test]
fn no_damage_to_a_file_of_the_index_loses_a_document() {
    let home = tempfile::tempdir().unwrap();
    let many: Vec<String> = (0..300).map(|n| format!("row word{n}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    {
        let library = open(home.path());
        ingest(&library, &[document("/d/many.md", &many)]);
        library.finish_bulk().unwrap();
        ingest(&library, &[document("/d/late.md", &["late banana"])]);
    }
    let index = home.path().join("index");
    let targets: Vec<PathBuf> = files(&index);
    assert!(targets.len() > 5, "{targets:?}");
    let mut is_put_off = false;
    for damage in [
        Damage::Delete,
        Damage::Truncate,
        Damage::Empty,
        Damage::Zero,
    ] {
        for target in &targets {
            let copy = tempfile::tempdir().unwrap();
            copy_folder(home.path(), copy.path());
            let relative = target.strip_prefix(home.path()).unwrap();
            damage.apply(&copy.path().join(relative));
            // Both ways in turn: looked at now, or when it is first used.
            is_put_off = !is_put_off;
            let library = if is_put_off {
                open_later(copy.path())
            } else {
                open(copy.path())
            };
            let case = format!("{damage:?} {}, put off: {is_put_off}", relative.display());
            assert_eq!(by_words(&library, "word77"), ["row word77"], "{case}");
            assert_eq!(by_words(&library, "banana"), ["late banana"], "{case}");
            assert_eq!(
                by_vector(&library, "row word77", 1),
                ["row word77"],
                "{case}"
            );
            assert!(library.verify().unwrap().is_sound(), "{case}");
        }
    }
}

#[test]
fn an_unusable_index_is_moved_aside_and_the_report_says_so() {
    let home = tempfile::tempdir().unwrap();
    ingest(&open(home.path()), &[document("/d/a.md", &["apple"])]);
    let data = files(&home.path().join("index/words.lance/data"));
    for path in data {
        fs::write(path, b"").unwrap();
    }
    let library = open(home.path());
    let report = library.open_report();
    assert!(report.index_rebuilt.is_some());
    assert!(report.broken_index.as_ref().unwrap().exists());
    assert_eq!(by_words(&library, "apple"), ["apple"]);
    assert_eq!(by_vector(&library, "apple", 1), ["apple"]);
    assert_eq!(state(&library, "/d/a.md"), SourceState::Ready);
}

#[test]
fn an_index_that_is_opened_later_is_mended_at_its_first_use() {
    let home = tempfile::tempdir().unwrap();
    ingest(&open(home.path()), &[document("/d/a.md", &["apple"])]);
    for path in files(&home.path().join("index/words.lance/data")) {
        fs::write(path, b"").unwrap();
    }
    let library = open_later(home.path());
    // What needs no index is there, and nothing of the index was touched.
    assert_eq!(state(&library, "/d/a.md"), SourceState::Ready);
    assert_eq!(library.open_report().index_rebuilt, None);
    assert!(!home.path().join("index.broken-1").exists());
    assert_eq!(by_words(&library, "apple"), ["apple"]);
    assert!(home.path().join("index.broken-1").exists());
    assert_eq!(by_vector(&library, "apple", 1), ["apple"]);
    ingest(&library, &[document("/d/b.md", &["banana"])]);
    assert_eq!(by_words(&library, "banana"), ["banana"]);
    assert!(library.verify().unwrap().is_sound());
}

#[test]
fn an_index_that_may_not_match_is_opened_at_once() {
    for spoil in [
        // The last process was killed.
        (|home: &Path| fs::write(home.join("library.lock"), "in use").unwrap()) as fn(&Path),
        // Another embedding was used in between.
        |home| drop(Library::open(home, words_only()).unwrap()),
        // A `forget` did not end.
        |home| {
            let sql = "INSERT INTO notes (key, value) VALUES ('erasing', '')";
            catalogue(home).execute(sql, []).unwrap();
        },
        // There is none.
        |home| fs::remove_dir_all(home.join("index")).unwrap(),
    ] {
        let home = tempfile::tempdir().unwrap();
        ingest(&open(home.path()), &[document("/d/a.md", &["apple"])]);
        spoil(home.path());
        let data = home.path().join("index/words.lance/data");
        if data.exists() {
            for path in files(&data) {
                fs::write(path, b"").unwrap();
            }
        }
        let library = open_later(home.path());
        let report = library.open_report();
        assert!(report.index_rebuilt.is_some() || report.files_repaired == 1);
        assert_eq!(by_words(&library, "apple"), ["apple"]);
        assert_eq!(by_vector(&library, "apple", 1), ["apple"]);
    }
}

#[test]
fn an_unclean_end_is_noticed() {
    let home = tempfile::tempdir().unwrap();
    drop(open(home.path()));
    fs::write(home.path().join("library.lock"), "in use").unwrap();
    let library = open(home.path());
    assert!(!library.open_report().was_closed_cleanly);
}

#[test]
fn a_damaged_catalogue_is_an_error_with_a_way_out_and_is_not_touched() {
    let home = tempfile::tempdir().unwrap();
    ingest(&open(home.path()), &[document("/d/a.md", &["apple"])]);
    let path = home.path().join("catalog.sqlite");
    let garbage = vec![7_u8; 8_192];
    fs::write(&path, &garbage).unwrap();
    let error = Library::open(home.path(), options()).unwrap_err();
    assert_eq!(error.code, ErrorCode::LibraryDamaged);
    assert!(!error.hint.is_empty());
    assert_eq!(fs::read(&path).unwrap(), garbage);
}

const CHILD_HOME: &str = "STORE_TEST_CHILD_HOME";
const ACKNOWLEDGED: &str = "acknowledged.txt";

/// Run by the test below in a process of its own: writes files until it is killed.
#[test]
#[ignore = "is the child of `killing_the_process_at_any_moment_loses_nothing_acknowledged`"]
fn writes_until_it_is_killed() {
    use std::io::Write;
    let Some(home) = std::env::var_os(CHILD_HOME).map(PathBuf::from) else {
        return;
    };
    let mut acknowledged = fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(home.join(ACKNOWLEDGED))
        .unwrap();
    let library = open(&home);
    for n in library.sources().unwrap().len()..100_000 {
        let batch = [
            document(&format!("/d/{n}.md"), &[&format!("unique{n} text")]),
            document("/d/changing.md", &[&format!("changing {n}")]),
        ];
        ingest(&library, &batch);
        writeln!(acknowledged, "{n}").unwrap();
        if n % 7 == 6 {
            library.finish_bulk().unwrap();
        }
        if n % 11 == 10 {
            library.forget(Path::new("/d/changing.md")).unwrap();
        }
    }
}

#[test]
fn killing_the_process_at_any_moment_loses_nothing_acknowledged() {
    let home = tempfile::tempdir().unwrap();
    let rounds = std::env::var("STORE_TEST_KILLS").map_or(4, |n| n.parse().unwrap());
    for round in 0..rounds {
        let mut child = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["crash::writes_until_it_is_killed", "--exact", "--ignored"])
            .env(CHILD_HOME, home.path())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        // After it has done something, at a moment spread over the work of a few documents.
        let log = home.path().join(ACKNOWLEDGED);
        let length = || fs::metadata(&log).map_or(0, |metadata| metadata.len());
        let before = length();
        while length() == before {
            assert!(
                child.try_wait().unwrap().is_none(),
                "the child ended by itself"
            );
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        std::thread::sleep(std::time::Duration::from_millis((round * 89) % 700));
        child.kill().unwrap();
        child.wait().unwrap();
        let library = open(home.path());
        assert!(library.verify().unwrap().is_sound(), "round {round}");
        let lines = fs::read_to_string(&log).unwrap();
        for n in lines.lines() {
            assert_eq!(state(&library, &format!("/d/{n}.md")), SourceState::Ready);
            let text = format!("unique{n} text");
            assert_eq!(
                by_words(&library, &format!("unique{n}")),
                [text],
                "round {round}"
            );
        }
    }
}

/// A full disk: an error that says so, and a library that works again once there is space.
///
/// Needs a file system of about 16 MiB: `mount -t tmpfs -o size=16m none DIR` and `STORE_TEST_SMALL_DISK=DIR`.
#[test]
#[ignore = "needs a small file system at STORE_TEST_SMALL_DISK"]
fn a_full_disk_is_named_and_loses_nothing_that_was_ready() {
    let root = PathBuf::from(std::env::var_os("STORE_TEST_SMALL_DISK").unwrap());
    let home = root.join("library");
    let filler = root.join("filler");
    let room = |bytes: usize| fs::write(&filler, vec![1; bytes]);
    {
        let library = open(&home);
        ingest(&library, &[document("/d/first.md", &["kept banana"])]);
    }
    let long: Vec<String> = (0..200).map(|n| format!("{n} ").repeat(300)).collect();
    let long: Vec<&str> = long.iter().map(String::as_str).collect();
    // Less and less room, so that the disk is full at another step each time.
    let mut full = 0;
    for step in 0..24 {
        let library = open(&home);
        let mut size = 16 << 20;
        while room(size).is_err() {
            size -= 64 << 10;
        }
        room(size.saturating_sub(step * (128 << 10))).unwrap();
        let write = library.write_documents(&[document("/d/big.md", &long)]);
        let outcome = write.and_then(|_| library.finish_bulk());
        if let Err(error) = outcome {
            assert_eq!(error.code, ErrorCode::DiskFull, "step {step}: {error:?}");
            full += 1;
        }
        assert_eq!(by_words(&library, "banana"), ["kept banana"], "step {step}");
        drop(library);
        room(0).unwrap();
        let library = open(&home);
        assert!(library.verify().unwrap().is_sound(), "step {step}");
        assert_eq!(by_words(&library, "banana"), ["kept banana"], "step {step}");
        library.forget(Path::new("/d/big.md")).unwrap();
    }
    assert!(full > 0, "the disk was never full");
}

#[test]
fn a_text_that_the_disk_lost_a_bit_of_is_never_shown_and_its_file_is_read_again() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    let document = document("/d/a.md", &["住宿费每晚600元", "伙食费每天100元"]);
    let ids = ingest(&library, &[document]);
    let found = library.search_terms(&terms("住宿费"), 10, None).unwrap();
    let all = |library: &Library| {
        let stored = library.neighbours(ids[0], 0, 9).unwrap();
        let texts = stored.into_iter().map(|stored| stored.chunk.text);
        texts.collect::<Vec<String>>()
    };
    assert_eq!(all(&library).len(), 2);
    // One bit: 6 becomes 2. SQLite takes the page as it is.
    catalogue(home.path())
        .execute(
            "UPDATE chunks SET text = replace(text, '600', '200') WHERE ordinal = 0",
            [],
        )
        .unwrap();
    assert!(library.chunks(&[found[0].chunk_id]).unwrap().is_empty());
    assert_eq!(all(&library), ["伙食费每天100元"]);
    let source = library.source(ids[0]).unwrap().unwrap();
    assert_eq!((source.mtime_ns, source.content_hash), (0, None));
    // A place that points elsewhere is no better than a wrong word.
    catalogue(home.path())
        .execute(
            "UPDATE chunks SET spans = replace(spans, '7', '3') WHERE ordinal = 1",
            [],
        )
        .unwrap();
    assert!(all(&library).is_empty());
    // Chunks of an earlier version were written without a checksum.
    catalogue(home.path())
        .execute("UPDATE chunks SET checksum = NULL", [])
        .unwrap();
    assert_eq!(all(&library).len(), 2);
}
