//! Sentences and clauses of running text, Chinese and English.

use std::ops::Range;

/// Byte ranges of the sentences of a text, in order and without gaps: together they are the whole text.
///
/// A sentence ends after `。！？；!?;` or a line break, and after `.` before a space and a capital, digit or Han
/// character, unless an abbreviation or a list number stands before it. Closing quotes and brackets stay with it.
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    let characters: Vec<(usize, char)> = text.char_indices().collect();
    let mut out = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while at < characters.len() {
        if ends_sentence(text, &characters, at) {
            at += 1;
            while at < characters.len() && is_closing(characters[at].1) {
                at += 1;
            }
            while at < characters.len() && characters[at].1.is_whitespace() {
                at += 1;
            }
            let end = characters.get(at).map_or(text.len(), |(byte, _)| *byte);
            out.push(start..end);
            start = end;
        } else {
            at += 1;
        }
    }
    if start < text.len() {
        out.push(start..text.len());
    }
    out
}

fn ends_sentence(text: &str, characters: &[(usize, char)], at: usize) -> bool {
    let (byte, c) = characters[at];
    match c {
        '。' | '！' | '？' | '；' | '\n' | '!' | '?' => true,
        ';' => true,
        '.' => {
            let after: Vec<char> = characters[at + 1..]
                .iter()
                .map(|(_, c)| *c)
                .take(6)
                .collect();
            let mut rest = after.iter().skip_while(|c| is_closing(**c)).peekable();
            if rest.peek().is_none() {
                return true;
            }
            if !rest.peek().is_some_and(|c| c.is_whitespace()) {
                return false;
            }
            let next = rest.find(|c| !c.is_whitespace());
            let begins = next.is_none_or(|c| c.is_uppercase() || c.is_numeric() || !c.is_ascii());
            begins && !is_abbreviation(&text[..byte])
        }
        _ => false,
    }
}

fn is_closing(c: char) -> bool {
    matches!(
        c,
        '”' | '’' | '"' | '\'' | '）' | ')' | '》' | '」' | '』' | '】' | ']'
    )
}

fn is_abbreviation(before: &str) -> bool {
    let word = before
        .rsplit(|c: char| c.is_whitespace() || c == '(')
        .next()
        .unwrap_or("");
    const KNOWN: [&str; 22] = [
        "mr", "mrs", "ms", "dr", "prof", "st", "no", "vs", "etc", "fig", "inc", "ltd", "co",
        "corp", "dept", "jan", "feb", "e.g", "i.e", "u.s", "approx", "sec",
    ];
    let lower = word.to_lowercase();
    KNOWN.contains(&lower.as_str())
        || (word.chars().count() == 1 && word.chars().all(char::is_uppercase))
        || (!word.is_empty() && word.len() <= 2 && word.chars().all(|c| c.is_ascii_digit()))
}

/// True when a paragraph opens a numbered clause: `第十二条 …`, `Article 5 …`, `Section 3.2 …`.
pub(crate) fn is_clause_start(text: &str) -> bool {
    let text = text.trim_start();
    if let Some(rest) = text.strip_prefix('第') {
        let number = rest
            .chars()
            .take_while(|c| c.is_ascii_digit() || *c == ' ' || crate::numerals::is_han_digit(*c))
            .count();
        return (1..=8).contains(&number) && rest.chars().nth(number) == Some('条');
    }
    ["Article ", "Section ", "Clause ", "ARTICLE ", "SECTION "]
        .iter()
        .filter_map(|word| text.strip_prefix(word))
        .any(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<&str> = sentences(text)
            .into_iter()
            .map(|range| &text[range])
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn chinese_sentences_end_at_their_marks() {
        check(
            "他说：“好。”然后走了！真的？",
            &["他说：“好。”", "然后走了！", "真的？"],
        );
    }

    #[test]
    fn a_decimal_point_or_an_abbreviation_ends_nothing() {
        check(
            "It grew 3.5 percent. Dr. Lee of the U.S. office agreed. Yes",
            &[
                "It grew 3.5 percent. ",
                "Dr. Lee of the U.S. office agreed. ",
                "Yes",
            ],
        );
    }

    #[test]
    fn the_ranges_cover_the_text() {
        let text = "一。\n\n 二 A. b! 三";
        let joined: String = sentences(text)
            .into_iter()
            .map(|range| &text[range])
            .collect();
        assert_eq!(joined, text);
    }

    #[test]
    fn clauses_are_known_by_their_number() {
        assert!(is_clause_start("第十二条 本办法"));
        assert!(is_clause_start("第3条"));
        assert!(!is_clause_start("第一条线路"[3..].trim()));
        assert!(!is_clause_start("第一次会议"));
        assert!(is_clause_start("Article 5 Scope"));
    }
}
