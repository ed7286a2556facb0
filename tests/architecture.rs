//! The architecture as tests: what may depend on what, and what no file of this repository holds.
//!
//! The table is the one of `crates/README.md`. A new edge changes both in the same commit, with the reason.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};

use deskmate_tests::{Checkout, Manifest, code_only, has_word, lines_without_tests};

/// What each room may depend on, dev-dependencies included. Rooms that do not exist yet are in it already.
const MAY_DEPEND_ON: &[(&str, &[&str])] = &[
    ("core", &[]),
    // Leaves: core only, never each other.
    ("formats", &["core"]),
    ("sheets", &["core"]),
    ("llm", &["core"]),
    ("store", &["core"]),
    // Engines reach these only through the traits of core.
    ("knowledge", &["core", "formats"]),
    ("skills", &["core", "formats", "sheets", "knowledge"]),
    (
        "app",
        &[
            "core",
            "formats",
            "sheets",
            "knowledge",
            "skills",
            "llm",
            "store",
        ],
    ),
    // The shells speak the vocabulary and call the one API.
    ("cli", &["core", "app"]),
    ("src-tauri", &["core", "app"]),
    // Light: what needs an engine is tested in the room of the engine, in `app` or through the `cli`.
    (
        "tests",
        &["core", "formats", "sheets", "knowledge", "skills"],
    ),
];

/// Which rooms alone may name a package, by the beginning of the package's name.
const RESERVED_PACKAGES: &[(&str, &[&str])] = &[
    ("lance", &["store"]),
    ("llama-cpp", &["llm"]),
    ("llguidance", &["llm"]),
    ("rusqlite", &["store", "sheets"]),
    ("wgpu", &["app"]),
    ("tauri", &["src-tauri"]),
    // Nothing leaves the machine: the one download that a user can start is in `app`.
    ("ureq", &["app"]),
    ("reqwest", &[]),
    ("hyper", &[]),
    ("curl", &[]),
    ("isahc", &[]),
    ("attohttpc", &[]),
    ("minreq", &[]),
    ("tungstenite", &[]),
    ("tokio-tungstenite", &[]),
    ("openssl", &[]),
    ("native-tls", &[]),
    ("quinn", &[]),
];

/// The rooms that compile in a minute or two, and what they must therefore never reach.
const LIGHT_ROOMS: &[&str] = &["core", "formats", "sheets", "knowledge", "skills", "tests"];
const HEAVY_PACKAGES: &[&str] = &["lancedb", "llama-cpp-2", "llama-cpp-sys-2", "wgpu", "tauri"];

const MOST_LINES: usize = 600;

#[test]
fn dependencies_point_one_way() {
    let allowed: BTreeMap<&str, &[&str]> = MAY_DEPEND_ON.iter().copied().collect();
    let mut wrong = Vec::new();
    for manifest in Checkout::open().manifests() {
        let Some(may) = allowed.get(manifest.room.as_str()) else {
            wrong.push(format!("`{}` is not in the table", manifest.room));
            continue;
        };
        for dependency in &manifest.dependencies {
            let Some(room) = room_of(&dependency.package) else {
                continue;
            };
            if !may.contains(&room) {
                wrong.push(format!(
                    "`{}` -> `{room}` in {} of {}",
                    manifest.room, dependency.kind, manifest.path
                ));
            }
        }
    }
    assert_none("edges that the table does not have", &wrong);
}

#[test]
fn the_table_itself_has_no_circle() {
    // Each row names only rooms of rows above it, save that `tests` and the shells stand beside each other.
    let mut seen = BTreeSet::new();
    for (room, may) in MAY_DEPEND_ON {
        for other in *may {
            assert!(seen.contains(other), "`{room}` -> `{other}` points upwards");
        }
        seen.insert(*room);
    }
}

#[test]
fn a_package_is_named_after_its_folder() {
    let wrong: Vec<String> = Checkout::open()
        .manifests()
        .iter()
        // The desktop shell's folder is named by Tauri's custom.
        .filter(|manifest| manifest.room != "src-tauri")
        .filter(|manifest| room_of(&manifest.package) != Some(manifest.room.as_str()))
        .map(|manifest| format!("`{}` in {}", manifest.package, manifest.path))
        .collect();
    assert_none("packages that are not `deskmate-<folder>`", &wrong);
}

#[test]
fn the_engines_are_behind_the_feature_of_app() {
    let app = Checkout::open().manifest("app");
    let engines = feature(&app, "engines");
    for engine in ["deskmate-llm", "deskmate-store"] {
        for dependency in app.dependencies.iter().filter(|d| d.package == engine) {
            assert!(
                dependency.optional,
                "`app` has {engine} in {} without `optional = true`",
                dependency.kind
            );
        }
        let switch = format!("dep:{engine}");
        assert!(
            engines.contains(&switch),
            "the feature `engines` of `app` does not have `{switch}`"
        );
        // `deskmate-llm?/cuda` only passes a feature on; without the question mark it switches the engine on.
        for (name, enables) in &app.features {
            let switches_on = enables
                .iter()
                .any(|enabled| *enabled == switch || enabled.starts_with(&format!("{engine}/")));
            assert!(
                name == "engines" || !switches_on || enables.iter().any(|e| e == "engines"),
                "the feature `{name}` of `app` switches on {engine} without `engines`"
            );
        }
    }
}

#[test]
fn engines_and_network_crates_stay_in_their_rooms() {
    let mut wrong = Vec::new();
    for manifest in Checkout::open().manifests() {
        for dependency in &manifest.dependencies {
            let reserved = RESERVED_PACKAGES
                .iter()
                .find(|(beginning, _)| dependency.package.starts_with(beginning));
            if let Some((_, rooms)) = reserved
                && !rooms.contains(&manifest.room.as_str())
            {
                wrong.push(format!("`{}` in {}", dependency.package, manifest.path));
            }
        }
    }
    assert_none("packages that belong to another room or to none", &wrong);
}

#[test]
fn light_rooms_never_reach_an_engine() {
    let reached = reach(&Checkout::open());
    let mut wrong = Vec::new();
    for room in LIGHT_ROOMS {
        let Some(packages) = reached.get(&format!("deskmate-{room}")) else {
            continue;
        };
        for heavy in HEAVY_PACKAGES {
            if packages.contains(*heavy) {
                wrong.push(format!("`{room}` reaches `{heavy}`"));
            }
        }
    }
    assert_none("light rooms that pull in an engine", &wrong);
}

/// What can speak to another machine. `store` is not asked: LanceDB's table of namespaces brings `reqwest`, which is
/// never called; nothing but the downloads of `app` may.
const NETWORK_PACKAGES: &[&str] = &[
    "ureq",
    "reqwest",
    "hyper",
    "h2",
    "curl",
    "isahc",
    "rustls",
    "native-tls",
    "openssl",
    "quinn",
];

#[test]
fn the_rooms_of_readers_and_models_reach_no_package_that_speaks_to_a_network() {
    let reached = reach(&Checkout::open());
    let mut wrong = Vec::new();
    for room in ["core", "formats", "sheets", "llm", "knowledge", "skills"] {
        let packages = &reached[&format!("deskmate-{room}")];
        for network in NETWORK_PACKAGES {
            if packages.contains(*network) {
                wrong.push(format!("`{room}` reaches `{network}`"));
            }
        }
    }
    assert_none("rooms that could speak to a network", &wrong);
}

#[test]
fn default_members_are_the_light_rooms() {
    let root = Checkout::open().toml("Cargo.toml");
    let members: BTreeSet<&str> = root["workspace"]["default-members"]
        .as_array()
        .unwrap()
        .iter()
        .map(|member| member.as_str().unwrap().rsplit('/').next().unwrap())
        .collect();
    let manifests = Checkout::open().manifests();
    let light: BTreeSet<&str> = manifests
        .iter()
        .map(|manifest| manifest.room.as_str())
        .filter(|room| LIGHT_ROOMS.contains(room))
        .collect();
    assert_eq!(members, light, "`./x check` takes the default members");
}

#[test]
fn only_llm_is_unsafe() {
    let checkout = Checkout::open();
    let wrong: Vec<&str> = checkout
        .files_of(&["rs"])
        .into_iter()
        .filter(|file| !file.starts_with("crates/llm/"))
        .filter(|file| {
            has_word(
                &code_only(&checkout.text(file).unwrap_or_default()),
                "unsafe",
            )
        })
        .collect();
    assert_none("files outside `crates/llm` with unsafe code", &wrong);
}

#[test]
fn every_package_has_the_lints_of_the_workspace() {
    let wrong: Vec<String> = Checkout::open()
        .manifests()
        .into_iter()
        .filter(|manifest| !manifest.inherits_lints)
        .map(|manifest| manifest.path)
        .collect();
    assert_none("manifests without `lints.workspace = true`", &wrong);
}

#[test]
fn only_app_opens_sockets() {
    let checkout = Checkout::open();
    let sockets = ["TcpStream", "TcpListener", "UdpSocket", "ToSocketAddrs"];
    let wrong: Vec<&str> = checkout
        .files_of(&["rs"])
        .into_iter()
        .filter(|file| !file.starts_with("crates/app/"))
        .filter(|file| {
            let code = code_only(&checkout.text(file).unwrap_or_default());
            sockets.iter().any(|socket| has_word(&code, socket))
        })
        .collect();
    assert_none("files outside `crates/app` that use sockets", &wrong);
}

#[test]
fn no_file_is_too_long() {
    let checkout = Checkout::open();
    let wrong: Vec<String> = checkout
        .files_of(&["rs", "ts", "tsx"])
        .into_iter()
        .filter(|file| !is_test(file) && !is_generated(file))
        .filter_map(|file| {
            let lines = lines_without_tests(&checkout.text(file).unwrap_or_default());
            (lines > MOST_LINES).then(|| format!("{file}: {lines} lines"))
        })
        .collect();
    assert_none("files over 600 lines, tests not counted", &wrong);
}

#[test]
fn nothing_is_left_to_be_written() {
    let checkout = Checkout::open();
    let mut wrong = Vec::new();
    for file in checkout.files_of(&["rs"]) {
        let code = code_only(&checkout.text(file).unwrap_or_default());
        for (number, line) in code.lines().enumerate() {
            // In this file the words stand in strings, which are not code.
            if ["todo!", "unimplemented!"]
                .iter()
                .any(|mark| line.contains(mark))
            {
                wrong.push(format!("{file}:{}", number + 1));
            }
        }
    }
    assert_none("places that are not written yet", &wrong);
}

#[test]
fn every_crate_says_what_lives_in_it() {
    let checkout = Checkout::open();
    let wrong: Vec<String> = checkout
        .manifests()
        .iter()
        .map(|manifest| manifest.path.replace("Cargo.toml", "src/lib.rs"))
        .filter(|root| checkout.has(root))
        .filter(|root| !checkout.text(root).unwrap_or_default().starts_with("//!"))
        .collect();
    assert_none("crate roots that do not begin with `//!`", &wrong);
}

#[test]
fn the_map_names_every_room() {
    let checkout = Checkout::open();
    let map = checkout.text("crates/README.md").unwrap_or_default();
    let wrong: Vec<String> = checkout
        .manifests()
        .into_iter()
        .map(|manifest| manifest.path.replace("/Cargo.toml", ""))
        .filter(|folder| !map.contains(&format!("`{folder}`")))
        .collect();
    assert_none("rooms that crates/README.md does not name", &wrong);
}

#[test]
fn locked_packages_come_from_the_public_registry() {
    let lock = Checkout::open().toml("Cargo.lock");
    let wrong: Vec<String> = lock["package"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|package| package.get("source")?.as_str())
        .filter(|source| *source != "registry+https://github.com/rust-lang/crates.io-index")
        .map(str::to_owned)
        .collect();
    assert_none("sources of locked packages other than crates.io", &wrong);
}

#[test]
fn no_file_names_a_registry_host_or_a_home_folder() {
    // In two halves each, so that this file does not hold what it looks for.
    let hosts = [
        concat!("pypi", ".org"),
        concat!("python", "hosted.org"),
        concat!("index.", "crates.io"),
        concat!("static.", "crates.io"),
        concat!("registry.", "npmjs.org"),
        concat!("--index", "-url"),
    ];
    let homes = [
        concat!("/", "home/"),
        concat!("/", "Users/"),
        concat!("\\", "Users\\"),
        concat!("/", "root/"),
    ];
    let checkout = Checkout::open();
    let mut wrong = Vec::new();
    for file in checkout.files() {
        if file.ends_with(".lock") || file.ends_with("package-lock.json") {
            continue;
        }
        let Some(text) = checkout.text(file) else {
            continue;
        };
        for (number, line) in text.lines().enumerate() {
            let host = hosts.iter().any(|host| line.contains(host));
            let home = homes.iter().any(|home| names_a_folder(line, home));
            if host || home {
                wrong.push(format!("{file}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    assert_none("lines with a registry host or a home folder", &wrong);
}

/// True when `line` has the absolute path `home` with a name in it that is no placeholder.
fn names_a_folder(line: &str, home: &str) -> bool {
    line.match_indices(home).any(|(start, _)| {
        let before = line[..start].chars().next_back();
        // `https://example.org/home/` and `../root/` are not paths of a machine; `C:\Users\` is.
        let absolute = home.starts_with('\\')
            || !before.is_some_and(|c| c.is_alphanumeric() || "._-~}$*/".contains(c));
        let name: String = line[start + home.len()..]
            .chars()
            .take_while(|c| c.is_alphanumeric() || "._-".contains(*c))
            .collect();
        absolute && (home == concat!("/", "root/") || !name.is_empty()) && name != "user"
    })
}

fn is_test(file: &str) -> bool {
    let name = file.rsplit('/').next().unwrap_or(file);
    file.split('/').any(|folder| folder == "tests")
        || name == "tests.rs"
        || name.ends_with("_tests.rs")
        || name.contains(".test.")
}

fn is_generated(file: &str) -> bool {
    file.contains(".gen.")
}

fn room_of(package: &str) -> Option<&str> {
    package.strip_prefix("deskmate-")
}

fn feature<'a>(manifest: &'a Manifest, name: &str) -> &'a [String] {
    manifest
        .features
        .iter()
        .find(|(feature, _)| feature == name)
        .map_or(&[], |(_, enables)| enables.as_slice())
}

/// For each of our packages all packages that the lock file leads to from it.
fn reach(checkout: &Checkout) -> BTreeMap<String, BTreeSet<String>> {
    let lock = checkout.toml("Cargo.lock");
    let mut edges: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for package in lock["package"].as_array().unwrap() {
        let targets = package
            .get("dependencies")
            .and_then(toml::Value::as_array)
            .into_iter()
            .flatten()
            // `name` or `name version`; versions of one package are taken together, which can only find more.
            .map(|dependency| dependency.as_str().unwrap().split(' ').next().unwrap());
        edges
            .entry(package["name"].as_str().unwrap())
            .or_default()
            .extend(targets);
    }
    let ours = edges.keys().filter(|name| room_of(name).is_some());
    ours.map(|&start| {
        let mut reached = BTreeSet::new();
        let mut waiting = vec![start];
        while let Some(package) = waiting.pop() {
            if reached.insert(package.to_owned()) {
                waiting.extend(edges.get(package).into_iter().flatten());
            }
        }
        (start.to_owned(), reached)
    })
    .collect()
}

fn assert_none(what: &str, found: &[impl std::fmt::Display]) {
    let lines: Vec<String> = found.iter().map(|one| format!("  {one}")).collect();
    assert!(found.is_empty(), "{what}:\n{}", lines.join("\n"));
}
