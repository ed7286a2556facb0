//! Drafts a document: outline, then section by section, its length kept, its figures and sentences held against the sources.

mod checks;
mod finish;
mod kind;
mod length;
mod outline;
mod section;
mod value;

use std::sync::LazyLock;

use deskmate_core::{Citation, ErrorCode, JobEvent, Progress, StoredChunk, WireError};
use deskmate_knowledge::{ChunkOptions, Language, chunk_document, language_of, sentences};

use crate::chapter::tag;
use crate::skill::{Skill, SkillContext, SkillInput, SkillOutput, SkillSource};
use crate::spec::SkillSpec;
use crate::step::Model;
use checks::{outline_output, output};
use finish::finish;
pub use kind::DraftKind;
use outline::Outline;
use section::{Writer, Writing};
use value::without_markers;
pub use value::{Draft, DraftSection};

static SPEC: LazyLock<SkillSpec> = LazyLock::new(|| {
    toml::from_str(include_str!("skill.toml")).expect("a test reads every skill.toml")
});

/// Longest draft, in characters or words.
const MOST_LENGTH: usize = 20_000;
const CHUNK: ChunkOptions = ChunkOptions {
    max_tokens: 240,
    min_tokens: 60,
};

/// The skill.
pub(crate) struct DraftSkill;

/// What is to be written.
struct Brief<'a> {
    kind: DraftKind,
    language: Language,
    topic: String,
    points: Vec<String>,
    length: usize,
    sources: &'a [SkillSource],
    chunks: Vec<StoredChunk>,
}

impl Brief<'_> {
    /// Kind, topic and points, as every prompt shows them.
    fn head(&self) -> String {
        let name = self.kind.name(self.language);
        let mut out = match self.language {
            Language::Chinese => format!("文种: {name}\n主题: {}", self.topic),
            Language::English => format!("Kind: {name}\nTopic: {}", self.topic),
        };
        if !self.points.is_empty() {
            out.push_str(match self.language {
                Language::Chinese => "\n必须写到:",
                Language::English => "\nIt must say:",
            });
            for point in &self.points {
                out.push_str(&format!("\n- {point}"));
            }
        }
        out
    }
}

impl Skill for DraftSkill {
    fn spec(&self) -> &SkillSpec {
        &SPEC
    }

    fn run(
        &self,
        context: &SkillContext<'_>,
        input: &SkillInput,
        sink: &mut dyn FnMut(JobEvent),
    ) -> Result<SkillOutput, WireError> {
        let value = |key: &str| input.values.get(key).map_or("", |value| value.trim());
        let previous = match value("previous") {
            "" => None,
            json => Some(read_previous(json)?),
        };
        let brief = brief_of(context, input, previous.as_ref())?;
        let mut model = Model::new(context);
        if let Some(previous) = previous {
            let number = value("section").parse::<usize>().unwrap_or(0);
            return again(&mut model, &brief, previous, number, sink);
        }
        progress(sink, 0, None, "");
        let mut outline = match value("outline") {
            "" => Outline::ask(&mut model, &brief)?,
            markdown => Outline::parse(markdown),
        };
        // A small model takes the title of the source; an official document names its kind.
        let names_kind = outline.title.ends_with(brief.kind.name(brief.language));
        let is_own = value("outline").is_empty();
        if outline.title.is_empty() || is_own && brief.kind.is_official() && !names_kind {
            outline.title = usual_title(&brief);
        }
        if outline.sections.is_empty() {
            return Err(
                WireError::new(ErrorCode::InvalidInput, "the outline has no section")
                    .with_hint("write `## ` before each heading and `- ` before each point"),
            );
        }
        if value("part") == "outline" {
            return Ok(outline_output(&outline, &model));
        }
        let total = outline.sections.len() as u64 + 1;
        let share = brief.length / outline.sections.len();
        let mut said: Vec<String> = Vec::new();
        let mut written: Vec<Writing> = Vec::new();
        let mut writer = Writer {
            brief: &brief,
            title: &outline.title,
            model: &mut model,
        };
        for (index, section) in outline.sections.iter().enumerate() {
            progress(sink, index as u64 + 1, Some(total), &section.heading);
            let writing = writer.section(section, share.max(20), &said)?;
            said.extend(writing.sentences.iter().map(|s| s.text.clone()));
            written.push(writing);
        }
        length::balance(&mut writer, &outline.sections, &mut written, brief.length)?;
        let mut citations = Vec::new();
        let sections = outline
            .sections
            .iter()
            .zip(&written)
            .map(|(section, writing)| finish(section, writing, brief.language, &mut citations))
            .collect();
        let draft = Draft {
            kind: brief.kind,
            language: tag(brief.language).to_owned(),
            title: outline.title.clone(),
            recipients: value("recipients").to_owned(),
            sender: value("sender").to_owned(),
            date: value("date").to_owned(),
            target_length: brief.length,
            sections,
            citations,
        };
        progress(sink, total, Some(total), "");
        Ok(output(draft, &brief, &model, outline.is_by_code))
    }
}

/// Writes one section of a draft again; all others stay as they are, byte by byte.
fn again(
    model: &mut Model<'_>,
    brief: &Brief<'_>,
    mut draft: Draft,
    number: usize,
    sink: &mut dyn FnMut(JobEvent),
) -> Result<SkillOutput, WireError> {
    let count = draft.sections.len();
    let Some(index) = number.checked_sub(1).filter(|index| *index < count) else {
        return Err(WireError::new(
            ErrorCode::InvalidInput,
            format!("the draft has no section {number}"),
        )
        .with_hint(format!("name one of 1 to {count}")));
    };
    let section = draft.sections[index].clone();
    progress(sink, 0, Some(1), &section.heading);
    let others: usize = draft
        .sections
        .iter()
        .enumerate()
        .filter(|(other, _)| *other != index)
        .map(|(_, section)| section.length(brief.language))
        .sum();
    let share = draft.target_length / count.max(1);
    // What the whole lacks, within what a section can make up for.
    let target = draft
        .target_length
        .saturating_sub(others)
        .clamp(share / 2, share * 2)
        .max(20);
    let said: Vec<String> = draft
        .sections
        .iter()
        .enumerate()
        .filter(|(other, _)| *other != index)
        .flat_map(|(_, section)| &section.paragraphs)
        .flat_map(|text| {
            let plain = without_markers(text);
            let ranges = sentences(&plain);
            ranges
                .into_iter()
                .map(|range| plain[range].trim().to_owned())
                .collect::<Vec<String>>()
        })
        .collect();
    let title = draft.title.clone();
    let mut writer = Writer {
        brief,
        title: &title,
        model,
    };
    let mut writing = writer.section(&section, target, &said)?;
    length::cut(&mut writing, target, brief.language);
    draft.sections[index] = finish(&section, &writing, brief.language, &mut draft.citations);
    let used = |marker: u32| {
        let mark = format!("[{marker}]");
        let mut texts = draft.sections.iter().flat_map(|one| &one.paragraphs);
        texts.any(|text| text.contains(&mark))
    };
    let citations: Vec<Citation> = draft
        .citations
        .iter()
        .filter(|citation| used(citation.marker))
        .cloned()
        .collect();
    draft.citations = citations;
    progress(sink, 1, Some(1), &section.heading);
    Ok(output(draft, brief, model, false))
}

fn read_previous(json: &str) -> Result<Draft, WireError> {
    let invalid = |error: serde_json::Error| {
        WireError::new(
            ErrorCode::InvalidInput,
            format!("the previous draft cannot be read: {error}"),
        )
        .with_hint("give `draft` of the result, as JSON")
    };
    let mut value: serde_json::Value = serde_json::from_str(json).map_err(invalid)?;
    // The whole result will do as well.
    if let Some(draft) = value.get_mut("draft") {
        value = draft.take();
    }
    serde_json::from_value(value).map_err(invalid)
}

fn brief_of<'a>(
    context: &SkillContext<'_>,
    input: &'a SkillInput,
    previous: Option<&Draft>,
) -> Result<Brief<'a>, WireError> {
    let value = |key: &str| input.values.get(key).map_or("", |value| value.trim());
    let kind = previous.map_or_else(
        || DraftKind::of(input.values.get("kind").map(String::as_str)),
        |draft| draft.kind,
    );
    let mut topic = match (value("topic"), previous) {
        ("", Some(draft)) => draft.title.clone(),
        (topic, _) => topic.to_owned(),
    };
    if topic.is_empty() {
        topic = value("outline")
            .lines()
            .find_map(|line| line.strip_prefix("# "))
            .or_else(|| input.sources.first().map(|source| source.title.as_str()))
            .unwrap_or_default()
            .trim()
            .to_owned();
    }
    let points: Vec<String> = value("points")
        .lines()
        .map(|line| {
            line.trim_start_matches(['-', '*', '•', ' '])
                .trim()
                .to_owned()
        })
        .filter(|line| !line.is_empty())
        .collect();
    if topic.is_empty() && points.is_empty() {
        return Err(
            WireError::new(ErrorCode::InvalidInput, "nothing says what to write about")
                .with_hint("give a `topic`, `points`, an `outline` or a file"),
        );
    }
    let language = match (previous, value("language")) {
        (Some(draft), _) if draft.language.starts_with("zh") => Language::Chinese,
        (Some(_), _) => Language::English,
        (None, "zh") => Language::Chinese,
        (None, "en") => Language::English,
        (None, _) => kind.language().unwrap_or_else(|| language_of(&topic)),
    };
    let length = match value("length").parse::<usize>() {
        Ok(length) => length.clamp(30, MOST_LENGTH),
        Err(_) => previous.map_or(kind.usual_length(language), |draft| draft.target_length),
    };
    let count = |texts: &[String]| context.generator.count_tokens(texts);
    let mut chunks: Vec<StoredChunk> = Vec::new();
    for source in &input.sources {
        for chunk in chunk_document(&source.document, &source.title, CHUNK, &count)? {
            chunks.push(StoredChunk {
                id: chunks.len() as i64,
                source_id: 0,
                path: source.path.clone(),
                chunk,
            });
        }
    }
    if let (true, Some(source)) = (chunks.is_empty(), input.sources.first()) {
        return Err(WireError::new(
            ErrorCode::EmptyFile,
            format!("`{}` holds no text", source.path.display()),
        ));
    }
    Ok(Brief {
        kind,
        language,
        topic,
        points,
        length,
        sources: &input.sources,
        chunks,
    })
}

/// A title made of kind and topic.
fn usual_title(brief: &Brief<'_>) -> String {
    let name = brief.kind.name(brief.language);
    let topic = brief.topic.trim_end_matches(['。', '.']);
    match brief.language {
        Language::Chinese if brief.kind.is_official() && !topic.contains(name) => {
            format!("关于{topic}的{name}")
        }
        Language::Chinese | Language::English => topic.to_owned(),
    }
}

fn progress(sink: &mut dyn FnMut(JobEvent), done: u64, total: Option<u64>, item: &str) {
    sink(JobEvent::Progress(Progress {
        stage: if total.is_none() {
            "outlining"
        } else {
            "drafting"
        }
        .to_owned(),
        done,
        total,
        eta_ms: None,
        item: (!item.is_empty()).then(|| item.to_owned()),
    }));
}
