//! Recomputes the formulas of a workbook and compares with the values its program stored.

use std::collections::BTreeMap;
use std::sync::Arc;

use deskmate_core::{CancelToken, WireError};

use super::engine::{CellResult, Engine};
use super::supported::{is_volatile, reaches_outside};
use super::syntax::{functions_of, reads_other_workbook};

/// How the engine's values compare with the stored ones.
#[derive(Debug, Clone, Default)]
pub struct Recomputed {
    /// Formulas compared: every one that the engine computes.
    pub compared: usize,
    /// Of these, with the same value.
    pub agreed: usize,
    /// Formulas not compared, by reason.
    pub left_out: BTreeMap<String, usize>,
    /// Functions of the formulas compared: how often in agreement, how often not.
    pub functions: BTreeMap<String, (usize, usize)>,
    /// Cells that differ: sheet and cell, formula, stored value, computed value.
    pub differing: Vec<(String, String, String, String)>,
}

/// Recomputes every formula of a workbook with the embedded engine.
///
/// Numbers agree when they differ by less than 1e-9 of their size (stored values have 15 to 17 digits). Formulas that
/// are volatile, read other workbooks, use functions that the engine lacks, or have no stored value are counted apart.
///
/// # Errors
/// As for opening a workbook.
pub fn recompute(bytes: Arc<[u8]>, cancel: &CancelToken) -> Result<Recomputed, WireError> {
    let mut engine = Engine::load(bytes, cancel)?;
    engine.evaluate();
    let mut report = Recomputed::default();
    for formula in &engine.formulas {
        if formula.stored == CellResult::Blank {
            *report
                .left_out
                .entry("no stored value".to_string())
                .or_default() += 1;
            continue;
        }
        if !formula.is_live {
            let why = match engine.unsure_function(&formula.text) {
                Some(name) => format!("not sure: {name}"),
                None => reason(&formula.text),
            };
            *report.left_out.entry(why).or_default() += 1;
            continue;
        }
        report.compared += 1;
        let computed = engine.value(formula.sheet, formula.address);
        let agrees = same(&formula.stored, &computed);
        for name in functions_of(&formula.text) {
            let counts = report.functions.entry(name).or_default();
            if agrees {
                counts.0 += 1;
            } else {
                counts.1 += 1;
            }
        }
        if agrees {
            report.agreed += 1;
        } else {
            report.differing.push((
                format!("{}!{}", engine.sheets[formula.sheet], formula.address),
                format!("={}", formula.text),
                formula.stored.shown(),
                computed.shown(),
            ));
        }
    }
    Ok(report)
}

fn reason(formula: &str) -> String {
    if reads_other_workbook(formula) {
        return "reads another workbook".to_string();
    }
    let names = functions_of(formula);
    if let Some(name) = names.iter().find(|name| is_volatile(name)) {
        return format!("volatile: {name}");
    }
    if let Some(name) = names.iter().find(|n| reaches_outside(n)) {
        return format!("refused: {name}");
    }
    match names.iter().find(|name| !super::engine::has_function(name)) {
        Some(name) => format!("not supported: {name}"),
        None => "not read by the engine".to_string(),
    }
}

/// Whether a stored and a computed value are the same to a reader.
pub(crate) fn same(stored: &CellResult, computed: &CellResult) -> bool {
    match (stored, computed) {
        (CellResult::Number(a), CellResult::Number(b)) => {
            (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1e-3)
        }
        (CellResult::Text(a), CellResult::Blank) => a.is_empty(),
        (CellResult::Number(a), CellResult::Blank) => *a == 0.0,
        (a, b) => a == b,
    }
}
