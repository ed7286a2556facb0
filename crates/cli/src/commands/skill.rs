//! Skills: list, run.

use std::collections::BTreeMap;

use deskmate_app::{Home, SkillParams};
use deskmate_core::{CancelToken, ErrorCode, WireError};
use serde_json::json;

use super::library::open;
use crate::arguments::SkillCommand;
use crate::console::Console;

pub(crate) fn run(
    home: &Home,
    command: &SkillCommand,
    console: &Console,
    cancel: &CancelToken,
) -> Result<u8, WireError> {
    match command {
        SkillCommand::List => {
            let skills = deskmate_app::skills();
            console.result(&json!({ "skills": skills }), |console| {
                let lines: Vec<String> = skills
                    .iter()
                    .map(|spec| {
                        format!(
                            "{:16} {} / {}",
                            console.bold(&spec.id),
                            spec.name_zh,
                            spec.description
                        )
                    })
                    .collect();
                lines.join("\n")
            });
        }
        SkillCommand::Run {
            id,
            inputs,
            files,
            out,
        } => {
            let params = SkillParams {
                id: id.clone(),
                inputs: pairs(inputs)?,
                files: files.clone(),
                out: out.clone(),
            };
            let app = open(home, console)?;
            let result = app.run_skill(&params, cancel, &mut |event| console.event(&event))?;
            console.result(&result, |console| {
                format!(
                    "{}\n{}\n{}",
                    result.text,
                    console.sources(&result.citations),
                    console.dim(&format!("written to {}", result.artifact.path.display()))
                )
            });
        }
    }
    Ok(0)
}

fn pairs(inputs: &[String]) -> Result<BTreeMap<String, String>, WireError> {
    inputs
        .iter()
        .map(|input| {
            input
                .split_once('=')
                .map(|(key, value)| (key.to_string(), value.to_string()))
                .ok_or_else(|| {
                    WireError::new(
                        ErrorCode::InvalidInput,
                        format!("`{input}` is not `key=value`"),
                    )
                })
        })
        .collect()
}
