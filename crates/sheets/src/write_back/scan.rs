//! What must be known of a sheet before its cells are changed.

use std::collections::{HashMap, HashSet};

use deskmate_core::{ErrorCode, WireError};

use crate::address::{CellAddress, CellRange};
use crate::formula::shift_formula;
use crate::package::{CellFormula, Package, RawCell, SheetItem, read_sheet};

/// Cells of one sheet that we hold formats of; at 16 bytes each this is 80 MB.
const MAX_CELLS: usize = 5_000_000;

/// A sheet, as far as changes need it.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// Every cell of the XML in its order: place, format, whether it holds something.
    cells: HashMap<CellAddress, (u32, bool)>,
    merged: Vec<CellRange>,
    /// Ranges of array formulas and what-if tables.
    arrays: Vec<CellRange>,
    /// First cells of shared formulas.
    shared: HashMap<u32, (CellAddress, String)>,
    /// Ids of relationships of native tables.
    pub(super) tables: Vec<String>,
    /// Id of the relationship of the drawing.
    pub(super) drawing: Option<String>,
    is_protected: bool,
}

/// A cell that is about to be replaced.
#[derive(Debug, Clone)]
pub(super) struct Before {
    /// What it holds, formulas with `=`.
    pub(super) shown: String,
    /// Whether it is a formula.
    pub(super) is_formula: bool,
}

impl Scan {
    /// Reads a sheet.
    ///
    /// # Errors
    /// `PermissionDenied` when it is protected; `UnsupportedFormat` when it is no sheet of cells or strict;
    /// `FileTooLarge`; `DamagedFile`.
    pub(super) fn read(package: &mut Package, part: &str, name: &str) -> Result<Self, WireError> {
        let mut scan = Self::default();
        read_sheet(package.stream(part)?, part, |item| {
            match item {
                SheetItem::Cell(cell) => return scan.take(cell, name),
                SheetItem::Merge(range) => scan.merged.push(range),
                SheetItem::Protected => scan.is_protected = true,
                SheetItem::Table(id) => scan.tables.push(id),
                SheetItem::Drawing(id) => scan.drawing = Some(id),
                SheetItem::Root {
                    name: root,
                    is_strict,
                } => {
                    if root != "worksheet" {
                        return Err(not_cells(name));
                    }
                    if is_strict {
                        return Err(strict());
                    }
                }
            }
            Ok(())
        })?;
        if scan.is_protected {
            return Err(WireError::new(
                ErrorCode::PermissionDenied,
                format!("sheet `{name}` is protected"),
            )
            .with_hint("take the protection off in its program and try again"));
        }
        Ok(scan)
    }

    fn take(&mut self, cell: &RawCell, name: &str) -> Result<(), WireError> {
        if self.cells.len() >= MAX_CELLS {
            return Err(WireError::new(
                ErrorCode::FileTooLarge,
                format!("sheet `{name}` has more than {MAX_CELLS} cells"),
            ));
        }
        match &cell.formula {
            Some(CellFormula::SharedFirst(index, text)) => {
                self.shared
                    .entry(*index)
                    .or_insert_with(|| (cell.address, text.clone()));
            }
            Some(CellFormula::Array(range, _) | CellFormula::DataTable(range)) => {
                self.arrays.push(*range);
            }
            Some(CellFormula::Plain(_) | CellFormula::SharedNext(_)) | None => {}
        }
        self.cells
            .insert(cell.address, (cell.style, cell.is_filled()));
        Ok(())
    }

    /// Whether something is written in a cell.
    pub(super) fn is_filled(&self, cell: CellAddress) -> bool {
        self.cells.get(&cell).is_some_and(|(_, filled)| *filled)
    }

    /// The format of a cell; `None` when the XML has no such cell.
    pub(super) fn style(&self, cell: CellAddress) -> Option<u32> {
        self.cells.get(&cell).map(|(style, _)| *style)
    }

    /// The first column from `from` on in which the rows are empty and no merged range lies.
    pub(super) fn empty_column(&self, from: u32, top: u32, bottom: u32) -> u32 {
        let taken: HashSet<u32> = self
            .cells
            .iter()
            .filter(|(cell, (_, filled))| *filled && (top..=bottom).contains(&cell.row))
            .map(|(cell, _)| cell.column)
            .collect();
        (from..)
            .find(|column| {
                !taken.contains(column)
                    && !self.merged.iter().any(|range| {
                        (range.left..=range.right).contains(column)
                            && range.top <= bottom
                            && range.bottom >= top
                    })
            })
            .unwrap_or(from)
    }

    /// The last column and the last row that hold something.
    pub(super) fn last_filled(&self) -> Option<CellAddress> {
        let filled = || self.cells.iter().filter(|(_, (_, filled))| *filled);
        let row = filled().map(|(cell, _)| cell.row).max()?;
        let column = filled().map(|(cell, _)| cell.column).max()?;
        Some(CellAddress::new(row, column))
    }

    /// The last row that holds something in these columns.
    pub(super) fn last_filled_row(&self, left: u32, right: u32) -> Option<u32> {
        self.cells
            .iter()
            .filter(|(cell, (_, filled))| *filled && (left..=right).contains(&cell.column))
            .map(|(cell, _)| cell.row)
            .max()
    }

    /// Refuses a cell that cannot be written by itself.
    ///
    /// # Errors
    /// `InvalidInput` inside of a merged range or an array formula.
    pub(super) fn check_cell(&self, cell: CellAddress) -> Result<(), WireError> {
        let inside = |range: &&CellRange| range.contains(cell.row, cell.column);
        if let Some(range) = self.arrays.iter().find(inside) {
            return Err(WireError::new(
                ErrorCode::InvalidInput,
                format!(
                    "cell `{cell}` is part of the array formula in {range}, which can only be changed as a whole"
                ),
            ));
        }
        if let Some(range) = self.merged.iter().find(inside)
            && (range.top, range.left) != (cell.row, cell.column)
        {
            return Err(WireError::new(
                ErrorCode::InvalidInput,
                format!("cell `{cell}` lies under the merged cells {range}"),
            )
            .with_hint("write into the first cell of the merged range or unmerge it"));
        }
        Ok(())
    }

    /// Shared formulas whose first cell is among the targets.
    pub(super) fn unshared(
        &self,
        is_target: impl Fn(CellAddress) -> bool,
    ) -> HashMap<u32, (CellAddress, String)> {
        self.shared
            .iter()
            .filter(|(_, (first, _))| is_target(*first))
            .map(|(index, shared)| (*index, shared.clone()))
            .collect()
    }

    /// What the targets hold now; a second reading, made only when one of them holds something.
    ///
    /// # Errors
    /// As `read`.
    pub(super) fn before(
        &self,
        package: &mut Package,
        part: &str,
        strings: &[String],
        is_target: impl Fn(CellAddress) -> bool,
    ) -> Result<HashMap<CellAddress, Before>, WireError> {
        let mut found = HashMap::new();
        read_sheet(package.stream(part)?, part, |item| {
            if let SheetItem::Cell(cell) = item
                && cell.is_filled()
                && is_target(cell.address)
            {
                found.insert(cell.address, self.shown(cell, strings));
            }
            Ok(())
        })?;
        Ok(found)
    }

    fn shown(&self, cell: &RawCell, strings: &[String]) -> Before {
        let formula = match &cell.formula {
            Some(CellFormula::Plain(text) | CellFormula::SharedFirst(_, text)) => {
                Some(text.clone())
            }
            Some(CellFormula::SharedNext(index)) => self.shared.get(index).map(|(first, text)| {
                shift_formula(
                    text,
                    i64::from(cell.address.row) - i64::from(first.row),
                    i64::from(cell.address.column) - i64::from(first.column),
                )
            }),
            Some(CellFormula::Array(_, text)) => Some(text.clone()),
            Some(CellFormula::DataTable(_)) | None => None,
        };
        Before {
            is_formula: cell.formula.is_some(),
            shown: match formula {
                Some(formula) => format!("={formula}"),
                None => cell.shown(strings),
            },
        }
    }
}

/// The refusal of the strict dialect.
pub(super) fn strict() -> WireError {
    WireError::new(
        ErrorCode::UnsupportedFormat,
        "the workbook is in the strict dialect of Open XML, which is not changed in place",
    )
    .with_hint("save it as an ordinary xlsx workbook and try again")
}

fn not_cells(name: &str) -> WireError {
    WireError::new(
        ErrorCode::UnsupportedFormat,
        format!("`{name}` is a chart or dialog and no sheet of cells"),
    )
}
