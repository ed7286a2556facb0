//! The rows of a section: asked for under a schema, every value held against the section's own words.

use std::collections::BTreeMap;

use deskmate_core::{Anchor, StoredChunk};
use deskmate_knowledge::numbers;
use deskmate_sheets::{OutputValue, stands_in, written_day, written_number};

use super::columns::{TableColumn, TableColumnKind};

/// A row as the model writes it: a text for each column.
pub(super) type WrittenRow = BTreeMap<String, String>;

/// A row with its place.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct FoundRow {
    /// A value for each column.
    pub(super) values: Vec<OutputValue>,
    /// Index of the passage of the section.
    pub(super) passage: usize,
    /// Its place.
    pub(super) anchor: Anchor,
    /// The words there.
    pub(super) quote: String,
    /// Values of the model that do not stand in the section, and so are left blank: `金额: 500`.
    pub(super) refused: Vec<String>,
}

/// Holds a row against its section; `Err` with the row in words when the section does not support it.
///
/// A row is kept when its first column stands in the section and at least half of its values do. Its place is the
/// stretch that holds most of them.
pub(super) fn checked(
    row: &WrittenRow,
    columns: &[TableColumn],
    chunks: &[StoredChunk],
) -> Result<FoundRow, String> {
    let section: Vec<&str> = chunks.iter().map(|one| one.chunk.text.as_str()).collect();
    let section = section.join("\n");
    let in_words = || {
        let values = columns.iter().filter_map(|column| row.get(&column.name));
        let values: Vec<&str> = values
            .map(|value| value.trim())
            .filter(|v| !v.is_empty())
            .collect();
        values.join(" | ")
    };
    let mut values = Vec::with_capacity(columns.len());
    let mut refused = Vec::new();
    let mut supported: Vec<(OutputValue, &str)> = Vec::new();
    for (index, column) in columns.iter().enumerate() {
        let written = row.get(&column.name).map_or("", |value| value.trim());
        if written.is_empty() {
            values.push(OutputValue::Blank);
            continue;
        }
        let value = typed(column.kind, written);
        if is_in(&value, written, &section) {
            supported.push((value.clone(), written));
            values.push(value);
        } else if index == 0 {
            return Err(in_words());
        } else {
            refused.push(format!("{}: {written}", column.name));
            values.push(OutputValue::Blank);
        }
    }
    if supported.is_empty() || supported.len() < refused.len() {
        return Err(in_words());
    }
    let (passage, anchor, quote) = place_of(&supported, chunks);
    Ok(FoundRow {
        values,
        passage,
        anchor,
        quote,
        refused,
    })
}

/// A value of its column's type; what is not of it (`面议`, `三月上旬`) stays the text that it is.
fn typed(kind: TableColumnKind, written: &str) -> OutputValue {
    let text = || OutputValue::Text(written.split_whitespace().collect::<Vec<_>>().join(" "));
    match kind {
        TableColumnKind::Text => text(),
        TableColumnKind::Number => match (written_number(written), han_number(written)) {
            (Some(number), _) => OutputValue::Number(number.value),
            (None, Some(number)) => OutputValue::Number(number),
            (None, None) => text(),
        },
        TableColumnKind::Date => written_day(written).unwrap_or_else(text),
    }
}

/// The one number of a text in Chinese numerals: `三万二千元`.
fn han_number(written: &str) -> Option<f64> {
    let is_digit = |c: char| c.is_ascii_digit();
    match numbers(written).as_slice() {
        [one] if !written.contains(is_digit) => one.parse().ok(),
        _ => None,
    }
}

/// Whether a text has a value: a number by its value in either script, a day as a day, a text as it was written.
fn is_in(value: &OutputValue, written: &str, text: &str) -> bool {
    match value {
        OutputValue::Number(number) => {
            stands_in(value, written, text)
                || numbers(text).iter().any(|one| one.parse() == Ok(*number))
        }
        OutputValue::Date(_) => stands_in(value, &iso(written), text),
        OutputValue::Text(_) => stands_in(value, written, text),
        OutputValue::Bool(_) | OutputValue::Blank => false,
    }
}

/// `2024年3月5日` as `2024-03-05`.
fn iso(written: &str) -> String {
    let digits: Vec<u32> = written
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|part| part.parse().ok())
        .collect();
    match digits.as_slice() {
        [year, month, day] => format!("{year:04}-{month:02}-{day:02}"),
        _ => written.to_owned(),
    }
}

/// The stretch that holds most of the values, the first of them where several do.
fn place_of(supported: &[(OutputValue, &str)], chunks: &[StoredChunk]) -> (usize, Anchor, String) {
    let mut best = (0, 0, Anchor::default(), String::new());
    for (passage, stored) in chunks.iter().enumerate() {
        let text = &stored.chunk.text;
        for span in &stored.chunk.spans {
            let Some(words) = text.get(span.start..span.end) else {
                continue;
            };
            let held = supported
                .iter()
                .filter(|(value, written)| is_in(value, written, words))
                .count();
            if held > best.0 || best.3.is_empty() && held == best.0 {
                best = (held, passage, span.anchor.clone(), words.trim().to_owned());
            }
        }
    }
    (best.1, best.2, best.3)
}
