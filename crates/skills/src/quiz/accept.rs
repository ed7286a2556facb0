//! The rules by which a reply of the model becomes an item: key in the source, options apart, sums right, nothing twice.

use deskmate_core::{QuizAnswer, WireError};
use deskmate_knowledge::{Support, fold, numbers};
use serde::Deserialize;

use crate::arithmetic::{agree, equations_hold, evaluate, first_number};
use crate::chapter::Section;
use crate::grounding::{Grounded, Grounding, is_repeat};

#[derive(Deserialize)]
pub(super) struct ChoiceReply {
    question: String,
    answer: String,
    wrong: Vec<String>,
    explanation: String,
    #[serde(default)]
    calculation: String,
}

#[derive(Deserialize)]
pub(super) struct BlankReply {
    sentence: String,
    answer: String,
}

#[derive(Deserialize)]
pub(super) struct ShortReply {
    question: String,
    answer: String,
    explanation: String,
    #[serde(default)]
    calculation: String,
}

/// An item that passed, before it has its marker.
pub(super) struct Candidate {
    pub(super) question: String,
    pub(super) answer: QuizAnswer,
    pub(super) explanation: String,
    pub(super) support: Support,
}

/// Why a reply was refused, for the counts.
#[derive(Default)]
pub(super) struct Refusals {
    pub(super) repeats: usize,
    pub(super) miscalculated: usize,
    pub(super) recomputed: usize,
}

pub(super) fn key_of(answer: &QuizAnswer) -> String {
    match answer {
        QuizAnswer::Choice { options, key } => options.get(*key).cloned().unwrap_or_default(),
        QuizAnswer::Blank { keys } => keys.join(" "),
        QuizAnswer::ShortAnswer { key } => key.clone(),
    }
}

/// True when another item asks the same: by its question, or by question and key with the blank filled.
pub(super) fn is_asked(asked: &[(String, String)], question: &str, key: &str) -> bool {
    let whole = |question: &str, key: &str| {
        if question.contains("____") {
            question.replace("____", key)
        } else {
            format!("{question} {key}")
        }
    };
    let own = whole(question, key);
    asked.iter().any(|(known, known_key)| {
        is_repeat(known, question) || is_repeat(&whole(known, known_key), &own)
    })
}

fn is_question(question: &str) -> bool {
    let letters = question.chars().filter(|c| c.is_alphabetic()).count();
    letters >= 6 && !question.contains('\n')
}

/// Recomputes a calculated key: `Some(true)` when it is right, `None` when nothing is calculated.
fn is_computed(calculation: &str, key: &str) -> Option<bool> {
    let calculation = calculation.split('=').next().unwrap_or_default().trim();
    let has_operator = calculation
        .chars()
        .skip(1)
        .any(|c| matches!(c, '+' | '-' | '−' | '*' | '×' | '/' | '÷' | '^' | '²' | '·'));
    if !has_operator {
        return None;
    }
    let value = evaluate(calculation)?;
    Some(first_number(key).is_some_and(|key| agree(key, value)))
}

/// Checks a key's arithmetic and counts it.
fn arithmetic_holds(calculation: &str, key: &str, texts: &[&str], refusals: &mut Refusals) -> bool {
    let computed = is_computed(calculation, key);
    let holds = computed != Some(false) && texts.iter().all(|text| equations_hold(text));
    refusals.recomputed += usize::from(computed == Some(true) && holds);
    refusals.miscalculated += usize::from(!holds);
    holds
}

pub(super) fn accept_choice(
    reply: &ChoiceReply,
    asked: &[(String, String)],
    grounding: &Grounding<'_>,
    section: &Section,
    key_at: usize,
    refusals: &mut Refusals,
) -> Result<Option<Candidate>, WireError> {
    let question = reply.question.trim().to_string();
    let answer = bare_option(&reply.answer);
    let mut options: Vec<String> = reply
        .wrong
        .iter()
        .map(|option| bare_option(option))
        .collect();
    if options.len() != 3 || !is_question(&question) || answer.is_empty() {
        return Ok(None);
    }
    options.insert(key_at.min(3), answer.clone());
    if !are_distinct(&options) || options.iter().any(|option| is_catch_all(option)) {
        return Ok(None);
    }
    // A question that contains its own answer asks nothing.
    if answer.chars().count() >= 3 && fold(&question).contains(&fold(&answer)) {
        return Ok(None);
    }
    if is_asked(asked, &question, &answer) {
        refusals.repeats += 1;
        return Ok(None);
    }
    if !arithmetic_holds(
        &reply.calculation,
        &answer,
        &[&answer, &reply.explanation],
        refusals,
    ) {
        return Ok(None);
    }
    // The key alone when it says enough, else together with the question.
    let whole = format!("{} {answer}", question.trim_end_matches(['?', '？', '。']));
    let found = grounding.ground_all(&[answer.clone(), whole], &section.chunks)?;
    let is_telling = answer.chars().filter(|c| c.is_alphanumeric()).count() >= 8;
    let [own, with_question] = found.as_slice() else {
        return Ok(None);
    };
    let support = match (own.clone().filter(|_| is_telling), with_question) {
        (Some(own), _) => {
            options[key_at.min(3)] = own.text;
            own.support
        }
        (None, Some(with_question)) => with_question.support.clone(),
        (None, None) => return Ok(None),
    };
    if !are_distinct(&options) {
        return Ok(None);
    }
    // A short key must stand in the place itself, or the question alone would carry it.
    if !is_telling
        && !holds_key(&support.quote, &answer)
        && is_computed(&reply.calculation, &answer).is_none()
    {
        return Ok(None);
    }
    Ok(Some(Candidate {
        question,
        answer: QuizAnswer::Choice {
            options,
            key: key_at.min(3),
        },
        explanation: reply.explanation.trim().to_string(),
        support,
    }))
}

/// True when the words or the number of a key stand in a text.
fn holds_key(text: &str, key: &str) -> bool {
    let squeeze = |text: &str| {
        fold(text)
            .chars()
            .filter(|c| c.is_alphanumeric())
            .collect::<String>()
    };
    let key_numbers = numbers(key);
    let text_numbers = numbers(text);
    squeeze(text).contains(&squeeze(key))
        || (!key_numbers.is_empty()
            && key_numbers
                .iter()
                .all(|number| text_numbers.contains(number)))
}

/// An option without the letter that a model likes to put in front.
fn bare_option(option: &str) -> String {
    let option = option.trim();
    let mut characters = option.chars();
    let letter = characters.next();
    let mark = characters.next();
    let rest = match (letter, mark) {
        (Some('A'..='D'), Some('.' | '、' | '．' | ':' | '：' | ')')) => characters.as_str(),
        _ => option,
    };
    rest.trim().trim_end_matches(['。', '；']).to_string()
}

fn are_distinct(options: &[String]) -> bool {
    let squeezed: Vec<String> = options
        .iter()
        .map(|option| {
            fold(option)
                .chars()
                .filter(|c| c.is_alphanumeric())
                .collect()
        })
        .collect();
    options.iter().enumerate().all(|(index, option)| {
        let is_empty = squeezed[index].is_empty() && !option.chars().any(|c| "+-×÷=<>".contains(c));
        !is_empty
            && options
                .iter()
                .enumerate()
                .skip(index + 1)
                .all(|(other, text)| {
                    // Signs alone may tell options apart: `+5` and `-5`.
                    squeezed[index] != squeezed[other]
                        || (option != text && option.chars().any(|c| "+-−×÷".contains(c)))
                })
    })
}

fn is_catch_all(option: &str) -> bool {
    let option = option.to_lowercase();
    [
        "以上都",
        "以上皆",
        "以上均",
        "都不对",
        "all of the above",
        "none of the above",
        "both a and",
    ]
    .iter()
    .any(|words| option.contains(words))
}

pub(super) fn accept_blank(
    reply: &BlankReply,
    asked: &[(String, String)],
    grounding: &Grounding<'_>,
    section: &Section,
    refusals: &mut Refusals,
) -> Result<Option<Candidate>, WireError> {
    let sentence = reply.sentence.trim().replace('\n', " ");
    let key = reply
        .answer
        .trim()
        .trim_matches(['。', '，', '“', '”', '.', '"'])
        .to_string();
    let (length, key_length) = (sentence.chars().count(), key.chars().count());
    let is_fair = (1..=20).contains(&key_length) && key_length * 2 <= length && length >= 10;
    if !is_fair || !sentence.contains(&key) || !key.chars().any(char::is_alphanumeric) {
        return Ok(None);
    }
    let Some(Grounded { text, support }) = grounding.ground(&sentence, &section.chunks)? else {
        return Ok(None);
    };
    // The source's own words may have taken the key's place.
    let sentence = text;
    if !sentence.contains(&key) {
        return Ok(None);
    }
    let question = sentence.replace(&key, "____");
    if is_asked(asked, &question, &key) {
        refusals.repeats += 1;
        return Ok(None);
    }
    if !holds_key(&support.quote, &key) || !equations_hold(&sentence) {
        return Ok(None);
    }
    Ok(Some(Candidate {
        question,
        answer: QuizAnswer::Blank { keys: vec![key] },
        explanation: String::new(),
        support,
    }))
}

pub(super) fn accept_short(
    reply: &ShortReply,
    asked: &[(String, String)],
    grounding: &Grounding<'_>,
    section: &Section,
    refusals: &mut Refusals,
) -> Result<Option<Candidate>, WireError> {
    let question = reply.question.trim().to_string();
    let key = reply.answer.trim().replace('\n', " ");
    if !is_question(&question) || key.chars().filter(|c| c.is_alphanumeric()).count() < 4 {
        return Ok(None);
    }
    if is_asked(asked, &question, &key) {
        refusals.repeats += 1;
        return Ok(None);
    }
    if !arithmetic_holds(
        &reply.calculation,
        &key,
        &[&key, &reply.explanation],
        refusals,
    ) {
        return Ok(None);
    }
    let Some(Grounded { text: key, support }) = grounding.ground(&key, &section.chunks)? else {
        return Ok(None);
    };
    Ok(Some(Candidate {
        question,
        answer: QuizAnswer::ShortAnswer { key },
        explanation: reply.explanation.trim().to_string(),
        support,
    }))
}
