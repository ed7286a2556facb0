//! Questions, skills and the samples as jobs.

use deskmate_core::{CancelToken, ErrorCode, Usage, WireError};
use deskmate_sheets::SheetAnswer;

use super::{JobKind, JobRequest, JobSpec};
use crate::app::App;
use crate::bench::sample_files;
use crate::conversation::{ConverseParams, ConverseResult};
use crate::info::samples_folder;
use crate::ingest::Sink;
use crate::sheets::SheetParams;
use crate::skills::{SkillParams, SkillResult};

/// Longest title of a job, in characters.
const TITLE_LENGTH: usize = 80;

impl App {
    /// As [`App::converse`], as a job.
    ///
    /// # Errors
    /// As [`App::converse`].
    pub fn converse_job(
        &self,
        params: &ConverseParams,
        cancel: &CancelToken,
        sink: Sink<'_>,
    ) -> Result<ConverseResult, WireError> {
        let mut question = params.question.clone();
        if let Some(id) = params.regenerate {
            question = self.library().message(id)?.message.content;
        }
        let spec = spec(JobKind::Ask, &question);
        self.run_job(&spec, cancel, sink, &mut |cancel, sink| {
            let result = self.converse(params, cancel, sink)?;
            let usage = result.answer.usage.unwrap_or_default();
            Ok((result, usage))
        })
    }

    /// As [`App::run_skill`], as a job.
    ///
    /// # Errors
    /// As [`App::run_skill`].
    pub fn skill_job(
        &self,
        params: &SkillParams,
        cancel: &CancelToken,
        sink: Sink<'_>,
    ) -> Result<SkillResult, WireError> {
        let first = params.files.first().and_then(|file| file.file_name());
        let title = match first {
            Some(name) => format!("{}: {}", params.id, name.to_string_lossy()),
            None => params.id.clone(),
        };
        let spec = spec(JobKind::Skill, &title);
        self.run_job(&spec, cancel, sink, &mut |cancel, sink| {
            let result = self.run_skill(params, cancel, sink)?;
            let usage: Usage = result.usage;
            Ok((result, usage))
        })
    }

    /// Answers a question about workbooks of the library, as a job.
    ///
    /// # Errors
    /// `NotFound` for a file that is not in the library; as [`App::ask_sheet`].
    pub fn sheet_job(
        &self,
        params: &SheetParams,
        cancel: &CancelToken,
        sink: Sink<'_>,
    ) -> Result<SheetAnswer, WireError> {
        self.scope(&params.paths)?;
        let spec = spec(JobKind::Sheet, &params.question);
        self.run_job(&spec, cancel, sink, &mut |cancel, sink| {
            Ok((self.ask_sheet(params, cancel, sink)?, Usage::default()))
        })
    }

    /// Adds the sample files that came with the program, as a job.
    ///
    /// # Errors
    /// `NotFound` when no samples came with it; as [`App::add`].
    pub fn add_samples(&self, cancel: &CancelToken, sink: Sink<'_>) -> Result<(), WireError> {
        let folder = samples_folder().ok_or_else(|| {
            WireError::new(
                ErrorCode::NotFound,
                "the sample files did not come with this program",
            )
        })?;
        let paths = sample_files(&folder)?;
        self.run_request(&JobRequest::Add { paths }, cancel, sink)
    }
}

fn spec(kind: JobKind, title: &str) -> JobSpec {
    JobSpec {
        kind,
        title: title.chars().take(TITLE_LENGTH).collect(),
        params: serde_json::Value::Null,
    }
}
