//! Forms: names and values side by side, in rows of different make.
//!
//! Cells of a row stand in pairs of a name and its value. A name over several rows has several values, or, where pairs
//! follow it, names all of them. A lone wide cell is the heading of what comes below. Rows of one make with an odd number
//! of cells are a small table within the form.

use std::collections::BTreeSet;

use crate::grid::{Grid, Look, Merge};
use crate::layout::Layout;
use crate::value::parse_number;

/// Characters of a name in a form at most; more is a sentence.
const MAX_NAME: usize = 14;
/// A form has at least this many pairs.
const MIN_PAIRS: usize = 4;

/// Values of so many units stand in no column of records.
const MIN_UNITS: usize = 4;

/// A value of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FormValue {
    pub(crate) row: usize,
    pub(crate) column: usize,
    /// What names it, outermost first: heading, group, name.
    pub(crate) names: Vec<String>,
    /// The header above it in a small table.
    pub(crate) above: String,
}

/// A form as it was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Form {
    pub(crate) values: Vec<FormValue>,
    /// Names of pairs.
    names: Vec<String>,
    /// Rows that are no pairs and no small table, or whose names are none.
    unread: usize,
    rows: usize,
    /// The makes of rows: where their cells begin.
    makes: Vec<Vec<usize>>,
}

/// One cell of a row, merged ones whole.
struct Seen {
    left: usize,
    right: usize,
    text: String,
    look: Look,
    /// The merge begins in this row, or there is none.
    is_own: bool,
    is_tall: bool,
    merge: Option<Merge>,
}

/// A small table within a form.
struct Block {
    make: Vec<usize>,
    header: Vec<String>,
}

impl Form {
    /// True when nearly all rows could be read, with names that are short and hardly ever repeat.
    pub(crate) fn is_sound(&self) -> bool {
        let count = self.names.len();
        let short = self
            .names
            .iter()
            .filter(|name| name.chars().count() <= MAX_NAME)
            .count();
        let different: BTreeSet<&String> = self.names.iter().collect();
        count >= MIN_PAIRS
            && self.unread * 8 <= self.rows
            && short * 10 >= count * 9
            && different.len() * 20 >= count * 17
    }

    /// True when its rows are of different make, as those of a table of records are not.
    pub(crate) fn is_irregular(&self) -> bool {
        let most = self
            .makes
            .iter()
            .map(|make| self.makes.iter().filter(|other| *other == make).count())
            .max();
        let is_varied = most.is_some_and(|most| most * 4 <= self.makes.len() * 3);
        // Records are never all narrower than their header.
        let is_narrower = self.makes.split_first().is_some_and(|(first, others)| {
            !others.is_empty() && others.iter().all(|make| make.len() * 2 <= first.len())
        });
        is_varied || is_narrower
    }

    /// True when its rows are several pairs each, over values of any kind: a table of records has a text on top of each
    /// column and values of one kind below.
    pub(crate) fn is_paired(&self, grid: &Grid<'_>) -> bool {
        let looks: Vec<(usize, Look)> = self
            .values
            .iter()
            .map(|value| (value.column, grid.look(value.row, value.column)))
            .filter(|(_, look)| !matches!(look, Look::Blank | Look::Mark))
            .collect();
        let columns: BTreeSet<usize> = looks.iter().map(|(column, _)| *column).collect();
        let is_mixed = columns.iter().all(|column| {
            let own = looks.iter().filter(|(other, _)| other == column);
            let own: Vec<Look> = own.map(|(_, look)| *look).collect();
            let texts = own.iter().filter(|look| **look == Look::Text).count();
            let mut kinds: Vec<Look> = Vec::new();
            for look in own.iter().filter(|look| **look != Look::Text) {
                if !kinds.contains(look) {
                    kinds.push(*look);
                }
            }
            texts >= 2 || kinds.len() >= 2 || own.first() != Some(&Look::Text)
        });
        let texts = looks.iter().filter(|(_, look)| *look == Look::Text).count();
        let units: BTreeSet<String> = self
            .values
            .iter()
            .filter_map(|value| parse_number(&grid.text(value.row, value.column)))
            .map(|number| number.unit)
            .collect();
        let is_of_one_kind =
            (looks.len() - texts) * 10 > self.names.len() * 9 && units.len() < MIN_UNITS;
        self.is_sound()
            && self.names.len() * 2 >= self.rows * 3
            && (is_mixed || units.len() >= MIN_UNITS)
            && !is_of_one_kind
    }

    /// True when a narrow block has its first value where a header would stand: nothing heads its columns.
    pub(crate) fn is_list(&self, grid: &Grid<'_>) -> bool {
        let first = self.values.first();
        self.is_sound()
            && first.is_some_and(|value| {
                grid.text(value.row, value.column).chars().count() > MAX_NAME
                    || !matches!(grid.look(value.row, value.column), Look::Text | Look::Year)
            })
    }
}

/// Reads a block of cells as a form.
pub(crate) fn read(grid: &Grid<'_>, layout: &Layout) -> Form {
    let mut form = Form::default();
    let mut headings: Vec<(usize, usize, String)> = Vec::new();
    let mut block: Option<Block> = None;
    let single = single_of(grid, layout);
    for row in layout.top..=layout.bottom {
        let cells = cells_of(grid, row);
        if cells.is_empty() {
            continue;
        }
        if is_heading(grid, layout, row, &cells) {
            headings = vec![(0, grid.width(), cells[0].text.clone())];
            block = None;
            continue;
        }
        let (over_pairs, cells): (Vec<Seen>, Vec<Seen>) = cells
            .into_iter()
            .partition(|cell| is_over_pair(grid, layout, row, cell));
        for cell in over_pairs {
            headings.retain(|(left, right, _)| *left > cell.right || *right < cell.left);
            headings.push((cell.left, cell.right, cell.text));
            block = None;
        }
        if cells.is_empty() {
            continue;
        }
        // A name without its value.
        if cells.len() == 1 {
            continue;
        }
        form.rows += 1;
        let make: Vec<usize> = cells.iter().map(|cell| cell.left).collect();
        let heading = |cell: &Seen| {
            headings
                .iter()
                .find(|(left, right, _)| (*left..=*right).contains(&cell.left))
                .map(|(_, _, text)| text.clone())
        };
        let is_record = block.as_ref().is_some_and(|known| known.make == make);
        if !is_record {
            block = block_at(grid, layout, row, &cells, single.as_ref());
            if block.is_some() {
                form.makes.push(make);
                continue;
            }
        }
        match (pairs_of(grid, &cells, single.as_ref()), &block) {
            (Some(pairs), None) => {
                for (group, name, value) in pairs {
                    if name.look == Look::Blank {
                        continue;
                    }
                    form.unread += usize::from(name.look != Look::Text);
                    if name.is_own {
                        form.names.push(name.text.clone());
                    }
                    if value.is_own && value.look != Look::Blank {
                        let names = [heading(name), group, Some(name.text.clone())];
                        form.values.push(FormValue {
                            row,
                            column: value.left,
                            names: names.into_iter().flatten().collect(),
                            above: String::new(),
                        });
                    }
                }
            }
            (_, Some(known)) => {
                for (cell, header) in cells.iter().zip(&known.header).skip(1) {
                    if cell.is_own && cell.look != Look::Blank {
                        let names = [heading(cell), Some(cells[0].text.clone())];
                        form.values.push(FormValue {
                            row,
                            column: cell.left,
                            names: names.into_iter().flatten().collect(),
                            above: header.clone(),
                        });
                    }
                }
            }
            (None, None) => form.unread += 1,
        }
        form.makes.push(make);
    }
    form
}

/// The small table whose header a row is: rows of the same make follow that cannot be pairs, since their cells are of an
/// odd number, or numbers and dates stand where names would, or under each other below a text.
fn block_at(
    grid: &Grid<'_>,
    layout: &Layout,
    row: usize,
    cells: &[Seen],
    single: Option<&(usize, usize)>,
) -> Option<Block> {
    let make: Vec<usize> = cells.iter().map(|cell| cell.left).collect();
    if cells.len() < 3
        || !cells
            .iter()
            .all(|cell| cell.is_own && cell.look == Look::Text)
    {
        return None;
    }
    let below: Vec<Vec<Seen>> = (row + 1..=layout.bottom)
        .map(|next| cells_of(grid, next))
        .take_while(|next| next.iter().map(|cell| cell.left).eq(make.iter().copied()))
        .collect();
    let is_amount = |look: Look| matches!(look, Look::Number | Look::Date | Look::Year);
    let all_amounts =
        |column: usize| below.iter().all(|next| is_amount(next[column].look)) && !below.is_empty();
    let is_odd = !cells.len().is_multiple_of(2) && pairs_of(grid, cells, single).is_none();
    let is_block = !below.is_empty() && is_odd
        || (0..cells.len()).step_by(2).any(all_amounts)
        || below.len() > 1 && has_uniform_values(&below);
    is_block.then(|| Block {
        make,
        header: cells.iter().map(|cell| cell.text.clone()).collect(),
    })
}

/// The cells of a row, without blanks at its end; a name keeps the blank place of its value.
fn cells_of(grid: &Grid<'_>, row: usize) -> Vec<Seen> {
    let mut cells = Vec::new();
    let mut column = 0;
    while column < grid.width() {
        let merge = grid.merge_at(row, column);
        let right = merge.map_or(column, |merge| merge.right.max(column));
        cells.push(Seen {
            left: column,
            right,
            text: grid.text(row, column).replace(['\n', '\r'], ""),
            look: grid.look(row, column),
            is_own: merge.is_none_or(|merge| merge.top == row),
            is_tall: merge.is_some_and(|merge| merge.height() > 1),
            merge,
        });
        column = right + 1;
    }
    let mut blank = None;
    while cells.last().is_some_and(|cell| cell.look == Look::Blank) {
        blank = cells.pop();
    }
    if cells.len() > 1 && !cells.len().is_multiple_of(2) {
        cells.extend(blank);
    }
    cells
}

/// True when every second column holds values of one kind, amounts among them: those of pairs are of many.
fn has_uniform_values(rows: &[Vec<Seen>]) -> bool {
    let columns = (1..rows[0].len()).step_by(2);
    let kinds: Vec<Option<Look>> = columns
        .map(|column| {
            let kind = rows[0][column].look;
            rows.iter()
                .all(|row| row[column].look == kind)
                .then_some(kind)
        })
        .collect();
    kinds.iter().all(Option::is_some)
        && kinds
            .iter()
            .any(|kind| matches!(kind, Some(Look::Number | Look::Date | Look::Year)))
}

/// The columns of the names where most rows are one pair; what stands beside a name there are values of it.
fn single_of(grid: &Grid<'_>, layout: &Layout) -> Option<(usize, usize)> {
    let rows: Vec<Vec<Seen>> = (layout.top..=layout.bottom)
        .map(|row| cells_of(grid, row))
        .filter(|cells| cells.len() > 1)
        .collect();
    let pairs: Vec<(usize, usize)> = rows
        .iter()
        .filter(|cells| cells.len() == 2)
        .map(|cells| (cells[0].left, cells[0].right))
        .collect();
    let first = *pairs.first()?;
    let same = pairs.iter().filter(|pair| **pair == first).count();
    (grid.width() > 2 && same * 3 >= rows.len() * 2).then_some(first)
}

/// A lone cell over all columns is the heading of what comes below.
fn is_heading(grid: &Grid<'_>, layout: &Layout, row: usize, cells: &[Seen]) -> bool {
    matches!(cells, [cell] if row < layout.bottom && cell.is_own && cell.look == Look::Text
        && cell.left == 0 && cell.right + 1 == grid.width() && grid.width() > 1)
}

/// A cell as wide as the pair below it is their heading.
fn is_over_pair(grid: &Grid<'_>, layout: &Layout, row: usize, cell: &Seen) -> bool {
    let is_wide = cell.right == cell.left + 1 && cell.left.is_multiple_of(2);
    is_wide
        && row < layout.bottom
        && cell.is_own
        && !cell.is_tall
        && cell.look == Look::Text
        && [cell.left, cell.right].iter().all(|column| {
            grid.own(row + 1, *column).is_some() && grid.merge_at(row + 1, *column).is_none()
        })
}

/// A pair with the group that it is in.
type Pair<'c> = (Option<String>, &'c Seen, &'c Seen);

/// Pairs of a row; `None` when a cell is left over.
fn pairs_of<'c>(
    grid: &Grid<'_>,
    cells: &'c [Seen],
    single: Option<&(usize, usize)>,
) -> Option<Vec<Pair<'c>>> {
    if let ([name, values @ ..], Some(single)) = (cells, single)
        && (name.left, name.right) == *single
        && !cells.len().is_multiple_of(2)
        && !is_group(grid, name, values)
    {
        return Some(values.iter().map(|value| (None, name, value)).collect());
    }
    let mut pairs = Vec::new();
    let mut group = None;
    let mut rest = cells;
    while let [first, after @ ..] = rest {
        if !after.is_empty() && after.len().is_multiple_of(2) && is_group(grid, first, after) {
            group = Some(first.text.clone());
            rest = after;
            continue;
        }
        let [value, after @ ..] = after else {
            return None;
        };
        pairs.push((group.clone(), first, value));
        rest = after;
    }
    Some(pairs)
}

/// Whether a cell over several rows has a name beside it in each of them; otherwise values are there.
fn is_group(grid: &Grid<'_>, cell: &Seen, after: &[Seen]) -> bool {
    let (Some(next), Some(merge)) = (after.first(), cell.merge) else {
        return false;
    };
    cell.is_tall
        && after.len() > 1
        && (merge.top..=merge.bottom).all(|row| grid.look(row, next.left) == Look::Text)
}
