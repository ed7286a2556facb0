//! The query that a question was understood as.

use crate::TableInfo;
use crate::tables::quoted;

/// A SELECT in its parts, each of them SQL.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Plan {
    /// What is taken.
    pub(super) items: Vec<String>,
    /// What rows must meet, all of it.
    pub(super) filters: Vec<String>,
    /// What rows are put together by.
    pub(super) group: Vec<String>,
    /// What is sorted by, downwards when true; it is shown behind the items.
    pub(super) order: Option<(String, bool)>,
    /// Rows shown, from 1.
    pub(super) limit: Option<usize>,
    /// The answer is the first item alone.
    pub(super) is_names: bool,
    /// The number is a share in points.
    pub(super) is_percent: bool,
}

impl Plan {
    /// The query over a table.
    pub(super) fn sql(&self, table: &TableInfo) -> String {
        let mut items = self.items.clone();
        if let Some((order, _)) = &self.order
            && !items.contains(order)
        {
            items.push(order.clone());
        }
        let mut sql = format!("SELECT {} FROM {}", items.join(", "), quoted(&table.name));
        if !self.filters.is_empty() {
            sql.push_str(&format!(" WHERE {}", self.filters.join(" AND ")));
        }
        if !self.group.is_empty() {
            sql.push_str(&format!(" GROUP BY {}", self.group.join(", ")));
        }
        if let Some((order, is_down)) = &self.order {
            sql.push_str(&format!(
                " ORDER BY {order} {}",
                if *is_down { "DESC" } else { "ASC" }
            ));
        }
        if let Some(limit) = self.limit {
            sql.push_str(&format!(" LIMIT {limit}"));
        }
        sql
    }
}
