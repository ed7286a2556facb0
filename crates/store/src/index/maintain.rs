//! Keeping the tables small and quick, and leaving nothing of what was deleted.

use lancedb::index::Index as IndexKind;
use lancedb::index::scalar::FtsIndexBuilder;
use lancedb::table::{CompactionOptions, Duration, OptimizeAction, OptimizeOptions, Table};

use super::{Index, TERMS};
use crate::error::Result;

/// Name of the full-text index.
const TERMS_INDEX: &str = "terms_bm25";

/// Memory for building the full-text index; what does not fit goes to disk in parts.
const BUILD_MEMORY_MIB: u64 = 128;

/// Rows outside the index that a search looks through one by one before indexing them pays.
const FEW_ROWS: usize = 256;

/// Above this many new rows the index is built anew: only a build keeps to `BUILD_MEMORY_MIB`.
const MANY_ROWS: usize = 20_000;

/// Parts of the index a search has to visit before the small ones are merged.
const MANY_PARTS: u32 = 6;

/// Small files of a table that a search has to open before they are merged.
const MANY_FILES: usize = 48;

/// Files with this many rows are left alone: rewriting them costs more than it brings.
const ROWS_PER_FILE: usize = 20_000;

/// Bytes of table files that may wait in memory while they are rewritten.
const COMPACTION_BUFFER_BYTES: u64 = 64 << 20;

impl Index {
    /// Makes sure that the full-text index exists. It is there from the empty table on, because it also says how
    /// rows that it does not cover yet are cut into terms.
    pub(super) async fn ensure_terms_index(&self) -> Result<()> {
        let indices = self.words.list_indices().await?;
        if indices.iter().any(|index| index.name == TERMS_INDEX) {
            return Ok(());
        }
        self.build_terms_index().await
    }

    /// Builds the full-text index over all rows, in place of the one there is.
    async fn build_terms_index(&self) -> Result<()> {
        // The terms come cut and normalised; a whitespace tokenizer without any filter takes them as they are. The
        // default one drops tokens of 40 bytes and more and folds and stems the rest.
        let terms = FtsIndexBuilder::default()
            .base_tokenizer("whitespace".to_string())
            .max_token_length(None)
            .lower_case(false)
            .stem(false)
            .remove_stop_words(false)
            .ascii_folding(false)
            .with_position(false)
            .memory_limit_mb(BUILD_MEMORY_MIB)
            .num_workers(1);
        self.words
            .create_index(&[TERMS], IndexKind::FTS(terms))
            .name(TERMS_INDEX.to_string())
            .replace(true)
            .execute()
            .await?;
        Ok(())
    }

    /// After a bulk: merges small files and brings the full-text index up to date.
    pub(crate) async fn tidy(self) -> Result<()> {
        if is_worth_compacting(&self.words).await? {
            self.rewrite_words().await?;
        } else {
            self.update_terms_index().await?;
        }
        for table in self.vector_tables() {
            if is_worth_compacting(table).await? {
                compact(table).await?;
            }
        }
        self.update_groups().await
    }

    /// Drops all versions but the newest; nobody may be reading meanwhile.
    ///
    /// False when an old version could not be removed, e.g. because the clock was set back since it was written.
    pub(crate) async fn prune(self) -> Result<bool> {
        let mut is_clean = prune(&self.words).await?;
        for table in self.vector_tables() {
            is_clean &= prune(table).await?;
        }
        Ok(is_clean)
    }

    async fn update_terms_index(&self) -> Result<()> {
        let Some(stats) = self.words.index_stats(TERMS_INDEX).await? else {
            return self.build_terms_index().await;
        };
        let fresh = stats.num_unindexed_rows;
        if fresh < FEW_ROWS {
            return Ok(());
        }
        if fresh > MANY_ROWS || fresh >= stats.num_indexed_rows {
            return self.build_terms_index().await;
        }
        let parts = stats.num_indices.unwrap_or(1);
        let options = if parts >= MANY_PARTS {
            // All parts but the first, which is the large one.
            OptimizeOptions::merge(parts.saturating_sub(1) as usize)
        } else {
            OptimizeOptions::append()
        };
        self.words.optimize(OptimizeAction::Index(options)).await?;
        Ok(())
    }

    /// Writes the tables anew without what was deleted and drops the indexes over them; `build_again` makes these, `prune`
    /// then drops the old files.
    pub(crate) async fn compact_deleted(self) -> Result<()> {
        self.words.drop_index(TERMS_INDEX).await?;
        self.drop_groups().await?;
        compact(&self.words).await?;
        for table in self.vector_tables() {
            compact(table).await?;
        }
        Ok(())
    }

    /// Builds again what `compact_deleted` dropped.
    pub(crate) async fn build_again(self) -> Result<()> {
        self.build_terms_index().await?;
        self.update_groups().await
    }

    /// Merges the files of the table `words` and builds its full-text index over them.
    ///
    /// The old index goes first: it would have to follow the rows that move, which takes more time and twice the
    /// memory of building (measured at 10,000 rows), and its dictionary would keep words of deleted rows.
    async fn rewrite_words(&self) -> Result<()> {
        self.words.drop_index(TERMS_INDEX).await?;
        compact(&self.words).await?;
        self.build_terms_index().await
    }
}

async fn is_worth_compacting(table: &Table) -> Result<bool> {
    let stats = table.stats().await?;
    let files = stats.fragment_stats.num_fragments;
    let deleted = stats.num_deleted_rows.unwrap_or(0);
    Ok(files > MANY_FILES + stats.num_rows / ROWS_PER_FILE || deleted * 4 > stats.num_rows)
}

async fn compact(table: &Table) -> Result<()> {
    let options = CompactionOptions {
        target_rows_per_fragment: ROWS_PER_FILE,
        materialize_deletions: true,
        materialize_deletions_threshold: 0.0,
        num_threads: Some(1),
        batch_size: Some(1_024),
        io_buffer_size: Some(COMPACTION_BUFFER_BYTES),
        ..CompactionOptions::default()
    };
    table
        .optimize(OptimizeAction::Compact {
            options,
            remap_options: None,
        })
        .await?;
    Ok(())
}

/// Removes all versions but the newest; the library's lock keeps every other process out.
async fn prune(table: &Table) -> Result<bool> {
    table
        .optimize(OptimizeAction::Prune {
            older_than: Some(Duration::zero()),
            delete_unverified: Some(true),
            error_if_tagged_old_versions: None,
        })
        .await?;
    Ok(table.list_versions().await?.len() <= 1)
}
