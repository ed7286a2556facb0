//! Large vector tables: which parts of them a search looks at.
//!
//! Vectors are grouped around centres (an inverted file) and kept a second time as bytes. A search compares the bytes of
//! the groups nearest to the question and then, exactly, the vectors of the best of them.

use std::sync::atomic::Ordering;

use lancedb::DistanceType;
use lancedb::index::Index as IndexKind;
use lancedb::index::vector::IvfSqIndexBuilder;
use lancedb::query::VectorQuery;
use lancedb::table::{OptimizeAction, OptimizeOptions, Table};

use super::{Index, VECTOR, VectorTable};
use crate::error::Result;

/// Name of the index over the vectors.
const VECTORS_INDEX: &str = "vector_groups";

/// Groups that a search looks at: one in so many, and never less than `FEWEST_PROBES`. With as many groups as the square
/// root of the rows, the nearest ten of 200,000 are then found with 0.97 (`deskmate bench scale`).
const GROUPS_PER_PROBE: usize = 18;
const FEWEST_PROBES: usize = 24;

/// Candidates compared exactly, as a multiple of what is asked for.
const REFINE: u32 = 4;

/// Vectors per group that the centres are found with, and rounds of finding them: a fourth and less than half of the
/// engine's own figures, so that 200,000 vectors are grouped in about a minute on two cores (`deskmate bench scale`).
const SAMPLE_RATE: u32 = 64;
const ROUNDS: u32 = 20;

/// New rows that a search compares one by one before they are sorted into the groups.
const FEW_ROWS: usize = 5_000;

/// Parts of the index a search has to visit before the small ones are merged.
const MANY_PARTS: u32 = 6;

impl VectorTable {
    /// Looks whether the table's groups are there.
    pub(super) async fn find_groups(&self) -> Result<()> {
        let indices = self.table.list_indices().await?;
        let probes = if indices.iter().any(|index| index.name == VECTORS_INDEX) {
            let groups = groups_of(self.table.count_rows(None).await?);
            (groups / GROUPS_PER_PROBE).max(FEWEST_PROBES)
        } else {
            0
        };
        self.probes.store(probes, Ordering::Release);
        Ok(())
    }

    /// Compares groups where there are some and the question is put to the whole table, all vectors otherwise.
    pub(super) fn look(&self, query: VectorQuery, is_scoped: bool) -> Result<VectorQuery> {
        match self.probes.load(Ordering::Acquire) {
            probes if probes > 0 && !is_scoped => Ok(query.nprobes(probes)?.refine_factor(REFINE)),
            _ => Ok(query.bypass_vector_index()),
        }
    }
}

impl Index {
    /// Brings the groups up to date where the table is large enough for them.
    pub(super) async fn update_groups(&self) -> Result<()> {
        let (Some(vectors), Some(from_rows)) = (&self.vectors, self.groups_from) else {
            return Ok(());
        };
        let rows = vectors.table.count_rows(None).await?;
        let stats = vectors.table.index_stats(VECTORS_INDEX).await?;
        match stats {
            None if rows < from_rows => return Ok(()),
            None => build(&vectors.table, rows).await?,
            Some(stats) if stats.num_unindexed_rows < FEW_ROWS => return Ok(()),
            // The centres would not be those of what is there now.
            Some(stats) if stats.num_unindexed_rows >= stats.num_indexed_rows => {
                build(&vectors.table, rows).await?;
            }
            Some(stats) => {
                let parts = stats.num_indices.unwrap_or(1);
                let options = if parts >= MANY_PARTS {
                    OptimizeOptions::merge(parts as usize)
                } else {
                    OptimizeOptions::append()
                };
                vectors
                    .table
                    .optimize(OptimizeAction::Index(options))
                    .await?;
            }
        }
        vectors.find_groups().await
    }

    /// Takes the groups away, since their bytes are made of the vectors; `update_groups` makes them again.
    pub(super) async fn drop_groups(&self) -> Result<()> {
        for table in self.vector_tables() {
            let indices = table.list_indices().await?;
            if indices.iter().any(|index| index.name == VECTORS_INDEX) {
                table.drop_index(VECTORS_INDEX).await?;
            }
        }
        match &self.vectors {
            Some(vectors) => vectors.find_groups().await,
            None => Ok(()),
        }
    }
}

/// As many groups as rows in each.
fn groups_of(rows: usize) -> usize {
    rows.isqrt().max(1)
}

async fn build(table: &Table, rows: usize) -> Result<()> {
    let groups = IvfSqIndexBuilder::default()
        .distance_type(DistanceType::Cosine)
        .num_partitions(u32::try_from(groups_of(rows)).unwrap_or(u32::MAX))
        .sample_rate(SAMPLE_RATE)
        .max_iterations(ROUNDS);
    table
        .create_index(&[VECTOR], IndexKind::IvfSq(groups))
        .name(VECTORS_INDEX.to_string())
        .replace(true)
        .execute()
        .await?;
    Ok(())
}
