//! An embedding model behind the port.

use std::path::PathBuf;

use deskmate_core::{CancelToken, Embedder, EmbeddingRole, WireError};
use deskmate_llm::protocol::{Call, LoadOptions, LoadParams, ModelKind, Reply};

use super::worker::{ModelWorker, unexpected};

/// What the catalogue tells of an embedding model.
#[derive(Debug, Clone)]
pub(crate) struct EmbeddingFacts {
    pub(crate) model_id: String,
    pub(crate) path: PathBuf,
    pub(crate) dimensions: usize,
    pub(crate) max_tokens: usize,
    pub(crate) query_prefix: String,
    pub(crate) passage_prefix: String,
}

/// An embedding model in its worker, and a second worker that only counts tokens, so that cutting the next documents
/// does not wait for the vectors of the last.
pub(crate) struct EmbeddingEngine {
    facts: EmbeddingFacts,
    worker: ModelWorker,
    counter: ModelWorker,
}

impl EmbeddingEngine {
    /// The model of these facts; nothing is loaded yet.
    pub(crate) fn new(facts: EmbeddingFacts) -> Self {
        let load = LoadParams {
            path: facts.path.clone(),
            kind: ModelKind::Embedding,
            options: LoadOptions {
                query_prefix: facts.query_prefix.clone(),
                passage_prefix: facts.passage_prefix.clone(),
                ..LoadOptions::default()
            },
        };
        Self {
            facts,
            worker: ModelWorker::new(Some(load.clone())),
            counter: ModelWorker::new(Some(load)),
        }
    }

    /// Numbers in a vector.
    pub(crate) fn dimensions(&self) -> usize {
        self.facts.dimensions
    }
}

impl Embedder for EmbeddingEngine {
    fn embed(
        &self,
        texts: &[String],
        role: EmbeddingRole,
        cancel: &CancelToken,
    ) -> Result<Vec<Vec<f32>>, WireError> {
        if texts.is_empty() {
            return Ok(Vec::new());
        }
        let call = Call::Embed {
            texts: texts.to_vec(),
            role,
        };
        // A question that comes while files are embedded does not wait for their batch.
        let is_question = role == EmbeddingRole::Query && self.worker.is_busy();
        let worker = if is_question {
            &self.counter
        } else {
            &self.worker
        };
        match worker.call(call, cancel, &mut |_| {})? {
            Reply::Vectors { vectors } => Ok(vectors),
            other => Err(unexpected(&other)),
        }
    }

    fn count_tokens(&self, texts: &[String]) -> Result<Vec<usize>, WireError> {
        if texts.is_empty() {
            return Ok(Vec::new());
        }
        let call = Call::CountTokens {
            texts: texts.to_vec(),
        };
        match self.counter.call(call, &CancelToken::new(), &mut |_| {})? {
            Reply::Counts { counts } => Ok(counts),
            other => Err(unexpected(&other)),
        }
    }

    fn model_id(&self) -> String {
        self.facts.model_id.clone()
    }

    fn max_tokens(&self) -> usize {
        self.facts.max_tokens
    }
}
