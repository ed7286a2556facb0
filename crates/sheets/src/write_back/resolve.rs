//! From edits to the parts that change.

mod value_column;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use deskmate_core::{CancelToken, ErrorCode, WireError};

use super::drawn::DrawnSeries;
use super::edit::{CellEdits, Change, Edit, FormulaColumn, PartChangeNote, PartFate};
use super::native_table::grown_table;
use super::result_sheet::cell_value;
use super::scan::{Scan, strict};
use super::sheet_rewrite::{NewCell, NewContent, SheetRewrite};
use super::styles::StyleBook;
use crate::address::{CellAddress, CellRange, MAX_COLUMN, MAX_ROW};
use crate::formula::{
    CellResult, ColumnFormula, Engine, Language, compute_column, file_formula, find_problems,
    references_of, shift_formula,
};
use crate::output::OutputValue;
use crate::package::xml;
use crate::package::{Outline, Package, SheetEntry, read_shared_strings, relationships, rels_part};

/// Edits worked out.
pub(super) struct Resolved {
    /// Sheets rewritten as they stream.
    pub(super) sheets: BTreeMap<String, SheetRewrite>,
    /// Other parts: new content, or none when they go.
    pub(super) contents: BTreeMap<String, Option<String>>,
    /// Parts of `contents` that are new.
    pub(super) added: Vec<String>,
    /// Every cell before and after.
    pub(super) changes: Vec<Change>,
    /// What the user should know.
    pub(super) notes: Vec<String>,
    /// The series of each chart of ranges.
    pub(super) charts: Vec<Vec<DrawnSeries>>,
    /// A password guards writing into the file.
    pub(super) is_write_reserved: bool,
}

impl Resolved {
    /// The parts that do not stay.
    pub(super) fn part_notes(&self) -> Vec<PartChangeNote> {
        let mut notes: Vec<PartChangeNote> = self
            .sheets
            .keys()
            .map(|part| PartChangeNote {
                part: part.clone(),
                fate: PartFate::Changed,
            })
            .chain(self.contents.iter().map(|(part, content)| PartChangeNote {
                part: part.clone(),
                fate: match content {
                    None => PartFate::Removed,
                    Some(_) if self.added.contains(part) => PartFate::Added,
                    Some(_) => PartFate::Changed,
                },
            }))
            .collect();
        notes.sort_by(|a, b| a.part.cmp(&b.part));
        notes
    }
}

/// Works the edits out.
///
/// # Errors
/// See [`super::plan`].
pub(super) fn resolve(
    bytes: Arc<[u8]>,
    edits: &[Edit],
    cancel: &CancelToken,
) -> Result<Resolved, WireError> {
    if edits.is_empty() {
        return Err(WireError::new(
            ErrorCode::InvalidInput,
            "there is nothing to change",
        ));
    }
    let mut package = Package::open(Arc::clone(&bytes))?;
    let outline = Outline::read(&mut package)?;
    check_workbook(&package, &outline)?;
    let styles = match outline.part_of_kind("styles") {
        Some(rel) => match package.optional_text(&rel.target)? {
            Some(text) => Some(StyleBook::read(&rel.target, text)?),
            None => None,
        },
        None => None,
    };
    let mut work = Work {
        package,
        outline,
        styles,
        strings: None,
        scans: HashMap::new(),
        drawings: HashMap::new(),
        cells: Vec::new(),
        resolved: Resolved {
            sheets: BTreeMap::new(),
            contents: BTreeMap::new(),
            added: Vec::new(),
            changes: Vec::new(),
            notes: Vec::new(),
            charts: Vec::new(),
            is_write_reserved: false,
        },
        touches_formulas: false,
    };
    work.resolved.is_write_reserved = work.outline.is_write_reserved;
    let mut columns = Vec::new();
    for edit in edits {
        match edit {
            Edit::FormulaColumn(column) => columns.push(work.formula_column(column)?),
            Edit::ValueColumn(column) => work.value_column(column)?,
            Edit::Cells(cells) => work.cell_edits(cells)?,
            Edit::ResultSheet(_) | Edit::Chart(_) => {}
        }
        if cancel.is_cancelled() {
            return Err(WireError::cancelled());
        }
    }
    work.compute(&bytes, &columns, cancel)?;
    work.set_cells()?;
    work.add_sheets(edits)?;
    work.finish()
}

fn check_workbook(package: &Package, outline: &Outline) -> Result<(), WireError> {
    if outline.is_strict {
        return Err(strict());
    }
    if package
        .part_names()
        .any(|part| part.starts_with("_xmlsignatures/"))
    {
        return Err(WireError::new(
            ErrorCode::UnsupportedFormat,
            "the workbook is digitally signed, and any change would break the signature",
        )
        .with_hint("take the signature off, or copy the sheet into a new workbook"));
    }
    Ok(())
}

/// A header as the column of a native table may have it.
fn one_line(header: &str) -> String {
    header.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Formats that the result of a calculation does not take over: a formula in a text cell turns into text when it is
/// touched, and the days between two dates are no date.
fn is_text_or_date(format: &str) -> bool {
    let built_in = format
        .strip_prefix('#')
        .and_then(|id| id.parse::<u32>().ok());
    format == "@"
        || built_in.is_some_and(|id| (14..=22).contains(&id) || (27..=58).contains(&id))
        // Colours and conditions stand in brackets.
        || format
            .to_lowercase()
            .split(['[', ']'])
            .step_by(2)
            .any(|piece| piece.contains(['y', 'd', 'h']))
}

/// A cell that will change.
struct PlannedCell {
    sheet: SheetEntry,
    address: CellAddress,
    content: NewContent,
    /// Number format, `None` to keep that of the cell or its neighbour.
    format: Option<String>,
    /// Cell whose look it takes when it has none of its own.
    like: Option<CellAddress>,
    /// Whether what it holds may go.
    may_replace: bool,
}

/// A formula column with its place found.
struct PlacedColumn {
    sheet: String,
    column: u32,
    rows: Vec<u32>,
    formula: String,
}

/// Edits on their way to parts.
pub(super) struct Work {
    pub(super) package: Package,
    pub(super) outline: Outline,
    pub(super) styles: Option<StyleBook>,
    pub(super) strings: Option<Vec<String>>,
    scans: HashMap<String, Scan>,
    /// Drawings given to sheets that had none, by the parts of both.
    pub(super) drawings: HashMap<String, String>,
    cells: Vec<PlannedCell>,
    pub(super) resolved: Resolved,
    pub(super) touches_formulas: bool,
}

impl Work {
    pub(super) fn scan(&mut self, sheet: &SheetEntry) -> Result<&Scan, WireError> {
        if !self.scans.contains_key(&sheet.part) {
            let scan = Scan::read(&mut self.package, &sheet.part, &sheet.name)?;
            self.scans.insert(sheet.part.clone(), scan);
        }
        Ok(&self.scans[&sheet.part])
    }

    fn formula_column(&mut self, edit: &FormulaColumn) -> Result<PlacedColumn, WireError> {
        let sheet = self.outline.sheet(&edit.sheet)?.clone();
        let table = edit.table;
        let scan = self.scan(&sheet)?;
        let column = match edit.column {
            Some(column) => column,
            None => scan.empty_column(table.right + 1, table.top, table.bottom),
        };
        if column > MAX_COLUMN || table.bottom > MAX_ROW {
            return Err(WireError::new(
                ErrorCode::InvalidInput,
                format!("there is no free column beside {table}"),
            ));
        }
        // A table may be named to the last row of the sheet; formulas go as far as there is something.
        let last = scan.last_filled_row(table.left, table.right).unwrap_or(0);
        let placed = ColumnFormula {
            sheet: sheet.name.clone(),
            table: CellRange {
                bottom: table.bottom.min(last),
                ..table
            },
            column,
            formula: edit.formula.clone(),
            skip_rows: edit.skip_rows.clone(),
        };
        let rows = placed.rows();
        let formula = placed.first_formula();
        if rows.is_empty() {
            return Err(WireError::new(
                ErrorCode::InvalidInput,
                format!("the table {table} has no rows for a formula"),
            ));
        }
        let language = Language::of(&format!("{}{}", edit.header, edit.sheet));
        if let Some(problem) = find_problems(&formula).iter().find(|p| p.is_fatal()) {
            return Err(WireError::new(
                ErrorCode::InvalidInput,
                problem.explain(language),
            ));
        }
        // A column of the table that is filled keeps the header that it has.
        let has_header =
            column <= table.right && scan.is_filled(CellAddress::new(table.top, column));
        // A column that is begun goes on looking as it begins.
        let begun = CellAddress::new(table.top + 1, column);
        let is_begun = scan.is_filled(begun) && !rows.contains(&begun.row);
        let style_of_begun = scan.style(begun).filter(|_| is_begun);
        let style_of_first = references_of(&formula)
            .iter()
            .filter(|reference| reference.sheet.is_none())
            .find_map(|reference| {
                let column = reference.columns()?.0 - 1;
                let row = reference.rows().map_or(rows[0], |(first, _)| first - 1);
                scan.style(CellAddress::new(row, column))
            });
        let format = edit.number_format.clone().or_else(|| {
            let styles = self.styles.as_ref()?;
            let of_begun = style_of_begun.map(|style| styles.number_format(style));
            of_begun.or_else(|| {
                style_of_first
                    .map(|style| styles.number_format(style))
                    .filter(|format| !is_text_or_date(format))
            })
        });
        let left = column.checked_sub(1);
        let header = one_line(&edit.header);
        if !has_header {
            self.cells.push(PlannedCell {
                address: CellAddress::new(table.top, column),
                content: NewContent::Value(CellResult::Text(header.clone())),
                format: None,
                like: left.map(|left| CellAddress::new(table.top, left)),
                may_replace: true,
                sheet: sheet.clone(),
            });
        }
        for row in &rows {
            let text = shift_formula(&formula, i64::from(*row) - i64::from(rows[0]), 0);
            self.cells.push(PlannedCell {
                address: CellAddress::new(*row, column),
                content: NewContent::Formula(text, None),
                format: Some(format.clone().unwrap_or_else(|| "General".to_string())),
                like: match is_begun {
                    true => Some(begun),
                    false => left.map(|left| CellAddress::new(*row, left)),
                },
                may_replace: false,
                sheet: sheet.clone(),
            });
        }
        self.touches_formulas = true;
        self.resolved
            .sheets
            .entry(sheet.part.clone())
            .or_default()
            .columns_like_left
            .push(column);
        let formula_of_table = file_formula(&formula);
        self.grow_table(&sheet, table, column, &header, Some(&formula_of_table))?;
        Ok(PlacedColumn {
            sheet: sheet.name,
            column,
            rows,
            formula,
        })
    }

    fn grow_table(
        &mut self,
        sheet: &SheetEntry,
        beside: CellRange,
        column: u32,
        header: &str,
        formula: Option<&str>,
    ) -> Result<(), WireError> {
        let ids = self.scan(sheet)?.tables.clone();
        let Some(rels) = self.package.optional_text(&rels_part(&sheet.part))? else {
            return Ok(());
        };
        for rel in relationships(&rels, &sheet.part)? {
            if rel.kind != "table" || !ids.contains(&rel.id) {
                continue;
            }
            let text = match self.resolved.contents.get(&rel.target) {
                Some(Some(text)) => text.clone(),
                _ => self.package.text(&rel.target)?,
            };
            if let Some(grown) = grown_table(&text, &rel.target, beside, column, header, formula)? {
                self.resolved
                    .contents
                    .insert(rel.target.clone(), Some(grown));
            }
        }
        Ok(())
    }

    /// Header rows of the native tables of a sheet.
    fn table_headers(&mut self, sheet: &SheetEntry) -> Result<Vec<CellRange>, WireError> {
        let Some(rels) = self.package.optional_text(&rels_part(&sheet.part))? else {
            return Ok(Vec::new());
        };
        let mut headers = Vec::new();
        for rel in relationships(&rels, &sheet.part)? {
            if rel.kind != "table" || !self.package.has(&rel.target) {
                continue;
            }
            let text = self.package.text(&rel.target)?;
            let elements = xml::elements(&text, &rel.target)?;
            let Some(root) = elements.first() else {
                continue;
            };
            if root.attribute("headerRowCount").as_deref() == Some("0") {
                continue;
            }
            if let Some(range) = root.attribute("ref").and_then(|r| CellRange::parse(&r)) {
                headers.push(CellRange {
                    bottom: range.top,
                    ..range
                });
            }
        }
        Ok(headers)
    }

    fn cell_edits(&mut self, edit: &CellEdits) -> Result<(), WireError> {
        let sheet = self.outline.sheet(&edit.sheet)?.clone();
        self.scan(&sheet)?;
        let headers = self.table_headers(&sheet)?;
        let scan = self.scan(&sheet)?;
        let mut planned = Vec::new();
        for (address, value) in &edit.cells {
            if address.row > MAX_ROW || address.column > MAX_COLUMN {
                return Err(WireError::new(
                    ErrorCode::InvalidInput,
                    format!("`{address}` lies outside of a sheet"),
                ));
            }
            if headers
                .iter()
                .any(|range| range.contains(address.row, address.column))
            {
                return Err(WireError::new(
                    ErrorCode::InvalidInput,
                    format!("cell `{address}` is the header of a native table, which formulas call by its name"),
                )
                .with_hint("rename the column in its program"));
            }
            if scan.is_filled(*address) && !edit.may_replace {
                return Err(WireError::new(
                    ErrorCode::InvalidInput,
                    format!(
                        "cell `{address}` of sheet `{}` already holds something",
                        sheet.name
                    ),
                )
                .with_hint("choose empty cells, or allow replacing what they hold"));
            }
            let format = match value {
                OutputValue::Date(_) => Some("yyyy-mm-dd".to_string()),
                // A cell with a format of its own keeps it; a new one must not look like the date beside it.
                _ if scan.style(*address).is_none() => Some("General".to_string()),
                _ => None,
            };
            planned.push(PlannedCell {
                sheet: sheet.clone(),
                address: *address,
                content: NewContent::Value(cell_value(value)),
                format,
                like: address
                    .column
                    .checked_sub(1)
                    .map(|left| CellAddress::new(address.row, left)),
                may_replace: edit.may_replace,
            });
        }
        self.touches_formulas = true;
        self.cells.append(&mut planned);
        Ok(())
    }

    /// Computes new formulas over the workbook as it will be.
    fn compute(
        &mut self,
        bytes: &Arc<[u8]>,
        columns: &[PlacedColumn],
        cancel: &CancelToken,
    ) -> Result<(), WireError> {
        if columns.is_empty() {
            return Ok(());
        }
        let mut engine = match Engine::load(Arc::clone(bytes), cancel) {
            Ok(engine) => engine,
            Err(error) if error.code == ErrorCode::Cancelled => return Err(error),
            Err(error) => {
                self.resolved.notes.push(format!(
                    "the values were not computed beforehand: {}",
                    error.message
                ));
                return Ok(());
            }
        };
        for cell in &self.cells {
            if let (NewContent::Value(value), Some(sheet)) =
                (&cell.content, engine.sheet_index(&cell.sheet.name))
            {
                engine.set_value(sheet, cell.address, value);
            }
        }
        let mut values: HashMap<(String, CellAddress), CellResult> = HashMap::new();
        for column in columns {
            let Some(sheet) = engine.sheet_index(&column.sheet) else {
                continue;
            };
            let computed = compute_column(
                &mut engine,
                sheet,
                column.column,
                &column.rows,
                &column.formula,
            )?;
            if computed
                .iter()
                .any(|(_, value)| *value == CellResult::Error("#CIRC!".to_string()))
            {
                return Err(WireError::new(
                    ErrorCode::InvalidInput,
                    format!("the formula `={}` reads its own cell", column.formula),
                )
                .with_hint("let it read other columns"));
            }
            for (row, value) in computed {
                let address = CellAddress::new(row, column.column);
                values.insert((column.sheet.clone(), address), value);
            }
        }
        for cell in &mut self.cells {
            if let NewContent::Formula(_, value) = &mut cell.content {
                *value = values.remove(&(cell.sheet.name.clone(), cell.address));
            }
        }
        Ok(())
    }

    /// Reads the shared strings, once.
    pub(super) fn read_strings(&mut self) -> Result<(), WireError> {
        if self.strings.is_none() {
            let rel = self.outline.part_of_kind("sharedStrings").cloned();
            self.strings = Some(match rel {
                Some(rel) if self.package.has(&rel.target) => {
                    read_shared_strings(self.package.stream(&rel.target)?)?
                }
                _ => Vec::new(),
            });
        }
        Ok(())
    }

    /// Turns planned cells into changes of their sheets.
    fn set_cells(&mut self) -> Result<(), WireError> {
        let cells = std::mem::take(&mut self.cells);
        let mut by_sheet: BTreeMap<String, Vec<PlannedCell>> = BTreeMap::new();
        for cell in cells {
            by_sheet
                .entry(cell.sheet.part.clone())
                .or_default()
                .push(cell);
        }
        for (part, cells) in by_sheet {
            self.set_sheet_cells(&part, cells)?;
        }
        Ok(())
    }

    fn set_sheet_cells(&mut self, part: &str, cells: Vec<PlannedCell>) -> Result<(), WireError> {
        let targets: std::collections::HashSet<CellAddress> =
            cells.iter().map(|cell| cell.address).collect();
        let is_filled = self
            .scans
            .get(part)
            .is_some_and(|scan| targets.iter().any(|cell| scan.is_filled(*cell)));
        if is_filled {
            self.read_strings()?;
        }
        let Some(scan) = self.scans.get(part) else {
            return Ok(());
        };
        let mut before = HashMap::new();
        if is_filled {
            let strings = self.strings.as_deref().unwrap_or_default();
            before = scan.before(&mut self.package, part, strings, |cell| {
                targets.contains(&cell)
            })?;
        }
        let rewrite = self.resolved.sheets.entry(part.to_string()).or_default();
        rewrite.unshared = scan.unshared(|cell| targets.contains(&cell));
        for cell in cells {
            scan.check_cell(cell.address)?;
            let held = before.get(&cell.address);
            if let Some(held) = held.filter(|_| !cell.may_replace) {
                return Err(WireError::new(
                    ErrorCode::InvalidInput,
                    format!(
                        "cell `{}` of sheet `{}` already holds `{}`",
                        cell.address, cell.sheet.name, held.shown
                    ),
                )
                .with_hint("choose an empty column"));
            }
            let own = scan.style(cell.address);
            let base = own
                .or_else(|| cell.like.and_then(|like| scan.style(like)))
                .unwrap_or(0);
            let style = match (&mut self.styles, &cell.format) {
                (Some(book), Some(format)) => book.with_number_format(base, format),
                _ => base,
            };
            let (after, formula) = match &cell.content {
                NewContent::Value(value) => (value.shown(), None),
                NewContent::Formula(text, value) => (
                    value.as_ref().map_or_else(String::new, CellResult::shown),
                    Some(format!("={text}")),
                ),
            };
            self.resolved.changes.push(Change {
                sheet: cell.sheet.name.clone(),
                cell: cell.address.to_string(),
                before: held.map_or_else(String::new, |held| held.shown.clone()),
                after,
                formula,
            });
            self.touches_formulas |= held.is_some_and(|held| held.is_formula);
            let content = match cell.content {
                NewContent::Formula(text, value) => NewContent::Formula(file_formula(&text), value),
                value => value,
            };
            rewrite.set(cell.address, NewCell { style, content });
        }
        Ok(())
    }
}
