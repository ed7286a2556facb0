//! Rankings: who or what has the most or the least.

use super::Reading;
use super::columns::NOT_ADDED;
use crate::compose::plan::Plan;
use crate::compose::words::Kind;

impl Reading<'_> {
    /// `哪个部门的报销金额最高`, `金额最大的一笔订单的订单号`.
    pub(super) fn ranking(&mut self) -> Option<Plan> {
        let at = self
            .parts
            .iter()
            .position(|part| matches!(part.kind, Kind::Extreme(_)))?;
        let Some(Kind::Extreme(is_largest)) = self.take(|kind| matches!(kind, Kind::Extreme(_)))
        else {
            return None;
        };
        if self.has(|kind| matches!(kind, Kind::Extreme(_))) {
            return None;
        }
        let is_single = self.take_all(|kind| *kind == Kind::Single) > 0;
        let is_mean = self.take_all(|kind| *kind == Kind::Average) > 0;
        let is_sum = self.take_all(|kind| matches!(kind, Kind::Sum | Kind::Altogether)) > 0;
        let is_who = self.take_all(|kind| *kind == Kind::Who) > 0;
        let is_month = self.take_all(|kind| *kind == Kind::WhichMonth) > 0;
        let is_counted = self.take_all(|kind| *kind == Kind::Times) > 0;
        let top = match self.take(|kind| matches!(kind, Kind::Top(_))) {
            Some(Kind::Top(count)) => Some(count),
            _ => None,
        };
        self.take_all(|kind| matches!(kind, Kind::Which));
        let asks_amount = self.take_all(|kind| matches!(kind, Kind::HowMany(_))) > 0;
        let before = self.amounts().into_iter().rfind(|(place, _)| *place < at);
        let measure = match before.clone().or_else(|| self.amounts().first().cloned()) {
            Some((place, sql)) if !is_counted => {
                self.parts[place].is_used = true;
                Some((place, sql))
            }
            _ => None,
        };
        let is_person = self.take_all(|kind| *kind == Kind::Person) > 0;
        let has_entry = self.take_all(|kind| *kind == Kind::Entry) > 0;
        let target = if is_month {
            None
        } else {
            self.target(at, is_who || is_person)
        };
        if asks_amount || target.is_none() && !is_month {
            // The amount itself: `最高的单价是多少`.
            let (_, sql) = measure?;
            if is_mean || is_sum || is_counted || top.is_some() || target.is_some() {
                return None;
            }
            let name = if is_largest { "MAX" } else { "MIN" };
            return self.finish(Plan {
                items: vec![format!("{name}({sql})")],
                ..Plan::default()
            });
        }
        let amount_column = measure
            .as_ref()
            .and_then(|(place, _)| match self.parts[*place].kind {
                Kind::Column(index) => Some(self.column(index)),
                _ => None,
            });
        let is_added = amount_column.is_none_or(|column| {
            !NOT_ADDED.iter().any(|word| column.header.contains(word))
                && column.unit.as_deref() != Some("%")
        });
        let (items, is_unique) = match target {
            Some(index) => {
                let column = self.column(index);
                (vec![self.name(index)], column.distinct >= self.table.rows)
            }
            None => (
                vec![format!("CAST({} AS INTEGER)", self.date_part(false)?)],
                false,
            ),
        };
        let amount = match &measure {
            Some((_, sql)) => sql.clone(),
            None if is_counted || has_entry => "*".to_owned(),
            None => return None,
        };
        let is_row = amount != "*" && (is_single || is_unique) && !is_mean;
        let (order, group) = if amount == "*" {
            ("COUNT(*)".to_owned(), items.clone())
        } else if is_row {
            (amount, Vec::new())
        } else if is_mean {
            (format!("AVG({amount})"), items.clone())
        } else if is_added || is_sum {
            (format!("SUM({amount})"), items.clone())
        } else {
            let name = if is_largest { "MAX" } else { "MIN" };
            (format!("{name}({amount})"), items.clone())
        };
        let group = match target.and_then(|index| self.identity_of(index)) {
            Some(identity) if !group.is_empty() => vec![identity, group[0].clone()],
            _ => group,
        };
        self.finish(Plan {
            items,
            group,
            order: Some((order, is_largest)),
            limit: Some(top.unwrap_or(1)),
            is_names: true,
            ..Plan::default()
        })
    }

    /// The column whose name is wanted: the first unused one behind the ranking, else the last before it.
    pub(super) fn target(&mut self, at: usize, is_person: bool) -> Option<usize> {
        let columns: Vec<(usize, usize)> = self
            .parts
            .iter()
            .enumerate()
            .filter(|(_, part)| !part.is_used)
            .filter_map(|(place, part)| match part.kind {
                Kind::Column(index) => Some((place, index)),
                _ => None,
            })
            .collect();
        let behind = columns.iter().find(|(place, _)| *place > at);
        match behind.or(columns.last()) {
            Some((place, index)) => {
                self.parts[*place].is_used = true;
                Some(*index)
            }
            None if is_person => self.person(),
            None => None,
        }
    }
}
