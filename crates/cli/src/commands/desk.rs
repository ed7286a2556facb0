//! What the window shows of files, jobs, settings and connections, for the terminal.

use deskmate_app::{
    Estimate, Explanation, Home, NetworkReport, Settings, SourcePage, SourceQuery, StateFilter,
};
use deskmate_core::{CancelToken, ErrorCode, WireError};
use serde_json::{Value, json};

use super::library::open;
use crate::arguments::{FilesCommand, JobsCommand, SettingsCommand};
use crate::console::{Console, file_name, place};

/// The value of a word or of JSON, as a wire type reads it.
pub(super) fn word(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_string()))
}

fn wrong(what: &str, error: &serde_json::Error) -> WireError {
    WireError::new(ErrorCode::InvalidInput, format!("{what}: {error}"))
}

pub(crate) fn files(
    home: &Home,
    command: &FilesCommand,
    console: &Console,
    cancel: &CancelToken,
) -> Result<u8, WireError> {
    let app = open(home, console)?;
    match command {
        FilesCommand::List {
            text,
            state,
            offset,
            limit,
        } => {
            let state: StateFilter = serde_json::from_value(word(state))
                .map_err(|error| wrong(&format!("`{state}` is no state"), &error))?;
            let page = app.sources(&SourceQuery {
                text: text.clone(),
                state,
                offset: *offset,
                limit: *limit,
            })?;
            console.result(&page, |console| listed(&page, console));
        }
        FilesCommand::Estimate { paths } => {
            let estimate = app.estimate(paths, cancel)?;
            console.result(&estimate, |_| estimated(&estimate));
        }
        FilesCommand::Retry { path } => {
            app.retry(path, cancel, &mut |event| console.event(&event))?;
            console.result(&json!({ "path": path }), |_| "read again".to_string());
        }
        FilesCommand::Explain { question, path } => {
            let explanation = app.explain(question, path, cancel)?;
            console.result(&explanation, |console| explained(&explanation, console));
        }
    }
    Ok(0)
}

/// A wire word, e.g. of a state.
fn wire_word(value: impl serde::Serialize) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|value| value.as_str().map(str::to_string))
        .unwrap_or_default()
}

fn listed(page: &SourcePage, console: &Console) -> String {
    let mut out = String::new();
    for source in &page.sources {
        let state = wire_word(source.state);
        out.push_str(&format!("{state:8} {}\n", source.path.display()));
        if let Some(error) = &source.error {
            out.push_str(&format!("         {}\n", console.dim(&error.message)));
        }
    }
    out.push_str(&format!("{} of {} files", page.sources.len(), page.total));
    out
}

fn estimated(estimate: &Estimate) -> String {
    let time = estimate.seconds.map_or_else(
        || "nothing was measured on this machine yet".to_string(),
        |seconds| format!("about {seconds} s"),
    );
    format!(
        "{} files, {:.1} MB, {} of kinds that are not read; {time}",
        estimate.files,
        estimate.bytes as f64 / 1e6,
        estimate.unsupported
    )
}

fn explained(explanation: &Explanation, console: &Console) -> String {
    let mut out = format!(
        "{}: {}\nin the file: {}\nnot in the file: {}\n",
        file_name(&explanation.path),
        wire_word(explanation.state),
        explanation.words_found.join(", "),
        explanation.words_missing.join(", "),
    );
    for chunk in &explanation.chunks {
        let rank = chunk.rank.map_or_else(
            || "far down".to_string(),
            |rank| format!("place {rank} in the library"),
        );
        let text: String = chunk.text.replace('\n', " ").chars().take(100).collect();
        out.push_str(&format!(
            "{rank}{}  score {:.3}\n    {}\n",
            place(&chunk.anchor),
            chunk.score,
            console.dim(&text)
        ));
    }
    out
}

pub(crate) fn jobs(home: &Home, command: &JobsCommand, console: &Console) -> Result<u8, WireError> {
    let app = open(home, console)?;
    if matches!(command, JobsCommand::Clear) {
        app.clear_jobs()?;
    }
    let jobs = app.jobs()?;
    console.result(&json!({ "jobs": jobs }), |_| {
        let lines = jobs.iter().map(|job| {
            let (state, kind) = (wire_word(job.state), wire_word(job.kind));
            format!("{:>4} {state:9} {kind:9} {}\n", job.id, job.title)
        });
        lines.collect()
    });
    Ok(0)
}

pub(crate) fn settings(
    home: &Home,
    command: &SettingsCommand,
    console: &Console,
) -> Result<u8, WireError> {
    let app = open(home, console)?;
    if let SettingsCommand::Set { key, value } = command {
        let mut all = serde_json::to_value(app.settings()?).unwrap_or_default();
        let known = all.as_object_mut().filter(|all| all.contains_key(key));
        let Some(known) = known else {
            return Err(WireError::new(
                ErrorCode::InvalidInput,
                format!("there is no setting `{key}`"),
            )
            .with_hint("`deskmate settings show` shows all"));
        };
        known.insert(key.clone(), word(value));
        let changed: Settings = serde_json::from_value(all)
            .map_err(|error| wrong(&format!("`{value}` is no value of `{key}`"), &error))?;
        app.set_settings(&changed)?;
    }
    let settings = app.settings()?;
    console.result(&settings, |_| {
        serde_json::to_string_pretty(&settings).unwrap_or_default()
    });
    Ok(0)
}

pub(crate) fn network(home: &Home, console: &Console) -> Result<u8, WireError> {
    let report: NetworkReport = open(home, console)?.network()?;
    console.result(&report, |_| {
        format!(
            "{} connections to other machines; the model download, which you start, is the only thing that makes any",
            report.open_connections
        )
    });
    Ok(0)
}
