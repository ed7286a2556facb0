//! Several answers at once: the product's path against a bare batched loop.

use std::time::Instant;

use llama_cpp_2::context::params::LlamaContextParams;
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::token::LlamaToken;

use deskmate_core::{CancelToken, GenerationRequest, Message, WireError};

use super::{failed, likeliest, median, raw_params};
use crate::backends::Backends;
use crate::chat::Chat;
use crate::model::Loaded;
use crate::protocol::BatchedFigures;
use crate::turns::Turn;

/// Tokens of each answer.
const GENERATE: usize = 40;

/// What all prompts begin with.
const COMMON: &str = "会议决定：各部门在下周五前提交本季度的预算与用款计划，由财务处汇总。根据这一决定写一篇很长的文章，不分段。题目：第";

/// Measures this many answers at once in turns, each way from nothing.
///
/// # Errors
/// `ContextTooLong` when they do not fit, `Cancelled`.
pub(super) fn batched(
    chat: &mut Chat<'_>,
    backends: &Backends,
    loaded: &Loaded,
    sequences: usize,
    rounds: usize,
    cancel: &CancelToken,
) -> Result<BatchedFigures, WireError> {
    let requests: Vec<GenerationRequest> = (0..sequences)
        .map(|number| {
            let message = Message::user(format!("{COMMON}{}部门的计划。", number + 1));
            GenerationRequest::greedy(vec![message], GENERATE)
        })
        .collect();
    let prompts = requests
        .iter()
        .map(|request| chat.prompt_tokens(&request.messages))
        .collect::<Result<Vec<_>, _>>()?;
    let shared = prompts
        .iter()
        .skip(1)
        .fold(prompts[0].len(), |shared, prompt| {
            let pairs = prompts[0].iter().zip(prompt);
            shared.min(pairs.take_while(|(a, b)| a == b).count())
        });
    let (mut product, mut raw) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        for product_now in [round % 2 == 0, round % 2 == 1] {
            if product_now {
                product.push(run_product(chat, &requests, cancel)?);
            } else {
                raw.push(run_raw(backends, loaded, &prompts, shared)?);
            }
        }
    }
    let ratios = product.iter().zip(&raw).map(|(product, raw)| product / raw);
    Ok(BatchedFigures {
        sequences,
        ratio: median(ratios.collect()),
        product_tokens_per_second: median(product),
        raw_tokens_per_second: median(raw),
    })
}

fn run_product(
    chat: &mut Chat<'_>,
    requests: &[GenerationRequest],
    cancel: &CancelToken,
) -> Result<f64, WireError> {
    chat.forget();
    let begun = Instant::now();
    let mut tokens = 0;
    chat.generate_many(requests, &mut Turn::alone(cancel), &mut |_, generation| {
        tokens += generation.usage.generated_tokens;
    })?;
    Ok(tokens as f64 / begun.elapsed().as_secs_f64().max(1e-6))
}

/// The shared beginning read once, the rest of each prompt, then one token of each answer per computation. The context is
/// made before the clock starts, as the product's is.
fn run_raw(
    backends: &Backends,
    loaded: &Loaded,
    prompts: &[Vec<LlamaToken>],
    shared: usize,
) -> Result<f64, WireError> {
    let cells = prompts.iter().map(Vec::len).sum::<usize>() + prompts.len() * GENERATE;
    let params: LlamaContextParams = raw_params(loaded, cells)
        .with_n_seq_max(prompts.len() as u32 + 1)
        .with_kv_unified(true);
    let mut context = loaded
        .model
        .new_context(&backends.backend, params)
        .map_err(|error| failed(&error))?;
    let mut batch = LlamaBatch::new(512, 1);
    let begun = Instant::now();
    for (position, token) in prompts[0][..shared].iter().enumerate() {
        batch
            .add(*token, position as i32, &[0], false)
            .map_err(|error| failed(&error))?;
    }
    context.decode(&mut batch).map_err(|error| failed(&error))?;
    let mut next = Vec::new();
    for (index, prompt) in prompts.iter().enumerate() {
        let sequence = index as i32 + 1;
        context
            .copy_kv_cache_seq(0, sequence, None, None)
            .map_err(|error| failed(&error))?;
        batch.clear();
        for (position, token) in prompt.iter().enumerate().skip(shared) {
            let is_last = position + 1 == prompt.len();
            batch
                .add(*token, position as i32, &[sequence], is_last)
                .map_err(|error| failed(&error))?;
        }
        context.decode(&mut batch).map_err(|error| failed(&error))?;
        next.push(likeliest(context.get_logits_ith(-1)));
    }
    for step in 1..GENERATE {
        batch.clear();
        for (index, token) in next.iter().enumerate() {
            let position = (prompts[index].len() + step - 1) as i32;
            batch
                .add(*token, position, &[index as i32 + 1], true)
                .map_err(|error| failed(&error))?;
        }
        context.decode(&mut batch).map_err(|error| failed(&error))?;
        for (row, token) in (0_i32..).zip(next.iter_mut()) {
            *token = likeliest(context.get_logits_ith(row));
        }
    }
    Ok((prompts.len() * GENERATE) as f64 / begun.elapsed().as_secs_f64().max(1e-6))
}
