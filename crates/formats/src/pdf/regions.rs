//! Reading order: splits a page into columns and the parts that span them.

use super::lines::build_lines;
use super::page::{Area, Run};
use super::tables::Table;

/// A piece of a page that is laid out as a whole.
#[derive(Debug, Clone)]
pub(super) enum Item {
    Run(Run),
    Table(Table),
}

impl Item {
    pub(super) fn area(&self) -> Area {
        match self {
            Self::Run(run) => run.area,
            Self::Table(table) => table.area,
        }
    }
}

/// Beyond this number of pieces a page is a drawing and is read from top to bottom.
const MAX_ITEMS: usize = 6_000;
const MAX_DEPTH: usize = 4;
/// Height of a scan step in points.
const STEP: f32 = 3.0;

/// Puts the pieces of a page into regions in reading order; inside a region, lines are read from top to bottom.
pub(super) fn order(items: Vec<Item>) -> Vec<Vec<Item>> {
    let mut regions = Vec::new();
    if items.len() > MAX_ITEMS {
        return vec![items];
    }
    cut(items, MAX_DEPTH, &mut regions);
    regions.retain(|region| !region.is_empty());
    regions
}

fn cut(items: Vec<Item>, depth: usize, regions: &mut Vec<Vec<Item>>) {
    let gutter = if depth == 0 {
        None
    } else {
        find_gutter(&items)
    };
    let Some(gutter) = gutter else {
        regions.push(items);
        return;
    };
    let (mut spanning, mut sides): (Vec<Item>, Vec<Item>) = items.into_iter().partition(|item| {
        let area = item.area();
        area.left < gutter - 1.0 && area.right > gutter + 1.0
    });
    spanning.sort_by(|a, b| a.area().top.total_cmp(&b.area().top));
    sides.sort_by(|a, b| a.area().top.total_cmp(&b.area().top));
    // Parts above, between and below what spans the gutter are read one after the other.
    let mut whole: Vec<Item> = Vec::new();
    let mut sides = sides.into_iter().peekable();
    let mut spanning = spanning.into_iter().peekable();
    loop {
        let limit = spanning
            .peek()
            .map_or(f32::MAX, |item| item.area().center_y());
        let (mut left, mut right) = (Vec::new(), Vec::new());
        while let Some(item) = sides.next_if(|item| item.area().center_y() < limit) {
            if item.area().center_x() < gutter {
                left.push(item);
            } else {
                right.push(item);
            }
        }
        if left.is_empty() || right.is_empty() {
            whole.append(&mut left);
            whole.append(&mut right);
        } else {
            if !whole.is_empty() {
                regions.push(std::mem::take(&mut whole));
            }
            cut(left, depth - 1, regions);
            cut(right, depth - 1, regions);
        }
        match spanning.next() {
            Some(item) => whole.push(item),
            None => break,
        }
    }
    whole.extend(sides);
    if !whole.is_empty() {
        regions.push(whole);
    }
}

/// Looks for the vertical stripe that divides two columns of text.
fn find_gutter(items: &[Item]) -> Option<f32> {
    let bounds = items.iter().map(Item::area).reduce(|a, b| a.union(&b))?;
    let mut sizes: Vec<f32> = items
        .iter()
        .filter_map(|item| match item {
            Item::Run(run) => Some(run.size),
            Item::Table(_) => None,
        })
        .collect();
    if sizes.len() < 6 || bounds.width() < 100.0 {
        return None;
    }
    sizes.sort_by(f32::total_cmp);
    let size = sizes[sizes.len() / 2].max(3.0);
    let bins = ((bounds.height() / STEP).ceil() as usize).clamp(1, 2_000);
    let (from, to) = (
        bounds.left + 0.12 * bounds.width(),
        bounds.right - 0.12 * bounds.width(),
    );
    let candidates = (((to - from) / 2.0) as usize).clamp(1, 1_000);
    let supports: Vec<usize> = (0..=candidates)
        .map(|at| support(items, from + 2.0 * at as f32, bounds.top, bins))
        .collect();
    // The middle of each plateau, widest support first; a table in the way may spoil the first.
    let mut ranked: Vec<usize> = (0..supports.len()).collect();
    ranked.sort_by_key(|&at| std::cmp::Reverse(supports[at]));
    let mut tried: Vec<f32> = Vec::new();
    for &peak in ranked.iter().take(60) {
        let strength = supports[peak];
        if (strength as f32) * STEP < (4.5 * size).max(0.1 * bounds.height()) {
            return None;
        }
        let close = |at: usize| supports[at] * 100 >= strength * 93;
        let (mut first, mut last) = (peak, peak);
        while first > 0 && close(first - 1) {
            first -= 1;
        }
        while last + 1 < supports.len() && close(last + 1) {
            last += 1;
        }
        let gutter = from + (first + last) as f32;
        if tried
            .iter()
            .any(|known| (known - gutter).abs() < 1.5 * size)
        {
            continue;
        }
        tried.push(gutter);
        if tried.len() > 4 {
            return None;
        }
        let width = 2.0 * (last - first + 1) as f32;
        if width >= 0.6 * size && divides_text(items, gutter) {
            return Some(gutter);
        }
    }
    None
}

/// Number of steps in which there is text on both sides of `x` and nothing across it.
fn support(items: &[Item], x: f32, top: f32, bins: usize) -> usize {
    let mut seen = vec![0_u8; bins];
    for item in items {
        let area = item.area();
        let side = if area.right <= x {
            1
        } else if area.left >= x {
            2
        } else {
            4
        };
        let first = (((area.top - top) / STEP).max(0.0) as usize).min(bins - 1);
        let last = (((area.bottom - top) / STEP).max(0.0) as usize).min(bins - 1);
        for bin in &mut seen[first..=last] {
            *bin |= side;
        }
    }
    seen.iter().filter(|&&bin| bin == 3).count()
}

/// True when the text left and right of a stripe are two columns of prose and not the columns of a table.
fn divides_text(items: &[Item], gutter: f32) -> bool {
    let side = |keep: &dyn Fn(&Area) -> bool| {
        let runs: Vec<Run> = items
            .iter()
            .filter_map(|item| match item {
                Item::Run(run) if keep(&run.area) => Some(run.clone()),
                Item::Run(_) | Item::Table(_) => None,
            })
            .collect();
        Column::of(runs)
    };
    let left = side(&|area| area.right <= gutter + 1.0);
    let right = side(&|area| area.left >= gutter - 1.0);
    let (Some(left), Some(right)) = (left, right) else {
        return false;
    };
    if left.is_text() && right.is_text() {
        return true;
    }
    // A marginal column beside the text: its lines do not stand on the lines of the text.
    let (narrow, wide) = if left.width < right.width {
        (&left, &right)
    } else {
        (&right, &left)
    };
    let meets = narrow
        .baselines
        .iter()
        .filter(|line| {
            wide.baselines
                .iter()
                .any(|other| (**line - other).abs() < 1.0)
        })
        .count();
    wide.is_text() && wide.lines >= 5 && narrow.lines >= 3 && meets * 10 < narrow.lines * 3
}

struct Column {
    width: f32,
    size: f32,
    lines: usize,
    /// Lines that reach over most of the column.
    full: usize,
    baselines: Vec<f32>,
}

impl Column {
    fn of(runs: Vec<Run>) -> Option<Self> {
        let lines = build_lines(runs);
        let bounds = lines
            .iter()
            .map(|line| line.area)
            .reduce(|a, b| a.union(&b))?;
        let mut sizes: Vec<f32> = lines.iter().map(|line| line.size).collect();
        sizes.sort_by(f32::total_cmp);
        let width = bounds.width();
        // A line with holes is a table row however far it reaches.
        let full = lines
            .iter()
            .filter(|line| {
                let inked: f32 = line.runs.iter().map(|run| run.area.width()).sum();
                inked > 0.72 * width
            })
            .count();
        Some(Self {
            width,
            size: sizes[sizes.len() / 2],
            lines: lines.len(),
            full,
            baselines: lines.iter().map(|line| line.baseline).collect(),
        })
    }

    fn is_text(&self) -> bool {
        self.lines >= 3 && self.width >= 9.0 * self.size && self.full * 10 >= self.lines * 4
    }
}
