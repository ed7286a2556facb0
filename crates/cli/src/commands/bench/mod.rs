//! Figures as tables and JSON.

mod speed;

use std::time::Duration;

use deskmate_app::Home;
use deskmate_app::bench::{
    self, AnswersParams, AnswersReport, RetrievalParams, RetrievalReport, SamplesReport,
    TablesReport,
};
use deskmate_core::{CancelToken, WireError};

use super::library::open;
use crate::arguments::BenchCommand;
use crate::console::Console;

pub(crate) fn run(
    home: &Home,
    command: &BenchCommand,
    console: &Console,
    cancel: &CancelToken,
) -> Result<u8, WireError> {
    let app = open(home, console)?;
    let mut sink = |event| console.event(&event);
    match command {
        BenchCommand::Speed { rounds } => {
            let report = bench::speed(&app, *rounds, cancel)?;
            console.result(&report, |_| {
                let figures = &report.loop_figures;
                format!(
                    "{}\ngeneration ÷ raw loop  {:.3}\nprefill ÷ raw loop     {:.3}\nfollow-up ÷ first turn, time to first token  {:.3}",
                    report.model, figures.generation_ratio, figures.prefill_ratio, report.follow_up_ttft_ratio
                )
            });
        }
        BenchCommand::Reopen { tokens, rounds } => {
            let report = bench::reopen(&app, *tokens, *rounds, cancel)?;
            console.result(&report, |_| speed::reopened(&report));
        }
        BenchCommand::Figures { rounds } => {
            let report = bench::figures(&app, *rounds, cancel)?;
            console.result(&report, |_| report.page());
        }
        BenchCommand::Decoding { rounds } => {
            let report = bench::decoding(&app, *rounds, cancel)?;
            console.result(&report, |_| speed::decoding(&report));
        }
        BenchCommand::Engine { rounds, stops } => {
            let report = bench::engine(&app, *rounds, *stops, cancel)?;
            console.result(&report, |_| speed::engine(&report));
        }
        BenchCommand::Indexing { files } => {
            let report = bench::indexing(&app, *files, cancel)?;
            console.result(&report, |_| speed::indexing(&report));
        }
        BenchCommand::Soak { minutes, every } => {
            let lasting = Duration::from_secs_f64(minutes * 60.0);
            let every = Duration::from_secs((*every).max(1));
            let report = bench::soak(&app, lasting, every, cancel)?;
            console.result(&report, |_| speed::soak(&report));
        }
        BenchCommand::Scale { chunks } => {
            let report = bench::scale(&app, chunks, cancel)?;
            console.result(&report, |_| speed::scale(&report));
        }
        BenchCommand::Retrieval {
            set,
            limit,
            cross,
            expand,
        } => {
            let params = RetrievalParams {
                folder: set,
                limit: *limit,
                cross: *cross,
                expand: *expand,
            };
            let report = bench::retrieval(&app, params, cancel, &mut sink)?;
            console.result(&report, |_| recall(&report));
        }
        BenchCommand::Answers {
            set,
            limit,
            brief,
            foreign,
        } => {
            let params = AnswersParams {
                folder: set.clone(),
                limit: *limit,
                brief: *brief,
                foreign: foreign.as_deref(),
            };
            let report = bench::answers(&app, &params, cancel, &mut sink)?;
            console.result(&report, |_| answers(&report));
        }
        BenchCommand::Samples { folder, limit } => {
            let report = bench::samples(&app, folder, *limit, cancel, &mut sink)?;
            console.result(&report, |_| samples(&report));
        }
        BenchCommand::Tables { set, limit, votes } => {
            let votes = votes.map(usize::from);
            let report = bench::tables(&app, set, *limit, votes, cancel, &mut sink)?;
            console.result(&report, |_| table_figures(&report));
        }
        BenchCommand::Abstention {
            set,
            foreign,
            limit,
        } => {
            let report = bench::abstention(&app, set, foreign, *limit, cancel, &mut sink)?;
            console.result(&report, |_| {
                format!(
                    "answerable abstained    {:.3}\nforeign abstained       {:.3}\nunanswerable abstained  {}",
                    report.answerable_abstained,
                    report.foreign_abstained,
                    report.unanswerable_abstained.map_or("–".to_string(), |share| format!("{share:.3}"))
                )
            });
        }
    }
    Ok(0)
}

fn table_figures(report: &TablesReport) -> String {
    let mut out = format!(
        "{:20} {:>5} {:>9} {:>18} {:>10} {:>6}\n",
        report.set, "n", "accuracy", "wrong, no flag", "abstained", "sure"
    );
    for row in &report.rows {
        out.push_str(&format!(
            "{:20} {:>5} {:>9.3} {:>18.3} {:>10.3} {:>6.3}\n",
            row.kind, row.questions, row.accuracy, row.wrong_not_flagged, row.abstained, row.sure
        ));
    }
    out.push_str(&format!("{:.1} s a question", report.mean_seconds));
    out
}

fn recall(report: &RetrievalReport) -> String {
    let share = |share: Option<f64>| share.map_or("–".to_string(), |share| format!("{share:.3}"));
    let mut out = format!(
        "{:16} {:8} {:>6} {:>7} {:>7} {:>7} {:>7} {:>9} {:>10}\n",
        "questions", "ranking", "n", "R@1", "R@5", "R@10", "MRR", "article@5", "article@10"
    );
    for row in &report.rows {
        out.push_str(&format!(
            "{:16} {:8} {:>6} {:>7.3} {:>7.3} {:>7.3} {:>7.3} {:>9} {:>10}\n",
            row.kind,
            row.ranking,
            row.questions,
            row.recall_at_1,
            row.recall_at_5,
            row.recall_at_10,
            row.mrr,
            share(row.article_at_5),
            share(row.article_at_10),
        ));
    }
    out.push_str(&format!(
        "indexing {:.1} s, of these embedding {:.1} s; {} files not ready",
        report.indexing_seconds,
        report.embedding_seconds,
        report.files_not_ready.len()
    ));
    out
}

fn answers(report: &AnswersReport) -> String {
    format!(
        "answerable questions        {}\n  F1                        {:.3}\n  hold the reference        {:.3}\n  refused                   {:.3}\nunanswerable questions      {}\n  refused                   {:.3}\ncitations                   {}\n  quote stands in the file  {:.3}\n  and holds the key words   {:.3}\n  answers citing the right file {:.3}\nmean ms to first token {:.0}, in all {:.0}",
        report.answerable,
        report.f1,
        report.holds_reference,
        report.answerable_abstained,
        report.unanswerable,
        report.unanswerable_abstained,
        report.citations,
        report.quote_in_file,
        report.quote_holds_answer,
        report.cites_right_file,
        report.ttft_ms,
        report.total_ms
    )
}

fn samples(report: &SamplesReport) -> String {
    let mut out = String::new();
    for question in &report.questions {
        let mark = match (question.right, question.right_file) {
            (true, true) => "ok",
            (true, false) => "ok, no file",
            (false, _) => "WRONG",
        };
        out.push_str(&format!(
            "{mark:12} {:28} {}\n",
            question.id,
            question.answer.replace('\n', " ")
        ));
    }
    out.push_str(&format!(
        "{} of {} right, {} of them cite the right file; {} of {} unanswerable refused",
        report.right, report.answerable, report.right_file, report.refused, report.unanswerable
    ));
    out
}
