//! How writing, searching and the disk grow with a library: made-up texts and vectors, the real store.
//!
//! No model runs, so that a hundred thousand chunks take minutes. Texts are of Chinese characters as often as prose has
//! them; vectors lie in heaps around a common direction, as those of small embedding models do (unrelated ones at a
//! cosine of 0.73, those of a heap at 0.91).

use std::path::Path;
use std::time::Instant;

use deskmate_core::{Anchor, CancelToken, Chunk, ChunkIndex, ErrorCode, Span, WireError};
use deskmate_knowledge::{index_text, term_string};
use deskmate_store::{Library, NewChunk, NewDocument, OpenOptions};
use serde::Serialize;

use super::score::median;
use crate::app::App;

const MODEL: &str = "bench-384";
const DIMENSIONS: usize = 384;
const CHARACTERS: usize = 300;
const CHUNKS_PER_FILE: usize = 20;
const FILES_PER_WRITE: usize = 100;
/// Vectors of one heap, on average.
const HEAP: usize = 50;
const QUESTIONS: usize = 60;
/// What retrieval asks each ranking for.
const DEPTH: usize = 200;

/// One row per size.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScaleReport {
    /// From small to large; the same library, grown.
    pub rows: Vec<ScaleRow>,
}

/// A library of one size.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ScaleRow {
    /// Chunks in all.
    pub chunks: usize,
    /// Time of writing words and vectors of those that came since the row before, per chunk.
    pub write_ms_per_chunk: f64,
    /// Catalogue and index on the disk, per chunk.
    pub disk_bytes_per_chunk: f64,
    /// By words, the 200 best: median.
    pub words_ms: f64,
    /// By vector as the product searches, the 200 best: median.
    pub vectors_ms: f64,
    /// All vectors compared, the 200 best: median.
    pub exact_ms: f64,
    /// Words, vectors and the texts of the ten best of each: 95th of a hundred.
    pub both_p95_ms: f64,
    /// Share of the ten nearest of all that the product finds.
    pub recall_at_10: f64,
}

/// Grows a library in a folder of its own below the home and measures it at each of these sizes, in chunks.
///
/// # Errors
/// `InvalidInput` for sizes that do not grow or that are no multiple of 20; `DiskFull`; `Cancelled`.
pub fn scale(app: &App, sizes: &[usize], cancel: &CancelToken) -> Result<ScaleReport, WireError> {
    let grow = sizes.windows(2).all(|pair| pair[0] < pair[1]);
    if sizes.is_empty()
        || !grow
        || sizes
            .iter()
            .any(|size| *size == 0 || size % CHUNKS_PER_FILE != 0)
    {
        return Err(WireError::new(
            ErrorCode::InvalidInput,
            format!("sizes must grow and be multiples of `{CHUNKS_PER_FILE}`"),
        ));
    }
    let scratch = tempfile::tempdir_in(app.home().root())
        .map_err(|error| WireError::new(ErrorCode::of_io(&error), error.to_string()))?;
    let largest = sizes.last().copied().unwrap_or_default();
    let mut made = Made::new(largest);
    let mut rows = Vec::new();
    let mut have = 0;
    for size in sizes {
        let before = Instant::now();
        {
            let library = open(scratch.path(), true)?;
            while have < *size {
                if cancel.is_cancelled() {
                    return Err(WireError::cancelled());
                }
                let files = FILES_PER_WRITE.min((*size - have) / CHUNKS_PER_FILE);
                write(&library, &mut made, have / CHUNKS_PER_FILE, files)?;
                have += files * CHUNKS_PER_FILE;
            }
            library.finish_bulk()?;
        }
        let added = size - rows.last().map_or(0, |row: &ScaleRow| row.chunks);
        let write_ms_per_chunk = before.elapsed().as_secs_f64() * 1_000.0 / added as f64;
        rows.push(measure(
            scratch.path(),
            &mut made,
            *size,
            write_ms_per_chunk,
        )?);
    }
    Ok(ScaleReport { rows })
}

fn open(home: &Path, with_groups: bool) -> Result<Library, WireError> {
    let options =
        OpenOptions::new(|chunk| term_string(&index_text(chunk))).with_embedding(MODEL, DIMENSIONS);
    let options = match with_groups {
        true => options,
        false => options.with_groups_from(None),
    };
    Library::open(home, options)
}

fn write(library: &Library, made: &mut Made, first: usize, files: usize) -> Result<(), WireError> {
    let mut vectors = Vec::with_capacity(files * CHUNKS_PER_FILE);
    let documents: Vec<NewDocument> = (first..first + files)
        .map(|number| {
            let chunks = (0..CHUNKS_PER_FILE).map(|ordinal| {
                let text = made.text();
                let text_hash = *blake3::hash(text.as_bytes()).as_bytes();
                vectors.push((text_hash, made.vector()));
                let chunk = Chunk {
                    ordinal: ordinal as u32,
                    heading: vec![format!("第{number}号文件")],
                    spans: vec![Span {
                        start: 0,
                        end: text.len(),
                        anchor: Anchor::page(1),
                    }],
                    text,
                };
                NewChunk {
                    terms: term_string(&index_text(&chunk)),
                    chunk,
                    text_hash,
                }
            });
            NewDocument {
                path: format!("/bench/{number}.txt").into(),
                size: 1,
                mtime_ns: 1,
                format: "text".to_owned(),
                title: None,
                warnings: Vec::new(),
                chunks: chunks.collect(),
                content_hash: *blake3::hash(&number.to_le_bytes()).as_bytes(),
            }
        })
        .collect();
    let written = library.write_documents(&documents)?;
    library.put_vectors(MODEL, &vectors)?;
    let ids: Vec<i64> = written.iter().map(|file| file.source_id).collect();
    for indexed in library.index_vectors(&ids)? {
        indexed.outcome?;
    }
    Ok(())
}

fn measure(
    home: &Path,
    made: &mut Made,
    chunks: usize,
    write_ms_per_chunk: f64,
) -> Result<ScaleRow, WireError> {
    let questions: Vec<(String, Vec<f32>)> = (0..QUESTIONS)
        .map(|_| (made.text().chars().take(14).collect(), made.vector()))
        .collect();
    let exact = {
        let library = open(home, false)?;
        ask(&library, &questions)?
    };
    let library = open(home, true)?;
    let found = ask(&library, &questions)?;
    let stats = library.stats()?;
    let right: usize = exact
        .nearest
        .iter()
        .zip(&found.nearest)
        .map(|(exact, found)| exact.iter().filter(|id| found.contains(id)).count())
        .sum();
    let of: usize = exact.nearest.iter().map(Vec::len).sum();
    let mut both = found.both_ms;
    both.sort_by(f64::total_cmp);
    Ok(ScaleRow {
        chunks,
        write_ms_per_chunk,
        disk_bytes_per_chunk: (stats.index_bytes + stats.catalogue_bytes) as f64 / chunks as f64,
        words_ms: median(found.words_ms),
        vectors_ms: median(found.vectors_ms),
        exact_ms: median(exact.vectors_ms),
        both_p95_ms: both[both.len() * 95 / 100],
        recall_at_10: right as f64 / of.max(1) as f64,
    })
}

#[derive(Default)]
struct Asked {
    words_ms: Vec<f64>,
    vectors_ms: Vec<f64>,
    both_ms: Vec<f64>,
    nearest: Vec<Vec<i64>>,
}

fn ask(library: &Library, questions: &[(String, Vec<f32>)]) -> Result<Asked, WireError> {
    let mut asked = Asked::default();
    let ms = |since: Instant| since.elapsed().as_secs_f64() * 1_000.0;
    // The first ones read files that the later ones find in memory.
    for (text, vector) in questions.iter().take(3) {
        library.search_terms(&term_string(text), DEPTH, None)?;
        library.search_vector(vector, DEPTH, None)?;
    }
    for (text, vector) in questions {
        let begun = Instant::now();
        let words = library.search_terms(&term_string(text), DEPTH, None)?;
        asked.words_ms.push(ms(begun));
        let second = Instant::now();
        let near = library.search_vector(vector, DEPTH, None)?;
        asked.vectors_ms.push(ms(second));
        let best = words.iter().take(10).chain(near.iter().take(10));
        let ids: Vec<i64> = best.map(|ranked| ranked.chunk_id).collect();
        library.chunks(&ids)?;
        asked.both_ms.push(ms(begun));
        let ids = near.iter().take(10).map(|ranked| ranked.chunk_id);
        asked.nearest.push(ids.collect());
    }
    Ok(asked)
}

/// What is made up, the same at every run.
struct Made {
    seed: u64,
    common: Vec<f32>,
    heaps: Vec<Vec<f32>>,
}

impl Made {
    fn new(chunks: usize) -> Self {
        let mut made = Self {
            seed: 0x2545_f491_4f6c_dd1d,
            common: Vec::new(),
            heaps: Vec::new(),
        };
        made.common = made.direction(1.0);
        made.heaps = (0..(chunks / HEAP).max(1))
            .map(|_| made.direction(0.5))
            .collect();
        made
    }

    fn next(&mut self) -> u64 {
        self.seed ^= self.seed << 13;
        self.seed ^= self.seed >> 7;
        self.seed ^= self.seed << 17;
        self.seed
    }

    /// Evenly in 0..1.
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A vector of this length in any direction.
    fn direction(&mut self, length: f32) -> Vec<f32> {
        // Twelve even numbers make a normal one, as far as a benchmark cares; four do here.
        let mut vector: Vec<f32> = (0..DIMENSIONS)
            .map(|_| (0..4).map(|_| self.unit() as f32).sum::<f32>() - 2.0)
            .collect();
        let norm = vector.iter().map(|x| x * x).sum::<f32>().sqrt().max(1e-9);
        for x in &mut vector {
            *x *= length / norm;
        }
        vector
    }

    fn vector(&mut self) -> Vec<f32> {
        let heap = self.next() as usize % self.heaps.len();
        let own = self.direction(0.35);
        let parts = self.common.iter().zip(&self.heaps[heap]).zip(&own);
        let sum: Vec<f32> = parts
            .map(|((common, heap), own)| common + heap + own)
            .collect();
        let norm = sum.iter().map(|x| x * x).sum::<f32>().sqrt();
        sum.iter().map(|x| x / norm).collect()
    }

    fn text(&mut self) -> String {
        (0..CHARACTERS)
            .filter_map(|_| {
                // Of 3,500 characters few come very often, many seldom.
                let rank = (3_500.0_f64.powf(self.unit()) - 1.0) as u32;
                char::from_u32(0x4e00 + rank)
            })
            .collect()
    }
}
