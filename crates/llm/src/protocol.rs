//! What host and worker say to each other.
//!
//! The host writes [`Request`]s, the worker answers each with [`Response`]s of the same id: any number of
//! `Loading` and `Text`, then exactly one other. [`Call::Cancel`] has no answer of its own: the request it names
//! ends with `Failed` and the code `Cancelled`, or with its result if that was quicker. While the engine computes,
//! the worker says so every second with [`Reply::Working`].

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use deskmate_core::{EmbeddingRole, Generation, GenerationRequest, Message, WireError};

use crate::plan::Plan;
use crate::saved::Holds;

/// A request of the host. Ids are the host's; each is used once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// Names the request in its responses.
    pub id: u64,
    /// What to do.
    pub call: Call,
}

/// What a worker can do.
///
/// Calls run one after the other, `Cancel` at once. `GenerateMany` and a `Generate` for later let these go first, after
/// the computation that runs: a `Generate` for now, `Look`, `CountTokens`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Call {
    /// Load a model, in place of the one that is loaded. Answer: `Loading`…, `Loaded`.
    Load(LoadParams),
    /// Generate with a chat model. Answer: `Text`…, `Done`. With `max_tokens` 0 the prompt is only read, so that a
    /// later one that begins alike starts at once.
    Generate {
        /// What to generate.
        request: GenerationRequest,
        /// Begin with a saved prefix as if its prompt had been read; the answer then has `Restored` before all else.
        #[serde(default)]
        saved: Option<SavedParams>,
        /// Hand over what was computed, to be kept; the answer then has `State`… before `Done`.
        #[serde(default)]
        keep: Option<KeepParams>,
        /// Whether it lets others go first.
        #[serde(default)]
        priority: Priority,
    },
    /// Tell the tokens of a prompt and how many of them are computed already. Answer: `Prompt`.
    Look {
        /// The prompt.
        messages: Vec<Message>,
    },
    /// Generate several answers at once with a chat model, for later; what their prompts share is read once. Answer: `Answer`…,
    /// in any order, then `AllDone`.
    GenerateMany {
        /// What to generate.
        requests: Vec<GenerationRequest>,
    },
    /// Embed with an embedding model. Answer: `Vectors`.
    Embed {
        /// The texts, without prefix.
        texts: Vec<String>,
        /// Decides the prefix.
        role: EmbeddingRole,
    },
    /// Count tokens, without prefix and special tokens. Answer: `Counts`.
    CountTokens {
        /// The texts.
        texts: Vec<String>,
    },
    /// Stop a running or waiting request.
    Cancel {
        /// Its id.
        target: u64,
    },
    /// Tell what the machine offers; needs no model. Answer: `Devices`.
    Devices(DevicesParams),
    /// Measure a chat model against a bare decode loop. Answer: `Figures`.
    Bench(BenchParams),
    /// Measure what drafting from the prompt and answering at once bring for these requests. Answer: `Compared`.
    Compare {
        /// Greedy requests.
        requests: Vec<GenerationRequest>,
        /// Times that each way is measured, in turns.
        rounds: usize,
    },
    /// Let go of the model and end. Answer: `Stopped`.
    Shutdown,
}

impl Call {
    /// Generates and keeps nothing.
    pub fn generate(request: GenerationRequest) -> Self {
        Self::Generate {
            request,
            saved: None,
            keep: None,
            priority: Priority::Now,
        }
    }
}

/// Who goes first when several callers ask one model.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// Somebody waits for every word: goes before all that can wait, also in the middle of it.
    #[default]
    Now,
    /// Part of a longer work: lets others go first after each computation, and goes on after them.
    Later,
}

/// Bytes that travel beside the messages.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Raw(pub Vec<u8>);

impl std::fmt::Debug for Raw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Raw({} bytes)", self.0.len())
    }
}

/// A saved prefix, whose file's bytes follow the request as they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedParams {
    /// The engine that it must be of.
    pub engine: String,
    /// How many bytes follow.
    pub bytes: usize,
    /// These bytes.
    #[serde(skip)]
    pub data: Raw,
}

/// Which prompts are worth keeping, and what stands in them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeepParams {
    /// Names model, parameters and build; written into the file.
    pub engine: String,
    /// What the prompt holds; written into the file.
    pub holds: Holds,
    /// Fewer tokens computed anew are not worth it.
    pub least_tokens: usize,
    /// Nor are tokens that were computed in less time.
    pub least_ms: u64,
    /// Larger states are not kept.
    pub most_bytes: u64,
}

/// What a model is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelKind {
    /// Writes text.
    Chat,
    /// Turns texts into vectors.
    Embedding,
}

/// Which model to load, and how.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LoadParams {
    /// The GGUF file.
    pub path: PathBuf,
    /// What it is for.
    pub kind: ModelKind,
    /// Settings; what is left out is planned from machine and model.
    #[serde(default)]
    pub options: LoadOptions,
}

/// Settings of a load. `None` leaves a value to [`crate::plan::plan`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LoadOptions {
    /// Context window in tokens; never above what the model was trained for.
    pub n_ctx: Option<u32>,
    /// Threads.
    pub n_threads: Option<u32>,
    /// Layers on the graphics device; 0 keeps everything on the CPU.
    pub gpu_layers: Option<u32>,
    /// Folder of the llama.cpp back ends (`libggml-cpu-*.so`); absent: beside the executable.
    pub backends_dir: Option<PathBuf>,
    /// Put in front of questions by an embedding model, e.g. `query: `.
    pub query_prefix: String,
    /// Put in front of passages by an embedding model, e.g. `passage: `.
    pub passage_prefix: String,
}

/// What `Devices` shall find out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DevicesParams {
    /// As in [`LoadOptions::backends_dir`].
    pub backends_dir: Option<PathBuf>,
    /// Measure the memory bandwidth too, which takes about 300 ms.
    pub measure_bandwidth: bool,
}

/// Size of a measurement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BenchParams {
    /// Tokens of the prompt, about.
    pub prompt_tokens: usize,
    /// Tokens to generate.
    pub generate_tokens: usize,
    /// Pairs of product and raw runs; each pair starts with the other one of the two.
    pub rounds: usize,
}

/// An answer of the worker.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Response {
    /// Id of the request; 0 when a request could not be read.
    pub id: u64,
    /// The answer.
    pub reply: Reply,
}

/// What the worker answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// How much of the model is loaded, 0 to 1. More follows.
    Loading {
        /// Share.
        fraction: f32,
    },
    /// The model is loaded.
    Loaded {
        /// What it is.
        info: Box<ModelInfo>,
    },
    /// A part of the file of a saved prefix; its `bytes` follow the reply as they are. More follows.
    State {
        /// How many bytes follow.
        bytes: usize,
        /// These bytes.
        #[serde(skip)]
        data: Raw,
    },
    /// A prompt as the model has it.
    Prompt {
        /// All its tokens.
        tokens: Vec<i32>,
        /// How many of them, from the first on, are computed already.
        held: usize,
    },
    /// A saved prefix was taken, or, with 0 tokens, refused. More follows.
    Restored {
        /// Tokens that need not be computed any more.
        tokens: usize,
    },
    /// More text. More follows.
    Text {
        /// To be appended.
        delta: String,
    },
    /// The generation is finished; its text is that of all `Text`s together.
    Done {
        /// The result.
        generation: Generation,
    },
    /// One of several answers. More follows.
    Answer {
        /// Its request, from 0.
        index: usize,
        /// The result.
        generation: Generation,
    },
    /// All answers were sent.
    AllDone,
    /// Unit vectors `[texts][dimensions]`.
    Vectors {
        /// In the order of the texts.
        vectors: Vec<Vec<f32>>,
    },
    /// Tokens of each text.
    Counts {
        /// In the order of the texts.
        counts: Vec<usize>,
    },
    /// What the machine offers.
    Devices(Box<MachineReport>),
    /// What was measured.
    Figures(BenchFigures),
    /// What was compared.
    Compared(ComparedFigures),
    /// The engine computed something since this was last said; belongs to no request, and its id is 0. A worker that
    /// works and says nothing at all, not even this, hangs.
    Working,
    /// The worker ends now.
    Stopped,
    /// The request failed.
    Failed {
        /// Why.
        error: WireError,
    },
}

/// What is known of a loaded model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelInfo {
    /// Name in the file, or the file's name.
    pub name: String,
    /// Architecture, e.g. `qwen2`.
    pub architecture: String,
    /// Number of parameters.
    pub n_params: u64,
    /// Bytes of the tensors.
    pub size_bytes: u64,
    /// Tokens that prompt and answer, or prefix and text, may have together.
    pub context_window: usize,
    /// Context the model was trained for.
    pub trained_context: usize,
    /// Most tokens of a text to embed, prefix and special tokens taken off; the context window for a chat model.
    pub max_text_tokens: usize,
    /// Length of a vector.
    pub dimensions: usize,
    /// Number of layers.
    pub layers: u32,
    /// The file brings a chat template.
    pub chat_template: bool,
    /// Kind of tokenizer, e.g. `gpt2`, `t5`.
    pub tokenizer: String,
    /// How it runs here, and why.
    pub plan: Plan,
    /// The build of llama.cpp.
    pub build: String,
    /// The CPU build of llama.cpp that was chosen, e.g. `zen4`, where it can be told.
    pub cpu_variant: Option<String>,
    /// Milliseconds that loading took.
    pub load_ms: u64,
    /// Bytes of the buffers for weights, context and computing, as llama.cpp reports them; 0 where it reports none.
    #[serde(default)]
    pub buffer_bytes: u64,
}

/// Kinds of devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceKind {
    /// The processor.
    Cpu,
    /// A helper of the processor that shares its memory, e.g. a matrix unit.
    Accelerator,
    /// A graphics card with its own memory.
    Gpu,
    /// A graphics unit that shares the processor's memory.
    IntegratedGpu,
    /// Something else.
    Unknown,
}

/// A device that llama.cpp can use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// Short name, e.g. `Vulkan0`.
    pub name: String,
    /// Full name.
    pub description: String,
    /// Its back end, e.g. `Vulkan`.
    pub backend: String,
    /// What it is.
    pub kind: DeviceKind,
    /// Its memory in bytes; 0 when unknown.
    pub memory_total_bytes: u64,
    /// Free memory in bytes; 0 when unknown.
    pub memory_free_bytes: u64,
}

/// What the machine offers to a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MachineReport {
    /// Devices of llama.cpp.
    pub devices: Vec<Device>,
    /// Folder the back ends were loaded from; `None` when they are compiled in.
    pub backends_dir: Option<PathBuf>,
    /// The CPU build of llama.cpp that was chosen, e.g. `zen4`.
    pub cpu_variant: Option<String>,
    /// Features of the processor that matter for speed.
    pub cpu_features: Vec<String>,
    /// Physical cores.
    pub physical_cores: usize,
    /// Threads that this process may use at the same time.
    pub usable_threads: usize,
    /// Memory in bytes.
    pub memory_total_bytes: u64,
    /// Memory that can be had without swapping.
    pub memory_available_bytes: u64,
    /// Bytes per second that all cores read together, if asked for.
    pub bandwidth_bytes_per_second: Option<u64>,
}

/// Speeds of one run.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BenchRun {
    /// Prompt tokens per second.
    pub prefill_tokens_per_second: f64,
    /// Generated tokens per second after the first.
    pub generation_tokens_per_second: f64,
}

/// Product and raw loop side by side; both lists have one entry per round.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BenchFigures {
    /// Tokens of the prompt as it was.
    pub prompt_tokens: usize,
    /// Tokens generated in each run.
    pub generated_tokens: usize,
    /// The whole path: template, tokens, sampling, text, frames.
    pub product: Vec<BenchRun>,
    /// A bare loop over llama.cpp with its defaults.
    pub raw: Vec<BenchRun>,
    /// Median over the rounds of product ÷ raw.
    pub prefill_ratio: f64,
    /// Median over the rounds of product ÷ raw.
    pub generation_ratio: f64,
    /// Bytes of weights and context read per generated token.
    pub bytes_per_token: u64,
    /// Four and eight answers at once.
    pub at_once: Vec<BatchedFigures>,
}

/// Several answers at once, with what their prompts share read once: product and a bare batched loop.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BatchedFigures {
    /// How many.
    pub sequences: usize,
    /// Median over the rounds of product ÷ raw, tokens of all answers per second, reading the prompts included.
    pub ratio: f64,
    /// The product's, median.
    pub product_tokens_per_second: f64,
    /// The bare loop's, median.
    pub raw_tokens_per_second: f64,
}

/// Ways of answering the same requests, in milliseconds for all of them; one entry per round.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ComparedFigures {
    /// One after the other, one token at a time.
    pub plain_ms: Vec<f64>,
    /// One after the other, drafting from the prompt.
    pub drafted_ms: Vec<f64>,
    /// Several at once.
    pub at_once_ms: Vec<f64>,
    /// Requests in a round.
    pub requests: usize,
    /// Share of the answers that drafting leaves the same to the letter.
    pub drafted_identical: f64,
    /// The same of answering at once.
    pub at_once_identical: f64,
}
