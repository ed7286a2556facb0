//! The embedded engine: a workbook's cells loaded into IronCalc, formulas set and computed.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use deskmate_core::{CancelToken, ErrorCode, WireError};
use ironcalc_base::Model;
use ironcalc_base::cell::CellValue;
use ironcalc_base::expressions::parser::{Node, new_parser_english};
use ironcalc_base::expressions::token::get_error_by_english_name;
use ironcalc_base::expressions::types::CellReferenceRC;
use ironcalc_base::types::Table;
use regex::Regex;

use super::names::Names;
use super::native_tables::load_tables;
use super::supported::{has_plain_text_formats, is_recomputed, reads_dates};
use super::syntax::{functions_of, reads_other_workbook};
use super::tokens::shift_formula;
use crate::address::CellAddress;
use crate::package::{
    CellFormula, Outline, Package, RawCell, SheetItem, read_shared_strings, read_sheet,
};

/// Cells that are loaded at most: at about 100 bytes each a worker keeps inside its memory.
const MAX_CELLS: usize = 3_000_000;

/// The value of a cell.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CellResult {
    /// Nothing.
    Blank,
    /// A number; dates are serial days.
    Number(f64),
    /// A text.
    Text(String),
    /// True or false.
    Bool(bool),
    /// An error such as `#DIV/0!`.
    Error(String),
}

impl CellResult {
    /// The value as plain text.
    pub fn shown(&self) -> String {
        match self {
            Self::Blank => String::new(),
            Self::Number(number) => shown_number(*number),
            Self::Text(text) | Self::Error(text) => text.clone(),
            Self::Bool(true) => "TRUE".to_string(),
            Self::Bool(false) => "FALSE".to_string(),
        }
    }
}

/// A number with the 15 digits that a spreadsheet keeps.
pub(crate) fn shown_number(number: f64) -> String {
    format!("{}", with_15_digits(number))
}

/// The engine joins numbers to text with 17 digits, so that 0.42 may become 0.42000000000000004: it gets numbers that
/// have no more than the 15 digits that spreadsheets show.
fn with_15_digits(number: f64) -> f64 {
    format!("{number:.14e}").parse().unwrap_or(number)
}

/// A formula cell of the file with the value that its program stored.
#[derive(Debug, Clone)]
pub(crate) struct StoredFormula {
    /// Index of the sheet.
    pub(crate) sheet: usize,
    /// Where.
    pub(crate) address: CellAddress,
    /// Formula without `=`.
    pub(crate) text: String,
    /// The stored value.
    pub(crate) stored: CellResult,
    /// Whether the engine computes it; otherwise the stored value stands in the model.
    pub(crate) is_live: bool,
}

/// A workbook in the engine.
pub(crate) struct Engine {
    model: Model<'static>,
    /// Names of sheets, as in the file.
    pub(crate) sheets: Vec<String>,
    /// Formulas of the file.
    pub(crate) formulas: Vec<StoredFormula>,
    /// Index of each sheet in the model.
    indices: Vec<u32>,
    /// Dates of the workbook count from 1904, which the engine does not know.
    is_1904: bool,
    names: Names,
}

impl Engine {
    /// Loads all cells of a workbook. External links are never followed: formulas that read other workbooks keep the
    /// value stored in the file, as do formulas with functions that the engine lacks.
    ///
    /// # Errors
    /// `FileTooLarge` beyond three million cells; `DamagedFile`; `Cancelled`.
    pub(crate) fn load(bytes: Arc<[u8]>, cancel: &CancelToken) -> Result<Self, WireError> {
        let mut package = Package::open(bytes)?;
        let outline = Outline::read(&mut package)?;
        let strings = match outline.part_of_kind("sharedStrings") {
            Some(rel) if package.has(&rel.target) => {
                read_shared_strings(package.stream(&rel.target)?)?
            }
            _ => Vec::new(),
        };
        let names: Vec<String> = outline.sheets.iter().map(|s| s.name.clone()).collect();
        let tables = load_tables(&mut package, &outline)?;
        let mut engine = Self::empty(&names, tables)?;
        engine.is_1904 = outline.is_1904;
        let mut cells = 0;
        for (sheet, entry) in outline.sheets.iter().enumerate() {
            if entry.kind != "worksheet" || !package.has(&entry.part) {
                continue;
            }
            let stream = package.stream(&entry.part)?;
            let mut loading = SheetLoading {
                sheet,
                strings: &strings,
                shared: HashMap::new(),
            };
            read_sheet(stream, &entry.part, |item| {
                let SheetItem::Cell(cell) = item else {
                    return Ok(());
                };
                if !cell.is_filled() {
                    return Ok(());
                }
                cells += 1;
                if cells > MAX_CELLS {
                    return Err(WireError::new(
                        ErrorCode::FileTooLarge,
                        format!("the workbook has more than {MAX_CELLS} filled cells"),
                    )
                    .with_hint("take the sheet that matters into a workbook of its own"));
                }
                if usize::is_multiple_of(cells, 4096) && cancel.is_cancelled() {
                    return Err(WireError::cancelled());
                }
                engine.names.fill_row(&entry.name, cell.address.row);
                loading.take(cell, &mut engine);
                Ok(())
            })?;
        }
        for (name, sheet, formula) in &outline.names {
            if name.starts_with("_xlnm") || reads_other_workbook(formula) {
                continue;
            }
            engine.names.define(name, formula);
            // A name that the engine cannot read stays unknown: formulas with it show `#NAME?` and are not offered.
            let scope = sheet.and_then(|index| engine.indices.get(index).copied());
            let _ = engine
                .model
                .new_defined_name(name, scope, &format!("={formula}"));
        }
        engine.set_file_formulas();
        Ok(engine)
    }

    fn empty(names: &[String], tables: HashMap<String, Table>) -> Result<Self, WireError> {
        let mut model = Model::new_empty("workbook", "en", "UTC", "en").map_err(engine_fault)?;
        let mut indices = Vec::new();
        for (index, name) in names.iter().enumerate() {
            let done = if index == 0 {
                model.rename_sheet_by_index(0, name)
            } else {
                model.add_sheet(name)
            };
            done.map_err(|cause| {
                WireError::new(
                    ErrorCode::UnsupportedFormat,
                    format!("the name of sheet `{name}` is not one that formulas can use: {cause}"),
                )
            })?;
            indices.push(index as u32);
        }
        let names_of_file = Names::with_tables(&tables);
        // The engine takes tables in only when it opens a workbook.
        model.workbook.tables = tables;
        let model = Model::from_workbook(model.workbook, "en").map_err(engine_fault)?;
        Ok(Self {
            model,
            sheets: names.to_vec(),
            formulas: Vec::new(),
            indices,
            is_1904: false,
            names: names_of_file,
        })
    }

    fn set_file_formulas(&mut self) {
        let mut known: HashMap<String, bool> = HashMap::new();
        let mut formulas = std::mem::take(&mut self.formulas);
        for formula in &mut formulas {
            let computes = !reads_other_workbook(&formula.text)
                && unsure_function(&formula.text, self.is_1904).is_none()
                && functions_of(&formula.text).into_iter().all(|name| {
                    *known
                        .entry(name.clone())
                        .or_insert_with(|| is_recomputed(&name) && has_function(&name))
                });
            formula.is_live = computes
                && self
                    .set_formula(formula.sheet, formula.address, &formula.text)
                    .is_ok();
            if !formula.is_live {
                self.set_value(formula.sheet, formula.address, &formula.stored);
            }
        }
        self.formulas = formulas;
    }

    /// The index of a sheet by its name.
    pub(crate) fn sheet_index(&self, name: &str) -> Option<usize> {
        self.sheets
            .iter()
            .position(|sheet| sheet.to_lowercase() == name.to_lowercase())
    }

    /// The first function of a formula that this workbook cannot have computed here.
    pub(crate) fn unsure_function(&self, formula: &str) -> Option<String> {
        unsure_function(formula, self.is_1904)
    }

    /// The first name of a formula that the workbook does not know.
    pub(crate) fn unknown_name(&self, formula: &str) -> Option<String> {
        self.names.unknown(formula)
    }

    /// Puts a formula (without `=`) into a cell.
    ///
    /// # Errors
    /// `InvalidInput` when the engine cannot read it.
    pub(crate) fn set_formula(
        &mut self,
        sheet: usize,
        address: CellAddress,
        formula: &str,
    ) -> Result<(), WireError> {
        let text = self.names.written_out(
            &with_plain_errors(formula),
            &self.sheets[sheet],
            address.row,
        );
        self.model
            .update_cell_with_formula(
                self.indices[sheet],
                address.row as i32 + 1,
                address.column as i32 + 1,
                format!("={text}"),
            )
            .map_err(|cause| {
                WireError::new(
                    ErrorCode::InvalidInput,
                    format!("`={formula}` cannot be computed: {cause}"),
                )
            })
    }

    /// Puts a value into a cell; one that the engine refuses is left out.
    pub(crate) fn set_value(&mut self, sheet: usize, address: CellAddress, value: &CellResult) {
        let (index, row, column) = (
            self.indices[sheet],
            address.row as i32 + 1,
            address.column as i32 + 1,
        );
        self.names.fill_row(&self.sheets[sheet], address.row);
        let model = &mut self.model;
        let _ = match value {
            CellResult::Blank => model
                .workbook
                .worksheet_mut(index)
                .and_then(|sheet| sheet.cell_clear_contents(row, column)),
            CellResult::Number(number) => {
                model.update_cell_with_number(index, row, column, *number)
            }
            CellResult::Text(text) => model.update_cell_with_text(index, row, column, text),
            CellResult::Bool(value) => model.update_cell_with_bool(index, row, column, *value),
            CellResult::Error(error) => match get_error_by_english_name(error) {
                Some(error) => model
                    .workbook
                    .worksheet_mut(index)
                    .and_then(|sheet| sheet.set_cell_with_error(row, column, error, 0)),
                None => Ok(()),
            },
        };
    }

    /// Computes all formulas.
    pub(crate) fn evaluate(&mut self) {
        self.model.evaluate();
    }

    /// The value of a cell.
    pub(crate) fn value(&self, sheet: usize, address: CellAddress) -> CellResult {
        let (index, row, column) = (
            self.indices[sheet],
            address.row as i32 + 1,
            address.column as i32 + 1,
        );
        let is_error = self
            .model
            .get_cell_type(index, row, column)
            .is_ok_and(|kind| kind == ironcalc_base::types::CellType::ErrorValue);
        match self.model.get_cell_value_by_index(index, row, column) {
            Ok(CellValue::String(text)) if is_error => CellResult::Error(text),
            Ok(CellValue::String(text)) => CellResult::Text(text),
            Ok(CellValue::Number(number)) => CellResult::Number(with_15_digits(number)),
            Ok(CellValue::Boolean(value)) => CellResult::Bool(value),
            Ok(CellValue::None) | Err(_) => CellResult::Blank,
        }
    }
}

struct SheetLoading<'a> {
    sheet: usize,
    strings: &'a [String],
    shared: HashMap<u32, (CellAddress, String)>,
}

impl SheetLoading<'_> {
    fn take(&mut self, cell: &RawCell, engine: &mut Engine) {
        let stored = stored_value(cell, self.strings);
        let text = match &cell.formula {
            Some(CellFormula::Plain(text)) => Some(text.clone()),
            Some(CellFormula::SharedFirst(index, text)) => {
                self.shared.insert(*index, (cell.address, text.clone()));
                Some(text.clone())
            }
            Some(CellFormula::SharedNext(index)) => self.shared.get(index).map(|(first, text)| {
                shift_formula(
                    text,
                    i64::from(cell.address.row) - i64::from(first.row),
                    i64::from(cell.address.column) - i64::from(first.column),
                )
            }),
            // Arrays and what-if tables keep their stored values: other cells read them, nothing recomputes them.
            Some(CellFormula::Array(..) | CellFormula::DataTable(_)) | None => None,
        };
        match text {
            Some(text) => engine.formulas.push(StoredFormula {
                sheet: self.sheet,
                address: cell.address,
                text,
                stored,
                is_live: false,
            }),
            None => engine.set_value(self.sheet, cell.address, &stored),
        }
    }
}

/// The value that the file stores for a cell.
pub(crate) fn stored_value(cell: &RawCell, strings: &[String]) -> CellResult {
    let Some(value) = cell.value.as_deref() else {
        return CellResult::Blank;
    };
    match cell.kind.as_str() {
        "s" | "str" | "inlineStr" => CellResult::Text(cell.shown(strings)),
        "b" => CellResult::Bool(value.trim() == "1"),
        "e" => CellResult::Error(value.to_string()),
        "d" => CellResult::Text(value.to_string()),
        // Some writers leave an empty value where they have not calculated.
        _ if value.trim().is_empty() => CellResult::Blank,
        _ => value.trim().parse().map_or_else(
            |_| CellResult::Text(value.to_string()),
            |number| CellResult::Number(with_15_digits(number)),
        ),
    }
}

/// Whether the engine knows a function, by asking its parser.
pub(crate) fn has_function(name: &str) -> bool {
    let mut parser = new_parser_english(vec!["Sheet1".to_string()], Vec::new(), HashMap::new());
    let context = CellReferenceRC {
        sheet: "Sheet1".to_string(),
        row: 1,
        column: 1,
    };
    match parser.parse(&format!("{name}(1)"), &context) {
        Node::NamedFunctionKind { .. } | Node::ParseErrorKind { .. } => {
            matches!(name, "LET" | "LAMBDA" | "TRUE" | "FALSE" | "PI")
        }
        _ => true,
    }
}

/// The first function of a formula whose value here may differ from that of Excel; see [`super::supported`].
pub(crate) fn unsure_function(formula: &str, is_1904: bool) -> Option<String> {
    let names = functions_of(formula);
    if is_1904 && let Some(name) = names.iter().find(|name| reads_dates(name)) {
        return Some(name.clone());
    }
    (names.iter().any(|name| name == "TEXT") && !has_plain_text_formats(formula))
        .then(|| "TEXT".to_string())
}

/// `Sheet!#REF!` is what is left of a reference to a deleted cell; the engine reads only the error itself.
fn with_plain_errors(formula: &str) -> std::borrow::Cow<'_, str> {
    static PATTERN: OnceLock<Regex> = OnceLock::new();
    if !formula.contains("!#REF!") {
        return formula.into();
    }
    PATTERN
        .get_or_init(|| {
            Regex::new(r"(?:'(?:[^']|'')*'|[\p{L}\p{N}_.]+)!#REF!")
                .expect("the pattern is a constant")
        })
        .replace_all(formula, "#REF!")
}

/// The name of a function as a file writes it, `_xlfn.XLOOKUP` for `XLOOKUP`.
pub(crate) fn file_name_of(name: &str) -> String {
    let mut parser = new_parser_english(vec!["Sheet1".to_string()], Vec::new(), HashMap::new());
    let context = CellReferenceRC {
        sheet: "Sheet1".to_string(),
        row: 1,
        column: 1,
    };
    match parser.parse(&format!("{name}(1)"), &context) {
        Node::FunctionKind { kind, .. } => kind.to_xlsx_string(),
        _ => name.to_string(),
    }
}

fn engine_fault(cause: String) -> WireError {
    WireError::new(
        ErrorCode::Internal,
        format!("the formula engine did not start: {cause}"),
    )
}
