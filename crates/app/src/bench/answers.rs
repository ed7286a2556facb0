//! Answers over a set: how good, how well cited, how often rightly refused.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use deskmate_core::{CancelToken, JobEvent, WireError};
use serde::Serialize;

use super::score::{f1, holds, normalise, term_share};
use super::set::{EvaluationSet, Query};
use crate::app::{App, AskParams};
use crate::ingest::Sink;

/// Figures over the questions asked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AnswersReport {
    /// Questions with an answer in the library.
    pub answerable: usize,
    /// Mean F1 over them (characters for Chinese, words for English); a refusal counts 0.
    pub f1: f64,
    /// Share whose answer holds a reference.
    pub holds_reference: f64,
    /// Share of them that were refused.
    pub answerable_abstained: f64,
    /// Questions without an answer in the library.
    pub unanswerable: usize,
    /// Share of them that were refused.
    pub unanswerable_abstained: f64,
    /// Citations given.
    pub citations: usize,
    /// Share whose quote stands in the cited file.
    pub quote_in_file: f64,
    /// Share that also holds the key words of the sentences that cite it, or a reference.
    pub quote_holds_answer: f64,
    /// Share of answered questions with a citation of the right file.
    pub cites_right_file: f64,
    /// Mean milliseconds to the first token, and in all.
    pub ttft_ms: f64,
    /// Mean milliseconds of an answer.
    pub total_ms: f64,
    /// Every question with its answer.
    pub asked: Vec<AskedQuestion>,
}

/// One question as it went.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AskedQuestion {
    /// Its id in the set.
    pub qid: String,
    /// The question.
    pub question: String,
    /// The answer.
    pub answer: String,
    /// The references.
    pub references: Vec<String>,
    /// Refused.
    pub abstained: bool,
    /// F1 against the best reference.
    pub f1: f64,
    /// Holds a reference.
    pub holds: bool,
    /// Quotes of the citations.
    pub quotes: Vec<String>,
}

/// Which questions to ask, and how.
#[derive(Debug, Clone, Default)]
pub struct AnswersParams<'a> {
    /// The set whose documents are in the library.
    pub folder: PathBuf,
    /// Questions at most, evenly taken.
    pub limit: usize,
    /// Ask briefly.
    pub brief: bool,
    /// Take the questions from this set; none of them has an answer in the library.
    pub foreign: Option<&'a Path>,
}

/// Asks questions of a set and scores the answers.
///
/// # Errors
/// Those of reading the set, of the library and the engines.
pub fn answers(
    app: &App,
    params: &AnswersParams<'_>,
    cancel: &CancelToken,
    sink: Sink<'_>,
) -> Result<AnswersReport, WireError> {
    let set = EvaluationSet::read(&params.folder)?;
    let (ids, _) = set.load(app, None, cancel, &mut *sink)?;
    let texts: HashMap<&str, String> = set
        .docs
        .iter()
        .map(|doc| (doc.doc_id.as_str(), normalise(&doc.text)))
        .collect();
    let foreign = params.foreign.map(EvaluationSet::read).transpose()?;
    let queries = foreign
        .as_ref()
        .map_or(&set.queries, |foreign| &foreign.queries);
    let step = (queries.len() / params.limit.max(1)).max(1);
    let chosen: Vec<&Query> = queries.iter().step_by(step).take(params.limit).collect();
    let mut tally = Tally::default();
    let total = chosen.len() as u64;
    for (done, query) in chosen.into_iter().enumerate() {
        sink(JobEvent::Progress(deskmate_core::Progress {
            stage: "asking".to_string(),
            done: done as u64,
            total: Some(total),
            eta_ms: None,
            item: None,
        }));
        let ask = AskParams {
            question: query.question.clone(),
            brief: params.brief,
            ..AskParams::default()
        };
        let result = app.ask(&ask, cancel, &mut |_| {})?;
        let answerable = foreign.is_none() && query.is_answerable();
        let plain = without_marks(&result.answer);
        let score = if result.abstained {
            0.0
        } else {
            f1(&plain, &query.answers)
        };
        let held = !result.abstained && holds(&plain, &query.answers);
        tally.ttft += result.usage.ttft_ms as f64;
        tally.total += result.usage.total_ms as f64;
        if answerable {
            tally.answerable += 1;
            tally.f1 += score;
            tally.holds += usize::from(held);
            tally.answerable_abstained += usize::from(result.abstained);
        } else {
            tally.unanswerable += 1;
            tally.unanswerable_abstained += usize::from(result.abstained);
        }
        let gold = query.gold();
        let mut right_file = false;
        for citation in &result.citations {
            let doc = ids.get(&citation.path).map(String::as_str);
            let quote = normalise(&citation.quote);
            let stands = doc
                .and_then(|doc| texts.get(doc))
                .is_some_and(|text| text.contains(&quote));
            let stated = stated_with(&result.answer, citation.marker);
            let key_words = holds(&citation.quote, &query.answers)
                || term_share(stated.as_deref().unwrap_or(&plain), &citation.quote) >= 0.5;
            tally.citations += 1;
            tally.stands += usize::from(stands);
            tally.key_words += usize::from(stands && key_words);
            right_file |= doc.is_some_and(|doc| gold.contains(&doc));
        }
        if answerable && !result.abstained {
            tally.answered += 1;
            tally.right_file += usize::from(right_file);
        }
        tally.asked.push(AskedQuestion {
            qid: query.qid.clone(),
            question: query.question.clone(),
            answer: result.answer,
            references: query.answers.clone(),
            abstained: result.abstained,
            f1: score,
            holds: held,
            quotes: result.citations.into_iter().map(|c| c.quote).collect(),
        });
    }
    Ok(tally.report())
}

/// The words of an answer that stand before a marker, back to the marker before; `None` where it has no such marker (a
/// brief answer carries none).
fn stated_with(answer: &str, marker: u32) -> Option<String> {
    let wanted = marker.to_string();
    let mut stated = Vec::new();
    let (mut start, mut current) = (0, "");
    for (open, _) in answer.match_indices('[') {
        let Some(length) = answer[open..].find(']') else {
            break;
        };
        let mark = &answer[open + 1..open + length];
        if !mark.chars().all(|c| c.is_ascii_digit() || c == '?') {
            continue;
        }
        // Of `甲。[1][2]` both marks stand for the same words.
        if open > start {
            current = &answer[start..open];
        }
        if mark == wanted {
            stated.push(current);
        }
        start = open + length + 1;
    }
    (!stated.is_empty()).then(|| stated.join(" "))
}

fn without_marks(answer: &str) -> String {
    let mut out = String::new();
    let mut rest = answer;
    while let Some(open) = rest.find('[') {
        let mark = &rest[open + 1..];
        let close = mark.find(']').filter(|close| {
            mark[..*close]
                .chars()
                .all(|c| c.is_ascii_digit() || c == '?')
        });
        out.push_str(&rest[..open]);
        match close {
            Some(close) => rest = &mark[close + 1..],
            None => {
                out.push('[');
                rest = mark;
            }
        }
    }
    out.push_str(rest);
    out
}

#[derive(Default)]
struct Tally {
    answerable: usize,
    f1: f64,
    holds: usize,
    answerable_abstained: usize,
    unanswerable: usize,
    unanswerable_abstained: usize,
    citations: usize,
    stands: usize,
    key_words: usize,
    answered: usize,
    right_file: usize,
    ttft: f64,
    total: f64,
    asked: Vec<AskedQuestion>,
}

impl Tally {
    fn report(self) -> AnswersReport {
        let share = |count: usize, of: usize| count as f64 / of.max(1) as f64;
        let all = self.asked.len().max(1) as f64;
        AnswersReport {
            answerable: self.answerable,
            f1: self.f1 / self.answerable.max(1) as f64,
            holds_reference: share(self.holds, self.answerable),
            answerable_abstained: share(self.answerable_abstained, self.answerable),
            unanswerable: self.unanswerable,
            unanswerable_abstained: share(self.unanswerable_abstained, self.unanswerable),
            citations: self.citations,
            quote_in_file: share(self.stands, self.citations),
            quote_holds_answer: share(self.key_words, self.citations),
            cites_right_file: share(self.right_file, self.answered),
            ttft_ms: self.ttft / all,
            total_ms: self.total / all,
            asked: self.asked,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_stands_for_the_sentence_before_it() {
        let answer = "住宿费每天600元。[1]报销在15日内办理[2]，逾期不受理。[1][3]";
        let stated = |marker| stated_with(answer, marker).unwrap_or_default();
        assert_eq!(stated(1), "住宿费每天600元。 ，逾期不受理。");
        assert_eq!(stated(2), "报销在15日内办理");
        assert_eq!(stated(3), "，逾期不受理。");
        assert_eq!(stated_with("600元", 1), None);
    }
}
