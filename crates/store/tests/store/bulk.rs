//! Ten thousand chunks: time, size and memory. Prints its figures.
//!
//! `cargo test -p deskmate-store --test store -- --ignored --nocapture ten_thousand`

use std::time::Instant;

use deskmate_core::ChunkIndex;
use deskmate_store::{Library, NewDocument, OpenOptions};

use crate::support::{document, embed, terms, words_only};

const DOCUMENTS: usize = 500;
const CHUNKS: usize = 20;
const CHARACTERS: usize = 300;

/// Numbers in a vector of a small embedding model.
const DIMENSIONS: usize = 384;
const MODEL: &str = "bulk-384";

fn options() -> OpenOptions {
    words_only().with_embedding(MODEL, DIMENSIONS)
}

/// A unit vector of the length that small models give.
fn wide(text: &str) -> Vec<f32> {
    let short = embed(text);
    let times = DIMENSIONS / short.len();
    let scale = (times as f32).sqrt();
    let numbers = short.iter().map(|x| x / scale);
    numbers.cycle().take(DIMENSIONS).collect()
}

/// Text whose characters come up about as often as in Chinese prose: few very often, many seldom.
fn chinese(seed: &mut u64) -> String {
    (0..CHARACTERS)
        .filter_map(|_| {
            *seed ^= *seed << 13;
            *seed ^= *seed >> 7;
            *seed ^= *seed << 17;
            let unit = (*seed >> 11) as f64 / (1_u64 << 53) as f64;
            let rank = (3_500.0_f64.powf(unit) - 1.0) as u32;
            char::from_u32(0x4e00 + rank)
        })
        .collect()
}

fn make(number: usize, seed: &mut u64) -> NewDocument {
    let texts: Vec<String> = (0..CHUNKS).map(|_| chinese(seed)).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    document(&format!("/d/{number}.md"), &texts)
}

/// Most memory the process had so far, MiB; nothing where the system does not tell.
fn peak_mib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1_024)
}

fn add_all(library: &Library) -> [f64; 3] {
    let mut seed = 0x2545_f491_4f6c_dd1d;
    let mut seconds = [0.0; 3];
    // Twenty-five documents, five hundred chunks a commit, as the pipeline does it.
    for first in (0..DOCUMENTS).step_by(25) {
        let batch: Vec<NewDocument> = (first..first + 25).map(|n| make(n, &mut seed)).collect();
        let start = Instant::now();
        let written = library.write_documents(&batch).unwrap();
        seconds[0] += start.elapsed().as_secs_f64();
        let vectors: Vec<_> = batch
            .iter()
            .flat_map(|document| &document.chunks)
            .map(|chunk| (chunk.text_hash, wide(&chunk.chunk.text)))
            .collect();
        let start = Instant::now();
        library.put_vectors(MODEL, &vectors).unwrap();
        let ids: Vec<_> = written.iter().map(|w| w.source_id).collect();
        let indexed = library.index_vectors(&ids).unwrap();
        assert!(indexed.iter().all(|one| one.outcome.is_ok()));
        seconds[1] += start.elapsed().as_secs_f64();
    }
    let start = Instant::now();
    library.finish_bulk().unwrap();
    seconds[2] = start.elapsed().as_secs_f64();
    seconds
}

#[test]
#[ignore = "takes a minute; prints time, size and memory"]
#[expect(clippy::print_stdout, reason = "figures for people")]
fn ten_thousand_chunks_in_time_and_memory() {
    let home = tempfile::tempdir().unwrap();
    let library = Library::open(home.path(), options()).unwrap();
    let before = peak_mib();
    let [words, vectors, finish] = add_all(&library);
    let peak = peak_mib();
    println!("words {words:.1} s, vectors {vectors:.1} s, finish {finish:.1} s");
    println!("peak memory {before:?} -> {peak:?} MiB");
    println!("{:?}", library.stats().unwrap());
    let stats = library.stats().unwrap();
    assert_eq!(stats.chunks, (DOCUMENTS * CHUNKS) as u64);
    assert_eq!(stats.files.ready, DOCUMENTS as u64);
    assert!(library.verify().unwrap().is_sound());

    let mut seed = 7;
    let query: String = chinese(&mut seed).chars().take(12).collect();
    let time = |name: &str, work: &dyn Fn() -> usize| {
        let found = work();
        let start = Instant::now();
        for _ in 0..20 {
            work();
        }
        let ms = start.elapsed().as_secs_f64() * 50.0;
        println!("{name}: {found} found, {ms:.1} ms");
    };
    let words = terms(&query);
    let vector = wide(&query);
    time("words", &|| {
        library.search_terms(&words, 20, None).unwrap().len()
    });
    time("vector", &|| {
        library.search_vector(&vector, 20, None).unwrap().len()
    });
    let scope: Vec<i64> = (1..=50).collect();
    time("words in 50 files", &|| {
        library
            .search_terms(&words, 20, Some(&scope))
            .unwrap()
            .len()
    });
    time("sources", &|| library.sources().unwrap().len());
    drop(library);
    let start = Instant::now();
    let library = Library::open(home.path(), options()).unwrap();
    println!("open {:.2} s", start.elapsed().as_secs_f64());
    let start = Instant::now();
    library.rebuild_index().unwrap();
    println!("rebuild {:.1} s", start.elapsed().as_secs_f64());
    println!("peak memory {:?} MiB", peak_mib());
    let start = Instant::now();
    library.forget(std::path::Path::new("/d/7.md")).unwrap();
    println!("forget one file {:.1} s", start.elapsed().as_secs_f64());
    println!("peak memory {:?} MiB", peak_mib());
    if let Some(peak) = peak {
        assert!(peak <= 700, "{peak} MiB");
    }
}
