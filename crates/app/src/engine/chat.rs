//! A chat model behind the port.

use std::path::PathBuf;

use deskmate_core::{CancelToken, Generation, GenerationRequest, TextGenerator, WireError};
use deskmate_llm::protocol::{
    BenchFigures, BenchParams, Call, ComparedFigures, LoadOptions, LoadParams, ModelInfo,
    ModelKind, Reply,
};

use super::holding::Keeping;
use super::worker::{ModelWorker, unexpected};

/// A chat model in its worker.
pub(crate) struct ChatEngine {
    model_id: String,
    pub(super) worker: ModelWorker,
    pub(super) keeping: Option<Keeping>,
}

impl ChatEngine {
    /// The model in this file; nothing is loaded yet.
    pub(crate) fn new(model_id: String, path: PathBuf) -> Self {
        let load = LoadParams {
            path,
            kind: ModelKind::Chat,
            options: LoadOptions::default(),
        };
        Self {
            model_id,
            worker: ModelWorker::new(Some(load)),
            keeping: None,
        }
    }

    /// Keeps long prompts on the disk, for those who say what they hold ([`ChatEngine::holding`]).
    pub(crate) fn keeping(mut self, keeping: Keeping) -> Self {
        self.keeping = Some(keeping);
        self
    }

    /// The model's id.
    pub(crate) fn model_id(&self) -> &str {
        &self.model_id
    }

    /// Loads the model if need be, telling the share that is loaded.
    pub(crate) fn load(
        &self,
        cancel: &CancelToken,
        on_share: &mut dyn FnMut(f32),
    ) -> Result<(), WireError> {
        self.worker.load(cancel, on_share)
    }

    /// What is known of the model; loads it if need be.
    pub(crate) fn info(&self) -> Result<ModelInfo, WireError> {
        self.worker.info()
    }

    /// Runs a call that gives one answer.
    pub(super) fn generated(
        &self,
        call: Call,
        cancel: &CancelToken,
        on_text: &mut dyn FnMut(&str),
    ) -> Result<Generation, WireError> {
        let reply = self.worker.call(call, cancel, &mut |reply| {
            if let Reply::Text { delta } = reply {
                on_text(&delta);
            }
        })?;
        match reply {
            Reply::Done { generation } => Ok(generation),
            other => Err(unexpected(&other)),
        }
    }

    /// Measures the product path against a bare loop.
    pub(crate) fn bench(
        &self,
        params: BenchParams,
        cancel: &CancelToken,
    ) -> Result<BenchFigures, WireError> {
        match self.worker.call(Call::Bench(params), cancel, &mut |_| {})? {
            Reply::Figures(figures) => Ok(figures),
            other => Err(unexpected(&other)),
        }
    }

    /// Measures what drafting and answering at once bring for these requests.
    pub(crate) fn compare(
        &self,
        requests: Vec<GenerationRequest>,
        rounds: usize,
        cancel: &CancelToken,
    ) -> Result<ComparedFigures, WireError> {
        let call = Call::Compare { requests, rounds };
        match self.worker.call(call, cancel, &mut |_| {})? {
            Reply::Compared(figures) => Ok(figures),
            other => Err(unexpected(&other)),
        }
    }

    /// The worker's process, if it runs.
    pub(crate) fn process_id(&self) -> Option<u32> {
        self.worker.process_id()
    }
}

impl TextGenerator for ChatEngine {
    fn generate(
        &self,
        request: &GenerationRequest,
        cancel: &CancelToken,
        on_text: &mut dyn FnMut(&str),
    ) -> Result<Generation, WireError> {
        self.generated(Call::generate(request.clone()), cancel, on_text)
    }

    fn generate_many(
        &self,
        requests: &[GenerationRequest],
        cancel: &CancelToken,
        on_done: &mut dyn FnMut(usize, Generation),
    ) -> Result<(), WireError> {
        let call = Call::GenerateMany {
            requests: requests.to_vec(),
        };
        let reply = self.worker.call(call, cancel, &mut |reply| {
            if let Reply::Answer { index, generation } = reply {
                on_done(index, generation);
            }
        })?;
        match reply {
            Reply::AllDone => Ok(()),
            other => Err(unexpected(&other)),
        }
    }

    fn count_tokens(&self, texts: &[String]) -> Result<Vec<usize>, WireError> {
        let call = Call::CountTokens {
            texts: texts.to_vec(),
        };
        match self.worker.call(call, &CancelToken::new(), &mut |_| {})? {
            Reply::Counts { counts } => Ok(counts),
            other => Err(unexpected(&other)),
        }
    }

    fn context_window(&self) -> Result<usize, WireError> {
        Ok(self.info()?.context_window)
    }
}
