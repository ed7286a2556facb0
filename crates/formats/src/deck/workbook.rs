//! The small workbook inside a chart: what opens when somebody chooses "edit data".

use std::io::{Cursor, Write};

use deskmate_core::{Chart, ErrorCode, WireError};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::builtin::XML;
use super::parts::escape;

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

/// Name of a column, from 0: `A`, `B`, … `AA`.
pub(super) fn column_name(mut index: usize) -> String {
    let mut name = String::new();
    loop {
        name.insert(0, char::from(b'A' + (index % 26) as u8));
        if index < 26 {
            return name;
        }
        index = index / 26 - 1;
    }
}

/// A value as XML writes it; never in exponent form that a reader of ours might not know.
pub(super) fn number_text(value: f64) -> String {
    format!("{value}")
}

/// The workbook: categories in column A, a series in each column after it, names in row 1.
///
/// # Errors
/// `Internal` when the archive cannot be built.
pub(super) fn workbook(chart: &Chart) -> Result<Vec<u8>, WireError> {
    let text = |cell: String, value: &str| {
        format!(
            r#"<c r="{cell}" t="inlineStr"><is><t xml:space="preserve">{}</t></is></c>"#,
            escape(value)
        )
    };
    let mut rows = String::from(r#"<row r="1">"#);
    for (index, series) in chart.series.iter().enumerate() {
        rows.push_str(&text(format!("{}1", column_name(index + 1)), &series.name));
    }
    rows.push_str("</row>");
    for (index, category) in chart.categories.iter().enumerate() {
        let row = index + 2;
        rows.push_str(&format!(
            r#"<row r="{row}">{}"#,
            text(format!("A{row}"), category)
        ));
        for (column, series) in chart.series.iter().enumerate() {
            if let Some(value) = series.values.get(index).copied().flatten() {
                let cell = format!("{}{row}", column_name(column + 1));
                rows.push_str(&format!(
                    r#"<c r="{cell}"><v>{}</v></c>"#,
                    number_text(value)
                ));
            }
        }
        rows.push_str("</row>");
    }
    let relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006";
    let sheet_type = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    let files = [
        (
            "[Content_Types].xml",
            format!(
                r#"{XML}<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{sheet_type}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="{sheet_type}.worksheet+xml"/></Types>"#
            ),
        ),
        (
            "_rels/.rels",
            format!(
                r#"{XML}<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" Type="{relation}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                r#"{XML}<workbook xmlns="{MAIN}" xmlns:r="{relation}"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>"#
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                r#"{XML}<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" Type="{relation}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!(r#"{XML}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>"#),
        ),
    ];
    let failed = |error: &dyn std::fmt::Display| {
        let message = format!("the data of a chart cannot be written: {error}");
        WireError::new(ErrorCode::Internal, message)
    };
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        writer
            .start_file(name, SimpleFileOptions::default())
            .map_err(|e| failed(&e))?;
        writer
            .write_all(content.as_bytes())
            .map_err(|e| failed(&e))?;
    }
    Ok(writer.finish().map_err(|e| failed(&e))?.into_inner())
}
