//! The text of an OpenDocument paragraph and what hangs on it.

use crate::xml::{Child, Element};

/// Spaces that one element may stand for.
const MAX_SPACES: usize = 200;

/// A paragraph's text with the things that belong after it.
#[derive(Debug, Default)]
pub(super) struct Inline<'t, 'a> {
    pub(super) text: String,
    pub(super) footnotes: Vec<(String, Element<'t, 'a>)>,
    pub(super) comments: Vec<Element<'t, 'a>>,
    pub(super) frames: Vec<Element<'t, 'a>>,
}

impl std::fmt::Debug for Element<'_, '_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "<{}>", self.name())
    }
}

/// Collects the text of a paragraph or heading. The depth is that of the tree, which is limited.
pub(super) fn collect<'t, 'a>(element: Element<'t, 'a>) -> Inline<'t, 'a> {
    let mut inline = Inline::default();
    walk(element, &mut inline);
    inline
}

fn walk<'t, 'a>(element: Element<'t, 'a>, inline: &mut Inline<'t, 'a>) {
    for child in element.children() {
        let element = match child {
            Child::Text(text) => {
                push_collapsed(&mut inline.text, text);
                continue;
            }
            Child::Element(element) => element,
        };
        match element.name() {
            "s" => {
                let count = element
                    .attribute("c")
                    .and_then(|count| count.parse().ok())
                    .unwrap_or(1);
                inline
                    .text
                    .extend(std::iter::repeat_n(' ', usize::min(count, MAX_SPACES)));
            }
            "tab" => inline.text.push('\t'),
            "line-break" | "soft-page-break" if element.is("line-break") => inline.text.push('\n'),
            "note" => {
                let label = element
                    .child("note-citation")
                    .map(Element::own_text)
                    .unwrap_or_default();
                inline.text.push('[');
                inline.text.push_str(label.trim());
                inline.text.push(']');
                if let Some(body) = element.child("note-body") {
                    inline.footnotes.push((label.trim().to_owned(), body));
                }
            }
            "annotation" => inline.comments.push(element),
            "frame" | "custom-shape" | "rect" | "ellipse" | "g" | "text-box" | "line"
            | "connector" => {
                inline.frames.push(element);
            }
            "ruby-text" => {
                let text = element.own_text();
                if !text.trim().is_empty() {
                    inline.text.push('（');
                    inline.text.push_str(text.trim());
                    inline.text.push('）');
                }
            }
            // Text that is not shown, or that another part repeats.
            "annotation-end" | "hidden-text" | "hidden-paragraph" | "bookmark-start"
            | "bookmark-end" | "change" | "change-start" | "change-end" | "script" => {}
            _ => walk(element, inline),
        }
    }
}

/// White space counts once in OpenDocument; more of it is written as elements.
fn push_collapsed(out: &mut String, text: &str) {
    for c in text.chars() {
        if matches!(c, ' ' | '\n' | '\r' | '\t') {
            if !out.ends_with([' ', '\n', '\t']) {
                out.push(' ');
            }
        } else if !matches!(c, '\u{200B}' | '\u{FEFF}' | '\u{AD}') {
            out.push(c);
        }
    }
}
