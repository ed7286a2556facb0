//! Index terms: what full text search matches, made the same way for documents and questions.
//!
//! Han text becomes overlapping character pairs, which need no dictionary and find names that no dictionary has;
//! Latin text becomes stemmed words; numbers lose their separators; `第三十九条` and `第39条` become one term.

use rust_stemmers::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization;

use crate::numerals::parse_han_number;

/// Folds a text for matching: NFKC, lower case, traditional characters to simplified ones.
pub fn fold(text: &str) -> String {
    let folded: String = text.nfkc().flat_map(char::to_lowercase).collect();
    if folded.chars().any(is_han) {
        fast2s::convert(&folded)
    } else {
        folded
    }
}

/// True for Han, kana and hangul characters, which are written without spaces between words.
pub fn is_han(c: char) -> bool {
    matches!(c,
        '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{3134F}' | '\u{3040}'..='\u{30FF}' | '\u{AC00}'..='\u{D7AF}' | '\u{3007}')
}

/// The index terms of a text, in order, with repetitions.
pub fn terms(text: &str) -> Vec<String> {
    let folded = fold(text);
    let stemmer = Stemmer::create(Algorithm::English);
    let mut out = Vec::new();
    let characters: Vec<char> = folded.chars().collect();
    let mut at = 0;
    while at < characters.len() {
        let c = characters[at];
        let start = at;
        if is_han(c) {
            while at < characters.len() && is_han(characters[at]) {
                at += 1;
            }
            push_han_run(&characters[start..at], &mut out);
            // A clause number such as 第39条 is split by its digits; the whole is one more term.
            if characters[at - 1] == '第' {
                push_clause(&characters[at..], &mut out);
            }
        } else if c.is_alphanumeric() {
            while at < characters.len() && is_word_part(&characters, at) {
                at += 1;
            }
            let word: String = characters[start..at]
                .iter()
                .filter(|c| **c != ',')
                .collect();
            push_word(&word, &stemmer, &mut out);
        } else {
            at += 1;
        }
    }
    out
}

/// The index terms as one string divided by spaces.
pub fn term_string(text: &str) -> String {
    terms(text).join(" ")
}

fn push_han_run(run: &[char], out: &mut Vec<String>) {
    if let [single] = run {
        out.push(single.to_string());
        return;
    }
    for pair in run.windows(2) {
        out.push(pair.iter().collect());
    }
    for (index, c) in run.iter().enumerate() {
        if *c != '第' {
            continue;
        }
        let numeral: Vec<char> = run[index + 1..]
            .iter()
            .copied()
            .take_while(|c| crate::numerals::is_han_digit(*c))
            .collect();
        let unit = run.get(index + 1 + numeral.len()).copied();
        let number = parse_han_number(&numeral.iter().collect::<String>());
        if let (Some(number), Some(unit)) = (number, unit.filter(|c| is_clause_unit(*c))) {
            out.push(format!("§{number}{unit}"));
        }
    }
}

fn push_clause(rest: &[char], out: &mut Vec<String>) {
    let digits: String = rest
        .iter()
        .skip_while(|c| **c == ' ')
        .take_while(|c| c.is_ascii_digit())
        .collect();
    let unit = rest
        .iter()
        .skip_while(|c| **c == ' ' || c.is_ascii_digit())
        .copied()
        .next();
    if let (Ok(number), Some(unit)) = (digits.parse::<u64>(), unit.filter(|c| is_clause_unit(*c))) {
        out.push(format!("§{number}{unit}"));
    }
}

fn is_clause_unit(c: char) -> bool {
    matches!(c, '条' | '章' | '节' | '款')
}

/// A word goes on over letters and digits that are not Han, and over `.` or `,` between digits and `'` or `-`
/// never: those divide.
fn is_word_part(characters: &[char], at: usize) -> bool {
    let c = characters[at];
    if c.is_alphanumeric() {
        return !is_han(c);
    }
    let digit = |index: Option<usize>| {
        index
            .and_then(|index| characters.get(index))
            .is_some_and(char::is_ascii_digit)
    };
    matches!(c, '.' | ',') && digit(at.checked_sub(1)) && digit(Some(at + 1))
}

fn push_word(word: &str, stemmer: &Stemmer, out: &mut Vec<String>) {
    if word.is_empty() || word.len() > 200 {
        return;
    }
    if word.chars().all(|c| c.is_ascii_alphabetic()) {
        out.push(stemmer.stem(word).into_owned());
    } else {
        out.push(word.to_string());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(term_string(text), expected);
    }

    #[test]
    fn han_text_becomes_character_pairs() {
        check("差旅费标准", "差旅 旅费 费标 标准");
    }

    #[test]
    fn traditional_and_simplified_text_have_the_same_terms() {
        assert_eq!(terms("臺灣大學創立於哪一年"), terms("台湾大学创立于哪一年"));
    }

    #[test]
    fn words_are_stemmed_and_folded() {
        check("Travelling policies", "travel polici");
        check("ＡＢＣ", "abc");
    }

    #[test]
    fn numbers_lose_their_separators() {
        check("1,234.50 元", "1234.50 元");
    }

    #[test]
    fn a_clause_number_is_one_term_in_either_numerals() {
        assert!(terms("第三十九条的内容").contains(&"§39条".to_string()));
        assert!(terms("第 39 条的内容").contains(&"§39条".to_string()));
        assert!(terms("第39条").contains(&"§39条".to_string()));
    }

    #[test]
    fn a_lone_character_is_a_term() {
        check("A 股", "a 股");
        check("", "");
    }
}
