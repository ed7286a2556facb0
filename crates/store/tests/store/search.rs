//! Finding what was written.

use std::path::Path;

use deskmate_core::{ChunkIndex, ErrorCode};
use deskmate_store::{Embedding, Library, SourceState};

use crate::support::{
    DIMENSIONS, MODEL, by_vector, by_words, document, embed, files, hash, ingest, open, options,
    terms, texts, words_only,
};

#[test]
fn a_document_is_found_by_words_and_by_meaning_also_after_reopening() {
    let home = tempfile::tempdir().unwrap();
    let wanted = "The annual budget was approved in March";
    let other = "Penguins live on the southern ice";
    {
        let library = open(home.path());
        ingest(&library, &[document("/d/a.md", &[wanted, other])]);
        assert_eq!(by_words(&library, "budget"), [wanted]);
        assert_eq!(by_vector(&library, wanted, 1), [wanted]);
    }
    let library = open(home.path());
    assert!(library.open_report().was_closed_cleanly);
    assert_eq!(library.open_report().index_rebuilt, None);
    assert_eq!(library.open_report().files_repaired, 0);
    assert_eq!(by_words(&library, "budget"), [wanted]);
    assert_eq!(by_vector(&library, wanted, 1), [wanted]);
    assert!(library.verify().unwrap().is_sound());
}

#[test]
fn a_chunk_comes_back_as_it_was_written_with_its_neighbours() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    let written = document("/d/a.md", &["first text", "second text", "third text"]);
    let ids = ingest(&library, std::slice::from_ref(&written));
    let found = library.search_terms("second", 5, None).unwrap();
    let stored = library.chunks(&[found[0].chunk_id, 999_999]).unwrap();
    assert_eq!(stored.len(), 1, "unknown numbers are left out");
    assert_eq!(stored[0].chunk, written.chunks[1].chunk);
    assert_eq!(stored[0].path, Path::new("/d/a.md"));
    let around = library.neighbours(ids[0], 0, 1).unwrap();
    let ordinals: Vec<u32> = around.iter().map(|s| s.chunk.ordinal).collect();
    assert_eq!(ordinals, [0, 1]);
}

#[test]
fn the_score_of_a_vector_search_is_the_cosine() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    ingest(&library, &[document("/d/a.md", &["alpha beta gamma"])]);
    let same = library
        .search_vector(&embed("alpha beta gamma"), 1, None)
        .unwrap();
    assert!((same[0].score - 1.0).abs() < 0.01, "{}", same[0].score);
}

#[test]
fn a_chinese_pair_of_characters_finds_its_chunk_and_no_other() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    let budget = "关于印发2024年度财政预算安排方案的通知";
    let school = "同学们今天学习勾股定理和它的证明方法";
    ingest(&library, &[document("/d/中文.md", &[budget, school])]);
    assert_eq!(by_words(&library, "预算"), [budget]);
    assert_eq!(by_words(&library, "勾股定理"), [school]);
    library.finish_bulk().unwrap();
    assert_eq!(by_words(&library, "预算"), [budget]);
}

#[test]
fn a_term_longer_than_any_default_limit_is_found() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    let long = "x".repeat(300);
    let text = format!("code {long} end");
    ingest(&library, &[document("/d/a.md", &[&text])]);
    library.rebuild_index().unwrap();
    assert_eq!(by_words(&library, &long), [text]);
}

#[test]
fn rows_that_the_full_text_index_does_not_cover_yet_are_found() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    let many: Vec<String> = (0..300).map(|n| format!("common word{n}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    ingest(&library, &[document("/d/many.md", &many)]);
    library.finish_bulk().unwrap();
    assert_eq!(by_words(&library, "word77"), ["common word77"]);
    ingest(&library, &[document("/d/late.md", &["late arrival"])]);
    assert_eq!(by_words(&library, "arrival"), ["late arrival"]);
    assert_eq!(by_words(&library, "word77"), ["common word77"]);
    // Enough late rows that the next end of a bulk adds a part to the index, several times over.
    for round in 0..9 {
        let late: Vec<String> = (0..260).map(|n| format!("round{round} late{n}")).collect();
        let late: Vec<&str> = late.iter().map(String::as_str).collect();
        ingest(&library, &[document(&format!("/d/{round}.md"), &late)]);
        library.finish_bulk().unwrap();
        let found = library.search_terms("late7", 50, None).unwrap();
        assert_eq!(found.len(), round + 1);
    }
    assert_eq!(by_words(&library, "arrival"), ["late arrival"]);
    assert!(library.verify().unwrap().is_sound());
}

#[test]
fn many_small_writes_are_merged_and_stay_findable() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    for n in 0..60 {
        let texts: Vec<String> = (0..6).map(|m| format!("small{n} part{m}")).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        ingest(&library, &[document(&format!("/d/{n}.md"), &texts)]);
    }
    let data = home.path().join("index/words.lance/data");
    let before = files(&data).len();
    library.finish_bulk().unwrap();
    let after = files(&data).len();
    assert!(after * 10 < before, "{before} -> {after} files");
    assert_eq!(by_words(&library, "small31").len(), 6);
    assert_eq!(by_vector(&library, "small7 part3", 1), ["small7 part3"]);
    assert!(library.verify().unwrap().is_sound());
}

#[test]
fn any_of_the_terms_is_enough_and_more_of_them_rank_higher() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    let texts = ["red apple pie", "red car", "green tea"];
    ingest(&library, &[document("/d/a.md", &texts)]);
    assert_eq!(
        by_words(&library, "red apple"),
        ["red apple pie", "red car"]
    );
}

#[test]
fn marks_in_the_terms_are_no_query_language() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    ingest(&library, &[document("/d/a.md", &["plain words"])]);
    for query in [
        "\"",
        "(",
        "a AND (b",
        "'; DROP TABLE words; --",
        "* ? ~ ^",
        "\\",
        "plain OR",
    ] {
        library.search_terms(query, 5, None).unwrap();
    }
    assert_eq!(
        library.search_terms("plain OR \"", 5, None).unwrap().len(),
        1
    );
    assert_eq!(library.search_terms("  ", 5, None).unwrap(), []);
    assert_eq!(library.search_terms("plain", 0, None).unwrap(), []);
}

#[test]
fn a_scope_limits_both_searches() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    let shared = "shared phrase";
    let ids = ingest(
        &library,
        &[
            document("/d/a.md", &[shared]),
            document("/d/b.md", &[shared]),
        ],
    );
    let word_count = |scope| library.search_terms(shared, 5, scope).unwrap().len();
    assert_eq!(word_count(None), 2);
    assert_eq!(word_count(Some(&ids[..1])), 1);
    assert_eq!(word_count(Some(&[])), 0);
    let found = library
        .search_vector(&embed(shared), 5, Some(&ids[1..]))
        .unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(
        library.chunks(&[found[0].chunk_id]).unwrap()[0].source_id,
        ids[1]
    );
    library.finish_bulk().unwrap();
    assert_eq!(word_count(Some(&ids[..1])), 1);
}

#[test]
fn writing_a_path_again_replaces_what_it_had() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    let first = ingest(
        &library,
        &[document("/d/a.md", &["oldword here", "more oldword"])],
    );
    let second = ingest(&library, &[document("/d/a.md", &["newword here"])]);
    assert_eq!(first, second, "a file keeps its number");
    assert!(by_words(&library, "oldword").is_empty());
    assert_eq!(by_words(&library, "newword"), ["newword here"]);
    assert_eq!(by_vector(&library, "oldword here", 9), ["newword here"]);
    assert!(library.verify().unwrap().is_sound());
}

#[test]
fn a_file_is_found_by_words_before_its_vectors_are_there() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    let written = library
        .write_documents(&[document("/d/a.md", &["early bird"])])
        .unwrap();
    assert_eq!(by_words(&library, "bird"), ["early bird"]);
    assert!(by_vector(&library, "early bird", 5).is_empty());
    let id = written[0].source_id;
    assert_eq!(
        library.source(id).unwrap().unwrap().state,
        SourceState::Words
    );
    let outcome = &library.index_vectors(&[id]).unwrap()[0].outcome;
    assert_eq!(outcome.as_ref().unwrap_err().code, ErrorCode::Internal);
    assert_eq!(
        library.source(id).unwrap().unwrap().state,
        SourceState::Words
    );
}

#[test]
fn a_text_is_embedded_once_for_each_model() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    ingest(&library, &[document("/d/a.md", &["known text"])]);
    let (known, new) = (hash("known text"), hash("new text"));
    let missing = |model| library.missing_vectors(model, &[known, new, new]).unwrap();
    assert_eq!(missing("hash-64"), [new]);
    assert_eq!(missing("other"), [known, new]);
}

#[test]
fn another_embedding_model_starts_without_vectors_and_the_first_comes_back_from_the_cache() {
    let home = tempfile::tempdir().unwrap();
    ingest(&open(home.path()), &[document("/d/a.md", &["some text"])]);
    {
        let library = Library::open(home.path(), words_only().with_embedding("other", 8)).unwrap();
        assert_eq!(library.open_report().files_without_vectors, 1);
        let source = library
            .source_by_path(Path::new("/d/a.md"))
            .unwrap()
            .unwrap();
        assert_eq!(source.state, SourceState::Words);
        assert_eq!(library.search_vector(&[1.0; 8], 5, None).unwrap(), []);
        let wrong = library.search_vector(&[1.0; 9], 5, None).unwrap_err();
        assert_eq!(wrong.code, ErrorCode::InvalidInput);
        let error = library.put_vectors("other", &[([0; 32], vec![1.0])]);
        assert_eq!(error.unwrap_err().code, ErrorCode::InvalidInput);
    }
    let library = open(home.path());
    let source = library
        .source_by_path(Path::new("/d/a.md"))
        .unwrap()
        .unwrap();
    let indexed = library.index_vectors(&[source.id]).unwrap();
    assert_eq!(indexed[0].outcome, Ok(1));
    assert_eq!(by_vector(&library, "some text", 1), ["some text"]);
}

#[test]
fn opening_without_an_embedding_leaves_the_vectors_alone() {
    let home = tempfile::tempdir().unwrap();
    ingest(&open(home.path()), &[document("/d/a.md", &["some text"])]);
    {
        let library = Library::open(home.path(), words_only()).unwrap();
        assert_eq!(by_words(&library, "some"), ["some text"]);
        assert_eq!(
            library.search_vector(&embed("some text"), 5, None).unwrap(),
            []
        );
        assert_eq!(library.stats().unwrap().files.ready, 1);
    }
    let library = open(home.path());
    assert_eq!(library.open_report().files_repaired, 0);
    assert_eq!(library.open_report().files_without_vectors, 0);
    assert_eq!(by_vector(&library, "some text", 1), ["some text"]);
}

#[test]
fn the_index_is_made_again_from_the_catalogue_alone() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    ingest(
        &library,
        &[
            document("/d/a.md", &["one text", "二号文件"]),
            document("/d/b.md", &["three text"]),
        ],
    );
    library.rebuild_index().unwrap();
    assert!(library.verify().unwrap().is_sound());
    assert_eq!(by_words(&library, "二号"), ["二号文件"]);
    assert_eq!(by_vector(&library, "three text", 1), ["three text"]);
    assert_eq!(library.stats().unwrap().files.ready, 2);
}

#[test]
fn searches_run_beside_writes_and_see_whole_documents() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    ingest(&library, &[document("/d/fixed.md", &["steady needle"])]);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for round in 0..6 {
                ingest(
                    &library,
                    &[document("/d/moving.md", &[&format!("round {round}")])],
                );
                library.finish_bulk().unwrap();
            }
        });
        while !writer.is_finished() {
            assert_eq!(by_words(&library, "needle"), ["steady needle"]);
            assert_eq!(by_vector(&library, "steady needle", 1), ["steady needle"]);
        }
        writer.join().unwrap();
    });
}

#[test]
fn the_library_can_be_used_from_a_thread_of_another_runtime() {
    let home = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let library = Library::open(home.path(), options()).unwrap();
        ingest(&library, &[document("/d/a.md", &["inside a runtime"])]);
        let found = library.search_terms(&terms("runtime"), 5, None).unwrap();
        assert_eq!(texts(&library, &[found[0].chunk_id]), ["inside a runtime"]);
    });
}

#[test]
fn an_embedding_can_be_taken_into_use_while_the_library_is_open() {
    let home = tempfile::tempdir().unwrap();
    let library = Library::open(home.path(), words_only()).unwrap();
    library
        .write_documents(&[document("/d/a.md", &["安全帽的佩戴"])])
        .unwrap();
    assert_eq!(by_words(&library, "安全帽"), ["安全帽的佩戴"]);
    library
        .adopt_embedding(Embedding {
            model_id: MODEL.to_string(),
            dimensions: DIMENSIONS,
        })
        .unwrap();
    assert_eq!(by_words(&library, "安全帽"), ["安全帽的佩戴"]);
    ingest(&library, &[document("/d/b.md", &["消防通道"])]);
    assert_eq!(by_vector(&library, "消防通道", 1), ["消防通道"]);
}
