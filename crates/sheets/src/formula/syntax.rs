//! Formulas as trees, and where one stops being a formula.

use serde::{Deserialize, Serialize};

use super::tokens::{Reference, Token, TokenKind, parse_reference, tokenize};

/// Excel itself allows 64 levels of calls; a deeper text is not read by recursion.
const MAX_DEPTH: usize = 128;

/// A formula, read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Expression {
    /// A number as it is written.
    Number(String),
    /// A text without its quotes.
    Text(String),
    /// `TRUE` or `FALSE`.
    Bool(bool),
    /// `#N/A`.
    Error(String),
    /// A cell or range.
    Reference(Reference),
    /// A defined name, or a reference into a native table.
    Name(String),
    /// A call; the name in capitals without `_xlfn.`.
    Call(String, Vec<Expression>),
    /// `-x`, `+x`, `@x`.
    Prefix(char, Box<Expression>),
    /// `x%`, `x#`.
    Postfix(char, Box<Expression>),
    /// `x + y`.
    Binary(String, Box<Expression>, Box<Expression>),
    /// `(x)`.
    Group(Box<Expression>),
    /// `{1,2;3,4}`, as it is written.
    Array(String),
    /// An argument left out.
    Missing,
}

/// Why a text is no formula.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SyntaxFault {
    /// It is empty.
    Empty,
    /// A parenthesis is not closed.
    Unclosed,
    /// A parenthesis closes that was never opened.
    Unopened,
    /// A text in quotes does not end.
    OpenText,
    /// Something is missing where a value should be.
    MissingValue,
    /// Something stands where an operator should be.
    MissingOperator,
    /// A character that has no meaning in a formula.
    StrangeCharacter,
    /// Nested too deep.
    TooDeep,
}

/// Where and why a text is no formula.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyntaxError {
    /// Why.
    pub fault: SyntaxFault,
    /// Character of the formula, counted from 1 with the `=` as the first.
    pub position: usize,
}

/// Reads a formula (without its `=`).
pub(crate) fn parse(formula: &str) -> Result<Expression, SyntaxError> {
    let tokens: Vec<Token> = tokenize(formula)
        .into_iter()
        .filter(|token| token.kind != TokenKind::Space)
        .collect();
    let mut parser = Parser {
        formula,
        tokens,
        at: 0,
        depth: 0,
    };
    if parser.tokens.is_empty() {
        return Err(parser.fault(SyntaxFault::Empty));
    }
    if let Some(token) = parser.tokens.iter().find(|t| t.kind == TokenKind::Unknown) {
        let fault = if formula[token.span.clone()].starts_with('"') {
            SyntaxFault::OpenText
        } else {
            SyntaxFault::StrangeCharacter
        };
        return Err(error_at(formula, token.span.start, fault));
    }
    let expression = parser.binary(0)?;
    match parser.peek() {
        None => Ok(expression),
        Some(TokenKind::Close) => Err(parser.fault(SyntaxFault::Unopened)),
        Some(_) => Err(parser.fault(SyntaxFault::MissingOperator)),
    }
}

struct Parser<'a> {
    formula: &'a str,
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

/// Binding strength of operators, weakest first; Excel's order.
fn strength(operator: &str) -> Option<u8> {
    match operator {
        "=" | "<" | ">" | "<=" | ">=" | "<>" => Some(1),
        "&" => Some(2),
        "+" | "-" => Some(3),
        "*" | "/" => Some(4),
        "^" => Some(5),
        ":" => Some(7),
        _ => None,
    }
}

impl Parser<'_> {
    fn peek(&self) -> Option<TokenKind> {
        self.tokens.get(self.at).map(|token| token.kind)
    }

    fn text(&self) -> &str {
        self.tokens
            .get(self.at)
            .map_or("", |token| &self.formula[token.span.clone()])
    }

    fn fault(&self, fault: SyntaxFault) -> SyntaxError {
        let byte = self
            .tokens
            .get(self.at)
            .map_or(self.formula.len(), |token| token.span.start);
        error_at(self.formula, byte, fault)
    }

    fn binary(&mut self, least: u8) -> Result<Expression, SyntaxError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.fault(SyntaxFault::TooDeep));
        }
        let mut left = self.prefix()?;
        while self.peek() == Some(TokenKind::Operator) {
            let operator = self.text().to_string();
            let Some(found) = strength(&operator).filter(|found| *found > least) else {
                break;
            };
            self.at += 1;
            let right = self.binary(found)?;
            left = Expression::Binary(operator, Box::new(left), Box::new(right));
        }
        self.depth -= 1;
        Ok(left)
    }

    fn prefix(&mut self) -> Result<Expression, SyntaxError> {
        let sign = self.text().chars().next();
        if self.peek() == Some(TokenKind::Operator) && matches!(sign, Some('+' | '-' | '@')) {
            self.depth += 1;
            if self.depth > MAX_DEPTH {
                return Err(self.fault(SyntaxFault::TooDeep));
            }
            self.at += 1;
            // In Excel a sign binds tighter than `^`.
            let inner = self.prefix()?;
            self.depth -= 1;
            return Ok(Expression::Prefix(sign.unwrap_or('+'), Box::new(inner)));
        }
        let mut value = self.value()?;
        while self.peek() == Some(TokenKind::Operator) && matches!(self.text(), "%" | "#") {
            let sign = self.text().chars().next().unwrap_or('%');
            value = Expression::Postfix(sign, Box::new(value));
            self.at += 1;
        }
        Ok(value)
    }

    fn value(&mut self) -> Result<Expression, SyntaxError> {
        let text = self.text().to_string();
        let Some(kind) = self.peek() else {
            return Err(self.fault(SyntaxFault::MissingValue));
        };
        let value = match kind {
            TokenKind::Number => Expression::Number(text),
            TokenKind::Text => Expression::Text(text[1..text.len() - 1].replace("\"\"", "\"")),
            TokenKind::Bool => Expression::Bool(text.eq_ignore_ascii_case("true")),
            TokenKind::Error => Expression::Error(text.to_uppercase()),
            TokenKind::Reference => match parse_reference(&text) {
                Some(reference) => Expression::Reference(reference),
                None => return Err(self.fault(SyntaxFault::StrangeCharacter)),
            },
            TokenKind::Name | TokenKind::Structured => Expression::Name(text),
            TokenKind::Function => return self.call(&text),
            TokenKind::Open => {
                self.at += 1;
                let inner = self.binary(0)?;
                self.close()?;
                return Ok(Expression::Group(Box::new(inner)));
            }
            TokenKind::ArrayOpen => return self.array(),
            TokenKind::Operator
            | TokenKind::Separator
            | TokenKind::Close
            | TokenKind::ArrayClose
            | TokenKind::Space
            | TokenKind::Unknown => return Err(self.fault(SyntaxFault::MissingValue)),
        };
        self.at += 1;
        Ok(value)
    }

    fn close(&mut self) -> Result<(), SyntaxError> {
        match self.peek() {
            Some(TokenKind::Close) => {
                self.at += 1;
                Ok(())
            }
            None => Err(self.fault(SyntaxFault::Unclosed)),
            Some(_) => Err(self.fault(SyntaxFault::MissingOperator)),
        }
    }

    fn call(&mut self, name: &str) -> Result<Expression, SyntaxError> {
        self.at += 2;
        let mut arguments = Vec::new();
        if self.peek() == Some(TokenKind::Close) {
            self.at += 1;
            return Ok(Expression::Call(plain_name(name), arguments));
        }
        loop {
            match self.peek() {
                Some(TokenKind::Separator | TokenKind::Close) => {
                    arguments.push(Expression::Missing)
                }
                _ => arguments.push(self.binary(0)?),
            }
            match self.peek() {
                // A semicolon divides the rows of an array and nothing else.
                Some(TokenKind::Separator) if self.text() == "," => self.at += 1,
                Some(TokenKind::Close) => {
                    self.at += 1;
                    return Ok(Expression::Call(plain_name(name), arguments));
                }
                None => return Err(self.fault(SyntaxFault::Unclosed)),
                Some(_) => return Err(self.fault(SyntaxFault::MissingOperator)),
            }
        }
    }

    fn array(&mut self) -> Result<Expression, SyntaxError> {
        let start = self.tokens[self.at].span.start;
        while let Some(kind) = self.peek() {
            self.at += 1;
            if kind == TokenKind::ArrayClose {
                let end = self.tokens[self.at - 1].span.end;
                return Ok(Expression::Array(self.formula[start..end].to_string()));
            }
        }
        Err(self.fault(SyntaxFault::Unclosed))
    }
}

fn error_at(formula: &str, byte: usize, fault: SyntaxFault) -> SyntaxError {
    SyntaxError {
        fault,
        position: formula[..byte.min(formula.len())].chars().count() + 2,
    }
}

/// The name of a function in capitals, without the prefixes that files put before newer functions.
pub(crate) fn plain_name(name: &str) -> String {
    let upper = name.to_uppercase();
    upper
        .trim_start_matches("_XLFN.")
        .trim_start_matches("_XLWS.")
        .to_string()
}

/// Names of all functions that a formula calls, each once, in order.
pub(crate) fn functions_of(formula: &str) -> Vec<String> {
    let mut names = Vec::new();
    for token in tokenize(formula) {
        if token.kind == TokenKind::Function {
            let name = plain_name(&formula[token.span]);
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

/// All references of a formula, in order.
pub(crate) fn references_of(formula: &str) -> Vec<Reference> {
    tokenize(formula)
        .into_iter()
        .filter(|token| token.kind == TokenKind::Reference)
        .filter_map(|token| parse_reference(&formula[token.span]))
        .collect()
}

/// Whether a formula reads another workbook.
pub(crate) fn reads_other_workbook(formula: &str) -> bool {
    if references_of(formula).iter().any(|r| r.is_external) {
        return true;
    }
    // `[1]!Name` and `'[Book.xlsx]Sheet'!Name` are names of another workbook and no cells of it.
    let mut in_text = false;
    let mut previous = ' ';
    for (at, c) in formula.char_indices() {
        match c {
            '"' => in_text = !in_text,
            '[' if !in_text && !previous.is_alphanumeric() && previous != ']' => {
                let rest = &formula[at..];
                let index = rest[1..].split(']').next().unwrap_or_default();
                let is_number = !index.is_empty() && index.bytes().all(|b| b.is_ascii_digit());
                if is_number || index.to_lowercase().contains(".xls") {
                    return true;
                }
            }
            _ => {}
        }
        previous = c;
    }
    false
}
