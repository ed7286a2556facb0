//! What a text in a cell means: a number with its unit, a date, or just text.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;
use unicode_normalization::UnicodeNormalization;

/// A number read from text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ParsedNumber {
    /// The number as written, without the scale of its unit; percentages in points (12.5 for 12.5%).
    pub(crate) value: f64,
    /// Its unit as written: `万元`, `%`, `人次`; empty when there is none.
    pub(crate) unit: String,
}

/// How exact a date is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum DateKind {
    /// `2024-03-05`
    Day,
    /// `2024-03`
    Month,
    /// `2024-Q1`
    Quarter,
}

/// Text with full-width characters made plain and the spaces around it taken off.
pub(crate) fn plain(text: &str) -> String {
    plain_text(text).into_owned()
}

/// As [`plain`]; most texts are plain already and are not copied.
pub(crate) fn plain_text(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    // Ideographs stand for themselves; looking each of them up would take longer than reading the cell.
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.nfkc().collect::<String>().trim().to_owned())
}

fn is_plain(character: char) -> bool {
    character.is_ascii() || ('\u{4e00}'..='\u{9fff}').contains(&character)
}

/// True for what people write into a cell that has no value.
pub(crate) fn is_blank_mark(text: &str) -> bool {
    matches!(
        text.trim(),
        "" | "-"
            | "--"
            | "---"
            | "—"
            | "——"
            | "–"
            | "−"
            | "/"
            | "\\"
            | "一"
            | "N/A"
            | "n/a"
            | "NA"
            | "#N/A"
            | "null"
            | "NULL"
            | "None"
            | "?"
            | "..."
            | "…"
    )
}

static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^(?P<sign>[-+−–])?\s*(?P<currency>CN¥|RMB|US\$|HK\$|[¥$€£₹])?\s*(?P<sign2>[-−])?(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)(?P<exponent>[eE][-+]?\d{1,3})?\s*(?P<unit>%|‰|°C|℃|[\p{L}²³]{1,12}(?:/[\p{L}²³\d]{1,8})?)?$",
    )
    .expect("the pattern is valid")
});

/// Reads a number: thousands separators, currency signs, negatives in parentheses, a unit behind it.
pub(crate) fn parse_number(text: &str) -> Option<ParsedNumber> {
    let text = plain(text);
    if !text.bytes().any(|byte| byte.is_ascii_digit()) || text.len() > 40 {
        return None;
    }
    let (body, in_parentheses) = match text
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'))
    {
        Some(inner) => (inner.trim(), true),
        None => (text.as_str(), false),
    };
    let found = NUMBER.captures(body)?;
    let group = |name: &str| found.name(name).map_or("", |part| part.as_str());
    let exponent = group("exponent");
    let digits = group("number").replace(',', "");
    let mut value: f64 = format!("{digits}{exponent}").parse().ok()?;
    let is_minus = |sign: &str| matches!(sign, "-" | "−" | "–");
    if is_minus(group("sign")) != is_minus(group("sign2")) {
        value = -value;
    }
    if in_parentheses {
        // (1) beside a name is a numbering, (1,200.00) in a column of amounts a loss: the column decides later.
        value = -value.abs();
    }
    let mut unit = group("unit").to_owned();
    if unit.is_empty() && !group("currency").is_empty() {
        unit = match group("currency") {
            "¥" | "CN¥" | "RMB" => "元".to_owned(),
            other => other.to_owned(),
        };
    }
    // `2nd`, `3月` and `1990s` name something, they do not count it.
    let names = [
        "st", "nd", "rd", "th", "s", "年", "月", "日", "号", "季度", "级", "班", "期", "届", "a",
        "b", "am", "pm", "x",
    ];
    // 2023年费用报销台账 is a title and 3年级 a name; a unit is a short word.
    let is_name = unit.starts_with(['年', '月', '日', '号', '级', '期', '届', '班'])
        || unit.chars().count() > 8;
    // 44mm及以上 is a bound and not an amount.
    let is_bound = ["以上", "以下", "以内", "左右"]
        .iter()
        .any(|word| unit.ends_with(word));
    if is_name || is_bound || names.contains(&unit.to_lowercase().as_str()) {
        return None;
    }
    Some(ParsedNumber { value, unit })
}

/// How many base units one of this unit is: 10000 for `万元`. 1 for everything else.
pub(crate) fn unit_scale(unit: &str) -> f64 {
    for (word, scale) in [
        ("万亿", 1e12),
        ("千亿", 1e11),
        ("百亿", 1e10),
        ("十亿", 1e9),
        ("亿", 1e8),
        ("千万", 1e7),
        ("百万", 1e6),
        ("十万", 1e5),
        ("万", 1e4),
        ("千元", 1e3),
        ("million", 1e6),
        ("billion", 1e9),
        ("thousand", 1e3),
    ] {
        if unit.starts_with(word) {
            return scale;
        }
    }
    1.0
}

/// The unit without its scale: `元` for `万元`.
pub(crate) fn base_unit(unit: &str) -> &str {
    for word in [
        "万亿", "千亿", "百亿", "十亿", "亿", "千万", "百万", "十万", "万",
    ] {
        if let Some(rest) = unit.strip_prefix(word) {
            return rest;
        }
    }
    if unit == "千元" { "元" } else { unit }
}

static HEADER_UNIT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[(\[【:]\s*(?:单位\s*[:：]?\s*)?(?:人民币)?(?P<unit>%|‰|百万元|千万元|万元|亿元|千元|元|美元|万美元|万人次|人次|万人|人|台|件|个|套|吨|公斤|千克|kg|g|m|km|小时|分钟|天|次|份|张|家|户|辆|平方米|㎡|m2|USD|CNY|RMB|RMB'000|mm|cm|kV|A|V)\s*[)\]】]?\s*$")
        .expect("the pattern is valid")
});

/// The unit that a header names in parentheses: `金额（万元）`.
pub(crate) fn header_unit(header: &str) -> Option<String> {
    let text = plain(header);
    HEADER_UNIT
        .captures(&text)
        .and_then(|found| found.name("unit").map(|unit| unit.as_str().to_owned()))
        .or_else(|| text.ends_with('%').then(|| "%".to_owned()))
}

static CAPTION_UNIT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:金额)?单位\s*[:：]\s*(?:人民币)?\s*(百万元|千万元|万元|亿元|千元|元|美元|万美元|人次|人|%)")
        .expect("the pattern is valid")
});

/// The unit that a line above a table names: `单位：万元`.
pub(crate) fn caption_unit(line: &str) -> Option<String> {
    CAPTION_UNIT
        .captures(&plain(line))
        .map(|found| found[1].to_owned())
}

static DAY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(\d{4})\s*(?:[-/.]|年)\s*(\d{1,2})\s*(?:[-/.]|月)\s*(\d{1,2})\s*日?(?:[ T]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?$")
        .expect("the pattern is valid")
});
static MONTH: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(\d{4})\s*(?:[-/.]|年)\s*(\d{1,2})\s*月?$").expect("the pattern is valid")
});
static QUARTER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^(\d{4}|\d{2})\s*(?:年|[-/. ])?\s*(?:第)?\s*(?:[Qq]([1-4])|([1-4一二三四])\s*季度)$",
    )
    .expect("the pattern is valid")
});
static ENGLISH_DAY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?\s+)?(?:(\d{1,2})(?:st|nd|rd|th)?[ -]+([a-z]{3,9})\.?,?[ -]+(\d{4})|([a-z]{3,9})\.? +(\d{1,2})(?:st|nd|rd|th)?,? +(\d{4}))$")
        .expect("the pattern is valid")
});

fn month_number(name: &str) -> Option<u32> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let name = name.to_lowercase();
    (1..)
        .zip(MONTHS)
        .find(|(_, month)| {
            *month == name
                || (name.len() >= 3 && month.starts_with(&name))
                || (name == "sept" && *month == "september")
        })
        .map(|(number, _)| number)
}

/// Reads a date as ISO text: `2024-03-05`, `2024-03` or `2024-Q1`.
pub(crate) fn parse_date(text: &str) -> Option<(String, DateKind)> {
    let text = plain(text);
    if text.len() > 40 || !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = |part: &str| part.parse::<u32>().ok();
    let day = |year: u32, month: u32, day: u32| {
        ((1000..3000).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day))
            .then(|| (format!("{year:04}-{month:02}-{day:02}"), DateKind::Day))
    };
    if let Some(found) = DAY.captures(&text) {
        return day(number(&found[1])?, number(&found[2])?, number(&found[3])?);
    }
    if let Some(found) = MONTH.captures(&text) {
        let (year, month) = (number(&found[1])?, number(&found[2])?);
        // 2024.5 may be a number; 2024-5 and 2024年5月 are months.
        if text.contains('.') && !text.contains('月') && found[2].len() < 2 {
            return None;
        }
        return ((1900..2200).contains(&year) && (1..=12).contains(&month))
            .then(|| (format!("{year:04}-{month:02}"), DateKind::Month));
    }
    if let Some(found) = QUARTER.captures(&text) {
        let year = number(&found[1])?;
        let year = if year < 100 { 2000 + year } else { year };
        let quarter = found.get(2).or_else(|| found.get(3))?.as_str();
        let quarter = match quarter {
            "一" => "1",
            "二" => "2",
            "三" => "3",
            "四" => "4",
            digit => digit,
        };
        return Some((format!("{year:04}-Q{quarter}"), DateKind::Quarter));
    }
    if let Some(found) = ENGLISH_DAY.captures(&text) {
        let part = |index| found.get(index).map(|part: regex::Match<'_>| part.as_str());
        let (d, m, y) = match part(1) {
            Some(d) => (d, part(2)?, part(3)?),
            None => (part(5)?, part(4)?, part(6)?),
        };
        return day(number(y)?, month_number(m)?, number(d)?);
    }
    None
}

/// True for texts that look like a number and are a name: leading zeros, long identifiers.
pub(crate) fn is_identifier_text(text: &str) -> bool {
    let text = text.trim();
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    digits && (text.len() >= 12 || (text.len() > 1 && text.starts_with('0')))
}

/// True for headers of columns whose digits name and do not count.
pub(crate) fn is_identifier_header(header: &str) -> bool {
    let text = plain(header).to_lowercase();
    let last = text.rsplit('/').next().unwrap_or(&text).trim().to_owned();
    [
        "号",
        "编码",
        "编号",
        "代码",
        "电话",
        "手机",
        "邮编",
        "身份证",
        "账户",
        "卡号",
        "证件",
    ]
    .iter()
    .any(|word| last.ends_with(word) || last.contains(&format!("{word}(")))
        || ["id", "code", "zip", "phone", "sku", "isbn"]
            .iter()
            .any(|word| {
                last == *word
                    || last.ends_with(&format!(" {word}"))
                    || last.ends_with(&format!("_{word}"))
            })
}

static SUBTOTAL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:[\p{Han}\w（）()]{0,12}?(?:合\s*计|小\s*计|总\s*计|共\s*计)(?:数|金额|[:：])?|总\s*和|累\s*计|汇总|(?:sub|grand |sub-)?totals?:?|sum:?)$")
        .expect("the pattern is valid")
});

/// True for the label of a subtotal or total row.
pub(crate) fn is_subtotal_label(text: &str) -> bool {
    let text = plain_text(text);
    text.chars().count() <= 20 && may_be_subtotal(&text) && SUBTOTAL.is_match(&text)
}

/// False for texts without any word of the pattern: most labels of a long table are decided here.
fn may_be_subtotal(text: &str) -> bool {
    let has = |word: &str| {
        text.as_bytes()
            .windows(word.len())
            .any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
    };
    text.contains(['计', '和', '汇']) || has("total") || has("sum")
}

static NOTE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:注\s*\d*\s*[:：.、]|注释|备注\s*[:：]|说明\s*[:：]|数据来源|资料来源|来源\s*[:：]|制表|审核|填报|编制|打印|单位负责人|note|source|remark|\*|※)")
        .expect("the pattern is valid")
});

/// True for a line below a table that explains it.
pub(crate) fn is_note(text: &str) -> bool {
    NOTE.is_match(&plain(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, value, unit) in [
            ("1,234.50", 1234.5, ""),
            ("（1,200）", -1200.0, ""),
            ("￥3,000", 3000.0, "元"),
            ("１２３．５", 123.5, ""),
            ("12.5%", 12.5, "%"),
            ("3.2万元", 3.2, "万元"),
            ("5亿", 5.0, "亿"),
            ("300人次", 300.0, "人次"),
            ("-18.06%", -18.06, "%"),
            ("$9.9 million", 9.9, "million"),
            ("1.5e3", 1500.0, ""),
        ] {
            let parsed = parse_number(text).unwrap_or_else(|| panic!("{text}"));
            assert!(
                (parsed.value - value).abs() < 1e-9,
                "{text}: {}",
                parsed.value
            );
            assert_eq!(parsed.unit, unit, "{text}");
        }
        for text in [
            "",
            "abc",
            "1,23",
            "2004年8月3日",
            "2nd",
            "12-3",
            "1 2",
            "44mm及以上",
            "A12",
        ] {
            assert_eq!(parse_number(text), None, "{text}");
        }
    }

    #[test]
    fn dates_are_read_as_people_write_them() {
        for (text, iso) in [
            ("2024年3月", "2024-03"),
            ("2024-3", "2024-03"),
            ("2024/3/5", "2024-03-05"),
            ("2024年03月05日", "2024-03-05"),
            ("24Q1", "2024-Q1"),
            ("2024年第一季度", "2024-Q1"),
            ("March 5, 2024", "2024-03-05"),
            ("5 Sept 2024", "2024-09-05"),
        ] {
            assert_eq!(
                parse_date(text).map(|(iso, _)| iso).as_deref(),
                Some(iso),
                "{text}"
            );
        }
        for text in ["2024", "12.5", "2024-13", "3月"] {
            assert_eq!(parse_date(text), None, "{text}");
        }
    }

    #[test]
    fn totals_and_notes_are_told_from_names() {
        for text in [
            "合计",
            "合 计",
            "华东小计",
            "总计：",
            "Total",
            "Grand Total",
            "流动资产合计",
        ] {
            assert!(is_subtotal_label(text), "{text}");
        }
        for text in ["合计数比例", "会计", "Total revenue", "设计"] {
            assert!(!is_subtotal_label(text), "{text}");
        }
        assert!(is_note("注：以上不含税") && is_note("数据来源: 财务部") && !is_note("注册资本"));
    }

    #[test]
    fn units_are_found_in_headers_and_captions() {
        assert_eq!(header_unit("金额（万元）").as_deref(), Some("万元"));
        assert_eq!(header_unit("毛利率%").as_deref(), Some("%"));
        assert_eq!(header_unit("区域"), None);
        assert_eq!(
            caption_unit("2024年度  单位：万元").as_deref(),
            Some("万元")
        );
        assert!((unit_scale("万元") - 1e4).abs() < 1e-9 && base_unit("亿元") == "元");
    }
}
