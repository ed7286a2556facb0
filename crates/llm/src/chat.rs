//! Generation with one chat model: prompt, prefix reuse, sampling, streaming.

use std::time::Instant;

use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::token::LlamaToken;

use deskmate_core::{
    CancelToken, ErrorCode, Generation, GenerationRequest, Message, StopReason, Usage, WireError,
};

use crate::backends::Backends;
use crate::constraint::{Form, FormFactory};
use crate::model::Loaded;
use crate::native::{Context, Fault, Purpose};
use crate::sampling::Sampler;
use crate::template::{ChatTemplate, Piece};
use crate::text_stream::TextStream;

/// Prompt tokens computed in one call on the CPU, where the abort callback stops it within a layer.
const CPU_SLICE: usize = 512;
/// On a graphics device a call cannot be stopped, so calls are short.
const GPU_SLICE: usize = 128;

/// A chat model with its context.
pub(crate) struct Chat<'model> {
    model: &'model LlamaModel,
    context: Context<'model>,
    template: ChatTemplate,
    controls: Vec<String>,
    bos: Option<LlamaToken>,
    /// Exactly the tokens that the context holds.
    held: Vec<LlamaToken>,
    forms: Option<FormFactory>,
    slice: usize,
}

/// What the bench changes about a generation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Habits {
    /// Go on when the model wants to end.
    pub(crate) never_end: bool,
}

impl<'model> Chat<'model> {
    /// Makes a context and computes one token, so that the first question does not pay for reading the weights.
    ///
    /// # Errors
    /// `OutOfMemory` when the context cannot be made.
    pub(crate) fn new(backends: &Backends, loaded: &'model Loaded) -> Result<Self, WireError> {
        let model = &loaded.model;
        let context = Context::new(&backends.backend, model, &loaded.plan, Purpose::Chat)
            .ok_or_else(|| no_context(loaded))?;
        let vocab = model.vocab();
        let text_of = |token: LlamaToken| {
            if token.0 < 0 {
                return String::new();
            }
            String::from_utf8_lossy(&vocab.token_to_piece(token, true, None)).into_owned()
        };
        let source = model
            .chat_template(None)
            .ok()
            .and_then(|template| template.to_string().ok());
        let controls = vocab
            .tokens()
            .filter(|token| vocab.is_control(*token))
            .map(text_of)
            .filter(|text| text.chars().count() > 1)
            .collect();
        let template = ChatTemplate::new(source, text_of(vocab.bos()), text_of(vocab.eos()));
        let bos = (vocab.bos().0 >= 0).then(|| vocab.bos());
        let mut chat = Self {
            model,
            context,
            template,
            controls,
            bos,
            held: Vec::new(),
            forms: None,
            slice: if loaded.plan.gpu_layers > 0 {
                GPU_SLICE
            } else {
                CPU_SLICE
            },
        };
        let any = bos.or_else(|| vocab.tokens().next());
        if let Some(token) = any {
            chat.context.decode(&[token]).map_err(fault_error)?;
            chat.context.clear();
        }
        Ok(chat)
    }

    /// Tokens that prompt and answer may have together.
    pub(crate) fn context_window(&self) -> usize {
        self.context.n_ctx()
    }

    /// Tokens of a text, without special ones.
    pub(crate) fn count_tokens(&self, text: &str) -> usize {
        self.model
            .vocab()
            .tokenize(text.as_bytes(), false, false)
            .len()
    }

    /// The prompt's tokens. Control tokens come from the template alone, never from what a message says.
    pub(crate) fn prompt_tokens(&self, messages: &[Message]) -> Result<Vec<LlamaToken>, WireError> {
        let pieces = self.template.prompt(messages, &self.controls)?;
        let vocab = self.model.vocab();
        let mut tokens = Vec::new();
        if vocab.should_add_bos() {
            tokens.extend(self.bos);
        }
        for piece in &pieces {
            match piece {
                Piece::Frame(text) => tokens.extend(vocab.tokenize(text.as_bytes(), false, true)),
                Piece::Content(text) => {
                    tokens.extend(vocab.tokenize(text.as_bytes(), false, false))
                }
            }
        }
        // Many templates write the first token themselves.
        if tokens.len() > 1
            && self.bos.is_some()
            && tokens[0] == tokens[1]
            && tokens.first().copied() == self.bos
        {
            tokens.remove(0);
        }
        Ok(tokens)
    }

    /// Generates text and hands every new piece of it to `on_text`.
    ///
    /// # Errors
    /// `ContextTooLong` before anything is computed, `Cancelled`, `InvalidInput` for a wrong constraint.
    pub(crate) fn generate(
        &mut self,
        request: &GenerationRequest,
        habits: Habits,
        cancel: &CancelToken,
        on_text: &mut dyn FnMut(&str),
    ) -> Result<Generation, WireError> {
        let started = Instant::now();
        let prompt = self.prompt_tokens(&request.messages)?;
        self.check_length(prompt.len(), request.max_tokens)?;
        let mut form = self.start_form(request)?;
        self.context.watch(cancel);
        let reused = self.read(&prompt, cancel)?;
        let mut usage = Usage {
            prompt_tokens: prompt.len() as u64,
            reused_tokens: reused as u64,
            ..Usage::default()
        };
        let mut stops = request.stop.clone();
        stops.extend(self.template.stops().iter().map(ToString::to_string));
        let mut stream = TextStream::new(&stops);
        let mut sampler = Sampler::new(request.temperature, request.seed);
        let vocab = self.model.vocab();
        let mut stop_reason = StopReason::MaxTokens;
        for step in 0..request.max_tokens {
            let token = self.choose(&mut sampler, form.as_mut())?;
            if step == 0 {
                usage.ttft_ms = milliseconds_since(started);
            }
            if vocab.is_eog(token) && !habits.never_end {
                stop_reason = StopReason::EndOfTurn;
                break;
            }
            if let Some(form) = &mut form {
                form.accept(usize::try_from(token.0).unwrap_or(usize::MAX))?;
            }
            usage.generated_tokens += 1;
            let delta = stream.push(&vocab.token_to_piece(token, false, None));
            if !delta.is_empty() {
                on_text(&delta);
            }
            if stream.is_stopped() {
                stop_reason = StopReason::StopText;
                break;
            }
            if form.as_ref().is_some_and(Form::is_finished) {
                stop_reason = StopReason::EndOfTurn;
                break;
            }
            if cancel.is_cancelled() {
                return Err(WireError::cancelled());
            }
            // The last token need not be computed: nothing is chosen after it.
            if step + 1 < request.max_tokens {
                self.advance(&[token])?;
            }
        }
        let rest = stream.finish();
        if !rest.is_empty() {
            on_text(&rest);
        }
        usage.total_ms = milliseconds_since(started);
        Ok(Generation {
            text: stream.into_text(),
            stop_reason,
            usage,
        })
    }

    /// Forgets what the context holds, so that the next prompt is read from its start.
    pub(crate) fn forget(&mut self) {
        self.context.clear();
        self.held.clear();
    }

    fn choose(
        &self,
        sampler: &mut Sampler,
        form: Option<&mut Form>,
    ) -> Result<LlamaToken, WireError> {
        let nothing = || WireError::new(ErrorCode::Internal, "the model gave no next token");
        let logits = self.context.logits().ok_or_else(nothing)?;
        let chosen = match form {
            Some(form) => form.choose(logits, sampler)?,
            None => sampler.choose_any(logits),
        };
        let token = chosen.ok_or_else(nothing)?;
        i32::try_from(token).map(LlamaToken).map_err(|_| nothing())
    }

    fn start_form(&mut self, request: &GenerationRequest) -> Result<Option<Form>, WireError> {
        let Some(constraint) = &request.constraint else {
            return Ok(None);
        };
        let forms = match &mut self.forms {
            Some(forms) => forms,
            empty => empty.insert(FormFactory::new(self.model)?),
        };
        forms.start(constraint).map(Some)
    }

    fn check_length(&self, prompt: usize, max_tokens: usize) -> Result<(), WireError> {
        let window = self.context_window();
        if prompt == 0 {
            return Err(WireError::new(
                ErrorCode::InvalidInput,
                "the prompt is empty",
            ));
        }
        if prompt.saturating_add(max_tokens) <= window {
            return Ok(());
        }
        Err(WireError::new(
            ErrorCode::ContextTooLong,
            format!(
                "the prompt has `{prompt}` tokens and the answer may have `{max_tokens}`, but the context window \
                 is `{window}`"
            ),
        )
        .with_hint("shorten the text, use fewer sources, or set a larger context window"))
    }

    /// Brings the context to hold exactly `prompt` and gives how many of its tokens were there already.
    fn read(&mut self, prompt: &[LlamaToken], cancel: &CancelToken) -> Result<usize, WireError> {
        let common = self
            .held
            .iter()
            .zip(prompt)
            .take_while(|(held, wanted)| held == wanted)
            .count();
        // The last token is always computed: its logits choose the first token of the answer.
        let mut kept = common.min(prompt.len().saturating_sub(1));
        if kept < self.held.len() && !self.keep(kept) {
            kept = 0;
        }
        for slice in prompt[kept..].chunks(self.slice.min(self.context.n_batch())) {
            if cancel.is_cancelled() {
                return Err(WireError::cancelled());
            }
            self.advance(slice)?;
        }
        Ok(kept)
    }

    fn keep(&mut self, count: usize) -> bool {
        let kept = self.context.keep(count);
        self.held.truncate(if kept { count } else { 0 });
        kept
    }

    fn advance(&mut self, tokens: &[LlamaToken]) -> Result<(), WireError> {
        match self.context.decode(tokens) {
            Ok(()) => {
                self.held.extend_from_slice(tokens);
                Ok(())
            }
            Err(fault) => {
                // An interrupted computation may have left part of the tokens behind.
                let held = self.held.len();
                self.keep(held);
                Err(fault_error(fault))
            }
        }
    }
}

pub(crate) fn no_context(loaded: &Loaded) -> WireError {
    WireError::new(
        ErrorCode::OutOfMemory,
        format!(
            "no context of `{}` tokens could be made for `{}`",
            loaded.plan.n_ctx,
            loaded.params.path.display()
        ),
    )
    .with_hint("close other programs, or choose a smaller model or context window")
}

pub(crate) fn fault_error(fault: Fault) -> WireError {
    match fault {
        Fault::Aborted => WireError::cancelled(),
        Fault::NoRoom => WireError::new(ErrorCode::ContextTooLong, "the context window is full"),
        Fault::OutOfMemory => {
            WireError::new(ErrorCode::OutOfMemory, "memory ran out while computing")
                .with_hint("close other programs, or choose a smaller model")
        }
        Fault::Refused => WireError::new(ErrorCode::Internal, "the tokens cannot be computed"),
        Fault::Code(code) => WireError::new(
            ErrorCode::Internal,
            format!("llama.cpp failed with the code `{code}`"),
        ),
    }
}

pub(crate) fn milliseconds_since(started: Instant) -> u64 {
    u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX)
}
