//! xlsx, xlsm and xlsb: cells are streamed, so that a claimed size costs nothing.

use std::io::Cursor;

use calamine::{
    DataRef, ExcelDateTime, Reader, Sheet, SheetType, SheetVisible, Xlsb, XlsbError, Xlsx,
    XlsxError,
};
use deskmate_core::{ReadLimits, WireError};

use super::grid::Grid;
use super::{Book, damaged, encrypted, guarded};
use crate::archive::Archive;
use crate::package::Package;
use crate::xml;

/// A sheet with more broken cells than this is given up.
const MAX_BROKEN_CELLS: usize = 1000;

/// Reads a workbook in Office Open XML or its binary form.
pub(crate) fn read(bytes: &[u8], limits: &ReadLimits, book: &mut Book) -> Result<(), WireError> {
    let mut archive = Archive::open(bytes, limits)?;
    archive.check()?;
    // The parser wants a directory: give it one when the file has lost its own.
    let rebuilt = archive.rebuild();
    let bytes = rebuilt.as_deref().unwrap_or(bytes);
    let is_binary = archive
        .names()
        .any(|name| name.eq_ignore_ascii_case("xl/workbook.bin"));
    if is_binary {
        guarded(|| read_xlsb(bytes, book))?;
    } else {
        let repaired = without_partless_sheets(&mut archive)?;
        let bytes = repaired.as_deref().unwrap_or(bytes);
        guarded(|| read_xlsx(bytes, book))?;
    }
    if let Ok(mut package) = Package::open(bytes, limits) {
        package.read_properties(&mut book.document)?;
        book.warnings.append(&mut package.warnings);
    }
    Ok(())
}

/// Excel keeps sheets of old macro modules in its list though they have no part (`r:id=""`); the parser gives up on
/// those, so they are taken out of the list.
fn without_partless_sheets(archive: &mut Archive<'_>) -> Result<Option<Vec<u8>>, WireError> {
    const LIST: &str = "xl/workbook.xml";
    let Ok(Some(content)) = archive.read(LIST) else {
        return Ok(None);
    };
    let text = xml::decode(&content);
    if !text.contains("r:id=\"\"") {
        return Ok(None);
    }
    let mut kept = String::with_capacity(text.len());
    let mut rest = text.as_ref();
    while let Some(start) = rest.find("<sheet ") {
        let end = rest[start..]
            .find('>')
            .map_or(rest.len(), |end| start + end + 1);
        kept.push_str(&rest[..start]);
        if !rest[start..end].contains("r:id=\"\"") {
            kept.push_str(&rest[start..end]);
        }
        rest = &rest[end..];
    }
    kept.push_str(rest);
    archive.with_content(LIST, &kept).map(Some)
}

fn is_hidden(sheet: &Sheet) -> bool {
    match sheet.visible {
        SheetVisible::Visible => false,
        SheetVisible::Hidden | SheetVisible::VeryHidden => true,
    }
}

fn has_cells(sheet: &Sheet) -> bool {
    match sheet.typ {
        SheetType::WorkSheet | SheetType::DialogSheet | SheetType::MacroSheet => true,
        SheetType::ChartSheet | SheetType::Vba => false,
    }
}

fn read_xlsx(bytes: &[u8], book: &mut Book) -> Result<(), WireError> {
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(|error| match error {
        XlsxError::Password => encrypted(),
        error => damaged(&error.to_string()),
    })?;
    let sheets = workbook.sheets_metadata().to_vec();
    for sheet in sheets.iter().filter(|sheet| has_cells(sheet)) {
        let mut grid = book.grid();
        let failure = match workbook.worksheet_cells_reader(&sheet.name) {
            // A chart that stands where a sheet is expected has no cells.
            Err(XlsxError::NotAWorksheet(_)) => continue,
            Err(error) => Some(error.to_string()),
            Ok(mut reader) => {
                let percents: Vec<bool> = reader
                    .styles()
                    .iter()
                    .map(|style| {
                        style
                            .number_format
                            .as_ref()
                            .is_some_and(|format| is_percent(&format.format_code))
                    })
                    .collect();
                let mut failures = Failures::default();
                loop {
                    match reader.next_cell_with_style_id() {
                        Ok(None) => break,
                        Ok(Some((cell, style))) => {
                            let is_percent = percents.get(style).copied().unwrap_or(false);
                            add(&mut grid, cell.get_position(), cell.get_value(), is_percent);
                        }
                        Err(error @ (XlsxError::XmlEof(_) | XlsxError::Xml(_))) => {
                            failures.last(error.to_string());
                            break;
                        }
                        Err(error) => {
                            if failures.add(error.to_string()) {
                                break;
                            }
                        }
                    }
                }
                failures.reason
            }
        };
        book.add_sheet(&sheet.name, is_hidden(sheet), grid, failure);
    }
    Ok(())
}

fn read_xlsb(bytes: &[u8], book: &mut Book) -> Result<(), WireError> {
    let mut workbook = Xlsb::new(Cursor::new(bytes)).map_err(|error| match error {
        XlsbError::Password => encrypted(),
        error => damaged(&error.to_string()),
    })?;
    let sheets = workbook.sheets_metadata().to_vec();
    for sheet in sheets.iter().filter(|sheet| has_cells(sheet)) {
        let mut grid = book.grid();
        let failure = match workbook.worksheet_cells_reader(&sheet.name) {
            Err(error) => Some(error.to_string()),
            Ok(mut reader) => loop {
                match reader.next_cell() {
                    Ok(None) => break None,
                    Ok(Some(cell)) => add(&mut grid, cell.get_position(), cell.get_value(), false),
                    Err(error) => break Some(error.to_string()),
                }
            },
        };
        book.add_sheet(&sheet.name, is_hidden(sheet), grid, failure);
    }
    Ok(())
}

#[derive(Default)]
struct Failures {
    count: usize,
    reason: Option<String>,
}

impl Failures {
    fn last(&mut self, reason: String) {
        self.reason.get_or_insert(reason);
    }

    /// Counts a broken cell; true when it is time to give up.
    fn add(&mut self, reason: String) -> bool {
        self.count += 1;
        self.last(reason);
        self.count > MAX_BROKEN_CELLS
    }
}

fn add(grid: &mut Grid, (row, column): (u32, u32), value: &DataRef<'_>, is_percent: bool) {
    let (text, numeric) = match value {
        DataRef::Empty => return,
        DataRef::Int(number) => (number.to_string(), true),
        DataRef::Float(number) => (number_text(*number, is_percent), true),
        DataRef::String(text) => (text.clone(), false),
        DataRef::SharedString(text) => ((*text).to_owned(), false),
        DataRef::Bool(value) => (truth(*value).to_owned(), true),
        DataRef::DateTime(moment) => (date_text(moment), true),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => (iso_text(text), true),
        DataRef::Error(error) => (error.to_string(), true),
    };
    grid.add(row, column, text, numeric);
}

/// A number as shown: with a percent sign where the cell's format has one.
pub(crate) fn number_text(number: f64, is_percent: bool) -> String {
    if is_percent {
        // Rounded to what a percentage can sensibly show, so that 0.07 does not become 7.000000000000001.
        format!(
            "{}%",
            deskmate_core::number_text((number * 1e10).round() / 1e8)
        )
    } else {
        deskmate_core::number_text(number)
    }
}

/// Truth values as spreadsheets show them.
pub(crate) fn truth(value: bool) -> &'static str {
    if value { "TRUE" } else { "FALSE" }
}

fn is_percent(code: &str) -> bool {
    let mut quoted = false;
    code.split(';').next().is_some_and(|positive| {
        positive.chars().any(|character| {
            quoted ^= character == '"';
            character == '%' && !quoted
        })
    })
}

/// `2024-03-05`, with the time if there is one; a time alone as `08:30`; a duration as `26:30:00`.
pub(crate) fn date_text(moment: &ExcelDateTime) -> String {
    let value = moment.as_f64();
    if moment.is_duration() {
        let seconds = (value * 86_400.0).round();
        let sign = if seconds < 0.0 { "-" } else { "" };
        let seconds = seconds.abs();
        let (hours, rest) = ((seconds / 3600.0).floor(), seconds % 3600.0);
        return format!(
            "{sign}{hours:.0}:{:02.0}:{:02.0}",
            (rest / 60.0).floor(),
            rest % 60.0
        );
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let time = match (hour, minute, second) {
        (0, 0, 0) => String::new(),
        (_, _, 0) => format!("{hour:02}:{minute:02}"),
        _ => format!("{hour:02}:{minute:02}:{second:02}"),
    };
    if (0.0..1.0).contains(&value) {
        return if time.is_empty() {
            "00:00".to_owned()
        } else {
            time
        };
    }
    let date = format!("{year:04}-{month:02}-{day:02}");
    if time.is_empty() {
        date
    } else {
        format!("{date} {time}")
    }
}

/// `2024-03-05T00:00:00` as `2024-03-05`, and with a space before a time.
pub(crate) fn iso_text(text: &str) -> String {
    match text.split_once('T') {
        Some((date, time)) if !date.is_empty() => {
            let time = time.trim_end_matches('Z');
            let time = time.split('.').next().unwrap_or(time);
            match time.strip_suffix(":00").unwrap_or(time) {
                "00:00" => date.to_owned(),
                time => format!("{date} {time}"),
            }
        }
        _ => text.to_owned(),
    }
}
