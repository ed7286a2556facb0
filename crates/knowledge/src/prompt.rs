//! The prompt of a question: which passages the model sees, fitted into its window beside the turns before.

use std::collections::HashSet;

use deskmate_core::{
    ChunkId, ErrorCode, GenerationRequest, Hit, JobEvent, Message, StoredChunk, WireError,
};

use crate::answer::{Engines, Question};
use crate::chunk::index_text;
use crate::question::{Language, content_terms, language_of};
use crate::rows::{labelled, looked_up};
use crate::terms::terms;

/// Passages that a first turn takes into the prompt at most.
const PASSAGES: usize = 3;

/// Passages scored below this share of the best are left out.
const MIN_SHARE: f32 = 0.45;

/// Passages scored at least this share of the best are shown at once.
const NEAR_SHARE: f32 = 0.85;

/// Share of the question's terms that a passage must add to those already held to be shown at once: of a question
/// about two things the best passage may hold only one.
const ADDED_TERMS: f32 = 0.25;

/// Tokens that an answer may have.
const ANSWER_TOKENS: usize = 400;
const BRIEF_TOKENS: usize = 64;

/// How far down the hits the prompt reaches.
///
/// Every further passage offers a small model a wrong answer and costs time before the first word, and the best one
/// nearly always holds the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// The best, those about as good, and those that speak of what the best leaves out.
    Near,
    /// All that bear on the question: for a second attempt, when the near ones held no answer.
    Wide,
}

/// A prompt that fits into the model's window.
pub(crate) struct Prompt {
    pub(crate) request: GenerationRequest,
    /// All passages in the prompt, those of earlier turns first.
    pub(crate) passages: Vec<StoredChunk>,
    /// The ones that this turn added.
    pub(crate) added: Vec<ChunkId>,
    /// Values that the question names by row and column, found by code.
    pub(crate) looked_up: Vec<String>,
}

/// Builds the prompt of a question from its hits, best first; tells `sink` what had to be left out.
///
/// # Errors
/// `ContextTooLong` when not even the best passage fits beside the question; those of the engines.
pub(crate) fn build_prompt(
    question: &Question<'_>,
    hits: &[Hit],
    reach: Reach,
    engines: Engines<'_>,
    sink: &mut dyn FnMut(JobEvent),
) -> Result<Prompt, WireError> {
    let max_tokens = if question.brief {
        BRIEF_TOKENS
    } else {
        ANSWER_TOKENS
    };
    let window = engines.generator.context_window()?;
    let mut history = question.history;
    loop {
        let mut passages = Vec::new();
        let mut messages = vec![Message::system(system_prompt(first_question(question)))];
        for turn in history {
            let added = engines.index.chunks(&turn.chunk_ids)?;
            messages.push(Message::user(user_prompt(
                &turn.question,
                turn.brief,
                &added,
                &turn.looked_up,
            )));
            messages.push(Message::assistant(turn.reply.clone()));
            passages.extend(added);
        }
        let wanted = choose(question.text, hits, &passages, reach);
        let mut added: Vec<StoredChunk> =
            wanted.into_iter().map(|hit| hit.stored.clone()).collect();
        let fixed: Vec<String> = messages.iter().map(|m| m.content.clone()).collect();
        let fixed_tokens: usize = engines
            .generator
            .count_tokens(&fixed)?
            .iter()
            .sum::<usize>()
            + 12 * (fixed.len() + 2);
        let offered = added.len();
        loop {
            let looked_up = find_values(question.text, passages.iter().chain(&added));
            let user = user_prompt(question.text, question.brief, &added, &looked_up);
            let tokens: usize = engines
                .generator
                .count_tokens(std::slice::from_ref(&user))?
                .iter()
                .sum();
            if fixed_tokens + tokens + max_tokens <= window {
                if added.len() < offered {
                    sink(omitted(
                        offered - added.len(),
                        "passages that bear less on the question",
                    ));
                }
                if history.len() < question.history.len() {
                    sink(omitted(
                        question.history.len() - history.len(),
                        "earlier turns",
                    ));
                }
                messages.push(Message::user(user));
                let ids = added.iter().map(|stored| stored.id).collect();
                passages.extend(added);
                return Ok(Prompt {
                    request: GenerationRequest::greedy(messages, max_tokens),
                    passages,
                    added: ids,
                    looked_up,
                });
            }
            if added.len() <= 1 {
                break;
            }
            added.pop();
        }
        if history.is_empty() {
            return Err(WireError::new(
                ErrorCode::ContextTooLong,
                format!("the question and one passage do not fit into {window} tokens"),
            )
            .with_hint("ask a shorter question or use a model with a larger context window"));
        }
        history = &history[history.len().div_ceil(2).max(1)..];
    }
}

fn omitted(count: usize, what: &str) -> JobEvent {
    JobEvent::Warning {
        code: ErrorCode::Omitted,
        message: format!("left out {count} {what} to fit into the context window"),
    }
}

/// The hits that this turn adds: none while the conversation's passages already hold the best two.
fn choose<'h>(
    question: &str,
    hits: &'h [Hit],
    known: &[StoredChunk],
    reach: Reach,
) -> Vec<&'h Hit> {
    let is_known = |hit: &Hit| known.iter().any(|stored| stored.id == hit.stored.id);
    if !known.is_empty() && hits.iter().take(2).all(is_known) {
        return Vec::new();
    }
    let limit = if known.is_empty() { PASSAGES } else { 2 };
    let top = hits.first().map_or(0.0, |hit| hit.score);
    let wanted = content_terms(question);
    let mut missing: HashSet<&String> = wanted.iter().collect();
    let all = missing.len().max(1) as f32;
    hits.iter()
        .take(PASSAGES)
        .filter(|hit| hit.score >= MIN_SHARE * top)
        .filter(|hit| {
            let held: HashSet<String> = terms(&index_text(&hit.stored.chunk)).into_iter().collect();
            let before = missing.len();
            missing.retain(|term| !held.contains(*term));
            let added = (before - missing.len()) as f32 / all;
            reach == Reach::Wide || hit.score >= NEAR_SHARE * top || added >= ADDED_TERMS
        })
        .filter(|hit| !is_known(hit))
        .take(limit)
        .collect()
}

fn first_question<'a>(question: &Question<'a>) -> &'a str {
    question
        .history
        .first()
        .map_or(question.text, |turn| turn.question.as_str())
}

fn system_prompt(question: &str) -> &'static str {
    match language_of(question) {
        Language::Chinese => include_str!("prompts/answer.zh.md").trim_ascii_end(),
        Language::English => include_str!("prompts/answer.en.md").trim_ascii_end(),
    }
}

/// Values that the question names by row and column; none when it could be those of several tables.
fn find_values<'p>(question: &str, passages: impl Iterator<Item = &'p StoredChunk>) -> Vec<String> {
    let mut found: Vec<Vec<String>> = passages
        .map(|stored| looked_up(question, &stored.chunk.text))
        .filter(|found| !found.is_empty())
        .collect();
    // The same table often stands in two files.
    found.dedup();
    match found.as_mut_slice() {
        [only] => std::mem::take(only),
        _ => Vec::new(),
    }
}

fn user_prompt(
    question: &str,
    brief: bool,
    passages: &[StoredChunk],
    looked_up: &[String],
) -> String {
    let language = language_of(question);
    let mut out = String::new();
    if !passages.is_empty() {
        out.push_str(match language {
            Language::Chinese => "资料：\n\n",
            Language::English => "Material:\n\n",
        });
    }
    for stored in passages {
        // Named, not numbered: a model that sees numbers talks of them.
        let place = stored.chunk.heading.join(" › ");
        let text = labelled(&stored.chunk.text);
        out.push_str(&format!("【{place}】\n{text}\n\n"));
    }
    if !looked_up.is_empty() {
        out.push_str(&match language {
            Language::Chinese => format!("表中查得：{}\n\n", looked_up.join("；")),
            Language::English => format!("Looked up in the table: {}\n\n", looked_up.join("; ")),
        });
    }
    let instruction = match (language, brief) {
        (Language::Chinese, true) => include_str!("prompts/brief.zh.md"),
        (Language::Chinese, false) => include_str!("prompts/full.zh.md"),
        (Language::English, true) => include_str!("prompts/brief.en.md"),
        (Language::English, false) => include_str!("prompts/full.en.md"),
    }
    .trim_end();
    match language {
        Language::Chinese => out.push_str(&format!("问题：{question}\n{instruction}")),
        Language::English => out.push_str(&format!("Question: {question}\n{instruction}")),
    }
    out
}
