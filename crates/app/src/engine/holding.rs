//! A chat model that keeps on the disk what it computed for long prompts, and takes it from there.

use std::sync::Arc;
use std::time::Instant;

use deskmate_core::{
    CancelToken, ErrorCode, Generation, GenerationRequest, TextGenerator, Usage, WireError,
};
use deskmate_llm::protocol::{Call, KeepParams, Raw, Reply};
use deskmate_llm::saved::folder::{Folder, Writing};
use deskmate_llm::saved::{Holds, MAX_STATE_BYTES, engine_name};

use super::chat::ChatEngine;
use super::worker::unexpected;

/// A saved prefix is taken when it spares this many tokens more than what the model holds anyway. On two cores a token of
/// a model with half a thousand million parameters takes 8 ms to compute, and all of a saved prefix some 30 ms to load.
const LEAST_SPARED: usize = 64;

/// Prompts of fewer new tokens are not kept: each takes 12 to 150 KiB a token on the disk.
const LEAST_TOKENS: usize = 256;

/// What was computed in less time is not kept: on a graphics card that reads a document in half a second, writing and
/// loading its state gains nothing.
const LEAST_MS: u64 = 1_500;

/// Where prefixes are kept, and the checksum of the model that makes them.
pub(crate) struct Keeping {
    pub(crate) folder: Arc<Folder>,
    pub(crate) model_sha256: String,
}

/// A chat model for prompts that hold what `holds` says.
pub(crate) struct HoldingEngine<'a> {
    chat: &'a ChatEngine,
    holds: Holds,
}

impl ChatEngine {
    /// This model for prompts that hold these things. Long ones are kept on the disk until these are forgotten; the model
    /// itself, asked without, keeps nothing.
    pub(crate) fn holding(&self, holds: Holds) -> HoldingEngine<'_> {
        HoldingEngine { chat: self, holds }
    }
}

impl HoldingEngine<'_> {
    /// Lets the model take the saved prefix that spares most, if one is there.
    fn take_saved(
        &self,
        keeping: &Keeping,
        engine: &str,
        request: &GenerationRequest,
        cancel: &CancelToken,
    ) -> Result<(), WireError> {
        let folder = &keeping.folder;
        if !folder.has_any(engine) {
            return Ok(());
        }
        let look = Call::Look {
            messages: request.messages.clone(),
        };
        let worker = &self.chat.worker;
        let (tokens, held) = match worker.call(look, cancel, &mut |_| {})? {
            Reply::Prompt { tokens, held } => (tokens, held),
            other => return Err(unexpected(&other)),
        };
        let Some(found) = folder.longest(engine, &tokens, held + LEAST_SPARED) else {
            return Ok(());
        };
        let Ok(data) = std::fs::read(&found.path) else {
            folder.remove(&found.path);
            return Ok(());
        };
        let restore = Call::Restore {
            engine: engine.to_owned(),
            bytes: data.len(),
            data: Raw(data),
        };
        match worker.call(restore, cancel, &mut |_| {}) {
            Ok(Reply::Restored { tokens: 1.. }) => folder.used(&found.path),
            Ok(Reply::Restored { tokens: 0 }) => folder.remove(&found.path),
            Ok(other) => return Err(unexpected(&other)),
            // Whatever it is that the worker died of, it shall not die of it again.
            Err(error) if error.code == ErrorCode::WorkerCrashed => folder.remove(&found.path),
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn generate_with(
        &self,
        keeping: &Keeping,
        request: &GenerationRequest,
        cancel: &CancelToken,
        on_text: &mut dyn FnMut(&str),
    ) -> Result<Generation, WireError> {
        let engine = engine_name(&keeping.model_sha256, &self.chat.info()?);
        let begun = Instant::now();
        self.take_saved(keeping, &engine, request, cancel)?;
        let took_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        // From here on, whatever is forgotten keeps this prompt from being kept.
        let mut writing = keeping.folder.begin();
        let keep = writing.is_some().then(|| KeepParams {
            engine,
            holds: self.holds.clone(),
            least_tokens: LEAST_TOKENS,
            least_ms: LEAST_MS,
            most_bytes: MAX_STATE_BYTES.min(keeping.folder.limit_bytes()),
        });
        let call = Call::Generate {
            request: request.clone(),
            keep,
        };
        let reply = self
            .chat
            .worker
            .call(call, cancel, &mut |reply| match reply {
                Reply::Text { delta } => on_text(&delta),
                Reply::State { data, .. } => write(&mut writing, &data.0),
                _ => {}
            })?;
        let Reply::Done { mut generation } = reply else {
            return Err(unexpected(&reply));
        };
        if let Some(writing) = writing {
            keeping.folder.put(writing);
        }
        add_ms(&mut generation.usage, took_ms);
        Ok(generation)
    }
}

/// Time before the model began, which whoever waits for the first word waits for too.
fn add_ms(usage: &mut Usage, ms: u64) {
    usage.ttft_ms += ms;
    usage.total_ms += ms;
}

/// Writes a part; when the disk takes no more, the rest is let go of.
fn write(writing: &mut Option<Writing>, bytes: &[u8]) {
    if let Some(part) = writing
        && !part.write(bytes)
    {
        *writing = None;
    }
}

impl TextGenerator for HoldingEngine<'_> {
    fn generate(
        &self,
        request: &GenerationRequest,
        cancel: &CancelToken,
        on_text: &mut dyn FnMut(&str),
    ) -> Result<Generation, WireError> {
        match &self.chat.keeping {
            Some(keeping) => self.generate_with(keeping, request, cancel, on_text),
            None => self.chat.generate(request, cancel, on_text),
        }
    }

    fn generate_many(
        &self,
        requests: &[GenerationRequest],
        cancel: &CancelToken,
        on_done: &mut dyn FnMut(usize, Generation),
    ) -> Result<(), WireError> {
        self.chat.generate_many(requests, cancel, on_done)
    }

    fn count_tokens(&self, texts: &[String]) -> Result<Vec<usize>, WireError> {
        self.chat.count_tokens(texts)
    }

    fn context_window(&self) -> Result<usize, WireError> {
        self.chat.context_window()
    }
}
