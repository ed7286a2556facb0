//! Numbers, Chinese and English, by their value: `3万元`, `三万元`, `30,000 yuan` and `thirty thousand` are one.

use std::sync::LazyLock;

use deskmate_knowledge::{Language, is_han, parse_han_number};
use regex::Regex;

use super::{Fact, FactKind, Found, char_at, char_before};

static DIGITS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"([0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?)(\s?[多余]?[千百万亿]+|(?i:\s(?:thousand|million|billion|trillion)\b))?(\s?(?:%|‰|个百分点|(?i:per ?cent\b|percentage points?\b)))?",
    )
    .expect("the tests use every pattern")
});
static SHARE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"百分之([零〇一二三四五六七八九十百]+(?:点[零〇一二三四五六七八九]+)?|[0-9]+(?:\.[0-9]+)?)",
    )
    .expect("the tests use every pattern")
});
static HAN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[零〇一二两三四五六七八九十百千万亿]+").expect("the tests use every pattern")
});
static WORDS: LazyLock<Regex> = LazyLock::new(|| {
    const WORD: &str = "(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|billion)";
    Regex::new(&format!(
        r"(?i)\b{WORD}(?:(?:[ -]|\sand\s){WORD})*\b(\s(?:per ?cent|percentage points?)\b)?"
    ))
    .expect("the tests use every pattern")
});
static ORDINALS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth)\b")
        .expect("the tests use every pattern")
});

/// The numbers of a text.
pub(super) fn numbers(text: &str) -> Vec<Found> {
    let mut text = text.to_owned();
    let mut out = Vec::new();
    let shares = SHARE.captures_iter(&text).filter_map(|captures| {
        let whole = captures.get(0)?;
        let key = format!("{}%", share(captures.get(1)?.as_str())?);
        Some(found(whole.as_str(), key, whole.start()))
    });
    let shares: Vec<Found> = shares.collect();
    take(&mut text, &mut out, shares);
    let digits = DIGITS.captures_iter(&text).filter_map(|captures| {
        let (whole, figure) = (captures.get(0)?, captures.get(1)?);
        let scale = captures.get(2).map_or("", |scale| scale.as_str());
        let percent = captures.get(3).map_or("", |_| "%");
        let key = scaled(figure.as_str(), scale)?;
        Some(found(
            whole.as_str().trim_end(),
            format!("{key}{percent}"),
            whole.start(),
        ))
    });
    let digits: Vec<Found> = digits.collect();
    take(&mut text, &mut out, digits);
    let han: Vec<Found> = HAN
        .find_iter(&text)
        .filter(|numeral| is_counted(&text, numeral.as_str(), numeral.start(), numeral.end()))
        .filter_map(|numeral| {
            let value = parse_han_number(numeral.as_str())?;
            Some(found(numeral.as_str(), value.to_string(), numeral.start()))
        })
        .collect();
    take(&mut text, &mut out, han);
    let words = WORDS.captures_iter(&text).filter_map(|captures| {
        let whole = captures.get(0)?;
        let percent = captures.get(1);
        let end = percent.map_or(whole.end(), |percent| percent.start());
        let value = english_value(&text[whole.start()..end])?;
        // `one of them` counts nothing.
        (value > 1 || percent.is_some()).then_some(())?;
        let key = format!("{value}{}", percent.map_or("", |_| "%"));
        Some(found(whole.as_str(), key, whole.start()))
    });
    let words: Vec<Found> = words.collect();
    take(&mut text, &mut out, words);
    out
}

/// Numbers in a wider sense: ordinals, digits inside of codes, single numerals. Good enough to be found, not to be asked
/// for.
pub(super) fn lenient(text: &str) -> Vec<String> {
    const ORDER: [&str; 12] = [
        "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
        "tenth", "eleventh", "twelfth",
    ];
    let ordinals = ORDINALS.find_iter(text).filter_map(|word| {
        let word = word.as_str().to_lowercase();
        let index = ORDER.iter().position(|ordinal| *ordinal == word)?;
        Some((index + 1).to_string())
    });
    let digits = DIGITS
        .captures_iter(text)
        .filter_map(|captures| scaled(captures.get(1)?.as_str(), ""));
    let han = HAN
        .find_iter(text)
        .filter_map(|numeral| parse_han_number(numeral.as_str()))
        .map(|value| value.to_string());
    let words = WORDS
        .find_iter(text)
        .filter_map(|words| english_value(words.as_str()))
        .map(|value| value.to_string());
    ordinals.chain(digits).chain(han).chain(words).collect()
}

fn found(text: &str, key: String, at: usize) -> Found {
    Found {
        fact: Fact {
            kind: FactKind::Number,
            text: text.to_owned(),
        },
        key,
        at,
    }
}

fn take(text: &mut String, out: &mut Vec<Found>, found: Vec<Found>) {
    for found in found {
        super::blank(text, found.at, found.fact.text.len());
        out.push(found);
    }
}

/// A Chinese numeral counts when it has two characters or more, or stands before a unit; `一个` and `十分` say nothing.
fn is_counted(text: &str, numeral: &str, start: usize, end: usize) -> bool {
    let mut characters = numeral.chars();
    let (first, is_single) = (characters.next(), characters.next().is_none());
    let begins = first.is_some_and(|c| !matches!(c, '百' | '千' | '万' | '亿'));
    let after = char_at(text, end);
    let is_idiom = matches!(numeral, "一一" | "万一" | "三三两两" | "七八")
        || (numeral == "十" && after == Some('分'))
        || (numeral.ends_with('一')
            && matches!(after, Some('致' | '些' | '般' | '样' | '定' | '旦')));
    if !begins || is_idiom {
        return false;
    }
    if !is_single {
        return true;
    }
    let before = char_before(text, start);
    let unit = |units: &str| after.is_some_and(|c| units.contains(c));
    match first {
        Some('一') => {
            unit("元月日年季级号周倍岁")
                && !before.is_some_and(|c| matches!(c, '同' | '每' | '进' | '统'))
                || (before == Some('第') && unit("条章款项期批届次季"))
        }
        Some('两') if unit("个") => true,
        _ => {
            unit("年月日号天个元条款项章节人次名倍页岁小周季级届家份台件位种点期批处所套辆吨米度成")
        }
    }
}

fn share(text: &str) -> Option<String> {
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return scaled(text, "");
    }
    let (whole, fraction) = text.split_once('点').unwrap_or((text, ""));
    let whole = parse_han_number(whole)?;
    let fraction: Option<String> = fraction
        .chars()
        .map(|c| parse_han_number(&c.to_string()).map(|digit| digit.to_string()))
        .collect();
    scaled(&format!("{whole}.{}", fraction?), "")
}

/// The value of a figure with its scale, without separators, leading and trailing zeros.
fn scaled(figure: &str, scale: &str) -> Option<String> {
    let shift: usize = match scale.trim().to_lowercase().as_str() {
        "thousand" => 3,
        "million" => 6,
        "billion" => 9,
        "trillion" => 12,
        han => han
            .chars()
            .map(|c| match c {
                '百' => 2,
                '千' => 3,
                '万' => 4,
                '亿' => 8,
                _ => 0,
            })
            .sum(),
    };
    let figure = figure.replace(',', "");
    let (whole, fraction) = figure.split_once('.').unwrap_or((&figure, ""));
    let mut digits = format!("{whole}{fraction}");
    let point = whole.len() + shift;
    while digits.len() < point {
        digits.push('0');
    }
    let (whole, fraction) = digits.split_at(point);
    let whole = whole.trim_start_matches('0');
    let fraction = fraction.trim_end_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    Some(if fraction.is_empty() {
        whole.to_owned()
    } else {
        format!("{whole}.{fraction}")
    })
}

/// A number with a scale in the other language's form; `None` where its digits can stand as they are.
pub(super) fn written_in(text: &str, key: &str, language: Language) -> Option<String> {
    let percent = if key.ends_with('%') { "%" } else { "" };
    let value = key.trim_end_matches('%');
    let has_words = |c: char| is_han(c) || c.is_ascii_alphabetic();
    if !text.chars().any(has_words) || text.ends_with('点') {
        return None;
    }
    if language == Language::Chinese
        && let Some(value) = value.parse::<u64>().ok().filter(|value| *value >= 10_000)
    {
        let (unit, name) = match value {
            100_000_000.. => (100_000_000, "亿"),
            _ => (10_000, "万"),
        };
        let whole = value / unit;
        let rest = format!("{:.6}", (value % unit) as f64 / unit as f64);
        let fraction = rest.trim_start_matches('0').trim_end_matches('0');
        let fraction = if fraction == "." { "" } else { fraction };
        return Some(format!("{whole}{fraction}{name}"));
    }
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let point = if fraction.is_empty() { "" } else { "." };
    Some(format!("{grouped}{point}{fraction}{percent}"))
}

fn english_value(text: &str) -> Option<u64> {
    const UNITS: [&str; 20] = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const TENS: [&str; 8] = [
        "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
    ];
    let (mut total, mut part) = (0_u64, 0_u64);
    for word in text.to_lowercase().split([' ', '-', '\u{a0}', '\n']) {
        if let Some(unit) = UNITS.iter().position(|unit| *unit == word) {
            part = part.checked_add(unit as u64)?;
        } else if let Some(ten) = TENS.iter().position(|ten| *ten == word) {
            part = part.checked_add((ten as u64 + 2) * 10)?;
        } else {
            let scale = match word {
                "hundred" => {
                    part = part.max(1).checked_mul(100)?;
                    continue;
                }
                "thousand" => 1_000,
                "million" => 1_000_000,
                "billion" => 1_000_000_000,
                _ => continue,
            };
            total = total.checked_add(part.max(1).checked_mul(scale)?)?;
            part = 0;
        }
    }
    total.checked_add(part)
}
