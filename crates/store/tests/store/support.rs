//! Documents, terms and vectors for the tests.

use std::path::{Path, PathBuf};

use deskmate_core::testing::HashEmbedder;
use deskmate_core::{
    Anchor, CancelToken, Chunk, ChunkId, ChunkIndex, Embedder, EmbeddingRole, SourceId, Span,
};
use deskmate_store::{Library, NewChunk, NewDocument, OpenOptions, SourceState};

pub(crate) const MODEL: &str = "hash-64";
pub(crate) const DIMENSIONS: usize = 64;

/// Lower-cased words, and for Chinese each character and each pair of neighbours.
pub(crate) fn terms(text: &str) -> String {
    let mut terms = Vec::new();
    for run in text
        .to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|run| !run.is_empty())
    {
        if run.is_ascii() {
            terms.push(run.to_string());
            continue;
        }
        let characters: Vec<char> = run.chars().collect();
        terms.extend(characters.iter().map(char::to_string));
        terms.extend(characters.windows(2).map(|pair| pair.iter().collect()));
    }
    terms.join(" ")
}

pub(crate) fn options() -> OpenOptions {
    words_only().with_embedding(MODEL, DIMENSIONS)
}

pub(crate) fn words_only() -> OpenOptions {
    OpenOptions::new(|chunk: &Chunk| terms(&chunk.text))
}

pub(crate) fn open(home: &Path) -> Library {
    Library::open(home, options()).unwrap()
}

/// Opens the index only when it is used.
pub(crate) fn open_later(home: &Path) -> Library {
    Library::open(home, options().with_index_when_needed()).unwrap()
}

pub(crate) fn hash(text: &str) -> [u8; 32] {
    *blake3::hash(text.as_bytes()).as_bytes()
}

pub(crate) fn document(path: &str, texts: &[&str]) -> NewDocument {
    let chunks = texts.iter().enumerate().map(|(n, text)| NewChunk {
        chunk: Chunk {
            ordinal: u32::try_from(n).unwrap(),
            heading: vec!["标题 one".to_string()],
            text: (*text).to_string(),
            spans: vec![Span {
                start: 0,
                end: text.len(),
                anchor: Anchor::page(7),
            }],
        },
        terms: terms(text),
        text_hash: hash(text),
    });
    NewDocument {
        path: PathBuf::from(path),
        size: 1_234,
        mtime_ns: 1_700_000_000_000_000_001,
        content_hash: hash(&texts.concat()),
        format: "md".to_string(),
        title: Some("Title".to_string()),
        warnings: Vec::new(),
        chunks: chunks.collect(),
    }
}

pub(crate) fn embed(text: &str) -> Vec<f32> {
    let texts = [text.to_string()];
    let mut vectors = HashEmbedder
        .embed(&texts, EmbeddingRole::Passage, &CancelToken::new())
        .unwrap();
    vectors.remove(0)
}

/// Writes, embeds and indexes; all files are ready afterwards.
pub(crate) fn ingest(library: &Library, documents: &[NewDocument]) -> Vec<SourceId> {
    let written = library.write_documents(documents).unwrap();
    let vectors: Vec<([u8; 32], Vec<f32>)> = documents
        .iter()
        .flat_map(|document| &document.chunks)
        .map(|chunk| (chunk.text_hash, embed(&chunk.chunk.text)))
        .collect();
    library.put_vectors(MODEL, &vectors).unwrap();
    let ids: Vec<SourceId> = written.iter().map(|w| w.source_id).collect();
    for indexed in library.index_vectors(&ids).unwrap() {
        indexed.outcome.unwrap();
    }
    for id in &ids {
        let source = library.source(*id).unwrap().unwrap();
        assert_eq!(source.state, SourceState::Ready);
    }
    ids
}

/// The texts found by words.
pub(crate) fn by_words(library: &Library, query: &str) -> Vec<String> {
    let ranked = library.search_terms(&terms(query), 10, None).unwrap();
    let ids: Vec<ChunkId> = ranked.iter().map(|ranked| ranked.chunk_id).collect();
    texts(library, &ids)
}

/// The texts found by vector.
pub(crate) fn by_vector(library: &Library, query: &str, limit: usize) -> Vec<String> {
    let ranked = library.search_vector(&embed(query), limit, None).unwrap();
    let ids: Vec<ChunkId> = ranked.iter().map(|ranked| ranked.chunk_id).collect();
    texts(library, &ids)
}

pub(crate) fn texts(library: &Library, ids: &[ChunkId]) -> Vec<String> {
    let chunks = library.chunks(ids).unwrap();
    chunks.into_iter().map(|stored| stored.chunk.text).collect()
}

/// Paths of all files below a folder.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut open = vec![folder.to_path_buf()];
    let mut files = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// The files below a folder whose bytes hold one of the needles.
pub(crate) fn files_holding(folder: &Path, needles: &[&str]) -> Vec<PathBuf> {
    let mut holding = files(folder);
    holding.retain(|path| {
        let bytes = std::fs::read(path).unwrap();
        needles
            .iter()
            .any(|needle| bytes.windows(needle.len()).any(|w| w == needle.as_bytes()))
    });
    holding
}

/// The catalogue's file, opened behind the library's back.
pub(crate) fn catalogue(home: &Path) -> rusqlite::Connection {
    let connection = rusqlite::Connection::open(home.join("catalog.sqlite")).unwrap();
    connection
        .pragma_update(None, "foreign_keys", true)
        .unwrap();
    connection
}

/// Runs something on a table of the index, behind the library's back.
pub(crate) fn with_table<F: Future>(
    home: &Path,
    name: &str,
    work: impl FnOnce(lancedb::Table) -> F,
) -> F::Output {
    let uri = home.join("index").to_str().unwrap().to_string();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let connection = lancedb::connect(&uri).execute().await.unwrap();
        let table = connection.open_table(name).execute().await.unwrap();
        work(table).await
    })
}
