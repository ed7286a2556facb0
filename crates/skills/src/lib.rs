//! The work of an office as fixed pipelines: plan, fill, check.
//!
//! Here: the [`Skill`] trait, the [`registry`], one folder per skill with its `skill.toml` and prompts. Not here:
//! files on disk (skills give back artifacts, the app writes them) and engines, reached through `core`'s ports.

mod arithmetic;
mod chapter;
mod compare;
mod courseware;
mod draft;
mod extract;
mod extract_table;
mod facts;
mod files;
mod gongwen;
mod grounding;
mod lesson_plan;
mod prompt_file;
mod quiz;
mod render;
mod rewrite;
mod skill;
mod slides;
mod spec;
mod step;
mod summarize;
mod wording;
mod worksheet;

pub use compare::{
    ChangeKind, Comparison, ComparisonRow, ComparisonSide, ObligationChange, ObligationDirection,
    ValueChange, compare_documents,
};
pub use draft::{Draft, DraftKind, DraftSection};
pub use extract_table::{ExtractedTable, TableColumn, TableColumnKind, TableRow};
pub use facts::{Fact, FactKind};
pub use files::RenderedFile;
pub use prompt_file::{MAX_PROMPT_BYTES, PromptFile, PromptVariable};
pub use render::EXTENSIONS;
pub use rewrite::{
    Applied, FactFlag, FactProblem, Outcome, Piece, Rewrite, RewriteMode, RewrittenParagraph,
};
pub use skill::{
    Artifact, Check, NoGenerator, OfficialInspection, PackPart, Skill, SkillContext, SkillInput,
    SkillOutput, SkillSource,
};
pub use spec::{InputKind, InputSpec, SkillSpec};

/// All skills, in the order in which they are listed.
pub fn registry() -> &'static [&'static dyn Skill] {
    &[
        &draft::DraftSkill,
        &rewrite::RewriteSkill,
        &summarize::Summarize,
        &extract_table::ExtractTable,
        &slides::Slides,
        &courseware::Courseware,
        &lesson_plan::LessonPlanSkill,
        &worksheet::WorksheetSkill,
        &quiz::QuizSkill,
        &compare::Compare,
        &gongwen::Format,
        &gongwen::Check,
    ]
}

/// The skill of this id.
pub fn find(id: &str) -> Option<&'static dyn Skill> {
    registry()
        .iter()
        .copied()
        .find(|skill| skill.spec().id == id)
}

/// The language of a document, judged by its beginning.
fn language_of_document(document: &deskmate_core::Document) -> deskmate_knowledge::Language {
    let sample: String = document.text().chars().take(4_000).collect();
    deskmate_knowledge::language_of(&sample)
}
