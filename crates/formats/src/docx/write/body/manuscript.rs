//! The story of a docx from a manuscript: runs with their look, citation marks as footnotes, comments on their text.

use std::collections::HashMap;
use std::fmt::Write as _;

use deskmate_core::{Block, Citation, Entry, Manuscript, Passage, Run, runs_text};

use super::{BodyWriter, Note, push_text, source_line};

/// Where the comments of a manuscript begin and end, counted in runs from its start.
struct Reach<'m> {
    manuscript: &'m Manuscript,
    citations: HashMap<u32, &'m Citation>,
    /// First and last run of each open comment.
    ends: HashMap<u32, (usize, usize)>,
    /// Number of the next run.
    at: usize,
}

impl BodyWriter<'_> {
    pub(in crate::docx::write) fn write_manuscript(&mut self, manuscript: &Manuscript) {
        let mut reach = Reach::of(manuscript);
        // Comments of kept blocks take numbers above those of the manuscript.
        let highest = manuscript.comments.iter().map(|comment| comment.id).max();
        self.comment_count = highest.map_or(0, |id| id as usize + 1);
        for passage in &manuscript.passages {
            self.passage(passage, &mut reach);
        }
    }

    fn passage(&mut self, passage: &Passage, reach: &mut Reach<'_>) {
        match passage {
            Passage::Heading { level, runs } => {
                let style = format!("Heading{}", (*level).clamp(1, 9));
                self.line(&style, "", runs, reach);
            }
            Passage::Paragraph { runs } => self.line("BodyText", "", runs, reach),
            Passage::List { items } => self.entries(items, reach),
            Passage::Table { header_rows, rows } => {
                let texts: Vec<Vec<String>> = rows
                    .iter()
                    .map(|row| row.iter().map(|cell| runs_text(cell)).collect())
                    .collect();
                self.table(
                    *header_rows,
                    &texts,
                    &mut |writer, properties, row, column| {
                        writer.line("TableText", properties, &rows[row][column], reach);
                    },
                );
                // Two tables without a paragraph between them would grow together.
                self.line("TableText", "", &[], reach);
            }
            Passage::Kept { block } => {
                self.write(&[Block::new(deskmate_core::Anchor::default(), block.clone())]);
            }
        }
    }

    fn entries(&mut self, items: &[Entry], reach: &mut Reach<'_>) {
        // The lists that are open: level, kind, number. Each list counts for itself.
        let mut open: Vec<(u8, bool, u32)> = Vec::new();
        for item in items {
            let level = item.level.min(8);
            open.retain(|(above, ordered, _)| {
                *above < level || (*above == level && *ordered == item.ordered)
            });
            let number = match open.last() {
                Some((at, _, number)) if *at == level => *number,
                Some(_) | None => {
                    let number = self.numbering.plain(item.ordered);
                    open.push((level, item.ordered, number));
                    number
                }
            };
            let properties = format!(
                "<w:numPr><w:ilvl w:val=\"{level}\"/><w:numId w:val=\"{number}\"/></w:numPr>"
            );
            self.line("ListParagraph", &properties, &item.runs, reach);
        }
    }

    /// One paragraph of runs.
    fn line(&mut self, style: &str, properties: &str, runs: &[Run], reach: &mut Reach<'_>) {
        let _ = write!(
            self.out,
            "<w:p><w:pPr><w:pStyle w:val=\"{style}\"/>{properties}</w:pPr>"
        );
        for run in runs {
            self.marked_run(run, reach);
        }
        self.out.push_str("</w:p>");
    }

    fn marked_run(&mut self, run: &Run, reach: &mut Reach<'_>) {
        let at = reach.at;
        reach.at += 1;
        for id in &run.comments {
            if reach.ends.get(id).is_some_and(|(first, _)| *first == at) {
                let _ = write!(self.out, "<w:commentRangeStart w:id=\"{id}\"/>");
            }
        }
        let citation = run.cite.and_then(|marker| reach.citations.get(&marker));
        match citation {
            Some(citation) => {
                let note = source_line(citation);
                self.reference(&Note::Footnote("", &note));
            }
            None => {
                self.run_look = match (run.bold, run.italic) {
                    (true, true) => "<w:b/><w:bCs/><w:i/><w:iCs/>",
                    (true, false) => "<w:b/><w:bCs/>",
                    (false, true) => "<w:i/><w:iCs/>",
                    (false, false) => "",
                };
                self.inline(&run.text);
                self.run_look = "";
            }
        }
        for id in &run.comments {
            if reach.ends.get(id).is_some_and(|(_, last)| *last == at) {
                self.comment(*id, reach.text_of(*id));
            }
        }
    }

    fn comment(&mut self, id: u32, text: &str) {
        let _ = write!(
            self.out,
            "<w:commentRangeEnd w:id=\"{id}\"/><w:r><w:commentReference w:id=\"{id}\"/></w:r>"
        );
        let _ = write!(
            self.comments,
            "<w:comment w:id=\"{id}\" w:author=\"\" w:initials=\"\">"
        );
        for line in text.split('\n') {
            self.comments.push_str("<w:p><w:r>");
            push_text(line, &mut self.comments);
            self.comments.push_str("</w:r></w:p>");
        }
        self.comments.push_str("</w:comment>");
    }
}

impl<'m> Reach<'m> {
    fn of(manuscript: &'m Manuscript) -> Self {
        let open: Vec<u32> = manuscript
            .comments
            .iter()
            .filter(|comment| !comment.resolved)
            .map(|comment| comment.id)
            .collect();
        let mut ends: HashMap<u32, (usize, usize)> = HashMap::new();
        let mut at = 0;
        manuscript.each_run(&mut |run| {
            for id in run.comments.iter().filter(|id| open.contains(id)) {
                ends.entry(*id).or_insert((at, at)).1 = at;
            }
            at += 1;
        });
        let citations = manuscript.citations.iter();
        Self {
            manuscript,
            citations: citations.map(|one| (one.marker, one)).collect(),
            ends,
            at: 0,
        }
    }

    fn text_of(&self, id: u32) -> &'m str {
        let comments = &self.manuscript.comments;
        let found = comments.iter().find(|comment| comment.id == id);
        found.map_or("", |comment| comment.text.as_str())
    }
}
