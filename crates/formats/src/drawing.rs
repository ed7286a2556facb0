//! Charts and diagrams of Office documents as tables and text.

use std::collections::BTreeMap;

use deskmate_core::{BlockContent, WireError, number_text};

use crate::formula;
use crate::package::Package;
use crate::xml::Element;

/// Points of a chart beyond this are left out: nobody reads them, and the cache can claim any index.
const MAX_POINTS: usize = 5000;

/// Reads the cached values of a chart part into a table with the chart's title as caption.
///
/// # Errors
/// `ArchiveBomb` over the limits.
pub(crate) fn read_chart(
    package: &mut Package<'_>,
    part: &str,
) -> Result<Option<BlockContent>, WireError> {
    let text = package.optional(part)?;
    let Some(tree) = package.tree(text.as_ref(), part) else {
        return Ok(None);
    };
    let Some(chart) = tree.root().child("chart") else {
        return Ok(None);
    };
    let caption = chart
        .child("title")
        .map(|title| drawing_text(title))
        .filter(|text| !text.is_empty());
    let Some(plot) = chart.child("plotArea") else {
        return Ok(None);
    };
    let mut categories: BTreeMap<usize, String> = BTreeMap::new();
    let mut series: Vec<(String, BTreeMap<usize, String>)> = Vec::new();
    for one in plot.elements().flat_map(|kind| {
        kind.elements()
            .filter(|child| child.is("ser"))
            .collect::<Vec<_>>()
    }) {
        let name = one
            .child("tx")
            .and_then(|text| text.find("v"))
            .map(|value| value.own_text())
            .unwrap_or_default();
        if let Some(axis) = one.child("cat").or_else(|| one.child("xVal")) {
            for (index, text) in points(axis) {
                categories.entry(index).or_insert(text);
            }
        }
        let values = one
            .child("val")
            .or_else(|| one.child("yVal"))
            .map(points)
            .unwrap_or_default();
        series.push((name, values));
    }
    let indexes: std::collections::BTreeSet<usize> = categories
        .keys()
        .copied()
        .chain(series.iter().flat_map(|(_, values)| values.keys().copied()))
        .take(MAX_POINTS * 4)
        .collect();
    if indexes.is_empty() {
        return Ok(caption.map(|text| BlockContent::Paragraph { text }));
    }
    let mut rows = Vec::new();
    let header: Vec<String> = std::iter::once(String::new())
        .chain(series.iter().map(|(name, _)| name.clone()))
        .collect();
    rows.push(header);
    for index in indexes {
        let category = categories.get(&index).cloned().unwrap_or_default();
        let values = series
            .iter()
            .map(|(_, values)| values.get(&index).cloned().unwrap_or_default());
        rows.push(std::iter::once(category).chain(values).collect());
    }
    Ok(Some(BlockContent::Table {
        caption,
        header_rows: 1,
        rows,
    }))
}

/// Cached points by index; several levels of one category are joined, the outer level first.
fn points(axis: Element<'_, '_>) -> BTreeMap<usize, String> {
    let mut points: BTreeMap<usize, String> = BTreeMap::new();
    for point in axis
        .descendants()
        .filter(|element| element.is("pt"))
        .take(MAX_POINTS)
    {
        let Some(index) = point.attribute("idx").and_then(|text| text.parse().ok()) else {
            continue;
        };
        let raw = point.child("v").map(|v| v.own_text()).unwrap_or_default();
        let text = match raw.parse::<f64>() {
            Ok(value) if raw.len() > 6 && raw.contains('.') => number_text(value),
            _ => raw,
        };
        points
            .entry(index)
            .and_modify(|known| *known = format!("{text} {known}"))
            .or_insert(text);
    }
    points
}

/// Reads the texts of a diagram's data part, one per node.
///
/// # Errors
/// `ArchiveBomb` over the limits.
pub(crate) fn read_diagram(
    package: &mut Package<'_>,
    part: &str,
) -> Result<Vec<String>, WireError> {
    let text = package.optional(part)?;
    let Some(tree) = package.tree(text.as_ref(), part) else {
        return Ok(Vec::new());
    };
    Ok(tree
        .root()
        .descendants()
        .filter(|element| element.is("t") && element.child("p").is_some())
        .map(drawing_text)
        .filter(|text| !text.is_empty())
        .collect())
}

/// Text of DrawingML paragraphs below an element, one line each.
pub(crate) fn drawing_text(element: Element<'_, '_>) -> String {
    let lines: Vec<String> = element
        .descendants()
        .filter(|paragraph| paragraph.is("p"))
        .map(paragraph_text)
        .filter(|line| !line.is_empty())
        .collect();
    lines.join("\n")
}

/// Text of one DrawingML paragraph: runs, fields, formulas and breaks.
pub(crate) fn paragraph_text(paragraph: Element<'_, '_>) -> String {
    let mut text = String::new();
    push_text(paragraph, &mut text);
    // Vertical tabs are how PowerPoint stores a line break inside a title.
    text.replace(['\u{b}', '\r'], "\n").trim().to_owned()
}

fn push_text(element: Element<'_, '_>, text: &mut String) {
    for child in element.elements() {
        match child.name() {
            "t" => text.push_str(&child.own_text()),
            "br" => text.push('\n'),
            "tab" => text.push('\t'),
            "oMath" => text.push_str(&formula::linear(child)),
            "pPr" | "rPr" | "endParaRPr" => {}
            "AlternateContent" => {
                if let Some(chosen) = child.alternative() {
                    push_text(chosen, text);
                }
            }
            _ => push_text(child, text),
        }
    }
}
