//! Measures of the standard, in the units of docx.

/// Twips of a millimetre.
pub(super) const TWIPS_PER_MM: f64 = 1440.0 / 25.4;

/// A4, clause 5.1.
pub(super) const PAGE_WIDTH: i64 = 11_906;
pub(super) const PAGE_HEIGHT: i64 = 16_838;
/// 天头 37 mm, clause 5.2.1.
pub(super) const TOP: i64 = 2_098;
/// 订口 28 mm.
pub(super) const LEFT: i64 = 1_588;
/// What leaves 156 mm and 225 mm for the text.
pub(super) const RIGHT: i64 = 1_474;
pub(super) const BOTTOM: i64 = 1_984;
/// 一字线 7 mm below the text: the footer's line of 14 points ends here above the page's edge.
pub(super) const FOOTER: i64 = 1_304;
/// 22 lines on a page, clause 5.2.3.
pub(super) const LINES: i64 = 22;
/// 28 characters on a line.
pub(super) const CHARACTERS: i64 = 28;
/// A twenty-second of the text's height.
pub(super) const LINE_PITCH: i64 = 579;
/// What a character of 16 points gives up so that 28 fit, in 4096ths of a point: the grid of Word and WPS.
pub(super) const CHARACTER_SPACE: i64 = -849;
/// The same as spacing of the characters themselves, in twentieths of a point. The formatter writes this: a grid of
/// characters comes out as 27 on a line in LibreOffice, the spacing as 28 in every program.
pub(super) const CHARACTER_SPACING: i64 = -5;
/// A character with this pitch.
pub(super) const CHARACTER_PITCH: f64 = (PAGE_WIDTH - LEFT - RIGHT) as f64 / CHARACTERS as f64;
/// 2号, 3号, 4号 in half points.
pub(super) const SIZE_2: u32 = 44;
pub(super) const SIZE_3: u32 = 32;
pub(super) const SIZE_4: u32 = 28;

/// Twips to millimetres.
pub(super) fn millimetres(twips: i64) -> f64 {
    twips as f64 / TWIPS_PER_MM
}

/// `w:pgSz`, `w:pgMar` and `w:docGrid` of the standard.
pub(super) fn section_properties() -> String {
    format!(
        "<w:pgSz w:w=\"{PAGE_WIDTH}\" w:h=\"{PAGE_HEIGHT}\"/>\
         <w:pgMar w:top=\"{TOP}\" w:right=\"{RIGHT}\" w:bottom=\"{BOTTOM}\" w:left=\"{LEFT}\" w:header=\"851\" w:footer=\"{FOOTER}\" w:gutter=\"0\"/>\
         <w:docGrid w:type=\"lines\" w:linePitch=\"{LINE_PITCH}\"/>"
    )
}
