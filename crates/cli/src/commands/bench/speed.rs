//! Figures of speed as text.

use deskmate_app::bench::{
    DecodingReport, EngineReport, IndexingReport, ReopenReport, ScaleReport, SoakReport,
};

pub(super) fn reopened(report: &ReopenReport) -> String {
    let mut out = format!(
        "{}\n{:>8} {:>10} {:>12} {:>12} {:>8} {:>10}",
        report.model, "tokens", "first ms", "second turn", "reopened", "spared", "state MiB"
    );
    for run in &report.runs {
        out.push_str(&format!(
            "\n{:>8} {:>10} {:>12} {:>12} {:>8} {:>10.1}",
            run.prompt_tokens,
            run.first_ms,
            run.second_turn_ms,
            run.reopened_ms,
            run.spared_tokens,
            run.state_bytes as f64 / f64::from(1 << 20)
        ));
    }
    out.push_str(&format!(
        "\nsecond turn ÷ first  {:.3}\nreopened ÷ first     {:.3}\nsame answers         {:.2}",
        report.second_turn_ratio, report.reopened_ratio, report.identical
    ));
    out
}

pub(super) fn decoding(report: &DecodingReport) -> String {
    let mut out = format!(
        "{}\n{:12} {:>14} {:>10} {:>14} {:>10}",
        report.model, "work", "drafts ÷ plain", "identical", "at once ÷ one", "identical"
    );
    for row in &report.rows {
        out.push_str(&format!(
            "\n{:12} {:>14.2} {:>10.2} {:>14.2} {:>10.2}",
            row.work,
            row.drafted_speedup,
            row.drafted_identical,
            row.at_once_speedup,
            row.at_once_identical
        ));
    }
    out
}

pub(super) fn engine(report: &EngineReport) -> String {
    let share = |share: Option<f64>| share.map_or("–".to_owned(), |share| format!("{share:.3}"));
    let cancels = &report.cancels;
    let (files, lasted) = report.indexed_meanwhile;
    format!(
        "{}\nheld to a form ÷ free                 {:.3}\nstopped {} times: median {:.0} ms, longest {:.0} ms; asked right after: {} of {} right\nwhile {files} files are indexed ÷ alone   {}{}\npeak memory ÷ weights, context, computing  {}",
        report.model,
        report.constrained_ratio,
        cancels.stopped,
        cancels.median_ms,
        cancels.longest_ms,
        cancels.right_after,
        cancels.asked_after,
        share(report.while_indexing_ratio),
        if lasted {
            ""
        } else {
            " (the files were done before the answers)"
        },
        share(report.peak_memory_ratio),
    )
}

pub(super) fn indexing(report: &IndexingReport) -> String {
    format!(
        "{} of {} files ready, {} chunks, {:.1} s; words found after {:.1} s; vectors {:.1} s in it, {:.1} s alone\nwall ÷ vectors alone            {:.3}\nwords found ÷ wall              {:.3}\nvectors per second ÷ alone      {:.3}\nagain, nothing changed          {:.2} s",
        report.ready,
        report.files,
        report.chunks,
        report.wall_seconds,
        report.words_seconds,
        report.embedding_seconds,
        report.alone_seconds,
        report.wall_ratio,
        report.words_share,
        report.embedding_ratio,
        report.again_seconds,
    )
}

pub(super) fn scale(report: &ScaleReport) -> String {
    let mut out = format!(
        "{:>8} {:>12} {:>11} {:>9} {:>10} {:>9} {:>12} {:>12} {:>14} {:>10}",
        "chunks",
        "write ms",
        "disk bytes",
        "words ms",
        "vectors ms",
        "exact ms",
        "both p95 ms",
        "both ÷ exact",
        "vectors ÷ exact",
        "recall@10"
    );
    for row in &report.rows {
        out.push_str(&format!(
            "\n{:>8} {:>12.3} {:>11.0} {:>9.1} {:>10.1} {:>9.1} {:>12.1} {:>12.2} {:>15.2} {:>10.3}",
            row.chunks,
            row.write_ms_per_chunk,
            row.disk_bytes_per_chunk,
            row.words_ms,
            row.vectors_ms,
            row.exact_ms,
            row.both_p95_ms,
            row.both_p95_ms / row.exact_ms.max(1e-9),
            row.vectors_ms / row.exact_ms.max(1e-9),
            row.recall_at_10
        ));
    }
    out.push_str("\n(write and disk: per chunk)");
    out
}

pub(super) fn soak(report: &SoakReport) -> String {
    format!(
        "{:.0} minutes, {} questions of which {} failed, {} changes of files\nmemory {:.0} MiB after the warm-up, {:.0} at the end; growth {:+.2} % an hour (± {:.2})\nopen files {} to {}, threads {} to {}; an answer takes {:.2} times as long at the end\nlibrary sound: {}{}",
        report.minutes,
        report.questions,
        report.failed.len(),
        report.changes,
        report.memory_mib.0,
        report.memory_mib.1,
        report.slope_per_hour * 100.0,
        report.slope_uncertainty * 100.0,
        report.handles.0,
        report.handles.1,
        report.threads.0,
        report.threads.1,
        report.slower,
        report.is_sound,
        report
            .failed
            .iter()
            .map(|error| format!("\n  {error}"))
            .collect::<String>()
    )
}
