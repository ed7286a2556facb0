//! The length of a draft: sections that came out short are continued, sentences too many are cut.

use deskmate_core::WireError;
use deskmate_knowledge::Language;

use super::section::{Writer, Writing};
use super::value::{DraftSection, length};

/// How often the whole is brought nearer to its length.
const ROUNDS: usize = 3;

/// Whether a length is within 15 % of the one asked for.
pub(super) fn is_kept(length: usize, target: usize) -> bool {
    length * 100 >= target * 85 && length * 100 <= target * 115
}

/// Brings the whole within its length: cuts whole sentences from the longest sections, or continues the shortest.
///
/// # Errors
/// `Cancelled`; those of an engine that is not there.
pub(super) fn balance(
    writer: &mut Writer<'_, '_>,
    sections: &[DraftSection],
    written: &mut [Writing],
    target: usize,
) -> Result<(), WireError> {
    let language = writer.brief.language;
    for _ in 0..ROUNDS {
        let lengths: Vec<usize> = written.iter().map(|one| writer.length(one)).collect();
        let total: usize = lengths.iter().sum();
        if total * 100 >= target * 90 {
            break;
        }
        // A gap is the user's to fill: no other section grows for it beyond double its share.
        let share = target / written.len().max(1);
        let shortest = lengths
            .iter()
            .enumerate()
            .filter(|(index, length)| !written[*index].is_gap && **length < share * 2)
            .min_by_key(|(_, length)| **length)
            .map(|(index, _)| index);
        let Some(index) = shortest else { break };
        let said: Vec<String> = written
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != index)
            .flat_map(|(_, one)| one.sentences.iter().map(|s| s.text.clone()))
            .collect();
        let wanted = lengths[index] + (target - total).min(share);
        writer.lengthen(&sections[index], wanted, &said, &mut written[index], 2)?;
    }
    loop {
        let lengths: Vec<usize> = written.iter().map(|one| writer.length(one)).collect();
        let total: usize = lengths.iter().sum();
        if total <= target {
            return Ok(());
        }
        let longest = (0..written.len())
            .filter(|index| written[*index].sentences.len() > 1)
            .max_by_key(|index| lengths[*index]);
        let Some(index) = longest else { return Ok(()) };
        let Some(at) = dispensable(&written[index]) else {
            return Ok(());
        };
        let without = total - length(&written[index].sentences[at].text, language);
        // Nearer to the length than before, or it stays.
        if without.abs_diff(target) >= total - target {
            return Ok(());
        }
        written[index].sentences.remove(at);
    }
}

/// Cuts a section to about its length at the end of sentences.
pub(super) fn cut(writing: &mut Writing, target: usize, language: Language) {
    loop {
        let total: usize = writing
            .sentences
            .iter()
            .map(|sentence| length(&sentence.text, language))
            .sum();
        if total <= target || writing.sentences.len() < 2 {
            return;
        }
        let Some(at) = dispensable(writing) else {
            return;
        };
        let without = total - length(&writing.sentences[at].text, language);
        if without.abs_diff(target) >= total - target {
            return;
        }
        writing.sentences.remove(at);
    }
}

/// The sentence that can best be spared: one with a figure from nowhere, else the last without a place in the sources, else
/// the last; never the first.
fn dispensable(writing: &Writing) -> Option<usize> {
    let last = |test: &dyn Fn(&super::section::Sentence) -> bool| {
        (1..writing.sentences.len())
            .rev()
            .find(|index| test(&writing.sentences[*index]))
    };
    last(&|sentence| !sentence.unverified.is_empty())
        .or_else(|| last(&|sentence| sentence.support.is_none()))
        .or_else(|| last(&|_| true))
}
