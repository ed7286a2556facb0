//! pptx: presentations in Office Open XML, slide by slide in the order they are shown.

mod layout;
mod shapes;
mod text;

use deskmate_core::{
    Anchor, Block, BlockContent, Document, ErrorCode, Format, Parsed, ReadLimits, ReadWarning,
    WireError,
};

use crate::archive::{PackageKind, package_kind};
use crate::drawing;
use crate::package::{Package, Relations};
use crate::xml::{Element, Tree};

use layout::Layouts;

/// Reader of pptx.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pptx;

impl Format for Pptx {
    fn id(&self) -> &'static str {
        "pptx"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["pptx", "pptm", "ppsx", "ppsm", "potx", "potm"]
    }

    fn matches(&self, bytes: &[u8], _extension: &str) -> bool {
        package_kind(bytes) == Some(PackageKind::Presentation)
    }

    fn read(&self, bytes: &[u8], limits: &ReadLimits) -> Result<Parsed, WireError> {
        let mut package = Package::open(bytes, limits)?;
        let slides = slide_parts(&mut package)?;
        if slides.is_empty() && package.parts().all(|part| !is_slide(part)) {
            let main = package.main_part("ppt/presentation.xml")?;
            if !package.contains(&main) {
                return Err(WireError::new(
                    ErrorCode::DamagedFile,
                    "the presentation has no slides that can be read",
                )
                .with_hint("get the file again from where it comes; the copy may be damaged"));
            }
        }
        let mut document = Document::default();
        let mut layouts = Layouts::default();
        let mut hidden = Vec::new();
        for (number, part) in (1_u32..).zip(&slides) {
            let read = read_slide(
                &mut package,
                &mut layouts,
                part,
                number,
                &mut document.blocks,
            )?;
            match read {
                SlideState::Shown => {}
                SlideState::Hidden => hidden.push(number.to_string()),
                SlideState::Broken => package.warnings.push(
                    ReadWarning::new(
                        ErrorCode::PartlyDamaged,
                        format!("slide {number} cannot be read"),
                    )
                    .at(Anchor::slide(number)),
                ),
            }
        }
        package.read_properties(&mut document)?;
        document
            .metadata
            .insert("slides".to_owned(), slides.len().to_string());
        if !hidden.is_empty() {
            document
                .metadata
                .insert("hidden_slides".to_owned(), hidden.join(", "));
        }
        if document.title.is_none() {
            document.title = document
                .blocks
                .iter()
                .find_map(|block| match &block.content {
                    BlockContent::Slide { title, .. } if !title.is_empty() => Some(title.clone()),
                    _ => None,
                });
        }
        Ok(Parsed {
            document,
            warnings: package.warnings,
        })
    }
}

enum SlideState {
    Shown,
    Hidden,
    Broken,
}

fn is_slide(part: &str) -> bool {
    slide_number(part).is_some()
}

fn slide_number(part: &str) -> Option<u32> {
    let name = part.to_lowercase();
    let number = name
        .strip_prefix("ppt/slides/slide")?
        .strip_suffix(".xml")?;
    number.parse().ok()
}

/// Slide parts in presentation order; by their number when the presentation part is of no help.
fn slide_parts(package: &mut Package<'_>) -> Result<Vec<String>, WireError> {
    let main = package.main_part("ppt/presentation.xml")?;
    let text = package.optional(&main)?;
    let relations = package.relations(&main)?;
    if let Some(tree) = package.tree(text.as_ref(), &main)
        && let Some(list) = tree.root().child("sldIdLst")
    {
        return Ok(list
            .elements()
            .filter(|slide| slide.is("sldId"))
            .filter_map(|slide| slide.prefixed_attribute("id"))
            .filter_map(|id| relations.get(id.as_ref()))
            .map(|relation| relation.target.clone())
            .collect());
    }
    let mut parts: Vec<(u32, String)> = package
        .parts()
        .filter_map(|part| Some((slide_number(part)?, part.to_owned())))
        .collect();
    parts.sort();
    Ok(parts.into_iter().map(|(_, part)| part).collect())
}

fn read_slide(
    package: &mut Package<'_>,
    layouts: &mut Layouts,
    part: &str,
    number: u32,
    blocks: &mut Vec<Block>,
) -> Result<SlideState, WireError> {
    let text = package.optional(part)?;
    let relations = package.relations(part)?;
    let tree = package.tree(text.as_ref(), part);
    let shapes_root = tree
        .as_ref()
        .and_then(|tree| tree.root().at(&["cSld", "spTree"]));
    let Some(shapes_root) = shapes_root else {
        blocks.push(slide_block(number, String::new()));
        return Ok(SlideState::Broken);
    };
    let places = layouts.of_slide(package, &relations)?;
    let slide = shapes::read(package, &relations, places, shapes_root)?;

    blocks.push(slide_block(number, slide.title.clone()));
    let mut anchor = Anchor::slide(number);
    if !slide.title.is_empty() {
        anchor.heading = vec![slide.title];
    }
    let mut contents = slide.contents;
    contents.extend(read_notes(package, &relations)?);
    contents.extend(read_comments(package, &relations)?);
    blocks.extend(
        contents
            .into_iter()
            .map(|content| Block::new(anchor.clone(), content)),
    );
    let hidden = tree
        .and_then(|tree: Tree<'_>| tree.root().attribute("show").map(|show| show.into_owned()))
        .is_some_and(|show| show == "0" || show == "false");
    Ok(if hidden {
        SlideState::Hidden
    } else {
        SlideState::Shown
    })
}

fn slide_block(number: u32, title: String) -> Block {
    Block::new(Anchor::slide(number), BlockContent::Slide { number, title })
}

/// Speaker notes: only the body placeholder of the notes page, not its slide number or header.
fn read_notes(
    package: &mut Package<'_>,
    relations: &Relations,
) -> Result<Option<BlockContent>, WireError> {
    let Some(relation) = relations
        .values()
        .find(|relation| relation.kind == "notesSlide")
    else {
        return Ok(None);
    };
    let part = relation.target.clone();
    let text = package.optional(&part)?;
    let Some(tree) = package.tree(text.as_ref(), &part) else {
        return Ok(None);
    };
    let texts: Vec<String> = tree
        .root()
        .descendants()
        .filter(|shape| shape.is("sp"))
        .filter(|shape| layout::placeholder(*shape).is_some_and(|holder| holder.kind == "body"))
        .filter_map(|shape| shape.child("txBody"))
        .map(drawing::drawing_text)
        .filter(|text| !text.is_empty())
        .collect();
    let text = texts.join("\n");
    Ok((!text.is_empty()).then_some(BlockContent::Note { text }))
}

fn read_comments(
    package: &mut Package<'_>,
    relations: &Relations,
) -> Result<Vec<BlockContent>, WireError> {
    let mut parts: Vec<String> = relations
        .values()
        .filter(|relation| relation.kind == "comments")
        .map(|relation| relation.target.clone())
        .collect();
    parts.sort();
    let mut notes = Vec::new();
    for part in parts {
        let text = package.optional(&part)?;
        let Some(tree) = package.tree(text.as_ref(), &part) else {
            continue;
        };
        notes.extend(
            tree.root()
                .descendants()
                .filter_map(|element: Element<'_, '_>| match element.name() {
                    "text" => Some(element.own_text()),
                    "txBody" => Some(drawing::drawing_text(element)),
                    _ => None,
                })
                .map(|text| text.trim().to_owned())
                .filter(|text| !text.is_empty())
                .map(|text| BlockContent::Note { text }),
        );
    }
    Ok(notes)
}
