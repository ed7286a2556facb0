//! Several answers at once: what their prompts share is read once, and one computation gives each of them a token.
//!
//! A processor reads all weights for every token of one answer; for eight answers at once it reads them once.

use std::time::Instant;

use llama_cpp_2::token::LlamaToken;

use deskmate_core::{Generation, GenerationRequest, Usage, WireError};

use crate::chat::{AT_ONCE, Chat, fault_error, no_token};
use crate::native::Entry;
use crate::turns::{Aside, Turn};
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
    /// Tokens in the sequence, the shared ones first.
    tokens: Vec<LlamaToken>,
    /// Cells of the window that it may come to take beside the shared ones.
    cells: usize,
}

/// Requests that are answered together.
struct Batch<'b> {
    requests: &'b [GenerationRequest],
    prompts: &'b [Vec<LlamaToken>],
    /// Tokens that all prompts begin with.
    shared: usize,
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
        turn: &mut Turn<'_>,
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
        self.context.watch(turn.cancel);
        match prompts.first() {
            Some(first) if shared > 0 => {
                self.read(&first[..shared], turn)?;
            }
            _ => self.forget(),
        }
        let batch = Batch {
            requests,
            prompts: &prompts,
            shared,
        };
        let result = self.write_many(&batch, turn, on_done);
        for sequence in 1..=AT_ONCE {
            self.context.drop_sequence(sequence);
        }
        result
    }

    fn write_many(
        &mut self,
        batch: &Batch<'_>,
        turn: &mut Turn<'_>,
        on_done: &mut dyn FnMut(usize, Generation),
    ) -> Result<(), WireError> {
        let window = self.context_window() - batch.shared;
        let mut waiting = (0..batch.requests.len()).peekable();
        let mut slots: Vec<Slot> = Vec::new();
        loop {
            while let Some(next) = waiting.peek().copied() {
                let own = batch.prompts[next].len() - batch.shared;
                let cells = own + batch.requests[next].max_tokens;
                let taken: usize = slots.iter().map(|slot| slot.cells).sum();
                let free = (1..=AT_ONCE).find(|n| slots.iter().all(|slot| slot.sequence != *n));
                let Some(sequence) = free.filter(|_| taken + cells <= window) else {
                    break;
                };
                waiting.next();
                let started = Instant::now();
                let row = self.read_own(batch, next, sequence, &slots, turn)?;
                let slot = Slot {
                    request: next,
                    sequence,
                    writer: self.writer_for(batch, next, started)?,
                    next: LlamaToken(0),
                    tokens: batch.prompts[next].clone(),
                    cells,
                };
                slots.extend(self.step_slot(slot, row, on_done)?);
            }
            if slots.is_empty() {
                return Ok(());
            }
            self.give_way_with(batch, &slots, turn)?;
            if turn.cancel.is_cancelled() {
                return Err(WireError::cancelled());
            }
            let entries: Vec<Entry> = slots
                .iter()
                .map(|slot| Entry {
                    token: slot.next,
                    position: slot.tokens.len(),
                    sequence: slot.sequence,
                    wants_logits: true,
                })
                .collect();
            self.context.decode_entries(&entries).map_err(fault_error)?;
            let mut going_on = Vec::new();
            for (row, mut slot) in slots.into_iter().enumerate() {
                slot.tokens.push(slot.next);
                going_on.extend(self.step_slot(slot, row, on_done)?);
            }
            slots = going_on;
        }
    }

    /// Reads what a prompt has of its own into a sequence; gives the row of its last token.
    fn read_own(
        &mut self,
        batch: &Batch<'_>,
        request: usize,
        sequence: usize,
        slots: &[Slot],
        turn: &mut Turn<'_>,
    ) -> Result<usize, WireError> {
        let prompt = &batch.prompts[request];
        self.context
            .share(sequence, batch.shared)
            .map_err(fault_error)?;
        let mut at = batch.shared;
        loop {
            if self.give_way_with(batch, slots, turn)? == Aside::Lost {
                self.context.drop_sequence(sequence);
                self.context
                    .share(sequence, batch.shared)
                    .map_err(fault_error)?;
                at = batch.shared;
            }
            if turn.cancel.is_cancelled() {
                return Err(WireError::cancelled());
            }
            let end = prompt.len().min(at + self.slice(turn));
            self.read_range(&prompt[..end], at, sequence, end == prompt.len())?;
            if end == prompt.len() {
                return Ok(end - at - 1);
            }
            at = end;
        }
    }

    /// Computes the tokens from `from` on in a sequence that holds those before.
    fn read_range(
        &mut self,
        tokens: &[LlamaToken],
        from: usize,
        sequence: usize,
        last_wants_logits: bool,
    ) -> Result<(), WireError> {
        let last = tokens.len() - 1;
        let entries: Vec<Entry> = tokens
            .iter()
            .enumerate()
            .skip(from)
            .map(|(position, token)| Entry {
                token: *token,
                position,
                sequence,
                wants_logits: last_wants_logits && position == last,
            })
            .collect();
        self.context.decode_entries(&entries).map_err(fault_error)
    }

    /// Lets others go first, and computes once more what had to make room for them.
    fn give_way_with(
        &mut self,
        batch: &Batch<'_>,
        slots: &[Slot],
        turn: &mut Turn<'_>,
    ) -> Result<Aside, WireError> {
        // Of a prompt that is being read, all that it will take.
        let own = slots.iter().map(|slot| slot.tokens.len() - batch.shared);
        let longest = batch.prompts.iter().map(Vec::len).max().unwrap_or(0);
        let others = own.sum::<usize>() + longest;
        let aside = self.give_way(turn, others)?;
        if aside == Aside::Lost {
            for slot in slots {
                self.context
                    .share(slot.sequence, batch.shared)
                    .map_err(fault_error)?;
                let mut at = batch.shared;
                while at < slot.tokens.len() {
                    if turn.cancel.is_cancelled() {
                        return Err(WireError::cancelled());
                    }
                    let end = slot.tokens.len().min(at + self.slice(turn));
                    self.read_range(&slot.tokens[..end], at, slot.sequence, false)?;
                    at = end;
                }
            }
        }
        Ok(aside)
    }

    fn writer_for(
        &mut self,
        batch: &Batch<'_>,
        request: usize,
        started: Instant,
    ) -> Result<Writer, WireError> {
        let usage = Usage {
            prompt_tokens: batch.prompts[request].len() as u64,
            reused_tokens: batch.shared as u64,
            ..Usage::default()
        };
        let request = &batch.requests[request];
        let form = self.start_form(request)?;
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
