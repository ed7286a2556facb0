//! Running headers, footers and page numbers: lines that stand at the same height on several pages.

use std::collections::HashMap;

use super::lines::{Line, build_lines};
use super::page::{Page, Run};

/// Lines looked at from the top and from the bottom of a page.
const LINES: usize = 3;
/// Share of the page height at the top and at the bottom in which furniture stands.
const ZONE: f32 = 0.14;
/// The slot of page numbers that follow the text, at whatever height.
const ANYWHERE: i32 = i32::MIN;

/// A line in the margin zone: where it is and what it says.
struct Candidate {
    page: usize,
    number: u32,
    top: f32,
    key: String,
    /// The numbers in it.
    figures: Vec<i64>,
    /// It is the last line of its page and nothing but a number.
    counts_only: bool,
}

/// Takes running headers, footers and page numbers out of the pages.
pub(super) fn remove(pages: &mut [Page]) {
    if pages.len() < 2 {
        return;
    }
    let mut candidates: Vec<Candidate> = Vec::new();
    for (at, page) in pages.iter().enumerate() {
        collect(page, at, &mut candidates);
    }
    let mut groups: HashMap<(String, i32), Vec<usize>> = HashMap::new();
    for (at, candidate) in candidates.iter().enumerate() {
        // Two slots, so that a line on the border between them meets its like.
        let slot = (candidate.top / 6.0).floor() as i32;
        let slots = if candidate.counts_only {
            [ANYWHERE, slot]
        } else {
            [slot, slot + 1]
        };
        for slot in slots {
            groups
                .entry((candidate.key.clone(), slot))
                .or_default()
                .push(at);
        }
    }
    let needed = if pages.len() == 2 {
        2
    } else {
        3.max(pages.len() / 50)
    };
    let mut marked: Vec<bool> = vec![false; candidates.len()];
    for members in groups.values() {
        for at in repeated(members, &candidates, needed) {
            marked[at] = true;
        }
    }
    let mut tops: HashMap<usize, Vec<f32>> = HashMap::new();
    for (candidate, _) in candidates
        .iter()
        .zip(&marked)
        .filter(|(_, marked)| **marked)
    {
        tops.entry(candidate.page).or_default().push(candidate.top);
    }
    for (page, tops) in tops {
        if let Some(layer) = pages[page]
            .layers
            .iter_mut()
            .find(|layer| layer.angle == 0.0)
        {
            let is_furniture = |run: &Run| {
                tops.iter().any(|top| {
                    run.baseline - 0.85 * run.size >= top - 1.5
                        && run.area.top <= top + 0.6 * run.size
                })
            };
            // What is all there is on a page is its content.
            if !layer.runs.iter().all(is_furniture) {
                layer.runs.retain(|run| !is_furniture(run));
            }
        }
    }
}

fn collect(page: &Page, at: usize, candidates: &mut Vec<Candidate>) {
    let Some(layer) = page.layers.iter().find(|layer| layer.angle == 0.0) else {
        return;
    };
    let zone = ZONE * page.height;
    let margin: Vec<_> = layer
        .runs
        .iter()
        .filter(|run| run.area.top < zone || run.area.bottom > page.height - zone)
        .cloned()
        .collect();
    let lines = build_lines(margin);
    let upper: Vec<&Line> = lines
        .iter()
        .filter(|line| line.area.bottom < page.height / 2.0)
        .collect();
    let lower: Vec<&Line> = lines
        .iter()
        .filter(|line| line.area.bottom >= page.height / 2.0)
        .collect();
    let outer = upper
        .iter()
        .take(LINES)
        .chain(lower.iter().rev().take(LINES));
    for line in outer {
        candidates.push(Candidate::of(page, at, line));
    }
    if let Some(last) = build_lines(layer.runs.clone()).last() {
        let candidate = Candidate::of(page, at, last);
        let is_number = matches!(
            candidate.key.as_str(),
            "#" | "-#-" | "–#–" | "—#—" | "#/#" | "第#页" | "Page#"
        );
        if is_number {
            candidates.retain(|known| known.page != at || known.top != candidate.top);
            candidates.push(Candidate {
                counts_only: true,
                ..candidate
            });
        }
    }
}

impl Candidate {
    fn of(page: &Page, at: usize, line: &Line) -> Self {
        let (key, figures) = pattern(&line.text());
        Self {
            page: at,
            number: page.number,
            top: line.area.top,
            key,
            figures,
            counts_only: false,
        }
    }
}

/// The text with its numbers replaced, and the numbers.
fn pattern(text: &str) -> (String, Vec<i64>) {
    let mut key = String::new();
    let mut figures = Vec::new();
    let mut current: Option<i64> = None;
    for ch in text.chars() {
        if let Some(digit) = ch.to_digit(10) {
            current = Some(
                current
                    .unwrap_or(0)
                    .saturating_mul(10)
                    .saturating_add(i64::from(digit)),
            );
            continue;
        }
        if let Some(figure) = current.take() {
            figures.push(figure);
            key.push('#');
        }
        if !ch.is_whitespace() {
            key.push(ch);
        }
    }
    if let Some(figure) = current {
        figures.push(figure);
        key.push('#');
    }
    (key, figures)
}

/// Those among lines of the same wording at the same height that repeat on enough pages: each number in them is the
/// same there or counts the pages.
fn repeated(members: &[usize], candidates: &[Candidate], needed: usize) -> Vec<usize> {
    let Some(first) = members.first().map(|&at| &candidates[at]) else {
        return Vec::new();
    };
    if first.figures.len() > 6 {
        return Vec::new();
    }
    // Figures alone at the same place may be a table; words repeat only in furniture, figures only as page numbers.
    let has_words = first.key.chars().any(char::is_alphabetic);
    let mut kept: Vec<usize> = members.to_vec();
    for figure in 0..first.figures.len() {
        let value = |at: usize| candidates[at].figures.get(figure).copied().unwrap_or(0);
        let offset = |at: usize| value(at) - i64::from(candidates[at].number);
        let mut values: HashMap<i64, usize> = HashMap::new();
        let mut offsets: HashMap<i64, usize> = HashMap::new();
        for &at in &kept {
            *values.entry(value(at)).or_default() += 1;
            *offsets.entry(offset(at)).or_default() += 1;
        }
        kept.retain(|&at| {
            offsets[&offset(at)] >= needed || has_words && values[&value(at)] >= needed
        });
    }
    let mut pages: Vec<usize> = kept.iter().map(|&at| candidates[at].page).collect();
    pages.sort_unstable();
    pages.dedup();
    let is_told = has_words || !first.figures.is_empty();
    if pages.len() >= needed && is_told {
        kept
    } else {
        Vec::new()
    }
}
