//! Official documents (公文) by GB/T 9704-2012: read from a draft, laid out, checked, corrected.
//!
//! A draft of any format becomes an [`OfficialDocument`] by the words and the order of its paragraphs, without a
//! model. The checker does not trust that type: it looks at the docx itself, its page setup, styles, theme and runs.
//! Source: GB/T 9704-2012 《党政机关公文格式》; clause numbers in findings are those of the standard.

mod check;
mod faces;
mod fix;
mod footer;
mod formatting;
mod layout;
mod line;
mod model;
mod normal;
mod page;
mod parse;
mod role;
mod title;
mod write;

pub use check::{OfficialFinding, OfficialReport, check_official};
pub use fix::{OfficialCorrection, fix_official};
pub use model::{Annex, OfficialBlock, OfficialDocument, SealLayout};
pub use parse::parse_official;
pub use write::render_official;
