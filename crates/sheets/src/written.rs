//! Values as people write them in texts: `3.2万元`, `2024年3月5日`, and whether a text has them.

use std::sync::LazyLock;

use regex::Regex;

use crate::output::OutputValue;
use crate::value::{DateKind, is_identifier_text, parse_date, parse_number, plain, unit_scale};

static NUMBERS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[-−]?\d[\d,]*(?:\.\d+)?\s*(?:万亿|千亿|百亿|十亿|亿|千万|百万|十万|万|千元|million|billion|thousand|%)?")
        .expect("the tests use every pattern")
});
static DATES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\d{4}\s*(?:[-/.]|年)\s*\d{1,2}\s*(?:[-/.]|月)\s*\d{1,2}\s*日?|(?:\d{1,2}(?:st|nd|rd|th)?\s+)?[A-Z][a-z]{2,8}\.?,?\s+(?:\d{1,2}(?:st|nd|rd|th)?,?\s+)?\d{4}|(?:^|[^\d年])\d{1,2}\s*月\s*\d{1,2}\s*[日号]")
        .expect("the tests use every pattern")
});

/// A number that was written with or without a unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WrittenNumber {
    /// Its value in base units: 32000 for `3.2万元`, 0.12 for `12%`.
    pub value: f64,
    /// It was written as per cent.
    pub is_share: bool,
}

/// Reads one number; `None` for what names and does not count, such as a telephone number, and for any other text.
pub fn written_number(text: &str) -> Option<WrittenNumber> {
    if is_identifier_text(text) {
        return None;
    }
    let number = parse_number(text)?;
    let is_share = number.unit == "%";
    let value = match is_share {
        true => number.value / 100.0,
        false => number.value * unit_scale(&number.unit),
    };
    Some(WrittenNumber { value, is_share })
}

/// Reads one day as a date of a spreadsheet; a month or quarter is none.
pub fn written_day(text: &str) -> Option<OutputValue> {
    let (day, kind) = parse_date(text)?;
    let mut parts = day.split('-').map(|part| part.parse::<u32>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    match kind {
        DateKind::Day => OutputValue::date(i32::try_from(year).ok()?, month, day),
        DateKind::Month | DateKind::Quarter => None,
    }
}

/// Whether a value stands in a text: a number by its value in any unit, a day as a day, a text letter by letter.
///
/// `written` is the value as it was written, for a day `2024-03-05`.
pub fn stands_in(value: &OutputValue, written: &str, text: &str) -> bool {
    match value {
        OutputValue::Number(number) => numbers_in(text).iter().any(|one| near(*one, *number)),
        OutputValue::Date(_) => dates_in(text).iter().any(|date| {
            // A day without its year may take any.
            written == date || date.len() == 5 && written.ends_with(date.as_str())
        }),
        OutputValue::Text(value) => holds(&squeezed(text), &squeezed(value)),
        OutputValue::Bool(_) | OutputValue::Blank => false,
    }
}

/// Whether a text holds another; digits at its ends do not go on: 30 does not stand in 300.
fn holds(text: &str, part: &str) -> bool {
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let (begins, ends) = (is_digit(part.chars().next()), is_digit(part.chars().last()));
    !part.is_empty()
        && text.match_indices(part).any(|(at, _)| {
            let before = begins && is_digit(text[..at].chars().last());
            let after = ends && is_digit(text[at + part.len()..].chars().next());
            !before && !after
        })
}

fn near(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-9 * one.abs().max(other.abs()).max(1.0)
}

/// The numbers of a text, each as it stands and multiplied by its unit: `3.2万元` is 3.2 and 32000.
fn numbers_in(text: &str) -> Vec<f64> {
    let text = plain(text);
    let mut out = Vec::new();
    for found in NUMBERS.find_iter(&text) {
        let Some(number) = parse_number(found.as_str()) else {
            continue;
        };
        out.extend([number.value, number.value * unit_scale(&number.unit)]);
        // 12-15 is a range and no negative number.
        out.push(number.value.abs());
        if number.unit == "%" {
            out.push(number.value / 100.0);
        }
    }
    out
}

/// The days of a text as `2024-03-05`, and as `03-05` where the year is not said.
fn dates_in(text: &str) -> Vec<String> {
    let text = plain(text);
    let found = DATES.find_iter(&text).filter_map(|found| {
        let day = found
            .as_str()
            .trim_start_matches(|c: char| !c.is_alphanumeric());
        parse_date(day).map(|(day, _)| day).or_else(|| {
            let (month, day) = day.split_once('月')?;
            let number = |text: &str| -> Option<u32> {
                let digits: String = text.chars().filter(char::is_ascii_digit).collect();
                digits.parse().ok()
            };
            Some(format!("{:02}-{:02}", number(month)?, number(day)?))
        })
    });
    found.collect()
}

/// A text without what may differ where it is the same: spaces, widths, upper and lower case, quotation marks.
fn squeezed(text: &str) -> String {
    plain(text)
        .to_lowercase()
        .chars()
        .filter(|c| !c.is_whitespace() && !"\"'“”‘’「」《》".contains(*c))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_in_base_units() {
        for (text, value) in [
            ("3.2万元", Some(32_000.0)),
            ("1,200.50元", Some(1_200.5)),
            ("12.5%", Some(0.125)),
            ("面议", None),
            ("013800138000", None),
            ("2024年", None),
        ] {
            assert_eq!(written_number(text).map(|read| read.value), value, "{text}");
        }
    }

    #[test]
    fn a_text_stands_there_whole() {
        let stands =
            |part: &str, text: &str| stands_in(&OutputValue::Text(part.into()), part, text);
        assert!(stands("北京新星公司", "甲方：北京 新星公司"));
        assert!(stands("HT-30", "合同 HT-30 号"));
        assert!(!stands("30", "共 300 件"));
        assert!(!stands("HT-3", "合同 HT-30 号"));
        assert!(!stands("", "合同"));
    }

    #[test]
    fn a_day_is_read_and_a_month_is_none() {
        assert_eq!(written_day("2024年3月5日"), OutputValue::date(2024, 3, 5));
        assert_eq!(written_day("March 5, 2024"), OutputValue::date(2024, 3, 5));
        assert_eq!(written_day("2024年3月"), None);
    }
}
