//! Jobs: whatever takes long runs as one, is listed, can be stopped, and for indexing and downloads can be paused.

mod request;
mod running;
mod tasks;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use deskmate_core::{CancelToken, ErrorCode, JobEvent, JobId, Progress, Usage, WireError};
use deskmate_store::{JobOutcome, JobState, Library, NewJob, StoredJob};
use serde::{Deserialize, Serialize};

pub use request::JobRequest;
pub(crate) use running::Jobs;
use running::Wish;

use crate::app::App;
use crate::changes::Changed;
use crate::ingest::Sink;

/// How often views are told that a job moved on.
const BETWEEN_NEWS: Duration = Duration::from_millis(700);

/// What a job does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum JobKind {
    /// Takes files and folders into the library.
    Add,
    /// Looks again at what was added.
    Sync,
    /// Answers a question.
    Ask,
    /// Runs a skill.
    Skill,
    /// Downloads a model.
    ModelGet,
    /// Takes in a model file.
    ModelAdd,
    /// Calculates in workbooks.
    Sheet,
    /// Forgets files.
    Forget,
}

impl JobKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Sync => "sync",
            Self::Ask => "ask",
            Self::Skill => "skill",
            Self::ModelGet => "model_get",
            Self::ModelAdd => "model_add",
            Self::Sheet => "sheet",
            Self::Forget => "forget",
        }
    }

    fn of(word: &str) -> Self {
        serde_json::from_value(serde_json::Value::String(word.to_string())).unwrap_or(Self::Sync)
    }

    /// Goes on where it was when it is run again.
    fn goes_on(self) -> bool {
        match self {
            Self::Add | Self::Sync | Self::ModelGet => true,
            Self::Ask | Self::Skill | Self::ModelAdd | Self::Sheet | Self::Forget => false,
        }
    }
}

/// A job as a shell shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct JobView {
    /// Its number.
    pub id: i64,
    /// What it does.
    pub kind: JobKind,
    /// What it works on, for people.
    pub title: String,
    /// Where it is.
    pub state: JobState,
    /// How far it is.
    pub progress: Option<Progress>,
    /// What ended it.
    pub error: Option<WireError>,
    /// A file that it produced.
    pub artifact: Option<String>,
    /// When it began, milliseconds since 1970.
    pub started_ms: i64,
    /// When it ended.
    pub ended_ms: Option<i64>,
}

impl From<StoredJob> for JobView {
    fn from(stored: StoredJob) -> Self {
        Self {
            id: stored.id,
            kind: JobKind::of(&stored.job.kind),
            title: stored.job.title,
            state: stored.state,
            progress: stored.progress,
            error: stored.error,
            artifact: stored.artifact,
            started_ms: stored.started_ms,
            ended_ms: stored.ended_ms,
        }
    }
}

/// A job to be run.
#[derive(Debug, Clone, PartialEq)]
pub struct JobSpec {
    /// What it does.
    pub kind: JobKind,
    /// What it works on, for people.
    pub title: String,
    /// What it needs to go on after a restart.
    pub params: serde_json::Value,
}

/// What a job brought: its result, and what it took of the language model.
pub type Done<T> = Result<(T, Usage), WireError>;

/// Marks the jobs that the last run of the program left unfinished: what can go on waits, the rest has failed.
pub(crate) fn settle_unfinished(library: &Library) -> Result<(), WireError> {
    for stored in library.jobs()? {
        if stored.state != JobState::Running {
            continue;
        }
        let mut outcome = JobOutcome {
            progress: stored.progress,
            error: None,
            artifact: stored.artifact,
        };
        if JobKind::of(&stored.job.kind).goes_on() {
            library.update_job(stored.id, JobState::Paused, &outcome)?;
        } else {
            outcome.error = Some(WireError::new(
                ErrorCode::WorkerCrashed,
                "the program ended while this ran",
            ));
            library.update_job(stored.id, JobState::Failed, &outcome)?;
        }
    }
    Ok(())
}

impl App {
    /// Runs work as a job: `sink` gets `Started`, then what the work tells, then exactly one of `Finished`, `Failed`,
    /// `Cancelled`. A job that is paused stops its work and begins it anew when it is resumed.
    ///
    /// # Errors
    /// Those of the work; `Cancelled`.
    pub fn run_job<T>(
        &self,
        spec: &JobSpec,
        cancel: &CancelToken,
        sink: Sink<'_>,
        work: &mut dyn FnMut(&CancelToken, Sink<'_>) -> Done<T>,
    ) -> Result<T, WireError> {
        let id = self.library().begin_job(&NewJob {
            kind: spec.kind.as_str().to_string(),
            title: spec.title.clone(),
            params: spec.params.clone(),
        })?;
        self.run_job_again(id, spec.kind, cancel, sink, work)
    }

    fn run_job_again<T>(
        &self,
        id: i64,
        kind: JobKind,
        cancel: &CancelToken,
        sink: Sink<'_>,
        work: &mut dyn FnMut(&CancelToken, Sink<'_>) -> Done<T>,
    ) -> Result<T, WireError> {
        sink(JobEvent::Started {
            job_id: JobId::try_from(id).unwrap_or_default(),
        });
        let done = loop {
            let token = self.jobs_running().begin(id, cancel);
            self.enter_job(id, JobState::Running);
            let done = work(&token, &mut |event| {
                self.note_event(id, kind, &event);
                sink(event);
            });
            let is_stopped = matches!(&done, Err(error) if error.code == ErrorCode::Cancelled);
            let wish = self.jobs_running().wish(id);
            if !is_stopped || cancel.is_cancelled() || !kind.goes_on() || wish == Wish::Stop {
                break done;
            }
            self.enter_job(id, JobState::Paused);
            if wish == Wish::Leave || !self.jobs_running().wait_for_resume(id, cancel) {
                break done;
            }
        };
        self.end_job(id, kind, &done);
        match done {
            Ok((value, usage)) => {
                sink(JobEvent::Finished { usage });
                Ok(value)
            }
            Err(error) => {
                sink(match error.code {
                    ErrorCode::Cancelled => JobEvent::Cancelled,
                    _ => JobEvent::Failed(error.clone()),
                });
                Err(error)
            }
        }
    }

    /// Keeps what the event tells of the job, and tells the views now and then.
    fn note_event(&self, id: i64, kind: JobKind, event: &JobEvent) {
        let is_news = match event {
            JobEvent::Progress(progress) => {
                self.jobs_running()
                    .moved(id, progress, Instant::now(), BETWEEN_NEWS)
            }
            JobEvent::Artifact { path, .. } => {
                self.jobs_running().produced(id, path.clone());
                true
            }
            JobEvent::Started { .. }
            | JobEvent::Sources { .. }
            | JobEvent::Text { .. }
            | JobEvent::Warning { .. }
            | JobEvent::Finished { .. }
            | JobEvent::Failed(_)
            | JobEvent::Cancelled => false,
        };
        if is_news {
            self.changes().tell(Changed::Jobs);
            match kind {
                JobKind::Add | JobKind::Sync | JobKind::Forget => {
                    self.changes().tell(Changed::Library);
                }
                JobKind::ModelGet | JobKind::ModelAdd => self.changes().tell(Changed::Models),
                JobKind::Ask | JobKind::Skill | JobKind::Sheet => {}
            }
        }
    }

    fn enter_job(&self, id: i64, state: JobState) {
        let outcome = JobOutcome {
            progress: self.jobs_running().progress(id),
            ..JobOutcome::default()
        };
        // The list of jobs is a convenience: that it cannot be written is no reason to stop the work.
        let _ = self.library().update_job(id, state, &outcome);
        self.jobs_running().set_state(id, state);
        self.changes().tell(Changed::Jobs);
    }

    fn end_job<T>(&self, id: i64, kind: JobKind, done: &Done<T>) {
        let ended = self.jobs_running().end(id);
        let artifact: Option<PathBuf> = ended.artifact;
        let (state, error) = match done {
            Ok(_) => (JobState::Finished, None),
            Err(error) if error.code == ErrorCode::Cancelled => {
                let waits = ended.wish == Wish::Leave && kind.goes_on();
                let state = if waits {
                    JobState::Paused
                } else {
                    JobState::Cancelled
                };
                (state, None)
            }
            Err(error) => (JobState::Failed, Some(error.clone())),
        };
        let outcome = JobOutcome {
            progress: ended.progress,
            error,
            artifact: artifact.map(|path| path.to_string_lossy().into_owned()),
        };
        let _ = self.library().update_job(id, state, &outcome);
        self.changes().tell(Changed::Jobs);
        match kind {
            JobKind::Add | JobKind::Sync | JobKind::Forget => {
                self.changes().tell(Changed::Library);
            }
            JobKind::ModelGet | JobKind::ModelAdd => self.changes().tell(Changed::Models),
            JobKind::Ask | JobKind::Skill | JobKind::Sheet => {}
        }
    }

    /// Everything that runs or ran, the newest first.
    ///
    /// # Errors
    /// Those of the store.
    pub fn jobs(&self) -> Result<Vec<JobView>, WireError> {
        let mut views: Vec<JobView> = self
            .library()
            .jobs()?
            .into_iter()
            .map(JobView::from)
            .collect();
        for view in &mut views {
            if let Some((state, progress)) = self.jobs_running().now(view.id) {
                view.state = state;
                view.progress = progress.or_else(|| view.progress.take());
            }
        }
        Ok(views)
    }

    /// Ends a job; one that waits since the last run of the program is ended in the list.
    ///
    /// # Errors
    /// `NotFound` when nothing of this number runs or waits.
    pub fn cancel_job(&self, id: i64) -> Result<(), WireError> {
        if self.jobs_running().ask(id, Wish::Stop) {
            return Ok(());
        }
        let stored = self.waiting_job(id)?;
        let outcome = JobOutcome {
            progress: stored.progress,
            error: None,
            artifact: stored.artifact,
        };
        self.library()
            .update_job(id, JobState::Cancelled, &outcome)?;
        self.changes().tell(Changed::Jobs);
        Ok(())
    }

    /// Lets a job rest until it is resumed.
    ///
    /// # Errors
    /// `NotFound` when it does not run; `InvalidInput` for work that cannot rest.
    pub fn pause_job(&self, id: i64) -> Result<(), WireError> {
        let stored = self.library().job(id)?.ok_or_else(|| unknown(id))?;
        if !JobKind::of(&stored.job.kind).goes_on() {
            return Err(
                WireError::new(ErrorCode::InvalidInput, "this job cannot be paused")
                    .with_hint("stop it instead"),
            );
        }
        if self.jobs_running().ask(id, Wish::Pause) {
            Ok(())
        } else {
            Err(unknown(id))
        }
    }

    /// Forgets the jobs that have ended.
    ///
    /// # Errors
    /// Those of the store.
    pub fn clear_jobs(&self) -> Result<(), WireError> {
        self.library().clear_jobs()?;
        self.changes().tell(Changed::Jobs);
        Ok(())
    }

    /// Stops what runs, so that it goes on or is ended when the program is started again. Nothing that was done is lost.
    pub fn stop_jobs(&self) {
        self.jobs_running().leave_all();
    }

    fn waiting_job(&self, id: i64) -> Result<StoredJob, WireError> {
        let stored = self.library().job(id)?;
        stored
            .filter(|stored| stored.state == JobState::Paused)
            .ok_or_else(|| unknown(id))
    }
}

fn unknown(id: i64) -> WireError {
    WireError::new(
        ErrorCode::NotFound,
        format!("no job of the number `{id}` runs"),
    )
}
