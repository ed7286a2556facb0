//! Answers a question from the user's files: retrieve, decide, pack, generate, align.

use deskmate_core::{
    CancelToken, ChunkId, ChunkIndex, Citation, Embedder, ErrorCode, Generation, GenerationRequest,
    Hit, JobEvent, Message, SourceId, StoredChunk, TextGenerator, Usage, WireError,
};
use serde::{Deserialize, Serialize};

use crate::abstain::{has_evidence, is_refusal};
use crate::brief::bare_answer;
use crate::cite::{Aligner, Markers};
use crate::compose::{Composed, Composer};
use crate::question::{Language, language_of, points_back};
use crate::retrieve::{Evidence, Rankings, RetrieveOptions, retrieve};

/// The engines that an answer needs.
#[derive(Clone, Copy)]
pub struct Engines<'a> {
    /// Chunks, by terms and by vector.
    pub index: &'a dyn ChunkIndex,
    /// Vectors; without it full text alone finds.
    pub embedder: Option<&'a dyn Embedder>,
    /// The language model.
    pub generator: &'a dyn TextGenerator,
}

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The question as written.
    pub text: &'a str,
    /// Only the answer itself, in as few words as it takes.
    pub brief: bool,
    /// Only these sources; `None` for the whole library.
    pub scope: Option<&'a [SourceId]>,
    /// The turns before, oldest first.
    pub history: &'a [Turn],
}

/// A turn of a conversation, with what is needed to build its prompt again to the letter (so that the engine finds
/// its state still there).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Turn {
    /// The question.
    pub question: String,
    /// What was searched for: the question, with the one before where it points back.
    pub query: String,
    /// The passages that this turn added to the prompt.
    pub chunk_ids: Vec<ChunkId>,
    /// The model's words.
    pub reply: String,
    /// Asked for briefly.
    #[serde(default)]
    pub brief: bool,
}

/// A checked answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// The text, each supported sentence with its marker (`[1]`), each unsupported one with `[?]`.
    pub answer: String,
    /// The places that the markers stand for.
    pub citations: Vec<Citation>,
    /// True when the files do not hold an answer; `answer` then says so.
    pub abstained: bool,
    /// Sentences for which no place was found.
    pub unsupported: Vec<String>,
    /// What it took.
    pub usage: Usage,
    /// The figures behind the decision to answer.
    pub evidence: Evidence,
    /// This turn, to be handed back with the next question.
    pub turn: Turn,
}

/// Passages that a first turn takes into the prompt.
const PASSAGES: usize = 3;

/// Passages scored below this share of the best are left out.
const MIN_SHARE: f32 = 0.45;

/// Share of a question's telling terms in one sentence from which the sentence is shown though the model refused.
const PLAIN_COVERAGE: f32 = 0.6;

/// Tokens that an answer may have.
const ANSWER_TOKENS: usize = 400;
const BRIEF_TOKENS: usize = 64;

/// Answers a question, telling `sink` the sources before the first word and every piece of text as it comes.
///
/// # Errors
/// Those of the engines; `ContextTooLong` when not even the best passage fits beside the question.
pub fn answer_question(
    question: Question<'_>,
    engines: Engines<'_>,
    cancel: &CancelToken,
    sink: &mut dyn FnMut(JobEvent),
) -> Result<Answer, WireError> {
    let query = query_for(&question);
    let options = RetrieveOptions {
        limit: 8,
        scope: question.scope,
        per_source: 4,
        rankings: Rankings::Both,
    };
    let retrieval = retrieve(&query, engines.index, engines.embedder, options, cancel)?;
    let mut turn = Turn {
        question: question.text.to_string(),
        query: query.clone(),
        brief: question.brief,
        ..Turn::default()
    };
    if retrieval.hits.is_empty() || !has_evidence(&retrieval.evidence) {
        return Ok(not_found(
            question.text,
            turn,
            retrieval.evidence,
            Usage::default(),
            sink,
        ));
    }
    let prompt = build_prompt(&question, &retrieval.hits, engines, sink)?;
    turn.chunk_ids = prompt.added;
    sink(JobEvent::Sources {
        sources: preview(&prompt.passages),
    });
    let aligner = Aligner::new(&prompt.passages, question.text, engines.embedder);
    let mut composer = Composer::new(aligner, &prompt.passages, !question.brief, cancel);
    let generation = stream(
        &prompt.request,
        engines.generator,
        &mut composer,
        cancel,
        sink,
    )?;
    let (rest, composed) = composer.finish()?;
    turn.reply = generation.text.clone();
    let echo = composed.supported == 0 && composed.unsupported.is_empty() && !question.brief;
    let echo = echo && generation.text.trim_end().ends_with(['？', '?']);
    let refused = is_refusal(&generation.text);
    let quoted = match (echo, refused && !question.brief) {
        (true, _) => quoted(question.text, &prompt.passages, 0.0),
        (false, true) => quoted(question.text, &prompt.passages, PLAIN_COVERAGE)
            .map(|quoted| introduced(question.text, quoted)),
        (false, false) => None,
    };
    let is_quoted = quoted.is_some();
    let composed = match quoted {
        Some(quoted) => {
            let line = if echo { "\n" } else { "" };
            sink(JobEvent::Text {
                delta: format!("{line}{}", quoted.text),
            });
            quoted
        }
        None => composed,
    };
    if (refused && !is_quoted) || (composed.supported == 0 && !question.brief) {
        return Ok(not_found(
            question.text,
            turn,
            retrieval.evidence,
            generation.usage,
            sink,
        ));
    }
    if !rest.is_empty() && !is_quoted {
        sink(JobEvent::Text { delta: rest });
    }
    let text = if question.brief {
        bare_answer(question.text, &composed.text)
    } else {
        composed.text
    };
    Ok(Answer {
        answer: text,
        citations: composed.citations,
        abstained: false,
        unsupported: composed.unsupported,
        usage: generation.usage,
        evidence: retrieval.evidence,
        turn,
    })
}

/// The source's own sentence that is nearest to the question, if it holds this share of what the question asks for: where
/// the model only gave the question back, or found nothing though the sentence stands there.
fn quoted(question: &str, passages: &[StoredChunk], coverage: f32) -> Option<Composed> {
    let support = Aligner::new(passages, question, None)
        .nearest(question)
        .filter(|support| support.score >= coverage)?;
    let mut markers = Markers::default();
    let marker = markers.marker(&support, passages);
    Some(Composed {
        text: format!("{}[{marker}]", support.quote),
        citations: markers.into_citations(),
        supported: 1,
        unsupported: Vec::new(),
    })
}

/// Says that a sentence is quoted because no better answer was found.
fn introduced(question: &str, quoted: Composed) -> Composed {
    let text = match language_of(question) {
        Language::Chinese => format!("没有找到直接的答案，最接近的原文是：{}", quoted.text),
        Language::English => format!(
            "No direct answer was found; the nearest passage says: {}",
            quoted.text
        ),
    };
    Composed { text, ..quoted }
}

/// What to search for: a question that points back is searched together with the one before.
fn query_for(question: &Question<'_>) -> String {
    match question.history.last() {
        Some(last) if points_back(question.text) => format!("{} {}", last.query, question.text),
        Some(_) | None => question.text.to_string(),
    }
}

fn stream(
    request: &GenerationRequest,
    generator: &dyn TextGenerator,
    composer: &mut Composer<'_>,
    cancel: &CancelToken,
    sink: &mut dyn FnMut(JobEvent),
) -> Result<Generation, WireError> {
    let mut failed = None;
    // The first words wait until it is clear that they are not a refusal, which is shown in our own words.
    let mut held = String::new();
    let mut open = false;
    let generation = generator.generate(request, cancel, &mut |delta| {
        if failed.is_some() {
            return;
        }
        match composer.push(delta) {
            Ok(text) if text.is_empty() => {}
            Ok(text) => {
                held.push_str(&text);
                open = open || held.chars().count() > 12;
                if open && !is_refusal(&held) {
                    sink(JobEvent::Text {
                        delta: std::mem::take(&mut held),
                    });
                }
            }
            Err(error) => failed = Some(error),
        }
    })?;
    if let Some(error) = failed {
        return Err(error);
    }
    if !held.is_empty() && !is_refusal(&held) {
        sink(JobEvent::Text { delta: held });
    }
    Ok(generation)
}

struct Prompt {
    request: GenerationRequest,
    /// All passages in the prompt, those of earlier turns first.
    passages: Vec<StoredChunk>,
    /// The ones that this turn added.
    added: Vec<ChunkId>,
}

fn build_prompt(
    question: &Question<'_>,
    hits: &[Hit],
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
            )));
            messages.push(Message::assistant(turn.reply.clone()));
            passages.extend(added);
        }
        let wanted = choose(hits, &passages);
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
            let user = user_prompt(question.text, question.brief, &added);
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
fn choose<'h>(hits: &'h [Hit], known: &[StoredChunk]) -> Vec<&'h Hit> {
    let is_known = |hit: &Hit| known.iter().any(|stored| stored.id == hit.stored.id);
    if !known.is_empty() && hits.iter().take(2).all(is_known) {
        return Vec::new();
    }
    let limit = if known.is_empty() { PASSAGES } else { 2 };
    let top = hits.first().map_or(0.0, |hit| hit.score);
    hits.iter()
        .take(PASSAGES)
        .filter(|hit| !is_known(hit) && hit.score >= MIN_SHARE * top)
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

fn user_prompt(question: &str, brief: bool, passages: &[StoredChunk]) -> String {
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
        out.push_str(&format!("【{place}】\n{}\n\n", stored.chunk.text));
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

/// The passages as they are shown before the first word.
fn preview(passages: &[StoredChunk]) -> Vec<Citation> {
    passages
        .iter()
        .enumerate()
        .map(|(index, stored)| Citation {
            marker: index as u32 + 1,
            path: stored.path.clone(),
            anchor: stored.chunk.anchor_at(0),
            quote: stored.chunk.text.chars().take(160).collect(),
        })
        .collect()
}

fn not_found(
    question: &str,
    turn: Turn,
    evidence: Evidence,
    usage: Usage,
    sink: &mut dyn FnMut(JobEvent),
) -> Answer {
    let text = match language_of(question) {
        Language::Chinese => "您的文件中没有找到这个问题的答案。",
        Language::English => "The answer is not in your files.",
    };
    sink(JobEvent::Text {
        delta: text.to_string(),
    });
    Answer {
        answer: text.to_string(),
        citations: Vec::new(),
        abstained: true,
        unsupported: Vec::new(),
        usage,
        evidence,
        turn: Turn {
            chunk_ids: Vec::new(),
            reply: text.to_string(),
            ..turn
        },
    }
}
