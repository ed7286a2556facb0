//! A value for each of several names or times.

use super::columns::NOT_ADDED;
use super::{Part, Reading};
use crate::ColumnKind;
use crate::compose::plan::Plan;
use crate::compose::words::Kind;

impl Reading<'_> {
    /// `按区域统计销售金额，从高到低列出前三个区域`, `各部门的人数`.
    pub(super) fn groups(&mut self) -> Option<Plan> {
        self.take_all(|kind| matches!(kind, Kind::Each | Kind::Respectively));
        let time = match self.take(|kind| matches!(kind, Kind::EachTime(_))) {
            Some(Kind::EachTime(months)) => Some(months),
            _ => None,
        };
        let sorted = match self.take(|kind| matches!(kind, Kind::Sorted(_))) {
            Some(Kind::Sorted(is_down)) => Some(is_down),
            _ => None,
        };
        let top = match self.take(|kind| matches!(kind, Kind::Top(_))) {
            Some(Kind::Top(count)) => Some(count),
            _ => None,
        };
        let is_mean = self.take_all(|kind| *kind == Kind::Average) > 0;
        // `各渠道的订单数量`: the orders, or the pieces in them.
        if self.is_number_of_entries() {
            return None;
        }
        self.take_all(|kind| {
            matches!(
                kind,
                Kind::Sum | Kind::Which | Kind::HowMany(_) | Kind::Entry | Kind::Single
            )
        });
        let is_counted = self.take_all(|kind| matches!(kind, Kind::Times | Kind::Heads)) > 0;
        let names: Vec<usize> = self
            .parts
            .iter()
            .filter(|part| !part.is_used)
            .filter_map(|part| match part.kind {
                Kind::Column(index) if !self.column(index).is_numeric() => Some(index),
                _ => None,
            })
            .collect();
        let (name, is_time) = match (time, names.as_slice()) {
            (Some(1), []) => (format!("CAST({} AS INTEGER)", self.date_part(false)?), true),
            (Some(months), []) => (
                format!(
                    "(CAST({} AS INTEGER) + {}) / {months}",
                    self.date_part(false)?,
                    months - 1
                ),
                true,
            ),
            (None, [name, others @ ..]) => {
                let is_date = self.column(*name).kind == ColumnKind::Date;
                if is_date || others.iter().any(|other| other != name) {
                    return None;
                }
                (self.name(*name), false)
            }
            _ => return None,
        };
        let amounts = self.amounts();
        let amount = match (amounts.as_slice(), is_counted) {
            ([(_, sql)], false) if is_mean => format!("AVG({sql})"),
            ([(place, sql)], false) => {
                if let Kind::Column(index) = self.parts[*place].kind
                    && NOT_ADDED
                        .iter()
                        .any(|word| self.column(index).header.contains(word))
                {
                    return None;
                }
                format!("SUM({sql})")
            }
            ([], true) => "COUNT(*)".to_owned(),
            _ => return None,
        };
        for part in &mut self.parts {
            if matches!(part.kind, Kind::Column(_) | Kind::Expression(_)) {
                part.is_used = true;
            }
        }
        if top.is_some() && sorted.is_none() {
            return None;
        }
        let order = match sorted {
            Some(is_down) => Some((amount.clone(), is_down)),
            // Months stand in their own order.
            None => is_time.then(|| (name.clone(), false)),
        };
        let mut plan = Plan {
            items: vec![name.clone(), amount],
            group: vec![name],
            order,
            limit: top,
            ..Plan::default()
        };
        plan.is_names = top.is_some();
        self.finish(plan)
    }

    /// `各公司收入的总和`: whose each is does not matter for the sum.
    pub(super) fn sum_of_each(&mut self) -> Option<Plan> {
        self.take(|kind| *kind == Kind::Each);
        let place = self.parts.iter().position(|part| {
            !part.is_used
                && matches!(part.kind, Kind::Column(index) if !self.column(index).is_numeric())
        })?;
        self.parts[place].is_used = true;
        self.parts.push(Part {
            kind: Kind::Sum,
            is_used: false,
        });
        self.one_value()
    }

    pub(super) fn is_number_of_entries(&self) -> bool {
        let says_sum = self.has(|kind| *kind == Kind::Sum);
        !says_sum
            && self.parts.windows(2).any(|pair| {
                pair[0].kind == Kind::Entry
                    && matches!(pair[1].kind, Kind::Column(index) if self.column(index).header == "数量")
            })
    }
}
