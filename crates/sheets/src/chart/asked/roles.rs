//! Which of the named columns is drawn along which axis.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::look::is_to_go;
use super::mentions::{Mention, Request};
use super::titles::{AxisTitle, Titles};
use crate::chart::range_chart::PlotKind;
use crate::formula::{TableColumns, plain_header};

/// Columns of a table that are drawn together when the ask names none of them but says all.
const MAX_ALL: usize = 6;

/// What is drawn: of each series the labels or x values, and the values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Drawn {
    pub(super) series: Vec<(Option<u32>, u32)>,
}

/// An axis and how the ask says what lies along it.
struct AxisWord {
    is_x: bool,
    at: Range<usize>,
}

/// Finds the series; `None` when the ask leaves them open.
pub(super) fn drawn(
    request: &Request,
    table: &TableColumns,
    kind: Option<PlotKind>,
    titles: &Titles,
) -> Option<Drawn> {
    let sentences: Vec<Range<usize>> = request
        .chart_sentences()
        .enumerate()
        .filter(|(index, sentence)| {
            *index == 0 || says_what_is_drawn(request.slice(sentence.clone()))
        })
        .map(|(_, sentence)| sentence)
        .collect();
    let mentions: Vec<&Mention> = sentences
        .iter()
        .flat_map(|sentence| request.mentions_in(sentence.clone()))
        .collect();
    if let Some(pairs) = pairs(&mentions, kind) {
        return Some(pairs);
    }
    if is_against_unknown(request, &sentences) {
        return None;
    }
    let (mut x, mut values) = along_axes(request, &sentences)?;
    if x.is_none() && values.is_empty() {
        (x, values) = without_axes(request, &sentences, &mentions, table, kind);
    }
    if x.is_none() && values.is_empty() {
        let context: Vec<&Mention> = request
            .context()
            .flat_map(|sentence| request.mentions_in(sentence))
            .collect();
        if let Some(pairs) = pairs(&context, kind) {
            return Some(pairs);
        }
        (x, values) = by_titles(titles, table);
    }
    complete(x, values, request.chart_text(), table, kind)
}

fn says_what_is_drawn(sentence: &str) -> bool {
    static OTHER: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"legend|marker|trend ?line|turn off|hide|remove|图例|标记|趋势线|隐藏|去掉")
            .expect("the pattern is valid")
    });
    (axis_words(sentence).next().is_some()
        || sentence.contains("series")
        || sentence.contains("系列"))
        && !OTHER.is_match(sentence)
}

fn axis_words(text: &str) -> impl Iterator<Item = AxisWord> + '_ {
    static AXIS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"\b(?:(x|horizontal|category)|y|vertical|value)[\s-]*(?:axis|values?|coordinates?)(?:\s+values?)?\b|(x\s*轴|横轴|横坐标)|y\s*轴|纵轴|纵坐标",
        )
        .expect("the pattern is valid")
    });
    AXIS.captures_iter(text).filter_map(|found| {
        let at = found.get(0)?.range();
        // `without the y-axis` says nothing of what lies along it.
        (!is_to_go(&text[..at.start])).then_some(AxisWord {
            is_x: found.get(1).or(found.get(2)).is_some(),
            at,
        })
    })
}

/// `column A:B and C:D as separate series`: each pair has x values of its own.
fn pairs(mentions: &[&Mention], kind: Option<PlotKind>) -> Option<Drawn> {
    let is_plane = matches!(kind, Some(PlotKind::Scatter | PlotKind::Line));
    let spans: Vec<&&Mention> = mentions.iter().filter(|m| m.is_span).collect();
    let is_pair = spans.len() >= 2 && spans.iter().all(|span| span.columns.len() == 2);
    if !is_plane || !is_pair || spans.len() != mentions.len() {
        return None;
    }
    Some(Drawn {
        series: spans
            .iter()
            .map(|span| (Some(span.columns[0]), span.columns[1]))
            .collect(),
    })
}

/// `A as the x-axis and B as the y-axis`, `the x-axis showing A`, `以A为横轴`, `横轴是A`.
///
/// `None` when an axis is told of and what lies along it is no column.
fn along_axes(request: &Request, sentences: &[Range<usize>]) -> Option<(Option<u32>, Vec<u32>)> {
    static AFTER: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"^\s*(?:showing|shows?|displaying|displays?|is|being|:|=|for|represents?|representing|用|是|为|取|放|显示|表示|：)",
        )
        .expect("the pattern is valid")
    });
    let (mut x, mut values) = (None, Vec::new());
    for sentence in sentences {
        let text = request.slice(sentence.clone());
        let words: Vec<AxisWord> = axis_words(text).collect();
        let names_columns = request.mentions_in(sentence.clone()).next().is_some();
        let mut from = sentence.start;
        for (index, word) in words.iter().enumerate() {
            let (start, end) = (sentence.start + word.at.start, sentence.start + word.at.end);
            let next = words
                .get(index + 1)
                .map_or(sentence.end, |next| sentence.start + next.at.start);
            let is_after = AFTER.is_match(&text[word.at.end..]);
            let segment = if is_after { end..next } else { from..start };
            let mut columns: Vec<u32> = request
                .mentions_in(segment)
                .flat_map(|mention| mention.columns.iter().copied())
                .collect();
            if columns.is_empty() && (names_columns || is_after) {
                return None;
            }
            if word.is_x {
                // Before the word, only the nearest column is meant; those before it are drawn over it.
                let nearest = if is_after {
                    columns.first().copied()
                } else {
                    columns.pop()
                };
                x = x.or(nearest);
                if !is_after {
                    values.append(&mut columns);
                }
            } else {
                values.append(&mut columns);
            }
            from = if is_after { next } else { end };
        }
        // `Week on the x-axis, Sales and COGS`.
        if !words.is_empty() && values.is_empty() {
            values.extend(
                request
                    .mentions_in(from..sentence.end)
                    .flat_map(|mention| mention.columns.iter().copied()),
            );
        }
    }
    values.retain(|column| Some(*column) != x);
    Some((x, unique(values)))
}

/// `Sales against Week`, `Sales by Region`, `销售额随月份变化`, or columns alone.
fn without_axes(
    request: &Request,
    sentences: &[Range<usize>],
    mentions: &[&Mention],
    table: &TableColumns,
    kind: Option<PlotKind>,
) -> (Option<u32>, Vec<u32>) {
    static BEFORE_X: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r#"(?:\b(?:against|versus|vs\.?|over|by|per|for each|for every|for all|along with|as a function of)\s+(?:the\s+|each\s+)?|随着?|按照?|相对于|关于)["“'‘「]?\s*$"#,
        )
        .expect("the pattern is valid")
    });
    let columns = unique(
        mentions
            .iter()
            .flat_map(|m| m.columns.iter().copied())
            .collect(),
    );
    let found = mentions.iter().find(|mention| {
        let sentence = sentences.iter().find(|s| s.contains(&mention.at.start));
        sentence.is_some_and(|sentence| {
            BEFORE_X.is_match(request.slice(sentence.start..mention.at.start))
        })
    });
    let is_number = |column: u32| {
        table
            .columns
            .iter()
            .any(|c| c.column == column && c.is_number)
    };
    let x = match found {
        Some(mention) => mention.columns.first().copied(),
        // A column of labels can only be x.
        None => columns
            .iter()
            .copied()
            .find(|column| !is_number(*column))
            // Of two numbers the one further left is the cause.
            .or_else(|| {
                let is_plane = kind == Some(PlotKind::Scatter) && columns.len() > 1;
                columns.iter().copied().min().filter(|_| is_plane)
            }),
    };
    let values = columns
        .into_iter()
        .filter(|column| Some(*column) != x)
        .collect();
    (x, values)
}

/// `against dose` where the table has no dose: another column would be drawn in its place.
fn is_against_unknown(request: &Request, sentences: &[Range<usize>]) -> bool {
    static AGAINST: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"\b(?:against|versus|vs\.?|as a function of)\s+(?:the\s+|each\s+)?["“']?"#)
            .expect("the pattern is valid")
    });
    sentences.iter().any(|sentence| {
        AGAINST
            .find_iter(request.slice(sentence.clone()))
            .any(|found| {
                let end = sentence.start + found.end();
                request
                    .mentions_in(end..sentence.end)
                    .all(|mention| mention.at.start != end)
            })
    })
}

/// Titles of axes that are names of columns say what lies along them.
fn by_titles(titles: &Titles, table: &TableColumns) -> (Option<u32>, Vec<u32>) {
    let named = |title: &Option<AxisTitle>| match title {
        Some(AxisTitle::Text(text)) => {
            let text = text.trim().to_lowercase();
            let mut columns = table.columns.iter();
            columns
                .find(|column| {
                    column.name.trim().to_lowercase() == text || plain_header(&column.name) == text
                })
                .map(|column| column.column)
        }
        Some(AxisTitle::HeaderOf(column)) => Some(*column),
        Some(AxisTitle::Headers) | None => None,
    };
    (named(&titles.x), named(&titles.y).into_iter().collect())
}

/// Fills in what goes without saying; `None` when it does not.
fn complete(
    x: Option<u32>,
    mut values: Vec<u32>,
    text: &str,
    table: &TableColumns,
    kind: Option<PlotKind>,
) -> Option<Drawn> {
    let numbers: Vec<u32> = table
        .columns
        .iter()
        .filter(|column| column.is_number)
        .map(|column| column.column)
        .collect();
    let labels = || {
        // What lies along x of a scatter chart is half of what it says: it is not guessed.
        if kind == Some(PlotKind::Scatter) {
            return None;
        }
        let mut columns = table.columns.iter();
        columns
            .find(|column| !column.is_number && !column.name.trim().is_empty())
            .or(table.columns.first())
            .map(|column| column.column)
    };
    if values.is_empty() {
        static ALL: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"\b(?:all|every|whole|entire|each column|the data|this table|the table)\b|所有|全部|各列|每列|整张|这张表|这个表|数据")
                .expect("the pattern is valid")
        });
        let along = x.or_else(labels);
        let others: Vec<u32> = numbers
            .iter()
            .copied()
            .filter(|column| Some(*column) != along)
            .collect();
        let says_all = ALL.is_match(text) && others.len() <= MAX_ALL;
        if others.len() != 1 && !says_all {
            return None;
        }
        values = others;
    }
    // A column without numbers is not left out silently.
    if !values.iter().all(|column| numbers.contains(column)) {
        return None;
    }
    let x = x.or_else(labels).filter(|x| !values.contains(x));
    let is_whole = !values.is_empty() && (x.is_some() || kind != Some(PlotKind::Scatter));
    is_whole.then(|| Drawn {
        series: values.into_iter().map(|value| (x, value)).collect(),
    })
}

fn unique(columns: Vec<u32>) -> Vec<u32> {
    let mut seen = Vec::new();
    for column in columns {
        if !seen.contains(&column) {
            seen.push(column);
        }
    }
    seen
}
