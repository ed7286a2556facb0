//! Every figure of speed that a command prints, side by side with what it shall be, as the page `docs/benchmarks.md`.

use std::time::{SystemTime, UNIX_EPOCH};

use deskmate_core::{CancelToken, WireError};
use serde::Serialize;

use super::decoding::{DecodingReport, decoding};
use super::reopen::reopen;
use super::score::median;
use super::speed::speed;
use crate::app::App;
use crate::backup::day_of;

/// Tokens of the document that is opened again.
const DOCUMENT_TOKENS: usize = 2_000;

/// All figures of one run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FiguresReport {
    /// Year, month and day, UTC.
    pub date: String,
    /// The chat model.
    pub model: String,
    /// This program and llama.cpp's binding.
    pub versions: String,
    /// Processor, cores, memory, bandwidth.
    pub machine: String,
    /// Rounds of each measurement.
    pub rounds: usize,
    /// One row per figure.
    pub rows: Vec<FigureRow>,
}

/// A figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FigureRow {
    /// What is compared with what.
    pub what: &'static str,
    /// What it shall be.
    pub wanted: &'static str,
    /// What it is; absent where no command prints it.
    pub value: Option<f64>,
    /// The command that prints it, or why there is none.
    pub source: &'static str,
}

/// Figures that no command prints yet.
const OPEN: [(&str, &str, &str); 10] = [
    (
        "generation ÷ node-llama-cpp",
        "≥ 1.0",
        "not measured: no command runs it",
    ),
    (
        "constrained ÷ free generation speed",
        "≥ 0.90",
        "not measured",
    ),
    (
        "4 and 8 sequences ÷ what the raw batched loop gives",
        "≥ 0.85",
        "not measured: only the product's side above",
    ),
    (
        "cancel",
        "≤ 250 ms, ×500",
        "not measured 500 times; `crates/llm/tests/engine.rs` prints single ones",
    ),
    (
        "embedding in the pipeline ÷ raw loop",
        "≥ 0.90",
        "not measured",
    ),
    (
        "indexing 2,000 files ÷ embedding alone; words searchable",
        "≤ 1.15; ≤ 0.15",
        "not measured as such; `./x bench retrieval SET` prints both times of a set",
    ),
    (
        "hybrid query p95 at 10^5 chunks ÷ flat scan; recall of approximate search",
        "≤ 2; ≥ 0.95",
        "not measured",
    ),
    (
        "answer speed while indexing ÷ idle",
        "≥ 0.85",
        "not measured",
    ),
    (
        "peak memory ÷ (model + context + compute buffers)",
        "≤ 1.25",
        "not measured",
    ),
    (
        "indexing, query and disk at 10^3, 10^4, 10^5 chunks",
        "flat within 1.2",
        "not measured",
    ),
];

/// Measures all that can be measured with the installed chat model alone.
///
/// # Errors
/// Those of the measurements.
pub fn figures(app: &App, rounds: usize, cancel: &CancelToken) -> Result<FiguresReport, WireError> {
    let rounds = rounds.max(1);
    let machine = app.machine_facts().get(cancel)?;
    let build = app.chat()?.info()?.build;
    let speed = speed(app, rounds, cancel)?;
    let decoding = decoding(app, rounds, cancel)?;
    // Its processes come and go beside the one that measured till now, which need not lie in memory meanwhile.
    app.let_go_of_chat();
    let reopen = reopen(app, DOCUMENT_TOKENS, rounds, cancel)?;

    let loops = &speed.loop_figures;
    let product = loops.product.iter();
    let generated = median(
        product
            .map(|run| run.generation_tokens_per_second)
            .collect(),
    );
    let roofline = machine
        .bandwidth_bytes_per_second
        .map(|bandwidth| generated * loops.bytes_per_token as f64 / (bandwidth as f64).max(1.0));
    let mut rows = vec![
        row(
            "generation, the whole path ÷ raw loop",
            "≥ 0.95",
            Some(loops.generation_ratio),
            SPEED,
        ),
        row(
            "prefill ÷ raw loop",
            "≥ 0.95",
            Some(loops.prefill_ratio),
            SPEED,
        ),
        row("generation ÷ memory roofline", "≥ 0.60", roofline, SPEED),
        row(
            "second turn on the same document ÷ first, to the first token",
            "≤ 0.10",
            Some(reopen.second_turn_ratio),
            REOPEN,
        ),
        row(
            "document in a new process: state and question ÷ full prefill",
            "≤ 0.15",
            Some(reopen.reopened_ratio),
            REOPEN,
        ),
        row(
            "the same, share of equal answers",
            "1",
            Some(reopen.identical),
            REOPEN,
        ),
    ];
    rows.extend(decoding_rows(&decoding));
    rows.extend(OPEN.map(|(what, wanted, why)| row(what, wanted, None, why)));
    let seconds = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    let (year, month, day) = day_of(i64::try_from(seconds / 86_400).unwrap_or(0));
    Ok(FiguresReport {
        date: format!("{year:04}-{month:02}-{day:02}"),
        model: speed.model,
        versions: format!(
            "Deskmate {}, llama-cpp-sys-2 {build}",
            env!("CARGO_PKG_VERSION")
        ),
        machine: format!(
            "{} cores, {} threads, {} GiB of memory, {} of llama.cpp's kernels, {:.1} GB/s read by all cores",
            machine.physical_cores,
            machine.usable_threads,
            machine.memory_total_bytes >> 30,
            machine.cpu_variant.as_deref().unwrap_or("the plain build"),
            machine.bandwidth_bytes_per_second.unwrap_or(0) as f64 / 1e9
        ),
        rounds,
        rows,
    })
}

const SPEED: &str = "`./x bench speed`";
const REOPEN: &str = "`./x bench reopen`";
const DECODING: &str = "`./x bench decoding`";

fn decoding_rows(report: &DecodingReport) -> Vec<FigureRow> {
    let of = |work: &str| report.rows.iter().find(|row| row.work == work);
    let drafts = |work| of(work).map(|row| row.drafted_speedup);
    let together = |work| of(work).map(|row| row.at_once_speedup);
    vec![
        row(
            "rewriting with prompt lookup ÷ without",
            "≥ 1.3",
            drafts("rewrite"),
            DECODING,
        ),
        row(
            "the same, share of equal answers",
            "1",
            of("rewrite").map(|row| row.drafted_identical),
            DECODING,
        ),
        row(
            "free chat with prompt lookup ÷ without",
            "≥ 0.98",
            drafts("free_chat"),
            DECODING,
        ),
        row(
            "4 answers at once ÷ one by one",
            "see below",
            together("four_rows"),
            DECODING,
        ),
        row(
            "8 answers at once ÷ one by one",
            "see below",
            together("eight_rows"),
            DECODING,
        ),
    ]
}

fn row(
    what: &'static str,
    wanted: &'static str,
    value: Option<f64>,
    source: &'static str,
) -> FigureRow {
    FigureRow {
        what,
        wanted,
        value,
        source,
    }
}

impl FiguresReport {
    /// The page in Markdown.
    pub fn page(&self) -> String {
        let mut out = format!(
            "# Figures of speed\n\n\
             Written by `./x bench figures --rounds {}`. Ratios of times taken in turns on one machine, medians over the \
             rounds; a ratio of a machine that does other things meanwhile holds less than one of an idle one.\n\n\
             - date: {}\n- model: {}\n- versions: {}; built by `./x build`, dependencies optimised\n- machine: {}\n\n\
             | what | wanted | measured | command |\n|---|---|---|---|\n",
            self.rounds, self.date, self.model, self.versions, self.machine
        );
        for row in &self.rows {
            let value = row
                .value
                .map_or("–".to_owned(), |value| format!("{value:.3}"));
            out.push_str(&format!(
                "| {} | {} | {value} | {} |\n",
                row.what, row.wanted, row.source
            ));
        }
        out.push_str(
            "\nThe window's figures stand in [benchmarks-window.md](benchmarks-window.md).\n",
        );
        out
    }
}
