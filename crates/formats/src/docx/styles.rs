//! Paragraph and character styles: what makes a heading, a list, a hidden text.

use std::collections::HashMap;

use crate::xml::Element;

/// Styles inherit at most so deep; a longer chain is a loop.
const MAX_CHAIN: usize = 20;

/// Styles by id.
#[derive(Debug, Default)]
pub(crate) struct Styles {
    by_id: HashMap<String, Style>,
    default_paragraph: Option<String>,
}

#[derive(Debug, Default)]
struct Style {
    name: String,
    based_on: Option<String>,
    outline: Option<u8>,
    number: Option<String>,
    number_level: Option<u8>,
    hidden: Option<bool>,
    bold: Option<bool>,
    italic: Option<bool>,
}

/// What a paragraph style means for the structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// A heading of this level, from 1.
    Heading(u8),
    /// The title of the document.
    Title,
    /// A caption of a table or picture.
    Caption,
    /// Anything else.
    Body,
}

impl Styles {
    /// Reads `styles.xml`.
    pub(crate) fn read(root: Element<'_, '_>) -> Self {
        let mut styles = Self::default();
        for element in root.elements().filter(|element| element.is("style")) {
            let Some(id) = element.attribute("styleId") else {
                continue;
            };
            let paragraph = element.child("pPr");
            let numbering = paragraph.and_then(|paragraph| paragraph.child("numPr"));
            let run = element.child("rPr");
            let switch = |name: &str| {
                run.filter(|run| run.child(name).is_some())
                    .map(|run| run.switch(name))
            };
            let style = Style {
                name: element
                    .setting("name")
                    .map(|name| name.trim().to_lowercase())
                    .unwrap_or_default(),
                based_on: element.setting("basedOn").map(|id| id.into_owned()),
                outline: paragraph
                    .and_then(|paragraph| paragraph.setting("outlineLvl"))
                    .and_then(|level| level.parse().ok()),
                number: numbering
                    .and_then(|number| number.setting("numId"))
                    .map(|id| id.into_owned()),
                number_level: numbering
                    .and_then(|number| number.setting("ilvl"))
                    .and_then(|level| level.parse().ok()),
                hidden: switch("vanish"),
                bold: switch("b"),
                italic: switch("i"),
            };
            if element.attribute("type").as_deref() == Some("paragraph")
                && element
                    .attribute("default")
                    .is_some_and(|value| value != "0")
            {
                styles.default_paragraph = Some(id.to_string());
            }
            styles.by_id.insert(id.into_owned(), style);
        }
        styles
    }

    fn chain<'s>(&'s self, id: Option<&'s str>) -> impl Iterator<Item = &'s Style> {
        let mut next = id.or(self.default_paragraph.as_deref());
        std::iter::from_fn(move || {
            let style = self.by_id.get(next?)?;
            next = style.based_on.as_deref();
            Some(style)
        })
        .take(MAX_CHAIN)
    }

    /// The role of a paragraph style; its own name decides before its outline level and its ancestors.
    pub(crate) fn role(&self, id: Option<&str>) -> Role {
        let Some(id) = id else {
            return Role::Body;
        };
        if !self.by_id.contains_key(id) {
            // Files without styles.xml still name the styles.
            return role_of_name(&id.to_lowercase()).unwrap_or(Role::Body);
        }
        for style in self.chain(Some(id)) {
            if let Some(role) = role_of_name(&style.name) {
                return role;
            }
            match style.outline {
                Some(level @ 0..=8) => return Role::Heading(level + 1),
                Some(_) => return Role::Body,
                None => {}
            }
        }
        Role::Body
    }

    /// Numbering that a paragraph style brings: the id and the level.
    pub(crate) fn number<'s>(&'s self, id: Option<&'s str>) -> Option<(&'s str, u8)> {
        let id = id?;
        let number = self
            .chain(Some(id))
            .find_map(|style| style.number.as_deref())?;
        let level = self
            .chain(Some(id))
            .find_map(|style| style.number_level)
            .unwrap_or(0);
        Some((number, level))
    }

    /// The numbering id that a numbering style points to.
    pub(crate) fn number_of_style(&self, id: &str) -> Option<&str> {
        self.by_id.get(id)?.number.as_deref()
    }

    /// Whether text of this style is hidden.
    pub(crate) fn hidden(&self, id: &str) -> bool {
        self.chain(Some(id))
            .find_map(|style| style.hidden)
            .unwrap_or(false)
    }

    /// What a style says of bold and italic; `None` where it says nothing.
    pub(crate) fn look(&self, id: &str) -> (Option<bool>, Option<bool>) {
        (
            self.chain(Some(id)).find_map(|style| style.bold),
            self.chain(Some(id)).find_map(|style| style.italic),
        )
    }
}

fn role_of_name(name: &str) -> Option<Role> {
    if matches!(name, "title" | "标题" | "文档标题") {
        return Some(Role::Title);
    }
    if matches!(name, "caption" | "题注") {
        return Some(Role::Caption);
    }
    let number = name
        .strip_prefix("heading")
        .or_else(|| name.strip_prefix("标题"))?
        .trim();
    match number.parse::<u8>() {
        Ok(level @ 1..=9) => Some(Role::Heading(level)),
        Ok(_) | Err(_) => None,
    }
}
