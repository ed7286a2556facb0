//! A column that the model fills row by row: what is asked becomes a type, every reply is checked against it.
//!
//! Here: the ask understood ([`FillTask`]), the rows read ([`fill_source`]), the model asked and its replies checked
//! ([`fill_rows`]). A cell that cannot be filled stays empty and says why. Not here: keeping what was filled and writing
//! it into the workbook ([`crate::plan`] with a [`crate::ValueColumn`] or [`crate::CellEdits`]).

mod ask;
mod check;
mod prompt;
mod rows;
mod run;

use serde::{Deserialize, Serialize};

pub use ask::{FillTask, FillWish};
pub use rows::{FillRow, FillSource, MAX_FILL_ROWS, fill_source};
pub use run::fill_rows;

use crate::output::OutputValue;

/// What every cell of a filled column is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FillKind {
    /// One of these.
    Choice(Vec<String>),
    /// A number.
    Number,
    /// A day.
    Date,
    /// 是 or 否, yes or no.
    YesNo,
    /// A short text on one line.
    Text,
}

impl FillKind {
    /// Its name: `choice`, `number`, `date`, `yes_no`, `text`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Choice(_) => "choice",
            Self::Number => "number",
            Self::Date => "date",
            Self::YesNo => "yes_no",
            Self::Text => "text",
        }
    }
}

/// What came of one cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Filled {
    /// A value of the type asked for.
    Value(OutputValue),
    /// Nothing: the cell stays empty.
    Empty(FillGap),
}

/// Why a cell stays empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FillGap {
    /// The columns that are read are blank in this row, so the model was not asked.
    BlankRow,
    /// The model says that the row does not tell.
    NotTold,
    /// The reply is not of the type asked for.
    WrongType,
    /// What was to be taken out of the row does not stand in it.
    NotInRow,
    /// The reply was longer than a cell of this column may be.
    TooLong,
    /// The row does not fit into the model's window.
    RowTooLong,
    /// The engine failed on this row.
    EngineFailed,
}

impl FillGap {
    /// Its name in JSON, which is also the key of its words.
    pub fn name(self) -> &'static str {
        match self {
            Self::BlankRow => "blank_row",
            Self::NotTold => "not_told",
            Self::WrongType => "wrong_type",
            Self::NotInRow => "not_in_row",
            Self::TooLong => "too_long",
            Self::RowTooLong => "row_too_long",
            Self::EngineFailed => "engine_failed",
        }
    }

    /// Whether another reply may be better.
    fn is_worth_another_try(self) -> bool {
        match self {
            Self::WrongType | Self::NotInRow | Self::TooLong => true,
            Self::BlankRow | Self::NotTold | Self::RowTooLong | Self::EngineFailed => false,
        }
    }

    /// Whether the row may be filled when it is tried again later.
    pub fn is_passing(self) -> bool {
        self == Self::EngineFailed
    }
}
