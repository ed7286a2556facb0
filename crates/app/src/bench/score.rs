//! Scores of answers and passages against references.

use std::collections::HashMap;

use deskmate_knowledge::{Language, fold, language_of, terms};

/// Folds for comparing: NFKC, lower case, simplified, no spaces, no punctuation.
pub(crate) fn normalise(text: &str) -> String {
    fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// What F1 counts. The reference names the language: an answer of digits or of a foreign name has none of its own.
fn units(text: &str, language: Language) -> Vec<String> {
    match language {
        Language::Chinese => normalise(text).chars().map(String::from).collect(),
        Language::English => fold(text)
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty() && !matches!(*word, "a" | "an" | "the"))
            .map(str::to_string)
            .collect(),
    }
}

/// F1 over characters (Chinese) or words (English), as SQuAD counts it; best over the references.
pub(crate) fn f1(answer: &str, references: &[String]) -> f64 {
    references
        .iter()
        .map(|reference| {
            let language = language_of(reference);
            let (mut wanted, given) =
                (counts(&units(reference, language)), units(answer, language));
            let total: usize = wanted.values().sum();
            let mut common = 0;
            for unit in &given {
                if let Some(left) = wanted.get_mut(unit).filter(|left| **left > 0) {
                    *left -= 1;
                    common += 1;
                }
            }
            if common == 0 {
                return 0.0;
            }
            let (precision, recall) = (
                common as f64 / given.len() as f64,
                common as f64 / total as f64,
            );
            2.0 * precision * recall / (precision + recall)
        })
        .fold(0.0, f64::max)
}

/// The answer holds a reference: contained, or 0.8 of its characters or words.
pub(crate) fn holds(answer: &str, references: &[String]) -> bool {
    let folded = normalise(answer);
    references.iter().any(|reference| {
        let wanted = normalise(reference);
        if wanted.is_empty() {
            return false;
        }
        folded.contains(&wanted) || {
            let language = language_of(reference);
            share(&units(reference, language), &units(answer, language)) >= 0.8
        }
    })
}

fn share(wanted: &[String], given: &[String]) -> f64 {
    let mut left = counts(given);
    let found = wanted
        .iter()
        .filter(|unit| match left.get_mut(*unit) {
            Some(count) if *count > 0 => {
                *count -= 1;
                true
            }
            Some(_) | None => false,
        })
        .count();
    found as f64 / wanted.len().max(1) as f64
}

fn counts(units: &[String]) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    for unit in units {
        *counts.entry(unit.clone()).or_insert(0) += 1;
    }
    counts
}

/// Share of a text's terms (character pairs, words) that a passage holds.
pub(crate) fn term_share(wanted: &str, passage: &str) -> f64 {
    share(&terms(wanted), &terms(passage))
}

/// Median; 0 for none.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => 0.0,
        n if n % 2 == 1 => values[n / 2],
        n => f64::midpoint(values[n / 2 - 1], values[n / 2]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f1_counts_characters_and_words() {
        assert!((f1("1957年创校", &["1957年".to_string()]) - 0.833).abs() < 0.01);
        assert!((f1("the red house", &["red house".to_string()]) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn an_answer_holds_a_reference_within_a_sentence() {
        assert!(holds("该校于１９５７年创校。", &["1957年".to_string()]));
        assert!(!holds("该校于1958年创校。", &["1957".to_string()]));
    }
}
