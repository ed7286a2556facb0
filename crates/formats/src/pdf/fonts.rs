//! Widths of composite fonts, corrected where the library reads them wrongly.
//!
//! The library looks widths up by character code. `/W` is ordered by CID (ISO 32000-1, 9.7.4.3), which is the same
//! number only for the Identity CMaps: with `GBK-EUC-H` or `UniGB-UCS2-H` the Latin letters and figures of a Chinese
//! document get the widths of others, and what follows them on the line lands on top of its neighbours. Without
//! `/DW` it takes 500 for the 1000 of the standard.

use std::collections::HashMap;

use pdf_oxide::fonts::{Encoding, FontInfo};

/// The font with its widths by character code, `None` when they are right already.
pub(super) fn with_right_widths(font: &FontInfo) -> Option<FontInfo> {
    if font.subtype != "Type0" {
        return None;
    }
    let predefined = match &font.encoding {
        Encoding::Standard(name) => Some(name.as_str()),
        Encoding::Custom(_) | Encoding::Identity => None,
    }
    .filter(|name| !name.starts_with("Identity") && has_cjk_name(name));
    if predefined.is_none() && font.has_explicit_dw {
        return None;
    }
    let mut corrected = font.clone();
    if !font.has_explicit_dw {
        corrected.has_explicit_dw = true;
        corrected.cid_default_width = 1000.0;
    }
    if let Some(name) = predefined {
        corrected.cid_widths = Some(widths_by_code(name, font));
    }
    Some(corrected)
}

/// True for the CMaps that come with the standard: they name a character set and a direction.
fn has_cjk_name(name: &str) -> bool {
    name.ends_with("-H") || name.ends_with("-V") || matches!(name, "H" | "V")
}

/// Widths of the codes of Latin letters and figures; all others are as wide as they are high.
fn widths_by_code(name: &str, font: &FontInfo) -> HashMap<u16, f32> {
    let by_cid = font.cid_widths.as_ref();
    let ordering = font
        .cid_system_info
        .as_ref()
        .map_or("GB1", |info| info.ordering.as_str());
    let half_width = first_half_width(ordering).unwrap_or(814);
    let is_half = [
        "GB-", "GBK-", "GBpc-", "ETen-", "B5pc-", "HKscs-", "90ms-", "EUC-", "Ext-", "CNS-",
    ]
    .iter()
    .any(|start| name.starts_with(start))
        || name.contains("-HW-");
    let starts = if is_half {
        [half_width, 1]
    } else {
        [1, half_width]
    };
    let mut widths = HashMap::new();
    for code in 0x20_u16..0x7F {
        let width = starts
            .iter()
            .find_map(|start| by_cid?.get(&(start + code - 0x20)).copied())
            .filter(|width| *width > 0.0)
            // Fonts that give no width for them draw them half as wide as high.
            .unwrap_or(500.0);
        widths.insert(code, width);
    }
    widths
}

/// First CID of the half-width Latin letters of a character collection; the proportional ones begin at 1.
///
/// Source: Adobe Technical Notes 5078 (Japan1), 5079 (GB1), 5080 (CNS1), 5093 (Korea1).
fn first_half_width(ordering: &str) -> Option<u16> {
    match ordering {
        "GB1" => Some(814),
        "CNS1" => Some(13_648),
        "Japan1" => Some(231),
        "Korea1" => Some(8_094),
        _ => None,
    }
}

/// Gives the half-width letters and figures of a font that is addressed by CID their meaning, which the library's
/// tables lack: it would show their numbers as characters.
pub(super) fn mend_half_width(font: &FontInfo) {
    let is_by_cid = font.subtype == "Type0"
        && font.to_unicode.is_none()
        && matches!(font.encoding, Encoding::Identity);
    let ordering = font
        .cid_system_info
        .as_ref()
        .map(|info| info.ordering.as_str());
    if is_by_cid
        && let Some(start) = ordering.and_then(first_half_width)
        && let Ok(mut memo) = font.type0_unicode_memo.lock()
    {
        for code in 0x20_u16..0x7F {
            let ch = char::from(u8::try_from(code).unwrap_or(b' '));
            memo.insert(u32::from(start + code - 0x20), Some(ch.to_string()));
        }
    }
}

/// Gives the unused code 127 of a Latin font its meaning, a bullet, which some producers write.
///
/// Source: ISO 32000-1, D.2, note 3: in WinAnsiEncoding all unused codes above 40 (octal) map to the bullet.
pub(super) fn mend_bullet(font: &FontInfo) {
    let is_latin = font.to_unicode.is_none()
        && matches!(&font.encoding, Encoding::Standard(name) if name == "WinAnsiEncoding");
    if is_latin && let Ok(mut memo) = font.type0_unicode_memo.lock() {
        memo.insert(0x7F, Some("•".to_owned()));
    }
}
