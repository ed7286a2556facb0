//! One value: a share, a count, a sum, a mean, what stands in one row.

use super::Reading;
use crate::compose::plan::Plan;
use crate::compose::words::Kind;
use crate::value::is_identifier_header;

impl Reading<'_> {
    /// Whether the whole is all rows: nothing narrows it behind `占`, and without `占` there is but one condition, which
    /// is the part.
    fn is_share_of_all(&self) -> bool {
        let Some(of) = self.parts.iter().position(|part| part.kind == Kind::Of) else {
            return self.filters.len() == 1;
        };
        !self.parts[of..].iter().any(|part| {
            matches!(
                part.kind,
                Kind::Value(_)
                    | Kind::Number(..)
                    | Kind::Judged(..)
                    | Kind::Month(_)
                    | Kind::Months(..)
                    | Kind::Year(_)
            )
        })
    }

    /// `未回款的金额占总金额的百分之几`.
    pub(super) fn share(&mut self) -> Option<Plan> {
        if self.filters.is_empty() || !self.is_share_of_all() {
            return None;
        }
        self.take_all(|kind| {
            matches!(
                kind,
                Kind::Percent
                    | Kind::Of
                    | Kind::Sum
                    | Kind::Entry
                    | Kind::Person
                    | Kind::Heads
                    | Kind::Times
                    | Kind::HowMany(_)
                    | Kind::Which
                    | Kind::Single
            )
        });
        let mut amounts: Vec<String> = self.amounts().into_iter().map(|(_, sql)| sql).collect();
        amounts.dedup();
        let condition = self.filters.join(" AND ");
        let item = match amounts.as_slice() {
            [] => format!("100.0 * SUM(CASE WHEN {condition} THEN 1 ELSE 0 END) / COUNT(*)"),
            [amount] => format!(
                "100.0 * SUM(CASE WHEN {condition} THEN {amount} ELSE 0 END) / SUM({amount})"
            ),
            _ => return None,
        };
        for part in &mut self.parts {
            // A column of names behind `占` would be another whole: `占本部门金额`.
            let is_amount = match part.kind {
                Kind::Column(index) => self.table.columns[index].is_numeric(),
                Kind::Expression(_) => true,
                _ => false,
            };
            part.is_used |= is_amount;
        }
        self.finish(Plan {
            items: vec![item],
            is_percent: true,
            ..Plan::default()
        })
    }

    /// A count, a sum, a mean, or the value of one row.
    pub(super) fn one_value(&mut self) -> Option<Plan> {
        let asked: Vec<String> = self
            .parts
            .iter()
            .filter_map(|part| match &part.kind {
                Kind::HowMany(counted) => Some(counted.clone()),
                _ => None,
            })
            .collect();
        if asked.len() > 1 {
            return None;
        }
        self.take_all(|kind| matches!(kind, Kind::HowMany(_)));
        let counted = asked.first().map(String::as_str);
        let is_mean = self.take_all(|kind| *kind == Kind::Average) > 0;
        let is_sum = self.take_all(|kind| matches!(kind, Kind::Sum | Kind::Altogether)) > 0;
        let is_single = self.take_all(|kind| *kind == Kind::Single) > 0;
        let is_moved = self.take_all(|kind| *kind == Kind::Moved) > 0;
        let is_paid = self.take_all(|kind| *kind == Kind::Paid) > 0;
        let has_times = self.take_all(|kind| *kind == Kind::Times) > 0;
        let has_heads = self.take_all(|kind| matches!(kind, Kind::Person | Kind::Heads)) > 0;
        let has_entry = self.take_all(|kind| *kind == Kind::Entry) > 0;
        let is_which = self.take_all(|kind| matches!(kind, Kind::Which | Kind::Who)) > 0;
        let amounts = self.amounts();
        let money = counted.filter(|unit| ["元", "万元", "亿元", "千元", "钱"].contains(unit));
        let amount = match amounts.as_slice() {
            [] if is_moved && money.is_none() => Some(self.pieces()?),
            [] if money.is_some() || is_paid => Some(self.money()?),
            [] => None,
            [(place, sql)] => {
                self.parts[*place].is_used = true;
                Some(sql.clone())
            }
            _ => return None,
        };
        if is_which && counted.is_some() {
            return None;
        }
        if amount.is_some() {
            self.drop_row_names();
        }
        if let Some(amount) = amount {
            if is_mean && is_sum && !is_single {
                return None;
            }
            let factor = counted.map_or(1.0, |unit| self.factor(&amount, unit));
            let times = if (factor - 1.0).abs() < f64::EPSILON {
                String::new()
            } else {
                format!(" * {factor}")
            };
            let item = if is_mean {
                format!("AVG({amount}){times}")
            } else if is_sum
                || self.is_total
                || is_moved
                || is_paid
                || money.is_some() && !has_times
            {
                if self.is_never_added(&amount) && !is_sum {
                    return None;
                }
                if self.nothing_is_zero {
                    format!("COALESCE(SUM({amount}), 0){times}")
                } else {
                    format!("SUM({amount}){times}")
                }
            } else if has_times || has_heads && counted.is_some() || is_which {
                return None;
            } else {
                // One row, which is looked after by the caller.
                format!("{amount}{times}")
            };
            return self.finish(Plan {
                items: vec![item],
                ..Plan::default()
            });
        }
        if is_mean || is_single && counted.is_none() {
            return None;
        }
        if is_which && !is_sum && !has_times && !self.filters.is_empty() {
            return self.text_of_a_row();
        }
        if counted.is_none() && !has_times && !has_heads {
            return None;
        }
        // What is counted: different names of a column, people, or rows.
        let columns: Vec<usize> = self
            .parts
            .iter()
            .filter(|part| !part.is_used)
            .filter_map(|part| match part.kind {
                Kind::Column(index) => Some(index),
                _ => None,
            })
            .collect();
        let is_rows = counted.is_some_and(|unit| {
            ["笔", "张", "条", "次", "人次", "起", "单", "份", "行"].contains(&unit)
        });
        let item = match columns.as_slice() {
            [] if has_times || is_rows => "COUNT(*)".to_owned(),
            [] if has_heads
                || counted.is_some_and(|unit| ["人", "名", "位", "个人"].contains(&unit)) =>
            {
                match self.identity().or_else(|| {
                    self.person()
                        .filter(|_| has_heads || counted.is_some_and(|unit| unit.ends_with('人')))
                }) {
                    Some(identity) => format!("COUNT(DISTINCT {})", self.name(identity)),
                    None => return None,
                }
            }
            [] if has_entry => "COUNT(*)".to_owned(),
            [] if counted
                .is_some_and(|unit| ["个", "种", "项", "台", "家", "件"].contains(&unit)) =>
            {
                // `物料有多少种`: what the title says a row is, told apart by its number.
                let identity = (0..self.table.columns.len())
                    .find(|index| is_identifier_header(&self.column(*index).header))?;
                format!("COUNT(DISTINCT {})", self.name(identity))
            }
            [only] if !is_rows => {
                for part in &mut self.parts {
                    if matches!(part.kind, Kind::Column(_)) {
                        part.is_used = true;
                    }
                }
                format!("COUNT(DISTINCT {})", self.name(self.number_of(*only)))
            }
            _ => return None,
        };
        self.finish(Plan {
            items: vec![item],
            ..Plan::default()
        })
    }

    /// `王芳属于哪个车间`; that it is one row is looked after by the caller.
    pub(super) fn text_of_a_row(&mut self) -> Option<Plan> {
        match self.take(|kind| matches!(kind, Kind::Column(_)))? {
            Kind::Column(index) => self.finish(Plan {
                items: vec![self.name(index)],
                ..Plan::default()
            }),
            _ => None,
        }
    }

    /// `所有项目的投资额`: a column with another value in each row only says what a row is.
    pub(super) fn drop_row_names(&mut self) {
        let (table, rows) = (self.table, self.table.rows);
        for part in &mut self.parts {
            if let Kind::Column(index) = part.kind {
                let column = &table.columns[index];
                part.is_used |= !column.is_numeric() && column.distinct >= rows;
            }
        }
    }
}
