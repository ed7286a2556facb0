//! Names and marks: citation markers, codes, titles in 《》, bodies, persons.
//!
//! There is no dictionary of all names: a Chinese person is a family name in a place where persons stand, an English name
//! is a run of capitals that is not merely the beginning of a sentence.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use deskmate_knowledge::{is_han, sentences};
use regex::Regex;

use super::words::{
    AFTER_PERSON, BEFORE_BODY, BEFORE_PERSON, CALENDAR, FAMILY, GIVEN, NO_BODY, NO_PERSON, OPENERS,
};
use super::{Fact, FactKind, Found, char_before, is_word_edge, plain};

static MARKER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"[\[［【]\^?\s*[0-9]{1,3}(?:\s*[,，、;–—~-]\s*[0-9]{1,3})*\s*[\]］】]|[\(（][^()（）\n]{1,60}?[,，]\s*(?:19|20)[0-9]{2}[a-z]?[\)）]|[①-⑳]",
    )
    .expect("the tests use every pattern")
});
static CODE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"https?://[^\s\p{Han}，。；）]+|[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+|[\p{Han}]{0,8}〔[0-9]{4}〕[0-9]{1,5}号|[A-Z]{1,6}(?:/[A-Z]{1,3})?[ -]?[0-9]{2,7}(?:[-.][0-9]+)*|[A-Za-z0-9]+(?:[-/._][A-Za-z0-9]+)*",
    )
    .expect("the tests use every pattern")
});
static UNIT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[0-9]+(?:[.,][0-9]+)*(?i:st|nd|rd|th|k?g|mg|k?m|cm|mm|[kmgt]?b|m?s|h|ml|l|[kmg]?w|kwh|v|hz|[kmg]hz|s|am|pm|-?(?:days?|years?|months?|weeks?|hours?|minutes?|pages?|points?|members?|persons?))$")
        .expect("the tests use every pattern")
});
static TITLE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"《[^《》\n]{1,60}》").expect("the tests use every pattern"));
/// Endings that leave no doubt.
static ORGANISATION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[\p{Han}]{1,14}?(?:有限责任公司|股份有限公司|有限公司|分公司|子公司|集团|公司|银行|医院|大学|学院|中学|小学|研究院|研究所|人民政府|委员会|办公室|领导小组)")
        .expect("the tests use every pattern")
});
/// Endings that begin other words as well: `科技`, `部分`. Sought apart, or `星河科` would hide the company it begins.
static OFFICE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[\p{Han}]{2,15}?(?:部|局|厅|司|处|科|中心)").expect("the tests use every pattern")
});
static LATIN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[A-Za-z][A-Za-z0-9'’&.-]*[A-Za-z0-9]|[A-Z]").expect("the tests use every pattern")
});

/// Markers such as `[1]`, `【2】`, `①`, `(Li, 2020)`.
pub(super) fn citations(text: &str) -> Vec<Found> {
    MARKER
        .find_iter(text)
        .map(|mark| Found {
            fact: Fact {
                kind: FactKind::Citation,
                text: mark.as_str().to_owned(),
            },
            key: mark
                .as_str()
                .chars()
                .filter(|c| c.is_alphanumeric() || ('①'..='⑳').contains(c))
                .collect(),
            at: mark.start(),
        })
        .collect()
}

/// Addresses, document numbers, standards, products: what has letters and digits.
pub(super) fn codes(text: &str) -> Vec<Found> {
    CODE.find_iter(text)
        .filter(|code| {
            let code = code.as_str();
            let has_letter = code.chars().any(char::is_alphabetic);
            let has_digit = code.chars().any(|c| c.is_ascii_digit());
            let is_address = code.contains('@') || code.contains("://");
            is_address || (has_letter && has_digit && !UNIT.is_match(code))
        })
        .map(|code| name(code.as_str(), code.start()))
        .collect()
}

/// Names without digits.
pub(super) fn names(text: &str) -> Vec<Found> {
    let mut out: Vec<Found> = TITLE
        .find_iter(text)
        .map(|title| name(title.as_str(), title.start()))
        .collect();
    out.extend(bodies(text));
    out.extend(persons(text));
    out.extend(capitals(text));
    let mut seen = BTreeSet::new();
    out.retain(|found| !found.key.is_empty() && seen.insert(found.key.clone()));
    out
}

fn name(text: &str, at: usize) -> Found {
    Found {
        fact: Fact {
            kind: FactKind::Name,
            text: text.to_owned(),
        },
        key: plain(text),
        at,
    }
}

fn bodies(text: &str) -> Vec<Found> {
    let organisations = ORGANISATION.find_iter(text).map(|found| (found, false));
    let offices = OFFICE.find_iter(text).map(|found| (found, true));
    organisations
        .chain(offices)
        .filter_map(|(found, is_office)| {
            let after = text[found.end()..].chars().next();
            let ends = found.as_str();
            // 采购部门 is any department that buys; 市场 and 处理 begin other words.
            let goes_on = match ends.chars().next_back() {
                Some('部') => matches!(after, Some('门' | '分' | '署')),
                Some('处') => matches!(after, Some('理' | '罚' | '置' | '于' | '分' | '境')),
                Some('市') => matches!(after, Some('场' | '民' | '值' | '区')),
                Some('科') => matches!(after, Some('技' | '学' | '研' | '目')),
                // A company is an organisation, not an office.
                Some('司') => after == Some('机') || (ends.ends_with("公司") && is_office),
                Some('省') => matches!(after, Some('略' | '去')),
                Some('局') => matches!(after, Some('面' | '部' | '限')),
                _ => false,
            };
            if goes_on {
                return None;
            }
            let mut cut = 0;
            for word in BEFORE_BODY.iter().copied() {
                if let Some(at) = ends.rfind(word) {
                    let end = at + word.len();
                    if ends[end..].chars().count() >= 3 {
                        cut = cut.max(end);
                    }
                }
            }
            let body = &ends[cut..];
            let is_name = body.chars().count() >= 3 && !NO_BODY.contains(&body);
            is_name.then(|| name(body, found.start() + cut))
        })
        .collect()
}

fn persons(text: &str) -> Vec<Found> {
    let characters: Vec<(usize, char)> = text.char_indices().collect();
    let mut out = Vec::new();
    let mut at = 0;
    while at < characters.len() {
        match person_at(text, &characters, at) {
            Some(length) => {
                let end = characters
                    .get(at + length)
                    .map_or(text.len(), |(byte, _)| *byte);
                out.push(name(&text[characters[at].0..end], characters[at].0));
                at += length;
            }
            None => at += 1,
        }
    }
    out
}

/// How many characters of a person's name begin here.
fn person_at(text: &str, characters: &[(usize, char)], at: usize) -> Option<usize> {
    let (byte, family) = characters[at];
    if !FAMILY.contains(family) {
        return None;
    }
    let before = &text[..byte];
    let begins = before.chars().next_back().is_none_or(|c| !is_han(c))
        || BEFORE_PERSON.iter().any(|word| before.ends_with(*word));
    if !begins {
        return None;
    }
    // `王伟主任` is 王伟 with his office, not 王伟主.
    let after_two = characters
        .get(at + 2)
        .map_or("", |(byte, _)| &text[*byte..]);
    let has_office = AFTER_PERSON
        .iter()
        .any(|word| word.chars().count() > 1 && after_two.starts_with(*word));
    let lengths = if has_office { [2, 3] } else { [3, 2] };
    lengths.into_iter().find(|length| {
        let Some(given) = characters.get(at + 1..at + length) else {
            return false;
        };
        let end = characters
            .get(at + length)
            .map_or(text.len(), |(byte, _)| *byte);
        let whole = &text[byte..end];
        let rest = &text[end..];
        let ends = rest.chars().next().is_none_or(|c| !is_han(c))
            || AFTER_PERSON.iter().any(|word| rest.starts_with(*word));
        let is_given = given.iter().all(|(_, c)| {
            is_han(*c) && !"的是在有和了与及等为不这其于个将已向从同说任会".contains(*c)
        });
        // `王经理` is a person as well; the title is then part of the name.
        ends && is_given && !NO_PERSON.iter().any(|word| whole.starts_with(*word))
    })
}

/// Runs of capitalised words, and Latin words inside of Chinese.
fn capitals(text: &str) -> Vec<Found> {
    let is_chinese = deskmate_knowledge::language_of(text) == deskmate_knowledge::Language::Chinese;
    let starts: BTreeSet<usize> = sentences(text)
        .into_iter()
        .map(|range| {
            let lead = text[range.clone()].len() - text[range.clone()].trim_start().len();
            range.start + lead
        })
        .collect();
    let words: Vec<(usize, &str)> = LATIN
        .find_iter(text)
        .filter(|word| is_word_edge(char_before(text, word.start())))
        .map(|word| {
            (
                word.start(),
                word.as_str().trim_end_matches(['.', '\'', '’']),
            )
        })
        .collect();
    let is_capital = |word: &str| word.starts_with(|c: char| c.is_ascii_uppercase());
    let lower = |word: &str| {
        word.trim_end_matches("'s")
            .trim_end_matches("’s")
            .to_lowercase()
    };
    let mut out: Vec<Found> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let word = words[at].1;
        let is_name_word =
            |word: &str| is_capital(word) && !CALENDAR.contains(&lower(word).as_str());
        if !(is_name_word(word) || is_chinese && word.len() >= 2) {
            at += 1;
            continue;
        }
        // Words of one name stand beside each other; `of` and `and` may stand between two of them.
        let mut last = at;
        while let Some((next_start, next)) = words.get(last + 1) {
            let end = words[last].0 + words[last].1.len();
            let between = &text[end..*next_start];
            let joins = matches!(between, " " | " & " | ". " if between != ". " || words[last].1.len() <= 4);
            if !joins || starts.contains(next_start) && between != ". " {
                break;
            }
            if is_name_word(next) {
                last += 1;
                continue;
            }
            let over = words.get(last + 2).is_some_and(|(after, word)| {
                is_name_word(word) && &text[next_start + next.len()..*after] == " "
            });
            if matches!(*next, "of" | "de" | "van" | "von") && over {
                last += 2;
                continue;
            }
            break;
        }
        let mut first = at;
        while first < last && OPENERS.contains(&lower(words[first].1).as_str()) {
            first += 1;
        }
        let end = words[last].0 + words[last].1.len();
        let whole = &text[words[first].0..end];
        let single = lower(whole);
        let is_opening = first == last && starts.contains(&words[first].0);
        let has_inner_capital = whole.chars().skip(1).any(|c| c.is_ascii_uppercase());
        let is_name = !OPENERS.contains(&single.as_str())
            && (!is_opening || is_chinese || has_inner_capital || GIVEN.contains(&single.as_str()));
        if is_name {
            let shown = whole.trim_end_matches("'s").trim_end_matches("’s");
            out.push(name(shown, words[first].0));
        }
        at = last + 1;
    }
    out
}
