//! Runs a skill with a model that says nothing: what is left is what the code alone guarantees.
//!
//! `skills_without_model SKILL FILE OUT [KEY=VALUE]…` prints the checks and writes the artifact (`.pptx` for slides, Markdown else).
#![allow(clippy::print_stdout)]

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::Path;

use deskmate_core::testing::ScriptedGenerator;
use deskmate_core::{CancelToken, ReadLimits};
use deskmate_formats::{
    DeckOptions, lesson_plan_document, quiz_document, render_markdown, worksheet_document,
    write_pptx,
};
use deskmate_skills::{Artifact, SkillContext, SkillInput, SkillSource, find};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [id, file, out, rest @ ..] = arguments.as_slice() else {
        return Err("usage: skills_without_model SKILL FILE OUT [KEY=VALUE]…".into());
    };
    let skill = find(id).ok_or("no such skill")?;
    let path = Path::new(file);
    let extension = path
        .extension()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let (_, parsed) = deskmate_formats::read(&fs::read(path)?, &extension, &ReadLimits::default())?;
    let given: BTreeMap<String, String> = rest
        .iter()
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, value)| (key.to_string(), value.to_string()))
        .collect();
    let generator = ScriptedGenerator::new(&[], 4_096);
    let context = SkillContext {
        generator: &generator,
        embedder: None,
        cancel: &CancelToken::new(),
    };
    let input = SkillInput {
        values: skill.spec().complete(&given, 1)?,
        sources: vec![SkillSource {
            path: path.to_path_buf(),
            title: path
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            document: parsed.document,
            inspection: None,
        }],
    };
    let output = skill.run(&context, &input, &mut |_| {})?;
    for check in &output.checks {
        println!(
            "{} {}: {}",
            if check.passed { "yes" } else { "no " },
            check.name,
            check.detail
        );
    }
    match &output.artifact {
        Artifact::Deck(deck) => {
            let written = write_pptx(deck, &DeckOptions::default())?;
            println!("{} slides", written.slides);
            fs::write(out, written.bytes)?;
        }
        Artifact::Quiz(quiz) => fs::write(out, render_markdown(&quiz_document(quiz)))?,
        Artifact::LessonPlan(plan) => fs::write(out, render_markdown(&lesson_plan_document(plan)))?,
        Artifact::Worksheet(worksheet) => {
            fs::write(out, render_markdown(&worksheet_document(worksheet)))?
        }
        other => fs::write(out, other.text(&output.citations))?,
    }
    Ok(())
}
