//! The two sample regulations, read from their PDFs, against the list of their known changes.

use std::path::Path;

use deskmate_core::{Document, ReadLimits};
use deskmate_formats::read;
use deskmate_skills::{ChangeKind, ComparisonRow, compare_documents};
use serde_json::Value;

fn sample(name: &str) -> Document {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/samples");
    let bytes = std::fs::read(folder.join(name)).unwrap();
    read(&bytes, "pdf", &ReadLimits::default())
        .unwrap()
        .1
        .document
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

fn holds(side: &Option<deskmate_skills::ComparisonSide>, text: &Value) -> bool {
    match text.as_str() {
        Some(text) => side.as_ref().is_some_and(|side| {
            let (row, wanted) = (squeezed(&side.text), squeezed(text));
            row.contains(&wanted) || wanted.contains(&row)
        }),
        None => side.is_none(),
    }
}

fn says(row: &ComparisonRow, kind: &str) -> bool {
    match kind {
        "added" => row.kind == ChangeKind::Added,
        "removed" => row.kind == ChangeKind::Removed,
        "wording" => row.kind == ChangeKind::Wording,
        "amount" => row.kind == ChangeKind::Substance && !row.amounts.is_empty(),
        "deadline" => row.kind == ChangeKind::Substance && !row.dates.is_empty(),
        "body" => row.kind == ChangeKind::Substance && !row.bodies.is_empty(),
        "modal" => row.kind == ChangeKind::Substance && row.obligation.is_some(),
        _ => row.kind == ChangeKind::Substance,
    }
}

/// The figures: `cargo test -p deskmate-skills --test compare sample -- --nocapture`.
#[test]
fn the_known_changes_of_the_sample_regulations_are_found() {
    let list: Value = serde_json::from_str(include_str!(
        "../../../../assets/samples/make/regulation_changes.json"
    ))
    .unwrap();
    let old = sample(list["files"]["2022"].as_str().unwrap());
    let new = sample(list["files"]["2024"].as_str().unwrap());
    let comparison = compare_documents(("2022", &old), ("2024", &new));
    let changes = list["changes"].as_array().unwrap();
    let mut found = 0;
    let mut named = 0;
    for change in changes {
        let row = comparison.rows.iter().find(|row| {
            holds(&row.old, &change["2022"]["text"]) && holds(&row.new, &change["2024"]["text"])
        });
        match row {
            Some(row) if says(row, change["kind"].as_str().unwrap()) => {
                found += 1;
                named += 1;
            }
            Some(row) => {
                found += 1;
                println!("other kind than {}: {row:?}", change["kind"]);
            }
            None => println!("not found: {change}"),
        }
    }
    println!(
        "sample regulations: {} known changes, {found} found, {named} of the right kind; {} rows in all",
        changes.len(),
        comparison.rows.len()
    );
    for row in &comparison.rows {
        let text = |side: &Option<deskmate_skills::ComparisonSide>| {
            side.as_ref()
                .map(|side| format!("{} {} p{:?}", side.label, side.text, side.anchor.page))
                .unwrap_or_default()
        };
        println!("{:?} {} | {}", row.kind, text(&row.old), text(&row.new));
    }
    assert!(found >= changes.len() - 1, "{found}");
    assert!(named >= changes.len() - 2, "{named}");
    assert!(comparison.rows.iter().all(|row| {
        row.old
            .iter()
            .chain(&row.new)
            .all(|side| side.anchor.page.is_some())
    }));
}
