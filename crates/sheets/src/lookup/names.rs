//! Names in a question: which of a table's labels it says, whole or nearly, in these or in like words.

use std::collections::{BTreeMap, BTreeSet};

use crate::value::plain;

/// The question, normalised.
pub(super) struct Asked {
    text: Vec<char>,
}

impl Asked {
    pub(super) fn new(question: &str) -> Self {
        Self {
            text: normal(question),
        }
    }

    /// How many things are asked for, by the words that ask.
    pub(super) fn asks(&self) -> usize {
        let text: String = self.text.iter().collect();
        [
            "多少", "什么", "哪", "谁", "几", "多大", "多高", "多长", "多久",
        ]
        .iter()
        .map(|word| text.matches(word).count())
        .sum()
    }

    /// Share of the question's characters that these labels cover.
    pub(super) fn coverage(&self, labels: &[&str]) -> f64 {
        let mut covered = vec![false; self.text.len()];
        for label in labels {
            for part in label.split('/') {
                let part = normal(part);
                for pair in part.windows(2) {
                    for (at, own) in self.text.windows(2).enumerate() {
                        if own == pair {
                            covered[at] = true;
                            covered[at + 1] = true;
                        }
                    }
                }
            }
        }
        covered.iter().filter(|covered| **covered).count() as f64 / self.text.len().max(1) as f64
    }

    /// Where the question says a name as a whole, in characters that no longer name has taken.
    fn places(&self, name: &[char], taken: &[bool]) -> Vec<usize> {
        if name.is_empty() {
            return Vec::new();
        }
        self.text
            .windows(name.len())
            .enumerate()
            .filter(|(at, window)| {
                *window == name && !taken[*at..at + name.len()].iter().all(|taken| *taken)
            })
            .map(|(at, _)| at)
            .collect()
    }

    /// The share of a name's pairs of characters that the question has outside of whole names.
    fn resembles(&self, name: &[char], taken: &[bool]) -> f64 {
        // Half of a date or number is another one: 2024年第二季度 says nothing of 2024-02-03.
        let digits = name.iter().filter(|c| c.is_ascii_digit()).count();
        if name.len() < 3 || digits * 2 > name.len() {
            return 0.0;
        }
        let said = name
            .windows(2)
            .filter(|pair| {
                self.text
                    .windows(2)
                    .enumerate()
                    .any(|(at, own)| own == *pair && !(taken[at] && taken[at + 1]))
            })
            .count();
        0.95 * said as f64 / (name.len() - 1) as f64
    }
}

/// Characters that carry meaning: plain, lower case, no spaces or punctuation.
pub(super) fn normal(text: &str) -> Vec<char> {
    let text: String = plain(text)
        .to_lowercase()
        .chars()
        .filter(|character| character.is_alphanumeric() || *character == '%')
        .collect();
    let mut text = text;
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

/// How much of each name the question says. Whole names come first, the longest before others: 应收账款 inside
/// 应收票据及应收账款 was not said by itself, and what names 上期金额 does not name 本期金额.
pub(super) fn shares<'l>(
    labels: impl Iterator<Item = &'l String>,
    asked: &Asked,
) -> (BTreeMap<String, f64>, String) {
    let mut variants_of: Vec<(String, Vec<char>)> = Vec::new();
    let names: BTreeSet<&str> = labels.flat_map(|label| label.split('/')).collect();
    for name in names {
        for variant in variants(name) {
            variants_of.push((name.to_owned(), variant));
        }
    }
    variants_of.sort_by_key(|(_, variant)| std::cmp::Reverse(variant.len()));
    let mut taken = vec![false; asked.text.len()];
    let mut shares: BTreeMap<String, f64> = BTreeMap::new();
    let mut at = 0;
    while at < variants_of.len() {
        // Names of one length do not hide each other, nor does a name hide itself in the other direction.
        let length = variants_of[at].1.len();
        let end = at
            + variants_of[at..]
                .iter()
                .take_while(|(_, variant)| variant.len() == length)
                .count();
        let mut places = Vec::new();
        for (name, variant) in &variants_of[at..end] {
            let found = asked.places(variant, &taken);
            if !found.is_empty() {
                shares.insert(name.clone(), 1.0);
            }
            places.extend(found);
        }
        for place in places {
            for taken in &mut taken[place..place + length] {
                *taken = true;
            }
        }
        at = end;
    }
    let rest = asked
        .text
        .iter()
        .zip(&taken)
        .map(|(character, taken)| if *taken { ' ' } else { *character })
        .collect();
    for (name, variant) in &variants_of {
        let share = asked.resembles(variant, &taken);
        let best = shares.entry(name.clone()).or_default();
        *best = best.max(share);
    }
    (shares, rest)
}
