//! Small tools on XML text: attributes, escaping, and edits that leave every other byte as it was.

use std::borrow::Cow;
use std::ops::Range;

use deskmate_core::{ErrorCode, WireError};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// The error of a part that is not well-formed.
pub(crate) fn damaged(part: &str, cause: impl std::fmt::Display) -> WireError {
    WireError::new(
        ErrorCode::DamagedFile,
        format!("could not read part `{part}` of the workbook: {cause}"),
    )
    .with_hint("open the workbook in its program, save it again, and try once more")
}

/// Refuses declared entities: no writer of workbooks needs them, and they can unfold without end.
pub(crate) fn refuse_doctype(part: &str) -> WireError {
    damaged(part, "it declares entities")
}

/// The value of an attribute by its local name, references resolved.
pub(crate) fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    for attribute in tag.attributes().with_checks(false).flatten() {
        let key: &str = attribute.key.as_ref();
        if key == name
            || key
                .rsplit_once(':')
                .is_some_and(|(prefix, local)| local == name && prefix != "xmlns")
        {
            return Some(unescape(&attribute.value).into_owned());
        }
    }
    None
}

/// Whether an attribute is there and true.
pub(crate) fn is_true(tag: &BytesStart<'_>, name: &str) -> bool {
    attribute(tag, name).is_some_and(|value| value == "1" || value == "true")
}

/// Resolves references; text that cannot be resolved stays as it is.
pub(crate) fn unescape(text: &str) -> Cow<'_, str> {
    quick_xml::escape::unescape(text).unwrap_or(Cow::Borrowed(text))
}

/// Resolves one reference such as `amp` or `#x4E00`.
pub(crate) fn resolve_reference(name: &str) -> String {
    unescape(&format!("&{name};")).into_owned()
}

/// Escapes text for content or attribute; characters that XML cannot hold are left out.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            '\r' => out.push_str("&#13;"),
            c if (c as u32) < 0x20 || c == '\u{FFFE}' || c == '\u{FFFF}' => {}
            c => out.push(c),
        }
    }
    out
}

/// The tag (without angle brackets and closing slash) with one attribute set to a value.
pub(crate) fn with_attribute(tag: &BytesStart<'_>, name: &str, value: &str) -> String {
    let mut out = tag.name().as_ref().to_string();
    let mut found = false;
    for attribute in tag.attributes().with_checks(false).flatten() {
        let key: &str = attribute.key.as_ref();
        if key == name {
            found = true;
            out.push_str(&format!(" {key}=\"{}\"", escape(value)));
        } else {
            out.push_str(&raw_attribute(key, &attribute.value));
        }
    }
    if !found {
        out.push_str(&format!(" {name}=\"{}\"", escape(value)));
    }
    out
}

/// The tag (without angle brackets) without one attribute.
pub(crate) fn without_attribute(tag: &BytesStart<'_>, name: &str) -> String {
    let mut out = tag.name().as_ref().to_string();
    for attribute in tag.attributes().with_checks(false).flatten() {
        let key: &str = attribute.key.as_ref();
        if key != name {
            out.push_str(&raw_attribute(key, &attribute.value));
        }
    }
    out
}

fn raw_attribute(key: &str, value: &str) -> String {
    // A value may hold the quote that did not delimit it.
    let quote = if value.contains('"') { '\'' } else { '"' };
    format!(" {key}={quote}{value}{quote}")
}

/// `x:` of `x:worksheet`, empty without prefix.
pub(crate) fn prefix_of(name: &str) -> &str {
    match name.find(':') {
        Some(colon) => &name[..=colon],
        None => "",
    }
}

/// An element as it stands in a text.
#[derive(Debug, Clone)]
pub(crate) struct Element {
    /// Local name.
    pub(crate) name: String,
    /// Elements around it.
    pub(crate) depth: usize,
    /// The start tag, attributes included.
    pub(crate) tag: BytesStart<'static>,
    /// Bytes of the start tag.
    pub(crate) open: Range<usize>,
    /// Bytes of the end tag; empty and at the end of `open` when the element closes itself.
    pub(crate) close: Range<usize>,
    /// Closes itself.
    pub(crate) is_empty: bool,
}

impl Element {
    /// An attribute by local name.
    pub(crate) fn attribute(&self, name: &str) -> Option<String> {
        attribute(&self.tag, name)
    }

    /// Prefix of the name with its colon, or empty.
    pub(crate) fn prefix(&self) -> String {
        prefix_of(self.tag.name().as_ref()).to_string()
    }
}

/// All elements of a small part in document order.
///
/// # Errors
/// `DamagedFile` when the part is not well-formed or declares entities.
pub(crate) fn elements(text: &str, part: &str) -> Result<Vec<Element>, WireError> {
    let mut reader = Reader::from_str(text);
    let mut found: Vec<Element> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    loop {
        let start = reader.buffer_position() as usize;
        let event = reader.read_event().map_err(|cause| damaged(part, cause))?;
        let end = reader.buffer_position() as usize;
        match event {
            Event::Start(tag) => {
                open.push(found.len());
                found.push(Element {
                    name: tag.local_name().as_ref().to_string(),
                    depth: open.len() - 1,
                    tag: tag.into_owned(),
                    open: start..end,
                    close: end..end,
                    is_empty: false,
                });
            }
            Event::Empty(tag) => found.push(Element {
                name: tag.local_name().as_ref().to_string(),
                depth: open.len(),
                tag: tag.into_owned(),
                open: start..end,
                close: end..end,
                is_empty: true,
            }),
            Event::End(_) => {
                if let Some(index) = open.pop() {
                    found[index].close = start..end;
                }
            }
            Event::DocType(_) => return Err(refuse_doctype(part)),
            Event::Eof => return Ok(found),
            Event::Text(_)
            | Event::CData(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::GeneralRef(_) => {}
        }
    }
}

/// Replacements in a text, applied together.
#[derive(Debug, Default)]
pub(crate) struct Splices(Vec<(Range<usize>, String)>);

impl Splices {
    /// Replaces these bytes.
    pub(crate) fn replace(&mut self, range: Range<usize>, with: impl Into<String>) {
        self.0.push((range, with.into()));
    }

    /// Sets an attribute of an element.
    pub(crate) fn set_attribute(&mut self, element: &Element, name: &str, value: &str) {
        let close = if element.is_empty { "/>" } else { ">" };
        self.replace(
            element.open.clone(),
            format!("<{}{close}", with_attribute(&element.tag, name, value)),
        );
    }

    /// Adds text as the last content of an element.
    pub(crate) fn append_child(&mut self, element: &Element, child: &str) {
        if element.is_empty {
            let name: &str = element.tag.name().0;
            let attributes: &str = element.tag.attributes_raw();
            self.replace(
                element.open.clone(),
                format!("<{name}{}>{child}</{name}>", attributes.trim_end()),
            );
        } else {
            self.replace(element.close.start..element.close.start, child);
        }
    }

    /// The text with all replacements.
    pub(crate) fn apply(mut self, text: &str) -> String {
        self.0.sort_by_key(|(range, _)| range.start);
        let mut out = String::with_capacity(text.len() + 256);
        let mut done = 0;
        for (range, with) in self.0 {
            out.push_str(&text[done..range.start]);
            out.push_str(&with);
            done = range.end;
        }
        out.push_str(&text[done..]);
        out
    }
}
