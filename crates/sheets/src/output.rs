//! Tables that we write: typed columns and values, for result sheets, charts and new workbooks.

use serde::{Deserialize, Serialize};

/// A value that is written into a cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutputValue {
    /// An empty cell.
    Blank,
    /// A number.
    Number(f64),
    /// A text; never read as a formula, also when it begins with `=`.
    Text(String),
    /// True or false.
    Bool(bool),
    /// A day or moment as days since 1899-12-30, the way a spreadsheet counts.
    Date(f64),
}

impl OutputValue {
    /// A day of the calendar; `None` when there is no such day or a spreadsheet cannot hold it (before 1900-03-01,
    /// where the day count of spreadsheets has a fault, or after 9999).
    pub fn date(year: i32, month: u32, day: u32) -> Option<Self> {
        let days_in_month = match month {
            4 | 6 | 9 | 11 => 30,
            2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
            2 => 28,
            1..=12 => 31,
            _ => return None,
        };
        if !(1..=days_in_month).contains(&day) || !(1900..=9999).contains(&year) {
            return None;
        }
        let serial = crate::workbook::serial_of_date(year, month, day);
        (serial >= 61.0).then_some(Self::Date(serial))
    }

    /// The number that a cell stores for it, if it is one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) | Self::Date(number) if number.is_finite() => Some(*number),
            Self::Number(_) | Self::Date(_) | Self::Blank | Self::Text(_) | Self::Bool(_) => None,
        }
    }
}

/// How the values of a column are shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnFormat {
    /// As the program likes.
    General,
    /// Text, also when it looks like a number: numbers of orders and identity cards.
    Text,
    /// Whole numbers with thousands separated.
    Integer,
    /// Numbers with so many decimal places, thousands separated.
    Decimal(u8),
    /// Shares as per cent, with so many decimal places; 0.5 is shown as 50 %.
    Percent(u8),
    /// Days.
    Date,
    /// Days with the time of day.
    DateTime,
}

impl ColumnFormat {
    /// The format code of a spreadsheet.
    pub fn code(&self) -> String {
        let places = |places: u8| match places {
            0 => String::new(),
            n => format!(".{}", "0".repeat(usize::from(n.min(15)))),
        };
        match self {
            Self::General => "General".to_string(),
            Self::Text => "@".to_string(),
            Self::Integer => "#,##0".to_string(),
            Self::Decimal(n) => format!("#,##0{}", places(*n)),
            Self::Percent(n) => format!("0{}%", places(*n)),
            Self::Date => "yyyy-mm-dd".to_string(),
            Self::DateTime => "yyyy-mm-dd hh:mm".to_string(),
        }
    }

    /// Whether the column holds numbers that can be drawn.
    pub fn is_numeric(&self) -> bool {
        match self {
            Self::General | Self::Integer | Self::Decimal(_) | Self::Percent(_) => true,
            Self::Text | Self::Date | Self::DateTime => false,
        }
    }
}

/// A column of an output table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutputColumn {
    /// Header.
    pub name: String,
    /// How its values are shown.
    pub format: ColumnFormat,
}

/// A table to be written; every row has one value for each column, missing ones are blank.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OutputTable {
    /// Columns from left to right.
    pub columns: Vec<OutputColumn>,
    /// Rows from top to bottom.
    pub rows: Vec<Vec<OutputValue>>,
}

impl OutputTable {
    /// The value in a row and column, blank when the row is short.
    pub fn value(&self, row: usize, column: usize) -> &OutputValue {
        self.rows
            .get(row)
            .and_then(|values| values.get(column))
            .unwrap_or(&OutputValue::Blank)
    }

    /// Headers as a native table needs them: none empty, none twice (upper and lower case are the same), one line each.
    pub fn unique_headers(&self) -> Vec<String> {
        let mut seen = std::collections::HashSet::new();
        self.columns
            .iter()
            .enumerate()
            .map(|(index, column)| {
                let plain: String = column
                    .name
                    .split_whitespace()
                    .collect::<Vec<_>>()
                    .join(" ")
                    .chars()
                    .filter(|c| !c.is_control())
                    .take(200)
                    .collect();
                let base = if plain.is_empty() {
                    format!("Column{}", index + 1)
                } else {
                    plain
                };
                (1..)
                    .map(|n| {
                        if n == 1 {
                            base.clone()
                        } else {
                            format!("{base}{n}")
                        }
                    })
                    .find(|name| seen.insert(name.to_lowercase()))
                    .unwrap_or(base)
            })
            .collect()
    }
}

/// Width of a text in characters of a spreadsheet: East Asian characters take two.
pub(crate) fn display_width(text: &str) -> usize {
    text.chars()
        .map(|c| match c as u32 {
            0x1100..=0x115F
            | 0x2E80..=0xA4CF
            | 0xAC00..=0xD7A3
            | 0xF900..=0xFAFF
            | 0xFE30..=0xFE6F
            | 0xFF00..=0xFF60
            | 0xFFE0..=0xFFE6
            | 0x20000..=0x3FFFD => 2,
            _ => 1,
        })
        .sum()
}

/// Width of a column in characters, from its header and its values; between 8 and 50.
pub(crate) fn column_width(table: &OutputTable, column: usize) -> f64 {
    let format = &table.columns[column].format;
    let mut width = display_width(&table.columns[column].name) + 4;
    for row in 0..table.rows.len().min(500) {
        width = width.max(
            match table.value(row, column) {
                OutputValue::Text(text) => text.lines().map(display_width).max().unwrap_or(0),
                OutputValue::Number(number) => shown_width(*number, format),
                OutputValue::Date(_) if *format == ColumnFormat::DateTime => 16,
                OutputValue::Date(_) => 10,
                OutputValue::Bool(_) => 5,
                OutputValue::Blank => 0,
            } + 2,
        );
    }
    width.clamp(8, 50) as f64
}

fn shown_width(number: f64, format: &ColumnFormat) -> usize {
    let whole = format!("{:.0}", number.abs());
    let grouped = whole.len() + whole.len().saturating_sub(1) / 3;
    match format {
        ColumnFormat::Decimal(n) => grouped + usize::from(*n) + 2,
        ColumnFormat::Percent(n) => whole.len() + usize::from(*n) + 4,
        ColumnFormat::General => format!("{number}").len().min(12),
        ColumnFormat::Integer | ColumnFormat::Text => grouped + 1,
        ColumnFormat::Date => 10,
        ColumnFormat::DateTime => 16,
    }
}
