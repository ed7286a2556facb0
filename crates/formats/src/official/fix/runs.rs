//! Changes inside a paragraph: faces of some characters, sizes, colours, words.

use std::ops::Range;

use crate::official::faces::Face;
use crate::xml_edit::{EditElement, EditNode};

/// Order of the children of `w:rPr`.
const RUN_ORDER: &[&str] = &[
    "rStyle",
    "rFonts",
    "b",
    "bCs",
    "i",
    "iCs",
    "caps",
    "smallCaps",
    "strike",
    "dstrike",
    "outline",
    "shadow",
    "emboss",
    "imprint",
    "noProof",
    "snapToGrid",
    "vanish",
    "webHidden",
    "color",
    "spacing",
    "w",
    "kern",
    "position",
    "sz",
    "szCs",
    "highlight",
    "u",
    "effect",
    "bdr",
    "shd",
    "fitText",
    "vertAlign",
    "rtl",
    "cs",
    "em",
    "lang",
    "eastAsianLayout",
    "specVanish",
    "oMath",
    "rPrChange",
];

/// A paragraph without text, drawing and section end.
pub(super) fn is_blank(element: &EditElement) -> bool {
    fn holds(element: &EditElement) -> bool {
        element.elements().any(|child| {
            child.is("drawing")
                || child.is("pict")
                || child.is("sectPr")
                || child.is("br")
                || child.is("object")
                || child.is("pBdr")
                || (child.is("t") && !child.text().trim().is_empty())
                || holds(child)
        })
    }
    element.is("p") && !holds(element)
}

/// Calls `change` on each run of the paragraph that is not inside a text box, in order.
fn each_run(element: &mut EditElement, change: &mut dyn FnMut(&mut EditElement)) {
    for child in element.elements_mut() {
        if child.is("r") {
            change(child);
        } else if !["pPr", "del", "moveFrom", "txbxContent", "drawing", "pict"]
            .iter()
            .any(|name| child.is(name))
        {
            each_run(child, change);
        }
    }
}

/// Characters of a run as the checker counts them.
fn length(run: &EditElement) -> usize {
    run.elements()
        .map(|child| {
            if child.is("t") {
                child.text().chars().count()
            } else {
                usize::from(
                    ["tab", "br", "cr", "noBreakHyphen"]
                        .iter()
                        .any(|name| child.is(name)),
                )
            }
        })
        .sum()
}

fn properties(run: &mut EditElement) -> &mut EditElement {
    run.child_or_new(
        "rPr",
        &[
            "rPr",
            "t",
            "tab",
            "br",
            "cr",
            "fldChar",
            "instrText",
            "sym",
            "drawing",
            "noBreakHyphen",
        ],
    )
}

/// Sets the face of a range of characters; runs that reach over its edges are divided.
pub(super) fn set_face(paragraph: &mut EditElement, range: &Range<usize>, face: Face) {
    let mut offset = 0;
    divide(paragraph, &mut offset, range);
    let mut offset = 0;
    each_run(paragraph, &mut |run| {
        let start = offset;
        offset += length(run);
        if start >= range.start && offset <= range.end && offset > start {
            let fonts = properties(run).child_or_new("rFonts", RUN_ORDER);
            fonts.set("w:eastAsia", face.name());
            fonts.unset("eastAsiaTheme");
            fonts.unset("hint");
        }
    });
}

fn divide(element: &mut EditElement, offset: &mut usize, range: &Range<usize>) {
    let mut at = 0;
    while at < element.children.len() {
        let EditNode::Element(child) = &mut element.children[at] else {
            at += 1;
            continue;
        };
        if child.is("r") {
            let (start, end) = (*offset, *offset + length(child));
            let cut = [range.start, range.end]
                .into_iter()
                .find(|edge| start < *edge && *edge < end);
            if let Some(edge) = cut {
                let (first, second) = split(child, edge - start);
                element.children[at] = EditNode::Element(first);
                element.children.insert(at + 1, EditNode::Element(second));
                // The first half is done; the second may be cut again.
                *offset = edge;
            } else {
                *offset = end;
            }
        } else if !child.is("pPr") && !child.is("del") && !child.is("moveFrom") {
            divide(child, offset, range);
        }
        at += 1;
    }
}

fn split(run: &EditElement, at: usize) -> (EditElement, EditElement) {
    let mut first = run.clone();
    let mut second = run.clone();
    first.children.clear();
    second.children.clear();
    let mut offset = 0;
    for child in &run.children {
        let EditNode::Element(element) = child else {
            continue;
        };
        if element.is("rPr") {
            first.children.push(child.clone());
            second.children.push(child.clone());
            continue;
        }
        let size = if element.is("t") {
            element.text().chars().count()
        } else {
            usize::from(
                ["tab", "br", "cr", "noBreakHyphen"]
                    .iter()
                    .any(|name| element.is(name)),
            )
        };
        if offset + size <= at {
            first.children.push(child.clone());
        } else if offset >= at {
            second.children.push(child.clone());
        } else {
            let text: Vec<char> = element.text().chars().collect();
            let (mut left, mut right) = (element.clone(), element.clone());
            left.set_text(&text[..at - offset].iter().collect::<String>());
            right.set_text(&text[at - offset..].iter().collect::<String>());
            first.children.push(EditNode::Element(left));
            second.children.push(EditNode::Element(right));
        }
        offset += size;
    }
    (first, second)
}

/// Sets the size of all text.
pub(super) fn set_size(paragraph: &mut EditElement, size: u32) {
    each_run(paragraph, &mut |run| {
        let properties = properties(run);
        for name in ["sz", "szCs"] {
            properties
                .child_or_new(name, RUN_ORDER)
                .set("w:val", &size.to_string());
        }
    });
}

/// Sets the spacing of all text's characters and takes it off the grid.
pub(super) fn set_spacing(paragraph: &mut EditElement, spacing: i64) {
    each_run(paragraph, &mut |run| {
        let properties = properties(run);
        properties
            .child_or_new("snapToGrid", RUN_ORDER)
            .set("w:val", "0");
        properties
            .child_or_new("spacing", RUN_ORDER)
            .set("w:val", &spacing.to_string());
    });
}

/// Sets the colour of all text.
pub(super) fn set_colour(paragraph: &mut EditElement, colour: &str) {
    each_run(paragraph, &mut |run| {
        let element = properties(run).child_or_new("color", RUN_ORDER);
        element.set("w:val", colour);
        for name in ["themeColor", "themeTint", "themeShade"] {
            element.unset(name);
        }
    });
}

/// Takes away the spaces that stood in for an indent.
pub(super) fn trim_spaces(paragraph: &mut EditElement) {
    let mut text = String::new();
    each_run(paragraph, &mut |run| text.push_str(&text_of(run)));
    let trimmed = text.trim();
    if trimmed.len() != text.len() && !trimmed.is_empty() {
        let trimmed = trimmed.to_owned();
        set_text(paragraph, &trimmed);
    }
}

fn text_of(run: &EditElement) -> String {
    run.elements()
        .map(|child| {
            if child.is("t") {
                child.text()
            } else if child.is("tab") {
                "\t".to_owned()
            } else if child.is("br") || child.is("cr") {
                "\n".to_owned()
            } else if child.is("noBreakHyphen") {
                "-".to_owned()
            } else {
                String::new()
            }
        })
        .collect()
}

/// Gives the paragraph another text: only the characters that differ are touched, so their neighbours keep their looks.
pub(super) fn set_text(paragraph: &mut EditElement, text: &str) {
    let mut old = String::new();
    each_run(paragraph, &mut |run| old.push_str(&text_of(run)));
    let before: Vec<char> = old.chars().collect();
    let after: Vec<char> = text.chars().collect();
    let start = before
        .iter()
        .zip(&after)
        .take_while(|(a, b)| a == b)
        .count();
    let most = before.len().min(after.len()) - start;
    let end = before
        .iter()
        .rev()
        .zip(after.iter().rev())
        .take(most)
        .take_while(|(a, b)| a == b)
        .count();
    let replaced = start..before.len() - end;
    let mut insert = Some(after[start..after.len() - end].iter().collect::<String>());
    let mut offset = 0;
    each_run(paragraph, &mut |run| {
        for child in run.elements_mut() {
            if !child.is("t") {
                offset += usize::from(
                    ["tab", "br", "cr", "noBreakHyphen"]
                        .iter()
                        .any(|name| child.is(name)),
                );
                continue;
            }
            let own: Vec<char> = child.text().chars().collect();
            let (first, last) = (offset, offset + own.len());
            offset = last;
            let touches = first < replaced.end && last > replaced.start
                || replaced.is_empty() && first <= replaced.start && last >= replaced.start;
            if !touches {
                continue;
            }
            let mut new: String = own[..replaced.start.saturating_sub(first).min(own.len())]
                .iter()
                .collect();
            new.push_str(&insert.take().unwrap_or_default());
            new.extend(&own[replaced.end.saturating_sub(first).min(own.len())..]);
            child.set_text(&new);
        }
    });
}
