//! The difference of two texts as pieces: words and numbers in Latin script, single characters in Chinese.

use deskmate_knowledge::is_han;
use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::result::Piece;

/// A stretch that stands in both texts and is no longer than this many ideographs or signs is part of the change around
/// it: `[的]` between two changes says nothing to the reader.
const LEAST_SAME: usize = 1;

/// The pieces that lead from `old` to `new`; changes are numbered from `next`, which moves on.
pub(super) fn difference(old: &str, new: &str, next: &mut u32) -> Vec<Piece> {
    let (old_words, new_words) = (words(old), words(new));
    let operations = capture_diff_slices(Algorithm::Myers, &old_words, &new_words);
    // Old text, new text, whether they are the same.
    let mut stretches: Vec<(String, String, bool)> = Vec::new();
    for operation in operations {
        let (old_range, new_range) = (operation.old_range(), operation.new_range());
        let old_text = old_words[old_range].concat();
        let new_text = new_words[new_range].concat();
        let same = matches!(operation, DiffOp::Equal { .. });
        push(&mut stretches, old_text, new_text, same);
    }
    let mut joined: Vec<(String, String, bool)> = Vec::new();
    let count = stretches.len();
    for (index, (old_text, new_text, same)) in stretches.into_iter().enumerate() {
        let is_between = index > 0 && index + 1 < count;
        let is_small = old_text.trim().chars().count() <= LEAST_SAME;
        let same = same && !(is_between && is_small);
        push(&mut joined, old_text, new_text, same);
    }
    joined
        .into_iter()
        .map(|(old, new, same)| {
            if same || old == new {
                return Piece::Same { text: old };
            }
            *next += 1;
            Piece::Change {
                id: *next,
                old,
                new,
            }
        })
        .collect()
}

fn push(stretches: &mut Vec<(String, String, bool)>, old: String, new: String, same: bool) {
    match stretches.last_mut() {
        Some(last) if last.2 == same => {
            last.0.push_str(&old);
            last.1.push_str(&new);
        }
        Some(_) | None => stretches.push((old, new, same)),
    }
}

/// A text cut into what is compared; together they are the whole text.
fn words(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut characters = text.char_indices().peekable();
    while let Some((start, first)) = characters.next() {
        let mut end = start + first.len_utf8();
        let is_word = |c: char| c.is_alphanumeric() && !is_han(c);
        if is_word(first) {
            while let Some((at, c)) = characters.peek().copied() {
                // A point or comma between digits, an apostrophe between letters.
                let after = text[at + c.len_utf8()..].chars().next();
                let before = text[..at].chars().next_back();
                let joins = match c {
                    '.' | ',' => [before, after]
                        .iter()
                        .all(|c| c.is_some_and(|c| c.is_ascii_digit())),
                    '\'' | '’' | '-' => [before, after]
                        .iter()
                        .all(|c| c.is_some_and(|c| c.is_ascii_alphanumeric())),
                    c => is_word(c),
                };
                if !joins {
                    break;
                }
                end = at + c.len_utf8();
                characters.next();
            }
        }
        out.push(&text[start..end]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(old: &str, new: &str, expected: &str) {
        let pieces = difference(old, new, &mut 0);
        let shown: String = pieces
            .iter()
            .map(|piece| match piece {
                Piece::Same { text } => text.clone(),
                Piece::Change { old, new, .. } => format!("[{old}|{new}]"),
            })
            .collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn words_and_numbers_change_as_wholes() {
        check(
            "The cost is 3,200 yuan.",
            "The price is 3,500 yuan.",
            "The [cost|price] is [3,200|3,500] yuan.",
        );
        check(
            "会议由王伟主持。",
            "本次会议由王伟主持。",
            "[|本次]会议由王伟主持。",
        );
        check("费用超出了预算", "费用高于预算", "费用[超出了|高于]预算");
        check("同样的话", "同样的话", "同样的话");
        check("", "新的一段。", "[|新的一段。]");
    }

    #[test]
    fn a_small_rest_between_two_changes_belongs_to_them() {
        check(
            "他们的很好的计划",
            "我们的不错的方案",
            "[他|我]们的[很好的计划|不错的方案]",
        );
    }
}
