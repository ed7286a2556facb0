//! Handing over what a chat model computed for a prompt, and taking it back.

use llama_cpp_2::token::LlamaToken;

use deskmate_core::{Message, Usage, WireError};

use crate::chat::Chat;
use crate::protocol::KeepParams;
use crate::saved::{self, Head};

impl Chat<'_> {
    /// The tokens of a prompt, and how many of them need not be computed.
    ///
    /// # Errors
    /// Those of the template.
    pub(crate) fn look(&self, messages: &[Message]) -> Result<(Vec<i32>, usize), WireError> {
        let prompt = self.prompt_tokens(messages)?;
        let held = self.common(&prompt);
        Ok((prompt.iter().map(|token| token.0).collect(), held))
    }

    /// Takes a saved prefix as if its tokens had been read, and tells how many they are; 0 for one that is damaged or of
    /// another engine, and then nothing is held.
    pub(crate) fn restore(&mut self, engine: &str, bytes: &[u8]) -> usize {
        let Ok((head, state)) = saved::open(bytes) else {
            return 0;
        };
        let tokens: Vec<LlamaToken> = head.tokens.iter().copied().map(LlamaToken).collect();
        let fits = head.engine == engine
            && !tokens.is_empty()
            && tokens.len() <= self.context_window()
            && self.context.knows_all(&tokens);
        if !fits {
            return 0;
        }
        self.hold(Vec::new());
        self.make_room(tokens.len());
        if !self.context.read_state(state, tokens.len()) {
            return 0;
        }
        self.hold(tokens);
        self.held_tokens().len()
    }

    /// The file of what is held after an answer; `None` where keeping it does not pay.
    pub(crate) fn save(&self, keep: &KeepParams, usage: &Usage) -> Option<Vec<u8>> {
        let computed = usage.prompt_tokens.saturating_sub(usage.reused_tokens);
        if computed < keep.least_tokens as u64 || usage.ttft_ms < keep.least_ms {
            return None;
        }
        let state_bytes = self.context.state_bytes() as u64;
        if state_bytes == 0 || state_bytes > keep.most_bytes.min(saved::MAX_STATE_BYTES) {
            return None;
        }
        let head = Head {
            engine: keep.engine.clone(),
            tokens: self.held_tokens().iter().map(|token| token.0).collect(),
            holds: keep.holds.clone(),
            state_bytes,
        };
        saved::assemble(&head, |state| self.context.write_state(state))
    }
}
