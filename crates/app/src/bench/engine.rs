//! The chat model under the conditions of use: held to a form, stopped at any moment, beside indexing, and its memory.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use deskmate_core::{
    CancelToken, Constraint, ErrorCode, GenerationRequest, Message, TextGenerator, WireError,
};
use serde::Serialize;
use serde_json::json;

use super::score::median;
use crate::app::App;
use crate::engine::ChatEngine;
use crate::home::Home;

/// What was measured of a chat model.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EngineReport {
    /// The chat model.
    pub model: String,
    /// Median over rounds of tokens per second held to a JSON Schema ÷ free.
    pub constrained_ratio: f64,
    /// Stops while it reads or writes.
    pub cancels: CancelFigures,
    /// Median over rounds of tokens per second while files are indexed ÷ alone; `None` without an embedding model.
    pub while_indexing_ratio: Option<f64>,
    /// Files that were indexed meanwhile, and whether they lasted to the end of the last answer.
    pub indexed_meanwhile: (usize, bool),
    /// Most memory of its process ÷ its buffers for weights, context and computing, as llama.cpp reports them; `None` where
    /// the system does not tell.
    pub peak_memory_ratio: Option<f64>,
}

/// What became of answers that were stopped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct CancelFigures {
    /// Answers stopped; those that ended by themselves before are not among them.
    pub stopped: usize,
    /// Milliseconds from the stop to the end of the call: median.
    pub median_ms: f64,
    /// … the longest.
    pub longest_ms: f64,
    /// Questions asked right after a stop, one in ten.
    pub asked_after: usize,
    /// Of these, answered as before the first stop.
    pub right_after: usize,
}

/// How long an answer may go on before it is stopped, at most: beyond reading the prompt, into writing.
const LONGEST_WAIT_MS: u64 = 3_000;

/// Measures the installed chat model; `stops` answers are stopped, each costs up to three seconds.
///
/// # Errors
/// `ModelNotInstalled`; those of the engine.
pub fn engine(
    app: &App,
    rounds: usize,
    stops: usize,
    cancel: &CancelToken,
) -> Result<EngineReport, WireError> {
    let chat = app.chat()?;
    let rounds = rounds.max(1);
    let constrained_ratio = constrained(&chat, rounds, cancel)?;
    let cancels = stop(&chat, stops, cancel)?;
    let peak_memory_ratio = peak_of(&chat)?;
    let model = chat.info()?.name;
    drop(chat);
    // One model at a time, as in use.
    app.let_go_of_chat();
    let (while_indexing_ratio, indexed_meanwhile) = beside_indexing(app.home(), rounds, cancel)?;
    Ok(EngineReport {
        model,
        constrained_ratio,
        cancels,
        while_indexing_ratio,
        indexed_meanwhile,
        peak_memory_ratio,
    })
}

/// Tokens per second of writing, the first word left out.
fn speed_of(
    chat: &ChatEngine,
    request: &GenerationRequest,
    cancel: &CancelToken,
) -> Result<f64, WireError> {
    let usage = chat.generate(request, cancel, &mut |_| {})?.usage;
    let ms = usage.total_ms.saturating_sub(usage.ttft_ms).max(1);
    Ok(usage.generated_tokens.saturating_sub(1) as f64 * 1_000.0 / ms as f64)
}

fn constrained(chat: &ChatEngine, rounds: usize, cancel: &CancelToken) -> Result<f64, WireError> {
    let messages = vec![
        Message::system("You are a helpful assistant."),
        Message::user(
            "列出二十种办公用品，每种写出名称、用途和注意事项，用 JSON 数组：[{\"name\":…,\"use\":…,\"note\":…}]",
        ),
    ];
    // Drawn and not greedy: drafts from the prompt would help one side more.
    let free = GenerationRequest {
        temperature: 0.7,
        seed: 7,
        ..GenerationRequest::greedy(messages, 96)
    };
    let text = json!({ "type": "string" });
    let held = GenerationRequest {
        constraint: Some(Constraint::JsonSchema(json!({
            "type": "array",
            "minItems": 20,
            "items": {
                "type": "object",
                "properties": { "name": text, "use": text, "note": text },
                "required": ["name", "use", "note"],
                "additionalProperties": false
            }
        }))),
        ..free.clone()
    };
    // The first ones read the prompt and build the grammar.
    speed_of(chat, &free, cancel)?;
    speed_of(chat, &held, cancel)?;
    let mut ratios = Vec::new();
    for round in 0..rounds {
        let (free, held) = if round % 2 == 0 {
            let free = speed_of(chat, &free, cancel)?;
            (free, speed_of(chat, &held, cancel)?)
        } else {
            let held = speed_of(chat, &held, cancel)?;
            (speed_of(chat, &free, cancel)?, held)
        };
        ratios.push(held / free.max(1e-9));
    }
    Ok(median(ratios))
}

fn stop(chat: &ChatEngine, stops: usize, cancel: &CancelToken) -> Result<CancelFigures, WireError> {
    let check = GenerationRequest::greedy(vec![Message::user("3 + 4 等于几？只写数字。")], 8);
    let expected = chat.generate(&check, cancel, &mut |_| {})?.text;
    let mut figures = CancelFigures::default();
    let mut times = Vec::new();
    for number in 0..stops {
        if cancel.is_cancelled() {
            return Err(WireError::cancelled());
        }
        // Another beginning each time, so that the prompt is read anew.
        let clause = "差旅费在限额内据实报销，超过部份由个人承担，特殊情况由分管领导书面同意。";
        let request = GenerationRequest::greedy(
            vec![Message::user(format!(
                "第{number}号文件：{}请详细解释这一规定。",
                clause.repeat(6)
            ))],
            400,
        );
        // Spread evenly over the whole time by the golden ratio.
        let share = (number as f64 * 0.618_033_988_75).fract();
        let wait = Duration::from_millis((share * LONGEST_WAIT_MS as f64) as u64);
        let token = cancel.child();
        let stopper = token.clone();
        let (ended, stopped) = thread::scope(|scope| {
            let stopper = scope.spawn(move || {
                thread::sleep(wait);
                stopper.cancel();
                Instant::now()
            });
            let result = chat.generate(&request, &token, &mut |_| {});
            ((result, Instant::now()), stopper.join())
        });
        let (result, ended) = ended;
        let Ok(stopped) = stopped else { continue };
        match result {
            Err(error) if error.code == ErrorCode::Cancelled => {
                times.push(ended.saturating_duration_since(stopped).as_secs_f64() * 1_000.0);
            }
            Err(error) => return Err(error),
            Ok(_) => {}
        }
        if number % 10 == 9 {
            figures.asked_after += 1;
            let text = chat.generate(&check, cancel, &mut |_| {})?.text;
            figures.right_after += usize::from(text == expected);
        }
    }
    figures.stopped = times.len();
    figures.longest_ms = times.iter().copied().fold(0.0, f64::max);
    figures.median_ms = if times.is_empty() { 0.0 } else { median(times) };
    Ok(figures)
}

fn peak_of(chat: &ChatEngine) -> Result<Option<f64>, WireError> {
    let reported = chat.info()?.buffer_bytes;
    let peak = chat.process_id().and_then(|id| {
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
        line.split_whitespace().nth(1)?.parse::<u64>().ok()
    });
    Ok(peak
        .filter(|_| reported > 0)
        .map(|kib| (kib << 10) as f64 / reported as f64))
}

/// Answers while the files of a new library are indexed ÷ before: as many files as keep the embedding model busy. As in
/// use, indexing lets them go first.
fn beside_indexing(
    home: &Home,
    rounds: usize,
    cancel: &CancelToken,
) -> Result<(Option<f64>, (usize, bool)), WireError> {
    const FILES: usize = 400;
    let scratch = tempfile::tempdir_in(home.root())
        .map_err(|error| WireError::new(ErrorCode::of_io(&error), error.to_string()))?;
    let other = Home::locate(Some(&scratch.path().join("home"))).with_models(home.models());
    let app = App::open(&other)?;
    if app.embedder().is_none() {
        return Ok((None, (0, false)));
    }
    let folder = scratch.path().join("files");
    write_files(&folder, FILES)
        .map_err(|error| WireError::new(ErrorCode::of_io(&error), error.to_string()))?;
    let chat = app.chat()?;
    let request = |number: usize| {
        GenerationRequest::greedy(
            vec![Message::user(format!(
                "第{number}题：详细介绍一种办公用品的用途和注意事项。"
            ))],
            48,
        )
    };
    let mut alone = Vec::new();
    for round in 0..=rounds {
        alone.push(speed_of(&chat, &request(round), cancel)?);
    }
    let token = cancel.child();
    let paths = [folder];
    let (beside, lasted) = thread::scope(|scope| {
        let adding = scope.spawn(|| app.add(&paths, &token, &mut |_| {}));
        // Until the vectors are being made.
        thread::sleep(Duration::from_secs(4));
        let mut beside = Vec::new();
        for round in 0..rounds {
            let _answering = app.answering();
            beside.push(speed_of(&chat, &request(100 + round), cancel));
        }
        let lasted = !adding.is_finished();
        token.cancel();
        let _ = adding.join();
        (beside, lasted)
    });
    let beside = beside.into_iter().collect::<Result<Vec<f64>, _>>()?;
    // The first one alone also warmed the model up.
    let alone = median(alone.split_off(1));
    Ok((Some(median(beside) / alone.max(1e-9)), (FILES, lasted)))
}

fn write_files(folder: &Path, count: usize) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    for number in 0..count {
        let lines: Vec<String> = (0..60)
            .map(|line| {
                format!(
                    "第{number}号文件第{line}条：出差人员应当在返回后{}个工作日内办理报销手续，住宿费不超过{}元。",
                    line % 20 + 1,
                    number * 7 + line * 13
                )
            })
            .collect();
        std::fs::write(folder.join(format!("{number}.txt")), lines.join("\n\n"))?;
    }
    Ok(())
}
