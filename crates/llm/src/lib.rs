//! llama.cpp behind a pipe: a worker process that holds one model and generates, embeds and counts.
//!
//! Here: the worker's protocol ([`protocol`], [`frame`]), the worker itself ([`serve`]), the check of a model file
//! ([`gguf`]), prompts kept on the disk ([`saved`]), the hardware plan ([`plan`](mod@plan)) and the memory measurement ([`bandwidth`]). Not here: starting and
//! restarting the worker process, which is the app's, and any knowledge of documents.
//!
//! The entry is [`serve`]: `deskmate --role=llm` calls it with its standard input and output. One worker holds one
//! model; a chat model and an embedding model are two workers. A fault inside llama.cpp ends the worker, not the host.
//!
//! # Features
//! - `engine` (default): llama.cpp itself. Without it the crate is plain Rust and compiles in seconds, for a host
//!   that only speaks the protocol.
//! - `cuda`, `vulkan`, `metal`: a graphics back end beside the CPU ones. Which one is used is decided at run time by
//!   [`plan::plan`] from the devices that llama.cpp finds. CUDA needs its toolkit and Vulkan needs `glslc`, SPIR-V
//!   headers and Vulkan headers 1.3.275 or newer to build; Metal comes with macOS.
//!
//! The CPU back ends are libraries beside the executable, one per generation of processors, and the best one is
//! loaded at run time. An installed program ships `libggml*`, `libllama*` and finds them by `$ORIGIN`.

#[cfg(feature = "engine")]
mod asked;
#[cfg(feature = "engine")]
mod backends;
pub mod bandwidth;
#[cfg(feature = "engine")]
mod bench;
#[cfg(feature = "engine")]
mod chat;
#[cfg(feature = "engine")]
mod compare;
#[cfg(feature = "engine")]
mod constraint;
#[cfg(feature = "engine")]
mod embedding;
pub mod frame;
pub mod gguf;
#[cfg(feature = "engine")]
mod inbox;
#[cfg(feature = "engine")]
mod keeping;
#[cfg(feature = "engine")]
mod logs;
#[cfg(feature = "engine")]
mod lookahead;
pub mod machine;
#[cfg(feature = "engine")]
mod many;
#[cfg(feature = "engine")]
mod model;
#[cfg(feature = "engine")]
mod native;
#[cfg_attr(
    not(feature = "engine"),
    expect(dead_code, reason = "used by the engine")
)]
mod normalize;
pub mod plan;
pub mod protocol;
#[cfg_attr(
    not(feature = "engine"),
    expect(dead_code, reason = "used by the engine")
)]
mod sampling;
pub mod saved;
#[cfg_attr(
    not(feature = "engine"),
    expect(dead_code, reason = "used by the engine")
)]
mod template;
#[cfg_attr(
    not(feature = "engine"),
    expect(dead_code, reason = "used by the engine")
)]
mod text_stream;
#[cfg(feature = "engine")]
mod turns;
#[cfg(feature = "engine")]
mod worker;
#[cfg(feature = "engine")]
mod writer;

#[cfg(feature = "engine")]
pub use worker::serve;

/// Environment that a host gives to the worker process, before anything of llama.cpp is loaded.
///
/// The threads of llama.cpp wait for each other some hundred times per token and spin meanwhile. When other programs
/// use the cores too, spinning threads keep the awaited one from running: on two busy cores one token took 30 s, with a
/// short spin 0.4 s. On a quiet machine the short spin was no slower (0.5B: 31 against 26 tokens/s).
pub const WORKER_ENVIRONMENT: [(&str, &str); 1] = [("GOMP_SPINCOUNT", "1000")];
