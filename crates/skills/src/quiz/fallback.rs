//! Items by code alone, from the source's own sentences, where the model has none that holds.

use deskmate_core::StoredChunk;
use deskmate_knowledge::{Language, Support};

use crate::extract::{definitions, telling_sentences};

/// An item by code: the question, its key, and the place of both.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Extracted {
    pub(super) question: String,
    pub(super) key: String,
    pub(super) support: Support,
}

/// Sentences of the source with a blank for the word that they are about, best first.
pub(super) fn blanks(chunks: &[StoredChunk]) -> Vec<Extracted> {
    let mut out: Vec<Extracted> = definitions(chunks)
        .into_iter()
        .filter_map(|definition| {
            let (_, words) = definition.support.quote.split_once(['：', ':'])?;
            let key = definition.term.clone();
            // The term at the front, and wherever the definition itself repeats it.
            let question = format!("____：{}", words.trim().replace(&key, "____"));
            Some(Extracted {
                question,
                key,
                support: definition.support,
            })
        })
        .collect();
    for support in telling_sentences(chunks, 12) {
        let sentence = support.quote.replace('\n', " ");
        // Captions, list numbers and rows are no sentences to learn from.
        let is_caption = sentence.starts_with(['图', '表'])
            || sentence.starts_with(|c: char| c.is_ascii_digit());
        let is_whole = sentence.ends_with(['。', '.']) && sentence.chars().count() <= 120;
        if is_caption || !is_whole || sentence.contains(" | ") {
            continue;
        }
        let Some(key) = quoted_term(&sentence).or_else(|| measured(&sentence)) else {
            continue;
        };
        out.push(Extracted {
            question: sentence.replacen(&key, "____", 1),
            key,
            support,
        });
    }
    out
}

/// Definitions to be given in the student's words, then what a section says.
pub(super) fn short_answers(
    chunks: &[StoredChunk],
    title: &str,
    language: Language,
) -> Vec<Extracted> {
    let mut out: Vec<Extracted> = definitions(chunks)
        .into_iter()
        .filter_map(|definition| {
            let (_, words) = definition.support.quote.split_once(['：', ':'])?;
            let question = match language {
                Language::Chinese => format!("说出“{}”的含义。", definition.term),
                Language::English => format!("Explain the meaning of “{}”.", definition.term),
            };
            Some(Extracted {
                question,
                key: words.trim().to_string(),
                support: definition.support.clone(),
            })
        })
        .collect();
    if let Some(support) = telling_sentences(chunks, 1).into_iter().next() {
        let question = match language {
            Language::Chinese => format!("“{title}”一节的主要内容是什么？请用自己的话概括。"),
            Language::English => {
                format!("What does the section “{title}” mainly say? Put it in your own words.")
            }
        };
        out.push(Extracted {
            question,
            key: support.quote.replace('\n', " "),
            support,
        });
    }
    out
}

/// A word that the sentence itself sets in quotation marks.
fn quoted_term(sentence: &str) -> Option<String> {
    let (_, rest) = sentence.split_once('“')?;
    let (term, _) = rest.split_once('”')?;
    (2..=10)
        .contains(&term.chars().count())
        .then(|| term.to_string())
}

/// A number with its unit or percent sign.
fn measured(sentence: &str) -> Option<String> {
    let start = sentence.char_indices().find_map(|(at, c)| {
        let before = sentence[..at].chars().last();
        let is_start = c.is_ascii_digit()
            && !before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-');
        is_start.then_some(at)
    })?;
    let digits: String = sentence[start..]
        .chars()
        .take_while(|c| c.is_ascii_digit() || matches!(c, '.' | '%'))
        .collect();
    let digits = digits.trim_end_matches('.').to_string();
    // `1 N` stands in every definition of a unit: nothing to ask.
    (digits.len() > 1).then_some(digits)
}
