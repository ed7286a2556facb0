//! A sheet's XML with some cells changed, streamed; whatever is not changed is written as it was read.

use std::collections::{BTreeMap, HashMap};
use std::io::{BufRead, Write};
use std::sync::OnceLock;

use deskmate_core::WireError;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, Writer};
use regex::Regex;

use crate::address::{CellAddress, CellRange, column_name};
use crate::formula::{CellResult, shift_formula, shown_number};
use crate::package::Position;
use crate::package::xml::{
    attribute, damaged, escape, prefix_of, refuse_doctype, with_attribute, without_attribute,
};

/// What a changed cell will hold.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum NewContent {
    /// A value.
    Value(CellResult),
    /// A formula in the form of the file, without `=`, and its value if it was computed.
    Formula(String, Option<CellResult>),
}

/// A changed cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct NewCell {
    /// Index of its format.
    pub(super) style: u32,
    /// Its content.
    pub(super) content: NewContent,
}

/// Everything that changes in one sheet.
#[derive(Debug, Default)]
pub(super) struct SheetRewrite {
    /// Rows, then columns, from 0.
    pub(super) rows: BTreeMap<u32, BTreeMap<u32, NewCell>>,
    /// Shared formulas whose first cell is replaced: its place and text. Their other cells get formulas of their own.
    pub(super) unshared: HashMap<u32, (CellAddress, String)>,
    /// Columns (from 0) that get the width of the column to their left.
    pub(super) columns_like_left: Vec<u32>,
    /// Id of the relationship of a drawing that the sheet gets; it has none yet.
    pub(super) drawing: Option<String>,
}

/// Elements that the schema wants after `drawing`.
/// Source: ECMA-376 part 1, 18.3.1.99. Controls and embedded objects stand in `AlternateContent`.
const AFTER_DRAWING: [&str; 10] = [
    "legacyDrawing",
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
    "AlternateContent",
];

const RELATIONSHIPS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

impl SheetRewrite {
    /// Adds a cell.
    pub(super) fn set(&mut self, address: CellAddress, cell: NewCell) {
        self.rows
            .entry(address.row)
            .or_default()
            .insert(address.column, cell);
    }

    fn bounds(&self) -> Option<CellRange> {
        let top = *self.rows.keys().next()?;
        let bottom = *self.rows.keys().next_back()?;
        let left = self
            .rows
            .values()
            .filter_map(|row| row.keys().next())
            .min()?;
        let right = self
            .rows
            .values()
            .filter_map(|row| row.keys().next_back())
            .max()?;
        Some(CellRange {
            top,
            left: *left,
            bottom,
            right: *right,
        })
    }

    /// Copies the sheet from `input` to `output` with the changes.
    ///
    /// # Errors
    /// `DamagedFile` when the XML is broken; the code of a write error.
    pub(super) fn run(
        &self,
        part: &str,
        input: &mut dyn BufRead,
        output: &mut dyn Write,
    ) -> Result<(), WireError> {
        let mut reader = Reader::from_reader(input);
        let mut pass = Pass {
            rewrite: self,
            out: Writer::new(output),
            prefix: String::new(),
            position: Position::default(),
            next_row: 0,
            row: None,
            cell: None,
            columns: ColumnWidths::default(),
            inside: Inside::Elsewhere,
            depth: 0,
            drawing: self.drawing.as_deref(),
            is_past_cells: false,
        };
        let mut buffer = Vec::new();
        let mut skip_depth = 0_usize;
        let mut is_root = true;
        loop {
            buffer.clear();
            let event = reader
                .read_event_into(&mut buffer)
                .map_err(|cause| damaged(part, cause))?;
            if skip_depth > 0 {
                match event {
                    Event::Start(_) => skip_depth += 1,
                    Event::End(_) => skip_depth -= 1,
                    Event::Eof => return Err(damaged(part, "it ends early")),
                    _ => {}
                }
                continue;
            }
            match event {
                Event::Eof => return Ok(()),
                Event::DocType(_) => return Err(refuse_doctype(part)),
                Event::Start(ref tag) | Event::Empty(ref tag) => {
                    let closes = matches!(event, Event::Empty(_));
                    if std::mem::take(&mut is_root) {
                        pass.prefix = prefix_of(tag.name().0).to_string();
                    }
                    pass.drawing_before(tag.local_name().as_ref())?;
                    let is_skipped = pass.element(tag, closes)?;
                    match closes {
                        true => {}
                        false if is_skipped => skip_depth = 1,
                        false => pass.depth += 1,
                    }
                }
                Event::End(ref tag) => {
                    pass.depth = pass.depth.saturating_sub(1);
                    if pass.depth == 0 {
                        pass.write_drawing()?;
                    }
                    match (pass.inside, tag.local_name().as_ref()) {
                        (Inside::Data, "row") => pass.finish_row()?,
                        (Inside::Data, "c") => pass.cell = None,
                        (Inside::Data, "sheetData") => {
                            pass.rows_before(u32::MAX)?;
                            pass.inside = Inside::Elsewhere;
                            pass.is_past_cells = true;
                        }
                        (Inside::Columns, "cols") => {
                            pass.finish_columns()?;
                            pass.inside = Inside::Elsewhere;
                        }
                        _ => {}
                    }
                    pass.write(event)?;
                }
                other => pass.write(other)?,
            }
        }
    }
}

struct Pass<'a, 'w> {
    rewrite: &'a SheetRewrite,
    out: Writer<&'w mut dyn Write>,
    prefix: String,
    position: Position,
    /// Rows of the changes below this one are written.
    next_row: u32,
    /// Changes of the row being copied that are not written yet, and the row.
    row: Option<(u32, Vec<(u32, &'a NewCell)>)>,
    cell: Option<CellAddress>,
    columns: ColumnWidths,
    inside: Inside,
    /// Elements around the next one.
    depth: usize,
    /// The drawing that is not written yet.
    drawing: Option<&'a str>,
    is_past_cells: bool,
}

/// Anchors of controls have elements `row` and `col` too, which mean something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inside {
    Columns,
    Data,
    Elsewhere,
}

#[derive(Default)]
struct ColumnWidths {
    /// Attributes of the `col` that covers the column to the left, by wanted column.
    left: HashMap<u32, String>,
    done: Vec<u32>,
}

impl<'a> Pass<'a, '_> {
    fn write(&mut self, event: Event<'_>) -> Result<(), WireError> {
        self.out
            .write_event(event)
            .map_err(crate::package::io_error)
    }

    fn text(&mut self, text: &str) -> Result<(), WireError> {
        self.out
            .get_mut()
            .write_all(text.as_bytes())
            .map_err(crate::package::io_error)
    }

    /// Writes a start or empty tag; true when the content of the element is to be left out.
    fn element(&mut self, tag: &BytesStart<'_>, closes: bool) -> Result<bool, WireError> {
        match (self.inside, tag.local_name().as_ref()) {
            (Inside::Elsewhere, "dimension") => {
                let range = attribute(tag, "ref").and_then(|r| CellRange::parse(&r));
                let text = match (range, self.rewrite.bounds()) {
                    (Some(range), Some(bounds)) => {
                        with_attribute(tag, "ref", &union(range, bounds).to_string())
                    }
                    _ => tag.to_string(),
                };
                self.tag(&text, closes)?;
            }
            (Inside::Elsewhere, "cols") if closes => {}
            (Inside::Elsewhere, "cols") => {
                self.inside = Inside::Columns;
                self.tag(tag, closes)?;
            }
            (Inside::Columns, "col") => {
                self.column(tag)?;
                self.tag(tag, closes)?;
            }
            (Inside::Elsewhere, "sheetData") if closes => {
                self.tag(tag, false)?;
                self.rows_before(u32::MAX)?;
                let name = tag.name().0.to_string();
                self.text(&format!("</{name}>"))?;
                self.is_past_cells = true;
            }
            (Inside::Elsewhere, "sheetData") => {
                self.inside = Inside::Data;
                self.tag(tag, closes)?;
            }
            (Inside::Data, "row") => self.start_row(tag, closes)?,
            (Inside::Data, "c") => return self.start_cell(tag, closes),
            (Inside::Data, "f") => return self.formula(tag, closes),
            _ => self.tag(tag, closes)?,
        }
        Ok(false)
    }

    /// Writes the drawing when an element comes that must stand after it.
    fn drawing_before(&mut self, element: &str) -> Result<(), WireError> {
        match self.is_past_cells && self.depth == 1 && AFTER_DRAWING.contains(&element) {
            true => self.write_drawing(),
            false => Ok(()),
        }
    }

    fn write_drawing(&mut self) -> Result<(), WireError> {
        let Some(id) = self.drawing.take() else {
            return Ok(());
        };
        let xml = format!(
            "<{}drawing xmlns:r=\"{RELATIONSHIPS}\" r:id=\"{id}\"/>",
            self.prefix
        );
        self.text(&xml)
    }

    fn tag(&mut self, content: &str, closes: bool) -> Result<(), WireError> {
        self.text("<")?;
        self.text(content)?;
        self.text(if closes { "/>" } else { ">" })
    }

    fn start_row(&mut self, tag: &BytesStart<'_>, closes: bool) -> Result<(), WireError> {
        self.position.start_row(tag);
        let number = self.position.row();
        self.rows_before(number)?;
        self.next_row = number + 1;
        let Some(cells) = self.rewrite.rows.get(&number) else {
            return self.tag(tag, closes);
        };
        self.row = Some((number, cells.iter().map(|(c, cell)| (*c, cell)).collect()));
        // `spans` only speeds reading up; a wrong one is a fault, none is not.
        let content = without_attribute(tag, "spans");
        self.tag(&content, false)?;
        if closes {
            self.finish_row()?;
            let name = tag.name().0.to_string();
            self.text(&format!("</{name}>"))?;
        }
        Ok(())
    }

    fn finish_row(&mut self) -> Result<(), WireError> {
        self.cells_before(u32::MAX)?;
        self.row = None;
        Ok(())
    }

    fn start_cell(&mut self, tag: &BytesStart<'_>, closes: bool) -> Result<bool, WireError> {
        let address = self.position.start_cell(tag);
        self.cells_before(address.column)?;
        if let Some((_, pending)) = &mut self.row
            && pending
                .first()
                .is_some_and(|(column, _)| *column == address.column)
        {
            let (_, cell) = pending.remove(0);
            let xml = cell_xml(&self.prefix, address, cell);
            self.text(&xml)?;
            return Ok(true);
        }
        self.cell = (!closes).then_some(address);
        self.tag(tag, closes)?;
        Ok(false)
    }

    fn formula(&mut self, tag: &BytesStart<'_>, closes: bool) -> Result<bool, WireError> {
        let shared = attribute(tag, "t").is_some_and(|kind| kind == "shared");
        let index = attribute(tag, "si").and_then(|si| si.parse::<u32>().ok());
        let first = index
            .filter(|_| shared)
            .and_then(|index| self.rewrite.unshared.get(&index));
        if let (Some((first, text)), Some(cell)) = (first, self.cell) {
            let moved = shift_formula(
                text,
                i64::from(cell.row) - i64::from(first.row),
                i64::from(cell.column) - i64::from(first.column),
            );
            let prefix = &self.prefix;
            let xml = format!("<{prefix}f>{}</{prefix}f>", escape(&moved));
            self.text(&xml)?;
            return Ok(true);
        }
        self.tag(tag, closes)?;
        Ok(false)
    }

    /// Writes the changed rows above a row that the sheet does not have.
    fn rows_before(&mut self, row: u32) -> Result<(), WireError> {
        if self.next_row >= row {
            return Ok(());
        }
        let rewrite = self.rewrite;
        for (number, cells) in rewrite.rows.range(self.next_row..row) {
            let prefix = self.prefix.clone();
            let mut xml = format!("<{prefix}row r=\"{}\">", number + 1);
            for (column, cell) in cells {
                xml.push_str(&cell_xml(&prefix, CellAddress::new(*number, *column), cell));
            }
            xml.push_str(&format!("</{prefix}row>"));
            self.text(&xml)?;
        }
        self.next_row = row;
        Ok(())
    }

    /// Writes the changed cells left of a column in the row of the moment.
    fn cells_before(&mut self, column: u32) -> Result<(), WireError> {
        let Some((row, pending)) = &mut self.row else {
            return Ok(());
        };
        let row = *row;
        let count = pending.iter().take_while(|(c, _)| *c < column).count();
        let due: Vec<(u32, &'a NewCell)> = pending.drain(..count).collect();
        for (column, cell) in due {
            let xml = cell_xml(&self.prefix, CellAddress::new(row, column), cell);
            self.text(&xml)?;
        }
        Ok(())
    }

    fn column(&mut self, tag: &BytesStart<'_>) -> Result<(), WireError> {
        let number = |name: &str| attribute(tag, name).and_then(|n| n.parse::<u32>().ok());
        let (Some(min), Some(max)) = (number("min"), number("max")) else {
            return Ok(());
        };
        for column in self.rewrite.columns_like_left.clone() {
            // Columns of the XML count from 1: `column` is there the number of the column to the left.
            if (min..=max).contains(&(column + 1)) {
                self.columns.done.push(column);
            } else if min > column + 1 {
                self.insert_column(column)?;
            } else if (min..=max).contains(&column) {
                let own = (column + 1).to_string();
                let with_min =
                    BytesStart::from_content(with_attribute(tag, "min", &own), tag.name().0.len());
                self.columns
                    .left
                    .insert(column, with_attribute(&with_min, "max", &own));
            }
        }
        Ok(())
    }

    fn insert_column(&mut self, column: u32) -> Result<(), WireError> {
        if self.columns.done.contains(&column) {
            return Ok(());
        }
        self.columns.done.push(column);
        match self.columns.left.remove(&column) {
            Some(content) => self.tag(content.trim_end(), true),
            None => Ok(()),
        }
    }

    fn finish_columns(&mut self) -> Result<(), WireError> {
        for column in self.rewrite.columns_like_left.clone() {
            self.insert_column(column)?;
        }
        Ok(())
    }
}

fn union(a: CellRange, b: CellRange) -> CellRange {
    CellRange {
        top: a.top.min(b.top),
        left: a.left.min(b.left),
        bottom: a.bottom.max(b.bottom),
        right: a.right.max(b.right),
    }
}

/// The XML of a cell.
pub(super) fn cell_xml(prefix: &str, address: CellAddress, cell: &NewCell) -> String {
    let place = format!("{}{}", column_name(address.column), address.row + 1);
    let style = match cell.style {
        0 => String::new(),
        style => format!(" s=\"{style}\""),
    };
    let start = format!("<{prefix}c r=\"{place}\"{style}");
    let end = format!("</{prefix}c>");
    match &cell.content {
        NewContent::Value(CellResult::Blank) => format!("{start}/>"),
        // An inline text leaves the shared strings of the workbook as they are.
        NewContent::Value(CellResult::Text(text)) => format!(
            "{start} t=\"inlineStr\"><{prefix}is><{prefix}t xml:space=\"preserve\">{}</{prefix}t></{prefix}is>{end}",
            cell_text(text)
        ),
        NewContent::Value(value) => {
            let (kind, text) = stored(value);
            format!("{start}{kind}><{prefix}v>{text}</{prefix}v>{end}")
        }
        NewContent::Formula(formula, value) => {
            let formula = format!("<{prefix}f>{}</{prefix}f>", escape(formula));
            match value {
                None => format!("{start}>{formula}{end}"),
                Some(CellResult::Blank) => {
                    format!("{start}>{formula}<{prefix}v>0</{prefix}v>{end}")
                }
                Some(value) => {
                    let (kind, text) = stored(value);
                    format!("{start}{kind}>{formula}<{prefix}v>{text}</{prefix}v>{end}")
                }
            }
        }
    }
}

fn stored(value: &CellResult) -> (&'static str, String) {
    match value {
        CellResult::Blank => ("", String::new()),
        CellResult::Number(number) => ("", shown_number(*number)),
        CellResult::Text(text) => (" t=\"str\"", cell_text(text)),
        CellResult::Bool(value) => (" t=\"b\"", u8::from(*value).to_string()),
        CellResult::Error(error) => (" t=\"e\"", escape(error)),
    }
}

/// Text of a cell: line breaks stay, and what looks like the escape of a character is escaped itself.
fn cell_text(text: &str) -> String {
    let text: String = text.chars().take(32_767).collect();
    static ESCAPE: OnceLock<Regex> = OnceLock::new();
    let escape_of_character = ESCAPE
        .get_or_init(|| Regex::new("_(x[0-9A-Fa-f]{4}_)").expect("the pattern is a constant"));
    escape(&escape_of_character.replace_all(&text, "_x005F_$1"))
        .replace("&#10;", "\n")
        .replace("&#9;", "\t")
        .replace("&#13;", "")
}
