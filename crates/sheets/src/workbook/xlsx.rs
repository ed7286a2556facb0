//! xlsx and xlsm: cells are streamed, so that a claimed size costs nothing.

use std::collections::HashMap;
use std::io::Cursor;
use std::sync::Arc;

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use deskmate_core::{ErrorCode, ReadWarning};

use super::layout::{self, Package};
use super::xls::date_value;
use super::{Cell, MAX_CELLS, Sheet, Value, Workbook};
use crate::Error;

/// A sheet with more broken cells than this is given up.
const MAX_BROKEN_CELLS: usize = 1000;

/// True when the bytes are a zip archive with a workbook in it.
pub(super) fn looks_like_xlsx(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK") && Package::open(bytes).is_ok_and(|package| package.has_workbook())
}

/// Reads an Office Open XML workbook.
pub(super) fn read(bytes: &[u8], book: &mut Workbook) -> Result<(), Error> {
    let mut package = Package::open(bytes)?;
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(|error| match error {
        XlsxError::Password => Error::EncryptedWorkbook,
        error => Error::DamagedWorkbook(error.to_string()),
    })?;
    book.is_1904 = workbook.has_1904_epoch();
    let mut kept = 0;
    for sheet in workbook.sheets_metadata().to_vec() {
        if matches!(sheet.typ, SheetType::ChartSheet | SheetType::Vba) {
            continue;
        }
        let mut made = Sheet {
            name: sheet.name.clone(),
            is_hidden: sheet.visible != SheetVisible::Visible,
            ..Sheet::default()
        };
        match read_cells(&mut workbook, &mut made, &mut kept) {
            // A chart that stands where a sheet is expected has no cells.
            Err(XlsxError::NotAWorksheet(_)) => continue,
            Err(error) => book.warnings.push(ReadWarning::new(
                ErrorCode::PartlyDamaged,
                format!(
                    "sheet `{}` could not be read to its end: {error}",
                    made.name
                ),
            )),
            Ok(()) => {}
        }
        if made.rows_left_out > 0 {
            book.warnings.push(ReadWarning::new(
                ErrorCode::Omitted,
                format!(
                    "{} rows of sheet `{}` were left out: the workbook has more than {MAX_CELLS} cells",
                    made.rows_left_out, made.name
                ),
            ));
        }
        // Merges and hidden rows are a help to understanding; a sheet without them can still be read.
        if let Err(error) = layout::read(&mut package, &mut made) {
            book.warnings.push(ReadWarning::new(
                ErrorCode::PartlyDamaged,
                format!(
                    "merged and hidden cells of sheet `{}` could not be read: {error}",
                    made.name
                ),
            ));
        }
        book.sheets.push(made);
    }
    if book.sheets.is_empty() {
        return Err(Error::DamagedWorkbook("it has no sheets".into()));
    }
    Ok(())
}

fn read_cells(
    workbook: &mut Xlsx<Cursor<&[u8]>>,
    made: &mut Sheet,
    kept: &mut usize,
) -> Result<(), XlsxError> {
    let mut reader = workbook.worksheet_cells_reader(&made.name)?;
    let formats: Vec<Option<Arc<str>>> = reader
        .styles()
        .iter()
        .map(|style| {
            let code = style.number_format.as_ref()?.format_code.as_str();
            (!code.eq_ignore_ascii_case("general")).then(|| code.into())
        })
        .collect();
    // Shared strings live as long as the reader: their place in memory names them.
    let mut shared: HashMap<*const u8, Arc<str>> = HashMap::new();
    let (mut broken, mut last_left_out) = (0, None);
    loop {
        let (cell, style) = match reader.next_cell_with_style_id() {
            Ok(None) => return Ok(()),
            Ok(Some(cell)) => cell,
            Err(error @ (XlsxError::XmlEof(_) | XlsxError::Xml(_))) => return Err(error),
            Err(error) => {
                broken += 1;
                if broken > MAX_BROKEN_CELLS {
                    return Err(error);
                }
                continue;
            }
        };
        let (row, column) = cell.get_position();
        let value = match cell.get_value() {
            DataRef::Empty => continue,
            DataRef::Int(number) => Value::Number(*number as f64),
            DataRef::Float(number) => Value::Number(*number),
            DataRef::String(text) if text.trim().is_empty() => continue,
            DataRef::String(text) => Value::Text(text.as_str().into()),
            DataRef::SharedString(text) if text.trim().is_empty() => continue,
            DataRef::SharedString(text) => Value::Text(Arc::clone(
                shared
                    .entry(text.as_ptr())
                    .or_insert_with(|| (*text).into()),
            )),
            DataRef::Bool(value) => Value::Bool(*value),
            DataRef::DateTime(moment) => date_value(moment),
            DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
                Value::Text(text.as_str().into())
            }
            DataRef::Error(error) => Value::Error(error.to_string().into()),
        };
        if *kept >= MAX_CELLS {
            made.rows_left_out += u64::from(last_left_out != Some(row));
            last_left_out = Some(row);
            continue;
        }
        *kept += 1;
        made.cells.push(Cell {
            row,
            column,
            value,
            format: formats.get(style).cloned().flatten(),
            formula: None,
        });
    }
}
