//! The back ends of llama.cpp: libraries beside the executable, loaded once before anything else.

use std::path::{Path, PathBuf};

use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::{LlamaBackendDeviceType, list_llama_ggml_backend_devices};

use deskmate_core::{ErrorCode, WireError};

use crate::protocol::{Device, DeviceKind};
use crate::{logs, machine, native};

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
            load_from(&found);
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

/// Builds for the processor that are not used: their matrix code (AMX) reads tile settings that the compiler has taken
/// away, and dies of an illegal instruction. Source: llama.cpp pull request 26954; seen here on a Xeon of 2023. The next
/// best build of the same processor uses AVX-512.
const FAULTY: [&str; 1] = ["sapphirerapids"];

/// Loads every back end of a folder: those for graphics first, then the best build for this processor.
fn load_from(folder: &Path) {
    let mut best: Option<(i32, PathBuf)> = None;
    for (name, path) in libraries(folder) {
        let Some(variant) = name.strip_prefix("cpu") else {
            native::load_back_end(&path);
            continue;
        };
        if FAULTY.contains(&variant.trim_start_matches('-')) {
            continue;
        }
        let score = native::score_of_back_end(&path).unwrap_or(0);
        if score > best.as_ref().map_or(0, |(best, _)| *best) {
            best = Some((score, path));
        }
    }
    if let Some((_, path)) = best {
        native::load_back_end(&path);
    }
}

/// The back ends in a folder by name, `cpu-haswell`, `vulkan`, in the order of their names, processors last.
fn libraries(folder: &Path) -> Vec<(String, PathBuf)> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut found: Vec<(String, PathBuf)> = entries
        .flatten()
        .filter_map(|entry| {
            let file = entry.file_name();
            let file = file.to_str()?;
            let stem = [".so", ".dll", ".dylib"]
                .iter()
                .find_map(|ending| file.strip_suffix(ending))?;
            let name = stem.strip_prefix("lib").unwrap_or(stem);
            let name = name.strip_prefix("ggml-")?;
            (name != "base").then(|| (name.to_owned(), entry.path()))
        })
        .collect();
    found.sort_by_key(|(name, _)| (name.starts_with("cpu"), name.clone()));
    found
}

fn holds_back_ends(folder: &Path) -> bool {
    libraries(folder)
        .iter()
        .any(|(name, _)| name.starts_with("cpu"))
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

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn back_ends_are_found_by_name_and_graphics_come_first() {
        let folder = tempfile::tempdir().unwrap();
        for file in [
            "libggml-base.so",
            "libggml.so",
            "libggml-cpu-zen4.so",
            "libggml-cpu-sapphirerapids.so",
            "libggml-vulkan.so",
            "libggml-base.so.0",
            "ggml-cuda.dll",
            "notes.txt",
        ] {
            std::fs::write(folder.path().join(file), b"").unwrap();
        }
        let names: Vec<String> = libraries(folder.path())
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        assert_eq!(names, ["cuda", "vulkan", "cpu-sapphirerapids", "cpu-zen4"]);
        assert!(holds_back_ends(folder.path()));
    }

    #[test]
    fn the_build_with_the_faulty_matrix_code_is_never_loaded() {
        // Loading is once for a process, and this is the only test of the room that does it.
        let backends = Backends::load(None).unwrap();
        assert!(backends.folder.is_some());
        let variant = machine::loaded_cpu_variant();
        if cfg!(target_os = "linux") {
            let variant = variant.unwrap();
            assert!(!FAULTY.contains(&variant.as_str()), "{variant}");
        }
    }
}
