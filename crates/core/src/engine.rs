//! Ports to the engines: text generation, embedding, and the chunk store. Everything above runs on fakes of these.

use serde::{Deserialize, Serialize};

use crate::{CancelToken, ChunkId, SourceId, WireError};

/// Who speaks in a prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Standing instructions.
    System,
    /// The person, and quoted material.
    User,
    /// The model.
    Assistant,
}

/// One message of a prompt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Who speaks.
    pub role: Role,
    /// What is said.
    pub content: String,
}

impl Message {
    /// A system message.
    pub fn system(content: impl Into<String>) -> Self {
        Self {
            role: Role::System,
            content: content.into(),
        }
    }

    /// A user message.
    pub fn user(content: impl Into<String>) -> Self {
        Self {
            role: Role::User,
            content: content.into(),
        }
    }

    /// An assistant message.
    pub fn assistant(content: impl Into<String>) -> Self {
        Self {
            role: Role::Assistant,
            content: content.into(),
        }
    }
}

/// What to generate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GenerationRequest {
    /// The conversation, rendered with the model's own chat template.
    pub messages: Vec<Message>,
    /// Most tokens to generate.
    pub max_tokens: usize,
    /// 0 is greedy.
    pub temperature: f32,
    /// Seed for a temperature above 0.
    pub seed: u32,
    /// The form the text must have.
    pub constraint: Option<Constraint>,
    /// Generation ends before any of these texts.
    pub stop: Vec<String>,
}

impl GenerationRequest {
    /// A greedy request without constraint.
    pub fn greedy(messages: Vec<Message>, max_tokens: usize) -> Self {
        Self {
            messages,
            max_tokens,
            temperature: 0.0,
            seed: 0,
            constraint: None,
            stop: Vec::new(),
        }
    }
}

/// A form that generated text is held to while it is generated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Constraint {
    /// JSON that satisfies this JSON Schema.
    JsonSchema(serde_json::Value),
    /// Text that matches this regular expression.
    Regex(String),
    /// Text of this Lark grammar.
    Lark(String),
}

/// A finished generation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Generation {
    /// The whole text.
    pub text: String,
    /// Why it ended.
    pub stop_reason: StopReason,
    /// What it took.
    pub usage: Usage,
}

/// Why a generation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopReason {
    /// The model ended it.
    EndOfTurn,
    /// A stop text came.
    StopText,
    /// `max_tokens` were generated.
    MaxTokens,
}

/// What a generation took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Usage {
    /// Tokens of the prompt.
    pub prompt_tokens: u64,
    /// Of these, the ones whose state was still there from before.
    pub reused_tokens: u64,
    /// Tokens generated.
    pub generated_tokens: u64,
    /// Milliseconds to the first token.
    pub ttft_ms: u64,
    /// Milliseconds in all.
    pub total_ms: u64,
}

/// A language model that writes text.
pub trait TextGenerator: Send + Sync {
    /// Generates and calls `on_text` with every new piece of text as it comes.
    ///
    /// # Errors
    /// `Cancelled` within 250 ms of the token being set; `ContextTooLong` when prompt and `max_tokens` do not fit
    /// into the context window; `WorkerCrashed` when the engine died (the next call starts it anew).
    fn generate(
        &self,
        request: &GenerationRequest,
        cancel: &CancelToken,
        on_text: &mut dyn FnMut(&str),
    ) -> Result<Generation, WireError>;

    /// Answers several requests and tells each answer with its request's index as soon as it is finished, in any
    /// order. Engines answer them together, which is quicker than one by one; what the prompts begin with alike
    /// should stand first in them.
    ///
    /// # Errors
    /// As `generate`, for the first request that fails; answers told before stay told.
    fn generate_many(
        &self,
        requests: &[GenerationRequest],
        cancel: &CancelToken,
        on_done: &mut dyn FnMut(usize, Generation),
    ) -> Result<(), WireError> {
        for (index, request) in requests.iter().enumerate() {
            on_done(index, self.generate(request, cancel, &mut |_| {})?);
        }
        Ok(())
    }

    /// Counts the tokens of each text with the model's own tokenizer, without special tokens.
    ///
    /// # Errors
    /// As `generate`.
    fn count_tokens(&self, texts: &[String]) -> Result<Vec<usize>, WireError>;

    /// Tokens that prompt and answer may have together.
    ///
    /// # Errors
    /// As `generate`, since it may have to load the model.
    fn context_window(&self) -> Result<usize, WireError>;
}

/// What a text is to the embedding model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EmbeddingRole {
    /// A question.
    Query,
    /// A text to be found.
    Passage,
}

/// A model that turns texts into vectors.
pub trait Embedder: Send + Sync {
    /// Embeds texts into unit vectors `[texts][dimensions]`; texts beyond the model's window are an error.
    ///
    /// # Errors
    /// `ContextTooLong`, `Cancelled`, `WorkerCrashed`, `ModelNotInstalled`.
    fn embed(
        &self,
        texts: &[String],
        role: EmbeddingRole,
        cancel: &CancelToken,
    ) -> Result<Vec<Vec<f32>>, WireError>;

    /// Counts the tokens of each text, without prefix and special tokens.
    ///
    /// # Errors
    /// As `embed`.
    fn count_tokens(&self, texts: &[String]) -> Result<Vec<usize>, WireError>;

    /// Names model and version; vectors of different ids never meet.
    fn model_id(&self) -> String;

    /// Most tokens that a text may have, prefix and special tokens taken off.
    fn max_tokens(&self) -> usize;
}

/// A row of the index.
#[derive(Debug, Clone, PartialEq)]
pub struct IndexRow {
    /// The chunk.
    pub chunk_id: ChunkId,
    /// Its file.
    pub source_id: SourceId,
    /// Index terms divided by spaces, made by `knowledge::terms`.
    pub terms: String,
}

/// A ranked chunk: its number and a score, higher is better.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Ranked {
    /// The chunk.
    pub chunk_id: ChunkId,
    /// BM25 or cosine.
    pub score: f32,
}

/// The derived index over chunks: full text and vectors.
pub trait ChunkIndex: Send + Sync {
    /// The best `limit` chunks whose terms match any of the space-divided `terms`, by BM25.
    ///
    /// # Errors
    /// `LibraryDamaged` when the index cannot be read.
    fn search_terms(
        &self,
        terms: &str,
        limit: usize,
        scope: Option<&[SourceId]>,
    ) -> Result<Vec<Ranked>, WireError>;

    /// The `limit` chunks nearest to a unit vector, by cosine.
    ///
    /// # Errors
    /// As `search_terms`.
    fn search_vector(
        &self,
        vector: &[f32],
        limit: usize,
        scope: Option<&[SourceId]>,
    ) -> Result<Vec<Ranked>, WireError>;

    /// The stored chunks of these numbers, in the order asked; unknown numbers are left out.
    ///
    /// # Errors
    /// As `search_terms`.
    fn chunks(&self, ids: &[ChunkId]) -> Result<Vec<crate::StoredChunk>, WireError>;

    /// The chunks of one file from ordinal `first` to `last`, both included.
    ///
    /// # Errors
    /// As `search_terms`.
    fn neighbours(
        &self,
        source_id: SourceId,
        first: u32,
        last: u32,
    ) -> Result<Vec<crate::StoredChunk>, WireError>;
}
