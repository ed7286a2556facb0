//! A library opened with its engines: the functions that the window and the command line call.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use deskmate_core::{
    CancelToken, Citation, Embedder, ErrorCode, Hit, SourceId, TextGenerator, Usage, WireError,
};
use deskmate_knowledge::{
    Answer, Engines, Evidence, Question, Rankings, Retrieval, RetrieveOptions, answer_question,
    index_text, retrieve, term_string,
};
use deskmate_store::{Library, LibraryStats, OpenOptions, OpenReport, Source};
use serde::Serialize;

use crate::conversation;
use crate::engine::{ChatEngine, EmbeddingEngine};
use crate::home::Home;
use crate::ingest::{self, AddReport, Sink, Tools};
use crate::models::ModelStore;
use crate::select;

/// An open library with its engines. One process at a time has a library open.
pub struct App {
    home: Home,
    models: ModelStore,
    library: Arc<Library>,
    embedder: Option<Arc<EmbeddingEngine>>,
    chat: Mutex<Option<Arc<ChatEngine>>>,
}

/// What is asked, and of which files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AskParams {
    /// The question.
    pub question: String,
    /// Only these files or folders; empty for the whole library.
    pub files: Vec<PathBuf>,
    /// Only the answer itself.
    pub brief: bool,
    /// The conversation to go on with: its number, or a name of the caller's.
    pub conversation: Option<String>,
}

/// An answer as the contract has it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AskResult {
    /// The text with its markers.
    pub answer: String,
    /// The places behind the markers.
    pub citations: Vec<Citation>,
    /// The files do not hold an answer.
    pub abstained: bool,
    /// Sentences without support.
    pub unsupported: Vec<String>,
    /// What it took.
    pub usage: Usage,
    /// The conversation that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation: Option<i64>,
    /// The figures behind the decision to answer.
    pub evidence: Evidence,
}

/// What a look at the library shows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StatusReport {
    /// Files that can be found.
    pub files_ready: u64,
    /// Files found by words alone.
    pub files_words_only: u64,
    /// Files that could not be read.
    pub files_failed: u64,
    /// Files left out on purpose.
    pub files_skipped: u64,
    /// Chunks in all.
    pub chunks: u64,
    /// Bytes on disk: index and catalogue.
    pub bytes: u64,
    /// The failed files with their reasons.
    pub failed: Vec<FailedFile>,
    /// The embedding model in use.
    pub embedding_model: Option<String>,
}

/// A file that could not be read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FailedFile {
    /// The file.
    pub path: PathBuf,
    /// Why.
    #[serde(flatten)]
    pub error: Option<WireError>,
}

/// What a sync did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SyncReport {
    /// What was added or looked at again.
    #[serde(flatten)]
    pub added: AddReport,
    /// Files that are gone from the disk and now from the library.
    pub removed: Vec<PathBuf>,
}

impl App {
    /// Opens the library of a home; makes a new one where there is none. No model is loaded yet.
    ///
    /// # Errors
    /// `LibraryLocked` when another process has it open; `LibraryDamaged`, `DiskFull`, `PermissionDenied`.
    pub fn open(home: &Home) -> Result<Self, WireError> {
        let models = ModelStore::new(home.models().to_path_buf());
        let embedder =
            select::embedding(&models)?.map(|facts| Arc::new(EmbeddingEngine::new(facts)));
        let mut options = OpenOptions::new(|chunk| term_string(&index_text(chunk)));
        if let Some(embedder) = &embedder {
            options = options.with_embedding(embedder.model_id(), embedder.dimensions());
        }
        let library = Library::open(home.root(), options)?;
        Ok(Self {
            home: home.clone(),
            models,
            library: Arc::new(library),
            embedder,
            chat: Mutex::new(None),
        })
    }

    /// What opening found and repaired.
    pub fn open_report(&self) -> &OpenReport {
        self.library.open_report()
    }

    /// Where it lies.
    pub fn home(&self) -> &Home {
        &self.home
    }

    /// The models.
    pub fn models(&self) -> &ModelStore {
        &self.models
    }

    /// The library itself.
    pub fn library(&self) -> &Library {
        &self.library
    }

    /// The embedding model's process and the chat model's, as far as they run.
    pub fn chat_process(&self) -> Option<u32> {
        let chat = self.chat.lock().ok()?;
        chat.as_ref().and_then(|chat| chat.process_id())
    }

    fn tools(&self) -> Tools {
        Tools {
            library: Arc::clone(&self.library),
            embedder: self
                .embedder
                .as_ref()
                .map(|embedder| Arc::clone(embedder) as Arc<dyn Embedder>),
            readers: std::thread::available_parallelism().map_or(2, |n| n.get().min(4)),
        }
    }

    /// Adds files and folders, which `sync` looks at again later.
    ///
    /// # Errors
    /// `Cancelled`; those of the store and the engine. What one file does is in its report, never an error.
    pub fn add(
        &self,
        paths: &[PathBuf],
        cancel: &CancelToken,
        sink: Sink<'_>,
    ) -> Result<AddReport, WireError> {
        for path in paths {
            let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
            if path.exists() && path.to_str().is_some() {
                self.library.add_root(&path)?;
            }
        }
        ingest::add(&self.tools(), paths, cancel, sink)
    }

    /// Looks again at everything added: reads what is new or changed, takes out what is gone from the disk.
    ///
    /// A root that is not there itself (a drive that is not plugged in) keeps its files.
    ///
    /// # Errors
    /// As `add`.
    pub fn sync(&self, cancel: &CancelToken, sink: Sink<'_>) -> Result<SyncReport, WireError> {
        let roots: Vec<PathBuf> = self
            .library
            .roots()?
            .into_iter()
            .filter(|root| root.exists())
            .collect();
        let added = ingest::add(&self.tools(), &roots, cancel, sink)?;
        let mut removed = Vec::new();
        for source in self.library.sources()? {
            let below = roots
                .iter()
                .any(|root| source.path.starts_with(root) && *root != source.path);
            if below && !source.path.exists() {
                self.library.forget(&source.path)?;
                removed.push(source.path);
            }
        }
        Ok(SyncReport { added, removed })
    }

    /// Takes a file or folder out of the library, with everything kept of it. The file itself is not touched.
    ///
    /// # Errors
    /// `NotFound` when nothing of it is in the library.
    pub fn forget(&self, path: &Path) -> Result<usize, WireError> {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
        let forgotten = self.library.forget(&absolute)?;
        if forgotten == 0 {
            return Err(WireError::new(
                ErrorCode::NotFound,
                format!("`{}` is not in the library", path.display()),
            )
            .with_hint("`deskmate status` shows what is"));
        }
        Ok(forgotten)
    }

    /// How the library stands.
    ///
    /// # Errors
    /// Those of the store.
    pub fn status(&self) -> Result<StatusReport, WireError> {
        let LibraryStats {
            files,
            chunks,
            index_bytes,
            catalogue_bytes,
        } = self.library.stats()?;
        let failed = self
            .library
            .sources()?
            .into_iter()
            .filter(|source| source.state == deskmate_store::SourceState::Failed)
            .map(|source| FailedFile {
                path: source.path,
                error: source.error,
            })
            .collect();
        // Without an embedding model, being found by words is all that a file can reach.
        let words_are_ready = self.embedder.is_none();
        Ok(StatusReport {
            files_ready: files.ready + if words_are_ready { files.words } else { 0 },
            files_words_only: files.words,
            files_failed: files.failed,
            files_skipped: files.skipped,
            chunks,
            bytes: index_bytes + catalogue_bytes,
            failed,
            embedding_model: self.embedder.as_ref().map(|embedder| embedder.model_id()),
        })
    }

    /// Finds chunks; by words alone where there is no embedding model.
    ///
    /// # Errors
    /// Those of the store and the engine.
    pub fn search(
        &self,
        query: &str,
        top: usize,
        files: &[PathBuf],
        cancel: &CancelToken,
    ) -> Result<Vec<Hit>, WireError> {
        let scope = self.scope(files)?;
        let options = RetrieveOptions {
            limit: top,
            scope: scope.as_deref(),
            per_source: 2,
            rankings: Rankings::Both,
        };
        Ok(self.retrieve(query, options, cancel)?.hits)
    }

    /// Finds chunks with all that retrieval knows of them.
    pub(crate) fn retrieve(
        &self,
        query: &str,
        options: RetrieveOptions<'_>,
        cancel: &CancelToken,
    ) -> Result<Retrieval, WireError> {
        let embedder = self.embedder.as_deref().map(|e| e as &dyn Embedder);
        retrieve(query, &*self.library, embedder, options, cancel)
    }

    /// Answers a question from the files.
    ///
    /// # Errors
    /// `ModelNotInstalled` without a chat model; `NotFound` for a file or conversation that is not there;
    /// `Cancelled`, `WorkerCrashed`, `ContextTooLong`.
    pub fn ask(
        &self,
        params: &AskParams,
        cancel: &CancelToken,
        sink: Sink<'_>,
    ) -> Result<AskResult, WireError> {
        if params.question.trim().is_empty() {
            return Err(WireError::new(
                ErrorCode::InvalidInput,
                "the question is empty",
            ));
        }
        let scope = self.scope(&params.files)?;
        let chat = self.chat()?;
        let id = match &params.conversation {
            Some(name) => Some(conversation::find_or_create(
                &self.library,
                name,
                &params.question,
            )?),
            None => None,
        };
        let history = match id {
            Some(id) => conversation::history(&self.library, id)?,
            None => Vec::new(),
        };
        let engines = Engines {
            index: &*self.library,
            embedder: self.embedder.as_deref().map(|e| e as &dyn Embedder),
            generator: &*chat as &dyn TextGenerator,
        };
        let question = Question {
            text: &params.question,
            brief: params.brief,
            scope: scope.as_deref(),
            history: &history,
        };
        let answer = answer_question(question, engines, cancel, sink)?;
        if let Some(id) = id {
            conversation::append(&self.library, id, &answer)?;
        }
        let Answer {
            answer,
            citations,
            abstained,
            unsupported,
            usage,
            evidence,
            turn: _,
        } = answer;
        Ok(AskResult {
            answer,
            citations,
            abstained,
            unsupported,
            usage,
            conversation: id,
            evidence,
        })
    }

    /// The chat model, started on first use and kept.
    pub(crate) fn chat(&self) -> Result<Arc<ChatEngine>, WireError> {
        let mut guard = self
            .chat
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(chat) = guard.as_ref() {
            return Ok(Arc::clone(chat));
        }
        let chat = Arc::new(ChatEngine::new(select::chat(&self.models)?));
        *guard = Some(Arc::clone(&chat));
        Ok(chat)
    }

    /// The embedding model, for measurements.
    pub(crate) fn embedder(&self) -> Option<Arc<EmbeddingEngine>> {
        self.embedder.clone()
    }

    /// The sources that the named files and folders stand for; `None` for all.
    pub(crate) fn scope(&self, files: &[PathBuf]) -> Result<Option<Vec<SourceId>>, WireError> {
        if files.is_empty() {
            return Ok(None);
        }
        let mut ids = Vec::new();
        for file in files {
            let absolute = std::path::absolute(file).unwrap_or_else(|_| file.clone());
            let under: Vec<Source> = self.library.sources_under(&absolute)?;
            if under.is_empty() {
                return Err(WireError::new(
                    ErrorCode::NotFound,
                    format!("`{}` is not in the library", file.display()),
                )
                .with_hint("add it first: `deskmate add PATH`"));
            }
            ids.extend(under.into_iter().map(|source| source.id));
        }
        Ok(Some(ids))
    }
}
