//! The sample questions: the acceptance test of the main job.

use std::path::{Path, PathBuf};

use deskmate_core::{CancelToken, ErrorCode, WireError};
use deskmate_knowledge::fold;
use serde::{Deserialize, Serialize};

use crate::app::{App, AskParams};
use crate::ingest::{AddReport, Sink};

/// How the sample questions went.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SamplesReport {
    /// What became of the files.
    pub added: AddReport,
    /// Questions with an answer in the samples.
    pub answerable: usize,
    /// Of these, answered as expected.
    pub right: usize,
    /// Of the right ones, those that cite one of the right files.
    pub right_file: usize,
    /// Questions without an answer in the samples.
    pub unanswerable: usize,
    /// Of these, refused.
    pub refused: usize,
    /// Every question with its answer.
    pub questions: Vec<SampleQuestion>,
}

/// One question as it went.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SampleQuestion {
    /// Its id.
    pub id: String,
    /// The answer.
    pub answer: String,
    /// As expected.
    pub right: bool,
    /// Cites one of the right files.
    pub right_file: bool,
    /// Quotes of the citations.
    pub quotes: Vec<String>,
    /// Milliseconds to the first token.
    pub ttft_ms: u64,
}

#[derive(Deserialize)]
struct Questions {
    question: Vec<Question>,
}

#[derive(Deserialize)]
struct Question {
    id: String,
    text: String,
    kind: String,
    #[serde(default)]
    files: Vec<String>,
    #[serde(default)]
    answer_any: Vec<Vec<String>>,
    #[serde(default)]
    after: Option<String>,
    #[serde(default)]
    demo: bool,
}

/// The files of the samples folder that are samples: not its README and not the questions.
///
/// # Errors
/// `NotFound` when the folder is not there.
pub fn sample_files(folder: &Path) -> Result<Vec<PathBuf>, WireError> {
    let failed = |error: std::io::Error| {
        WireError::new(
            ErrorCode::of_io(&error),
            format!("could not read `{}`: {error}", folder.display()),
        )
        .with_hint("name the folder of the samples with `--samples DIR`")
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_file()
            && !name.starts_with('.')
            && name != "README.md"
            && name != "questions.toml"
        {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The texts of the questions that the first run shows.
///
/// # Errors
/// `NotFound`, `InvalidInput`.
pub fn demo_questions(folder: &Path) -> Result<Vec<String>, WireError> {
    let all = read_questions(folder)?;
    Ok(all.into_iter().filter(|q| q.demo).map(|q| q.text).collect())
}

fn read_questions(folder: &Path) -> Result<Vec<Question>, WireError> {
    let path = folder.join("questions.toml");
    let text = std::fs::read_to_string(&path).map_err(|error| {
        WireError::new(
            ErrorCode::of_io(&error),
            format!("could not read `{}`: {error}", path.display()),
        )
    })?;
    let all: Questions = toml::from_str(&text).map_err(|error| {
        WireError::new(
            ErrorCode::InvalidInput,
            format!("`{}`: {error}", path.display()),
        )
    })?;
    Ok(all.question)
}

/// Adds the samples and asks every question, follow-ups within their conversation.
///
/// # Errors
/// Those of the library and the engines.
pub fn samples(
    app: &App,
    folder: &Path,
    limit: usize,
    cancel: &CancelToken,
    sink: Sink<'_>,
) -> Result<SamplesReport, WireError> {
    let added = app.add(&sample_files(folder)?, cancel, sink)?;
    let mut report = SamplesReport {
        added,
        answerable: 0,
        right: 0,
        right_file: 0,
        unanswerable: 0,
        refused: 0,
        questions: Vec::new(),
    };
    let questions = read_questions(folder)?;
    let step = (questions.len() / limit.max(1)).max(1);
    for (index, question) in questions.iter().enumerate() {
        // A follow-up comes right behind its question, or its turn would not be the last.
        let chosen = index % step == 0 || question.after.is_some();
        let leads_on = questions
            .get(index + 1)
            .is_some_and(|next| next.after.is_some());
        if !chosen && !leads_on {
            continue;
        }
        let conversation = question
            .after
            .clone()
            .unwrap_or_else(|| question.id.clone());
        let params = AskParams {
            question: question.text.clone(),
            conversation: Some(format!("sample {conversation}")),
            ..AskParams::default()
        };
        let result = app.ask(&params, cancel, &mut |_| {})?;
        let folded = comparable(&result.answer);
        let holds = |wanted: &String| contains(&folded, &comparable(wanted));
        let right = if question.kind == "unanswerable" {
            report.unanswerable += 1;
            report.refused += usize::from(result.abstained);
            result.abstained
        } else {
            report.answerable += 1;
            let right =
                !result.abstained && question.answer_any.iter().all(|any| any.iter().any(holds));
            report.right += usize::from(right);
            right
        };
        let right_file = result.citations.iter().any(|citation| {
            let name = citation
                .path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy();
            question.files.iter().any(|file| *file == name)
        });
        report.right_file += usize::from(right && right_file);
        report.questions.push(SampleQuestion {
            id: question.id.clone(),
            answer: result.answer,
            right,
            right_file,
            quotes: result.citations.into_iter().map(|c| c.quote).collect(),
            ttft_ms: result.usage.ttft_ms,
        });
    }
    Ok(report)
}

/// The form in which answers are compared: folded, no commas in numbers, no white space or table bars, but one space
/// between two digits.
fn comparable(text: &str) -> String {
    let characters: Vec<char> = fold(text).chars().collect();
    let digit = |at: Option<usize>| {
        at.and_then(|at| characters.get(at))
            .is_some_and(char::is_ascii_digit)
    };
    let mut out = String::new();
    for (at, c) in characters.iter().enumerate() {
        let gap = c.is_whitespace() || *c == '|';
        if *c == ',' && digit(at.checked_sub(1)) && digit(Some(at + 1)) {
            continue;
        }
        if !gap {
            out.push(*c);
            continue;
        }
        let next = characters[at..]
            .iter()
            .find(|c| !c.is_whitespace() && **c != '|');
        let after_digit = out.chars().last().is_some_and(|c| c.is_ascii_digit());
        if after_digit && next.is_some_and(char::is_ascii_digit) {
            out.push(' ');
        }
    }
    out
}

/// True when the answer has the wanted text, not as a part of a longer number.
fn contains(answer: &str, wanted: &str) -> bool {
    let touches = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    !wanted.is_empty()
        && answer.match_indices(wanted).any(|(at, _)| {
            let before = answer[..at].chars().next_back();
            let after = answer[at + wanted.len()..].chars().next();
            let head = wanted.starts_with(|c: char| c.is_ascii_digit()) && touches(before);
            let tail = wanted.ends_with(|c: char| c.is_ascii_digit()) && touches(after);
            !head && !tail
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_must_match_whole() {
        assert!(!contains(&comparable("需要 48 小时"), &comparable("8小时")));
        assert!(contains(&comparable("需要 8 小时"), &comparable("8小时")));
        assert!(contains(&comparable("共 1,234 元"), "1234"));
    }
}
