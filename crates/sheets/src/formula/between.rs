//! Asks for a column between two others. Everything to its right would move, and with it every formula, name, rule and
//! chart that reads it, in parts that nobody here understands: such a column is refused.

use std::sync::LazyLock;

use regex::Regex;

use super::templates::TableColumns;
use crate::address::CellAddress;

/// Characters between the word that adds a column and the names of the two that it is to stand between.
const MAX_GAP: usize = 24;

/// Whether the new column is to stand between columns of the table.
pub(super) fn asks_for_a_place_between(ask: &str, table: &TableColumns) -> bool {
    is_between_in_english(ask) || is_between_in_chinese(ask) || is_beside_inside(ask, table)
}

/// `insert a column between B and C`, but not `insert a column with the difference between B and C`.
fn is_between_in_english(ask: &str) -> bool {
    static BETWEEN: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(?i)\b(?:insert|(?:new|add a|put it|place it)\b[^.;]*?\bcolumn)\b([^.;]*?)\bbetween\b",
        )
        .expect("the pattern is valid")
    });
    static NAMED: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"["“][^"”]*["”]|\b(?:named|called|titled)\s+\S+"#)
            .expect("the pattern is valid")
    });
    // `the difference between B and C` is what the column holds, not where it stands.
    static WHAT: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\b(?:differences?|growth|changes?|ratios?|gap|distance|days|weeks|months|years|hours|minutes|time|duration|intervals?|number|correlation|values?|compar\w+|range|averages?|mean|median|sums?|total|product|minimum|maximum|percentage|deviation|variance|midpoint)\b[^.;]{0,12}$")
            .expect("the pattern is valid")
    });
    BETWEEN.captures_iter(ask).any(|found| {
        let words = found.get(1).map_or("", |words| words.as_str());
        let words = words.to_lowercase();
        let words = NAMED.replace_all(&words, " ");
        // A word before `column` is its name: `insert a total column between B and C`.
        let holds = words.rsplit("column").next().unwrap_or_default();
        !WHAT.is_match(holds)
    })
}

/// `在B列和C列之间插入一列`, but not `加一列计算入职和离职之间的天数`.
fn is_between_in_chinese(ask: &str) -> bool {
    static BETWEEN: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"之间|中间").expect("the pattern is valid"));
    static ADDS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"插入|新增|添加|增加|新建|加|放|插").expect("the pattern is valid")
    });
    static ADDS_AFTER: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(?:的(?:位置|地方|空白?处))?\s*[，,]?\s*(?:请|再|要)?(?:插入|新增|添加|增加|新建|加|放|插)")
            .expect("the pattern is valid")
    });
    static SPOT: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^的(?:位置|地方|空白?处|空白?列|新列|一列|那列)")
            .expect("the pattern is valid")
    });
    // What lies between two values, and words that begin with 中间.
    static WHAT: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^\s*(?:的|相?差|相隔|间隔|隔|相?距|有|共|经过|多|天|月|年|日|小时|分钟|时|比|增|变|平均|总|合|求|计算|价|值|数|人|商|体|层|品|件|结果|变量)")
            .expect("the pattern is valid")
    });
    static COLUMN_BEFORE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"(?:列|(?-u:\b)[A-Za-z]{1,2})["”」』]?\s*$"#).expect("the pattern is valid")
    });
    static CALCULATES: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"算|求|统计").expect("the pattern is valid"));
    BETWEEN.find_iter(ask).any(|found| {
        let before = &ask[..found.start()];
        let before = before
            .rsplit(['。', '；', ';', '\n'])
            .next()
            .unwrap_or_default();
        let after = &ask[found.end()..];
        if ADDS_AFTER.is_match(after) {
            return true;
        }
        let is_spot = SPOT.is_match(after);
        if WHAT.is_match(after) && !is_spot {
            return false;
        }
        let is_column = COLUMN_BEFORE.is_match(before);
        let is_near = |gap: &str| {
            is_column
                || found.as_str() == "之间" && gap.chars().count() <= MAX_GAP && !gap.contains('的')
        };
        let is_added = ADDS.find_iter(before).any(|adds| {
            let gap = &before[adds.end()..];
            !CALCULATES.is_match(gap) && is_near(gap)
        });
        is_added || is_spot && is_column
    })
}

/// `after column B`, `在B列后面插入`, where the table goes on.
fn is_beside_inside(ask: &str, table: &TableColumns) -> bool {
    static BESIDE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(?i:\b(after|before|to the right of|to the left of)\s+(?:the\s+)?column)\s+([A-Z]{1,2})\b|([A-Z]{1,2})\s*列的?(后面|之后|后|右边|右侧|前面|之前|前|左边|左侧)(?:插入|新增|添加|加)",
        )
        .expect("the pattern is valid")
    });
    BESIDE.captures_iter(ask).any(|found| {
        let side = found.get(1).or(found.get(4)).map_or("", |m| m.as_str());
        let letters = found.get(2).or(found.get(3)).map_or("", |m| m.as_str());
        let Some(cell) = CellAddress::parse(&format!("{letters}1")) else {
            return false;
        };
        let side = side.to_lowercase();
        let is_before = side == "before" || side.contains("left") || side.contains(['前', '左']);
        let inside = table.range.left..table.range.right + u32::from(is_before);
        inside.contains(&cell.column)
    })
}
