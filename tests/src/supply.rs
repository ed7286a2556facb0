//! What the program is made of: every package of Rust and npm with its version, licence, source and checksum.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

use crate::Checkout;

/// Where a package comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ecosystem {
    /// crates.io.
    Cargo,
    /// The npm registry.
    Npm,
}

/// A package that is not ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its registry.
    pub ecosystem: Ecosystem,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its licence as an SPDX expression; none when it names none.
    pub licence: Option<String>,
    /// Where it is fetched from; none for the public registry.
    pub foreign_source: Option<String>,
    /// Algorithm and digest in hexadecimal digits, as the lock file has it.
    pub checksum: Option<(&'static str, String)>,
    /// Comes inside of another package, whose checksum covers it.
    pub is_bundled: bool,
    /// Part of what ships; others only build or test it.
    pub ships: bool,
}

/// All packages of both lock files.
#[derive(Debug)]
pub struct Supply {
    /// By registry, name and version.
    pub parts: Vec<Part>,
    /// Our own packages and theirs, by what they build on: from and to.
    pub edges: BTreeSet<(String, String)>,
}

const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// The programs that ship.
const PROGRAMS: [&str; 2] = ["deskmate-cli", "deskmate-desktop"];

impl Supply {
    /// Reads what cargo knows of this platform without a network, and the lock files.
    ///
    /// # Panics
    /// When cargo cannot tell, e.g. because the packages were never fetched.
    pub fn read(checkout: &Checkout) -> Self {
        let metadata = metadata(checkout);
        let (mut parts, edges) = cargo_parts(&metadata, &checksums(checkout));
        parts.extend(npm_parts(checkout));
        parts.sort_by(|a, b| {
            (a.ecosystem, &a.name, &a.version).cmp(&(b.ecosystem, &b.name, &b.version))
        });
        Self { parts, edges }
    }
}

impl Part {
    /// Its package URL.
    pub fn purl(&self) -> String {
        match self.ecosystem {
            Ecosystem::Cargo => format!("pkg:cargo/{}@{}", self.name, self.version),
            Ecosystem::Npm => {
                format!("pkg:npm/{}@{}", self.name.replace('@', "%40"), self.version)
            }
        }
    }
}

fn metadata(checkout: &Checkout) -> Value {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let platform = Command::new(&cargo)
        .args(["-vV"])
        .output()
        .expect("cargo runs");
    let platform = String::from_utf8_lossy(&platform.stdout).into_owned();
    let platform = platform
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .expect("cargo names its platform");
    // The packages of other platforms were not fetched here.
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--offline", "--locked"])
        .args(["--filter-platform", platform])
        .current_dir(checkout.root())
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "cargo cannot tell what is built on: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).expect("cargo writes JSON")
}

/// Digests of the lock file by name and version.
fn checksums(checkout: &Checkout) -> BTreeMap<(String, String), String> {
    let lock = checkout.toml("Cargo.lock");
    let text = |package: &toml::Value, key: &str| Some(package.get(key)?.as_str()?.to_owned());
    lock["package"]
        .as_array()
        .expect("the lock file lists packages")
        .iter()
        .filter_map(|package| {
            let key = (text(package, "name")?, text(package, "version")?);
            Some((key, text(package, "checksum")?))
        })
        .collect()
}

fn cargo_parts(
    metadata: &Value,
    checksums: &BTreeMap<(String, String), String>,
) -> (Vec<Part>, BTreeSet<(String, String)>) {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let packages: BTreeMap<String, Value> = list(&metadata["packages"])
        .into_iter()
        .map(|package| (text(&package["id"]), package))
        .collect();
    let name_of = |id: &str| text(&packages[id]["name"]);
    let mut edges = BTreeSet::new();
    let mut shipping: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for node in list(&metadata["resolve"]["nodes"]) {
        let from = text(&node["id"]);
        for dependency in list(&node["deps"]) {
            let to = text(&dependency["pkg"]);
            edges.insert((name_of(&from), name_of(&to)));
            // A kind of nothing is an ordinary dependency; others build or test.
            if list(&dependency["dep_kinds"])
                .iter()
                .any(|kind| kind["kind"].is_null())
            {
                shipping.entry(from.clone()).or_default().push(to);
            }
        }
    }
    let mut ships = BTreeSet::new();
    let mut waiting: Vec<String> = packages
        .keys()
        .filter(|id| PROGRAMS.contains(&name_of(id).as_str()))
        .cloned()
        .collect();
    while let Some(id) = waiting.pop() {
        if ships.insert(id.clone()) {
            waiting.extend(shipping.get(&id).into_iter().flatten().cloned());
        }
    }
    let parts = packages
        .iter()
        .filter(|(_, package)| !package["source"].is_null() || !is_ours(&text(&package["name"])))
        .map(|(id, package)| {
            let (name, version) = (text(&package["name"]), text(&package["version"]));
            let source = text(&package["source"]);
            let checksum = checksums.get(&(name.clone(), version.clone()));
            Part {
                ecosystem: Ecosystem::Cargo,
                // The old form of a choice, which SPDX writes as a word.
                licence: package["license"]
                    .as_str()
                    .map(|licence| licence.replace(" / ", "/").replace('/', " OR ")),
                foreign_source: (source != REGISTRY).then_some(source),
                checksum: checksum.map(|digest| ("SHA-256", digest.clone())),
                is_bundled: false,
                ships: ships.contains(id),
                name,
                version,
            }
        })
        .collect();
    (parts, edges)
}

fn is_ours(name: &str) -> bool {
    name.starts_with("deskmate-")
}

fn npm_parts(checkout: &Checkout) -> Vec<Part> {
    let text = checkout
        .text("ui/package-lock.json")
        .expect("the pages have a lock file");
    let lock: Value = serde_json::from_str(&text).expect("the lock file is JSON");
    let packages = lock["packages"].as_object().cloned().unwrap_or_default();
    packages
        .iter()
        .filter_map(|(place, package)| {
            let (_, name) = place.rsplit_once("node_modules/")?;
            let string = |key: &str| package[key].as_str().map(str::to_owned);
            Some(Part {
                ecosystem: Ecosystem::Npm,
                name: name.to_owned(),
                version: string("version").unwrap_or_default(),
                licence: string("license"),
                // Our lock file leaves the public registry out: what names a place is from another one.
                foreign_source: string("resolved"),
                checksum: string("integrity").and_then(|text| {
                    Some(("SHA-512", hex_of_base64(text.strip_prefix("sha512-")?)?))
                }),
                is_bundled: package["inBundle"] == true,
                ships: package["dev"] != true && package["optional"] != true,
            })
        })
        .collect()
}

fn hex_of_base64(text: &str) -> Option<String> {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bits, mut held, mut out) = (0_u32, 0, String::new());
    for byte in text.trim_end_matches('=').bytes() {
        let digit = DIGITS.iter().position(|known| *known == byte)?;
        bits = (bits << 6 | u32::try_from(digit).ok()?) & 0xffff;
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push_str(&format!("{:02x}", bits >> held & 0xff));
        }
    }
    Some(out)
}

/// Whether an SPDX expression can be met with these licences: of alternatives one is enough, of what is joined all.
pub fn can_be_met(expression: &str, allowed: &[&str]) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    alternatives(&words, &mut at, allowed) && at == words.len()
}

fn alternatives(words: &[&str], at: &mut usize, allowed: &[&str]) -> bool {
    let mut met = joined(words, at, allowed);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        // Both sides are read, whichever is met.
        met |= joined(words, at, allowed);
    }
    met
}

fn joined(words: &[&str], at: &mut usize, allowed: &[&str]) -> bool {
    let mut met = one(words, at, allowed);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        met &= one(words, at, allowed);
    }
    met
}

fn one(words: &[&str], at: &mut usize, allowed: &[&str]) -> bool {
    let word = words.get(*at);
    // Past the end too: an expression that breaks off is none.
    *at += 1;
    let Some(word) = word else { return false };
    if *word == "(" {
        let met = alternatives(words, at, allowed);
        let is_closed = words.get(*at) == Some(&")");
        *at += 1;
        return met && is_closed;
    }
    let mut name = (*word).to_owned();
    if words.get(*at) == Some(&"WITH")
        && let Some(exception) = words.get(*at + 1)
    {
        name = format!("{name} WITH {exception}");
        *at += 2;
    }
    allowed.contains(&name.as_str())
}
