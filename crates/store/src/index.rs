//! The search index: LanceDB tables made from the catalogue, and always replaceable from it.
//!
//! Table `words` has a row of index terms per chunk, one table per embedding model has the vectors. Vectors are
//! single precision here although the catalogue keeps half: comparing them is the hot loop of a search, and plain
//! `f32` is the form every processor has fast instructions for.

mod maintain;
mod nearest;
mod search;
mod sweep;
mod write;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use arrow_schema::{DataType, Field, Schema, SchemaRef};
use lancedb::table::Table;
use lancedb::{Connection, ObjectStoreRegistry, Session};

pub(crate) use sweep::Sweep;
pub(crate) use write::{VectorRow, WordRow};

use crate::error::{Error, Result};
use crate::library::Embedding;

const WORDS: &str = "words";
const VECTORS_PREFIX: &str = "vectors_";
const CHUNK_ID: &str = "chunk_id";
const SOURCE_ID: &str = "source_id";
const TERMS: &str = "terms";
const VECTOR: &str = "vector";

/// Lance's own defaults are 6 GiB and 1 GiB, more than a small laptop has.
const INDEX_CACHE_BYTES: usize = 128 << 20;
const METADATA_CACHE_BYTES: usize = 32 << 20;

/// The open tables; clones share them.
#[derive(Debug, Clone)]
pub(crate) struct Index {
    words: Table,
    vectors: Option<VectorTable>,
    /// Vector tables of models that are not in use: only ever deleted from.
    others: Vec<Table>,
    /// Rows from which the vectors are grouped; `None` never.
    groups_from: Option<usize>,
}

#[derive(Debug, Clone)]
struct VectorTable {
    table: Table,
    dimensions: usize,
    /// Groups that a search looks at, 0 where there are none. Shared by the clones: a search that began before the groups were
    /// there compares all vectors.
    probes: Arc<AtomicUsize>,
}

impl Index {
    /// Opens the tables below `folder` and creates those that are missing.
    ///
    /// With an embedding, vector tables of other models are dropped: the catalogue still has their vectors.
    pub(crate) async fn open(
        folder: std::path::PathBuf,
        embedding: Option<Embedding>,
        groups_from: Option<usize>,
    ) -> Result<Self> {
        let connection = connect(&folder).await?;
        let names = connection.table_names().execute().await?;
        let words = if names.iter().any(|name| name == WORDS) {
            connection.open_table(WORDS).execute().await?
        } else {
            let table = connection.create_empty_table(WORDS, words_schema());
            table.execute().await?
        };
        let mut vectors = None;
        let mut others = Vec::new();
        let wanted = embedding.as_ref().map(table_name);
        for name in names.iter().filter(|name| name.starts_with(VECTORS_PREFIX)) {
            match &embedding {
                None => others.push(connection.open_table(name).execute().await?),
                Some(embedding) if wanted.as_ref() == Some(name) => {
                    let table = connection.open_table(name).execute().await?;
                    if dimensions_of(&table).await? == Some(embedding.dimensions) {
                        vectors = Some(table);
                    } else {
                        connection.drop_table(name, &[]).await?;
                    }
                }
                Some(_) => connection.drop_table(name, &[]).await?,
            }
        }
        let vectors = match (embedding, wanted) {
            (Some(embedding), Some(name)) => {
                let table = match vectors {
                    Some(table) => table,
                    None => {
                        let schema = vectors_schema(embedding.dimensions)?;
                        connection
                            .create_empty_table(name, schema)
                            .execute()
                            .await?
                    }
                };
                let vectors = VectorTable {
                    table,
                    dimensions: embedding.dimensions,
                    probes: Arc::default(),
                };
                if groups_from.is_some() {
                    vectors.find_groups().await?;
                }
                Some(vectors)
            }
            _ => None,
        };
        let index = Self {
            words,
            vectors,
            others,
            groups_from,
        };
        index.ensure_terms_index().await?;
        Ok(index)
    }

    /// True when there is an index in `folder`, sound or not.
    pub(crate) fn is_in(folder: &Path) -> bool {
        folder.join(format!("{WORDS}.lance")).is_dir()
    }

    /// All vector tables, in use or not.
    fn vector_tables(&self) -> impl Iterator<Item = &Table> {
        self.vectors
            .iter()
            .map(|vectors| &vectors.table)
            .chain(&self.others)
    }
}

async fn connect(folder: &Path) -> Result<Connection> {
    let uri = folder.to_str().ok_or_else(|| {
        Error::invalid(format!(
            "the name of the folder `{}` is not valid Unicode",
            folder.display()
        ))
    })?;
    let session = Session::new(
        INDEX_CACHE_BYTES,
        METADATA_CACHE_BYTES,
        Arc::new(ObjectStoreRegistry::default()),
    );
    let builder = lancedb::connect(uri).session(Arc::new(session));
    Ok(builder.execute().await?)
}

fn words_schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new(CHUNK_ID, DataType::Int64, false),
        Field::new(SOURCE_ID, DataType::Int64, false),
        Field::new(TERMS, DataType::Utf8, false),
    ]))
}

fn vectors_schema(dimensions: usize) -> Result<SchemaRef> {
    let length = i32::try_from(dimensions)
        .ok()
        .filter(|length| *length > 0)
        .ok_or_else(|| Error::invalid(format!("a vector cannot have `{dimensions}` numbers")))?;
    Ok(Arc::new(Schema::new(vec![
        Field::new(CHUNK_ID, DataType::Int64, false),
        Field::new(SOURCE_ID, DataType::Int64, false),
        Field::new(
            VECTOR,
            DataType::FixedSizeList(vector_item(), length),
            false,
        ),
    ])))
}

async fn dimensions_of(table: &Table) -> Result<Option<usize>> {
    let schema = table.schema().await?;
    Ok(match schema.field_with_name(VECTOR).map(Field::data_type) {
        Ok(DataType::FixedSizeList(_, length)) => usize::try_from(*length).ok(),
        _ => None,
    })
}

fn vector_item() -> arrow_schema::FieldRef {
    Arc::new(Field::new("item", DataType::Float32, true))
}

/// A table name from a model's name: what is not plain is replaced, a hash keeps different models apart.
fn table_name(embedding: &Embedding) -> String {
    let plain: String = embedding
        .model_id
        .chars()
        .take(40)
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    let hash = blake3::hash(embedding.model_id.as_bytes()).to_hex();
    format!("{VECTORS_PREFIX}{plain}_{}", &hash.as_str()[..8])
}

impl From<lancedb::Error> for Error {
    fn from(error: lancedb::Error) -> Self {
        Self::Index {
            is_disk_full: is_disk_full(&error),
            message: error.to_string(),
        }
    }
}

/// Looks for the operating system's error below the layers; some of them keep only its text.
fn is_disk_full(error: &lancedb::Error) -> bool {
    let mut current: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(cause) = current {
        let full = cause.downcast_ref::<std::io::Error>().is_some_and(|io| {
            deskmate_core::ErrorCode::of_io(io) == deskmate_core::ErrorCode::DiskFull
        });
        if full {
            return true;
        }
        current = cause.source();
    }
    let text = error.to_string();
    [
        "No space left on device",
        "(os error 28)",
        "(os error 112)",
        "Disk quota exceeded",
    ]
    .iter()
    .any(|sign| text.contains(sign))
}
