//! Puts the libraries of llama.cpp beside the programs, where they are looked for at run time.
//!
//! `llama-cpp-sys-2` leaves the CPU back ends and the versioned libraries in its own build folder; an executable in
//! `target/<profile>` would start only through `cargo run`. Here they are linked into `target/<profile>`, so that the
//! folder looks like an installation.

use std::path::{Path, PathBuf};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // Programs of this package lie in `examples` and `deps`, the libraries one folder above.
    match std::env::var("CARGO_CFG_TARGET_OS").as_deref() {
        Ok("linux") => {
            // An old-style path also counts for the libraries that the libraries need.
            println!(
                "cargo::rustc-link-arg=-Wl,--disable-new-dtags,-rpath,$ORIGIN,-rpath,$ORIGIN/.."
            );
        }
        Ok("macos") => {
            println!("cargo::rustc-link-arg=-Wl,-rpath,@loader_path,-rpath,@loader_path/..");
        }
        _ => {}
    }
    // Set by llama-cpp-sys-2 when it builds back ends as libraries; not set without the feature `engine`.
    println!("cargo::rerun-if-env-changed=DEP_LLAMA_BACKENDS_DIR");
    let Some(back_ends) = std::env::var_os("DEP_LLAMA_BACKENDS_DIR").map(PathBuf::from) else {
        return;
    };
    let Some(profile) = profile_folder() else {
        println!(
            "cargo::warning=the libraries of llama.cpp are left in `{}`",
            back_ends.display()
        );
        return;
    };
    println!("cargo::rerun-if-changed={}", back_ends.display());
    let mut folders = vec![back_ends.clone()];
    if let Some(out) = back_ends.parent() {
        folders.extend([out.join("lib"), out.join("bin")]);
    }
    for folder in folders {
        let Ok(entries) = std::fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if is_looked_for(&name) {
                place(&entry.path(), &profile.join(&name));
            }
        }
    }
}

/// `target/<profile>`, three folders above this script's output `target/<profile>/build/<package>/out`.
fn profile_folder() -> Option<PathBuf> {
    let out = PathBuf::from(std::env::var_os("OUT_DIR")?);
    out.ancestors().nth(3).map(Path::to_path_buf)
}

/// Names that a loader looks for: `libx.so`, `libx.so.0`, `libx.dylib`, `libx.0.dylib`, `x.dll`, but no full version.
fn is_looked_for(name: &str) -> bool {
    let numbers = |text: &str| {
        text.split('.')
            .filter(|part| part.parse::<u32>().is_ok())
            .count()
    };
    let library = name.contains(".so") || name.ends_with(".dylib") || name.ends_with(".dll");
    library && numbers(name) <= 1
}

/// Links a file, or copies it where that is not possible; a link that points at nothing is replaced.
fn place(from: &Path, to: &Path) {
    let Ok(from) = from.canonicalize() else {
        return;
    };
    let same = std::fs::canonicalize(to).is_ok_and(|there| {
        let length = |path: &Path| path.metadata().map(|metadata| metadata.len()).ok();
        let changed = |path: &Path| {
            path.metadata()
                .and_then(|metadata| metadata.modified())
                .ok()
        };
        length(&there) == length(&from) && changed(&there) == changed(&from)
    });
    if same {
        return;
    }
    // Absent is as good as removed.
    let _ = std::fs::remove_file(to);
    if std::fs::hard_link(&from, to).is_err()
        && let Err(error) = std::fs::copy(&from, to)
    {
        println!("cargo::warning=could not place `{}`: {error}", to.display());
    }
}
