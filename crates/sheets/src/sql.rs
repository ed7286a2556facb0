//! The clauses of a SELECT, cut at its own level: enough to explain it, to find the cells it read and to check it.

/// A token of SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Token {
    /// A name or keyword, quotes taken off.
    Word(String),
    /// A name in quotes.
    Quoted(String),
    /// A text, quotes taken off.
    Text(String),
    /// A number.
    Number(String),
    /// Anything else.
    Sign(String),
}

impl Token {
    pub(crate) fn is(&self, word: &str) -> bool {
        matches!(self, Self::Word(own) if own.eq_ignore_ascii_case(word))
    }

    /// The name that it is, bare or quoted.
    pub(crate) fn name(&self) -> Option<&str> {
        match self {
            Self::Word(name) | Self::Quoted(name) => Some(name),
            Self::Text(_) | Self::Number(_) | Self::Sign(_) => None,
        }
    }

    pub(crate) fn sql(&self) -> String {
        match self {
            Self::Word(text) | Self::Number(text) | Self::Sign(text) => text.clone(),
            Self::Quoted(name) => crate::tables::quoted(name),
            Self::Text(text) => format!("'{}'", text.replace('\'', "''")),
        }
    }
}

/// Cuts SQL into tokens.
pub(crate) fn tokens(sql: &str) -> Vec<Token> {
    let characters: Vec<char> = sql.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < characters.len() {
        let character = characters[at];
        if character.is_whitespace() {
            at += 1;
        } else if matches!(character, '\'' | '"' | '`' | '[') {
            let close = if character == '[' { ']' } else { character };
            let mut text = String::new();
            at += 1;
            while at < characters.len() {
                if characters[at] == close {
                    if close != ']' && characters.get(at + 1) == Some(&close) {
                        at += 1;
                    } else {
                        break;
                    }
                }
                text.push(characters[at]);
                at += 1;
            }
            at += 1;
            found.push(if character == '\'' {
                Token::Text(text)
            } else {
                Token::Quoted(text)
            });
        } else if character.is_ascii_digit() {
            let start = at;
            while at < characters.len()
                && (characters[at].is_ascii_alphanumeric() || characters[at] == '.')
            {
                at += 1;
            }
            found.push(Token::Number(characters[start..at].iter().collect()));
        } else if character.is_alphanumeric() || character == '_' {
            let start = at;
            while at < characters.len()
                && (characters[at].is_alphanumeric() || characters[at] == '_')
            {
                at += 1;
            }
            found.push(Token::Word(characters[start..at].iter().collect()));
        } else {
            let two: String = characters[at..].iter().take(2).collect();
            let length = if ["<=", ">=", "<>", "!=", "||", "=="].contains(&two.as_str()) {
                2
            } else {
                1
            };
            found.push(Token::Sign(characters[at..at + length].iter().collect()));
            at += length;
        }
    }
    found
}

/// The clauses of one SELECT, as tokens.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Select {
    pub(crate) is_distinct: bool,
    /// Items between SELECT and FROM.
    pub(crate) items: Vec<Vec<Token>>,
    pub(crate) from: Vec<Token>,
    pub(crate) filter: Vec<Token>,
    pub(crate) group: Vec<Vec<Token>>,
    pub(crate) having: Vec<Token>,
    pub(crate) order: Vec<Vec<Token>>,
    pub(crate) limit: Option<usize>,
    /// UNION and the like: not cut further.
    pub(crate) is_compound: bool,
}

impl Select {
    /// Cuts a query; none when it does not begin with SELECT.
    pub(crate) fn parse(sql: &str) -> Option<Self> {
        let mut tokens = tokens(sql);
        while tokens.last() == Some(&Token::Sign(";".into())) {
            tokens.pop();
        }
        let mut select = Self::default();
        let mut rest = tokens.into_iter().peekable();
        if !rest.next()?.is("select") {
            return None;
        }
        if rest.peek().is_some_and(|token| token.is("distinct")) {
            rest.next();
            select.is_distinct = true;
        }
        let mut clause = "select".to_owned();
        let mut parts: Vec<(String, Vec<Token>)> = vec![(clause.clone(), Vec::new())];
        let mut depth = 0_i32;
        let mut rest: Vec<Token> = rest.collect();
        rest.reverse();
        while let Some(token) = rest.pop() {
            match &token {
                Token::Sign(sign) if sign == "(" => depth += 1,
                Token::Sign(sign) if sign == ")" => depth -= 1,
                Token::Word(word) if depth == 0 => {
                    let lower = word.to_lowercase();
                    match lower.as_str() {
                        "from" | "where" | "having" | "limit" => {
                            clause.clone_from(&lower);
                            parts.push((clause.clone(), Vec::new()));
                            continue;
                        }
                        "group" | "order" if rest.last().is_some_and(|next| next.is("by")) => {
                            rest.pop();
                            parts.push((lower, Vec::new()));
                            continue;
                        }
                        "union" | "intersect" | "except" => {
                            select.is_compound = true;
                            break;
                        }
                        _ => {}
                    }
                }
                _ => {}
            }
            if let Some((_, tokens)) = parts.last_mut() {
                tokens.push(token);
            }
        }
        for (clause, tokens) in parts {
            match clause.as_str() {
                "select" => select.items = split_commas(tokens),
                "from" => select.from = tokens,
                "where" => select.filter = tokens,
                "group" => select.group = split_commas(tokens),
                "having" => select.having = tokens,
                "order" => select.order = split_commas(tokens),
                _ => {
                    if let Some(Token::Number(number)) = tokens.first() {
                        select.limit = number.parse().ok();
                    }
                }
            }
        }
        Some(select)
    }

    /// The only table that it reads, when there is just one and no subquery in its place.
    pub(crate) fn table(&self) -> Option<&str> {
        match self.from.as_slice() {
            [token] => token.name(),
            [token, alias] if alias.name().is_some() => token.name(),
            [token, keyword, _] if keyword.is("as") => token.name(),
            _ => None,
        }
    }

    /// The aggregates among the items: name of the function and its argument.
    pub(crate) fn aggregate(item: &[Token]) -> Option<(String, &[Token])> {
        let item = without_alias(item);
        let (first, rest) = item.split_first()?;
        let Token::Word(function) = first else {
            return None;
        };
        let function = function.to_lowercase();
        if !["sum", "avg", "count", "min", "max", "total"].contains(&function.as_str()) {
            return None;
        }
        let [Token::Sign(open), inner @ .., Token::Sign(close)] = rest else {
            return None;
        };
        let closes_once = inner
            .iter()
            .filter(|token| **token == Token::Sign("(".into()))
            .count()
            == inner
                .iter()
                .filter(|token| **token == Token::Sign(")".into()))
                .count();
        let mut depth = 0;
        let stays_inside = inner.iter().all(|token| {
            match token {
                Token::Sign(sign) if sign == "(" => depth += 1,
                Token::Sign(sign) if sign == ")" => depth -= 1,
                _ => {}
            }
            depth >= 0
        });
        (open == "(" && close == ")" && closes_once && stays_inside).then_some((function, inner))
    }

    /// True when some item computes over rows.
    pub(crate) fn has_aggregates(&self) -> bool {
        self.items.iter().any(|item| {
            item.windows(2).any(|pair| {
                matches!(&pair[0], Token::Word(word) if ["sum", "avg", "count", "min", "max", "total"].contains(&word.to_lowercase().as_str()))
                    && pair[1] == Token::Sign("(".into())
            })
        })
    }
}

/// An item without `AS name`.
pub(crate) fn without_alias(item: &[Token]) -> &[Token] {
    match item {
        [rest @ .., keyword, _] if keyword.is("as") => rest,
        _ => item,
    }
}

/// SQL text of tokens.
pub(crate) fn join(tokens: &[Token]) -> String {
    tokens.iter().map(Token::sql).collect::<Vec<_>>().join(" ")
}

fn split_commas(tokens: Vec<Token>) -> Vec<Vec<Token>> {
    let mut parts = vec![Vec::new()];
    let mut depth = 0_i32;
    for token in tokens {
        match &token {
            Token::Sign(sign) if sign == "(" => depth += 1,
            Token::Sign(sign) if sign == ")" => depth -= 1,
            Token::Sign(sign) if sign == "," && depth == 0 => {
                parts.push(Vec::new());
                continue;
            }
            _ => {}
        }
        if let Some(part) = parts.last_mut() {
            part.push(token);
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_select_is_cut_at_its_own_level() {
        let select = Select::parse(
            "SELECT 部门, ROUND(SUM(\"金额\"), 2) AS total FROM t WHERE 名 = 'a''b, where' AND x > (SELECT AVG(x) FROM t) GROUP BY 部门 ORDER BY total DESC LIMIT 3;",
        )
        .unwrap_or_default();
        assert_eq!(select.items.len(), 2);
        assert_eq!(select.table(), Some("t"));
        assert!(join(&select.filter).contains("'a''b, where'"));
        assert_eq!(select.group.len(), 1);
        assert_eq!(select.limit, Some(3));
        assert!(select.has_aggregates());
        let sum = tokens("SUM(a + b) AS c");
        assert_eq!(
            Select::aggregate(&sum).map(|(name, inner)| (name, join(inner))),
            Some(("sum".into(), "a + b".into()))
        );
        assert_eq!(Select::aggregate(&tokens("SUM(a) / SUM(b)")), None);
    }
}
