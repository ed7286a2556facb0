//! Drawings: the layer of a sheet on which charts stand, each held by an anchor.

use deskmate_core::WireError;

use crate::address::{CellRange, MAX_COLUMN, MAX_ROW};
use crate::package::xml::{self, Element, Splices};

/// Columns and rows that a chart covers.
const WIDTH: u32 = 9;
const HEIGHT: u32 = 20;
/// English metric units of a usual row and a usual column, for anchors that tell only a size.
const ROW_EMU: u32 = 190_500;
const COLUMN_EMU: u32 = 609_600;

/// The cells that a chart covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place(pub(super) CellRange);

impl Place {
    /// A chart whose upper left corner is this cell.
    pub(super) fn from(row: u32, column: u32) -> Self {
        Self(CellRange {
            top: row,
            left: column,
            bottom: (row + HEIGHT).min(MAX_ROW),
            right: (column + WIDTH).min(MAX_COLUMN),
        })
    }

    /// Beside what stands on a sheet, below the charts and pictures there.
    pub(super) fn beside(row: u32, column: u32, others: &[CellRange]) -> Self {
        let mut place = Self::from(row, column);
        let overlaps = |place: &Self, other: &CellRange| {
            place.0.top <= other.bottom
                && other.top <= place.0.bottom
                && place.0.left <= other.right
                && other.left <= place.0.right
        };
        // Each step moves below another one, so that there are at most as many.
        for _ in others {
            let Some(other) = others.iter().find(|other| overlaps(&place, other)) else {
                break;
            };
            place = Self::from(other.bottom.saturating_add(2).min(MAX_ROW - HEIGHT), column);
        }
        place
    }
}

/// A drawing with one chart.
pub(super) fn new_drawing(chart_rel: &str, place: Place) -> String {
    format!(
        concat!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n",
            "<xdr:wsDr xmlns:xdr=\"http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing\" ",
            "xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\">{}</xdr:wsDr>"
        ),
        anchor(chart_rel, place, 2, 1)
    )
}

/// An existing drawing with one more chart; all else stays.
///
/// # Errors
/// `DamagedFile` when it is not a drawing of a sheet.
pub(super) fn with_chart(
    text: &str,
    part: &str,
    chart_rel: &str,
    place: Place,
) -> Result<String, WireError> {
    let elements = xml::elements(text, part)?;
    let root = root_of(&elements, part)?;
    let id = elements
        .iter()
        .filter(|element| element.name == "cNvPr")
        .filter_map(|element| element.attribute("id")?.parse::<u32>().ok())
        .max()
        .unwrap_or(1)
        .saturating_add(1);
    let charts = elements.iter().filter(|e| e.name == "graphicFrame").count() as u32;
    let mut splices = Splices::default();
    splices.append_child(root, &anchor(chart_rel, place, id, charts + 1));
    Ok(splices.apply(text))
}

/// The cells that the anchors of a drawing cover.
///
/// # Errors
/// `DamagedFile` when it is not a drawing of a sheet.
pub(super) fn covered(text: &str, part: &str) -> Result<Vec<CellRange>, WireError> {
    let elements = xml::elements(text, part)?;
    root_of(&elements, part)?;
    let child = |outer: &Element, name: &str| {
        elements.iter().find(|element| {
            element.name == name
                && element.depth == outer.depth + 1
                && outer.open.end <= element.open.start
                && element.close.end <= outer.close.start
        })
    };
    let number_in = |outer: &Element, name: &str| -> Option<u32> {
        let inside = child(outer, name)?;
        text.get(inside.open.end..inside.close.start)?
            .trim()
            .parse()
            .ok()
    };
    // At any depth: what newer programs draw stands within alternatives.
    let anchors = elements.iter().filter(|element| {
        ["twoCellAnchor", "oneCellAnchor", "absoluteAnchor"].contains(&element.name.as_str())
    });
    Ok(anchors
        .filter_map(|anchor| {
            let (left, top) = match child(anchor, "from") {
                Some(from) => (number_in(from, "col")?, number_in(from, "row")?),
                None => {
                    let position = child(anchor, "pos")?;
                    let cells = |name: &str, unit: u32| {
                        let position = position.attribute(name)?.parse::<i64>().ok()?;
                        u32::try_from(position.max(0) / i64::from(unit)).ok()
                    };
                    (cells("x", COLUMN_EMU)?, cells("y", ROW_EMU)?)
                }
            };
            let (right, bottom) = match child(anchor, "to") {
                Some(to) => (number_in(to, "col")?, number_in(to, "row")?),
                None => {
                    let size = child(anchor, "ext")?;
                    let cells = |name: &str, unit: u32| {
                        let size = size.attribute(name)?.parse::<u32>().ok()?;
                        Some(size / unit + 1)
                    };
                    (
                        left.saturating_add(cells("cx", COLUMN_EMU)?),
                        top.saturating_add(cells("cy", ROW_EMU)?),
                    )
                }
            };
            Some(CellRange {
                top,
                left,
                bottom,
                right,
            })
        })
        .collect())
}

fn root_of<'e>(elements: &'e [Element], part: &str) -> Result<&'e Element, WireError> {
    elements
        .first()
        .filter(|root| root.name == "wsDr")
        .ok_or_else(|| xml::damaged(part, "it is no drawing of a sheet"))
}

/// The anchor of a chart. It declares its own prefixes, since an existing drawing may use others.
fn anchor(chart_rel: &str, place: Place, id: u32, number: u32) -> String {
    let marker = |name: &str, column: u32, row: u32| {
        format!(
            "<xdr:{name}><xdr:col>{column}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{row}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:{name}>"
        )
    };
    let Place(range) = place;
    format!(
        concat!(
            "<xdr:twoCellAnchor xmlns:xdr=\"http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing\" ",
            "xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\">{from}{to}",
            "<xdr:graphicFrame macro=\"\"><xdr:nvGraphicFramePr><xdr:cNvPr id=\"{id}\" name=\"Chart {number}\"/>",
            "<xdr:cNvGraphicFramePr/></xdr:nvGraphicFramePr><xdr:xfrm><a:off x=\"0\" y=\"0\"/>",
            "<a:ext cx=\"0\" cy=\"0\"/></xdr:xfrm><a:graphic>",
            "<a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/chart\">",
            "<c:chart xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\" ",
            "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" r:id=\"{rel}\"/>",
            "</a:graphicData></a:graphic></xdr:graphicFrame><xdr:clientData/></xdr:twoCellAnchor>"
        ),
        from = marker("from", range.left, range.top),
        to = marker("to", range.right, range.bottom),
        id = id,
        number = number,
        rel = chart_rel
    )
}
