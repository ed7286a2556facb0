//! Slides, quizzes, lesson plans and worksheets over fakes of the engines, and with the worst answers a model can give.
#![allow(clippy::unwrap_used, reason = "tests")]

mod chapter;
mod lesson_plan;
mod prompts;
mod quiz;
mod slides;
