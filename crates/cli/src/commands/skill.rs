//! Skills: list, run.

use std::collections::BTreeMap;

use deskmate_app::{ApplyRewriteParams, Home, Piece, Rewrite, SkillParams, SkillResult};
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
            print(&result, console);
        }
        SkillCommand::Apply {
            result,
            accept,
            reject,
            out,
        } => {
            let rewrite = read_rewrite(result)?;
            let accepted = match accept.as_slice() {
                [] => rewrite
                    .change_ids()
                    .into_iter()
                    .filter(|id| !reject.contains(id))
                    .collect(),
                some => some.to_vec(),
            };
            let params = ApplyRewriteParams {
                rewrite,
                accepted,
                out: out.clone(),
            };
            print(&open(home, console)?.apply_rewrite(&params)?, console);
        }
    }
    Ok(0)
}

fn print(result: &SkillResult, console: &Console) {
    console.result(result, |console| {
        let text = match &result.rewrite {
            Some(rewrite) => changes(rewrite, console),
            None => result.text.clone(),
        };
        let checks: Vec<String> = result
            .checks
            .iter()
            .map(|check| {
                let mark = if check.passed { "ok" } else { "!!" };
                format!("{mark} {}: {}", check.name, check.detail)
            })
            .collect();
        format!(
            "{text}\n{}\n{}\n{}",
            console.sources(&result.citations),
            checks.join("\n"),
            console.dim(&format!("written to {}", result.artifact.path.display()))
        )
    });
}

/// A rewrite for a terminal: `[-old-]{+new+}` with the number of each change.
fn changes(rewrite: &Rewrite, console: &Console) -> String {
    let mut out = String::new();
    for paragraph in &rewrite.paragraphs {
        for piece in &paragraph.pieces {
            match piece {
                Piece::Same { text } => out.push_str(text),
                Piece::Change { id, old, new } => {
                    out.push_str(&console.dim(&format!("#{id}")));
                    if !old.is_empty() {
                        out.push_str(&console.dim(&format!("[-{old}-]")));
                    }
                    if !new.is_empty() {
                        out.push_str(&console.bold(&format!("{{+{new}+}}")));
                    }
                }
            }
        }
        out.push_str("\n\n");
    }
    out
}

fn read_rewrite(path: &std::path::Path) -> Result<Rewrite, WireError> {
    let invalid = |error: serde_json::Error| {
        WireError::new(
            ErrorCode::InvalidInput,
            format!("`{}` holds no rewrite: {error}", path.display()),
        )
        .with_hint("keep what `skill run rewrite --json` prints")
    };
    let mut value: serde_json::Value = serde_json::from_str(&read_text(path)?).map_err(invalid)?;
    if let Some(rewrite) = value.get_mut("rewrite") {
        value = rewrite.take();
    }
    serde_json::from_value(value).map_err(invalid)
}

pub(super) fn read_text(path: &std::path::Path) -> Result<String, WireError> {
    std::fs::read_to_string(path).map_err(|error| {
        WireError::new(
            ErrorCode::of_io(&error),
            format!("could not read `{}`: {error}", path.display()),
        )
    })
}

pub(super) fn pairs(inputs: &[String]) -> Result<BTreeMap<String, String>, WireError> {
    inputs
        .iter()
        .map(|input| {
            input
                .split_once('=')
                .ok_or_else(|| {
                    WireError::new(
                        ErrorCode::InvalidInput,
                        format!("`{input}` is not `key=value`"),
                    )
                })
                .and_then(|(key, value)| {
                    let value = match value.strip_prefix('@') {
                        Some(path) => read_text(std::path::Path::new(path))?,
                        None => value.to_string(),
                    };
                    Ok((key.to_string(), value))
                })
        })
        .collect()
}
