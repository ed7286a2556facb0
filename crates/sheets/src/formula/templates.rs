//! Formulas for what is asked most, made without a model: growth, share, running total, rank, sums and differences.

use serde::{Deserialize, Serialize};

use super::language::Language;
use crate::address::{CellRange, column_name};

/// A column of the table that formulas may read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedColumn {
    /// Header.
    pub name: String,
    /// Column from 0.
    pub column: u32,
    /// Whether its values are numbers.
    pub is_number: bool,
}

/// The table that a column is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableColumns {
    /// Sheet.
    pub sheet: String,
    /// Last header row and the rows.
    pub range: CellRange,
    /// Columns from left to right.
    pub columns: Vec<NamedColumn>,
}

/// A formula that was suggested.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuggestedFormula {
    /// Header for the new column.
    pub header: String,
    /// Formula with placeholders, see [`super::ColumnFormula::formula`].
    pub formula: String,
    /// Format code of its values; `None` for that of the columns read.
    pub number_format: Option<String>,
}

/// Finds the formula for a common ask in Chinese or English; `None` when the ask is another one, or when it is not
/// clear which columns are meant.
///
/// Columns are those whose names stand in the ask; without one, the only column of numbers.
pub fn formula_from_template(ask: &str, table: &TableColumns) -> Option<SuggestedFormula> {
    let text = ask.to_lowercase();
    let kind = Kind::of(&text)?;
    let named = named_columns(&text, table);
    let numbers: Vec<&NamedColumn> = table.columns.iter().filter(|c| c.is_number).collect();
    let language = Language::of(ask);
    let one = || match named.as_slice() {
        [one] => Some(*one),
        [] => match numbers.as_slice() {
            [one] => Some(*one),
            _ => None,
        },
        _ => None,
    };
    let two = || match named.as_slice() {
        [first, second] => Some((*first, *second)),
        [] => match numbers.as_slice() {
            [first, second] => Some((*first, *second)),
            _ => None,
        },
        _ => None,
    };
    let several = || {
        if named.len() >= 2 {
            Some(named.clone())
        } else {
            None
        }
    };
    let suggested = |chinese: &str, english: &str, formula: String, format: Option<&str>| {
        Some(SuggestedFormula {
            header: language.pick(chinese, english).to_string(),
            formula,
            number_format: format.map(str::to_string),
        })
    };
    let percent = Some("0.0%");
    let cell = |column: &NamedColumn| format!("{}{{r}}", column_name(column.column));
    let all = |column: &NamedColumn| {
        let name = column_name(column.column);
        format!("${name}${{first}}:${name}${{last}}")
    };
    match kind {
        Kind::YearOnYear | Kind::Growth => {
            let (earlier, later) = in_time_order(two()?);
            let formula = format!(
                "=IF(N({0})=0,\"\",({1}-{0})/ABS({0}))",
                cell(earlier),
                cell(later)
            );
            match kind {
                Kind::YearOnYear => {
                    suggested("同比增长率", "Year-on-year growth", formula, percent)
                }
                _ => suggested("增长率", "Growth rate", formula, percent),
            }
        }
        Kind::PeriodOnPeriod => {
            let column = one()?;
            let name = column_name(column.column);
            // The first row has no row before it: above it stands the header, a text.
            let formula = format!(
                "=IF(ROW()=ROW({name}${{first}}),\"\",IF(N({name}{{previous}})=0,\"\",({name}{{r}}-{name}{{previous}})/ABS({name}{{previous}})))"
            );
            suggested("环比增长率", "Growth on the row before", formula, percent)
        }
        Kind::Share => {
            let column = one()?;
            let formula = format!(
                "=IF(SUM({0})=0,\"\",{1}/SUM({0}))",
                all(column),
                cell(column)
            );
            suggested(
                &format!("{}占比", column.name),
                &format!("Share of {}", column.name),
                formula,
                percent,
            )
        }
        Kind::RunningTotal => {
            let column = one()?;
            let name = column_name(column.column);
            let formula = format!("=SUM({name}${{first}}:{name}{{r}})");
            suggested(
                &format!("累计{}", column.name),
                &format!("Running total of {}", column.name),
                formula,
                None,
            )
        }
        Kind::Rank => {
            let column = one()?;
            let rising = ["升序", "从小到大", "从低到高", "ascending", "lowest first"]
                .iter()
                .any(|word| text.contains(word));
            let formula = format!(
                "=IF(ISNUMBER({0}),RANK({0},{1},{2}),\"\")",
                cell(column),
                all(column),
                u8::from(rising)
            );
            suggested(
                &format!("{}排名", column.name),
                &format!("Rank by {}", column.name),
                formula,
                Some("0"),
            )
        }
        Kind::Sum | Kind::Average => {
            let columns = several()?;
            let cells: Vec<String> = columns.iter().map(|c| cell(c)).collect();
            let cells = cells.join(",");
            match kind {
                Kind::Sum => suggested("合计", "Total", format!("=SUM({cells})"), None),
                _ => suggested(
                    "平均",
                    "Average",
                    format!("=IF(COUNT({cells})=0,\"\",AVERAGE({cells}))"),
                    None,
                ),
            }
        }
        Kind::Difference => {
            let (first, second) = two()?;
            suggested(
                "差额",
                "Difference",
                format!("={}-{}", cell(first), cell(second)),
                None,
            )
        }
        Kind::Product => {
            let (first, second) = two()?;
            suggested(
                "金额",
                "Amount",
                format!("={}*{}", cell(first), cell(second)),
                None,
            )
        }
        Kind::Ratio => {
            let (first, second) = two()?;
            let formula = format!("=IF(N({1})=0,\"\",{0}/{1})", cell(first), cell(second));
            suggested("比率", "Ratio", formula, percent)
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    YearOnYear,
    PeriodOnPeriod,
    Growth,
    Share,
    RunningTotal,
    Rank,
    Sum,
    Average,
    Difference,
    Product,
    Ratio,
}

impl Kind {
    /// Words are looked for from the most telling on; an ask with a condition is none of these.
    fn of(text: &str) -> Option<Self> {
        let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
        let condition = [
            "如果",
            "若",
            "当",
            "大于",
            "小于",
            "超过",
            "低于",
            "不低于",
            "按",
            "分组",
            "每个",
            "各",
            "if ",
            "when ",
            "where ",
            "greater",
            "less than",
            "above",
            "below",
            "per ",
            "for each",
            "by category",
        ];
        let is_conditional =
            condition.iter().any(|word| text.contains(word)) && !has(&["按行", "per row"]);
        // `rank by amount` and `按销售额排名` name the column to rank by.
        if has(&["排名", "名次", "rank"])
            && !has(&["每个", "各", "分组", "for each", "within", "per "])
        {
            return Some(Self::Rank);
        }
        if is_conditional {
            return None;
        }
        if has(&[
            "同比",
            "year-on-year",
            "year on year",
            "year-over-year",
            "year over year",
            "yoy",
        ]) {
            return Some(Self::YearOnYear);
        }
        if has(&[
            "环比",
            "month-on-month",
            "month on month",
            "month-over-month",
            "mom growth",
            "period over period",
            "previous row",
            "row before",
        ]) {
            return Some(Self::PeriodOnPeriod);
        }
        if has(&[
            "增长率",
            "增幅",
            "增速",
            "growth rate",
            "growth",
            "percent change",
            "percentage change",
            "% change",
        ]) {
            return Some(Self::Growth);
        }
        if has(&[
            "占比",
            "比重",
            "占总",
            "share of",
            "percent of total",
            "percentage of total",
            "% of total",
            "proportion",
        ]) {
            return Some(Self::Share);
        }
        if has(&["累计", "累加", "running total", "cumulative"]) {
            return Some(Self::RunningTotal);
        }
        if has(&["平均", "均值", "average", "mean"]) {
            return Some(Self::Average);
        }
        if has(&[
            "差额",
            "之差",
            "相减",
            "减去",
            "差值",
            "difference",
            "minus",
            "subtract",
        ]) {
            return Some(Self::Difference);
        }
        if has(&[
            "乘以",
            "相乘",
            "乘积",
            "times",
            "multiplied",
            "multiply",
            "product of",
        ]) {
            return Some(Self::Product);
        }
        if has(&["除以", "比率", "之比", "divided by", "ratio"]) {
            return Some(Self::Ratio);
        }
        if has(&[
            "合计", "总和", "求和", "之和", "相加", "总分", "sum of", "sum ", "total of", "add ",
        ]) {
            return Some(Self::Sum);
        }
        None
    }
}

/// Columns whose names stand in the ask, in the order in which they stand there; a name inside of a longer one that
/// stands there too does not count.
fn named_columns<'a>(text: &str, table: &'a TableColumns) -> Vec<&'a NamedColumn> {
    let mut named = named_columns_of_all(text, table);
    named.retain(|column| column.is_number);
    named
}

/// As [`named_columns`], columns of text too; `text` is in lower case.
pub(super) fn named_columns_of_all<'a>(
    text: &str,
    table: &'a TableColumns,
) -> Vec<&'a NamedColumn> {
    let mut by_length: Vec<&NamedColumn> = table
        .columns
        .iter()
        .filter(|c| !c.name.trim().is_empty())
        .collect();
    by_length.sort_by_key(|column| std::cmp::Reverse(column.name.chars().count()));
    let mut covered = vec![false; text.len()];
    let mut found: Vec<(usize, &NamedColumn)> = Vec::new();
    for column in by_length {
        let name = plain_header(&column.name);
        if name.is_empty() {
            continue;
        }
        let mut from = 0;
        while let Some(at) = text[from..].find(&name).map(|at| at + from) {
            let end = at + name.len();
            let is_word = !name.is_ascii()
                || (!ends_in_letter(&text[..at]) && !starts_with_letter(&text[end..]));
            if is_word && !covered[at..end].contains(&true) {
                covered[at..end].fill(true);
                found.push((at, column));
                break;
            }
            from = end;
        }
    }
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, column)| column).collect()
}

/// Columns by the place where their names stand last in a text of lower case.
pub(super) fn last_named_columns<'a>(text: &str, table: &'a TableColumns) -> Vec<&'a NamedColumn> {
    let mut found: Vec<(usize, &NamedColumn)> = named_columns_of_all(text, table)
        .into_iter()
        .filter_map(|column| {
            let name = plain_header(&column.name);
            let places = text.match_indices(&name).filter(|(at, _)| {
                !name.is_ascii()
                    || (!ends_in_letter(&text[..*at])
                        && !starts_with_letter(&text[at + name.len()..]))
            });
            places.last().map(|(at, _)| (at, column))
        })
        .collect();
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, column)| column).collect()
}

fn ends_in_letter(text: &str) -> bool {
    text.chars()
        .next_back()
        .is_some_and(|c| c.is_ascii_alphanumeric())
}

fn starts_with_letter(text: &str) -> bool {
    text.chars()
        .next()
        .is_some_and(|c| c.is_ascii_alphanumeric())
}

/// A header without the unit behind it: `销售额（万元）` is asked for as `销售额`.
pub(crate) fn plain_header(header: &str) -> String {
    const UNITS: [&str; 14] = [
        "m", "cm", "mm", "km", "kg", "g", "s", "h", "l", "m/s", "km/h", "m²", "m2", "%",
    ];
    let lower = header.to_lowercase();
    let end = lower.find(['(', '（', '[']).unwrap_or(lower.len());
    let plain = lower[..end].trim();
    match plain.rsplit_once(' ') {
        Some((name, unit)) if UNITS.contains(&unit) => name.trim().to_string(),
        _ => plain.to_string(),
    }
}

/// The earlier column first: by the years in the names, by words such as 去年 and 上期, else as they stand.
fn in_time_order<'a>(
    (first, second): (&'a NamedColumn, &'a NamedColumn),
) -> (&'a NamedColumn, &'a NamedColumn) {
    let when = |column: &NamedColumn| {
        let name = column.name.to_lowercase();
        let year: String = name
            .chars()
            .skip_while(|c| !c.is_ascii_digit())
            .take_while(char::is_ascii_digit)
            .collect();
        if let Ok(year) = year.parse::<i64>() {
            return year;
        }
        let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
        if has(&[
            "去年",
            "上年",
            "上期",
            "同期",
            "上月",
            "last year",
            "previous",
            "prior",
        ]) {
            -1
        } else if has(&["今年", "本年", "本期", "本月", "this year", "current"]) {
            3000
        } else {
            0
        }
    };
    if when(first) > when(second) {
        (second, first)
    } else {
        (first, second)
    }
}
