//! The blocks of a manuscript as strips.

use std::collections::{BTreeMap, BTreeSet};

use deskmate_core::{BlockContent, Entry, Manuscript, Passage, Run, runs_text};

use super::WIDTH;
use super::faces::Faces;
use super::lines::{Line, Piece, Setting, set};
use super::strips::{Mark, Strip};
use super::table;
use crate::cited::source_line;
use crate::docx::DocumentLanguage;

/// Size of running text, in points.
pub(super) const SIZE: f32 = 11.0;
/// Size of a table's text.
pub(super) const TABLE_SIZE: f32 = 9.5;
const NOTE_SIZE: f32 = 8.5;
/// Sizes of headings, the outermost first.
const HEADINGS: [f32; 6] = [18.0, 15.0, 13.0, 12.0, 11.5, 11.0];
/// How far the items of a list stand in, for each level.
const INDENT: f32 = 20.0;
/// Space between paragraphs.
const SPACE: f32 = 6.0;

/// Makes strips of passages.
pub(super) struct Flow<'f> {
    pub(super) faces: &'f Faces,
    pub(super) language: DocumentLanguage,
    pub(super) strips: Vec<Strip>,
    /// The header rows of each table.
    pub(super) headers: Vec<Vec<Strip>>,
}

/// Every character that a manuscript, its sources and its marks may show.
pub(super) fn characters(manuscript: &Manuscript) -> BTreeSet<char> {
    let mut all: BTreeSet<char> = shown(&manuscript.text()).chars().collect();
    for citation in manuscript.cited() {
        all.extend(shown(&source_line(citation)).chars());
    }
    all.extend("0123456789[]. •◦".chars());
    all.retain(|c| *c != '\n');
    all
}

/// Text without what cannot be set: tabs are spaces, control characters nothing.
fn shown(text: &str) -> String {
    text.replace('\t', "    ")
        .replace('\r', "")
        .chars()
        .filter(|c| *c == '\n' || !c.is_control())
        .collect()
}

/// The height of lines of this size.
pub(super) fn leading(size: f32, language: DocumentLanguage) -> f32 {
    match language {
        DocumentLanguage::Chinese => size * 1.65,
        DocumentLanguage::English => size * 1.4,
    }
}

/// The line of writing inside of a line of this height.
pub(super) fn baseline(size: f32, height: f32) -> f32 {
    (height + size * 0.74) / 2.0
}

/// Runs of which the texts can be set.
pub(super) fn cleaned(runs: &[Run], bold: bool) -> Vec<Run> {
    runs.iter()
        .map(|run| Run {
            text: shown(&run.text),
            bold: run.bold || bold,
            ..run.clone()
        })
        .collect()
}

/// Pieces of runs.
pub(super) fn pieces(runs: &[Run]) -> Vec<Piece<'_>> {
    runs.iter()
        .map(|run| Piece {
            text: &run.text,
            bold: run.bold,
            italic: run.italic,
            cite: run.cite,
        })
        .collect()
}

/// Where lines are set and how.
struct Place {
    size: f32,
    indent: f32,
    before: f32,
    centred: bool,
    justified: bool,
    keeps_next: bool,
}

impl<'f> Flow<'f> {
    pub(super) fn new(faces: &'f Faces, language: DocumentLanguage) -> Self {
        Self {
            faces,
            language,
            strips: Vec::new(),
            headers: Vec::new(),
        }
    }

    pub(super) fn manuscript(&mut self, manuscript: &Manuscript) {
        for passage in &manuscript.passages {
            self.passage(passage);
        }
    }

    /// The footnotes of the places that are cited, by marker.
    pub(super) fn notes(&self, manuscript: &Manuscript) -> BTreeMap<u32, Vec<Strip>> {
        let height = leading(NOTE_SIZE, self.language);
        let mut out = BTreeMap::new();
        for citation in manuscript.cited() {
            let line = format!("[{}] {}", citation.marker, source_line(citation));
            let runs = cleaned(&[Run::plain(line)], false);
            let setting = self.setting(NOTE_SIZE, WIDTH, false);
            let lines = set(&pieces(&runs), setting, self.faces);
            let strips = lines.into_iter().map(|line| Strip {
                height,
                marks: vec![Mark::Text {
                    x: 0.0,
                    y: baseline(NOTE_SIZE, height),
                    line,
                }],
                ..Strip::default()
            });
            out.insert(citation.marker, strips.collect());
        }
        out
    }

    pub(super) fn setting(&self, size: f32, width: f32, justified: bool) -> Setting {
        Setting {
            size,
            width,
            justified,
            language: self.language,
        }
    }

    fn passage(&mut self, passage: &Passage) {
        match passage {
            Passage::Heading { level, runs } => {
                let level = (*level).clamp(1, 6);
                let size = HEADINGS[usize::from(level) - 1];
                let first = self.strips.len();
                self.lines(
                    &cleaned(runs, true),
                    &Place {
                        size,
                        indent: 0.0,
                        before: size,
                        centred: level == 1 && first == 0,
                        justified: false,
                        keeps_next: true,
                    },
                );
                if let Some(strip) = self.strips.get_mut(first) {
                    strip.heading = Some((level, runs_text(runs)));
                }
            }
            Passage::Paragraph { runs } => self.paragraph(runs, 0.0, SPACE),
            Passage::List { items } => self.list(items),
            Passage::Table { header_rows, rows } => table::rows(self, *header_rows, rows),
            Passage::Kept { block } => self.kept(block),
        }
    }

    fn paragraph(&mut self, runs: &[Run], indent: f32, before: f32) {
        self.lines(
            &cleaned(runs, false),
            &Place {
                size: SIZE,
                indent,
                before,
                centred: false,
                justified: true,
                keeps_next: false,
            },
        );
    }

    fn list(&mut self, items: &[Entry]) {
        let mut counters: Vec<u32> = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let level = usize::from(item.level.min(6));
            counters.truncate(level + 1);
            counters.resize(level + 1, 0);
            let mark = if item.ordered {
                counters[level] += 1;
                format!("{}.", counters[level])
            } else if level % 2 == 0 {
                "•".to_owned()
            } else {
                "◦".to_owned()
            };
            let indent = INDENT * (level as f32 + 1.0);
            let first = self.strips.len();
            let before = if index == 0 { SPACE } else { SPACE / 2.0 };
            self.paragraph(&item.runs, indent, before);
            let runs = [Run::plain(mark)];
            let setting = self.setting(SIZE, INDENT, false);
            let line = set(&pieces(&runs), setting, self.faces).into_iter().next();
            if let (Some(strip), Some(line)) = (self.strips.get_mut(first), line) {
                let mark = Mark::Text {
                    x: indent - INDENT + 2.0,
                    y: baseline(SIZE, strip.height),
                    line,
                };
                strip.marks.insert(0, mark);
            }
        }
    }

    /// Blocks of a file that have no text of their own to be edited.
    fn kept(&mut self, block: &BlockContent) {
        let (text, centred, italic) = match block {
            BlockContent::Formula { text } => (text.clone(), true, false),
            BlockContent::Image { alt } if alt.trim().is_empty() => return,
            BlockContent::Image { alt } => (format!("[{alt}]"), true, false),
            BlockContent::Footnote { label, text } => (format!("{label} {text}"), false, false),
            BlockContent::Note { text } => (text.clone(), false, true),
            BlockContent::Heading { text, .. } | BlockContent::Paragraph { text } => {
                (text.clone(), false, false)
            }
            BlockContent::List { .. }
            | BlockContent::Table { .. }
            | BlockContent::Slide { .. }
            | BlockContent::Sheet { .. } => return,
        };
        let run = Run {
            italic,
            ..Run::plain(text)
        };
        self.lines(
            &cleaned(&[run], false),
            &Place {
                size: SIZE,
                indent: 0.0,
                before: SPACE,
                centred,
                justified: false,
                keeps_next: false,
            },
        );
    }

    fn lines(&mut self, runs: &[Run], place: &Place) {
        let width = WIDTH - place.indent;
        let setting = self.setting(place.size, width, place.justified);
        let lines = set(&pieces(runs), setting, self.faces);
        let height = leading(place.size, self.language);
        let count = lines.len();
        for (index, line) in lines.into_iter().enumerate() {
            let x = match place.centred {
                true => place.indent + ((width - line.width) / 2.0).max(0.0),
                false => place.indent,
            };
            // No line of a paragraph stands alone at the head or the foot of a page.
            let keeps = index + 1 < count && (index == 0 || index + 2 == count);
            self.strips.push(Strip {
                before: if index == 0 { place.before } else { 0.0 },
                height,
                cites: line.cites.clone(),
                marks: vec![text_mark(x, place.size, height, line)],
                keeps_next: place.keeps_next || keeps,
                ..Strip::default()
            });
        }
    }
}

fn text_mark(x: f32, size: f32, height: f32, line: Line) -> Mark {
    Mark::Text {
        x,
        y: baseline(size, height),
        line,
    }
}
