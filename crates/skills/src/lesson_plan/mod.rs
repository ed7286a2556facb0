//! A lesson plan from a chapter: goals and steps by the model, times and board by code, homework from the book's exercises.

mod minutes;

use std::sync::LazyLock;

use deskmate_core::{
    BlockContent, JobEvent, LessonPlan, LessonStep, Progress, StoredChunk, WireError,
};
use deskmate_knowledge::Language;
use serde::Deserialize;

use crate::chapter::{Purpose, Section, all_sections, language, tag, title_of};
use crate::extract::{clause, definitions, telling_sentences};
use crate::grounding::{Grounding, is_repeat};
use crate::quiz::{MOST_SECTIONS, teaching_sections};
use crate::skill::{Artifact, Check, Skill, SkillContext, SkillInput, SkillOutput};
use crate::slides::material;
use crate::spec::SkillSpec;
use crate::step::{Model, Step, list, object, text};
use minutes::shared_out;

static SPEC: LazyLock<SkillSpec> = LazyLock::new(|| {
    toml::from_str(include_str!("skill.toml")).expect("a test reads every skill.toml")
});

/// Longest lesson, in minutes: a day.
const MOST_MINUTES: u32 = 480;
const MATERIAL_TOKENS: usize = 1_100;

/// The skill.
pub(crate) struct LessonPlanSkill;

#[derive(Deserialize)]
struct Goals {
    objectives: Vec<String>,
    key_points: Vec<String>,
    difficult_points: Vec<String>,
}

#[derive(Deserialize)]
struct StepsReply {
    steps: Vec<StepReply>,
}

#[derive(Deserialize)]
struct StepReply {
    name: String,
    minutes: f64,
    teacher: String,
    students: String,
}

impl Skill for LessonPlanSkill {
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
        let given = input
            .values
            .get("minutes")
            .and_then(|minutes| minutes.parse::<u32>().ok());
        let minutes = given.unwrap_or(45).clamp(5, MOST_MINUTES);
        let all = all_sections(context, input, MOST_SECTIONS)?;
        let title = input.sources.first().map(title_of).unwrap_or_default();
        let chunks: Vec<StoredChunk> = all
            .iter()
            .filter(|section| matches!(section.purpose, Purpose::Content | Purpose::Goals))
            .flat_map(|section| section.chunks.clone())
            .collect();
        let mut planner = Planner {
            model: Model::new(context),
            grounding: Grounding::new(context),
            language,
            by_code: Vec::new(),
        };
        progress(sink, 0);
        let goals = planner.goals(&title, &all, &chunks)?;
        progress(sink, 1);
        let steps = planner.steps(&title, minutes, &all)?;
        progress(sink, 2);
        let board = planner.board(&title, &all);
        let homework = planner.homework(&all);
        progress(sink, 3);
        let total: u32 = steps.iter().map(|step| step.minutes).sum();
        let checks = vec![
            Check::new(
                "minutes_add_up",
                total == minutes,
                format!("{} steps take {total} of {minutes} minutes", steps.len()),
            ),
            Check::new(
                "goals_cited",
                planner.grounding.supported > 0,
                format!(
                    "{} goals and points have a place in the source, {} have none and carry no marker",
                    planner.grounding.supported, planner.grounding.unsupported
                ),
            ),
            Check::new(
                "written_by_model",
                planner.by_code.is_empty(),
                if planner.by_code.is_empty() {
                    "all parts".to_string()
                } else {
                    format!(
                        "by code, to be looked through: {}",
                        planner.by_code.join(", ")
                    )
                },
            ),
        ];
        let usage = planner.model.usage;
        let citations = planner.grounding.into_citations();
        Ok(SkillOutput {
            artifact: Artifact::LessonPlan(LessonPlan {
                title,
                language: tag(language).to_string(),
                minutes,
                objectives: goals.objectives,
                key_points: goals.key_points,
                difficult_points: goals.difficult_points,
                steps,
                board,
                homework,
                citations: citations.clone(),
            }),
            citations,
            checks,
            usage,
        })
    }
}

fn progress(sink: &mut dyn FnMut(JobEvent), done: u64) {
    sink(JobEvent::Progress(Progress {
        stage: "planning_lesson".to_string(),
        done,
        total: Some(3),
        eta_ms: None,
        item: None,
    }));
}

struct Planner<'a> {
    model: Model<'a>,
    grounding: Grounding<'a>,
    language: Language,
    /// Parts that the model gave nothing usable for.
    by_code: Vec<&'static str>,
}

/// Usable lines of a reply: each once, without marks in front.
fn lines(given: &[String], most: usize) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for line in given {
        let line = line
            .trim()
            .trim_start_matches(|c: char| {
                c.is_ascii_digit() || matches!(c, '.' | '、' | '-' | '•' | ' ' | '）' | ')')
            })
            .replace('\n', " ");
        let letters = line.chars().filter(|c| c.is_alphabetic()).count();
        if letters >= 3
            && line.chars().count() <= 160
            && !out.iter().any(|known| is_repeat(known, &line))
        {
            out.push(line);
        }
    }
    out.truncate(most);
    out
}

impl Planner<'_> {
    fn goals(
        &mut self,
        title: &str,
        all: &[Section],
        chunks: &[StoredChunk],
    ) -> Result<Goals, WireError> {
        let budget = self.model.room(400, MATERIAL_TOKENS)?;
        let (text_of_chapter, _) = material(&self.model, chunks, budget)?;
        let step = Step {
            instruction: match self.language {
                Language::Chinese => include_str!("prompts/goals.zh.md"),
                Language::English => include_str!("prompts/goals.en.md"),
            },
            material: &format!("{title}\n{text_of_chapter}"),
            request: "",
            schema: object(&[
                ("objectives", list(text(120), 3, 5)),
                ("key_points", list(text(90), 1, 3)),
                ("difficult_points", list(text(90), 1, 2)),
            ]),
            max_tokens: 400,
        };
        let found = self.model.ask(&step, &mut |reply: Goals| {
            let goals = Goals {
                objectives: lines(&reply.objectives, 5),
                key_points: lines(&reply.key_points, 3),
                difficult_points: lines(&reply.difficult_points, 2),
            };
            let is_usable = goals.objectives.len() >= 2
                && !goals.key_points.is_empty()
                && !goals.difficult_points.is_empty();
            Ok(is_usable.then_some(goals))
        })?;
        let goals = match found {
            Some(goals) => goals,
            None => {
                self.by_code.push("goals");
                self.own_goals(all, chunks)
            }
        };
        Ok(Goals {
            objectives: self.marked(goals.objectives, chunks)?,
            key_points: self.marked(goals.key_points, chunks)?,
            difficult_points: self.marked(goals.difficult_points, chunks)?,
        })
    }

    /// The chapter's own goals where it states them, else what its sections define.
    fn own_goals(&self, all: &[Section], chunks: &[StoredChunk]) -> Goals {
        let stated: Vec<String> = all
            .iter()
            .filter(|section| section.purpose == Purpose::Goals)
            .flat_map(list_items)
            .collect();
        let names: Vec<String> = teaching_sections(all)
            .iter()
            .map(|section| section.title.clone())
            .collect();
        let terms: Vec<String> = definitions(chunks)
            .into_iter()
            .map(|definition| definition.term)
            .collect();
        let (know, hard) = match self.language {
            Language::Chinese => ("理解", "运用本章知识分析和解决实际问题"),
            Language::English => (
                "Understand: ",
                "Using what the chapter teaches on new problems",
            ),
        };
        let objectives = if stated.is_empty() {
            names
                .iter()
                .take(4)
                .map(|name| format!("{know}{name}"))
                .collect()
        } else {
            stated.into_iter().take(5).collect()
        };
        let key_points = if terms.is_empty() { names } else { terms };
        Goals {
            objectives,
            key_points: key_points.into_iter().take(3).collect(),
            difficult_points: vec![hard.to_string()],
        }
    }

    /// Adds the marker of its place to each line that has one.
    fn marked(
        &mut self,
        lines: Vec<String>,
        chunks: &[StoredChunk],
    ) -> Result<Vec<String>, WireError> {
        let grounded = self.grounding.ground_all(&lines, chunks)?;
        let mut out = Vec::new();
        for (line, found) in lines.into_iter().zip(grounded) {
            match found {
                Some(found) => {
                    self.grounding.supported += 1;
                    let marker = self.grounding.marker(&found.support, chunks);
                    out.push(format!("{}[{marker}]", found.text));
                }
                None => {
                    self.grounding.unsupported += 1;
                    out.push(line);
                }
            }
        }
        Ok(out)
    }

    fn steps(
        &mut self,
        title: &str,
        minutes: u32,
        all: &[Section],
    ) -> Result<Vec<LessonStep>, WireError> {
        let teaching = teaching_sections(all);
        let outline: Vec<String> = teaching
            .iter()
            .take(12)
            .map(|section| {
                let point = telling_sentences(&section.chunks, 1).into_iter().next();
                let point = point
                    .and_then(|support| clause(&support.quote, 60))
                    .unwrap_or_default();
                format!("{}：{point}", section.title)
            })
            .collect();
        let step = Step {
            instruction: match self.language {
                Language::Chinese => include_str!("prompts/steps.zh.md"),
                Language::English => include_str!("prompts/steps.en.md"),
            },
            material: &format!("{title}\n{minutes} min\n{}", outline.join("\n")),
            request: "",
            schema: object(&[(
                "steps",
                list(
                    object(&[
                        ("name", text(40)),
                        (
                            "minutes",
                            serde_json::json!({ "type": "integer", "minimum": 1, "maximum": 120 }),
                        ),
                        ("teacher", text(180)),
                        ("students", text(180)),
                    ]),
                    4,
                    7,
                ),
            )]),
            max_tokens: 800,
        };
        let found = self.model.ask(&step, &mut |reply: StepsReply| {
            let usable: Vec<&StepReply> = reply
                .steps
                .iter()
                .filter(|step| {
                    [&step.name, &step.teacher, &step.students]
                        .iter()
                        .all(|text| text.chars().filter(|c| c.is_alphabetic()).count() >= 2)
                })
                .take(10)
                .collect();
            let mut names: Vec<&str> = usable.iter().map(|step| step.name.trim()).collect();
            names.dedup();
            if usable.len() < 3 || names.len() != usable.len() {
                return Ok(None);
            }
            let wanted: Vec<f64> = usable.iter().map(|step| step.minutes).collect();
            let steps = usable
                .iter()
                .zip(shared_out(&wanted, minutes))
                .map(|(step, minutes)| LessonStep {
                    name: step.name.trim().to_string(),
                    minutes,
                    teacher: step.teacher.trim().replace('\n', " "),
                    students: step.students.trim().replace('\n', " "),
                })
                .collect();
            Ok(Some(steps))
        })?;
        Ok(found.unwrap_or_else(|| {
            self.by_code.push("steps");
            self.usual_steps(minutes, &teaching)
        }))
    }

    /// Opening, teaching, practice, summary, homework, with the chapter's sections named.
    fn usual_steps(&self, minutes: u32, teaching: &[&Section]) -> Vec<LessonStep> {
        let names: Vec<&str> = teaching
            .iter()
            .map(|section| section.title.as_str())
            .collect();
        let (comma, rows): (&str, [(&str, f64, &str, &str); 5]) = match self.language {
            Language::Chinese => (
                "、",
                [
                    (
                        "导入新课",
                        5.0,
                        "由生活中的现象提出问题，引出课题",
                        "思考并回答问题",
                    ),
                    (
                        "讲授新知",
                        20.0,
                        "依次讲解：",
                        "阅读教材，记录要点，回答提问",
                    ),
                    (
                        "巩固练习",
                        12.0,
                        "布置课堂练习，巡视并讲评",
                        "独立完成练习，交流解法",
                    ),
                    (
                        "课堂小结",
                        5.0,
                        "引导学生梳理本课知识",
                        "归纳要点，完善笔记",
                    ),
                    ("布置作业", 3.0, "说明作业要求", "记录作业"),
                ],
            ),
            Language::English => (
                ", ",
                [
                    (
                        "Opening",
                        5.0,
                        "Raises a question from everyday life that leads to the subject",
                        "Think and answer",
                    ),
                    (
                        "New content",
                        20.0,
                        "Explains in turn: ",
                        "Read the text, take notes, answer",
                    ),
                    (
                        "Practice",
                        12.0,
                        "Sets exercises, walks round, discusses the solutions",
                        "Work alone, then compare",
                    ),
                    (
                        "Summary",
                        5.0,
                        "Leads the class to sum up",
                        "Sum up and complete their notes",
                    ),
                    ("Homework", 3.0, "Explains the homework", "Write it down"),
                ],
            ),
        };
        let wanted: Vec<f64> = rows.iter().map(|row| row.1).collect();
        rows.iter()
            .zip(shared_out(&wanted, minutes))
            .enumerate()
            .map(
                |(index, ((name, _, teacher, students), minutes))| LessonStep {
                    name: name.to_string(),
                    minutes,
                    teacher: if index == 1 {
                        format!("{teacher}{}", names.join(comma))
                    } else {
                        teacher.to_string()
                    },
                    students: students.to_string(),
                },
            )
            .filter(|step| step.minutes > 0)
            .collect()
    }

    /// The chapter's own order with the terms it defines: what stands on the board at the end.
    fn board(&self, title: &str, all: &[Section]) -> Vec<String> {
        let mut board = vec![title.to_string()];
        for section in teaching_sections(all).into_iter().take(12) {
            board.push(format!("  {}", section.title));
            let found = definitions(&section.chunks);
            for definition in found.iter().take(2) {
                let words = definition
                    .support
                    .quote
                    .split_once(['：', ':'])
                    .map_or("", |(_, words)| words.trim());
                let words = clause(words, 40).unwrap_or_else(|| words.to_string());
                board.push(format!("    {}：{words}", definition.term));
            }
            if found.is_empty() {
                board.extend(
                    section
                        .children
                        .iter()
                        .take(3)
                        .map(|(child, _)| format!("    {child}")),
                );
            }
        }
        board
    }

    /// The book's own exercises; without any, what every chapter allows.
    fn homework(&mut self, all: &[Section]) -> Vec<String> {
        let exercises = all
            .iter()
            .filter(|section| section.purpose == Purpose::Exercises);
        let mut out = Vec::new();
        for section in exercises {
            for item in list_items(section)
                .into_iter()
                .take(4usize.saturating_sub(out.len()))
            {
                let found = section
                    .chunks
                    .iter()
                    .enumerate()
                    .find_map(|(passage, stored)| {
                        let head: String = item.chars().take(12).collect();
                        let at = stored.chunk.text.find(&head)?;
                        Some(deskmate_knowledge::Support {
                            passage,
                            anchor: stored.chunk.anchor_at(at),
                            quote: item.clone(),
                            score: 1.0,
                        })
                    });
                out.push(match found {
                    Some(support) => format!(
                        "{item}[{}]",
                        self.grounding.marker(&support, &section.chunks)
                    ),
                    None => item,
                });
            }
        }
        if out.is_empty() {
            out.push(match self.language {
                Language::Chinese => "复习本课内容，完成学习单中的基础题和提高题。".to_string(),
                Language::English => {
                    "Revise the lesson and do the basic and standard levels of the worksheet."
                        .to_string()
                }
            });
        }
        out
    }
}

/// Items of the lists of a section, without their numbers.
pub(crate) fn list_items(section: &Section) -> Vec<String> {
    section
        .blocks
        .iter()
        .filter_map(|block| match &block.content {
            BlockContent::List { items, .. } => {
                Some(items.iter().map(|item| item.text.trim().to_string()))
            }
            _ => None,
        })
        .flatten()
        .filter(|item| item.chars().count() >= 4)
        .collect()
}
