//! Lists: definitions from `numbering.xml` and the running counters that make the labels.

use std::collections::{HashMap, HashSet};

use super::styles::Styles;
use crate::label::{self, NumberFormat};
use crate::xml::Element;

const LEVELS: usize = 9;

/// Numbering definitions.
#[derive(Debug, Default)]
pub(crate) struct Numbering {
    abstracts: HashMap<String, [Level; LEVELS]>,
    /// By `numId`.
    numbers: HashMap<String, Number>,
    /// Levels that a paragraph style is linked to: style id to `ilvl`, per abstract definition.
    linked: HashMap<(String, String), u8>,
}

#[derive(Debug, Clone, Default)]
struct Level {
    start: i64,
    format: NumberFormat,
    /// Label text with `%1` … `%9`.
    text: String,
    /// Numbers of the outer levels are shown as decimal.
    legal: bool,
}

#[derive(Debug)]
struct Number {
    definition: String,
    starts: HashMap<u8, i64>,
    levels: HashMap<u8, Level>,
}

/// Running counters, one set per definition.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    values: HashMap<String, [Option<i64>; LEVELS]>,
    seen: HashSet<(String, u8)>,
}

/// What a numbered paragraph shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark {
    /// Numbered, not bulleted.
    pub(crate) ordered: bool,
    /// Label as shown; empty for a bullet.
    pub(crate) label: String,
}

impl Numbering {
    /// Reads `numbering.xml`; `styles` resolves numbering styles.
    pub(crate) fn read(root: Element<'_, '_>, styles: &Styles) -> Self {
        let mut numbering = Self::default();
        let mut style_links: HashMap<String, String> = HashMap::new();
        for element in root.elements().filter(|element| element.is("abstractNum")) {
            let Some(id) = element.attribute("abstractNumId") else {
                continue;
            };
            if let Some(style) = element.setting("numStyleLink") {
                style_links.insert(id.to_string(), style.into_owned());
                continue;
            }
            let mut levels: [Level; LEVELS] = Default::default();
            for level in element.elements().filter(|element| element.is("lvl")) {
                let Some(index) = level_index(level) else {
                    continue;
                };
                if let Some(style) = level.setting("pStyle") {
                    numbering
                        .linked
                        .insert((id.to_string(), style.into_owned()), index);
                }
                levels[usize::from(index)] = read_level(level);
            }
            numbering.abstracts.insert(id.into_owned(), levels);
        }
        for element in root.elements().filter(|element| element.is("num")) {
            let (Some(id), Some(definition)) =
                (element.attribute("numId"), element.setting("abstractNumId"))
            else {
                continue;
            };
            let mut number = Number {
                definition: definition.into_owned(),
                starts: HashMap::new(),
                levels: HashMap::new(),
            };
            for change in element
                .elements()
                .filter(|element| element.is("lvlOverride"))
            {
                let Some(index) = level_index(change) else {
                    continue;
                };
                if let Some(start) = change
                    .setting("startOverride")
                    .and_then(|start| start.parse().ok())
                {
                    number.starts.insert(index, start);
                }
                if let Some(level) = change.child("lvl") {
                    number.levels.insert(index, read_level(level));
                }
            }
            numbering.numbers.insert(id.into_owned(), number);
        }
        numbering.follow_style_links(&style_links, styles);
        numbering
    }

    /// A definition that only names a numbering style stands for the definition of that style's number.
    fn follow_style_links(&mut self, links: &HashMap<String, String>, styles: &Styles) {
        let targets: HashMap<String, String> = links
            .iter()
            .filter_map(|(id, style)| {
                let number = self.numbers.get(styles.number_of_style(style)?)?;
                Some((id.clone(), number.definition.clone()))
            })
            .collect();
        for number in self.numbers.values_mut() {
            if let Some(target) = targets.get(&number.definition) {
                number.definition.clone_from(target);
            }
        }
    }

    /// The level that a paragraph style is linked to in this number's definition.
    pub(crate) fn level_of_style(&self, number: &str, style: &str) -> Option<u8> {
        let definition = &self.numbers.get(number)?.definition;
        self.linked
            .get(&(definition.clone(), style.to_owned()))
            .copied()
    }

    /// Counts a paragraph of this number and level, and gives its mark; `None` for an unknown number.
    pub(crate) fn count(&self, counters: &mut Counters, id: &str, level: u8) -> Option<Mark> {
        let number = self.numbers.get(id)?;
        let levels = self.abstracts.get(&number.definition)?;
        let index = usize::from(level).min(LEVELS - 1);
        let of = |index: usize| {
            u8::try_from(index)
                .ok()
                .and_then(|key| number.levels.get(&key))
                .unwrap_or(&levels[index])
        };
        let values = counters
            .values
            .entry(number.definition.clone())
            .or_default();
        let first_use = counters.seen.insert((id.to_owned(), level));
        let restart = number.starts.get(&level).filter(|_| first_use);
        values[index] = Some(match (restart, values[index]) {
            (Some(start), _) => *start,
            (None, Some(value)) => value.saturating_add(1),
            (None, None) => of(index).start,
        });
        for deeper in &mut values[index + 1..] {
            *deeper = None;
        }
        for (outer, value) in values[..index].iter_mut().enumerate() {
            value.get_or_insert(of(outer).start);
        }
        let own = of(index);
        let ordered = own.format.counts();
        if !ordered {
            return Some(Mark {
                ordered: own.format == NumberFormat::None && !own.text.trim().is_empty(),
                label: String::new(),
            });
        }
        let mut label = own.text.clone();
        for place in (0..=index).rev() {
            let pattern = format!("%{}", place + 1);
            if label.contains(&pattern) {
                let format = if own.legal && place < index {
                    NumberFormat::Decimal
                } else {
                    of(place).format
                };
                label = label.replace(&pattern, &label::format(values[place].unwrap_or(1), format));
            }
        }
        Some(Mark {
            ordered,
            label: label.trim().to_owned(),
        })
    }
}

fn level_index(element: Element<'_, '_>) -> Option<u8> {
    element
        .attribute("ilvl")?
        .parse()
        .ok()
        .filter(|level| usize::from(*level) < LEVELS)
}

fn read_level(level: Element<'_, '_>) -> Level {
    // A custom format stands in an alternative whose fallback is the nearest plain one.
    let format = level
        .setting("numFmt")
        .or_else(|| {
            level
                .at(&["AlternateContent", "Fallback", "numFmt"])?
                .attribute("val")
        })
        .map_or(NumberFormat::Decimal, |name| NumberFormat::of_name(&name));
    Level {
        start: level
            .setting("start")
            .and_then(|start| start.parse().ok())
            .unwrap_or(0),
        format,
        text: level
            .setting("lvlText")
            .map(|text| text.into_owned())
            .unwrap_or_default(),
        legal: level.switch("isLgl"),
    }
}
