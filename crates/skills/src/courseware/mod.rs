//! The whole pack for a lesson from one chapter: each part is the skill of its own, run in turn.

use std::sync::LazyLock;

use deskmate_core::{JobEvent, Usage, WireError};
use deskmate_knowledge::Language;

use crate::chapter::language;
use crate::lesson_plan::LessonPlanSkill;
use crate::quiz::QuizSkill;
use crate::skill::{Artifact, Check, PackPart, Skill, SkillContext, SkillInput, SkillOutput};
use crate::slides::Slides;
use crate::spec::SkillSpec;
use crate::worksheet::WorksheetSkill;

static SPEC: LazyLock<SkillSpec> = LazyLock::new(|| {
    toml::from_str(include_str!("skill.toml")).expect("a test reads every skill.toml")
});

/// The skill.
pub(crate) struct Courseware;

impl Skill for Courseware {
    fn spec(&self) -> &SkillSpec {
        &SPEC
    }

    fn run(
        &self,
        context: &SkillContext<'_>,
        input: &SkillInput,
        sink: &mut dyn FnMut(JobEvent),
    ) -> Result<SkillOutput, WireError> {
        let language = language(input);
        let parts: [(&dyn Skill, &str, &str, &str); 4] = [
            (&LessonPlanSkill, "教案", "lesson-plan", "docx"),
            (&Slides, "课件", "slides", "pptx"),
            (&WorksheetSkill, "学习单", "worksheet", "docx"),
            (&QuizSkill, "测验", "quiz", "docx"),
        ];
        let mut made = Vec::new();
        let mut checks = Vec::new();
        let mut citations = Vec::new();
        let mut usage = Usage::default();
        for (skill, chinese, english, extension) in parts {
            let name = match language {
                Language::Chinese => chinese,
                Language::English => english,
            };
            // A part takes those of the pack's inputs that it knows, and its own defaults.
            let known = |key: &str| skill.spec().inputs.iter().any(|input| input.key == key);
            let given = input
                .values
                .iter()
                .filter(|(key, _)| {
                    known(key) && (key.as_str() != "count" || skill.spec().id == "quiz")
                })
                .map(|(key, value)| (key.clone(), value.clone()))
                .collect();
            let values = skill.spec().complete(&given, input.sources.len())?;
            let output = skill.run(
                context,
                &SkillInput {
                    values,
                    sources: input.sources.clone(),
                },
                &mut *sink,
            )?;
            checks.extend(output.checks.into_iter().map(|check| Check {
                name: format!("{}.{}", skill.spec().id, check.name),
                ..check
            }));
            usage.prompt_tokens += output.usage.prompt_tokens;
            usage.reused_tokens += output.usage.reused_tokens;
            usage.generated_tokens += output.usage.generated_tokens;
            usage.total_ms += output.usage.total_ms;
            // Markers count within each part; the parts carry their own citations.
            citations.extend(output.citations);
            made.push(PackPart {
                name: name.to_string(),
                extension: extension.to_string(),
                artifact: output.artifact,
            });
        }
        Ok(SkillOutput {
            artifact: Artifact::Pack { parts: made },
            citations,
            checks,
            usage,
        })
    }
}
