//! Tables: widths of columns by what stands in them, rows that go on over pages with their header repeated.

use deskmate_core::Run;

use super::flow::{Flow, TABLE_SIZE, baseline, cleaned, leading, pieces};
use super::lines::{Line, set, widths};
use super::strips::{Mark, Strip};
use super::{HEIGHT, WIDTH};

/// Room between the text of a cell and its borders.
const PAD: f32 = 4.0;
/// Most lines of a row that stand in one strip: a longer row goes on over the page.
const MAX_LINES: usize = 24;

/// Adds a table.
pub(super) fn rows(flow: &mut Flow<'_>, header_rows: usize, rows: &[Vec<Vec<Run>>]) {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    if count == 0 {
        return;
    }
    let cells: Vec<Vec<Vec<Run>>> = rows
        .iter()
        .enumerate()
        .map(|(index, row)| {
            (0..count)
                .map(|column| {
                    let runs = row.get(column).map_or(&[][..], Vec::as_slice);
                    cleaned(runs, index < header_rows)
                })
                .collect()
        })
        .collect();
    let columns = columns(flow, &cells, count);
    let table = flow.headers.len();
    let mut header = Vec::new();
    for (index, row) in cells.iter().enumerate() {
        let is_header = index < header_rows;
        let mut strips = row_strips(flow, row, &columns, is_header);
        for strip in &mut strips {
            strip.table = Some(table);
            strip.keeps_next = is_header && header_rows < cells.len();
        }
        if let Some(first) = strips.first_mut()
            && index == 0
        {
            first.before = 8.0;
        }
        if is_header {
            header.extend(strips.iter().cloned());
        }
        flow.strips.append(&mut strips);
    }
    // A header that fills the page would leave no room for what it heads.
    let height: f32 = header.iter().map(|strip| strip.height).sum();
    flow.headers.push(match height < HEIGHT / 3.0 {
        true => header,
        false => Vec::new(),
    });
    // The text behind a table does not stick to it.
    flow.strips.push(Strip {
        height: 6.0,
        ..Strip::default()
    });
}

/// Widths of the columns: what their text needs, else shared out by it, none narrower than its longest word.
fn columns(flow: &Flow<'_>, cells: &[Vec<Vec<Run>>], count: usize) -> Vec<f32> {
    let setting = flow.setting(TABLE_SIZE, WIDTH, false);
    let mut most = vec![0.0_f32; count];
    let mut least = vec![0.0_f32; count];
    for row in cells {
        for (column, cell) in row.iter().enumerate() {
            let (whole, word) = widths(&pieces(cell), setting, flow.faces);
            most[column] = most[column].max(whole + 2.0 * PAD + 0.5);
            least[column] = least[column].max(word + 2.0 * PAD + 0.5);
        }
    }
    let floor = (TABLE_SIZE * 2.0 + 2.0 * PAD).min(WIDTH / count as f32);
    for width in &mut least {
        // A long word is broken rather than that it takes half of the page.
        *width = width.clamp(floor, (WIDTH / 3.0).max(floor));
    }
    let wanted: f32 = most.iter().zip(&least).map(|(a, b)| a.max(*b)).sum();
    if wanted <= WIDTH {
        // A table takes the full width, as text does.
        return most
            .iter()
            .zip(&least)
            .map(|(most, least)| most.max(*least) * WIDTH / wanted)
            .collect();
    }
    let fixed: f32 = least.iter().sum();
    if fixed >= WIDTH {
        return least.iter().map(|width| width * WIDTH / fixed).collect();
    }
    let more: Vec<f32> = most
        .iter()
        .zip(&least)
        .map(|(a, b)| (a - b).max(0.0))
        .collect();
    // A cell of many lines does not starve the others: its wish counts by its root.
    let wishes: Vec<f32> = more.iter().map(|wish| wish.sqrt()).collect();
    let all: f32 = wishes.iter().sum();
    let mut out = least.clone();
    let mut left = WIDTH - fixed;
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|a, b| more[*a].total_cmp(&more[*b]));
    let mut wished = all;
    for column in order {
        let share = match wished > 0.0 {
            true => (left * wishes[column] / wished).min(more[column]),
            false => 0.0,
        };
        out[column] += share;
        left -= share;
        wished -= wishes[column];
    }
    let sum: f32 = out.iter().sum();
    out.iter().map(|width| width * WIDTH / sum).collect()
}

fn row_strips(flow: &Flow<'_>, row: &[Vec<Run>], columns: &[f32], is_header: bool) -> Vec<Strip> {
    let height = leading(TABLE_SIZE, flow.language) * 0.92;
    let set_cells: Vec<Vec<Line>> = row
        .iter()
        .zip(columns)
        .map(|(cell, width)| {
            let setting = flow.setting(TABLE_SIZE, width - 2.0 * PAD, false);
            set(&pieces(cell), setting, flow.faces)
        })
        .collect();
    let lines = set_cells.iter().map(Vec::len).max().unwrap_or(1);
    let parts = lines.div_ceil(MAX_LINES).max(1);
    (0..parts)
        .map(|part| {
            let from = part * MAX_LINES;
            let count = (lines - from).min(MAX_LINES);
            let (is_first, is_last) = (part == 0, part + 1 == parts);
            let top = if is_first { PAD } else { 0.0 };
            let bottom = if is_last { PAD } else { 0.0 };
            let full = height * count as f32 + top + bottom;
            let mut strip = Strip {
                height: full,
                ..Strip::default()
            };
            if is_header {
                strip.marks.push(Mark::Ground(0.0, 0.0, WIDTH, full));
            }
            let mut x = 0.0;
            for (cell, width) in set_cells.iter().zip(columns) {
                for (index, line) in cell.iter().skip(from).take(count).enumerate() {
                    strip.cites.extend(&line.cites);
                    strip.marks.push(Mark::Text {
                        x: x + PAD,
                        y: top + height * index as f32 + baseline(TABLE_SIZE, height),
                        line: line.clone(),
                    });
                }
                x += width;
            }
            let mut rule = |from: (f32, f32), to: (f32, f32)| {
                strip.marks.push(Mark::Rule { from, to });
            };
            if is_first {
                rule((0.0, 0.0), (WIDTH, 0.0));
            }
            if is_last {
                rule((0.0, full), (WIDTH, full));
            }
            let mut at = 0.0;
            rule((0.0, 0.0), (0.0, full));
            for width in columns {
                at += width;
                rule((at, 0.0), (at, full));
            }
            strip
        })
        .collect()
}
