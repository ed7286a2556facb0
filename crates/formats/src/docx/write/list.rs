//! Numbering of lists: definitions that show the labels which the items have.

use deskmate_core::ListItem;

use crate::label::{self, NumberFormat};
use crate::package_writer::escape;

const LEVELS: usize = 9;

/// Formats that a label is tried against, with Word's name; the first that fits wins.
const FORMATS: [(NumberFormat, &str); 10] = [
    (NumberFormat::Decimal, "decimal"),
    (NumberFormat::Chinese, "chineseCountingThousand"),
    (NumberFormat::Circled, "decimalEnclosedCircle"),
    (NumberFormat::LowerRoman, "lowerRoman"),
    (NumberFormat::UpperRoman, "upperRoman"),
    (NumberFormat::LowerLetter, "lowerLetter"),
    (NumberFormat::UpperLetter, "upperLetter"),
    (NumberFormat::ChineseLegal, "chineseLegalSimplified"),
    (NumberFormat::HeavenlyStems, "ideographTraditional"),
    (NumberFormat::FullWidth, "decimalFullWidth"),
];

/// Definitions of all lists of a document.
#[derive(Debug, Default)]
pub(super) struct NumberingWriter {
    abstracts: String,
    numbers: String,
    count: u32,
}

#[derive(Debug, Clone, Copy)]
struct Pattern<'t> {
    prefix: &'t str,
    format: NumberFormat,
    name: &'static str,
    suffix: &'t str,
    start: i64,
}

impl NumberingWriter {
    /// Defines the numbering of a list; gives the `numId` of each item.
    pub(super) fn list(&mut self, ordered: bool, items: &[ListItem]) -> Vec<u32> {
        if !ordered || items.iter().all(|item| item.label.is_empty()) {
            return vec![self.plain(ordered); items.len()];
        }
        if let Some(patterns) = regular(items) {
            let number = self.define(&|level| match &patterns[level] {
                Some(pattern) => {
                    let text = format!("{}%{}{}", pattern.prefix, level + 1, pattern.suffix);
                    level_xml(level, pattern.start, pattern.name, &text)
                }
                None => level_xml(level, 1, "bullet", "•"),
            });
            return vec![number; items.len()];
        }
        // Labels that no counter makes stand as they are, each with its own definition.
        items
            .iter()
            .map(|item| {
                let own = usize::from(item.level).min(LEVELS - 1);
                self.define(&|level| {
                    if level == own && !item.label.is_empty() {
                        level_xml(level, 1, "decimal", &item.label)
                    } else {
                        level_xml(level, 1, "bullet", "•")
                    }
                })
            })
            .collect()
    }

    /// Defines the numbering of one list without those inside it, counted from 1 or with bullets; gives its `numId`.
    pub(super) fn plain(&mut self, ordered: bool) -> u32 {
        self.define(&|level| match ordered {
            true => level_xml(level, 1, "decimal", &format!("%{}.", level + 1)),
            false => level_xml(level, 1, "bullet", ["•", "◦", "▪"][level % 3]),
        })
    }

    fn define(&mut self, level: &dyn Fn(usize) -> String) -> u32 {
        let id = self.count;
        self.count += 1;
        self.abstracts.push_str(&format!(
            "<w:abstractNum w:abstractNumId=\"{id}\"><w:multiLevelType w:val=\"multilevel\"/>"
        ));
        for index in 0..LEVELS {
            self.abstracts.push_str(&level(index));
        }
        self.abstracts.push_str("</w:abstractNum>");
        let number = id + 1;
        self.numbers.push_str(&format!(
            "<w:num w:numId=\"{number}\"><w:abstractNumId w:val=\"{id}\"/></w:num>"
        ));
        number
    }

    /// Inside of `w:numbering`.
    pub(super) fn finish(self) -> String {
        self.abstracts + &self.numbers
    }
}

fn level_xml(level: usize, start: i64, format: &str, text: &str) -> String {
    let left = 420 * (level + 1);
    format!(
        "<w:lvl w:ilvl=\"{level}\"><w:start w:val=\"{start}\"/><w:numFmt w:val=\"{format}\"/>\
         <w:lvlText w:val=\"{}\"/><w:lvlJc w:val=\"left\"/>\
         <w:pPr><w:ind w:left=\"{left}\" w:hanging=\"420\"/></w:pPr></w:lvl>",
        escape(text)
    )
}

/// One pattern per level that counts exactly the labels of the items, if there is one.
fn regular(items: &[ListItem]) -> Option<[Option<Pattern<'_>>; LEVELS]> {
    let mut patterns: [Option<Pattern<'_>>; LEVELS] = [None; LEVELS];
    let mut counters = [0_i64; LEVELS];
    let mut depth = 0;
    for item in items {
        let level = usize::from(item.level).min(LEVELS - 1);
        if level > depth + 1 {
            return None;
        }
        if item.label.is_empty() {
            // A bullet inside a numbered list: only where the whole level is bulleted.
            if patterns[level].is_some() || level == 0 {
                return None;
            }
            depth = level;
            continue;
        }
        for deeper in level + 1..LEVELS {
            counters[deeper] = patterns[deeper].map_or(0, |pattern| pattern.start - 1);
        }
        let pattern = match patterns[level] {
            Some(pattern) => pattern,
            None => {
                let pattern = pattern_of(&item.label)?;
                counters[level] = pattern.start - 1;
                patterns[level] = Some(pattern);
                pattern
            }
        };
        counters[level] += 1;
        let shown = format!(
            "{}{}{}",
            pattern.prefix,
            label::format(counters[level], pattern.format),
            pattern.suffix
        );
        if shown != item.label {
            return None;
        }
        depth = level;
    }
    Some(patterns)
}

/// Takes a label apart into what stands before, the number, and what stands after.
fn pattern_of(label: &str) -> Option<Pattern<'_>> {
    for (format, name) in FORMATS {
        for value in 1..=30 {
            let number = label::format(value, format);
            let Some(at) = label.find(&number) else {
                continue;
            };
            let (prefix, rest) = label.split_at(at);
            let suffix = &rest[number.len()..];
            let is_mark = |text: &str| {
                text.chars().count() <= 2 && !text.chars().any(|c| c.is_alphanumeric())
            };
            let outside = is_mark(prefix) && is_mark(suffix)
                || (prefix == "第" && suffix.chars().count() <= 2);
            // Only the whole number counts: `1` inside `12` leaves a digit outside.
            if outside && !prefix.contains('%') && !suffix.contains('%') {
                return Some(Pattern {
                    prefix,
                    format,
                    name,
                    suffix,
                    start: value,
                });
            }
        }
    }
    None
}
