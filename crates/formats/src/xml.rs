//! XML parts as trees: one arena, names and values borrowed from the text, no recursion, no entities.

use std::borrow::Cow;

use deskmate_core::{ErrorCode, WireError};
use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE};
use quick_xml::Reader;
use quick_xml::events::Event;

use crate::archive::{declares_entities, entities_error};

/// No more nodes than this per part: at 56 bytes each a worker keeps well inside its memory.
const MAX_NODES: usize = 6_000_000;
const NONE: u32 = u32::MAX;

/// A parsed part. Broken XML gives the tree up to the fault, and says so.
pub(crate) struct Tree<'a> {
    nodes: Vec<Node<'a>>,
    damage: Option<String>,
}

struct Node<'a> {
    /// Local name; empty for text.
    name: &'a str,
    /// Raw attributes of an element, or the text.
    value: Cow<'a, str>,
    first_child: u32,
    next: u32,
}

/// An element of a tree. Names are local names: prefixes differ between writers.
#[derive(Clone, Copy)]
pub(crate) struct Element<'t, 'a> {
    tree: &'t Tree<'a>,
    index: u32,
}

/// A child of an element: another element or a piece of text.
pub(crate) enum Child<'t, 'a> {
    /// An element.
    Element(Element<'t, 'a>),
    /// Text with references resolved.
    Text(&'t str),
}

/// Decodes a part by its byte order mark or XML declaration; UTF-8 when neither says otherwise.
pub(crate) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    match bytes {
        [0xFE, 0xFF, ..] => return UTF_16BE.decode(bytes).0,
        [0xFF, 0xFE, ..] | [b'<', 0, _, _, ..] => return UTF_16LE.decode(bytes).0,
        [0, b'<', ..] => return UTF_16BE.decode(bytes).0,
        _ => {}
    }
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]);
    let declared = head
        .split_once("encoding=")
        .and_then(|(_, rest)| rest.get(1..)?.split(['"', '\'']).next())
        .and_then(|label| encoding_rs::Encoding::for_label(label.as_bytes()))
        .filter(|encoding| *encoding != UTF_16LE && *encoding != UTF_16BE);
    declared.unwrap_or(UTF_8).decode(bytes).0
}

impl<'a> Tree<'a> {
    /// Parses a part; `name` is for messages.
    ///
    /// # Errors
    /// `DamagedFile` when entities are declared, elements nest deeper than `max_depth`, or nothing is readable.
    pub(crate) fn parse(text: &'a str, name: &str, max_depth: usize) -> Result<Self, WireError> {
        if declares_entities(text.as_bytes()) {
            return Err(entities_error(name));
        }
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        let mut builder = Builder::new();
        let mut damage = None;
        loop {
            let start = position(&reader);
            let event = match reader.read_event() {
                Ok(event) => event,
                Err(error) => {
                    damage = Some(error.to_string());
                    break;
                }
            };
            let source = text.get(start..position(&reader)).unwrap_or_default();
            match event {
                Event::Start(_) => {
                    if builder.open.len() > max_depth {
                        return Err(WireError::new(
                            ErrorCode::DamagedFile,
                            format!("elements of `{name}` nest deeper than {max_depth} levels"),
                        )
                        .with_hint("open the file in its program and save it again"));
                    }
                    let (local, attributes) = split_tag(source);
                    builder.open_element(local, attributes);
                }
                Event::Empty(_) => {
                    let (local, attributes) = split_tag(source);
                    builder.open_element(local, attributes);
                    builder.close_element();
                }
                Event::End(_) => builder.close_element(),
                Event::Text(text) => builder.text(text.into_inner()),
                Event::CData(text) => builder.text(text.into_inner()),
                Event::GeneralRef(reference) => {
                    builder.text(resolve(&reference.into_inner()));
                }
                Event::Eof => {
                    if builder.open.len() > 1 {
                        damage = Some("the part ends in the middle".to_owned());
                    }
                    break;
                }
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            }
            if builder.nodes.len() >= MAX_NODES {
                damage = Some(format!("the part has more than {MAX_NODES} elements"));
                break;
            }
        }
        if builder.nodes.len() < 2 {
            return Err(WireError::new(
                ErrorCode::DamagedFile,
                format!("the part `{name}` is not XML"),
            )
            .with_hint("get the file again from where it comes; the copy may be damaged"));
        }
        Ok(Self {
            nodes: builder.nodes,
            damage,
        })
    }

    /// Why the tree ends early, if it does.
    pub(crate) fn damage(&self) -> Option<&str> {
        self.damage.as_deref()
    }

    /// The document node; its only element child is the root element.
    pub(crate) fn document(&self) -> Element<'_, 'a> {
        Element {
            tree: self,
            index: 0,
        }
    }

    /// The root element.
    pub(crate) fn root(&self) -> Element<'_, 'a> {
        let document = self.document();
        document.elements().next().unwrap_or(document)
    }
}

struct Builder<'a> {
    nodes: Vec<Node<'a>>,
    /// Open elements with their last child.
    open: Vec<(u32, u32)>,
}

impl<'a> Builder<'a> {
    fn new() -> Self {
        let document = Node {
            name: "#document",
            value: Cow::Borrowed(""),
            first_child: NONE,
            next: NONE,
        };
        Self {
            nodes: vec![document],
            open: vec![(0, NONE)],
        }
    }

    fn push(&mut self, name: &'a str, value: Cow<'a, str>) -> u32 {
        let index = u32::try_from(self.nodes.len()).unwrap_or(NONE);
        self.nodes.push(Node {
            name,
            value,
            first_child: NONE,
            next: NONE,
        });
        if let Some((parent, last)) = self.open.last_mut() {
            if *last == NONE {
                self.nodes[*parent as usize].first_child = index;
            } else {
                self.nodes[*last as usize].next = index;
            }
            *last = index;
        }
        index
    }

    fn open_element(&mut self, name: &'a str, attributes: &'a str) {
        let index = self.push(name, Cow::Borrowed(attributes));
        self.open.push((index, NONE));
    }

    fn close_element(&mut self) {
        if self.open.len() > 1 {
            self.open.pop();
        }
    }

    fn text(&mut self, text: Cow<'a, str>) {
        if !text.is_empty() {
            self.push("", text);
        }
    }
}

fn position(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

/// Splits `<prefix:name attributes/>` into its local name and its attributes.
fn split_tag(source: &str) -> (&str, &str) {
    let inner = source.trim_start_matches('<');
    let inner = inner.strip_suffix('>').unwrap_or(inner);
    let inner = inner.strip_suffix('/').unwrap_or(inner);
    let end = inner
        .find(|character: char| character.is_ascii_whitespace())
        .unwrap_or(inner.len());
    let (name, attributes) = inner.split_at(end);
    let local = name.rsplit_once(':').map_or(name, |(_, local)| local);
    (if local.is_empty() { "?" } else { local }, attributes)
}

/// The predefined entities and character references; others stand for nothing.
fn resolve(reference: &str) -> Cow<'static, str> {
    let known = match reference {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => {
            let code = reference.strip_prefix('#').and_then(|digits| {
                match digits.strip_prefix(['x', 'X']) {
                    Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok(),
                    None => digits.parse().ok(),
                }
            });
            return code
                .and_then(char::from_u32)
                .filter(|character| *character != '\0')
                .map_or(Cow::Borrowed(""), |character| {
                    Cow::Owned(character.to_string())
                });
        }
    };
    Cow::Borrowed(known)
}

/// Resolves references in an attribute's raw value.
pub(crate) fn unescape(raw: &str) -> Cow<'_, str> {
    if !raw.contains('&') {
        return Cow::Borrowed(raw);
    }
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(start) = rest.find('&') {
        text.push_str(&rest[..start]);
        rest = &rest[start + 1..];
        match rest.find(';') {
            Some(end) if end <= 10 => {
                text.push_str(&resolve(&rest[..end]));
                rest = &rest[end + 1..];
            }
            _ => text.push('&'),
        }
    }
    text.push_str(rest);
    Cow::Owned(text)
}

impl<'t, 'a> Element<'t, 'a> {
    fn node(self) -> &'t Node<'a> {
        &self.tree.nodes[self.index as usize]
    }

    /// Local name.
    pub(crate) fn name(self) -> &'a str {
        self.node().name
    }

    /// True when the local name is this one.
    pub(crate) fn is(self, name: &str) -> bool {
        self.name() == name
    }

    /// Children in order.
    pub(crate) fn children(self) -> impl Iterator<Item = Child<'t, 'a>> {
        let tree = self.tree;
        let mut next = self.node().first_child;
        std::iter::from_fn(move || {
            let node = tree.nodes.get(next as usize)?;
            let index = next;
            next = node.next;
            Some(if node.name.is_empty() {
                Child::Text(&node.value)
            } else {
                Child::Element(Element { tree, index })
            })
        })
    }

    /// Child elements in order.
    pub(crate) fn elements(self) -> impl Iterator<Item = Element<'t, 'a>> {
        self.children().filter_map(|child| match child {
            Child::Element(element) => Some(element),
            Child::Text(_) => None,
        })
    }

    /// First child element of this local name.
    pub(crate) fn child(self, name: &str) -> Option<Element<'t, 'a>> {
        self.elements().find(|element| element.is(name))
    }

    /// Follows a path of first children.
    pub(crate) fn at(self, path: &[&str]) -> Option<Element<'t, 'a>> {
        path.iter()
            .try_fold(self, |element, name| element.child(name))
    }

    /// All elements below, in document order.
    pub(crate) fn descendants(self) -> impl Iterator<Item = Element<'t, 'a>> {
        let tree = self.tree;
        let mut pending = vec![self.node().first_child];
        std::iter::from_fn(move || {
            loop {
                let index = pending.pop()?;
                let Some(node) = tree.nodes.get(index as usize) else {
                    continue;
                };
                pending.push(node.next);
                pending.push(node.first_child);
                if !node.name.is_empty() {
                    return Some(Element { tree, index });
                }
            }
        })
    }

    /// First element below of this local name.
    pub(crate) fn find(self, name: &str) -> Option<Element<'t, 'a>> {
        self.descendants().find(|element| element.is(name))
    }

    /// Text of this element's own text children.
    pub(crate) fn own_text(self) -> String {
        self.children()
            .filter_map(|child| match child {
                Child::Text(text) => Some(text),
                Child::Element(_) => None,
            })
            .collect()
    }

    /// Value of the attribute with this local name, whatever its prefix.
    pub(crate) fn attribute(self, local: &str) -> Option<Cow<'t, str>> {
        self.raw_attributes()
            .find(|(name, _)| name.rsplit(':').next() == Some(local))
            .map(|(_, value)| unescape(value))
    }

    /// Values of all attributes with this local name.
    pub(crate) fn attributes(self, local: &str) -> impl Iterator<Item = Cow<'t, str>> {
        self.raw_attributes()
            .filter(move |(name, _)| name.rsplit(':').next() == Some(local))
            .map(|(_, value)| unescape(value))
    }

    /// Value of the attribute with this local name that has a prefix, e.g. `r:id` beside `id`.
    pub(crate) fn prefixed_attribute(self, local: &str) -> Option<Cow<'t, str>> {
        self.raw_attributes()
            .find(|(name, _)| {
                name.rsplit_once(':')
                    .is_some_and(|(prefix, own)| own == local && prefix != "xmlns")
            })
            .map(|(_, value)| unescape(value))
    }

    /// The attribute `val` of the first child of this name: how Office writes a setting.
    pub(crate) fn setting(self, name: &str) -> Option<Cow<'t, str>> {
        self.child(name)?.attribute("val")
    }

    /// A switch such as `<w:vanish/>`: present and not `0`, `false` or `off`.
    pub(crate) fn switch(self, name: &str) -> bool {
        self.child(name).is_some_and(|element| {
            element
                .attribute("val")
                .is_none_or(|value| !matches!(value.as_ref(), "0" | "false" | "off" | "none"))
        })
    }

    /// For a compatibility alternative, the branch to read: the first choice, unless only the fallback has text.
    pub(crate) fn alternative(self) -> Option<Element<'t, 'a>> {
        let choice = self.child("Choice");
        let fallback = self.child("Fallback");
        let readable = |branch: Element<'_, '_>| {
            branch
                .descendants()
                .any(|inner| matches!(inner.name(), "t" | "chart" | "relIds" | "blip"))
        };
        match (choice, fallback) {
            (Some(choice), Some(fallback)) if !readable(choice) && readable(fallback) => {
                Some(fallback)
            }
            (choice, fallback) => choice.or(fallback),
        }
    }

    fn raw_attributes(self) -> impl Iterator<Item = (&'t str, &'t str)> {
        let mut rest: &'t str = &self.node().value;
        std::iter::from_fn(move || {
            let (name, after) = rest.split_once('=')?;
            let after = after.trim_start();
            let quote = after
                .chars()
                .next()
                .filter(|mark| matches!(mark, '"' | '\''))?;
            let (value, remaining) = after[1..].split_once(quote)?;
            rest = remaining;
            Some((name.trim(), value))
        })
    }
}
