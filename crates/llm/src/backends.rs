//! The back ends of llama.cpp: libraries beside the executable, loaded once before anything else.

use std::path::{Path, PathBuf};

use llama_cpp_2::llama_backend::{LlamaBackend, load_backends_from_path};
use llama_cpp_2::{LlamaBackendDeviceType, list_llama_ggml_backend_devices};

use deskmate_core::{ErrorCode, WireError};

use crate::protocol::{Device, DeviceKind};
use crate::{logs, machine};

/// llama.cpp, ready to load models.
#[derive(Debug)]
pub(crate) struct Backends {
    /// Proof that llama.cpp is initialized; dropping it shuts llama.cpp down.
    pub(crate) backend: LlamaBackend,
    /// Where the libraries came from; `None` when they are compiled in.
    pub(crate) folder: Option<PathBuf>,
}

impl Backends {
    /// Loads the back ends from `folder`, or from the executable's surroundings.
    ///
    /// # Errors
    /// `Internal` when none is found or none fits this processor.
    pub(crate) fn load(folder: Option<&Path>) -> Result<Self, WireError> {
        logs::install();
        let mut from = None;
        // A build with compiled-in back ends has devices before anything is loaded.
        if list_llama_ggml_backend_devices().is_empty() {
            let candidates = match folder {
                Some(folder) => vec![folder.to_path_buf()],
                None => surroundings(),
            };
            let found = candidates.iter().find(|folder| holds_back_ends(folder));
            let Some(found) = found.and_then(|folder| std::path::absolute(folder).ok()) else {
                return Err(missing(&candidates));
            };
            if found.to_str().is_none_or(|text| text.contains('\0')) {
                return Err(WireError::new(
                    ErrorCode::InvalidInput,
                    format!(
                        "the folder `{}` cannot be given to llama.cpp",
                        found.display()
                    ),
                )
                .with_hint("install the program in a folder with a plain name"));
            }
            load_backends_from_path(&found);
            if list_llama_ggml_backend_devices().is_empty() {
                return Err(WireError::new(
                    ErrorCode::Internal,
                    format!(
                        "no llama.cpp back end in `{}` runs on this processor",
                        found.display()
                    ),
                )
                .with_hint("install the program again, in the version for this processor"));
            }
            from = Some(found);
        }
        let backend = LlamaBackend::init().map_err(|error| {
            WireError::new(
                ErrorCode::Internal,
                format!("llama.cpp could not be started: {error}"),
            )
        })?;
        Ok(Self {
            backend,
            folder: from,
        })
    }
}

/// Where the libraries lie: beside an installed program, or above the folders of test and example binaries.
fn surroundings() -> Vec<PathBuf> {
    let Ok(executable) = std::env::current_exe() else {
        return Vec::new();
    };
    let Some(folder) = executable.parent() else {
        return Vec::new();
    };
    let mut folders = vec![folder.to_path_buf(), folder.join("backends")];
    let name = folder.file_name().and_then(|name| name.to_str());
    if let (Some("deps" | "examples"), Some(parent)) = (name, folder.parent()) {
        folders.push(parent.to_path_buf());
    }
    if let Some(prefix) = folder.parent() {
        folders.push(prefix.join("lib").join("deskmate"));
    }
    folders
}

fn holds_back_ends(folder: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return false;
    };
    entries.flatten().any(|entry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let stem = name.strip_prefix("lib").unwrap_or(&name);
        stem.starts_with("ggml-cpu")
            && [".so", ".dll", ".dylib"]
                .iter()
                .any(|end| name.ends_with(end))
    })
}

fn missing(candidates: &[PathBuf]) -> WireError {
    let folders: Vec<String> = candidates
        .iter()
        .map(|folder| format!("`{}`", folder.display()))
        .collect();
    WireError::new(
        ErrorCode::Internal,
        format!("no llama.cpp back end was found in {}", folders.join(", ")),
    )
    .with_hint("install the program again; its libraries `ggml-cpu-…` are missing")
}

/// The devices that the loaded back ends offer.
pub(crate) fn devices() -> Vec<Device> {
    list_llama_ggml_backend_devices()
        .into_iter()
        .map(|device| Device {
            name: device.name,
            description: device.description,
            backend: device.backend,
            kind: match device.device_type {
                LlamaBackendDeviceType::Cpu => DeviceKind::Cpu,
                LlamaBackendDeviceType::Accelerator => DeviceKind::Accelerator,
                LlamaBackendDeviceType::Gpu => DeviceKind::Gpu,
                LlamaBackendDeviceType::IntegratedGpu => DeviceKind::IntegratedGpu,
                LlamaBackendDeviceType::Unknown => DeviceKind::Unknown,
            },
            memory_total_bytes: device.memory_total as u64,
            memory_free_bytes: device.memory_free as u64,
        })
        .collect()
}

/// The machine as the plan sees it.
pub(crate) fn machine_facts() -> crate::plan::Machine {
    let devices = devices();
    // Where the system does not tell, llama.cpp's processor device knows the total and, on Windows, what is free.
    let (memory_total_bytes, memory_available_bytes) = machine::memory().unwrap_or_else(|| {
        devices
            .iter()
            .find(|device| device.kind == DeviceKind::Cpu)
            .map_or((0, 0), |cpu| {
                (cpu.memory_total_bytes, cpu.memory_free_bytes)
            })
    });
    crate::plan::Machine {
        physical_cores: machine::physical_cores(),
        memory_total_bytes,
        memory_available_bytes,
        devices,
    }
}
