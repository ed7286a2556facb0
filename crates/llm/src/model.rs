//! Loading a model: look at the file, plan, load, step down to the CPU if the graphics device fails.

use std::path::Path;
use std::time::Instant;

use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::model::params::LlamaModelParams;

use deskmate_core::{CancelToken, ErrorCode, WireError};

use crate::backends::{Backends, machine_facts};
use crate::gguf::{self, GgufSummary};
use crate::native::LLAMA_BUILD;
use crate::plan::{self, Machine, ModelFacts, Plan};
use crate::protocol::{LoadParams, ModelInfo, ModelKind};
use crate::{logs, machine};

/// Vocabularies from this size on are those of multilingual models (XLM-R has 250,002 entries).
const MULTILINGUAL_VOCABULARY: u64 = 200_000;

/// A loaded model with what is known of it.
pub(crate) struct Loaded {
    pub(crate) model: LlamaModel,
    pub(crate) summary: GgufSummary,
    pub(crate) plan: Plan,
    pub(crate) params: LoadParams,
    load_ms: u64,
}

impl Loaded {
    /// Loads a model and tells its progress, 0 to 1.
    ///
    /// # Errors
    /// `ModelNotInstalled`, `ModelDamaged`, `OutOfMemory`, `InvalidInput` for a model of the wrong kind, `Cancelled`.
    pub(crate) fn load(
        backends: &Backends,
        params: &LoadParams,
        cancel: &CancelToken,
        on_progress: impl FnMut(f32) + Clone + 'static,
    ) -> Result<Self, WireError> {
        let started = Instant::now();
        let summary = gguf::inspect(&params.path).map_err(|error| match error.code {
            ErrorCode::NotFound => WireError::new(ErrorCode::ModelNotInstalled, error.message)
                .with_hint("get the model first: `deskmate models get`"),
            _ => error,
        })?;
        check_kind(&summary, params)?;
        let machine = machine_facts();
        let facts = facts_of(&summary);
        let mut plan = match params.kind {
            ModelKind::Chat => plan::plan(&machine, &facts, &params.options),
            ModelKind::Embedding => plan::plan_embedding(&machine, &facts, &params.options),
        };
        check_memory(&machine, &plan, &params.path)?;
        let model = match load_file(backends, &params.path, &plan, cancel, on_progress.clone()) {
            Err(error) if plan.gpu_layers > 0 && error.code != ErrorCode::Cancelled => {
                plan.gpu_layers = 0;
                plan.gpu = None;
                plan.reason = format!("{}; the device failed, so on the CPU", plan.reason);
                load_file(backends, &params.path, &plan, cancel, on_progress)?
            }
            other => other?,
        };
        Ok(Self {
            model,
            summary,
            plan,
            params: params.clone(),
            load_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        })
    }

    /// The model as the host sees it.
    pub(crate) fn info(&self, context_window: usize, max_text_tokens: usize) -> ModelInfo {
        let file_name = || {
            let stem = self.params.path.file_stem().unwrap_or_default();
            stem.to_string_lossy().into_owned()
        };
        ModelInfo {
            name: self.summary.name.clone().unwrap_or_else(file_name),
            architecture: self.summary.architecture.clone(),
            n_params: self.model.n_params(),
            size_bytes: self.model.size(),
            context_window,
            trained_context: self.summary.context_length as usize,
            max_text_tokens,
            dimensions: usize::try_from(self.model.n_embd_out()).unwrap_or(0),
            layers: self.model.n_layer(),
            chat_template: self.summary.chat_template,
            tokenizer: self.summary.tokenizer.clone().unwrap_or_default(),
            plan: self.plan.clone(),
            build: LLAMA_BUILD.to_owned(),
            cpu_variant: machine::loaded_cpu_variant(),
            load_ms: self.load_ms,
            buffer_bytes: logs::buffer_bytes(),
        }
    }
}

fn facts_of(summary: &GgufSummary) -> ModelFacts {
    ModelFacts {
        size_bytes: summary.tensor_bytes,
        layers: summary.block_count,
        // Encoders keep no keys and values between computations.
        kv_heads: if is_encoder(summary) {
            0
        } else {
            summary.kv_heads
        },
        key_length: summary.key_length,
        value_length: summary.value_length,
        trained_context: summary.context_length,
    }
}

/// Models that only embed.
fn is_encoder(summary: &GgufSummary) -> bool {
    let architecture = summary.architecture.as_str();
    architecture.contains("bert") || architecture == "t5encoder"
}

fn check_kind(summary: &GgufSummary, params: &LoadParams) -> Result<(), WireError> {
    let shown = params.path.display();
    if params.kind == ModelKind::Chat && is_encoder(summary) {
        return Err(WireError::new(
            ErrorCode::InvalidInput,
            format!("`{shown}` is an embedding model and cannot chat"),
        )
        .with_hint("choose a chat model"));
    }
    // A converter that takes such a model for plain BERT writes a word-piece tokenizer, and nothing fails but the
    // search for Chinese text.
    let multilingual = summary.vocabulary >= MULTILINGUAL_VOCABULARY;
    let tokenizer = summary.tokenizer.as_deref().unwrap_or("none");
    if is_encoder(summary) && multilingual && tokenizer != "t5" {
        return Err(WireError::new(
            ErrorCode::ModelDamaged,
            format!("`{shown}` was converted with the tokenizer `{tokenizer}` in place of `t5`"),
        )
        .with_hint("get the model from the catalogue; this file would not find Chinese text"));
    }
    Ok(())
}

fn check_memory(machine: &Machine, plan: &Plan, path: &Path) -> Result<(), WireError> {
    let total = machine.memory_total_bytes;
    if total == 0 || plan.gpu_layers > 0 || plan.needed_bytes <= total {
        return Ok(());
    }
    Err(WireError::new(
        ErrorCode::OutOfMemory,
        format!(
            "the model `{}` needs {} MiB of memory and the machine has {} MiB",
            path.display(),
            plan.needed_bytes >> 20,
            total >> 20
        ),
    )
    .with_hint("choose a smaller model"))
}

fn load_file(
    backends: &Backends,
    path: &Path,
    plan: &Plan,
    cancel: &CancelToken,
    mut on_progress: impl FnMut(f32) + 'static,
) -> Result<LlamaModel, WireError> {
    logs::take_errors();
    let watched = cancel.clone();
    let params = LlamaModelParams::default()
        .with_n_gpu_layers(plan.gpu_layers)
        .with_progress_callback(move |fraction| {
            on_progress(fraction);
            !watched.is_cancelled()
        });
    LlamaModel::load_from_file(&backends.backend, path, &params).map_err(|error| {
        if cancel.is_cancelled() {
            return WireError::cancelled();
        }
        let said = logs::take_errors();
        let reason = if said.is_empty() {
            error.to_string()
        } else {
            said
        };
        WireError::new(
            ErrorCode::ModelDamaged,
            format!("llama.cpp could not load `{}`: {reason}", path.display()),
        )
        .with_hint("get the model again, or choose another one")
    })
}
