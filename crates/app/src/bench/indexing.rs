//! How much longer a folder takes than the vectors of its texts alone, and when its words can be searched.

use std::path::Path;
use std::time::Instant;

use deskmate_core::{
    Anchor, Block, BlockContent, CancelToken, ChunkIndex, Document, Embedder, EmbeddingRole,
    ErrorCode, WireError,
};
use deskmate_formats::{DocumentLanguage, DocxOptions, render_docx, render_html, render_markdown};
use deskmate_knowledge::index_text;
use serde::Serialize;

use crate::app::App;
use crate::home::Home;
use crate::ingest::FileStatus;

/// Figures of one folder.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct IndexingReport {
    /// Files of the folder.
    pub files: usize,
    /// Of these, ready at the end.
    pub ready: usize,
    /// Chunks in all.
    pub chunks: u64,
    /// From the start to the end of adding, seconds.
    pub wall_seconds: f64,
    /// Until every file was found by its words, seconds.
    pub words_seconds: f64,
    /// Of the wall time, seconds in which vectors were computed.
    pub embedding_seconds: f64,
    /// The vectors of the same texts with nothing else going on, seconds.
    pub alone_seconds: f64,
    /// Wall time ÷ `alone_seconds`.
    pub wall_ratio: f64,
    /// `words_seconds` ÷ wall time.
    pub words_share: f64,
    /// Vectors per second while indexing ÷ alone.
    pub embedding_ratio: f64,
    /// A second time, nothing changed: seconds.
    pub again_seconds: f64,
}

/// Texts embedded in one call, as indexing does.
const TEXTS: usize = 32;

/// Adds a folder of this many made-up files (text, Markdown, HTML, csv, docx; Chinese and English) to a library of its own.
///
/// # Errors
/// `ModelNotInstalled` without an embedding model; those of adding.
pub fn indexing(
    app: &App,
    files: usize,
    cancel: &CancelToken,
) -> Result<IndexingReport, WireError> {
    let io = |error: std::io::Error| WireError::new(ErrorCode::of_io(&error), error.to_string());
    let scratch = tempfile::tempdir_in(app.home().root()).map_err(io)?;
    let folder = scratch.path().join("files");
    write_files(&folder, files)?;
    let home = Home::locate(Some(&scratch.path().join("home"))).with_models(app.home().models());
    let other = App::open(&home)?;
    let embedder = other.embedder().ok_or_else(|| {
        WireError::new(
            ErrorCode::ModelNotInstalled,
            "no embedding model is installed",
        )
        .with_hint("`deskmate models list` shows those that can be had")
    })?;
    // Loading the model is no part of what is measured.
    embedder.embed(&["开始".to_owned()], EmbeddingRole::Passage, cancel)?;

    let begun = Instant::now();
    let mut words_seconds = None;
    let mut looked = begun;
    let report = other.add(std::slice::from_ref(&folder), cancel, &mut |_| {
        if words_seconds.is_some() || looked.elapsed().as_millis() < 100 {
            return;
        }
        looked = Instant::now();
        let states = other.library().stats().map(|stats| stats.files);
        if let Ok(states) = states {
            let found = states.words + states.ready + states.failed + states.skipped;
            if states.pending == 0 && found >= files as u64 {
                words_seconds = Some(begun.elapsed().as_secs_f64());
            }
        }
    })?;
    let wall_seconds = begun.elapsed().as_secs_f64();
    let words_seconds = words_seconds.unwrap_or(wall_seconds);
    let is_ready = |status: &FileStatus| *status == FileStatus::Ready;
    let ready = report
        .files
        .iter()
        .filter(|file| is_ready(&file.status))
        .count();

    let begun = Instant::now();
    other.add(std::slice::from_ref(&folder), cancel, &mut |_| {})?;
    let again_seconds = begun.elapsed().as_secs_f64();

    let mut texts = Vec::new();
    for source in other.library().sources()? {
        let chunks = ChunkIndex::neighbours(other.library(), source.id, 0, u32::MAX)?;
        texts.extend(chunks.iter().map(|stored| index_text(&stored.chunk)));
    }
    // As indexing does: texts of a length together, each once.
    texts.sort_by_key(|text| text.len());
    texts.dedup();
    let begun = Instant::now();
    for batch in texts.chunks(TEXTS) {
        embedder.embed(batch, EmbeddingRole::Passage, cancel)?;
    }
    let alone_seconds = begun.elapsed().as_secs_f64();
    Ok(IndexingReport {
        files,
        ready,
        chunks: other.library().stats()?.chunks,
        wall_seconds,
        words_seconds,
        embedding_seconds: report.embedding_seconds,
        alone_seconds,
        wall_ratio: wall_seconds / alone_seconds.max(1e-9),
        words_share: words_seconds / wall_seconds.max(1e-9),
        embedding_ratio: alone_seconds / report.embedding_seconds.max(1e-9),
        again_seconds,
    })
}

const CHINESE: [&str; 4] = [
    "出差人员应当在返回后十五个工作日内办理报销手续，附发票、审批单和行程单，逾期不再受理。",
    "会议决定在十一月十五日前完成渠道价格的调整，由市场部负责，财务部配合，下次例会上汇报。",
    "住宿费在限额内据实报销，一线城市每人每天不超过六百元，二线城市不超过四百五十元。",
    "各部门在下周五前提交本季度的预算与用款计划，由财务处汇总后报总经理办公会审议。",
];

const ENGLISH: [&str; 3] = [
    "Each department sends its plan to the finance office, which checks the sums and asks back within a week.",
    "Visitors sign in at the front desk and wear a badge while they are in the building.",
    "Trips abroad need the consent of the general manager; the daily allowance follows the list of the office.",
];

fn document(number: usize) -> Document {
    let is_chinese = !number.is_multiple_of(3);
    let paragraph = |line: usize| {
        let text = match is_chinese {
            true => CHINESE[(number + line) % CHINESE.len()],
            false => ENGLISH[(number + line) % ENGLISH.len()],
        };
        let text = format!(
            "{}.{} {text} ({})",
            number,
            line + 1,
            number * 31 + line * 7
        );
        Block::new(Anchor::default(), BlockContent::Paragraph { text })
    };
    let title = match is_chinese {
        true => format!("第{number}号文件"),
        false => format!("File {number}"),
    };
    let mut blocks = vec![Block::new(
        Anchor::default(),
        BlockContent::Heading {
            level: 1,
            text: title.clone(),
        },
    )];
    blocks.extend((0..5 + number % 7).map(paragraph));
    Document {
        title: Some(title),
        blocks,
        ..Document::default()
    }
}

fn write_files(folder: &Path, files: usize) -> Result<(), WireError> {
    let io = |error: std::io::Error| WireError::new(ErrorCode::of_io(&error), error.to_string());
    std::fs::create_dir_all(folder).map_err(io)?;
    for number in 0..files {
        let document = document(number);
        let text = || -> String {
            let blocks = document.blocks.iter().map(Block::text);
            blocks.collect::<Vec<_>>().join("\n\n")
        };
        let (extension, bytes) = match number % 5 {
            0 => ("txt", text().into_bytes()),
            1 => ("md", render_markdown(&document).into_bytes()),
            2 => ("html", render_html(&document).into_bytes()),
            3 => {
                let rows = document.blocks.iter().enumerate();
                let lines =
                    rows.map(|(row, block)| format!("{row},\"{}\",{}", block.text(), row * number));
                let lines: Vec<String> = lines.collect();
                (
                    "csv",
                    format!("序号,内容,金额\n{}\n", lines.join("\n")).into_bytes(),
                )
            }
            _ => {
                let options = DocxOptions {
                    language: DocumentLanguage::Chinese,
                    citations: &[],
                };
                ("docx", render_docx(&document, &options)?)
            }
        };
        let sub = folder.join(format!("{:02}", number / 100));
        std::fs::create_dir_all(&sub)
            .and_then(|()| std::fs::write(sub.join(format!("{number}.{extension}")), bytes))
            .map_err(io)?;
    }
    Ok(())
}
