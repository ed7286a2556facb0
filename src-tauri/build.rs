//! Makes the window's context, and lets the program find the engine's libraries beside itself.

use std::path::Path;

/// What the window shows when it was built before its pages.
const PLACEHOLDER: &str = "<!doctype html><meta charset=\"utf-8\"><title>Deskmate</title>\
    <p>The pages of this window were not built: run <code>./x build</code>.</p>\n";

fn main() {
    let pages = Path::new("../ui/dist");
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=../ui/dist");
    if !pages.join("index.html").exists() {
        // Tauri compiles the pages in and refuses a folder that is not there.
        let made = std::fs::create_dir_all(pages)
            .and_then(|()| std::fs::write(pages.join("index.html"), PLACEHOLDER));
        if let Err(error) = made {
            println!(
                "cargo:warning=could not write `{}`: {error}",
                pages.display()
            );
        }
    }
    match std::env::var("CARGO_CFG_TARGET_OS").as_deref() {
        Ok("linux") => println!("cargo:rustc-link-arg-bins=-Wl,--disable-new-dtags,-rpath,$ORIGIN"),
        Ok("macos") => println!("cargo:rustc-link-arg-bins=-Wl,-rpath,@loader_path"),
        // Windows looks beside the program by itself.
        Ok(_) | Err(_) => {}
    }
    tauri_build::build();
}
