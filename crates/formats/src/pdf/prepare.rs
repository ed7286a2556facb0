//! What the library found on a page, made ready for layout: hidden text out, directions apart, characters in runs.

use std::collections::HashSet;

use pdf_oxide::layout::TextChar;

use super::frame::{Frame, Turned, rules};
use super::legacy_bytes::repair_gbk;
use super::page::{Area, Glyph, Hidden, Page, Run, TextLayer};
use super::runs::build_runs;
use super::source::{MAX_PATHS, RawPage, Source};
use super::text::{is_unreadable, is_wide, known_private};

/// Characters of a page beyond this number are left out; the densest newspaper page has some 30,000.
const MAX_CHARACTERS: usize = 200_000;
/// Text smaller than this many points cannot be read on paper or screen.
const SMALLEST_SIZE: f32 = 1.5;
/// Directions of text beyond this number are decoration.
const MAX_LAYERS: usize = 6;

/// Makes a page of what was found on it.
pub(super) fn prepare(source: &Source, index: usize, raw: RawPage) -> Page {
    let frame = Frame::new(raw.view, raw.turn);
    let mut page = Page {
        number: u32::try_from(index + 1).unwrap_or(u32::MAX),
        height: frame.height(),
        has_marks: raw.paths > 0 || !raw.chars.is_empty(),
        unread: raw.unread,
        hidden: Hidden {
            characters: raw.invisible_bytes,
        },
        ..Page::default()
    };
    let placing = Placing {
        frame,
        turn: raw.turn,
        vertical_fonts: &raw.vertical_fonts,
    };
    let hides = hidden_characters(source, index, &raw);
    let shown = hides.iter().filter(|hidden| !**hidden).count();
    let blanks = raw
        .chars
        .iter()
        .filter(|char| is_unknown_blank(char))
        .count();
    // Glyphs of the width of a space without a meaning are the spaces of their font, unless the page is full of them.
    let blanks_are_spaces = blanks * 3 < shown;
    let mut layers: Vec<(f32, Vec<Glyph>)> = Vec::new();
    for (char, hidden) in raw.chars.iter().zip(hides) {
        let blank = blanks_are_spaces && is_unknown_blank(char);
        if char.char.is_whitespace() || char.char == '\u{A0}' || blank {
            // The no-break space may be half of a character in another encoding.
            let ch = if char.char == '\u{A0}' { '\u{A0}' } else { ' ' };
            push_glyph(&mut layers, char, ch, &placing);
            continue;
        }
        if char.char.is_control() {
            continue;
        }
        if hidden {
            page.hidden.characters += 1;
            continue;
        }
        let ch = known_private(char.char).unwrap_or(char.char);
        page.characters += 1;
        if is_unreadable(ch) || raw.unmapped_fonts.contains(&char.font_name) {
            page.unreadable += 1;
        }
        push_glyph(&mut layers, char, ch, &placing);
    }
    layers.sort_by_key(|(_, glyphs)| std::cmp::Reverse(glyphs.len()));
    layers.truncate(MAX_LAYERS);
    for (angle, mut glyphs) in layers {
        widen(&mut glyphs);
        repair_gbk(&mut glyphs);
        let rules = rules(&raw.strokes, &frame, Turned::new(angle));
        let runs = build_runs(glyphs, &rules);
        if !runs.is_empty() {
            page.layers.push(TextLayer { angle, runs, rules });
        }
    }
    for (corners, value) in &raw.fields {
        page.characters += value.chars().count();
        push_field(&mut page.layers, frame.area(*corners), value);
    }
    page.notes = raw
        .notes
        .iter()
        .map(|(corners, text)| (frame.area(*corners), text.clone()))
        .collect();
    if page.characters < 100 && page.unread.is_none() {
        page.picture_share = source.picture_share(index, raw.view);
    }
    page
}

/// Boxes on which white text can be seen; looked for only when there is white text.
fn backgrounds(source: &Source, index: usize, raw: &RawPage) -> Vec<[f32; 4]> {
    if !raw.chars.iter().any(is_white) {
        return Vec::new();
    }
    let mut boxes = raw.fills.clone();
    boxes.extend(source.pictures(index));
    boxes
}

fn is_white(char: &TextChar) -> bool {
    char.color.r > 0.95 && char.color.g > 0.95 && char.color.b > 0.95
}

/// Which characters a reader of the page cannot see.
fn hidden_characters(source: &Source, index: usize, raw: &RawPage) -> Vec<bool> {
    let backgrounds = backgrounds(source, index, raw);
    let chars = || raw.chars.iter().take(MAX_CHARACTERS);
    let off: Vec<bool> = chars().map(|char| is_off_page(char, raw)).collect();
    let unseen: Vec<bool> = chars()
        .map(|char| is_unseen(char, raw, &backgrounds))
        .collect();
    let count = |wanted: bool| {
        let solid = chars().zip(off.iter().zip(&unseen));
        solid
            .filter(|(char, (off, unseen))| {
                !char.char.is_whitespace() && !**off && **unseen == wanted
            })
            .count()
    };
    let (seen, hidden) = (count(false), count(true));
    // Text behind or under the picture of a page is what somebody recognised in it.
    if hidden > 40 && seen * 4 < hidden && source.picture_share(index, raw.view) > 0.3 {
        return off;
    }
    off.into_iter()
        .zip(unseen)
        .map(|(off, unseen)| off || unseen)
        .collect()
}

fn is_off_page(char: &TextChar, raw: &RawPage) -> bool {
    let (x, y) = (char.origin_x, char.origin_y + 0.3 * char.font_size);
    x < raw.view[0] - 3.0 || x > raw.view[2] + 3.0 || y < raw.view[1] - 3.0 || y > raw.view[3] + 3.0
}

/// Too small to read, or in the colour of the paper.
fn is_unseen(char: &TextChar, raw: &RawPage, backgrounds: &[[f32; 4]]) -> bool {
    let (x, y) = (char.origin_x, char.origin_y + 0.3 * char.font_size);
    if char.font_size.abs() < SMALLEST_SIZE {
        return true;
    }
    // A drawing with more paths than are looked at may have any background.
    is_white(char)
        && raw.paths <= MAX_PATHS
        && !backgrounds
            .iter()
            .any(|area| x + 1.0 >= area[0] && x <= area[2] && y >= area[1] && y <= area[3])
}

/// A glyph as wide as a space that the font gives no meaning.
fn is_unknown_blank(char: &TextChar) -> bool {
    char.char == '\u{FFFD}' && char.advance_width <= 0.36 * char.font_size.abs()
}

/// How characters are placed on the displayed page.
struct Placing<'a> {
    frame: Frame,
    turn: i32,
    vertical_fonts: &'a HashSet<String>,
}

/// Puts a character into the layer of its direction; `ch` is what it says.
fn push_glyph(
    layers: &mut Vec<(f32, Vec<Glyph>)>,
    char: &TextChar,
    ch: char,
    placing: &Placing<'_>,
) {
    // Text set from top to bottom, columns from right to left, is text that runs from left to right a quarter
    // turn back.
    let vertical = placing.vertical_fonts.contains(&char.font_name);
    let down = if vertical { 90.0 } else { 0.0 };
    let angle = (char.rotation_degrees - placing.turn as f32 - down).rem_euclid(360.0);
    // Quarters snap; text a little askew is one direction.
    let quarter = (angle / 90.0).round() * 90.0;
    let angle = if (angle - quarter).abs() < 4.0 {
        quarter.rem_euclid(360.0)
    } else {
        (angle / 5.0).round() * 5.0
    };
    let at = match layers
        .iter()
        .position(|(known, _)| (known - angle).abs() < 0.5)
    {
        Some(at) => at,
        // Letters along a curve have a direction each.
        None if layers.len() >= 40 => return,
        None => {
            layers.push((angle, Vec::new()));
            layers.len() - 1
        }
    };
    let (x, y) = placing.frame.point(char.origin_x, char.origin_y);
    let (left, baseline) = Turned::new(angle).into(x, y);
    let size = char.font_size.abs();
    // The library scales the advance by the horizontal part of the matrix, which is nothing for turned text.
    let width = char.matrix.map_or(char.advance_width, |matrix| {
        let along = matrix[0].abs();
        let whole = matrix[0].hypot(matrix[1]);
        if along > 0.2 * whole {
            char.advance_width * whole / along
        } else {
            0.0
        }
    });
    let (width, baseline) = if vertical {
        // The origin is the middle of the column.
        (size, baseline + 0.35 * size)
    } else {
        (width, baseline)
    };
    let name = &char.font_name;
    let heavy_name = ["Bold", "bold", "Black", "Heavy", "SimHei", "黑体"]
        .iter()
        .any(|part| name.contains(part));
    layers[at].1.push(Glyph {
        ch,
        left,
        right: left + width.clamp(0.0, 3.0 * size),
        baseline,
        size,
        bold: heavy_name || char.font_weight.is_bold(),
    });
}

/// Gives characters without a known advance one that reaches to the next character, at most a font size.
fn widen(glyphs: &mut [Glyph]) {
    if glyphs.iter().all(|glyph| glyph.right > glyph.left) {
        return;
    }
    glyphs.sort_by(|a, b| {
        let row = |glyph: &Glyph| (glyph.baseline * 2.0).round();
        row(a).total_cmp(&row(b)).then(a.left.total_cmp(&b.left))
    });
    for at in 0..glyphs.len() {
        let glyph = glyphs[at];
        if glyph.right > glyph.left {
            continue;
        }
        let usual = if is_wide(glyph.ch) { 1.0 } else { 0.5 } * glyph.size;
        let next = glyphs
            .get(at + 1)
            .filter(|next| (next.baseline - glyph.baseline).abs() < 0.5)
            .map_or(f32::MAX, |next| next.left - glyph.left);
        let width = if next > 0.0 && next < 1.15 * usual.max(0.6 * glyph.size) {
            next
        } else {
            usual
        };
        glyphs[at].right = glyph.left + width;
    }
}

/// Puts the value of a form field where it is shown.
fn push_field(layers: &mut Vec<TextLayer>, area: Area, value: &str) {
    if layers.first().is_none_or(|layer| layer.angle != 0.0) {
        layers.insert(0, TextLayer::default());
    }
    let Some(layer) = layers.first_mut() else {
        return;
    };
    let lines: Vec<&str> = value
        .split(['\r', '\n'])
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    let step = area.height() / lines.len().max(1) as f32;
    let size = (0.7 * step).clamp(4.0, 11.0);
    for (at, line) in lines.iter().enumerate() {
        let baseline = area.top + step * (at as f32 + 0.5) + 0.35 * size;
        let width: f32 = line
            .chars()
            .map(|ch| if is_wide(ch) { size } else { 0.5 * size })
            .sum();
        layer.runs.push(Run {
            text: (*line).to_owned(),
            area: Area {
                left: area.left,
                top: baseline - 0.85 * size,
                right: (area.left + width).min(area.right.max(area.left + 1.0)),
                bottom: baseline + 0.15 * size,
            },
            baseline,
            size,
            bold: false,
        });
    }
}
