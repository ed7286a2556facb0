//! The models, each in a worker process of its own, behind the ports of `core`.

mod chat;
mod embedding;
mod holding;
mod routes;
mod worker;

pub(crate) use chat::ChatEngine;
pub(crate) use embedding::{EmbeddingEngine, EmbeddingFacts};
pub(crate) use holding::Keeping;
pub(crate) use worker::{ModelWorker, unexpected};
