//! What the model is asked, word for word: a changed prompt changes a file here.

use deskmate_core::testing::ScriptedGenerator;

use crate::chapter::{chapter, run_on};

/// The first request of a skill, as roles and texts.
fn first_request(skill: &str, files: bool, given: &[(&str, &str)]) -> String {
    let generator = ScriptedGenerator::new(&[], 8_000);
    let sources = if files { vec![chapter()] } else { Vec::new() };
    run_on(sources, skill, given, &generator).unwrap();
    let request = generator.requests().into_iter().next().unwrap();
    let messages: Vec<String> = request
        .messages
        .iter()
        .map(|message| format!("[{:?}]\n{}\n", message.role, message.content))
        .collect();
    messages.join("\n")
}

#[track_caller]
fn check(actual: &str, expected: &str, name: &str) {
    if std::env::var_os("UPDATE_PROMPTS").is_some() {
        let path = format!(
            "{}/tests/courseware/prompts/{name}",
            env!("CARGO_MANIFEST_DIR")
        );
        std::fs::write(path, actual).unwrap();
        return;
    }
    assert_eq!(
        actual, expected,
        "run with UPDATE_PROMPTS=1 and read the difference"
    );
}

#[test]
fn the_points_of_a_slide_are_asked_for_with_the_section_fenced() {
    check(
        &first_request("slides", true, &[]),
        include_str!("prompts/points.txt"),
        "points.txt",
    );
}

#[test]
fn an_outline_is_asked_for_with_the_topic_fenced() {
    let actual = first_request(
        "slides",
        false,
        &[("topic", "Waste sorting at school"), ("language", "en")],
    );
    check(&actual, include_str!("prompts/outline.txt"), "outline.txt");
}

#[test]
fn a_choice_is_asked_for_with_the_section_fenced() {
    check(
        &first_request("quiz", true, &[]),
        include_str!("prompts/choice.txt"),
        "choice.txt",
    );
}

#[test]
fn the_goals_of_a_lesson_are_asked_for_with_the_chapter_fenced() {
    check(
        &first_request("lesson-plan", true, &[]),
        include_str!("prompts/goals.txt"),
        "goals.txt",
    );
}
