//! Turns the model's stream into an answer with checked markers, sentence by sentence, while it comes.

use deskmate_core::{CancelToken, Citation, StoredChunk, WireError};
use regex::Regex;

use crate::cite::{Aligner, Markers, is_statement};
use crate::sentence::sentences;

/// Shown behind a sentence for which no place was found.
pub const UNSUPPORTED_MARK: &str = "[?]";

/// An answer as far as it has come.
pub(crate) struct Composer<'a> {
    aligner: Aligner<'a>,
    passages: &'a [StoredChunk],
    markers: Markers,
    show_markers: bool,
    cancel: CancelToken,
    /// Held back because it may become a marker of the model's own, which is dropped.
    bracket: String,
    /// The sentence that is not finished yet.
    open: String,
    /// How much of `open` has been given out.
    sent: usize,
    text: String,
    supported: usize,
    unsupported: Vec<String>,
}

/// A finished answer.
#[derive(Debug, Clone)]
pub(crate) struct Composed {
    pub(crate) text: String,
    pub(crate) citations: Vec<Citation>,
    pub(crate) supported: usize,
    pub(crate) unsupported: Vec<String>,
}

/// Longest marker that a model writes, in characters.
const MAX_BRACKET: usize = 24;

impl<'a> Composer<'a> {
    pub(crate) fn new(
        aligner: Aligner<'a>,
        passages: &'a [StoredChunk],
        show_markers: bool,
        cancel: &CancelToken,
    ) -> Self {
        Self {
            aligner,
            passages,
            markers: Markers::default(),
            show_markers,
            cancel: cancel.clone(),
            bracket: String::new(),
            open: String::new(),
            sent: 0,
            text: String::new(),
            supported: 0,
            unsupported: Vec::new(),
        }
    }

    /// Takes more of the model's text; gives what may be shown now.
    pub(crate) fn push(&mut self, delta: &str) -> Result<String, WireError> {
        let mut out = String::new();
        for c in delta.chars() {
            if let Some(ready) = self.filter(c) {
                self.open.push_str(&ready);
            }
        }
        self.close_sentences(false, &mut out)?;
        Ok(out)
    }

    /// Ends the answer; gives the last of its text and the whole.
    pub(crate) fn finish(mut self) -> Result<(String, Composed), WireError> {
        let mut out = String::new();
        let held = std::mem::take(&mut self.bracket);
        self.open.push_str(&held);
        self.close_sentences(true, &mut out)?;
        let composed = Composed {
            text: self.text.trim().to_string(),
            citations: self.markers.into_citations(),
            supported: self.supported,
            unsupported: self.unsupported,
        };
        Ok((out, composed))
    }

    fn filter(&mut self, c: char) -> Option<String> {
        if self.bracket.is_empty() {
            if matches!(c, '[' | '【' | '（' | '(') {
                self.bracket.push(c);
                return None;
            }
            return Some(c.to_string());
        }
        self.bracket.push(c);
        if matches!(c, ']' | '】' | '）' | ')') {
            let bracket = std::mem::take(&mut self.bracket);
            return (!is_own_marker(&bracket)).then_some(bracket);
        }
        if self.bracket.chars().count() > MAX_BRACKET {
            return Some(std::mem::take(&mut self.bracket));
        }
        None
    }

    fn close_sentences(&mut self, last: bool, out: &mut String) -> Result<(), WireError> {
        loop {
            let ranges = sentences(&self.open);
            let Some(first) = ranges.first().cloned() else {
                break;
            };
            if ranges.len() == 1 && !last {
                // White space at the end waits: the marker goes before it.
                let shown = self.open.trim_end().len().max(self.sent);
                self.emit(shown, out);
                break;
            }
            let sentence = self.open[first.clone()].to_string();
            let words = sentence.trim_end().len().max(self.sent);
            self.emit(words, out);
            if let Some(marker) = self.judge(sentence.trim())? {
                self.text.push_str(&marker);
                out.push_str(&marker);
            }
            self.emit(first.end, out);
            self.open.drain(..first.end);
            self.sent = 0;
            if self.open.is_empty() {
                break;
            }
        }
        Ok(())
    }

    fn emit(&mut self, end: usize, out: &mut String) {
        if end > self.sent {
            let part = self.open[self.sent..end].to_string();
            self.text.push_str(&part);
            out.push_str(&part);
            self.sent = end;
        }
    }

    fn judge(&mut self, sentence: &str) -> Result<Option<String>, WireError> {
        // A list number on its own is no sentence; a bare amount is a brief answer.
        let letters = sentence.chars().any(char::is_alphabetic);
        if !letters && (self.show_markers || sentence.is_empty()) {
            return Ok(None);
        }
        // A small model may repeat the question; that its words stand in a source makes no answer of it.
        if sentence.ends_with(['？', '?']) {
            return Ok(None);
        }
        match self.aligner.align(sentence, &self.cancel)? {
            Some(support) => {
                self.supported += 1;
                let marker = self.markers.marker(&support, self.passages);
                Ok(self.show_markers.then(|| format!("[{marker}]")))
            }
            None if is_statement(sentence) => {
                self.unsupported.push(sentence.to_string());
                Ok(self.show_markers.then(|| UNSUPPORTED_MARK.to_string()))
            }
            None => Ok(None),
        }
    }
}

/// `[1]`, `【资料2】`, `（见资料1、3）`, `(Material 2)`: what models write when they believe that they cite.
fn is_own_marker(bracket: &str) -> bool {
    static OWN: std::sync::LazyLock<Option<Regex>> = std::sync::LazyLock::new(|| {
        Regex::new(
            r"(?i)^[\[【（(]\s*((见|根据|来源|来自|参见|source|see)?[:：]?\s*(资料|材料|material|source|passage)\s*[\d、,，\s和and]*|\d{1,2}(\s*[,，、]\s*\d{1,2})*)\s*[\]】）)]$",
        )
        .ok()
    });
    // A number alone in round brackets is a list mark or an amount, not a marker.
    let round_number = bracket.starts_with(['（', '('])
        && bracket
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '（' | '(' | '）' | ')'));
    !round_number && OWN.as_ref().is_some_and(|own| own.is_match(bracket))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use deskmate_core::{Anchor, Chunk, Span};

    use super::*;

    fn passages() -> Vec<StoredChunk> {
        let text = "一线城市住宿费每人每天600元。报销应在返回后15个工作日内办理。";
        vec![StoredChunk {
            id: 1,
            source_id: 1,
            path: "a.docx".into(),
            chunk: Chunk {
                ordinal: 0,
                heading: vec![],
                text: text.into(),
                spans: vec![Span {
                    start: 0,
                    end: text.len(),
                    anchor: Anchor::page(1),
                }],
            },
        }]
    }

    fn check(deltas: &[&str], expected: &str) {
        let passages = passages();
        let aligner = Aligner::new(&passages, "标准", None);
        let mut composer = Composer::new(aligner, &passages, true, &CancelToken::new());
        let mut streamed = String::new();
        for delta in deltas {
            streamed.push_str(&composer.push(delta).unwrap());
        }
        let (rest, composed) = composer.finish().unwrap();
        streamed.push_str(&rest);
        assert_eq!(composed.text, expected);
        assert_eq!(streamed.trim(), expected, "what was streamed is the answer");
    }

    #[test]
    fn each_sentence_gets_the_marker_of_its_place() {
        check(
            &[
                "一线城市住宿费每人每天600",
                "元。报销",
                "应在15个工作日内办理。",
            ],
            "一线城市住宿费每人每天600元。[1]报销应在15个工作日内办理。[2]",
        );
    }

    #[test]
    fn markers_of_the_models_own_are_dropped() {
        check(
            &["一线城市住宿费每人每天600元", "（资", "料1）。"],
            "一线城市住宿费每人每天600元。[1]",
        );
    }

    #[test]
    fn a_sentence_without_support_is_marked() {
        check(
            &["公司每年组织员工体检两次。"],
            "公司每年组织员工体检两次。[?]",
        );
    }

    #[test]
    fn a_question_given_back_has_no_place() {
        check(
            &[
                "一线城市住宿费每人每天多少？",
                "一线城市住宿费每人每天600元。",
            ],
            "一线城市住宿费每人每天多少？一线城市住宿费每人每天600元。[1]",
        );
    }

    #[test]
    fn other_brackets_stay() {
        check(
            &["一线城市（北京、上海）住宿费每人每天600元。\n"],
            "一线城市（北京、上海）住宿费每人每天600元。[1]",
        );
    }
}
