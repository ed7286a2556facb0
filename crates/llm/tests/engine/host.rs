//! The other end of the worker's pipe.

use std::io::{BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};

use deskmate_core::{EmbeddingRole, Generation, GenerationRequest, WireError};
use deskmate_llm::frame::{read_frame, read_raw, write_frame};
use deskmate_llm::protocol::{
    Call, KeepParams, LoadOptions, LoadParams, ModelInfo, ModelKind, Priority, Raw, Reply, Request,
    Response, SavedParams,
};

/// Where a model lies; `None`, with a word on standard error, when it is not on this machine.
pub(crate) fn model_path(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("DESKMATE_MODELS").map_or_else(
        || {
            let home = std::env::var_os("HOME").unwrap_or_default();
            PathBuf::from(home).join(".cache/deskmate/models")
        },
        PathBuf::from,
    );
    let path = folder.join(name);
    if path.is_file() {
        return Some(path);
    }
    eprintln!(
        "skipped: `{}` is not there; see models/catalog.toml for how to get it",
        path.display()
    );
    None
}

/// A running worker.
pub(crate) struct Host {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    next_id: u64,
    info: Option<ModelInfo>,
    /// Replies to other requests than the one waited for.
    others: Vec<Response>,
}

impl Host {
    pub(crate) fn start() -> Self {
        // Test binaries lie in `deps`, examples beside it.
        let here = std::env::current_exe().unwrap();
        let profile = here.parent().unwrap().parent().unwrap();
        let worker = profile
            .join("examples")
            .join(format!("worker{}", std::env::consts::EXE_SUFFIX));
        let mut child = Command::new(&worker)
            .envs(deskmate_llm::WORKER_ENVIRONMENT)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("could not start {}: {error}", worker.display()));
        Self {
            input: child.stdin.take(),
            output: BufReader::new(child.stdout.take().unwrap()),
            child,
            next_id: 1,
            info: None,
            others: Vec::new(),
        }
    }

    pub(crate) fn send(&mut self, call: Call) -> u64 {
        let id = self.next_id;
        self.next_id += 1;
        write_frame(self.input.as_mut().unwrap(), &Request { id, call }).unwrap();
        id
    }

    pub(crate) fn send_raw(&mut self, value: &serde_json::Value) {
        let bytes = serde_json::to_vec(value).unwrap();
        let input = self.input.as_mut().unwrap();
        input
            .write_all(&u32::try_from(bytes.len()).unwrap().to_le_bytes())
            .unwrap();
        input.write_all(&bytes).unwrap();
        input.flush().unwrap();
    }

    pub(crate) fn close_input(&mut self) {
        self.input = None;
    }

    pub(crate) fn wait_for_exit(&mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }

    fn next_reply(&mut self, id: u64) -> Reply {
        if let Some(index) = self.others.iter().position(|response| response.id == id) {
            return self.others.remove(index).reply;
        }
        loop {
            let mut response: Response = read_frame(&mut self.output)
                .unwrap()
                .expect("the worker ended");
            if let Reply::State { bytes, data } = &mut response.reply {
                data.0 = read_raw(&mut self.output, *bytes).unwrap();
            }
            if response.id == id {
                return response.reply;
            }
            self.others.push(response);
        }
    }

    /// The reply that ends a request.
    pub(crate) fn wait_for(&mut self, id: u64) -> Reply {
        loop {
            match self.next_reply(id) {
                Reply::Loading { fraction } => assert!((0.0..=1.0).contains(&fraction)),
                Reply::Text { .. } => {}
                last => return last,
            }
        }
    }

    pub(crate) fn wait_for_failure(&mut self, id: u64) -> WireError {
        match self.wait_for(id) {
            Reply::Failed { error } => error,
            other => panic!("expected a failure, got {other:?}"),
        }
    }

    pub(crate) fn wait_for_generation(&mut self, id: u64) -> (Generation, String) {
        let mut streamed = String::new();
        loop {
            match self.next_reply(id) {
                Reply::Text { delta } => streamed.push_str(&delta),
                Reply::Done { generation } => return (generation, streamed),
                other => panic!("expected a generation, got {other:?}"),
            }
        }
    }

    fn load(&mut self, path: &Path, kind: ModelKind, options: LoadOptions) -> Reply {
        let id = self.send(Call::Load(LoadParams {
            path: path.to_path_buf(),
            kind,
            options,
        }));
        self.wait_for(id)
    }

    fn loaded(&mut self, reply: Reply) -> ModelInfo {
        match reply {
            Reply::Loaded { info } => {
                self.info = Some((*info).clone());
                *info
            }
            other => panic!("expected a model, got {other:?}"),
        }
    }

    pub(crate) fn load_chat(&mut self, path: &Path, n_ctx: Option<u32>) -> ModelInfo {
        let options = LoadOptions {
            n_ctx,
            ..LoadOptions::default()
        };
        let reply = self.load(path, ModelKind::Chat, options);
        self.loaded(reply)
    }

    pub(crate) fn load_embedder(&mut self, path: &Path) -> ModelInfo {
        let options = LoadOptions {
            query_prefix: "query: ".to_string(),
            passage_prefix: "passage: ".to_string(),
            ..LoadOptions::default()
        };
        let reply = self.load(path, ModelKind::Embedding, options);
        self.loaded(reply)
    }

    pub(crate) fn load_error(&mut self, path: &Path) -> WireError {
        match self.load(path, ModelKind::Chat, LoadOptions::default()) {
            Reply::Failed { error } => error,
            other => panic!("expected a failure, got {other:?}"),
        }
    }

    pub(crate) fn info(&self) -> &ModelInfo {
        self.info.as_ref().unwrap()
    }

    pub(crate) fn generate(&mut self, request: GenerationRequest) -> (Generation, String) {
        let id = self.send(Call::generate(request));
        self.wait_for_generation(id)
    }

    /// An answer with the file of what was computed for it, if there is one.
    pub(crate) fn generate_and_keep(
        &mut self,
        request: GenerationRequest,
        keep: KeepParams,
    ) -> (Generation, Vec<u8>) {
        let id = self.send(Call::Generate {
            request,
            saved: None,
            keep: Some(keep),
            priority: Priority::Now,
        });
        let mut state = Vec::new();
        loop {
            match self.next_reply(id) {
                Reply::Text { .. } => {}
                Reply::State { data, .. } => state.extend(data.0),
                Reply::Done { generation } => return (generation, state),
                other => panic!("expected a generation, got {other:?}"),
            }
        }
    }

    /// An answer that begins with a saved prefix, and the tokens that this brought.
    pub(crate) fn generate_from(
        &mut self,
        request: GenerationRequest,
        engine: &str,
        state: &[u8],
    ) -> (Generation, usize) {
        let id = self.send(Call::Generate {
            request,
            saved: Some(SavedParams {
                engine: engine.to_owned(),
                bytes: state.len(),
                data: Raw::default(),
            }),
            keep: None,
            priority: Priority::Now,
        });
        self.input.as_mut().unwrap().write_all(state).unwrap();
        let Reply::Restored { tokens } = self.next_reply(id) else {
            panic!("expected a word about the prefix");
        };
        (self.wait_for_generation(id).0, tokens)
    }

    /// Tokens of a prompt, and how many of them are computed.
    pub(crate) fn look(&mut self, request: &GenerationRequest) -> (usize, usize) {
        let messages = request.messages.clone();
        let id = self.send(Call::Look { messages });
        match self.wait_for(id) {
            Reply::Prompt { tokens, held } => (tokens.len(), held),
            other => panic!("expected a prompt, got {other:?}"),
        }
    }

    /// Answers in the order of their requests.
    pub(crate) fn generate_many(&mut self, requests: Vec<GenerationRequest>) -> Vec<Generation> {
        let count = requests.len();
        let id = self.send(Call::GenerateMany { requests });
        self.wait_for_answers(id, count)
    }

    /// The answers of a request for several, in the order of these.
    pub(crate) fn wait_for_answers(&mut self, id: u64, count: usize) -> Vec<Generation> {
        let mut answers: Vec<Option<Generation>> = vec![None; count];
        loop {
            match self.next_reply(id) {
                Reply::Answer { index, generation } => {
                    assert!(answers[index].is_none(), "told twice");
                    answers[index] = Some(generation);
                }
                Reply::AllDone => return answers.into_iter().map(Option::unwrap).collect(),
                other => panic!("expected answers, got {other:?}"),
            }
        }
    }

    /// Waits for the first piece of an answer.
    pub(crate) fn wait_for_text(&mut self, id: u64) -> String {
        match self.next_reply(id) {
            Reply::Text { delta } => delta,
            other => panic!("expected text, got {other:?}"),
        }
    }

    /// True when the worker has said already that all answers of a request were given.
    pub(crate) fn has_heard_the_end_of(&self, id: u64) -> bool {
        self.others
            .iter()
            .any(|response| response.id == id && response.reply == Reply::AllDone)
    }

    pub(crate) fn generate_error(&mut self, request: GenerationRequest) -> WireError {
        let id = self.send(Call::generate(request));
        self.wait_for_failure(id)
    }

    pub(crate) fn count(&mut self, texts: &[&str]) -> Vec<usize> {
        let texts = texts.iter().map(ToString::to_string).collect();
        let id = self.send(Call::CountTokens { texts });
        match self.wait_for(id) {
            Reply::Counts { counts } => counts,
            other => panic!("expected counts, got {other:?}"),
        }
    }

    fn embed_reply(&mut self, texts: &[&str], role: EmbeddingRole) -> Reply {
        let texts = texts.iter().map(ToString::to_string).collect();
        let id = self.send(Call::Embed { texts, role });
        self.wait_for(id)
    }

    pub(crate) fn embed(&mut self, texts: &[&str], role: EmbeddingRole) -> Vec<Vec<f32>> {
        match self.embed_reply(texts, role) {
            Reply::Vectors { vectors } => vectors,
            other => panic!("expected vectors, got {other:?}"),
        }
    }

    pub(crate) fn embed_error(&mut self, texts: &[&str]) -> WireError {
        match self.embed_reply(texts, EmbeddingRole::Passage) {
            Reply::Failed { error } => error,
            other => panic!("expected a failure, got {other:?}"),
        }
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.input = None;
        // Ends by itself when its input does; a test that failed half-way must not leave it behind.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
