//! Official documents: read from drafts, laid out, checked, corrected.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod check;
mod clean;
mod format;
mod samples;
mod seeds;
