//! What stands beside the text in an OpenDocument file: encryption, metadata, embedded formulas.

use std::collections::BTreeMap;

use deskmate_core::{ReadLimits, WireError};

use crate::archive::Archive;
use crate::xml::{self, Element, Tree};

/// True when the manifest says that the content is encrypted.
pub(super) fn is_encrypted(archive: &mut Archive<'_>) -> Result<bool, WireError> {
    let manifest = archive.read("META-INF/manifest.xml")?.unwrap_or_default();
    let manifest = xml::decode(&manifest);
    Ok(manifest.contains("encryption-data") || archive.contains("encrypted-package"))
}

/// The document's metadata under our keys.
pub(super) fn metadata(root: Element<'_, '_>) -> BTreeMap<String, String> {
    const KEYS: [(&str, &str); 6] = [
        ("title", "title"),
        ("subject", "subject"),
        ("initial-creator", "author"),
        ("creator", "author"),
        ("creation-date", "created"),
        ("keyword", "keywords"),
    ];
    let mut found = BTreeMap::new();
    let Some(meta) = root
        .elements()
        .find(|element| element.is("meta"))
        .or(Some(root))
    else {
        return found;
    };
    for (name, key) in KEYS {
        if let Some(element) = meta.child(name) {
            let value = element.own_text().trim().to_owned();
            if !value.is_empty() {
                found.entry(key.to_owned()).or_insert(value);
            }
        }
    }
    found
}

/// The source of an embedded formula.
pub(super) fn formula(
    archive: &mut Archive<'_>,
    href: &str,
    limits: &ReadLimits,
) -> Option<String> {
    let folder = href.trim_start_matches("./").trim_end_matches('/');
    let content = archive.read(&format!("{folder}/content.xml")).ok()??;
    let source = xml::decode(&content);
    let tree = Tree::parse(&source, "content.xml", limits.max_depth).ok()?;
    formula_of(tree.root())
}

/// The annotation of a MathML element, or its characters.
pub(super) fn formula_of(root: Element<'_, '_>) -> Option<String> {
    if !root.is("math") {
        return None;
    }
    let text = match root.find("annotation") {
        Some(annotation) => annotation.own_text(),
        None => root.descendants().map(Element::own_text).collect(),
    };
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}
