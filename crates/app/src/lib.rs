//! What both shells call: the library with its engines, the models, the doctor, the measurements.
//!
//! Here: the API ([`App`]), the worker processes and who runs them, the ingest pipeline, the wiring of ports to
//! engines. Not here: windows, terminals, any knowledge of a format or of retrieval.
//! The engines sit behind the feature `engines`; without it only [`models`] is left.

#[cfg(feature = "engines")]
mod app;
#[cfg(feature = "engines")]
pub mod bench;
#[cfg(feature = "engines")]
mod conversation;
#[cfg(feature = "engines")]
pub mod doctor;
#[cfg(feature = "engines")]
mod engine;
#[cfg(feature = "engines")]
pub mod graphics;
#[cfg(feature = "engines")]
mod home;
#[cfg(feature = "engines")]
mod ingest;
pub mod models;
#[cfg(feature = "engines")]
mod parse;
#[cfg(feature = "engines")]
mod process;
#[cfg(feature = "engines")]
mod role;
#[cfg(feature = "engines")]
mod select;
#[cfg(feature = "engines")]
mod sheets;
#[cfg(feature = "engines")]
mod skills;

#[cfg(feature = "engines")]
pub use app::{App, AskParams, AskResult, FailedFile, StatusReport, SyncReport};
#[cfg(feature = "engines")]
pub use deskmate_sheets::{
    ColumnKind, Correction, Shape as TableShape, SheetAnswer, TableInfo, Turn as SheetTurn,
    Understanding,
};
#[cfg(feature = "engines")]
pub use home::Home;
#[cfg(feature = "engines")]
pub use ingest::{AddReport, FileReport, FileStatus, Sink};
#[cfg(feature = "engines")]
pub use parse::{MAX_FILE_BYTES, read_file};
#[cfg(feature = "engines")]
pub use role::play_role;
#[cfg(feature = "engines")]
pub use sheets::{OpenSheets, SheetParams, understand_sheets};
#[cfg(feature = "engines")]
pub use skills::{SkillArtifact, SkillParams, SkillResult, skills};
