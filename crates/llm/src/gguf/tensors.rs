//! The tensor table of a GGUF header: where each tensor lies, and whether the file holds it.

use std::io::{Read, Seek};

use super::reader::{MAX_KEY_BYTES, Reader};

/// All tensors together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct TensorTotals {
    /// Bytes.
    pub(super) bytes: u64,
    /// Weights.
    pub(super) elements: u64,
}

/// Reads the table and checks that every tensor ends inside the file.
pub(super) fn read_tensors<R: Read + Seek>(
    reader: &mut Reader<R>,
    count: u64,
    alignment: u64,
) -> Result<TensorTotals, String> {
    let mut totals = TensorTotals::default();
    let mut end_of_data = 0_u64;
    for _ in 0..count {
        let name = reader.string(MAX_KEY_BYTES)?;
        let bad = || format!("its tensor `{name}` makes no sense");
        let dimensions = reader.u32()?;
        // GGML_MAX_DIMS
        if dimensions > 4 {
            return Err(bad());
        }
        let mut elements = 1_u64;
        let mut row = 1_u64;
        for dimension in 0..dimensions {
            let size = reader.u64()?;
            if dimension == 0 {
                row = size;
            }
            elements = elements.checked_mul(size).ok_or_else(bad)?;
        }
        let kind = reader.u32()?;
        let offset = reader.u64()?;
        // The size of a type newer than this table is unknown: such a tensor counts from its start only.
        let bytes = match block_of(kind) {
            Some((block, _)) if !row.is_multiple_of(block) => return Err(bad()),
            Some((block, size)) => (elements / block).checked_mul(size).ok_or_else(bad)?,
            None => 0,
        };
        let end = offset.checked_add(bytes).ok_or_else(bad)?;
        end_of_data = end_of_data.max(end);
        totals.bytes = totals.bytes.checked_add(bytes).ok_or_else(bad)?;
        totals.elements = totals.elements.checked_add(elements).ok_or_else(bad)?;
    }
    let start = reader
        .position()
        .checked_next_multiple_of(alignment)
        .ok_or("its alignment makes no sense")?;
    let needed = start
        .checked_add(end_of_data)
        .ok_or("its tensors make no sense")?;
    if needed > reader.length() {
        return Err(format!(
            "it has `{}` bytes and needs `{needed}`: it is incomplete",
            reader.length()
        ));
    }
    Ok(totals)
}

/// Weights per block and bytes per block of a tensor type. Source: ggml.h and ggml-common.h of the ggml project.
fn block_of(kind: u32) -> Option<(u64, u64)> {
    Some(match kind {
        0 | 26 => (1, 4),
        1 | 25 | 30 => (1, 2),
        24 => (1, 1),
        27 | 28 => (1, 8),
        2 | 20 => (32, 18),
        3 => (32, 20),
        6 => (32, 22),
        7 => (32, 24),
        8 => (32, 34),
        9 => (32, 36),
        39 => (32, 17),
        10 => (256, 84),
        11 | 21 => (256, 110),
        12 => (256, 144),
        13 => (256, 176),
        14 => (256, 210),
        15 => (256, 292),
        16 | 35 => (256, 66),
        17 => (256, 74),
        18 => (256, 98),
        19 => (256, 50),
        22 => (256, 82),
        23 => (256, 136),
        29 => (256, 56),
        34 => (256, 54),
        _ => return None,
    })
}
