//! Anchors: where in a source a piece of text stands.

use serde::{Deserialize, Serialize};

/// Names the place of a block, chunk span or citation inside its source.
///
/// Only the fields that the format has are set: a PDF gives `page` and `bbox`, a deck `slide`, a workbook
/// `sheet` and `range`, flowing text `heading` and `line`. All numbers count from 1.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Anchor {
    /// Page number, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub page: Option<u32>,
    /// Box on the page: left, top, right, bottom in points, origin at the top left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub bbox: Option<[f32; 4]>,
    /// Slide number, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub slide: Option<u32>,
    /// Sheet name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub sheet: Option<String>,
    /// Cell range in A1 notation, e.g. `B2:F40`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub range: Option<String>,
    /// Headings above this place, outermost first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<String>>"))]
    pub heading: Vec<String>,
    /// First line in the decoded text, from 1 (plain text, Markdown, CSV, mail bodies).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub line: Option<u32>,
}

impl Anchor {
    /// An anchor on a page.
    pub fn page(page: u32) -> Self {
        Self {
            page: Some(page),
            ..Self::default()
        }
    }

    /// An anchor on a slide.
    pub fn slide(slide: u32) -> Self {
        Self {
            slide: Some(slide),
            ..Self::default()
        }
    }

    /// An anchor on a line of decoded text.
    pub fn line(line: u32) -> Self {
        Self {
            line: Some(line),
            ..Self::default()
        }
    }

    /// An anchor on a cell range of a sheet.
    pub fn cells(sheet: impl Into<String>, range: impl Into<String>) -> Self {
        Self {
            sheet: Some(sheet.into()),
            range: Some(range.into()),
            ..Self::default()
        }
    }
}
