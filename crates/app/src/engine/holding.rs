//! A chat model that keeps on the disk what it computed for long prompts, and takes it from there.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use deskmate_core::{
    CancelToken, ErrorCode, Generation, GenerationRequest, TextGenerator, WireError,
};
use deskmate_llm::protocol::{Call, KeepParams, Priority, Raw, Reply, SavedParams};
use deskmate_llm::saved::folder::{Folder, Writing};
use deskmate_llm::saved::{Holds, MAX_STATE_BYTES, engine_name};

use super::chat::ChatEngine;
use super::worker::unexpected;

/// A saved prefix is taken when it spares this many tokens more than what the model holds anyway. On two busy cores and
/// with a model of half a thousand million parameters, 2,044 tokens of 24 MiB were loaded and 11 read in 1.0 s, where
/// all of them took 47 s to read: 23 ms a token.
const LEAST_SPARED: usize = 64;

/// Prompts of fewer new tokens are not kept: each takes 12 to 150 KiB a token on the disk, and is soon read.
const LEAST_TOKENS: usize = 128;

/// What was read in less time is not kept: on a graphics card that reads a document in half a second, writing and loading
/// its state gains nothing.
const LEAST_MS: u64 = 1_000;

/// One piece of work keeps no more than this part of all that may be kept: a book of a hundred sections would push out
/// everything else, and be pushed out by itself before it is read again.
const SHARE_OF_LIMIT: u64 = 4;

/// Where prefixes are kept, and the checksum of the model that makes them.
pub(crate) struct Keeping {
    pub(crate) folder: Arc<Folder>,
    pub(crate) model_sha256: String,
}

/// A chat model for one kind of work: what stands in its prompts, and who goes first.
pub(crate) struct ChatFor<'a> {
    chat: &'a ChatEngine,
    /// `None`: nothing is kept.
    holds: Option<Holds>,
    priority: Priority,
    /// Bytes kept for this work so far.
    kept_bytes: AtomicU64,
}

/// Long prompts are kept on the disk until what stands in them is forgotten; the model itself, asked without one of
/// these, keeps nothing.
impl ChatEngine {
    /// For a conversation, whose question goes before all other work.
    pub(crate) fn for_conversation(&self) -> ChatFor<'_> {
        ChatFor {
            chat: self,
            holds: Some(Holds::conversation()),
            priority: Priority::Now,
            kept_bytes: AtomicU64::new(0),
        }
    }

    /// For a piece of work on these files, which lets questions go first.
    pub(crate) fn for_work_on(&self, files: &[PathBuf]) -> ChatFor<'_> {
        ChatFor {
            chat: self,
            holds: Some(Holds::files(files)),
            priority: Priority::Later,
            kept_bytes: AtomicU64::new(0),
        }
    }

    /// For many short prompts, which let questions go first and are not kept.
    pub(crate) fn for_rows(&self) -> ChatFor<'_> {
        ChatFor {
            chat: self,
            holds: None,
            priority: Priority::Later,
            kept_bytes: AtomicU64::new(0),
        }
    }
}

impl ChatFor<'_> {
    /// The saved prefix that spares most of a prompt, if one is there.
    fn saved_for(
        &self,
        keeping: &Keeping,
        engine: &str,
        request: &GenerationRequest,
        cancel: &CancelToken,
    ) -> Result<Option<(PathBuf, SavedParams)>, WireError> {
        let folder = &keeping.folder;
        if !folder.has_any(engine) {
            return Ok(None);
        }
        let look = Call::Look {
            messages: request.messages.clone(),
        };
        let (tokens, held) = match self.chat.worker.call(look, cancel, &mut |_| {})? {
            Reply::Prompt { tokens, held } => (tokens, held),
            other => return Err(unexpected(&other)),
        };
        let Some(found) = folder.longest(engine, &tokens, held + LEAST_SPARED) else {
            return Ok(None);
        };
        let Ok(data) = std::fs::read(&found.path) else {
            folder.remove(&found.path);
            return Ok(None);
        };
        let saved = SavedParams {
            engine: engine.to_owned(),
            bytes: data.len(),
            data: Raw(data),
        };
        Ok(Some((found.path, saved)))
    }

    fn generate_with(
        &self,
        (keeping, holds): (&Keeping, &Holds),
        request: &GenerationRequest,
        cancel: &CancelToken,
        on_text: &mut dyn FnMut(&str),
    ) -> Result<Generation, WireError> {
        let folder = &keeping.folder;
        let engine = engine_name(&keeping.model_sha256, &self.chat.info()?);
        let begun = Instant::now();
        let saved = self.saved_for(keeping, &engine, request, cancel)?;
        let looked_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        let (path, saved) = saved.map_or((None, None), |(path, saved)| (Some(path), Some(saved)));
        // From here on, whatever is forgotten keeps this prompt from being kept.
        let share = folder.limit_bytes() / SHARE_OF_LIMIT;
        let left = share.saturating_sub(self.kept_bytes.load(Ordering::Relaxed));
        let mut writing = folder.begin().filter(|_| left > 0);
        let mut kept = 0;
        let call = Call::Generate {
            request: request.clone(),
            saved,
            keep: writing.is_some().then(|| KeepParams {
                engine,
                holds: holds.clone(),
                least_tokens: LEAST_TOKENS,
                least_ms: LEAST_MS,
                most_bytes: MAX_STATE_BYTES.min(left),
            }),
            priority: self.priority,
        };
        let mut restored = None;
        let result = self.chat.worker.call(call, cancel, &mut |reply| {
            if let Reply::Text { delta } = reply {
                on_text(&delta);
            } else if let Reply::Restored { tokens } = reply {
                restored = Some(tokens);
            } else if let Reply::State { data, .. } = reply {
                kept += data.0.len() as u64;
                write(&mut writing, &data.0);
            }
        });
        if let Some(path) = &path {
            let died = matches!(&result, Err(error) if error.code == ErrorCode::WorkerCrashed);
            match restored {
                Some(1..) => folder.used(path),
                Some(0) => folder.remove(path),
                // Whatever it is that the worker died of, it shall not die of it again.
                None if died => folder.remove(path),
                None => {}
            }
        }
        let Reply::Done { mut generation } = result? else {
            return Err(WireError::new(
                ErrorCode::Internal,
                "the model's process gave another answer than one to a question",
            ));
        };
        if writing.is_some_and(|writing| folder.put(writing)) {
            self.kept_bytes.fetch_add(kept, Ordering::Relaxed);
        }
        // Whoever waits for the first word waits for this too.
        generation.usage.ttft_ms += looked_ms;
        generation.usage.total_ms += looked_ms;
        Ok(generation)
    }
}

/// Writes a part; when the disk takes no more, the rest is let go of.
fn write(writing: &mut Option<Writing>, bytes: &[u8]) {
    if let Some(part) = writing
        && !part.write(bytes)
    {
        *writing = None;
    }
}

impl TextGenerator for ChatFor<'_> {
    fn generate(
        &self,
        request: &GenerationRequest,
        cancel: &CancelToken,
        on_text: &mut dyn FnMut(&str),
    ) -> Result<Generation, WireError> {
        match (&self.chat.keeping, &self.holds) {
            (Some(keeping), Some(holds)) => {
                self.generate_with((keeping, holds), request, cancel, on_text)
            }
            (None, _) | (_, None) => {
                let call = Call::Generate {
                    request: request.clone(),
                    saved: None,
                    keep: None,
                    priority: self.priority,
                };
                self.chat.generated(call, cancel, on_text)
            }
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
