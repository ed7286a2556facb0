//! What the user writes: blocks of marked text with comments and the places it cites.
//!
//! A [`Document`](crate::Document) is what a reader makes of a file; a manuscript is what a person edits, so it knows
//! bold and italic, where a comment hangs, and which text is the mark of a citation. One form for the editor, the
//! catalogue and every export: nothing is lost between them.

use serde::{Deserialize, Serialize};

use crate::{BlockContent, Citation, Document, ListItem};

/// The content of a manuscript.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Manuscript {
    /// Its blocks in reading order.
    pub passages: Vec<Passage>,
    /// Comments; a run names those that hang on it. One that no run names lost its text and is kept all the same.
    #[serde(default)]
    pub comments: Vec<Comment>,
    /// The places behind its citation marks.
    #[serde(default)]
    pub citations: Vec<Citation>,
}

/// One block of a manuscript.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Passage {
    /// A heading; `level` 1 is the outermost, at most 6.
    Heading {
        /// Level from 1.
        level: u8,
        /// Its text.
        runs: Vec<Run>,
    },
    /// Running text; a line break is `\n`.
    Paragraph {
        /// Its text.
        runs: Vec<Run>,
    },
    /// A list and the lists inside it.
    List {
        /// Items in order.
        items: Vec<Entry>,
    },
    /// A table; all rows have the same number of cells.
    Table {
        /// How many rows at the top are header rows.
        header_rows: usize,
        /// Cells, row by row, each with its text.
        rows: Vec<Vec<Vec<Run>>>,
    },
    /// A block that came from a file and cannot be edited: a picture, a formula, a footnote.
    Kept {
        /// The block.
        block: BlockContent,
    },
}

/// An item of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Entry {
    /// Nesting depth, 0 for the outermost.
    pub level: u8,
    /// Counted, or with a bullet.
    pub ordered: bool,
    /// Its text.
    pub runs: Vec<Run>,
}

/// A stretch of text that looks the same all along.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Run {
    /// The text. A citation mark is its number in brackets, `[3]`.
    pub text: String,
    /// Bold.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<bool>"))]
    pub bold: bool,
    /// Italic.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<bool>"))]
    pub italic: bool,
    /// The citation that this is the mark of. Brackets that someone typed cite nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub cite: Option<u32>,
    /// The comments that hang on it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<u32>>"))]
    pub comments: Vec<u32>,
}

/// A comment on a stretch of text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Comment {
    /// Its number in the manuscript.
    pub id: u32,
    /// What it says.
    pub text: String,
    /// Dealt with: kept, but neither marked in the text nor exported.
    #[serde(default)]
    pub resolved: bool,
    /// When it was written, milliseconds since 1970.
    pub at_ms: i64,
}

impl Run {
    /// Text without marks.
    pub fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }

    /// The mark of a citation.
    pub fn citation(marker: u32) -> Self {
        Self {
            text: format!("[{marker}]"),
            cite: Some(marker),
            ..Self::default()
        }
    }

    fn looks_like(&self, other: &Self) -> bool {
        self.cite.is_none()
            && other.cite.is_none()
            && self.bold == other.bold
            && self.italic == other.italic
            && self.comments == other.comments
    }
}

/// Adds a run at the end; text that looks like the text before it becomes one run with it, and empty text nothing.
pub fn push_run(runs: &mut Vec<Run>, run: Run) {
    if run.text.is_empty() {
        return;
    }
    match runs.last_mut() {
        Some(last) if last.looks_like(&run) => last.text.push_str(&run.text),
        Some(_) | None => runs.push(run),
    }
}

/// The text of runs.
pub fn runs_text(runs: &[Run]) -> String {
    runs.iter().map(|run| run.text.as_str()).collect()
}

impl Manuscript {
    /// What a reader made of a file, to be edited. Marks `[3]` of these citations become citations, any other
    /// brackets stay text. Captions become paragraphs, and so do items whose labels no plain counting gives back.
    pub fn from_document(document: &Document, citations: &[Citation]) -> Self {
        let mut passages = Vec::new();
        for block in &document.blocks {
            push_passages(&block.content, citations, &mut passages);
        }
        Self {
            passages,
            comments: Vec::new(),
            citations: citations.to_vec(),
        }
    }

    /// All text in reading order: blocks, items and rows on lines of their own, cells divided by ` | `.
    pub fn text(&self) -> String {
        let lines: Vec<String> = self.passages.iter().map(Passage::text).collect();
        lines.join("\n")
    }

    /// Characters in it, blanks and line breaks not counted.
    pub fn characters(&self) -> usize {
        self.text().chars().filter(|c| !c.is_whitespace()).count()
    }

    /// Visits every run in reading order; a table's cells row by row.
    pub fn each_run(&self, visit: &mut dyn FnMut(&Run)) {
        for passage in &self.passages {
            passage.each_run(visit);
        }
    }

    /// The citations whose mark stands in the text, by number.
    pub fn cited(&self) -> Vec<&Citation> {
        let mut marks = std::collections::BTreeSet::new();
        self.each_run(&mut |run| {
            marks.extend(run.cite);
        });
        let mut cited: Vec<&Citation> = self
            .citations
            .iter()
            .filter(|citation| marks.contains(&citation.marker))
            .collect();
        cited.sort_by_key(|citation| citation.marker);
        cited
    }
}

impl Passage {
    /// Its text, as [`Manuscript::text`] has it.
    pub fn text(&self) -> String {
        match self {
            Self::Heading { runs, .. } | Self::Paragraph { runs } => runs_text(runs),
            Self::List { items } => {
                let lines: Vec<String> = items.iter().map(|item| runs_text(&item.runs)).collect();
                lines.join("\n")
            }
            Self::Table { rows, .. } => {
                let line = |row: &Vec<Vec<Run>>| {
                    let cells: Vec<String> = row.iter().map(|cell| runs_text(cell)).collect();
                    cells.join(" | ")
                };
                rows.iter().map(line).collect::<Vec<String>>().join("\n")
            }
            Self::Kept { block } => {
                crate::Block::new(crate::Anchor::default(), block.clone()).text()
            }
        }
    }

    fn each_run(&self, visit: &mut dyn FnMut(&Run)) {
        match self {
            Self::Heading { runs, .. } | Self::Paragraph { runs } => {
                runs.iter().for_each(&mut *visit)
            }
            Self::List { items } => items
                .iter()
                .flat_map(|item| &item.runs)
                .for_each(&mut *visit),
            Self::Table { rows, .. } => rows.iter().flatten().flatten().for_each(&mut *visit),
            Self::Kept { .. } => {}
        }
    }
}

fn push_passages(content: &BlockContent, citations: &[Citation], out: &mut Vec<Passage>) {
    let paragraph = |text: &str| Passage::Paragraph {
        runs: marked_runs(text, citations),
    };
    match content {
        BlockContent::Heading { level, text } => out.push(Passage::Heading {
            level: (*level).clamp(1, 6),
            runs: marked_runs(text, citations),
        }),
        BlockContent::Slide { title: text, .. } | BlockContent::Sheet { name: text, .. } => {
            if !text.is_empty() {
                out.push(Passage::Heading {
                    level: 2,
                    runs: marked_runs(text, citations),
                });
            }
        }
        BlockContent::Paragraph { text } => out.push(paragraph(text)),
        BlockContent::List { ordered, items } => {
            if !counts_plainly(items) {
                out.extend(items.iter().map(|item| paragraph(&item.line())));
            } else if !items.is_empty() {
                out.push(Passage::List {
                    items: entries(items, *ordered, citations),
                });
            }
        }
        BlockContent::Table {
            caption,
            header_rows,
            rows,
        } => {
            out.extend(caption.iter().map(|caption| paragraph(caption)));
            let width = rows.iter().map(Vec::len).max().unwrap_or(0);
            if width == 0 {
                return;
            }
            let full = |row: &Vec<String>| {
                let cell = |column: usize| row.get(column).map_or("", String::as_str);
                (0..width)
                    .map(|column| marked_runs(cell(column), citations))
                    .collect()
            };
            out.push(Passage::Table {
                header_rows: (*header_rows).min(rows.len()),
                rows: rows.iter().map(full).collect(),
            });
        }
        BlockContent::Image { .. }
        | BlockContent::Formula { .. }
        | BlockContent::Footnote { .. }
        | BlockContent::Note { .. } => out.push(Passage::Kept {
            block: content.clone(),
        }),
    }
}

fn entries(items: &[ListItem], ordered: bool, citations: &[Citation]) -> Vec<Entry> {
    let mut above = None;
    items
        .iter()
        .map(|item| {
            // An item stands at most one level below the one before it, else there is no list that it could be in.
            let level = item
                .level
                .min(above.map_or(0, |above: u8| above.saturating_add(1)));
            above = Some(level);
            Entry {
                level,
                ordered: !item.label.is_empty() || (ordered && item.level == 0),
                runs: marked_runs(&item.text, citations),
            }
        })
        .collect()
}

/// True when an editor that counts 1. 2. 3. on each level shows the labels that the items have.
fn counts_plainly(items: &[ListItem]) -> bool {
    let mut counters: Vec<u32> = Vec::new();
    items.iter().all(|item| {
        let level = usize::from(item.level);
        counters.truncate(level + 1);
        counters.resize(level + 1, 0);
        if item.label.is_empty() {
            // Our own writers leave the labels of a counted list out.
            return true;
        }
        counters[level] += 1;
        item.label == format!("{}.", counters[level])
    })
}

/// Text with the marks of these citations as runs of their own.
pub fn marked_runs(text: &str, citations: &[Citation]) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut rest = text;
    let mut plain = String::new();
    while let Some(at) = rest.find('[') {
        let (before, from) = rest.split_at(at);
        plain.push_str(before);
        match mark_at(from, citations) {
            Some((marker, length)) => {
                push_run(&mut runs, Run::plain(std::mem::take(&mut plain)));
                push_run(&mut runs, Run::citation(marker));
                rest = &from[length..];
            }
            None => {
                plain.push('[');
                rest = &from[1..];
            }
        }
    }
    plain.push_str(rest);
    push_run(&mut runs, Run::plain(plain));
    runs
}

/// The number of the citation whose mark begins here, and the bytes that the mark takes.
pub fn mark_at(text: &str, citations: &[Citation]) -> Option<(u32, usize)> {
    let (inner, _) = text.strip_prefix('[')?.split_once(']')?;
    let marker: u32 = inner.parse().ok()?;
    let is_known = citations.iter().any(|citation| citation.marker == marker);
    // `[03]` is no mark that we make.
    (is_known && inner == marker.to_string()).then_some((marker, inner.len() + 2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Anchor, Block};

    fn citation(marker: u32) -> Citation {
        Citation {
            marker,
            path: "/d/a.md".into(),
            anchor: Anchor::page(2),
            quote: "一百元".into(),
        }
    }

    fn document(contents: Vec<BlockContent>) -> Document {
        Document {
            blocks: contents
                .into_iter()
                .map(|content| Block::new(Anchor::default(), content))
                .collect(),
            ..Document::default()
        }
    }

    #[test]
    fn only_marks_of_known_citations_become_citations() {
        let runs = marked_runs("标准[3]是[9][03]。", &[citation(3)]);
        assert_eq!(
            runs,
            [
                Run::plain("标准"),
                Run::citation(3),
                Run::plain("是[9][03]。")
            ]
        );
    }

    #[test]
    fn nothing_of_a_document_is_lost_on_the_way_into_the_editor() {
        let item = |level, label: &str, text: &str| ListItem {
            level,
            label: label.into(),
            text: text.into(),
        };
        let document = document(vec![
            BlockContent::Heading {
                level: 8,
                text: "标题".into(),
            },
            BlockContent::List {
                ordered: true,
                items: vec![item(0, "（一）", "甲"), item(0, "（二）", "乙")],
            },
            BlockContent::List {
                ordered: true,
                items: vec![item(0, "1.", "丙"), item(1, "", "丁"), item(0, "2.", "戊")],
            },
            BlockContent::Table {
                caption: Some("表1".into()),
                header_rows: 1,
                rows: vec![vec!["a".into(), "b".into()], vec!["c".into()]],
            },
            BlockContent::Image { alt: "图".into() },
        ]);
        let manuscript = Manuscript::from_document(&document, &[]);
        assert_eq!(
            manuscript.text(),
            "标题\n（一） 甲\n（二） 乙\n丙\n丁\n戊\n表1\na | b\nc | \n图"
        );
        let levels: Vec<(u8, bool)> = match &manuscript.passages[3] {
            Passage::List { items } => items.iter().map(|i| (i.level, i.ordered)).collect(),
            other => panic!("{other:?}"),
        };
        assert_eq!(levels, [(0, true), (1, false), (0, true)]);
    }

    #[test]
    fn only_what_is_cited_in_the_text_counts_as_cited() {
        let manuscript = Manuscript {
            passages: vec![Passage::Paragraph {
                runs: vec![Run::plain("甲"), Run::citation(2)],
            }],
            comments: Vec::new(),
            citations: vec![citation(1), citation(2)],
        };
        let cited: Vec<u32> = manuscript.cited().iter().map(|c| c.marker).collect();
        assert_eq!(cited, [2]);
    }

    #[test]
    fn a_run_says_only_what_it_has() {
        let json = serde_json::to_string(&Run::plain("x")).unwrap_or_default();
        assert_eq!(json, "{\"text\":\"x\"}");
    }
}
