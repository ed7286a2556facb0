//! Strips on pages, with their footnotes.

use std::collections::{BTreeMap, HashSet, VecDeque};

use super::HEIGHT;
use super::strips::{Mark, PageStrips, Placed, Strip};

/// Room between the text and the first footnote, in which the rule stands.
const NOTE_SPACE: f32 = 14.0;
/// Length of that rule.
const NOTE_RULE: f32 = 120.0;

/// Shares strips out to pages. `notes` are the footnotes by marker, `headers` the header rows of each table.
pub(super) fn paginate(
    strips: Vec<Strip>,
    notes: &BTreeMap<u32, Vec<Strip>>,
    headers: &[Vec<Strip>],
) -> Vec<PageStrips> {
    let mut pages = Pages {
        pages: Vec::new(),
        page: PageStrips::default(),
        used: 0.0,
        notes: Vec::new(),
        pending: VecDeque::new(),
        noted: HashSet::new(),
        all_notes: notes,
    };
    let mut strips = VecDeque::from(strips);
    while !strips.is_empty() {
        // What must not be parted from what follows goes as one, as far as a page can hold it.
        let mut group = 1;
        let mut height = strips[0].height;
        while group < strips.len() && strips[group - 1].keeps_next && height < HEIGHT / 2.0 {
            height += strips[group].before + strips[group].height;
            group += 1;
        }
        let group: Vec<Strip> = strips.drain(..group).collect();
        if !pages.fits(&group) && !pages.page.placed.is_empty() {
            pages.turn();
            let table = group.first().and_then(|strip| strip.table);
            let is_header = |strip: &Strip| strip.keeps_next;
            if let Some(table) = table
                && !group.first().is_some_and(is_header)
            {
                for strip in headers.get(table).into_iter().flatten() {
                    pages.place(strip.clone());
                }
            }
        }
        for strip in group {
            pages.place(strip);
        }
    }
    pages.finish()
}

struct Pages<'n> {
    pages: Vec<PageStrips>,
    page: PageStrips,
    used: f32,
    /// Footnotes of this page.
    notes: Vec<Strip>,
    /// Footnotes that no longer fit on the page of their mark.
    pending: VecDeque<Strip>,
    noted: HashSet<u32>,
    all_notes: &'n BTreeMap<u32, Vec<Strip>>,
}

impl Pages<'_> {
    fn notes_height(&self) -> f32 {
        match self.notes.is_empty() {
            true => 0.0,
            false => {
                NOTE_SPACE
                    + self
                        .notes
                        .iter()
                        .map(|note| note.before + note.height)
                        .sum::<f32>()
            }
        }
    }

    fn new_notes(&self, cites: impl Iterator<Item = u32>) -> Vec<u32> {
        let mut new: Vec<u32> = cites.filter(|cite| !self.noted.contains(cite)).collect();
        new.sort_unstable();
        new.dedup();
        new
    }

    fn fits(&self, group: &[Strip]) -> bool {
        let before = |index: usize, strip: &Strip| match index == 0 && self.page.placed.is_empty() {
            true => 0.0,
            false => strip.before,
        };
        let text: f32 = group
            .iter()
            .enumerate()
            .map(|(index, strip)| before(index, strip) + strip.height)
            .sum();
        let cites = group.iter().flat_map(|strip| strip.cites.iter().copied());
        let notes: f32 = self
            .new_notes(cites)
            .iter()
            .filter_map(|cite| self.all_notes.get(cite))
            .flatten()
            .map(|note| note.before + note.height)
            .sum();
        let rule = match notes > 0.0 && self.notes.is_empty() {
            true => NOTE_SPACE,
            false => 0.0,
        };
        self.used + text + self.notes_height() + notes + rule <= HEIGHT
    }

    fn place(&mut self, strip: Strip) {
        if !self.page.placed.is_empty() {
            self.used += strip.before;
        }
        for cite in self.new_notes(strip.cites.iter().copied()) {
            self.noted.insert(cite);
            for note in self.all_notes.get(&cite).into_iter().flatten() {
                let is_over =
                    self.used + strip.height + self.notes_height() + note.height + NOTE_SPACE
                        > HEIGHT;
                if is_over && !(self.pending.is_empty() && self.fits(std::slice::from_ref(&strip)))
                {
                    self.pending.push_back(note.clone());
                } else {
                    self.notes.push(note.clone());
                }
            }
        }
        let height = strip.height;
        self.page.placed.push(Placed {
            y: self.used,
            strip,
        });
        self.used += height;
    }

    /// Ends the page: its footnotes stand at its foot.
    fn turn(&mut self) {
        let mut page = std::mem::take(&mut self.page);
        if !self.notes.is_empty() {
            let mut y = HEIGHT - self.notes_height();
            page.placed.push(Placed {
                y,
                strip: Strip {
                    height: NOTE_SPACE,
                    marks: vec![Mark::Rule {
                        from: (0.0, NOTE_SPACE / 2.0),
                        to: (NOTE_RULE, NOTE_SPACE / 2.0),
                    }],
                    ..Strip::default()
                },
            });
            y += NOTE_SPACE;
            for note in std::mem::take(&mut self.notes) {
                y += note.before;
                let height = note.height;
                page.placed.push(Placed { y, strip: note });
                y += height;
            }
        }
        self.pages.push(page);
        self.used = 0.0;
        while let Some(note) = self.pending.front() {
            if self.notes_height() + note.height > HEIGHT / 2.0 && !self.notes.is_empty() {
                break;
            }
            self.notes.extend(self.pending.pop_front());
        }
    }

    fn finish(mut self) -> Vec<PageStrips> {
        self.turn();
        while !self.notes.is_empty() {
            self.turn();
        }
        self.pages
    }
}
