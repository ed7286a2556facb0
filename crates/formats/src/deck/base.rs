//! The base that a deck is built on: master, layouts and theme, and where their placeholders stand.
//!
//! The built-in base and a user's template go through the same reading, so text is measured against what will be shown.

use deskmate_core::{ErrorCode, WireError};

use super::fit::{LevelStyle, TextBox};
use super::parts::{Parts, Relation};
use super::style::{Lists, Look, footer_look, level_style, look};
use crate::xml::{Element, Tree};

const DEPTH: usize = 200;
/// English Metric Units in a point.
pub(super) const EMU_PER_POINT: f32 = 12_700.0;
/// What text boxes keep free at their sides and above when nothing is said (ECMA-376, `bodyPr`).
const INSETS: [i64; 4] = [91_440, 45_720, 91_440, 45_720];

/// A rectangle in English Metric Units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Area {
    pub(super) x: i64,
    pub(super) y: i64,
    pub(super) width: i64,
    pub(super) height: i64,
}

/// A placeholder of a layout.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Holder {
    /// `title`, `ctrTitle`, `subTitle`, `body`, `obj`, `tbl`, `chart`, `ftr`, `sldNum`, …
    pub(super) kind: String,
    pub(super) index: Option<String>,
    pub(super) area: Area,
    /// Left, top, right, bottom.
    pub(super) insets: [i64; 4],
    pub(super) levels: Vec<LevelStyle>,
    /// What of each level is written on the text; empty where styles state how it is set.
    pub(super) looks: Vec<Look>,
}

/// A layout with its placeholders.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Layout {
    pub(super) part: String,
    /// The `type` attribute; empty when absent.
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) holders: Vec<Holder>,
}

/// Master, layouts, theme and what else the presentation keeps.
#[derive(Debug, Clone)]
pub(super) struct Base {
    pub(super) parts: Parts,
    /// The main part.
    pub(super) presentation: String,
    pub(super) layouts: Vec<Layout>,
    pub(super) width: i64,
    pub(super) height: i64,
}

impl Area {
    /// The room for text in points.
    pub(super) fn text_box(self, insets: [i64; 4]) -> TextBox {
        TextBox {
            width: (self.width - insets[0] - insets[2]).max(1) as f32 / EMU_PER_POINT,
            height: (self.height - insets[1] - insets[3]).max(1) as f32 / EMU_PER_POINT,
        }
    }
}

impl Holder {
    /// True for a title of either kind.
    pub(super) fn is_title(&self) -> bool {
        matches!(self.kind.as_str(), "title" | "ctrTitle")
    }

    /// True for a place that takes running text.
    pub(super) fn is_body(&self) -> bool {
        matches!(self.kind.as_str(), "body" | "obj" | "subTitle")
    }
}

impl Base {
    /// Reads layouts and sizes out of a package.
    ///
    /// # Errors
    /// `InvalidInput` when it is no presentation of the usual kind; `DamagedFile` when its parts cannot be read.
    pub(super) fn read(parts: Parts) -> Result<Self, WireError> {
        let not_a_template = |why: &str| {
            WireError::new(ErrorCode::InvalidInput, format!("the template {why}"))
                .with_hint("choose a .pptx or .potx file, or leave the template out")
        };
        let presentation = parts
            .related("", "officeDocument")
            .filter(|part| parts.contains(part))
            .ok_or_else(|| not_a_template("is no presentation"))?;
        let text = parts.text(&presentation).unwrap_or_default();
        if text.contains("purl.oclc.org/ooxml") {
            return Err(not_a_template(
                "is a Strict Open XML file, which mixes with no other",
            ));
        }
        let tree = Tree::parse(&text, &presentation, DEPTH)?;
        if !tree.root().is("presentation") {
            return Err(not_a_template("is no presentation"));
        }
        let size = |name: &str, usual: i64| {
            let size = tree
                .root()
                .child("sldSz")
                .and_then(|size| number(size, name));
            size.filter(|value| *value > 0).unwrap_or(usual)
        };
        let (width, height) = (size("cx", 12_192_000), size("cy", 6_858_000));
        let mut layouts = Vec::new();
        for master in related_all(&parts, &presentation, "slideMaster") {
            let Some(master_text) = parts.text(&master) else {
                continue;
            };
            let master_tree = Tree::parse(&master_text, &master, DEPTH)?;
            for part in related_all(&parts, &master, "slideLayout") {
                let Some(layout_text) = parts.text(&part) else {
                    continue;
                };
                let layout_tree = Tree::parse(&layout_text, &part, DEPTH)?;
                layouts.push(read_layout(
                    part,
                    layout_tree.root(),
                    master_tree.root(),
                    tree.root().child("defaultTextStyle"),
                ));
            }
        }
        if layouts.is_empty() {
            return Err(not_a_template("has no layouts"));
        }
        Ok(Self {
            parts,
            presentation,
            layouts,
            width,
            height,
        })
    }
}

fn related_all(parts: &Parts, part: &str, kind: &str) -> Vec<String> {
    parts
        .relations(part)
        .iter()
        .filter(|relation: &&Relation| relation.short() == kind && !relation.is_external)
        .map(|relation| Parts::target(part, relation))
        .collect()
}

/// A whole number of an attribute.
pub(super) fn number(element: Element<'_, '_>, name: &str) -> Option<i64> {
    element.attribute(name)?.parse().ok()
}

fn read_layout(
    part: String,
    layout: Element<'_, '_>,
    master: Element<'_, '_>,
    defaults: Option<Element<'_, '_>>,
) -> Layout {
    let masters: Vec<Element<'_, '_>> = shapes(master);
    let holders = shapes(layout)
        .into_iter()
        .filter_map(|shape| read_holder(shape, &masters, master, defaults))
        .collect();
    Layout {
        part,
        kind: layout
            .attribute("type")
            .map(|kind| kind.into_owned())
            .unwrap_or_default(),
        name: layout
            .child("cSld")
            .and_then(|slide| slide.attribute("name"))
            .map(|name| name.into_owned())
            .unwrap_or_default(),
        holders,
    }
}

fn shapes<'t, 'a>(root: Element<'t, 'a>) -> Vec<Element<'t, 'a>> {
    root.at(&["cSld", "spTree"])
        .map(|tree| tree.elements().filter(|child| child.is("sp")).collect())
        .unwrap_or_default()
}

/// Kind of a shape's placeholder; an absent type is `obj`.
fn placeholder<'t, 'a>(shape: Element<'t, 'a>) -> Option<(Element<'t, 'a>, String)> {
    let holder = shape.at(&["nvSpPr", "nvPr", "ph"])?;
    let kind = holder
        .attribute("type")
        .map_or_else(|| "obj".to_string(), |kind| kind.into_owned());
    Some((holder, kind))
}

/// What kind of the master's placeholder one of a layout follows.
fn inherited_kind(kind: &str) -> &str {
    match kind {
        "ctrTitle" | "title" => "title",
        "ftr" | "sldNum" | "dt" => kind,
        _ => "body",
    }
}

fn read_holder(
    shape: Element<'_, '_>,
    masters: &[Element<'_, '_>],
    master: Element<'_, '_>,
    defaults: Option<Element<'_, '_>>,
) -> Option<Holder> {
    let (holder, kind) = placeholder(shape)?;
    let parent = masters.iter().copied().find(|candidate| {
        placeholder(*candidate).is_some_and(|(_, own)| own == inherited_kind(&kind))
    });
    let area = area_of(shape).or_else(|| parent.and_then(area_of))?;
    let mut insets = INSETS;
    for source in parent.into_iter().chain([shape]) {
        if let Some(body) = source.at(&["txBody", "bodyPr"]) {
            for (index, name) in ["lIns", "tIns", "rIns", "bIns"].into_iter().enumerate() {
                insets[index] = number(body, name).unwrap_or(insets[index]);
            }
        }
    }
    let style = match inherited_kind(&kind) {
        "title" => "titleStyle",
        "body" => "bodyStyle",
        _ => "otherStyle",
    };
    let lists = Lists {
        defaults,
        styles: [
            master.at(&["txStyles", style]),
            parent.and_then(|parent| parent.at(&["txBody", "lstStyle"])),
            shape.at(&["txBody", "lstStyle"]),
        ],
        samples: [Some(shape), parent].map(|source| source.and_then(|one| one.child("txBody"))),
    };
    let levels: Vec<LevelStyle> = (1..=5).map(|level| level_style(&lists, level)).collect();
    let looks = (1..=5)
        .zip(&levels)
        .map(|(level, style)| match style.is_stated {
            true if kind == "ftr" => footer_look(&lists),
            true => Look::default(),
            false => look(&lists, level),
        })
        .collect();
    Some(Holder {
        index: holder.attribute("idx").map(|index| index.into_owned()),
        kind,
        area,
        insets,
        levels,
        looks,
    })
}

fn area_of(shape: Element<'_, '_>) -> Option<Area> {
    let transform = shape.at(&["spPr", "xfrm"])?;
    let (offset, extent) = (transform.child("off")?, transform.child("ext")?);
    Some(Area {
        x: number(offset, "x")?,
        y: number(offset, "y")?,
        width: number(extent, "cx")?,
        height: number(extent, "cy")?,
    })
}
