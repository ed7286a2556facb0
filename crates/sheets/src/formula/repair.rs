//! Slips of typing in formulas, put right where only one reading makes sense.

use super::check::find_problems;
use super::language::Language;
use super::problem::Problem;
use super::syntax::{SyntaxFault, parse};

/// What a repair changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repair {
    /// The formula after it, with `=`.
    pub formula: String,
    /// What was changed, one sentence each; empty when nothing was.
    pub changes: Vec<String>,
    /// What is still wrong, one sentence each.
    pub remaining: Vec<String>,
}

/// Puts right what only one reading makes sense of: characters of Chinese input methods, curly quotes, signs of
/// multiplication and division, semicolons between arguments, parentheses not closed. The rest is explained.
pub fn repair_formula(formula: &str, language: Language) -> Repair {
    let original = formula.trim();
    let body = original.trim_start_matches(['=', '＝']).trim();
    let mut changes = Vec::new();
    let mut text = half_width(body);
    if text != body {
        changes.push(
            language
                .pick(
                    "全角符号和弯引号改为半角符号。",
                    "Full-width signs and curly quotes became plain ones.",
                )
                .to_string(),
        );
    }
    if parse(&text).is_err() {
        let with_commas = outside_quotes(&text, |c| if c == ';' { ',' } else { c });
        if with_commas != text && parse(&with_commas).is_ok() {
            text = with_commas;
            changes.push(
                language
                    .pick(
                        "参数之间的分号改为逗号。",
                        "Semicolons between arguments became commas.",
                    )
                    .to_string(),
            );
        }
    }
    // A formula of people closes at most a few parentheses at its end.
    let mut closed = text.clone();
    for _ in 0..8 {
        match parse(&closed) {
            Err(error) if error.fault == SyntaxFault::Unclosed => closed.push(')'),
            _ => break,
        }
    }
    if closed != text && parse(&closed).is_ok() {
        text = closed;
        changes.push(
            language
                .pick(
                    "在末尾补上了缺少的右括号。",
                    "Missing closing parentheses were added at the end.",
                )
                .to_string(),
        );
    } else if let Err(error) = parse(&text)
        && error.fault == SyntaxFault::Unopened
        && text.ends_with(')')
        && parse(&text[..text.len() - 1]).is_ok()
    {
        text.pop();
        changes.push(
            language
                .pick(
                    "去掉了末尾多余的右括号。",
                    "A closing parenthesis too many was taken off the end.",
                )
                .to_string(),
        );
    }
    Repair {
        remaining: find_problems(&text)
            .iter()
            .filter(|problem: &&Problem| problem.is_fatal())
            .map(|problem| problem.explain(language))
            .collect(),
        formula: format!("={text}"),
        changes,
    }
}

fn half_width(text: &str) -> String {
    outside_quotes(&text.replace(['“', '”'], "\""), |c| match c {
        '（' => '(',
        '）' => ')',
        '，' | '、' => ',',
        '；' => ';',
        '：' => ':',
        '＋' => '+',
        '－' | '−' | '–' => '-',
        '＊' | '×' => '*',
        '／' | '÷' => '/',
        '＝' => '=',
        '＞' => '>',
        '＜' => '<',
        '＄' => '$',
        '％' => '%',
        '＆' => '&',
        '！' => '!',
        '＂' => '"',
        '　' | '\u{A0}' => ' ',
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => {
            char::from_u32(c as u32 - 0xFEE0).unwrap_or(c)
        }
        c => c,
    })
}

/// Changes characters, but not inside of texts and names of sheets.
fn outside_quotes(text: &str, change: impl Fn(char) -> char) -> String {
    let mut quote: Option<char> = None;
    text.chars()
        .map(|c| {
            match quote {
                Some(open) if c == open => quote = None,
                None if c == '"' || c == '\'' => quote = Some(c),
                _ => {}
            }
            if quote.is_some() { c } else { change(c) }
        })
        .collect()
}
