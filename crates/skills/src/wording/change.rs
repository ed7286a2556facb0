//! Whether a difference between a near copy and its source is a slip, the same in other words, or a paraphrase.

use super::Token;
use super::alignment::Hunk;
use crate::compare::is_same_meaning;

/// What a difference is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Says the same, or only leaves out or adds.
    Same,
    /// One term in the place of another, or a negation that came or went.
    Slip,
    /// Written anew: nothing can be said term by term.
    Paraphrase,
}

/// Longest term of ideographs, of words.
const MAX_HAN: usize = 6;
const MAX_WORDS: usize = 3;

/// Words that turn the sense of what follows them.
const NEGATIONS: &[&str] = &[
    "不",
    "未",
    "无",
    "非",
    "没",
    "没有",
    "勿",
    "不得",
    "不能",
    "不可",
    "不准",
    "不应",
    "不宜",
    "不予",
    "不必",
    "不需",
    "不用",
    "无需",
    "无须",
    "禁止",
    "严禁",
    "并非",
    "并未",
    "尚未",
    "从不",
    "not",
    "no",
    "never",
    "without",
    "cannot",
    "nor",
    "neither",
    "donot",
    "doesnot",
    "didnot",
    "isnot",
    "arenot",
    "mustnot",
    "shallnot",
    "maynot",
    "shouldnot",
    "willnot",
    "neednot",
    "isnever",
    "arenever",
];

/// Words that stand for a thing or a person named elsewhere; ideographs one by one.
const POINTERS: &[&str] = &[
    "其", "该", "此", "本", "这", "那", "它", "他", "她", "我", "你", "您", "咱", "前", "上", "it",
    "its", "they", "their", "them", "he", "his", "him", "she", "her", "i", "i'm", "i've", "my",
    "me", "mine", "this", "that", "these", "those", "we", "we're", "our", "us", "let's", "you",
    "your", "former", "latter",
];

/// Verbs that only carry another: `are paid` and `will be paid`.
const AUXILIARIES: &[&str] = &[
    "is", "are", "was", "were", "be", "been", "being", "has", "have", "had", "will", "would", "do",
    "does", "did", "shall",
];

/// Ideographs that numbers are written with.
pub(super) const NUMERALS: &str = "〇零一二三四五六七八九十百千万亿两";

/// Judges one difference.
pub(super) fn judge(hunk: &Hunk, clause: &[Token], source: &[Token]) -> Verdict {
    let (own, theirs) = (&clause[hunk.own.clone()], &source[hunk.source.clone()]);
    let (mine, yours) = (join(own), join(theirs));
    // Figures have a check of their own, and may be written otherwise.
    if is_figure(own) || is_figure(theirs) {
        return Verdict::Same;
    }
    if own.is_empty() || theirs.is_empty() {
        let one = if own.is_empty() { theirs } else { own };
        return match is_negation(one) {
            true => Verdict::Slip,
            false => Verdict::Same,
        };
    }
    if is_same(own, theirs, &mine, &yours) {
        return Verdict::Same;
    }
    match is_term_for_term(hunk, own, theirs) && is_flanked(hunk, clause, source) {
        true => Verdict::Slip,
        false => Verdict::Paraphrase,
    }
}

/// A number in digits, or in nothing but numerals: 张三 is a name.
fn is_figure(tokens: &[Token]) -> bool {
    let has_digit = |token: &Token| token.folded.contains(|c: char| c.is_ascii_digit());
    let is_numeral = |token: &Token| NUMERALS.contains(token.folded.as_str());
    !tokens.is_empty() && (tokens.iter().any(has_digit) || tokens.iter().all(is_numeral))
}

fn join(tokens: &[Token]) -> String {
    let mut out = String::new();
    for token in tokens {
        if !token.is_han() && !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&token.folded);
    }
    out
}

fn squeeze(text: &str) -> String {
    text.replace(' ', "")
}

/// Only a negation, or one with the little word before it.
fn is_negation(tokens: &[Token]) -> bool {
    let words = squeeze(&join(tokens));
    let is_known = NEGATIONS.contains(&words.as_str());
    is_known || (tokens.len() == 1 && words.ends_with("n't"))
}

/// True when the words mean the same: one form of the other, one with more to it, one that points to the other.
fn is_same(own: &[Token], theirs: &[Token], mine: &str, yours: &str) -> bool {
    let (mine, yours) = (squeeze(mine), squeeze(yours));
    let points = |token: &Token| POINTERS.contains(&token.folded.as_str());
    // 省内 and 上午 differ in one character that points nowhere by itself.
    let is_word =
        own.len() == theirs.len() && own.len() == 1 && own[0].is_han() && theirs[0].is_han();
    if own.iter().chain(theirs).any(points) && !(is_word && is_place(own, theirs)) {
        return true;
    }
    let turns = |extra: &str| NEGATIONS.iter().any(|word| extra.contains(word));
    let (long, short) = match mine.len() >= yours.len() {
        true => (&mine, &yours),
        false => (&yours, &mine),
    };
    let is_han = own.iter().chain(theirs).all(Token::is_han);
    if is_han && long.contains(short.as_str()) && !turns(&long.replacen(short.as_str(), "", 1)) {
        return true;
    }
    // `reimburses` and `shall reimburse`.
    fn bare(tokens: &[Token]) -> Vec<&str> {
        let words = tokens.iter().map(|token| token.folded.as_str());
        words.filter(|word| !AUXILIARIES.contains(word)).collect()
    }
    let (own_words, their_words) = (bare(own), bare(theirs));
    let is_inflection = own_words.len() == their_words.len()
        && own_words
            .iter()
            .zip(&their_words)
            .all(|(a, b)| is_one_word(a, b));
    is_inflection || is_same_meaning(&join(own), &join(theirs))
}

/// 上 for 下 and 前 for 后: the word that they are part of is another one.
fn is_place(own: &[Token], theirs: &[Token]) -> bool {
    const OPPOSITES: [&str; 4] = ["上下", "前后", "下上", "后前"];
    OPPOSITES.contains(&format!("{}{}", own[0].folded, theirs[0].folded).as_str())
}

/// Forms of one word: the same beginning, and endings that English knows.
fn is_one_word(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    const ENDINGS: &[&str] = &[
        "", "s", "es", "ed", "d", "ing", "ment", "ments", "ly", "ion", "ions", "ation", "al", "y",
        "ies", "ied", "e", "'s", "er", "ers",
    ];
    let common: usize = a
        .chars()
        .zip(b.chars())
        .take_while(|(x, y)| x == y)
        .map(|(c, _)| c.len_utf8())
        .sum();
    common >= 3 && ENDINGS.contains(&&a[common..]) && ENDINGS.contains(&&b[common..])
}

/// Terms of about one length: a term has been put in the place of another, not a phrase in the place of a phrase.
fn is_term_for_term(hunk: &Hunk, own: &[Token], theirs: &[Token]) -> bool {
    let (a, b) = (own.len(), theirs.len());
    if theirs.iter().skip(1).any(|token| token.begins_clause) {
        return false;
    }
    // The last words of a clause have no end of the source's to be held against.
    let is_open = hunk.agrees.1 == 0 && a != b;
    if own.iter().chain(theirs).all(Token::is_han) {
        // A part in common and another length: the same said otherwise, as 办完 and 须办理.
        let is_akin = a != b
            && own
                .iter()
                .any(|token| theirs.iter().any(|other| other.folded == token.folded));
        !is_akin && a.max(b) <= MAX_HAN && a.abs_diff(b) <= usize::from(a.min(b) >= 2) && !is_open
    } else {
        a.max(b) <= MAX_WORDS && !is_open
    }
}

/// True when the difference lies between words that agree, or between such and an end of both clauses.
fn is_flanked(hunk: &Hunk, clause: &[Token], source: &[Token]) -> bool {
    let enough = |run: usize, neighbour: Option<&Token>| match neighbour {
        Some(token) if token.is_han() => run >= 2,
        _ => run >= 1,
    };
    let before = enough(
        hunk.agrees.0,
        hunk.own.start.checked_sub(1).and_then(|at| clause.get(at)),
    );
    let after = enough(hunk.agrees.1, clause.get(hunk.own.end));
    let begins = hunk.own.start == 0
        && source
            .get(hunk.source.start)
            .is_some_and(|token| token.begins_clause);
    let ends = hunk.own.end == clause.len();
    let is_one_character = hunk.own.start == 1 && hunk.agrees.0 == 1;
    let is_last_character = hunk.own.end + 1 == clause.len() && hunk.agrees.1 == 1;
    (before || begins || is_one_character)
        && (after || ends || is_last_character)
        && (before || after)
}

/// The first token of the negation that stands right before a token of the source, or the token itself.
pub(super) fn negation_before(first: usize, source: &[Token]) -> usize {
    (1..=2)
        .rev()
        .filter_map(|length| first.checked_sub(length))
        .find(|from| {
            let is_one_clause = source[from + 1..=first]
                .iter()
                .all(|token| !token.begins_clause);
            is_one_clause && is_negation(&source[*from..first])
        })
        .unwrap_or(first)
}

/// True when a clause begins right behind a negation of its source and has none itself.
pub(super) fn loses_negation_before(first: usize, clause: &[Token], source: &[Token]) -> bool {
    let begins_alike = source
        .get(first)
        .is_some_and(|token| token.folded == clause[0].folded);
    begins_alike && negation_before(first, source) < first
}
