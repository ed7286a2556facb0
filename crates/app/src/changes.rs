//! What changed, for those who show it: they read again.

use std::sync::{Mutex, PoisonError};

use serde::Serialize;

/// Something that a view may show has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Changed {
    /// The files.
    Library,
    /// The conversations.
    Conversations,
    /// What the user writes.
    Manuscripts,
    /// What runs and ran.
    Jobs,
    /// The models.
    Models,
    /// The settings.
    Settings,
}

type Listener = Box<dyn Fn(Changed) + Send + Sync>;

/// Those who want to be told.
#[derive(Default)]
pub(crate) struct Changes(Mutex<Vec<Listener>>);

impl Changes {
    pub(crate) fn listen(&self, listener: Listener) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(listener);
    }

    pub(crate) fn tell(&self, changed: Changed) {
        let listeners = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for listener in listeners.iter() {
            listener(changed);
        }
    }
}
