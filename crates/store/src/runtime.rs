//! The small runtime that LanceDB runs on; callers stay synchronous.

use std::future::Future;
use std::sync::mpsc;

use crate::error::{Error, Result};

/// Two threads: one may scan while the other writes; the work itself goes to Lance's own pools.
const THREADS: usize = 2;

/// Query planning nests deeply, and a build without optimisation needs room for it.
const STACK_BYTES: usize = 8 << 20;

/// A runtime of our own, so that a caller may stand in another one.
#[derive(Debug)]
pub(crate) struct Runtime(Option<tokio::runtime::Runtime>);

impl Runtime {
    /// Starts the threads.
    pub(crate) fn start() -> Result<Self> {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(THREADS)
            .max_blocking_threads(4)
            .thread_stack_size(STACK_BYTES)
            .thread_name("library")
            .enable_all()
            .build()
            .map(|runtime| Self(Some(runtime)))
            .map_err(|error| Error::index(format!("its threads could not be started: {error}")))
    }

    /// Runs a future to its end while this thread waits; a panic inside becomes an error.
    pub(crate) fn wait<T, F>(&self, future: F) -> Result<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send + 'static,
    {
        let runtime = self
            .0
            .as_ref()
            .ok_or_else(|| Error::index("the library is being closed"))?;
        let (sender, receiver) = mpsc::sync_channel(1);
        runtime.spawn(async move {
            // Nobody listens only when the waiting thread is gone.
            let _ = sender.send(future.await);
        });
        receiver
            .recv()
            .unwrap_or_else(|_| Err(Error::index("it failed in the middle of its work")))
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        // A plain drop would panic on a thread of another runtime.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
