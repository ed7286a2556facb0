//! The commands of the window against those that its TypeScript calls, and what is open to it.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn read(path: &str) -> String {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("{}", path.display()))
}

/// Names in `generate_handler!`.
fn registered() -> BTreeSet<String> {
    let source = read("src/commands/mod.rs");
    let (_, list) = source.split_once("generate_handler![").unwrap();
    let (list, _) = list.split_once(']').unwrap();
    let names = list
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty());
    names
        .map(|name| name.rsplit("::").next().unwrap().to_string())
        .collect()
}

/// Names in `invoke("…")` and `stream("…")`.
fn called() -> BTreeSet<String> {
    let source = read("../ui/src/backend/tauri.ts");
    let mut names = BTreeSet::new();
    for part in source.split(['(', '<', '>']) {
        let Some(rest) = part.trim_start().strip_prefix('"') else {
            continue;
        };
        let name: String = rest
            .chars()
            .take_while(|c| c.is_ascii_lowercase() || *c == '_')
            .collect();
        if rest[name.len()..].starts_with('"') && name != "changed" {
            names.insert(name);
        }
    }
    names
}

#[test]
fn the_window_calls_every_command_and_no_other() {
    assert_eq!(registered(), called());
}

#[test]
fn the_window_may_do_no_more_than_call_the_commands_and_listen() {
    let capability: serde_json::Value =
        serde_json::from_str(&read("capabilities/main.json")).unwrap();
    assert_eq!(
        capability["permissions"],
        serde_json::json!(["core:event:allow-listen", "core:event:allow-unlisten"])
    );
    let files = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("capabilities"));
    assert_eq!(files.unwrap().count(), 1);
}

#[test]
fn the_policy_lets_no_script_and_no_address_in_from_outside() {
    let config: serde_json::Value = serde_json::from_str(&read("tauri.conf.json")).unwrap();
    let policy = config["app"]["security"]["csp"].as_object().unwrap();
    assert_eq!(policy["default-src"], "'none'");
    assert_eq!(policy["script-src"], "'self'");
    for (directive, sources) in policy {
        for source in sources.as_str().unwrap().split(' ') {
            let is_known = matches!(
                source,
                "'none'"
                    | "'self'"
                    | "'unsafe-inline'"
                    | "data:"
                    | "blob:"
                    | "ipc:"
                    | "http://ipc.localhost"
            );
            assert!(is_known, "`{source}` in {directive}");
            assert!(
                source != "'unsafe-inline'" || directive == "style-src",
                "`{source}` in {directive}"
            );
        }
    }
    assert_eq!(config["app"]["withGlobalTauri"], false);
}
