//! Asks for a column between two others. Everything to its right would move, and with it every formula, name, rule and
//! chart that reads it, in parts that nobody here understands: such a column is refused.

use std::sync::LazyLock;

use regex::Regex;

use super::templates::TableColumns;
use crate::address::CellAddress;

/// Whether the new column is to stand between columns of the table.
pub(super) fn asks_for_a_place_between(ask: &str, table: &TableColumns) -> bool {
    static BETWEEN: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(?i)\b(?:insert|(?:new|add a|put it|place it)\b[^.;]*?\bcolumn)\b([^.;]*?)\bbetween\b|之间(?:插入|新增|添加|加|放)|(?:插入|新增|添加|加|放)(?:一|新|个|的)*列?[^。；的]{0,8}之间",
        )
        .expect("the pattern is valid")
    });
    // `the difference between B and C` is what the column holds, not where it stands.
    static WHAT: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)\b(?:difference|differences|growth|changes?|ratios?|gap|distance|days|months|years|time|number|correlation|values?|compar\w+|range)\b[^.;]{0,12}$")
            .expect("the pattern is valid")
    });
    static BESIDE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(?i:\b(after|before|to the right of|to the left of)\s+(?:the\s+)?column)\s+([A-Z]{1,2})\b|([A-Z]{1,2})\s*列的?(后面|之后|后|右边|右侧|前面|之前|前|左边|左侧)(?:插入|新增|添加|加)",
        )
        .expect("the pattern is valid")
    });
    let is_between = BETWEEN.captures(ask).is_some_and(|found| {
        found
            .get(1)
            .is_none_or(|words| !WHAT.is_match(words.as_str()))
    });
    is_between
        || BESIDE.captures_iter(ask).any(|found| {
            let side = found.get(1).or(found.get(4)).map_or("", |m| m.as_str());
            let letters = found.get(2).or(found.get(3)).map_or("", |m| m.as_str());
            let Some(cell) = CellAddress::parse(&format!("{letters}1")) else {
                return false;
            };
            let side = side.to_lowercase();
            let is_before =
                side == "before" || side.contains("left") || side.contains(['前', '左']);
            let inside = table.range.left..table.range.right + u32::from(is_before);
            inside.contains(&cell.column)
        })
}
