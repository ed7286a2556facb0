//! Looking a value up by the names of its row and column, without a model where the question names them.

mod endings;
mod names;
mod pairs;
mod spoken;

use std::collections::{BTreeMap, BTreeSet};

use deskmate_core::CancelToken;

use self::names::{Asked, shares};
use self::pairs::pairs;
use self::spoken::normal;
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

/// Labels of one direction with the rows or columns that they name, and those in which they name a value.
type Labels = BTreeMap<String, (BTreeSet<u32>, BTreeSet<u32>)>;

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
    /// The columns or rows in which it names a value.
    across: BTreeSet<u32>,
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
    let values = without_fixed_words(values);
    let is_form = table.shape == Shape::Form;
    // In a form only the name beside a value names it; what stands further left are other pairs.
    let row_of = |entry: &Entry| {
        let label = &entry.row_label;
        if let Some(name) = paired.name_of.get(&entry.cell) {
            name.clone()
        } else {
            label.clone()
        }
    };
    let column_of = |entry: &Entry| {
        if paired.name_of.contains_key(&entry.cell) {
            String::new()
        } else {
            entry.column_label.clone()
        }
    };
    let mut row_labels = Labels::new();
    let mut column_labels = Labels::new();
    for entry in &values {
        let (row, column) = (entry.cell.row, entry.cell.column);
        let (lines, across) = row_labels.entry(row_of(entry)).or_default();
        lines.insert(row);
        across.insert(column);
        let (lines, across) = column_labels.entry(column_of(entry)).or_default();
        lines.insert(column);
        across.insert(row);
    }
    let matched = shares(row_labels.keys().chain(column_labels.keys()), asked);
    let rows = said(&row_labels, &matched.shares);
    let columns = said(&column_labels, &matched.shares);
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
        let is_only = column_labels.len() == 1 || is_form && entry.column_label.is_empty();
        let own_row = (!is_form).then_some((entry.cell.row, entry.cell.column));
        let row_is_said = rows.singles_out(&row_of(entry), own_row, false);
        let own_column = Some((entry.cell.column, entry.cell.row));
        let column_is_said =
            columns.singles_out(&column_of(entry), own_column, is_only || is_paired);
        if row_is_said && column_is_said {
            lookup.certain.push(candidate.clone());
        }
        lookup.offered.push(candidate);
    }
    if lookup.certain.len() == certain_before && is_form {
        let group = rows.said_group();
        let of_group = values.iter().filter(|entry| {
            let label = row_of(entry);
            group.is_some_and(|group| label.rsplit_once('/').is_some_and(|(own, _)| own == group))
        });
        for entry in of_group {
            lookup.certain.push(Candidate {
                table: table.name.clone(),
                cell: entry.cell,
                row_label: entry.row_label.clone(),
                column_label: entry.column_label.clone(),
                value: entry.value.clone(),
                score: 2.0,
            });
        }
    }
    let found = lookup.certain.len() - certain_before;
    let unnamed = without_values(matched.unnamed.clone(), &values);
    let rest = without_values(matched.rest.clone(), &values);
    // One cell for a question that goes on after an "and" is half an answer.
    let is_half = asked.asks() > 1
        || ["分别", "各", "又", "怎么", "?"]
            .iter()
            .any(|word| unnamed.contains(word))
        || endings::joins_more(&unnamed);
    let is_other = asked.has_open_clause(&matched)
        || asked.asks_for_another_thing(&lookup.certain[certain_before..]);
    if found == 1 && is_half || found > 0 && is_other {
        lookup.certain.truncate(certain_before);
    } else if found > 0 {
        lookup.rest = rest;
    }
}

impl Said {
    /// The group of a form that the question says, without any other name.
    fn said_group(&self) -> Option<&str> {
        let mut groups: BTreeSet<&str> = BTreeSet::new();
        for (label, names) in self
            .by_label
            .iter()
            .filter(|(_, names)| !names.said.is_empty())
        {
            let (group, name) = label.rsplit_once('/')?;
            let is_group_alone = !names.said.contains(name)
                && group.split('/').all(|part| names.said.contains(part));
            groups.insert(is_group_alone.then_some(group)?);
        }
        (groups.len() == 1).then(|| groups.into_iter().next())?
    }

    /// True when the question says this label and no label of another line just as well or better.
    /// `place` is the line of the value and where in it the value stands.
    fn singles_out(&self, label: &str, place: Option<(u32, u32)>, is_only: bool) -> bool {
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
                    && place.is_none_or(|(line, _)| others.lines.iter().any(|own| *own != line))
            })
            .any(|(other, others)| {
                if others.said == names.said {
                    // A record over several rows has some of its values in the first alone.
                    let is_there = place.is_none_or(|(_, across)| others.across.contains(&across));
                    is_there && (!is_plain || is_plain_measure(other, others))
                } else {
                    others.said.is_superset(&names.said)
                }
            })
    }
}

/// Leaves out columns without a name that say the same in every row: the 指 between a word and what it means.
fn without_fixed_words(values: Vec<&Entry>) -> Vec<&Entry> {
    let mut said: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
    for entry in values.iter().filter(|entry| entry.column_label.is_empty()) {
        said.entry(entry.cell.column)
            .or_default()
            .push(&entry.value);
    }
    said.retain(|_, words| words.len() > 2 && words.iter().all(|word| *word == words[0]));
    let is_fixed =
        |entry: &Entry| entry.column_label.is_empty() && said.contains_key(&entry.cell.column);
    let kept = values.iter().filter(|entry| !is_fixed(entry));
    kept.copied().collect()
}

/// True when all that the question does not say of a label is that it is an amount: of `期末余额/金额` and
/// `期末余额/比例%` the first is meant where neither is said.
fn is_plain_measure(label: &str, names: &Names) -> bool {
    label
        .split('/')
        .filter(|name| !names.said.contains(*name))
        .all(|name| ["金额", "数量", "余额", "数额"].contains(&plain(name).trim()))
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

/// Cells that name others are no values.
fn is_value(table: &TableInfo, entry: &Entry) -> bool {
    if is_blank_mark(&entry.value) && entry.row_label.is_empty() {
        return false;
    }
    match table.shape {
        Shape::Form | Shape::Sideways => !entry.row_label.is_empty(),
        Shape::Records => entry.cell.row >= table.data.top,
    }
}

/// Which names of each label the question says.
fn said(labels: &Labels, shares: &BTreeMap<String, f64>) -> Said {
    let by_label = labels
        .iter()
        .map(|(label, (lines, across))| {
            let mut names = Names {
                lines: lines.clone(),
                across: across.clone(),
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
        "{FOUND} FROM {} WHERE {} ORDER BY line, place",
        quoted("cells"),
        conditions.join(" OR ")
    )
}

/// What [`query_for`] shows of a value.
const FOUND: &str = "SELECT row_label, column_label, value";

/// Of a query made by [`query_for`] the one that tells where its values stand: table, cell.
pub(crate) fn places_of(sql: &str) -> Option<String> {
    let rest = sql.strip_prefix(FOUND)?;
    rest.trim_start()
        .starts_with("FROM \"cells\"")
        .then(|| format!("SELECT table_name, cell{rest}"))
}
