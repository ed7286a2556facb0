//! Models: which ones there are, which lie on this machine, how one gets here, and whether it is the right file.
//!
//! This is the only place of the project that uses the network, and it does so only inside [`ModelStore::get`],
//! which runs when the user asks for a model. Listing, adding and verifying open no socket.
//!
//! Not here: loading or running a model; that is the business of the engines.

mod catalog;
mod e5;
mod fetch;
mod gguf;
mod gguf_write;
mod http;
mod record;
mod store;
mod wheel;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use catalog::{
    Base, Catalog, Conversion, EmbeddingFacts, ModelEntry, ModelKind, Pooling, Source, Tier,
};
pub use fetch::{FetchOptions, SourcePreference};
pub use gguf::{GgufSummary, inspect_gguf};
pub use store::{ModelStatus, ModelStore};
