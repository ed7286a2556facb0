//! What both shells call: the library with its engines, the models, the doctor, the measurements.
//!
//! Here: the API ([`App`]), the worker processes and who runs them, the ingest pipeline, the wiring of ports to
//! engines. Not here: windows, terminals, any knowledge of a format or of retrieval.
//! The engines sit behind the feature `engines`; without it only [`models`] is left.

#[cfg(feature = "engines")]
mod app;
#[cfg(feature = "engines")]
mod backup;
#[cfg(feature = "engines")]
pub mod bench;
#[cfg(feature = "engines")]
mod calculate;
#[cfg(feature = "engines")]
mod changes;
#[cfg(feature = "engines")]
mod confine;
#[cfg(feature = "engines")]
mod content;
#[cfg(feature = "engines")]
mod conversation;
#[cfg(feature = "engines")]
pub mod doctor;
#[cfg(feature = "engines")]
mod engine;
#[cfg(feature = "engines")]
mod explain;
#[cfg(feature = "engines")]
mod forget;
#[cfg(feature = "engines")]
pub mod graphics;
#[cfg(feature = "engines")]
mod home;
#[cfg(feature = "engines")]
mod info;
#[cfg(feature = "engines")]
mod ingest;
#[cfg(feature = "engines")]
mod jobs;
#[cfg(feature = "engines")]
mod machine;
#[cfg(feature = "engines")]
mod manuscripts;
#[cfg(feature = "engines")]
mod model_views;
pub mod models;
#[cfg(feature = "engines")]
mod network;
#[cfg(feature = "engines")]
mod outward;
#[cfg(feature = "engines")]
mod parse;
#[cfg(feature = "engines")]
mod process;
#[cfg(feature = "engines")]
mod prompts;
#[cfg(feature = "engines")]
mod role;
#[cfg(feature = "engines")]
mod select;
#[cfg(feature = "engines")]
mod settings;
#[cfg(feature = "engines")]
mod sheets;
#[cfg(feature = "engines")]
mod skills;
#[cfg(feature = "engines")]
mod sources;
mod status;
#[cfg(feature = "engines")]
mod watch;
#[cfg(feature = "engines")]
mod workbook;

#[cfg(feature = "engines")]
pub use app::{App, AskParams, AskResult, SyncReport};
#[cfg(feature = "engines")]
pub use backup::{BackupSummary, RestoreReport, back_up, restore_backup, verify_backup};
#[cfg(feature = "engines")]
pub use changes::Changed;
#[cfg(feature = "engines")]
pub use confine::{Attempt, Confinement, ConfinementReport, Hold};
#[cfg(feature = "engines")]
pub use content::{ContentView, SourceContent};
#[cfg(feature = "engines")]
pub use conversation::{
    ContextUse, ConversationView, ConverseParams, ConverseResult, MessageView, Scope, Stopped,
    StoppedBy,
};
#[cfg(feature = "engines")]
pub use deskmate_sheets::{
    ColumnKind, Correction, Language as FormulaLanguage, Problem as FormulaProblem,
    Shape as TableShape, SheetAnswer, TableInfo, Turn as SheetTurn, Understanding, explain_formula,
};
#[cfg(feature = "engines")]
pub use deskmate_skills::{
    Check, Draft, DraftKind, DraftSection, Fact, FactFlag, FactKind, FactProblem, InputKind,
    InputSpec, Outcome, Piece, PromptFile, PromptVariable, Rewrite, RewriteMode,
    RewrittenParagraph, SkillSpec,
};
#[cfg(feature = "engines")]
pub use deskmate_store::{
    ConversationPage, ConversationQuery, ConversationSummary, Feedback, JobState, ManuscriptId,
    ManuscriptSummary, ManuscriptVersion, StoredManuscript, Verdict, VersionId, VersionReason,
};
#[cfg(feature = "engines")]
pub use explain::{ExplainedChunk, ExplainedState, Explanation};
#[cfg(feature = "engines")]
pub use forget::ForgetReport;
#[cfg(feature = "engines")]
pub use home::Home;
#[cfg(feature = "engines")]
pub use info::AppInfo;
#[cfg(feature = "engines")]
pub use ingest::{AddReport, FileReport, FileStatus, Sink};
#[cfg(feature = "engines")]
pub use jobs::{Done, JobKind, JobRequest, JobSpec, JobView};
#[cfg(feature = "engines")]
pub use machine::MachineView;
#[cfg(feature = "engines")]
pub use manuscripts::{
    ExportFormat, ExportManuscriptParams, ExportedManuscript, ImportedManuscript,
    NewManuscriptParams, SaveManuscriptParams,
};
#[cfg(feature = "engines")]
pub use model_views::{Choice, ModelView};
#[cfg(feature = "engines")]
pub use network::{NetworkFeature, NetworkReport};
#[cfg(feature = "engines")]
pub use parse::{MAX_FILE_BYTES, read_file};
#[cfg(feature = "engines")]
pub use prompts::{Exported, ImportReport, PromptEntry, Prompts};
#[cfg(feature = "engines")]
pub use role::play_role;
#[cfg(feature = "engines")]
pub use settings::{Language, Persona, SendWith, Settings, Theme};
#[cfg(feature = "engines")]
pub use sheets::{OpenSheets, SheetParams, understand_sheets};
#[cfg(feature = "engines")]
pub use skills::{ApplyRewriteParams, SkillArtifact, SkillParams, SkillResult, skills};
#[cfg(feature = "engines")]
pub use sources::{
    Estimate, LibraryStatus, RootView, SearchHit, SourcePage, SourceQuery, SourceState, SourceView,
    StateFilter,
};
pub use status::{FailedFile, StatusReport};
#[cfg(feature = "engines")]
pub use workbook::{
    CellChange, ChartChoice, ChartParams, ChartPoint, ChartProposal, ChartSeries, ColumnParams,
    ColumnProposal, EmptyCell, FillParams, FillProposal, ResultParams, ResultProposal,
    WorkbookChange,
};
