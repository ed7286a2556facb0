//! The headings as the outline that viewers show beside the pages.

use pdf_writer::{Finish, Pdf, Ref, TextStr};

use super::MARGIN;

/// A heading and where it stands.
pub(super) struct Heading {
    pub(super) level: u8,
    pub(super) text: String,
    pub(super) page: Ref,
    /// From the foot of the page, in points.
    pub(super) top: f32,
}

/// One heading's place among the others, by their numbers.
#[derive(Default, Clone)]
struct Kin {
    parent: Option<usize>,
    children: Vec<usize>,
}

/// Writes the outline; gives its object, or nothing without headings.
pub(super) fn write_outline(
    pdf: &mut Pdf,
    headings: &[Heading],
    next: &mut dyn FnMut() -> Ref,
) -> Option<Ref> {
    if headings.is_empty() {
        return None;
    }
    let root = next();
    let refs: Vec<Ref> = headings.iter().map(|_| next()).collect();
    let mut kin = vec![Kin::default(); headings.len()];
    let mut top: Vec<usize> = Vec::new();
    // Headings that those below may belong to, the outermost first.
    let mut open: Vec<usize> = Vec::new();
    for (at, heading) in headings.iter().enumerate() {
        open.retain(|above| headings[*above].level < heading.level);
        match open.last() {
            Some(parent) => {
                kin[at].parent = Some(*parent);
                kin[*parent].children.push(at);
            }
            None => top.push(at),
        }
        open.push(at);
    }
    for (at, heading) in headings.iter().enumerate() {
        let siblings = kin[at].parent.map_or(&top, |parent| &kin[parent].children);
        let place = siblings.iter().position(|sibling| *sibling == at);
        let mut item = pdf.outline_item(refs[at]);
        item.title(TextStr(&heading.text))
            .parent(kin[at].parent.map_or(root, |parent| refs[parent]));
        if let Some(before) = place.and_then(|place| siblings.get(place.checked_sub(1)?)) {
            item.prev(refs[*before]);
        }
        if let Some(after) = place.and_then(|place| siblings.get(place + 1)) {
            item.next(refs[*after]);
        }
        if let [first, ..] = kin[at].children[..] {
            let last = kin[at].children[kin[at].children.len() - 1];
            item.first(refs[first]).last(refs[last]);
            item.count(i32::try_from(kin[at].children.len()).unwrap_or(i32::MAX));
        }
        item.dest()
            .page(heading.page)
            .xyz(MARGIN, heading.top, None);
        item.finish();
    }
    let mut outline = pdf.outline(root);
    if let (Some(first), Some(last)) = (top.first(), top.last()) {
        outline.first(refs[*first]).last(refs[*last]);
        outline.count(i32::try_from(top.len()).unwrap_or(i32::MAX));
    }
    outline.finish();
    Some(root)
}
