//! Places for what a model wrote: every text of an artifact is aligned to the source by code.

use deskmate_core::{CancelToken, Citation, StoredChunk, WireError};
use deskmate_knowledge::{Aligner, Markers, Support, is_han, terms};

use crate::skill::SkillContext;
use crate::wording::{Wording, wording};

/// A text with the place that supports it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Grounded {
    /// The model's words; the source's terms where the text was a near copy with others.
    pub(crate) text: String,
    pub(crate) support: Support,
}

/// The place of a text and what of it may stand; `None` when no place supports it, or one that says the opposite.
///
/// # Errors
/// Those of the embedder.
pub(crate) fn ground(
    aligner: &mut Aligner<'_>,
    text: &str,
    cancel: &CancelToken,
) -> Result<Option<Grounded>, WireError> {
    let Some(support) = aligner.align(text, cancel)? else {
        return Ok(None);
    };
    Ok(match wording(text, &support.quote) {
        Wording::Stands => Some(text.to_owned()),
        Wording::Restored(text) => Some(text),
        Wording::Altered => None,
    }
    .map(|text| Grounded { text, support }))
}

/// Markers of one artifact, and how many texts had a place.
pub(crate) struct Grounding<'a> {
    context: &'a SkillContext<'a>,
    markers: Markers,
    pub(crate) supported: usize,
    pub(crate) unsupported: usize,
}

impl<'a> Grounding<'a> {
    pub(crate) fn new(context: &'a SkillContext<'a>) -> Self {
        Self {
            context,
            markers: Markers::default(),
            supported: 0,
            unsupported: 0,
        }
    }

    /// A text with its place, without a marker for it yet.
    ///
    /// # Errors
    /// Those of the embedder.
    pub(crate) fn ground(
        &self,
        text: &str,
        chunks: &[StoredChunk],
    ) -> Result<Option<Grounded>, WireError> {
        let mut aligner = Aligner::new(chunks, "", self.context.embedder);
        ground(&mut aligner, text, self.context.cancel)
    }

    /// Several texts of one section with their places.
    ///
    /// # Errors
    /// Those of the embedder.
    pub(crate) fn ground_all(
        &self,
        texts: &[String],
        chunks: &[StoredChunk],
    ) -> Result<Vec<Option<Grounded>>, WireError> {
        let mut aligner = Aligner::new(chunks, "", self.context.embedder);
        texts
            .iter()
            .map(|text| ground(&mut aligner, text, self.context.cancel))
            .collect()
    }

    /// The marker of a place.
    pub(crate) fn marker(&mut self, support: &Support, chunks: &[StoredChunk]) -> u32 {
        self.markers.marker(support, chunks)
    }

    /// The citations in order of their markers.
    pub(crate) fn into_citations(self) -> Vec<Citation> {
        self.markers.into_citations()
    }
}

/// True for two texts that say the same in nearly the same words: most of the shorter one's terms are in the other.
pub(crate) fn is_repeat(a: &str, b: &str) -> bool {
    let (a, b) = (term_set(a), term_set(b));
    let shorter = a.len().min(b.len());
    if shorter == 0 {
        return a == b;
    }
    let common = a.intersection(&b).count();
    let all = a.union(&b).count();
    common * 100 >= all * 65 || (shorter >= 4 && common * 100 >= shorter * 90)
}

fn term_set(text: &str) -> std::collections::BTreeSet<String> {
    let text: String = text
        .chars()
        .map(|c| if c == '_' { ' ' } else { c })
        .collect();
    let set: std::collections::BTreeSet<String> = terms(&text).into_iter().collect();
    // Single ideographs are in everything.
    set.into_iter()
        .filter(|term| term.chars().count() > 1 || !term.chars().all(is_han))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_question_in_other_order_is_a_repeat() {
        assert!(is_repeat("什么是惯性？", "什么是惯性"));
        assert!(is_repeat(
            "牛顿第一定律的内容是什么？",
            "牛顿第一定律的内容是什么"
        ));
        assert!(!is_repeat("什么是惯性？", "动摩擦因数与哪些因素有关？"));
    }
}
