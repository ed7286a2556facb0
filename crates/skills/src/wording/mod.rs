//! Near copies of the source: what a small model writes off with one word put in another's place.
//!
//! A text that is nearly a clause of its source says what the clause says, so where a term differs the model has
//! slipped: the source's term stands instead. A paraphrase is left as it is; figures are checked elsewhere.

mod alignment;
mod change;
#[cfg(test)]
mod tests;

use std::ops::Range;

use deskmate_knowledge::{fold, is_han};

use alignment::{Alignment, Hunk, align};
use change::Verdict;

/// What came of holding a text against the sentences that support it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wording {
    /// A copy or a paraphrase: the text may stand.
    Stands,
    /// A near copy, with the source's terms where others stood.
    Restored(String),
    /// A near copy of which the sense was turned and that cannot be mended in place.
    Altered,
}

/// Share of a clause's tokens that must stand in the source in the same order, in per cent: below it is a paraphrase.
const NEAR_COPY_PERCENT: usize = 65;

/// Fewest tokens that a clause and its source must share: of two or three, any sentence has some.
const MIN_SHARED_HAN: usize = 4;
const MIN_SHARED_WORDS: usize = 3;

/// Fewer tokens are no clause of their own.
const SHORT: usize = 6;

/// Most differences of one clause; a text with more is written anew.
const MAX_HUNKS: usize = 4;

/// One ideograph, or one word or number of another script.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Token {
    folded: String,
    /// Bytes of the text.
    range: Range<usize>,
    /// Stands behind a mark that ends a clause, or first.
    begins_clause: bool,
}

impl Token {
    fn is_han(&self) -> bool {
        self.folded.chars().all(is_han)
    }
}

/// Holds a text against the words that support it, clause by clause.
pub(crate) fn wording(text: &str, quote: &str) -> Wording {
    let (own, source) = (tokens(text), tokens(quote));
    if own.is_empty() || source.is_empty() {
        return Wording::Stands;
    }
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    for clause in clauses(&own) {
        match judge(clause, &source, text, quote) {
            Some(found) => edits.extend(found),
            None => return Wording::Altered,
        }
    }
    if edits.is_empty() {
        return Wording::Stands;
    }
    let mut restored = text.to_owned();
    for (range, words) in edits.into_iter().rev() {
        restored.replace_range(range, &words);
    }
    Wording::Restored(restored)
}

/// The clauses of a text; one of few words goes with the one before it, since few words are in any sentence.
fn clauses(tokens: &[Token]) -> Vec<&[Token]> {
    let mut out = Vec::new();
    let mut start = 0;
    for at in 1..=tokens.len() {
        let next = tokens[at.min(tokens.len())..]
            .iter()
            .skip(1)
            .position(|token| token.begins_clause)
            .map_or(tokens.len(), |length| at + 1 + length);
        let ends = at == tokens.len()
            || (tokens[at].begins_clause && at - start >= SHORT && next - at >= SHORT);
        if ends {
            out.push(&tokens[start..at]);
            start = at;
        }
    }
    out
}

/// The edits that give a clause its source's terms; none for a copy or a paraphrase, `None` for one that cannot be mended.
fn judge(
    clause: &[Token],
    source: &[Token],
    text: &str,
    quote: &str,
) -> Option<Vec<(Range<usize>, String)>> {
    let alignment = align(clause, source);
    let han = clause.iter().filter(|token| token.is_han()).count();
    let least = if han * 2 >= clause.len() {
        MIN_SHARED_HAN
    } else {
        MIN_SHARED_WORDS
    };
    let moved = moved(&alignment, clause, source);
    let swapped: usize = match is_swap(&alignment.hunks, clause, source) || moved.is_some() {
        true => alignment.hunks.iter().map(|hunk| hunk.own.len()).sum(),
        false => 0,
    };
    let shared = alignment.matched + swapped;
    if alignment.matched < least
        || shared * 100 < clause.len() * NEAR_COPY_PERCENT
        || alignment.hunks.len() > MAX_HUNKS
    {
        return Some(Vec::new());
    }
    if let Some((own, theirs)) = moved {
        let words = &quote[source[theirs.start].range.start..source[theirs.end - 1].range.end];
        let range = clause[own.start].range.start..clause[own.end - 1].range.end;
        return Some(vec![(range, words.to_owned())]);
    }
    let mut edits = Vec::new();
    if change::loses_negation_before(alignment.first, clause, source) {
        // Only Chinese puts its `不得` where a clause may begin.
        let from = change::negation_before(alignment.first, source);
        if !clause[0].is_han() {
            return None;
        }
        let words = &quote[source[from].range.start..source[alignment.first].range.start];
        edits.push((
            clause[0].range.start..clause[0].range.start,
            words.to_owned(),
        ));
    }
    for hunk in &alignment.hunks {
        match change::judge(hunk, clause, source) {
            Verdict::Same => {}
            Verdict::Paraphrase => return Some(Vec::new()),
            Verdict::Slip => edits.push(edit(hunk, clause, source, text, quote)?),
        }
    }
    edits.sort_by_key(|(range, _)| range.start);
    Some(edits)
}

/// True when two terms stand in each other's place.
fn is_swap(hunks: &[Hunk], clause: &[Token], source: &[Token]) -> bool {
    let words = |tokens: &[Token]| -> Vec<String> {
        tokens.iter().map(|token| token.folded.clone()).collect()
    };
    match hunks {
        [a, b] => {
            let own = [words(&clause[a.own.clone()]), words(&clause[b.own.clone()])];
            let theirs = [
                words(&source[a.source.clone()]),
                words(&source[b.source.clone()]),
            ];
            !own[0].is_empty() && own[0] == theirs[1] && own[1] == theirs[0]
        }
        _ => false,
    }
}

/// Two longer terms that changed sides, `乙局向甲局` of `甲局向乙局`: the clause's words and the source's.
///
/// Then the second term agrees, and the words behind it are those before it in the source, in another order; in the same
/// order they are a part of the sentence that stands elsewhere.
fn moved(
    alignment: &Alignment,
    clause: &[Token],
    source: &[Token],
) -> Option<(Range<usize>, Range<usize>)> {
    let hunk = alignment
        .hunks
        .iter()
        .find(|hunk| hunk.own.len() >= 3 && hunk.source.is_empty() && hunk.own.start > 0)?;
    let from = alignment.first.checked_sub(hunk.own.len())?;
    let words = |tokens: &[Token]| -> Vec<String> {
        tokens.iter().map(|token| token.folded.clone()).collect()
    };
    let (mut own, mut theirs) = (
        words(&clause[hunk.own.clone()]),
        words(&source[from..alignment.first]),
    );
    let is_one_clause = source[from + 1..hunk.source.start]
        .iter()
        .all(|token| !token.begins_clause);
    if own == theirs || !is_one_clause {
        return None;
    }
    own.sort_unstable();
    theirs.sort_unstable();
    (own == theirs).then_some((0..hunk.own.end, from..hunk.source.start))
}

/// The edit of one slip; `None` when the source's words are no running text.
fn edit(
    hunk: &Hunk,
    clause: &[Token],
    source: &[Token],
    text: &str,
    quote: &str,
) -> Option<(Range<usize>, String)> {
    let words = match (
        source[hunk.source.clone()].first(),
        source[hunk.source.clone()].last(),
    ) {
        (Some(first), Some(last)) => &quote[first.range.start..last.range.end],
        _ => "",
    };
    if words.contains(['\n', '|', '。', '；']) {
        return None;
    }
    let own = &clause[hunk.own.clone()];
    let next = clause.get(hunk.own.end);
    let (Some(first), Some(last)) = (own.first(), own.last()) else {
        // Words that are missing go before the next token, or behind the last.
        return Some(match next {
            Some(next) => {
                let space = if next.is_han() { "" } else { " " };
                (
                    next.range.start..next.range.start,
                    format!("{words}{space}"),
                )
            }
            None => {
                let end = clause.last().map_or(0, |token| token.range.end);
                let space = if words.is_ascii() { " " } else { "" };
                (end..end, format!("{space}{words}"))
            }
        });
    };
    if words.is_empty() {
        let end = next.map_or(last.range.end, |next| next.range.start);
        return Some((first.range.start..end, String::new()));
    }
    let is_capital = text[first.range.clone()].starts_with(char::is_uppercase)
        && first.begins_clause
        && words.is_ascii();
    let words = match (is_capital, words.chars().next()) {
        (true, Some(c)) => format!("{}{}", c.to_uppercase(), &words[c.len_utf8()..]),
        _ => words.to_owned(),
    };
    Some((first.range.start..last.range.end, words))
}

/// True behind the number of a clause: `（一）`, `3、`, `第五条`.
fn ends_label(tokens: &[Token], mark: char) -> bool {
    let start = tokens.iter().rposition(|token| token.begins_clause);
    let label: String = tokens[start.unwrap_or(0)..]
        .iter()
        .map(|token| token.folded.as_str())
        .collect();
    let is_number = |text: &str| {
        !text.is_empty()
            && text.chars().count() <= 4
            && text
                .chars()
                .all(|c| c.is_ascii_digit() || change::NUMERALS.contains(c))
    };
    let article = label
        .strip_prefix('第')
        .and_then(|rest| rest.strip_suffix(['条', '章', '节', '款']));
    match mark {
        '）' | ')' | '、' | '.' | '．' => is_number(&label),
        _ => mark.is_whitespace() && article.is_some_and(is_number),
    }
}

/// Ideographs, and words and numbers of other scripts; marks between them only end clauses.
fn tokens(text: &str) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::new();
    let mut begins_clause = true;
    let mut characters = text.char_indices().peekable();
    while let Some((start, c)) = characters.next() {
        if !c.is_alphanumeric() {
            begins_clause |= ends_label(&out, c);
            begins_clause |= matches!(
                c,
                '，' | '。' | '；' | '！' | '？' | '：' | ';' | '!' | '?' | '\n' | '|'
            ) || (matches!(c, ',' | '.' | ':')
                && characters
                    .peek()
                    .is_none_or(|(_, next)| next.is_whitespace()));
            continue;
        }
        let mut end = start + c.len_utf8();
        if !is_han(c) {
            while let Some((at, next)) = characters.peek().copied() {
                let is_inside = matches!(next, '.' | ',' | '\'' | '’' | '-')
                    && text[at + next.len_utf8()..]
                        .starts_with(|after: char| after.is_alphanumeric() && !is_han(after));
                if is_han(next) || !(next.is_alphanumeric() || is_inside) {
                    break;
                }
                end = at + next.len_utf8();
                characters.next();
            }
        }
        out.push(Token {
            folded: fold(&text[start..end]).replace('’', "'"),
            range: start..end,
            begins_clause,
        });
        begins_clause = false;
    }
    out
}
