//! Models: list, get, add, verify.

use deskmate_app::Home;
use deskmate_app::models::{FetchOptions, ModelStatus, ModelStore};
use deskmate_core::{CancelToken, WireError};
use serde_json::json;

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
