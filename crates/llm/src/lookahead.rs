//! Prompt-lookup decoding: when the last tokens stand earlier in the text, what followed them there is computed ahead
//! in one batch and kept as far as the model would have chosen it.
//!
//! Answers that copy their material (rewrites, summaries, extracts, quotes) come faster by it; the text is the one
//! that greedy decoding gives. Whether a batch pays depends on the machine, so both kinds of steps are timed while
//! they run, and drafting rests where it does not.
//! Source: prompt lookup decoding, <https://github.com/apoorvumang/prompt-lookup-decoding>.

use std::time::Duration;

use llama_cpp_2::token::LlamaToken;

/// Most tokens computed ahead.
pub(crate) const MAX_DRAFT: usize = 6;

/// Last tokens that must stand earlier in the text. Fewer finds more, and more that is wrong.
const PATTERN: usize = 3;

/// Weight of the newest measurement in the running mean of what a step takes.
const NEWEST_TIME: f64 = 0.15;

/// Weight of the newest draft in the running mean of what drafts save: a text changes its manner quickly.
const NEWEST_DRAFT: f64 = 0.4;

/// Tokens that a draft is taken to save at the beginning of an answer. Enough to try one, and one that fails ends it.
const HOPE: f64 = 2.0;

/// Tokens drafted while nothing is known of this machine yet.
const TRIALS: u32 = 3;

/// A rest ends after this many drafts that were not made, to see whether the text has changed its manner.
const REST: u32 = 24;

/// A draft must promise this much more than single steps to be made.
const MARGIN: f64 = 1.05;

/// Finds drafts and knows whether they pay.
#[derive(Debug, Default)]
pub(crate) struct Lookahead {
    /// Seconds of a step with one token, of one with a draft; running means.
    single: Option<f64>,
    drafted: Option<f64>,
    /// Tokens that a draft saved, beside the one that a single step gives; running mean.
    saved: f64,
    trials: u32,
    rested: u32,
}

impl Lookahead {
    /// A new answer begins: what drafts saved in the last one says nothing of it.
    pub(crate) fn begin(&mut self) {
        self.saved = HOPE;
        self.rested = 0;
    }

    /// The tokens to compute ahead after `text`, at most `limit`; empty when none is found or it does not pay.
    pub(crate) fn draft<'t>(&mut self, text: &'t [LlamaToken], limit: usize) -> &'t [LlamaToken] {
        let draft = continuation(text, limit.min(MAX_DRAFT));
        // A shorter batch costs nearly as much and saves less.
        if draft.len() < 2 {
            return &[];
        }
        if self.pays() || self.rested >= REST {
            self.rested = 0;
            return draft;
        }
        self.rested += 1;
        &[]
    }

    /// Notes what a step took; `ahead` tokens of a draft were right, `None` for a step without draft.
    pub(crate) fn note(&mut self, took: Duration, ahead: Option<usize>) {
        let time = match ahead {
            None => &mut self.single,
            Some(right) => {
                self.saved += (right as f64 - self.saved) * NEWEST_DRAFT;
                self.trials = self.trials.saturating_add(1);
                &mut self.drafted
            }
        };
        let seconds = took.as_secs_f64();
        *time = Some(time.map_or(seconds, |old| old + (seconds - old) * NEWEST_TIME));
    }

    fn pays(&self) -> bool {
        match (self.single, self.drafted) {
            (Some(single), Some(drafted)) if self.trials >= TRIALS => {
                (1.0 + self.saved) * single >= MARGIN * drafted
            }
            _ => true,
        }
    }
}

/// What followed the last `PATTERN` tokens where they last stood before.
fn continuation(text: &[LlamaToken], limit: usize) -> &[LlamaToken] {
    let Some(start) = text.len().checked_sub(PATTERN) else {
        return &[];
    };
    let pattern = &text[start..];
    let found = (0..start).rev().find(|at| text[*at..].starts_with(pattern));
    match found {
        Some(at) => {
            let from = at + PATTERN;
            &text[from..(from + limit).min(text.len())]
        }
        None => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(ids: &[i32]) -> Vec<LlamaToken> {
        ids.iter().copied().map(LlamaToken).collect()
    }

    fn check(text: &[i32], limit: usize, expected: &[i32]) {
        assert_eq!(continuation(&tokens(text), limit), tokens(expected));
    }

    #[test]
    fn the_continuation_is_what_followed_the_last_time() {
        check(&[1, 2, 3, 4, 9, 1, 2, 3, 5, 6, 7, 1, 2, 3], 3, &[5, 6, 7]);
        check(&[1, 2, 3, 4, 5, 1, 2, 3], 2, &[4, 5]);
    }

    #[test]
    fn a_repeating_text_goes_on_repeating() {
        check(&[7, 7, 7, 7], 4, &[7]);
    }

    #[test]
    fn new_text_has_no_continuation() {
        check(&[1, 2, 3, 4, 5], 4, &[]);
        check(&[1, 2], 4, &[]);
        check(&[], 4, &[]);
    }

    fn copying() -> Vec<LlamaToken> {
        tokens(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3])
    }

    #[test]
    fn drafting_rests_where_batches_cost_more_than_they_save() {
        let text = copying();
        let mut lookahead = Lookahead::default();
        lookahead.note(Duration::from_millis(50), None);
        for _ in 0..TRIALS {
            assert!(!lookahead.draft(&text, 6).is_empty());
            // Four times the time of a single step, and one token saved.
            lookahead.note(Duration::from_millis(200), Some(1));
        }
        assert!(lookahead.draft(&text, 6).is_empty());
        let tries = (0..100)
            .filter(|_| !lookahead.draft(&text, 6).is_empty())
            .count();
        assert!(
            (3..=5).contains(&tries),
            "looks again now and then: {tries}"
        );
    }

    #[test]
    fn each_answer_is_judged_anew() {
        let text = copying();
        let mut lookahead = Lookahead::default();
        lookahead.note(Duration::from_millis(50), None);
        for _ in 0..5 {
            lookahead.begin();
            assert!(!lookahead.draft(&text, 6).is_empty());
            // More than twice the time of a single step, and nothing saved: the next one is not made.
            lookahead.note(Duration::from_millis(120), Some(0));
        }
        assert!(lookahead.draft(&text, 6).is_empty());
    }

    #[test]
    fn drafting_goes_on_where_it_pays() {
        let text = copying();
        let mut lookahead = Lookahead::default();
        lookahead.note(Duration::from_millis(50), None);
        for _ in 0..20 {
            assert!(!lookahead.draft(&text, 6).is_empty());
            lookahead.note(Duration::from_millis(100), Some(4));
        }
    }

    #[test]
    fn an_answer_that_may_only_have_one_more_token_drafts_none() {
        assert!(Lookahead::default().draft(&copying(), 1).is_empty());
    }
}
