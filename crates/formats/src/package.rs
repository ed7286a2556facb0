//! Office Open XML packages: parts, relations between them, and the core properties.

use std::collections::HashMap;

use deskmate_core::{Document, ErrorCode, ReadLimits, ReadWarning, WireError};

use crate::archive::Archive;
use crate::xml::{self, Tree};

/// An opened package; what goes wrong with optional parts gathers in `warnings`.
pub(crate) struct Package<'a> {
    archive: Archive<'a>,
    limits: ReadLimits,
    pub(crate) warnings: Vec<ReadWarning>,
}

/// A relation from one part to another.
pub(crate) struct Relation {
    /// Last segment of the relation's type, e.g. `slide`.
    pub(crate) kind: String,
    /// Name of the target part inside the package.
    pub(crate) target: String,
}

/// Relations of a part by id; external ones are left out.
pub(crate) type Relations = HashMap<String, Relation>;

impl<'a> Package<'a> {
    /// Opens a package.
    ///
    /// # Errors
    /// Those of [`Archive::open`].
    pub(crate) fn open(bytes: &'a [u8], limits: &ReadLimits) -> Result<Self, WireError> {
        let archive = Archive::open(bytes, limits)?;
        let mut warnings = Vec::new();
        if archive.recovered() {
            warnings.push(ReadWarning::new(
                ErrorCode::PartlyDamaged,
                "the archive has lost its directory: parts at its end may be missing",
            ));
        }
        Ok(Self {
            archive,
            limits: *limits,
            warnings,
        })
    }

    /// True when a part of this name exists.
    pub(crate) fn contains(&self, part: &str) -> bool {
        self.archive.contains(part)
    }

    /// Names of the parts.
    pub(crate) fn parts(&self) -> impl Iterator<Item = &str> {
        self.archive.names()
    }

    /// How deep elements may nest.
    pub(crate) fn max_depth(&self) -> usize {
        self.limits.max_depth
    }

    /// Text of a part that the document cannot do without.
    ///
    /// # Errors
    /// `DamagedFile` when it is missing or unreadable, `ArchiveBomb` over the limits.
    pub(crate) fn required(&mut self, part: &str) -> Result<String, WireError> {
        let Some(found) = self.archive.read_partial(part)? else {
            return Err(WireError::new(
                ErrorCode::DamagedFile,
                format!("the part `{part}` is missing"),
            )
            .with_hint("get the file again from where it comes; the copy may be damaged"));
        };
        if found.fault.is_some() {
            self.warn(part);
        }
        Ok(xml::decode(&found.content).into_owned())
    }

    /// Text of an optional part; a warning when it is there but cannot be read.
    ///
    /// # Errors
    /// `ArchiveBomb` over the limits.
    pub(crate) fn optional(&mut self, part: &str) -> Result<Option<String>, WireError> {
        match self.archive.read_partial(part) {
            Ok(None) => Ok(None),
            Ok(Some(found)) => {
                if found.fault.is_some() {
                    self.warn(part);
                }
                Ok(Some(xml::decode(&found.content).into_owned()))
            }
            Err(error) if error.code == ErrorCode::ArchiveBomb => Err(error),
            Err(_) => {
                self.warn(part);
                Ok(None)
            }
        }
    }

    /// Parses an optional part; a warning when it is broken, with the tree up to the fault.
    pub(crate) fn tree<'t>(&mut self, text: Option<&'t String>, part: &str) -> Option<Tree<'t>> {
        match Tree::parse(text?, part, self.limits.max_depth) {
            Ok(tree) => {
                if tree.damage().is_some() {
                    self.warn(part);
                }
                Some(tree)
            }
            Err(_) => {
                self.warn(part);
                None
            }
        }
    }

    fn warn(&mut self, part: &str) {
        let message = format!("the part `{part}` is damaged and was read as far as possible");
        if !self.warnings.iter().any(|known| known.message == message) {
            self.warnings
                .push(ReadWarning::new(ErrorCode::PartlyDamaged, message));
        }
    }

    /// Relations of a part; of the package itself for an empty name.
    ///
    /// # Errors
    /// `ArchiveBomb` over the limits.
    pub(crate) fn relations(&mut self, part: &str) -> Result<Relations, WireError> {
        let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
        let name = if folder.is_empty() {
            format!("_rels/{file}.rels")
        } else {
            format!("{folder}/_rels/{file}.rels")
        };
        let text = self.optional(&name)?;
        let Some(tree) = self.tree(text.as_ref(), &name) else {
            return Ok(Relations::new());
        };
        Ok(tree
            .root()
            .elements()
            .filter(|relation| relation.attribute("TargetMode").as_deref() != Some("External"))
            .filter_map(|relation| {
                let kind = relation.attribute("Type")?;
                Some((
                    relation.attribute("Id")?.into_owned(),
                    Relation {
                        kind: kind.rsplit('/').next().unwrap_or_default().to_owned(),
                        target: join(folder, &relation.attribute("Target")?),
                    },
                ))
            })
            .collect())
    }

    /// Addresses outside of the package that a part links to, by id.
    ///
    /// # Errors
    /// As [`Package::relations`].
    pub(crate) fn links(&mut self, part: &str) -> Result<HashMap<String, String>, WireError> {
        let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
        let name = format!("{folder}/_rels/{file}.rels");
        let text = self.optional(name.trim_start_matches('/'))?;
        let Some(tree) = self.tree(text.as_ref(), &name) else {
            return Ok(HashMap::new());
        };
        Ok(tree
            .root()
            .elements()
            .filter(|relation| relation.attribute("TargetMode").as_deref() == Some("External"))
            .filter_map(|relation| {
                Some((
                    relation.attribute("Id")?.into_owned(),
                    relation.attribute("Target")?.into_owned(),
                ))
            })
            .collect())
    }

    /// The main part: where the package's relations point, else `usual`, else any part of its folder and name.
    ///
    /// # Errors
    /// `ArchiveBomb` over the limits.
    pub(crate) fn main_part(&mut self, usual: &str) -> Result<String, WireError> {
        let relations = self.relations("")?;
        let target = relations
            .into_values()
            .find(|relation| relation.kind == "officeDocument")
            .map(|relation| relation.target);
        if let Some(target) = target
            && self.archive.contains(&target)
        {
            return Ok(target);
        }
        Ok(usual.to_owned())
    }

    /// Fills title, author and dates from `docProps/core.xml`.
    ///
    /// # Errors
    /// `ArchiveBomb` over the limits.
    pub(crate) fn read_properties(&mut self, document: &mut Document) -> Result<(), WireError> {
        const NAMES: [(&str, &str); 8] = [
            ("creator", "author"),
            ("created", "created"),
            ("modified", "modified"),
            ("subject", "subject"),
            ("keywords", "keywords"),
            ("category", "category"),
            ("description", "description"),
            ("lastModifiedBy", "last_modified_by"),
        ];
        let part = "docProps/core.xml";
        let text = self.optional(part)?;
        let Some(tree) = self.tree(text.as_ref(), part) else {
            return Ok(());
        };
        let root = tree.root();
        let value = |name: &str| {
            let text = root.child(name)?.own_text().trim().to_owned();
            (!text.is_empty()).then_some(text)
        };
        if let Some(title) = value("title") {
            document.title = Some(title);
        }
        for (name, key) in NAMES {
            if let Some(text) = value(name) {
                document.metadata.insert(key.to_owned(), text);
            }
        }
        Ok(())
    }
}

/// Resolves a relation's target against the folder of its part.
pub(crate) fn join(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let mut segments: Vec<&str> = if target.starts_with('/') {
        Vec::new()
    } else {
        folder
            .split('/')
            .filter(|segment| !segment.is_empty())
            .collect()
    };
    for segment in target.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            _ => segments.push(segment),
        }
    }
    segments.join("/")
}
