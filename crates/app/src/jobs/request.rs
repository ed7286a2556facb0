//! The jobs that need no more than what is kept of them, and so can go on after a restart.

use std::path::PathBuf;
use std::sync::Arc;

use deskmate_core::{CancelToken, ErrorCode, Usage, WireError};
use deskmate_store::StoredJob;
use serde::{Deserialize, Serialize};

use super::{JobKind, JobSpec, Wish, unknown};
use crate::app::App;
use crate::ingest::Sink;
use crate::models::FetchOptions;

/// What a job is to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "job", rename_all = "snake_case")]
pub enum JobRequest {
    /// Take files and folders into the library.
    Add {
        /// Which.
        paths: Vec<PathBuf>,
    },
    /// Read a file again that failed or was left out.
    Retry {
        /// Which.
        path: PathBuf,
    },
    /// Look again at everything that was added.
    Sync,
    /// Download a model.
    ModelGet {
        /// Which.
        id: String,
    },
    /// Take in a model file.
    ModelAdd {
        /// Which.
        path: PathBuf,
    },
}

impl JobRequest {
    fn spec(&self) -> Result<JobSpec, WireError> {
        let (kind, title) = match self {
            Self::Add { paths } => (JobKind::Add, title_of_paths(paths)),
            Self::Retry { path } => (JobKind::Add, title_of_paths(std::slice::from_ref(path))),
            Self::Sync => (JobKind::Sync, String::new()),
            Self::ModelGet { id } => (JobKind::ModelGet, id.clone()),
            Self::ModelAdd { path } => (
                JobKind::ModelAdd,
                title_of_paths(std::slice::from_ref(path)),
            ),
        };
        let params = serde_json::to_value(self)
            .map_err(|error| WireError::new(ErrorCode::Internal, error.to_string()))?;
        Ok(JobSpec {
            kind,
            title,
            params,
        })
    }
}

/// The name of the first, and how many more there are.
fn title_of_paths(paths: &[PathBuf]) -> String {
    let first = paths.first().map_or_else(String::new, |path| {
        let name = path.file_name().unwrap_or(path.as_os_str());
        name.to_string_lossy().into_owned()
    });
    match paths.len() {
        0 | 1 => first,
        more => format!("{first} +{}", more - 1),
    }
}

impl App {
    /// Runs a job to its end; see [`App::run_job`].
    ///
    /// # Errors
    /// Those of the work; `Cancelled`.
    pub fn run_request(
        &self,
        request: &JobRequest,
        cancel: &CancelToken,
        sink: Sink<'_>,
    ) -> Result<(), WireError> {
        self.run_job(&request.spec()?, cancel, sink, &mut |cancel, sink| {
            self.perform(request, cancel, sink)
        })
    }

    fn perform(
        &self,
        request: &JobRequest,
        cancel: &CancelToken,
        sink: Sink<'_>,
    ) -> Result<((), Usage), WireError> {
        let mut tell = |progress| sink(deskmate_core::JobEvent::Progress(progress));
        match request {
            JobRequest::Add { paths } => {
                self.adopt_embedding();
                self.add(paths, cancel, sink).map(|_| ())?;
                self.watch_roots();
            }
            JobRequest::Retry { path } => self.retry(path, cancel, sink)?,
            JobRequest::Sync => self.sync(cancel, sink).map(|_| ())?,
            JobRequest::ModelGet { id } => {
                let options = FetchOptions::from_environment();
                self.models().get(id, &options, cancel, &mut tell)?;
                self.adopt_embedding();
            }
            JobRequest::ModelAdd { path } => {
                self.models().add(path, cancel, &mut tell)?;
                self.adopt_embedding();
            }
        }
        Ok(((), Usage::default()))
    }

    /// Lets a paused job go on: one of this run in the call that began it, one of an earlier run on a thread of its own.
    ///
    /// # Errors
    /// `NotFound` when no job of this number rests.
    pub fn resume_job(self: &Arc<Self>, id: i64) -> Result<(), WireError> {
        if self.jobs_running().ask(id, Wish::Run) {
            return Ok(());
        }
        let stored = self.waiting_job(id)?;
        let request = request_of(&stored)?;
        let kind = JobKind::of(&stored.job.kind);
        let app = Arc::clone(self);
        std::thread::Builder::new()
            .name("job".to_string())
            .spawn(move || {
                // How it ends stands in the list of jobs.
                let _ = app.run_job_again(
                    id,
                    kind,
                    &CancelToken::new(),
                    &mut |_| {},
                    &mut |cancel, sink| app.perform(&request, cancel, sink),
                );
            })
            .map_err(|error| WireError::new(ErrorCode::Internal, error.to_string()))?;
        Ok(())
    }
}

fn request_of(stored: &StoredJob) -> Result<JobRequest, WireError> {
    serde_json::from_value(stored.job.params.clone()).map_err(|_| unknown(stored.id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_is_named_after_what_it_works_on() {
        assert_eq!(title_of_paths(&["/资料/报告.docx".into()]), "报告.docx");
        assert_eq!(title_of_paths(&["/a".into(), "/b".into()]), "a +1");
        assert_eq!(title_of_paths(&["/".into()]), "/");
    }

    #[test]
    fn a_request_comes_back_from_what_is_kept_of_it() {
        let request = JobRequest::Add {
            paths: vec!["/资料".into()],
        };
        let kept = request.spec().map(|spec| spec.params);
        let back = kept.ok().and_then(|kept| serde_json::from_value(kept).ok());
        assert_eq!(back, Some(request));
    }
}
