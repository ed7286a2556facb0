//! Summaries in a form of their own: key points, what somebody has to do, a table of subjects.
//!
//! Each entry is aligned to the source by code; who and when of a task must stand in that place word for word.

use deskmate_core::{Anchor, Block, BlockContent, JobEvent, ListItem, WireError};
use deskmate_knowledge::{Aligner, Language};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Part, Work, progress, without_markers};
use crate::grounding::{Grounded, ground, is_repeat};
use crate::skill::SkillSource;
use crate::step::{Model, Step};

/// Entries that one part may give.
const MAX_ENTRIES: usize = 4;
/// Tokens for the entries of one part.
const ENTRY_TOKENS: usize = 420;

/// The form of a summary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// A list of statements.
    Points,
    /// A table of tasks with who and until when.
    Actions,
    /// A table of subjects and what is said of them.
    Table,
}

impl Shape {
    /// The shape of a choice; the running forms are none of these.
    pub(super) fn of(choice: &str) -> Option<Self> {
        match choice {
            "key-points" => Some(Self::Points),
            "actions" => Some(Self::Actions),
            "table" => Some(Self::Table),
            _ => None,
        }
    }

    fn instruction(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Points, Language::Chinese) => include_str!("prompts/points.zh.md"),
            (Self::Points, Language::English) => include_str!("prompts/points.en.md"),
            (Self::Actions, Language::Chinese) => include_str!("prompts/actions.zh.md"),
            (Self::Actions, Language::English) => include_str!("prompts/actions.en.md"),
            (Self::Table, Language::Chinese) => include_str!("prompts/table.zh.md"),
            (Self::Table, Language::English) => include_str!("prompts/table.en.md"),
        }
    }

    fn schema(self) -> Value {
        let text = |longest: usize| json!({"type": "string", "maxLength": longest});
        let entry = match self {
            Self::Points => json!({
                "type": "object",
                "properties": {"text": text(160)},
                "required": ["text"],
                "additionalProperties": false,
            }),
            Self::Actions => json!({
                "type": "object",
                "properties": {"text": text(120), "who": text(30), "until": text(30)},
                "required": ["text", "who", "until"],
                "additionalProperties": false,
            }),
            Self::Table => json!({
                "type": "object",
                "properties": {"subject": text(24), "text": text(160)},
                "required": ["subject", "text"],
                "additionalProperties": false,
            }),
        };
        json!({
            "type": "object",
            "properties": {"entries": {"type": "array", "items": entry, "maxItems": MAX_ENTRIES}},
            "required": ["entries"],
            "additionalProperties": false,
        })
    }

    fn header(self, language: Language) -> &'static [&'static str] {
        match (self, language) {
            (Self::Actions, Language::Chinese) => &["事项", "负责人", "时限"],
            (Self::Actions, Language::English) => &["Task", "Who", "Until"],
            (_, Language::Chinese) => &["主题", "内容"],
            (_, Language::English) => &["Subject", "What is said"],
        }
    }
}

#[derive(Debug, Deserialize)]
struct Reply {
    entries: Vec<Entry>,
}

/// One entry as the model wrote it.
#[derive(Debug, Clone, Deserialize)]
struct Entry {
    text: String,
    #[serde(default)]
    who: String,
    #[serde(default)]
    until: String,
    #[serde(default)]
    subject: String,
}

impl Work<'_> {
    /// Summarizes one document in a form of its own.
    pub(super) fn shape(
        &mut self,
        source: &SkillSource,
        language: Language,
        shape: Shape,
        sink: &mut dyn FnMut(JobEvent),
    ) -> Result<(), WireError> {
        let parts = self.parts(source)?;
        let total = parts.len() as u64;
        let mut entries: Vec<Entry> = Vec::new();
        for (done, part) in parts.iter().enumerate() {
            progress(sink, done as u64, total, &part.heading);
            self.entries_of(part, language, shape, &mut entries)?;
        }
        progress(sink, total, total, &source.title);
        self.push_heading(1, &source.title);
        if entries.is_empty() {
            self.push_paragraph(
                match language {
                    Language::Chinese => "没有找到要求谁去做的事项。",
                    Language::English => "Nothing was found that somebody is asked to do.",
                }
                .to_owned(),
            );
            return Ok(());
        }
        let content = match shape {
            Shape::Points => BlockContent::List {
                ordered: true,
                items: entries
                    .into_iter()
                    .map(|entry| ListItem {
                        level: 0,
                        label: String::new(),
                        text: entry.text,
                    })
                    .collect(),
            },
            Shape::Actions | Shape::Table => {
                let header: Vec<String> = shape
                    .header(language)
                    .iter()
                    .map(ToString::to_string)
                    .collect();
                let rows = entries.into_iter().map(|entry| match shape {
                    Shape::Actions => vec![entry.text, entry.who, entry.until],
                    _ => vec![entry.subject, entry.text],
                });
                BlockContent::Table {
                    caption: None,
                    header_rows: 1,
                    rows: std::iter::once(header).chain(rows).collect(),
                }
            }
        };
        self.blocks.push(Block::new(Anchor::default(), content));
        Ok(())
    }

    /// The entries of a part that have a place in it and were not said before.
    fn entries_of(
        &mut self,
        part: &Part,
        language: Language,
        shape: Shape,
        found: &mut Vec<Entry>,
    ) -> Result<(), WireError> {
        let texts: Vec<&str> = part.chunks.iter().map(|s| s.chunk.text.as_str()).collect();
        let material = format!("{}\n{}", part.heading, texts.join("\n"));
        let mut model = Model::new(self.context);
        let step = Step {
            instruction: shape.instruction(language),
            material: &material,
            request: "",
            schema: shape.schema(),
            max_tokens: ENTRY_TOKENS,
        };
        let entries = model
            .ask_open::<Reply, Vec<Entry>>(&step, &mut |reply| Ok(Some(reply.entries)))?
            .unwrap_or_default();
        self.add_usage(&model.usage);
        let mut aligner = Aligner::new(&part.chunks, "", self.context.embedder);
        let plain = |text: &str| text.split_whitespace().collect::<String>();
        // A name elsewhere in the part may be anybody's.
        let stands = |text: &str, quote: &str| {
            let text = text.trim();
            match plain(quote).contains(&plain(text)) {
                true => text.to_owned(),
                false => String::new(),
            }
        };
        let mut count = 0;
        for entry in entries {
            let text = entry.text.trim();
            let is_question = shape == Shape::Actions && text.contains(['?', '？']);
            let is_heading = plain(text) == plain(&part.heading);
            if !text.chars().any(char::is_alphabetic) || is_question || is_heading {
                continue;
            }
            let found_place = ground(&mut aligner, text, self.context.cancel)?;
            let Some(Grounded { text, support }) = found_place else {
                self.unsupported += 1;
                continue;
            };
            self.supported += 1;
            count += 1;
            if found
                .iter()
                .any(|other| is_repeat(&without_markers(&other.text), &text))
            {
                continue;
            }
            let marker = self.markers.marker(&support, &part.chunks);
            found.push(Entry {
                text: format!("{text}[{marker}]"),
                who: stands(&entry.who, &support.quote),
                until: stands(&entry.until, &support.quote),
                subject: match entry.subject.trim() {
                    "" => part.heading.clone(),
                    subject => subject.to_owned(),
                },
            });
        }
        // A part of which nothing was kept is shown by its own sentences; of tasks there may be none.
        if count == 0 && shape != Shape::Actions {
            let text = self.extract(&part.chunks);
            if !text.is_empty() {
                found.push(Entry {
                    text,
                    who: String::new(),
                    until: String::new(),
                    subject: part.heading.clone(),
                });
            }
        }
        Ok(())
    }
}
