//! The jobs that run in this process, and what is wished of them.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use deskmate_core::{CancelToken, Progress};
use deskmate_store::JobState;

/// How often a job that rests looks whether it is to end.
const TICK: Duration = Duration::from_millis(200);

/// What is wished of a job.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Wish {
    /// To work.
    #[default]
    Run,
    /// To rest until it is resumed.
    Pause,
    /// To end for good.
    Stop,
    /// To end with the program, and to go on when that is started again.
    Leave,
}

/// The jobs of this process.
#[derive(Debug, Default)]
pub(crate) struct Jobs {
    entries: Mutex<HashMap<i64, Entry>>,
    wished: Condvar,
}

#[derive(Debug)]
struct Entry {
    token: CancelToken,
    wish: Wish,
    state: JobState,
    progress: Option<Progress>,
    artifact: Option<PathBuf>,
    told: Option<Instant>,
}

/// What was known of a job when it ended.
#[derive(Debug, Default)]
pub(super) struct Ended {
    pub(super) wish: Wish,
    pub(super) progress: Option<Progress>,
    pub(super) artifact: Option<PathBuf>,
}

impl Jobs {
    fn entries(&self) -> MutexGuard<'_, HashMap<i64, Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A token for the work that begins now, set with `cancel` or by a wish.
    pub(super) fn begin(&self, id: i64, cancel: &CancelToken) -> CancelToken {
        let token = cancel.child();
        let mut entries = self.entries();
        let before = entries.remove(&id);
        entries.insert(
            id,
            Entry {
                token: token.clone(),
                wish: Wish::Run,
                state: JobState::Running,
                progress: before.and_then(|entry| entry.progress),
                artifact: None,
                told: None,
            },
        );
        token
    }

    pub(super) fn end(&self, id: i64) -> Ended {
        match self.entries().remove(&id) {
            Some(entry) => Ended {
                wish: entry.wish,
                progress: entry.progress,
                artifact: entry.artifact,
            },
            None => Ended::default(),
        }
    }

    /// Wishes something of a job; `false` when it does not run here.
    pub(super) fn ask(&self, id: i64, wish: Wish) -> bool {
        let mut entries = self.entries();
        let Some(entry) = entries.get_mut(&id) else {
            return false;
        };
        entry.wish = wish;
        if wish != Wish::Run {
            entry.token.cancel();
        }
        self.wished.notify_all();
        true
    }

    pub(super) fn leave_all(&self) {
        for entry in self.entries().values_mut() {
            entry.wish = Wish::Leave;
            entry.token.cancel();
        }
        self.wished.notify_all();
    }

    pub(super) fn wish(&self, id: i64) -> Wish {
        self.entries()
            .get(&id)
            .map_or(Wish::Run, |entry| entry.wish)
    }

    /// Waits while the job is to rest; `true` when it is to go on.
    pub(super) fn wait_for_resume(&self, id: i64, cancel: &CancelToken) -> bool {
        let mut entries = self.entries();
        loop {
            let wish = entries.get(&id).map_or(Wish::Stop, |entry| entry.wish);
            match wish {
                Wish::Run => return true,
                Wish::Stop | Wish::Leave => return false,
                Wish::Pause if cancel.is_cancelled() => return false,
                Wish::Pause => {}
            }
            let waited = self.wished.wait_timeout(entries, TICK);
            entries = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    pub(super) fn set_state(&self, id: i64, state: JobState) {
        if let Some(entry) = self.entries().get_mut(&id) {
            entry.state = state;
        }
    }

    /// Keeps how far a job is; `true` when the views should hear of it.
    pub(super) fn moved(
        &self,
        id: i64,
        progress: &Progress,
        now: Instant,
        between: Duration,
    ) -> bool {
        let mut entries = self.entries();
        let Some(entry) = entries.get_mut(&id) else {
            return false;
        };
        entry.progress = Some(progress.clone());
        let is_due = entry
            .told
            .is_none_or(|told| now.duration_since(told) >= between);
        if is_due {
            entry.told = Some(now);
        }
        is_due
    }

    pub(super) fn produced(&self, id: i64, artifact: PathBuf) {
        if let Some(entry) = self.entries().get_mut(&id) {
            entry.artifact = Some(artifact);
        }
    }

    pub(super) fn progress(&self, id: i64) -> Option<Progress> {
        self.entries()
            .get(&id)
            .and_then(|entry| entry.progress.clone())
    }

    /// State and progress of a job that runs or rests here.
    pub(super) fn now(&self, id: i64) -> Option<(JobState, Option<Progress>)> {
        self.entries()
            .get(&id)
            .map(|entry| (entry.state, entry.progress.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resting_job_goes_on_when_it_is_resumed_and_ends_when_it_is_stopped() {
        for (wish, goes_on) in [(Wish::Run, true), (Wish::Stop, false), (Wish::Leave, false)] {
            let jobs = Jobs::default();
            let cancel = CancelToken::new();
            let token = jobs.begin(1, &cancel);
            assert!(jobs.ask(1, Wish::Pause));
            assert!(token.is_cancelled() && !cancel.is_cancelled());
            std::thread::scope(|scope| {
                let waiting = scope.spawn(|| jobs.wait_for_resume(1, &cancel));
                assert!(jobs.ask(1, wish));
                assert_eq!(waiting.join().ok(), Some(goes_on), "{wish:?}");
            });
        }
    }

    #[test]
    fn a_resting_job_ends_with_its_caller() {
        let jobs = Jobs::default();
        let cancel = CancelToken::new();
        jobs.begin(1, &cancel);
        jobs.ask(1, Wish::Pause);
        cancel.cancel();
        assert!(!jobs.wait_for_resume(1, &cancel));
        assert!(!jobs.ask(2, Wish::Pause));
    }

    #[test]
    fn views_hear_of_progress_now_and_then() {
        let jobs = Jobs::default();
        jobs.begin(1, &CancelToken::new());
        let progress = Progress {
            stage: "reading".to_string(),
            done: 1,
            total: None,
            eta_ms: None,
            item: None,
        };
        let start = Instant::now();
        let second = Duration::from_secs(1);
        assert!(jobs.moved(1, &progress, start, second));
        assert!(!jobs.moved(1, &progress, start + second / 2, second));
        assert!(jobs.moved(1, &progress, start + second, second));
        assert_eq!(jobs.progress(1), Some(progress));
    }
}
