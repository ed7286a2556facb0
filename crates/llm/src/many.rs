//! Several answers at once: what their prompts share is read once, and one computation gives each of them a token.
//!
//! A processor reads all weights for every token of one answer; for eight answers at once it reads them once.

use std::time::Instant;

use llama_cpp_2::token::LlamaToken;

use deskmate_core::{CancelToken, Generation, GenerationRequest, Usage, WireError};

use crate::chat::{AT_ONCE, Chat, fault_error, no_token};
use crate::native::Entry;
use crate::writer::{Step, Writer};

/// An answer that is being written in a sequence of its own.
struct Slot {
    /// Which request.
    request: usize,
    /// From 1; the first sequence holds what all prompts share.
    sequence: usize,
    writer: Writer,
    /// Chosen and not computed yet.
    next: LlamaToken,
    /// Tokens in the sequence.
    length: usize,
    /// Cells of the window that it may come to take beside the shared ones.
    cells: usize,
}

impl Chat<'_> {
    /// Answers all requests, up to [`AT_ONCE`] at a time, and tells each answer when it is finished, in any order.
    ///
    /// # Errors
    /// `ContextTooLong` before anything is computed when one of them alone does not fit; `Cancelled`; `InvalidInput`
    /// for a wrong constraint. Answers told before stay told.
    pub(crate) fn generate_many(
        &mut self,
        requests: &[GenerationRequest],
        cancel: &CancelToken,
        on_done: &mut dyn FnMut(usize, Generation),
    ) -> Result<(), WireError> {
        let prompts = requests
            .iter()
            .map(|request| {
                let prompt = self.prompt_tokens(&request.messages)?;
                self.check_length(prompt.len(), request.max_tokens)?;
                Ok(prompt)
            })
            .collect::<Result<Vec<_>, WireError>>()?;
        let shared = shared_prefix(&prompts);
        self.context.watch(cancel);
        match prompts.first() {
            Some(first) if shared > 0 => {
                self.read(&first[..shared], cancel)?;
            }
            _ => self.forget(),
        }
        let result = self.write_many(requests, &prompts, shared, cancel, on_done);
        for sequence in 1..=AT_ONCE {
            self.context.drop_sequence(sequence);
        }
        result
    }

    fn write_many(
        &mut self,
        requests: &[GenerationRequest],
        prompts: &[Vec<LlamaToken>],
        shared: usize,
        cancel: &CancelToken,
        on_done: &mut dyn FnMut(usize, Generation),
    ) -> Result<(), WireError> {
        let window = self.context_window() - shared;
        let mut waiting = (0..requests.len()).peekable();
        let mut slots: Vec<Slot> = Vec::new();
        loop {
            while let Some(next) = waiting.peek().copied() {
                let cells = prompts[next].len() - shared + requests[next].max_tokens;
                let taken: usize = slots.iter().map(|slot| slot.cells).sum();
                let free = (1..=AT_ONCE).find(|n| slots.iter().all(|slot| slot.sequence != *n));
                let Some(sequence) = free.filter(|_| taken + cells <= window) else {
                    break;
                };
                waiting.next();
                let writer =
                    self.begin(&requests[next], &prompts[next], shared, sequence, cancel)?;
                let slot = Slot {
                    request: next,
                    sequence,
                    writer,
                    next: LlamaToken(0),
                    length: prompts[next].len(),
                    cells,
                };
                let row = (prompts[next].len() - shared - 1) % self.slice();
                slots.extend(self.step_slot(slot, row, on_done)?);
            }
            if slots.is_empty() {
                return Ok(());
            }
            if cancel.is_cancelled() {
                return Err(WireError::cancelled());
            }
            let entries: Vec<Entry> = slots
                .iter()
                .map(|slot| Entry {
                    token: slot.next,
                    position: slot.length,
                    sequence: slot.sequence,
                    wants_logits: true,
                })
                .collect();
            self.context.decode_entries(&entries).map_err(fault_error)?;
            let mut going_on = Vec::new();
            for (row, mut slot) in slots.into_iter().enumerate() {
                slot.length += 1;
                going_on.extend(self.step_slot(slot, row, on_done)?);
            }
            slots = going_on;
        }
    }

    /// Reads what a prompt has of its own into a sequence.
    fn begin(
        &mut self,
        request: &GenerationRequest,
        prompt: &[LlamaToken],
        shared: usize,
        sequence: usize,
        cancel: &CancelToken,
    ) -> Result<Writer, WireError> {
        let started = Instant::now();
        let form = self.start_form(request)?;
        let usage = Usage {
            prompt_tokens: prompt.len() as u64,
            reused_tokens: shared as u64,
            ..Usage::default()
        };
        self.context.share(sequence, shared).map_err(fault_error)?;
        let last = prompt.len() - 1;
        let own: Vec<Entry> = prompt
            .iter()
            .enumerate()
            .skip(shared)
            .map(|(position, token)| Entry {
                token: *token,
                position,
                sequence,
                wants_logits: position == last,
            })
            .collect();
        for slice in own.chunks(self.slice()) {
            if cancel.is_cancelled() {
                return Err(WireError::cancelled());
            }
            self.context.decode_entries(slice).map_err(fault_error)?;
        }
        Ok(Writer::new(
            request,
            form,
            &self.stops(request),
            usage,
            started,
        ))
    }

    /// Lets a slot choose its next token; `None` when its answer is finished, and then it is told.
    fn step_slot(
        &mut self,
        mut slot: Slot,
        row: usize,
        on_done: &mut dyn FnMut(usize, Generation),
    ) -> Result<Option<Slot>, WireError> {
        let logits = self.context.logits(row).ok_or_else(no_token)?;
        match slot.writer.step(logits, &self.model.vocab(), &mut |_| {})? {
            Step::Compute(token) => {
                slot.next = token;
                Ok(Some(slot))
            }
            Step::End => {
                self.context.drop_sequence(slot.sequence);
                on_done(slot.request, slot.writer.finish(&mut |_| {}));
                Ok(None)
            }
        }
    }
}

/// Tokens that all prompts begin with; each has at least one of its own, whose logits begin its answer.
fn shared_prefix(prompts: &[Vec<LlamaToken>]) -> usize {
    let Some((first, others)) = prompts.split_first() else {
        return 0;
    };
    let shortest = prompts.iter().map(Vec::len).min().unwrap_or(0);
    let alike = |at: &usize| others.iter().all(|other| other[*at] == first[*at]);
    (0..shortest.saturating_sub(1)).take_while(alike).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(prompts: &[&[i32]], expected: usize) {
        let prompts: Vec<Vec<LlamaToken>> = prompts
            .iter()
            .map(|ids| ids.iter().copied().map(LlamaToken).collect())
            .collect();
        assert_eq!(shared_prefix(&prompts), expected);
    }

    #[test]
    fn prompts_share_what_all_begin_with() {
        check(&[&[1, 2, 3, 4], &[1, 2, 9, 9, 9], &[1, 2, 3]], 2);
        check(&[&[5, 1], &[6, 1]], 0);
        check(&[], 0);
    }

    #[test]
    fn every_prompt_keeps_a_token_of_its_own() {
        check(&[&[1, 2, 3], &[1, 2, 3]], 2);
        check(&[&[1], &[1]], 0);
        check(&[&[1, 2], &[1, 2, 3]], 1);
    }
}
