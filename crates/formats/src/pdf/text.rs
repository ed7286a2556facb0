//! Characters and how lines of them are joined.

/// True for scripts that are written without spaces between words, and their punctuation.
pub(super) fn is_wide(ch: char) -> bool {
    matches!(u32::from(ch),
        0x2E80..=0x2FDF | 0x2FF0..=0x30FF | 0x3100..=0x312F | 0x31A0..=0x31BF | 0x31F0..=0x4DBF
        | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0xFE30..=0xFE4F | 0xFF00..=0xFFEF | 0x20000..=0x3134F)
        || matches!(
            ch,
            '\u{201C}'
                | '\u{201D}'
                | '\u{2018}'
                | '\u{2019}'
                | '\u{2026}'
                | '\u{2014}'
                | '\u{00B7}'
        )
}

/// True when a sentence or clause ends with this character.
pub(super) fn ends_sentence(text: &str) -> bool {
    let Some(last) = text
        .trim_end_matches(['”', '’', '"', '\'', '）', ')', '」', '』', '》'])
        .chars()
        .last()
    else {
        return false;
    };
    matches!(
        last,
        '.' | '!' | '?' | '。' | '！' | '？' | '；' | ';' | '：' | ':' | '…'
    )
}

/// Appends a continuation line: wide scripts without a space, others with one, a hyphen at the line end undone.
pub(super) fn join_line(text: &mut String, next: &str) {
    let next = next.trim();
    if next.is_empty() {
        return;
    }
    let Some(last) = text.trim_end().chars().last() else {
        text.clear();
        text.push_str(next);
        return;
    };
    text.truncate(text.trim_end().len());
    let first = next.chars().next().unwrap_or(' ');
    let soft = last == '\u{2010}' && first.is_alphabetic();
    if soft || last == '-' && first.is_lowercase() && letter_before_hyphen(text) {
        text.pop();
    } else if !glue(last, first) {
        text.push(' ');
    }
    text.push_str(next);
}

/// True when two characters of neighbouring lines belong together without a space.
fn glue(last: char, first: char) -> bool {
    // A hyphen or slash that stays (`well-` + `Known`, `and/` + `or`, a date) binds to what follows.
    matches!(last, '-' | '/') || (is_wide(last) && is_wide(first)) || is_han(last) || is_han(first)
}

/// True for a Han character or wide punctuation proper, where Latin words attach without a space at a line break.
fn is_han(ch: char) -> bool {
    is_wide(ch)
        && !matches!(
            ch,
            '\u{2014}' | '\u{2018}'..='\u{201D}' | '\u{2026}' | '\u{00B7}'
        )
}

fn letter_before_hyphen(text: &str) -> bool {
    let mut back = text.chars().rev().skip(1);
    matches!((back.next(), back.next()), (Some(a), Some(b)) if a.is_lowercase() && b.is_alphabetic())
}

/// Where the meaning of a private-use or control character is known, the character meant.
///
/// Source: Adobe's Symbol and Wingdings encodings, which producers of office files map to U+F0xx.
pub(super) fn known_private(ch: char) -> Option<char> {
    match ch {
        '\u{F0B7}' | '\u{F06C}' | '\u{F09F}' => Some('•'),
        '\u{F0A7}' | '\u{F06E}' => Some('▪'),
        '\u{F0D8}' | '\u{F0E8}' => Some('➢'),
        '\u{F0FC}' => Some('✓'),
        '\u{F0A8}' | '\u{F06F}' | '\u{F071}' => Some('□'),
        '\u{F0FE}' => Some('☑'),
        '\u{F02D}' => Some('-'),
        _ => None,
    }
}

/// True for a character that says nothing: replacement, private use, not a character.
pub(super) fn is_unreadable(ch: char) -> bool {
    matches!(u32::from(ch), 0xFFFD | 0xE000..=0xF8FF | 0xF0000..=0x10_FFFF)
}

/// True when a cell reads as a number, an amount, a share or a dash that stands for none.
pub(super) fn is_numeric(text: &str) -> bool {
    let text = text.trim();
    let mut digits = 0_usize;
    let mut others = 0_usize;
    for ch in text.chars() {
        if ch.is_ascii_digit() {
            digits += 1;
        } else if !matches!(
            ch,
            ',' | '.'
                | '%'
                | '％'
                | '-'
                | '−'
                | '–'
                | '—'
                | '('
                | ')'
                | '（'
                | '）'
                | '+'
                | '$'
                | '¥'
                | '￥'
                | '€'
                | '£'
                | ' '
                | '/'
                | ':'
                | '*'
                | '万'
                | '亿'
                | '元'
        ) {
            others += 1;
        }
    }
    (digits > 0 && others <= digits / 3) || matches!(text, "-" | "—" | "–" | "--" | "－")
}

/// Widens nothing, narrows compatibility forms that fonts put in place of common characters (Kangxi radicals, ligatures).
pub(super) fn push_plain(text: &mut String, ch: char) {
    use unicode_normalization::UnicodeNormalization;
    match u32::from(ch) {
        // Kangxi and CJK radicals stand for the unified characters; ligatures for their letters.
        0x2E80..=0x2FDF | 0xFB00..=0xFB06 => text.extend(std::iter::once(ch).nfkc()),
        0xA0 | 0x2000..=0x200A | 0x202F | 0x205F => text.push(' '),
        0xAD | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x2064 | 0xFEFF => {}
        _ => text.push(ch),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(first: &str, next: &str, expected: &str) {
        let mut text = first.to_owned();
        join_line(&mut text, next);
        assert_eq!(text, expected);
    }

    #[test]
    fn lines_join_as_their_script_asks() {
        check("本公司的主", "营业务", "本公司的主营业务");
        check("the first", "line", "the first line");
        check("a hyphen-", "ated word", "a hyphenated word");
        check("the well-", "Known case", "the well-Known case");
        check("按照 ISO", "标准", "按照 ISO标准");
        check("pages 3-", "4", "pages 3-4");
    }

    #[test]
    fn numbers_are_told_from_words() {
        assert!(is_numeric("1,234.56"));
        assert!(is_numeric("(12.3%)"));
        assert!(is_numeric("—"));
        assert!(!is_numeric("营业收入"));
        assert!(!is_numeric("Q1 revenue"));
    }
}
