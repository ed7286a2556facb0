//! Landlock for files, then seccomp, which would forbid Landlock's own calls.

use std::path::{Path, PathBuf};

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible, Ruleset, RulesetAttr,
    RulesetCreatedAttr, RulesetError, RulesetStatus, Scope, make_bitflags, path_beneath_rules,
};

use super::system_calls;
use super::{Confinement, Hold, Needs};

/// The newest rules that are asked for; older kernels hold what they know.
const RULES: ABI = ABI::V6;

/// What the loader, llama.cpp and the drivers of graphics devices read. What is not there is passed over.
const SYSTEM: &[&str] = &[
    "/usr",
    "/lib",
    "/lib32",
    "/lib64",
    "/opt",
    "/nix/store",
    "/run/opengl-driver",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/vulkan",
    "/etc/OpenCL",
    "/etc/glvnd",
    "/etc/drirc",
    "/etc/nvidia",
    "/proc",
    "/sys",
];

/// Written to as well: devices, and where drivers keep compiled shaders (below the user's home).
const DEVICES: &[&str] = &[
    "/dev/null",
    "/dev/zero",
    "/dev/urandom",
    "/dev/random",
    "/dev/shm",
    "/dev/dri",
    "/dev/kfd",
    "/dev/dxg",
    "/dev/nvidiactl",
    "/dev/nvidia-modeset",
    "/dev/nvidia-uvm",
    "/dev/nvidia-uvm-tools",
    "/dev/nvidia-caps",
];
const SHADER_CACHES: &[&str] = &[
    ".cache/mesa_shader_cache",
    ".cache/mesa_shader_cache_db",
    ".cache/nvidia",
    ".nv",
];

pub(super) fn confine(needs: &Needs) -> Confinement {
    let files = match files(needs) {
        Ok(RulesetStatus::FullyEnforced) => Hold::Full,
        Ok(RulesetStatus::PartiallyEnforced) => Hold::Partial,
        Ok(RulesetStatus::NotEnforced) | Err(_) => Hold::None,
    };
    let system_calls = match system_calls::forbid(needs) {
        Ok(()) => Hold::Full,
        Err(_) => Hold::None,
    };
    Confinement {
        system_calls,
        files,
    }
}

fn files(needs: &Needs) -> Result<RulesetStatus, RulesetError> {
    let read: BitFlags<AccessFs> = make_bitflags!(AccessFs::{ReadFile | ReadDir});
    let created = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(RULES))?
        .handle_access(AccessNet::from_all(RULES))?
        .scope(Scope::from_all(RULES))?
        .create()?;
    let restricted = match needs {
        Needs::Frames => created.restrict_self()?,
        Needs::Model { reads } => created
            .add_rules(path_beneath_rules(SYSTEM, read))?
            .add_rules(path_beneath_rules(program_folders(), read))?
            .add_rules(path_beneath_rules(reads, read))?
            .add_rules(path_beneath_rules(
                graphics(),
                read | AccessFs::WriteFile | AccessFs::IoctlDev,
            ))?
            .add_rules(path_beneath_rules(
                shader_caches(),
                AccessFs::from_all(RULES) & !AccessFs::Execute,
            ))?
            .restrict_self()?,
    };
    Ok(restricted.ruleset)
}

/// Where this program's libraries lie: beside it, or above the folders of test binaries.
fn program_folders() -> Vec<PathBuf> {
    let Ok(program) = std::env::current_exe() else {
        return Vec::new();
    };
    let Some(folder) = program.parent() else {
        return Vec::new();
    };
    let mut folders = vec![folder.to_path_buf()];
    if let Some(above) = folder.parent() {
        folders.push(above.join("lib").join("deskmate"));
        let name = folder.file_name().and_then(|name| name.to_str());
        if matches!(name, Some("deps" | "examples")) {
            folders.push(above.to_path_buf());
        }
    }
    folders
}

fn graphics() -> Vec<PathBuf> {
    let mut devices: Vec<PathBuf> = DEVICES.iter().map(PathBuf::from).collect();
    devices.extend((0..16).map(|number| PathBuf::from(format!("/dev/nvidia{number}"))));
    devices
}

fn shader_caches() -> Vec<PathBuf> {
    let Some(home) = std::env::var_os("HOME") else {
        return Vec::new();
    };
    let home = Path::new(&home);
    SHADER_CACHES.iter().map(|cache| home.join(cache)).collect()
}
