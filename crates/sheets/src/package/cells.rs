//! The cells of a sheet as its XML gives them, streamed: value, style, and the formula with its kind.

use std::io::BufRead;

use deskmate_core::WireError;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::xml::{attribute, damaged, is_true, refuse_doctype, resolve_reference};
use crate::address::{CellAddress, CellRange, MAX_COLUMN, MAX_ROW};

/// A formula of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CellFormula {
    /// Its own formula.
    Plain(String),
    /// The first cell of a shared formula: number, text.
    SharedFirst(u32, String),
    /// Another cell of a shared formula.
    SharedNext(u32),
    /// The first cell of an array formula over this range.
    Array(CellRange, String),
    /// A what-if table over this range.
    DataTable(CellRange),
}

/// A cell of the XML.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RawCell {
    /// Where.
    pub(crate) address: CellAddress,
    /// Index of its format, 0 when it names none.
    pub(crate) style: u32,
    /// Type attribute: `n`, `s`, `str`, `inlineStr`, `b`, `e`, `d`.
    pub(crate) kind: String,
    /// Value, or inline text; `None` without either.
    pub(crate) value: Option<String>,
    /// Formula.
    pub(crate) formula: Option<CellFormula>,
}

impl RawCell {
    /// Whether something is written in the cell.
    pub(crate) fn is_filled(&self) -> bool {
        self.formula.is_some() || self.value.as_deref().is_some_and(|value| !value.is_empty())
    }

    /// Its value as a person reads it; `strings` are the shared strings.
    pub(crate) fn shown(&self, strings: &[String]) -> String {
        let value = self.value.as_deref().unwrap_or_default();
        match self.kind.as_str() {
            "s" => value
                .trim()
                .parse::<usize>()
                .ok()
                .and_then(|index| strings.get(index))
                .cloned()
                .unwrap_or_default(),
            "b" if value == "1" => "TRUE".to_string(),
            "b" => "FALSE".to_string(),
            _ => value.to_string(),
        }
    }
}

/// What a sheet holds, in document order.
pub(crate) enum SheetItem<'a> {
    /// A cell with content or format.
    Cell(&'a RawCell),
    /// A merged range.
    Merge(CellRange),
    /// The sheet is protected.
    Protected,
    /// Id of the relationship of a table.
    Table(String),
    /// Id of the relationship of the drawing.
    Drawing(String),
    /// The local name and namespace declaration of the root.
    Root {
        /// `worksheet` for a sheet of cells.
        name: &'a str,
        /// Written in the strict dialect.
        is_strict: bool,
    },
}

/// Reads a sheet; the visitor stops it by returning an error.
///
/// # Errors
/// `DamagedFile` when the XML is broken; the visitor's own.
pub(crate) fn read_sheet(
    input: impl BufRead,
    part: &str,
    mut visit: impl FnMut(SheetItem<'_>) -> Result<(), WireError>,
) -> Result<(), WireError> {
    let mut reader = Reader::from_reader(input);
    let mut buffer = Vec::new();
    let mut position = Position::default();
    let mut cell: Option<RawCell> = None;
    let mut text: Option<String> = None;
    let mut formula: Option<(FormulaKind, String)> = None;
    let mut is_root = true;
    let mut phonetic = 0_usize;
    loop {
        buffer.clear();
        let event = reader
            .read_event_into(&mut buffer)
            .map_err(|cause| damaged(part, cause))?;
        match event {
            Event::Start(ref tag) | Event::Empty(ref tag) => {
                let closes = matches!(event, Event::Empty(_));
                if std::mem::take(&mut is_root) {
                    visit(SheetItem::Root {
                        name: tag.local_name().as_ref(),
                        is_strict: tag.contains("purl.oclc.org/ooxml"),
                    })?;
                }
                match tag.local_name().as_ref() {
                    "row" => position.start_row(tag),
                    "c" => {
                        let started = RawCell {
                            address: position.start_cell(tag),
                            style: attribute(tag, "s")
                                .and_then(|s| s.parse().ok())
                                .unwrap_or(0),
                            kind: attribute(tag, "t").unwrap_or_else(|| "n".to_string()),
                            value: None,
                            formula: None,
                        };
                        if started.address.row > MAX_ROW || started.address.column > MAX_COLUMN {
                            return Err(damaged(part, "a cell lies outside of the sheet"));
                        }
                        if closes {
                            visit(SheetItem::Cell(&started))?;
                        } else {
                            cell = Some(started);
                        }
                    }
                    "v" | "t" if cell.is_some() && phonetic == 0 => {
                        text = (!closes).then(String::new);
                    }
                    "rPh" if !closes => phonetic += 1,
                    "f" if cell.is_some() => {
                        let kind = FormulaKind::of(tag);
                        if closes {
                            if let Some(cell) = &mut cell {
                                cell.formula = kind.with_text(String::new());
                            }
                        } else {
                            formula = Some((kind, String::new()));
                        }
                    }
                    "mergeCell" => {
                        if let Some(range) =
                            attribute(tag, "ref").and_then(|r| CellRange::parse(&r))
                        {
                            visit(SheetItem::Merge(range))?;
                        }
                    }
                    "sheetProtection" if is_true(tag, "sheet") => visit(SheetItem::Protected)?,
                    "drawing" => {
                        if let Some(id) = attribute(tag, "id") {
                            visit(SheetItem::Drawing(id))?;
                        }
                    }
                    "tablePart" => {
                        if let Some(id) = attribute(tag, "id") {
                            visit(SheetItem::Table(id))?;
                        }
                    }
                    _ => {}
                }
            }
            Event::End(tag) => match tag.local_name().as_ref() {
                "c" => {
                    if let Some(cell) = cell.take() {
                        visit(SheetItem::Cell(&cell))?;
                    }
                }
                "v" | "t" => {
                    if let (Some(cell), Some(text)) = (&mut cell, text.take()) {
                        // Rich inline text comes in several pieces.
                        cell.value.get_or_insert_default().push_str(&text);
                    }
                }
                "rPh" => phonetic = phonetic.saturating_sub(1),
                "f" => {
                    if let (Some(cell), Some((kind, text))) = (&mut cell, formula.take()) {
                        cell.formula = kind.with_text(text);
                    }
                }
                _ => {}
            },
            Event::Text(piece) => append(&mut formula, &mut text, &piece),
            Event::CData(piece) => append(&mut formula, &mut text, &piece),
            Event::GeneralRef(name) => {
                append(&mut formula, &mut text, &resolve_reference(&name));
            }
            Event::DocType(_) => return Err(refuse_doctype(part)),
            Event::Eof => return Ok(()),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
}

fn append(formula: &mut Option<(FormulaKind, String)>, text: &mut Option<String>, piece: &str) {
    if let Some((_, formula)) = formula {
        formula.push_str(piece);
    } else if let Some(text) = text {
        text.push_str(piece);
    }
}

/// Rows and cells may leave their address out; they then follow the one before.
#[derive(Debug, Default)]
pub(crate) struct Position {
    /// Number of the row, from 1; 0 before the first.
    row: u32,
    /// Column of the next cell, from 0.
    next_column: u32,
}

impl Position {
    /// Moves to a row.
    pub(crate) fn start_row(&mut self, tag: &BytesStart<'_>) {
        self.row = attribute(tag, "r")
            .and_then(|r| r.trim().parse().ok())
            .unwrap_or(self.row + 1);
        self.next_column = 0;
    }

    /// Moves to a cell and returns where it is.
    pub(crate) fn start_cell(&mut self, tag: &BytesStart<'_>) -> CellAddress {
        // The row element decides the row: writers that disagree with themselves are read by it.
        if let Some(address) = attribute(tag, "r").and_then(|r| CellAddress::parse(&r)) {
            self.next_column = address.column;
        }
        let address = CellAddress::new(self.row.saturating_sub(1), self.next_column);
        self.next_column += 1;
        address
    }

    /// The row of the moment, from 0.
    pub(crate) fn row(&self) -> u32 {
        self.row.saturating_sub(1)
    }
}

enum FormulaKind {
    Plain,
    Shared(u32),
    Array(CellRange),
    DataTable(CellRange),
}

impl FormulaKind {
    fn of(tag: &BytesStart<'_>) -> Self {
        let range = attribute(tag, "ref").and_then(|r| CellRange::parse(&r));
        match (attribute(tag, "t").as_deref(), range) {
            (Some("shared"), _) => Self::Shared(
                attribute(tag, "si")
                    .and_then(|si| si.parse().ok())
                    .unwrap_or(0),
            ),
            (Some("array"), Some(range)) => Self::Array(range),
            (Some("dataTable"), Some(range)) => Self::DataTable(range),
            _ => Self::Plain,
        }
    }

    fn with_text(self, text: String) -> Option<CellFormula> {
        match self {
            Self::Plain if text.is_empty() => None,
            Self::Plain => Some(CellFormula::Plain(text)),
            Self::Shared(index) if text.is_empty() => Some(CellFormula::SharedNext(index)),
            Self::Shared(index) => Some(CellFormula::SharedFirst(index, text)),
            Self::Array(range) => Some(CellFormula::Array(range, text)),
            Self::DataTable(range) => Some(CellFormula::DataTable(range)),
        }
    }
}
