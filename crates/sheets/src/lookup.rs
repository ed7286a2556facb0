//! Looking a value up by the names of its row and column, without a model where the question names them.

use std::collections::{BTreeMap, BTreeSet};

use deskmate_core::CancelToken;

use crate::run::Scalar;
use crate::tables::{Tables, quoted};
use crate::value::{is_blank_mark, plain};
use crate::{CellAddress, Error, Shape, TableInfo};

/// Cells offered to the model when the question does not name one.
pub(crate) const MAX_OFFERED: usize = 28;
/// Values of one table that are looked through.
const MAX_VALUES: usize = 10_000;
/// From this share on a name counts as said.
const SAID: f64 = 0.6;

/// A cell that may be the answer, with its names.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Candidate {
    pub(crate) table: String,
    pub(crate) cell: CellAddress,
    pub(crate) row_label: String,
    pub(crate) column_label: String,
    pub(crate) value: String,
    score: f64,
}

/// What a question finds in the long form.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Lookup {
    /// Cells that the question names without doubt.
    pub(crate) certain: Vec<Candidate>,
    /// The likeliest cells, best first.
    pub(crate) offered: Vec<Candidate>,
    /// What the question says beside the names that it says.
    pub(crate) rest: String,
    /// Values that could be looked up at all.
    pub(crate) values: usize,
}

impl Candidate {
    /// How well the question names it; above 1.3 both its row and its column are named in part.
    pub(crate) fn score(&self) -> f64 {
        self.score
    }
}

/// Labels of one direction with the rows or columns that they name.
type Labels = BTreeMap<String, BTreeSet<u32>>;

/// The labels of one direction: which of their names the question says.
struct Said {
    by_label: BTreeMap<String, Names>,
}

/// The names of one label that the question says.
#[derive(Debug, Clone, Default, PartialEq)]
struct Names {
    said: BTreeSet<String>,
    /// How surely, summed over all names and divided by their number.
    share: f64,
    /// The surest of them.
    best: f64,
    /// The rows or columns that the label names.
    lines: BTreeSet<u32>,
}

/// Finds the cells that a question may ask for.
pub(crate) fn look_up(
    tables: &Tables,
    question: &str,
    cancel: &CancelToken,
) -> Result<Lookup, Error> {
    let asked = Asked::new(question);
    let mut lookup = Lookup::default();
    for table in tables
        .understanding()
        .tables
        .iter()
        .filter(|table| table.has_labels)
    {
        let result = tables.query_up_to(
            MAX_VALUES,
            &format!(
                "SELECT cell, row_label, column_label, value, line, place FROM cells WHERE table_name = '{}'",
                table.name.replace('\'', "''")
            ),
            cancel,
        )?;
        let rows: Vec<Entry> = result
            .rows
            .iter()
            .filter_map(|row| Entry::new(row))
            .collect();
        look_up_in(table, &rows, &asked, &mut lookup);
    }
    lookup.values = lookup.offered.len();
    if lookup.rest.is_empty() {
        lookup.rest = question.to_owned();
    }
    lookup.offered.sort_by(|a, b| b.score.total_cmp(&a.score));
    lookup.offered.truncate(MAX_OFFERED);
    Ok(lookup)
}

struct Entry {
    cell: CellAddress,
    row_label: String,
    column_label: String,
    value: String,
}

impl Entry {
    fn new(row: &[Scalar]) -> Option<Self> {
        let text = |index: usize| row.get(index).map(Scalar::text);
        Some(Self {
            cell: CellAddress::parse(&text(0)?)?,
            row_label: text(1)?,
            column_label: text(2)?,
            value: text(3)?,
        })
    }
}

fn look_up_in(table: &TableInfo, entries: &[Entry], asked: &Asked, lookup: &mut Lookup) {
    let paired = pairs(entries);
    let values: Vec<&Entry> = entries
        .iter()
        .filter(|entry| is_value(table, entry) && !paired.names.contains(&entry.cell))
        .collect();
    let is_form = table.shape == Shape::Form;
    // In a form only the name beside a value names it; what stands further left are other pairs.
    let row_of = |entry: &Entry| {
        let label = &entry.row_label;
        if let Some(name) = paired.name_of.get(&entry.cell) {
            name.clone()
        } else if is_form {
            label.rsplit('/').next().unwrap_or(label).to_owned()
        } else {
            label.clone()
        }
    };
    let column_of = |entry: &Entry| {
        if is_form || paired.name_of.contains_key(&entry.cell) {
            String::new()
        } else {
            entry.column_label.clone()
        }
    };
    let mut row_labels = Labels::new();
    let mut column_labels = Labels::new();
    for entry in &values {
        let (row, column) = (entry.cell.row, entry.cell.column);
        row_labels.entry(row_of(entry)).or_default().insert(row);
        let lines = column_labels.entry(column_of(entry)).or_default();
        lines.insert(column);
    }
    let (shares, rest) = shares(row_labels.keys().chain(column_labels.keys()), asked);
    let rows = said(&row_labels, &shares);
    let columns = said(&column_labels, &shares);
    let nothing = Names::default();
    let certain_before = lookup.certain.len();
    for entry in &values {
        let row = rows.by_label.get(&row_of(entry)).unwrap_or(&nothing);
        let column = columns.by_label.get(&column_of(entry)).unwrap_or(&nothing);
        let coverage = asked.coverage(&[&row_of(entry), &column_of(entry)]);
        let candidate = Candidate {
            table: table.name.clone(),
            cell: entry.cell,
            row_label: entry.row_label.clone(),
            column_label: entry.column_label.clone(),
            value: entry.value.clone(),
            score: row.best + 0.5 * row.share + column.best + 0.5 * column.share + coverage,
        };
        // In a form a line holds several pairs, which compete; in a table the names of one line grow from left to right.
        let is_paired = paired.name_of.contains_key(&entry.cell);
        let is_only = column_labels.len() == 1;
        let own_row = (!is_form).then_some(entry.cell.row);
        let row_is_said = rows.singles_out(&row_of(entry), own_row, false);
        let own_column = Some(entry.cell.column);
        let column_is_said =
            columns.singles_out(&column_of(entry), own_column, is_only || is_paired);
        if row_is_said && column_is_said {
            lookup.certain.push(candidate.clone());
        }
        lookup.offered.push(candidate);
    }
    let found = lookup.certain.len() - certain_before;
    let rest = without_values(rest, &values);
    // One cell for a question that goes on after an "and" is half an answer.
    if found == 1
        && (asked.asks() > 1
            || [
                "和", "及", "与", "还有", "分别", "各", "那", "又", "怎么", "?", " and ",
            ]
            .iter()
            .any(|word| rest.contains(word)))
    {
        lookup.certain.truncate(certain_before);
    } else if found > 0 {
        lookup.rest = rest;
    }
}

impl Said {
    /// True when the question says this label and no label of another line just as well or better.
    fn singles_out(&self, label: &str, line: Option<u32>, is_only: bool) -> bool {
        if is_only {
            return true;
        }
        let Some(names) = self
            .by_label
            .get(label)
            .filter(|names| !names.said.is_empty())
        else {
            return false;
        };
        let is_plain = is_plain_measure(label, names);
        !self
            .by_label
            .iter()
            .filter(|(other, others)| {
                *other != label
                    && line.is_none_or(|line| others.lines.iter().any(|other| *other != line))
            })
            .any(|(other, others)| {
                if others.said == names.said {
                    !is_plain || is_plain_measure(other, others)
                } else {
                    others.said.is_superset(&names.said)
                }
            })
    }
}

/// True when all that the question does not say of a label is that it is an amount: of `期末余额/金额` and
/// `期末余额/比例%` the first is meant where neither is said.
fn is_plain_measure(label: &str, names: &Names) -> bool {
    label
        .split('/')
        .filter(|name| !names.said.contains(*name))
        .all(|name| ["金额", "数量", "余额", "数额"].contains(&plain(name).trim()))
}

/// Pairs of a name and its value inside a table of records.
struct Pairs {
    /// The cells with names.
    names: BTreeSet<CellAddress>,
    /// The name of each cell with a value.
    name_of: BTreeMap<CellAddress, String>,
}

/// Two neighbours under one header that spans both are a pair: under 规格参数 the cells 水箱容量 and 24L.
fn pairs(entries: &[Entry]) -> Pairs {
    let by_cell: BTreeMap<CellAddress, &Entry> =
        entries.iter().map(|entry| (entry.cell, entry)).collect();
    let mut pairs = Pairs {
        names: BTreeSet::new(),
        name_of: BTreeMap::new(),
    };
    for (cell, entry) in &by_cell {
        let Some(left) = cell.column.checked_sub(1) else {
            continue;
        };
        let Some(name) = by_cell.get(&CellAddress::new(cell.row, left)) else {
            continue;
        };
        let is_name = name.value.chars().any(char::is_alphabetic)
            && !name.value.chars().any(|c| c.is_ascii_digit())
            && !pairs.name_of.contains_key(&name.cell);
        if is_name && !name.column_label.is_empty() && name.column_label == entry.column_label {
            pairs.names.insert(name.cell);
            pairs.name_of.insert(*cell, name.value.clone());
        }
    }
    // A name on several rows needs what stands further left; and two first columns before others name the record.
    let mut uses: BTreeMap<&str, usize> = BTreeMap::new();
    for name in pairs.name_of.values() {
        *uses.entry(name).or_default() += 1;
    }
    let first = entries.iter().map(|entry| entry.cell.column).min();
    let is_stub = |cell: &CellAddress| {
        let next = CellAddress::new(cell.row, cell.column + 1);
        Some(cell.column) == first.map(|first| first + 1)
            && by_cell.contains_key(&next)
            && !pairs.names.contains(&next)
    };
    let refused: Vec<CellAddress> = pairs
        .name_of
        .iter()
        .filter(|(cell, name)| {
            uses.get(name.as_str()).is_some_and(|uses| *uses > 1) || is_stub(cell)
        })
        .map(|(cell, _)| *cell)
        .collect();
    for cell in refused {
        pairs.name_of.remove(&cell);
        let name = CellAddress::new(cell.row, cell.column - 1);
        pairs.names.remove(&name);
    }
    pairs
}

/// What is left of a question without the values that it quotes: the 和 of 和伍公司 joins nothing.
fn without_values(rest: String, values: &[&Entry]) -> String {
    values.iter().fold(rest, |rest, entry| {
        let value: String = normal(&entry.value).into_iter().collect();
        match value.chars().count() > 2 && rest.contains(&value) {
            true => rest.replace(&value, " "),
            false => rest,
        }
    })
}

/// Cells that name others are no values: in a form the left one of a pair.
fn is_value(table: &TableInfo, entry: &Entry) -> bool {
    if is_blank_mark(&entry.value) && entry.row_label.is_empty() {
        return false;
    }
    match table.shape {
        Shape::Form => {
            let step = entry.cell.column.saturating_sub(table.range.left);
            let is_paired = (table.range.right - table.range.left + 1).is_multiple_of(2)
                && table.range.right > table.range.left + 1;
            !entry.row_label.is_empty() && if is_paired { step % 2 == 1 } else { step > 0 }
        }
        Shape::Records => entry.cell.row >= table.data.top,
        Shape::Sideways => !entry.row_label.is_empty(),
    }
}

/// The question, normalised.
struct Asked {
    text: Vec<char>,
}

impl Asked {
    fn new(question: &str) -> Self {
        Self {
            text: normal(question),
        }
    }

    /// How many things are asked for, by the words that ask.
    fn asks(&self) -> usize {
        let text: String = self.text.iter().collect();
        [
            "多少", "什么", "哪", "谁", "几", "多大", "多高", "多长", "多久",
        ]
        .iter()
        .map(|word| text.matches(word).count())
        .sum()
    }

    /// Share of the question's characters that these labels cover.
    fn coverage(&self, labels: &[&str]) -> f64 {
        let mut covered = vec![false; self.text.len()];
        for label in labels {
            for part in label.split('/') {
                let part = normal(part);
                for pair in part.windows(2) {
                    for (at, own) in self.text.windows(2).enumerate() {
                        if own == pair {
                            covered[at] = true;
                            covered[at + 1] = true;
                        }
                    }
                }
            }
        }
        covered.iter().filter(|covered| **covered).count() as f64 / self.text.len().max(1) as f64
    }

    /// Where the question says a name as a whole, in characters that no longer name has taken.
    fn places(&self, name: &[char], taken: &[bool]) -> Vec<usize> {
        if name.is_empty() {
            return Vec::new();
        }
        self.text
            .windows(name.len())
            .enumerate()
            .filter(|(at, window)| {
                *window == name && !taken[*at..at + name.len()].iter().all(|taken| *taken)
            })
            .map(|(at, _)| at)
            .collect()
    }

    /// The share of a name's pairs of characters that the question has outside of whole names.
    fn resembles(&self, name: &[char], taken: &[bool]) -> f64 {
        if name.len() < 3 {
            return 0.0;
        }
        let said = name
            .windows(2)
            .filter(|pair| {
                self.text
                    .windows(2)
                    .enumerate()
                    .any(|(at, own)| own == *pair && !(taken[at] && taken[at + 1]))
            })
            .count();
        0.95 * said as f64 / (name.len() - 1) as f64
    }
}

/// Characters that carry meaning: plain, lower case, no spaces or punctuation.
fn normal(text: &str) -> Vec<char> {
    let text: String = plain(text)
        .to_lowercase()
        .chars()
        .filter(|character| character.is_alphanumeric() || *character == '%')
        .collect();
    let mut text = text;
    for (word, same) in SAME_TIMES {
        if text.contains(word) {
            text = text.replace(word, same);
        }
    }
    text.chars().collect()
}

/// Words for the same time in reports and in questions about them.
const SAME_TIMES: [(&str, &str); 12] = [
    ("本年度", "本期"),
    ("今年度", "本期"),
    ("上年度", "上期"),
    ("上年同期", "上期"),
    ("去年同期", "上期"),
    ("本年", "本期"),
    ("今年", "本期"),
    ("上年", "上期"),
    ("去年", "上期"),
    ("年末", "期末"),
    ("年初", "期初"),
    ("初期", "期初"),
];

/// What a name of a time adds to it: `期末余额` is the end of the period, whatever is asked of it.
const OF_A_TIME: [&str; 7] = ["余额", "金额", "数", "发生额", "数额", "发生数", "账面余额"];

/// A name and what is left of it without numbering and remarks in parentheses.
fn variants(name: &str) -> Vec<Vec<char>> {
    let text = plain(name);
    let mut found = vec![normal(&text)];
    let without_remark: String = {
        let mut depth = 0;
        text.chars()
            .filter(|character| {
                match character {
                    '(' | '[' | '【' => depth += 1,
                    ')' | ']' | '】' => {
                        depth -= 1;
                        return false;
                    }
                    _ => {}
                }
                depth == 0
            })
            .collect()
    };
    for text in [text.as_str(), without_remark.as_str()] {
        let mut rest = text.trim();
        for prefix in ["其中:", "其中：", "加:", "减:", "其中"] {
            rest = rest.strip_prefix(prefix).unwrap_or(rest);
        }
        let numbering = rest
            .char_indices()
            .find(|(_, character)| matches!(character, '、' | '.' | '．'))
            .filter(|(at, _)| {
                *at <= 9
                    && rest[..*at]
                        .chars()
                        .all(|c| c.is_ascii_digit() || "一二三四五六七八九十".contains(c))
            });
        if let Some((at, mark)) = numbering {
            rest = &rest[at + mark.len_utf8()..];
        }
        let rest = rest.trim_end_matches(['%', ':', '：']);
        let variant = normal(rest);
        if !variant.is_empty() && !found.contains(&variant) {
            found.push(variant);
        }
    }
    if let Some(time) = time_of(&found[0])
        && !found.contains(&time)
    {
        found.push(time);
    }
    found
}

/// The time alone of a name such as `期末余额`.
fn time_of(name: &[char]) -> Option<Vec<char>> {
    let text: String = name.iter().collect();
    ["上期期末", "本期期末", "本期", "上期", "期末", "期初"]
        .into_iter()
        .find_map(|time| {
            let rest = text.strip_prefix(time)?;
            OF_A_TIME.contains(&rest).then(|| time.chars().collect())
        })
}

/// How much of each name the question says. Whole names come first, the longest before others: 应收账款 inside
/// 应收票据及应收账款 was not said by itself, and what names 上期金额 does not name 本期金额.
fn shares<'l>(
    labels: impl Iterator<Item = &'l String>,
    asked: &Asked,
) -> (BTreeMap<String, f64>, String) {
    let mut variants_of: Vec<(String, Vec<char>)> = Vec::new();
    let names: BTreeSet<&str> = labels.flat_map(|label| label.split('/')).collect();
    for name in names {
        for variant in variants(name) {
            variants_of.push((name.to_owned(), variant));
        }
    }
    variants_of.sort_by_key(|(_, variant)| std::cmp::Reverse(variant.len()));
    let mut taken = vec![false; asked.text.len()];
    let mut shares: BTreeMap<String, f64> = BTreeMap::new();
    let mut at = 0;
    while at < variants_of.len() {
        // Names of one length do not hide each other, nor does a name hide itself in the other direction.
        let length = variants_of[at].1.len();
        let end = at
            + variants_of[at..]
                .iter()
                .take_while(|(_, variant)| variant.len() == length)
                .count();
        let mut places = Vec::new();
        for (name, variant) in &variants_of[at..end] {
            let found = asked.places(variant, &taken);
            if !found.is_empty() {
                shares.insert(name.clone(), 1.0);
            }
            places.extend(found);
        }
        for place in places {
            for taken in &mut taken[place..place + length] {
                *taken = true;
            }
        }
        at = end;
    }
    let rest = asked
        .text
        .iter()
        .zip(&taken)
        .map(|(character, taken)| if *taken { ' ' } else { *character })
        .collect();
    for (name, variant) in &variants_of {
        let share = asked.resembles(variant, &taken);
        let best = shares.entry(name.clone()).or_default();
        *best = best.max(share);
    }
    (shares, rest)
}

/// Which names of each label the question says.
fn said(labels: &Labels, shares: &BTreeMap<String, f64>) -> Said {
    let by_label = labels
        .iter()
        .map(|(label, lines)| {
            let mut names = Names {
                lines: lines.clone(),
                ..Names::default()
            };
            let mut count = 0.0;
            for name in label.split('/') {
                let share = shares.get(name).copied().unwrap_or(0.0);
                count += 1.0;
                names.share += share;
                names.best = names.best.max(share);
                if share >= SAID {
                    names.said.insert(name.to_owned());
                }
            }
            names.share /= count;
            (label.clone(), names)
        })
        .collect();
    Said { by_label }
}

/// The query that reads cells of the long form.
pub(crate) fn query_for(candidates: &[Candidate]) -> String {
    let mut conditions: Vec<String> = Vec::new();
    let mut tables: Vec<&str> = candidates
        .iter()
        .map(|candidate| candidate.table.as_str())
        .collect();
    tables.dedup();
    for table in tables {
        let cells: Vec<String> = candidates
            .iter()
            .filter(|candidate| candidate.table == table)
            .map(|candidate| format!("'{}'", candidate.cell))
            .collect();
        conditions.push(format!(
            "table_name = '{}' AND cell IN ({})",
            table.replace('\'', "''"),
            cells.join(", ")
        ));
    }
    format!(
        "SELECT row_label, column_label, value FROM {} WHERE {} ORDER BY line, place",
        quoted("cells"),
        conditions.join(" OR ")
    )
}
