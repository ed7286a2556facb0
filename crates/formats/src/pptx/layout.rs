//! Where placeholders stand: a slide that keeps them in place leaves that to its layout and master.

use std::collections::HashMap;

use deskmate_core::WireError;

use crate::package::{Package, Relations};
use crate::xml::Element;

/// Offset from the top left of the slide, in English Metric Units: down, right.
pub(crate) type Place = (i64, i64);

/// Places of a layout's placeholders.
#[derive(Debug, Clone, Default)]
pub(crate) struct Places {
    by_index: HashMap<String, Place>,
    by_kind: HashMap<String, Place>,
}

/// Layouts that were read already, by part.
#[derive(Debug, Default)]
pub(crate) struct Layouts {
    known: HashMap<String, Places>,
    none: Places,
}

/// A placeholder's kind and index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Placeholder {
    /// `title`, `body`, `obj`, …
    pub(crate) kind: String,
    /// Index that links it to the layout.
    pub(crate) index: String,
}

impl Layouts {
    /// Places for a slide with these relations.
    pub(crate) fn of_slide(
        &mut self,
        package: &mut Package<'_>,
        relations: &Relations,
    ) -> Result<&Places, WireError> {
        let Some(part) = target(relations, "slideLayout") else {
            return Ok(&self.none);
        };
        if !self.known.contains_key(&part) {
            let mut places = Places::default();
            let layout_relations = package.relations(&part)?;
            if let Some(master) = target(&layout_relations, "slideMaster") {
                places.add(package, &master)?;
                // A master's indexes are its own; only the kinds carry over.
                places.by_index.clear();
            }
            places.add(package, &part)?;
            self.known.insert(part.clone(), places);
        }
        Ok(self.known.get(&part).unwrap_or(&self.none))
    }
}

impl Places {
    fn add(&mut self, package: &mut Package<'_>, part: &str) -> Result<(), WireError> {
        let text = package.optional(part)?;
        let Some(tree) = package.tree(text.as_ref(), part) else {
            return Ok(());
        };
        for shape in tree.root().descendants().filter(|shape| shape.is("sp")) {
            if let (Some(holder), Some(place)) = (placeholder(shape), own_place(shape)) {
                self.by_index.insert(holder.index, place);
                self.by_kind.insert(holder.kind, place);
            }
        }
        Ok(())
    }

    /// Where a shape stands: by itself, else as its placeholder does.
    pub(crate) fn of(&self, shape: Element<'_, '_>) -> Place {
        own_place(shape)
            .or_else(|| {
                let holder = placeholder(shape)?;
                self.by_index
                    .get(&holder.index)
                    .or_else(|| self.by_kind.get(&holder.kind))
                    .or_else(|| self.by_kind.get("body"))
                    .copied()
            })
            .unwrap_or((0, 0))
    }
}

fn target(relations: &Relations, kind: &str) -> Option<String> {
    relations
        .values()
        .find(|relation| relation.kind == kind)
        .map(|relation| relation.target.clone())
}

/// The placeholder that a shape fills, if any.
pub(crate) fn placeholder(shape: Element<'_, '_>) -> Option<Placeholder> {
    let properties = shape
        .elements()
        .find(|child| child.name().starts_with("nv") && child.child("nvPr").is_some())?;
    let holder = properties.at(&["nvPr", "ph"])?;
    let text = |name: &str, default: &str| {
        holder
            .attribute(name)
            .map_or_else(|| default.to_owned(), |value| value.into_owned())
    };
    Some(Placeholder {
        kind: text("type", "obj"),
        index: text("idx", "0"),
    })
}

fn own_place(shape: Element<'_, '_>) -> Option<Place> {
    let transform = shape
        .at(&["spPr", "xfrm"])
        .or_else(|| shape.at(&["grpSpPr", "xfrm"]))
        .or_else(|| shape.child("xfrm"))?;
    let offset = transform.child("off")?;
    Some((
        offset.attribute("y")?.parse().ok()?,
        offset.attribute("x")?.parse().ok()?,
    ))
}
