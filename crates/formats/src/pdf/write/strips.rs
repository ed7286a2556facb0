//! What pages are made of: strips of the full width, none of which is cut.

use super::lines::Line;

/// A strip of a page.
#[derive(Clone, Default)]
pub(super) struct Strip {
    /// Space above it, which the top of a page swallows.
    pub(super) before: f32,
    pub(super) height: f32,
    pub(super) marks: Vec<Mark>,
    /// Citations whose footnotes stand on the same page.
    pub(super) cites: Vec<u32>,
    /// It does not end a page: a heading, the first line of a paragraph.
    pub(super) keeps_next: bool,
    /// The table that it is a row of; its header rows are repeated on each page.
    pub(super) table: Option<usize>,
    /// A heading, for the outline of the file.
    pub(super) heading: Option<(u8, String)>,
}

/// Something drawn on a strip, measured from its upper left corner.
#[derive(Clone)]
pub(super) enum Mark {
    /// A line of text; `y` is its line of writing.
    Text { x: f32, y: f32, line: Line },
    /// A thin rule.
    Rule { from: (f32, f32), to: (f32, f32) },
    /// A ground of light grey: left, top, width, height.
    Ground(f32, f32, f32, f32),
}

/// A strip on a page: the height at which it begins, from the top of the page's text.
pub(super) struct Placed {
    pub(super) y: f32,
    pub(super) strip: Strip,
}

/// A page.
#[derive(Default)]
pub(super) struct PageStrips {
    pub(super) placed: Vec<Placed>,
}
