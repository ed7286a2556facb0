//! A question as words: names of this table, values of its cells, numbers, times, and the words of questions.

use std::sync::LazyLock;

use deskmate_core::CancelToken;
use regex::Regex;

use super::words::{Asked, CLASSIFIERS, Kind, UNITS, closed_up, lexicon};
use crate::run::Scalar;
use crate::tables::{Tables, quoted};
use crate::value::{base_unit, plain, unit_scale};
use crate::{Column, Error, TableInfo};

/// Values of one column that a question can name at once.
const MAX_VALUES: usize = 40;
/// Different values up to which one character can be a value: `男`.
const FEW: usize = 10;
/// Endings of headers that people leave out: `入库` for `入库数量`.
const LEFT_OUT: [&str; 5] = ["数量", "金额", "名称", "数", "额"];

/// A word of the question.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Word {
    pub(super) kind: Kind,
    /// Its length in characters.
    pub(super) length: usize,
    /// How much it names this table: what the sheet and its title say counts twice, what the file's name says not at
    /// all, since it is said of all tables in it.
    pub(super) named: usize,
}

/// A question taken apart.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Lexed {
    pub(super) words: Vec<Word>,
}

impl Lexed {
    /// Characters that name something of the table: the more, the likelier this table is meant.
    pub(super) fn named_characters(&self) -> usize {
        self.words.iter().map(|word| word.named * word.length).sum()
    }
}

/// A value as it is said, with the columns that hold it and how they write it.
type NamedValue = (Vec<char>, Vec<(usize, String)>);

/// Takes a question apart, the longest word first wherever several fit.
pub(super) fn words_of(
    asked: &Asked,
    table: &TableInfo,
    tables: &Tables,
    cancel: &CancelToken,
) -> Result<Lexed, Error> {
    let names = names_of(table);
    let values = values_of(asked, table, tables, cancel)?;
    let topics = topics_of(table);
    let mut words: Vec<Word> = Vec::new();
    let mut at = 0;
    while at < asked.text.len() {
        let rest = &asked.text[at..];
        let before = at.checked_sub(1).map(|before| asked.text[before]);
        let word = longest(rest, before, &names, &values, &topics, table);
        at += word.length;
        words.push(word);
    }
    Ok(Lexed { words })
}

/// Latin words are taken whole: the `in` of `india` is none.
fn is_whole(before: Option<char>, rest: &[char], length: usize) -> bool {
    let is_letter = |place: Option<&char>| place.is_some_and(char::is_ascii_alphanumeric);
    let cuts_front = is_letter(before.as_ref()) && rest[0].is_ascii_alphabetic();
    let cuts_end = is_letter(rest.get(length)) && rest[length - 1].is_ascii_alphabetic();
    !cuts_front && !cuts_end
}

fn longest(
    rest: &[char],
    before: Option<char>,
    names: &[(Vec<char>, usize)],
    values: &[NamedValue],
    topics: &[(Vec<char>, usize)],
    table: &TableInfo,
) -> Word {
    let mut best = Word {
        kind: Kind::Unknown,
        length: 1,
        named: 0,
    };
    let mut is_found = false;
    // Of words of one length the first kind wins: what the cells say before what questions say.
    let mut offer = |kind: Kind, length: usize| {
        let is_longer = length > best.length || !is_found && length == best.length;
        if length > 0 && is_longer && is_whole(before, rest, length) {
            let named = usize::from(matches!(kind, Kind::Column(_) | Kind::Value(_)));
            best = Word {
                kind,
                length,
                named,
            };
            is_found = true;
        }
    };
    for (value, columns) in values {
        if rest.starts_with(value) {
            offer(Kind::Value(columns.clone()), value.len());
        }
    }
    for (name, column) in names {
        if rest.starts_with(name) {
            offer(Kind::Column(*column), name.len());
        }
    }
    if let Some((kind, length)) = pattern(rest, table) {
        offer(kind, length);
    }
    for (spellings, kind) in lexicon() {
        for spelling in *spellings {
            let length = spelling.chars().count();
            if rest.len() >= length && spelling.chars().eq(rest[..length].iter().copied()) {
                offer(kind.clone(), length);
            }
        }
    }
    let mut named = 0;
    for (topic, weight) in topics {
        let length = topic
            .iter()
            .zip(rest)
            .take_while(|(own, other)| own == other)
            .count();
        if length >= 2 && !says_more(&rest[..length]) {
            offer(Kind::Topic, length);
        }
        if length >= 2 {
            named = named.max(*weight);
        }
    }
    // `订单`, `销售额`: what a row is, and of which table.
    if matches!(
        best.kind,
        Kind::Topic | Kind::Entry | Kind::Money | Kind::Pieces | Kind::Moved | Kind::Paid
    ) {
        best.named = named;
    }
    best
}

/// True when a piece of a title holds a word that means something in a question.
fn says_more(piece: &[char]) -> bool {
    let piece: String = piece.iter().collect();
    lexicon().iter().any(|(spellings, kind)| {
        !matches!(
            kind,
            Kind::Filler | Kind::Entry | Kind::Person | Kind::And | Kind::Link
        ) && spellings
            .iter()
            .any(|spelling| piece.contains(spelling) && spelling.chars().count() >= 2)
    })
}

/// Headers as people say them, with the column of each; what two columns share names none.
fn names_of(table: &TableInfo) -> Vec<(Vec<char>, usize)> {
    let mut found: Vec<(Vec<char>, usize)> = Vec::new();
    let is_visible = |column: &Column| column.place != u32::MAX;
    for (index, column) in table.columns.iter().enumerate() {
        if !is_visible(column) {
            continue;
        }
        let whole = spoken(&column.header.replace('/', ""));
        let leaf = spoken(column.header.rsplit('/').next().unwrap_or(&column.header));
        for name in [whole, leaf] {
            if !name.is_empty() && !found.contains(&(name.clone(), index)) {
                found.push((name, index));
            }
        }
    }
    let full = found.clone();
    for (name, index) in &full {
        let text: String = name.iter().collect();
        for ending in LEFT_OUT {
            if let Some(stem) = text.strip_suffix(ending) {
                let stem: Vec<char> = stem.chars().collect();
                if stem.len() >= 2 && !full.iter().any(|(other, _)| *other == stem) {
                    found.push((stem, *index));
                }
            }
        }
    }
    let shared: Vec<Vec<char>> = found
        .iter()
        .filter(|(name, index)| {
            found
                .iter()
                .any(|(other, place)| other == name && place != index)
        })
        .map(|(name, _)| name.clone())
        .collect();
    found.retain(|(name, _)| !shared.contains(name));
    found
}

/// A header without its unit and remarks, as it is said.
fn spoken(header: &str) -> Vec<char> {
    let text = plain(header).to_lowercase();
    let text = text.split(['(', '（', '[', '【']).next().unwrap_or("");
    let text: String = text
        .chars()
        .filter(|character| !matches!(character, ':' | '：' | '_'))
        .collect();
    closed_up(&text)
}

/// The values of text columns that the question names.
fn values_of(
    asked: &Asked,
    table: &TableInfo,
    tables: &Tables,
    cancel: &CancelToken,
) -> Result<Vec<NamedValue>, Error> {
    let question: String = asked.text.iter().collect();
    let mut found: Vec<NamedValue> = Vec::new();
    let mut add = |said: Vec<char>, column: usize, value: &str| {
        let own = (column, value.to_owned());
        match found.iter_mut().find(|(other, _)| *other == said) {
            Some((_, columns)) => {
                if !columns.contains(&own) {
                    columns.push(own);
                }
            }
            None => found.push((said, vec![own])),
        }
    };
    for (index, column) in table.columns.iter().enumerate() {
        if column.kind != crate::ColumnKind::Text {
            continue;
        }
        let candidates: Vec<String> = if column.distinct == column.samples.len() {
            column.samples.clone()
        } else {
            let sql = format!(
                "SELECT DISTINCT {0} FROM {1} WHERE instr('{2}', lower({0})) > 0 OR instr('{2}', lower(replace({0}, ' ', ''))) > 0",
                quoted(&column.name),
                quoted(&table.name),
                question.replace('\'', "''")
            );
            tables
                .column(&sql, MAX_VALUES, cancel)?
                .iter()
                .map(Scalar::text)
                .collect()
        };
        for value in &candidates {
            let said = Asked::new(value).text;
            let is_digits = said.iter().all(char::is_ascii_digit);
            let is_long_enough = match said.len() {
                0 => false,
                1 => {
                    column.distinct <= FEW
                        && !["是", "否", "有", "无"].contains(&value.as_str())
                        && !is_digits
                }
                2 => !is_digits,
                _ => true,
            };
            let contains = |said: &[char]| question.contains(&said.iter().collect::<String>());
            if is_long_enough && contains(&said) {
                // `华东区` for the `华东` of a column of regions.
                if let Some(last) = spoken(&column.header)
                    .last()
                    .filter(|last| !last.is_ascii())
                    && said.len() >= 2
                    && said.last() != Some(last)
                {
                    add([said.as_slice(), &[*last]].concat(), index, value);
                }
                add(said, index, value);
                continue;
            }
            // `驳回` is said for `已驳回` where nothing else in the column has it.
            if let Some(stem) = value.strip_prefix('已') {
                let is_only = candidates
                    .iter()
                    .filter(|other| other.contains(stem))
                    .count()
                    == 1;
                let said: Vec<char> = stem.chars().collect();
                if said.len() >= 2
                    && column.distinct == column.samples.len()
                    && is_only
                    && contains(&said)
                    && !question.contains(&format!("未{stem}"))
                {
                    add(said, index, value);
                }
            }
        }
    }
    Ok(found)
}

/// Titles, sheet and file, letters only: their words say what the table is about and nothing more.
fn topics_of(table: &TableInfo) -> Vec<(Vec<char>, usize)> {
    let file = table.path.rsplit(['/', '\\']).next().unwrap_or(&table.path);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let mut texts: Vec<(&str, usize)> = vec![(stem, 0), (&table.sheet, 2)];
    texts.extend(table.titles.iter().map(|title| (title.as_str(), 2)));
    // Identifiers say what a row is: `物料` of `物料编码`.
    texts.extend(
        table
            .columns
            .iter()
            .filter(|column| crate::value::is_identifier_header(&column.header))
            .map(|column| (column.header.as_str(), 1)),
    );
    let mut found: Vec<(Vec<char>, usize)> = Vec::new();
    for (text, weight) in texts {
        let text = plain(text).to_lowercase();
        for piece in text.split(|character: char| !character.is_alphabetic()) {
            let characters: Vec<char> = piece.chars().collect();
            for start in 0..characters.len().saturating_sub(1) {
                let end = characters[start..].to_vec();
                match found.iter_mut().find(|(other, _)| *other == end) {
                    Some((_, known)) => *known = weight.max(*known),
                    None => found.push((end, weight)),
                }
            }
        }
    }
    found
}

fn number_of(text: &str) -> Option<u32> {
    const DIGITS: [&str; 13] = [
        "零", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二",
    ];
    if text == "两" {
        return Some(2);
    }
    text.parse().ok().or_else(|| {
        DIGITS
            .iter()
            .position(|digit| *digit == text)
            .map(|number| number as u32)
    })
}

/// Numbers, times and counts at the beginning of a text.
fn pattern(rest: &[char], table: &TableInfo) -> Option<(Kind, usize)> {
    static PATTERNS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
        [
            r"^(\d{4})年度?",
            r"^(\d{1,2}|十[一二]|[一二三四五六七八九十])月份?",
            r"^(?:第)?([1-4一二三四])季度",
            r"^(上|下)半年",
            r"^([2-9二两三四五六七八九十])[科门]总分",
            r"^前(\d{1,2}|[一二两三四五六七八九十])(?:个|名|位|大|种|家|项|条|笔)?",
            r"^(?:的)?(\d{1,2}|[二两三四五六七八九十])(?:个|名|位|大|种|家|项|条|笔)",
            r"^(?:有)?(?:多少|几)|^how many\b|^how much\b",
            r"^([+\-*/])",
            r"^(\d[\d,]*(?:\.\d+)?)",
        ]
        .iter()
        .filter_map(|pattern| Regex::new(pattern).ok())
        .collect()
    });
    let text: String = rest.iter().take(40).collect();
    let [
        year,
        month,
        quarter,
        half,
        total,
        top,
        some,
        many,
        sign,
        number,
    ] = PATTERNS.as_slice()
    else {
        return None;
    };
    let length = |found: &regex::Captures<'_>| found[0].chars().count();
    if let Some(found) = year.captures(&text) {
        return Some((Kind::Year(found[1].parse().ok()?), length(&found)));
    }
    if let Some(found) = month.captures(&text) {
        let month = number_of(&found[1]).filter(|month| (1..=12).contains(month))?;
        return Some((Kind::Month(month), length(&found)));
    }
    if let Some(found) = quarter.captures(&text) {
        let quarter = number_of(&found[1])?;
        return Some((Kind::Months(3 * quarter - 2, 3 * quarter), length(&found)));
    }
    if let Some(found) = half.captures(&text) {
        let (first, last) = if &found[1] == "上" { (1, 6) } else { (7, 12) };
        return Some((Kind::Months(first, last), length(&found)));
    }
    if let Some(found) = total.captures(&text) {
        return Some((
            Kind::TotalOf(number_of(&found[1])? as usize),
            length(&found),
        ));
    }
    if let Some(found) = top.captures(&text) {
        let count = number_of(&found[1]).filter(|count| *count > 0)?;
        return Some((Kind::Top(count as usize), length(&found)));
    }
    if let Some(found) = many.captures(&text) {
        let asked = length(&found);
        let after: String = rest.iter().skip(asked).take(4).collect();
        let classifier = CLASSIFIERS
            .iter()
            .filter(|classifier| after.starts_with(**classifier))
            .max_by_key(|classifier| classifier.len());
        let counted = classifier.map_or("", |classifier| *classifier);
        return Some((
            Kind::HowMany(counted.to_owned()),
            asked + counted.chars().count(),
        ));
    }
    if let Some(found) = sign.captures(&text) {
        return Some((Kind::Sign(found[1].chars().next()?), 1));
    }
    if let Some(found) = number.captures(&text) {
        let value: f64 = found[1].replace(',', "").parse().ok()?;
        let digits = length(&found);
        let after: String = rest.iter().skip(digits).take(4).collect();
        let unit = UNITS
            .iter()
            .filter(|unit| after.starts_with(**unit))
            .max_by_key(|unit| unit.len());
        let unit = unit.map_or("", |unit| *unit);
        // `3名` may be a count of names; with a unit of the table's it is an amount.
        let is_amount = table.columns.iter().any(|column| {
            column
                .unit
                .as_deref()
                .is_some_and(|own| base_unit(own) == base_unit(unit))
        });
        let plain_count = some
            .captures(&text)
            .filter(|_| !is_amount && unit.is_empty());
        if let Some(found) = plain_count {
            return Some((
                Kind::Top(number_of(&found[1])?.max(1) as usize),
                length(&found),
            ));
        }
        return Some((
            Kind::Number(value * unit_scale(unit), unit.to_owned()),
            digits + unit.chars().count(),
        ));
    }
    if let Some(found) = some.captures(&text) {
        return Some((
            Kind::Top(number_of(&found[1])?.max(1) as usize),
            length(&found),
        ));
    }
    None
}
