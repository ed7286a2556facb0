//! Corrections in the text's part.

use std::collections::BTreeSet;

use super::Edit;
use super::runs;
use crate::official::page::{self, CHARACTER_PITCH, LINE_PITCH};
use crate::xml_edit::{EditElement, EditNode};

/// Order of the children of `w:pPr`.
const PARAGRAPH_ORDER: &[&str] = &[
    "pStyle",
    "keepNext",
    "keepLines",
    "pageBreakBefore",
    "framePr",
    "widowControl",
    "numPr",
    "suppressLineNumbers",
    "pBdr",
    "shd",
    "tabs",
    "suppressAutoHyphens",
    "kinsoku",
    "wordWrap",
    "overflowPunct",
    "topLinePunct",
    "autoSpaceDE",
    "autoSpaceDN",
    "bidi",
    "adjustRightInd",
    "snapToGrid",
    "spacing",
    "ind",
    "contextualSpacing",
    "mirrorIndents",
    "suppressOverlap",
    "jc",
    "textDirection",
    "textAlignment",
    "textboxTightWrap",
    "outlineLvl",
    "divId",
    "cnfStyle",
    "rPr",
    "sectPr",
    "pPrChange",
];

/// Order of the children of `w:sectPr`.
const SECTION_ORDER: &[&str] = &[
    "headerReference",
    "footerReference",
    "footnotePr",
    "endnotePr",
    "type",
    "pgSz",
    "pgMar",
    "paperSrc",
    "pgBorders",
    "lnNumType",
    "pgNumType",
    "cols",
    "formProt",
    "vAlign",
    "noEndnote",
    "titlePg",
    "textDirection",
    "bidi",
    "rtlGutter",
    "docGrid",
    "printerSettings",
    "sectPrChange",
];

/// Applies all changes: looks first, then words, last what moves paragraphs.
pub(super) fn all(root: &mut EditElement, edits: &[&Edit]) {
    for edit in edits {
        match edit {
            Edit::Page { section } => {
                if let Some(element) = root.nth_mut("sectPr", *section) {
                    set_page(element);
                }
            }
            Edit::LineSpacing { paragraph } => properties(root, *paragraph, &mut |properties| {
                let spacing = properties.child_or_new("spacing", PARAGRAPH_ORDER);
                spacing.set("w:line", &LINE_PITCH.to_string());
                spacing.set("w:lineRule", "exact");
            }),
            Edit::Align { paragraph, align } => properties(root, *paragraph, &mut |properties| {
                properties
                    .child_or_new("jc", PARAGRAPH_ORDER)
                    .set("w:val", align);
            }),
            Edit::Indent {
                paragraph,
                characters,
            } => {
                if let Some(element) = root.nth_mut("p", *paragraph) {
                    runs::trim_spaces(element);
                }
                properties(root, *paragraph, &mut |properties| {
                    set_indent(properties, *characters)
                });
            }
            Edit::PageBreak { paragraph } => properties(root, *paragraph, &mut |properties| {
                properties
                    .child_or_new("pageBreakBefore", PARAGRAPH_ORDER)
                    .unset("w:val");
            }),
            Edit::RedLine { paragraph } => properties(root, *paragraph, &mut |properties| {
                let border = properties.child_or_new("pBdr", PARAGRAPH_ORDER);
                border.remove("bottom");
                let bottom = border.child_or_new(
                    "bottom",
                    &["top", "left", "bottom", "right", "between", "bar"],
                );
                for (name, value) in [
                    ("w:val", "single"),
                    ("w:sz", "12"),
                    ("w:space", "11"),
                    ("w:color", "FF0000"),
                ] {
                    bottom.set(name, value);
                }
            }),
            Edit::Face {
                paragraph,
                range,
                face,
            } => {
                if let Some(element) = root.nth_mut("p", *paragraph) {
                    runs::set_face(element, range, *face);
                }
            }
            Edit::Size { paragraph, size } => {
                if let Some(element) = root.nth_mut("p", *paragraph) {
                    runs::set_size(element, *size);
                }
            }
            Edit::CharacterSpacing { paragraph } => {
                if let Some(element) = root.nth_mut("p", *paragraph) {
                    runs::set_spacing(element, page::CHARACTER_SPACING);
                }
            }
            Edit::Colour { paragraph, colour } => {
                if let Some(element) = root.nth_mut("p", *paragraph) {
                    runs::set_colour(element, colour);
                }
            }
            Edit::PageNumbers | Edit::Text { .. } | Edit::BlankLines { .. } => {}
        }
    }
    // One new text per paragraph and round: the next round sees what is still wrong.
    let mut changed = BTreeSet::new();
    let trimmed: BTreeSet<usize> = edits
        .iter()
        .filter_map(|edit| match edit {
            Edit::Indent { paragraph, .. } => Some(*paragraph),
            _ => None,
        })
        .collect();
    for edit in edits {
        if let Edit::Text { paragraph, text } = edit
            && !trimmed.contains(paragraph)
            && changed.insert(*paragraph)
            && let Some(element) = root.nth_mut("p", *paragraph)
        {
            runs::set_text(element, text);
        }
    }
    let mut blanks: Vec<(usize, usize)> = edits
        .iter()
        .filter_map(|edit| match edit {
            Edit::BlankLines { paragraph, count } => Some((*paragraph, *count)),
            _ => None,
        })
        .collect();
    blanks.sort_unstable();
    blanks.dedup_by_key(|(paragraph, _)| *paragraph);
    for (paragraph, count) in blanks.into_iter().rev() {
        let mut left = paragraph;
        set_blank_lines(root, &mut left, count);
    }
}

fn properties(root: &mut EditElement, paragraph: usize, change: &mut dyn FnMut(&mut EditElement)) {
    if let Some(element) = root.nth_mut("p", paragraph) {
        change(element.child_or_new("pPr", &["pPr", "r"]));
    }
}

fn set_page(section: &mut EditElement) {
    let size = section.child_or_new("pgSz", SECTION_ORDER);
    size.set("w:w", &page::PAGE_WIDTH.to_string());
    size.set("w:h", &page::PAGE_HEIGHT.to_string());
    let margins = section.child_or_new("pgMar", SECTION_ORDER);
    for (name, value) in [
        ("w:top", page::TOP),
        ("w:right", page::RIGHT),
        ("w:bottom", page::BOTTOM),
        ("w:left", page::LEFT),
        ("w:footer", page::FOOTER),
        ("w:gutter", 0),
    ] {
        margins.set(name, &value.to_string());
    }
    if margins.get("header").is_none() {
        margins.set("w:header", "851");
    }
    let grid = section.child_or_new("docGrid", SECTION_ORDER);
    grid.set("w:type", "linesAndChars");
    grid.set("w:linePitch", &LINE_PITCH.to_string());
    grid.set("w:charSpace", &page::CHARACTER_SPACE.to_string());
}

fn set_indent(properties: &mut EditElement, [left, right, first]: [f64; 3]) {
    let indent = properties.child_or_new("ind", PARAGRAPH_ORDER);
    for name in [
        "left",
        "start",
        "right",
        "end",
        "firstLine",
        "hanging",
        "leftChars",
        "startChars",
        "rightChars",
        "endChars",
        "firstLineChars",
        "hangingChars",
    ] {
        indent.unset(name);
    }
    let mut set = |name: &str, characters: f64| {
        indent.set(
            &format!("w:{name}Chars"),
            &format!("{:.0}", characters * 100.0),
        );
        indent.set(
            &format!("w:{name}"),
            &format!("{:.0}", characters * CHARACTER_PITCH),
        );
    };
    set("left", left);
    set("right", right);
    if first < 0.0 {
        set("hanging", -first);
    } else {
        set("firstLine", first);
    }
}

/// Leaves as many empty paragraphs before a paragraph as asked; `left` counts paragraphs down to it.
fn set_blank_lines(element: &mut EditElement, left: &mut usize, count: usize) -> bool {
    let mut at = 0;
    while at < element.children.len() {
        let EditNode::Element(child) = &mut element.children[at] else {
            at += 1;
            continue;
        };
        if child.is("p") {
            if *left == 0 {
                change_blanks(element, at, count);
                return true;
            }
            *left -= 1;
        }
        if set_blank_lines(child, left, count) {
            return true;
        }
        at += 1;
    }
    false
}

fn change_blanks(parent: &mut EditElement, at: usize, count: usize) {
    let mut first = at;
    let mut blanks = 0;
    while first > 0 {
        match &parent.children[first - 1] {
            EditNode::Source(source) if source.trim().is_empty() => {}
            EditNode::Element(element) if runs::is_blank(element) => blanks += 1,
            EditNode::Element(_) | EditNode::Source(_) => break,
        }
        first -= 1;
    }
    let EditNode::Element(own) = &mut parent.children[at] else {
        return;
    };
    let prefix = own.prefix();
    // Space before the paragraph counted as lines: the empty lines take its place.
    let properties = own.child_or_new("pPr", &["pPr", "r"]);
    let spacing = properties.child_or_new("spacing", PARAGRAPH_ORDER);
    spacing.set("w:before", "0");
    spacing.unset("beforeLines");
    spacing.unset("beforeAutospacing");
    if blanks > count {
        let mut surplus = blanks - count;
        let mut index = at;
        while surplus > 0 && index > first {
            index -= 1;
            let is_blank = matches!(&parent.children[index], EditNode::Element(element) if runs::is_blank(element));
            if is_blank {
                parent.children.remove(index);
                surplus -= 1;
            }
        }
        return;
    }
    for _ in blanks..count {
        let mut properties = EditElement::new(&format!("{prefix}pPr"));
        let spacing = properties.child_or_new("spacing", PARAGRAPH_ORDER);
        spacing.set("w:before", "0");
        spacing.set("w:after", "0");
        spacing.set("w:line", &LINE_PITCH.to_string());
        spacing.set("w:lineRule", "exact");
        let mut blank = EditElement::new(&format!("{prefix}p"));
        blank.children.push(EditNode::Element(properties));
        parent.children.insert(at, EditNode::Element(blank));
    }
}
