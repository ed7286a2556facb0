//! Cell formats of a workbook: found, and added beside the ones there are.

use std::collections::HashMap;

use deskmate_core::WireError;

use crate::package::xml::{self, Element, Splices, escape};

/// The styles part.
pub(super) struct StyleBook {
    part: String,
    text: String,
    elements: Vec<Element>,
    /// Index in `elements` of each cell format.
    formats: Vec<usize>,
    /// Formats added: from which, with which code.
    added: Vec<(u32, String)>,
    codes: HashMap<String, u32>,
    new_codes: Vec<(u32, String)>,
}

/// Built-in formats that every program knows by number.
/// Source: ECMA-376 part 1, 18.8.30.
const BUILT_IN: [(u32, &str); 9] = [
    (0, "General"),
    (1, "0"),
    (2, "0.00"),
    (3, "#,##0"),
    (4, "#,##0.00"),
    (9, "0%"),
    (10, "0.00%"),
    (22, "m/d/yy h:mm"),
    (49, "@"),
];

impl StyleBook {
    /// Reads the styles part.
    ///
    /// # Errors
    /// `DamagedFile` when it is not well-formed.
    pub(super) fn read(part: &str, text: String) -> Result<Self, WireError> {
        let elements = xml::elements(&text, part)?;
        let mut formats = Vec::new();
        if let Some(list) = elements.iter().find(|e| e.name == "cellXfs") {
            let inside = list.open.end..list.close.start;
            formats = elements
                .iter()
                .enumerate()
                .filter(|(_, e)| {
                    e.name == "xf" && e.depth == list.depth + 1 && inside.contains(&e.open.start)
                })
                .map(|(index, _)| index)
                .collect();
        }
        let mut codes: HashMap<String, u32> = BUILT_IN
            .iter()
            .map(|(id, code)| ((*code).to_string(), *id))
            .collect();
        for element in elements.iter().filter(|e| e.name == "numFmt") {
            if let (Some(id), Some(code)) = (
                element.attribute("numFmtId").and_then(|id| id.parse().ok()),
                element.attribute("formatCode"),
            ) {
                codes.entry(code).or_insert(id);
            }
        }
        Ok(Self {
            part: part.to_string(),
            text,
            elements,
            formats,
            added: Vec::new(),
            codes,
            new_codes: Vec::new(),
        })
    }

    /// The number format of a cell format, as a code or as `#` and the number of a built-in one.
    pub(super) fn number_format(&self, format: u32) -> String {
        let id = self
            .formats
            .get(format as usize)
            .and_then(|index| self.elements[*index].attribute("numFmtId"))
            .and_then(|id| id.parse::<u32>().ok())
            .unwrap_or(0);
        self.codes
            .iter()
            .find(|(_, known)| **known == id)
            .map_or_else(|| format!("#{id}"), |(code, _)| code.clone())
    }

    /// A cell format like `base` with another number format; the same number when it has that already.
    pub(super) fn with_number_format(&mut self, base: u32, code: &str) -> u32 {
        if self.formats.is_empty() || self.number_format(base) == code {
            return base;
        }
        let base = base.min(self.formats.len() as u32 - 1);
        let wanted = (base, code.to_string());
        if let Some(found) = self.added.iter().position(|added| *added == wanted) {
            return (self.formats.len() + found) as u32;
        }
        if !code.starts_with('#') || code.starts_with("#,") {
            self.code_id(code);
        }
        self.added.push(wanted);
        (self.formats.len() + self.added.len() - 1) as u32
    }

    fn code_id(&mut self, code: &str) -> u32 {
        if let Some(id) = self.codes.get(code) {
            return *id;
        }
        // Numbers below 164 belong to the built-in formats of one language or another.
        let id = self
            .codes
            .values()
            .max()
            .map_or(164, |most| (most + 1).max(164));
        self.codes.insert(code.to_string(), id);
        self.new_codes.push((id, code.to_string()));
        id
    }

    /// The changed part; `None` when nothing was added.
    pub(super) fn finish(self) -> Option<(String, String)> {
        if self.added.is_empty() {
            return None;
        }
        let mut splices = Splices::default();
        let mut items = String::new();
        for (base, code) in &self.added {
            let element = &self.elements[self.formats[*base as usize]];
            let id = match code.strip_prefix('#').and_then(|id| id.parse::<u32>().ok()) {
                Some(id) => id,
                None => self.codes.get(code).copied().unwrap_or(0),
            };
            items.push_str(&format_like(&self.text, element, id));
        }
        let list = self.elements.iter().find(|e| e.name == "cellXfs")?;
        splices.set_attribute(
            list,
            "count",
            &(self.formats.len() + self.added.len()).to_string(),
        );
        splices.append_child(list, &items);
        self.add_codes(&mut splices);
        Some((self.part.clone(), splices.apply(&self.text)))
    }

    fn add_codes(&self, splices: &mut Splices) {
        let Some(root) = self.elements.first().filter(|_| !self.new_codes.is_empty()) else {
            return;
        };
        let prefix = root.prefix();
        let items: String = self
            .new_codes
            .iter()
            .map(|(id, code)| {
                format!(
                    "<{prefix}numFmt numFmtId=\"{id}\" formatCode=\"{}\"/>",
                    escape(code)
                )
            })
            .collect();
        match self.elements.iter().find(|e| e.name == "numFmts") {
            Some(list) => {
                let count = self
                    .elements
                    .iter()
                    .filter(|e| e.name == "numFmt" && e.depth == list.depth + 1)
                    .count();
                if !list.is_empty {
                    splices.set_attribute(
                        list,
                        "count",
                        &(count + self.new_codes.len()).to_string(),
                    );
                }
                splices.append_child(list, &items);
            }
            None => splices.replace(
                root.open.end..root.open.end,
                format!(
                    "<{prefix}numFmts count=\"{}\">{items}</{prefix}numFmts>",
                    self.new_codes.len()
                ),
            ),
        }
    }
}

fn format_like(text: &str, element: &Element, number_format: u32) -> String {
    let id = number_format.to_string();
    let tag = xml::with_attribute(&element.tag, "numFmtId", &id);
    let tag = quick_xml::events::BytesStart::from_content(tag, element.tag.name().0.len());
    let tag = xml::with_attribute(&tag, "applyNumberFormat", "1");
    if element.is_empty {
        format!("<{}/>", tag.trim_end())
    } else {
        format!(
            "<{}>{}",
            tag.trim_end(),
            &text[element.open.end..element.close.end]
        )
    }
}
