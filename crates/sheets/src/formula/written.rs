//! Formulas that the ask itself spells out: `Profit = Sales - COGS`, `用公式 毛利 = 收入 - 成本`, `by dividing A by B`.
//!
//! Nothing is guessed: each word of the arithmetic is a column, a number, or a name whose number the ask tells. One that
//! is none of these, and there is no such formula.

use std::sync::LazyLock;

use regex::Regex;

use super::language::Language;
use super::templates::{NamedColumn, SuggestedFormula, TableColumns, plain_header};
use crate::address::column_name;

/// What goes into the parentheses of a formula that is written out inside of another.
const MAX_DEPTH: usize = 4;

static HEADER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?i)(?:named|called|titled|headed|header|name|名为|叫做|叫|命名为|列名(?:为|是|叫)?|表头(?:为|是)?)\s*(?:as\s+|为|is\s+)?["'“‘「『]([^"'“”‘’「」『』]{1,60})["'”’」』]"#,
    )
    .expect("the pattern is valid")
});

/// The header that the ask gives the new column: `named "Profit"`, `列名为“毛利”`.
pub fn header_asked_for(ask: &str) -> Option<String> {
    let header = HEADER.captures(ask)?.get(1)?.as_str();
    let header = header.split_whitespace().collect::<Vec<_>>().join(" ");
    (!header.is_empty()).then_some(header)
}

/// Of columns that have a header and nothing below it, the one that the ask wants filled: the only one whose name
/// stands outside of the formulas that the ask spells out. The names of the `others` that it calls are left out of
/// account: `changes for the Current Assets column` asks for no `Assets`.
pub fn blank_column_asked_for(
    ask: &str,
    blank: &[NamedColumn],
    others: &[NamedColumn],
) -> Option<u32> {
    let mut request = normal(&without_definitions(ask));
    for other in others {
        let name = normal(&other.name);
        if blank.iter().any(|c| name.contains(&normal(&c.name))) {
            request = request.replace(&name, " ");
        }
    }
    // What only describes the workbook asks for nothing.
    static ASKS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\b(?:fill|calculate|compute|work out|find|get|determine|add|complete|put|write|show)\b|算|求|填|写|补|得出")
            .expect("the pattern is valid")
    });
    let asking: String = match sentences(&request).any(|sentence| ASKS.is_match(sentence)) {
        true => sentences(&request)
            .filter(|sentence| ASKS.is_match(sentence))
            .collect(),
        false => request.clone(),
    };
    let is_named = |name: &str| {
        let name = normal(name);
        let stem = name.strip_suffix('s').unwrap_or(&name);
        !stem.is_empty() && asking.contains(stem)
    };
    let mut named: Vec<&NamedColumn> = blank
        .iter()
        .filter(|c| is_asked_for(&request, &normal(&c.name)))
        .collect();
    if named.len() != 1 {
        named = blank.iter().filter(|c| is_named(&c.name)).collect();
    }
    match (named.as_slice(), blank) {
        ([one], _) => Some(one.column),
        // `fill in the column`: there is only one to fill.
        ([], [one]) if HEADER.captures(ask).is_none() && request.contains("fill") => {
            Some(one.column)
        }
        _ => None,
    }
}

/// The formula that the ask spells out for a column of this header.
pub(super) fn written_formula(
    ask: &str,
    table: &TableColumns,
    header: Option<&str>,
) -> Option<SuggestedFormula> {
    let definitions = definitions(ask);
    let request = normal(&without_definitions(ask));
    let reading = Reading {
        ask: normal(ask),
        table,
        definitions: &definitions,
    };
    let (name, formula) = if definitions.is_empty() {
        (None, reading.spoken()?)
    } else {
        let (definition, name) = choose(&definitions, header, &request)?;
        let name = as_written(ask, &name);
        (Some(name), reading.whole(&definition.expression, 0)?)
    };
    let unnamed = || Language::of(ask).pick("结果", "Result").to_owned();
    Some(SuggestedFormula {
        header: header.map(str::to_owned).or(name).unwrap_or_else(unnamed),
        formula: format!("={formula}"),
        number_format: None,
    })
}

/// A name as the ask writes it, of several ways the one with most capitals.
fn as_written(ask: &str, name: &str) -> String {
    let found = Regex::new(&format!("(?i){}", regex::escape(name))).ok();
    let capitals = |text: &str| text.chars().filter(|c| c.is_uppercase()).count();
    found
        .iter()
        .flat_map(|found| found.find_iter(ask))
        .map(|found| found.as_str())
        .max_by_key(|text| capitals(text))
        .unwrap_or(name)
        .to_owned()
}

/// `name = expression`.
struct Definition {
    name: String,
    expression: String,
}

fn sentences(ask: &str) -> impl Iterator<Item = &str> {
    static END: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"[;；。\n]|\.(?:\s|$)").expect("the pattern is valid"));
    END.split(ask)
}

fn is_definition(sentence: &str) -> bool {
    let sides: Vec<&str> = sentence.split(['=', '＝']).collect();
    matches!(sides.as_slice(), [left, right]
        if !left.trim().is_empty() && !left.ends_with(['<', '>', '!']) && right.contains(['+', '-', '−', '*', '×', '/', '÷', '^']))
}

/// Whether the ask spells a formula out, so that no other is meant.
pub(super) fn spells_out(ask: &str) -> bool {
    sentences(ask).any(is_definition)
}

fn definitions(ask: &str) -> Vec<Definition> {
    sentences(ask)
        .filter(|sentence| is_definition(sentence))
        .filter_map(|sentence| {
            let (left, right) = sentence.split_once(['=', '＝'])?;
            let name = left.rsplit([':', '：', ',', '，']).next()?;
            Some(Definition {
                name: name_of(&normal(name)),
                expression: normal(right),
            })
        })
        .collect()
}

/// Of `according to the formula future value` the `future value`, of `用公式毛利` the `毛利`.
fn name_of(left: &str) -> String {
    static BEFORE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"^(?:.*\b(?:formulas?|is|are|by|use|using|with|where|follows|calculate|compute|add|column)\s+)?(?:the\s+)?(?:请)?(?:帮我)?(?:用|按照|按)?(?:公式)?(?:为|是)?(?:计算|算出|算|求)?\s*",
        )
        .expect("the pattern is valid")
    });
    BEFORE.replace(left, "").trim().to_owned()
}

fn without_definitions(ask: &str) -> String {
    let kept: Vec<&str> = sentences(ask).filter(|s| !is_definition(s)).collect();
    kept.join(". ")
}

/// The definition of the header, or else of what the request names, with its name. A name inside of a longer one is not
/// meant: `profit margin` asks for no `profit`. Where the request says nothing but to use the formula, the only one is meant.
fn choose<'d>(
    definitions: &'d [Definition],
    header: Option<&str>,
    request: &str,
) -> Option<(&'d Definition, String)> {
    let singular = |name: &str| name.strip_suffix('s').unwrap_or(name).to_owned();
    if let Some(header) = header.map(|header| singular(&normal(header))) {
        let found = definitions.iter().find(|d| singular(&d.name) == header)?;
        return Some((found, header));
    }
    let named: Vec<(&Definition, String)> = definitions
        .iter()
        .map(|definition| (definition, singular(&definition.name)))
        .filter(|(_, name)| !name.is_empty() && is_asked_for(request, name))
        .collect();
    let says_nothing_else = request.trim_matches(['.', ' ']).is_empty()
        || ["formula", "公式"]
            .iter()
            .any(|word| request.contains(word));
    match (named.as_slice(), definitions) {
        ([one], _) => Some(one.clone()),
        ([], [one]) if says_nothing_else => Some((one, one.name.clone())),
        _ => None,
    }
}

/// Whether a name is what is to be calculated or filled in: it follows the verb, and is not the beginning of a longer one.
fn is_asked_for(request: &str, name: &str) -> bool {
    const AFTER: [&str; 17] = [
        "for", "of", "in", "into", "column", "columns", "values", "using", "based", "by", "and",
        "with", "right", "then", "as", "on", "to",
    ];
    let name = name.strip_suffix('s').unwrap_or(name);
    let before = if name.is_ascii() {
        r"\b(?:fill in|fill out|fill|calculate|compute|work out|find|get|determine|add)\s+(?:(?:the|a|an|new|each|every|all|my|our|daily|weekly|monthly|yearly|missing|column)\s+)*"
    } else {
        r"(?:算出|计算|算|求出|求|得出|填写|填上|填)\s*(?:[^，。；,;.]{0,8}的)?"
    };
    let Ok(verb) = Regex::new(&format!("{before}{}", regex::escape(name))) else {
        return false;
    };
    verb.find_iter(request).any(|found| {
        let after = &request[found.end()..];
        if !name.is_ascii() {
            let next = after.chars().next();
            return next.is_none_or(|c| !c.is_alphanumeric() || "的在并和到放写列这那".contains(c));
        }
        let after = after.strip_prefix('s').unwrap_or(after);
        match after.chars().next() {
            None => true,
            Some(' ') => after
                .split_whitespace()
                .next()
                .is_none_or(|word| AFTER.contains(&word)),
            Some(c) => !c.is_alphanumeric(),
        }
    })
}

/// Lower case, one space between words, the signs of arithmetic as a formula has them, no quotes.
fn normal(text: &str) -> String {
    let plain: String = text
        .to_lowercase()
        .chars()
        .filter(|c| !['"', '\'', '“', '”', '‘', '’'].contains(c))
        .map(|c| match c {
            '×' | '·' => '*',
            '÷' => '/',
            '−' | '–' | '—' => '-',
            '（' => '(',
            '）' => ')',
            '％' => '%',
            c => c,
        })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Reads arithmetic over the columns of a table.
struct Reading<'a> {
    /// The whole ask, for the numbers of names.
    ask: String,
    table: &'a TableColumns,
    definitions: &'a [Definition],
}

impl Reading<'_> {
    /// Arithmetic said with verbs: `by dividing A by B`, `subtracting A from B`, `multiplying A with B`.
    fn spoken(&self) -> Option<String> {
        static VERB: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"(?:by )?(dividing|subtracting|multiplying) (?:the )?(.+)$")
                .expect("the pattern is valid")
        });
        let text = self.ask.replace("raised to the power of", "^");
        let found = VERB.captures(&text)?;
        let (verb, rest) = (&found[1], &found[2]);
        let (first, after) = self.operand(rest, 0)?;
        let after = after.trim_start();
        let (sign, after) = match verb {
            "subtracting" => ("-", after.strip_prefix("from ")?),
            "dividing" => (
                "/",
                after.strip_prefix("by ").or(after.strip_prefix("with "))?,
            ),
            _ => (
                "*",
                after.strip_prefix("by ").or(after.strip_prefix("with "))?,
            ),
        };
        let (second, after) = self.factor(after, 0)?;
        let is_end = after.is_empty()
            || after.starts_with(['.', ',', ';'])
            || [" in ", " for ", " and ", " to ", " as ", " then "]
                .iter()
                .any(|word| after.starts_with(word));
        if !is_end {
            return None;
        }
        Some(match verb {
            "subtracting" => format!("{second}{sign}{first}"),
            _ => format!("{first}{sign}{second}"),
        })
    }

    /// An expression that ends where the text or its clause ends.
    fn whole(&self, text: &str, depth: usize) -> Option<String> {
        let (formula, rest) = self.sum(text, depth)?;
        let rest = rest.trim_start();
        (rest.is_empty() || rest.starts_with(['.', ',', '，'])).then_some(formula)
    }

    fn sum<'t>(&self, text: &'t str, depth: usize) -> Option<(String, &'t str)> {
        self.chain(text, &['+', '-'], |text| self.product(text, depth))
    }

    fn product<'t>(&self, text: &'t str, depth: usize) -> Option<(String, &'t str)> {
        self.chain(text, &['*', '/'], |text| self.factor(text, depth))
    }

    fn factor<'t>(&self, text: &'t str, depth: usize) -> Option<(String, &'t str)> {
        self.chain(text, &['^'], |text| self.operand(text, depth))
    }

    fn chain<'t>(
        &self,
        text: &'t str,
        signs: &[char],
        part: impl Fn(&'t str) -> Option<(String, &'t str)>,
    ) -> Option<(String, &'t str)> {
        let (mut formula, mut rest) = part(text)?;
        while let Some(sign) = rest
            .trim_start()
            .chars()
            .next()
            .filter(|c| signs.contains(c))
        {
            let (next, after) = part(&rest.trim_start()[1..])?;
            formula.push(sign);
            formula.push_str(&next);
            rest = after;
        }
        Some((formula, rest))
    }

    fn operand<'t>(&self, text: &'t str, depth: usize) -> Option<(String, &'t str)> {
        let text = text.trim_start();
        let text = text.strip_prefix("the ").unwrap_or(text);
        if let Some(inside) = text.strip_prefix('(') {
            let (formula, rest) = self.sum(inside, depth)?;
            let rest = rest.trim_start().strip_prefix(')')?;
            return Some((format!("({formula})"), rest));
        }
        if let Some(list) = text.strip_prefix("sum of ") {
            let (first, rest) = self.operand(list, depth)?;
            let (second, rest) = self.operand(rest.trim_start().strip_prefix("and ")?, depth)?;
            return Some((format!("({first}+{second})"), rest));
        }
        if let Some((column, rest)) = self.column(text) {
            return Some((format!("{}{{r}}", column_name(column)), rest));
        }
        if let Some((number, rest)) = number(text) {
            return Some((number, rest));
        }
        self.name(text, depth)
    }

    /// A column by its header, the longest first, or by its letters: `column b`.
    fn column<'t>(&self, text: &'t str) -> Option<(u32, &'t str)> {
        let mut columns: Vec<(String, u32)> = self
            .table
            .columns
            .iter()
            .flat_map(|column| {
                let header = normal(&column.name);
                let short = plain_header(&header);
                [(header, column.column), (short, column.column)]
            })
            .filter(|(name, _)| !name.is_empty())
            .collect();
        columns.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        let is_end = |name: &str, rest: &str| {
            !name.is_ascii() || !rest.starts_with(|c: char| c.is_alphanumeric())
        };
        if let Some(letters) = text.strip_prefix("column ") {
            let end = letters
                .find(|c: char| !c.is_ascii_lowercase())
                .unwrap_or(letters.len());
            let found = columns
                .iter()
                .find(|(_, column)| column_name(*column).to_lowercase() == letters[..end]);
            if let Some((_, column)) = found {
                return Some((*column, &letters[end..]));
            }
        }
        columns.iter().find_map(|(name, column)| {
            let rest = text.strip_prefix(name.as_str())?;
            is_end(name, rest).then_some((*column, rest))
        })
    }

    /// A name that is no column: its number stands in the ask, or it is written out there itself.
    fn name<'t>(&self, text: &'t str, depth: usize) -> Option<(String, &'t str)> {
        let end = text
            .find(['+', '-', '*', '/', '^', '(', ')', '.', ','])
            .unwrap_or(text.len());
        let name = text[..end].trim();
        if name.is_empty() || depth >= MAX_DEPTH {
            return None;
        }
        let said = Regex::new(&format!(
            r"{}\s*(?:is|of|are|=|:|为|是|按)?\s*(\d+(?:\.\d+)?\s*%?)",
            regex::escape(name)
        ))
        .ok()?;
        if let Some(found) = said.captures(&self.ask) {
            let (value, _) = number(found.get(1)?.as_str())?;
            return Some((value, &text[end..]));
        }
        let inner = self.definitions.iter().find(|d| d.name == name)?;
        let formula = self.whole(&inner.expression, depth + 1)?;
        Some((format!("({formula})"), &text[end..]))
    }
}

/// A number as a formula has it; `22.5%` as `0.225`.
fn number(text: &str) -> Option<(String, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let digits = text[..end].trim_end_matches('.');
    let value: f64 = digits.parse().ok()?;
    let rest = &text[digits.len()..];
    Some(match rest.trim_start().strip_prefix('%') {
        Some(rest) => (
            deskmate_core::number_text((value * 1e7).round() / 1e9),
            rest,
        ),
        None => (digits.to_owned(), rest),
    })
}
