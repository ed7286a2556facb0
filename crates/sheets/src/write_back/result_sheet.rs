//! A new sheet with a native table and a native chart beside it.

use deskmate_core::{ErrorCode, WireError};

use super::drawing::{Place, new_drawing};
use super::edit::ResultSheet;
use super::native_table::new_table;
use super::new_sheet::SharedParts;
use super::sheet_rewrite::{NewCell, NewContent, cell_xml};
use super::styles::StyleBook;
use crate::address::{CellAddress, CellRange, MAX_ROW};
use crate::chart::{ChartPlace, result_chart_part};
use crate::formula::CellResult;
use crate::output::{OutputValue, column_width};
use crate::package::{Outline, Package, add_relationship, rels_part};

const SPREADSHEET: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";
const DRAWING: &str = "application/vnd.openxmlformats-officedocument";

/// Adds the sheet and returns its name and where its table stands.
///
/// # Errors
/// `FileTooLarge` when the table has more rows than a sheet; `InvalidInput` without columns; `DamagedFile`.
pub(super) fn add_result_sheet(
    package: &Package,
    outline: &Outline,
    shared: &mut SharedParts,
    styles: &mut Option<StyleBook>,
    sheet: &ResultSheet,
) -> Result<(String, CellRange), WireError> {
    let table = &sheet.table;
    if table.columns.is_empty() {
        return Err(WireError::new(
            ErrorCode::InvalidInput,
            "a result without columns cannot be written",
        ));
    }
    let top = match sheet.heading.len() as u32 {
        0 => 0,
        lines => lines + 1,
    };
    // A native table has at least one row under its header.
    let rows = (table.rows.len() as u32).max(1);
    let bottom = top.saturating_add(rows);
    if table.rows.len() as u64 + u64::from(top) + sheet.notes.len() as u64 + 2 > u64::from(MAX_ROW)
    {
        return Err(WireError::new(
            ErrorCode::FileTooLarge,
            format!(
                "a result of {} rows does not fit into one sheet",
                table.rows.len()
            ),
        ));
    }
    let range = CellRange {
        top,
        left: 0,
        bottom,
        right: table.columns.len() as u32 - 1,
    };
    let name = shared.sheet_name(&sheet.name);
    let free = |shared: &SharedParts, pattern: &str| {
        shared.free_part(outline, pattern, |part| package.has(part))
    };
    let sheet_part = free(shared, "worksheets/sheet");
    let table_part = free(shared, "tables/table");
    let drawing_part = free(shared, "drawings/drawing");
    let chart_name = free(shared, "charts/chart");

    shared.table_id += 1;
    let table_name = unique_table_name(shared.table_id, &shared.taken_names);
    shared.taken_names.push(table_name.to_lowercase());
    let headers = table.unique_headers();
    shared.added.insert(
        table_part.clone(),
        new_table(shared.table_id, &table_name, range, &headers),
    );
    shared.declare(&table_part, &format!("{SPREADSHEET}.table+xml"))?;
    let (mut sheet_rels, table_rel) = add_relationship(None, "table", &format!("/{table_part}"))?;
    let mut drawing_rel = None;
    if let Some(chart) = &sheet.chart {
        let place = ChartPlace {
            sheet: &name,
            range,
            table,
        };
        shared
            .added
            .insert(chart_name.clone(), result_chart_part(chart, &place));
        shared.declare(&chart_name, &format!("{DRAWING}.drawingml.chart+xml"))?;
        let (drawing_rels, chart_rel) = add_relationship(None, "chart", &format!("/{chart_name}"))?;
        shared.added.insert(rels_part(&drawing_part), drawing_rels);
        shared.added.insert(
            drawing_part.clone(),
            new_drawing(&chart_rel, Place::from(range.top, range.right + 2)),
        );
        shared.declare(&drawing_part, &format!("{DRAWING}.drawing+xml"))?;
        let (rels, id) =
            add_relationship(Some(&sheet_rels), "drawing", &format!("/{drawing_part}"))?;
        sheet_rels = rels;
        drawing_rel = Some(id);
    }
    shared.added.insert(rels_part(&sheet_part), sheet_rels);
    let text = sheet_xml(
        sheet,
        &headers,
        range,
        styles,
        &table_rel,
        drawing_rel.as_deref(),
    );
    shared.added.insert(sheet_part.clone(), text);
    shared.declare(&sheet_part, &format!("{SPREADSHEET}.worksheet+xml"))?;

    shared.list_sheet(&outline.part, &name, &sheet_part)?;
    Ok((name, range))
}

fn sheet_xml(
    sheet: &ResultSheet,
    headers: &[String],
    range: CellRange,
    styles: &mut Option<StyleBook>,
    table_rel: &str,
    drawing_rel: Option<&str>,
) -> String {
    let table = &sheet.table;
    let formats: Vec<u32> = table
        .columns
        .iter()
        .map(|column| match styles {
            Some(book) => book.with_number_format(0, &column.format.code()),
            None => 0,
        })
        .collect();
    let text_cell = |row: u32, column: u32, text: &str| {
        cell_xml(
            "",
            CellAddress::new(row, column),
            &NewCell {
                style: 0,
                content: NewContent::Value(CellResult::Text(text.to_string())),
            },
        )
    };
    let mut rows = String::new();
    for (index, line) in sheet.heading.iter().enumerate() {
        let row = index as u32;
        rows.push_str(&format!(
            "<row r=\"{}\">{}</row>",
            row + 1,
            text_cell(row, 0, line)
        ));
    }
    rows.push_str(&format!("<row r=\"{}\">", range.top + 1));
    for (column, header) in headers.iter().enumerate() {
        rows.push_str(&text_cell(range.top, column as u32, header));
    }
    rows.push_str("</row>");
    for index in 0..table.rows.len() {
        let row = range.top + 1 + index as u32;
        rows.push_str(&format!("<row r=\"{}\">", row + 1));
        for (column, format) in formats.iter().enumerate() {
            rows.push_str(&cell_xml(
                "",
                CellAddress::new(row, column as u32),
                &NewCell {
                    style: *format,
                    content: NewContent::Value(cell_value(table.value(index, column))),
                },
            ));
        }
        rows.push_str("</row>");
    }
    for (index, note) in sheet.notes.iter().enumerate() {
        let row = range.bottom + 2 + index as u32;
        rows.push_str(&format!(
            "<row r=\"{}\">{}</row>",
            row + 1,
            text_cell(row, 0, note)
        ));
    }
    let columns: String = (0..table.columns.len())
        .map(|column| {
            format!(
                "<col min=\"{0}\" max=\"{0}\" width=\"{1}\" customWidth=\"1\"/>",
                column + 1,
                column_width(table, column)
            )
        })
        .collect();
    let last = range.bottom.max(match sheet.notes.len() as u32 {
        0 => 0,
        notes => range.bottom + 1 + notes,
    });
    let dimension = CellRange {
        top: 0,
        left: 0,
        bottom: last,
        right: range.right,
    };
    let below = range.top + 2;
    let pane = format!(
        "<sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"{}\" topLeftCell=\"A{below}\" activePane=\"bottomLeft\" state=\"frozen\"/><selection pane=\"bottomLeft\"/></sheetView></sheetViews>",
        range.top + 1
    );
    let drawing = drawing_rel.map_or_else(String::new, |id| format!("<drawing r:id=\"{id}\"/>"));
    format!(
        concat!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n",
            "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" ",
            "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">",
            "<dimension ref=\"{dimension}\"/>{pane}<sheetFormatPr defaultRowHeight=\"15\"/>",
            "<cols>{columns}</cols><sheetData>{rows}</sheetData>{drawing}",
            "<tableParts count=\"1\"><tablePart r:id=\"{table_rel}\"/></tableParts></worksheet>"
        ),
        dimension = dimension,
        pane = pane,
        columns = columns,
        rows = rows,
        drawing = drawing,
        table_rel = table_rel
    )
}

/// A value as a cell holds it.
pub(super) fn cell_value(value: &OutputValue) -> CellResult {
    match value {
        OutputValue::Blank => CellResult::Blank,
        OutputValue::Number(number) | OutputValue::Date(number) if number.is_finite() => {
            CellResult::Number(*number)
        }
        OutputValue::Number(_) | OutputValue::Date(_) => CellResult::Error("#NUM!".to_string()),
        OutputValue::Text(text) => CellResult::Text(text.clone()),
        OutputValue::Bool(value) => CellResult::Bool(*value),
    }
}

fn unique_table_name(id: u32, taken: &[String]) -> String {
    (id..)
        .map(|n| format!("ResultTable{n}"))
        .find(|name| !taken.contains(&name.to_lowercase()))
        .unwrap_or_default()
}
