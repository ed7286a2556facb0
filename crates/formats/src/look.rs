//! Bold and italic on their way from a reader to a manuscript.
//!
//! A document's blocks are plain text, since nothing that searches or answers wants to know how a word looked. Whoever
//! goes on writing does: for them a reader puts private characters into the text, which are taken out again here.

use std::collections::BTreeSet;

use deskmate_core::{
    BlockContent, Citation, Document, ErrorCode, Manuscript, Passage, ReadWarning, Run, push_run,
};

const BOLD: char = '\u{E010}';
const ITALIC: char = '\u{E011}';
const BOTH: char = '\u{E012}';
const PLAIN: char = '\u{E013}';
const MARKS: [char; 4] = [BOLD, ITALIC, BOTH, PLAIN];

/// What a reader is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keep {
    /// Plain text.
    Text,
    /// Text with marks for bold and italic, links with their addresses.
    Looks,
}

/// The look of a stretch of text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Look {
    /// Bold.
    pub(crate) bold: bool,
    /// Italic.
    pub(crate) italic: bool,
}

impl Look {
    fn mark(self) -> char {
        match (self.bold, self.italic) {
            (true, true) => BOTH,
            (true, false) => BOLD,
            (false, true) => ITALIC,
            (false, false) => PLAIN,
        }
    }
}

/// Adds text that looks so. Blanks have no look of their own: they take that of the text before them if it is the same.
pub(crate) fn push(out: &mut String, text: &str, look: Look) {
    if text.is_empty() {
        return;
    }
    let text = text.replace(MARKS, "");
    if look == Look::default() {
        out.push_str(&text);
        return;
    }
    let goes_on = out.ends_with(PLAIN)
        && out[..out.len() - PLAIN.len_utf8()]
            .rfind(MARKS)
            .is_some_and(|at| out[at..].starts_with(look.mark()));
    if goes_on {
        out.pop();
    } else if text.trim().is_empty() {
        out.push_str(&text);
        return;
    } else {
        out.push(look.mark());
    }
    out.push_str(&text);
    out.push(PLAIN);
}

/// The text without marks.
pub(crate) fn plain(text: &str) -> String {
    text.replace(MARKS, "")
}

/// The text with its bold left out: a heading is bold already.
pub(crate) fn without_bold(text: &str) -> String {
    text.replace(BOLD, "").replace(BOTH, &ITALIC.to_string())
}

/// A manuscript of a document whose texts carry marks.
pub(crate) fn manuscript(document: &Document, citations: &[Citation]) -> Manuscript {
    let mut made = Manuscript::from_document(document, citations);
    for passage in &mut made.passages {
        match passage {
            Passage::Heading { runs, .. } | Passage::Paragraph { runs } => unfold(runs),
            Passage::List { items } => items.iter_mut().for_each(|item| unfold(&mut item.runs)),
            Passage::Table { rows, .. } => rows.iter_mut().flatten().for_each(unfold),
            Passage::Kept { block } => match block {
                BlockContent::Image { alt: text }
                | BlockContent::Formula { text }
                | BlockContent::Footnote { text, .. }
                | BlockContent::Note { text }
                | BlockContent::Heading { text, .. }
                | BlockContent::Paragraph { text } => *text = plain(text),
                BlockContent::List { .. }
                | BlockContent::Table { .. }
                | BlockContent::Slide { .. }
                | BlockContent::Sheet { .. } => {}
            },
        }
    }
    made
}

fn unfold(runs: &mut Vec<Run>) {
    let mut out: Vec<Run> = Vec::new();
    let mut look = Look::default();
    for run in std::mem::take(runs) {
        let mut rest = run.text.as_str();
        while !rest.is_empty() {
            let at = rest.find(MARKS).unwrap_or(rest.len());
            let part = Run {
                text: rest[..at].to_owned(),
                bold: look.bold,
                italic: look.italic,
                ..run.clone()
            };
            push_run(&mut out, part);
            let Some(mark) = rest[at..].chars().next() else {
                break;
            };
            look = Look {
                bold: matches!(mark, BOLD | BOTH),
                italic: matches!(mark, ITALIC | BOTH),
            };
            rest = &rest[at + mark.len_utf8()..];
        }
    }
    // Blanks at the ends were inside of a mark.
    if let Some(first) = out.first_mut() {
        first.text = first.text.trim_start().to_owned();
    }
    if let Some(last) = out.last_mut() {
        last.text.truncate(last.text.trim_end().len());
    }
    out.retain(|run| !run.text.is_empty());
    *runs = out;
}

/// The warning that names what a manuscript cannot keep; none when there is nothing.
pub(crate) fn lost(names: &BTreeSet<&'static str>) -> Option<ReadWarning> {
    if names.is_empty() {
        return None;
    }
    let names: Vec<&str> = names.iter().copied().collect();
    Some(ReadWarning::new(
        ErrorCode::Omitted,
        format!("not kept in the manuscript: {}", names.join(", ")),
    ))
}
