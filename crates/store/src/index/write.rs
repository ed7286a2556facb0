//! Rows into and out of the tables. Each call that changes a table is one commit of it.

use std::sync::Arc;

use arrow_array::{FixedSizeListArray, Float32Array, Int64Array, RecordBatch, StringArray};
use deskmate_core::SourceId;
use lancedb::table::Table;

use super::{Index, SOURCE_ID, vector_item, vectors_schema, words_schema};
use crate::catalogue::ChunkRow;
use crate::error::{Error, Result};

/// Numbers in one filter: far below what the parser of filters takes.
const IDS_PER_FILTER: usize = 1_000;

/// A row of the table `words`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct WordRow {
    pub(crate) row: ChunkRow,
    pub(crate) terms: String,
}

/// A row of a vector table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct VectorRow {
    pub(crate) row: ChunkRow,
    pub(crate) vector: Vec<f32>,
}

impl Index {
    /// Puts these rows in place of all rows of the files; a file without rows only loses its old ones.
    pub(crate) async fn replace_words(
        self,
        sources: Vec<SourceId>,
        rows: Vec<WordRow>,
    ) -> Result<()> {
        delete_rows(&self.words, &sources).await?;
        if rows.is_empty() {
            return Ok(());
        }
        let batch = RecordBatch::try_new(
            words_schema(),
            vec![
                Arc::new(Int64Array::from_iter_values(rows.iter().map(|r| r.row.id))),
                Arc::new(Int64Array::from_iter_values(
                    rows.iter().map(|r| r.row.source_id),
                )),
                Arc::new(StringArray::from_iter_values(
                    rows.iter().map(|r| r.terms.as_str()),
                )),
            ],
        );
        drop(rows);
        self.words
            .add(batch.map_err(lancedb::Error::from)?)
            .execute()
            .await?;
        Ok(())
    }

    /// Puts these vectors in place of all vectors of the files.
    pub(crate) async fn replace_vectors(
        self,
        sources: Vec<SourceId>,
        rows: Vec<VectorRow>,
    ) -> Result<()> {
        let Some(vectors) = &self.vectors else {
            return Err(Error::invalid("no embedding model is set for the library"));
        };
        delete_rows(&vectors.table, &sources).await?;
        if rows.is_empty() {
            return Ok(());
        }
        let length = i32::try_from(vectors.dimensions).unwrap_or(i32::MAX);
        let numbers =
            Float32Array::from_iter_values(rows.iter().flat_map(|row| row.vector.iter().copied()));
        let list = FixedSizeListArray::try_new(vector_item(), length, Arc::new(numbers), None)
            .map_err(lancedb::Error::from)?;
        let batch = RecordBatch::try_new(
            vectors_schema(vectors.dimensions)?,
            vec![
                Arc::new(Int64Array::from_iter_values(rows.iter().map(|r| r.row.id))),
                Arc::new(Int64Array::from_iter_values(
                    rows.iter().map(|r| r.row.source_id),
                )),
                Arc::new(list),
            ],
        );
        drop(rows);
        vectors
            .table
            .add(batch.map_err(lancedb::Error::from)?)
            .execute()
            .await?;
        Ok(())
    }

    /// Removes the files from every table. The bytes stay on disk until it is rewritten and pruned.
    pub(crate) async fn delete_sources(self, sources: Vec<SourceId>) -> Result<()> {
        delete_rows(&self.words, &sources).await?;
        self.delete_vectors(sources).await
    }

    /// Removes the files from the vector tables.
    pub(crate) async fn delete_vectors(self, sources: Vec<SourceId>) -> Result<()> {
        for table in self.vector_tables() {
            delete_rows(table, &sources).await?;
        }
        Ok(())
    }
}

async fn delete_rows(table: &Table, sources: &[SourceId]) -> Result<()> {
    for part in sources.chunks(IDS_PER_FILTER) {
        let filter = source_filter(part);
        // A deletion is a commit even when nothing matches; counting is none.
        if table.count_rows(Some(filter.clone())).await? > 0 {
            table.delete(filter.as_str()).await?;
        }
    }
    Ok(())
}

/// A filter from numbers alone, so that no name of a file ever gets into one.
pub(super) fn source_filter(sources: &[SourceId]) -> String {
    let numbers: Vec<String> = sources.iter().map(ToString::to_string).collect();
    format!("{SOURCE_ID} IN ({})", numbers.join(", "))
}
