//! LaTeX and linear text to a formula's tree.

use super::Node;
use super::symbols::{accent, is_function, is_nary, nary, sign};

/// Groups nest no deeper; what is inside stays as text.
const MAX_DEPTH: usize = 40;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Command(String),
    Character(char),
    Space,
}

/// Parses a formula; anything at all gives a tree.
pub(super) fn parse(source: &str) -> Node {
    let mut parser = Parser {
        tokens: tokens(source),
        at: 0,
        depth: 0,
    };
    let mut nodes = Vec::new();
    while parser.at < parser.tokens.len() {
        nodes.push(parser.row(&[]));
        // A closing sign without its opening one is text.
        if let Some(token) = parser.next() {
            nodes.push(Node::Text(plain(&token)));
        }
    }
    flatten(nodes)
}

fn tokens(source: &str) -> Vec<Token> {
    let mut out = Vec::new();
    let mut characters = source.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' => {
                let mut name = String::new();
                while let Some(letter) = characters.peek().filter(|c| c.is_ascii_alphabetic()) {
                    name.push(*letter);
                    characters.next();
                }
                if name.is_empty() {
                    name.extend(characters.next());
                }
                out.push(Token::Command(name));
            }
            _ if character.is_whitespace() => out.push(Token::Space),
            _ => out.push(Token::Character(character)),
        }
    }
    out
}

fn plain(token: &Token) -> String {
    match token {
        Token::Command(name) => format!("\\{name}"),
        Token::Character(character) => character.to_string(),
        Token::Space => " ".to_owned(),
    }
}

fn flatten(nodes: Vec<Node>) -> Node {
    let mut out: Vec<Node> = Vec::new();
    for node in nodes {
        match node {
            Node::Row(inner) => out.extend(inner),
            other => out.push(other),
        }
    }
    if out.len() == 1 {
        out.remove(0)
    } else {
        Node::Row(out)
    }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    fn skip_spaces(&mut self) {
        while self.tokens.get(self.at) == Some(&Token::Space) {
            self.at += 1;
        }
    }

    fn looks_at(&self, character: char) -> bool {
        self.tokens.get(self.at) == Some(&Token::Character(character))
    }

    fn ends(&self, stops: &[&str]) -> bool {
        match self.tokens.get(self.at) {
            None => true,
            Some(token) => {
                stops.contains(&plain(token).as_str()) || *token == Token::Character('}')
            }
        }
    }

    /// Nodes up to one of the signs, which stays.
    fn row(&mut self, stops: &[&str]) -> Node {
        let mut nodes = Vec::new();
        while !self.ends(stops) {
            if self.tokens.get(self.at) == Some(&Token::Space) {
                self.at += 1;
                continue;
            }
            // In linear form a slash between two groups, names or numbers is a fraction.
            if self.looks_at('/')
                && let Some(over) = nodes.pop()
            {
                if !is_operand(&over) {
                    nodes.push(over);
                } else {
                    self.at += 1;
                    self.skip_spaces();
                    let under = if self.ends(stops) {
                        None
                    } else {
                        self.scripted(stops)
                    };
                    nodes.push(match under {
                        Some(under) => Node::Fraction(
                            Box::new(without_parentheses(over)),
                            Box::new(without_parentheses(under)),
                        ),
                        None => Node::Row(vec![over, Node::Text("/".to_owned())]),
                    });
                    continue;
                }
            }
            match self.scripted(stops) {
                Some(node) => nodes.push(node),
                None => break,
            }
        }
        flatten(nodes)
    }

    /// An atom with its sub- and superscripts; a sign of sum or integral with all it runs over.
    fn scripted(&mut self, stops: &[&str]) -> Option<Node> {
        let big = match self.tokens.get(self.at)? {
            Token::Command(name) => nary(name),
            Token::Character(character) if is_nary(*character) => Some(*character),
            Token::Character(_) | Token::Space => None,
        };
        let base = match big {
            Some(_) => {
                self.at += 1;
                Node::Row(Vec::new())
            }
            None => self.atom()?,
        };
        let (mut sub, mut sup) = (None, None);
        loop {
            let before = self.at;
            self.skip_spaces();
            if self.tokens.get(self.at) == Some(&Token::Command("limits".to_owned())) {
                self.at += 1;
            } else if self.looks_at('_') && sub.is_none() {
                self.at += 1;
                sub = Some(Box::new(self.script()));
            } else if self.looks_at('^') && sup.is_none() {
                self.at += 1;
                sup = Some(Box::new(self.script()));
            } else {
                self.at = before;
                break;
            }
        }
        if let Some(sign) = big {
            // It runs over the term that follows, up to the next plus, minus or relation.
            let mut inner = Vec::new();
            self.skip_spaces();
            while !self.ends(stops) && !self.at_relation() {
                if self.tokens.get(self.at) == Some(&Token::Space) {
                    self.at += 1;
                    continue;
                }
                match self.scripted(stops) {
                    Some(node) => inner.push(node),
                    None => break,
                }
            }
            return Some(Node::Nary(sign, sub, sup, Box::new(flatten(inner))));
        }
        Some(match (sub, sup) {
            (None, None) => base,
            (sub, sup) => Node::Script(Box::new(base), sub, sup),
        })
    }

    fn at_relation(&self) -> bool {
        match self.tokens.get(self.at) {
            Some(Token::Character(c)) => {
                matches!(c, '=' | '+' | '-' | '<' | '>' | ',' | '≤' | '≥' | '&')
            }
            Some(Token::Command(name)) => {
                matches!(
                    name.as_str(),
                    "leq" | "le" | "geq" | "ge" | "neq" | "ne" | "approx" | "pm" | "to" | "\\"
                )
            }
            Some(Token::Space) | None => false,
        }
    }

    /// What stands raised or lowered: a group, or one sign, or in linear form a number.
    fn script(&mut self) -> Node {
        self.skip_spaces();
        if self.looks_at('(') {
            let node = self.atom().unwrap_or(Node::Row(Vec::new()));
            return without_parentheses(node);
        }
        if self.looks_at('-') || self.looks_at('+') {
            let sign = self.next().map(|token| plain(&token)).unwrap_or_default();
            let rest = self.atom().unwrap_or(Node::Row(Vec::new()));
            return flatten(vec![Node::Text(sign), rest]);
        }
        self.atom().unwrap_or(Node::Row(Vec::new()))
    }

    /// A group in braces; empty when none follows.
    fn argument(&mut self) -> Node {
        self.skip_spaces();
        self.atom().unwrap_or(Node::Row(Vec::new()))
    }

    fn atom(&mut self) -> Option<Node> {
        self.depth += 1;
        let node = if self.depth > MAX_DEPTH {
            self.next().map(|token| Node::Text(plain(&token)))
        } else {
            self.atom_inside()
        };
        self.depth -= 1;
        node
    }

    fn atom_inside(&mut self) -> Option<Node> {
        let token = self.next()?;
        Some(match token {
            Token::Space => Node::Text(" ".to_owned()),
            Token::Character('{') => {
                let inner = self.row(&[]);
                if self.looks_at('}') {
                    self.at += 1;
                }
                inner
            }
            Token::Character(open @ ('(' | '[')) => {
                let close = if open == '(' { ")" } else { "]" };
                let before = self.at;
                let inner = self.row(&[close]);
                if self.tokens.get(self.at).map(plain).as_deref() == Some(close) {
                    self.at += 1;
                    Node::Fenced(open.to_string(), Box::new(inner), close.to_owned())
                } else {
                    self.at = before;
                    Node::Text(open.to_string())
                }
            }
            Token::Character('√') => {
                Node::Root(None, Box::new(without_parentheses(self.argument())))
            }
            Token::Character(character) if character.is_ascii_digit() => {
                let mut digits = character.to_string();
                while let Some(Token::Character(next)) = self.tokens.get(self.at) {
                    let point = *next == '.'
                        && matches!(self.tokens.get(self.at + 1), Some(Token::Character(c)) if c.is_ascii_digit());
                    if !next.is_ascii_digit() && !point {
                        break;
                    }
                    digits.push(*next);
                    self.at += 1;
                }
                Node::Text(digits)
            }
            Token::Character(character) => Node::Text(character.to_string()),
            Token::Command(name) => self.command(name),
        })
    }

    fn command(&mut self, name: String) -> Node {
        match name.as_str() {
            "frac" | "dfrac" | "tfrac" => {
                let over = self.argument();
                let under = self.argument();
                Node::Fraction(Box::new(over), Box::new(under))
            }
            "sqrt" => {
                self.skip_spaces();
                let mut degree = None;
                if self.looks_at('[') {
                    let before = self.at;
                    self.at += 1;
                    let inner = self.row(&["]"]);
                    if self.looks_at(']') {
                        self.at += 1;
                        degree = Some(Box::new(inner));
                    } else {
                        self.at = before;
                    }
                }
                Node::Root(degree, Box::new(self.argument()))
            }
            "text" | "mathrm" | "operatorname" | "textbf" | "mbox" | "mathbf" => {
                Node::Upright(self.words())
            }
            "left" => self.fenced(),
            "overline" | "bar" => Node::Bar(Box::new(self.argument())),
            "begin" => self.matrix(),
            "right" | "limits" | "displaystyle" | "big" | "Big" | "bigg" | "nolimits" => {
                Node::Row(Vec::new())
            }
            _ => {
                if let Some(mark) = accent(&name) {
                    return Node::Accent(mark, Box::new(self.argument()));
                }
                if let Some(sign) = sign(&name) {
                    return Node::Text(sign.to_owned());
                }
                if is_function(&name) {
                    return Node::Upright(name);
                }
                Node::Text(format!("\\{name}"))
            }
        }
    }

    /// The words between braces as they stand, spaces kept.
    fn words(&mut self) -> String {
        self.skip_spaces();
        if !self.looks_at('{') {
            return self.next().map(|token| plain(&token)).unwrap_or_default();
        }
        self.at += 1;
        let mut out = String::new();
        while let Some(token) = self.next() {
            match token {
                Token::Character('}') => break,
                Token::Command(name) => out.push_str(sign(&name).unwrap_or(&name)),
                other => out.push_str(&plain(&other)),
            }
        }
        out
    }

    fn fenced(&mut self) -> Node {
        let open = self.fence();
        let inner = self.row(&["\\right"]);
        if self.tokens.get(self.at) == Some(&Token::Command("right".to_owned())) {
            self.at += 1;
            let close = self.fence();
            Node::Fenced(open, Box::new(inner), close)
        } else {
            flatten(vec![Node::Text(open), inner])
        }
    }

    fn fence(&mut self) -> String {
        self.skip_spaces();
        match self.next() {
            Some(Token::Character('.')) | Some(Token::Space) | None => String::new(),
            Some(Token::Character(character)) => character.to_string(),
            Some(Token::Command(name)) => sign(&name).unwrap_or_default().to_owned(),
        }
    }

    fn matrix(&mut self) -> Node {
        let kind = self.words();
        let mut rows = vec![Vec::new()];
        loop {
            let cell = self.row(&["&", "\\\\", "\\end"]);
            if let Some(row) = rows.last_mut() {
                row.push(cell);
            }
            match self.next() {
                Some(Token::Character('&')) => {}
                Some(Token::Command(name)) if name == "\\" => rows.push(Vec::new()),
                Some(Token::Command(_)) => {
                    self.words();
                    break;
                }
                // A brace without its opening one, or the end.
                Some(Token::Character(_) | Token::Space) | None => break,
            }
        }
        rows.retain(|row| row.iter().any(|cell| *cell != Node::Row(Vec::new())));
        if rows.is_empty() {
            return Node::Row(Vec::new());
        }
        let matrix = Box::new(Node::Matrix(rows));
        match kind.as_str() {
            "pmatrix" => Node::Fenced("(".to_owned(), matrix, ")".to_owned()),
            "bmatrix" => Node::Fenced("[".to_owned(), matrix, "]".to_owned()),
            "vmatrix" => Node::Fenced("|".to_owned(), matrix, "|".to_owned()),
            "cases" => Node::Fenced("{".to_owned(), matrix, String::new()),
            _ => *matrix,
        }
    }
}

/// What may stand over a slash.
fn is_operand(node: &Node) -> bool {
    match node {
        Node::Text(text) => text.chars().all(char::is_alphanumeric),
        Node::Row(_) | Node::Upright(_) | Node::Nary(..) => false,
        Node::Fraction(..)
        | Node::Root(..)
        | Node::Script(..)
        | Node::Fenced(..)
        | Node::Accent(..)
        | Node::Bar(_)
        | Node::Matrix(_) => true,
    }
}

fn without_parentheses(node: Node) -> Node {
    match node {
        Node::Fenced(open, inner, close) if open == "(" && close == ")" => *inner,
        other => other,
    }
}
