//! Which rows are meant: values of cells, comparisons, times.

use super::columns::has_unit;
use super::{Part, Reading};
use crate::ColumnKind;
use crate::compose::words::Kind;
use crate::tables::quoted;
use crate::value::{base_unit, unit_scale};

impl Reading<'_> {
    /// Values of cells become conditions, with the names of their columns beside them.
    pub(super) fn take_values(&mut self) -> Option<()> {
        let mut by_column: Vec<(usize, Vec<String>)> = Vec::new();
        for at in 0..self.parts.len() {
            let Kind::Value(columns) = self.parts[at].kind.clone() else {
                continue;
            };
            let over_count = match self.parts.get(at + 1).map(|part| &part.kind) {
                Some(Kind::Top(_)) => at + 2,
                _ => at + 1,
            };
            let beside: Vec<usize> = [at.checked_sub(1), at.checked_sub(2), Some(over_count)]
                .into_iter()
                .flatten()
                .filter(
                    |place| match self.parts.get(*place).map(|part| &part.kind) {
                        Some(Kind::Column(index)) => columns.iter().any(|(own, _)| own == index),
                        _ => false,
                    },
                )
                .collect();
            // Two places back only over an `为`.
            let named = beside
                .iter()
                .copied()
                .find(|place| *place + 2 != at || self.parts[at - 1].kind == Kind::Compare("="));
            let (column, value) = match named {
                Some(place) => {
                    self.parts[place].is_used = true;
                    if place + 2 == at {
                        self.parts[at - 1].is_used = true;
                    }
                    let Kind::Column(index) = self.parts[place].kind else {
                        return None;
                    };
                    columns.iter().find(|(own, _)| *own == index)?.clone()
                }
                None => match columns.as_slice() {
                    [only] => only.clone(),
                    _ => return None,
                },
            };
            self.parts[at].is_used = true;
            match by_column.iter_mut().find(|(own, _)| *own == column) {
                Some((_, values)) => values.push(value),
                None => by_column.push((column, vec![value])),
            }
        }
        for (column, values) in by_column {
            // `华东、华南两个大区` counts the names that it has just said.
            for part in &mut self.parts {
                part.is_used |= part.kind == Kind::Top(values.len()) && values.len() > 1;
            }
            let values: Vec<String> = values
                .iter()
                .map(|value| format!("'{}'", value.replace('\'', "''")))
                .collect();
            self.filters.push(match values.as_slice() {
                [only] => format!("{} = {only}", self.name(column)),
                several => format!("{} IN ({})", self.name(column), several.join(", ")),
            });
        }
        Some(())
    }

    /// Comparisons with numbers and among columns.
    pub(super) fn take_comparisons(&mut self) -> Option<()> {
        for at in 0..self.parts.len() {
            if self.parts[at].is_used {
                continue;
            }
            match self.parts[at].kind.clone() {
                Kind::Compare(sign) => match self.parts.get(at + 1).map(|part| part.kind.clone()) {
                    Some(Kind::Number(number, unit)) => {
                        self.parts[at + 1].is_used = true;
                        // `不低于80分以上` says it twice.
                        self.compare(at, sign, number, &unit)?;
                    }
                    Some(Kind::Column(other)) if sign != "=" => {
                        let right = self.column(other);
                        if !right.is_numeric() {
                            return None;
                        }
                        let subject = self.subjects(at, "")?;
                        let [subject] = subject.as_slice() else {
                            return None;
                        };
                        self.filters
                            .push(format!("{subject} {sign} {}", self.name(other)));
                        self.parts[at + 1].is_used = true;
                    }
                    _ if sign == "=" => {}
                    _ => return None,
                },
                Kind::Bound(sign) => {
                    let Some(Kind::Number(number, unit)) = at
                        .checked_sub(1)
                        .map(|before| self.parts[before].kind.clone())
                    else {
                        return None;
                    };
                    if self.parts[at - 1].is_used {
                        return None;
                    }
                    self.parts[at - 1].is_used = true;
                    self.compare(at - 1, sign, number, &unit)?;
                }
                Kind::Judged(sign, number) => self.compare(at, sign, number, "分")?,
                Kind::Number(..) => {
                    // It belongs to the bound behind it, or to nothing.
                    match self.parts.get(at + 1).map(|part| &part.kind) {
                        Some(Kind::Bound(_)) => continue,
                        _ => return None,
                    }
                }
                _ => continue,
            }
            self.parts[at].is_used = true;
        }
        Some(())
    }

    pub(super) fn compare(&mut self, at: usize, sign: &str, number: f64, unit: &str) -> Option<()> {
        for subject in self.subjects(at, unit)? {
            let scale = self
                .table
                .columns
                .iter()
                .find(|column| quoted(&column.name) == subject)
                .and_then(|column| column.unit.as_deref())
                .map_or(1.0, unit_scale);
            let number = deskmate_core::number_text(number / scale).replace(',', "");
            self.filters.push(format!("{subject} {sign} {number}"));
        }
        Some(())
    }

    /// The columns just before a comparison, joined by `和`; with none there, the only one of the unit.
    pub(super) fn subjects(&mut self, at: usize, unit: &str) -> Option<Vec<String>> {
        let mut found = Vec::new();
        let mut place = at;
        while place > 0 {
            place -= 1;
            let part = &self.parts[place];
            match &part.kind {
                Kind::Column(index) if !part.is_used && self.column(*index).is_numeric() => {
                    found.push((place, self.name(*index)));
                }
                Kind::Expression(sql) if !part.is_used => found.push((place, sql.clone())),
                // `单张金额超过…`, `都在…以上`
                Kind::And
                    if found.is_empty()
                        || !matches!(
                            self.parts[place - 1].kind,
                            Kind::Bound(_) | Kind::Number(..)
                        ) => {}
                Kind::Judged(..) => {}
                _ => break,
            }
        }
        if found.is_empty() {
            // `more than 40 hours`: the column stands behind its number.
            let behind = self.parts.get(at + 2);
            if let Some(Part {
                kind: Kind::Column(index),
                is_used: false,
            }) = behind
                && matches!(self.parts[at + 1].kind, Kind::Number(..))
                && self.column(*index).is_numeric()
            {
                let name = self.name(*index);
                self.parts[at + 2].is_used = true;
                return Some(vec![name]);
            }
            let index =
                self.only_numeric(|column| !unit.is_empty() && has_unit(column, base_unit(unit)))?;
            return Some(vec![self.name(index)]);
        }
        for (place, _) in &found {
            self.parts[*place].is_used = true;
        }
        Some(found.into_iter().rev().map(|(_, sql)| sql).collect())
    }

    /// Months and years become conditions on the dates; a time that the title names needs none.
    pub(super) fn take_times(&mut self) -> Option<()> {
        let titles = format!(
            "{}{}{}",
            self.table.path,
            self.table.sheet,
            self.table.titles.concat()
        );
        for at in 0..self.parts.len() {
            let (filter, said) = match self.parts[at].kind {
                Kind::Month(month) => (
                    self.date_part(false)
                        .map(|part| format!("{part} = '{month:02}'")),
                    format!("{month}月"),
                ),
                Kind::Months(first, last) => (
                    self.date_part(false)
                        .map(|part| format!("{part} >= '{first:02}' AND {part} <= '{last:02}'"))
                        .or_else(|| self.quarter(first, last)),
                    String::from("-"),
                ),
                Kind::Year(year) => (
                    self.date_part(true)
                        .map(|part| format!("{part} = '{year}'")),
                    year.to_string(),
                ),
                _ => continue,
            };
            match filter {
                Some(filter) => self.filters.push(filter),
                None if titles.contains(&said) => {}
                None => return None,
            }
            self.parts[at].is_used = true;
        }
        // Two months would be a comparison or a span.
        let times = self
            .parts
            .iter()
            .filter(|part| matches!(part.kind, Kind::Month(_) | Kind::Months(..)))
            .count();
        (times <= 1).then_some(())
    }

    /// A quarter in a column of quarters.
    pub(super) fn quarter(&self, first: u32, last: u32) -> Option<String> {
        let index = self.date()?;
        let is_quarters = |sample: &String| sample.contains('Q');
        let applies = last == first + 2 && self.column(index).samples.iter().all(is_quarters);
        applies.then(|| format!("substr({}, 6, 2) = 'Q{}'", self.name(index), last / 3))
    }

    pub(super) fn date(&self) -> Option<usize> {
        let dates: Vec<usize> = (0..self.table.columns.len())
            .filter(|index| self.column(*index).kind == ColumnKind::Date)
            .collect();
        match dates.as_slice() {
            [only] => Some(*only),
            _ => None,
        }
    }

    /// A part of the only column of dates; the dates of a column are of one length.
    pub(super) fn date_part(&self, is_year: bool) -> Option<String> {
        let index = self.date()?;
        let column = self.column(index);
        let is_coarse = |sample: &String| sample.len() < 7 || sample.contains('Q');
        if !is_year && column.samples.iter().any(is_coarse) {
            return None;
        }
        // March of which year?
        let year = |sample: &String| sample.get(..4).map(str::to_owned);
        let first = column.samples.first().and_then(year);
        let is_one_year = column.samples.iter().all(|sample| year(sample) == first);
        let names_year = self
            .parts
            .iter()
            .any(|part| matches!(part.kind, Kind::Year(_)));
        if !is_year && !is_one_year && !names_year {
            return None;
        }
        let name = self.name(index);
        let is_full = column.samples.iter().all(|sample| sample.len() >= 10);
        Some(match (is_year, is_full) {
            (true, true) => format!("strftime('%Y', {name})"),
            (false, true) => format!("strftime('%m', {name})"),
            (true, false) => format!("substr({name}, 1, 4)"),
            (false, false) => format!("substr({name}, 6, 2)"),
        })
    }
}
