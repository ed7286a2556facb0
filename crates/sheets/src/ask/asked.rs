//! What a question says so plainly that code holds a query to it: which quarter, how many places.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::lookup::Candidate;
use crate::run::{QueryResult, Scalar};
use crate::value::plain;

/// Puts a quarter in the place of the month of its number: small models write March for the third quarter.
///
/// Only where the question names one quarter and no month, and the query compares a date's year and month, or its month,
/// with exactly that number.
pub(super) fn with_quarter(sql: &str, question: &str) -> String {
    static MONTH: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"strftime\('(%Y-%m|%m)', ([^()]+)\) = '(?:(\d{4})-)?0([1-4])'").ok()
    });
    let (Some(quarter), Some(month)) = (quarter(question), MONTH.as_ref()) else {
        return sql.to_owned();
    };
    month
        .replace_all(sql, |found: &Captures<'_>| {
            let (whole, format, column, year) =
                (&found[0], &found[1], &found[2], found.get(3));
            if found[4].parse() != Ok(quarter) || year.is_some() != (format == "%Y-%m") {
                return whole.to_owned();
            }
            let (first, last) = (3 * quarter - 2, 3 * quarter);
            let year = year.map_or(String::new(), |year| format!("{}-", year.as_str()));
            format!(
                "strftime('{format}', {column}) >= '{year}{first:02}' AND strftime('{format}', {column}) <= '{year}{last:02}'"
            )
        })
        .into_owned()
}

/// The one quarter that a question names; `None` when it names a month as well.
fn quarter(question: &str) -> Option<u32> {
    static QUARTER: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?i)第?([1-4一二三四])季度|\bq([1-4])\b").ok());
    static MONTH: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"[0-9一二三四五六七八九十]月").ok());
    let text = plain(question);
    if MONTH.as_ref()?.is_match(&text) {
        return None;
    }
    let mut named = QUARTER.as_ref()?.captures_iter(&text).filter_map(|found| {
        let name = found.get(1).or(found.get(2))?.as_str();
        "1234"
            .find(name)
            .or_else(|| ["一", "二", "三", "四"].iter().position(|one| *one == name))
    });
    let first = named.next()?;
    named.all(|other| other == first).then(|| first as u32 + 1)
}

/// A result with the places that the question asks for; otherwise as it is.
pub(super) fn rounded(result: &QueryResult, question: &str) -> QueryResult {
    let mut result = result.clone();
    let Some(places) = places(question) else {
        return result;
    };
    let scale = 10_f64.powi(places);
    for value in result.rows.iter_mut().flatten() {
        if let Scalar::Real(number) = value {
            *number = (*number * scale).round() / scale;
        }
    }
    result
}

/// Whether an English question says nothing beside the names of these cells that could change what is asked:
/// `before`, `the first`, `or`. In Chinese, words are not told apart by spaces and this is judged elsewhere.
pub(super) fn says_only_names(question: &str, cells: &[Candidate]) -> bool {
    const HARMLESS: [&str; 44] = [
        "what", "which", "who", "where", "when", "whats", "is", "are", "was", "were", "the", "a",
        "an", "of", "in", "on", "at", "for", "to", "by", "with", "does", "did", "do", "how",
        "much", "many", "value", "number", "belong", "belongs", "s", "show", "me", "tell", "give",
        "and", "please", "has", "have", "had", "from", "be", "as",
    ];
    let text = plain(question).to_lowercase();
    if super::is_chinese(&text) {
        return true;
    }
    let words = |text: &str| -> Vec<String> {
        plain(text)
            .to_lowercase()
            .split(|character: char| !character.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(|word| word.strip_suffix('s').unwrap_or(word).to_owned())
            .collect()
    };
    let named: Vec<String> = cells
        .iter()
        .flat_map(|cell| words(&format!("{} {}", cell.row_label, cell.column_label)))
        .collect();
    let harmless: Vec<String> = HARMLESS.iter().flat_map(|word| words(word)).collect();
    words(&text)
        .iter()
        .all(|word| named.contains(word) || harmless.contains(word))
}

/// Whether the question says how many places it wants.
pub(super) fn names_places(question: &str) -> bool {
    places(question).is_some()
}

/// `保留两位小数`, `to 2 decimal places`.
fn places(question: &str) -> Option<i32> {
    static PLACES: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?i)保留([0-6一二两三四五六])位小数|\b([0-6]) decimal").ok());
    let text = plain(question);
    let found = PLACES.as_ref()?.captures(&text)?;
    let name = found.get(1).or(found.get(2))?.as_str();
    let places = match name {
        "一" => 1,
        "二" | "两" => 2,
        "三" => 3,
        "四" => 4,
        "五" => 5,
        "六" => 6,
        digits => digits.parse().ok()?,
    };
    Some(places)
}

/// True when a question wants more than a value that stands somewhere.
pub(super) fn asks_to_calculate(rest: &str) -> bool {
    const WORDS: [&str; 70] = [
        "占全部",
        "人数占",
        "及以上",
        "及以下",
        "多少名",
        "合计",
        "总共",
        "一共",
        "共有",
        "总和",
        "总数",
        "总计",
        "之和",
        "相加",
        "多少个",
        "多少种",
        "多少家",
        "多少人",
        "多少次",
        "多少笔",
        "多少条",
        "几个",
        "几种",
        "几家",
        "几笔",
        "几次",
        "几条",
        "几人",
        "几项",
        "平均",
        "均值",
        "最高",
        "最大",
        "最多",
        "最低",
        "最小",
        "最少",
        "最早",
        "最晚",
        "最长",
        "排名",
        "前三",
        "前五",
        "前十",
        "超过",
        "大于",
        "小于",
        "低于",
        "高于",
        "多于",
        "少于",
        "以上的",
        "以下的",
        "排序",
        "从高到低",
        "统计",
        "差额",
        "相差",
        // A value for each of a group.
        "各大",
        "各个",
        "每个",
        "how many",
        "total",
        "average",
        "most",
        "least",
        "highest",
        "lowest",
        "number of",
        "more than",
    ];
    let lower = rest.to_lowercase();
    WORDS
        .iter()
        .any(|word| lower.contains(&word.replace([' ', '的'], "")))
        || lower.contains("difference")
        || lower.contains("largest")
        || lower.contains("smallest")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_is_three_months() {
        let wrong = "SELECT AVG(金额) FROM 明细 WHERE strftime('%Y-%m', 日期) = '2024-03'";
        assert_eq!(
            with_quarter(wrong, "第3季度平均每张多少元？"),
            "SELECT AVG(金额) FROM 明细 WHERE strftime('%Y-%m', 日期) >= '2024-07' AND strftime('%Y-%m', 日期) <= '2024-09'"
        );
        assert!(
            with_quarter(
                "SELECT 1 FROM t WHERE strftime('%m', d) = '01'",
                "sum for Q1"
            )
            .contains("<= '03'")
        );
        for untouched in [
            "3月平均多少？",
            "第三季度3月平均多少？",
            "第二季度平均？",
            "第三季度比第四季度多多少？",
        ] {
            assert_eq!(with_quarter(wrong, untouched), wrong, "{untouched}");
        }
    }

    #[test]
    fn the_places_asked_for_are_given() {
        for (question, places_wanted) in [
            ("平均分是多少？（保留两位小数）", Some(2)),
            ("保留1位小数", Some(1)),
            ("rounded to 2 decimal places", Some(2)),
            ("平均分是多少？", None),
        ] {
            assert_eq!(places(question), places_wanted, "{question}");
        }
        let result = QueryResult {
            rows: vec![vec![Scalar::Real(70.233_333), Scalar::Text("英语".into())]],
            ..QueryResult::default()
        };
        let rounded = rounded(&result, "保留两位小数");
        assert_eq!(rounded.rows[0][0], Scalar::Real(70.23));
    }
}
