use deskmate_core::{Quiz, QuizAnswer};
use deskmate_skills::{Artifact, SkillOutput};

use crate::chapter::{nonsense, run};

fn quiz(output: &SkillOutput) -> &Quiz {
    match &output.artifact {
        Artifact::Quiz(quiz) => quiz,
        other => panic!("{other:?}"),
    }
}

const CHOICE: &str = r#"{"question":"惯性的大小与什么有关？","answer":"只与物体的质量有关","wrong":["只与物体的速度有关","只与受力大小有关","与质量和速度都有关"],"explanation":"质量是惯性大小的量度","calculation":""}"#;

#[test]
fn a_choice_has_its_key_among_four_different_options_and_its_place() {
    let output = run("quiz", &[("count", "1")], &[CHOICE, "C"]);
    let item = &quiz(&output).items[0];
    let QuizAnswer::Choice { options, key } = &item.answer else {
        panic!("{item:?}");
    };
    assert_eq!(
        (options.len(), options[*key].as_str()),
        (4, "只与物体的质量有关")
    );
    let citation = &quiz(&output).citations[0];
    assert_eq!(
        (citation.marker, citation.anchor.page),
        (item.markers[0], Some(3))
    );
    assert!(citation.quote.contains("质量"));
}

#[test]
fn a_choice_that_the_section_does_not_answer_is_replaced_by_the_sources_own_words() {
    let output = run("quiz", &[("count", "1")], &[CHOICE, "A"]);
    let item = &quiz(&output).items[0];
    assert!(matches!(&item.answer, QuizAnswer::Blank { .. }), "{item:?}");
}

#[test]
fn a_wrong_calculation_is_refused_and_a_right_one_taken() {
    let item = |answer: &str| {
        format!(
            r#"{{"question":"质量为2.0 kg的木箱受到6 N的合力，加速度是多少？","answer":"{answer}","wrong":["1 m/s²","12 m/s²","8 m/s²"],"explanation":"由牛顿第二定律得","calculation":"6÷2.0"}}"#
        )
    };
    let (wrong, right) = (item("4 m/s²"), item("3 m/s²"));
    // One section alone is asked, so that both replies are about the same text.
    let output = run(
        "quiz",
        &[("count", "1"), ("verify", "no")],
        &[&wrong, &right],
    );
    let text = serde_json::to_string(quiz(&output)).unwrap();
    assert!(!text.contains("4 m/s²"), "{text}");
    let checks = output
        .checks
        .iter()
        .find(|check| check.name == "keys_recomputed")
        .unwrap();
    assert!(
        checks.detail.contains("1 items with a wrong calculation"),
        "{}",
        checks.detail
    );
}

#[test]
fn nonsense_gives_traceable_items_without_repeats() {
    let output = run("quiz", &[("count", "8")], &nonsense());
    let quiz = quiz(&output);
    assert!(quiz.items.len() >= 3, "{}", quiz.items.len());
    let mut questions: Vec<&str> = quiz
        .items
        .iter()
        .map(|item| item.question.as_str())
        .collect();
    questions.sort_unstable();
    let all = questions.len();
    questions.dedup();
    assert_eq!(questions.len(), all);
    for item in &quiz.items {
        assert!(!item.markers.is_empty());
        let found = quiz
            .citations
            .iter()
            .any(|citation| item.markers.contains(&citation.marker));
        assert!(found, "{item:?}");
        assert!(!item.question.contains("火星"));
        // Nothing is asked of the exercises or their answers.
        assert!(!item.question.contains("举出两个"));
    }
}

#[test]
fn the_same_item_twice_is_asked_once() {
    let replies = [CHOICE; 12];
    let output = run("quiz", &[("count", "3"), ("verify", "no")], &replies);
    let same = quiz(&output)
        .items
        .iter()
        .filter(|item| item.question == "惯性的大小与什么有关？")
        .count();
    assert_eq!(same, 1);
}

#[test]
fn options_that_say_the_same_are_refused() {
    let same = r#"{"question":"惯性的大小与什么有关？","answer":"只与物体的质量有关","wrong":["只与物体的质量有关。","只与受力大小有关","以上都对"],"explanation":"","calculation":""}"#;
    let output = run("quiz", &[("count", "1"), ("verify", "no")], &[same, same]);
    assert!(
        quiz(&output)
            .items
            .iter()
            .all(|item| !matches!(item.answer, QuizAnswer::Choice { .. }))
    );
}
