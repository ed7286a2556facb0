//! Generation with one chat model: prompt, prefix reuse, sampling, streaming.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::token::LlamaToken;

use deskmate_core::{
    CancelToken, ErrorCode, Generation, GenerationRequest, Message, Usage, WireError,
};

use crate::backends::Backends;
use crate::constraint::{Form, FormFactory};
use crate::lookahead::{Lookahead, MAX_DRAFT};
use crate::model::Loaded;
use crate::native::{Context, Entry, Fault, Purpose};
use crate::template::{ChatTemplate, Piece};
use crate::turns::{Parked, Turn};
use crate::writer::{Step, Writer};

/// Prompt tokens computed in one call on the CPU, where the abort callback stops it within a layer.
const CPU_SLICE: usize = 512;
/// The same of work that lets a question go first, which waits for the call that runs: 128 tokens of a model with one and
/// a half thousand million parameters took 6.6 s on two cores that other programs used too.
const SHORT_SLICE: usize = 128;
/// On a graphics device a call cannot be stopped, so calls are short.
const GPU_SLICE: usize = 128;

/// Answers that are written at once, one sequence each, beside the first sequence, which holds what they share.
pub(crate) const AT_ONCE: usize = 8;
/// The last sequence is for work that is set aside.
const SEQUENCES: usize = AT_ONCE + 2;

/// A chat model with its context.
pub(crate) struct Chat<'model> {
    pub(crate) model: &'model LlamaModel,
    pub(crate) context: Context<'model>,
    template: ChatTemplate,
    controls: Vec<String>,
    bos: Option<LlamaToken>,
    /// Exactly the tokens that the context holds.
    held: Vec<LlamaToken>,
    forms: Option<FormFactory>,
    /// Prompt tokens computed in one call.
    slice: usize,
    /// Token of the last computation of a prompt that has logits.
    last_row: usize,
    lookahead: Lookahead,
    /// Work of others that waits while this is computed.
    pub(crate) parked: Parked,
}

/// A draft that was computed: what it took, and how many of its tokens the model chose itself.
struct Draft {
    took: Duration,
    right: usize,
}

/// What the bench changes about a generation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Habits {
    /// Go on when the model wants to end.
    pub(crate) never_end: bool,
    /// Compute one token at a time, never a draft from the prompt.
    pub(crate) never_draft: bool,
}

impl<'model> Chat<'model> {
    /// Makes a context and computes one token, so that the first question does not pay for reading the weights.
    ///
    /// # Errors
    /// `OutOfMemory` when the context cannot be made.
    pub(crate) fn new(backends: &Backends, loaded: &'model Loaded) -> Result<Self, WireError> {
        let model = &loaded.model;
        let purpose = Purpose::Chat {
            sequences: SEQUENCES as u32,
            outputs: (SEQUENCES + MAX_DRAFT) as u32,
        };
        let context = Context::new(&backends.backend, model, &loaded.plan, purpose)
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
            last_row: 0,
            lookahead: Lookahead::default(),
            parked: Parked::default(),
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
        self.generate_in_turn(request, habits, &mut Turn::alone(cancel), on_text)
    }

    /// As [`Chat::generate`], letting others go first if `turn` says so.
    ///
    /// # Errors
    /// As [`Chat::generate`].
    pub(crate) fn generate_in_turn(
        &mut self,
        request: &GenerationRequest,
        habits: Habits,
        turn: &mut Turn<'_>,
        on_text: &mut dyn FnMut(&str),
    ) -> Result<Generation, WireError> {
        let started = Instant::now();
        let prompt = self.prompt_tokens(&request.messages)?;
        self.check_length(prompt.len(), request.max_tokens)?;
        let form = self.start_form(request)?;
        self.context.watch(turn.cancel);
        self.make_room(prompt.len() + request.max_tokens);
        let reused = self.read(&prompt, turn)?;
        let usage = Usage {
            prompt_tokens: prompt.len() as u64,
            reused_tokens: reused as u64,
            ..Usage::default()
        };
        let mut writer = Writer::new(request, form, &self.stops(request), usage, started)
            .never_ending(habits.never_end);
        let written = self.write(&mut writer, habits, turn, on_text);
        // What was computed ahead and not chosen must not stay: the next prompt is compared with `held`.
        let held = self.held.len();
        self.keep(held);
        written?;
        Ok(writer.finish(on_text))
    }

    /// Lets the writer choose until it ends, from the logits of the last computation on.
    fn write(
        &mut self,
        writer: &mut Writer,
        habits: Habits,
        turn: &mut Turn<'_>,
        on_text: &mut dyn FnMut(&str),
    ) -> Result<(), WireError> {
        let vocab = self.model.vocab();
        self.lookahead.begin();
        // Which token of the last computation to choose after, and the drafted tokens that follow it there.
        let mut row = self.last_row;
        let mut ahead: VecDeque<LlamaToken> = VecDeque::new();
        let mut running: Option<Draft> = None;
        loop {
            let logits = self.context.logits(row).ok_or_else(no_token)?;
            let step = writer.step(logits, &vocab, on_text)?;
            if let Step::Compute(token) = step
                && ahead.front() == Some(&token)
            {
                ahead.pop_front();
                self.held.push(token);
                row += 1;
                if let Some(draft) = &mut running {
                    draft.right += 1;
                }
            } else {
                if let Some(draft) = running.take() {
                    self.lookahead.note(draft.took, Some(draft.right));
                }
                let Step::Compute(token) = step else {
                    return Ok(());
                };
                if !ahead.is_empty() {
                    ahead.clear();
                    let held = self.held.len();
                    self.keep(held);
                }
                self.give_way(turn, 0)?;
                self.held.push(token);
                if !habits.never_draft && writer.is_greedy() {
                    let draft = self.lookahead.draft(&self.held, writer.tokens_left());
                    ahead.extend(draft);
                }
                let begun = Instant::now();
                self.compute_last_and(&ahead)?;
                row = 0;
                let took = begun.elapsed();
                if ahead.is_empty() {
                    self.lookahead.note(took, None);
                } else {
                    running = Some(Draft { took, right: 0 });
                }
            }
            if turn.cancel.is_cancelled() {
                return Err(WireError::cancelled());
            }
        }
    }

    /// Computes the last held token and those drafted after it, which do not count as held.
    fn compute_last_and(&mut self, ahead: &VecDeque<LlamaToken>) -> Result<(), WireError> {
        let before = self.held.len().saturating_sub(1);
        let entries: Vec<Entry> = self.held[before..]
            .iter()
            .chain(ahead)
            .enumerate()
            .map(|(index, token)| Entry {
                token: *token,
                position: before + index,
                sequence: 0,
                wants_logits: true,
            })
            .collect();
        self.context.decode_entries(&entries).map_err(|fault| {
            self.keep(before);
            fault_error(fault)
        })
    }

    /// Prompt tokens of one computation.
    pub(crate) fn slice(&self, turn: &Turn<'_>) -> usize {
        let slice = match turn.gives_way() {
            true => self.slice.min(SHORT_SLICE),
            false => self.slice,
        };
        slice.min(self.context.n_batch()).max(1)
    }

    /// The stop texts of a request and of the model's template.
    pub(crate) fn stops(&self, request: &GenerationRequest) -> Vec<String> {
        let own = self.template.stops().iter().map(ToString::to_string);
        request.stop.iter().cloned().chain(own).collect()
    }

    /// Forgets what the context holds, so that the next prompt is read from its start.
    pub(crate) fn forget(&mut self) {
        self.context.clear();
        self.held.clear();
    }

    pub(crate) fn start_form(
        &mut self,
        request: &GenerationRequest,
    ) -> Result<Option<Form>, WireError> {
        let Some(constraint) = &request.constraint else {
            return Ok(None);
        };
        let forms = match &mut self.forms {
            Some(forms) => forms,
            empty => empty.insert(FormFactory::new(self.model)?),
        };
        forms.start(constraint).map(Some)
    }

    pub(crate) fn check_length(&self, prompt: usize, max_tokens: usize) -> Result<(), WireError> {
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
    pub(crate) fn read(
        &mut self,
        prompt: &[LlamaToken],
        turn: &mut Turn<'_>,
    ) -> Result<usize, WireError> {
        let mut kept = self.common(prompt);
        if kept < self.held.len() && !self.keep(kept) {
            kept = 0;
        }
        for slice in prompt[kept..].chunks(self.slice(turn)) {
            self.give_way(turn, 0)?;
            if turn.cancel.is_cancelled() {
                return Err(WireError::cancelled());
            }
            self.advance(slice)?;
            self.last_row = slice.len() - 1;
        }
        Ok(kept)
    }

    /// How many tokens of a prompt are held and need not be computed; never the last one, whose logits choose the first
    /// token of the answer.
    pub(crate) fn common(&self, prompt: &[LlamaToken]) -> usize {
        self.held
            .iter()
            .zip(prompt)
            .take_while(|(held, wanted)| held == wanted)
            .count()
            .min(prompt.len().saturating_sub(1))
    }

    /// Exactly the tokens that the context holds.
    pub(crate) fn held_tokens(&self) -> &[LlamaToken] {
        &self.held
    }

    /// Notes that the context holds these tokens.
    pub(crate) fn hold(&mut self, tokens: Vec<LlamaToken>) {
        self.held = tokens;
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

pub(crate) fn no_token() -> WireError {
    WireError::new(ErrorCode::Internal, "the model gave no next token")
}
