//! Sentences made by code: the answer, the query in plain words.

use super::{Chart, is_chinese};
use crate::lookup::Candidate;
use crate::run::{QueryResult, Scalar};
use crate::sql::{Select, Token, without_alias};
use crate::{Column, ColumnKind, TableInfo};

/// Values named in a sentence; the rest stands in the table below it.
const MAX_NAMED: usize = 20;

/// Says that the tables do not answer.
pub(super) fn not_in_tables(question: &str) -> String {
    if is_chinese(question) {
        "这些表里没有能回答这个问题的数据。".to_owned()
    } else {
        "The tables hold no data that answers this question.".to_owned()
    }
}

/// The values of a result: its only row, or its first column.
pub(super) fn values(result: &QueryResult) -> Vec<String> {
    match result.rows.as_slice() {
        [row] => row.iter().map(Scalar::text).collect(),
        rows => rows
            .iter()
            .filter_map(|row| row.first().map(Scalar::text))
            .collect(),
    }
}

/// The answer from cells that were looked up.
pub(super) fn cells_sentence(cells: &[Candidate], question: &str) -> String {
    let zh = is_chinese(question);
    let parts: Vec<String> = cells
        .iter()
        .map(|candidate| {
            let names: Vec<&str> = [
                candidate.row_label.as_str(),
                candidate.column_label.as_str(),
            ]
            .into_iter()
            .filter(|name| !name.is_empty())
            .collect();
            let names = names.join(if zh { "，" } else { ", " });
            if zh {
                format!("{names}：{}", candidate.value)
            } else {
                format!("{names}: {}", candidate.value)
            }
        })
        .collect();
    if zh {
        format!("{}。", parts.join("；"))
    } else {
        format!("{}.", parts.join("; "))
    }
}

/// The answer to a question for a share.
pub(super) fn share_sentence(values: &[String], question: &str) -> String {
    if is_chinese(question) {
        format!("占 {}。", values.join("、"))
    } else {
        format!("{}.", values.join(", "))
    }
}

/// How cells were found.
pub(super) fn explain_cells(cells: &[Candidate], question: &str) -> String {
    let places: Vec<String> = cells
        .iter()
        .map(|candidate| candidate.cell.to_string())
        .collect();
    if is_chinese(question) {
        format!("按行名和列名找到单元格 {}", places.join("、"))
    } else {
        format!(
            "found by the names of row and column: {}",
            places.join(", ")
        )
    }
}

/// The answer from the result of a query.
pub(super) fn sentence(
    sql: &str,
    result: &QueryResult,
    tables: &[&TableInfo],
    question: &str,
) -> String {
    let zh = is_chinese(question);
    if result.is_blank() {
        return not_in_tables(question);
    }
    let select = Select::parse(sql).unwrap_or_default();
    let describe = |index: usize| {
        select
            .items
            .get(index)
            .map(|item| item_words(item, tables, zh))
    };
    let with_unit = |index: usize, value: &Scalar| {
        let unit = select
            .items
            .get(index)
            .and_then(|item| unit_of(item, tables))
            .unwrap_or_default();
        let text = value.text();
        if text.ends_with(&unit) || value.number().is_none() {
            text
        } else {
            format!("{text}{unit}")
        }
    };
    if let [row] = result.rows.as_slice() {
        let parts: Vec<String> = row
            .iter()
            .enumerate()
            .map(|(index, value)| match describe(index) {
                Some(name) if !name.is_empty() && name != "*" => {
                    format!(
                        "{name}{}{}",
                        if zh { "：" } else { ": " },
                        with_unit(index, value)
                    )
                }
                _ => with_unit(index, value),
            })
            .collect();
        return if zh {
            format!("{}。", parts.join("，"))
        } else {
            format!("{}.", parts.join(", "))
        };
    }
    let lines: Vec<String> = result
        .rows
        .iter()
        .take(MAX_NAMED)
        .map(|row| {
            let texts: Vec<String> = row
                .iter()
                .enumerate()
                .map(|(index, value)| with_unit(index, value))
                .collect();
            match texts.as_slice() {
                [name, rest @ ..] if !rest.is_empty() => {
                    format!(
                        "{name}{}{}",
                        if zh { "：" } else { ": " },
                        rest.join(if zh { "，" } else { ", " })
                    )
                }
                _ => texts.join(", "),
            }
        })
        .collect();
    let more = result.rows.len() > MAX_NAMED;
    let count = result.rows.len();
    if zh {
        format!(
            "共 {count} 项：{}{}。",
            lines.join("；"),
            if more { "……" } else { "" }
        )
    } else {
        format!(
            "{count} in all: {}{}.",
            lines.join("; "),
            if more { " …" } else { "" }
        )
    }
}

/// The query in plain words.
pub(super) fn explain(sql: &str, tables: &[&TableInfo], question: &str) -> String {
    let zh = is_chinese(question);
    let Some(select) = Select::parse(sql) else {
        return String::new();
    };
    let items: Vec<String> = select
        .items
        .iter()
        .map(|item| item_words(item, tables, zh))
        .collect();
    let names: Vec<String> = tables
        .iter()
        .map(|table| {
            if table.combines.is_empty() {
                table.sheet.clone()
            } else {
                format!("{} 等 {} 张表", table.sheet, table.combines.len())
            }
        })
        .collect();
    let filter = condition_words(&select.filter, tables, zh);
    let group: Vec<String> = select
        .group
        .iter()
        .map(|term| item_words(term, tables, zh))
        .collect();
    let order: Vec<String> = select
        .order
        .iter()
        .map(|term| order_words(term, tables, zh))
        .collect();
    let mut parts = Vec::new();
    if zh {
        parts.push(format!("从「{}」", names.join("、")));
        parts.push(if filter.is_empty() {
            "全部行".to_owned()
        } else {
            format!("满足 {filter} 的行")
        });
        if !group.is_empty() {
            parts.push(format!("按 {} 分组", group.join("、")));
        }
        parts.push(format!(
            "{} {}",
            if select.has_aggregates() {
                "计算"
            } else {
                "取出"
            },
            items.join("、")
        ));
        if !order.is_empty() {
            parts.push(format!("按 {} 排列", order.join("、")));
        }
        if let Some(limit) = select.limit {
            parts.push(format!("只取前 {limit} 个"));
        }
        parts.join("，")
    } else {
        parts.push(format!("from `{}`", names.join("`, `")));
        parts.push(if filter.is_empty() {
            "over all rows".to_owned()
        } else {
            format!("over rows where {filter}")
        });
        if !group.is_empty() {
            parts.push(format!("grouped by {}", group.join(", ")));
        }
        parts.push(format!(
            "{} {}",
            if select.has_aggregates() {
                "compute"
            } else {
                "take"
            },
            items.join(", ")
        ));
        if !order.is_empty() {
            parts.push(format!("sorted by {}", order.join(", ")));
        }
        if let Some(limit) = select.limit {
            parts.push(format!("only the first {limit}"));
        }
        parts.join(", ")
    }
}

fn find<'t>(token: &Token, tables: &[&'t TableInfo]) -> Option<&'t Column> {
    let name = token.name()?;
    tables.iter().find_map(|table| table.column(name))
}

/// The unit of an item's numbers: that of its only column, unless it counts.
fn unit_of(item: &[Token], tables: &[&TableInfo]) -> Option<String> {
    let counts = item.iter().any(|token| token.is("count"));
    let computes = item
        .iter()
        .any(|token| matches!(token, Token::Sign(sign) if sign == "/" || sign == "*"));
    if counts || computes {
        return None;
    }
    let mut units: Vec<Option<String>> = item
        .iter()
        .filter_map(|token| find(token, tables))
        .filter(|column| column.kind != ColumnKind::Text)
        .map(|column| column.unit.clone())
        .collect();
    units.dedup();
    match units.as_slice() {
        [unit] => unit.clone(),
        _ => None,
    }
}

fn item_words(item: &[Token], tables: &[&TableInfo], zh: bool) -> String {
    let item = without_alias(item);
    let item = match item {
        [rest @ .., last] if last.is("asc") || last.is("desc") => rest,
        all => all,
    };
    let mut words = String::new();
    let mut index = 0;
    while index < item.len() {
        let token = &item[index];
        let call = item.get(index + 1) == Some(&Token::Sign("(".into()));
        let text = match token {
            Token::Word(word) if call => match (word.to_lowercase().as_str(), zh) {
                ("sum" | "total", true) => "合计".to_owned(),
                ("avg", true) => "平均".to_owned(),
                ("count", true) => "个数".to_owned(),
                ("max", true) => "最大".to_owned(),
                ("min", true) => "最小".to_owned(),
                ("round", true) => "取整到小数位".to_owned(),
                ("strftime", true) => "日期部分".to_owned(),
                ("sum" | "total", false) => "sum of ".to_owned(),
                ("avg", false) => "average of ".to_owned(),
                ("count", false) => "number of ".to_owned(),
                ("max", false) => "largest ".to_owned(),
                ("min", false) => "smallest ".to_owned(),
                (other, _) => other.to_owned(),
            },
            Token::Word(word) if word.eq_ignore_ascii_case("distinct") => {
                if zh { "不同的 " } else { "different " }.to_owned()
            }
            _ => match find(token, tables) {
                Some(column) => column.header.clone(),
                None => match token {
                    Token::Word(word) if word.eq_ignore_ascii_case("_row") => {
                        if zh { "行号" } else { "row number" }.to_owned()
                    }
                    Token::Word(word) | Token::Quoted(word) => {
                        if words.ends_with(|c: char| c.is_ascii_alphanumeric())
                            || word.chars().all(|c| c.is_ascii_alphabetic())
                        {
                            format!(" {word} ")
                        } else {
                            word.clone()
                        }
                    }
                    Token::Text(text) => format!("'{text}'"),
                    Token::Number(text) | Token::Sign(text) => text.clone(),
                },
            },
        };
        words.push_str(&text);
        index += 1;
    }
    let words = words
        .replace("个数(*)", "行数")
        .replace("number of (*)", "number of rows");
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn order_words(term: &[Token], tables: &[&TableInfo], zh: bool) -> String {
    let words = item_words(term, tables, zh);
    let is_down = term.last().is_some_and(|token| token.is("desc"));
    match (zh, is_down) {
        (true, true) => format!("{words} 从高到低"),
        (true, false) => format!("{words} 从低到高"),
        (false, true) => format!("{words} downwards"),
        (false, false) => format!("{words} upwards"),
    }
}

fn condition_words(tokens: &[Token], tables: &[&TableInfo], zh: bool) -> String {
    let mut words: Vec<String> = Vec::new();
    for token in tokens {
        words.push(match token {
            Token::Word(word) if word.eq_ignore_ascii_case("and") => {
                if zh { "且" } else { "and" }.to_owned()
            }
            Token::Word(word) if word.eq_ignore_ascii_case("or") => {
                if zh { "或" } else { "or" }.to_owned()
            }
            Token::Text(text) => format!("'{text}'"),
            _ => find(token, tables).map_or_else(|| token.sql(), |column| column.header.clone()),
        });
    }
    words
        .join(" ")
        .replace("( ", "(")
        .replace(" )", ")")
        .replace(" (", "(")
}

/// Headers for the columns of a result: what each item of the query says, with its unit; the column's own name where the
/// query does not tell.
pub(super) fn headers(
    sql: &str,
    columns: &[String],
    tables: &[&TableInfo],
    zh: bool,
) -> Vec<String> {
    let found = |name: &str| match (name, zh) {
        ("row_label", true) => "行".to_owned(),
        ("row_label", false) => "Row".to_owned(),
        ("column_label", true) => "列".to_owned(),
        ("column_label", false) => "Column".to_owned(),
        ("value", true) => "值".to_owned(),
        ("value", false) => "Value".to_owned(),
        (name, _) => tables
            .iter()
            .find_map(|table| table.column(name))
            .map_or_else(|| name.to_owned(), |column| column.header.clone()),
    };
    let items = Select::parse(sql).map_or_else(Vec::new, |select| select.items);
    columns
        .iter()
        .enumerate()
        .map(|(index, name)| {
            let item = match items.get(index) {
                Some(item) if items.len() == columns.len() => item,
                _ => return found(name),
            };
            // A name that the query gives says more than the arithmetic behind it.
            let has_name = without_alias(item).len() != item.len();
            let words = match item.as_slice() {
                [_] => found(name),
                _ if has_name => name.clone(),
                _ => item_words(item, tables, zh),
            };
            match unit_of(item, tables) {
                Some(unit) if !words.contains(&unit) && zh => format!("{words}（{unit}）"),
                Some(unit) if !words.contains(&unit) => format!("{words} ({unit})"),
                Some(_) | None => words,
            }
        })
        .collect()
}

/// The chart that suits a result: names or times with one amount each.
pub(super) fn chart(sql: &str, result: &QueryResult) -> Option<Chart> {
    let select = Select::parse(sql)?;
    let is_pairs = result.columns.len() == 2 && (2..=60).contains(&result.rows.len());
    let amounts = result
        .rows
        .iter()
        .all(|row| row.get(1).is_some_and(|value| value.number().is_some()));
    if !is_pairs || !amounts {
        return None;
    }
    let names: Vec<String> = result
        .rows
        .iter()
        .filter_map(|row| row.first().map(Scalar::text))
        .collect();
    let is_time = names.iter().all(|name| {
        crate::value::parse_date(name).is_some()
            || name
                .parse::<u32>()
                .is_ok_and(|number| (1..=12).contains(&number) || (1900..2100).contains(&number))
    });
    let sums = select.items.get(1).is_some_and(|item| {
        item.iter()
            .any(|token| token.is("sum") || token.is("count"))
    });
    let is_positive = result.rows.iter().all(|row| {
        row.get(1)
            .and_then(Scalar::number)
            .is_some_and(|number| number >= 0.0)
    });
    Some(if is_time {
        Chart::Line
    } else if sums && is_positive && names.len() <= 6 && select.limit.is_none() {
        Chart::Pie
    } else {
        Chart::Bar
    })
}
