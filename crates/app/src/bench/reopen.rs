//! The first word about a long document: read for the first time, asked about again, opened in a new process.

use std::sync::Arc;

use deskmate_core::{
    CancelToken, ErrorCode, GenerationRequest, Message, TextGenerator, Usage, WireError,
};
use deskmate_llm::saved::folder::Folder;
use serde::Serialize;

use super::score::median;
use crate::app::App;
use crate::engine::{ChatEngine, Keeping};
use crate::select;

/// Times to the first word of one document, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ReopenRun {
    /// Tokens of the first prompt.
    pub prompt_tokens: u64,
    /// The document read whole.
    pub first_ms: u64,
    /// Another question in the same conversation.
    pub second_turn_ms: u64,
    /// Another question in a new process: the saved state loaded, and the question read.
    pub reopened_ms: u64,
    /// Tokens that the saved state spared.
    pub spared_tokens: u64,
    /// Bytes of the saved state.
    pub state_bytes: u64,
}

/// Ratios of all runs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReopenReport {
    /// The chat model.
    pub model: String,
    /// One entry per document.
    pub runs: Vec<ReopenRun>,
    /// Median of second turn ÷ first.
    pub second_turn_ratio: f64,
    /// Median of reopened ÷ first.
    pub reopened_ratio: f64,
    /// Share of the answers in the new process that are those of reading the whole document there.
    pub identical: f64,
}

const CLAUSES: [&str; 4] = [
    "出差人员应当事先填写出差审批单，经部门负责人同意后方可出行，未经批准的费用不予报销。",
    "住宿费在限额内据实报销，一线城市每人每天不超过六百元，二线城市不超过四百五十元，其余城市不超过三百五十元。",
    "Trips abroad need the consent of the general manager; the daily allowance follows the list of the finance office.",
    "返回后十五个工作日内办理报销手续，附发票、审批单和行程单，逾期不再受理，特殊情况由分管领导书面同意。",
];

/// Measures an installed chat model on documents of about `tokens` tokens; each has another beginning.
///
/// # Errors
/// `ModelNotInstalled`; `ContextTooLong`; `Internal` when nothing was saved, e.g. for want of room on the disk.
pub fn reopen(
    app: &App,
    tokens: usize,
    rounds: usize,
    cancel: &CancelToken,
) -> Result<ReopenReport, WireError> {
    let wanted = app.settings()?.chat_model;
    let (id, path) = select::chat(app.models(), wanted.as_deref())?;
    // A folder of its own: the user's are neither used nor pushed out.
    let scratch = tempfile::tempdir_in(app.home().root())
        .map_err(|error| WireError::new(ErrorCode::of_io(&error), error.to_string()))?;
    let folder = Arc::new(Folder::new(scratch.path().join("kv"), 4 << 30));
    let start = || {
        let chat = ChatEngine::new(id.clone(), path.clone()).keeping(Keeping {
            folder: Arc::clone(&folder),
            model_sha256: "bench".to_owned(),
        });
        // Loading the model is no part of what is measured.
        chat.info().map(|_| chat)
    };
    let mut runs = Vec::new();
    let mut identical = 0;
    let mut model = String::new();
    for round in 0..rounds.max(1) {
        folder.clear();
        let (first, second) = {
            let chat = start()?;
            model = chat.info()?.name;
            let document = document(&chat, round, tokens)?;
            let mut messages = question(&document, "一线城市的住宿限额是多少？");
            let (text, first) = ask(&chat, messages.clone(), cancel)?;
            messages.push(Message::assistant(text));
            messages.push(Message::user("问题：超过限额怎么办？"));
            ((document, first), ask(&chat, messages, cancel)?.1)
        };
        let (document, first) = first;
        if folder.held().prefixes == 0 {
            return Err(WireError::new(
                ErrorCode::Internal,
                "nothing was saved of a document that was read",
            ));
        }
        let state_bytes = folder.held().bytes;
        let about = question(&document, "多少天内办理报销？");
        let (warm_text, reopened) = ask(&start()?, about.clone(), cancel)?;
        folder.clear();
        let (cold_text, _) = ask(&start()?, about, cancel)?;
        identical += usize::from(warm_text == cold_text);
        runs.push(ReopenRun {
            prompt_tokens: first.prompt_tokens,
            first_ms: first.ttft_ms,
            second_turn_ms: second.ttft_ms,
            reopened_ms: reopened.ttft_ms,
            spared_tokens: reopened.reused_tokens,
            state_bytes,
        });
    }
    let ratio = |of: fn(&ReopenRun) -> u64| {
        let ratios = runs
            .iter()
            .map(|run| of(run) as f64 / run.first_ms.max(1) as f64);
        median(ratios.collect())
    };
    Ok(ReopenReport {
        model,
        second_turn_ratio: ratio(|run| run.second_turn_ms),
        reopened_ratio: ratio(|run| run.reopened_ms),
        identical: identical as f64 / runs.len() as f64,
        runs,
    })
}

fn document(chat: &ChatEngine, round: usize, tokens: usize) -> Result<String, WireError> {
    let clauses: Vec<String> = CLAUSES.iter().map(ToString::to_string).collect();
    let each = chat.count_tokens(&clauses)?;
    let mut text = format!("第{round}号文件\n");
    let mut have = 0;
    for number in 0.. {
        let at = number % CLAUSES.len();
        // What numbers a clause is a few tokens more.
        have += each[at] + 4;
        if have > tokens {
            break;
        }
        text.push_str(&format!("第{}条 {}\n", number + 1, CLAUSES[at]));
    }
    Ok(text)
}

fn question(document: &str, text: &str) -> Vec<Message> {
    vec![
        Message::system("只根据资料回答。"),
        Message::user(format!("资料：\n{document}\n\n问题：{text}")),
    ]
}

fn ask(
    chat: &ChatEngine,
    messages: Vec<Message>,
    cancel: &CancelToken,
) -> Result<(String, Usage), WireError> {
    let request = GenerationRequest::greedy(messages, 16);
    let generation = chat
        .for_conversation()
        .generate(&request, cancel, &mut |_| {})?;
    Ok((generation.text, generation.usage))
}
