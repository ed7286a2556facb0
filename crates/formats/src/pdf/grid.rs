//! Ruled tables: cells between horizontal and vertical lines.

use std::collections::{HashMap, HashSet};

use super::page::{Area, Rule, Run};
use super::regions::Item;
use super::tables::{Table, cell_text};
use super::text::is_numeric;

/// Lines beyond this number are a drawing.
const MAX_RULES: usize = 4_000;
const MAX_CELLS: usize = 20_000;
/// Distance in points at which two lines count as touching or as the same.
const NEAR: f32 = 3.0;
/// Width in points below which a column holds no text.
const SPACER: f32 = 9.0;

/// Takes the runs inside ruled tables out and puts the tables in their place.
pub(super) fn take_grids(runs: Vec<Run>, rules: &[Rule]) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    let mut rest = runs;
    if rules.len() <= MAX_RULES {
        for grid in grids(rules) {
            let (inside, outside): (Vec<Run>, Vec<Run>) = rest
                .into_iter()
                .partition(|run| grid.area.contains(run.area.center_x(), run.area.center_y()));
            rest = outside;
            match grid.table(&inside) {
                Some(table) => items.push(Item::Table(table)),
                None => rest.extend(inside),
            }
        }
    }
    items.extend(rest.into_iter().map(Item::Run));
    items
}

#[derive(Debug, Clone)]
struct Grid {
    area: Area,
    xs: Vec<f32>,
    ys: Vec<f32>,
    across: Vec<(f32, f32, f32)>,
    down: Vec<(f32, f32, f32)>,
}

/// Groups of lines that touch each other and make cells, the largest first.
fn grids(rules: &[Rule]) -> Vec<Grid> {
    let mut across: Vec<(f32, f32, f32)> = Vec::new();
    let mut down: Vec<(f32, f32, f32)> = Vec::new();
    for rule in rules {
        match *rule {
            Rule::Across { y, left, right } => across.push((y, left, right)),
            Rule::Down { x, top, bottom } => down.push((x, top, bottom)),
        }
    }
    let across = merge(across);
    let down = merge(down);
    if across.len() < 2 || down.is_empty() || across.len() * down.len() > 1_000_000 {
        return Vec::new();
    }
    let mut group: Vec<usize> = (0..across.len() + down.len()).collect();
    for (i, line) in across.iter().enumerate() {
        for (j, post) in down.iter().enumerate() {
            let touch = post.0 >= line.1 - NEAR
                && post.0 <= line.2 + NEAR
                && line.0 >= post.1 - NEAR
                && line.0 <= post.2 + NEAR;
            if touch {
                let (a, b) = (root(&mut group, i), root(&mut group, across.len() + j));
                group[a.max(b)] = a.min(b);
            }
        }
    }
    let roots: Vec<usize> = (0..group.len()).map(|at| root(&mut group, at)).collect();
    let mut kinds = roots.clone();
    kinds.sort_unstable();
    kinds.dedup();
    let mut grids: Vec<Grid> = kinds
        .into_iter()
        .filter_map(|kind| {
            let pick = |lines: &[(f32, f32, f32)], offset: usize| -> Vec<(f32, f32, f32)> {
                let members = lines.iter().enumerate();
                members
                    .filter(|(at, _)| roots[offset + at] == kind)
                    .map(|(_, line)| *line)
                    .collect()
            };
            Grid::of(pick(&across, 0), pick(&down, across.len()))
        })
        .collect();
    grids.sort_by(|a, b| {
        let size = |grid: &Grid| grid.area.width() * grid.area.height();
        size(b).total_cmp(&size(a))
    });
    grids
}

fn root(group: &mut [usize], mut at: usize) -> usize {
    while group[at] != at {
        group[at] = group[group[at]];
        at = group[at];
    }
    at
}

/// Joins pieces of the same line: (place, start, end).
fn merge(mut lines: Vec<(f32, f32, f32)>) -> Vec<(f32, f32, f32)> {
    lines.sort_by(|a, b| {
        (a.0, a.1)
            .partial_cmp(&(b.0, b.1))
            .unwrap_or(std::cmp::Ordering::Equal)
    });
    let mut merged: Vec<(f32, f32, f32)> = Vec::new();
    for line in lines {
        let same = merged.iter_mut().rev().take(60).find(|known| {
            (known.0 - line.0).abs() < 1.5 && line.1 <= known.2 + NEAR && line.2 >= known.1 - NEAR
        });
        match same {
            Some(known) => {
                known.1 = known.1.min(line.1);
                known.2 = known.2.max(line.2);
            }
            None => merged.push(line),
        }
    }
    merged
}

/// Distinct places of lines.
fn places(lines: &[(f32, f32, f32)], bounds: (f32, f32)) -> Vec<f32> {
    let mut places: Vec<f32> = lines.iter().map(|line| line.0).collect();
    places.push(bounds.0);
    places.push(bounds.1);
    places.sort_by(f32::total_cmp);
    places.dedup_by(|next, kept| *next - *kept < NEAR);
    places
}

impl Grid {
    fn of(across: Vec<(f32, f32, f32)>, down: Vec<(f32, f32, f32)>) -> Option<Self> {
        if across.len() < 2 || down.is_empty() {
            return None;
        }
        let left = across.iter().map(|line| line.1).fold(f32::MAX, f32::min);
        let right = across.iter().map(|line| line.2).fold(f32::MIN, f32::max);
        let top = across.iter().map(|line| line.0).fold(f32::MAX, f32::min);
        let bottom = across.iter().map(|line| line.0).fold(f32::MIN, f32::max);
        // Tables without outer verticals are closed at the ends of their horizontals.
        let xs = places(&down, (left, right));
        let ys = places(&across, (top, bottom));
        let fits = xs.len() >= 3 && ys.len() >= 2 && (xs.len() - 1) * (ys.len() - 1) <= MAX_CELLS;
        fits.then_some(Self {
            area: Area {
                left,
                top,
                right,
                bottom,
            },
            xs,
            ys,
            across,
            down,
        })
    }

    /// The table of the runs inside, when they stand in its cells.
    fn table(&self, runs: &[Run]) -> Option<Table> {
        let (columns, rows) = (self.xs.len() - 1, self.ys.len() - 1);
        if runs.is_empty() {
            return None;
        }
        let cell_at = |places: &[f32], at: f32, count: usize| {
            places
                .partition_point(|&place| place <= at)
                .saturating_sub(1)
                .min(count - 1)
        };
        let places: Vec<(usize, usize)> = runs
            .iter()
            .map(|run| {
                // A run that begins in a cell belongs there even when it leans over the next line.
                let left = run.area.left + 0.5 * run.size.min(run.area.width());
                (
                    cell_at(&self.ys, run.area.center_y(), rows),
                    cell_at(&self.xs, left, columns),
                )
            })
            .collect();
        // Cells that no line divides are one merged cell, unless their text stands in several of them: then the
        // table has lines, or shading, in some of its rows only.
        let mut used: HashMap<(usize, usize), usize> = HashMap::new();
        let mut is_split: HashSet<(usize, usize)> = HashSet::new();
        for &(row, column) in &places {
            let first = self.first_column(row, column);
            if *used.entry((row, first)).or_insert(column) != column {
                is_split.insert((row, first));
            }
        }
        let mut cells: Vec<Vec<Vec<Run>>> = vec![vec![Vec::new(); columns]; rows];
        for (run, (row, column)) in runs.iter().zip(places) {
            let first = self.first_column(row, column);
            // A figure stands under the figures above it, also where shading joins its cell with the one for the sign.
            let own = is_split.contains(&(row, first)) || is_numeric(&run.text);
            let column = if own {
                cell_at(&self.xs, run.area.center_x(), columns)
            } else {
                first
            };
            cells[row][column].push(run.clone());
        }
        self.join_rows(&mut cells);
        let mut texts = Vec::new();
        for row in cells {
            push_row(row, &mut texts);
        }
        // Few filled cells with much text are boxes around text, not a table.
        let filled: Vec<usize> = texts
            .iter()
            .flatten()
            .map(|cell| cell.chars().count())
            .filter(|&length| length > 0)
            .collect();
        let long = filled.iter().filter(|&&length| length > 400).count();
        if filled.len() < 3 || long * 2 > filled.len() {
            return None;
        }
        Table::of(self.area, texts)
    }

    /// First column of the merged cell that this cell is part of; columns too narrow for text only space others.
    fn first_column(&self, row: usize, column: usize) -> usize {
        let mut first = column;
        while first > 0 && !self.has_post(row, first) {
            first -= 1;
        }
        while first < column && self.xs[first + 1] - self.xs[first] < SPACER {
            first += 1;
        }
        first
    }

    /// Moves the text of cells that no line divides from the one above to the first of them, unless its lines stand
    /// on the lines of their rows: then the rows are told apart by something else than lines.
    fn join_rows(&self, cells: &mut [Vec<Vec<Run>>]) {
        for column in 0..self.xs.len() - 1 {
            let mut first = 0;
            for row in 1..=cells.len() {
                if row < cells.len() && self.first_row(row, column) == first {
                    continue;
                }
                let members = || {
                    (first..row)
                        .flat_map(|row| cells[row][column].iter().map(move |run| (row, run)))
                };
                let aligned = members()
                    .filter(|(row, run)| {
                        let others = cells[*row]
                            .iter()
                            .enumerate()
                            .filter(|(at, _)| *at != column);
                        others
                            .flat_map(|(_, cell)| cell)
                            .any(|other| (other.baseline - run.baseline).abs() < 1.5)
                    })
                    .count();
                if aligned * 10 < members().count() * 6 {
                    for row in first + 1..row {
                        let runs = std::mem::take(&mut cells[row][column]);
                        cells[first][column].extend(runs);
                    }
                }
                first = row;
            }
        }
    }

    /// First row of the merged cell that this cell is part of.
    fn first_row(&self, mut row: usize, column: usize) -> usize {
        while row > 0 && !self.has_line(row, column) {
            row -= 1;
        }
        row
    }

    fn has_post(&self, row: usize, column: usize) -> bool {
        let (x, y) = (
            self.xs[column],
            f32::midpoint(self.ys[row], self.ys[row + 1]),
        );
        self.down
            .iter()
            .any(|post| (post.0 - x).abs() <= NEAR && post.1 <= y && post.2 >= y)
    }

    fn has_line(&self, row: usize, column: usize) -> bool {
        let (y, x) = (
            self.ys[row],
            f32::midpoint(self.xs[column], self.xs[column + 1]),
        );
        self.across
            .iter()
            .any(|line| (line.0 - y).abs() <= NEAR && line.1 <= x && line.2 >= x)
    }
}

/// Adds a row of cells; a row without inner lines whose cells hold the same lines is several rows.
fn push_row(row: Vec<Vec<Run>>, texts: &mut Vec<Vec<String>>) {
    let mut baselines: Vec<f32> = row.iter().flatten().map(|run| run.baseline).collect();
    baselines.sort_by(f32::total_cmp);
    baselines.dedup_by(|next, kept| *next - *kept < 3.0);
    let holds = |cell: &[Run], line: f32| cell.iter().any(|run| (run.baseline - line).abs() < 3.0);
    let filled = row.iter().filter(|cell| !cell.is_empty()).count();
    let shared = baselines
        .iter()
        .filter(|&&line| row.iter().filter(|cell| holds(cell, line)).count() * 2 > filled)
        .count();
    if filled < 2 || shared < 3 || shared * 10 < baselines.len() * 6 {
        texts.push(row.into_iter().map(cell_text).collect());
        return;
    }
    for line in baselines {
        let pick = |cell: &Vec<Run>| {
            let runs = cell.iter().filter(|run| (run.baseline - line).abs() < 3.0);
            cell_text(runs.cloned().collect())
        };
        texts.push(row.iter().map(pick).collect());
    }
}
