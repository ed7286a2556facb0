//! Tells what the machine offers, what is used of it, and why.

use std::io::Write;
use std::time::{Duration, Instant};

use deskmate_core::{CancelToken, ErrorCode, WireError};
use deskmate_llm::frame::write_frame;
use deskmate_llm::plan::{self, Machine, ModelFacts};
use deskmate_llm::protocol::{BenchParams, Call, DevicesParams, LoadOptions, MachineReport, Reply};
use serde::Serialize;

use crate::confine::ConfinementReport;
use crate::engine::{ChatEngine, ModelWorker};
use crate::graphics::AdapterReport;
use crate::home::Home;
use crate::models::{ModelEntry, ModelKind, ModelStore};
use crate::process::{Waited, Worker};

/// A graphics driver that makes no answer within this time is not offered.
const GRAPHICS_LIMIT: Duration = Duration::from_secs(30);

/// Share of the measured bandwidth that reading weights reaches, since they are multiplied on the way. Set by hand with
/// what follows so that the two Qwen2.5 models come out within a third on two cores of a Zen 4 and of a Xeon of
/// 2023; `doctor --measure` compares.
const BANDWIDTH_SHARE: f64 = 0.85;

/// What a layer costs per token beside reading its weights, in seconds and per thread: activations, attention, the
/// barrier between threads.
const SECONDS_PER_LAYER: f64 = 0.000_25;

/// Everything that `doctor` found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DoctorReport {
    /// Processor, memory, devices of llama.cpp.
    pub machine: MachineReport,
    /// Every graphics adapter with its self-test; a driver that fails it is not offered.
    pub graphics: Vec<AdapterReport>,
    /// Why there is no list of adapters, when the probe itself failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub graphics_error: Option<WireError>,
    /// What each kind of worker was found to be kept from, tried from within.
    pub confinement: Vec<ConfinementReport>,
    /// The models of the catalogue on this machine.
    pub models: Vec<ModelFit>,
}

/// A model on this machine.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ModelFit {
    /// Its id.
    pub id: String,
    /// Its file is here.
    pub installed: bool,
    /// It fits into memory.
    pub fits: bool,
    /// Memory it takes.
    pub needed_bytes: u64,
    /// Layers on the graphics device.
    pub gpu_layers: u32,
    /// What would run it, and why.
    pub reason: String,
    /// Tokens per second predicted from memory bandwidth.
    pub predicted_tokens_per_second: Option<f64>,
    /// Tokens per second measured, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measured_tokens_per_second: Option<f64>,
}

/// Examines the machine; `measure` also runs every installed chat model.
///
/// # Errors
/// `Cancelled`; those of starting a worker. A graphics driver that crashes is a line in the report.
pub fn examine(
    home: &Home,
    measure: bool,
    cancel: &CancelToken,
) -> Result<DoctorReport, WireError> {
    let store = ModelStore::new(home.models().to_path_buf());
    let machine = machine_report(cancel)?;
    let (graphics, graphics_error) = match probe_graphics(cancel) {
        Ok(adapters) => (adapters, None),
        Err(error) if error.code == ErrorCode::Cancelled => return Err(error),
        Err(error) => (Vec::new(), Some(error)),
    };
    let confinement = ["parse", "llm"]
        .iter()
        .map(|role| crate::confine::probe(role, cancel))
        .collect::<Result<_, _>>()?;
    let mut models = Vec::new();
    for status in store.list()? {
        if status.kind != ModelKind::Chat {
            continue;
        }
        let entry = store.catalog().find(&status.id);
        let mut fit = fit(&status.id, status.bytes, entry, &machine);
        fit.installed = status.installed;
        if measure && status.installed && fit.fits {
            let path = store.path(&status.id, cancel, &mut |_| {})?;
            fit.measured_tokens_per_second =
                Some(measured(&ChatEngine::new(status.id.clone(), path), cancel)?);
        }
        models.push(fit);
    }
    Ok(DoctorReport {
        machine,
        graphics,
        graphics_error,
        confinement,
        models,
    })
}

pub(crate) fn machine_report(cancel: &CancelToken) -> Result<MachineReport, WireError> {
    let call = Call::Devices(DevicesParams {
        backends_dir: None,
        measure_bandwidth: true,
    });
    match ModelWorker::new(None).call(call, cancel, &mut |_| {})? {
        Reply::Devices(report) => Ok(*report),
        other => Err(crate::engine::unexpected(&other)),
    }
}

fn measured(chat: &ChatEngine, cancel: &CancelToken) -> Result<f64, WireError> {
    let params = BenchParams {
        prompt_tokens: 64,
        generate_tokens: 48,
        rounds: 3,
    };
    let figures = chat.bench(params, cancel)?;
    let mut speeds: Vec<f64> = figures
        .product
        .iter()
        .map(|run| run.generation_tokens_per_second)
        .collect();
    speeds.sort_by(f64::total_cmp);
    Ok(speeds.get(speeds.len() / 2).copied().unwrap_or(0.0))
}

/// Whether and how a model runs on this machine.
pub(crate) fn fit(
    id: &str,
    bytes: u64,
    entry: Option<&ModelEntry>,
    machine: &MachineReport,
) -> ModelFit {
    let facts = ModelFacts {
        size_bytes: bytes,
        layers: entry.and_then(|entry| entry.layers).unwrap_or(28),
        kv_heads: entry.and_then(|entry| entry.kv_heads).unwrap_or(8),
        key_length: entry.and_then(|entry| entry.head_dim).unwrap_or(128),
        value_length: entry.and_then(|entry| entry.head_dim).unwrap_or(128),
        trained_context: entry.and_then(|entry| entry.context).unwrap_or(0),
    };
    let hardware = Machine {
        physical_cores: machine.physical_cores,
        memory_total_bytes: machine.memory_total_bytes,
        memory_available_bytes: machine.memory_available_bytes,
        devices: machine.devices.clone(),
    };
    let plan = plan::plan(&hardware, &facts, &LoadOptions::default());
    // A graphics device has a bandwidth of its own, which is not measured here.
    let predicted = (plan.gpu_layers == 0)
        .then_some(machine.bandwidth_bytes_per_second)
        .flatten()
        .map(|bandwidth| predict(bandwidth, bytes, facts.layers));
    ModelFit {
        id: id.to_string(),
        installed: false,
        fits: plan.fits,
        needed_bytes: plan.needed_bytes,
        gpu_layers: plan.gpu_layers,
        reason: plan.reason,
        predicted_tokens_per_second: predicted,
        measured_tokens_per_second: None,
    }
}

/// Tokens per second: the time to read every weight once, and a fixed cost per layer.
fn predict(bandwidth: u64, bytes: u64, layers: u32) -> f64 {
    let reading = bytes as f64 / (bandwidth.max(1) as f64 * BANDWIDTH_SHARE);
    1.0 / (reading + f64::from(layers) * SECONDS_PER_LAYER)
}

/// The graphics probe as a role: writes one frame and ends.
pub(crate) fn serve_graphics(mut output: impl Write) -> Result<(), WireError> {
    write_frame(&mut output, &crate::graphics::probe())
        .map_err(|error| WireError::new(ErrorCode::Internal, error.to_string()))
}

/// Probes the graphics adapters in a process of its own, which a broken driver may take with it.
fn probe_graphics(cancel: &CancelToken) -> Result<Vec<AdapterReport>, WireError> {
    let mut worker: Worker<Vec<AdapterReport>> = Worker::start("graphics", &[])?;
    let deadline = Instant::now() + GRAPHICS_LIMIT;
    loop {
        match worker.wait(Instant::now() + Duration::from_millis(50)) {
            Waited::Reply(adapters) => return Ok(adapters),
            Waited::Gone => {
                return Err(WireError::new(
                    ErrorCode::WorkerCrashed,
                    format!("a graphics driver ended the probe ({})", worker.ending()),
                )
                .with_hint(
                    "the processor is used; update the graphics driver to use the graphics card",
                ));
            }
            Waited::Nothing if cancel.is_cancelled() => return Err(WireError::cancelled()),
            Waited::Nothing if Instant::now() > deadline => {
                return Err(WireError::new(
                    ErrorCode::TimedOut,
                    "a graphics driver made no answer",
                ));
            }
            Waited::Nothing => {}
        }
    }
}
