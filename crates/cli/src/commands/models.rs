//! Models: list, get, add, verify.

use deskmate_app::models::{FetchOptions, ModelStatus, ModelStore};
use deskmate_app::{Home, ModelView};
use deskmate_core::{CancelToken, WireError};
use serde_json::json;

use super::library::open;
use crate::arguments::ModelsCommand;
use crate::console::Console;

pub(crate) fn run(
    home: &Home,
    command: &ModelsCommand,
    console: &Console,
    cancel: &CancelToken,
) -> Result<u8, WireError> {
    let store = ModelStore::new(home.models().to_path_buf());
    let mut tell = |progress| console.progress(&progress);
    match command {
        ModelsCommand::List => {
            let models = store.list()?;
            console.result(&json!({ "models": models }), |console| {
                list(&models, console)
            });
        }
        ModelsCommand::Get { id } => {
            let status = store.get(id, &FetchOptions::from_environment(), cancel, &mut tell)?;
            console.result(&json!({ "model": status }), |_| {
                format!("{id} is here and verified: {}", status.path.display())
            });
        }
        ModelsCommand::Add { file } => {
            let status = store.add(file, cancel, &mut tell)?;
            console.result(&json!({ "model": status }), |_| {
                format!("added as `{}`", status.id)
            });
        }
        ModelsCommand::Verify { id } => {
            let models = store.verify(id.as_deref(), cancel, &mut tell)?;
            console.result(&json!({ "models": models }), |console| {
                list(&models, console)
            });
            return Ok(u8::from(models.iter().any(|m| m.sha256_ok == Some(false))));
        }
        ModelsCommand::Show => {
            let models = open(home, console)?.model_views(cancel)?;
            console.result(&json!({ "models": models }), |console| {
                views(&models, console)
            });
        }
        ModelsCommand::Use { id } => {
            open(home, console)?.use_model(id)?;
            console.result(&json!({ "active": id }), |_| format!("`{id}` is in use"));
        }
    }
    Ok(0)
}

fn list(models: &[ModelStatus], console: &Console) -> String {
    let mut out = String::new();
    for model in models {
        let state = match (model.installed, model.sha256_ok) {
            (false, _) => "not installed",
            (true, Some(true)) => "installed, verified",
            (true, Some(false)) => "installed, DAMAGED",
            (true, None) => "installed, not verified",
        };
        out.push_str(&format!(
            "{:26} {:>8.0} MB  {}\n",
            console.bold(&model.id),
            model.bytes as f64 / 1e6,
            state
        ));
    }
    out
}

fn views(models: &[ModelView], console: &Console) -> String {
    let mut out = String::new();
    for model in models {
        let fits = if model.fits { "fits" } else { "too large" };
        let here = if model.installed { "here" } else { "not here" };
        let speed = model
            .measured_tokens_per_second
            .or(model.predicted_tokens_per_second)
            .map_or_else(String::new, |speed| format!(", {speed:.0} tokens/s"));
        let active = if model.active { ", in use" } else { "" };
        out.push_str(&format!(
            "{:26} {fits}, {here}{speed}{active}\n",
            console.bold(&model.id)
        ));
    }
    out
}
