//! The ways to say a name: without numbering, remarks, its unit, or the word that the question asks with.

use std::collections::BTreeSet;

use super::endings;
use crate::value::plain;

/// A way to say a name.
pub(super) struct Spoken {
    pub(super) name: String,
    /// How it is said, as [`normal`] writes it.
    pub(super) text: Vec<char>,
    /// Without its last word, for which the question has words of its own.
    pub(super) is_stem: bool,
}

/// The ways to say names, the longest first.
pub(super) fn spoken_forms(names: &BTreeSet<&str>, question: &str) -> Vec<Spoken> {
    let mut forms = Vec::new();
    for name in names {
        let variants = variants(name);
        let mut add = |text: Vec<char>, is_stem: bool| {
            forms.push(Spoken {
                name: (*name).to_owned(),
                text,
                is_stem,
            });
        };
        for stem in stems(&variants, question) {
            add(stem, true);
        }
        for variant in variants {
            add(variant, false);
        }
        let part = endings::part(&plain(name)).filter(|part| question.contains(part.as_str()));
        if let Some(part) = part {
            let is_own = names.iter().filter(|other| other.contains(&part)).count() == 1;
            if is_own {
                add(normal(&part), false);
            }
        }
    }
    forms.sort_by_key(|form| std::cmp::Reverse(form.text.len()));
    forms
}

/// `1至2年` is `1到2年`.
fn with_spans(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let is_digit = |place: Option<&char>| place.is_some_and(char::is_ascii_digit);
    let spelled = characters.iter().enumerate().map(|(at, character)| {
        let before = at.checked_sub(1).and_then(|before| characters.get(before));
        let is_span = *character == '到'
            && (is_digit(before) || before == Some(&'年'))
            && is_digit(characters.get(at + 1));
        if is_span { '至' } else { *character }
    });
    spelled.collect()
}

/// Characters that carry meaning: plain, lower case, no spaces or punctuation. 主办券商的办公地址 is 主办券商办公地址.
pub(super) fn normal(text: &str) -> Vec<char> {
    let text: String = plain(text)
        .to_lowercase()
        .chars()
        .filter(|character| character.is_alphanumeric() || *character == '%')
        .filter(|character| *character != '的')
        .collect();
    let mut text = with_spans(&text);
    for (word, same) in SAME_TIMES {
        if text.contains(word) {
            text = text.replace(word, same);
        }
    }
    text.chars().collect()
}

/// Words for the same time in reports and in questions about them.
const SAME_TIMES: [(&str, &str); 12] = [
    ("本年度", "本期"),
    ("今年度", "本期"),
    ("上年度", "上期"),
    ("上年同期", "上期"),
    ("去年同期", "上期"),
    ("本年", "本期"),
    ("今年", "本期"),
    ("上年", "上期"),
    ("去年", "上期"),
    ("年末", "期末"),
    ("年初", "期初"),
    ("初期", "期初"),
];

/// What a name of a time adds to it: `期末余额` is the end of the period, whatever is asked of it.
const OF_A_TIME: [&str; 7] = ["余额", "金额", "数", "发生额", "数额", "发生数", "账面余额"];

/// A name and what is left of it without numbering and remarks in parentheses.
fn variants(name: &str) -> Vec<Vec<char>> {
    let text = plain(name);
    let mut found = vec![normal(&text)];
    let without_remark: String = {
        let mut depth = 0;
        text.chars()
            .filter(|character| {
                match character {
                    '(' | '[' | '【' => depth += 1,
                    ')' | ']' | '】' => {
                        depth -= 1;
                        return false;
                    }
                    _ => {}
                }
                depth == 0
            })
            .collect()
    };
    for text in [text.as_str(), without_remark.as_str()] {
        let mut rest = text.trim();
        for prefix in ["其中:", "其中：", "加:", "减:", "其中"] {
            rest = rest.strip_prefix(prefix).unwrap_or(rest);
        }
        let numbering = rest
            .char_indices()
            .find(|(_, character)| matches!(character, '、' | '.' | '．'))
            .filter(|(at, _)| {
                *at <= 9
                    && rest[..*at]
                        .chars()
                        .all(|c| c.is_ascii_digit() || "一二三四五六七八九十".contains(c))
            });
        if let Some((at, mark)) = numbering {
            rest = &rest[at + mark.len_utf8()..];
        }
        let rest = rest.trim_end_matches(['%', ':', '：']);
        let variant = normal(rest);
        if !variant.is_empty() && !found.contains(&variant) {
            found.push(variant);
        }
    }
    if let Some(time) = time_of(&found[0])
        && !found.contains(&time)
    {
        found.push(time);
    }
    found
}

/// What is left of a name's variants where the question asks for its last word in other words.
fn stems(variants: &[Vec<char>], question: &str) -> Vec<Vec<char>> {
    let mut stems: Vec<Vec<char>> = variants
        .iter()
        .filter_map(|name| endings::without_ending(name, question))
        .filter(|stem| !variants.contains(stem))
        .collect();
    stems.dedup();
    stems
}

/// The time alone of a name such as `期末余额`.
fn time_of(name: &[char]) -> Option<Vec<char>> {
    let text: String = name.iter().collect();
    ["上期期末", "本期期末", "本期", "上期", "期末", "期初"]
        .into_iter()
        .find_map(|time| {
            let rest = text.strip_prefix(time)?;
            OF_A_TIME.contains(&rest).then(|| time.chars().collect())
        })
}
