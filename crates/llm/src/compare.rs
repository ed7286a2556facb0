//! What drafting from the prompt and answering at once bring, measured in turns on the same requests.

use std::time::Instant;

use deskmate_core::{CancelToken, GenerationRequest, WireError};

use crate::chat::{Chat, Habits};
use crate::protocol::ComparedFigures;
use crate::turns::Turn;

/// Answers the requests in each way, in turns; every way starts each answer without state of the one before.
///
/// # Errors
/// Those of generating.
pub(crate) fn compare(
    chat: &mut Chat<'_>,
    requests: &[GenerationRequest],
    rounds: usize,
    cancel: &CancelToken,
) -> Result<ComparedFigures, WireError> {
    let mut figures = ComparedFigures {
        requests: requests.len(),
        ..ComparedFigures::default()
    };
    let (mut drafted_same, mut at_once_same) = (0, 0);
    for _ in 0..rounds {
        let (plain, ms) = one_by_one(chat, requests, true, cancel)?;
        figures.plain_ms.push(ms);
        let (drafted, ms) = one_by_one(chat, requests, false, cancel)?;
        figures.drafted_ms.push(ms);
        let (at_once, ms) = all_at_once(chat, requests, cancel)?;
        figures.at_once_ms.push(ms);
        drafted_same += same(&plain, &drafted);
        at_once_same += same(&plain, &at_once);
    }
    let all = (requests.len() * rounds).max(1) as f64;
    figures.drafted_identical = drafted_same as f64 / all;
    figures.at_once_identical = at_once_same as f64 / all;
    Ok(figures)
}

fn one_by_one(
    chat: &mut Chat<'_>,
    requests: &[GenerationRequest],
    never_draft: bool,
    cancel: &CancelToken,
) -> Result<(Vec<String>, f64), WireError> {
    chat.forget();
    let habits = Habits {
        never_draft,
        ..Habits::default()
    };
    let started = Instant::now();
    let mut texts = Vec::new();
    for request in requests {
        texts.push(chat.generate(request, habits, cancel, &mut |_| {})?.text);
    }
    Ok((texts, started.elapsed().as_secs_f64() * 1000.0))
}

fn all_at_once(
    chat: &mut Chat<'_>,
    requests: &[GenerationRequest],
    cancel: &CancelToken,
) -> Result<(Vec<String>, f64), WireError> {
    chat.forget();
    let started = Instant::now();
    let mut texts = vec![String::new(); requests.len()];
    chat.generate_many(
        requests,
        &mut Turn::alone(cancel),
        &mut |index, generation| {
            texts[index] = generation.text;
        },
    )?;
    Ok((texts, started.elapsed().as_secs_f64() * 1000.0))
}

fn same(a: &[String], b: &[String]) -> usize {
    a.iter().zip(b).filter(|(a, b)| a == b).count()
}
