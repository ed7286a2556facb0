//! Answers over fakes of the engines: what is asked of the model, what becomes of its words.
#![allow(clippy::unwrap_used)]

use deskmate_core::testing::{HashEmbedder, MemoryIndex, ScriptedGenerator};
use deskmate_core::{Anchor, Block, BlockContent};
use deskmate_core::{
    CancelToken, Document, Embedder, EmbeddingRole, ErrorCode, JobEvent, StoredChunk, WireError,
};
use deskmate_knowledge::{
    Answer, ChunkOptions, Engines, Question, Turn, answer_question, chunk_document, index_text,
    term_string,
};

const POLICY: &str =
    "第一条 出差人员住宿费在限额内据实报销，一线城市每人每天600元，其他城市每人每天400元。";
const CLAIMS: &str = "第二条 出差人员应当在返回后15个工作日内办理报销手续，逾期不予受理。";

fn index() -> MemoryIndex {
    let mut index = MemoryIndex::default();
    let mut id = 0;
    for (source_id, name, text) in [
        (1, "差旅费管理办法", POLICY),
        (1, "差旅费管理办法", CLAIMS),
        (2, "值班安排", "每周一由办公室安排值班，节假日另行通知。"),
    ] {
        let document = Document {
            blocks: vec![Block::new(
                Anchor::page(1),
                BlockContent::Paragraph { text: text.into() },
            )],
            ..Document::default()
        };
        let count = |texts: &[String]| Ok(texts.iter().map(|t| t.chars().count()).collect());
        for mut chunk in chunk_document(&document, name, ChunkOptions::default(), &count).unwrap() {
            id += 1;
            chunk.ordinal = id as u32;
            let text = index_text(&chunk);
            let vector = HashEmbedder
                .embed(
                    std::slice::from_ref(&text),
                    EmbeddingRole::Passage,
                    &CancelToken::new(),
                )
                .unwrap()
                .remove(0);
            let stored = StoredChunk {
                id,
                source_id,
                path: format!("{name}.docx").into(),
                chunk,
            };
            index.push(stored, &term_string(&text), vector);
        }
    }
    index
}

fn ask(
    text: &str,
    generator: &ScriptedGenerator,
    history: &[Turn],
    scope: Option<&[i64]>,
) -> (Result<Answer, WireError>, Vec<JobEvent>) {
    let index = index();
    let engines = Engines {
        index: &index,
        embedder: None,
        generator,
    };
    let question = Question {
        text,
        brief: false,
        scope,
        history,
    };
    let mut events = Vec::new();
    let answer = answer_question(question, engines, &CancelToken::new(), &mut |event| {
        events.push(event)
    });
    (answer, events)
}

#[test]
fn an_answer_carries_a_marker_to_the_sentence_it_rests_on() {
    let generator = ScriptedGenerator::new(&["返回后15个工作日内办理报销手续。"], 4000);
    let (answer, events) = ask(
        "出差人员返回后多少天内办理报销手续？",
        &generator,
        &[],
        None,
    );
    let answer = answer.unwrap();
    assert_eq!(answer.answer, "返回后15个工作日内办理报销手续。[1]");
    assert_eq!(answer.citations[0].quote, CLAIMS);
    assert!(
        matches!(events[0], JobEvent::Sources { .. }),
        "sources come before the first word"
    );
}

#[test]
fn a_model_that_gives_the_question_back_is_answered_for_by_the_source() {
    let generator = ScriptedGenerator::new(&["多少天内办理报销手续？"], 4000);
    let (answer, _) = ask(
        "出差人员返回后多少天内办理报销手续？",
        &generator,
        &[],
        None,
    );
    let answer = answer.unwrap();
    assert_eq!(answer.answer, format!("{CLAIMS}[1]"));
    assert!(!answer.abstained);
}

#[test]
fn a_wrong_number_of_the_model_never_gets_a_marker() {
    let generator =
        ScriptedGenerator::new(&["返回后30个工作日内办理报销手续，逾期不予受理。"], 4000);
    let (answer, _) = ask(
        "出差人员返回后多少天内办理报销手续？",
        &generator,
        &[],
        None,
    );
    let answer = answer.unwrap().answer;
    assert!(!answer.contains("30"), "{answer}");
    assert!(answer.starts_with("没有找到直接的答案"), "{answer}");
    assert!(answer.contains("15个工作日内"), "{answer}");
}

#[test]
fn a_question_the_files_do_not_bear_on_never_reaches_the_model() {
    let generator = ScriptedGenerator::new(&["月球。"], 4000);
    let (answer, _) = ask("阿波罗十一号登月是在哪一年？", &generator, &[], None);
    assert!(answer.unwrap().abstained);
    assert!(generator.requests().is_empty());
}

#[test]
fn a_follow_up_begins_with_the_prompt_of_the_turn_before() {
    let generator = ScriptedGenerator::new(
        &["一线城市每人每天600元。", "其他城市每人每天400元。"],
        4000,
    );
    let (first, _) = ask(
        "出差人员一线城市住宿费报销限额是多少？",
        &generator,
        &[],
        None,
    );
    let turn = first.unwrap().turn;
    let (second, _) = ask("那其他城市呢？", &generator, &[turn], None);
    assert_eq!(second.unwrap().answer, "其他城市每人每天400元。[1]");
    let requests = generator.requests();
    assert_eq!(
        requests[1].messages[..2],
        requests[0].messages[..],
        "the prefix is the same"
    );
    assert!(
        !requests[1].messages[3].content.contains("【"),
        "no passage is given twice"
    );
}

#[test]
fn the_scope_keeps_other_files_out() {
    let generator = ScriptedGenerator::new(&["一线城市每人每天600元。"], 4000);
    let (answer, _) = ask(
        "出差人员一线城市住宿费报销限额是多少？",
        &generator,
        &[],
        Some(&[2]),
    );
    assert!(answer.unwrap().abstained);
}

#[test]
fn a_prompt_that_cannot_fit_is_an_error() {
    let generator = ScriptedGenerator::new(&["x"], 450);
    let (answer, _) = ask(
        "出差人员返回后多少天内办理报销手续？",
        &generator,
        &[],
        None,
    );
    assert_eq!(answer.unwrap_err().code, ErrorCode::ContextTooLong);
}

#[test]
fn a_refusal_of_the_model_is_said_in_our_words() {
    let generator = ScriptedGenerator::new(&["资料中没有找到。"], 4000);
    let (answer, events) = ask(
        "出差人员在国外期间的报销手续由谁代办？",
        &generator,
        &[],
        None,
    );
    let answer = answer.unwrap();
    assert!(answer.abstained, "{}", answer.answer);
    assert_eq!(shown(&events), answer.answer);
}

#[test]
fn where_the_model_refuses_though_the_sentence_stands_there_it_is_quoted_as_such() {
    let generator = ScriptedGenerator::new(&["资料中没有找到。"], 4000);
    let (answer, events) = ask(
        "出差人员返回后多少天内办理报销手续？",
        &generator,
        &[],
        None,
    );
    let answer = answer.unwrap();
    assert!(!answer.abstained);
    assert!(
        answer
            .answer
            .starts_with("没有找到直接的答案，最接近的原文是：")
    );
    assert!(answer.answer.contains("报销手续") && answer.answer.ends_with("[1]"));
    assert_eq!(answer.citations.len(), 1);
    assert_eq!(shown(&events), answer.answer);
}

fn shown(events: &[JobEvent]) -> String {
    events
        .iter()
        .filter_map(|event| match event {
            JobEvent::Text { delta } => Some(delta.as_str()),
            _ => None,
        })
        .collect()
}

/// The passages of a request's last message.
fn passages_shown(generator: &ScriptedGenerator, request: usize) -> usize {
    let requests = generator.requests();
    let last = requests[request].messages.last().unwrap();
    last.content.matches('【').count()
}

#[test]
fn the_model_sees_the_best_passage_and_more_only_after_a_refusal() {
    let generator = ScriptedGenerator::new(&["资料中没有找到。", "住宿费在限额内据实报销。"], 4000);
    let (answer, events) = ask(
        "出差人员应当在返回后办理报销手续，住宿费据实报销吗？",
        &generator,
        &[],
        None,
    );
    let answer = answer.unwrap();
    assert_eq!(passages_shown(&generator, 0), 1);
    assert_eq!(passages_shown(&generator, 1), 2);
    assert!(!answer.abstained, "{}", answer.answer);
    assert_eq!(answer.turn.chunk_ids.len(), 2);
    assert_eq!(
        shown(&events),
        answer.answer,
        "the refusal is not shown before the answer"
    );
}

#[test]
fn a_question_about_two_things_shows_the_passages_of_both() {
    let generator = ScriptedGenerator::new(&["一线城市每人每天600元。"], 4000);
    let (answer, _) = ask(
        "一线城市每人每天多少元，每周一由办公室安排吗？",
        &generator,
        &[],
        None,
    );
    assert!(!answer.unwrap().abstained);
    assert_eq!(passages_shown(&generator, 0), 2);
}

#[test]
fn a_work_is_found_where_the_text_names_it() {
    let generator = ScriptedGenerator::new(&["由办公室安排。"], 4000);
    let (answer, _) = ask("《节假日》由办公室安排值班吗？", &generator, &[], None);
    assert!(!answer.unwrap().abstained);
    let generator = ScriptedGenerator::new(&["由办公室安排。"], 4000);
    let (answer, _) = ask("《节假日》第三条由谁安排值班？", &generator, &[], None);
    assert!(answer.unwrap().abstained, "a clause needs the work itself");
}

#[test]
fn words_from_elsewhere_do_not_stand_before_the_sentence_that_says_what_is_asked() {
    let question = "每周一由办公室安排值班，节假日呢？";
    let none = "资料中没有找到。";
    let generator = ScriptedGenerator::new(&[none, none, "在限额内据实报销"], 4_000);
    let (answer, _) = ask(question, &generator, &[], None);
    let answer = answer.unwrap();
    assert!(answer.answer.contains("节假日另行通知"), "{answer:?}");
    assert!(answer.answer.starts_with("没有找到直接的答案"));
}

#[test]
fn words_that_stand_nowhere_give_way_to_the_sentence_that_says_what_is_asked() {
    let generator = ScriptedGenerator::new(&["大家都觉得很方便。"], 4_000);
    let question = "出差人员应当在返回后多少个工作日内办理报销手续？";
    let (answer, events) = ask(question, &generator, &[], None);
    let answer = answer.unwrap();
    assert!(!answer.abstained);
    assert!(answer.answer.contains("返回后15个工作日内"), "{answer:?}");
    assert!(shown(&events).ends_with(&format!("\n{}", answer.answer)));

    let generator = ScriptedGenerator::new(&["大家都觉得很方便。"], 4_000);
    let (answer, _) = ask("一线城市住宿怎么样？", &generator, &[], None);
    assert!(!answer.unwrap().answer.contains("方便"));
}

/// A small model that finds no sentence often finds the words.
#[test]
fn after_a_refusal_the_answers_words_alone_are_asked_for_and_shown_when_they_stand_there() {
    let question = "出差回来后应当在多少个工作日内办理报销手续？";
    let none = "资料中没有找到。";
    let generator = ScriptedGenerator::new(&[none, "返回后15个工作日内"], 4_000);
    let (answer, _) = ask(question, &generator, &[], None);
    let answer = answer.unwrap();
    assert!(!answer.abstained, "{answer:?}");
    assert_eq!(answer.answer, "返回后15个工作日内[1]");
    assert!(answer.turn.brief);

    let generator = ScriptedGenerator::new(&[none, "三百六十五天"], 4_000);
    let (answer, events) = ask(question, &generator, &[], None);
    assert!(
        !format!("{events:?}").contains("三百六十五天"),
        "shown though it stands nowhere"
    );
    assert!(!answer.unwrap().answer.contains("三百六十五天"));
}
