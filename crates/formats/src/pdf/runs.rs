//! Characters to runs: pieces of a line whose characters stand close together.

use super::page::{Area, Glyph, Rule, Run};
use super::text::{is_wide, push_plain};

/// Gap in font sizes from which two characters belong to different runs: above a word space, below a gutter.
const RUN_GAP: f32 = 0.8;
/// The same between figures, which stand in table columns.
const FIGURE_GAP: f32 = 0.55;

/// Builds the runs of one text direction; `rules` cut runs that cross a vertical line.
pub(super) fn build_runs(mut glyphs: Vec<Glyph>, rules: &[Rule]) -> Vec<Run> {
    glyphs.retain(|glyph| {
        glyph.left.is_finite()
            && glyph.baseline.is_finite()
            && glyph.size.is_finite()
            && glyph.size > 0.0
    });
    glyphs.sort_by(|a, b| a.baseline.total_cmp(&b.baseline));
    let mut downs: Vec<(f32, f32, f32)> = rules
        .iter()
        .filter_map(|rule| match *rule {
            Rule::Down { x, top, bottom } => Some((x, top, bottom)),
            Rule::Across { .. } => None,
        })
        .collect();
    downs.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut runs = Vec::new();
    let mut band: Vec<Glyph> = Vec::new();
    for glyph in glyphs {
        if let Some(first) = band.first()
            && glyph.baseline - first.baseline > 0.25 * first.size.min(glyph.size)
        {
            split_band(std::mem::take(&mut band), &downs, &mut runs);
        }
        band.push(glyph);
    }
    split_band(band, &downs, &mut runs);
    runs
}

/// Cuts the characters on one baseline into runs.
fn split_band(mut band: Vec<Glyph>, downs: &[(f32, f32, f32)], runs: &mut Vec<Run>) {
    band.sort_by(|a, b| a.left.total_cmp(&b.left));
    let mut current: Vec<Glyph> = Vec::new();
    let mut spaces: Vec<bool> = Vec::new();
    let mut space = false;
    for glyph in band {
        if glyph.ch.is_whitespace() || glyph.ch == '\u{A0}' {
            space = true;
            continue;
        }
        if let Some(last) = current.last() {
            let gap = glyph.left - last.right;
            let size = last.size.max(glyph.size);
            let figures = is_figure(last.ch) && is_figure(glyph.ch);
            let limit = if figures { FIGURE_GAP } else { RUN_GAP } * size;
            let overprint = glyph.ch == last.ch && (glyph.left - last.left).abs() < 0.15 * size;
            if overprint {
                continue;
            }
            if gap > limit || crosses(downs, last, &glyph) {
                push_run(&mut current, &mut spaces, runs);
                space = false;
            }
        }
        spaces.push(space && !current.is_empty());
        current.push(glyph);
        space = false;
    }
    push_run(&mut current, &mut spaces, runs);
}

fn is_figure(ch: char) -> bool {
    ch.is_ascii_digit()
        || matches!(
            ch,
            ',' | '.' | '%' | '(' | ')' | '$' | '¥' | '￥' | '-' | '—'
        )
}

/// True when a vertical rule stands between two characters.
fn crosses(downs: &[(f32, f32, f32)], last: &Glyph, next: &Glyph) -> bool {
    let (from, to) = (last.right - 0.3 * last.size, next.left + 0.3 * next.size);
    if next.left - last.right < -0.3 * last.size {
        return false;
    }
    let start = downs.partition_point(|down| down.0 < from);
    let middle = last.baseline - 0.3 * last.size;
    downs[start..]
        .iter()
        .take_while(|down| down.0 <= to)
        .any(|down| down.1 <= middle && down.2 >= middle)
}

fn push_run(glyphs: &mut Vec<Glyph>, spaces: &mut Vec<bool>, runs: &mut Vec<Run>) {
    let (Some(first), Some(last)) = (glyphs.first().copied(), glyphs.last().copied()) else {
        return;
    };
    // Letters set wide apart for looks: their usual gap is no word space.
    let mut gaps: Vec<f32> = glyphs
        .windows(2)
        .map(|pair| pair[1].left - pair[0].right)
        .collect();
    gaps.sort_by(f32::total_cmp);
    let usual = if gaps.len() >= 4 {
        gaps[gaps.len() / 2].max(0.0)
    } else {
        0.0
    };
    let mut text = String::new();
    let mut area = Area {
        left: first.left,
        top: f32::MAX,
        right: last.right,
        bottom: f32::MIN,
    };
    let (mut size_sum, mut bold) = (0.0, 0_usize);
    for (at, glyph) in glyphs.iter().enumerate() {
        if at > 0 && spaced(&glyphs[at - 1], glyph, spaces[at], usual) {
            text.push(' ');
        }
        push_plain(&mut text, glyph.ch);
        area.right = area.right.max(glyph.right);
        area.top = area.top.min(glyph.baseline - 0.85 * glyph.size);
        area.bottom = area.bottom.max(glyph.baseline + 0.15 * glyph.size);
        size_sum += glyph.size;
        bold += usize::from(glyph.bold);
    }
    if last.ch == '\u{AD}' {
        // A soft hyphen that is drawn: the word goes on in the next line.
        text.push('\u{2010}');
    }
    let count = glyphs.len();
    if !text.trim().is_empty() {
        runs.push(Run {
            text,
            area,
            baseline: first.baseline,
            size: size_sum / count as f32,
            bold: bold * 2 > count,
        });
    }
    glyphs.clear();
    spaces.clear();
}

/// True when a space stands between two characters of a run.
fn spaced(last: &Glyph, next: &Glyph, explicit: bool, usual: f32) -> bool {
    let size = last.size.max(next.size);
    let gap = (next.left - last.right) / size;
    let usual = usual / size;
    match (is_wide(last.ch), is_wide(next.ch)) {
        // Full-width lines are stretched to the margin by small gaps between all characters.
        (true, true) => (explicit && gap > 0.15) || gap > 0.5 + usual,
        (false, false) => explicit || gap > 0.18 + usual,
        (true, false) | (false, true) => (explicit && gap > 0.1) || gap > 0.4 + usual,
    }
}
