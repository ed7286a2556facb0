//! What a teacher takes to class as values: tests with keys, lesson plans, worksheets.

use serde::{Deserialize, Serialize};

use crate::Citation;

/// A test with its key.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Quiz {
    /// Name of the test.
    pub title: String,
    /// Language of the text as a tag, e.g. `zh-CN`.
    pub language: String,
    /// The items in order.
    pub items: Vec<QuizItem>,
    /// The places behind the items' markers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub citations: Vec<Citation>,
}

/// One item of a test.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct QuizItem {
    /// The question; a blank is `____`.
    pub question: String,
    /// Its form, with the key.
    pub answer: QuizAnswer,
    /// Why the key is right; may be empty.
    pub explanation: String,
    /// Markers of the places that hold the answer, in the citations of the whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub markers: Vec<u32>,
}

/// The form of an item, with its key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum QuizAnswer {
    /// One of several options.
    Choice {
        /// The options without letters, all different.
        options: Vec<String>,
        /// Index of the right one.
        key: usize,
    },
    /// Words for the blanks.
    Blank {
        /// One text per blank.
        keys: Vec<String>,
    },
    /// A few sentences.
    ShortAnswer {
        /// A full answer.
        key: String,
    },
}

/// Items at three levels of difficulty.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Worksheet {
    /// Name of the worksheet.
    pub title: String,
    /// Language of the text as a tag, e.g. `zh-CN`.
    pub language: String,
    /// The levels from easy to hard.
    pub levels: Vec<WorksheetLevel>,
    /// The places behind the items' markers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub citations: Vec<Citation>,
}

/// The items of one level.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WorksheetLevel {
    /// How hard.
    pub level: Difficulty,
    /// The items.
    pub items: Vec<QuizItem>,
}

/// How hard items are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Difficulty {
    /// Recall: 基础.
    Basic,
    /// Use: 提高.
    Standard,
    /// Connect and reason: 拓展.
    Advanced,
}

/// A plan for one or several lessons (教案).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct LessonPlan {
    /// What is taught.
    pub title: String,
    /// Language of the text as a tag, e.g. `zh-CN`.
    pub language: String,
    /// Minutes in all; those of the steps add up to it.
    pub minutes: u32,
    /// 教学目标.
    pub objectives: Vec<String>,
    /// 教学重点.
    pub key_points: Vec<String>,
    /// 教学难点.
    pub difficult_points: Vec<String>,
    /// 教学过程.
    pub steps: Vec<LessonStep>,
    /// 板书设计, line by line; two leading spaces are one level.
    pub board: Vec<String>,
    /// 作业.
    pub homework: Vec<String>,
    /// The places behind the markers in the texts, written `[1]`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub citations: Vec<Citation>,
}

/// A step of a lesson.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LessonStep {
    /// Its name, e.g. `导入新课`.
    pub name: String,
    /// How long.
    pub minutes: u32,
    /// What the teacher does.
    pub teacher: String,
    /// What the students do.
    pub students: String,
}

impl LessonPlan {
    /// Minutes of all steps together.
    pub fn step_minutes(&self) -> u32 {
        self.steps.iter().map(|step| step.minutes).sum()
    }
}
