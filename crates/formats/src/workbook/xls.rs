//! xls: the records are looked over before the parser sees them, because it lays out whole sheets in memory.

use std::io::Cursor;

use calamine::{Data, Reader, SheetType, SheetVisible, Xls, XlsError, XlsOptions};
use deskmate_core::{ErrorCode, WireError};

use super::excel::{date_text, iso_text, number_text, truth};
use super::{Book, damaged, encrypted, guarded};
use crate::cfb::CompoundFile;

/// Cells that all sheets may span together, empty ones included: 24 bytes each, for values and for formulas.
const MAX_LAID_OUT: u64 = 6_000_000;

/// Reads a BIFF workbook.
pub(crate) fn read(bytes: &[u8], book: &mut Book) -> Result<(), WireError> {
    let bytes = make_safe(bytes)?;
    guarded(|| {
        let mut workbook = Xls::new_with_options(Cursor::new(&bytes[..]), XlsOptions::default())
            .map_err(|error| match error {
                XlsError::Password => encrypted(),
                error => damaged(&error.to_string()),
            })?;
        let sheets = workbook.sheets_metadata().to_vec();
        for sheet in &sheets {
            match sheet.typ {
                SheetType::WorkSheet | SheetType::DialogSheet | SheetType::MacroSheet => {}
                SheetType::ChartSheet | SheetType::Vba => continue,
            }
            let hidden = match sheet.visible {
                SheetVisible::Visible => false,
                SheetVisible::Hidden | SheetVisible::VeryHidden => true,
            };
            let mut grid = book.grid();
            let failure = match workbook.worksheet_range(&sheet.name) {
                Err(error) => Some(error.to_string()),
                Ok(range) => {
                    let (top, left) = range.start().unwrap_or((0, 0));
                    for (row, column, value) in range.used_cells() {
                        let Some((text, numeric)) = text(value) else {
                            continue;
                        };
                        let row = top.saturating_add(u32::try_from(row).unwrap_or(u32::MAX));
                        let column = left.saturating_add(u32::try_from(column).unwrap_or(u32::MAX));
                        grid.add(row, column, text, numeric);
                    }
                    None
                }
            };
            book.add_sheet(&sheet.name, hidden, grid, failure);
        }
        if let Ok(properties) = workbook.workbook_properties() {
            let document = &mut book.document;
            document.title = properties
                .title
                .clone()
                .filter(|title| !title.trim().is_empty());
            if let Some(author) = properties
                .creator
                .clone()
                .filter(|author| !author.trim().is_empty())
            {
                document.metadata.insert("author".to_owned(), author);
            }
        }
        Ok(())
    })
}

fn text(value: &Data) -> Option<(String, bool)> {
    Some(match value {
        Data::Empty => return None,
        Data::Int(number) => (number.to_string(), true),
        Data::Float(number) => (number_text(*number, false), true),
        Data::String(text) => (text.clone(), false),
        Data::Bool(value) => (truth(*value).to_owned(), true),
        Data::DateTime(moment) => (date_text(moment), true),
        Data::DateTimeIso(text) | Data::DurationIso(text) => (iso_text(text), true),
        Data::Error(error) => (error.to_string(), true),
        #[allow(unreachable_patterns, reason = "the type may grow")]
        _ => return None,
    })
}

/// Refuses sheets that span too much, and empties the declared sizes, for which the parser would reserve memory.
fn make_safe(bytes: &[u8]) -> Result<Vec<u8>, WireError> {
    const BEGIN: u16 = 0x0809;
    const END: u16 = 0x000A;
    const DIMENSIONS: u16 = 0x0200;
    const PASSWORD: u16 = 0x002F;
    let mut safe = bytes.to_vec();
    let Some(file) = CompoundFile::open(bytes) else {
        return Err(damaged("its directory is broken"));
    };
    let Some(stream) = file.stream("Workbook").or_else(|| file.stream("Book")) else {
        return Ok(safe);
    };
    let content = &stream.content;
    let mut position = 0;
    let mut laid_out: u64 = 0;
    let mut span: Option<Span> = None;
    while let Some(&[id_low, id_high, low, high]) = content.get(position..position + 4) {
        let id = u16::from_le_bytes([id_low, id_high]);
        let length = usize::from(u16::from_le_bytes([low, high]));
        let start = position + 4;
        position = start + length;
        match id {
            DIMENSIONS => {
                for offset in start..position {
                    if let Some(byte) = stream.position(offset).and_then(|at| safe.get_mut(at)) {
                        *byte = 0;
                    }
                }
            }
            // Everything behind this record is encrypted.
            PASSWORD => return Err(encrypted()),
            BEGIN | END => {
                laid_out += span.take().map_or(0, |span| span.cells());
            }
            // Number, label, rich label, truth value, small number, shared string, number run, formula.
            0x0203 | 0x0204 | 0x00D6 | 0x0205 | 0x027E | 0x00FD | 0x00BD | 0x0006 => {
                if let Some(&[row_low, row_high, column_low, column_high]) =
                    content.get(start..start + 4)
                {
                    let row = u16::from_le_bytes([row_low, row_high]);
                    let first = u16::from_le_bytes([column_low, column_high]);
                    let count = if id == 0x00BD { length / 6 } else { 1 };
                    let last = first.saturating_add(u16::try_from(count).unwrap_or(u16::MAX));
                    span.get_or_insert(Span::at(row, first))
                        .add(row, first, last);
                }
            }
            _ => {}
        }
    }
    laid_out += span.take().map_or(0, |span| span.cells());
    if laid_out > MAX_LAID_OUT {
        return Err(WireError::new(
            ErrorCode::FileTooLarge,
            format!("the sheets span {laid_out} cells, more than can be laid out"),
        )
        .with_hint("save the workbook as xlsx and add it again"));
    }
    Ok(safe)
}

struct Span {
    rows: (u16, u16),
    columns: (u16, u16),
}

impl Span {
    fn at(row: u16, column: u16) -> Self {
        Self {
            rows: (row, row),
            columns: (column, column),
        }
    }

    fn add(&mut self, row: u16, first: u16, last: u16) {
        self.rows = (self.rows.0.min(row), self.rows.1.max(row));
        self.columns = (self.columns.0.min(first), self.columns.1.max(last));
    }

    fn cells(&self) -> u64 {
        let span = |(from, to): (u16, u16)| u64::from(to - from) + 1;
        span(self.rows) * span(self.columns)
    }
}
