//! Page numbers: 4号 half-width Song digits between dashes, odd pages to the right, even pages to the left (7.5).

use super::faces::Face;
use super::page::SIZE_4;

/// Which pages a footer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// Right pages.
    Odd,
    /// Left pages.
    Even,
}

/// Inside of a footer, with this prefix on its elements.
pub(super) fn footer(side: Side) -> String {
    let (align, indent, sample) = match side {
        Side::Odd => ("right", "w:rightChars=\"100\" w:right=\"280\"", 1),
        Side::Even => ("left", "w:leftChars=\"100\" w:left=\"280\"", 2),
    };
    let face = Face::Song.name();
    let run = format!(
        "<w:rPr><w:rFonts w:ascii=\"{face}\" w:hAnsi=\"{face}\" w:eastAsia=\"{face}\"/><w:sz w:val=\"{SIZE_4}\"/><w:szCs w:val=\"{SIZE_4}\"/></w:rPr>"
    );
    format!(
        "<w:p><w:pPr><w:snapToGrid w:val=\"0\"/><w:spacing w:before=\"0\" w:after=\"0\" w:line=\"280\" w:lineRule=\"exact\"/>\
         <w:ind {indent} w:firstLineChars=\"0\" w:firstLine=\"0\"/><w:jc w:val=\"{align}\"/></w:pPr>\
         <w:r>{run}<w:t xml:space=\"preserve\">— </w:t></w:r><w:r>{run}<w:fldChar w:fldCharType=\"begin\"/></w:r>\
         <w:r>{run}<w:instrText xml:space=\"preserve\"> PAGE </w:instrText></w:r><w:r>{run}<w:fldChar w:fldCharType=\"separate\"/></w:r>\
         <w:r>{run}<w:t>{sample}</w:t></w:r><w:r>{run}<w:fldChar w:fldCharType=\"end\"/></w:r>\
         <w:r>{run}<w:t xml:space=\"preserve\"> —</w:t></w:r></w:p>"
    )
}
