//! Documents that the user writes: begin, show, save, restore, export.

use deskmate_app::{
    App, Home, ImportedManuscript, ManuscriptSummary, ManuscriptVersion, NewManuscriptParams,
    SaveManuscriptParams, StoredManuscript, VersionReason,
};
use deskmate_core::{CancelToken, WireError};
use serde_json::json;

use super::library::open;
use crate::arguments::DocumentCommand;
use crate::console::Console;

pub(crate) fn run(
    home: &Home,
    command: &DocumentCommand,
    console: &Console,
    cancel: &CancelToken,
) -> Result<u8, WireError> {
    let app = open(home, console)?;
    match command {
        DocumentCommand::List => {
            let documents = app.manuscripts()?;
            console.result(&json!({ "documents": documents }), |console| {
                let lines: Vec<String> = documents.iter().map(|one| line(one, console)).collect();
                lines.join("\n")
            });
        }
        DocumentCommand::New { from, title } => {
            let made = match from {
                Some(file) => app.import_manuscript(file, cancel)?,
                None => ImportedManuscript {
                    manuscript: app.new_manuscript(&NewManuscriptParams::default())?,
                    warnings: Vec::new(),
                },
            };
            let made = match title {
                Some(title) => ImportedManuscript {
                    manuscript: rename(&app, made.manuscript, title)?,
                    ..made
                },
                None => made,
            };
            imported(&made, console);
        }
        DocumentCommand::Show { id, version } => {
            let stored = app.manuscript(*id, *version)?;
            console.result(&stored, |console| {
                format!(
                    "{}\n\n{}",
                    console.bold(&stored.summary.title),
                    app.manuscript_text(&stored.content)
                )
            });
        }
        DocumentCommand::Save { id, file } => {
            imported(&app.save_manuscript_from(*id, file, cancel)?, console);
        }
        DocumentCommand::Rename { id, title } => {
            let stored = rename(&app, app.manuscript(*id, None)?, title)?;
            console.result(&stored.summary, |console| line(&stored.summary, console));
        }
        DocumentCommand::Versions { id } => {
            let versions = app.manuscript_versions(*id)?;
            console.result(&json!({ "versions": versions }), |console| {
                let lines: Vec<String> = versions
                    .iter()
                    .map(|version| version_line(version, console))
                    .collect();
                lines.join("\n")
            });
        }
        DocumentCommand::Name { id, name } => {
            let version = app.name_manuscript_version(*id, name)?;
            console.result(&version, |console| version_line(&version, console));
        }
        DocumentCommand::Restore { id, version } => {
            let stored = app.restore_manuscript_version(*id, *version)?;
            console.result(&stored, |console| version_line(&stored.version, console));
        }
        DocumentCommand::Delete { id } => {
            app.delete_manuscript(*id)?;
            console.result(&json!({ "id": id }), |_| {
                format!("deleted; `deskmate document undelete {id}` takes it back")
            });
        }
        DocumentCommand::Undelete { id } => {
            app.undelete_manuscript(*id)?;
            console.result(&json!({ "id": id }), |_| "taken back".to_string());
        }
        DocumentCommand::Export { id, out } => {
            let written = app.export_manuscript_to(*id, out)?;
            console.result(&written, |_| {
                format!("written to {}", written.path.display())
            });
        }
    }
    Ok(0)
}

fn rename(app: &App, stored: StoredManuscript, title: &str) -> Result<StoredManuscript, WireError> {
    app.save_manuscript(&SaveManuscriptParams {
        id: stored.summary.id,
        title: title.to_owned(),
        content: stored.content,
    })
}

fn imported(made: &ImportedManuscript, console: &Console) {
    for warning in &made.warnings {
        console.note(&format!("note: {}", warning.message));
    }
    console.result(made, |console| line(&made.manuscript.summary, console));
}

fn line(summary: &ManuscriptSummary, console: &Console) -> String {
    format!(
        "{:>5}  {}  {}",
        summary.id,
        console.bold(&summary.title),
        console.dim(&format!("{} characters", summary.characters))
    )
}

fn version_line(version: &ManuscriptVersion, console: &Console) -> String {
    let reason = match version.reason {
        VersionReason::Created => "begun",
        VersionReason::Autosave => "saved",
        VersionReason::Named => "named",
        VersionReason::Restored => "restored",
    };
    format!(
        "{:>5}  {reason:8}  {}  {}",
        version.id,
        console.bold(&version.name),
        console.dim(&format!("{} characters", version.characters))
    )
}
