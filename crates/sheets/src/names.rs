//! Names of tables and columns in queries.

use std::collections::HashSet;

use crate::value::plain;

/// Spaces between Chinese characters of a header are decoration; others become one.
pub(crate) fn squeeze(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let mut squeezed = String::new();
    for (index, character) in characters.iter().enumerate() {
        if !character.is_whitespace() {
            squeezed.push(*character);
            continue;
        }
        let before = squeezed.chars().last();
        let after = characters[index + 1..]
            .iter()
            .find(|next| !next.is_whitespace());
        let latin = |side: Option<&char>| side.is_some_and(char::is_ascii);
        if before.is_some_and(|b| b != ' ') && (latin(before.as_ref()) && latin(after)) {
            squeezed.push(' ');
        }
    }
    squeezed.trim().to_owned()
}

/// A name for queries that needs no quotes: letters, digits and underscores.
pub(crate) fn identifier(header: &str, place: u32, is_sideways: bool) -> String {
    let mut name = String::new();
    for character in plain(header).chars() {
        if character.is_alphanumeric() || character == '_' {
            name.push(character);
        } else if character == '%' {
            name.push_str("_pct");
        } else if !name.ends_with('_') && !name.is_empty() {
            name.push('_');
        }
        if name.chars().count() >= 40 {
            break;
        }
    }
    let name = name.trim_end_matches('_').to_owned();
    if name.is_empty() {
        return if is_sideways {
            format!("row_{}", place + 1)
        } else {
            format!("col_{}", crate::column_name(place))
        };
    }
    if name.starts_with(|first: char| first.is_numeric()) {
        format!("_{name}")
    } else {
        name
    }
}

/// Words that a query cannot use as bare names.
const RESERVED: [&str; 71] = [
    "abort",
    "add",
    "all",
    "alter",
    "and",
    "as",
    "asc",
    "avg",
    "between",
    "by",
    "case",
    "cast",
    "check",
    "collate",
    "column",
    "commit",
    "count",
    "create",
    "cross",
    "date",
    "default",
    "delete",
    "desc",
    "distinct",
    "drop",
    "else",
    "end",
    "escape",
    "except",
    "exists",
    "from",
    "full",
    "glob",
    "group",
    "having",
    "if",
    "in",
    "index",
    "inner",
    "insert",
    "intersect",
    "into",
    "is",
    "join",
    "left",
    "like",
    "limit",
    "match",
    "max",
    "min",
    "natural",
    "not",
    "null",
    "offset",
    "on",
    "or",
    "order",
    "outer",
    "primary",
    "references",
    "right",
    "select",
    "set",
    "sum",
    "table",
    "then",
    "to",
    "union",
    "update",
    "values",
    "when",
];

/// Names already given, compared without case.
#[derive(Default)]
pub(crate) struct Names(HashSet<String>);

impl Names {
    /// This name, or with a number behind it when it is taken or means something to SQL.
    pub(crate) fn unique(&mut self, wanted: &str) -> String {
        let lower = wanted.to_lowercase();
        let is_reserved = RESERVED.contains(&lower.as_str())
            || [
                "where",
                "with",
                "using",
                "rowid",
                "_row",
                "cells",
                "transaction",
                "unique",
            ]
            .contains(&lower.as_str());
        let base = if is_reserved {
            format!("{wanted}_")
        } else {
            wanted.to_owned()
        };
        let mut name = base.clone();
        let mut number = 2;
        while !self.0.insert(name.to_lowercase()) {
            name = format!("{base}_{number}");
            number += 1;
        }
        name
    }
}
