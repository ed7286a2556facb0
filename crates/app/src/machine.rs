//! This machine in a few words, and what is measured on it.

use std::sync::{Arc, Mutex, PoisonError};

use deskmate_core::{CancelToken, WireError};
use deskmate_llm::protocol::{DeviceKind, MachineReport};
use serde::Serialize;

use crate::app::App;
use crate::doctor;

/// This machine as a shell shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(
    feature = "typescript",
    derive(ts_rs::TS),
    ts(rename = "MachineReport")
)]
pub struct MachineView {
    /// Name of the processor.
    pub processor: String,
    /// Physical cores.
    pub physical_cores: usize,
    /// Memory.
    pub memory_total_bytes: u64,
    /// Name of the graphics device in use; none: the processor.
    pub graphics: Option<String>,
    /// Why this device, one sentence.
    pub reason: String,
    /// Which build of the engine runs, e.g. `zen4`.
    pub cpu_variant: Option<String>,
}

/// The report of this machine, asked for once: measuring its memory takes a third of a second.
#[derive(Debug, Default)]
pub(crate) struct MachineFacts(Mutex<Option<Arc<MachineReport>>>);

impl MachineFacts {
    pub(crate) fn get(&self, cancel: &CancelToken) -> Result<Arc<MachineReport>, WireError> {
        let mut guard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(report) = guard.as_ref() {
            return Ok(Arc::clone(report));
        }
        let report = Arc::new(doctor::machine_report(cancel)?);
        *guard = Some(Arc::clone(&report));
        Ok(report)
    }
}

impl App {
    /// This machine, and which device runs the chat model and why.
    ///
    /// # Errors
    /// Those of starting a worker.
    pub fn machine(&self, cancel: &CancelToken) -> Result<MachineView, WireError> {
        let report = self.machine_facts().get(cancel)?;
        let active = self.active_chat()?;
        let (gpu_layers, reason) = match &active {
            Some(status) => {
                let entry = self.models().catalog().find(&status.id);
                let fit = doctor::fit(&status.id, status.bytes, entry, &report);
                (fit.gpu_layers, fit.reason)
            }
            None => (0, "no language model is installed".to_string()),
        };
        let graphics = report.devices.iter().find(|device| match device.kind {
            DeviceKind::Gpu | DeviceKind::IntegratedGpu => true,
            DeviceKind::Cpu | DeviceKind::Accelerator | DeviceKind::Unknown => false,
        });
        Ok(MachineView {
            processor: processor_name(),
            physical_cores: report.physical_cores,
            memory_total_bytes: report.memory_total_bytes,
            graphics: graphics
                .filter(|_| gpu_layers > 0)
                .map(|device| device.description.clone()),
            reason,
            cpu_variant: report.cpu_variant.clone(),
        })
    }
}

/// The processor's name as the system gives it.
fn processor_name() -> String {
    let linux = std::fs::read_to_string("/proc/cpuinfo")
        .ok()
        .and_then(|text| name_in_cpuinfo(&text));
    linux
        .or_else(|| std::env::var("PROCESSOR_IDENTIFIER").ok())
        .unwrap_or_else(|| std::env::consts::ARCH.to_string())
}

fn name_in_cpuinfo(text: &str) -> Option<String> {
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_processor_has_a_name() {
        let text = "processor\t: 0\nmodel name\t: AMD Ryzen 5 7600\nflags\t: fpu\n";
        assert_eq!(name_in_cpuinfo(text).as_deref(), Some("AMD Ryzen 5 7600"));
        assert_eq!(name_in_cpuinfo("processor\t: 0\n"), None);
    }
}
