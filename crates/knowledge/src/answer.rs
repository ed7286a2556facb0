//! Answers a question from the user's files: retrieve, decide, pack, generate, align.

use deskmate_core::{
    CancelToken, ChunkId, ChunkIndex, Citation, Embedder, Generation, GenerationRequest, JobEvent,
    SourceId, StoredChunk, TextGenerator, Usage, WireError,
};
use serde::{Deserialize, Serialize};

use crate::abstain::{has_evidence, is_refusal};
use crate::brief::bare_answer;
use crate::cite::Aligner;
use crate::compose::{Composed, Composer};
use crate::expand::retrieve_expanded;
use crate::nearest::{
    PLAIN_COVERAGE, introduced, is_behind_a_nearer_sentence, quoted, stands_in_its_place,
};
use crate::prompt::{Prompt, Reach, build_prompt};
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
    /// The question, whole: completed where it only named another thing.
    pub question: String,
    /// What was searched for: the question, with the one before where it points back.
    pub query: String,
    /// The passages that this turn added to the prompt.
    pub chunk_ids: Vec<ChunkId>,
    /// What was looked up in the passages' tables, as it stood in the prompt.
    #[serde(default)]
    pub looked_up: Vec<String>,
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
    // Later turns go on from the state that the engine keeps of the conversation; another prompt would push it out.
    let (retrieval, searching) = match question.history {
        [] => retrieve_expanded(&query, retrieval, engines, options, cancel)?,
        _ => (retrieval, Usage::default()),
    };
    let hits = &retrieval.hits;
    let near = build_prompt(&question, hits, Reach::Near, engines, sink)?;
    let marked = !question.brief;
    let mut attempt = Attempt::run(question.text, near, marked, engines, cancel, sink)?;
    if is_refusal(&attempt.generation.text) {
        let wide = build_prompt(&question, hits, Reach::Wide, engines, sink)?;
        if wide.passages.len() > attempt.prompt.passages.len() {
            let spent = attempt.generation.usage;
            attempt = Attempt::run(question.text, wide, marked, engines, cancel, sink)?;
            attempt.generation.usage = after(spent, attempt.generation.usage);
        }
    }
    if marked && is_refusal(&attempt.generation.text) {
        let spent = attempt.generation.usage;
        let bare = Question {
            brief: true,
            ..question
        };
        // Asked for the answer's words alone, a small model finds what it found no sentence for. Shown only when the
        // very words stand in the place that is cited.
        let prompt = build_prompt(&bare, hits, Reach::Wide, engines, &mut |_| {})?;
        let mut last = Attempt::run(bare.text, prompt, marked, engines, cancel, &mut |_| {})?;
        if stands_in_its_place(&last.generation.text, &last.composed)
            && !is_behind_a_nearer_sentence(
                question.text,
                &last.generation.text,
                &last.prompt.passages,
            )
        {
            sink(JobEvent::Sources {
                sources: preview(&last.prompt.passages),
            });
            sink(JobEvent::Text {
                delta: last.composed.text.clone(),
            });
            last.generation.usage = after(spent, last.generation.usage);
            last.rest.clear();
            turn.brief = true;
            attempt = last;
        }
    }
    let Attempt {
        prompt,
        mut generation,
        rest,
        composed,
    } = attempt;
    generation.usage = after(searching, generation.usage);
    turn.chunk_ids = prompt.added;
    turn.looked_up = prompt.looked_up;
    turn.reply = generation.text.clone();
    let echo = composed.supported == 0 && composed.unsupported.is_empty() && !question.brief;
    let echo = echo && generation.text.trim_end().ends_with(['？', '?']);
    let refused = is_refusal(&generation.text);
    // Of what was said nothing stands in the files, though the sentence that answers may.
    let groundless = !refused && composed.supported == 0;
    let quoted = match (echo, (refused || groundless) && !question.brief) {
        (true, _) => quoted(question.text, &prompt.passages, 0.0),
        (false, true) => quoted(question.text, &prompt.passages, PLAIN_COVERAGE)
            .map(|quoted| introduced(question.text, quoted)),
        (false, false) => None,
    };
    if groundless && !question.brief {
        // Behind the words that were shown while they came.
        sink(JobEvent::Text {
            delta: "\n".to_string(),
        });
    }
    let is_quoted = quoted.is_some();
    let composed = match quoted {
        Some(quoted) => {
            sink(JobEvent::Text {
                delta: quoted.text.clone(),
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

/// One prompt and what the model made of it.
struct Attempt {
    prompt: Prompt,
    generation: Generation,
    /// Text that has not been shown yet.
    rest: String,
    composed: Composed,
}

impl Attempt {
    fn run(
        question: &str,
        prompt: Prompt,
        show_markers: bool,
        engines: Engines<'_>,
        cancel: &CancelToken,
        sink: &mut dyn FnMut(JobEvent),
    ) -> Result<Self, WireError> {
        sink(JobEvent::Sources {
            sources: preview(&prompt.passages),
        });
        let aligner = Aligner::new(&prompt.passages, question, engines.embedder);
        let mut composer = Composer::new(aligner, &prompt.passages, show_markers, cancel);
        let generation = stream(
            &prompt.request,
            engines.generator,
            &mut composer,
            cancel,
            sink,
        )?;
        let (rest, composed) = composer.finish()?;
        Ok(Self {
            prompt,
            generation,
            rest,
            composed,
        })
    }
}

/// The second attempt's tokens, which are what stands in the context now, and the times of both.
fn after(first: Usage, second: Usage) -> Usage {
    Usage {
        ttft_ms: first.total_ms + second.ttft_ms,
        total_ms: first.total_ms + second.total_ms,
        ..second
    }
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
        Language::Chinese => "你的文件中没有找到这个问题的答案。",
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
            looked_up: Vec::new(),
            reply: text.to_string(),
            ..turn
        },
    }
}
