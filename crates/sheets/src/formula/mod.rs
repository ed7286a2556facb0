//! Formulas of the Excel dialect: read, explained, computed over the user's rows before they are offered.

mod between;
mod check;
mod engine;
mod explain;
mod fill_down;
mod language;
mod names;
mod native_tables;
mod patterns;
mod problem;
mod recompute;
mod repair;
mod suggest;
mod supported;
mod syntax;
mod templates;
mod tokens;
mod written;

pub use check::{CheckedFormula, ColumnFormula, check_formula};
pub(crate) use check::{compute_column, file_formula, find_problems};
pub use engine::CellResult;
pub(crate) use engine::{Engine, shown_number};
pub use explain::explain_formula;
pub use fill_down::{ColumnStart, column_starts, columns_to_fill_down};
pub use language::Language;
pub use problem::Problem;
pub use recompute::{Recomputed, recompute};
pub use repair::{Repair, repair_formula};
pub use suggest::{FormulaAnswer, FormulaAsk, FormulaCheck, suggest_formula};
pub(crate) use syntax::references_of;
pub use syntax::{SyntaxError, SyntaxFault};
pub(crate) use templates::plain_header;
pub use templates::{NamedColumn, SuggestedFormula, TableColumns, formula_from_template};
pub(crate) use tokens::shift_formula;
pub use written::{blank_column_asked_for, header_asked_for};
