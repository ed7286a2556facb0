//! What was computed for a prompt, taken by another process.

use deskmate_core::{GenerationRequest, Message};
use deskmate_llm::protocol::KeepParams;
use deskmate_llm::saved::{Holds, engine_name};

use super::chat;
use super::host::Host;

const POLICY: &str = "第一条 出差人员应当事先填写出差审批单，经部门负责人同意后方可出行。第二条 一线城市住宿费每人每天不超过六百元，\
                      二线城市不超过四百五十元，其余城市不超过三百五十元。第三条 返回后十五个工作日内办理报销手续，逾期不再受理。\n";

fn ask(question: &str) -> GenerationRequest {
    let document = POLICY.repeat(9);
    let user = format!("资料：\n{document}\n问题：{question}");
    let messages = vec![Message::system("只根据资料回答。"), Message::user(user)];
    GenerationRequest::greedy(messages, 24)
}

fn keep(engine: &str) -> KeepParams {
    KeepParams {
        engine: engine.to_owned(),
        holds: Holds::conversation(),
        least_tokens: 100,
        least_ms: 0,
        most_bytes: 1 << 30,
    }
}

fn engine_of(host: &Host) -> String {
    engine_name("the model of this test", host.info())
}

#[test]
fn an_answer_with_a_saved_prefix_is_the_answer_without() {
    let Some(mut first) = chat() else { return };
    let engine = engine_of(&first);
    let (_, state) = first.generate_and_keep(ask("一线城市住宿费是多少？"), keep(&engine));
    assert!(state.len() > 1_000_000, "{} bytes", state.len());
    drop(first);

    let question = ask("多少天内办理报销？");
    let mut plain = chat().unwrap();
    let (wanted, _) = plain.generate(question.clone());
    drop(plain);
    let mut warm = chat().unwrap();
    let (tokens, held) = warm.look(&question);
    assert_eq!(held, 0);
    let (answer, restored) = warm.generate_from(question.clone(), &engine, &state);
    assert!(restored > 500, "{restored}");
    let read = tokens - usize::try_from(answer.usage.reused_tokens).unwrap();
    assert!(read < 30, "{read} of {tokens}");
    assert_eq!(answer.text, wanted.text);
    assert!(warm.look(&question).1 + 1 == tokens);
}

#[test]
fn a_saved_prefix_that_is_damaged_or_of_another_engine_is_refused_and_the_answer_is_right() {
    let Some(mut host) = chat() else { return };
    let engine = engine_of(&host);
    let question = ask("一线城市住宿费是多少？");
    let (wanted, state) = host.generate_and_keep(question.clone(), keep(&engine));
    let short = super::ask("hi", 1);
    // In the head, at the places and counts of cells that llama.cpp would trust, in the keys, at the end.
    for at in [
        50,
        state.len() / 1_000 + 5_000,
        state.len() / 2,
        state.len() - 1,
    ] {
        let mut damaged = state.clone();
        damaged[at] ^= 0x40;
        let (_, restored) = host.generate_from(short.clone(), &engine, &damaged);
        assert_eq!(restored, 0, "byte {at}");
    }
    let mut restored =
        |engine: &str, state: &[u8]| host.generate_from(short.clone(), engine, state).1;
    assert_eq!(restored(&engine, &state[..state.len() - 1]), 0);
    assert_eq!(restored(&engine, &[]), 0);
    assert_eq!(restored("another engine", &state), 0);
    // Of a window too small for it, by the name of the same engine.
    let mut narrow = Host::start();
    let path = super::host::model_path(super::SMALL).unwrap();
    narrow.load_chat(&path, Some(512));
    assert_eq!(narrow.generate_from(short, &engine, &state).1, 0);
    narrow.generate(super::ask("hi", 3));
    let (again, _) = host.generate(question);
    assert_eq!(again.text, wanted.text);
}

#[test]
fn a_short_prompt_and_one_that_was_there_already_are_not_handed_over() {
    let Some(mut host) = chat() else { return };
    let engine = engine_of(&host);
    let (_, short) = host.generate_and_keep(super::ask("hi", 3), keep(&engine));
    assert!(short.is_empty());
    let (_, long) = host.generate_and_keep(ask("逾期怎么办？"), keep(&engine));
    assert!(!long.is_empty());
    let (_, warm) = host.generate_and_keep(ask("谁来同意？"), keep(&engine));
    assert!(warm.is_empty());
}
