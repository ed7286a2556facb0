//! Compares two versions of a document clause by clause, without a model.
//!
//! Every clause of both sides is aligned; a pair that differs is judged by rules: amounts, dates, bodies, obligation,
//! negation, and what is left when words that mean the same are taken as the same.

mod align;
mod judge;
mod render;
mod unit;
mod words;

use std::sync::LazyLock;

use deskmate_core::{Anchor, Document, ErrorCode, JobEvent, Progress, Usage, WireError};
use deskmate_knowledge::Language;
use serde::{Deserialize, Serialize};

use crate::skill::{Artifact, Check, Skill, SkillContext, SkillInput, SkillOutput};
use crate::spec::SkillSpec;

pub(crate) use words::is_same_meaning;

static SPEC: LazyLock<SkillSpec> = LazyLock::new(|| {
    toml::from_str(include_str!("skill.toml")).expect("a test reads every skill.toml")
});

/// Two versions of a document, aligned; only what differs has a row.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Name of the older version.
    pub old_title: String,
    /// Name of the newer version.
    pub new_title: String,
    /// What differs, in the order of the newer version; what was removed stands where it was.
    pub rows: Vec<ComparisonRow>,
    /// How many clauses and paragraphs are the same.
    pub unchanged: usize,
}

/// A clause that differs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ComparisonRow {
    /// How.
    pub kind: ChangeKind,
    /// It stands elsewhere among the clauses around it.
    pub moved: bool,
    /// The older side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old: Option<ComparisonSide>,
    /// The newer side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new: Option<ComparisonSide>,
    /// The duty became weaker or stronger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub obligation: Option<ObligationChange>,
    /// Amounts, counts and percentages that changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub amounts: Vec<ValueChange>,
    /// Dates, periods and frequencies that changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dates: Vec<ValueChange>,
    /// Bodies and offices that changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bodies: Vec<ValueChange>,
}

/// One side of a row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ComparisonSide {
    /// The clause it belongs to, e.g. `第八条`; empty outside of clauses.
    pub label: String,
    /// Its text.
    pub text: String,
    /// Its place.
    pub anchor: Anchor,
}

/// How a clause differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// Only in the newer version.
    Added,
    /// Only in the older version.
    Removed,
    /// Its meaning changed.
    Substance,
    /// Other words, the same meaning.
    Wording,
    /// The same text at another place.
    Moved,
}

/// How a duty changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObligationChange {
    /// Weaker or stronger.
    pub direction: ObligationDirection,
    /// The word before, e.g. `应当`.
    pub old: String,
    /// The word now, e.g. `可以`.
    pub new: String,
}

/// Direction of a change of duty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObligationDirection {
    /// E.g. from 应当 to 可以.
    Weakened,
    /// E.g. from 可以 to 必须, from 可以 to 不得.
    Strengthened,
}

/// A value that changed; an empty side stands for a value that came or went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValueChange {
    /// As written before.
    pub old: String,
    /// As written now.
    pub new: String,
}

impl Comparison {
    /// Whether every clause of both versions is in a row or among the unchanged ones.
    fn accounts_for(&self, old: &Document, new: &Document) -> bool {
        let rows_with =
            |has: fn(&ComparisonRow) -> bool| self.rows.iter().filter(|row| has(row)).count();
        unit::units(old).len() == self.unchanged + rows_with(|row| row.old.is_some())
            && unit::units(new).len() == self.unchanged + rows_with(|row| row.new.is_some())
    }
}

/// Aligns two versions and judges what differs.
pub fn compare_documents(
    (old_title, old): (&str, &Document),
    (new_title, new): (&str, &Document),
) -> Comparison {
    let old_units = unit::units(old);
    let new_units = unit::units(new);
    let alignment = align::align(&old_units, &new_units);
    let mut comparison = Comparison {
        old_title: old_title.to_owned(),
        new_title: new_title.to_owned(),
        ..Comparison::default()
    };
    for pair in alignment {
        let old = pair.old.map(|index| &old_units[index]);
        let new = pair.new.map(|index| &new_units[index]);
        match judge::judge(old, new, pair.moved) {
            Some(row) => comparison.rows.push(row),
            None => comparison.unchanged += 1,
        }
    }
    comparison
}

/// The skill.
pub(crate) struct Compare;

impl Skill for Compare {
    fn spec(&self) -> &SkillSpec {
        &SPEC
    }

    fn run(
        &self,
        context: &SkillContext<'_>,
        input: &SkillInput,
        sink: &mut dyn FnMut(JobEvent),
    ) -> Result<SkillOutput, WireError> {
        let [old, new] = &input.sources[..] else {
            return Err(WireError::new(
                ErrorCode::InvalidInput,
                format!("`compare` takes two files, not {}", input.sources.len()),
            )
            .with_hint("name the older version first: `--file OLD --file NEW`"));
        };
        for source in [old, new] {
            if source.document.is_empty() {
                return Err(WireError::new(
                    ErrorCode::EmptyFile,
                    format!("`{}` holds no text", source.path.display()),
                ));
            }
        }
        if context.cancel.is_cancelled() {
            return Err(WireError::cancelled());
        }
        sink(JobEvent::Progress(Progress {
            stage: "comparing".to_string(),
            done: 0,
            total: Some(1),
            eta_ms: None,
            item: Some(new.title.clone()),
        }));
        let comparison =
            compare_documents((&old.title, &old.document), (&new.title, &new.document));
        let language = match input.values.get("language").map(String::as_str) {
            Some("zh") => Language::Chinese,
            Some("en") => Language::English,
            Some(_) | None => crate::language_of_document(&new.document),
        };
        let checks = vec![Check {
            name: "every_clause_is_accounted_for".to_string(),
            passed: comparison.accounts_for(&old.document, &new.document),
            detail: render::summary(&comparison, language),
        }];
        Ok(SkillOutput {
            artifact: Artifact::Comparison {
                comparison,
                language,
            },
            citations: Vec::new(),
            checks,
            usage: Usage::default(),
        })
    }
}
