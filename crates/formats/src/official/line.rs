//! A paragraph as the classification sees it.

/// A paragraph of a draft or of a docx.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Line {
    /// Its text, numbers of automatic numbering in front.
    pub(super) text: String,
    /// Level of a heading style, from 1.
    pub(super) heading: Option<u8>,
    /// It stands in a table.
    pub(super) in_table: bool,
}

impl Line {
    /// Text without the spaces that indent it.
    pub(super) fn trimmed(&self) -> &str {
        self.text.trim()
    }

    /// A line without text.
    pub(super) fn is_blank(&self) -> bool {
        self.trimmed().is_empty()
    }
}
