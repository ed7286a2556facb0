//! Text to table: rows taken out of documents section by section, every value held against its source by code.
//!
//! The model copies what stands there, code reads it as numbers and days and keeps only what it finds in the section.

mod columns;
mod rows;
mod table;

use std::path::PathBuf;
use std::sync::LazyLock;

use deskmate_core::{
    Anchor, Block, BlockContent, Chunk, Document, ErrorCode, JobEvent, Progress, StoredChunk,
    WireError,
};
use deskmate_knowledge::{ChunkOptions, Language, Markers, Support, chunk_document, language_of};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::skill::{Artifact, Check, Skill, SkillContext, SkillInput, SkillOutput};
use crate::spec::SkillSpec;
use crate::step::{Model, Step, list, object};
pub use columns::{TableColumn, TableColumnKind};
use columns::{named_columns, proposed_columns, row_in_words};
use rows::{FoundRow, WrittenRow, checked};
pub use table::{ExtractedTable, TableRow};

static SPEC: LazyLock<SkillSpec> = LazyLock::new(|| {
    toml::from_str(include_str!("skill.toml")).expect("a test reads every skill.toml")
});

/// Tokens of a section: few enough rows that a small model forgets none.
const SECTION_TOKENS: usize = 700;
/// Tokens of a reply.
const ROWS_TOKENS: usize = 1_000;
/// Rows of a section; one that gives so many is asked for again in halves.
const MOST_ROWS: usize = 30;
/// Characters of a value.
const LONGEST_VALUE: usize = 160;
/// Tokens of the beginning that columns are proposed from.
const PLAN_TOKENS: usize = 900;
/// Rows and values in words that a check names.
const NAMED: usize = 5;

/// The skill.
pub(crate) struct ExtractTable;

impl Skill for ExtractTable {
    fn spec(&self) -> &SkillSpec {
        &SPEC
    }

    fn run(
        &self,
        context: &SkillContext<'_>,
        input: &SkillInput,
        sink: &mut dyn FnMut(JobEvent),
    ) -> Result<SkillOutput, WireError> {
        let value = |key: &str| input.values.get(key).map_or("", String::as_str);
        let texts = texts_of(input, value("text"));
        let language = match value("language") {
            "zh" => Language::Chinese,
            "en" => Language::English,
            _ => language_of(&beginning(&texts)),
        };
        let given = named_columns(value("columns"))?;
        let mut sections = Vec::new();
        for text in &texts {
            sections.extend(sections_of(text, context)?);
        }
        if sections.is_empty() {
            return Err(WireError::new(
                ErrorCode::EmptyFile,
                "there is no text to make a table of",
            )
            .with_hint("name a file, or give the text"));
        }
        let mut model = Model::new(context);
        let columns = match given.is_empty() {
            false => given,
            true => {
                sink(progress("planning", 0, None, ""));
                let room = model.room(400, PLAN_TOKENS)?;
                let material = first_of(&sections, room, context)?;
                proposed_columns(&mut model, value("what"), &material, language)?
            }
        };
        let mut work = Work {
            what: row_in_words(value("what"), language),
            model,
            columns,
            language,
            markers: Markers::default(),
            rows: Vec::new(),
            left_out: Vec::new(),
            refused: Vec::new(),
            unread: Vec::new(),
        };
        let total = sections.len() as u64;
        for (done, section) in sections.iter().enumerate() {
            sink(progress("filling", done as u64, Some(total), &section.name));
            work.read(section, &section.chunks)?;
        }
        sink(progress("filling", total, Some(total), ""));
        Ok(work.finish(title_of(&texts, language), total))
    }
}

/// A text that rows are taken from.
struct Text {
    /// Its file; empty for one that was pasted.
    path: PathBuf,
    title: String,
    document: Document,
}

/// Chunks that are read together.
struct Section {
    /// The file, for people.
    file: String,
    /// For the progress.
    name: String,
    is_pasted: bool,
    chunks: Vec<StoredChunk>,
}

struct Work<'a> {
    model: Model<'a>,
    what: String,
    columns: Vec<TableColumn>,
    language: Language,
    markers: Markers,
    rows: Vec<TableRow>,
    left_out: Vec<String>,
    refused: Vec<String>,
    /// Sections of which no reply could be used.
    unread: Vec<String>,
}

impl Work<'_> {
    /// Takes the rows out of some chunks of a section; where there are too many for one reply, out of their halves.
    fn read(&mut self, section: &Section, chunks: &[StoredChunk]) -> Result<(), WireError> {
        #[derive(Deserialize)]
        struct Reply {
            rows: Vec<WrittenRow>,
        }
        let texts: Vec<&str> = chunks.iter().map(|one| one.chunk.text.as_str()).collect();
        let heading = chunks
            .first()
            .map_or(Vec::new(), |one| one.chunk.heading.clone());
        let material = format!("{}\n{}", heading.join(" / "), texts.join("\n"));
        let step = Step {
            instruction: match self.language {
                Language::Chinese => include_str!("prompts/rows.zh.md"),
                Language::English => include_str!("prompts/rows.en.md"),
            },
            material: &material,
            request: &self.what,
            // One row at least: a small model takes the way out of an empty list, and what a section does not support
            // is left out by code.
            schema: object(&[("rows", list(row_schema(&self.columns), 1, MOST_ROWS))]),
            max_tokens: ROWS_TOKENS,
        };
        let reply = self.model.ask(&step, &mut |reply: Reply| {
            Ok((reply.rows.len() < MOST_ROWS).then_some(reply.rows))
        })?;
        match reply {
            Some(rows) => {
                for row in rows {
                    self.take(&row, section, chunks);
                }
                Ok(())
            }
            None if chunks.len() > 1 => {
                let (first, second) = chunks.split_at(chunks.len() / 2);
                self.read(section, first)?;
                self.read(section, second)
            }
            None => {
                let place = chunks.first().map(|one| one.chunk.anchor_at(0));
                self.unread
                    .push(self.source(section, &place.unwrap_or_default()));
                Ok(())
            }
        }
    }

    fn take(&mut self, row: &WrittenRow, section: &Section, chunks: &[StoredChunk]) {
        let is_blank = row.values().all(|value| value.trim().is_empty());
        if is_blank {
            return;
        }
        match checked(row, &self.columns, chunks) {
            Ok(found) => {
                let source = self.source(section, &found.anchor);
                let is_known = self
                    .rows
                    .iter()
                    .any(|known| known.values == found.values && known.source == source);
                if !is_known {
                    self.keep(found, source, section, chunks);
                }
            }
            Err(words) => self.left_out.push(words),
        }
    }

    fn keep(&mut self, found: FoundRow, source: String, section: &Section, chunks: &[StoredChunk]) {
        self.refused.extend(found.refused);
        let support = Support {
            passage: found.passage,
            anchor: found.anchor,
            quote: found.quote,
            score: 1.0,
        };
        let marker = (!section.is_pasted).then(|| self.markers.marker(&support, chunks));
        self.rows.push(TableRow {
            values: found.values,
            source,
            marker,
        });
    }

    /// A place for people: `合同.docx，第 3 页`.
    fn source(&self, section: &Section, anchor: &Anchor) -> String {
        let number = |chinese: &str, english: &str, number: u32| match self.language {
            Language::Chinese => format!("第 {number} {chinese}"),
            Language::English => format!("{english} {number}"),
        };
        let cells = anchor.sheet.as_ref().map(|sheet| match &anchor.range {
            Some(range) => format!("{sheet}!{range}"),
            None => sheet.clone(),
        });
        let place = match (anchor.page, anchor.slide, cells, anchor.line) {
            (Some(page), ..) => Some(number("页", "page", page)),
            (None, Some(slide), ..) => Some(number("张幻灯片", "slide", slide)),
            (None, None, Some(cells), _) => Some(cells),
            (None, None, None, Some(line)) if section.is_pasted => {
                Some(number("段", "paragraph", line))
            }
            (None, None, None, Some(line)) => Some(number("行", "line", line)),
            (None, None, None, None) => anchor.heading.last().cloned(),
        };
        let comma = match self.language {
            Language::Chinese => "，",
            Language::English => ", ",
        };
        match place {
            Some(place) => format!("{}{comma}{place}", section.file),
            None => section.file.clone(),
        }
    }

    fn finish(self, title: String, sections: u64) -> SkillOutput {
        let found = self.rows.len();
        let blank = self.refused.len();
        let detail = format!(
            "{found} rows stand in their source; {} rows were left out{}; {blank} single values were left blank{}",
            self.left_out.len(),
            named(&self.left_out),
            named(&self.refused),
        );
        let checks = vec![
            Check::new(
                "rows_found",
                found > 0,
                format!("{found} rows from {sections} sections"),
            ),
            Check::new(
                "values_in_source",
                self.left_out.is_empty() && self.refused.is_empty(),
                detail,
            ),
            Check::new(
                "sections_read",
                self.unread.is_empty(),
                format!(
                    "{} places could not be read by the model{}",
                    self.unread.len(),
                    named(&self.unread)
                ),
            ),
        ];
        SkillOutput {
            artifact: Artifact::Table(Box::new(ExtractedTable {
                title,
                columns: self.columns,
                rows: self.rows,
                left_out: self.left_out,
                language: self.language,
            })),
            citations: self.markers.into_citations(),
            checks,
            usage: self.model.usage,
        }
    }
}

/// The first few of a list behind a colon.
fn named(all: &[String]) -> String {
    match all.len() {
        0 => String::new(),
        _ => format!(" ({})", all[..all.len().min(NAMED)].join("; ")),
    }
}

fn row_schema(columns: &[TableColumn]) -> Value {
    let value = json!({ "type": "string", "maxLength": LONGEST_VALUE });
    let properties: Vec<(&str, Value)> = columns
        .iter()
        .map(|column| (column.name.as_str(), value.clone()))
        .collect();
    object(&properties)
}

/// The pasted text, else the files.
fn texts_of(input: &SkillInput, pasted: &str) -> Vec<Text> {
    if !pasted.trim().is_empty() {
        let title = match language_of(pasted) {
            Language::Chinese => "粘贴的文字",
            Language::English => "Pasted text",
        };
        return vec![Text {
            path: PathBuf::new(),
            title: title.to_owned(),
            document: pasted_document(pasted),
        }];
    }
    let sources = input.sources.iter();
    let texts = sources.map(|source| Text {
        path: source.path.clone(),
        title: source.title.clone(),
        document: source.document.clone(),
    });
    texts.collect()
}

/// Paragraphs with their number as the line.
fn pasted_document(text: &str) -> Document {
    let paragraphs = text.lines().map(str::trim).filter(|line| !line.is_empty());
    Document {
        blocks: (1..)
            .zip(paragraphs)
            .map(|(number, text)| {
                Block::new(
                    Anchor::line(number),
                    BlockContent::Paragraph {
                        text: text.to_owned(),
                    },
                )
            })
            .collect(),
        ..Document::default()
    }
}

fn beginning(texts: &[Text]) -> String {
    let all = texts.iter().map(|text| text.document.text());
    all.flat_map(|text| text.chars().take(2_000).collect::<Vec<_>>())
        .collect()
}

fn title_of(texts: &[Text], language: Language) -> String {
    match (texts, language) {
        ([one], _) => one.title.clone(),
        (_, Language::Chinese) => "摘出的表格".to_owned(),
        (_, Language::English) => "Extracted table".to_owned(),
    }
}

fn sections_of(text: &Text, context: &SkillContext<'_>) -> Result<Vec<Section>, WireError> {
    let generator = context.generator;
    let count = |texts: &[String]| generator.count_tokens(texts);
    let options = ChunkOptions {
        max_tokens: 320,
        min_tokens: 80,
    };
    let chunks = chunk_document(&text.document, &text.title, options, &count)?;
    let texts: Vec<String> = chunks.iter().map(|chunk| chunk.text.clone()).collect();
    let counts = count(&texts)?;
    let window = generator.context_window()?;
    let budget = SECTION_TOKENS
        .min(window.saturating_sub(ROWS_TOKENS + 500))
        .max(64);
    let is_pasted = text.path.as_os_str().is_empty();
    let file = match text.path.file_name() {
        Some(name) => name.to_string_lossy().into_owned(),
        None => text.title.clone(),
    };
    let mut sections: Vec<Section> = Vec::new();
    let mut taken = 0;
    for (chunk, size) in chunks.into_iter().zip(counts) {
        let name = section_name(&chunk, &file);
        let stored = StoredChunk {
            id: i64::from(chunk.ordinal),
            source_id: 0,
            path: text.path.clone(),
            chunk,
        };
        match sections.last_mut().filter(|_| taken + size <= budget) {
            Some(section) => {
                section.chunks.push(stored);
                taken += size;
            }
            None => {
                taken = size;
                sections.push(Section {
                    file: file.clone(),
                    name,
                    is_pasted,
                    chunks: vec![stored],
                });
            }
        }
    }
    Ok(sections)
}

fn section_name(chunk: &Chunk, file: &str) -> String {
    let headings = &chunk.heading;
    headings.get(1).cloned().unwrap_or_else(|| file.to_owned())
}

/// The first chunks, as far as they fit.
fn first_of(
    sections: &[Section],
    room: usize,
    context: &SkillContext<'_>,
) -> Result<String, WireError> {
    let chunks = sections.iter().flat_map(|section| &section.chunks);
    let texts: Vec<String> = chunks.map(|one| one.chunk.text.clone()).take(8).collect();
    let counts = context.generator.count_tokens(&texts)?;
    let mut taken = 0;
    let fitting = texts.into_iter().zip(counts).take_while(|(_, size)| {
        taken += size;
        taken <= room
    });
    let fitting: Vec<String> = fitting.map(|(text, _)| text).collect();
    Ok(fitting.join("\n"))
}

fn progress(stage: &str, done: u64, total: Option<u64>, item: &str) -> JobEvent {
    JobEvent::Progress(Progress {
        stage: stage.to_owned(),
        done,
        total,
        eta_ms: None,
        item: (!item.is_empty()).then(|| item.to_owned()),
    })
}
