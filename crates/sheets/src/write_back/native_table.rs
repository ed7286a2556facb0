//! Native tables: one that grows by a column, and a new one.

use deskmate_core::WireError;

use crate::address::CellRange;
use crate::package::xml::{self, Splices, escape};

/// Adds a column at the right of a native table; `None` when the table is not one that may grow here: it reaches
/// elsewhere, has no header, or is filled by a query. With a formula the column is one that is calculated.
///
/// # Errors
/// `DamagedFile` when the part is not well-formed.
pub(super) fn grown_table(
    text: &str,
    part: &str,
    beside: CellRange,
    column: u32,
    header: &str,
    formula: Option<&str>,
) -> Result<Option<String>, WireError> {
    let elements = xml::elements(text, part)?;
    let Some(root) = elements.first().filter(|root| root.name == "table") else {
        return Ok(None);
    };
    let Some(range) = root.attribute("ref").and_then(|r| CellRange::parse(&r)) else {
        return Ok(None);
    };
    let has_header = root.attribute("headerRowCount").as_deref() != Some("0");
    let is_query = root
        .attribute("tableType")
        .is_some_and(|kind| kind != "worksheet");
    if is_query
        || !has_header
        || header.is_empty()
        || range.right + 1 != column
        || range.top != beside.top
    {
        return Ok(None);
    }
    let columns: Vec<_> = elements
        .iter()
        .filter(|e| e.name == "tableColumn")
        .collect();
    let Some(list) = elements.iter().find(|e| e.name == "tableColumns") else {
        return Ok(None);
    };
    if columns.iter().any(|c| {
        c.attribute("name")
            .is_some_and(|name| name.to_lowercase() == header.to_lowercase())
    }) {
        return Ok(None);
    }
    let id = columns
        .iter()
        .filter_map(|c| c.attribute("id")?.parse::<u32>().ok())
        .max()
        .unwrap_or(0)
        + 1;
    let grown = CellRange {
        right: column,
        ..range
    };
    let mut splices = Splices::default();
    splices.set_attribute(root, "ref", &grown.to_string());
    if let Some(filter) = elements
        .iter()
        .find(|e| e.name == "autoFilter" && e.depth == 1)
        && let Some(mut filtered) = filter.attribute("ref").and_then(|r| CellRange::parse(&r))
    {
        filtered.right = column;
        splices.set_attribute(filter, "ref", &filtered.to_string());
    }
    splices.set_attribute(list, "count", &(columns.len() + 1).to_string());
    let prefix = root.prefix();
    let content = formula.map_or_else(String::new, |formula| {
        format!(
            "<{prefix}calculatedColumnFormula>{}</{prefix}calculatedColumnFormula>",
            escape(formula)
        )
    });
    splices.append_child(
        list,
        &format!(
            "<{prefix}tableColumn id=\"{id}\" name=\"{}\">{content}</{prefix}tableColumn>",
            escape(header),
        ),
    );
    Ok(Some(splices.apply(text)))
}

/// The part of a new native table.
pub(super) fn new_table(id: u32, name: &str, range: CellRange, headers: &[String]) -> String {
    let columns: String = headers
        .iter()
        .enumerate()
        .map(|(index, header)| {
            format!(
                "<tableColumn id=\"{}\" name=\"{}\"/>",
                index + 1,
                escape(header)
            )
        })
        .collect();
    format!(
        concat!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n",
            "<table xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" id=\"{id}\" name=\"{name}\" ",
            "displayName=\"{name}\" ref=\"{range}\" totalsRowShown=\"0\"><autoFilter ref=\"{range}\"/>",
            "<tableColumns count=\"{count}\">{columns}</tableColumns>",
            "<tableStyleInfo name=\"TableStyleMedium2\" showFirstColumn=\"0\" showLastColumn=\"0\" ",
            "showRowStripes=\"1\" showColumnStripes=\"0\"/></table>"
        ),
        id = id,
        name = name,
        range = range,
        count = headers.len(),
        columns = columns
    )
}
