//! The inside of a paragraph: runs, fields, tracked changes, hidden text, references to notes and objects.

use super::styles::Styles;
use crate::formula;
use crate::xml::Element;

/// State that runs on from paragraph to paragraph of a story.
#[derive(Debug, Default)]
pub(crate) struct Flow {
    /// Open complex fields; true while inside the field's instruction.
    fields: Vec<bool>,
    /// Hidden text was left out.
    pub(crate) hid_text: bool,
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
            // Deleted and moved-away text is no longer part of the document; properties are no text.
            "del" | "moveFrom" | "pPr" | "sdtPr" | "sdtEndPr" | "smartTagPr" | "customXmlPr" => {}
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
        for child in run.elements() {
            self.run_child(child, hidden, reading, flow);
        }
    }

    fn run_child(
        &mut self,
        child: Element<'t, 'a>,
        hidden: bool,
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
                        self.run_child(inner, hidden, reading, flow);
                    }
                }
            }
            _ if hidden => flow.hid_text |= child.is("t") && !child.own_text().trim().is_empty(),
            "t" => self.push(&child.own_text(), flow),
            "tab" | "ptab" => self.push("\t", flow),
            // Page and column breaks end no line inside the sentence.
            "br" if matches!(child.attribute("type").as_deref(), Some("page" | "column")) => {}
            "br" | "cr" => self.push("\n", flow),
            "noBreakHyphen" => self.push("-", flow),
            "sym" => self.push(&symbol(child), flow),
            "drawing" | "pict" | "object" => self.drawing(child),
            "footnoteReference" => self.note("footnote", child),
            "endnoteReference" => self.note("endnote", child),
            "commentReference" => self.note("comment", child),
            "ruby" => self.inline(child, reading, flow),
            _ => {}
        }
    }

    fn push(&mut self, text: &str, flow: &Flow) {
        if flow.fields.contains(&true) {
            return;
        }
        self.has_words |= !text.trim().is_empty();
        self.text.push_str(text);
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
