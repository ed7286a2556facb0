//! One answer in the making: chooses tokens, holds them to their form, turns them into text, knows when it ends.

use std::time::Instant;

use llama_cpp_2::token::LlamaToken;
use llama_cpp_2::vocab::LlamaVocab;

use deskmate_core::{ErrorCode, Generation, GenerationRequest, StopReason, Usage, WireError};

use crate::constraint::Form;
use crate::sampling::Sampler;
use crate::text_stream::TextStream;

/// What follows after a token was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// The answer goes on; this token is to be computed.
    Compute(LlamaToken),
    /// The answer is finished.
    End,
}

/// An answer as far as it has come.
pub(crate) struct Writer {
    sampler: Sampler,
    form: Option<Form>,
    stream: TextStream,
    usage: Usage,
    max_tokens: u64,
    never_end: bool,
    started: Instant,
    stop_reason: StopReason,
}

impl Writer {
    /// Begins an answer to a request; `stops` are the stop texts, those of the model's template among them.
    pub(crate) fn new(
        request: &GenerationRequest,
        form: Option<Form>,
        stops: &[String],
        usage: Usage,
        started: Instant,
    ) -> Self {
        Self {
            sampler: Sampler::new(request.temperature, request.seed),
            form,
            stream: TextStream::new(stops),
            usage,
            max_tokens: request.max_tokens as u64,
            never_end: false,
            started,
            stop_reason: StopReason::MaxTokens,
        }
    }

    /// Goes on when the model wants to end; for measurements.
    pub(crate) fn never_ending(mut self, yes: bool) -> Self {
        self.never_end = yes;
        self
    }

    /// What a drafted token could at best be: only a greedy choice can be foreseen.
    pub(crate) fn is_greedy(&self) -> bool {
        self.sampler.is_greedy()
    }

    /// Tokens that may still come.
    pub(crate) fn tokens_left(&self) -> usize {
        usize::try_from(self.max_tokens - self.usage.generated_tokens).unwrap_or(usize::MAX)
    }

    /// Chooses the next token from logits and hands the text that it makes certain to `on_text`.
    ///
    /// # Errors
    /// `Internal` when there is no token to choose.
    pub(crate) fn step(
        &mut self,
        logits: &[f32],
        vocab: &LlamaVocab<'_>,
        on_text: &mut dyn FnMut(&str),
    ) -> Result<Step, WireError> {
        if self.tokens_left() == 0 {
            return Ok(Step::End);
        }
        let token = self.choose(logits)?;
        if self.usage.generated_tokens == 0 {
            self.usage.ttft_ms = milliseconds_since(self.started);
        }
        if vocab.is_eog(token) && !self.never_end {
            self.stop_reason = StopReason::EndOfTurn;
            return Ok(Step::End);
        }
        if let Some(form) = &mut self.form {
            form.accept(usize::try_from(token.0).unwrap_or(usize::MAX))?;
        }
        self.usage.generated_tokens += 1;
        let delta = self.stream.push(&vocab.token_to_piece(token, false, None));
        if !delta.is_empty() {
            on_text(&delta);
        }
        if self.stream.is_stopped() {
            self.stop_reason = StopReason::StopText;
            return Ok(Step::End);
        }
        if self.form.as_ref().is_some_and(Form::is_finished) {
            self.stop_reason = StopReason::EndOfTurn;
            return Ok(Step::End);
        }
        // The last token need not be computed: nothing is chosen after it.
        if self.tokens_left() == 0 {
            return Ok(Step::End);
        }
        Ok(Step::Compute(token))
    }

    /// Ends the answer: gives out what was held back, and the whole.
    pub(crate) fn finish(mut self, on_text: &mut dyn FnMut(&str)) -> Generation {
        let rest = self.stream.finish();
        if !rest.is_empty() {
            on_text(&rest);
        }
        self.usage.total_ms = milliseconds_since(self.started);
        Generation {
            text: self.stream.into_text(),
            stop_reason: self.stop_reason,
            usage: self.usage,
        }
    }

    fn choose(&mut self, logits: &[f32]) -> Result<LlamaToken, WireError> {
        let nothing = || WireError::new(ErrorCode::Internal, "the model gave no next token");
        let chosen = match &mut self.form {
            Some(form) => form.choose(logits, &mut self.sampler)?,
            None => self.sampler.choose_any(logits),
        };
        let token = chosen.ok_or_else(nothing)?;
        i32::try_from(token).map(LlamaToken).map_err(|_| nothing())
    }
}

pub(crate) fn milliseconds_since(started: Instant) -> u64 {
    u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX)
}
