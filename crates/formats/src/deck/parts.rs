//! The parts of a presentation package: read from a template, added to, written as a zip.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Write};

use deskmate_core::{ErrorCode, ReadLimits, WireError};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::archive::Archive;
use crate::package::join;
use crate::xml::{Tree, decode};

/// Start of the type of every relation that Office knows.
pub(super) const RELATION: &str =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const DEPTH: usize = 200;

/// Escapes text for XML, and drops characters that no XML document may hold.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' => out.push(c),
            '\u{FFFE}' | '\u{FFFF}' => {}
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// A relation from a part to another, or to a place outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Relation {
    pub(super) id: String,
    /// The whole type.
    pub(super) kind: String,
    /// As written in the file.
    pub(super) target: String,
    pub(super) is_external: bool,
}

impl Relation {
    pub(super) fn new(id: &str, kind: &str, target: &str) -> Self {
        Self {
            id: id.to_string(),
            kind: format!("{RELATION}/{kind}"),
            target: target.to_string(),
            is_external: false,
        }
    }

    /// Last segment of the type, e.g. `slideLayout`.
    pub(super) fn short(&self) -> &str {
        self.kind.rsplit('/').next().unwrap_or_default()
    }
}

/// A package in memory. Names have no leading slash.
#[derive(Debug, Clone, Default)]
pub(super) struct Parts {
    content: BTreeMap<String, Vec<u8>>,
    defaults: BTreeMap<String, String>,
    overrides: BTreeMap<String, String>,
}

impl Parts {
    /// Opens a package.
    ///
    /// # Errors
    /// Those of the archive; `DamagedFile` when it has no content types.
    pub(super) fn open(bytes: &[u8]) -> Result<Self, WireError> {
        let mut archive = Archive::open(bytes, &ReadLimits::default())?;
        let names: Vec<String> = archive.names().map(str::to_owned).collect();
        let mut parts = Self::default();
        for name in names {
            if let Some(content) = archive.read(&name)? {
                let name = name.replace('\\', "/");
                let name = name.trim_start_matches('/');
                if !name.ends_with('/') {
                    parts.content.insert(name.to_string(), content);
                }
            }
        }
        let types = parts.content.remove("[Content_Types].xml").ok_or_else(|| {
            WireError::new(
                ErrorCode::DamagedFile,
                "the part `[Content_Types].xml` is missing",
            )
            .with_hint("save the template again in its program")
        })?;
        let text = decode(&types).into_owned();
        let tree = Tree::parse(&text, "[Content_Types].xml", DEPTH)?;
        for entry in tree.root().elements() {
            let Some(kind) = entry.attribute("ContentType") else {
                continue;
            };
            if let Some(extension) = entry.attribute("Extension") {
                parts
                    .defaults
                    .insert(extension.to_lowercase(), kind.into_owned());
            } else if let Some(part) = entry.attribute("PartName") {
                let name = part.trim_start_matches('/').to_string();
                parts.overrides.insert(name, kind.into_owned());
            }
        }
        Ok(parts)
    }

    /// Adds a part, or replaces the one of this name; an empty type leaves it to the extension.
    pub(super) fn put(&mut self, name: &str, content_type: &str, content: impl Into<Vec<u8>>) {
        self.content.insert(name.to_string(), content.into());
        if !content_type.is_empty() {
            self.overrides
                .insert(name.to_string(), content_type.to_string());
        }
    }

    /// What files of an extension are.
    pub(super) fn put_default(&mut self, extension: &str, content_type: &str) {
        let entry = self.defaults.entry(extension.to_string());
        entry.or_insert_with(|| content_type.to_string());
    }

    /// Adds the relations of a part; of the package for an empty name.
    pub(super) fn put_relations(&mut self, part: &str, relations: &[Relation]) {
        let inner: String = relations
            .iter()
            .map(|relation| {
                let mode = if relation.is_external {
                    r#" TargetMode="External""#
                } else {
                    ""
                };
                format!(
                    r#"<Relationship Id="{}" Type="{}" Target="{}"{mode}/>"#,
                    escape(&relation.id),
                    escape(&relation.kind),
                    escape(&relation.target)
                )
            })
            .collect();
        let xml = format!(
            r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inner}</Relationships>"#
        );
        self.content.insert(relations_name(part), xml.into_bytes());
    }

    /// Text of a part.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        let content = self.content.get(name)?;
        Some(decode(content).into_owned())
    }

    /// True when there is a part of this name.
    pub(super) fn contains(&self, name: &str) -> bool {
        self.content.contains_key(name)
    }

    /// Relations of a part, in the order of the file; none when they cannot be read.
    pub(super) fn relations(&self, part: &str) -> Vec<Relation> {
        let Some(text) = self.text(&relations_name(part)) else {
            return Vec::new();
        };
        let Ok(tree) = Tree::parse(&text, part, DEPTH) else {
            return Vec::new();
        };
        tree.root()
            .elements()
            .filter_map(|entry| {
                Some(Relation {
                    id: entry.attribute("Id")?.into_owned(),
                    kind: entry.attribute("Type")?.into_owned(),
                    target: entry.attribute("Target")?.into_owned(),
                    is_external: entry.attribute("TargetMode").as_deref() == Some("External"),
                })
            })
            .collect()
    }

    /// Name of the part that a relation of `part` points to.
    pub(super) fn target(part: &str, relation: &Relation) -> String {
        let folder = part.rsplit_once('/').map_or("", |(folder, _)| folder);
        join(folder, &relation.target)
    }

    /// The first part that `part` points to by a relation of this kind.
    pub(super) fn related(&self, part: &str, kind: &str) -> Option<String> {
        self.relations(part)
            .iter()
            .find(|relation| relation.short() == kind && !relation.is_external)
            .map(|relation| Self::target(part, relation))
    }

    /// A name that no part has yet: `stem`, a number, `.extension`.
    pub(super) fn free_name(&self, stem: &str, extension: &str) -> String {
        let name = |number: usize| format!("{stem}{number}.{extension}");
        (1..)
            .map(name)
            .find(|name| !self.content.contains_key(name))
            .unwrap_or_else(|| name(0))
    }

    /// Removes every part that no chain of relations reaches from the package itself.
    pub(super) fn remove_unreachable(&mut self) {
        let mut reached: BTreeSet<String> = BTreeSet::new();
        let mut open = vec![String::new()];
        while let Some(part) = open.pop() {
            for relation in self.relations(&part) {
                let target = Self::target(&part, &relation);
                let is_new = !relation.is_external && self.content.contains_key(&target);
                if is_new && reached.insert(target.clone()) {
                    open.push(target);
                }
            }
        }
        let kept: BTreeSet<String> = reached
            .iter()
            .flat_map(|part| [part.clone(), relations_name(part)])
            .chain([relations_name("")])
            .collect();
        self.content.retain(|name, _| kept.contains(name));
        self.overrides.retain(|name, _| kept.contains(name));
    }

    /// The zip file; the content types come first, as some readers expect.
    ///
    /// # Errors
    /// `Internal` when the archive cannot be built.
    pub(super) fn into_bytes(self) -> Result<Vec<u8>, WireError> {
        let failed = |error: &dyn std::fmt::Display| {
            WireError::new(
                ErrorCode::Internal,
                format!("the package cannot be written: {error}"),
            )
        };
        let mut types = String::from(
            r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">"#,
        );
        for (extension, kind) in &self.defaults {
            let (extension, kind) = (escape(extension), escape(kind));
            types.push_str(&format!(
                r#"<Default Extension="{extension}" ContentType="{kind}"/>"#
            ));
        }
        for (part, kind) in &self.overrides {
            let (part, kind) = (escape(part), escape(kind));
            types.push_str(&format!(
                r#"<Override PartName="/{part}" ContentType="{kind}"/>"#
            ));
        }
        types.push_str("</Types>");
        // The same input gives the same bytes: entries carry the format's earliest date.
        let options = SimpleFileOptions::default();
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        let first = ("[Content_Types].xml", types.as_bytes());
        let rest = self
            .content
            .iter()
            .map(|(name, content)| (name.as_str(), content.as_slice()));
        for (name, content) in std::iter::once(first).chain(rest) {
            writer.start_file(name, options).map_err(|e| failed(&e))?;
            writer.write_all(content).map_err(|e| failed(&e))?;
        }
        let cursor = writer.finish().map_err(|e| failed(&e))?;
        Ok(cursor.into_inner())
    }
}

fn relations_name(part: &str) -> String {
    match part.rsplit_once('/') {
        Some((folder, file)) => format!("{folder}/_rels/{file}.rels"),
        None => format!("_rels/{part}.rels"),
    }
}
