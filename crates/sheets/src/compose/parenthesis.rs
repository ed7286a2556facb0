//! A parenthesis explains the words before it: `期末结存（期初+入库-出库）`, `不及格（低于60分）`.

use super::lexer::{Lexed, Word};
use super::words::{Asked, Kind, UNITS};
use crate::TableInfo;
use crate::tables::quoted;

/// Puts what parentheses say in the place of what they explain; `None` when one of them is not understood.
pub(super) fn resolve(lexed: Lexed, asked: &Asked, table: &TableInfo) -> Option<Vec<Word>> {
    let mut words: Vec<Word> = Vec::new();
    let mut at = 0;
    let mut rest = lexed.words.into_iter();
    while let Some(word) = rest.next() {
        let start = at;
        at += word.length;
        if word.kind != Kind::Open {
            words.push(word);
            continue;
        }
        let mut inner: Vec<Word> = Vec::new();
        let mut is_closed = false;
        for word in rest.by_ref() {
            at += word.length;
            if word.kind == Kind::Close {
                is_closed = true;
                break;
            }
            inner.push(word);
        }
        if !is_closed {
            return None;
        }
        let text: String = asked.text.get(start + 1..at - 1)?.iter().collect();
        explain(&mut words, inner, &text, table)?;
    }
    Some(words)
}

fn explain(words: &mut Vec<Word>, inner: Vec<Word>, text: &str, table: &TableInfo) -> Option<()> {
    let is_meaningless = |word: &Word| {
        matches!(
            word.kind,
            Kind::Filler | Kind::Topic | Kind::Link | Kind::Stop
        )
    };
    if inner.iter().all(is_meaningless) || UNITS.contains(&text) {
        return Some(());
    }
    // `80分以上（含80）`: whether the bound itself counts.
    if let Some(bound) = text.strip_prefix("不含") {
        if bound.is_empty() || bound.starts_with(|first: char| first.is_ascii_digit()) {
            let last = words
                .iter_mut()
                .rev()
                .find(|word| matches!(word.kind, Kind::Bound(_)))?;
            last.kind = match last.kind {
                Kind::Bound(">=") => Kind::Bound(">"),
                _ => Kind::Bound("<"),
            };
            return Some(());
        }
        return None;
    }
    if let Some(bound) = text.strip_prefix('含') {
        let is_bound = bound.starts_with(|first: char| first.is_ascii_digit());
        return is_bound.then_some(());
    }
    if inner.iter().any(|word| matches!(word.kind, Kind::Sign(_))) {
        let expression = expression(&inner, table)?;
        drop_explained(words, true);
        words.push(Word {
            kind: Kind::Expression(expression),
            length: text.chars().count(),
            named: 1,
        });
        return Some(());
    }
    let names_column = inner
        .iter()
        .any(|word| matches!(word.kind, Kind::Column(_) | Kind::Expression(_)));
    let compares = inner
        .iter()
        .any(|word| matches!(word.kind, Kind::Compare(_) | Kind::Bound(_)));
    if compares {
        drop_explained(words, names_column);
    }
    words.extend(inner);
    Some(())
}

/// Takes away what a parenthesis has said better, back to where its phrase begins.
fn drop_explained(words: &mut Vec<Word>, with_columns: bool) {
    let begins = words
        .iter()
        .rposition(|word| {
            matches!(
                word.kind,
                Kind::Link
                    | Kind::Stop
                    | Kind::Value(_)
                    | Kind::Which
                    | Kind::HowMany(_)
                    | Kind::Each
            )
        })
        .map_or(0, |place| place + 1);
    let phrase = words.split_off(begins);
    words.extend(phrase.into_iter().filter(|word| match word.kind {
        Kind::Unknown | Kind::Judged(..) | Kind::Stock | Kind::Topic | Kind::Moved => false,
        Kind::Column(_) => !with_columns,
        _ => true,
    }));
}

/// Arithmetic over columns as SQL.
fn expression(inner: &[Word], table: &TableInfo) -> Option<String> {
    let mut sql = String::new();
    let mut wants_amount = true;
    for word in inner {
        match &word.kind {
            Kind::Column(index) if wants_amount => {
                let column = &table.columns[*index];
                if !column.is_numeric() {
                    return None;
                }
                sql.push_str(&quoted(&column.name));
                wants_amount = false;
            }
            Kind::Stock if wants_amount => {
                sql.push_str(&stock(table)?);
                wants_amount = false;
            }
            Kind::Number(number, _) if wants_amount => {
                sql.push_str(&number.to_string());
                wants_amount = false;
            }
            Kind::Sign(sign) if !wants_amount => {
                sql.push_str(&format!(" {sign} "));
                wants_amount = true;
            }
            Kind::Filler => {}
            _ => return None,
        }
    }
    (!wants_amount).then(|| format!("({sql})"))
}

/// What is in stock at the end, where a table tells only what was there, what came and what went.
///
/// Source: the identity of a stock ledger, opening + received - issued = closing.
pub(super) fn stock(table: &TableInfo) -> Option<String> {
    let only = |words: &[&str]| {
        let mut found = table.columns.iter().filter(|column| {
            column.is_numeric()
                && words.iter().any(|word| column.header.contains(word))
                && !["金额", "单价", "价"]
                    .iter()
                    .any(|word| column.header.contains(word))
        });
        let first = found.next()?;
        found.next().is_none().then(|| quoted(&first.name))
    };
    let before = only(&["期初", "上期结存", "月初"])?;
    let received = only(&["入库", "收入", "购入", "本期增加", "进货"])?;
    let issued = only(&["出库", "发出", "领用", "本期减少", "销售数量"])?;
    Some(format!("({before} + {received} - {issued})"))
}
