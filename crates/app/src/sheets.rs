//! Questions about workbooks: read in a worker, understood, asked.

use std::path::PathBuf;

use deskmate_core::{
    CancelToken, ErrorCode, Generation, GenerationRequest, JobEvent, Progress, TextGenerator,
    WireError,
};
use deskmate_sheets::{AskOptions, Correction, SheetAnswer, Tables, Turn, Understanding};

use crate::app::App;
use crate::ingest::Sink;
use crate::parse::lay_down_tables;

/// What is asked of which workbooks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SheetParams {
    /// The workbooks: xlsx, xls, ods, csv and whatever holds tables.
    pub paths: Vec<PathBuf>,
    /// The question.
    pub question: String,
    /// Questions before it, with the queries that answered them.
    pub history: Vec<Turn>,
    /// What the user said about tables.
    pub corrections: Vec<Correction>,
    /// Queries written for the question; `None` for the default.
    pub votes: Option<usize>,
}

/// The tables of some workbooks, ready to be asked.
#[derive(Debug)]
pub struct OpenSheets {
    tables: Tables,
    /// Holds the file of the tables; gone with this.
    _folder: tempfile::TempDir,
}

impl OpenSheets {
    /// Reads workbooks in a worker and opens their tables.
    ///
    /// # Errors
    /// `NotFound`, those of reading, `EmptyFile` when there is no table; `Cancelled`.
    pub fn open(
        paths: &[PathBuf],
        corrections: &[Correction],
        cancel: &CancelToken,
    ) -> Result<Self, WireError> {
        let folder = tempfile::tempdir().map_err(|error| {
            WireError::new(
                ErrorCode::of_io(&error),
                format!("could not make a temporary folder: {error}"),
            )
        })?;
        let file = folder.path().join("tables.sqlite");
        lay_down_tables(paths, corrections, &file, cancel)?;
        let tables = Tables::open(&file)?;
        Ok(Self {
            tables,
            _folder: folder,
        })
    }

    /// What was understood of them.
    pub fn understanding(&self) -> &Understanding {
        self.tables.understanding()
    }

    /// The tables.
    pub fn tables(&self) -> &Tables {
        &self.tables
    }
}

/// Reads workbooks and tells what was understood of them.
///
/// # Errors
/// As [`OpenSheets::open`].
pub fn understand_sheets(
    paths: &[PathBuf],
    corrections: &[Correction],
    cancel: &CancelToken,
) -> Result<Understanding, WireError> {
    Ok(OpenSheets::open(paths, corrections, cancel)?
        .understanding()
        .clone())
}

impl App {
    /// Answers a question about workbooks by calculation over their rows.
    ///
    /// # Errors
    /// As [`OpenSheets::open`]; `InvalidInput` for an empty question; `ModelNotInstalled` when the question needs
    /// one, `WorkerCrashed`, `ContextTooLong`. A question that the tables do not answer is an answer with `abstained`.
    pub fn ask_sheet(
        &self,
        params: &SheetParams,
        cancel: &CancelToken,
        sink: Sink<'_>,
    ) -> Result<SheetAnswer, WireError> {
        if params.question.trim().is_empty() {
            return Err(WireError::new(
                ErrorCode::InvalidInput,
                "the question is empty",
            ));
        }
        sink(stage("reading"));
        let sheets = OpenSheets::open(&params.paths, &params.corrections, cancel)?;
        sink(stage("asking"));
        self.ask_tables(sheets.tables(), params, cancel)
    }

    /// As [`App::ask_sheet`], of tables that are open already.
    ///
    /// # Errors
    /// As [`App::ask_sheet`], without those of reading.
    pub fn ask_tables(
        &self,
        tables: &Tables,
        params: &SheetParams,
        cancel: &CancelToken,
    ) -> Result<SheetAnswer, WireError> {
        let chat = match self.chat() {
            Ok(chat) => Ok(chat),
            // A plain question is calculated without one.
            Err(error) if error.code == ErrorCode::ModelNotInstalled => Err(MissingModel(error)),
            Err(error) => return Err(error),
        };
        let generator: &dyn TextGenerator = match &chat {
            Ok(chat) => &**chat,
            Err(missing) => missing,
        };
        let mut options = AskOptions::default();
        if let Some(votes) = params.votes {
            options.votes = votes;
        }
        Ok(deskmate_sheets::ask(
            &params.question,
            tables,
            &params.history,
            generator,
            options,
            cancel,
        )?)
    }
}

/// In the place of a model that is not installed: whoever asks it is told so.
struct MissingModel(WireError);

impl TextGenerator for MissingModel {
    fn generate(
        &self,
        _request: &GenerationRequest,
        _cancel: &CancelToken,
        _on_text: &mut dyn FnMut(&str),
    ) -> Result<Generation, WireError> {
        Err(self.0.clone())
    }

    fn count_tokens(&self, _texts: &[String]) -> Result<Vec<usize>, WireError> {
        Err(self.0.clone())
    }

    fn context_window(&self) -> Result<usize, WireError> {
        Err(self.0.clone())
    }
}

pub(crate) fn stage(name: &str) -> JobEvent {
    JobEvent::Progress(Progress {
        stage: name.to_string(),
        done: 0,
        total: None,
        eta_ms: None,
        item: None,
    })
}
