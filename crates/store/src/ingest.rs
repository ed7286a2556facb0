//! Taking documents in: chunks and words, then vectors, then the count that makes a file ready.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use deskmate_core::{ErrorCode, SourceId, WireError};

use crate::catalogue::{
    ChunkRow, NewDocument, SourceState, WrittenDocument, chunks, sources, vectors,
};
use crate::error::{Error, Result};
use crate::index::{VectorRow, WordRow};
use crate::library::{Embedding, Library};

/// Rows per commit of the vector table: bounds memory (at 1,024 numbers per vector 20 MiB) while a folder of small
/// files still is one commit.
const ROWS_PER_COMMIT: usize = 5_000;

/// Files whose rows are counted back in one query: far below what the parser of filters takes.
const FILES_PER_COUNT: usize = 500;

/// What became of a file whose vectors were to be indexed.
#[derive(Debug, Clone, PartialEq)]
pub struct IndexedSource {
    /// The file.
    pub source_id: SourceId,
    /// Its chunks, all searchable now; or why it is not ready.
    pub outcome: Result<u64, WireError>,
}

impl Library {
    /// Stores documents, each in place of what its path had before, and makes them searchable by words.
    ///
    /// Give many at once (up to a few thousand chunks): each call is one transaction and one version of the index.
    /// A document without chunks is stored too; say why with [`Library::mark_failed`].
    ///
    /// # Errors
    /// `InvalidInput` for a path given twice or not valid Unicode (nothing is stored then); `DiskFull`. After an
    /// error of the index the documents stay `pending` and are finished at the next open or by writing them again.
    pub fn write_documents(
        &self,
        documents: &[NewDocument],
    ) -> Result<Vec<WrittenDocument>, WireError> {
        let _writing = self.writing()?;
        let written = self
            .catalogue
            .write(|transaction| chunks::write(transaction, documents))?;
        let rows = documents.iter().zip(&written).flat_map(|(document, w)| {
            let source_id = w.source_id;
            let pairs = document.chunks.iter().zip(&w.chunk_ids);
            pairs.map(move |(chunk, id)| WordRow {
                row: ChunkRow { id: *id, source_id },
                terms: chunk.terms.clone(),
            })
        });
        let ids = written.iter().map(|w| w.source_id).collect();
        self.index_words(ids, rows.collect())?;
        Ok(written)
    }

    /// Puts the rows into the index and, once they are on the disk, sets the files to `words`.
    pub(crate) fn index_words(&self, ids: Vec<SourceId>, rows: Vec<WordRow>) -> Result<()> {
        if ids.is_empty() {
            return Ok(());
        }
        let stale = ids.clone();
        self.with_index(|index| async move {
            index.clone().delete_vectors(stale.clone()).await?;
            index.replace_words(stale, rows).await
        })?;
        self.flush_index()?;
        self.catalogue
            .write(|transaction| sources::set_state(transaction, &ids, SourceState::Words))
    }

    /// Those of the texts that have no vector of this model yet, each once, in the order given.
    ///
    /// # Errors
    /// `LibraryDamaged` when the catalogue cannot be read.
    pub fn missing_vectors(
        &self,
        model_id: &str,
        text_hashes: &[[u8; 32]],
    ) -> Result<Vec<[u8; 32]>, WireError> {
        let dimensions = self
            .embedding()
            .filter(|embedding| embedding.model_id == model_id)
            .map(|embedding| embedding.dimensions);
        Ok(self
            .catalogue
            .read(|connection| vectors::missing(connection, model_id, dimensions, text_hashes))?)
    }

    /// Keeps vectors by text, in half precision.
    ///
    /// # Errors
    /// `InvalidInput` for a vector of the wrong length or with a number that is not finite; `DiskFull`.
    pub fn put_vectors(
        &self,
        model_id: &str,
        text_vectors: &[([u8; 32], Vec<f32>)],
    ) -> Result<(), WireError> {
        let expected = self
            .embedding()
            .filter(|embedding| embedding.model_id == model_id)
            .map(|embedding| embedding.dimensions);
        for (_, vector) in text_vectors {
            check_vector(vector, expected)?;
        }
        Ok(self
            .catalogue
            .write(|transaction| vectors::put(transaction, model_id, text_vectors))?)
    }

    /// Puts the vectors of these files into the index, counts the rows of both tables back, and sets the files
    /// whose counts are those of the catalogue to `ready`.
    ///
    /// # Errors
    /// As a whole for faults of the index and `ModelNotInstalled` without an embedding; per file in the outcome:
    /// `NotFound` for an unknown number, `EmptyFile` without chunks, `Internal` for missing vectors or wrong counts.
    pub fn index_vectors(&self, source_ids: &[SourceId]) -> Result<Vec<IndexedSource>, WireError> {
        let _writing = self.writing()?;
        Ok(self.index_cached_vectors(source_ids)?)
    }

    pub(crate) fn index_cached_vectors(&self, ids: &[SourceId]) -> Result<Vec<IndexedSource>> {
        let embedding = self.embedding().ok_or_else(|| {
            WireError::new(
                ErrorCode::ModelNotInstalled,
                "no embedding model is set for the library",
            )
            .with_hint("install an embedding model to search by meaning")
        })?;
        let mut outcomes = Vec::with_capacity(ids.len());
        let mut batch = Batch::default();
        for id in ids {
            let expected = match self.expected_vectors(&embedding, *id)? {
                Ok(expected) => expected,
                Err(error) => {
                    outcomes.push(IndexedSource {
                        source_id: *id,
                        outcome: Err(error),
                    });
                    continue;
                }
            };
            batch.begun.push(*id);
            let mut after = 0;
            loop {
                let room = ROWS_PER_COMMIT - batch.rows.len();
                let rows = self.catalogue.read(|connection| {
                    let (model, dimensions) = (&embedding.model_id, embedding.dimensions);
                    vectors::of_source(connection, model, dimensions, *id, after, room)
                })?;
                let Some((last, _)) = rows.last() else { break };
                after = last.id;
                let rows = rows.into_iter();
                batch
                    .rows
                    .extend(rows.map(|(row, vector)| VectorRow { row, vector }));
                if batch.rows.len() >= ROWS_PER_COMMIT {
                    self.put_vector_rows(&mut batch)?;
                }
            }
            batch.complete.push((*id, expected));
            if batch.complete.len() >= FILES_PER_COUNT {
                self.put_vector_rows(&mut batch)?;
                self.settle_vectors(std::mem::take(&mut batch.complete), &mut outcomes)?;
            }
        }
        self.put_vector_rows(&mut batch)?;
        self.settle_vectors(batch.complete, &mut outcomes)?;
        Ok(outcomes)
    }

    /// The chunks of a file, all of which have a vector; or why it cannot be ready.
    fn expected_vectors(
        &self,
        embedding: &Embedding,
        id: SourceId,
    ) -> Result<Result<u64, WireError>> {
        let (source, (chunks, missing)) = self.catalogue.read(|connection| {
            let source = sources::by_id(connection, id)?;
            let (model, dimensions) = (&embedding.model_id, embedding.dimensions);
            let counts = vectors::count_of_source(connection, model, dimensions, id)?;
            Ok((source, counts))
        })?;
        let Some(source) = source else {
            let message = format!("no file has the number `{id}`");
            return Ok(Err(WireError::new(ErrorCode::NotFound, message)));
        };
        let name = source.path.display();
        if chunks == 0 {
            let message = format!("`{name}` has no text to search");
            return Ok(Err(WireError::new(ErrorCode::EmptyFile, message)));
        }
        if missing > 0 {
            let message = format!("{missing} of {chunks} chunks of `{name}` have no vector");
            return Ok(Err(WireError::new(ErrorCode::Internal, message)));
        }
        Ok(Ok(chunks))
    }

    /// Puts what was collected into the index; the files that begin with it lose their older vectors.
    fn put_vector_rows(&self, batch: &mut Batch) -> Result<()> {
        if batch.begun.is_empty() && batch.rows.is_empty() {
            return Ok(());
        }
        let begun = std::mem::take(&mut batch.begun);
        let rows = std::mem::take(&mut batch.rows);
        self.with_index(|index| index.replace_vectors(begun, rows))?;
        self.flush_index()
    }

    /// Counts what the index has of these files, and sets those of which it has everything to `ready`.
    fn settle_vectors(
        &self,
        complete: Vec<(SourceId, u64)>,
        outcomes: &mut Vec<IndexedSource>,
    ) -> Result<()> {
        if complete.is_empty() {
            return Ok(());
        }
        let scope: Vec<SourceId> = complete.iter().map(|(id, _)| *id).collect();
        let mut ready = Vec::with_capacity(scope.len());
        let (words, vectors) = self.with_index(|index| async move {
            let words = index.clone().word_rows(Some(scope.clone())).await?;
            let vectors = index.vector_rows(Some(scope)).await?;
            Ok((words, vectors))
        })?;
        let words = count_by_source(&words);
        let vectors = count_by_source(&vectors);
        for (source_id, expected) in complete {
            let found = |counts: &HashMap<_, _>| counts.get(&source_id).copied().unwrap_or(0);
            let counts = (found(&words), found(&vectors));
            let outcome = if counts == (expected, expected) {
                ready.push(source_id);
                Ok(expected)
            } else {
                Err(WireError::new(
                    ErrorCode::Internal,
                    format!(
                        "the index has {} word rows and {} vectors where the file has {expected} chunks",
                        counts.0, counts.1
                    ),
                )
                .with_hint("open the library again to repair the index"))
            };
            outcomes.push(IndexedSource { source_id, outcome });
        }
        self.catalogue
            .write(|transaction| sources::set_state(transaction, &ready, SourceState::Ready))
    }

    /// Enters files that are about to be read as `pending`, with size and time of change; those that are known stay
    /// as they are.
    ///
    /// # Errors
    /// `DiskFull`.
    pub fn enter_pending(&self, files: &[(PathBuf, u64, i64)]) -> Result<(), WireError> {
        Ok(self
            .catalogue
            .write(|transaction| sources::enter_pending(transaction, files))?)
    }

    /// Enters that a file could not be read; chunks of an older content go away.
    ///
    /// # Errors
    /// `InvalidInput` when the path is not valid Unicode; `DiskFull`.
    pub fn mark_failed(
        &self,
        path: &Path,
        size: u64,
        mtime_ns: i64,
        content_hash: Option<&[u8; 32]>,
        error: &WireError,
    ) -> Result<SourceId, WireError> {
        let seen = sources::Seen {
            path,
            size,
            mtime_ns,
            content_hash,
        };
        Ok(self.mark(&seen, SourceState::Failed, error)?)
    }

    /// Enters that a file was left out on purpose; chunks of an older content go away.
    ///
    /// # Errors
    /// As [`Library::mark_failed`].
    pub fn mark_skipped(
        &self,
        path: &Path,
        size: u64,
        mtime_ns: i64,
        error: &WireError,
    ) -> Result<SourceId, WireError> {
        let seen = sources::Seen {
            path,
            size,
            mtime_ns,
            content_hash: None,
        };
        Ok(self.mark(&seen, SourceState::Skipped, error)?)
    }

    fn mark(
        &self,
        seen: &sources::Seen<'_>,
        state: SourceState,
        error: &WireError,
    ) -> Result<SourceId> {
        let _writing = self.writing()?;
        let (id, had_chunks) = self
            .catalogue
            .write(|transaction| sources::put_without_chunks(transaction, seen, state, error))?;
        if had_chunks {
            self.with_index(|index| index.delete_sources(vec![id]))?;
            self.flush_index()?;
        }
        Ok(id)
    }

    /// Enters a new size and time of a file whose content is the same.
    ///
    /// # Errors
    /// `NotFound` for an unknown number.
    pub fn touch(&self, id: SourceId, size: u64, mtime_ns: i64) -> Result<(), WireError> {
        Ok(self
            .catalogue
            .write(|transaction| sources::touch(transaction, id, size, mtime_ns))?)
    }

    /// Enters that a file lies elsewhere now.
    ///
    /// # Errors
    /// `NotFound` for an unknown number, `InvalidInput` when the new path is in the library already.
    pub fn rename(&self, id: SourceId, new_path: &Path) -> Result<(), WireError> {
        Ok(self
            .catalogue
            .write(|transaction| sources::rename(transaction, id, new_path))?)
    }

    /// Counts that a worker died on this file; 1 is the first time. Writing the file's document sets it back.
    ///
    /// # Errors
    /// As [`Library::mark_failed`].
    pub fn bump_crash(&self, path: &Path) -> Result<u32, WireError> {
        Ok(self
            .catalogue
            .write(|transaction| sources::bump_crash(transaction, path))?)
    }

    /// Ends a bulk: brings the full-text index up to date, merges small files, drops what is not used any more.
    ///
    /// Search finds everything without it; it makes search quick and the library small.
    ///
    /// # Errors
    /// `DiskFull`; `LibraryDamaged` when the index cannot be read.
    pub fn finish_bulk(&self) -> Result<(), WireError> {
        let _writing = self.writing()?;
        Ok(self.tidy()?)
    }

    pub(crate) fn tidy(&self) -> Result<()> {
        self.catalogue.write(vectors_unused)?;
        self.with_index(|index| index.tidy())?;
        // On the disk before the versions that it replaces go.
        self.flush_index()?;
        self.prune_index()?;
        self.flush_index()?;
        self.catalogue.checkpoint()
    }
}

fn vectors_unused(transaction: &rusqlite::Transaction<'_>) -> Result<()> {
    vectors::delete_unused(transaction).map(|_| ())
}

/// Vectors on their way into the index.
#[derive(Debug, Default)]
struct Batch {
    /// Files of which no row was put yet.
    begun: Vec<SourceId>,
    rows: Vec<VectorRow>,
    /// Files whose rows are all put or in `rows`, with the number of their chunks.
    complete: Vec<(SourceId, u64)>,
}

fn count_by_source(rows: &[ChunkRow]) -> HashMap<SourceId, u64> {
    let mut counts = HashMap::new();
    for row in rows {
        *counts.entry(row.source_id).or_insert(0) += 1;
    }
    counts
}

fn check_vector(vector: &[f32], expected: Option<usize>) -> Result<()> {
    if let Some(expected) = expected.filter(|expected| *expected != vector.len()) {
        return Err(Error::invalid(format!(
            "a vector has `{}` numbers where the model gives `{expected}`",
            vector.len()
        )));
    }
    if vector.iter().all(|x| x.is_finite()) {
        return Ok(());
    }
    Err(Error::invalid("a vector has a number that is not finite"))
}
