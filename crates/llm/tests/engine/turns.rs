//! A question goes before work that can wait.

use std::time::{Duration, Instant};

use deskmate_core::{ErrorCode, Generation, GenerationRequest};
use deskmate_llm::protocol::{Call, Priority, Reply};

use super::host::{Host, model_path};
use super::{NOTICE, SMALL, ask, chat};

/// Answers of which no word is in doubt, so that sums of another order change none.
fn counting(from: usize) -> GenerationRequest {
    let to = from + 24;
    ask(
        &format!("Count from {from} to {to}, separated by commas, digits only."),
        90,
    )
}

fn batch() -> Vec<GenerationRequest> {
    (1..=8).map(|n| counting(n * 10)).collect()
}

fn later(request: GenerationRequest) -> Call {
    Call::Generate {
        request,
        saved: None,
        keep: None,
        priority: Priority::Later,
    }
}

fn texts(answers: &[Generation]) -> Vec<&str> {
    answers.iter().map(|answer| answer.text.as_str()).collect()
}

/// Long enough that the work before it is under way.
fn a_moment() {
    std::thread::sleep(Duration::from_millis(1_500));
}

#[test]
fn a_question_goes_before_the_rest_of_a_batch_and_changes_none_of_its_answers() {
    let Some(mut host) = chat() else { return };
    let question = ask("What is the capital of France? One word.", 8);
    let begun = Instant::now();
    let wanted = host.generate_many(batch());
    let batch_takes = begun.elapsed();
    let begun = Instant::now();
    let (alone, _) = host.generate(question.clone());
    let question_takes = begun.elapsed();

    let many = host.send(Call::GenerateMany { requests: batch() });
    a_moment();
    let asked = Instant::now();
    let id = host.send(Call::generate(question));
    let first = host.wait_for_text(id);
    let waited = asked.elapsed();
    assert!(
        !host.has_heard_the_end_of(many),
        "the batch was over already"
    );
    eprintln!(
        "batch {} ms, question alone {} ms, first word in the middle of the batch after {} ms",
        batch_takes.as_millis(),
        question_takes.as_millis(),
        waited.as_millis()
    );
    // One computation of eight tokens or 128 of a prompt, and its own prompt; a busy machine may double all.
    assert!(
        waited < question_takes * 3 + Duration::from_secs(2),
        "{waited:?} beside {question_takes:?}"
    );
    let (generation, rest) = host.wait_for_generation(id);
    assert_eq!(generation.text, alone.text);
    assert_eq!(first + &rest, alone.text);
    let answers = host.wait_for_answers(many, 8);
    assert_eq!(texts(&answers), texts(&wanted));
}

#[test]
fn a_question_goes_between_the_parts_of_a_long_prompt_and_of_its_answer() {
    let Some(mut host) = chat() else { return };
    let rooms: String = (1..=45)
        .map(|n| format!("Room {n} opens at eight. "))
        .collect();
    let work = ask(
        &format!("{rooms}\n\n原样重复下面这段话，不要改动：\n{NOTICE}"),
        120,
    );
    let id = host.send(later(work.clone()));
    let (wanted, _) = host.wait_for_generation(id);
    host.generate(ask("hi", 1));
    let id = host.send(later(work));
    // While the prompt is read, and while the answer is written.
    for place in ["France", "Italy"] {
        let question = ask(&format!("What is the capital of {place}? One word."), 8);
        a_moment();
        let (answer, _) = host.generate(question);
        let city = if place == "France" { "Paris" } else { "Rome" };
        assert!(answer.text.contains(city), "{}", answer.text);
    }
    let (answer, streamed) = host.wait_for_generation(id);
    assert_eq!(answer.text, wanted.text);
    assert_eq!(streamed, wanted.text);
}

#[test]
fn a_question_that_needs_the_room_of_the_batch_gets_it_and_the_batch_goes_on_after() {
    let Some(path) = model_path(SMALL) else {
        return;
    };
    let mut host = Host::start();
    host.load_chat(&path, Some(768));
    let requests: Vec<GenerationRequest> = (1..=6).map(|n| counting(n * 10)).collect();
    let wanted = host.generate_many(requests.clone());
    let long = format!(
        "{} What is the capital of France? One word.",
        "word ".repeat(400)
    );
    let (alone, _) = host.generate(ask(&long, 8));
    let many = host.send(Call::GenerateMany { requests });
    a_moment();
    let id = host.send(Call::generate(ask(&long, 8)));
    let (answer, _) = host.wait_for_generation(id);
    assert_eq!(answer.text, alone.text);
    let answers = host.wait_for_answers(many, 6);
    assert_eq!(texts(&answers), texts(&wanted));
}

#[test]
fn a_question_is_cancelled_without_the_batch_and_the_batch_without_the_question() {
    let Some(mut host) = chat() else { return };
    let wanted = host.generate_many(batch());
    let many = host.send(Call::GenerateMany { requests: batch() });
    a_moment();
    let id = host.send(Call::generate(ask("Tell a very long story.", 2_000)));
    host.wait_for_text(id);
    host.send(Call::Cancel { target: id });
    assert_eq!(host.wait_for_failure(id).code, ErrorCode::Cancelled);
    assert_eq!(texts(&host.wait_for_answers(many, 8)), texts(&wanted));

    let many = host.send(Call::GenerateMany { requests: batch() });
    a_moment();
    let id = host.send(Call::generate(ask(
        "What is the capital of France? One word.",
        8,
    )));
    host.send(Call::Cancel { target: many });
    let (answer, _) = host.wait_for_generation(id);
    assert!(answer.text.contains("Paris"), "{}", answer.text);
    loop {
        match host.wait_for(many) {
            Reply::Answer { .. } => {}
            Reply::Failed { error } => {
                assert_eq!(error.code, ErrorCode::Cancelled);
                break;
            }
            other => panic!("expected a cancelled batch, got {other:?}"),
        }
    }
}
