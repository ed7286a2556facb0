//! Repairs text whose bytes are GBK but whose font claims a Latin encoding, as old Chinese producers write it:
//! `ÖÐ¹ú` for `中国`.

use super::page::Glyph;

/// Joins the two halves of each character when the page is of that kind.
pub(super) fn repair_gbk(glyphs: &mut Vec<Glyph>) {
    let shown = glyphs
        .iter()
        .filter(|glyph| !glyph.ch.is_whitespace())
        .count();
    let high = glyphs
        .iter()
        .filter(|glyph| high_byte(glyph.ch).is_some())
        .count();
    // Western text has accents on a few letters; here most of the characters are above ASCII.
    if high < 20 || high * 2 < shown {
        return;
    }
    // These producers set a space behind each character, on top of the next: gaps tell where spaces are.
    let mut ordered = glyphs.clone();
    ordered.retain(|glyph| !glyph.ch.is_whitespace());
    ordered.sort_by(|a, b| {
        let row = |glyph: &Glyph| (glyph.baseline * 2.0).round();
        row(a).total_cmp(&row(b)).then(a.left.total_cmp(&b.left))
    });
    let mut repaired: Vec<Glyph> = Vec::with_capacity(ordered.len());
    let (mut joined, mut common) = (0_usize, 0_usize);
    let mut at = 0;
    while at < ordered.len() {
        let glyph = ordered[at];
        let pair = ordered
            .get(at + 1)
            .filter(|next| {
                (next.baseline - glyph.baseline).abs() < 0.6 && next.left - glyph.right < glyph.size
            })
            .and_then(|next| Some((next, decode(high_byte(glyph.ch)?, high_byte(next.ch)?)?)));
        match pair {
            Some((next, ch)) => {
                joined += 1;
                common += usize::from(is_common(ch));
                repaired.push(Glyph {
                    ch,
                    right: next.right.max(glyph.right),
                    ..glyph
                });
                at += 2;
            }
            None => {
                repaired.push(glyph);
                at += 1;
            }
        }
    }
    // Only when nearly all of it becomes everyday characters and punctuation is it that encoding.
    if joined * 2 * 10 >= high * 9 && common * 10 >= joined * 8 {
        *glyphs = repaired;
    }
}

/// The byte that a Latin font shows as this character, when it is one of a double-byte character.
fn high_byte(ch: char) -> Option<u8> {
    if ch == '\u{A0}' {
        return Some(0xA0);
    }
    let mut buffer = [0; 4];
    let (bytes, _, lossy) = encoding_rs::WINDOWS_1252.encode(ch.encode_utf8(&mut buffer));
    match bytes.as_ref() {
        [byte @ 0x81..=0xFE] if !lossy => Some(*byte),
        _ => None,
    }
}

fn decode(lead: u8, trail: u8) -> Option<char> {
    let bytes = [lead, trail];
    let (text, lossy) = encoding_rs::GBK.decode_without_bom_handling(&bytes);
    let mut chars = text.chars();
    let first = chars.next()?;
    (!lossy && chars.next().is_none()).then_some(first)
}

/// True for the characters of GB 2312's first level and its punctuation, which make nearly all of any text.
fn is_common(ch: char) -> bool {
    let mut buffer = [0; 4];
    let (bytes, _, lossy) = encoding_rs::GBK.encode(ch.encode_utf8(&mut buffer));
    !lossy && matches!(bytes.as_ref(), [0xA1..=0xA3 | 0xB0..=0xD7, _])
}
