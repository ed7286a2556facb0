//! The steps in which a model writes points, and the rules by which its points are taken.

use deskmate_core::StoredChunk;
use deskmate_core::WireError;
use deskmate_knowledge::{Language, Support};
use serde::Deserialize;

use super::words::Words;
use crate::chapter::{Section, text_of};
use crate::extract::telling_sentences;
use crate::grounding::{Grounding, is_repeat};
use crate::step::{Model, Step, list, object, text};

/// Tokens of material that one slide is written from: what a small model still reads well.
const MATERIAL_TOKENS: usize = 900;
const REPLY_TOKENS: usize = 420;
/// Points of a slide.
const MOST: usize = 6;

/// What stands on a slide, with the places behind it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Points {
    pub(super) title: String,
    pub(super) left: Vec<String>,
    /// Headings of both columns, and the points of the right one.
    pub(super) right: Option<((String, String), Vec<String>)>,
    pub(super) supports: Vec<Support>,
    /// Points of the model without a place.
    pub(super) unsupported: usize,
    /// Share of the section that the model was not shown, in per cent.
    pub(super) omitted_share: usize,
}

impl Points {
    pub(super) fn new(title: String) -> Self {
        Self {
            title,
            left: Vec::new(),
            right: None,
            supports: Vec::new(),
            unsupported: 0,
            omitted_share: 0,
        }
    }
}

#[derive(Deserialize)]
struct ListReply {
    title: String,
    bullets: Vec<String>,
}

#[derive(Deserialize)]
struct ColumnsReply {
    title: String,
    left: Vec<String>,
    right: Vec<String>,
}

#[derive(Deserialize)]
struct LinesReply {
    lines: Vec<String>,
}

#[derive(Deserialize)]
struct OutlineReply {
    title: String,
    sections: Vec<String>,
}

#[derive(Deserialize)]
struct TopicReply {
    bullets: Vec<String>,
}

fn most_characters(language: Language) -> usize {
    Words::of(language).point_characters + 12
}

/// A point as it stands on a slide, or nothing when it is no point.
fn tidy(point: &str, language: Language) -> Option<String> {
    let point = point
        .trim()
        .trim_start_matches(|c: char| matches!(c, '-' | '•' | '*' | '·' | '●') || c.is_whitespace())
        .trim_end_matches(|c: char| {
            matches!(c, '。' | '.' | '；' | ';' | '，') || c.is_whitespace()
        });
    let letters = point.chars().filter(|c| c.is_alphabetic()).count();
    let is_point = letters >= 4 && point.chars().count() <= most_characters(language);
    // A run of one character is what a small model gives when it is lost.
    let mut distinct: Vec<char> = point.chars().collect();
    distinct.sort_unstable();
    distinct.dedup();
    (is_point && distinct.len() >= 4 && !point.contains('\n')).then(|| point.to_string())
}

/// Tidied, each once.
fn distinct(points: &[String], language: Language) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for point in points.iter().filter_map(|point| tidy(point, language)) {
        if !out.iter().any(|known| is_repeat(known, &point)) {
            out.push(point);
        }
    }
    out.truncate(MOST);
    out
}

/// A title of the model's, or the section's own when it is none.
fn title_or(own: &str, given: &str, language: Language) -> String {
    let given = given.trim().trim_end_matches(['。', '.', '：', ':']);
    let limit = match language {
        Language::Chinese => 24,
        Language::English => 70,
    };
    let length = given.chars().count();
    // The author's heading is better than any other; the model names only what has no short one.
    let own_fits = own.chars().count() <= limit && !own.is_empty();
    if own_fits || length < 2 || length > limit {
        own.to_string()
    } else {
        given.to_string()
    }
}

/// A section's text within the budget: whole, or its most telling sentences; the share left out in per cent.
pub(crate) fn material(
    model: &Model<'_>,
    chunks: &[StoredChunk],
    budget: usize,
) -> Result<(String, usize), WireError> {
    let whole = text_of(chunks);
    let counted = model
        .context
        .generator
        .count_tokens(std::slice::from_ref(&whole))?;
    let tokens = counted.first().copied().unwrap_or(0);
    if tokens <= budget {
        return Ok((whole, 0));
    }
    let characters = whole.chars().count().max(1);
    let room = characters * budget / tokens.max(1);
    let average = 40;
    let mut sentences = telling_sentences(chunks, (room / average).max(3));
    let mut used = 0;
    sentences.retain(|support| {
        used += support.quote.chars().count() + 1;
        used <= room
    });
    let text: Vec<&str> = sentences
        .iter()
        .map(|support| support.quote.as_str())
        .collect();
    let text = if text.is_empty() {
        whole.chars().take(room).collect()
    } else {
        text.join("\n")
    };
    let shown = text.chars().count().min(characters);
    Ok((text, 100 - shown * 100 / characters))
}

/// Points of one section, each with a place; `None` when the model gave none that have.
///
/// # Errors
/// Those of the engines.
pub(super) fn of_section(
    model: &mut Model<'_>,
    grounding: &Grounding<'_>,
    section: &Section,
    language: Language,
) -> Result<Option<Points>, WireError> {
    if section.text().chars().count() < 40 {
        // A line or two is the slide already.
        return Ok(None);
    }
    let budget = model.room(REPLY_TOKENS, MATERIAL_TOKENS)?;
    let (material, omitted_share) = material(model, &section.chunks, budget)?;
    if let [left, right] = section.children.as_slice()
        && omitted_share == 0
    {
        let headings = (left.0.clone(), right.0.clone());
        if let Some(points) = columns(model, grounding, section, &material, headings, language)? {
            return Ok(Some(points));
        }
    }
    let most = most_characters(language);
    let step = Step {
        instruction: match language {
            Language::Chinese => include_str!("prompts/points.zh.md"),
            Language::English => include_str!("prompts/points.en.md"),
        },
        material: &format!("{}\n{material}", section.title),
        request: "",
        schema: object(&[("title", text(40)), ("bullets", list(text(most), 2, 5))]),
        max_tokens: REPLY_TOKENS,
    };
    model.ask(&step, &mut |reply: ListReply| {
        let candidates = distinct(&reply.bullets, language);
        let grounded = grounding.ground_all(&candidates, &section.chunks)?;
        let mut points = Points::new(title_or(&section.title, &reply.title, language));
        for found in grounded {
            match found {
                Some(found) => {
                    points.left.push(found.text);
                    points.supports.push(found.support);
                }
                None => points.unsupported += 1,
            }
        }
        points.omitted_share = omitted_share;
        Ok((points.left.len() >= 2).then_some(points))
    })
}

fn columns(
    model: &mut Model<'_>,
    grounding: &Grounding<'_>,
    section: &Section,
    material: &str,
    headings: (String, String),
    language: Language,
) -> Result<Option<Points>, WireError> {
    let most = most_characters(language);
    let step = Step {
        instruction: match language {
            Language::Chinese => include_str!("prompts/columns.zh.md"),
            Language::English => include_str!("prompts/columns.en.md"),
        },
        material: &format!("{}\n{material}", section.title),
        request: &format!("left: {}\nright: {}", headings.0, headings.1),
        schema: object(&[
            ("title", text(40)),
            ("left", list(text(most), 2, 4)),
            ("right", list(text(most), 2, 4)),
        ]),
        max_tokens: REPLY_TOKENS,
    };
    model.ask(&step, &mut |reply: ColumnsReply| {
        let mut points = Points::new(title_or(&section.title, &reply.title, language));
        let mut kept = [Vec::new(), Vec::new()];
        for (side, candidates) in [reply.left, reply.right].iter().enumerate() {
            let candidates = distinct(candidates, language);
            let grounded = grounding.ground_all(&candidates, &section.chunks)?;
            for found in grounded {
                match found {
                    Some(found) => {
                        kept[side].push(found.text);
                        points.supports.push(found.support);
                    }
                    None => points.unsupported += 1,
                }
            }
        }
        let [left, right] = kept;
        if left.is_empty() || right.is_empty() {
            return Ok(None);
        }
        points.left = left;
        points.right = Some((headings.clone(), right));
        Ok(Some(points))
    })
}

/// Lines to take away, and the places behind them.
pub(super) type Takeaways = (Vec<String>, Vec<Support>);

/// Three lines to take away, each with a place; `None` when the model gave none that have.
///
/// # Errors
/// Those of the engines.
pub(super) fn takeaways(
    model: &mut Model<'_>,
    grounding: &Grounding<'_>,
    points: &[String],
    chunks: &[StoredChunk],
    language: Language,
) -> Result<Option<Takeaways>, WireError> {
    if points.len() < 4 {
        return Ok(None);
    }
    // Of many points every second or third: the whole deck counts, not its beginning.
    let step_by = points.len().div_ceil(24);
    let material: Vec<&str> = points.iter().step_by(step_by).map(String::as_str).collect();
    let step = Step {
        instruction: match language {
            Language::Chinese => include_str!("prompts/takeaways.zh.md"),
            Language::English => include_str!("prompts/takeaways.en.md"),
        },
        material: &material.join("\n"),
        request: "",
        schema: object(&[("lines", list(text(most_characters(language)), 2, 3))]),
        max_tokens: 240,
    };
    model.ask(&step, &mut |reply: LinesReply| {
        let candidates = distinct(&reply.lines, language);
        let grounded = grounding.ground_all(&candidates, chunks)?;
        let kept: Takeaways = grounded
            .into_iter()
            .flatten()
            .map(|found| (found.text, found.support))
            .unzip();
        Ok((kept.0.len() >= 2).then_some(kept))
    })
}

/// Title and names of the parts of a deck on a topic.
///
/// # Errors
/// Those of the engine.
pub(super) fn outline(
    model: &mut Model<'_>,
    topic: &str,
    language: Language,
) -> Result<Option<(String, Vec<String>)>, WireError> {
    let topic: String = topic.chars().take(1_000).collect();
    let step = Step {
        instruction: match language {
            Language::Chinese => include_str!("prompts/outline.zh.md"),
            Language::English => include_str!("prompts/outline.en.md"),
        },
        material: &topic,
        request: "",
        schema: object(&[("title", text(60)), ("sections", list(text(40), 4, 8))]),
        max_tokens: 260,
    };
    model.ask(&step, &mut |reply: OutlineReply| {
        let mut names: Vec<String> = Vec::new();
        for name in &reply.sections {
            let name = name
                .trim()
                .trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '、' | ' '));
            let is_known = names.iter().any(|known| is_repeat(known, name));
            if name.chars().filter(|c| c.is_alphabetic()).count() >= 2 && !is_known {
                names.push(name.to_string());
            }
        }
        let title = reply.title.trim().to_string();
        let is_title = title.chars().filter(|c| c.is_alphabetic()).count() >= 2;
        Ok((names.len() >= 3 && is_title).then_some((title, names)))
    })
}

/// Points of one part of a deck on a topic.
///
/// # Errors
/// Those of the engine.
pub(super) fn of_topic(
    model: &mut Model<'_>,
    topic: &str,
    name: &str,
    language: Language,
) -> Result<Option<Vec<String>>, WireError> {
    let topic: String = topic.chars().take(1_000).collect();
    let step = Step {
        instruction: match language {
            Language::Chinese => include_str!("prompts/topic.zh.md"),
            Language::English => include_str!("prompts/topic.en.md"),
        },
        material: &format!("{topic}\n{name}"),
        request: "",
        schema: object(&[("bullets", list(text(most_characters(language)), 2, 5))]),
        max_tokens: REPLY_TOKENS,
    };
    model.ask(&step, &mut |reply: TopicReply| {
        let points = distinct(&reply.bullets, language);
        Ok((points.len() >= 2).then_some(points))
    })
}
