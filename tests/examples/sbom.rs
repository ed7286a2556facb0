//! Prints the list of all parts of the program (SBOM) as CycloneDX 1.5 JSON: `./x sbom`.
#![expect(clippy::print_stdout, reason = "a program that prints")]

use deskmate_tests::{Checkout, Ecosystem, Part, Supply};
use serde_json::{Value, json};

fn main() {
    let checkout = Checkout::open();
    let supply = Supply::read(&checkout);
    let version = checkout.toml("Cargo.toml")["workspace"]["package"]["version"].clone();
    let mut components: Vec<Value> = supply.parts.iter().map(component).collect();
    // One package may lie in several folders of npm.
    components.dedup_by(|a, b| a["bom-ref"] == b["bom-ref"]);
    let bom = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": { "component": {
            "type": "application",
            "bom-ref": "deskmate",
            "name": "deskmate",
            "version": version.as_str(),
            "licenses": [{ "expression": "Apache-2.0" }],
        } },
        "components": components,
    });
    println!("{bom:#}");
}

fn component(part: &Part) -> Value {
    let purl = part.purl();
    let mut component = json!({
        "type": "library",
        "bom-ref": purl,
        "name": part.name,
        "version": part.version,
        // What only builds or tests the program is no part of it.
        "scope": if part.ships { "required" } else { "excluded" },
        "purl": purl,
        "properties": [{ "name": "deskmate:registry", "value": match part.ecosystem {
            Ecosystem::Cargo => "crates.io",
            Ecosystem::Npm => "npm",
        } }],
    });
    if let Some(licence) = &part.licence {
        component["licenses"] = json!([{ "expression": licence }]);
    }
    if let Some((algorithm, digest)) = &part.checksum {
        component["hashes"] = json!([{ "alg": algorithm, "content": digest }]);
    }
    component
}
