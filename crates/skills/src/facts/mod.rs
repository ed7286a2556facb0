//! The facts of a text: numbers, dates, names and citation markers, found by code.
//!
//! A rewrite must keep them and a draft must not invent them; both are held against the same reading.

mod dates;
mod names;
mod numbers;
mod words;

use std::collections::BTreeMap;

use deskmate_knowledge::{Language, is_han};
use serde::{Deserialize, Serialize};

/// What a fact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum FactKind {
    /// An amount, a count, a share.
    Number,
    /// A day, a month, a year with its month.
    Date,
    /// A person, a body, a title, a document number, a product.
    Name,
    /// The mark of a citation, e.g. `[3]`.
    Citation,
}

/// A fact as it stands in its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Fact {
    /// What it is.
    pub kind: FactKind,
    /// As written.
    pub text: String,
}

/// A fact with what it is compared by.
#[derive(Debug, Clone, PartialEq)]
struct Found {
    fact: Fact,
    key: String,
    at: usize,
}

/// How a new text stands to the facts of an old one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct FactChanges {
    /// In the old text alone.
    pub(crate) missing: Vec<Fact>,
    /// In the new text alone; in a translation no names, which change.
    pub(crate) added: Vec<Fact>,
    /// Numbers, dates and codes that are all there, but in another order.
    pub(crate) reordered: bool,
    /// Names that code cannot look for in another language.
    pub(crate) unchecked: Vec<Fact>,
}

impl FactChanges {
    /// Nothing is lost, added or moved.
    #[cfg(test)]
    pub(crate) fn is_clean(&self) -> bool {
        self.missing.is_empty() && self.added.is_empty() && !self.reordered
    }
}

/// Whether two texts are in the same language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Languages {
    /// The new text is in the language of the old one.
    Same,
    /// The new text is a translation: order and names change.
    Across,
}

/// Compares the facts of two texts.
pub(crate) fn compare_facts(old: &str, new: &str, languages: Languages) -> FactChanges {
    let (old_found, new_found) = (facts(old), facts(new));
    let mut changes = FactChanges::default();
    let lenient = Lenient::of(new, &new_found);
    let mut left = counted(&new_found);
    for found in &old_found {
        let is_kept = match (found.fact.kind, languages) {
            (FactKind::Number | FactKind::Citation, _) | (FactKind::Date, Languages::Same) => {
                take(&mut left, found)
            }
            (FactKind::Date, Languages::Across) => {
                take(&mut left, found) || lenient.has_date(&found.key)
            }
            (FactKind::Name, _) => lenient.has_name(&found.key),
        };
        if is_kept {
            continue;
        }
        match (found.fact.kind, languages) {
            // `第三季度` is `Q3` or `the third quarter` in another language.
            (FactKind::Number, Languages::Across) if lenient.has_number(&found.key) => {}
            (FactKind::Name, Languages::Across) => changes.unchecked.push(found.fact.clone()),
            _ => changes.missing.push(found.fact.clone()),
        }
    }
    let old_lenient = Lenient::of(old, &old_found);
    let mut old_left = counted(&old_found);
    for found in &new_found {
        let is_known = match found.fact.kind {
            FactKind::Name | FactKind::Citation if languages == Languages::Across => true,
            FactKind::Name => old_lenient.has_name(&found.key),
            FactKind::Citation => take(&mut old_left, found),
            FactKind::Number => {
                take(&mut old_left, found)
                    || (languages == Languages::Across && old_lenient.has_number(&found.key))
            }
            FactKind::Date => take(&mut old_left, found) || old_lenient.has_date(&found.key),
        };
        if !is_known {
            changes.added.push(found.fact.clone());
        }
    }
    changes.reordered = languages == Languages::Same
        && changes.missing.is_empty()
        && changes.added.is_empty()
        && sequence(&old_found) != sequence(&new_found);
    changes
}

/// Numbers and dates of a text as the other language writes them, computed: a small model takes 三百二十万 for 320 million.
pub(crate) fn written_in(text: &str, language: Language) -> Vec<(String, String)> {
    facts(text)
        .into_iter()
        .filter_map(|found| {
            let written = match found.fact.kind {
                FactKind::Number => numbers::written_in(&found.fact.text, &found.key, language),
                FactKind::Date => dates::written_in(&found.key, language),
                FactKind::Name | FactKind::Citation => None,
            };
            Some((found.fact.text, written?))
        })
        .collect()
}

/// The facts of a text, in its order.
#[cfg(test)]
pub(crate) fn facts_of(text: &str) -> Vec<Fact> {
    facts(text).into_iter().map(|found| found.fact).collect()
}

/// The numbers and dates of `text` that none of the texts in `known` has.
pub(crate) fn unknown_figures(text: &str, known: &Known) -> Vec<Fact> {
    facts(text)
        .into_iter()
        .filter(|found| match found.fact.kind {
            FactKind::Number => !known.lenient.has_number(&found.key),
            FactKind::Date => !known.lenient.has_date(&found.key),
            FactKind::Name | FactKind::Citation => false,
        })
        .map(|found| found.fact)
        .collect()
}

/// The figures that a draft may use.
pub(crate) struct Known {
    lenient: Lenient,
}

impl Known {
    /// Those of this text.
    pub(crate) fn of(text: &str) -> Self {
        Self {
            lenient: Lenient::of(text, &facts(text)),
        }
    }
}

/// A text as something to look for facts in.
struct Lenient {
    /// Letters and digits alone, lower case.
    plain: String,
    numbers: Vec<String>,
    dates: Vec<String>,
}

impl Lenient {
    fn of(text: &str, found: &[Found]) -> Self {
        let of_kind = |kind: FactKind| {
            let keys = found.iter().filter(move |found| found.fact.kind == kind);
            keys.map(|found| found.key.clone())
        };
        let mut numbers: Vec<String> = of_kind(FactKind::Number).collect();
        numbers.extend(numbers::lenient(text));
        Self {
            plain: plain(text),
            dates: of_kind(FactKind::Date).collect(),
            numbers,
        }
    }

    fn has_name(&self, key: &str) -> bool {
        self.plain.contains(key)
    }

    fn has_number(&self, key: &str) -> bool {
        let bare = key.trim_end_matches('%');
        self.numbers
            .iter()
            .any(|number| number == key || number.trim_end_matches('%') == bare)
            || self
                .dates
                .iter()
                .any(|date| date.split('-').any(|part| part == bare))
    }

    /// Every part of the date stands in some date or number.
    fn has_date(&self, key: &str) -> bool {
        key.split('-').enumerate().all(|(index, part)| {
            part.is_empty()
                || self
                    .dates
                    .iter()
                    .any(|date| date.split('-').nth(index) == Some(part))
                || (index != 1 && self.numbers.iter().any(|number| number == part))
        })
    }
}

fn facts(text: &str) -> Vec<Found> {
    let mut masked = half_width(text);
    let mut out = Vec::new();
    // What was read is blanked, so that a day of a date is not a number as well.
    for reader in [
        names::citations as fn(&str) -> Vec<Found>,
        names::codes,
        dates::dates,
    ] {
        for found in reader(&masked) {
            blank(&mut masked, found.at, found.fact.text.len());
            out.push(found);
        }
    }
    out.extend(numbers::numbers(&masked));
    out.extend(names::names(&masked));
    out.sort_by_key(|found| found.at);
    out
}

fn counted(found: &[Found]) -> BTreeMap<(FactKind, String), usize> {
    let mut counts = BTreeMap::new();
    for found in found {
        *counts
            .entry((found.fact.kind, found.key.clone()))
            .or_default() += 1;
    }
    counts
}

fn take(left: &mut BTreeMap<(FactKind, String), usize>, found: &Found) -> bool {
    match left.get_mut(&(found.fact.kind, found.key.clone())) {
        Some(count) if *count > 0 => {
            *count -= 1;
            true
        }
        Some(_) | None => false,
    }
}

fn sequence(found: &[Found]) -> Vec<&str> {
    found
        .iter()
        .filter(|found| match found.fact.kind {
            FactKind::Number | FactKind::Date => true,
            FactKind::Name => found.key.contains(|c: char| c.is_ascii_digit()),
            FactKind::Citation => false,
        })
        .map(|found| found.key.as_str())
        .collect()
}

/// Letters and digits alone, lower case.
fn plain(text: &str) -> String {
    half_width(text)
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Full-width digits, letters, percent signs and points as their usual ones.
fn half_width(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '％' | '．' => {
                char::from_u32(c as u32 - 0xFEE0).unwrap_or(c)
            }
            c => c,
        })
        .collect()
}

/// Blanks a stretch of ASCII or other text without moving what follows.
fn blank(text: &mut String, at: usize, length: usize) {
    text.replace_range(at..at + length, &" ".repeat(length));
}

/// The character before a byte.
fn char_before(text: &str, at: usize) -> Option<char> {
    text[..at].chars().next_back()
}

/// The character at a byte.
fn char_at(text: &str, at: usize) -> Option<char> {
    text[at..].chars().next()
}

/// True where a Latin word or number cannot go on.
fn is_word_edge(c: Option<char>) -> bool {
    c.is_none_or(|c| !c.is_alphanumeric() || is_han(c))
}

#[cfg(test)]
mod tests;
