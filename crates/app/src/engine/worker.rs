//! A model worker: started when first needed, started anew after it died.

use std::path::Path;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, TryLockError};
use std::time::{Duration, Instant};

use deskmate_core::{CancelToken, ErrorCode, WireError};
use deskmate_llm::protocol::{Call, LoadParams, ModelInfo, ModelKind, Reply, Request, Response};

use super::routes::{Deliverer, Routes};
use crate::process::{Process, StandsBack, Trailed, Waited};

/// How often a wait looks at the cancel flag.
const TICK: Duration = Duration::from_millis(20);

/// A worker that is asked to stop and does not within this time is killed.
const STOP_LIMIT: Duration = Duration::from_secs(5);

/// Who cancels while the worker answers somebody else waits so long for its word, and then goes.
const ALONE_LIMIT: Duration = Duration::from_millis(200);

/// A worker that computes says so every second. One that says nothing for so long hangs, e.g. in the driver of a
/// graphics device, and is ended.
const PATIENCE: Duration = Duration::from_secs(120);

/// Loading may make a driver compile its programs first, in one step that tells nothing.
const PATIENCE_LOADING: Duration = Duration::from_secs(300);

/// Names another patience in milliseconds, for tests.
const PATIENCE_VARIABLE: &str = "DESKMATE_MODEL_PATIENCE_MS";

/// One model in one process, for any number of callers at a time; the worker says whose turn it is.
pub(crate) struct ModelWorker {
    load: Option<LoadParams>,
    /// Held while a process is started, never while a call runs.
    running: Mutex<Option<Arc<Running>>>,
    /// The process, readable while one is started; 0 for none.
    process: AtomicU32,
    next_id: AtomicU64,
}

struct Running {
    process: Mutex<Process>,
    routes: Arc<Routes>,
    info: OnceLock<ModelInfo>,
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

    /// Runs a call, handing every reply before the last to `on_reply`; gives the last. Calls of several threads reach the
    /// worker at once, and it may answer a later one first.
    ///
    /// # Errors
    /// What the worker answers; `WorkerCrashed` when it died, and then the next call starts a new one; `Cancelled`.
    pub(crate) fn call(
        &self,
        call: Call,
        cancel: &CancelToken,
        on_reply: &mut dyn FnMut(Reply),
    ) -> Result<Reply, WireError> {
        let running = self.started(cancel, &mut |_| {})?;
        let result = self.exchange(&running, call, cancel, on_reply);
        if matches!(&result, Err(error) if error.code == ErrorCode::WorkerCrashed) {
            self.let_go(&running);
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
        self.started(cancel, on_share).map(drop)
    }

    /// True while a call runs, or a process is started for one.
    pub(crate) fn is_busy(&self) -> bool {
        match self.running.try_lock() {
            Ok(running) => running
                .as_ref()
                .is_some_and(|running| running.routes.count() > 0),
            Err(TryLockError::WouldBlock) => true,
            Err(TryLockError::Poisoned(_)) => false,
        }
    }

    /// What is known of the model; loads it if need be.
    ///
    /// # Errors
    /// As `call`.
    pub(crate) fn info(&self) -> Result<ModelInfo, WireError> {
        let running = self.started(&CancelToken::new(), &mut |_| {})?;
        let info = running.info.get().cloned();
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

    /// Vectors of files have time; that of a question takes a moment.
    fn stands_back(&self) -> StandsBack {
        match &self.load {
            Some(load) if load.kind == ModelKind::Embedding => StandsBack::Much,
            Some(_) | None => StandsBack::Little,
        }
    }

    /// The running process; one that died while nobody spoke with it is replaced as if there had been none.
    fn started(
        &self,
        cancel: &CancelToken,
        on_share: &mut dyn FnMut(f32),
    ) -> Result<Arc<Running>, WireError> {
        let mut guard = lock(&self.running);
        if let Some(running) = guard.as_ref()
            && !lock(&running.process).has_ended()
        {
            return Ok(Arc::clone(running));
        }
        *guard = None;
        self.process.store(0, Ordering::Relaxed);
        let routes = Arc::new(Routes::default());
        let deliverer = Deliverer(Arc::clone(&routes));
        let process = Process::start("llm", self.stands_back(), &self.reads(), move |response| {
            deliverer.deliver(response);
            true
        })?;
        let id = process.id();
        let running = Arc::new(Running {
            process: Mutex::new(process),
            routes,
            info: OnceLock::new(),
        });
        if let Some(load) = &self.load {
            on_share(0.0);
            let load = Call::Load(load.clone());
            let reply = self.exchange(&running, load, cancel, &mut |reply| {
                if let Reply::Loading { fraction } = reply {
                    on_share(fraction);
                }
            })?;
            if let Reply::Loaded { info } = reply {
                let _ = running.info.set(*info);
            }
        }
        self.process.store(id, Ordering::Relaxed);
        *guard = Some(Arc::clone(&running));
        Ok(running)
    }

    /// Ends a process that is of no use any more, unless another took its place already.
    fn let_go(&self, running: &Arc<Running>) {
        lock(&running.process).kill();
        let mut guard = lock(&self.running);
        if guard.as_ref().is_some_and(|now| Arc::ptr_eq(now, running)) {
            *guard = None;
            self.process.store(0, Ordering::Relaxed);
        }
    }

    fn exchange(
        &self,
        running: &Running,
        mut call: Call,
        cancel: &CancelToken,
        on_reply: &mut dyn FnMut(Reply),
    ) -> Result<Reply, WireError> {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let mut silence = Silence::before(&call);
        let mut data = Vec::new();
        if let Call::Generate {
            saved: Some(saved), ..
        } = &mut call
        {
            data = std::mem::take(&mut saved.data.0);
        }
        let route = running.routes.open(id);
        if !running.send(&Request { id, call }, &data) {
            return Err(crashed(running));
        }
        drop(data);
        let mut cancelled_at: Option<Instant> = None;
        loop {
            if cancel.is_cancelled() && cancelled_at.is_none() {
                let target = id;
                let id = self.next_id.fetch_add(1, Ordering::Relaxed);
                let call = Call::Cancel { target };
                if !running.send(&Request { id, call }, &[]) {
                    return Err(crashed(running));
                }
                cancelled_at = Some(Instant::now());
            }
            let since_cancelled = cancelled_at.map_or(Duration::ZERO, |at| at.elapsed());
            let asked = Instant::now();
            let waited = route.wait(asked + TICK);
            match &waited {
                Waited::Nothing => silence.goes_on(asked.elapsed()),
                Waited::Reply(_) | Waited::Gone => silence.ends(),
            }
            match waited {
                Waited::Gone => return Err(crashed(running)),
                // It is heard when the other's turn ends; nobody need wait for that.
                Waited::Nothing | Waited::Reply(Reply::Working)
                    if since_cancelled > ALONE_LIMIT && running.routes.count() > 1 =>
                {
                    return Err(WireError::cancelled());
                }
                Waited::Nothing if since_cancelled > STOP_LIMIT => {
                    return Err(WireError::new(
                        ErrorCode::WorkerCrashed,
                        "the model did not stop when asked to",
                    ));
                }
                Waited::Nothing if silence.is_too_long() => return Err(hangs(&silence)),
                Waited::Nothing => {}
                Waited::Reply(reply) => match reply {
                    Reply::Failed { error } => return Err(error),
                    more @ (Reply::Loading { .. }
                    | Reply::Text { .. }
                    | Reply::State { .. }
                    | Reply::Restored { .. }
                    | Reply::Answer { .. }) => {
                        on_reply(more);
                    }
                    Reply::Working => {}
                    last @ (Reply::Loaded { .. }
                    | Reply::Done { .. }
                    | Reply::Prompt { .. }
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

impl Running {
    /// Writes a message and the bytes behind it; `false` when the worker is gone.
    fn send(&self, request: &Request, data: &[u8]) -> bool {
        let mut process = lock(&self.process);
        process.send(request) && process.send_raw(data)
    }
}

impl Trailed for Response {
    fn trail(&mut self) -> Option<(usize, &mut Vec<u8>)> {
        if let Reply::State { bytes, data } = &mut self.reply {
            return Some((*bytes, &mut data.0));
        }
        None
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
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

fn crashed(running: &Running) -> WireError {
    WireError::new(
        ErrorCode::WorkerCrashed,
        format!(
            "the model's process died ({})",
            lock(&running.process).ending()
        ),
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
