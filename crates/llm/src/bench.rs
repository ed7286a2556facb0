//! The product's path against a bare loop over llama.cpp, in one process and in turns.

mod batched;

use std::num::NonZeroU32;
use std::time::Instant;

use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::context::params::LlamaContextParams;
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::token::LlamaToken;

use deskmate_core::{CancelToken, ErrorCode, GenerationRequest, Message, WireError};

use crate::backends::Backends;
use crate::chat::{Chat, Habits};
use crate::frame::write_frame;
use crate::model::Loaded;
use crate::plan::kv_bytes_per_token;
use crate::protocol::{BenchFigures, BenchParams, BenchRun, Reply, Response};

/// Text to fill a prompt of any length, half Chinese, half English.
const FILLER: &str = "会议决定：各部门在下周五前提交本季度的预算与用款计划，由财务处汇总。\
                      Each department sends its plan to the office, which checks the sums and asks back.\n";

/// Measures product and bare loop in turns; each round starts with the other one.
///
/// # Errors
/// `ContextTooLong` when the sizes do not fit, `Cancelled`.
pub(crate) fn bench(
    chat: &mut Chat<'_>,
    backends: &Backends,
    loaded: &Loaded,
    params: BenchParams,
    cancel: &CancelToken,
) -> Result<BenchFigures, WireError> {
    if params.generate_tokens < 2 || params.rounds == 0 {
        return Err(WireError::new(
            ErrorCode::InvalidInput,
            "a measurement needs at least `2` tokens and `1` round",
        ));
    }
    let request =
        GenerationRequest::greedy(filled(chat, params.prompt_tokens), params.generate_tokens);
    let prompt = chat.prompt_tokens(&request.messages)?;
    let mut raw = RawLoop::new(backends, loaded, prompt.len() + params.generate_tokens)?;
    let mut figures = BenchFigures {
        prompt_tokens: prompt.len(),
        generated_tokens: params.generate_tokens,
        product: Vec::new(),
        raw: Vec::new(),
        prefill_ratio: 0.0,
        generation_ratio: 0.0,
        bytes_per_token: loaded.model.size() + kv_bytes(loaded, prompt.len()),
        at_once: Vec::new(),
    };
    for round in 0..params.rounds {
        for product_now in [round % 2 == 0, round % 2 == 1] {
            if cancel.is_cancelled() {
                return Err(WireError::cancelled());
            }
            if product_now {
                figures.product.push(run_product(chat, &request, cancel)?);
            } else {
                figures.raw.push(raw.run(&prompt, params.generate_tokens)?);
            }
        }
    }
    drop(raw);
    for sequences in [4, 8] {
        let run = batched::batched(chat, backends, loaded, sequences, params.rounds, cancel)?;
        figures.at_once.push(run);
    }
    figures.prefill_ratio = ratio(&figures, |run| run.prefill_tokens_per_second);
    figures.generation_ratio = ratio(&figures, |run| run.generation_tokens_per_second);
    Ok(figures)
}

fn kv_bytes(loaded: &Loaded, tokens: usize) -> u64 {
    let facts = crate::plan::ModelFacts {
        layers: loaded.summary.block_count,
        kv_heads: loaded.summary.kv_heads,
        key_length: loaded.summary.key_length,
        value_length: loaded.summary.value_length,
        ..crate::plan::ModelFacts::default()
    };
    kv_bytes_per_token(&facts, loaded.plan.kv_type) * tokens as u64
}

fn filled(chat: &Chat<'_>, tokens: usize) -> Vec<Message> {
    let per_line = chat.count_tokens(FILLER).max(1);
    let text = FILLER.repeat((tokens / per_line).max(1));
    vec![Message::user(text)]
}

fn run_product(
    chat: &mut Chat<'_>,
    request: &GenerationRequest,
    cancel: &CancelToken,
) -> Result<BenchRun, WireError> {
    chat.forget();
    let started = Instant::now();
    let mut first = None;
    let mut sink = Vec::new();
    let habits = Habits {
        never_end: true,
        never_draft: true,
    };
    let generation = chat.generate(request, habits, cancel, &mut |delta| {
        first.get_or_insert_with(|| started.elapsed());
        sink.clear();
        // As in the worker, but into memory.
        let _ = write_frame(
            &mut sink,
            &Response {
                id: 1,
                reply: Reply::Text {
                    delta: delta.to_string(),
                },
            },
        );
    })?;
    // The first token's time also holds choosing and writing it, which the bare loop counts likewise.
    let all = started.elapsed().as_secs_f64();
    let prefill = generation.usage.ttft_ms as f64 / 1000.0;
    let after = generation.usage.generated_tokens.saturating_sub(1) as f64;
    Ok(BenchRun {
        prefill_tokens_per_second: generation.usage.prompt_tokens as f64 / prefill.max(1e-6),
        generation_tokens_per_second: after / (all - prefill).max(1e-6),
    })
}

/// llama.cpp's defaults with the product's threads.
fn raw_params(loaded: &Loaded, tokens: usize) -> LlamaContextParams {
    let threads = i32::try_from(loaded.plan.n_threads).unwrap_or(1);
    LlamaContextParams::default()
        .with_n_ctx(NonZeroU32::new(u32::try_from(tokens).unwrap_or(u32::MAX)))
        .with_n_batch(512)
        .with_n_ubatch(512)
        .with_n_threads(threads)
        .with_n_threads_batch(threads)
}

/// llama.cpp through its plain binding: batches of 512, the likeliest token, nothing else.
struct RawLoop<'model> {
    context: LlamaContext<'model>,
}

impl<'model> RawLoop<'model> {
    fn new(backends: &Backends, loaded: &'model Loaded, tokens: usize) -> Result<Self, WireError> {
        let context = loaded
            .model
            .new_context(&backends.backend, raw_params(loaded, tokens))
            .map_err(|error| failed(&error))?;
        Ok(Self { context })
    }

    fn run(&mut self, prompt: &[LlamaToken], generate: usize) -> Result<BenchRun, WireError> {
        self.context.clear_kv_cache();
        let started = Instant::now();
        for slice in prompt.chunks(512) {
            let mut batch = LlamaBatch::get_one(slice).map_err(|error| failed(&error))?;
            self.context
                .decode(&mut batch)
                .map_err(|error| failed(&error))?;
        }
        let mut token = likeliest(self.context.get_logits_ith(-1));
        let prefill = started.elapsed().as_secs_f64();
        let second = Instant::now();
        for _ in 1..generate {
            let one = [token];
            let mut batch = LlamaBatch::get_one(&one).map_err(|error| failed(&error))?;
            self.context
                .decode(&mut batch)
                .map_err(|error| failed(&error))?;
            token = likeliest(self.context.get_logits_ith(-1));
        }
        Ok(BenchRun {
            prefill_tokens_per_second: prompt.len() as f64 / prefill.max(1e-6),
            generation_tokens_per_second: (generate - 1) as f64
                / second.elapsed().as_secs_f64().max(1e-6),
        })
    }
}

fn likeliest(logits: &[f32]) -> LlamaToken {
    let mut best = 0;
    let mut top = f32::NEG_INFINITY;
    for (index, logit) in (0_i32..).zip(logits) {
        if *logit > top {
            top = *logit;
            best = index;
        }
    }
    LlamaToken(best)
}

fn ratio(figures: &BenchFigures, speed: impl Fn(&BenchRun) -> f64) -> f64 {
    let pairs = figures.product.iter().zip(&figures.raw);
    median(
        pairs
            .map(|(product, raw)| speed(product) / speed(raw).max(1e-9))
            .collect(),
    )
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => 0.0,
        odd if odd % 2 == 1 => values[middle],
        _ => f64::midpoint(values[middle - 1], values[middle]),
    }
}

fn failed(error: &dyn std::fmt::Display) -> WireError {
    WireError::new(
        ErrorCode::Internal,
        format!("the bare loop failed: {error}"),
    )
}
