//! Rewrites and translates a text paragraph by paragraph; what it states is compared by code.

mod difference;
mod glossary;
mod mode;
mod paragraph;
mod result;

use std::sync::LazyLock;

use deskmate_core::{Anchor, Block, BlockContent, ErrorCode, JobEvent, Progress, WireError};
use deskmate_knowledge::{Language, is_han, language_of, sentences};

use crate::skill::{Artifact, Check, Skill, SkillContext, SkillInput, SkillOutput};
use crate::spec::SkillSpec;
use crate::step::Model;
use difference::difference;
use glossary::glossary;
pub use mode::RewriteMode;
pub(crate) use paragraph::circles;
use paragraph::{Rewritten, Task};
pub use result::{Applied, FactFlag, FactProblem, Outcome, Piece, Rewrite, RewrittenParagraph};

static SPEC: LazyLock<SkillSpec> = LazyLock::new(|| {
    toml::from_str(include_str!("skill.toml")).expect("a test reads every skill.toml")
});

/// Characters of the end of a text that a continuation sees.
const CONTEXT_CHARACTERS: usize = 900;

/// The skill.
pub(crate) struct RewriteSkill;

impl Skill for RewriteSkill {
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
        let mode = RewriteMode::of(input.values.get("mode").map(String::as_str));
        let (title, mut blocks) = text_of(input)?;
        if mode == RewriteMode::Continue {
            let content = BlockContent::Paragraph {
                text: String::new(),
            };
            blocks.push(Block::new(Anchor::default(), content));
        }
        let terms = glossary(value("glossary"));
        let task = Task {
            mode,
            glossary: &terms,
        };
        let mut model = Model::new(context);
        let places = places(&blocks, mode);
        let total = places.len() as u64;
        let mut paragraphs = Vec::with_capacity(places.len());
        let mut changes = 0;
        for (done, place) in places.into_iter().enumerate() {
            progress(sink, done as u64, total);
            let (old, rewritten) = match mode {
                RewriteMode::Continue => {
                    let one = task.go_on(&mut model, &ending(&blocks))?;
                    (String::new(), one)
                }
                _ => {
                    let one = task.rewrite(&mut model, &place.text)?;
                    (place.text.clone(), one)
                }
            };
            paragraphs.push(place.finish(&old, rewritten, mode, &mut changes));
        }
        progress(sink, total, total);
        let rewrite = Rewrite {
            mode,
            title,
            blocks,
            paragraphs,
        };
        let checks = checks(&rewrite, changes, &model);
        Ok(SkillOutput {
            artifact: Artifact::Rewrite(Box::new(rewrite)),
            citations: Vec::new(),
            checks,
            usage: model.usage,
        })
    }
}

/// The text to rewrite with its name: the input's, else the files'.
fn text_of(input: &SkillInput) -> Result<(String, Vec<Block>), WireError> {
    let text = input.values.get("text").map_or("", String::as_str);
    if !text.trim().is_empty() {
        return Ok((String::new(), paragraphs_of(text)));
    }
    let title = input
        .sources
        .first()
        .map(|source| source.title.clone())
        .unwrap_or_default();
    let blocks: Vec<Block> = input
        .sources
        .iter()
        .flat_map(|source| source.document.blocks.clone())
        .collect();
    let has_text = input.sources.iter().any(|s| !s.document.is_empty());
    match input.sources.first() {
        Some(source) if !has_text => Err(WireError::new(
            ErrorCode::EmptyFile,
            format!("`{}` holds no text", source.path.display()),
        )),
        Some(_) => Ok((title, blocks)),
        None => Err(
            WireError::new(ErrorCode::InvalidInput, "there is no text to rewrite")
                .with_hint("give it as `text`, or name a file"),
        ),
    }
}

/// Pasted text as paragraphs: an empty line divides them, as does a line break after the end of a sentence.
fn paragraphs_of(text: &str) -> Vec<Block> {
    let mut out: Vec<String> = Vec::new();
    let mut open = false;
    for line in text.lines().map(str::trim) {
        if line.is_empty() {
            open = false;
            continue;
        }
        match out.last_mut().filter(|_| open) {
            Some(last) => {
                let is_latin =
                    |c: Option<char>| c.is_some_and(|c| !is_han(c) && !"。，；：、".contains(c));
                if is_latin(last.chars().next_back()) && is_latin(line.chars().next()) {
                    last.push(' ');
                }
                last.push_str(line);
            }
            None => out.push(line.to_owned()),
        }
        open = !line.ends_with(['。', '！', '？', '.', '!', '?', '：', ':', '”', '"']);
    }
    out.into_iter()
        .map(|text| Block::new(Anchor::default(), BlockContent::Paragraph { text }))
        .collect()
}

/// A text of a document that can be rewritten.
struct Place {
    block: usize,
    item: Option<usize>,
    cell: Option<usize>,
    text: String,
}

impl Place {
    fn finish(
        self,
        old: &str,
        rewritten: Rewritten,
        mode: RewriteMode,
        changes: &mut u32,
    ) -> RewrittenParagraph {
        let new = rewritten.text;
        let is_same = new == old;
        let is_translation = matches!(mode, RewriteMode::ToEn | RewriteMode::ToZh);
        let pieces = if is_translation && !is_same {
            translated(old, &new, changes)
        } else {
            difference(old, &new, changes)
        };
        RewrittenParagraph {
            block: self.block,
            item: self.item,
            cell: self.cell,
            outcome: match (rewritten.is_kept, is_same) {
                (true, _) => Outcome::Kept,
                (false, true) => Outcome::Unchanged,
                (false, false) => Outcome::Rewritten,
            },
            pieces,
            flags: rewritten.flags,
            refused: rewritten.refused,
        }
    }
}

/// A translation by sentences where there are as many on both sides, else as a whole: words of two languages have no
/// difference to show.
fn translated(old: &str, new: &str, changes: &mut u32) -> Vec<Piece> {
    let (from, to) = (sentences(old), sentences(new));
    let mut change = |old: &str, new: &str| {
        *changes += 1;
        Piece::Change {
            id: *changes,
            old: old.to_owned(),
            new: new.to_owned(),
        }
    };
    if from.len() == to.len() {
        let pairs = from.into_iter().zip(to);
        return pairs
            .map(|(from, to)| change(&old[from], &new[to]))
            .collect();
    }
    vec![change(old, new)]
}

/// Everything that this mode rewrites.
fn places(blocks: &[Block], mode: RewriteMode) -> Vec<Place> {
    let mut out = Vec::new();
    let mut push = |block, item, cell, text: &str| {
        let letters = text.chars().filter(|c| c.is_alphabetic()).count();
        // What is in the wanted language already needs no translation.
        let is_done = match mode {
            RewriteMode::ToEn => language_of(text) == Language::English,
            RewriteMode::ToZh => language_of(text) == Language::Chinese,
            _ => false,
        };
        if letters >= 2 && !is_done {
            out.push(Place {
                block,
                item,
                cell,
                text: text.to_owned(),
            });
        }
    };
    if mode == RewriteMode::Continue {
        return vec![Place {
            block: blocks.len().saturating_sub(1),
            item: None,
            cell: None,
            text: String::new(),
        }];
    }
    for (index, block) in blocks.iter().enumerate() {
        match &block.content {
            BlockContent::Heading { text, .. } | BlockContent::Slide { title: text, .. } => {
                if mode.touches_headings() {
                    push(index, None, None, text);
                }
            }
            BlockContent::Paragraph { text }
            | BlockContent::Footnote { text, .. }
            | BlockContent::Note { text } => push(index, None, None, text),
            BlockContent::List { items, .. } => {
                for (item, one) in items.iter().enumerate() {
                    push(index, Some(item), None, &one.text);
                }
            }
            BlockContent::Table { rows, .. } => {
                if mode.touches_cells() {
                    for (row, cells) in rows.iter().enumerate() {
                        for (cell, text) in cells.iter().enumerate() {
                            push(index, Some(row), Some(cell), text);
                        }
                    }
                }
            }
            BlockContent::Image { .. }
            | BlockContent::Formula { .. }
            | BlockContent::Sheet { .. } => {}
        }
    }
    out
}

/// The end of a text, from the beginning of a sentence.
fn ending(blocks: &[Block]) -> String {
    let texts: Vec<String> = blocks.iter().map(Block::text).collect();
    let text = texts.join("\n");
    let text = text.trim();
    let count = text.chars().count();
    let from = text
        .char_indices()
        .nth(count.saturating_sub(CONTEXT_CHARACTERS))
        .map_or(0, |(at, _)| at);
    let start = sentences(text)
        .into_iter()
        .map(|range| range.start)
        .find(|start| *start >= from)
        .unwrap_or(from);
    text[start..].to_owned()
}

fn checks(rewrite: &Rewrite, changes: u32, model: &Model<'_>) -> Vec<Check> {
    let of = |outcome| {
        let all = rewrite.paragraphs.iter();
        all.filter(|one| one.outcome == outcome).count()
    };
    let flagged: Vec<String> = rewrite
        .paragraphs
        .iter()
        .enumerate()
        .flat_map(|(index, one)| one.flags.iter().map(move |flag| said(index, flag)))
        .collect();
    let kept = of(Outcome::Kept);
    vec![
        Check::new(
            "rewritten",
            kept == 0,
            format!(
                "{} paragraphs rewritten with {changes} changes, {} need none, {kept} stay as they were",
                of(Outcome::Rewritten),
                of(Outcome::Unchanged)
            ),
        ),
        Check::new(
            "facts_kept",
            flagged.is_empty(),
            if flagged.is_empty() {
                format!(
                    "numbers, dates, names and citations are all there; asked again {} times",
                    model.retried
                )
            } else {
                flagged.join("; ")
            },
        ),
    ]
}

fn said(index: usize, flag: &FactFlag) -> String {
    let facts: Vec<&str> = flag.facts.iter().map(|fact| fact.text.as_str()).collect();
    let facts = facts.join(", ");
    let what = match flag.problem {
        FactProblem::Missing => format!("the rewrite lost {facts}, so the old text stays"),
        FactProblem::Added => format!("the rewrite invented {facts}, so the old text stays"),
        FactProblem::Reordered => "the rewrite mixed up numbers, so the old text stays".to_owned(),
        FactProblem::Unchecked => format!("compare these names by eye: {facts}"),
        FactProblem::Glossary => format!("not translated as the glossary says: {facts}"),
        FactProblem::NoReply => "no usable rewrite, so the old text stays".to_owned(),
    };
    format!("paragraph {}: {what}", index + 1)
}

fn progress(sink: &mut dyn FnMut(JobEvent), done: u64, total: u64) {
    sink(JobEvent::Progress(Progress {
        stage: "rewriting".to_owned(),
        done,
        total: Some(total),
        eta_ms: None,
        item: None,
    }));
}
