//! A worksheet at three levels: recall, use, connect; the last level takes the book's own exercises first.

use std::sync::LazyLock;

use deskmate_core::{
    Difficulty, JobEvent, Progress, QuizItem, WireError, Worksheet, WorksheetLevel,
};
use deskmate_knowledge::Language;

use crate::chapter::{all_sections, language, tag, title_of};
use crate::quiz::items::{Form, ItemMaker};
use crate::quiz::{MOST_SECTIONS, spread, teaching_sections};
use crate::skill::{Artifact, Skill, SkillContext, SkillInput, SkillOutput};
use crate::spec::SkillSpec;

static SPEC: LazyLock<SkillSpec> = LazyLock::new(|| {
    toml::from_str(include_str!("skill.toml")).expect("a test reads every skill.toml")
});

const MOST_ITEMS: usize = 10;

/// The skill.
pub(crate) struct WorksheetSkill;

impl Skill for WorksheetSkill {
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
        let count = input.number("count", 4).clamp(1, MOST_ITEMS);
        let all = all_sections(context, input, MOST_SECTIONS)?;
        let teaching = teaching_sections(&all);
        let mut maker = ItemMaker::new(context, language, false);
        let mut levels = Vec::new();
        let total = count * 3;
        for (number, level) in [
            Difficulty::Basic,
            Difficulty::Standard,
            Difficulty::Advanced,
        ]
        .into_iter()
        .enumerate()
        {
            let mut made: Vec<QuizItem> = Vec::new();
            if level == Difficulty::Advanced {
                made.extend(maker.own_exercises(&all, count.div_ceil(2)));
            }
            for index in made.len()..count {
                progress(sink, number * count + index, total);
                let first = spread(index, count, teaching.len()) + number;
                for shift in 0..teaching.len().min(3) {
                    let section = teaching[(first + shift) % teaching.len()];
                    if let Some(item) = maker.make(form_of(level, index), section)? {
                        made.push(item);
                        break;
                    }
                }
            }
            levels.push(WorksheetLevel { level, items: made });
        }
        progress(sink, total, total);
        let made = levels.iter().map(|level| level.items.len()).sum();
        let title = input.sources.first().map(title_of).unwrap_or_default();
        let checks = maker.checks(made, total);
        let usage = maker.usage();
        let citations = maker.into_citations();
        Ok(SkillOutput {
            artifact: Artifact::Worksheet(Worksheet {
                title: match language {
                    Language::Chinese => format!("{title} 学习单"),
                    Language::English => format!("{title}: worksheet"),
                },
                language: tag(language).to_string(),
                levels,
                citations: citations.clone(),
            }),
            citations,
            checks,
            usage,
        })
    }
}

fn form_of(level: Difficulty, index: usize) -> Form {
    let forms: [Form; 2] = match level {
        Difficulty::Basic => [Form::Blank, Form::Choice],
        Difficulty::Standard => [Form::Choice, Form::ShortAnswer],
        Difficulty::Advanced => [Form::ShortAnswer, Form::ShortAnswer],
    };
    forms[index % forms.len()]
}

fn progress(sink: &mut dyn FnMut(JobEvent), done: usize, total: usize) {
    sink(JobEvent::Progress(Progress {
        stage: "writing_items".to_string(),
        done: done as u64,
        total: Some(total as u64),
        eta_ms: None,
        item: None,
    }));
}
