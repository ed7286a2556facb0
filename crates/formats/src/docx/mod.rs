//! docx: Word documents in Office Open XML, as Word and WPS write them.

mod body;
mod numbering;
mod paragraph;
mod styles;
mod write;

use std::collections::HashMap;

use deskmate_core::{
    BlockContent, Document, ErrorCode, Format, Parsed, ReadLimits, ReadWarning, WireError,
};

use crate::archive::{PackageKind, package_kind};
use crate::drawing;
use crate::look::{self, Keep};
use crate::package::{Package, Relations};
use crate::xml::{Element, Tree};

use body::Body;
pub(crate) use numbering::Numbering;
pub(crate) use styles::Styles;

pub(crate) use numbering::Counters;
pub use write::{DocumentLanguage, DocxOptions, manuscript_docx, render_docx};
pub(crate) use write::{Story, WORD_NAMESPACES, assemble};

/// Reader of docx.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Docx;

impl Format for Docx {
    fn id(&self) -> &'static str {
        "docx"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["docx", "docm", "dotx", "dotm"]
    }

    fn matches(&self, bytes: &[u8], _extension: &str) -> bool {
        package_kind(bytes) == Some(PackageKind::Word)
    }

    fn read(&self, bytes: &[u8], limits: &ReadLimits) -> Result<Parsed, WireError> {
        Self::read_keeping(bytes, limits, Keep::Text)
    }
}

/// Addresses outside of the document, by relation id.
type Links = HashMap<String, String>;

impl Docx {
    /// Reads a document; with its looks, they stand as marks in the texts and a warning names what else was there.
    ///
    /// # Errors
    /// As [`Format::read`].
    pub(crate) fn read_keeping(
        bytes: &[u8],
        limits: &ReadLimits,
        keep: Keep,
    ) -> Result<Parsed, WireError> {
        let mut package = Package::open(bytes, limits)?;
        let main = package.main_part("word/document.xml")?;
        let text = package.required(&main)?;
        let tree = Tree::parse(&text, &main, package.max_depth())?;
        if let Some(damage) = tree.damage() {
            package.warnings.push(ReadWarning::new(
                ErrorCode::PartlyDamaged,
                format!("the text ends early: {damage}"),
            ));
        }
        let relations = package.relations(&main)?;
        let folder = main.rsplit_once('/').map_or("", |(folder, _)| folder);
        let sources = Sources::load(&mut package, &relations, folder)?;
        let styles = sources.styles(&mut package);
        let numbering = sources.numbering(&mut package, &styles);
        let objects = Objects::load(&mut package, &relations)?;

        let links = package.links(&main)?;

        let mut body = Body::new(&styles, &numbering, &objects, &links, keep);
        body.read_notes(sources.tree(&mut package, "footnotes").as_ref(), "footnote");
        body.read_notes(sources.tree(&mut package, "endnotes").as_ref(), "endnote");
        body.read_notes(sources.tree(&mut package, "comments").as_ref(), "comment");
        let root = tree.root();
        let Some(content) = root.child("body").or_else(|| root.find("body")) else {
            return Err(
                WireError::new(ErrorCode::DamagedFile, format!("`{main}` has no body"))
                    .with_hint("open the file in Word or WPS and save it again"),
            );
        };
        body.read_story(content);
        let (blocks, left_out) = body.finish();

        let mut warnings = std::mem::take(&mut package.warnings);
        warnings.extend(left_out);
        let mut document = Document {
            blocks,
            ..Document::default()
        };
        package.read_properties(&mut document)?;
        if document.title.is_none() {
            document.title = first_heading(&document);
        }
        warnings.append(&mut package.warnings);
        Ok(Parsed { document, warnings })
    }
}

fn first_heading(document: &Document) -> Option<String> {
    document
        .blocks
        .iter()
        .take(5)
        .find_map(|block| match &block.content {
            BlockContent::Heading { text, .. } => Some(look::plain(text)),
            _ => None,
        })
}

/// Texts of the parts beside the main one, by relation kind.
struct Sources {
    parts: HashMap<&'static str, (String, String)>,
}

impl Sources {
    fn load(
        package: &mut Package<'_>,
        relations: &Relations,
        folder: &str,
    ) -> Result<Self, WireError> {
        let mut parts = HashMap::new();
        for kind in ["styles", "numbering", "footnotes", "endnotes", "comments"] {
            let part = relations
                .values()
                .find(|relation| relation.kind == kind)
                .map_or_else(
                    || format!("{folder}/{kind}.xml"),
                    |found| found.target.clone(),
                );
            if let Some(text) = package.optional(&part)? {
                parts.insert(kind, (part, text));
            }
        }
        Ok(Self { parts })
    }

    fn tree(&self, package: &mut Package<'_>, kind: &str) -> Option<Tree<'_>> {
        let (part, text) = self.parts.get(kind)?;
        package.tree(Some(text), part)
    }

    fn styles(&self, package: &mut Package<'_>) -> Styles {
        self.tree(package, "styles")
            .map(|tree| Styles::read(tree.root()))
            .unwrap_or_default()
    }

    fn numbering(&self, package: &mut Package<'_>, styles: &Styles) -> Numbering {
        self.tree(package, "numbering")
            .map(|tree| Numbering::read(tree.root(), styles))
            .unwrap_or_default()
    }
}

/// Charts and diagrams of the document, by relation id.
#[derive(Default)]
struct Objects {
    contents: HashMap<String, Vec<BlockContent>>,
}

impl Objects {
    fn load(package: &mut Package<'_>, relations: &Relations) -> Result<Self, WireError> {
        let mut contents = HashMap::new();
        for (id, relation) in relations {
            let blocks = match relation.kind.as_str() {
                "chart" => drawing::read_chart(package, &relation.target)?
                    .into_iter()
                    .collect(),
                "diagramData" => drawing::read_diagram(package, &relation.target)?
                    .into_iter()
                    .map(|text| BlockContent::Paragraph { text })
                    .collect(),
                _ => continue,
            };
            contents.insert(id.clone(), blocks);
        }
        Ok(Self { contents })
    }

    /// What a drawing refers to.
    fn of(&self, drawing: Element<'_, '_>) -> &[BlockContent] {
        drawing
            .descendants()
            .filter_map(|element| match element.name() {
                "chart" => element.prefixed_attribute("id"),
                "relIds" => element.prefixed_attribute("dm"),
                _ => None,
            })
            .find_map(|id| self.contents.get(id.as_ref()))
            .map_or(&[], Vec::as_slice)
    }
}
