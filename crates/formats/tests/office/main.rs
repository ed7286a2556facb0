//! Office files through the public door: what is read, what is warned of, what is refused.
#![allow(clippy::unwrap_used, reason = "tests")]

mod build;
mod docx;
mod hostile;
mod manuscript;
mod pptx;
mod workbook;
