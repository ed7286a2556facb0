//! The worker process: requests in, responses out, one model.
//!
//! A thread reads, so that a cancel arrives while the engine computes; the engine stays on the thread that called
//! [`serve`]. Model and context live on its stack and end with it, in the order that llama.cpp needs.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use deskmate_core::{CancelToken, ErrorCode, WireError};

use crate::asked::{Others, answer};
use crate::backends::{Backends, devices, machine_facts};
use crate::bandwidth::measure_read_bandwidth;
use crate::bench::bench;
use crate::chat::Chat;
use crate::compare::compare;
use crate::embedding::Embedding;
use crate::frame::{FrameError, read_frame_bytes, read_raw, write_frame};
use crate::inbox::{Inbox, goes_first};
use crate::machine;
use crate::model::Loaded;
use crate::native::steps;
use crate::protocol::{
    Call, DevicesParams, LoadParams, MachineReport, ModelKind, Raw, Reply, Request, Response,
};
use crate::turns::Turn;

/// Requests that may wait. A host sends one at a time per caller, so more is a fault of the host.
const WAITING: usize = 256;
/// How often the worker says that it works.
const PULSE: Duration = Duration::from_secs(1);
/// Bytes that follow one reply at most: the host holds a few of them.
const RAW_PIECE: usize = 4 << 20;
/// How long memory is read to measure it.
const BANDWIDTH_TIME: Duration = Duration::from_millis(300);

/// Serves requests from `input` until `Shutdown` or its end; responses go to `output`.
///
/// At the end of the input everything that runs is cancelled: a worker never outlives its host.
///
/// # Errors
/// `WorkerCrashed` when `output` cannot be written any more or `input` breaks off inside a frame.
pub fn serve(
    input: impl Read + Send + 'static,
    output: impl Write + Send + 'static,
) -> Result<(), WireError> {
    let line = Line::new(output);
    let (sender, queue) = sync_channel(WAITING);
    let reader_line = line.clone();
    let reader = std::thread::Builder::new()
        .name("requests".to_string())
        .spawn(move || read_requests(input, &sender, &reader_line))
        .map_err(|error| {
            WireError::new(
                ErrorCode::Internal,
                format!("no thread could be started: {error}"),
            )
        })?;
    let (engine_ended, ended) = sync_channel::<()>(0);
    let pulse_line = line.clone();
    // Without it the host takes a long computation for one that hangs.
    std::thread::Builder::new()
        .name("pulse".to_string())
        .spawn(move || tell_of_work(&pulse_line, &ended))
        .map_err(|error| {
            WireError::new(
                ErrorCode::Internal,
                format!("no thread could be started: {error}"),
            )
        })?;
    Engine {
        line: line.clone(),
        inbox: Inbox::new(line.clone(), queue),
        backends: None,
    }
    .run();
    drop(engine_ended);
    line.check()?;
    // After a shutdown the reader has ended by itself; after a failed write it may wait for input for ever.
    if reader.is_finished() {
        return reader.join().unwrap_or(Ok(()));
    }
    Ok(())
}

/// The way back to the host, and the running requests.
#[derive(Clone)]
pub(crate) struct Line {
    output: Arc<Mutex<Box<dyn Write + Send>>>,
    broken: Arc<Mutex<Option<WireError>>>,
    running: Arc<Mutex<HashMap<u64, CancelToken>>>,
}

impl Line {
    pub(crate) fn new(output: impl Write + Send + 'static) -> Self {
        Self {
            output: Arc::new(Mutex::new(Box::new(output))),
            broken: Arc::default(),
            running: Arc::default(),
        }
    }

    pub(crate) fn send(&self, id: u64, reply: Reply) {
        let response = Response { id, reply };
        let result = write_frame(&mut *lock(&self.output), &response);
        match result {
            Ok(()) => {}
            // The answer is too long for a frame: say so in its place.
            Err(FrameError::TooLarge { bytes }) => {
                let error = WireError::new(
                    ErrorCode::InvalidInput,
                    format!("the answer of `{bytes}` bytes is too long for one message"),
                )
                .with_hint("ask for less at once");
                self.send(id, Reply::Failed { error });
            }
            Err(error) => {
                *lock(&self.broken) = Some(error.into());
                self.cancel_all();
            }
        }
    }

    /// Sends bytes behind a reply that announces them, in pieces.
    pub(crate) fn send_raw(&self, id: u64, bytes: &[u8]) {
        for piece in bytes.chunks(RAW_PIECE) {
            let response = Response {
                id,
                reply: Reply::State {
                    bytes: piece.len(),
                    data: Raw::default(),
                },
            };
            let mut output = lock(&self.output);
            let result = write_frame(&mut *output, &response)
                .and_then(|()| Ok(output.write_all(piece)?))
                .and_then(|()| Ok(output.flush()?));
            drop(output);
            if let Err(error) = result {
                *lock(&self.broken) = Some(error.into());
                self.cancel_all();
                return;
            }
        }
    }

    fn check(&self) -> Result<(), WireError> {
        match lock(&self.broken).take() {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    fn is_busy(&self) -> bool {
        !lock(&self.running).is_empty()
    }

    pub(crate) fn is_broken(&self) -> bool {
        lock(&self.broken).is_some()
    }

    fn register(&self, id: u64) {
        lock(&self.running).insert(id, CancelToken::new());
    }

    pub(crate) fn token(&self, id: u64) -> CancelToken {
        lock(&self.running).get(&id).cloned().unwrap_or_default()
    }

    fn cancel(&self, id: u64) {
        if let Some(token) = lock(&self.running).get(&id) {
            token.cancel();
        }
    }

    fn cancel_all(&self) {
        for token in lock(&self.running).values() {
            token.cancel();
        }
    }

    /// Ends a request with its last reply.
    pub(crate) fn finish(&self, id: u64, result: Result<Reply, WireError>) {
        lock(&self.running).remove(&id);
        self.send(id, result.unwrap_or_else(|error| Reply::Failed { error }));
    }
}

fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Says that the engine works whenever it took a step since the last time, until it ends.
fn tell_of_work(line: &Line, ended: &Receiver<()>) {
    let mut seen = steps();
    while ended.recv_timeout(PULSE) == Err(RecvTimeoutError::Timeout) {
        let now = steps();
        if now != seen && line.is_busy() {
            line.send(0, Reply::Working);
        }
        seen = now;
    }
}

/// Reads until the end of the input or a shutdown; then nothing new is taken and the queue closes.
fn read_requests(
    mut input: impl Read,
    queue: &SyncSender<Request>,
    line: &Line,
) -> Result<(), WireError> {
    let result = loop {
        let bytes = match read_frame_bytes(&mut input) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => break Ok(()),
            Err(error) => break Err(error.into()),
        };
        let mut request: Request = match serde_json::from_slice(&bytes) {
            Ok(request) => request,
            Err(error) => {
                let error = WireError::new(
                    ErrorCode::InvalidInput,
                    format!("the request cannot be understood: {error}"),
                );
                line.send(id_in(&bytes), Reply::Failed { error });
                continue;
            }
        };
        if let Call::Cancel { target } = request.call {
            line.cancel(target);
            continue;
        }
        if let Call::Generate {
            saved: Some(saved), ..
        } = &mut request.call
        {
            match read_raw(&mut input, saved.bytes) {
                Ok(read) => saved.data.0 = read,
                Err(error) => break Err(error.into()),
            }
        }
        let last = request.call == Call::Shutdown;
        let id = request.id;
        line.register(id);
        if last {
            line.cancel_all();
        }
        match queue.try_send(request) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => {
                let error = WireError::new(
                    ErrorCode::InvalidInput,
                    format!("more than `{WAITING}` requests are waiting"),
                );
                line.finish(id, Err(error));
            }
            // The engine has ended.
            Err(TrySendError::Disconnected(_)) => break Ok(()),
        }
        if last {
            return Ok(());
        }
    };
    line.cancel_all();
    result
}

/// The id of a request whose rest cannot be understood, so that the host can tell which one; else 0.
fn id_in(bytes: &[u8]) -> u64 {
    serde_json::from_slice::<serde_json::Value>(bytes)
        .ok()
        .and_then(|value| value.get("id")?.as_u64())
        .unwrap_or(0)
}

/// What follows after a model was let go.
enum Next {
    Load(u64, LoadParams),
    Stop,
}

struct Engine {
    line: Line,
    inbox: Inbox,
    backends: Option<Backends>,
}

impl Engine {
    fn run(mut self) {
        let mut next = self.without_model();
        while let Next::Load(id, params) = next {
            next = match self.load(id, &params) {
                Ok(loaded) => self.with_model(id, &loaded),
                Err(error) => {
                    self.line.finish(id, Err(error));
                    self.without_model()
                }
            };
        }
    }

    fn without_model(&mut self) -> Next {
        while let Some(Request { id, call }) = self.inbox.next() {
            match call {
                Call::Load(params) => return Next::Load(id, params),
                Call::Shutdown => {
                    self.line.finish(id, Ok(Reply::Stopped));
                    break;
                }
                Call::Devices(params) => self.devices(id, &params),
                Call::Generate { .. }
                | Call::Look { .. }
                | Call::GenerateMany { .. }
                | Call::Embed { .. }
                | Call::CountTokens { .. }
                | Call::Bench(_)
                | Call::Compare { .. } => {
                    let error = WireError::new(ErrorCode::InvalidInput, "no model is loaded");
                    self.line.finish(id, Err(error));
                }
                Call::Cancel { .. } => {}
            }
        }
        Next::Stop
    }

    fn backends(&mut self, folder: Option<&std::path::Path>) -> Result<&Backends, WireError> {
        let backends = match self.backends.take() {
            Some(backends) => backends,
            None => Backends::load(folder)?,
        };
        Ok(self.backends.insert(backends))
    }

    fn load(&mut self, id: u64, params: &LoadParams) -> Result<Loaded, WireError> {
        let line = self.line.clone();
        let cancel = line.token(id);
        let backends = self.backends(params.options.backends_dir.as_deref())?;
        let mut told = -1.0_f32;
        Loaded::load(backends, params, &cancel, move |fraction| {
            // Steps of one percent are enough for a bar.
            if fraction >= told + 0.01 {
                told = fraction;
                line.send(id, Reply::Loading { fraction });
            }
        })
    }

    fn with_model(&mut self, id: u64, loaded: &Loaded) -> Next {
        // Taken out so that the model's context can borrow it while requests are answered.
        let Some(backends) = self.backends.take() else {
            return Next::Stop;
        };
        let next = match loaded.params.kind {
            ModelKind::Chat => match Chat::new(&backends, loaded) {
                Ok(chat) => self.serve_chat(id, &backends, loaded, chat),
                Err(error) => self.give_up(id, error),
            },
            ModelKind::Embedding => match Embedding::new(&backends, loaded) {
                Ok(embedding) => self.serve_embedding(id, &backends, loaded, embedding),
                Err(error) => self.give_up(id, error),
            },
        };
        self.backends = Some(backends);
        next
    }

    fn give_up(&mut self, id: u64, error: WireError) -> Next {
        self.line.finish(id, Err(error));
        self.without_model()
    }

    fn serve_chat(
        &mut self,
        id: u64,
        backends: &Backends,
        loaded: &Loaded,
        mut chat: Chat<'_>,
    ) -> Next {
        let window = chat.context_window();
        let info = Box::new(loaded.info(window, window));
        self.line.finish(id, Ok(Reply::Loaded { info }));
        while let Some(Request { id, call }) = self.inbox.next() {
            let cancel = self.line.token(id);
            let result = match call {
                Call::Load(params) => return Next::Load(id, params),
                Call::Shutdown => return self.stop(id),
                Call::Devices(params) => Ok(report(backends, &params)),
                asked @ (Call::Generate { .. }
                | Call::GenerateMany { .. }
                | Call::Look { .. }
                | Call::CountTokens { .. }) => {
                    let mut others = Others {
                        line: &self.line,
                        inbox: &mut self.inbox,
                    };
                    let turn = if goes_first(&asked) {
                        Turn::alone(&cancel)
                    } else {
                        Turn::giving_way(&cancel, &mut others)
                    };
                    answer(&self.line, &mut chat, id, asked, turn)
                }
                Call::Bench(params) => {
                    bench(&mut chat, backends, loaded, params, &cancel).map(Reply::Figures)
                }
                Call::Compare { requests, rounds } => {
                    compare(&mut chat, &requests, rounds, &cancel).map(Reply::Compared)
                }
                Call::Embed { .. } => Err(wrong_kind(
                    "a chat model is loaded, and texts were to be embedded",
                )),
                Call::Cancel { .. } => continue,
            };
            self.line.finish(id, result);
        }
        Next::Stop
    }

    fn serve_embedding(
        &mut self,
        id: u64,
        backends: &Backends,
        loaded: &Loaded,
        mut embedding: Embedding<'_>,
    ) -> Next {
        let info = Box::new(loaded.info(embedding.window(), embedding.max_text_tokens()));
        self.line.finish(id, Ok(Reply::Loaded { info }));
        while let Some(Request { id, call }) = self.inbox.next() {
            let cancel = self.line.token(id);
            let result = match call {
                Call::Load(params) => return Next::Load(id, params),
                Call::Shutdown => return self.stop(id),
                Call::Devices(params) => Ok(report(backends, &params)),
                Call::Embed { texts, role } => embedding
                    .embed(&texts, role, &cancel)
                    .map(|vectors| Reply::Vectors { vectors }),
                Call::CountTokens { texts } => Ok(Reply::Counts {
                    counts: texts
                        .iter()
                        .map(|text| embedding.count_tokens(text))
                        .collect(),
                }),
                Call::Generate { .. }
                | Call::Look { .. }
                | Call::GenerateMany { .. }
                | Call::Bench(_)
                | Call::Compare { .. } => Err(wrong_kind(
                    "an embedding model is loaded, and text was to be generated",
                )),
                Call::Cancel { .. } => continue,
            };
            self.line.finish(id, result);
        }
        Next::Stop
    }

    fn stop(&self, id: u64) -> Next {
        self.line.finish(id, Ok(Reply::Stopped));
        Next::Stop
    }

    fn devices(&mut self, id: u64, params: &DevicesParams) {
        let result = self
            .backends(params.backends_dir.as_deref())
            .map(|backends| report(backends, params));
        self.line.finish(id, result);
    }
}

pub(crate) fn wrong_kind(message: &str) -> WireError {
    WireError::new(ErrorCode::InvalidInput, message)
}

fn report(backends: &Backends, params: &DevicesParams) -> Reply {
    let facts = machine_facts();
    let bandwidth_bytes_per_second = params.measure_bandwidth.then(|| {
        measure_read_bandwidth(
            facts.physical_cores,
            facts.memory_available_bytes,
            BANDWIDTH_TIME,
        )
    });
    Reply::Devices(Box::new(MachineReport {
        devices: devices(),
        backends_dir: backends.folder.clone(),
        cpu_variant: machine::loaded_cpu_variant(),
        cpu_features: machine::cpu_features(),
        physical_cores: facts.physical_cores,
        usable_threads: machine::usable_threads(),
        memory_total_bytes: facts.memory_total_bytes,
        memory_available_bytes: facts.memory_available_bytes,
        bandwidth_bytes_per_second,
    }))
}
