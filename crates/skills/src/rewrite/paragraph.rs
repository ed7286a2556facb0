//! One paragraph: asked for, compared with the old one, asked for once more, or left as it was.

use std::sync::LazyLock;

use deskmate_core::{Constraint, WireError};
use deskmate_knowledge::{Language, is_han, language_of, sentences};
use regex::Regex;
use serde::Deserialize;

use super::glossary::{Term, is_used, terms_in};
use super::mode::RewriteMode;
use super::result::{FactFlag, FactProblem, flags_of};
use crate::facts::{Fact, FactKind, Known, Languages, unknown_figures, written_in};
use crate::grounding::is_repeat;
use crate::step::{Model, fenced, object, parse};

/// Most tokens of a part that is rewritten at once.
const PART_TOKENS: usize = 360;

/// What is done, how, and with which fixed terms.
pub(super) struct Task<'t> {
    pub(super) mode: RewriteMode,
    pub(super) glossary: &'t [Term],
}

/// What became of a text.
#[derive(Debug, Default)]
pub(super) struct Rewritten {
    pub(super) text: String,
    pub(super) flags: Vec<FactFlag>,
    pub(super) refused: Option<String>,
    /// Some part stays as it was because the rewrite of it was refused.
    pub(super) is_kept: bool,
}

#[derive(Deserialize)]
struct Reply {
    text: String,
}

impl Task<'_> {
    /// Rewrites a paragraph of any length, part by part.
    ///
    /// # Errors
    /// `Cancelled`; those of an engine that is not there.
    pub(super) fn rewrite(&self, model: &mut Model<'_>, old: &str) -> Result<Rewritten, WireError> {
        let mut out = Rewritten::default();
        for (part, tokens) in parts(model, old)? {
            // Spaces around a part belong between the parts, not to the model.
            let trimmed = part.trim();
            let lead = &part[..part.len() - part.trim_start().len()];
            let tail = &part[part.trim_end().len()..];
            let one = self.part(model, trimmed, tokens)?;
            out.text.push_str(lead);
            out.text.push_str(&one.text);
            out.text.push_str(tail);
            out.flags.extend(one.flags);
            out.is_kept |= one.is_kept;
            out.refused = out.refused.or(one.refused);
        }
        Ok(out)
    }

    /// Writes a paragraph that goes on from the end of a text.
    ///
    /// # Errors
    /// As [`Task::rewrite`].
    pub(super) fn go_on(&self, model: &mut Model<'_>, end: &str) -> Result<Rewritten, WireError> {
        let mut one = self.part(model, end, 0)?;
        if one.is_kept {
            one.text.clear();
        }
        Ok(one)
    }

    fn flags(&self, old: &str, new: &str) -> Vec<FactFlag> {
        if self.mode != RewriteMode::Continue {
            return flags_of(old, new, self.mode.languages());
        }
        let facts = unknown_figures(new, &Known::of(old));
        match facts.is_empty() {
            true => Vec::new(),
            false => vec![FactFlag {
                problem: FactProblem::Added,
                facts,
            }],
        }
    }

    fn part(
        &self,
        model: &mut Model<'_>,
        old: &str,
        tokens: usize,
    ) -> Result<Rewritten, WireError> {
        let language = language_of(old);
        let instruction = self.mode.instruction(language);
        let terms = terms_in(self.glossary, old);
        let target = self.mode.target(language);
        let figures = match self.mode.languages() {
            Languages::Across => written_in(old, target),
            Languages::Same => Vec::new(),
        };
        let given = fixed_terms(&terms, &figures, target);
        let mut notes = given.clone();
        let mut best: Option<(String, Vec<FactFlag>)> = None;
        for attempt in 0..2 {
            let mut material = fenced(old);
            if !notes.is_empty() {
                material.push_str("\n\n");
                material.push_str(&notes);
            }
            // No `maxLength`: the tokens bound the reply.
            let schema = object(&[(
                "text",
                serde_json::json!({ "type": "string", "minLength": 1 }),
            )]);
            let reply = model.ask_form(
                &instruction,
                &material,
                Some(Constraint::JsonSchema(schema)),
                self.mode.reply_tokens(tokens),
            )?;
            let reply = reply
                .and_then(|reply| parse::<Reply>(&reply))
                .map(|reply| with_markers(&one_paragraph(&reply.text, old), old))
                .filter(|reply| self.is_usable(old, reply, language));
            let Some(new) = reply else {
                model.retried += usize::from(attempt == 0);
                continue;
            };
            let mut flags = self.flags(old, &new);
            let lacking: Vec<&&Term> = terms.iter().filter(|term| !is_used(term, &new)).collect();
            if !lacking.is_empty() {
                flags.push(FactFlag {
                    problem: FactProblem::Glossary,
                    facts: lacking
                        .iter()
                        .map(|term| Fact {
                            kind: FactKind::Name,
                            text: format!("{}={}", term.from, term.to),
                        })
                        .collect(),
                });
            }
            // A name that has the glossary's translation is checked.
            for flag in &mut flags {
                if flag.problem == FactProblem::Unchecked {
                    flag.facts.retain(|fact| {
                        !terms.iter().any(|term| {
                            fact.text.contains(&term.from) || term.from.contains(&fact.text)
                        })
                    });
                }
            }
            flags.retain(|flag| flag.problem == FactProblem::Reordered || !flag.facts.is_empty());
            if flags.iter().all(|flag| !is_serious(flag)) {
                return Ok(Rewritten {
                    text: new,
                    flags,
                    ..Rewritten::default()
                });
            }
            model.retried += usize::from(attempt == 0);
            notes = format!("{given}{}", correction(&flags, language));
            best = Some((new, flags));
        }
        model.failed += 1;
        let (refused, flags) = match best {
            Some((refused, flags)) => (Some(refused), flags),
            None => {
                let flag = FactFlag {
                    problem: FactProblem::NoReply,
                    facts: Vec::new(),
                };
                (None, vec![flag])
            }
        };
        Ok(Rewritten {
            text: old.to_owned(),
            flags,
            refused,
            is_kept: true,
        })
    }

    /// Whether a reply can be what was asked for at all.
    fn is_usable(&self, old: &str, new: &str, language: Language) -> bool {
        let count = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count();
        let has_marks = new.contains("<<<") || new.contains(">>>");
        let letters = new.chars().filter(|c| c.is_alphabetic()).count();
        // A few letters may be a code in any language.
        let is_language = letters < 4 || language_of(new) == self.mode.target(language) || {
            let han = new.chars().filter(|c| is_han(*c)).count();
            self.mode.languages() == Languages::Across && han == 0 && count(old) < 15
        };
        let repeats = self.mode == RewriteMode::Continue && {
            let said: Vec<&str> = sentences(old)
                .into_iter()
                .map(|range| &old[range])
                .collect();
            sentences(new)
                .into_iter()
                .map(|range| new[range].trim())
                .any(|sentence| said.iter().any(|old| is_repeat(old, sentence)))
        };
        // A word left in Chinese is no translation.
        let is_left = self.mode == RewriteMode::ToEn && new.chars().any(is_han);
        !new.is_empty()
            && !has_marks
            && !repeats
            && !is_left
            && is_language
            && self.mode.is_plausible(count(old), count(new))
            && (!circles(new) || circles(old))
    }
}

/// What makes a rewrite be refused; the rest is for the user to look at.
fn is_serious(flag: &FactFlag) -> bool {
    match flag.problem {
        FactProblem::Missing
        | FactProblem::Added
        | FactProblem::Reordered
        | FactProblem::Glossary
        | FactProblem::NoReply => true,
        FactProblem::Unchecked => false,
    }
}

/// The same sentence three times, or half of a long text in one repeated stretch: a small model in a circle.
pub(crate) fn circles(text: &str) -> bool {
    let all: Vec<&str> = sentences(text)
        .into_iter()
        .map(|range| text[range].trim())
        .filter(|sentence| sentence.chars().count() >= 4)
        .collect();
    let most = all
        .iter()
        .map(|sentence| all.iter().filter(|other| *other == sentence).count())
        .max();
    if most.unwrap_or(0) >= 3 {
        return true;
    }
    let characters: Vec<char> = text.chars().collect();
    (1..=12).any(|length| {
        characters.len() >= length * 8
            && characters.windows(length * 8).any(|window| {
                window
                    .chunks(length)
                    .all(|chunk| chunk == &window[..length])
            })
    })
}

/// A reply as one paragraph: no line breaks that the old one has not, no quotes around all of it.
fn one_paragraph(reply: &str, old: &str) -> String {
    let mut reply = reply.trim();
    for (open, close) in [('"', '"'), ('“', '”'), ('「', '」')] {
        let inner = reply
            .strip_prefix(open)
            .and_then(|rest| rest.strip_suffix(close));
        if let Some(inner) = inner
            && !old.trim().starts_with(open)
            && !inner.contains(open)
        {
            reply = inner.trim();
        }
    }
    if old.contains('\n') {
        return reply.to_owned();
    }
    let lines: Vec<&str> = reply
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    match language_of(reply) {
        Language::Chinese => lines.concat(),
        Language::English => lines.join(" "),
    }
}

/// The new text with the citation markers that ended the sentences of the old one: small models like to drop them, and
/// where there are as many sentences on both sides their places are known.
fn with_markers(new: &str, old: &str) -> String {
    let markers = |text: &str| -> Vec<String> {
        MARKERS
            .find_iter(text)
            .map(|found| found.as_str().to_owned())
            .collect()
    };
    if markers(old).is_empty() || !markers(new).is_empty() {
        return new.to_owned();
    }
    let (from, to) = (sentences(old), sentences(new));
    if from.len() != to.len() {
        return new.to_owned();
    }
    let mut out = String::with_capacity(new.len() + 16);
    for (from, to) in from.into_iter().zip(to) {
        let (from, to) = (&old[from], &new[to]);
        let tail = &to[to.trim_end().len()..];
        let (to, from) = (to.trim_end(), from.trim_end());
        let is_end = |c: char| "。！？；.!?;".contains(c);
        let found = MARKERS
            .find_iter(from)
            .last()
            .filter(|found| from[found.end()..].chars().all(is_end));
        let marker = found.map_or("", |found| found.as_str());
        // Before or behind the full stop, as in the old text.
        let is_behind = found.is_some_and(|found| found.end() == from.len());
        let head = to.trim_end_matches(is_end);
        if is_behind || marker.is_empty() {
            out.push_str(to);
            out.push_str(marker);
        } else {
            let space = if from.contains(&format!(" {marker}")) {
                " "
            } else {
                ""
            };
            out.push_str(&format!("{head}{space}{marker}{}", &to[head.len()..]));
        }
        out.push_str(tail);
    }
    out
}

static MARKERS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:[\[［【]\^?\s*[0-9]{1,3}(?:\s*[,，、;–—~-]\s*[0-9]{1,3})*\s*[\]］】])+")
        .expect("the tests use every pattern")
});

/// Translations that are fixed: those of the glossary, and figures, which code computes.
fn fixed_terms(terms: &[&Term], figures: &[(String, String)], language: Language) -> String {
    let all: Vec<String> = terms
        .iter()
        .map(|term| format!("{} = {}", term.from, term.to))
        .chain(figures.iter().map(|(from, to)| format!("{from} = {to}")))
        .collect();
    if all.is_empty() {
        return String::new();
    }
    match language {
        Language::Chinese => format!("必须使用的译法：{}。", all.join("；")),
        Language::English => format!("Use these words for these terms: {}.", all.join("; ")),
    }
}

/// What the second request says of the first reply.
fn correction(flags: &[FactFlag], language: Language) -> String {
    let mut out = String::new();
    for flag in flags {
        let facts: Vec<&str> = flag.facts.iter().map(|fact| fact.text.as_str()).collect();
        let said = match (flag.problem, language) {
            (FactProblem::Missing, Language::Chinese) => {
                format!("上次漏掉或改动了：{}。必须照抄。", facts.join("、"))
            }
            (FactProblem::Missing, Language::English) => format!(
                "The last try lost or changed: {}. Copy them exactly.",
                facts.join("; ")
            ),
            (FactProblem::Added, Language::Chinese) => {
                format!("上次多出了原文没有的：{}。不要写。", facts.join("、"))
            }
            (FactProblem::Added, Language::English) => format!(
                "The last try added what the text does not say: {}. Leave it out.",
                facts.join("; ")
            ),
            (FactProblem::Reordered, Language::Chinese) => {
                "上次把数字放错了位置。每个数字都要留在原来的意思里，先后不变。".to_owned()
            }
            (FactProblem::Reordered, Language::English) => {
                "The last try mixed up the numbers. Keep each with what it counts, in the same order."
                    .to_owned()
            }
            (FactProblem::Glossary, _)
            | (FactProblem::Unchecked, _)
            | (FactProblem::NoReply, _) => continue,
        };
        out.push(' ');
        out.push_str(&said);
    }
    out
}

/// A text in parts of whole sentences that a small model rewrites without losing its way, each with its tokens.
fn parts<'o>(model: &Model<'_>, old: &'o str) -> Result<Vec<(&'o str, usize)>, WireError> {
    let ranges = sentences(old);
    let texts: Vec<String> = ranges
        .iter()
        .map(|range| old[range.clone()].to_owned())
        .collect();
    let counts = model.context.generator.count_tokens(&texts)?;
    let most = model.room(PART_TOKENS * 3, PART_TOKENS)?;
    let mut out: Vec<(std::ops::Range<usize>, usize)> = Vec::new();
    for (range, tokens) in ranges.into_iter().zip(counts) {
        match out.last_mut() {
            Some((last, sum)) if *sum + tokens <= most => {
                last.end = range.end;
                *sum += tokens;
            }
            Some(_) | None => out.push((range, tokens)),
        }
    }
    Ok(out
        .into_iter()
        .map(|(range, tokens)| (&old[range], tokens))
        .collect())
}
