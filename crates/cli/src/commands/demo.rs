//! The main job on the samples: index them, ask three questions, show the sources.

use std::path::Path;

use deskmate_app::bench::{demo_questions, sample_files};
use deskmate_app::{AskParams, Home};
use deskmate_core::{CancelToken, ErrorCode, WireError};
use serde_json::json;

use super::library::{added, ask_in, open};
use crate::console::Console;

pub(crate) fn run(
    home: &Home,
    samples: &Path,
    console: &Console,
    cancel: &CancelToken,
) -> Result<u8, WireError> {
    let (files, questions) = (sample_files(samples)?, demo_questions(samples)?);
    // A library of its own, so that the user's is never mixed with the samples.
    let fresh = Home::locate(Some(&home.root().join("demo")));
    if fresh.root().exists() {
        std::fs::remove_dir_all(fresh.root()).map_err(|error| {
            WireError::new(
                ErrorCode::of_io(&error),
                format!("could not clear `{}`: {error}", fresh.root().display()),
            )
        })?;
    }
    let fresh = fresh.with_models(home.models());
    let app = open(&fresh, console)?;
    console.note(&format!("reading the samples in {} …", samples.display()));
    let report = app.add(&files, cancel, &mut |event| console.event(&event))?;
    console.text(&format!("{}\n", added(&report, console)));
    for question in &questions {
        console.text(&format!("\n{}\n", console.bold(&format!("? {question}"))));
        let params = AskParams {
            question: question.clone(),
            ..AskParams::default()
        };
        if console.is_json() {
            app.ask(&params, cancel, &mut |_| {})?;
        } else {
            ask_in(&app, &params, console, cancel)?;
        }
    }
    console.result(
        &json!({ "files": report.files.len(), "questions": questions.len() }),
        |_| {
            "\nThe same with your own files: ./x cli add FOLDER, then ./x cli ask \"…\"".to_string()
        },
    );
    Ok(0)
}
