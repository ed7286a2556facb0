//! Speed as ratios: product path against a bare loop, follow-up against first turn.

use deskmate_core::{CancelToken, GenerationRequest, Message, TextGenerator, WireError};
use deskmate_llm::protocol::{BenchFigures, BenchParams};
use serde::Serialize;

use super::score::median;
use crate::app::App;

/// Ratios of one run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SpeedReport {
    /// The chat model.
    pub model: String,
    /// Product path and bare loop, interleaved.
    pub loop_figures: BenchFigures,
    /// Median time to first token of a follow-up ÷ that of its first turn (same passages).
    pub follow_up_ttft_ratio: f64,
}

/// Measures an installed chat model.
///
/// # Errors
/// `ModelNotInstalled`; those of the engine.
pub fn speed(app: &App, rounds: usize, cancel: &CancelToken) -> Result<SpeedReport, WireError> {
    let chat = app.chat()?;
    let params = BenchParams {
        prompt_tokens: 256,
        generate_tokens: 48,
        rounds: rounds.max(1),
    };
    let loop_figures = chat.bench(params, cancel)?;
    let mut ratios = Vec::new();
    for round in 0..rounds.clamp(1, 3) {
        // Another beginning in every round, so that nothing of the last one is reused.
        let passage = format!(
            "第{round}号文件。{}",
            "住宿费在限额内据实报销，一线城市每人每天不超过六百元。".repeat(40)
        );
        let mut messages = vec![
            Message::system("只根据资料回答。"),
            Message::user(format!(
                "资料：\n{passage}\n\n问题：一线城市的住宿限额是多少？"
            )),
        ];
        let first = chat.generate(
            &GenerationRequest::greedy(messages.clone(), 24),
            cancel,
            &mut |_| {},
        )?;
        messages.push(Message::assistant(first.text));
        messages.push(Message::user("问题：超过限额怎么办？"));
        let second = chat.generate(&GenerationRequest::greedy(messages, 8), cancel, &mut |_| {})?;
        ratios.push(second.usage.ttft_ms as f64 / first.usage.ttft_ms.max(1) as f64);
    }
    Ok(SpeedReport {
        model: chat.info()?.name,
        loop_figures,
        follow_up_ttft_ratio: median(ratios),
    })
}
