//! The native tables of a workbook, for formulas that name their columns.

use std::collections::{HashMap, HashSet};

use deskmate_core::WireError;
use ironcalc_base::types::{Table, TableColumn, TableStyleInfo};

use crate::address::CellRange;
use crate::package::{Outline, Package, relationships, rels_part, xml};

/// Reads all native tables, by their names.
///
/// # Errors
/// `DamagedFile` when a part is not well-formed.
pub(super) fn load_tables(
    package: &mut Package,
    outline: &Outline,
) -> Result<HashMap<String, Table>, WireError> {
    let mut tables = HashMap::new();
    let mut seen = HashSet::new();
    for sheet in &outline.sheets {
        let Some(rels) = package.optional_text(&rels_part(&sheet.part))? else {
            continue;
        };
        for rel in relationships(&rels, &sheet.part)? {
            if rel.kind != "table" || rel.is_external || !seen.insert(rel.target.clone()) {
                continue;
            }
            if let Some(text) = package.optional_text(&rel.target)?
                && let Some(table) = read_table(&text, &rel.target, &sheet.name)?
            {
                tables.insert(table.display_name.clone(), table);
            }
        }
    }
    Ok(tables)
}

fn read_table(text: &str, part: &str, sheet: &str) -> Result<Option<Table>, WireError> {
    let elements = xml::elements(text, part)?;
    let Some(root) = elements.first().filter(|root| root.name == "table") else {
        return Ok(None);
    };
    let Some(reference) = root
        .attribute("ref")
        .filter(|r| CellRange::parse(r).is_some())
    else {
        return Ok(None);
    };
    let count = |name: &str, default: u32| {
        root.attribute(name)
            .and_then(|value| value.parse().ok())
            .unwrap_or(default)
    };
    Ok(Some(Table {
        name: root.attribute("name").unwrap_or_default(),
        display_name: root.attribute("displayName").unwrap_or_default(),
        sheet_name: sheet.to_string(),
        reference,
        totals_row_count: count("totalsRowCount", 0),
        header_row_count: count("headerRowCount", 1),
        header_row_dxf_id: None,
        data_dxf_id: None,
        totals_row_dxf_id: None,
        columns: elements
            .iter()
            .filter(|element| element.name == "tableColumn")
            .enumerate()
            .map(|(index, element)| TableColumn {
                id: index as u32 + 1,
                name: element.attribute("name").unwrap_or_default(),
                ..TableColumn::default()
            })
            .collect(),
        style_info: TableStyleInfo::default(),
        has_filters: false,
    }))
}
