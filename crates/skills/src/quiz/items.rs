//! Makes items one by one: asks the model, checks the reply by code, and falls back on the source's own sentences.

use deskmate_core::{Citation, Constraint, QuizAnswer, QuizItem, Usage, WireError};
use deskmate_knowledge::{Language, Support};

use super::accept::{
    BlankReply, Candidate, ChoiceReply, Refusals, ShortReply, accept_blank, accept_choice,
    accept_short, is_asked, key_of,
};
use super::fallback::{self, Extracted};
use crate::chapter::{Purpose, Section};
use crate::grounding::Grounding;
use crate::lesson_plan::list_items;
use crate::skill::SkillContext;
use crate::slides::material;
use crate::step::{Model, Step, fenced, list, object, text};

/// Tokens of the section that an item is made from.
const MATERIAL_TOKENS: usize = 900;
const REPLY_TOKENS: usize = 360;

/// Forms of items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Choice,
    Blank,
    ShortAnswer,
}

/// Makes items that do not repeat each other.
pub(crate) struct ItemMaker<'a> {
    model: Model<'a>,
    grounding: Grounding<'a>,
    language: Language,
    verify: bool,
    /// Questions and keys so far.
    asked: Vec<(String, String)>,
    choices: usize,
    pub(super) repeats: usize,
    pub(super) recomputed: usize,
    pub(super) miscalculated: usize,
    pub(super) verified: usize,
    pub(super) unanswerable: usize,
    pub(super) extracted: usize,
}

impl<'a> ItemMaker<'a> {
    pub(crate) fn new(context: &'a SkillContext<'a>, language: Language, verify: bool) -> Self {
        Self {
            model: Model::new(context),
            grounding: Grounding::new(context),
            language,
            verify,
            asked: Vec::new(),
            choices: 0,
            repeats: 0,
            recomputed: 0,
            miscalculated: 0,
            verified: 0,
            unanswerable: 0,
            extracted: 0,
        }
    }

    /// What the model took.
    pub(crate) fn usage(&self) -> Usage {
        self.model.usage
    }

    /// The places behind the markers.
    pub(crate) fn into_citations(self) -> Vec<Citation> {
        self.grounding.into_citations()
    }

    /// One item of a form about a section, or `None` when the section gives no more.
    ///
    /// # Errors
    /// Those of the engines.
    pub(crate) fn make(
        &mut self,
        form: Form,
        section: &Section,
    ) -> Result<Option<QuizItem>, WireError> {
        let budget = self.model.room(REPLY_TOKENS, MATERIAL_TOKENS)?;
        let (material, _) = material(&self.model, &section.chunks, budget)?;
        let made = match form {
            Form::Choice => self.choice(section, &material)?,
            Form::Blank => self.blank(section, &material)?,
            Form::ShortAnswer => self.short(section, &material)?,
        };
        let candidate = match made {
            Some(candidate) => candidate,
            None => match self.extract(form, section) {
                Some(candidate) => candidate,
                None => return Ok(None),
            },
        };
        let marker = self.grounding.marker(&candidate.support, &section.chunks);
        self.asked
            .push((candidate.question.clone(), key_of(&candidate.answer)));
        Ok(Some(QuizItem {
            question: candidate.question,
            answer: candidate.answer,
            explanation: candidate.explanation,
            markers: vec![marker],
        }))
    }

    /// The book's own exercises with the answers that it gives, in its order; none when it has none.
    pub(crate) fn own_exercises(&mut self, all: &[Section], most: usize) -> Vec<QuizItem> {
        let items_for = |purpose: Purpose| -> Vec<(&Section, String)> {
            all.iter()
                .filter(|section| section.purpose == purpose)
                .flat_map(|section| {
                    list_items(section)
                        .into_iter()
                        .map(move |item| (section, item))
                })
                .collect()
        };
        let exercises = items_for(Purpose::Exercises);
        let answers = items_for(Purpose::Answers);
        // Answers belong to questions by their order, which holds only when there are as many.
        if answers.len() != exercises.len() {
            return Vec::new();
        }
        let mut made = Vec::new();
        // The hardest stand last, before those that are left open.
        for ((section, question), (_, answer)) in exercises.into_iter().zip(answers).rev() {
            let is_open = answer.chars().filter(|c| c.is_alphanumeric()).count() < 3;
            if made.len() >= most || is_open || is_asked(&self.asked, &question, &answer) {
                continue;
            }
            let head: String = question.chars().take(12).collect();
            let support = section
                .chunks
                .iter()
                .enumerate()
                .find_map(|(passage, stored)| {
                    let at = stored.chunk.text.find(&head)?;
                    Some(Support {
                        passage,
                        anchor: stored.chunk.anchor_at(at),
                        quote: question.clone(),
                        score: 1.0,
                    })
                });
            let Some(support) = support else {
                continue;
            };
            let marker = self.grounding.marker(&support, &section.chunks);
            self.asked.push((question.clone(), answer.clone()));
            self.extracted += 1;
            made.push(QuizItem {
                question,
                answer: QuizAnswer::ShortAnswer { key: answer },
                explanation: String::new(),
                markers: vec![marker],
            });
        }
        made.reverse();
        made
    }

    fn request(&self) -> String {
        let recent: Vec<&str> = self
            .asked
            .iter()
            .rev()
            .take(6)
            .map(|(question, _)| question.as_str())
            .collect();
        if recent.is_empty() {
            return String::new();
        }
        let lead = match self.language {
            Language::Chinese => "不要再问下面这些题问过的内容：",
            Language::English => "Do not ask again what these questions ask:",
        };
        format!("{lead}\n{}", recent.join("\n"))
    }

    fn choice(
        &mut self,
        section: &Section,
        material: &str,
    ) -> Result<Option<Candidate>, WireError> {
        let request = self.request();
        let step = Step {
            instruction: match self.language {
                Language::Chinese => include_str!("prompts/choice.zh.md"),
                Language::English => include_str!("prompts/choice.en.md"),
            },
            material: &format!("{}\n{material}", section.title),
            request: &request,
            schema: object(&[
                ("question", text(200)),
                ("answer", text(80)),
                ("wrong", list(text(80), 3, 3)),
                ("explanation", text(200)),
                ("calculation", calculation_schema()),
            ]),
            max_tokens: REPLY_TOKENS,
        };
        let key_at = [2, 0, 3, 1][self.choices % 4];
        let mut refusals = Refusals::default();
        let (asked, grounding) = (&self.asked, &self.grounding);
        let found = self.model.ask(&step, &mut |reply: ChoiceReply| {
            accept_choice(&reply, asked, grounding, section, key_at, &mut refusals)
        })?;
        self.count(&refusals);
        let Some(candidate) = found else {
            return Ok(None);
        };
        if self.verify && !self.is_answered(&candidate, material)? {
            self.unanswerable += 1;
            return Ok(None);
        }
        self.choices += 1;
        Ok(Some(candidate))
    }

    /// Lets the model answer the item from its section: one letter.
    fn is_answered(&mut self, candidate: &Candidate, material: &str) -> Result<bool, WireError> {
        let QuizAnswer::Choice { options, key } = &candidate.answer else {
            return Ok(true);
        };
        let lines: Vec<String> = options
            .iter()
            .zip('A'..)
            .map(|(option, letter)| format!("{letter}. {option}"))
            .collect();
        let instruction = match self.language {
            Language::Chinese => include_str!("prompts/verify.zh.md"),
            Language::English => include_str!("prompts/verify.en.md"),
        };
        let question = format!("{material}\n\n{}\n{}", candidate.question, lines.join("\n"));
        let constraint = Some(Constraint::Regex("[ABCD]".to_string()));
        let reply = self
            .model
            .ask_form(instruction, &fenced(&question), constraint, 4)?;
        let letter = reply
            .as_deref()
            .and_then(|reply| reply.trim().chars().next());
        let is_right = letter.is_some_and(|letter| Some(letter) == ('A'..).nth(*key));
        self.verified += usize::from(is_right);
        Ok(is_right)
    }

    fn blank(&mut self, section: &Section, material: &str) -> Result<Option<Candidate>, WireError> {
        let request = self.request();
        let step = Step {
            instruction: match self.language {
                Language::Chinese => include_str!("prompts/blank.zh.md"),
                Language::English => include_str!("prompts/blank.en.md"),
            },
            material: &format!("{}\n{material}", section.title),
            request: &request,
            schema: object(&[("sentence", text(220)), ("answer", text(40))]),
            max_tokens: 200,
        };
        let mut refusals = Refusals::default();
        let (asked, grounding) = (&self.asked, &self.grounding);
        let found = self.model.ask(&step, &mut |reply: BlankReply| {
            accept_blank(&reply, asked, grounding, section, &mut refusals)
        })?;
        self.count(&refusals);
        Ok(found)
    }

    fn short(&mut self, section: &Section, material: &str) -> Result<Option<Candidate>, WireError> {
        let request = self.request();
        let step = Step {
            instruction: match self.language {
                Language::Chinese => include_str!("prompts/short.zh.md"),
                Language::English => include_str!("prompts/short.en.md"),
            },
            material: &format!("{}\n{material}", section.title),
            request: &request,
            schema: object(&[
                ("question", text(200)),
                ("answer", text(300)),
                ("explanation", text(200)),
                ("calculation", calculation_schema()),
            ]),
            max_tokens: REPLY_TOKENS,
        };
        let mut refusals = Refusals::default();
        let (asked, grounding) = (&self.asked, &self.grounding);
        let found = self.model.ask(&step, &mut |reply: ShortReply| {
            accept_short(&reply, asked, grounding, section, &mut refusals)
        })?;
        self.count(&refusals);
        Ok(found)
    }

    fn count(&mut self, refusals: &Refusals) {
        self.repeats += refusals.repeats;
        self.miscalculated += refusals.miscalculated;
        self.recomputed += refusals.recomputed;
    }

    /// An item of the source's own sentences that was not asked yet. Distractors cannot be made by code, so a choice
    /// becomes a blank.
    fn extract(&mut self, form: Form, section: &Section) -> Option<Candidate> {
        let candidates = match form {
            Form::Choice | Form::Blank => fallback::blanks(&section.chunks),
            Form::ShortAnswer => {
                fallback::short_answers(&section.chunks, &section.title, self.language)
            }
        };
        let found: Extracted = candidates
            .into_iter()
            .find(|item| !is_asked(&self.asked, &item.question, &item.key))?;
        self.extracted += 1;
        Some(Candidate {
            answer: match form {
                Form::Choice | Form::Blank => QuizAnswer::Blank {
                    keys: vec![found.key],
                },
                Form::ShortAnswer => QuizAnswer::ShortAnswer { key: found.key },
            },
            question: found.question,
            explanation: String::new(),
            support: found.support,
        })
    }
}

fn calculation_schema() -> serde_json::Value {
    serde_json::json!({ "type": "string", "maxLength": 60 })
}
