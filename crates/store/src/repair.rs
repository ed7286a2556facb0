//! Comparing the index with the catalogue, and making it match.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::PathBuf;

use deskmate_core::{ChunkId, SourceId, WireError};
use serde::{Deserialize, Serialize};

use crate::catalogue::{ChunkRow, Source, SourceState, chunks, settings, sources};
use crate::error::Result;
use crate::index::WordRow;
use crate::library::Library;
use crate::opening::NOTE_INDEX_BROKEN;

/// Chunks whose words are put into the index in one commit of a repair.
const CHUNKS_PER_COMMIT: usize = 2_000;

/// What a comparison found and mended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Reconciled {
    pub(crate) files_repaired: usize,
    pub(crate) files_removed: usize,
    pub(crate) files_without_vectors: usize,
}

/// What [`Library::verify`] found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerifyReport {
    /// Files with chunks.
    pub files: usize,
    /// Their chunks.
    pub chunks: u64,
    /// Files whose rows in the index are not those of the catalogue.
    pub faults: Vec<VerifyFault>,
}

impl VerifyReport {
    /// True when index and catalogue agree.
    pub fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }
}

/// A file whose rows in the index are not those of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerifyFault {
    /// The file's number.
    pub source_id: SourceId,
    /// Its path; `None` when the catalogue does not know the file.
    pub path: Option<PathBuf>,
    /// Chunks in the catalogue.
    pub chunks: u64,
    /// Rows in the table of words.
    pub words: u64,
    /// Rows in the vector table, when an embedding is in use and the file is to have vectors.
    pub vectors: Option<u64>,
}

/// The files whose rows are wrong.
#[derive(Debug, Default)]
struct Difference {
    /// In the catalogue, but rows are missing, double or of other chunks.
    wrong: BTreeSet<SourceId>,
    /// Not in the catalogue, or without chunks there.
    unknown: BTreeSet<SourceId>,
}

type Expected = HashMap<SourceId, Vec<ChunkId>>;

impl Library {
    /// Compares index and catalogue row by row without changing anything.
    ///
    /// # Errors
    /// `LibraryDamaged` when one of them cannot be read.
    pub fn verify(&self) -> Result<VerifyReport, WireError> {
        let _writing = self.writing()?;
        Ok(self.compare()?)
    }

    fn compare(&self) -> Result<VerifyReport> {
        let (sources, expected) = self.expected()?;
        let words = group(self.with_index(|index| index.word_rows(None))?);
        let vectors = group(self.with_index(|index| index.vector_rows(None))?);
        let paths: HashMap<SourceId, &Source> = sources.iter().map(|s| (s.id, s)).collect();
        let has_vectors = self.embedding().is_some();
        let ids: BTreeSet<SourceId> = expected
            .keys()
            .chain(words.keys())
            .chain(vectors.keys())
            .copied()
            .collect();
        let mut report = VerifyReport {
            files: expected.len(),
            chunks: expected.values().map(|ids| ids.len() as u64).sum(),
            faults: Vec::new(),
        };
        let nothing = Vec::new();
        for id in ids {
            let rows = |of: &Expected| of.get(&id).cloned().unwrap_or_else(|| nothing.clone());
            let (chunks, words, vectors) = (rows(&expected), rows(&words), rows(&vectors));
            let source = paths.get(&id);
            let is_ready = source.is_some_and(|source| source.state == SourceState::Ready);
            let wants_vectors = has_vectors && is_ready;
            let vectors_agree = match wants_vectors {
                true => vectors == chunks,
                false => vectors.is_empty() || vectors == chunks,
            };
            if words == chunks && vectors_agree {
                continue;
            }
            report.faults.push(VerifyFault {
                source_id: id,
                path: source.map(|source| source.path.clone()),
                chunks: chunks.len() as u64,
                words: words.len() as u64,
                vectors: has_vectors.then_some(vectors.len() as u64),
            });
        }
        Ok(report)
    }

    /// Makes the index anew from the catalogue alone; the old one is deleted once the new one is complete.
    ///
    /// # Errors
    /// `DiskFull`: the old index is still there as `index.broken-<n>`, and the next open rebuilds again.
    pub fn rebuild_index(&self) -> Result<(), WireError> {
        let _writing = self.writing()?;
        Ok(self.rebuild()?)
    }

    pub(crate) fn rebuild(&self) -> Result<()> {
        self.replace_index()?;
        self.reconcile()?;
        self.catalogue
            .write(|transaction| settings::remove_note(transaction, NOTE_INDEX_BROKEN))?;
        self.home.delete_broken_indexes()
    }

    /// Makes the index match the catalogue: an empty index is filled, a good one only read.
    pub(crate) fn reconcile(&self) -> Result<Reconciled> {
        let (sources, expected) = self.expected()?;
        let words = self.with_index(|index| index.word_rows(None))?;
        let difference = differences(&expected, words);
        let mut done = Reconciled {
            files_repaired: difference.wrong.len(),
            files_removed: difference.unknown.len(),
            files_without_vectors: 0,
        };
        self.delete_unknown(difference.unknown)?;
        let wrong: Vec<SourceId> = difference.wrong.iter().copied().collect();
        self.restore_words(&wrong)?;
        self.settle_pending(&sources, &expected, &difference.wrong)?;
        if self.embedding().is_some() {
            done.files_without_vectors = self.reconcile_vectors(&sources, &expected)?;
        }
        self.clean_other_vectors(&expected)?;
        if done.files_repaired > 0 {
            self.tidy()?;
        }
        self.probe()?;
        Ok(done)
    }

    fn expected(&self) -> Result<(Vec<Source>, Expected)> {
        self.catalogue.read(|connection| {
            Ok((
                sources::all(connection)?,
                chunks::ids_by_source(connection)?,
            ))
        })
    }

    fn delete_unknown(&self, unknown: BTreeSet<SourceId>) -> Result<()> {
        if unknown.is_empty() {
            return Ok(());
        }
        let ids = unknown.into_iter().collect();
        self.with_index(|index| index.delete_sources(ids))?;
        self.flush_index()
    }

    /// Puts the words of these files into the index again, some chunks per commit, however large a file is.
    pub(crate) fn restore_words(&self, wrong: &[SourceId]) -> Result<()> {
        let (mut begun, mut rows) = (Vec::new(), Vec::new());
        for id in wrong {
            begun.push(*id);
            let mut after = 0;
            loop {
                let chunks = self.catalogue.read(|connection| {
                    chunks::of_source(connection, *id, after, CHUNKS_PER_COMMIT)
                })?;
                let Some(last) = chunks.last() else { break };
                after = last.row.id;
                rows.extend(chunks.into_iter().map(|chunk| WordRow {
                    terms: (self.options.terms)(&chunk.chunk),
                    row: chunk.row,
                }));
                if rows.len() >= CHUNKS_PER_COMMIT {
                    self.replace_words(std::mem::take(&mut begun), std::mem::take(&mut rows))?;
                }
            }
        }
        self.replace_words(begun, rows)
    }

    /// Puts the rows into the index; those of the files that begin with them take the place of older ones.
    fn replace_words(&self, begun: Vec<SourceId>, rows: Vec<WordRow>) -> Result<()> {
        if begun.is_empty() && rows.is_empty() {
            return Ok(());
        }
        self.with_index(|index| index.replace_words(begun, rows))?;
        self.flush_index()
    }

    /// Files whose chunks are all there, and whose words now are too, are no longer pending.
    fn settle_pending(
        &self,
        sources: &[Source],
        expected: &Expected,
        restored: &BTreeSet<SourceId>,
    ) -> Result<()> {
        let pending: Vec<SourceId> = sources
            .iter()
            .filter(|source| source.state == SourceState::Pending)
            .filter(|source| expected.contains_key(&source.id) || restored.contains(&source.id))
            .map(|source| source.id)
            .collect();
        if pending.is_empty() {
            return Ok(());
        }
        self.catalogue
            .write(|transaction| sources::set_state(transaction, &pending, SourceState::Words))
    }

    /// Returns how many files lost their vectors for good and have to be embedded again.
    fn reconcile_vectors(&self, sources: &[Source], expected: &Expected) -> Result<usize> {
        let rows = self.with_index(|index| index.vector_rows(None))?;
        let held: HashSet<SourceId> = rows.iter().map(|row| row.source_id).collect();
        let difference = differences(expected, rows);
        let stale: Vec<SourceId> = difference
            .unknown
            .iter()
            .chain(difference.wrong.iter().filter(|id| held.contains(id)))
            .copied()
            .collect();
        if !stale.is_empty() {
            self.with_index(|index| index.delete_vectors(stale))?;
            self.flush_index()?;
        }
        let (mut complete, mut lost) = (Vec::new(), Vec::new());
        for source in sources {
            let is_wrong = difference.wrong.contains(&source.id);
            match source.state {
                SourceState::Ready if is_wrong => lost.push(source.id),
                // Its vectors were written, only the state was not.
                SourceState::Words | SourceState::Pending
                    if !is_wrong && expected.contains_key(&source.id) =>
                {
                    complete.push(source.id);
                }
                SourceState::Pending
                | SourceState::Words
                | SourceState::Ready
                | SourceState::Failed
                | SourceState::Skipped => {}
            }
        }
        self.catalogue.write(|transaction| {
            sources::set_state(transaction, &complete, SourceState::Ready)?;
            sources::set_state(transaction, &lost, SourceState::Words)
        })?;
        if lost.is_empty() {
            return Ok(0);
        }
        let outcomes = self.index_cached_vectors(&lost)?;
        Ok(outcomes.iter().filter(|one| one.outcome.is_err()).count())
    }

    fn clean_other_vectors(&self, expected: &Expected) -> Result<()> {
        let rows = self.with_index(|index| index.other_vector_rows())?;
        let unknown: BTreeSet<SourceId> = rows
            .iter()
            .map(|row| row.source_id)
            .filter(|id| !expected.contains_key(id))
            .collect();
        self.delete_unknown(unknown)
    }

    /// Searches for terms that must be there, so that a damaged full-text index shows now and not in a search.
    fn probe(&self) -> Result<()> {
        for stored in self.catalogue.read(chunks::ends)? {
            let terms = (self.options.terms)(&stored.chunk);
            let Some(term) = terms.split_whitespace().next().map(str::to_string) else {
                continue;
            };
            self.with_index(|index| index.search_terms(term, 1, None))?;
        }
        self.with_index(|index| index.probe_vectors())
    }
}

fn group(rows: Vec<ChunkRow>) -> Expected {
    let mut groups: Expected = HashMap::new();
    for row in rows {
        groups.entry(row.source_id).or_default().push(row.id);
    }
    for ids in groups.values_mut() {
        ids.sort_unstable();
    }
    groups
}

fn differences(expected: &Expected, rows: Vec<ChunkRow>) -> Difference {
    let found = group(rows);
    let wrong = expected
        .iter()
        .filter(|(id, chunks)| found.get(id) != Some(chunks))
        .map(|(id, _)| *id)
        .collect();
    let unknown = found
        .keys()
        .filter(|id| !expected.contains_key(id))
        .copied()
        .collect();
    Difference { wrong, unknown }
}
