//! Documents that come in parts.

use std::path::Path;

use deskmate_core::ErrorCode;
use deskmate_store::{NewDocument, SourceState};

use crate::support::{MODEL, by_vector, by_words, document, embed, ingest, open};

/// A document of three parts: the head with the first chunks, and the rest.
fn parts(path: &str) -> (NewDocument, Vec<Vec<deskmate_store::NewChunk>>) {
    let texts: Vec<String> = (0..30).map(|n| format!("passage number{n}")).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let mut head = document(path, &texts);
    let mut rest = head.chunks.split_off(10);
    let last = rest.split_off(10);
    (head, vec![rest, last])
}

#[test]
fn a_document_in_parts_is_found_when_its_last_part_is_there_and_not_before() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    let (head, rest) = parts("/d/large.txt");
    let id = library.begin_document(&head).unwrap();
    for part in &rest {
        library.extend_document(id, part).unwrap();
        assert!(by_words(&library, "number3").is_empty());
        assert_eq!(library.stats().unwrap().chunks, 0);
    }
    assert_eq!(library.end_document(id, &head).unwrap(), 30);
    for n in [3, 13, 29] {
        assert_eq!(
            by_words(&library, &format!("number{n}")),
            [format!("passage number{n}")]
        );
    }
    let source = library.source(id).unwrap().unwrap();
    assert_eq!(source.state, SourceState::Words);
    assert_eq!(source.content_hash, Some(head.content_hash));
    assert_eq!((source.size, source.chunk_count), (head.size, 30));
    assert!(library.verify().unwrap().is_sound());
}

#[test]
fn a_document_in_parts_becomes_ready_with_its_vectors() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    let (head, rest) = parts("/d/large.txt");
    let id = library.begin_document(&head).unwrap();
    for part in &rest {
        library.extend_document(id, part).unwrap();
    }
    library.end_document(id, &head).unwrap();
    let chunks = head.chunks.iter().chain(rest.iter().flatten());
    let vectors: Vec<_> = chunks
        .map(|chunk| (chunk.text_hash, embed(&chunk.chunk.text)))
        .collect();
    library.put_vectors(MODEL, &vectors).unwrap();
    for indexed in library.index_vectors(&[id]).unwrap() {
        assert_eq!(indexed.outcome, Ok(30));
    }
    let near = by_vector(&library, "passage number17", 1);
    assert_eq!(near, ["passage number17"]);
}

#[test]
fn a_document_that_was_never_ended_leaves_nothing_and_is_to_be_read_again() {
    let home = tempfile::tempdir().unwrap();
    let (head, rest) = parts("/d/large.txt");
    {
        let library = open(home.path());
        ingest(
            &library,
            &[document("/d/large.txt", &["what it was before"])],
        );
        let id = library.begin_document(&head).unwrap();
        library.extend_document(id, &rest[0]).unwrap();
    }
    let library = open(home.path());
    let source = library
        .source_by_path(Path::new("/d/large.txt"))
        .unwrap()
        .unwrap();
    assert_eq!(source.state, SourceState::Pending);
    assert_eq!((source.content_hash, source.size), (None, 0));
    assert!(library.verify().unwrap().is_sound());
    assert_eq!(library.verify().unwrap().chunks, 0);
    assert!(by_words(&library, "passage").is_empty());
}

#[test]
fn a_document_that_is_forgotten_meanwhile_takes_no_more_parts() {
    let home = tempfile::tempdir().unwrap();
    let library = open(home.path());
    let (head, rest) = parts("/d/large.txt");
    let id = library.begin_document(&head).unwrap();
    library.forget(Path::new("/d/large.txt")).unwrap();
    let refused = library.extend_document(id, &rest[0]).unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotFound);
    let refused = library.end_document(id, &head).unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotFound);
}
