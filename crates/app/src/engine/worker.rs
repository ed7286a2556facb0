//! A model worker: started when first needed, started anew after it died.

use std::path::Path;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError, TryLockError};
use std::time::{Duration, Instant};

use deskmate_core::{CancelToken, ErrorCode, WireError};
use deskmate_llm::protocol::{Call, LoadParams, ModelInfo, Reply, Request, Response};

use crate::process::{Waited, Worker};

/// How often a wait looks at the cancel flag.
const TICK: Duration = Duration::from_millis(20);

/// A worker that is asked to stop and does not within this time is killed.
const STOP_LIMIT: Duration = Duration::from_secs(5);

/// One model in one process.
pub(crate) struct ModelWorker {
    load: Option<LoadParams>,
    running: Mutex<Option<Running>>,
    /// The process, readable while a call runs; 0 for none.
    process: AtomicU32,
    next_id: AtomicU64,
}

struct Running {
    worker: Worker<Response>,
    info: Option<ModelInfo>,
}

impl ModelWorker {
    /// A worker for this model; `None` for one without a model, which can only tell of the machine.
    pub(crate) fn new(load: Option<LoadParams>) -> Self {
        Self {
            load,
            running: Mutex::new(None),
            process: AtomicU32::new(0),
            next_id: AtomicU64::new(1),
        }
    }

    /// Runs a call, handing every reply before the last to `on_reply`; gives the last.
    ///
    /// # Errors
    /// What the worker answers; `WorkerCrashed` when it died, and then the next call starts a new one; `Cancelled`.
    pub(crate) fn call(
        &self,
        call: Call,
        cancel: &CancelToken,
        on_reply: &mut dyn FnMut(Reply),
    ) -> Result<Reply, WireError> {
        let mut guard = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let mut running = match take_alive(&mut guard) {
            Some(running) => running,
            None => self.start(cancel, &mut |_| {})?,
        };
        let result = self.exchange(&mut running.worker, call, cancel, on_reply);
        if matches!(&result, Err(error) if error.code == ErrorCode::WorkerCrashed) {
            self.process.store(0, Ordering::Relaxed);
        } else {
            *guard = Some(running);
        }
        result
    }

    /// Loads the model if need be, telling the share that is loaded.
    ///
    /// # Errors
    /// As `call`.
    pub(crate) fn load(
        &self,
        cancel: &CancelToken,
        on_share: &mut dyn FnMut(f32),
    ) -> Result<(), WireError> {
        let mut guard = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let running = match take_alive(&mut guard) {
            Some(running) => running,
            None => {
                on_share(0.0);
                self.start(cancel, &mut |reply| {
                    if let Reply::Loading { fraction } = reply {
                        on_share(fraction);
                    }
                })?
            }
        };
        *guard = Some(running);
        Ok(())
    }

    /// True while a call runs.
    pub(crate) fn is_busy(&self) -> bool {
        matches!(self.running.try_lock(), Err(TryLockError::WouldBlock))
    }

    /// What is known of the model; loads it if need be.
    ///
    /// # Errors
    /// As `call`.
    pub(crate) fn info(&self) -> Result<ModelInfo, WireError> {
        let mut guard = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let running = match take_alive(&mut guard) {
            Some(running) => running,
            None => self.start(&CancelToken::new(), &mut |_| {})?,
        };
        let info = running.info.clone();
        *guard = Some(running);
        info.ok_or_else(|| WireError::new(ErrorCode::Internal, "the worker holds no model"))
    }

    /// The number of the running process.
    pub(crate) fn process_id(&self) -> Option<u32> {
        Some(self.process.load(Ordering::Relaxed)).filter(|id| *id != 0)
    }

    /// What the process reads beside its own libraries: the model, and a folder of back ends of its own.
    fn reads(&self) -> Vec<&Path> {
        let Some(load) = &self.load else {
            return Vec::new();
        };
        let backends = load.options.backends_dir.as_deref();
        std::iter::once(load.path.as_path())
            .chain(backends)
            .collect()
    }

    fn start(
        &self,
        cancel: &CancelToken,
        on_reply: &mut dyn FnMut(Reply),
    ) -> Result<Running, WireError> {
        self.process.store(0, Ordering::Relaxed);
        let mut running = Running {
            worker: Worker::start("llm", &self.reads())?,
            info: None,
        };
        if let Some(load) = &self.load {
            let reply = self.exchange(
                &mut running.worker,
                Call::Load(load.clone()),
                cancel,
                on_reply,
            )?;
            if let Reply::Loaded { info } = reply {
                running.info = Some(*info);
            }
        }
        self.process.store(running.worker.id(), Ordering::Relaxed);
        Ok(running)
    }

    fn exchange(
        &self,
        worker: &mut Worker<Response>,
        call: Call,
        cancel: &CancelToken,
        on_reply: &mut dyn FnMut(Reply),
    ) -> Result<Reply, WireError> {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        if !worker.send(&Request { id, call }) {
            return Err(crashed(worker));
        }
        let mut stop_by: Option<Instant> = None;
        loop {
            if cancel.is_cancelled() && stop_by.is_none() {
                let target = id;
                let id = self.next_id.fetch_add(1, Ordering::Relaxed);
                let call = Call::Cancel { target };
                if !worker.send(&Request { id, call }) {
                    return Err(crashed(worker));
                }
                stop_by = Some(Instant::now() + STOP_LIMIT);
            }
            match worker.wait(Instant::now() + TICK) {
                Waited::Gone => return Err(crashed(worker)),
                Waited::Nothing if stop_by.is_some_and(|by| Instant::now() > by) => {
                    return Err(WireError::new(
                        ErrorCode::WorkerCrashed,
                        "the model did not stop when asked to",
                    ));
                }
                Waited::Nothing => {}
                Waited::Reply(response) if response.id != id => {}
                Waited::Reply(response) => match response.reply {
                    Reply::Failed { error } => return Err(error),
                    more @ (Reply::Loading { .. } | Reply::Text { .. } | Reply::Answer { .. }) => {
                        on_reply(more);
                    }
                    last @ (Reply::Loaded { .. }
                    | Reply::Done { .. }
                    | Reply::Vectors { .. }
                    | Reply::Counts { .. }
                    | Reply::Devices(_)
                    | Reply::AllDone
                    | Reply::Figures(_)
                    | Reply::Compared(_)
                    | Reply::Stopped) => return Ok(last),
                },
            }
        }
    }
}

/// The worker, unless it died while nobody spoke with it: then the next one is started as if there had been none.
fn take_alive(running: &mut Option<Running>) -> Option<Running> {
    let mut running = running.take()?;
    (!running.worker.has_ended()).then_some(running)
}

fn crashed(worker: &mut Worker<Response>) -> WireError {
    WireError::new(
        ErrorCode::WorkerCrashed,
        format!("the model's process died ({})", worker.ending()),
    )
    .with_hint("ask again: it is started anew; if it dies again, try a smaller model")
}

/// The error for a reply that does not belong to the call.
pub(crate) fn unexpected(reply: &Reply) -> WireError {
    WireError::new(
        ErrorCode::Internal,
        format!("the model's process gave an answer out of place: {reply:?}"),
    )
}
