//! What the commands work with: the library, opened beside the window, and the calls that run.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use deskmate_app::{App, Changed, Home, RestoreReport};
use deskmate_core::{CancelToken, ErrorCode, JobEvent, WireError};
use tauri::async_runtime::spawn_blocking;
use tauri::ipc::Channel;

use crate::stream::Stream;

/// How long closing waits for work that was asked to stop.
const CLOSING: Duration = Duration::from_secs(4);

/// How long work on the library's files waits until what runs has stopped.
const CLOSING_FOR_WORK: Duration = Duration::from_secs(20);

type Slot = Option<Result<Arc<App>, WireError>>;
type Listener = Arc<dyn Fn(Changed) + Send + Sync>;

/// The library behind the window.
pub(crate) struct Desk {
    opening: Arc<Opening>,
    calls: Arc<Mutex<HashMap<u64, CancelToken>>>,
    /// Attempts that were refused before the library was open.
    refused: AtomicU64,
    started: Instant,
}

/// A library that is being opened on a thread of its own.
struct Opening {
    home: Home,
    listener: Listener,
    slot: Mutex<Slot>,
    opened: Condvar,
}

impl Opening {
    fn slot(&self) -> MutexGuard<'_, Slot> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(self: &Arc<Self>) {
        *self.slot() = None;
        let opening = Arc::clone(self);
        std::thread::spawn(move || {
            let opened = App::open_to_stay(&opening.home).map(Arc::new);
            if let Ok(app) = &opened {
                let listener = Arc::clone(&opening.listener);
                app.on_changed(move |changed| listener(changed));
                app.follow_the_disk();
            }
            *opening.slot() = Some(opened);
            opening.opened.notify_all();
        });
    }

    /// Closes the library for work on its files: asks what runs to stop and waits until nobody holds it.
    fn close(&self, calls: &Mutex<HashMap<u64, CancelToken>>) -> Result<(), WireError> {
        let Some(opened) = self.slot().take() else {
            // It is being opened: whoever asks again finds it open.
            return Err(still_busy());
        };
        let Ok(app) = opened else {
            // What could not be opened need not be closed.
            return Ok(());
        };
        app.stop_jobs();
        for cancel in calls
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .values()
        {
            cancel.cancel();
        }
        let until = Instant::now() + CLOSING_FOR_WORK;
        while Arc::strong_count(&app) > 1 {
            if Instant::now() > until {
                *self.slot() = Some(Ok(app));
                self.opened.notify_all();
                return Err(still_busy());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        drop(app);
        Ok(())
    }

    /// Waits until the library is open.
    fn wait(&self) -> Result<Arc<App>, WireError> {
        let mut slot = self.slot();
        loop {
            if let Some(opened) = slot.as_ref() {
                return opened.clone();
            }
            slot = self
                .opened
                .wait(slot)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}

fn still_busy() -> WireError {
    WireError::new(
        ErrorCode::LibraryLocked,
        "the library is still being worked with",
    )
    .with_hint("wait until what runs has ended and try again")
}

impl Desk {
    /// Begins to open the library and returns at once.
    pub(crate) fn open(
        home: Home,
        started: Instant,
        listener: impl Fn(Changed) + Send + Sync + 'static,
    ) -> Self {
        let opening = Arc::new(Opening {
            home,
            listener: Arc::new(listener),
            slot: Mutex::new(None),
            opened: Condvar::new(),
        });
        opening.begin();
        Self {
            opening,
            calls: Arc::default(),
            refused: AtomicU64::new(0),
            started,
        }
    }

    /// When the program was started.
    pub(crate) fn started(&self) -> Instant {
        self.started
    }

    /// Tries once more to open a library that could not be opened.
    pub(crate) fn open_again_after_error(&self) {
        let has_failed = matches!(*self.opening.slot(), Some(Err(_)));
        if has_failed {
            self.opening.begin();
        }
    }

    /// Counts something that wanted out of the window.
    pub(crate) fn note_refused_attempt(&self) {
        match self.opening.slot().as_ref() {
            Some(Ok(app)) => app.note_refused_attempt(),
            Some(Err(_)) | None => {
                self.refused.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// Attempts that were refused before the library could count them.
    pub(crate) fn take_refused(&self) -> u64 {
        self.refused.swap(0, Ordering::Relaxed)
    }

    /// Runs work on the library, away from the window's thread.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Arc<App>) -> Result<T, WireError> + Send + 'static,
    ) -> Result<T, WireError> {
        let opening = Arc::clone(&self.opening);
        spawn_blocking(move || work(&opening.wait()?))
            .await
            .unwrap_or_else(|error| Err(WireError::new(ErrorCode::Internal, error.to_string())))
    }

    /// Runs work that tells of itself through a channel and can be cancelled by the number of its call.
    pub(crate) async fn stream<T: Send + 'static>(
        &self,
        call_id: u64,
        events: Channel<JobEvent>,
        work: impl FnOnce(&Arc<App>, &CancelToken, &mut dyn FnMut(JobEvent)) -> Result<T, WireError>
        + Send
        + 'static,
    ) -> Result<T, WireError> {
        let cancel = CancelToken::new();
        self.calls().insert(call_id, cancel.clone());
        let calls = Arc::clone(&self.calls);
        let done = self
            .run(move |app| {
                let mut stream = Stream::new(events);
                work(app, &cancel, &mut |event| stream.send(event))
            })
            .await;
        calls
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&call_id);
        done
    }

    /// Closes the library, brings one back from a backup in its place, and opens what is there then; commands that come
    /// meanwhile wait. A library that was there is kept in a folder beside.
    pub(crate) async fn restore(
        &self,
        call_id: u64,
        events: Channel<JobEvent>,
        path: PathBuf,
    ) -> Result<RestoreReport, WireError> {
        let opening = Arc::clone(&self.opening);
        let calls = Arc::clone(&self.calls);
        let restored = spawn_blocking(move || {
            let mut stream = Stream::new(events);
            let register = |cancel: &CancelToken| {
                let mut calls = calls.lock().unwrap_or_else(PoisonError::into_inner);
                calls.insert(call_id, cancel.clone());
            };
            // Before anything is closed for a file that is none.
            let checking = CancelToken::new();
            register(&checking);
            deskmate_app::verify_backup(&path, &checking, &mut |event| stream.send(event))?;
            opening.close(&calls)?;
            // Closing cancelled every call, this one too.
            let cancel = CancelToken::new();
            register(&cancel);
            let home = &opening.home;
            let restored = deskmate_app::restore_backup(home, &path, true, &cancel, &mut |event| {
                stream.send(event);
            });
            opening.begin();
            restored
        })
        .await
        .unwrap_or_else(|error| Err(WireError::new(ErrorCode::Internal, error.to_string())));
        self.calls().remove(&call_id);
        restored
    }

    /// Asks a call to stop; one that has ended is none.
    pub(crate) fn cancel(&self, call_id: u64) {
        if let Some(cancel) = self.calls().get(&call_id) {
            cancel.cancel();
        }
    }

    fn calls(&self) -> MutexGuard<'_, HashMap<u64, CancelToken>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stops what runs and closes the library. What is stopped goes on at the next start, or is kept as far as it came.
    pub(crate) fn close(&self) {
        let Some(Ok(app)) = self.opening.slot().take() else {
            return;
        };
        app.stop_jobs();
        for cancel in self.calls().values() {
            cancel.cancel();
        }
        // Dropping the last one closes the library; whoever still works at the end of the time is ended with the program,
        // which the library is made for.
        let until = Instant::now() + CLOSING;
        while Arc::strong_count(&app) > 1 && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(20));
        }
        drop(app);
    }
}
