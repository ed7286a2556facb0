//! The hardware plan: from what the machine has and what the model needs to the settings of llama.cpp.
//!
//! Pure functions over numbers, so that machines nobody here owns can be tested.

use serde::{Deserialize, Serialize};

use crate::protocol::{Device, DeviceKind, LoadOptions};

/// Context window unless memory or model say otherwise: enough for a question with a dozen passages.
pub const DEFAULT_CONTEXT: u32 = 4096;
/// Smallest context window that the product can work with.
pub const SMALLEST_CONTEXT: u32 = 1024;
/// Tokens read in one go.
const BATCH: u32 = 512;
/// Left free on a graphics device for the screen and other programs; llama.cpp's own fitting uses the same.
const DEVICE_MARGIN_BYTES: u64 = 1 << 30;
/// What llama.cpp takes beside weights and context: activations of one batch, buffers, the tokenizer.
const COMPUTE_BYTES: u64 = 192 << 20;

/// What the machine has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Machine {
    /// Physical cores that may be used.
    pub physical_cores: usize,
    /// Memory in bytes; 0 when unknown.
    pub memory_total_bytes: u64,
    /// Memory that can be had without swapping; 0 when unknown.
    pub memory_available_bytes: u64,
    /// Devices of llama.cpp.
    pub devices: Vec<Device>,
}

/// What the model needs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ModelFacts {
    /// Bytes of the weights.
    pub size_bytes: u64,
    /// Layers.
    pub layers: u32,
    /// Heads with keys and values.
    pub kv_heads: u32,
    /// Width of a key head.
    pub key_length: u32,
    /// Width of a value head.
    pub value_length: u32,
    /// Context it was trained for; 0 when unknown.
    pub trained_context: u32,
}

/// How numbers of the context are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KvType {
    /// 16-bit floats: on a CPU several times faster than quantized ones.
    F16,
    /// 8-bit blocks: half the memory, for a graphics device on which 16 bits do not fit.
    Q8_0,
}

/// Settings for llama.cpp, with the reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Threads while generating.
    pub n_threads: u32,
    /// Threads while reading a prompt.
    pub n_threads_batch: u32,
    /// Context window in tokens.
    pub n_ctx: u32,
    /// Most tokens handed over at once.
    pub n_batch: u32,
    /// Most tokens computed at once.
    pub n_ubatch: u32,
    /// Layers on the graphics device.
    pub gpu_layers: u32,
    /// Name of the graphics device, when any layer is on it.
    pub gpu: Option<String>,
    /// How the context is kept.
    pub kv_type: KvType,
    /// Bytes that the context takes.
    pub kv_bytes: u64,
    /// Bytes that weights, context and computing take together.
    pub needed_bytes: u64,
    /// It fits into what the machine has.
    pub fits: bool,
    /// Why, in a sentence or two, for `doctor`.
    pub reason: String,
}

/// Bytes of context that one token takes.
pub fn kv_bytes_per_token(model: &ModelFacts, kv_type: KvType) -> u64 {
    let numbers = u64::from(model.layers)
        .saturating_mul(u64::from(model.kv_heads))
        .saturating_mul(u64::from(model.key_length) + u64::from(model.value_length));
    match kv_type {
        KvType::F16 => numbers.saturating_mul(2),
        // 32 numbers in 34 bytes.
        KvType::Q8_0 => numbers.saturating_mul(34) / 32,
    }
}

/// True when weights, context and computing find room in `available_bytes`; unknown (0) counts as room.
pub fn fits(size_bytes: u64, kv_bytes: u64, available_bytes: u64) -> bool {
    available_bytes == 0 || needed_bytes(size_bytes, kv_bytes) <= available_bytes
}

fn needed_bytes(size_bytes: u64, kv_bytes: u64) -> u64 {
    size_bytes
        .saturating_add(kv_bytes)
        .saturating_add(COMPUTE_BYTES)
}

/// Plans how to run a model on a machine; `options` win over the plan within what the model allows.
pub fn plan(machine: &Machine, model: &ModelFacts, options: &LoadOptions) -> Plan {
    let cores = u32::try_from(machine.physical_cores.max(1)).unwrap_or(u32::MAX);
    let n_threads = options.n_threads.unwrap_or(cores).clamp(1, 512);
    let mut reasons = vec![match options.n_threads {
        Some(_) => format!("{n_threads} threads as asked"),
        None => format!("{n_threads} threads, one per physical core"),
    }];
    let (n_ctx, why) = context_window(machine, model, options);
    reasons.push(why);
    let offload = offload(machine, model, options, n_ctx);
    reasons.push(offload.reason);
    let kv_bytes = kv_bytes_per_token(model, offload.kv_type).saturating_mul(u64::from(n_ctx));
    // What lies on a graphics card does not count against the memory.
    let share_left = match (offload.own_memory, model.layers) {
        (true, layers) if offload.layers > layers => 0.0,
        (true, layers) => 1.0 - f64::from(offload.layers) / (f64::from(layers) + 1.0),
        (false, _) => 1.0,
    };
    let in_memory = ((model.size_bytes.saturating_add(kv_bytes)) as f64 * share_left) as u64;
    let fits = fits(in_memory, 0, machine.memory_available_bytes);
    if !fits {
        reasons.push(format!(
            "it needs {} of memory and {} are free, so it will be slow",
            gib(needed_bytes(in_memory, 0)),
            gib(machine.memory_available_bytes)
        ));
    }
    Plan {
        n_threads,
        n_threads_batch: n_threads,
        n_ctx,
        n_batch: BATCH,
        n_ubatch: BATCH,
        gpu_layers: offload.layers,
        gpu: offload.device,
        kv_type: offload.kv_type,
        kv_bytes,
        needed_bytes: needed_bytes(model.size_bytes, kv_bytes),
        fits,
        reason: reasons.join("; "),
    }
}

/// Longest text that is embedded in one piece unless asked otherwise; chunks are shorter.
const EMBEDDING_WINDOW: u32 = 2048;

/// Plans an embedding model: its whole window is computed at once, because its tokens look at each other both ways.
pub fn plan_embedding(machine: &Machine, model: &ModelFacts, options: &LoadOptions) -> Plan {
    let window = options
        .n_ctx
        .unwrap_or(EMBEDDING_WINDOW)
        .min(match model.trained_context {
            0 => BATCH,
            context => context,
        })
        .max(1);
    let options = LoadOptions {
        n_ctx: Some(window),
        ..options.clone()
    };
    let mut plan = plan(machine, model, &options);
    // Several short texts share a batch even where the window is short.
    plan.n_batch = window.max(BATCH);
    plan.n_ubatch = plan.n_batch;
    plan
}

fn context_window(machine: &Machine, model: &ModelFacts, options: &LoadOptions) -> (u32, String) {
    let trained = match model.trained_context {
        0 => u32::MAX,
        context => context,
    };
    if let Some(wanted) = options.n_ctx {
        let n_ctx = wanted.clamp(1, trained);
        return if n_ctx < wanted {
            (
                n_ctx,
                format!("a context of {n_ctx} tokens, the most this model was trained for"),
            )
        } else {
            (n_ctx, format!("a context of {n_ctx} tokens as asked"))
        };
    }
    let mut n_ctx = DEFAULT_CONTEXT.min(trained);
    let per_token = kv_bytes_per_token(model, KvType::F16);
    let roomy = |n_ctx: u32| {
        fits(
            model.size_bytes,
            per_token.saturating_mul(u64::from(n_ctx)),
            machine.memory_available_bytes,
        )
    };
    if roomy(n_ctx) {
        return (n_ctx, format!("a context of {n_ctx} tokens"));
    }
    while n_ctx / 2 >= SMALLEST_CONTEXT && !roomy(n_ctx) {
        n_ctx /= 2;
    }
    (
        n_ctx,
        format!("a context of {n_ctx} tokens because memory is tight"),
    )
}

struct Offload {
    layers: u32,
    device: Option<String>,
    own_memory: bool,
    kv_type: KvType,
    reason: String,
}

impl Offload {
    fn none(reason: &str) -> Self {
        Self {
            layers: 0,
            device: None,
            own_memory: false,
            kv_type: KvType::F16,
            reason: reason.to_string(),
        }
    }
}

fn offload(machine: &Machine, model: &ModelFacts, options: &LoadOptions, n_ctx: u32) -> Offload {
    // A card of its own before a unit that shares the memory.
    let graphics = |kind: DeviceKind| machine.devices.iter().find(|device| device.kind == kind);
    let Some(device) = graphics(DeviceKind::Gpu).or(graphics(DeviceKind::IntegratedGpu)) else {
        return Offload::none("on the CPU, no graphics device was found");
    };
    // llama.cpp counts the output layer as one more.
    let all = model.layers.saturating_add(1);
    if options.gpu_layers == Some(0) {
        return Offload::none("on the CPU as asked");
    }
    let free = device.memory_free_bytes.saturating_sub(DEVICE_MARGIN_BYTES);
    let room = |kv_type: KvType| {
        let kv = kv_bytes_per_token(model, kv_type).saturating_mul(u64::from(n_ctx));
        let per_layer = (model.size_bytes.saturating_add(kv) / u64::from(all)).max(1);
        let layers = free.saturating_sub(COMPUTE_BYTES) / per_layer;
        u32::try_from(layers).unwrap_or(u32::MAX).min(all)
    };
    let own_memory = device.kind == DeviceKind::Gpu;
    // Half the context's size is worth taking only where it brings the whole model onto the device.
    let (fitting, kv_type) = match (room(KvType::F16), room(KvType::Q8_0)) {
        (exact, _) if exact >= all => (all, KvType::F16),
        (_, small) if small >= all => (all, KvType::Q8_0),
        (exact, _) => (exact, KvType::F16),
    };
    let layers = options.gpu_layers.map_or(fitting, |asked| asked.min(all));
    if layers == 0 {
        return Offload::none(&format!(
            "on the CPU, `{}` has only {} free",
            device.description,
            gib(device.memory_free_bytes)
        ));
    }
    Offload {
        layers,
        device: Some(device.name.clone()),
        own_memory,
        kv_type,
        reason: format!("{layers} of {all} layers on `{}`", device.description),
    }
}

fn gib(bytes: u64) -> String {
    format!("{:.1} GiB", bytes as f64 / f64::from(1 << 30))
}

#[cfg(test)]
mod tests;
