//! The checker: what a docx breaches of the standard, where, and how each breach is corrected.

mod docx;
mod elements;
mod page;
mod text;

use deskmate_core::{Anchor, ReadLimits, WireError};
use serde::{Deserialize, Serialize};

pub(super) use docx::{PageNumber, Paragraph, Reading, Section};

use super::fix::Edit;
use super::line::Line;
use super::role::{Role, classify};

/// A breach of the standard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OfficialFinding {
    /// Short name of the rule, e.g. `date_digits`.
    pub rule: String,
    /// Clause of GB/T 9704-2012, e.g. `7.3.5.4`.
    pub clause: String,
    /// The place: `line` is the number of the paragraph in the docx, from 1; neither for the page as a whole.
    pub anchor: Anchor,
    /// The words there, shortened; empty for the page as a whole.
    pub quote: String,
    /// One sentence, Chinese.
    pub message_zh: String,
    /// One sentence, English.
    pub message_en: String,
    /// Whether [`fix_official`](super::fix_official) corrects it.
    pub fixable: bool,
    #[serde(skip)]
    pub(super) edits: Vec<Edit>,
}

/// What the checker found.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct OfficialReport {
    /// Breaches, the page first, then in the order of the text.
    pub findings: Vec<OfficialFinding>,
    /// Paragraphs with text that were looked at.
    pub paragraphs: usize,
}

/// Checks a docx against GB/T 9704-2012, reading page setup, grid, faces, sizes and places from the file itself.
///
/// # Errors
/// Those of opening a docx: `DamagedFile`, `EncryptedFile`, `ArchiveBomb`; `UnsupportedFormat` for anything else.
pub fn check_official(bytes: &[u8], limits: &ReadLimits) -> Result<OfficialReport, WireError> {
    let reading = Reading::open(bytes, limits)?;
    Ok(check(&reading))
}

pub(super) fn check(reading: &Reading) -> OfficialReport {
    let lines: Vec<Line> = reading
        .paragraphs
        .iter()
        .map(|paragraph| Line {
            text: format!("{}{}", paragraph.label, paragraph.text),
            heading: None,
            in_table: paragraph.in_table,
        })
        .collect();
    let roles = classify(&lines);
    let view = View {
        paragraphs: &reading.paragraphs,
        lines: &lines,
        roles: &roles,
    };
    let mut findings = Findings {
        view,
        found: Vec::new(),
    };
    page::check(reading, &mut findings);
    elements::check(&mut findings);
    text::check(&mut findings);
    let mut found = findings.found;
    found.sort_by_key(|finding| finding.anchor.line.unwrap_or(0));
    OfficialReport {
        findings: found,
        paragraphs: lines.iter().filter(|line| !line.is_blank()).count(),
    }
}

/// The paragraphs with their roles.
#[derive(Clone, Copy)]
struct View<'r> {
    paragraphs: &'r [Paragraph],
    lines: &'r [Line],
    roles: &'r [Role],
}

impl View<'_> {
    fn of(&self, role: Role) -> impl Iterator<Item = usize> + '_ {
        (0..self.roles.len()).filter(move |index| self.roles[*index] == role)
    }

    fn first(&self, role: Role) -> Option<usize> {
        self.of(role).next()
    }

    fn text(&self, index: usize) -> &str {
        self.lines[index].trimmed()
    }

    /// Empty lines right before a paragraph, space before it counted in lines of the grid.
    fn blanks_before(&self, index: usize) -> usize {
        let empty = self.roles[..index]
            .iter()
            .rev()
            .take_while(|role| **role == Role::Blank)
            .count();
        let before = self.paragraphs[index].format.before.unwrap_or(0);
        empty + usize::try_from((before + 150) / super::page::LINE_PITCH).unwrap_or(0)
    }
}

/// Collects findings.
struct Findings<'r> {
    view: View<'r>,
    found: Vec<OfficialFinding>,
}

/// A rule with its clause.
#[derive(Debug, Clone, Copy)]
struct Rule(&'static str, &'static str);

impl Findings<'_> {
    /// A breach at a paragraph.
    fn at(
        &mut self,
        index: usize,
        rule: Rule,
        zh: impl Into<String>,
        en: impl Into<String>,
        edits: Vec<Edit>,
    ) {
        let text = self.view.text(index);
        let quote: String = text.chars().take(40).collect();
        let heading = (0..index)
            .rev()
            .find(|before| matches!(self.view.roles[*before], Role::Heading(1)))
            .map(|before| self.view.text(before).chars().take(40).collect());
        let anchor = Anchor {
            heading: heading.into_iter().collect(),
            line: u32::try_from(index + 1).ok(),
            ..Anchor::default()
        };
        self.push(rule, anchor, quote, zh.into(), en.into(), edits);
    }

    /// A breach of the page as a whole.
    fn page(&mut self, rule: Rule, zh: impl Into<String>, en: impl Into<String>, edits: Vec<Edit>) {
        self.push(
            rule,
            Anchor::default(),
            String::new(),
            zh.into(),
            en.into(),
            edits,
        );
    }

    fn push(
        &mut self,
        rule: Rule,
        anchor: Anchor,
        quote: String,
        message_zh: String,
        message_en: String,
        edits: Vec<Edit>,
    ) {
        self.found.push(OfficialFinding {
            rule: rule.0.to_owned(),
            clause: rule.1.to_owned(),
            anchor,
            quote,
            message_zh,
            message_en,
            fixable: !edits.is_empty(),
            edits,
        });
    }
}
