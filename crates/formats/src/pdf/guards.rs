//! Measures a file before the library works on it: it recurses along page trees and forms without a bound that
//! protects its stack, and multiplies forms that call each other.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use pdf_oxide::PdfDocument;
use pdf_oxide::object::{Object, ObjectRef};

use super::content::{is_nested_too_deep, names_drawn, shown_bytes};

/// Cost of a page above which it is left out: about as many characters, some 250 bytes each while it is read.
const MAX_COST: usize = 500_000;
/// Forms inside forms.
const MAX_FORM_DEPTH: usize = 40;
/// Levels of the page tree, and nodes of it that are looked at.
const MAX_TREE_DEPTH: usize = 200;
const MAX_TREE_NODES: usize = 4_000;

/// True when the page tree is no deeper than any real one and no branch of it hangs on two others, as in a circle.
///
/// The library below counts pages by walking the tree without remembering where it was.
pub(super) fn has_flat_page_tree(document: &PdfDocument) -> bool {
    let root = document
        .catalog()
        .ok()
        .and_then(|catalog| catalog.as_dict()?.get("Pages")?.as_reference());
    let mut open: Vec<(ObjectRef, usize)> = root.map(|root| (root, 0)).into_iter().collect();
    let mut seen: HashSet<ObjectRef> = HashSet::new();
    let mut branches: HashSet<ObjectRef> = HashSet::new();
    while let Some((node, depth)) = open.pop() {
        if depth > MAX_TREE_DEPTH {
            return false;
        }
        if branches.contains(&node) {
            return false;
        }
        if seen.len() > MAX_TREE_NODES || !seen.insert(node) {
            continue;
        }
        let Ok(object) = document.load_object(node) else {
            continue;
        };
        let kids = object.as_dict().and_then(|dict| dict.get("Kids")).cloned();
        let kids = kids.and_then(|kids| document.resolve_object(&kids).ok());
        if kids.is_some() {
            branches.insert(node);
        }
        for kid in kids
            .as_ref()
            .and_then(Object::as_array)
            .into_iter()
            .flatten()
        {
            if let Some(kid) = kid.as_reference() {
                open.push((kid, depth + 1));
            }
        }
    }
    true
}

/// What the forms of a document cost to draw, each measured once.
#[derive(Default)]
pub(super) struct FormCosts {
    known: RefCell<HashMap<ObjectRef, usize>>,
}

impl FormCosts {
    /// True when a page with this content can be read in the time and memory there are.
    pub(super) fn is_affordable(
        &self,
        document: &PdfDocument,
        content: &[u8],
        resources: Option<&Object>,
    ) -> bool {
        !is_nested_too_deep(content)
            && self
                .cost(document, content, resources, 0)
                .is_some_and(|cost| cost <= MAX_COST)
    }

    /// Characters shown and a share of the length; `None` when it is too much.
    fn cost(
        &self,
        document: &PdfDocument,
        content: &[u8],
        resources: Option<&Object>,
        depth: usize,
    ) -> Option<usize> {
        let mut cost = content.len() / 64;
        if content.len() > 64 << 10 || depth > 0 {
            cost += shown_bytes(content);
        }
        let forms = forms(document, resources);
        if !forms.is_empty() {
            for name in names_drawn(content) {
                if let Some(form) = forms.get(&name) {
                    cost = cost.saturating_add(self.form_cost(document, *form, depth + 1)?);
                }
            }
        }
        (cost <= MAX_COST).then_some(cost)
    }

    fn form_cost(&self, document: &PdfDocument, form: ObjectRef, depth: usize) -> Option<usize> {
        if let Some(&cost) = self.known.borrow().get(&form) {
            return Some(cost);
        }
        if depth > MAX_FORM_DEPTH {
            return None;
        }
        // A form that draws itself counts once; the library stops at the circle.
        self.known.borrow_mut().insert(form, 0);
        let object = document.load_object(form).ok()?;
        let is_form = object
            .as_dict()
            .is_some_and(|dict| dict.get("Subtype").and_then(Object::as_name) == Some("Form"));
        // What does not decode here is encrypted or broken: the library finds little in it.
        let cost = match object.decode_stream_data() {
            Ok(content) if is_form => {
                if is_nested_too_deep(&content) {
                    return None;
                }
                let resources = object.as_dict().and_then(|dict| dict.get("Resources"));
                self.cost(document, &content, resources, depth)?
            }
            Ok(_) | Err(_) => 0,
        };
        self.known.borrow_mut().insert(form, cost);
        Some(cost)
    }
}

/// The form objects among the resources by name; pictures are left out.
fn forms(document: &PdfDocument, resources: Option<&Object>) -> HashMap<String, ObjectRef> {
    let find = || -> Option<HashMap<String, ObjectRef>> {
        let resources = document.resolve_object(resources?).ok()?;
        let objects = document
            .resolve_object(resources.as_dict()?.get("XObject")?)
            .ok()?;
        let named = objects.as_dict()?.iter().take(5_000);
        let references =
            named.filter_map(|(name, object)| Some((name.clone(), object.as_reference()?)));
        Some(
            references
                .filter(|(_, object)| document.is_form_xobject(*object))
                .collect(),
        )
    };
    find().unwrap_or_default()
}
