//! The inside of a paragraph: runs, fields, tracked changes, hidden text, references to notes and objects.

use std::collections::{BTreeSet, HashMap};

use super::styles::Styles;
use crate::formula;
use crate::look::{self, Keep, Look};
use crate::xml::Element;

/// State that runs on from paragraph to paragraph of a story.
#[derive(Debug, Default)]
pub(crate) struct Flow {
    /// Open complex fields; true while inside the field's instruction.
    fields: Vec<bool>,
    /// Hidden text was left out.
    pub(crate) hid_text: bool,
    /// What of the looks no manuscript keeps.
    pub(crate) lost: BTreeSet<&'static str>,
}

impl Flow {
    /// Remembers what was left out of a story inside of this one.
    pub(crate) fn take_notes_of(&mut self, inner: Self) {
        self.hid_text |= inner.hid_text;
        self.lost.extend(inner.lost);
    }
}

/// What a paragraph holds.
#[derive(Default)]
pub(crate) struct Content<'t, 'a> {
    /// Visible text; formulas stand in it in linear form.
    pub(crate) text: String,
    /// How many formulas there are.
    pub(crate) formulas: usize,
    /// Text outside of formulas.
    pub(crate) has_words: bool,
    /// What hangs on the paragraph, in order.
    pub(crate) attached: Vec<Attached<'t, 'a>>,
}

/// Something anchored in a paragraph.
pub(crate) enum Attached<'t, 'a> {
    /// A picture's description.
    Image(String),
    /// A drawing that may hold a chart or diagram.
    Drawing(Element<'t, 'a>),
    /// The content of a text box.
    TextBox(Element<'t, 'a>),
    /// A reference to a note: the kind (`footnote`, `endnote`, `comment`) and its id.
    Note(&'static str, String),
}

/// Context of a run.
#[derive(Clone, Copy)]
pub(crate) struct Reading<'s> {
    /// Styles of the document.
    pub(crate) styles: &'s Styles,
    /// The paragraph's style hides its text.
    pub(crate) hidden: bool,
    /// What is asked for.
    pub(crate) keep: Keep,
    /// The look that the paragraph's style gives.
    pub(crate) look: Look,
    /// Addresses that links lead to, by id.
    pub(crate) links: &'s HashMap<String, String>,
}

impl Reading<'_> {
    /// The look of a run: its own properties, then its style's, then its paragraph's.
    fn look_of(&self, properties: Option<Element<'_, '_>>) -> Look {
        let Some(properties) = properties.filter(|_| self.keep == Keep::Looks) else {
            return match self.keep {
                Keep::Looks => self.look,
                Keep::Text => Look::default(),
            };
        };
        let of_style = properties
            .setting("rStyle")
            .map_or((None, None), |style| self.styles.look(&style));
        let own = |name: &str| {
            properties
                .child(name)
                .is_some()
                .then(|| properties.switch(name))
        };
        Look {
            bold: own("b").or(of_style.0).unwrap_or(self.look.bold),
            italic: own("i").or(of_style.1).unwrap_or(self.look.italic),
        }
    }
}

/// Looks that a manuscript has no word for.
fn lost_looks(properties: Element<'_, '_>, lost: &mut BTreeSet<&'static str>) {
    let value = |name: &str| properties.setting(name).unwrap_or_default();
    let is_set = |name: &str| properties.child(name).is_some() && properties.switch(name);
    let found = [
        (is_set("u"), "underlining"),
        (is_set("strike") || is_set("dstrike"), "strikethrough"),
        (
            matches!(value("vertAlign").as_ref(), "superscript" | "subscript"),
            "superscripts and subscripts",
        ),
        (is_set("highlight"), "highlighting"),
        (
            // Links have their colour by style; black is no colour.
            !matches!(value("color").as_ref(), "" | "auto" | "000000")
                && properties.child("rStyle").is_none(),
            "text colours",
        ),
    ];
    lost.extend(found.iter().filter(|(is, _)| *is).map(|(_, name)| *name));
}

impl<'t, 'a> Content<'t, 'a> {
    /// Reads a paragraph.
    pub(crate) fn read(paragraph: Element<'t, 'a>, reading: Reading<'_>, flow: &mut Flow) -> Self {
        let mut content = Self::default();
        for child in paragraph.elements() {
            content.inline(child, reading, flow);
        }
        content
    }

    fn inline(&mut self, element: Element<'t, 'a>, reading: Reading<'_>, flow: &mut Flow) {
        match element.name() {
            "r" => self.run(element, reading, flow),
            "oMath" => self.formula(element, flow),
            "AlternateContent" => {
                if let Some(chosen) = element.alternative() {
                    for child in chosen.elements() {
                        self.inline(child, reading, flow);
                    }
                }
            }
            "ruby" => {
                if let Some(base) = element.child("rubyBase") {
                    self.inline(base, reading, flow);
                }
            }
            "hyperlink" => self.link(element, reading, flow),
            // Deleted and moved-away text is no longer part of the document; properties are no text.
            "del" | "moveFrom" => {
                flow.lost.insert("tracked changes");
            }
            "pPr" | "sdtPr" | "sdtEndPr" | "smartTagPr" | "customXmlPr" => {}
            "drawing" | "pict" | "object" => self.drawing(element),
            _ => {
                for child in element.elements() {
                    self.inline(child, reading, flow);
                }
            }
        }
    }

    fn run(&mut self, run: Element<'t, 'a>, reading: Reading<'_>, flow: &mut Flow) {
        let properties = run.child("rPr");
        let hidden = properties.is_some_and(|properties| {
            if properties.child("vanish").is_some() {
                return properties.switch("vanish");
            }
            match properties.setting("rStyle") {
                Some(style) => reading.styles.hidden(&style) || reading.hidden,
                None => reading.hidden,
            }
        }) || (properties.is_none() && reading.hidden);
        let look = reading.look_of(properties);
        if let Some(properties) = properties
            && run
                .child("t")
                .is_some_and(|text| !text.own_text().trim().is_empty())
        {
            lost_looks(properties, &mut flow.lost);
        }
        for child in run.elements() {
            self.run_child(child, hidden, look, reading, flow);
        }
    }

    /// A link is its text; whoever goes on writing gets the address behind it.
    fn link(&mut self, link: Element<'t, 'a>, reading: Reading<'_>, flow: &mut Flow) {
        let start = self.text.len();
        for child in link.elements() {
            self.inline(child, reading, flow);
        }
        let target = link
            .prefixed_attribute("id")
            .and_then(|id| reading.links.get(id.as_ref()));
        if let Some(target) = target.filter(|_| reading.keep == Keep::Looks) {
            let shown = look::plain(&self.text[start..]);
            let bare = target.trim_start_matches("mailto:").trim_end_matches('/');
            let short = bare.split_once("://").map_or(bare, |(_, rest)| rest);
            if !shown.trim().is_empty() && !shown.contains(short) {
                self.push(&format!(" ({bare})"), reading.look, flow);
            }
        }
    }

    fn run_child(
        &mut self,
        child: Element<'t, 'a>,
        hidden: bool,
        look: Look,
        reading: Reading<'_>,
        flow: &mut Flow,
    ) {
        match child.name() {
            "fldChar" => match child.attribute("fldCharType").as_deref() {
                Some("begin") => flow.fields.push(true),
                Some("separate") => {
                    if let Some(instruction) = flow.fields.last_mut() {
                        *instruction = false;
                    }
                }
                Some("end") => {
                    flow.fields.pop();
                }
                _ => {}
            },
            "instrText" | "delText" | "delInstrText" | "rPr" => {}
            "AlternateContent" => {
                if let Some(chosen) = child.alternative() {
                    for inner in chosen.elements() {
                        self.run_child(inner, hidden, look, reading, flow);
                    }
                }
            }
            _ if hidden => flow.hid_text |= child.is("t") && !child.own_text().trim().is_empty(),
            "t" => self.push(&child.own_text(), look, flow),
            "tab" | "ptab" => self.push("\t", look, flow),
            // Page and column breaks end no line inside the sentence.
            "br" if matches!(child.attribute("type").as_deref(), Some("page" | "column")) => {}
            "br" | "cr" => self.push("\n", look, flow),
            "noBreakHyphen" => self.push("-", look, flow),
            "sym" => self.push(&symbol(child), look, flow),
            "drawing" | "pict" | "object" => self.drawing(child),
            "footnoteReference" => self.note("footnote", child),
            "endnoteReference" => self.note("endnote", child),
            "commentReference" => self.note("comment", child),
            "ruby" => self.inline(child, reading, flow),
            _ => {}
        }
    }

    fn push(&mut self, text: &str, look: Look, flow: &Flow) {
        if flow.fields.contains(&true) {
            return;
        }
        self.has_words |= !text.trim().is_empty();
        look::push(&mut self.text, text, look);
    }

    fn formula(&mut self, element: Element<'t, 'a>, flow: &Flow) {
        if flow.fields.contains(&true) {
            return;
        }
        let text = formula::linear(element);
        if text.trim().is_empty() {
            return;
        }
        if self.formulas > 0 && !self.has_words {
            self.text.push('\n');
        }
        self.formulas += 1;
        self.text.push_str(text.trim());
    }

    fn note(&mut self, kind: &'static str, reference: Element<'_, '_>) {
        if let Some(id) = reference.attribute("id") {
            self.attached.push(Attached::Note(kind, id.into_owned()));
        }
    }

    fn drawing(&mut self, drawing: Element<'t, 'a>) {
        let mut boxes = Vec::new();
        text_boxes(drawing, &mut boxes);
        let has_picture = drawing
            .descendants()
            .any(|element| matches!(element.name(), "blip" | "imagedata"));
        if has_picture {
            self.attached.push(Attached::Image(description(drawing)));
        }
        self.attached.push(Attached::Drawing(drawing));
        self.attached
            .extend(boxes.into_iter().map(Attached::TextBox));
    }
}

/// Outermost text box contents below a drawing, each alternative counted once.
fn text_boxes<'t, 'a>(element: Element<'t, 'a>, boxes: &mut Vec<Element<'t, 'a>>) {
    for child in element.elements() {
        match child.name() {
            "txbxContent" => boxes.push(child),
            "AlternateContent" => {
                if let Some(chosen) = child.alternative() {
                    text_boxes(chosen, boxes);
                }
            }
            _ => text_boxes(child, boxes),
        }
    }
}

fn description(drawing: Element<'_, '_>) -> String {
    for element in drawing.descendants() {
        let names: &[&str] = match element.name() {
            "docPr" | "cNvPr" => &["descr", "title"],
            "shape" => &["alt"],
            "imagedata" => &["title"],
            _ => continue,
        };
        for name in names {
            if let Some(text) = element.attribute(name)
                && !text.trim().is_empty()
            {
                return text.trim().to_owned();
            }
        }
    }
    String::new()
}

/// Symbols from pictographic fonts that carry meaning; others of those fonts are ornaments.
fn symbol(element: Element<'_, '_>) -> String {
    let code = element
        .attribute("char")
        .and_then(|code| u32::from_str_radix(&code, 16).ok())
        .unwrap_or(0);
    let font = element
        .attribute("font")
        .map(|font| font.to_lowercase())
        .unwrap_or_default();
    let known = match (font.as_str(), code & 0xFF) {
        ("wingdings", 0xFE) | ("wingdings 2", 0x52) => "☑",
        ("wingdings", 0xA8 | 0x6F) | ("wingdings 2", 0xA3 | 0x2A) => "☐",
        ("wingdings", 0xFD) | ("wingdings 2", 0x51 | 0x53 | 0x54) => "☒",
        ("wingdings", 0xFC) | ("wingdings 2", 0x50) => "✓",
        ("wingdings", 0xFB) | ("wingdings 2", 0x4F) => "✗",
        ("wingdings", 0xE0) => "→",
        _ => "",
    };
    if !known.is_empty() || (0xF000..=0xF0FF).contains(&code) {
        return known.to_owned();
    }
    char::from_u32(code)
        .filter(|character| !character.is_control())
        .map(String::from)
        .unwrap_or_default()
}
