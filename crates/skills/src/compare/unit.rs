//! A document as a sequence of clauses and paragraphs that can be compared one by one.

use std::sync::LazyLock;

use deskmate_core::{Anchor, BlockContent, Document};
use regex::Regex;

/// A clause, paragraph, list item, heading or table row.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Unit {
    /// The clause it stands in, e.g. `第八条`.
    pub(super) label: String,
    /// Text as it stands, without the label.
    pub(super) text: String,
    pub(super) anchor: Anchor,
    /// A heading has no duty in it.
    pub(super) is_heading: bool,
}

static CLAUSE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\s*(第[零〇一二三四五六七八九十百千0-9]+条(?:之[一二三四五六七八九十]+)?|(?:Article|Section|Clause)\s+\d+(?:\.\d+)*\.?)[\s\u{3000}:：.]*")
        .expect("the tests use every pattern")
});
/// A clause that begins inside a paragraph, where a reader of pages joined two.
static INNER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[。；！？]\s*(第[零〇一二三四五六七八九十百千0-9]+条)[\s\u{3000}]")
        .expect("the tests use every pattern")
});
static PART: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\s*(第[零〇一二三四五六七八九十百千0-9]+[章节编]|(?:Chapter|Part)\s+[0-9IVXLC]+\.?)[\s\u{3000}:：.]*")
        .expect("the tests use every pattern")
});
static ITEM: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\s*([（(][一二三四五六七八九十百0-9a-z]{1,4}[)）]|[一二三四五六七八九十]{1,3}、|\d{1,2}[、)）]|\d{1,2}\.(?:\d{1,2}\.?)*(?:\s+|$)|\d{1,2}\.(?:\d{1,2}\.)*|[①-⑳])\s*")
        .expect("the tests use every pattern")
});

/// Cuts a document into units in reading order.
pub(super) fn units(document: &Document) -> Vec<Unit> {
    let mut cutter = Cutter::default();
    for block in &document.blocks {
        let anchor = &block.anchor;
        match &block.content {
            BlockContent::Heading { text, .. } => cutter.line(text, anchor, true),
            BlockContent::List { items, .. } => {
                for item in items {
                    cutter.line(&item.line(), anchor, false);
                }
            }
            BlockContent::Table { caption, rows, .. } => {
                if let Some(caption) = caption {
                    cutter.line(caption, anchor, false);
                }
                for row in rows {
                    cutter.end_line = true;
                    cutter.line(&row.join(" | "), anchor, false);
                    cutter.end_line = true;
                }
            }
            BlockContent::Image { .. } => {}
            BlockContent::Paragraph { .. }
            | BlockContent::Formula { .. }
            | BlockContent::Footnote { .. }
            | BlockContent::Note { .. }
            | BlockContent::Slide { .. }
            | BlockContent::Sheet { .. } => {
                for line in block.text().lines() {
                    cutter.line(line, anchor, false);
                }
            }
        }
    }
    cutter.units
}

#[derive(Default)]
struct Cutter {
    units: Vec<Unit>,
    clause: String,
    /// The next line begins a unit of its own whatever stands before it.
    end_line: bool,
}

impl Cutter {
    fn line(&mut self, text: &str, anchor: &Anchor, is_heading: bool) {
        let text = text.trim();
        if let Some(inner) = INNER.captures(text).and_then(|found| found.get(1)) {
            self.line(&text[..inner.start()], anchor, is_heading);
            return self.line(&text[inner.start()..], anchor, false);
        }
        if text.is_empty() {
            return;
        }
        let is_part = PART.is_match(text);
        if let Some(found) = CLAUSE.captures(text) {
            self.clause = found[1].trim_end_matches('.').to_owned();
            let rest = text[found[0].len()..].trim();
            // A clause whose heading stands alone: its text follows as units of its own.
            self.push(rest, anchor, is_heading && rest.chars().count() < 30);
            return;
        }
        if is_part || is_heading {
            self.clause.clear();
            let rest = PART.find(text).map_or(text, |found| &text[found.end()..]);
            let rest = ITEM.find(rest).map_or(rest, |found| &rest[found.end()..]);
            self.push(if rest.is_empty() { text } else { rest }, anchor, true);
            self.end_line = true;
            return;
        }
        if let Some(found) = ITEM.find(text) {
            let rest = &text[found.end()..];
            if !rest.is_empty() {
                self.push(rest, anchor, false);
                return;
            }
        }
        // A paragraph that a page break cut in two goes on in the next line.
        let goes_on = !std::mem::take(&mut self.end_line)
            && self.units.last().is_some_and(|unit| {
                !unit.is_heading && unit.text.chars().count() >= 15 && !ends_sentence(&unit.text)
            });
        match self.units.last_mut().filter(|_| goes_on) {
            Some(unit) => {
                if unit
                    .text
                    .ends_with(|c: char| c.is_ascii_alphanumeric() || c == ',')
                {
                    unit.text.push(' ');
                }
                unit.text.push_str(text);
            }
            None => self.push(text, anchor, false),
        }
    }

    fn push(&mut self, text: &str, anchor: &Anchor, is_heading: bool) {
        if text.is_empty() {
            return;
        }
        self.end_line = false;
        self.units.push(Unit {
            label: self.clause.clone(),
            text: text.to_owned(),
            anchor: anchor.clone(),
            is_heading,
        });
    }
}

fn ends_sentence(text: &str) -> bool {
    text.trim_end().ends_with([
        '。', '；', '：', '！', '？', '.', ';', ':', '!', '?', '”', '）', ')', '》',
    ])
}
