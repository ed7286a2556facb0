//! Pairs of a name and its value under one header, inside a table of records.

use std::collections::{BTreeMap, BTreeSet};

use super::Entry;
use crate::CellAddress;

/// Pairs of a name and its value inside a table of records.
pub(super) struct Pairs {
    /// The cells with names.
    pub(super) names: BTreeSet<CellAddress>,
    /// The name of each cell with a value.
    pub(super) name_of: BTreeMap<CellAddress, String>,
}

/// Two neighbours under one header that spans both are a pair: under 规格参数 the cells 水箱容量 and 24L.
pub(super) fn pairs(entries: &[Entry]) -> Pairs {
    let by_cell: BTreeMap<CellAddress, &Entry> =
        entries.iter().map(|entry| (entry.cell, entry)).collect();
    let mut pairs = Pairs {
        names: BTreeSet::new(),
        name_of: BTreeMap::new(),
    };
    for (cell, entry) in &by_cell {
        let Some(left) = cell.column.checked_sub(1) else {
            continue;
        };
        let Some(name) = by_cell.get(&CellAddress::new(cell.row, left)) else {
            continue;
        };
        let is_name = name.value.chars().any(char::is_alphabetic)
            && !name.value.chars().any(|c| c.is_ascii_digit())
            && !pairs.name_of.contains_key(&name.cell);
        if is_name && !name.column_label.is_empty() && name.column_label == entry.column_label {
            pairs.names.insert(name.cell);
            pairs.name_of.insert(*cell, name.value.clone());
        }
    }
    // A name on several rows needs what stands further left; and two first columns before others name the record.
    let mut uses: BTreeMap<&str, usize> = BTreeMap::new();
    for name in pairs.name_of.values() {
        *uses.entry(name).or_default() += 1;
    }
    let of_record = |cell: &CellAddress| {
        let label = by_cell.get(cell).map(|entry| entry.row_label.as_str());
        label.filter(|label| label.contains('/'))
    };
    let whole: Vec<&str> = pairs.name_of.keys().filter_map(of_record).collect();
    let is_told_apart = uses.len() > 1
        && whole.len() == pairs.name_of.len()
        && whole.iter().collect::<BTreeSet<_>>().len() == whole.len();
    let first = entries.iter().map(|entry| entry.cell.column).min();
    let is_stub = |cell: &CellAddress| {
        let next = CellAddress::new(cell.row, cell.column + 1);
        Some(cell.column) == first.map(|first| first + 1)
            && by_cell.contains_key(&next)
            && !pairs.names.contains(&next)
    };
    let refused: Vec<CellAddress> = pairs
        .name_of
        .iter()
        .filter(|(cell, name)| {
            let is_repeated = uses.get(name.as_str()).is_some_and(|uses| *uses > 1);
            is_repeated && !is_told_apart || is_stub(cell)
        })
        .map(|(cell, _)| *cell)
        .collect();
    let repeated: Vec<(CellAddress, String)> = pairs
        .name_of
        .iter()
        .filter(|(_, name)| uses.get(name.as_str()).is_some_and(|uses| *uses > 1))
        .filter_map(|(cell, _)| Some((*cell, of_record(cell)?.to_owned())))
        .collect();
    pairs.name_of.extend(repeated);
    for cell in refused {
        pairs.name_of.remove(&cell);
        let name = CellAddress::new(cell.row, cell.column - 1);
        pairs.names.remove(&name);
    }
    pairs
}
