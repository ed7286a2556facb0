//! Cells and ranges in A1 notation.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The last row of a sheet, counted from 0.
pub const MAX_ROW: u32 = 1_048_575;
/// The last column of a sheet, counted from 0.
pub const MAX_COLUMN: u32 = 16_383;

/// A cell of a sheet; row and column count from 0. Displays as `B2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CellAddress {
    /// Row from 0.
    pub row: u32,
    /// Column from 0.
    pub column: u32,
}

impl CellAddress {
    /// The cell at this row and column, both from 0.
    pub fn new(row: u32, column: u32) -> Self {
        Self { row, column }
    }

    /// Reads `B2` or `$B$2`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_start_matches('$');
        let letters = text
            .bytes()
            .take_while(u8::is_ascii_alphabetic)
            .take(4)
            .count();
        let column = column_index(text.get(..letters)?)?;
        let row: u32 = text
            .get(letters..)?
            .trim_start_matches('$')
            .parse::<u32>()
            .ok()?
            .checked_sub(1)?;
        (row <= MAX_ROW).then_some(Self { row, column })
    }
}

impl fmt::Display for CellAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", column_name(self.column), self.row + 1)
    }
}

/// A rectangle of cells, both corners included, counted from 0. Displays as `B2:F40`, or `B2` for one cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CellRange {
    /// First row.
    pub top: u32,
    /// First column.
    pub left: u32,
    /// Last row.
    pub bottom: u32,
    /// Last column.
    pub right: u32,
}

impl CellRange {
    /// The rectangle between two corners in any order.
    pub fn new(from: CellAddress, to: CellAddress) -> Self {
        Self {
            top: from.row.min(to.row),
            left: from.column.min(to.column),
            bottom: from.row.max(to.row),
            right: from.column.max(to.column),
        }
    }

    /// Reads `B2:F40` or `B2`.
    pub fn parse(text: &str) -> Option<Self> {
        let (from, to) = text.split_once(':').unwrap_or((text, text));
        Some(Self::new(
            CellAddress::parse(from)?,
            CellAddress::parse(to)?,
        ))
    }

    /// True when the cell lies inside.
    pub fn contains(&self, row: u32, column: u32) -> bool {
        (self.top..=self.bottom).contains(&row) && (self.left..=self.right).contains(&column)
    }

    /// How many cells it spans.
    pub fn cells(&self) -> u64 {
        u64::from(self.bottom - self.top + 1) * u64::from(self.right - self.left + 1)
    }
}

impl fmt::Display for CellRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let from = CellAddress::new(self.top, self.left);
        let to = CellAddress::new(self.bottom, self.right);
        if from == to {
            write!(f, "{from}")
        } else {
            write!(f, "{from}:{to}")
        }
    }
}

/// The name of a column by its number from 0: 0 is `A`, 26 is `AA`.
pub fn column_name(column: u32) -> String {
    let mut number = column + 1;
    let mut name = Vec::new();
    while number > 0 {
        number -= 1;
        name.push(char::from(b'A' + (number % 26) as u8));
        number /= 26;
    }
    name.iter().rev().collect()
}

fn column_index(name: &str) -> Option<u32> {
    let mut number: u32 = 0;
    for letter in name.bytes() {
        number = number * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1;
    }
    number.checked_sub(1).filter(|column| *column <= MAX_COLUMN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_survive_the_way_to_text_and_back() {
        for (row, column, text) in [
            (0, 0, "A1"),
            (39, 26, "AA40"),
            (MAX_ROW, MAX_COLUMN, "XFD1048576"),
        ] {
            let cell = CellAddress::new(row, column);
            assert_eq!(cell.to_string(), text);
            assert_eq!(CellAddress::parse(text), Some(cell));
        }
        assert_eq!(
            CellRange::parse("$B$2:F40")
                .map(|r| r.to_string())
                .as_deref(),
            Some("B2:F40")
        );
        for wrong in ["", "1", "A", "A0", "XFE1", "A1048577", "表1"] {
            assert_eq!(CellAddress::parse(wrong), None, "{wrong}");
        }
    }
}
