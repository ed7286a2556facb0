//! HTML as characters, before it is parsed: sniffing, limits, XHTML's differences.

use std::borrow::Cow;

/// Bytes in which a page must show what it is.
pub(super) const SNIFF_BYTES: usize = 8 << 10;

/// Open elements above which a page is not parsed: the parser's time grows with the square of the depth, and
/// browsers stop at 512.
pub(super) const MAX_NESTING: usize = 2000;

const VOID: [&str; 15] = [
    "area", "base", "basefont", "br", "col", "embed", "hr", "img", "input", "link", "meta",
    "param", "source", "track", "wbr",
];
/// Elements whose end tag may be left out, so that they do not nest.
const ENDED_BY_NEXT: [&str; 14] = [
    "p", "li", "dt", "dd", "option", "optgroup", "tr", "td", "th", "thead", "tbody", "tfoot",
    "colgroup", "rt",
];

/// True for text that says it is a page: a doctype or one of the outer elements.
pub(super) fn is_page(head: &str) -> bool {
    let start = head.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    if !start.starts_with('<') {
        return false;
    }
    let lower = start.to_ascii_lowercase();
    lower.starts_with("<!doctype html")
        || ["<html", "<head", "<body"].iter().any(|tag| {
            lower
                .match_indices(tag)
                .any(|(at, _)| lower[at + tag.len()..].starts_with(['>', ' ', '\n', '\r', '\t']))
        })
}

/// True for text with any tag in it.
pub(super) fn has_tag(head: &str) -> bool {
    head.as_bytes()
        .windows(2)
        .any(|pair| pair[0] == b'<' && (pair[1].is_ascii_alphabetic() || pair[1] == b'!'))
}

/// The encoding that a `meta` element or the XML declaration names.
pub(crate) fn declared_charset(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]).to_ascii_lowercase();
    let value_at = |name: &str| {
        let rest = head[head.find(name)? + name.len()..]
            .trim_start()
            .strip_prefix('=')?;
        let value: String = rest
            .trim_start()
            .trim_start_matches(['"', '\''])
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':'))
            .collect();
        (!value.is_empty()).then_some(value)
    };
    let declaration = head
        .starts_with("<?xml")
        .then(|| value_at("encoding"))
        .flatten();
    value_at("charset").or(declaration)
}

/// A tag in the source: its place, its name in lower case and what kind it is.
struct Tag {
    start: usize,
    end: usize,
    name: String,
    is_end: bool,
    is_self_closed: bool,
}

/// The next tag from an offset on; comments, declarations and lone `<` are passed over.
fn next_tag(html: &str, mut from: usize) -> Option<Tag> {
    let bytes = html.as_bytes();
    loop {
        let start = from + html.get(from..)?.find('<')?;
        if html[start..].starts_with("<!--") {
            from = start + 4 + html[start + 4..].find("-->")? + 3;
            continue;
        }
        let is_end = bytes.get(start + 1) == Some(&b'/');
        let name_start = start + 1 + usize::from(is_end);
        let name_length = bytes[name_start..]
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'-'))
            .count();
        if name_length == 0 || !bytes[name_start].is_ascii_alphabetic() {
            from = start + 1;
            continue;
        }
        let name = html[name_start..name_start + name_length].to_ascii_lowercase();
        let close = end_of_tag(bytes, name_start + name_length)?;
        return Some(Tag {
            start,
            end: close + 1,
            name,
            is_end,
            is_self_closed: bytes[close - 1] == b'/',
        });
    }
}

/// The `>` that ends a tag, outside quotes.
fn end_of_tag(bytes: &[u8], from: usize) -> Option<usize> {
    let mut quote = None;
    let mut after_equals = false;
    for (at, byte) in bytes.iter().enumerate().skip(from) {
        match (quote, byte) {
            (Some(open), _) if *byte == open => quote = None,
            (Some(_), _) => {}
            // A quotation mark elsewhere than after `=` is a character of a broken attribute.
            (None, b'"' | b'\'') if after_equals => quote = Some(*byte),
            (None, b'>') => return Some(at),
            (None, _) => {}
        }
        if !byte.is_ascii_whitespace() {
            after_equals = *byte == b'=';
        }
    }
    None
}

/// Where the content of a script or style ends.
fn end_of_raw(html: &str, name: &str, from: usize) -> usize {
    let closing = format!("</{name}");
    let bytes = html.as_bytes();
    bytes[from..]
        .windows(closing.len())
        .position(|window| window.eq_ignore_ascii_case(closing.as_bytes()))
        .map_or(html.len(), |at| from + at)
}

/// How many elements are open at once, counted roughly and without parsing.
pub(super) fn nesting(html: &str) -> usize {
    let (mut depth, mut deepest, mut from) = (0_usize, 0_usize, 0_usize);
    while let Some(tag) = next_tag(html, from) {
        from = tag.end;
        let name = tag.name.as_str();
        if VOID.contains(&name) || ENDED_BY_NEXT.contains(&name) {
            continue;
        }
        if tag.is_end {
            depth = depth.saturating_sub(1);
        } else if matches!(name, "script" | "style") {
            from = end_of_raw(html, name, tag.end);
            depth += 1;
        } else {
            depth += 1;
            deepest = deepest.max(depth);
        }
    }
    deepest
}

/// The text between the tags, with line breaks where blocks end, without scripts and styles.
pub(super) fn without_tags(html: &str) -> String {
    let mut text = String::new();
    let mut from = 0;
    while let Some(tag) = next_tag(html, from) {
        unescape_into(&mut text, &html[from..tag.start]);
        from = tag.end;
        if !tag.is_end && matches!(tag.name.as_str(), "script" | "style") {
            from = end_of_raw(html, &tag.name, tag.end);
        }
        if matches!(
            tag.name.as_str(),
            "p" | "div" | "br" | "li" | "tr" | "h1" | "h2" | "h3" | "table"
        ) && !text.ends_with('\n')
        {
            text.push('\n');
        }
    }
    unescape_into(&mut text, &html[from..]);
    text
}

fn unescape_into(text: &mut String, part: &str) {
    if !part.contains('&') {
        text.push_str(part);
        return;
    }
    let named = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&nbsp;", " "),
        ("&amp;", "&"),
    ];
    let mut part = part.to_owned();
    for (name, character) in named {
        part = part.replace(name, character);
    }
    text.push_str(&part);
}

/// Writes XHTML so that an HTML parser reads it: `<title/>` as `<title></title>`, character data escaped.
///
/// Plain HTML is returned as it is: there a slash before `>` means nothing.
pub(super) fn close_empty_elements(html: &str) -> Cow<'_, str> {
    let start = html.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    let mut head = start.len().min(1024);
    while !start.is_char_boundary(head) {
        head -= 1;
    }
    if !start.starts_with("<?xml") && !start[..head].contains("http://www.w3.org/1999/xhtml") {
        return Cow::Borrowed(html);
    }
    let html = escape_character_data(html);
    let mut out = String::with_capacity(html.len());
    let mut from = 0;
    while let Some(tag) = next_tag(&html, from) {
        if tag.is_self_closed && !tag.is_end && !VOID.contains(&tag.name.as_str()) {
            out.push_str(&html[from..tag.end - 2]);
            out.push_str("></");
            out.push_str(&tag.name);
            out.push('>');
        } else {
            out.push_str(&html[from..tag.end]);
        }
        from = tag.end;
    }
    out.push_str(&html[from..]);
    Cow::Owned(out)
}

fn escape_character_data(html: &str) -> Cow<'_, str> {
    const OPEN: &str = "<![CDATA[";
    if !html.contains(OPEN) {
        return Cow::Borrowed(html);
    }
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find(OPEN) {
        out.push_str(&rest[..start]);
        let inner = &rest[start + OPEN.len()..];
        let end = inner.find("]]>").unwrap_or(inner.len());
        out.push_str(&inner[..end].replace('&', "&amp;").replace('<', "&lt;"));
        rest = inner.get(end + 3..).unwrap_or("");
    }
    out.push_str(rest);
    Cow::Owned(out)
}
