//! What is told of a draft: its outline alone, or the draft with what was checked of it.

use deskmate_core::{Anchor, Block, BlockContent, Document};
use deskmate_knowledge::Language;

use super::outline::Outline;
use super::value::Draft;
use super::{Brief, length};
use crate::skill::{Artifact, Check, SkillOutput};
use crate::step::Model;

/// The outline alone, as a document to be edited and given back.
pub(super) fn outline_output(outline: &Outline, model: &Model<'_>) -> SkillOutput {
    let mut blocks = Vec::new();
    let mut push = |content| blocks.push(Block::new(Anchor::default(), content));
    push(BlockContent::Heading {
        level: 1,
        text: outline.title.clone(),
    });
    for section in &outline.sections {
        push(BlockContent::Heading {
            level: 2,
            text: section.heading.clone(),
        });
        push(BlockContent::List {
            ordered: false,
            items: section
                .points
                .iter()
                .map(|point| deskmate_core::ListItem {
                    level: 0,
                    label: String::new(),
                    text: point.clone(),
                })
                .collect(),
        });
    }
    let artifact = Artifact::Document(Document {
        title: Some(outline.title.clone()),
        metadata: Default::default(),
        blocks,
    });
    SkillOutput {
        artifact,
        citations: Vec::new(),
        checks: vec![outline_check(outline.is_by_code, outline.sections.len())],
        usage: model.usage,
    }
}

fn outline_check(is_by_code: bool, sections: usize) -> Check {
    Check::new(
        "outline_written",
        !is_by_code,
        match is_by_code {
            false => format!("{sections} sections"),
            true => {
                "the model gave no usable outline; this is the usual one of the kind".to_owned()
            }
        },
    )
}

/// A draft with its checks.
pub(super) fn output(
    draft: Draft,
    brief: &Brief<'_>,
    model: &Model<'_>,
    is_by_code: bool,
) -> SkillOutput {
    let length = draft.length();
    let unit = match brief.language {
        Language::Chinese => "characters",
        Language::English => "words",
    };
    let gaps: Vec<&str> = draft
        .sections
        .iter()
        .filter(|section| section.is_gap)
        .map(|section| section.heading.as_str())
        .collect();
    let unverified: Vec<&str> = draft
        .sections
        .iter()
        .flat_map(|section| section.unverified.iter().map(String::as_str))
        .collect();
    let mut checks = vec![
        outline_check(is_by_code, draft.sections.len()),
        Check::new(
            "length",
            length::is_kept(length, draft.target_length),
            format!("{length} of {} {unit}", draft.target_length),
        ),
        Check::new(
            "sections_written",
            gaps.is_empty(),
            match gaps.is_empty() {
                true => format!("{} of {}", draft.sections.len(), draft.sections.len()),
                false => format!("to be filled by you: {}", gaps.join(", ")),
            },
        ),
        Check::new(
            "figures_known",
            unverified.is_empty(),
            match unverified.is_empty() {
                true => "every number and date stands in the points or the sources".to_owned(),
                false => format!(
                    "in neither points nor sources, marked: {}",
                    unverified.join(", ")
                ),
            },
        ),
    ];
    if !brief.chunks.is_empty() {
        checks.push(Check::new(
            "draft_cited",
            !draft.citations.is_empty(),
            format!("{} places in the sources", draft.citations.len()),
        ));
    }
    if draft.kind.is_official() {
        let missing: Vec<&str> = [
            ("主送机关", &draft.recipients),
            ("发文机关署名", &draft.sender),
            ("成文日期", &draft.date),
        ]
        .into_iter()
        .filter(|(_, value)| value.is_empty())
        .map(|(name, _)| name)
        .collect();
        checks.push(Check::new(
            "elements_given",
            missing.is_empty(),
            match missing.is_empty() {
                true => "要素齐全".to_owned(),
                false => format!("还缺：{}", missing.join("、")),
            },
        ));
    }
    let citations = draft.citations.clone();
    SkillOutput {
        artifact: Artifact::Draft(Box::new(draft)),
        citations,
        checks,
        usage: model.usage,
    }
}
