//! Vectors in groups: what a search misses by looking at the nearest ones alone, and that nothing of what was forgotten
//! stays in them.

use std::path::Path;

use deskmate_core::ChunkIndex;
use deskmate_core::testing::Dice;
use deskmate_store::{Library, NewDocument};

use crate::support::{document, embed, files, ingest, options, texts};

const FROM: usize = 2_000;
const TOPICS: usize = 60;
const PER_FILE: usize = 50;

fn open(home: &Path, groups_from: Option<usize>) -> Library {
    Library::open(home, options().with_groups_from(groups_from)).unwrap()
}

/// Texts of one topic share their words, so that vectors lie in heaps as those of real texts do.
fn text(dice: &mut Dice) -> String {
    let topic = dice.below(TOPICS);
    let words: Vec<String> = (0..12)
        .map(|_| match dice.below(3) {
            0 => format!("word{}", dice.below(900)),
            _ => format!("topic{topic}x{}", dice.below(14)),
        })
        .collect();
    words.join(" ")
}

fn file(number: usize, dice: &mut Dice) -> NewDocument {
    let texts: Vec<String> = (0..PER_FILE).map(|_| text(dice)).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    document(&format!("/d/{number}.md"), &texts)
}

fn fill(library: &Library, numbers: std::ops::Range<usize>, dice: &mut Dice) {
    let documents: Vec<NewDocument> = numbers.map(|number| file(number, dice)).collect();
    ingest(library, &documents);
    library.finish_bulk().unwrap();
}

/// Files that hold the groups.
fn group_files(home: &Path) -> usize {
    let all = files(&home.join("index"));
    let is_group = |path: &&std::path::PathBuf| {
        let path = path.to_string_lossy();
        path.contains("vectors_") && path.contains("_indices")
    };
    all.iter().filter(is_group).count()
}

/// Share of the ten nearest that are found, over some questions; of equally near ones each counts.
fn recall(home: &Path) -> f64 {
    let mut dice = Dice::new(99);
    let questions: Vec<Vec<f32>> = (0..40).map(|_| embed(&text(&mut dice))).collect();
    let ask = |library: &Library| -> Vec<Vec<f32>> {
        let search = |vector: &Vec<f32>| library.search_vector(vector, 10, None).unwrap();
        let scores = questions.iter().map(search);
        scores
            .map(|ranked| ranked.iter().map(|one| one.score).collect())
            .collect()
    };
    let exact = ask(&open(home, None));
    let found = ask(&open(home, Some(FROM)));
    let mut right = 0;
    for (exact, found) in exact.iter().zip(&found) {
        let least = exact.last().unwrap() - 1e-4;
        right += found.iter().filter(|score| **score >= least).count();
    }
    right as f64 / (exact.len() * 10) as f64
}

#[test]
fn a_large_library_is_searched_by_groups_and_hardly_misses_anything() {
    let home = tempfile::tempdir().unwrap();
    let mut dice = Dice::new(5);
    {
        let library = open(home.path(), Some(FROM));
        fill(&library, 0..30, &mut dice);
        assert_eq!(group_files(home.path()), 0, "1,500 chunks are few");
        fill(&library, 30..60, &mut dice);
        assert!(group_files(home.path()) > 0, "3,000 chunks are many");
    }
    let found = recall(home.path());
    assert!(found >= 0.95, "{found}");
    // What came after the groups were made is found as well.
    {
        let library = open(home.path(), Some(FROM));
        ingest(&library, &[document("/d/new.md", &["zebra quagga okapi"])]);
        let ranked = library.search_vector(&embed("zebra quagga okapi"), 1, None);
        let ids: Vec<i64> = ranked.unwrap().iter().map(|one| one.chunk_id).collect();
        assert_eq!(texts(&library, &ids), ["zebra quagga okapi"]);
        assert!(library.verify().unwrap().is_sound());
    }
}

#[test]
fn what_is_forgotten_is_in_no_group() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path(), Some(FROM));
    fill(&library, 0..60, &mut Dice::new(6));
    let secret = document("/d/secret.md", &["zebra quagga okapi"]);
    ingest(&library, &[secret]);
    library.finish_bulk().unwrap();
    let before = files(&home.path().join("index"));
    assert_eq!(library.forget(Path::new("/d/secret.md")).unwrap(), 1);
    let ranked = library.search_vector(&embed("zebra quagga okapi"), 5, None);
    let ids: Vec<i64> = ranked.unwrap().iter().map(|one| one.chunk_id).collect();
    assert!(!texts(&library, &ids).contains(&"zebra quagga okapi".to_string()));
    let is_kept =
        |path: &&std::path::PathBuf| path.to_string_lossy().contains("_indices") && path.exists();
    assert_eq!(before.iter().filter(is_kept).count(), 0, "old groups stay");
    assert!(group_files(home.path()) > 0, "the groups are made again");
}

#[test]
fn a_lost_file_of_the_groups_costs_no_answer() {
    let home = tempfile::tempdir().unwrap();
    {
        let library = open(home.path(), Some(FROM));
        fill(&library, 0..60, &mut Dice::new(7));
    }
    for path in files(&home.path().join("index")) {
        let name = path.to_string_lossy();
        if name.contains("vectors_") && name.contains("_indices") {
            std::fs::remove_file(path).unwrap();
        }
    }
    let question = embed("topic3x1 topic3x2 topic3x3");
    // The first search may say that the index is damaged; the next open has it whole.
    let first = open(home.path(), Some(FROM)).search_vector(&question, 10, None);
    let library = open(home.path(), Some(FROM));
    let ranked = library.search_vector(&question, 10, None).unwrap();
    assert_eq!(ranked.len(), 10);
    if let Ok(first) = first {
        assert_eq!(first, ranked);
    }
}
