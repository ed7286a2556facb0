//! The source's own sentence in place of an answer that the model could not give.

use deskmate_core::StoredChunk;

use crate::cite::{Aligner, Markers};
use crate::compose::Composed;
use crate::question::{Language, language_of};
use crate::terms::fold;

/// Share of a question's telling terms in one sentence from which the sentence is shown though the model refused.
pub(crate) const PLAIN_COVERAGE: f32 = 0.6;

/// The source's own sentence that is nearest to the question, if it holds this share of what the question asks for: where
/// the model only gave the question back, or found nothing though the sentence stands there.
pub(crate) fn quoted(question: &str, passages: &[StoredChunk], coverage: f32) -> Option<Composed> {
    let support = Aligner::new(passages, question, None)
        .nearest(question)
        .filter(|support| support.score >= coverage)?;
    let mut markers = Markers::default();
    let marker = markers.marker(&support, passages);
    Some(Composed {
        text: format!("{}[{marker}]", support.quote),
        citations: markers.into_citations(),
        supported: 1,
        unsupported: Vec::new(),
    })
}

/// Says that a sentence is quoted because no better answer was found.
pub(crate) fn introduced(question: &str, quoted: Composed) -> Composed {
    let text = match language_of(question) {
        Language::Chinese => format!("没有找到直接的答案，最接近的原文是：{}", quoted.text),
        Language::English => format!(
            "No direct answer was found; the nearest passage says: {}",
            quoted.text
        ),
    };
    Composed { text, ..quoted }
}

/// True when the model's words stand to the letter in a place that they cite.
pub(crate) fn stands_in_its_place(words: &str, composed: &Composed) -> bool {
    let said = core_of(words);
    let mut citations = composed.citations.iter();
    !said.is_empty() && citations.any(|citation| fold(&citation.quote).contains(&said))
}

/// True when another sentence says most of what is asked for: words from elsewhere are then a guess.
pub(crate) fn is_behind_a_nearer_sentence(
    question: &str,
    words: &str,
    passages: &[StoredChunk],
) -> bool {
    quoted(question, passages, PLAIN_COVERAGE)
        .is_some_and(|nearest| !fold(&nearest.text).contains(&core_of(words)))
}

/// The words alone, as they are compared.
fn core_of(words: &str) -> String {
    let folded = fold(words);
    folded
        .trim_matches(|c: char| !c.is_alphanumeric())
        .to_string()
}
