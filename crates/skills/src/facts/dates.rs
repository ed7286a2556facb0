//! Dates, Chinese and English, as `year-month-day` with what is not said left empty.

use std::sync::LazyLock;

use deskmate_knowledge::{Language, parse_han_number};
use regex::{Captures, Regex};

use super::{Fact, FactKind, Found, char_before, is_word_edge};

static CHINESE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?:([0-9]{4}|[〇零○一二三四五六七八九]{4})\s*年\s*)?([0-9]{1,2}|[一二三四五六七八九十]{1,3})\s*月(?:\s*([0-9]{1,2}|[一二三四五六七八九十]{1,3})\s*[日号])?",
    )
    .expect("the tests use every pattern")
});
static ISO: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
        .expect("the tests use every pattern")
});
const MONTH: &str = r"(?:January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)";
static MONTH_DAY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        r"\b({MONTH})\.?\s+([0-9]{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+([0-9]{{4}})\b)?"
    ))
    .expect("the tests use every pattern")
});
static DAY_MONTH: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        r"\b([0-9]{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?({MONTH})\b\.?(?:,?\s+([0-9]{{4}})\b)?"
    ))
    .expect("the tests use every pattern")
});
static MONTH_YEAR: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(r"\b({MONTH})\.?,?\s+(?:of\s+)?([0-9]{{4}})\b"))
        .expect("the tests use every pattern")
});
static MONTH_ALONE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"\b(January|February|March|April|June|July|August|September|October|November|December)\b|\b(?:in|by|of|since|until|till|last|next|early|late|mid|before|after|during|from|to)[ -](May)\b",
    )
    .expect("the tests use every pattern")
});

/// The dates of a text.
pub(super) fn dates(text: &str) -> Vec<Found> {
    let mut text = text.to_owned();
    let mut out = Vec::new();
    let mut read = |pattern: &Regex, key: &dyn Fn(&Captures<'_>, &str) -> Option<String>| {
        let found: Vec<Found> = pattern
            .captures_iter(&text)
            .filter_map(|captures| {
                let whole = captures.get(0)?;
                let key = key(&captures, &text)?;
                Some(Found {
                    fact: Fact {
                        kind: FactKind::Date,
                        text: whole.as_str().to_owned(),
                    },
                    key,
                    at: whole.start(),
                })
            })
            .collect();
        for found in found {
            super::blank(&mut text, found.at, found.fact.text.len());
            out.push(found);
        }
    };
    read(&ISO, &|captures, text| {
        let start = captures.get(0)?.start();
        is_word_edge(char_before(text, start)).then_some(())?;
        key(
            number(captures, 1),
            number(captures, 2)?,
            number(captures, 3),
        )
    });
    read(&CHINESE, &|captures, text| {
        let start = captures.get(0)?.start();
        // `12.5月` and `第十二月` name no month.
        let before = char_before(text, start);
        let is_inner = before.is_some_and(|c| c.is_ascii_digit() || matches!(c, '.' | ','));
        (!is_inner).then_some(())?;
        key(
            number(captures, 1),
            number(captures, 2)?,
            number(captures, 3),
        )
    });
    read(&DAY_MONTH, &|captures, _| {
        key(
            number(captures, 3),
            month(captures.get(2)?.as_str())?,
            number(captures, 1),
        )
    });
    read(&MONTH_DAY, &|captures, _| {
        key(
            number(captures, 3),
            month(captures.get(1)?.as_str())?,
            number(captures, 2),
        )
    });
    read(&MONTH_YEAR, &|captures, _| {
        key(number(captures, 2), month(captures.get(1)?.as_str())?, None)
    });
    read(&MONTH_ALONE, &|captures, _| {
        let name = captures.get(1).or_else(|| captures.get(2))?;
        key(None, month(name.as_str())?, None)
    });
    out
}

/// A date in the form of a language.
pub(super) fn written_in(key: &str, language: Language) -> Option<String> {
    const NAMES: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let mut parts = key.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let unit = |part: &str, unit: &str| match part {
        "" => String::new(),
        part => format!("{part}{unit}"),
    };
    Some(match language {
        Language::Chinese => format!("{}{month}月{}", unit(year, "年"), unit(day, "日")),
        Language::English => {
            let name = NAMES.get(month.parse::<usize>().ok()?.checked_sub(1)?)?;
            let day = if day.is_empty() {
                String::new()
            } else {
                format!(" {day}")
            };
            let divider = if day.is_empty() { " " } else { ", " };
            match year {
                "" => format!("{name}{day}"),
                year => format!("{name}{day}{divider}{year}"),
            }
        }
    })
}

fn key(year: Option<u64>, month: u64, day: Option<u64>) -> Option<String> {
    let part = |value: Option<u64>| value.map(|value| value.to_string()).unwrap_or_default();
    let is_date = (1..=12).contains(&month) && day.is_none_or(|day| (1..=31).contains(&day));
    is_date.then(|| format!("{}-{month}-{}", part(year), part(day)))
}

fn number(captures: &Captures<'_>, index: usize) -> Option<u64> {
    let text = captures.get(index)?.as_str().replace('○', "〇");
    text.parse().ok().or_else(|| parse_han_number(&text))
}

fn month(name: &str) -> Option<u64> {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let head = name.get(..3)?.to_lowercase();
    let index = MONTHS.iter().position(|month| *month == head)?;
    Some(index as u64 + 1)
}
