//! Where an ask names columns: by their headers, by their letters, as spans of columns.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::address::{CellAddress, column_name};
use crate::formula::{TableColumns, plain_header};

/// A place of the ask that names columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mention {
    /// Bytes of the text.
    pub(super) at: Range<usize>,
    /// Columns from 0, in order.
    pub(super) columns: Vec<u32>,
    /// `A:B`, `A to D`.
    pub(super) is_span: bool,
}

/// An ask in lower case with the columns that it names.
#[derive(Debug)]
pub(super) struct Request {
    text: String,
    /// In the order of the text.
    mentions: Vec<Mention>,
    sentences: Vec<Range<usize>>,
    /// The first sentence about a chart; those before it describe the workbook.
    first: usize,
}

impl Request {
    pub(super) fn read(ask: &str, table: &TableColumns) -> Self {
        let text = ask.to_lowercase();
        let mentions = find(&text, table);
        let sentences = sentences(&text, &mentions);
        static CHART: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"\b(?:charts?|graphs?|plots?|diagrams?|draw)\b|scatter|histogram|图")
                .expect("the pattern is valid")
        });
        let first = sentences
            .iter()
            .position(|sentence| CHART.is_match(&text[sentence.clone()]))
            .unwrap_or(0);
        Self {
            text,
            mentions,
            sentences,
            first,
        }
    }

    /// The text from the first sentence about a chart on.
    pub(super) fn chart_text(&self) -> &str {
        let start = self.sentences.get(self.first).map_or(0, |s| s.start);
        &self.text[start..]
    }

    /// All sentences.
    pub(super) fn sentences(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        self.sentences.iter().cloned()
    }

    /// The sentences from the first one about a chart on.
    pub(super) fn chart_sentences(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        self.sentences.iter().skip(self.first).cloned()
    }

    /// The sentences before.
    pub(super) fn context(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        self.sentences.iter().take(self.first).cloned()
    }

    /// The text of a range.
    pub(super) fn slice(&self, range: Range<usize>) -> &str {
        &self.text[range]
    }

    /// The places within a range that name columns.
    pub(super) fn mentions_in(&self, range: Range<usize>) -> impl Iterator<Item = &Mention> {
        self.mentions
            .iter()
            .filter(move |m| range.start <= m.at.start && m.at.end <= range.end)
    }
}

/// The column from 0 of `A` or `ab`.
pub(super) fn column_of_letters(letters: &str) -> Option<u32> {
    CellAddress::parse(&format!("{letters}1")).map(|cell| cell.column)
}

fn find(text: &str, table: &TableColumns) -> Vec<Mention> {
    let mut mentions = by_letters(text, table);
    let mut named: Vec<(u32, Regex, usize, bool)> = Vec::new();
    for column in &table.columns {
        let whole = column.name.as_str();
        // A header of several rows is called by the last, but the `s` of `m/s` calls no column.
        let last = whole
            .rsplit('/')
            .next()
            .filter(|last| last.chars().count() > 1);
        for header in [whole].into_iter().chain(last) {
            for name in [header.trim().to_lowercase(), plain_header(header)] {
                if let Some(pattern) = name_pattern(&name) {
                    named.push((
                        column.column,
                        pattern,
                        name.chars().count(),
                        name.is_ascii(),
                    ));
                }
            }
        }
    }
    named.sort_by_key(|(_, _, length, _)| std::cmp::Reverse(*length));
    for (column, pattern, _, is_ascii) in named {
        for found in pattern.find_iter(text) {
            let is_word = !is_ascii
                || (!text[..found.start()].ends_with(|c: char| c.is_ascii_alphanumeric())
                    && !text[found.end()..].starts_with(|c: char| c.is_ascii_alphanumeric()));
            let is_free = mentions
                .iter()
                .all(|m| m.at.end <= found.start() || found.end() <= m.at.start);
            if is_word && is_free {
                mentions.push(Mention {
                    at: found.range(),
                    columns: vec![column],
                    is_span: false,
                });
            }
        }
    }
    mentions.sort_by_key(|mention| mention.at.start);
    mentions
}

/// A name in which each word may stand in the plural: `weeks`, `profits before tax`.
fn name_pattern(name: &str) -> Option<Regex> {
    let words: Vec<String> = name
        .split_whitespace()
        .map(|word| match word.strip_suffix('s') {
            Some(stem) if stem.len() > 2 && word.is_ascii() => {
                format!("{}s?", regex::escape(stem))
            }
            _ if word.len() > 2 && word.ends_with(|c: char| c.is_ascii_lowercase()) => {
                format!("{}s?", regex::escape(word))
            }
            _ => regex::escape(word),
        })
        .collect();
    if words.is_empty() {
        return None;
    }
    Regex::new(&words.join(r"\s+")).ok()
}

/// `column a`, `columns b, c and d`, `a:b`, `columns a to d`, `a列`, `b、c列`, `a到d列`.
fn by_letters(text: &str, table: &TableColumns) -> Vec<Mention> {
    static SPAN: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(?-u:\b)(?:columns?\s+)?([a-z]{1,2})\s*(?::|(?-u:\b)to(?-u:\b)|(?-u:\b)through(?-u:\b))\s*([a-z]{1,2})(?-u:\b)|(?-u:\b)([a-z]{1,2})\s*列?\s*(?:到|至|-)\s*([a-z]{1,2})\s*列",
        )
        .expect("the pattern is valid")
    });
    static LIST: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(?-u:\b)columns?\s+([a-z]{1,2}(?:(?:\s*,\s*|\s+and\s+|\s*&\s*)(?:and\s+)?[a-z]{1,2})*)(?-u:\b)|(?-u:\b)([a-z]{1,2}(?:\s*列?\s*[、,，和与及]\s*[a-z]{1,2})*)\s*列",
        )
        .expect("the pattern is valid")
    });
    static LETTERS: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?-u:\b)[a-z]{1,2}(?-u:\b)").expect("the pattern is valid"));
    let known = |letters: &str| {
        let column = column_of_letters(letters)?;
        table
            .columns
            .iter()
            .any(|c| c.column == column)
            .then_some(column)
    };
    let mut mentions: Vec<Mention> = Vec::new();
    for found in SPAN.captures_iter(text) {
        let ends: Vec<&str> = found.iter().skip(1).flatten().map(|m| m.as_str()).collect();
        let (Some(whole), [first, last]) = (found.get(0), ends.as_slice()) else {
            continue;
        };
        if let (Some(first), Some(last)) = (known(first), known(last))
            && first < last
        {
            mentions.push(Mention {
                at: whole.range(),
                columns: (first..=last)
                    .filter(|column| known(&column_name(*column)).is_some())
                    .collect(),
                is_span: true,
            });
        }
    }
    for found in LIST.captures_iter(text) {
        let (Some(whole), Some(list)) = (found.get(0), found.get(1).or(found.get(2))) else {
            continue;
        };
        // `and` is no column of a list such as `b and c`.
        let columns: Option<Vec<u32>> = LETTERS
            .find_iter(list.as_str())
            .map(|letters| known(letters.as_str()))
            .collect();
        let is_free = mentions
            .iter()
            .all(|m| m.at.end <= whole.start() || whole.end() <= m.at.start);
        if let (Some(columns), true) = (columns.filter(|c| !c.is_empty()), is_free) {
            mentions.push(Mention {
                at: whole.range(),
                columns,
                is_span: false,
            });
        }
    }
    mentions
}

/// Whether the full stop behind this text belongs to a word: `vs.`, `e.g.`.
fn ends_with_short_form(text: &str) -> bool {
    let word = text
        .rsplit(|c: char| !c.is_alphanumeric() && c != '.')
        .next()
        .unwrap_or_default();
    ["vs", "no", "approx", "e.g", "i.e"].contains(&word)
}

/// Sentences; a full stop within a name or a quotation, or behind a short form, ends none.
fn sentences(text: &str, mentions: &[Mention]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut start, mut is_quoted) = (0, false);
    for (at, c) in text.char_indices() {
        let after = at + c.len_utf8();
        match c {
            '"' => is_quoted = !is_quoted,
            '“' | '「' | '『' => is_quoted = true,
            '”' | '」' | '』' => is_quoted = false,
            _ => {}
        }
        let is_end = match c {
            '\n' | ';' | '；' | '。' | '！' | '？' => true,
            '.' => {
                text[after..].chars().next().is_none_or(char::is_whitespace)
                    && !ends_with_short_form(&text[..at])
            }
            _ => false,
        };
        let is_in_name = mentions.iter().any(|m| m.at.contains(&at));
        if is_end && !is_quoted && !is_in_name {
            found.push(start..after);
            start = after;
        }
    }
    if !text[start..].trim().is_empty() {
        found.push(start..text.len());
    }
    found
}
