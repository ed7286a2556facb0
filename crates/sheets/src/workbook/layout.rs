//! What the cell reader does not tell: merged regions, hidden rows and columns, formulas, defined tables.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::skim::Skim;
use super::{Cell, DefinedTable, MAX_MERGED, Sheet, Value};
use crate::address::MAX_COLUMN;
use crate::{CellAddress, CellRange, Error};

/// Bytes that one part may unpack to; a sheet of a million rows and 20 columns has some 900 MB.
const MAX_PART_BYTES: u64 = 1 << 30;
/// Bytes that a small part (relations, a table's definition) may unpack to.
const MAX_SMALL_PART_BYTES: u64 = 8 << 20;
/// Unpacked ÷ packed above which a large entry is a bomb and not a sheet.
const MAX_RATIO: u64 = 200;
const MAX_ENTRIES: usize = 10_000;
/// Formulas kept of a sheet.
const MAX_FORMULAS: usize = 500_000;

/// The parts of an xlsx file.
pub(super) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// Sheet name to part name, filled on first use.
    sheets: Option<HashMap<String, String>>,
}

impl<'a> Package<'a> {
    /// Opens the archive and refuses bombs.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, Error> {
        if bytes.is_empty() {
            return Err(Error::DamagedWorkbook("the file is empty".into()));
        }
        let mut archive = ZipArchive::new(Cursor::new(bytes))
            .map_err(|error| Error::DamagedWorkbook(error.to_string()))?;
        if archive.len() > MAX_ENTRIES {
            return Err(Error::DamagedWorkbook("it has too many parts".into()));
        }
        for index in 0..archive.len() {
            let entry = archive
                .by_index_raw(index)
                .map_err(|error| Error::DamagedWorkbook(error.to_string()))?;
            let (size, packed) = (entry.size(), entry.compressed_size().max(1));
            if size > MAX_PART_BYTES || (size > 1 << 20 && size / packed > MAX_RATIO) {
                return Err(Error::DamagedWorkbook(
                    "a part of it unpacks to far more than its size".into(),
                ));
            }
        }
        Ok(Self {
            archive,
            sheets: None,
        })
    }

    /// True when one of the parts is a workbook.
    pub(super) fn has_workbook(&self) -> bool {
        self.archive
            .file_names()
            .any(|name| name.is_ok_and(|name| name.eq_ignore_ascii_case("xl/workbook.xml")))
    }

    fn small(&mut self, name: &str) -> Option<String> {
        let entry = self.archive.by_name(name).ok()?;
        let mut text = Vec::new();
        entry
            .take(MAX_SMALL_PART_BYTES)
            .read_to_end(&mut text)
            .ok()?;
        Some(String::from_utf8_lossy(&text).into_owned())
    }

    fn part_of(&mut self, sheet: &str) -> Option<String> {
        if self.sheets.is_none() {
            self.sheets = Some(self.sheet_parts());
        }
        self.sheets.as_ref()?.get(sheet).cloned()
    }

    fn sheet_parts(&mut self) -> HashMap<String, String> {
        let relations = self.relations("xl/_rels/workbook.xml.rels", "xl/");
        let mut parts = HashMap::new();
        let text = self.small("xl/workbook.xml").unwrap_or_default();
        each_element(text.as_bytes(), |element| {
            if local(element) == "sheet" {
                let target = attribute(element, "id").and_then(|id| relations.get(&id).cloned());
                if let (Some(name), Some(target)) = (attribute(element, "name"), target) {
                    parts.insert(name, target);
                }
            }
        });
        parts
    }

    /// Targets by relation id, as names of parts.
    fn relations(&mut self, part: &str, folder: &str) -> HashMap<String, String> {
        let mut found = HashMap::new();
        let text = self.small(part).unwrap_or_default();
        each_element(text.as_bytes(), |element| {
            if local(element) == "Relationship" {
                // Links to outside are never followed.
                if attribute(element, "TargetMode").is_some_and(|mode| mode == "External") {
                    return;
                }
                if let (Some(id), Some(target)) =
                    (attribute(element, "Id"), attribute(element, "Target"))
                {
                    found.insert(id, resolve(folder, &target));
                }
            }
        });
        found
    }
}

/// A target beside a folder: `../tables/table1.xml` beside `xl/worksheets/` is `xl/tables/table1.xml`.
fn resolve(folder: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            ".." => {
                parts.pop();
            }
            "." | "" => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}

fn local<'e>(element: &'e BytesStart<'_>) -> &'e str {
    let name: &str = element.name().into_inner();
    name.rsplit(':').next().unwrap_or(name)
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    element.attributes().flatten().find_map(|attribute| {
        let key: &str = attribute.key.into_inner();
        let key = key.rsplit(':').next().unwrap_or(key);
        (key == name).then(|| {
            attribute
                .normalized_value(quick_xml::XmlVersion::Implicit1_0)
                .map(|value| value.into_owned())
                .unwrap_or_default()
        })
    })
}

fn lenient<R: BufRead>(source: R) -> Reader<R> {
    let mut reader = Reader::from_reader(source);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    reader
}

/// Calls `visit` with every start of an element; broken XML ends the walk.
fn each_element(text: &[u8], mut visit: impl FnMut(&BytesStart<'_>)) {
    let mut reader = lenient(text);
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(element) | Event::Empty(element)) => visit(&element),
            Ok(Event::Eof) | Err(_) => return,
            Ok(_) => {}
        }
    }
}

/// Adds to a sheet what its part says beside the cells.
pub(super) fn read(package: &mut Package<'_>, sheet: &mut Sheet) -> Result<(), Error> {
    let Some(part) = package.part_of(&sheet.name) else {
        return Ok(());
    };
    let mut formulas = Vec::new();
    {
        let Ok(entry) = package.archive.by_name(&part) else {
            return Ok(());
        };
        let rows = Skim::new(entry.take(MAX_PART_BYTES));
        let mut reader = lenient(BufReader::with_capacity(1 << 16, rows));
        walk(&mut reader, sheet, &mut formulas)?;
    }
    place_formulas(sheet, formulas);
    read_tables(package, &part, sheet);
    Ok(())
}

struct Formula {
    cell: CellAddress,
    shared: Option<usize>,
    text: String,
}

fn walk<R: BufRead>(
    reader: &mut Reader<R>,
    sheet: &mut Sheet,
    formulas: &mut Vec<Formula>,
) -> Result<(), Error> {
    let mut buffer = Vec::new();
    let (mut row, mut column): (u32, u32) = (0, 0);
    // Only a cell with a formula needs its address: reading it of every cell would take as long as all the rest.
    let mut cell = String::new();
    let mut open: Option<Formula> = None;
    loop {
        buffer.clear();
        let event = reader
            .read_event_into(&mut buffer)
            .map_err(|error| Error::DamagedWorkbook(error.to_string()))?;
        let (element, is_empty) = match event {
            Event::Start(element) => (element, false),
            Event::Empty(element) => (element, true),
            Event::Text(text) => {
                if let Some(formula) = &mut open {
                    formula.text.push_str(&text.into_inner());
                }
                continue;
            }
            Event::GeneralRef(reference) => {
                if let Some(formula) = &mut open {
                    formula.text.push_str(match &*reference.into_inner() {
                        "lt" => "<",
                        "gt" => ">",
                        "quot" => "\"",
                        "apos" => "'",
                        _ => "&",
                    });
                }
                continue;
            }
            Event::End(_) => {
                if let Some(formula) = open.take()
                    && formulas.len() < MAX_FORMULAS
                {
                    formulas.push(formula);
                }
                continue;
            }
            Event::Eof => return Ok(()),
            Event::Comment(_)
            | Event::CData(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_) => continue,
        };
        match local(&element) {
            "c" => {
                cell.clear();
                cell.push_str(element.attributes_raw());
                column += 1;
            }
            "row" => {
                let number = attribute(&element, "r").and_then(|number| number.parse::<u32>().ok());
                row = number.map_or(row + 1, |number| number.saturating_sub(1));
                column = 0;
                if is_true(&element, "hidden") {
                    sheet.hidden_rows.push(row);
                }
            }
            "f" => {
                let shared = attribute(&element, "si").and_then(|index| index.parse().ok());
                let place = cell_address(&cell)
                    .unwrap_or_else(|| CellAddress::new(row, column.saturating_sub(1)));
                column = place.column + 1;
                let formula = Formula {
                    cell: place,
                    shared,
                    text: String::new(),
                };
                if is_empty {
                    formulas.push(formula);
                } else {
                    open = Some(formula);
                }
            }
            "col" if is_true(&element, "hidden") => {
                let number = |name| {
                    attribute(&element, name)
                        .and_then(|text| text.parse::<u32>().ok())
                        .and_then(|number| number.checked_sub(1))
                };
                if let (Some(first), Some(last)) = (number("min"), number("max")) {
                    sheet.hidden_columns.push((first, last.min(MAX_COLUMN)));
                }
            }
            "mergeCell" if sheet.merged.len() < MAX_MERGED => {
                let region = attribute(&element, "ref").and_then(|text| CellRange::parse(&text));
                sheet
                    .merged
                    .extend(region.filter(|region| region.cells() > 1));
            }
            _ => {}
        }
    }
}

/// The address in the raw attributes of a cell: ` r="B2" s="1"`.
fn cell_address(attributes: &str) -> Option<CellAddress> {
    let at = attributes
        .find(" r=")
        .map(|at| at + 3)
        .or_else(|| attributes.starts_with("r=").then_some(2))?;
    let rest = attributes.get(at + 1..)?;
    CellAddress::parse(rest.split(['"', '\'']).next()?)
}

fn is_true(element: &BytesStart<'_>, name: &str) -> bool {
    attribute(element, name).is_some_and(|value| value == "1" || value == "true")
}

/// Puts formulas into their cells; a shared one is written once in the file and moved for the others.
fn place_formulas(sheet: &mut Sheet, formulas: Vec<Formula>) {
    let mut shared: HashMap<usize, (CellAddress, String)> = HashMap::new();
    let mut without_value = Vec::new();
    for formula in formulas {
        let text = match formula.shared {
            Some(index) if formula.text.is_empty() => {
                shared.get(&index).and_then(|(from, text)| {
                    calamine::expand_shared_formula(
                        text,
                        (from.row, from.column),
                        (formula.cell.row, formula.cell.column),
                    )
                    .ok()
                })
            }
            Some(index) => {
                shared.insert(index, (formula.cell, formula.text.clone()));
                Some(formula.text)
            }
            None => Some(formula.text),
        };
        let Some(text) = text.filter(|text| !text.is_empty()) else {
            continue;
        };
        let place = (formula.cell.row, formula.cell.column);
        let found = sheet
            .cells
            .binary_search_by_key(&place, |cell| (cell.row, cell.column));
        match found {
            Ok(index) => sheet.cells[index].formula = Some(text.into()),
            Err(_) => without_value.push(Cell {
                row: formula.cell.row,
                column: formula.cell.column,
                value: Value::Empty,
                format: None,
                formula: Some(text.into()),
            }),
        }
    }
    sheet.cells.append(&mut without_value);
}

fn read_tables(package: &mut Package<'_>, part: &str, sheet: &mut Sheet) {
    let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
    let relations = package.relations(
        &format!("{folder}/_rels/{file}.rels"),
        &format!("{folder}/"),
    );
    let mut targets: Vec<String> = relations
        .into_values()
        .filter(|target| target.contains("tables/"))
        .collect();
    targets.sort();
    for target in targets {
        let Some(text) = package.small(&target) else {
            continue;
        };
        each_element(text.as_bytes(), |element| {
            if local(element) != "table" {
                return;
            }
            let rows = |name: &str, default| {
                attribute(element, name)
                    .and_then(|count| count.parse().ok())
                    .unwrap_or(default)
            };
            let range = attribute(element, "ref").and_then(|text| CellRange::parse(&text));
            if let Some(range) = range {
                sheet.tables.push(DefinedTable {
                    name: attribute(element, "displayName").unwrap_or_default(),
                    range,
                    header_rows: rows("headerRowCount", 1).min(1),
                    totals_rows: rows("totalsRowCount", 0).min(1),
                });
            }
        });
    }
    sheet
        .tables
        .sort_by_key(|table| (table.range.top, table.range.left));
}
