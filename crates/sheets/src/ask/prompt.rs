//! What the model is told: the schema with values, the question, earlier turns.

use deskmate_core::{Constraint, GenerationRequest, Message};

use super::grammar::sql_grammar;
use super::{Turn, is_chinese};
use crate::lookup::Candidate;
use crate::tables::Tables;
use crate::{Column, ColumnKind, TableInfo};

const QUERY: &str = include_str!("../../prompts/query.md");
const PICK: &str = include_str!("../../prompts/pick.md");
const REPAIR: &str = include_str!("../../prompts/repair.md");

/// Characters of one value shown.
const MAX_VALUE: usize = 40;
/// Tables whose schema a prompt may hold.
const MAX_TABLES: usize = 6;
/// Rows of a small table shown whole.
const MAX_WHOLE_ROWS: usize = 30;

/// How much of the tables a prompt shows; less when the window is small.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Detail {
    pub(crate) samples: usize,
    pub(crate) characters: usize,
}

pub(crate) const DETAILS: [Detail; 3] = [
    Detail {
        samples: 24,
        characters: 5000,
    },
    Detail {
        samples: 8,
        characters: 2500,
    },
    Detail {
        samples: 3,
        characters: 1200,
    },
];

/// The tables that a question is put to, those that share its words first.
pub(crate) fn tables_for<'t>(all: &'t [TableInfo], question: &str) -> Vec<&'t TableInfo> {
    let mut asked: Vec<(usize, &TableInfo)> = all
        .iter()
        .filter(|table| table.is_asked(all))
        .map(|table| (words_shared(table, question), table))
        .collect();
    asked.sort_by_key(|(shared, table)| std::cmp::Reverse((*shared, table.rows.min(3))));
    asked.truncate(MAX_TABLES);
    // Tables that share nothing are noise once one shares something.
    let best = asked.first().map_or(0, |(shared, _)| *shared);
    asked.retain(|(shared, _)| best == 0 || *shared > 0);
    asked.into_iter().map(|(_, table)| table).collect()
}

fn words_shared(table: &TableInfo, question: &str) -> usize {
    let question = question.to_lowercase();
    let said = |text: &str| {
        let text = text.to_lowercase();
        text.chars().count() >= 2 && question.contains(&text)
    };
    let mut shared = 0;
    for name in table.titles.iter().chain([&table.sheet]) {
        shared += usize::from(said(name));
    }
    for column in &table.columns {
        let name = column
            .header
            .split(['(', '（'])
            .next()
            .unwrap_or(&column.header);
        shared += 2 * usize::from(name.split(['/', ' ']).any(said));
        shared += 2 * usize::from(column.samples.iter().any(|sample| said(sample)));
    }
    shared
}

/// The request for one query.
pub(crate) fn query_request(
    tables: &Tables,
    used: &[&TableInfo],
    question: &str,
    history: &[Turn],
    detail: Detail,
) -> GenerationRequest {
    let mut text = String::from("```sql\n");
    for table in used {
        text.push_str(&schema(table, question, detail));
    }
    text.push_str("```\n");
    if let [table] = used
        && table.rows <= MAX_WHOLE_ROWS
    {
        text.push_str(&whole_table(tables, table, detail.characters));
    } else {
        for table in used {
            text.push_str(&first_rows(tables, table));
        }
    }
    let mut messages = vec![Message::system(QUERY.trim()), Message::user(text)];
    messages.push(Message::assistant("OK"));
    for turn in history.iter().rev().take(3).rev() {
        messages.push(Message::user(fenced(&turn.question)));
        messages.push(Message::assistant(turn.sql.clone()));
    }
    messages.push(Message::user(fenced(question)));
    let mut request = GenerationRequest::greedy(messages, 320);
    request.constraint = Some(Constraint::Lark(sql_grammar(used)));
    request
}

/// The request to do better after a fault.
pub(crate) fn repair_request(
    request: &GenerationRequest,
    sql: &str,
    fault: &str,
) -> GenerationRequest {
    let mut repaired = request.clone();
    repaired.messages.push(Message::assistant(sql));
    repaired
        .messages
        .push(Message::user(REPAIR.trim().replace("{fault}", fault)));
    repaired
}

/// The request to choose among values.
pub(crate) fn pick_request(
    offered: &[Candidate],
    titles: &[String],
    question: &str,
) -> GenerationRequest {
    let mut text = String::new();
    for title in titles.iter().take(4) {
        text.push_str(&format!("# {}\n", shown(title)));
    }
    for (number, candidate) in (1..).zip(offered) {
        let names: Vec<String> = [&candidate.row_label, &candidate.column_label]
            .into_iter()
            .filter(|name| !name.is_empty())
            .map(|name| name.chars().take(90).collect())
            .collect();
        text.push_str(&format!(
            "{number}. {} = {}\n",
            names.join(" | "),
            shown(&candidate.value)
        ));
    }
    text.push_str(&format!("\n{}", fenced(question)));
    let mut request =
        GenerationRequest::greedy(vec![Message::system(PICK.trim()), Message::user(text)], 60);
    let numbers = "[1-9][0-9]?";
    request.constraint = Some(Constraint::Regex(format!(
        "none|{numbers}(, {numbers}){{0,11}}"
    )));
    request
}

fn fenced(question: &str) -> String {
    let label = if is_chinese(question) {
        "问题"
    } else {
        "Question"
    };
    format!("{label}: {}", question.replace('\n', " ").trim())
}

fn shown(text: &str) -> String {
    let line = text.replace(['\n', '\r'], " ");
    if line.chars().count() > MAX_VALUE {
        format!("{}…", line.chars().take(MAX_VALUE).collect::<String>())
    } else {
        line
    }
}

fn schema(table: &TableInfo, question: &str, detail: Detail) -> String {
    let mut lines = Vec::new();
    let title = table
        .titles
        .iter()
        .map(|title| shown(title))
        .collect::<Vec<_>>()
        .join(" ");
    let place = if title.is_empty() {
        shown(&table.sheet)
    } else {
        title
    };
    lines.push(format!(
        "CREATE TABLE {} ( -- {place}, {} rows",
        table.name, table.rows
    ));
    for column in &table.columns {
        lines.push(format!(
            "  {} {},{}",
            column.name,
            kind(column),
            comment(column, question, detail)
        ));
    }
    lines.push(");".to_owned());
    lines.join("\n") + "\n"
}

fn kind(column: &Column) -> &'static str {
    match column.kind {
        ColumnKind::Text => "TEXT",
        ColumnKind::Integer => "INTEGER",
        ColumnKind::Number => "REAL",
        ColumnKind::Date => "DATE",
    }
}

fn comment(column: &Column, question: &str, detail: Detail) -> String {
    let mut parts = Vec::new();
    if column.header != column.name {
        parts.push(shown(&column.header));
    }
    if let Some(unit) = &column.unit {
        parts.push(format!("unit {unit}"));
    }
    if column.kind == ColumnKind::Text || column.kind == ColumnKind::Date {
        // Values that the question names come first: the model copies them.
        let lower = question.to_lowercase();
        let named =
            |sample: &&String| sample.chars().count() > 1 && lower.contains(&sample.to_lowercase());
        let limit = if column.distinct <= detail.samples {
            detail.samples
        } else {
            4.min(detail.samples)
        };
        let mut values: Vec<&String> = column.samples.iter().filter(named).collect();
        values.extend(column.samples.iter().filter(|sample| !named(sample)));
        values.truncate(limit);
        let values: Vec<String> = values
            .into_iter()
            .map(|value| format!("'{}'", shown(value)))
            .collect();
        if !values.is_empty() {
            let more = if column.distinct > values.len() {
                ", …"
            } else {
                ""
            };
            parts.push(format!("{}{more}", values.join(", ")));
        }
    }
    if parts.is_empty() {
        String::new()
    } else {
        format!(" -- {}", parts.join("; "))
    }
}

fn whole_table(tables: &Tables, table: &TableInfo, characters: usize) -> String {
    rows(tables, table, MAX_WHOLE_ROWS, characters)
}

fn first_rows(tables: &Tables, table: &TableInfo) -> String {
    rows(tables, table, 3, 900)
}

fn rows(tables: &Tables, table: &TableInfo, limit: usize, characters: usize) -> String {
    let columns: Vec<String> = table
        .columns
        .iter()
        .map(|column| crate::tables::quoted(&column.name))
        .collect();
    let sql = format!(
        "SELECT _row, {} FROM {} LIMIT {limit}",
        columns.join(", "),
        crate::tables::quoted(&table.name)
    );
    let Ok(result) = tables.query(&sql, &deskmate_core::CancelToken::new()) else {
        return String::new();
    };
    let mut text = format!("{}:\n{}\n", table.name, result.columns.join(" | "));
    for row in &result.rows {
        let line: Vec<String> = row.iter().map(|value| shown(&value.text())).collect();
        let line = line.join(" | ");
        if text.chars().count() + line.chars().count() > characters {
            text.push_str("…\n");
            break;
        }
        text.push_str(&line);
        text.push('\n');
    }
    text
}
