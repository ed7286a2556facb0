//! A library opened with its engines: the functions that the window and the command line call.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use deskmate_core::{
    CancelToken, Citation, Embedder, ErrorCode, Hit, SourceId, TextGenerator, Usage, WireError,
};
use deskmate_knowledge::{
    Answer, Engines, Evidence, Question, Rankings, Retrieval, RetrieveOptions, Turn,
    answer_question, index_text, retrieve, term_string,
};
use deskmate_llm::saved::folder::Folder;
use deskmate_sheets::SheetAnswer;
use deskmate_store::{Embedding, Library, OpenOptions, OpenReport, Source};
use serde::Serialize;

use crate::changes::{Changed, Changes};
use crate::content::Contents;
use crate::conversation::{self, ConverseParams, Scope};
use crate::engine::{ChatEngine, EmbeddingEngine, Keeping};
use crate::home::Home;
use crate::ingest::{self, AddReport, Counted, FileStatus, Sink, Tools, Traffic};
use crate::jobs::{self, Jobs};
use crate::machine::MachineFacts;
use crate::models::ModelStore;
use crate::select;
use crate::settings;
use crate::watch::Watcher;
use crate::workbook::Proposals;

/// An open library with its engines. One process at a time has a library open.
pub struct App {
    home: Home,
    models: ModelStore,
    library: Arc<Library>,
    embedder: Mutex<Option<Arc<EmbeddingEngine>>>,
    chat: Mutex<Option<Arc<ChatEngine>>>,
    jobs: Jobs,
    changes: Changes,
    traffic: Arc<Traffic>,
    contents: Contents,
    machine: MachineFacts,
    watcher: Mutex<Option<Watcher>>,
    refused_attempts: AtomicU64,
    proposals: Mutex<Proposals>,
    prefixes: Arc<Folder>,
}

/// A question with everything that answering it needs to know.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) text: &'a str,
    pub(crate) brief: bool,
    pub(crate) scope: Option<&'a [SourceId]>,
    pub(crate) history: &'a [Turn],
}

/// An answer as it was found.
pub(crate) struct Answered {
    pub(crate) answer: Answer,
    /// The calculation, where it was calculated over a workbook.
    pub(crate) table: Option<SheetAnswer>,
    /// The whole question, where the one asked only named another thing.
    pub(crate) understood: Option<String>,
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
    /// The whole question that was answered, where the one asked only named another thing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub understood: Option<String>,
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
    /// The result with its query, where the answer was calculated over a workbook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<SheetAnswer>,
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
        Self::open_with(home, false)
    }

    /// The same for a program that stays open: the search index is opened when something is first searched for or read,
    /// where the library was closed in good order.
    ///
    /// # Errors
    /// As [`App::open`].
    pub fn open_to_stay(home: &Home) -> Result<Self, WireError> {
        Self::open_with(home, true)
    }

    fn open_with(home: &Home, index_when_needed: bool) -> Result<Self, WireError> {
        let models = ModelStore::new(home.models().to_path_buf());
        let embedder =
            select::embedding(&models)?.map(|facts| Arc::new(EmbeddingEngine::new(facts)));
        let mut options = OpenOptions::new(|chunk| term_string(&index_text(chunk)))
            .with_redaction(conversation::redact);
        if let Some(embedder) = &embedder {
            options = options.with_embedding(embedder.model_id(), embedder.dimensions());
        }
        if index_when_needed {
            options = options.with_index_when_needed();
        }
        let library = Library::open(home.root(), options)?;
        jobs::settle_unfinished(&library)?;
        let limit_mib = settings::of(&library)?.saved_prompts_mib;
        Ok(Self {
            home: home.clone(),
            models,
            library: Arc::new(library),
            embedder: Mutex::new(embedder),
            chat: Mutex::new(None),
            jobs: Jobs::default(),
            changes: Changes::default(),
            traffic: Arc::default(),
            contents: Contents::default(),
            machine: MachineFacts::default(),
            watcher: Mutex::new(None),
            refused_attempts: AtomicU64::new(0),
            proposals: Mutex::default(),
            prefixes: Arc::new(Folder::new(
                home.root().join("cache").join("kv"),
                u64::from(limit_mib) << 20,
            )),
        })
    }

    /// Prompts that the chat model read once, on the disk.
    pub(crate) fn prefixes(&self) -> &Folder {
        &self.prefixes
    }

    /// Calls `listener` whenever something changes that a view may show. It must not block.
    pub fn on_changed(&self, listener: impl Fn(Changed) + Send + Sync + 'static) {
        self.changes.listen(Box::new(listener));
    }

    pub(crate) fn changes(&self) -> &Changes {
        &self.changes
    }

    /// Changes of workbooks that were shown.
    pub(crate) fn proposals(&self) -> MutexGuard<'_, Proposals> {
        self.proposals
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn jobs_running(&self) -> &Jobs {
        &self.jobs
    }

    pub(crate) fn traffic(&self) -> &Traffic {
        &self.traffic
    }

    pub(crate) fn contents(&self) -> &Contents {
        &self.contents
    }

    pub(crate) fn machine_facts(&self) -> &MachineFacts {
        &self.machine
    }

    pub(crate) fn watcher(&self) -> MutexGuard<'_, Option<Watcher>> {
        self.watcher.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts something that wanted to reach the network and was not let: a page that the window was to load, an address
    /// of a kind that is never opened.
    pub fn note_refused_attempt(&self) {
        self.refused_attempts.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn refused_attempts(&self) -> u64 {
        self.refused_attempts.load(Ordering::Relaxed)
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

    /// The number of the chat model's process, if it runs.
    pub fn chat_process(&self) -> Option<u32> {
        self.loaded_chat().and_then(|chat| chat.process_id())
    }

    pub(crate) fn tools(&self) -> Tools {
        Tools {
            library: Arc::clone(&self.library),
            embedder: self
                .embedder()
                .map(|embedder| embedder as Arc<dyn Embedder>),
            readers: std::thread::available_parallelism().map_or(2, |n| n.get().min(4)),
            traffic: Arc::clone(&self.traffic),
        }
    }

    /// Takes the embedding model into use when it was installed after the library was opened.
    pub(crate) fn adopt_embedding(&self) {
        let mut guard = self.embedder.lock().unwrap_or_else(PoisonError::into_inner);
        if guard.is_some() {
            return;
        }
        // A model that cannot be used leaves things as they are: words find the files.
        if let Ok(Some(facts)) = select::embedding(&self.models) {
            let engine = EmbeddingEngine::new(facts);
            let embedding = Embedding {
                model_id: engine.model_id(),
                dimensions: engine.dimensions(),
            };
            if self.library.adopt_embedding(embedding).is_ok() {
                *guard = Some(Arc::new(engine));
            }
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
        let report = ingest::add(&self.tools(), paths, cancel, sink)?;
        let read = report
            .files
            .iter()
            .filter(|file| file.status == FileStatus::Ready)
            .map(|file| file.path.clone());
        self.note_ingest_speed(read, report.seconds);
        Ok(report)
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
        let removed: Vec<PathBuf> = self
            .library
            .sources()?
            .into_iter()
            .map(|source| source.path)
            .filter(|path| {
                roots
                    .iter()
                    .any(|root| path.starts_with(root) && root != path)
            })
            .filter(|path| !path.exists())
            .collect();
        if !removed.is_empty() {
            self.library.forget_all(&removed)?;
            for path in &removed {
                self.prefixes.forget(path);
            }
        }
        Ok(SyncReport { added, removed })
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
        let embedder = self.embedder();
        let embedder = embedder.as_deref().map(|e| e as &dyn Embedder);
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
        let Some(name) = &params.conversation else {
            let scope = self.scope(&params.files)?;
            let asked = Asked {
                text: &params.question,
                brief: params.brief,
                scope: scope.as_deref(),
                history: &[],
            };
            let chat = self.chat()?;
            return Ok(result_of(self.answer(asked, &chat, cancel, sink)?, None));
        };
        // What would stop the answer is found before a conversation is begun.
        self.scope(&params.files)?;
        self.chat()?;
        let id = conversation::find_or_create(&self.library, name, &params.question)?;
        let converse = ConverseParams {
            question: params.question.clone(),
            scope: Scope {
                paths: params.files.clone(),
            },
            conversation: Some(id),
            brief: params.brief,
            ..ConverseParams::default()
        };
        let (_, answered) = self.converse_with_answer(&converse, cancel, sink)?;
        Ok(result_of(answered, Some(id)))
    }

    /// As long as this lives, indexing lets a question go first.
    pub(crate) fn answering(&self) -> Counted<'_> {
        Counted::begin(&self.traffic.questions)
    }

    /// Answers a question, by calculation where it asks a workbook for one; while it does, indexing lets it go first.
    pub(crate) fn answer(
        &self,
        asked: Asked<'_>,
        chat: &ChatEngine,
        cancel: &CancelToken,
        sink: Sink<'_>,
    ) -> Result<Answered, WireError> {
        let _answering = self.answering();
        let whole = self.whole_question(asked, cancel)?;
        let asked = Asked {
            text: whole.as_deref().unwrap_or(asked.text),
            ..asked
        };
        // A brief answer is a stretch of text by its nature.
        if !asked.brief
            && let Some(calculated) = self.calculate(asked, cancel, &mut *sink)?
        {
            return Ok(Answered {
                answer: calculated.answer,
                table: Some(calculated.table),
                understood: whole,
            });
        }
        let embedder = self.embedder();
        let engines = Engines {
            index: &*self.library,
            embedder: embedder.as_deref().map(|e| e as &dyn Embedder),
            generator: &chat.for_conversation() as &dyn TextGenerator,
        };
        let question = Question {
            text: asked.text,
            brief: asked.brief,
            scope: asked.scope,
            history: asked.history,
        };
        Ok(Answered {
            answer: answer_question(question, engines, cancel, sink)?,
            table: None,
            understood: whole,
        })
    }

    /// The chat model, started on first use and kept.
    pub(crate) fn chat(&self) -> Result<Arc<ChatEngine>, WireError> {
        if let Some(chat) = self.loaded_chat() {
            return Ok(chat);
        }
        let wanted = self.settings()?.chat_model;
        let (id, path) = select::chat(&self.models, wanted.as_deref())?;
        let keeping = self.models.sha256(&path).map(|model_sha256| Keeping {
            folder: Arc::clone(&self.prefixes),
            model_sha256,
        });
        let chat = ChatEngine::new(id, path);
        let chat = Arc::new(match keeping {
            Some(keeping) => chat.keeping(keeping),
            None => chat,
        });
        let mut guard = self.chat.lock().unwrap_or_else(PoisonError::into_inner);
        // Somebody else may have been quicker; two models would need twice the memory.
        Ok(Arc::clone(guard.get_or_insert(chat)))
    }

    /// The chat model, if one was started.
    pub(crate) fn loaded_chat(&self) -> Option<Arc<ChatEngine>> {
        let guard = self.chat.lock().unwrap_or_else(PoisonError::into_inner);
        guard.clone()
    }

    /// Lets go of the chat model; an answer that is being written still comes to its end.
    pub(crate) fn let_go_of_chat(&self) {
        *self.chat.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// The embedding model.
    pub(crate) fn embedder(&self) -> Option<Arc<EmbeddingEngine>> {
        self.embedder
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
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

fn result_of(answered: Answered, conversation: Option<i64>) -> AskResult {
    let answer = answered.answer;
    AskResult {
        table: answered.table,
        answer: answer.answer,
        citations: answer.citations,
        understood: answered.understood,
        abstained: answer.abstained,
        unsupported: answer.unsupported,
        usage: answer.usage,
        conversation,
        evidence: answer.evidence,
    }
}
