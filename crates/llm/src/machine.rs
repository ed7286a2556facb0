//! What this machine is: cores, memory, features of the processor.

use std::path::Path;

/// Physical cores that this process may use, at least 1.
///
/// Two threads of one core share its arithmetic units, so llama.cpp gains nothing from the second; a container or an
/// affinity mask may leave fewer than the machine has.
pub fn physical_cores() -> usize {
    num_cpus::get_physical().min(usable_threads()).max(1)
}

/// Threads that this process may run at the same time, at least 1.
pub fn usable_threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Total and available memory in bytes, where the system tells them in a file (Linux).
pub fn memory() -> Option<(u64, u64)> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let (mut total, mut available) = parse_meminfo(&text)?;
    // A container's limit counts when it is below what the machine has.
    if let Some(limit) = read_number(Path::new("/sys/fs/cgroup/memory.max")) {
        let used = read_number(Path::new("/sys/fs/cgroup/memory.current")).unwrap_or(0);
        total = total.min(limit);
        available = available.min(limit.saturating_sub(used));
    }
    Some((total, available))
}

fn read_number(path: &Path) -> Option<u64> {
    std::fs::read_to_string(path).ok()?.trim().parse().ok()
}

fn parse_meminfo(text: &str) -> Option<(u64, u64)> {
    let field = |name: &str| -> Option<u64> {
        let line = text.lines().find(|line| line.starts_with(name))?;
        let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
        kib.checked_mul(1024)
    };
    Some((field("MemTotal:")?, field("MemAvailable:")?))
}

/// Names of the processor's features that decide about the speed of a model.
pub fn cpu_features() -> Vec<String> {
    let mut found: Vec<&str> = Vec::new();
    #[cfg(target_arch = "x86_64")]
    {
        macro_rules! probe {
            ($($name:tt),*) => { $(if std::is_x86_feature_detected!($name) { found.push($name); })* };
        }
        probe!(
            "sse4.2",
            "avx",
            "f16c",
            "fma",
            "avx2",
            "bmi2",
            "avxvnni",
            "avx512f",
            "avx512bw",
            "avx512vbmi",
            "avx512vnni",
            "avx512bf16"
        );
    }
    #[cfg(target_arch = "aarch64")]
    {
        macro_rules! probe {
            ($($name:tt),*) => { $(if std::arch::is_aarch64_feature_detected!($name) { found.push($name); })* };
        }
        probe!("neon", "dotprod", "fp16", "i8mm", "bf16", "sve", "sve2");
    }
    found.iter().map(ToString::to_string).collect()
}

/// The CPU build of llama.cpp that is loaded into this process, e.g. `zen4`, where the system tells it (Linux).
pub fn loaded_cpu_variant() -> Option<String> {
    variant_in(&std::fs::read_to_string("/proc/self/maps").ok()?)
}

fn variant_in(maps: &str) -> Option<String> {
    let start = maps.find("libggml-cpu-")? + "libggml-cpu-".len();
    let end = maps[start..].find(".so")?;
    Some(maps[start..start + end].to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_from_the_lines_that_name_it() {
        let text = "MemTotal:       16384 kB\nMemFree: 1 kB\nMemAvailable:    8192 kB\n";
        assert_eq!(parse_meminfo(text), Some((16 << 20, 8 << 20)));
        assert_eq!(parse_meminfo("MemTotal: many kB"), None);
    }

    #[test]
    fn the_loaded_build_is_named_by_its_library() {
        let maps = "7f00 r-xp 0 fd:00 1 /opt/app/libggml-cpu-zen4.so\n7f01 r--p 0 fd:00 2 /lib/libc.so.6\n";
        assert_eq!(variant_in(maps).as_deref(), Some("zen4"));
        assert_eq!(variant_in("7f00 /lib/libc.so.6"), None);
    }

    #[test]
    fn there_is_at_least_one_core() {
        assert!(physical_cores() >= 1);
        assert!(physical_cores() <= usable_threads());
    }
}
