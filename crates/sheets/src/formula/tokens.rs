//! Formulas of the Excel dialect as tokens, every character accounted for.

use std::ops::Range;
use std::sync::OnceLock;

use regex::Regex;

use crate::address::{CellAddress, MAX_COLUMN, MAX_ROW, column_name};

/// Rows of a sheet.
const MAX_ROWS: u32 = MAX_ROW + 1;
/// Columns of a sheet.
const MAX_COLUMNS: u32 = MAX_COLUMN + 1;

/// What a piece of a formula is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// `1.5`, `2E3`.
    Number,
    /// `"text"`, quotes included.
    Text,
    /// `TRUE`, `FALSE`.
    Bool,
    /// `#N/A`.
    Error,
    /// Name of a function, its parenthesis not included.
    Function,
    /// A cell, range, column or row, with the name of its sheet.
    Reference,
    /// A defined name.
    Name,
    /// A reference into a native table, `Sales[Amount]`.
    Structured,
    /// `+ - * / ^ & = <> <= >= < > % : @`.
    Operator,
    /// `,` or `;` within an array.
    Separator,
    /// `(`.
    Open,
    /// `)`.
    Close,
    /// `{`.
    ArrayOpen,
    /// `}`.
    ArrayClose,
    /// White space.
    Space,
    /// Nothing of the dialect.
    Unknown,
}

/// A piece of a formula.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    /// What it is.
    pub(crate) kind: TokenKind,
    /// Bytes of the formula.
    pub(crate) span: Range<usize>,
}

/// One end of a reference; rows and columns from 1, as they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Corner {
    /// Column and whether `$` holds it; `None` for a whole row.
    pub(crate) column: Option<(u32, bool)>,
    /// Row and whether `$` holds it; `None` for a whole column.
    pub(crate) row: Option<(u32, bool)>,
}

/// A reference, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reference {
    /// Sheet, without quotes; `None` for the sheet of the formula.
    pub(crate) sheet: Option<String>,
    /// What stands before the address in the formula, `!` included.
    prefix: String,
    /// Points into another workbook.
    pub(crate) is_external: bool,
    /// First corner.
    pub(crate) first: Corner,
    /// Second corner of a range.
    pub(crate) last: Option<Corner>,
}

fn reference_pattern() -> &'static Regex {
    static PATTERN: OnceLock<Regex> = OnceLock::new();
    PATTERN.get_or_init(|| {
        Regex::new(concat!(
            r"^(?P<prefix>(?:'(?:[^']|'')+'|(?:\[[^\]]+\])?[\p{L}\p{N}_.\\]+(?::[\p{L}\p{N}_.]+)?|\[[^\]]+\])!)?",
            r"(?:(?P<c1>\$?[A-Za-z]{1,3}\$?[0-9]{1,7})(?::(?P<c2>\$?[A-Za-z]{1,3}\$?[0-9]{1,7}))?",
            r"|(?P<k1>\$?[A-Za-z]{1,3}):(?P<k2>\$?[A-Za-z]{1,3})",
            r"|(?P<r1>\$?[0-9]{1,7}):(?P<r2>\$?[0-9]{1,7}))"
        ))
        .expect("the pattern is a constant")
    })
}

/// The number of a column from 1 by its letters.
fn column_number(letters: &str) -> Option<u32> {
    CellAddress::parse(&format!("{letters}1")).map(|cell| cell.column + 1)
}

/// Cuts a formula (without its `=`) into tokens that cover it from first to last byte.
pub(crate) fn tokenize(formula: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < formula.len() {
        let (kind, length) = next_token(&formula[at..]);
        tokens.push(Token {
            kind,
            span: at..at + length,
        });
        at += length;
    }
    tokens
}

fn next_token(rest: &str) -> (TokenKind, usize) {
    let first = rest.chars().next().unwrap_or(' ');
    let one = first.len_utf8();
    match first {
        '"' => return quoted(rest),
        '(' => return (TokenKind::Open, 1),
        ')' => return (TokenKind::Close, 1),
        '{' => return (TokenKind::ArrayOpen, 1),
        '}' => return (TokenKind::ArrayClose, 1),
        ',' | ';' => return (TokenKind::Separator, 1),
        '#' => return error_value(rest),
        '<' if rest.starts_with("<=") || rest.starts_with("<>") => return (TokenKind::Operator, 2),
        '>' if rest.starts_with(">=") => return (TokenKind::Operator, 2),
        '+' | '-' | '*' | '/' | '^' | '&' | '=' | '<' | '>' | '%' | ':' | '@' => {
            return (TokenKind::Operator, 1);
        }
        c if c.is_whitespace() && c.is_ascii() => {
            let length = rest
                .find(|c: char| !(c.is_ascii() && c.is_whitespace()))
                .unwrap_or(rest.len());
            return (TokenKind::Space, length);
        }
        _ => {}
    }
    if let Some(length) = reference_length(rest) {
        return (TokenKind::Reference, length);
    }
    if let Some(length) = number_length(rest) {
        return (TokenKind::Number, length);
    }
    let word = rest
        .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '\\' | '?')))
        .unwrap_or(rest.len());
    let after = &rest[word..];
    if (after.starts_with('[') || (word == 0 && first == '['))
        && let Some(length) = bracket_length(after)
    {
        return (TokenKind::Structured, word + length);
    }
    if word == 0 {
        return (TokenKind::Unknown, one);
    }
    if after.starts_with('(') {
        return (TokenKind::Function, word);
    }
    if rest[..word].eq_ignore_ascii_case("true") || rest[..word].eq_ignore_ascii_case("false") {
        return (TokenKind::Bool, word);
    }
    (TokenKind::Name, word)
}

fn quoted(rest: &str) -> (TokenKind, usize) {
    let bytes = rest.as_bytes();
    let mut at = 1;
    while at < bytes.len() {
        if bytes[at] == b'"' {
            if bytes.get(at + 1) == Some(&b'"') {
                at += 2;
                continue;
            }
            return (TokenKind::Text, at + 1);
        }
        at += 1;
    }
    (TokenKind::Unknown, rest.len())
}

fn error_value(rest: &str) -> (TokenKind, usize) {
    const ERRORS: [&str; 10] = [
        "#DIV/0!",
        "#N/A",
        "#NAME?",
        "#NULL!",
        "#NUM!",
        "#REF!",
        "#VALUE!",
        "#SPILL!",
        "#CALC!",
        "#GETTING_DATA",
    ];
    let upper = rest.to_ascii_uppercase();
    match ERRORS.iter().find(|error| upper.starts_with(**error)) {
        Some(error) => (TokenKind::Error, error.len()),
        // `A1#`: the range that a dynamic array spills into.
        None => (TokenKind::Operator, 1),
    }
}

fn reference_length(rest: &str) -> Option<usize> {
    let found = reference_pattern().captures(rest)?;
    let whole = found.get(0)?.end();
    if is_boundary(&rest[whole..]) && corners(&found).is_some() {
        return Some(whole);
    }
    // `A1:A` or `A1:INDEX(…)`: the first corner alone may be a reference.
    let first = found.name("c1")?.end();
    (first < whole && is_boundary(&rest[first..])).then_some(first)
}

fn is_boundary(after: &str) -> bool {
    after.chars().next().is_none_or(|c| {
        !(c.is_alphanumeric() || matches!(c, '_' | '.' | '(' | '!' | '[' | '$' | '\''))
    })
}

fn number_length(rest: &str) -> Option<usize> {
    static PATTERN: OnceLock<Regex> = OnceLock::new();
    let found = PATTERN
        .get_or_init(|| {
            Regex::new(r"^(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
                .expect("the pattern is a constant")
        })
        .find(rest)?;
    is_boundary(&rest[found.end()..]).then_some(found.end())
}

fn bracket_length(rest: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut escaped = false;
    for (at, c) in rest.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\'' => escaped = true,
            '[' => depth += 1,
            ']' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// Reads the text of a reference token.
pub(crate) fn parse_reference(text: &str) -> Option<Reference> {
    let found = reference_pattern().captures(text)?;
    if found.get(0)?.end() != text.len() {
        return None;
    }
    let prefix = found.name("prefix").map_or("", |m| m.as_str());
    let (first, last) = corners(&found)?;
    let name = prefix.trim_end_matches('!');
    let name = match name.strip_prefix('\'').and_then(|n| n.strip_suffix('\'')) {
        Some(inner) => inner.replace("''", "'"),
        None => name.to_string(),
    };
    Some(Reference {
        is_external: name.contains('['),
        sheet: (!name.is_empty()).then_some(name),
        prefix: prefix.to_string(),
        first,
        last,
    })
}

fn corners(found: &regex::Captures<'_>) -> Option<(Corner, Option<Corner>)> {
    let text = |name: &str| found.name(name).map(|m| m.as_str());
    if let Some(first) = text("c1") {
        let last = match text("c2") {
            Some(last) => Some(cell_corner(last)?),
            None => None,
        };
        return Some((cell_corner(first)?, last));
    }
    if let (Some(first), Some(last)) = (text("k1"), text("k2")) {
        let column = |text: &str| {
            Some(Corner {
                column: Some((
                    column_number(text.trim_start_matches('$'))?,
                    text.starts_with('$'),
                )),
                row: None,
            })
        };
        return Some((column(first)?, Some(column(last)?)));
    }
    let row = |text: &str| {
        let number: u32 = text.trim_start_matches('$').parse().ok()?;
        (1..=MAX_ROWS).contains(&number).then_some(Corner {
            column: None,
            row: Some((number, text.starts_with('$'))),
        })
    };
    Some((row(text("r1")?)?, Some(row(text("r2")?)?)))
}

fn cell_corner(text: &str) -> Option<Corner> {
    let holds_column = text.starts_with('$');
    let plain = text.trim_start_matches('$');
    let split = plain.find(|c: char| c == '$' || c.is_ascii_digit())?;
    let holds_row = plain[split..].starts_with('$');
    let row: u32 = plain[split..].trim_start_matches('$').parse().ok()?;
    (1..=MAX_ROWS).contains(&row).then_some(Corner {
        column: Some((column_number(&plain[..split])?, holds_column)),
        row: Some((row, holds_row)),
    })
}

impl Reference {
    /// The reference as it reads when its formula is copied by so many rows and columns; `None` beyond the sheet.
    pub(crate) fn shifted(&self, rows: i64, columns: i64) -> Option<Self> {
        Some(Self {
            first: self.first.shifted(rows, columns)?,
            last: match &self.last {
                Some(corner) => Some(corner.shifted(rows, columns)?),
                None => None,
            },
            ..self.clone()
        })
    }

    /// Rows, as far as they are given.
    pub(crate) fn rows(&self) -> Option<(u32, u32)> {
        let first = self.first.row?.0;
        let last = self
            .last
            .map_or(Some(first), |corner| corner.row.map(|r| r.0))?;
        Some((first.min(last), first.max(last)))
    }

    /// Columns, as far as they are given.
    pub(crate) fn columns(&self) -> Option<(u32, u32)> {
        let first = self.first.column?.0;
        let last = self
            .last
            .map_or(Some(first), |corner| corner.column.map(|c| c.0))?;
        Some((first.min(last), first.max(last)))
    }
}

impl Corner {
    fn shifted(&self, rows: i64, columns: i64) -> Option<Self> {
        let shift = |part: Option<(u32, bool)>, by: i64, most: u32| match part {
            Some((number, false)) => {
                let moved = i64::from(number) + by;
                (1..=i64::from(most))
                    .contains(&moved)
                    .then_some(Some((moved as u32, false)))
            }
            held => Some(held),
        };
        Some(Self {
            column: shift(self.column, columns, MAX_COLUMNS)?,
            row: shift(self.row, rows, MAX_ROWS)?,
        })
    }
}

impl std::fmt::Display for Reference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.prefix, self.first)?;
        match &self.last {
            Some(last) => write!(f, ":{last}"),
            None => Ok(()),
        }
    }
}

impl std::fmt::Display for Corner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some((column, held)) = self.column {
            write!(
                f,
                "{}{}",
                if held { "$" } else { "" },
                column_name(column - 1)
            )?;
        }
        if let Some((row, held)) = self.row {
            write!(f, "{}{row}", if held { "$" } else { "" })?;
        }
        Ok(())
    }
}

/// The formula as it reads when it is copied by so many rows and columns.
pub(crate) fn shift_formula(formula: &str, rows: i64, columns: i64) -> String {
    if rows == 0 && columns == 0 {
        return formula.to_string();
    }
    let mut out = String::with_capacity(formula.len() + 8);
    for token in tokenize(formula) {
        let text = &formula[token.span];
        match (token.kind, parse_reference(text)) {
            (TokenKind::Reference, Some(reference)) => match reference.shifted(rows, columns) {
                Some(moved) => out.push_str(&moved.to_string()),
                None => out.push_str("#REF!"),
            },
            _ => out.push_str(text),
        }
    }
    out
}
