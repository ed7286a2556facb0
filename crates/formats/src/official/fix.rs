//! Corrections: a copy of the docx in which everything that a rule knows how to put right is put right.

use std::ops::Range;

use deskmate_core::{ErrorCode, ReadLimits, WireError};
use serde::{Deserialize, Serialize};

use super::check::{OfficialFinding, OfficialReport, Reading, check};
use super::faces::Face;

mod apply;
mod package;
mod runs;

/// A change to one place of a docx.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Edit {
    /// Paper, margins and grid of a section.
    Page { section: usize },
    /// Footers with page numbers, for odd and even pages.
    PageNumbers,
    /// Exact line spacing of a twenty-second of the page.
    LineSpacing { paragraph: usize },
    /// Character spacing that makes 28 fit, off the grid of characters.
    CharacterSpacing { paragraph: usize },
    /// Face of a range of characters.
    Face {
        paragraph: usize,
        range: Range<usize>,
        face: Face,
    },
    /// Size of all text, in half points.
    Size { paragraph: usize, size: u32 },
    /// Colour of all text.
    Colour {
        paragraph: usize,
        colour: &'static str,
    },
    /// Alignment.
    Align {
        paragraph: usize,
        align: &'static str,
    },
    /// Left and right indent and first line (negative: hanging), in characters.
    Indent {
        paragraph: usize,
        characters: [f64; 3],
    },
    /// Another text.
    Text { paragraph: usize, text: String },
    /// As many empty lines before it.
    BlankLines { paragraph: usize, count: usize },
    /// A new page before it.
    PageBreak { paragraph: usize },
    /// The red line below it.
    RedLine { paragraph: usize },
}

/// A corrected copy of a docx.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OfficialCorrection {
    /// The copy.
    #[serde(with = "hexadecimal")]
    pub bytes: Vec<u8>,
    /// What was found in the original and is right in the copy.
    pub corrected: Vec<OfficialFinding>,
    /// What a person has to put right.
    pub left: Vec<OfficialFinding>,
}

/// A correction may bring up another, e.g. a date that is read aright only then; more rounds than this never help.
const MAX_ROUNDS: usize = 6;

/// Checks a docx and writes a corrected copy; what no rule touches stays as it is, byte by byte in other parts.
///
/// # Errors
/// Those of [`check_official`](super::check_official); `DamagedFile` when a part is too broken to be changed.
pub fn fix_official(
    bytes: &[u8],
    limits: &ReadLimits,
) -> Result<(OfficialReport, OfficialCorrection), WireError> {
    let original = check(&Reading::open(bytes, limits)?);
    let mut current = bytes.to_vec();
    let mut report = original.clone();
    for _ in 0..MAX_ROUNDS {
        let edits: Vec<&Edit> = report
            .findings
            .iter()
            .flat_map(|finding| &finding.edits)
            .collect();
        if edits.is_empty() {
            break;
        }
        let next = package::with_edits(&current, &edits, limits)?;
        let next_report = check(&Reading::open(&next, limits)?);
        if next == current {
            break;
        }
        current = next;
        report = next_report;
    }
    if report.paragraphs < original.paragraphs {
        return Err(WireError::new(
            ErrorCode::Internal,
            "the corrected copy lost text and was thrown away",
        ));
    }
    let left = report.findings;
    let corrected = original
        .findings
        .iter()
        .filter(|finding| {
            !left
                .iter()
                .any(|other| other.rule == finding.rule && other.quote == finding.quote)
        })
        .cloned()
        .collect();
    Ok((
        original,
        OfficialCorrection {
            bytes: current,
            corrected,
            left,
        },
    ))
}

/// Bytes as text inside JSON.
mod hexadecimal {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = String::with_capacity(bytes.len() * 2);
        for byte in bytes {
            text.push(char::from(b"0123456789abcdef"[usize::from(byte >> 4)]));
            text.push(char::from(b"0123456789abcdef"[usize::from(byte & 15)]));
        }
        serializer.serialize_str(&text)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.as_bytes()
            .chunks(2)
            .map(|pair| {
                std::str::from_utf8(pair)
                    .ok()
                    .and_then(|pair| u8::from_str_radix(pair, 16).ok())
            })
            .collect::<Option<Vec<u8>>>()
            .ok_or_else(|| D::Error::custom("not hexadecimal"))
    }
}
