//! New workbooks: typed rows as a native table, with widths, formats, a frozen header, and where each row came from.

use deskmate_core::{ErrorCode, WireError};
use rust_xlsxwriter::{
    Chart, ChartType, Format, FormatAlign, Table, TableColumn, Workbook, Worksheet, XlsxError,
};
use serde::{Deserialize, Serialize};

use crate::address::MAX_ROW;
use crate::chart::{ChartKind, ChartSpec};
use crate::output::{ColumnFormat, OutputTable, OutputValue, column_width};

/// A table for a new workbook.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewSheet {
    /// Name of the sheet; what a name may not have is left out.
    pub name: String,
    /// The table.
    pub table: OutputTable,
    /// Where each row came from, e.g. `合同.docx, page 3`; empty, or one for each row. It becomes the last column.
    pub sources: Vec<String>,
    /// Header of that column, e.g. `来源`.
    pub source_header: String,
    /// A chart beside the table.
    pub chart: Option<ChartSpec>,
}

/// Makes the bytes of an xlsx workbook.
///
/// Text is written as text, also when it begins with `=` or looks like a link: nothing that came out of a document runs
/// or leads anywhere.
///
/// # Errors
/// `InvalidInput` without sheets or columns, or when sources do not match the rows; `FileTooLarge` when a table has
/// more rows than a sheet.
pub fn write_workbook(sheets: &[NewSheet]) -> Result<Vec<u8>, WireError> {
    if sheets.is_empty() {
        return Err(invalid("a workbook needs a sheet"));
    }
    let mut workbook = Workbook::new();
    let mut names = Vec::new();
    for sheet in sheets {
        check(sheet)?;
        let table = with_sources(sheet);
        let name = sheet_name(&sheet.name, &names);
        names.push(name.to_lowercase());
        let worksheet = workbook.add_worksheet();
        worksheet.set_name(&name).map_err(fault)?;
        fill(worksheet, &table, names.len()).map_err(fault)?;
        if let Some(chart) = &sheet.chart {
            let chart = native_chart(chart, &name, &table);
            worksheet
                .insert_chart(0, table.columns.len() as u16 + 1, &chart)
                .map_err(fault)?;
        }
    }
    workbook.save_to_buffer().map_err(fault)
}

fn check(sheet: &NewSheet) -> Result<(), WireError> {
    if sheet.table.columns.is_empty() {
        return Err(invalid("a table needs a column"));
    }
    if !sheet.sources.is_empty() && sheet.sources.len() != sheet.table.rows.len() {
        return Err(invalid("every row needs its source, or none"));
    }
    if sheet.table.rows.len() as u64 >= u64::from(MAX_ROW) || sheet.table.columns.len() > 16_000 {
        return Err(WireError::new(
            ErrorCode::FileTooLarge,
            format!(
                "a table of {} rows does not fit into a sheet",
                sheet.table.rows.len()
            ),
        ));
    }
    Ok(())
}

fn with_sources(sheet: &NewSheet) -> OutputTable {
    let mut table = sheet.table.clone();
    if sheet.sources.is_empty() {
        return table;
    }
    let width = table.columns.len();
    table.columns.push(crate::output::OutputColumn {
        name: sheet.source_header.clone(),
        format: ColumnFormat::Text,
    });
    for (row, source) in table.rows.iter_mut().zip(&sheet.sources) {
        row.resize(width, OutputValue::Blank);
        row.push(OutputValue::Text(source.clone()));
    }
    table
}

fn fill(sheet: &mut Worksheet, table: &OutputTable, number: usize) -> Result<(), XlsxError> {
    let headers = table.unique_headers();
    let formats: Vec<Format> = table
        .columns
        .iter()
        .map(|column| format_of(&column.format))
        .collect();
    for (column, header) in headers.iter().enumerate() {
        let index = column as u16;
        sheet.set_column_width(index, column_width(table, column))?;
        sheet.write_string(0, index, header)?;
    }
    for row in 0..table.rows.len() {
        for (column, format) in formats.iter().enumerate() {
            let at = (row as u32 + 1, column as u16);
            match table.value(row, column) {
                OutputValue::Blank => sheet.write_blank(at.0, at.1, format)?,
                OutputValue::Number(number) | OutputValue::Date(number) if number.is_finite() => {
                    sheet.write_number_with_format(at.0, at.1, *number, format)?
                }
                OutputValue::Number(_) | OutputValue::Date(_) => {
                    sheet.write_string_with_format(at.0, at.1, "#NUM!", format)?
                }
                OutputValue::Text(text) => {
                    let text: String = text.chars().take(32_767).collect();
                    sheet.write_string_with_format(at.0, at.1, &text, format)?
                }
                OutputValue::Bool(value) => {
                    sheet.write_boolean_with_format(at.0, at.1, *value, format)?
                }
            };
        }
    }
    // A native table has at least one row under its header.
    let last = (table.rows.len() as u32).max(1);
    let columns: Vec<TableColumn> = headers
        .iter()
        .map(|header| TableColumn::new().set_header(header))
        .collect();
    let native = Table::new()
        .set_name(format!("Table{number}"))
        .set_columns(&columns);
    sheet.add_table(0, 0, last, headers.len() as u16 - 1, &native)?;
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

fn format_of(format: &ColumnFormat) -> Format {
    let written = Format::new()
        .set_num_format(format.code())
        .set_align(FormatAlign::Top);
    match format {
        ColumnFormat::Text | ColumnFormat::General => written.set_text_wrap(),
        ColumnFormat::Integer
        | ColumnFormat::Decimal(_)
        | ColumnFormat::Percent(_)
        | ColumnFormat::Date
        | ColumnFormat::DateTime => written,
    }
}

fn native_chart(spec: &ChartSpec, sheet: &str, table: &OutputTable) -> Chart {
    let mut chart = Chart::new(match spec.kind {
        ChartKind::Column => ChartType::Column,
        ChartKind::Bar => ChartType::Bar,
        ChartKind::Line => ChartType::Line,
        ChartKind::Pie => ChartType::Pie,
    });
    let last = (table.rows.len() as u32).max(1);
    for column in spec.values.iter().filter(|c| **c < table.columns.len()) {
        chart
            .add_series()
            .set_name((sheet, 0, *column as u16))
            .set_categories((sheet, 1, spec.labels as u16, last, spec.labels as u16))
            .set_values((sheet, 1, *column as u16, last, *column as u16));
    }
    chart.title().set_name(&spec.title);
    if spec.kind == ChartKind::Bar {
        chart.x_axis().set_reverse();
    }
    if spec.values.len() < 2 && spec.kind != ChartKind::Pie {
        chart.legend().set_hidden();
    }
    chart.set_width(720).set_height(420);
    chart
}

fn sheet_name(wanted: &str, taken: &[String]) -> String {
    let plain: String = wanted
        .chars()
        .filter(|c| !c.is_control() && !"[]:*?/\\".contains(*c))
        .take(28)
        .collect();
    let plain = plain.trim().trim_matches('\'');
    let plain = if plain.is_empty() { "Sheet" } else { plain };
    (1..)
        .map(|n| {
            if n == 1 {
                plain.to_string()
            } else {
                format!("{plain} {n}")
            }
        })
        .find(|name| !taken.contains(&name.to_lowercase()))
        .unwrap_or_default()
}

fn invalid(message: &str) -> WireError {
    WireError::new(ErrorCode::InvalidInput, message)
}

fn fault(cause: XlsxError) -> WireError {
    WireError::new(
        ErrorCode::Internal,
        format!("could not make the workbook: {cause}"),
    )
}
