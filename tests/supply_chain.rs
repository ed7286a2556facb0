//! What the program is made of: licences, sources and network clients of every package, as the lock files have them.
//!
//! Of Rust the packages of this platform; those of others were not fetched here. Advisories need a network and are left
//! to `cargo deny check`.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;

use deskmate_tests::{Checkout, Ecosystem, Part, Supply, can_be_met};

/// Licences of tools that build and test the pages and are given to nobody.
const ALLOWED_FOR_TOOLS: &[&str] = &["MPL-2.0", "BlueOak-1.0.0", "CC-BY-4.0"];

/// What opens connections, or lets others do so.
const CLIENTS: &[&str] = &[
    "ureq",
    "reqwest",
    "hyper",
    "h2",
    "quinn",
    "curl",
    "isahc",
    "attohttpc",
    "minreq",
    "surf",
    "awc",
    "tonic",
    "tungstenite",
    "tokio-tungstenite",
    "async-tungstenite",
    "hickory-resolver",
    "trust-dns-resolver",
    "lettre",
    "suppaftp",
    "ssh2",
    "russh",
    "libp2p",
    "oauth2",
    "sentry",
    "opentelemetry-otlp",
    "aws-config",
    "aws-sdk-s3",
];

/// What clients are made of.
const PLUMBING: &[&str] = &[
    "hyper-util",
    "hyper-rustls",
    "tokio-rustls",
    "quinn-proto",
    "quinn-udp",
];

/// Who may build on a client.
const MAY_BUILD_ON_CLIENTS: &[(&str, &str)] = &[
    // The download of a model, which a user starts.
    ("deskmate-app", "ureq"),
    // Comes with LanceDB for its cloud; nothing calls it, and workers have no sockets.
    ("lance-namespace-reqwest-client", "reqwest"),
];

fn named(part: &Part) -> String {
    format!("{} {} ({:?})", part.name, part.version, part.licence)
}

fn assert_none(what: &str, found: Vec<String>) {
    assert!(found.is_empty(), "{what}:\n  {}", found.join("\n  "));
}

#[test]
fn every_licence_is_one_that_deny_toml_allows() {
    let checkout = Checkout::open();
    let deny = checkout.toml("deny.toml");
    let strings = |value: &toml::Value| -> Vec<String> {
        let array = value.as_array().unwrap().iter();
        array.map(|one| one.as_str().unwrap().to_owned()).collect()
    };
    let allowed = strings(&deny["licenses"]["allow"]);
    let exceptions: BTreeMap<String, Vec<String>> = deny["licenses"]["exceptions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (
                one["crate"].as_str().unwrap().to_owned(),
                strings(&one["allow"]),
            )
        })
        .collect();
    let mut wrong = Vec::new();
    for part in &Supply::read(&checkout).parts {
        let mut may: Vec<&str> = allowed.iter().map(String::as_str).collect();
        if part.ecosystem == Ecosystem::Cargo {
            may.extend(
                exceptions
                    .get(&part.name)
                    .into_iter()
                    .flatten()
                    .map(String::as_str),
            );
        } else if !part.ships {
            may.extend(ALLOWED_FOR_TOOLS);
        }
        if !part
            .licence
            .as_deref()
            .is_some_and(|licence| can_be_met(licence, &may))
        {
            wrong.push(named(part));
        }
    }
    assert_none("licences that are not allowed", wrong);
}

#[test]
fn every_package_comes_from_its_public_registry_with_a_checksum() {
    let supply = Supply::read(&Checkout::open());
    let foreign = supply.parts.iter().filter_map(|part| {
        let from = part.foreign_source.as_ref()?;
        Some(format!("{} from `{from}`", named(part)))
    });
    assert_none("packages from elsewhere", foreign.collect());
    let unchecked = supply
        .parts
        .iter()
        .filter(|part| part.checksum.is_none() && !part.is_bundled);
    assert_none(
        "packages without a checksum",
        unchecked.map(named).collect(),
    );
    assert!(supply.parts.len() > 700, "{}", supply.parts.len());
}

#[test]
fn only_the_known_edges_lead_to_a_network_client() {
    let supply = Supply::read(&Checkout::open());
    let is_network = |name: &str| CLIENTS.contains(&name) || PLUMBING.contains(&name);
    let mut wrong = Vec::new();
    let mut seen = 0;
    for (from, to) in &supply.edges {
        if !is_network(to) || is_network(from) {
            continue;
        }
        if MAY_BUILD_ON_CLIENTS.contains(&(from.as_str(), to.as_str())) {
            seen += 1;
        } else {
            wrong.push(format!("{from} -> {to}"));
        }
    }
    assert_none("edges to a network client", wrong);
    // An exception that nobody needs any more goes.
    assert_eq!(seen, MAY_BUILD_ON_CLIENTS.len());
}

#[test]
fn expressions_of_licences_are_read_as_spdx_has_them() {
    let allowed = ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception"];
    for (expression, met) in [
        ("MIT", true),
        ("GPL-3.0", false),
        ("GPL-3.0 OR MIT", true),
        ("MIT OR GPL-3.0", true),
        ("MIT AND GPL-3.0", false),
        ("(MIT OR GPL-3.0) AND Apache-2.0", true),
        ("MIT OR GPL-3.0 AND LGPL-2.1", true),
        ("(MIT OR GPL-3.0) AND LGPL-2.1", false),
        ("Apache-2.0 WITH LLVM-exception", true),
        ("GPL-2.0 WITH Classpath-exception-2.0", false),
        ("", false),
        ("MIT OR", false),
        ("MIT MIT", false),
        ("(MIT", false),
    ] {
        assert_eq!(can_be_met(expression, &allowed), met, "{expression}");
    }
}
