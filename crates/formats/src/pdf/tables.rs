//! Tables: the ruled ones by their lines, the others by the gaps that their rows share.

use super::lines::{Line, build_lines};
use super::page::{Area, Run};
use super::text::{is_numeric, join_line};

/// A table with its place.
#[derive(Debug, Clone)]
pub(super) struct Table {
    pub(super) area: Area,
    /// Short text right above the table.
    pub(super) caption: Option<String>,
    pub(super) header_rows: usize,
    pub(super) rows: Vec<Vec<String>>,
}

impl Table {
    /// A table of these rows; empty rows and columns are left out. `None` when it is no table after that.
    pub(super) fn of(area: Area, mut rows: Vec<Vec<String>>) -> Option<Self> {
        let columns = rows.iter().map(Vec::len).max()?;
        join_signs(&mut rows);
        join_spacers(&mut rows, columns);
        let filled: Vec<bool> = (0..columns)
            .map(|at| {
                rows.iter()
                    .any(|row| row.get(at).is_some_and(|cell| !cell.is_empty()))
            })
            .collect();
        for row in &mut rows {
            let mut at = 0;
            row.retain(|_| {
                at += 1;
                filled[at - 1]
            });
        }
        rows.retain(|row| row.iter().any(|cell| !cell.is_empty()));
        let used = filled.iter().filter(|&&filled| filled).count();
        (used >= 2 && rows.len() >= 2).then(|| Self {
            area,
            caption: None,
            header_rows: header_rows(&rows),
            rows,
        })
    }
}

/// Rows at the top that head the columns of figures below them; 0 when that cannot be told.
fn header_rows(rows: &[Vec<String>]) -> usize {
    let has_figures = |row: &Vec<String>| {
        let mut cells = row.iter().skip(1);
        cells.any(|cell| is_numeric(cell) && !is_year(cell))
    };
    let heads = |row: &Vec<String>| {
        let filled = row.iter().skip(1).filter(|cell| !cell.is_empty()).count();
        filled >= 2 || filled == 1 && row.first().is_some_and(String::is_empty)
    };
    let head = rows
        .iter()
        .take_while(|row| !has_figures(row) && heads(row))
        .count();
    if head <= 4 && rows.iter().skip(head).any(has_figures) {
        head
    } else {
        0
    }
}

/// True for a year or a date, which heads a column more often than it is a figure.
fn is_year(cell: &str) -> bool {
    let digits: String = cell.chars().filter(char::is_ascii_digit).collect();
    digits.len() >= 4
        && (digits.starts_with("19") || digits.starts_with("20"))
        && !cell.contains([',', '.', '%'])
        || cell.contains(['年', '月'])
}

/// Text of the runs of one cell, line by line.
pub(super) fn cell_text(runs: Vec<Run>) -> String {
    let mut text = String::new();
    for line in build_lines(runs) {
        join_line(&mut text, &line.text());
    }
    text
}

/// A stretch of lines: plain lines, or lines that form a table.
pub(super) enum Stretch {
    Lines(Vec<Line>),
    Table(Table),
}

/// Finds the tables without rules among the lines of a region.
pub(super) fn split_tables(lines: Vec<Line>) -> Vec<Stretch> {
    let mut stretches = Vec::new();
    let mut plain: Vec<Line> = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let end = table_end(&lines, at);
        let table = (end > at + 1)
            .then(|| aligned_table(&lines[at..end]))
            .flatten();
        if let Some(table) = table {
            if !plain.is_empty() {
                stretches.push(Stretch::Lines(std::mem::take(&mut plain)));
            }
            stretches.push(Stretch::Table(table));
            at = end;
        } else {
            // A run of rows that is no table is not looked at again row by row.
            let next = end.max(at + 1);
            plain.extend(lines[at..next].iter().cloned());
            at = next;
        }
    }
    if !plain.is_empty() {
        stretches.push(Stretch::Lines(plain));
    }
    stretches
}

/// The cells of a line: its runs, those joined that a word space divides.
fn cells(line: &Line) -> Vec<Area> {
    let mut cells: Vec<Area> = Vec::new();
    let mut last_figure = false;
    for run in &line.runs {
        let figure = is_numeric(&run.text);
        let limit = if figure && last_figure { 0.5 } else { 1.0 } * line.size;
        match cells.last_mut() {
            Some(cell) if run.area.left - cell.right < limit => *cell = cell.union(&run.area),
            _ => cells.push(run.area),
        }
        last_figure = figure;
    }
    cells
}

/// End of the rows that may form a table together with the line at `start`.
fn table_end(lines: &[Line], start: usize) -> usize {
    if cells(&lines[start]).len() < 2 {
        return start;
    }
    let mut end = start + 1;
    let mut at = start + 1;
    while at < lines.len() {
        let gap = lines[at].baseline - lines[at - 1].baseline;
        if gap > 3.2 * lines[at].size.max(lines[at - 1].size) {
            break;
        }
        if cells(&lines[at]).len() >= 2 {
            end = at + 1;
        } else if at + 1 - end > 2 {
            // Two lines with a single cell may be wrapped labels, three are text.
            break;
        }
        at += 1;
    }
    end
}

/// Makes a table of rows whose gaps stand above each other.
fn aligned_table(lines: &[Line]) -> Option<Table> {
    let area = lines
        .iter()
        .map(|line| line.area)
        .reduce(|a, b| a.union(&b))?;
    let rows: Vec<Vec<Area>> = lines.iter().map(cells).collect();
    let many: Vec<&Vec<Area>> = rows.iter().filter(|row| row.len() >= 2).collect();
    if many.len() < 2 || many.len() * 2 < rows.len() {
        return None;
    }
    let separators = separators(&many, area);
    if separators.is_empty() || separators.len() > 40 {
        return None;
    }
    let column_of = |x: f32| separators.partition_point(|&separator| separator < x);
    let mut texts: Vec<Vec<String>> = Vec::new();
    for line in lines {
        let mut row: Vec<Vec<Run>> = vec![Vec::new(); separators.len() + 1];
        for cell in cells(line) {
            let first = column_of(cell.left + 0.3 * line.size);
            let last = column_of(cell.right - 0.3 * line.size);
            // A cell across columns stands in its first; one that leans over a gap, where its middle is.
            let column = if last > first + 1 {
                first
            } else {
                column_of(cell.center_x())
            };
            let members = line
                .runs
                .iter()
                .filter(|run| cell.contains(run.area.center_x(), cell.center_y()));
            row[column].extend(members.cloned());
        }
        texts.push(row.into_iter().map(cell_text).collect());
    }
    is_table(&texts).then(|| Table::of(area, texts)).flatten()
}

/// Middles of the stripes that no row, or hardly any, writes over.
fn separators(rows: &[&Vec<Area>], area: Area) -> Vec<f32> {
    let steps = (area.width() / 2.0).ceil().clamp(1.0, 2_000.0) as usize;
    let mut separators = Vec::new();
    let mut stripe: Option<(usize, usize)> = None;
    for at in 0..=steps {
        let x = area.left + 2.0 * at as f32;
        let crossed = rows
            .iter()
            .filter(|row| row.iter().any(|cell| cell.left < x && cell.right > x))
            .count();
        let between = rows
            .iter()
            .filter(|row| {
                row.windows(2)
                    .any(|pair| pair[0].right <= x && pair[1].left >= x)
            })
            .count();
        if crossed * 10 <= rows.len() && between * 10 >= rows.len() * 4 && between >= 2 {
            stripe = Some((stripe.map_or(at, |(first, _)| first), at));
        } else if let Some((first, last)) = stripe.take()
            && last > first
        {
            separators.push(area.left + (first + last) as f32);
        }
    }
    separators
}

/// Puts a currency sign that stands in a cell of its own before its figure, a closing sign behind it.
fn join_signs(rows: &mut [Vec<String>]) {
    for row in rows {
        for at in 0..row.len() {
            let is_leading = matches!(
                row[at].as_str(),
                "$" | "¥" | "￥" | "€" | "£" | "US$" | "HK$" | "($" | "RMB"
            );
            let is_trailing = matches!(row[at].as_str(), "%" | "％" | ")" | "）" | ")%" | "%)");
            let near = if is_leading {
                (at + 1..row.len().min(at + 4)).find(|&near| !row[near].is_empty())
            } else if is_trailing {
                (at.saturating_sub(3)..at)
                    .rev()
                    .find(|&near| !row[near].is_empty())
            } else {
                None
            };
            if let Some(near) = near
                && row[near]
                    .contains(|ch: char| ch.is_ascii_digit() || matches!(ch, '—' | '-' | '–'))
            {
                let sign = std::mem::take(&mut row[at]);
                let place = if is_leading { 0 } else { row[near].len() };
                row[near].insert_str(place, &sign);
            }
        }
    }
}

/// Joins neighbouring columns of which one only spaces the other: they are never both filled, and one has no figures.
fn join_spacers(rows: &mut [Vec<String>], columns: usize) {
    let cell = |row: &Vec<String>, at: usize| row.get(at).cloned().unwrap_or_default();
    for at in 1..columns.saturating_sub(1) {
        let both = rows
            .iter()
            .any(|row| !cell(row, at).is_empty() && !cell(row, at + 1).is_empty());
        let figures = |at: usize| rows.iter().any(|row| is_numeric(&cell(row, at)));
        if both || (figures(at) && figures(at + 1)) {
            continue;
        }
        for row in rows.iter_mut().filter(|row| row.len() > at + 1) {
            if row[at + 1].is_empty() {
                row[at + 1] = std::mem::take(&mut row[at]);
            }
        }
    }
}

/// Judges whether rows of cells are a table and not a list or text with gaps.
fn is_table(rows: &[Vec<String>]) -> bool {
    let filled: Vec<usize> = rows
        .iter()
        .map(|row| row.iter().filter(|cell| !cell.is_empty()).count())
        .collect();
    let many = filled.iter().filter(|&&count| count >= 2).count();
    let columns = rows.first().map_or(0, Vec::len);
    let rest: Vec<&String> = rows
        .iter()
        .flat_map(|row| row.iter().skip(1))
        .filter(|cell| !cell.is_empty())
        .collect();
    let figures = rest.iter().filter(|cell| is_numeric(cell)).count();
    let marks = rows
        .iter()
        .filter(|row| row.first().is_some_and(|cell| super::lists::is_mark(cell)))
        .count();
    let length: usize =
        rest.iter().map(|cell| cell.chars().count()).sum::<usize>() / rest.len().max(1);
    if many < 2 || marks * 10 >= rows.len() * 7 && columns == 2 {
        return false;
    }
    figures * 10 >= rest.len() * 4
        || (many >= 3 && length <= 24 && (columns >= 3 || many * 10 >= rows.len() * 8))
}
