//! xls: the parser lays out whole sheets, so this runs in a worker with a memory limit.

use std::io::Cursor;

use calamine::{Data, ExcelDateTime, Reader, SheetType, SheetVisible, Xls, XlsError, XlsOptions};

use super::{Cell, MAX_CELLS, MAX_MERGED, Sheet, Value, Workbook};
use crate::{CellRange, Error};

/// Reads a BIFF workbook.
pub(super) fn read(bytes: &[u8], book: &mut Workbook) -> Result<(), Error> {
    let mut workbook =
        Xls::new_with_options(Cursor::new(bytes), XlsOptions::default()).map_err(|error| {
            match error {
                XlsError::Password => Error::EncryptedWorkbook,
                error => Error::DamagedWorkbook(error.to_string()),
            }
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
        let range = workbook
            .worksheet_range(&sheet.name)
            .map_err(|error| Error::DamagedWorkbook(error.to_string()))?;
        let (top, left) = range.start().unwrap_or((0, 0));
        let mut last_row = None;
        for (row, column, value) in range.used_cells() {
            let value = value_of(value);
            if value == Value::Empty {
                continue;
            }
            if kept >= MAX_CELLS {
                made.rows_left_out += u64::from(last_row != Some(row));
                last_row = Some(row);
                continue;
            }
            kept += 1;
            made.cells.push(Cell {
                row: top + row as u32,
                column: left + column as u32,
                value,
                format: None,
                formula: None,
            });
        }
        for region in workbook
            .merge_cells_by_sheet_name(&sheet.name)
            .unwrap_or_default()
            .into_iter()
            .take(MAX_MERGED)
        {
            made.merged.push(CellRange {
                top: region.start.0,
                left: region.start.1,
                bottom: region.end.0.max(region.start.0),
                right: region.end.1.max(region.start.1),
            });
        }
        book.sheets.push(made);
    }
    Ok(())
}

fn value_of(value: &Data) -> Value {
    match value {
        Data::Empty => Value::Empty,
        Data::Int(number) => Value::Number(*number as f64),
        Data::Float(number) => Value::Number(*number),
        Data::String(text) if text.trim().is_empty() => Value::Empty,
        Data::String(text) => Value::Text(text.as_str().into()),
        Data::Bool(value) => Value::Bool(*value),
        Data::DateTime(moment) => date_value(moment),
        Data::DateTimeIso(text) | Data::DurationIso(text) => Value::Text(text.as_str().into()),
        Data::Error(error) => Value::Error(error.to_string().into()),
        #[allow(unreachable_patterns, reason = "the type may grow")]
        _ => Value::Empty,
    }
}

/// A moment in days of the 1900 system, whatever the workbook counts from.
pub(super) fn date_value(moment: &ExcelDateTime) -> Value {
    if moment.is_duration() {
        return Value::Duration(moment.as_f64());
    }
    let serial = moment.as_f64();
    if (0.0..1.0).contains(&serial) {
        return Value::Date(serial);
    }
    let (year, month, day, ..) = moment.to_ymd_hms_milli();
    let day = super::text::serial_of_date(i32::from(year), u32::from(month), u32::from(day));
    Value::Date(day + serial.fract())
}
