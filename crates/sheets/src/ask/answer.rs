//! The answer to a question about tables, as it crosses to the shells.

use serde::{Deserialize, Serialize};

use crate::run::Scalar;

/// A question asked before, with its query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// The question.
    pub question: String,
    /// The query that answered it.
    pub sql: String,
}

/// The answer to a question about tables.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SheetAnswer {
    /// A sentence made by code from the result.
    pub answer: String,
    /// The result in short: one value, or several divided by `, `; as it stands in the cells where it is from cells.
    pub value: String,
    /// Each value of the result's first column, or of its only row.
    pub values: Vec<String>,
    /// Names of the result's columns.
    pub columns: Vec<String>,
    /// The result's rows.
    pub rows: Vec<Vec<Scalar>>,
    /// The query that gave it.
    pub sql: String,
    /// The query in plain words.
    pub explanation: String,
    /// Ranges read.
    pub cells: Vec<ReadCells>,
    /// Rows of the tables read that took no part, e.g. totals.
    pub left_out: Vec<LeftOutRows>,
    /// True when the tables do not answer the question.
    pub abstained: bool,
    /// What was looked over, with the outcome.
    pub checks: Vec<Check>,
    /// The chart that suits the result.
    pub chart: Option<Chart>,
}

impl SheetAnswer {
    /// True when every check passed and the question was answered.
    pub fn is_sure(&self) -> bool {
        !self.abstained && self.checks.iter().all(|check| check.passed)
    }
}

/// A range that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadCells {
    /// The file.
    pub path: String,
    /// The sheet.
    pub sheet: String,
    /// The range in A1 notation.
    pub range: String,
}

/// Rows that took no part in a calculation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOutRows {
    /// The sheet.
    pub sheet: String,
    /// The range in A1 notation.
    pub range: String,
    /// Its label: `合计`.
    pub label: String,
}

/// Something that was looked over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Short name: `recomputed`, `values_exist`, `whole_file`, `all_numbers`, `second_query`.
    pub name: String,
    /// Whether it is as it should be.
    pub passed: bool,
    /// One sentence for people.
    pub detail: String,
}

impl Check {
    pub(super) fn new(name: &str, passed: bool, detail: impl Into<String>) -> Self {
        Self {
            name: name.to_owned(),
            passed,
            detail: detail.into(),
        }
    }
}

/// A kind of chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Chart {
    /// Names and amounts.
    Bar,
    /// Amounts over time.
    Line,
    /// Parts of a whole.
    Pie,
}
