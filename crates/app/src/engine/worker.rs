//! A model worker: started when first needed, started anew after it died.

use std::path::Path;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError, TryLockError};
use std::time::{Duration, Instant};

use deskmate_core::{CancelToken, ErrorCode, WireError};
use deskmate_llm::protocol::{Call, LoadParams, ModelInfo, Reply, Request, Response};

use crate::process::{Trailed, Waited, Worker};

/// How often a wait looks at the cancel flag.
const TICK: Duration = Duration::from_millis(20);

/// A worker that is asked to stop and does not within this time is killed.
const STOP_LIMIT: Duration = Duration::from_secs(5);

/// A worker that computes says so every second. One that says nothing for so long hangs, e.g. in the driver of a
/// graphics device, and is ended.
const PATIENCE: Duration = Duration::from_secs(120);

/// Loading may make a driver compile its programs first, in one step that tells nothing.
const PATIENCE_LOADING: Duration = Duration::from_secs(300);

/// Names another patience in milliseconds, for tests.
const PATIENCE_VARIABLE: &str = "DESKMATE_MODEL_PATIENCE_MS";

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
        mut call: Call,
        cancel: &CancelToken,
        on_reply: &mut dyn FnMut(Reply),
    ) -> Result<Reply, WireError> {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let mut silence = Silence::before(&call);
        let data = match &mut call {
            Call::Restore { data, .. } => std::mem::take(&mut data.0),
            _ => Vec::new(),
        };
        if !worker.send(&Request { id, call }) || !worker.send_raw(&data) {
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
            let asked = Instant::now();
            let waited = worker.wait(asked + TICK);
            match &waited {
                Waited::Nothing => silence.goes_on(asked.elapsed()),
                Waited::Reply(_) | Waited::Gone => silence.ends(),
            }
            match waited {
                Waited::Gone => return Err(crashed(worker)),
                Waited::Nothing if stop_by.is_some_and(|by| Instant::now() > by) => {
                    return Err(WireError::new(
                        ErrorCode::WorkerCrashed,
                        "the model did not stop when asked to",
                    ));
                }
                Waited::Nothing if silence.is_too_long() => return Err(hangs(&silence)),
                Waited::Nothing => {}
                Waited::Reply(response) if response.id != id => {}
                Waited::Reply(response) => match response.reply {
                    Reply::Failed { error } => return Err(error),
                    more @ (Reply::Loading { .. }
                    | Reply::Text { .. }
                    | Reply::State { .. }
                    | Reply::Answer { .. }) => {
                        on_reply(more);
                    }
                    Reply::Working => {}
                    last @ (Reply::Loaded { .. }
                    | Reply::Done { .. }
                    | Reply::Prompt { .. }
                    | Reply::Restored { .. }
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

impl Trailed for Response {
    fn trail(&mut self) -> Option<(usize, &mut Vec<u8>)> {
        match &mut self.reply {
            Reply::State { bytes, data } => Some((*bytes, &mut data.0)),
            _ => None,
        }
    }
}

/// How long a worker has said nothing, by steps of waiting.
struct Silence {
    lasted: Duration,
    patience: Duration,
}

impl Silence {
    /// For a call that is about to be made.
    fn before(call: &Call) -> Self {
        let patience = std::env::var(PATIENCE_VARIABLE)
            .ok()
            .and_then(|value| value.parse().ok())
            .map(Duration::from_millis)
            .unwrap_or(match call {
                Call::Load(_) => PATIENCE_LOADING,
                Call::Generate { .. }
                | Call::Look { .. }
                | Call::Restore { .. }
                | Call::GenerateMany { .. }
                | Call::Embed { .. }
                | Call::CountTokens { .. }
                | Call::Cancel { .. }
                | Call::Devices(_)
                | Call::Bench(_)
                | Call::Compare { .. }
                | Call::Shutdown => PATIENCE,
            });
        Self {
            lasted: Duration::ZERO,
            patience,
        }
    }

    /// A step of waiting was in vain. One that took much longer than asked was not the worker's doing: the machine
    /// slept, or this process got no time, and then the worker had none either.
    fn goes_on(&mut self, step: Duration) {
        self.lasted += step.min(4 * TICK);
    }

    fn ends(&mut self) {
        self.lasted = Duration::ZERO;
    }

    fn is_too_long(&self) -> bool {
        self.lasted >= self.patience
    }
}

fn hangs(silence: &Silence) -> WireError {
    WireError::new(
        ErrorCode::WorkerCrashed,
        format!(
            "the model made no step for {} seconds and was ended",
            silence.patience.as_secs_f64().ceil()
        ),
    )
    .with_hint("ask again: it is started anew; if it stays so, restart the computer or try a smaller model")
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

#[cfg(test)]
mod tests {
    use super::*;

    fn silence(patience: Duration) -> Silence {
        Silence {
            lasted: Duration::ZERO,
            patience,
        }
    }

    #[test]
    fn a_machine_that_slept_is_no_worker_that_hangs() {
        let mut silence = silence(Duration::from_secs(120));
        silence.goes_on(Duration::from_secs(8 * 3_600));
        assert!(!silence.is_too_long());
    }

    #[test]
    fn silence_is_too_long_when_its_steps_add_up_and_every_word_ends_it() {
        let mut silence = silence(TICK * 10);
        for _ in 0..9 {
            silence.goes_on(TICK);
        }
        assert!(!silence.is_too_long());
        silence.ends();
        for _ in 0..10 {
            assert!(!silence.is_too_long());
            silence.goes_on(TICK);
        }
        assert!(silence.is_too_long());
    }
}
