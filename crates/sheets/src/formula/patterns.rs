//! Columns of text made of a row: marks where a number passes a bound, and the values of a row joined.

use std::sync::LazyLock;

use regex::Regex;

use super::language::Language;
use super::templates::{SuggestedFormula, TableColumns, last_named_columns};
use crate::address::column_name;

/// The formula of an ask for marks, for joined values or for an angle in radians; `None` for any other.
pub(super) fn pattern_formula(ask: &str, table: &TableColumns) -> Option<SuggestedFormula> {
    let text = ask.to_lowercase();
    let (header, formula) = joined(&text, table)
        .or_else(|| marked(ask, table))
        .or_else(|| in_radians(&text, table))?;
    Some(SuggestedFormula {
        header: Language::of(ask).pick(header.0, header.1).to_owned(),
        formula,
        number_format: None,
    })
}

type Header = (&'static str, &'static str);

/// `Header: value, Header: value`, of the columns named or of a span of columns.
fn joined(text: &str, table: &TableColumns) -> Option<(Header, String)> {
    let is_asked = ["concatenat", "拼接", "连接成"]
        .iter()
        .any(|word| text.contains(word));
    let shows_headers = text.contains("header") || text.contains("表头") || text.contains(": [");
    if !is_asked || !shows_headers {
        return None;
    }
    static SPAN: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"columns? ([a-z]{1,2}) (?:to|through|-) ([a-z]{1,2})\b|from ([a-z]) to ([a-z])\b|([a-z]{1,2})\s*(?:列)?\s*(?:到|至)\s*([a-z]{1,2})\s*列")
            .expect("the pattern is valid")
    });
    let columns: Vec<_> = match SPAN.captures(text) {
        Some(found) => {
            let mut ends = found.iter().skip(1).flatten().map(|end| end.as_str());
            let (first, last) = (ends.next()?, ends.next()?);
            let place = |letters: &str| {
                table
                    .columns
                    .iter()
                    .position(|c| column_name(c.column).to_lowercase() == letters)
            };
            table
                .columns
                .get(place(first)?..=place(last)?)?
                .iter()
                .collect()
        }
        None => last_named_columns(text, table),
    };
    if columns.len() < 2 {
        return None;
    }
    let parts: Vec<String> = columns
        .iter()
        .enumerate()
        .map(|(index, column)| {
            let comma = if index == 0 { "" } else { ", " };
            let name = column.name.replace('"', "\"\"");
            format!("\"{comma}{name}: \"&{}{{r}}", column_name(column.column))
        })
        .collect();
    Some((("合并", "Combined"), format!("={}", parts.join("&"))))
}

/// `mark values above 150 with "+"`.
fn marked(ask: &str, table: &TableColumns) -> Option<(Header, String)> {
    static MARK: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"["'“‘]([^"'“”‘’\p{L}\p{N}]{1,3})["'”’]"#).expect("the pattern is valid")
    });
    static BOUND: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(?i)(>=|<=|>|<|exceeds?|more than|greater than|above|over|less than|below|under|大于|超过|高于|小于|低于)\s*(-?\d+(?:\.\d+)?)",
        )
        .expect("the pattern is valid")
    });
    let asks = ["mark", "write", "标记", "标上", "写", "打上"];
    if !asks.iter().any(|word| ask.to_lowercase().contains(word)) {
        return None;
    }
    let mark = MARK.captures(ask)?.get(1)?.as_str();
    let mut bounds = BOUND.captures_iter(ask);
    let (bound, None) = (bounds.next()?, bounds.next()) else {
        return None;
    };
    let sign = match bound[1].to_lowercase().as_str() {
        ">=" => ">=",
        "<=" => "<=",
        "<" | "less than" | "below" | "under" | "小于" | "低于" => "<",
        _ => ">",
    };
    // The column stands before the bound; the new one may be named after it.
    let before = ask[..bound.get(0)?.start()].to_lowercase();
    let column = last_named_columns(&before, table)
        .into_iter()
        .rfind(|column| column.is_number)?;
    let formula = format!(
        "=IF({}{{r}}{sign}{},\"{mark}\",\"\")",
        column_name(column.column),
        &bound[2]
    );
    Some((("标记", "Mark"), formula))
}

fn in_radians(text: &str, table: &TableColumns) -> Option<(Header, String)> {
    let is_asked = text.contains("degrees to radians")
        || text.contains("into radians")
        || text.contains("弧度") && text.contains('度');
    let of_angle = |name: &str| {
        let name = name.to_lowercase();
        name.contains("degree")
            || name.contains("angle")
            || name.contains('角')
            || name.contains('°')
    };
    let angles: Vec<_> = table
        .columns
        .iter()
        .filter(|column| column.is_number && of_angle(&column.name))
        .collect();
    match (is_asked, angles.as_slice()) {
        (true, [one]) => Some((
            ("弧度", "Radians"),
            format!("=RADIANS({}{{r}})", column_name(one.column)),
        )),
        _ => None,
    }
}
