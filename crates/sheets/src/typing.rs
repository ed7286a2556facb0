//! From cells to the type of a column, and from a cell to its typed value.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::understanding::ColumnKind;
use crate::value::{
    is_blank_mark, is_identifier_text, parse_date, parse_number, plain, plain_text, unit_scale,
};
use crate::{Cell, Value};

/// A typed value for SQLite.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Typed<'a> {
    Null,
    Integer(i64),
    Real(f64),
    Text(Cow<'a, str>),
}

/// What one cell looks like.
#[derive(Debug, Clone)]
pub(crate) enum Sort {
    Mark,
    Number {
        unit: String,
        is_fraction: bool,
        is_text: bool,
    },
    Date {
        is_text: bool,
    },
    Text {
        is_identifier: bool,
    },
}

#[derive(Default)]
pub(crate) struct Stats {
    pub(crate) filled: usize,
    pub(crate) blank: usize,
    pub(crate) marks: usize,
    pub(crate) numbers: usize,
    pub(crate) fractions: usize,
    pub(crate) dates: usize,
    pub(crate) texts: usize,
    pub(crate) identifiers: usize,
    pub(crate) from_text: usize,
    pub(crate) odd_text: bool,
    pub(crate) units: HashMap<String, usize>,
}

impl Stats {
    pub(crate) fn add(&mut self, sort: &Sort) {
        match sort {
            Sort::Mark => {
                self.marks += 1;
                self.odd_text = true;
            }
            Sort::Number {
                unit,
                is_fraction,
                is_text,
            } => {
                self.numbers += 1;
                self.fractions += usize::from(*is_fraction);
                self.from_text += usize::from(*is_text);
                *self.units.entry(unit.clone()).or_default() += 1;
            }
            Sort::Date { is_text } => {
                self.dates += 1;
                self.from_text += usize::from(*is_text);
            }
            Sort::Text { is_identifier } => {
                self.texts += 1;
                self.identifiers += usize::from(*is_identifier);
                self.odd_text = true;
            }
        }
    }
}

pub(crate) fn sort_of(cell: &Cell) -> Sort {
    match &cell.value {
        Value::Empty | Value::Error(_) => Sort::Mark,
        Value::Number(number) => Sort::Number {
            unit: if cell.is_percent() {
                "%".to_owned()
            } else {
                String::new()
            },
            is_fraction: number.fract() != 0.0,
            is_text: false,
        },
        Value::Bool(_) | Value::Duration(_) => Sort::Text {
            is_identifier: false,
        },
        Value::Date(_) => Sort::Date { is_text: false },
        Value::Text(text) => {
            if is_blank_mark(text) {
                return Sort::Mark;
            }
            if is_identifier_text(text) {
                return Sort::Text {
                    is_identifier: true,
                };
            }
            if parse_date(text).is_some() {
                return Sort::Date { is_text: true };
            }
            match parse_number(text) {
                Some(number) => Sort::Number {
                    is_fraction: number.value.fract() != 0.0,
                    unit: number.unit,
                    is_text: true,
                },
                None => Sort::Text {
                    is_identifier: false,
                },
            }
        }
    }
}

pub(crate) fn number_of(cell: &Cell) -> Option<f64> {
    match &cell.value {
        Value::Number(number) => Some(*number),
        Value::Text(text) => parse_number(text).map(|number| number.value),
        _ => None,
    }
}

/// The value of a cell in a column of this type; `scale` 0 brings units to their base.
pub(crate) fn typed<'a>(cell: Option<&'a Cell>, kind: ColumnKind, scale: f64) -> Typed<'a> {
    let Some(cell) = cell else {
        return Typed::Null;
    };
    match kind {
        ColumnKind::Text => {
            let text = match &cell.value {
                Value::Text(text) => plain_text(text),
                _ => Cow::Owned(plain(&cell.text())),
            };
            // A mark for "nothing" is no value, but a text column keeps what is written.
            if text.is_empty() {
                Typed::Null
            } else {
                Typed::Text(text)
            }
        }
        ColumnKind::Date => match &cell.value {
            Value::Date(_) => Typed::Text(Cow::Owned(cell.text())),
            Value::Text(text) => {
                parse_date(text).map_or(Typed::Null, |(iso, _)| Typed::Text(Cow::Owned(iso)))
            }
            _ => Typed::Null,
        },
        ColumnKind::Integer | ColumnKind::Number => {
            let number = match &cell.value {
                Value::Number(number) if cell.is_percent() => Some((number * 1e12).round() / 1e10),
                Value::Number(number) => Some(*number),
                Value::Text(text) if is_blank_mark(text) => None,
                Value::Text(text) => parse_number(text).map(|number| {
                    if scale == 0.0 {
                        number.value * unit_scale(&number.unit)
                    } else {
                        number.value
                    }
                }),
                _ => None,
            };
            match number {
                None => Typed::Null,
                Some(number)
                    if kind == ColumnKind::Integer
                        && number.fract() == 0.0
                        && number.abs() < 9e15 =>
                {
                    Typed::Integer(number as i64)
                }
                Some(number) => Typed::Real(number),
            }
        }
    }
}

pub(crate) fn is_amount(header: &str) -> bool {
    [
        "额", "金", "收入", "成本", "利润", "余额", "价", "费", "款", "资产", "负债",
    ]
    .iter()
    .any(|word| header.contains(word))
}
