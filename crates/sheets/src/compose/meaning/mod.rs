//! What a question taken apart asks for: the rows, the amount, what is done with it, the name that is wanted.

mod amount;
mod columns;
mod conditions;
mod groups;
mod ranking;

use deskmate_core::CancelToken;

use super::lexer::{Lexed, Word};
use super::parenthesis;
use super::plan::Plan;
use super::words::{Asked, Kind};
use crate::tables::{Tables, quoted};
use crate::{Column, Error, TableInfo};

/// A word with whether it has found its part.
struct Part {
    kind: Kind,
    is_used: bool,
}

struct Reading<'a> {
    parts: Vec<Part>,
    table: &'a TableInfo,
    filters: Vec<String>,
    nothing_is_zero: bool,
    /// The amount was named by a word for a sum: `销售额`.
    is_total: bool,
}

/// The query that all words of a question make together; `None` when one of them has no part in it.
pub(super) fn plan_of(
    lexed: Lexed,
    asked: &Asked,
    table: &TableInfo,
    tables: &Tables,
    cancel: &CancelToken,
) -> Result<Option<Plan>, Error> {
    let Some(words) = parenthesis::resolve(lexed, asked, table) else {
        return Ok(None);
    };
    let mut reading = Reading::new(words, table, asked);
    let Some(plan) = reading.plan() else {
        return Ok(None);
    };
    // A value for one row is read from it; of several rows it would have to be said what is done with them.
    if plan.group.is_empty() && plan.limit.is_none() && !is_aggregate(&plan) {
        let sql = format!("SELECT COUNT(*) FROM ({})", plan.sql(table));
        let count = tables.column(&sql, 1, cancel)?;
        if count.first().and_then(crate::run::Scalar::number) != Some(1.0) {
            return Ok(None);
        }
    }
    Ok(Some(plan))
}

fn is_aggregate(plan: &Plan) -> bool {
    plan.items.iter().any(|item| {
        ["SUM(", "AVG(", "COUNT(", "MAX(", "MIN("]
            .iter()
            .any(|name| item.contains(name))
    })
}

impl<'a> Reading<'a> {
    fn new(words: Vec<Word>, table: &'a TableInfo, asked: &Asked) -> Self {
        let parts = words
            .into_iter()
            .filter(|word| !matches!(word.kind, Kind::Filler | Kind::Topic))
            .map(|word| Part {
                kind: word.kind,
                is_used: false,
            })
            .collect();
        Self {
            parts,
            table,
            filters: Vec::new(),
            nothing_is_zero: asked.nothing_is_zero,
            is_total: false,
        }
    }

    fn plan(&mut self) -> Option<Plan> {
        if self.parts.iter().any(|part| part.kind == Kind::Unknown) {
            return None;
        }
        self.expand()?;
        self.take_values()?;
        self.take_comparisons()?;
        self.take_times()?;
        if self.has(|kind| *kind == Kind::Percent) {
            return self.share();
        }
        if self.has(|kind| *kind == Kind::Of) {
            return None;
        }
        if self.has(|kind| matches!(kind, Kind::Extreme(_))) {
            return self.ranking();
        }
        if self.has(|kind| matches!(kind, Kind::Each | Kind::EachTime(_))) {
            if self.take_all(|kind| *kind == Kind::Altogether) > 0 {
                return self.sum_of_each();
            }
            return self.groups();
        }
        if self.has(|kind| matches!(kind, Kind::Top(_) | Kind::Sorted(_))) {
            return None;
        }
        self.one_value()
    }

    fn has(&self, is: impl Fn(&Kind) -> bool) -> bool {
        self.parts
            .iter()
            .any(|part| !part.is_used && is(&part.kind))
    }

    /// The first unused part of a kind, marked as used.
    fn take(&mut self, is: impl Fn(&Kind) -> bool) -> Option<Kind> {
        let part = self
            .parts
            .iter_mut()
            .find(|part| !part.is_used && is(&part.kind))?;
        part.is_used = true;
        Some(part.kind.clone())
    }

    fn take_all(&mut self, is: impl Fn(&Kind) -> bool) -> usize {
        let mut count = 0;
        while self.take(&is).is_some() {
            count += 1;
        }
        count
    }

    fn column(&self, index: usize) -> &'a Column {
        &self.table.columns[index]
    }

    fn name(&self, index: usize) -> String {
        quoted(&self.column(index).name)
    }

    /// Amounts that have no column of their own.
    fn expand(&mut self) -> Option<()> {
        let numeric: Vec<String> = self
            .table
            .columns
            .iter()
            .filter(|column| column.is_numeric() && column.place != u32::MAX)
            .map(|column| quoted(&column.name))
            .collect();
        let (money, pieces) = (self.money(), self.pieces());
        for part in &mut self.parts {
            match part.kind {
                Kind::TotalOf(count) => {
                    if count != numeric.len() {
                        return None;
                    }
                    part.kind = Kind::Expression(format!("({})", numeric.join(" + ")));
                }
                Kind::Money | Kind::Pieces => {
                    let amount = if part.kind == Kind::Money {
                        &money
                    } else {
                        &pieces
                    };
                    part.kind = Kind::Expression(amount.clone()?);
                    self.is_total = true;
                }
                Kind::Stock => part.kind = Kind::Expression(parenthesis::stock(self.table)?),
                _ => {}
            }
        }
        Some(())
    }

    /// Numeric columns and made amounts that have no part yet, in the order of the question.
    fn amounts(&self) -> Vec<(usize, String)> {
        self.parts
            .iter()
            .enumerate()
            .filter(|(_, part)| !part.is_used)
            .filter_map(|(place, part)| match &part.kind {
                Kind::Column(index) if self.column(*index).is_numeric() => {
                    Some((place, self.name(*index)))
                }
                Kind::Expression(sql) => Some((place, sql.clone())),
                _ => None,
            })
            .collect()
    }

    /// True when nothing is left that would mean something.
    fn is_done(&self) -> bool {
        let is_named_again = |kind: &Kind| {
            let has_part = |part: &Part| part.is_used && part.kind == *kind;
            matches!(kind, Kind::Column(_)) && self.parts.iter().any(has_part)
        };
        self.parts.iter().all(|part| {
            part.is_used
                || is_named_again(&part.kind)
                || matches!(
                    part.kind,
                    Kind::And
                        | Kind::Link
                        | Kind::Stop
                        | Kind::Compare("=")
                        | Kind::Filler
                        | Kind::Topic
                )
        })
    }

    fn finish(&self, mut plan: Plan) -> Option<Plan> {
        if !self.is_done() {
            return None;
        }
        // What a share is of has its own place.
        if !plan.is_percent {
            plan.filters.splice(0..0, self.filters.clone());
        }
        Some(plan)
    }
}
