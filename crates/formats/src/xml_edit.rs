//! XML parts that are changed in place: what nobody touches is written back as it stood.

use std::borrow::Cow;

use deskmate_core::{ErrorCode, WireError};
use quick_xml::Reader;
use quick_xml::events::Event;

use crate::archive::{declares_entities, entities_error};
use crate::package_writer::escape;

/// A part as an owned tree.
#[derive(Debug, Clone)]
pub(crate) struct EditTree {
    /// Declaration and whatever else stands before the root element.
    head: String,
    /// The root element.
    pub(crate) root: EditElement,
}

/// An element with its attributes and children.
#[derive(Debug, Clone, Default)]
pub(crate) struct EditElement {
    /// Name with prefix.
    name: String,
    /// Names with prefix and raw values, in order.
    attributes: Vec<(String, String)>,
    /// Children in order.
    pub(crate) children: Vec<EditNode>,
}

/// A child of an element.
#[derive(Debug, Clone)]
pub(crate) enum EditNode {
    /// An element.
    Element(EditElement),
    /// Anything else, as it stood in the source.
    Source(String),
}

impl EditTree {
    /// Parses a part; `name` is for messages.
    ///
    /// # Errors
    /// `DamagedFile` when the part is not well-formed, declares entities or nests deeper than `max_depth`: a broken
    /// part is not corrected.
    pub(crate) fn parse(text: &str, name: &str, max_depth: usize) -> Result<Self, WireError> {
        if declares_entities(text.as_bytes()) {
            return Err(entities_error(name));
        }
        let broken = |why: &str| {
            WireError::new(
                ErrorCode::DamagedFile,
                format!("the part `{name}` cannot be changed: {why}"),
            )
            .with_hint("open the file in Word or WPS, save it again and try once more")
        };
        let mut reader = Reader::from_str(text);
        let mut head = String::new();
        let mut open: Vec<EditElement> = Vec::new();
        loop {
            let start = position(&reader);
            let event = reader
                .read_event()
                .map_err(|error| broken(&error.to_string()))?;
            let source = text.get(start..position(&reader)).unwrap_or_default();
            match event {
                Event::Start(_) => {
                    if open.len() >= max_depth {
                        return Err(broken("its elements nest too deep"));
                    }
                    open.push(element_of(source));
                }
                Event::Empty(_) => {
                    let element = element_of(source);
                    match open.last_mut() {
                        Some(parent) => parent.children.push(EditNode::Element(element)),
                        None => {
                            return Ok(Self {
                                head,
                                root: element,
                            });
                        }
                    }
                }
                Event::End(_) => {
                    let Some(element) = open.pop() else {
                        return Err(broken("an element ends that never began"));
                    };
                    match open.last_mut() {
                        Some(parent) => parent.children.push(EditNode::Element(element)),
                        None => {
                            return Ok(Self {
                                head,
                                root: element,
                            });
                        }
                    }
                }
                Event::Eof => return Err(broken("it ends in the middle")),
                Event::Text(_)
                | Event::CData(_)
                | Event::GeneralRef(_)
                | Event::Comment(_)
                | Event::Decl(_)
                | Event::PI(_)
                | Event::DocType(_) => match open.last_mut() {
                    Some(parent) => parent.children.push(EditNode::Source(source.to_owned())),
                    None => head.push_str(source),
                },
            }
        }
    }

    /// The part as text.
    pub(crate) fn write(&self) -> String {
        let mut out = self.head.clone();
        self.root.write(&mut out);
        out
    }
}

fn position(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

fn element_of(source: &str) -> EditElement {
    let inner = source.trim_start_matches('<');
    let inner = inner.strip_suffix('>').unwrap_or(inner);
    let inner = inner.strip_suffix('/').unwrap_or(inner);
    let end = inner
        .find(|character: char| character.is_ascii_whitespace())
        .unwrap_or(inner.len());
    let (name, mut rest) = inner.split_at(end);
    let mut attributes = Vec::new();
    while let Some((key, after)) = rest.split_once('=') {
        let after = after.trim_start();
        let Some(quote) = after.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
            break;
        };
        let Some((value, remaining)) = after[1..].split_once(quote) else {
            break;
        };
        attributes.push((key.trim().to_owned(), value.to_owned()));
        rest = remaining;
    }
    EditElement {
        name: name.to_owned(),
        attributes,
        children: Vec::new(),
    }
}

fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

impl EditElement {
    /// A new element, e.g. `w:jc`.
    pub(crate) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..Self::default()
        }
    }

    /// The same element with an attribute.
    #[must_use]
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.set(name, value);
        self
    }

    /// True when the local name is this one.
    pub(crate) fn is(&self, name: &str) -> bool {
        local(&self.name) == name
    }

    /// Prefix with colon, as the part itself binds it.
    pub(crate) fn prefix(&self) -> String {
        self.name
            .split_once(':')
            .map_or_else(String::new, |(prefix, _)| format!("{prefix}:"))
    }

    /// Raw value of the attribute with this local name.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(key, _)| local(key) == local(name))
            .map(|(_, value)| value.as_str())
    }

    /// Sets an attribute, replacing the one of this local name.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        let value = escape(value);
        match self
            .attributes
            .iter_mut()
            .find(|(key, _)| local(key) == local(name))
        {
            Some((_, old)) => *old = value,
            None => self.attributes.push((name.to_owned(), value)),
        }
    }

    /// Takes an attribute away.
    pub(crate) fn unset(&mut self, name: &str) {
        self.attributes.retain(|(key, _)| local(key) != local(name));
    }

    /// Child elements in order.
    pub(crate) fn elements(&self) -> impl Iterator<Item = &EditElement> {
        self.children.iter().filter_map(|child| match child {
            EditNode::Element(element) => Some(element),
            EditNode::Source(_) => None,
        })
    }

    /// Child elements in order, to be changed.
    pub(crate) fn elements_mut(&mut self) -> impl Iterator<Item = &mut EditElement> {
        self.children.iter_mut().filter_map(|child| match child {
            EditNode::Element(element) => Some(element),
            EditNode::Source(_) => None,
        })
    }

    /// First child of this local name; made where `order` (the schema's sequence of local names) puts it if missing.
    pub(crate) fn child_or_new(&mut self, name: &str, order: &[&str]) -> &mut EditElement {
        let found = self
            .children
            .iter()
            .position(|child| matches!(child, EditNode::Element(element) if element.is(name)));
        let at = found.unwrap_or_else(|| {
            // What the sequence does not name stands behind what it does.
            let rank = |name: &str| {
                order
                    .iter()
                    .position(|known| *known == name)
                    .unwrap_or(order.len())
            };
            let own = rank(name);
            let at = self
                .children
                .iter()
                .position(|child| match child {
                    EditNode::Element(element) => rank(local(&element.name)) > own,
                    EditNode::Source(_) => false,
                })
                .unwrap_or(self.children.len());
            let element = EditElement::new(&format!("{}{name}", self.prefix()));
            self.children.insert(at, EditNode::Element(element));
            at
        });
        match &mut self.children[at] {
            EditNode::Element(element) => element,
            EditNode::Source(_) => unreachable!("the position is that of an element"),
        }
    }

    /// Takes away the children of this local name.
    pub(crate) fn remove(&mut self, name: &str) {
        self.children
            .retain(|child| !matches!(child, EditNode::Element(element) if element.is(name)));
    }

    /// The `number`-th element of this local name below, in document order.
    pub(crate) fn nth_mut(&mut self, name: &str, number: usize) -> Option<&mut EditElement> {
        let mut left = number;
        self.seek(name, &mut left)
    }

    fn seek(&mut self, name: &str, left: &mut usize) -> Option<&mut EditElement> {
        for child in &mut self.children {
            let EditNode::Element(element) = child else {
                continue;
            };
            if element.is(name) {
                if *left == 0 {
                    return Some(element);
                }
                *left -= 1;
            }
            if let Some(found) = element.seek(name, left) {
                return Some(found);
            }
        }
        None
    }

    /// Calls `change` on every element of this local name below.
    pub(crate) fn each_mut(&mut self, name: &str, change: &mut dyn FnMut(&mut EditElement)) {
        for element in self.elements_mut() {
            if element.is(name) {
                change(element);
            }
            element.each_mut(name, change);
        }
    }

    /// Text of this element's own children, references resolved.
    pub(crate) fn text(&self) -> String {
        self.children
            .iter()
            .filter_map(|child| match child {
                EditNode::Source(source) => Some(unescape(source)),
                EditNode::Element(_) => None,
            })
            .collect()
    }

    /// Replaces all children by text.
    pub(crate) fn set_text(&mut self, text: &str) {
        self.children = vec![EditNode::Source(escape(text))];
        self.set("xml:space", "preserve");
    }

    fn write(&self, out: &mut String) {
        out.push('<');
        out.push_str(&self.name);
        for (name, value) in &self.attributes {
            let quote = if value.contains('"') { '\'' } else { '"' };
            out.push(' ');
            out.push_str(name);
            out.push('=');
            out.push(quote);
            out.push_str(value);
            out.push(quote);
        }
        if self.children.is_empty() {
            out.push_str("/>");
            return;
        }
        out.push('>');
        for child in &self.children {
            match child {
                EditNode::Element(element) => element.write(out),
                EditNode::Source(source) => out.push_str(source),
            }
        }
        out.push_str("</");
        out.push_str(&self.name);
        out.push('>');
    }
}

fn unescape(source: &str) -> Cow<'_, str> {
    if let Some(inner) = source
        .strip_prefix("<![CDATA[")
        .and_then(|rest| rest.strip_suffix("]]>"))
    {
        return Cow::Borrowed(inner);
    }
    if source.starts_with('<') {
        return Cow::Borrowed("");
    }
    crate::xml::unescape(source)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_untouched_part_is_written_back_as_it_stood() {
        let source = "<?xml version=\"1.0\"?>\n<w:a xmlns:w=\"x\" w:b='1 \"2\"'><!-- c --><w:t xml:space=\"preserve\"> a &amp; b</w:t><w:e/></w:a>";
        let tree = EditTree::parse(source, "part", 20).unwrap();
        assert_eq!(tree.write(), source);
    }

    #[test]
    fn a_new_child_stands_where_the_schema_puts_it() {
        let source = "<w:pPr><w:pStyle/><w:jc/></w:pPr>";
        let mut tree = EditTree::parse(source, "part", 20).unwrap();
        tree.root
            .child_or_new("ind", &["pStyle", "spacing", "ind", "jc"])
            .set("w:left", "0");
        assert_eq!(
            tree.write(),
            "<w:pPr><w:pStyle/><w:ind w:left=\"0\"/><w:jc/></w:pPr>"
        );
    }
}
