//! A quiz from a chapter: items by the model, every key aligned to the text, numbers recomputed, nothing asked twice.

mod accept;
mod fallback;
pub(crate) mod items;

use std::sync::LazyLock;

use deskmate_core::{JobEvent, Progress, Quiz, QuizItem, WireError};
use deskmate_knowledge::Language;

use crate::chapter::{Purpose, Section, all_sections, language, tag, title_of};
use crate::skill::{Artifact, Check, Skill, SkillContext, SkillInput, SkillOutput};
use crate::spec::SkillSpec;
use items::{Form, ItemMaker};

static SPEC: LazyLock<SkillSpec> = LazyLock::new(|| {
    toml::from_str(include_str!("skill.toml")).expect("a test reads every skill.toml")
});

const MOST_ITEMS: usize = 40;
/// Sections that items are spread over; of a longer book each counts several headings.
pub(crate) const MOST_SECTIONS: usize = 24;
/// Sections shorter than this, in characters, hold nothing worth asking.
const LEAST_CHARACTERS: usize = 60;

/// Order of the forms: half choices, then blanks, then short answers.
const FORMS: [Form; 6] = [
    Form::Choice,
    Form::Blank,
    Form::Choice,
    Form::ShortAnswer,
    Form::Choice,
    Form::Blank,
];

/// The skill.
pub(crate) struct QuizSkill;

impl Skill for QuizSkill {
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
        let count = input.number("count", 10).clamp(1, MOST_ITEMS);
        let verify = input
            .values
            .get("verify")
            .is_none_or(|verify| verify != "no");
        let all = all_sections(context, input, MOST_SECTIONS)?;
        let teaching = teaching_sections(&all);
        let mut maker = ItemMaker::new(context, language, verify);
        let mut made: Vec<QuizItem> = Vec::new();
        for index in 0..count {
            progress(sink, index, count);
            let form = FORMS[index % FORMS.len()];
            // A section that has no more to ask passes its turn to the next.
            for shift in 0..teaching.len().min(3) {
                let section =
                    teaching[(spread(index, count, teaching.len()) + shift) % teaching.len()];
                if let Some(item) = maker.make(form, section)? {
                    made.push(item);
                    break;
                }
            }
        }
        progress(sink, count, count);
        let title = match language {
            Language::Chinese => format!(
                "{} 测验",
                input.sources.first().map(title_of).unwrap_or_default()
            ),
            Language::English => format!(
                "{}: quiz",
                input.sources.first().map(title_of).unwrap_or_default()
            ),
        };
        let checks = maker.checks(made.len(), count);
        let usage = maker.usage();
        let citations = maker.into_citations();
        Ok(SkillOutput {
            artifact: Artifact::Quiz(Quiz {
                title,
                language: tag(language).to_string(),
                items: made,
                citations: citations.clone(),
            }),
            citations,
            checks,
            usage,
        })
    }
}

/// Sections that teach something; all of them when none seems to.
pub(crate) fn teaching_sections(all: &[Section]) -> Vec<&Section> {
    let teaching: Vec<&Section> = all
        .iter()
        .filter(|section| section.purpose == Purpose::Content)
        .filter(|section| section.text().chars().count() >= LEAST_CHARACTERS)
        .collect();
    if teaching.is_empty() {
        all.iter().collect()
    } else {
        teaching
    }
}

/// Which section an item asks about: evenly over all of them.
pub(crate) fn spread(index: usize, count: usize, sections: usize) -> usize {
    if count >= sections {
        index % sections
    } else {
        index * sections / count
    }
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

impl ItemMaker<'_> {
    /// What was checked of the items made.
    pub(crate) fn checks(&self, made: usize, wanted: usize) -> Vec<Check> {
        vec![
            Check::new(
                "every_item_traceable",
                made > 0,
                format!(
                    "{made} of {wanted} items wanted, each with a key that has its place in the source"
                ),
            ),
            Check::new(
                "no_duplicates",
                true,
                format!(
                    "{} items were refused because they ask what another asks",
                    self.repeats
                ),
            ),
            Check::new(
                "keys_recomputed",
                true,
                format!(
                    "{} numeric keys were recomputed; {} items with a wrong calculation were refused",
                    self.recomputed, self.miscalculated
                ),
            ),
            Check::new(
                "answerable",
                true,
                format!(
                    "{} choices were answered rightly from their section by the model, {} not and were refused; {} items take the source's own sentences",
                    self.verified, self.unanswerable, self.extracted
                ),
            ),
        ]
    }
}
