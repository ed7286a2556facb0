//! Reading the tables: by words, by vector, and which rows there are.

use arrow_array::{Array, Float32Array, Int64Array, RecordBatch};
use deskmate_core::{Ranked, SourceId};
use futures::TryStreamExt;
use lancedb::DistanceType;
use lancedb::index::scalar::{FtsQuery, FullTextSearchQuery, MatchQuery, Operator};
use lancedb::query::{ExecutableQuery, QueryBase, Select};
use lancedb::table::Table;

use super::write::source_filter;
use super::{CHUNK_ID, Index, SOURCE_ID, TERMS, VECTOR};
use crate::catalogue::ChunkRow;
use crate::error::{Error, Result};

const SCORE: &str = "_score";
const DISTANCE: &str = "_distance";

impl Index {
    /// The best chunks by BM25 over any of the terms. The terms are never parsed as a query.
    pub(crate) async fn search_terms(
        self,
        terms: String,
        limit: usize,
        scope: Option<Vec<SourceId>>,
    ) -> Result<Vec<Ranked>> {
        let matched = MatchQuery::new(terms)
            .with_column(Some(TERMS.to_string()))
            .with_operator(Operator::Or);
        let mut query = self
            .words
            .query()
            .full_text_search(FullTextSearchQuery::new_query(FtsQuery::Match(matched)))
            .select(Select::columns(&[CHUNK_ID, SCORE]))
            .limit(limit);
        if let Some(scope) = scope {
            query = query.only_if(source_filter(&scope));
        }
        let batches: Vec<RecordBatch> = query.execute().await?.try_collect().await?;
        ranked(&batches, SCORE, |score| score)
    }

    /// The nearest chunks by cosine: among all vectors, or where these are many and no files are chosen, among the groups of
    /// them that are nearest.
    pub(crate) async fn search_vector(
        self,
        vector: Vec<f32>,
        limit: usize,
        scope: Option<Vec<SourceId>>,
    ) -> Result<Vec<Ranked>> {
        let Some(vectors) = &self.vectors else {
            return Ok(Vec::new());
        };
        if vector.len() != vectors.dimensions {
            return Err(Error::invalid(format!(
                "the vector has `{}` numbers where the index has `{}`",
                vector.len(),
                vectors.dimensions
            )));
        }
        let mut query = vectors
            .table
            .query()
            .select(Select::columns(&[CHUNK_ID, DISTANCE]))
            .limit(limit);
        let is_scoped = scope.is_some();
        if let Some(scope) = scope {
            query = query.only_if(source_filter(&scope));
        }
        let query = query
            .nearest_to(vector)?
            .column(VECTOR)
            .distance_type(DistanceType::Cosine);
        let query = vectors.look(query, is_scoped)?;
        let batches: Vec<RecordBatch> = query.execute().await?.try_collect().await?;
        ranked(&batches, DISTANCE, |distance| 1.0 - distance)
    }

    /// All rows of the table `words`, without their terms.
    pub(crate) async fn word_rows(self, scope: Option<Vec<SourceId>>) -> Result<Vec<ChunkRow>> {
        rows(&self.words, scope).await
    }

    /// All rows of the vector table in use.
    pub(crate) async fn vector_rows(self, scope: Option<Vec<SourceId>>) -> Result<Vec<ChunkRow>> {
        match &self.vectors {
            Some(vectors) => rows(&vectors.table, scope).await,
            None => Ok(Vec::new()),
        }
    }

    /// All rows of the vector tables that are not in use.
    pub(crate) async fn other_vector_rows(self) -> Result<Vec<ChunkRow>> {
        let mut all = Vec::new();
        for table in &self.others {
            all.extend(rows(table, None).await?);
        }
        Ok(all)
    }

    /// Reads one vector, so that a damaged file shows.
    pub(crate) async fn probe_vectors(self) -> Result<()> {
        for table in self.vector_tables() {
            let query = table.query().select(Select::columns(&[VECTOR])).limit(1);
            let _: Vec<RecordBatch> = query.execute().await?.try_collect().await?;
        }
        Ok(())
    }
}

async fn rows(table: &Table, scope: Option<Vec<SourceId>>) -> Result<Vec<ChunkRow>> {
    let mut query = table
        .query()
        .select(Select::columns(&[CHUNK_ID, SOURCE_ID]));
    if let Some(scope) = scope {
        query = query.only_if(source_filter(&scope));
    }
    let mut stream = query.execute().await?;
    let mut rows = Vec::new();
    while let Some(batch) = stream.try_next().await? {
        let ids: &Int64Array = column(&batch, CHUNK_ID)?;
        let sources: &Int64Array = column(&batch, SOURCE_ID)?;
        let pairs = ids.values().iter().zip(sources.values());
        rows.extend(pairs.map(|(id, source_id)| ChunkRow {
            id: *id,
            source_id: *source_id,
        }));
    }
    Ok(rows)
}

fn ranked(batches: &[RecordBatch], name: &str, score: impl Fn(f32) -> f32) -> Result<Vec<Ranked>> {
    let mut ranked = Vec::new();
    for batch in batches {
        let ids: &Int64Array = column(batch, CHUNK_ID)?;
        let values: &Float32Array = column(batch, name)?;
        let pairs = ids.values().iter().zip(values.values());
        ranked.extend(pairs.map(|(id, value)| Ranked {
            chunk_id: *id,
            score: score(*value),
        }));
    }
    // Equal scores in the order of the chunks, so that the same question gives the same list.
    ranked.sort_by(|a, b| {
        b.score
            .total_cmp(&a.score)
            .then(a.chunk_id.cmp(&b.chunk_id))
    });
    Ok(ranked)
}

fn column<'a, A: Array + 'static>(batch: &'a RecordBatch, name: &str) -> Result<&'a A> {
    batch
        .column_by_name(name)
        .and_then(|column| column.as_any().downcast_ref::<A>())
        .ok_or_else(|| Error::index(format!("a table has no column `{name}` of the right type")))
}
