//! Which rows of an island are title, header, data and notes, and which way the table lies.

use crate::form;
use crate::grid::{Grid, Look};
use crate::value::is_note;

/// Header rows of a table at most.
const MAX_HEADER_ROWS: usize = 5;
/// A longer table is never one whose records stand in columns.
const MAX_SIDEWAYS_ROWS: usize = 80;

/// Which way a table lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// Names on top, one record per row.
    Records,
    /// Names at the side, one record per column.
    Sideways,
    /// Names and values in pairs.
    Form,
}

/// The parts of an island, in rows of its grid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) titles: Vec<String>,
    pub(crate) notes: Vec<String>,
    /// First row of the header.
    pub(crate) top: usize,
    pub(crate) header_rows: usize,
    /// Last row of data, or none.
    pub(crate) bottom: usize,
    pub(crate) shape: Shape,
}

/// Finds the parts of a table; `header_rows` where somebody said how many there are.
pub(crate) fn lay_out(grid: &Grid<'_>, header_rows: Option<usize>) -> Layout {
    let height = grid.height();
    let mut layout = Layout {
        titles: Vec::new(),
        notes: Vec::new(),
        top: 0,
        header_rows: 0,
        bottom: height - 1,
        shape: Shape::Records,
    };
    match header_rows {
        Some(rows) => layout.header_rows = rows.min(height),
        None => {
            take_titles(grid, &mut layout);
            take_notes(grid, &mut layout);
            layout.header_rows = count_header_rows(grid, layout.top, layout.bottom);
            layout.shape = find_shape(grid, &layout);
        }
    }
    layout
}

/// Cells that stand in a row themselves, first of merges only.
fn own_cells(grid: &Grid<'_>, row: usize) -> Vec<usize> {
    (0..grid.width())
        .filter(|column| grid.own(row, *column).is_some())
        .collect()
}

fn take_titles(grid: &Grid<'_>, layout: &mut Layout) {
    while layout.top < layout.bottom && grid.width() > 1 {
        let row = layout.top;
        let cells = own_cells(grid, row);
        let all_text = cells.iter().all(|column| {
            matches!(
                grid.look(row, *column),
                Look::Text | Look::Date | Look::Year
            )
        });
        let spans_down = cells.iter().any(|column| {
            grid.merge_at(row, *column)
                .is_some_and(|merge| merge.height() > 1 && merge.width() < grid.width())
        });
        let below = own_cells(grid, row + 1).len();
        // A column of single cells is a list and no title; two or three lines over a broad row are titles.
        let broad_row_follows =
            (row + 1..=layout.bottom.min(row + 4)).any(|next| own_cells(grid, next).len() > 1);
        let alone = cells.len() == 1 && broad_row_follows;
        let sparse = cells.len() == 2
            && grid.width() >= 5
            && below >= 4
            && !cells.iter().any(|column| {
                grid.merge_at(row, *column)
                    .is_some_and(|merge| merge.left > 0 && merge.width() > 1)
            });
        // A header over groups may have few cells too; those of a group are merged and stand to the right.
        let group = cells.len() == 1
            && cells[0] > 0
            && !is_whole_row(grid, row, cells[0])
            && grid.merge_at(row, cells[0]).is_some();
        if cells.is_empty() || !all_text || spans_down || group || !(alone || sparse) {
            break;
        }
        let texts: Vec<String> = cells.iter().map(|column| grid.text(row, *column)).collect();
        layout.titles.push(texts.join(" "));
        layout.top += 1;
    }
}

fn is_whole_row(grid: &Grid<'_>, row: usize, column: usize) -> bool {
    grid.merge_at(row, column)
        .is_some_and(|merge| merge.width() + 1 >= grid.width())
}

fn take_notes(grid: &Grid<'_>, layout: &mut Layout) {
    while layout.bottom > layout.top + 1 {
        let row = layout.bottom;
        let cells = own_cells(grid, row);
        let Some(first) = cells.first() else {
            layout.bottom -= 1;
            continue;
        };
        let text = grid.text(row, *first);
        let is_long =
            cells.len() == 1 && grid.width() > 2 && *first == 0 && text.chars().count() > 25;
        let is_footer = is_note(&text) && (cells.len() == 1 || cells.len() * 2 <= grid.width());
        if !(is_long || is_footer) || grid.look(row, *first) != Look::Text {
            break;
        }
        let texts: Vec<String> = cells.iter().map(|column| grid.text(row, *column)).collect();
        layout.notes.insert(0, texts.join(" "));
        layout.bottom -= 1;
    }
}

fn count_header_rows(grid: &Grid<'_>, top: usize, bottom: usize) -> usize {
    if top >= bottom || !may_be_header(grid, top) {
        return 0;
    }
    let mut rows = 1;
    // Merged cells say where the header ends: below a name that spans columns stand the names under it.
    let mut row = top;
    while row < top + rows && rows < MAX_HEADER_ROWS {
        for column in 0..grid.width() {
            let Some(merge) = grid.merge_at(row, column) else {
                continue;
            };
            if merge.top < top {
                continue;
            }
            let reaches = merge.bottom + 1 - top;
            if merge.width() > 1
                && merge.height() == 1
                && merge.width() < grid.width()
                && has_names(grid, merge.bottom + 1, merge.left, merge.right, bottom)
            {
                rows = rows.max(reaches + 1);
            } else if merge.height() > 1 && has_other_names(grid, row, merge.bottom, column, bottom)
            {
                rows = rows.max(reaches);
            }
        }
        row += 1;
    }
    if rows == 1 && top + 2 <= bottom && fills_gaps(grid, top) {
        rows = 2;
    }
    rows.min(MAX_HEADER_ROWS).min(bottom - top)
}

fn has_names(grid: &Grid<'_>, row: usize, left: usize, right: usize, bottom: usize) -> bool {
    row < bottom
        // A cell over many rows begins there: it names a record, and the header has ended.
        && !(0..grid.width()).any(|column| {
            let merge = grid.merge_at(row, column);
            merge.is_some_and(|merge| merge.top == row && merge.height() > 2)
        })
        && (0..grid.width()).all(|column| {
            matches!(grid.look(row, column), Look::Text | Look::Year | Look::Blank | Look::Date)
        })
        // One name under a wide cell names nothing more than the cell itself: then both are values.
        && (left..=right).filter(|column| grid.own(row, *column).is_some()).count() > 1
        // Values somewhere below: otherwise the merged cell is itself a value.
        && (row + 1..=bottom.min(row + 6)).any(|below| {
            (left..=right).any(|column| grid.look(below, column) != Look::Blank)
        })
}

/// True when the rows beside a tall cell are names too: then the tall cell is part of the header.
fn has_other_names(grid: &Grid<'_>, top: usize, last: usize, column: usize, bottom: usize) -> bool {
    last < bottom
        && (top..=last).all(|row| {
            (0..grid.width())
                .filter(|other| *other != column)
                .all(|other| {
                    matches!(
                        grid.look(row, other),
                        Look::Text | Look::Blank | Look::Year | Look::Date
                    )
                })
        })
        && (0..grid.width()).any(|other| {
            other != column
                && grid
                    .merge_at(top, other)
                    .is_some_and(|merge| merge.width() > 1)
        })
}

/// Without merges: blanks of the first row that the second fills with names, over a third of values.
fn fills_gaps(grid: &Grid<'_>, top: usize) -> bool {
    let second_is_names = (0..grid.width()).all(|column| {
        matches!(
            grid.look(top + 1, column),
            Look::Text | Look::Blank | Look::Year
        )
    });
    let filled = (0..grid.width()).filter(|column| {
        grid.look(top, *column) == Look::Blank && grid.look(top + 1, *column) != Look::Blank
    });
    let over_values = |column: &usize| {
        (top + 2..grid.height().min(top + 7))
            .any(|row| matches!(grid.look(row, *column), Look::Number | Look::Date))
    };
    second_is_names
        && filled.filter(over_values).count() > 0
        && grid.look(top + 1, 0) == Look::Blank
}

/// True when a row can name columns: no amounts in it. Years, dates and a run of numbers may name.
fn may_be_header(grid: &Grid<'_>, row: usize) -> bool {
    let looks: Vec<Look> = (0..grid.width())
        .map(|column| grid.look(row, column))
        .collect();
    let numbers: Vec<f64> = (0..grid.width())
        .filter(|column| looks[*column] == Look::Number)
        .filter_map(|column| grid.text(row, column).parse().ok())
        .collect();
    let amounts = looks.iter().filter(|look| **look == Look::Number).count();
    let names = looks.iter().filter(|look| **look == Look::Text).count();
    let dates = looks
        .iter()
        .filter(|look| matches!(look, Look::Date | Look::Year))
        .count();
    if amounts == 0 {
        // One date among texts is a record rather than a header; dates side by side are names.
        let below = row + 1;
        let same_below = below < grid.height()
            && (0..grid.width()).all(|column| {
                looks[column] != Look::Date && looks[column] != Look::Year
                    || grid.look(below, column) == looks[column]
            });
        return names > 0 && !(dates > 0 && same_below && names < grid.width())
            || dates > 1 && !same_below;
    }
    // 1, 2, 3 … over values: months, rounds.
    amounts == numbers.len()
        && amounts >= 3
        && names >= 1
        && numbers
            .windows(2)
            .all(|pair| pair[1] > pair[0] && pair[1].fract() == 0.0)
        && numbers[0] <= 1.0
}

fn find_shape(grid: &Grid<'_>, layout: &Layout) -> Shape {
    let rows = layout.bottom + 1 - layout.top;
    if layout.header_rows > 1 {
        return Shape::Records;
    }
    if rows > MAX_SIDEWAYS_ROWS || grid.width() < 2 {
        return Shape::Records;
    }
    // Rows of different make, which can be read as pairs, are no records.
    let form = form::read(grid, layout);
    if form.is_sound() && form.is_irregular() {
        return Shape::Form;
    }
    let is_value = |look: Look| matches!(look, Look::Number | Look::Date | Look::Year);
    let all_rows = layout.top..=layout.bottom;
    let names_at_side = all_rows
        .clone()
        .all(|row| matches!(grid.look(row, 0), Look::Text | Look::Blank));
    if !names_at_side {
        return Shape::Records;
    }
    // How uniform are the columns below the header, and the rows beside the first column?
    let uniform = |looks: Vec<Look>| {
        let filled: Vec<bool> = looks
            .into_iter()
            .filter(|look| !matches!(look, Look::Blank | Look::Mark))
            .map(is_value)
            .collect();
        let values = filled.iter().filter(|value| **value).count();
        (!filled.is_empty()).then(|| values.max(filled.len() - values) as f64 / filled.len() as f64)
    };
    let first_data = layout.top + layout.header_rows.max(1);
    let mean = |shares: Vec<f64>| {
        if shares.is_empty() {
            1.0
        } else {
            shares.iter().sum::<f64>() / shares.len() as f64
        }
    };
    let by_column = mean(
        (1..grid.width())
            .filter_map(|column| {
                uniform(
                    (first_data..=layout.bottom)
                        .map(|row| grid.look(row, column))
                        .collect(),
                )
            })
            .collect(),
    );
    let by_row = mean(
        all_rows
            .clone()
            .filter_map(|row| {
                uniform(
                    (1..grid.width())
                        .map(|column| grid.look(row, column))
                        .collect(),
                )
            })
            .collect(),
    );
    // Pairs of names and values side by side.
    if grid.width() >= 4 && form.is_paired(grid) {
        return Shape::Form;
    }
    if grid.width() == 2 {
        return if by_column < 0.75 || form.is_list(grid) {
            Shape::Form
        } else {
            Shape::Records
        };
    }
    if by_column < 0.8 && by_row > by_column + 0.1 {
        return Shape::Sideways;
    }
    if by_column < 0.7 {
        return Shape::Form;
    }
    Shape::Records
}
