//! The marks that OpenDocument list styles give their levels.

use std::collections::HashMap;

use crate::list::Numbers;
use crate::xml::{Element, Tree};

/// The mark of one level.
#[derive(Debug, Clone, Default)]
pub(super) struct Mark {
    pub(super) numbers: Numbers,
    pub(super) start: u32,
    pub(super) prefix: String,
    pub(super) suffix: String,
}

/// Marks by list style name and level from 1.
#[derive(Debug, Default)]
pub(super) struct ListStyles {
    marks: HashMap<(String, u32), Mark>,
}

impl ListStyles {
    /// Collects the list styles of a tree.
    pub(super) fn add(&mut self, tree: &Tree<'_>) {
        let root = tree.root();
        for place in ["automatic-styles", "styles"] {
            let Some(styles) = root.child(place) else {
                continue;
            };
            for style in styles.elements().filter(|element| element.is("list-style")) {
                self.add_style(style);
            }
        }
    }

    fn add_style(&mut self, style: Element<'_, '_>) {
        let Some(name) = style.attribute("name") else {
            return;
        };
        for level in style.elements() {
            let Some(number) = level
                .attribute("level")
                .and_then(|level| level.parse().ok())
            else {
                continue;
            };
            let text = |name: &str| {
                level
                    .attribute(name)
                    .map(|value| value.into_owned())
                    .unwrap_or_default()
            };
            let numbers = if level.is("list-level-style-number") {
                numbers(&text("num-format"))
            } else {
                Numbers::None
            };
            let mark = Mark {
                numbers,
                start: text("start-value").parse().unwrap_or(1),
                prefix: text("num-prefix"),
                suffix: text("num-suffix"),
            };
            self.marks.insert((name.to_string(), number), mark);
        }
    }

    /// The mark of a level; a bullet when nobody defines it.
    pub(super) fn mark(&self, style: &str, level: u32) -> Mark {
        self.marks
            .get(&(style.to_owned(), level))
            .cloned()
            .unwrap_or(Mark {
                start: 1,
                ..Mark::default()
            })
    }
}

fn numbers(format: &str) -> Numbers {
    match format {
        "1" => Numbers::Decimal,
        "a" => Numbers::LowerLetter,
        "A" => Numbers::UpperLetter,
        "i" => Numbers::LowerRoman,
        "I" => Numbers::UpperRoman,
        "" => Numbers::None,
        _ if format.starts_with('一') => Numbers::Chinese,
        _ => Numbers::Decimal,
    }
}
