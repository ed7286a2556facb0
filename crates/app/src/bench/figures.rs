//! Every figure of speed that a command prints, side by side with what it shall be, as the page `docs/benchmarks.md`.

use std::time::{SystemTime, UNIX_EPOCH};

use deskmate_core::{CancelToken, WireError};
use serde::Serialize;

use super::decoding::{DecodingReport, decoding};
use super::engine::{EngineReport, engine};
use super::indexing::{IndexingReport, indexing};
use super::reopen::reopen;
use super::scale::{ScaleReport, ScaleRow, scale};
use super::score::median;
use super::speed::speed;
use crate::app::App;
use crate::backup::day_of;

/// Tokens of the document that is opened again.
const DOCUMENT_TOKENS: usize = 2_000;

/// Answers that are stopped.
const STOPS: usize = 50;

/// Files that are indexed.
const FILES: usize = 2_000;

/// Sizes of the library that grows, in chunks.
const SIZES: [usize; 4] = [1_000, 10_000, 100_000, 200_000];

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
    /// How a library grows.
    pub scale: ScaleReport,
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

/// Figures that other programs print.
const ELSEWHERE: [(&str, &str, &str); 1] = [(
    "generation ÷ node-llama-cpp",
    "≥ 1.0",
    "`tests/evals/rivals/node_llama_cpp.py`",
)];

/// Measures all that can be measured with the installed models alone; takes most of an hour on two cores.
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
    let engine = engine(app, rounds, STOPS, cancel)?;
    let indexing = indexing(app, FILES, cancel)?;
    let scale = scale(app, &SIZES, cancel)?;

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
    for run in &loops.at_once {
        let what = match run.sequences {
            4 => "4 answers at once ÷ a raw batched loop",
            _ => "8 answers at once ÷ a raw batched loop",
        };
        rows.push(row(what, "≥ 0.85", Some(run.ratio), SPEED));
    }
    rows.extend(engine_rows(&engine));
    rows.extend(indexing_rows(&indexing));
    rows.extend(scale_rows(&scale, &indexing));
    rows.extend(ELSEWHERE.map(|(what, wanted, command)| row(what, wanted, None, command)));
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
        scale,
    })
}

const SPEED: &str = "`./x bench speed`";
const REOPEN: &str = "`./x bench reopen`";
const DECODING: &str = "`./x bench decoding`";
const ENGINE: &str = "`./x bench engine`";
const INDEXING: &str = "`./x bench indexing`";
const SCALE: &str = "`./x bench scale`";

fn engine_rows(report: &EngineReport) -> Vec<FigureRow> {
    let cancels = &report.cancels;
    let right = cancels.right_after as f64 / cancels.asked_after.max(1) as f64;
    vec![
        row(
            "constrained ÷ free generation speed",
            "≥ 0.90",
            Some(report.constrained_ratio),
            ENGINE,
        ),
        row(
            "stopping an answer at any moment: the longest, in ms",
            "≤ 250",
            Some(cancels.longest_ms),
            ENGINE,
        ),
        row("the same, next answer right", "1", Some(right), ENGINE),
        row(
            "answer speed while indexing ÷ idle",
            "≥ 0.85",
            report.while_indexing_ratio,
            ENGINE,
        ),
        row(
            "peak memory ÷ (weights + context + computing)",
            "≤ 1.25",
            report.peak_memory_ratio,
            ENGINE,
        ),
    ]
}

fn indexing_rows(report: &IndexingReport) -> Vec<FigureRow> {
    vec![
        row(
            "indexing 2,000 mixed files ÷ their vectors alone",
            "≤ 1.15",
            Some(report.wall_ratio),
            INDEXING,
        ),
        row(
            "the same, share of the time until words are found",
            "≤ 0.15",
            Some(report.words_share),
            INDEXING,
        ),
        row(
            "vectors per second while indexing ÷ alone",
            "≥ 0.90",
            Some(report.embedding_ratio),
            INDEXING,
        ),
    ]
}

fn scale_rows(report: &ScaleReport, indexing: &IndexingReport) -> Vec<FigureRow> {
    let at = |chunks| report.rows.iter().find(|row| row.chunks == chunks);
    let vector_ms = indexing.alone_seconds * 1_000.0 / indexing.chunks.max(1) as f64;
    let times = |of: &dyn Fn(&ScaleRow) -> f64| {
        let values = report.rows.iter().map(of);
        let (least, most) = values.fold((f64::MAX, 0.0_f64), |(least, most), value| {
            (least.min(value), most.max(value))
        });
        (!report.rows.is_empty()).then(|| most / least.max(1e-9))
    };
    vec![
        row(
            "words and vectors at 10^5 chunks, p95 ÷ all vectors compared",
            "≤ 2",
            at(100_000).map(|row| row.both_p95_ms / row.exact_ms.max(1e-9)),
            SCALE,
        ),
        row(
            "search by groups at 2×10^5: recall@10",
            "≥ 0.95",
            at(200_000).map(|row| row.recall_at_10),
            SCALE,
        ),
        row(
            "the same, time ÷ all vectors compared",
            "≤ 0.3",
            at(200_000).map(|row| row.vectors_ms / row.exact_ms.max(1e-9)),
            SCALE,
        ),
        row(
            "vector and writing of a chunk, dearest ÷ cheapest size",
            "≤ 1.2",
            times(&|row| vector_ms + row.write_ms_per_chunk),
            SCALE,
        ),
        row(
            "disk of a chunk, dearest ÷ cheapest size",
            "≤ 1.2",
            times(&|row| row.disk_bytes_per_chunk),
            SCALE,
        ),
    ]
}

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
            "–",
            together("four_rows"),
            DECODING,
        ),
        row(
            "8 answers at once ÷ one by one",
            "–",
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
            "\n| chunks | write, ms a chunk | disk, bytes a chunk | words, ms | vectors, ms | all vectors, ms | both, p95, ms | recall@10 |\n\
             |---|---|---|---|---|---|---|---|\n",
        );
        for row in &self.scale.rows {
            out.push_str(&format!(
                "| {} | {:.3} | {:.0} | {:.1} | {:.1} | {:.1} | {:.1} | {:.3} |\n",
                row.chunks,
                row.write_ms_per_chunk,
                row.disk_bytes_per_chunk,
                row.words_ms,
                row.vectors_ms,
                row.exact_ms,
                row.both_p95_ms,
                row.recall_at_10
            ));
        }
        out.push_str(
            "\nThe window's figures stand in [benchmarks-window.md](benchmarks-window.md).\n",
        );
        out
    }
}
