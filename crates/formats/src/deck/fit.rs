//! Fits paragraphs into a box: first smaller within limits, then, by the caller, fewer.

use super::metrics::{line_count, line_height};

/// A box for text, in points, insets taken off.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct TextBox {
    pub(super) width: f32,
    pub(super) height: f32,
}

/// How a level of text is set where nothing is said on the paragraph itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct LevelStyle {
    /// Size in points.
    pub(super) size: f32,
    /// Left margin in points, hanging indent included.
    pub(super) margin: f32,
    /// Space before a paragraph, in points or as a share of its size.
    pub(super) space_before: Spacing,
    /// Line spacing, in points or as a share of single spacing.
    pub(super) line_spacing: Spacing,
    pub(super) bold: bool,
    /// Width of the face as a share of what the tables of widths say.
    pub(super) face_width: f32,
    /// Whether a style states the size, so that every program takes it from there; else it is written on the text.
    pub(super) is_stated: bool,
}

/// A distance that is fixed, or that grows with the text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Spacing {
    Share(f32),
    Points(f32),
}

impl Spacing {
    /// The distance in points, where the whole is `unit` points.
    fn of(self, unit: f32) -> f32 {
        match self {
            Self::Share(share) => share * unit,
            Self::Points(points) => points,
        }
    }
}

impl LevelStyle {
    /// Text of which nothing is said anywhere.
    pub(super) const PLAIN: Self = Self {
        size: 18.0,
        margin: 0.0,
        space_before: Spacing::Share(0.0),
        line_spacing: Spacing::Share(1.0),
        bold: false,
        face_width: 1.0,
        is_stated: false,
    };

    /// The room that a line of this size has in a width, in points of a usual face.
    pub(super) fn room(&self, width: f32, size: f32) -> f32 {
        ((width - self.margin) / self.face_width).max(size)
    }

    /// Height of a line of this text at a size, in points.
    pub(super) fn line(&self, text: &str, size: f32) -> f32 {
        self.line_spacing.of(line_height(text, size))
    }

    /// Space before a paragraph at a size, in points.
    pub(super) fn before(&self, size: f32) -> f32 {
        self.space_before.of(size)
    }
}

/// A paragraph to be fitted.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    pub(super) level: usize,
    pub(super) text: String,
}

/// No text on a slide is set smaller than this, in points; a footer or a dense table may be.
pub(super) const SMALLEST: f32 = 14.0;

/// Sizes below these shares of the layout's own look like another deck.
const SCALES: [f32; 8] = [1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65];

/// A size as it is written: whole points, so that a deck does not mix 17.1 and 17.3.
pub(super) fn scaled(size: f32, scale: f32) -> f32 {
    if scale >= 1.0 {
        size
    } else {
        (size * scale).floor().max(size.min(SMALLEST))
    }
}

/// Height that the lines take at a scale, in points.
pub(super) fn height(lines: &[Line], styles: &[LevelStyle], scale: f32, width: f32) -> f32 {
    let mut sum = 0.0;
    for (index, line) in lines.iter().enumerate() {
        let style = style_of(styles, line.level);
        let size = scaled(style.size, scale);
        let rows = line_count(&line.text, size, style.bold, style.room(width, size));
        sum += rows as f32 * style.line(&line.text, size);
        if index > 0 {
            sum += style.before(size);
        }
    }
    sum
}

/// The style of a level; deeper levels than the layout knows look like its deepest.
pub(super) fn style_of(styles: &[LevelStyle], level: usize) -> LevelStyle {
    styles
        .get(level)
        .or(styles.last())
        .copied()
        .unwrap_or(LevelStyle::PLAIN)
}

/// The largest scale at which the lines fit the box, or `None` when they do not even at the smallest.
pub(super) fn scale_to_fit(lines: &[Line], styles: &[LevelStyle], area: TextBox) -> Option<f32> {
    SCALES
        .into_iter()
        .find(|scale| height(lines, styles, *scale, area.width) <= area.height)
}

/// Smallest scale there is.
pub(super) const LEAST_SCALE: f32 = SCALES[SCALES.len() - 1];

/// Divides lines into the fewest runs that each fit the box, evenly filled; a line that alone is too high is alone.
pub(super) fn runs(
    lines: &[Line],
    styles: &[LevelStyle],
    area: TextBox,
    scale: f32,
) -> Vec<std::ops::Range<usize>> {
    let fits = |range: &std::ops::Range<usize>| {
        height(&lines[range.clone()], styles, scale, area.width) <= area.height
    };
    let greedy = pack(lines.len(), &fits);
    // The same number of runs, but with about the same number of lines each: four and three, not six and one.
    let even = lines.len().div_ceil(greedy.len().max(1));
    let balanced = pack(lines.len(), &|range| range.len() <= even && fits(range));
    if balanced.len() <= greedy.len() {
        balanced
    } else {
        greedy
    }
}

fn pack(
    count: usize,
    fits: &dyn Fn(&std::ops::Range<usize>) -> bool,
) -> Vec<std::ops::Range<usize>> {
    let mut out = Vec::new();
    let mut start = 0;
    while start < count {
        let mut end = start + 1;
        while end < count && fits(&(start..end + 1)) {
            end += 1;
        }
        out.push(start..end);
        start = end;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const STYLES: [LevelStyle; 1] = [LevelStyle {
        size: 20.0,
        margin: 0.0,
        space_before: Spacing::Share(0.5),
        ..LevelStyle::PLAIN
    }];
    const AREA: TextBox = TextBox {
        width: 400.0,
        height: 200.0,
    };

    fn lines(count: usize, characters: usize) -> Vec<Line> {
        (0..count)
            .map(|_| Line {
                level: 0,
                text: "力".repeat(characters),
            })
            .collect()
    }

    #[test]
    fn what_fits_keeps_its_size() {
        assert_eq!(scale_to_fit(&lines(4, 10), &STYLES, AREA), Some(1.0));
    }

    #[test]
    fn a_little_too_much_is_set_smaller_and_far_too_much_is_refused() {
        let scale = scale_to_fit(&lines(6, 10), &STYLES, AREA);
        assert!(scale.is_some_and(|scale| scale < 1.0));
        assert_eq!(scale_to_fit(&lines(40, 10), &STYLES, AREA), None);
    }

    #[test]
    fn a_distance_in_points_stays_when_the_text_is_set_smaller() {
        let styles = [LevelStyle {
            size: 40.0,
            space_before: Spacing::Points(10.0),
            line_spacing: Spacing::Points(48.0),
            ..LevelStyle::PLAIN
        }];
        for scale in [1.0, 0.65] {
            assert_eq!(height(&lines(2, 3), &styles, scale, 400.0), 106.0);
        }
    }

    #[test]
    fn runs_are_evenly_filled_and_each_fits() {
        let lines = lines(7, 18);
        let runs = runs(&lines, &STYLES, AREA, 1.0);
        assert_eq!(runs, [0..4, 4..7]);
    }

    #[test]
    fn text_is_never_set_below_the_smallest_size() {
        assert_eq!(scaled(16.0, 0.65), SMALLEST);
        // A layout that is smaller itself is left as it is.
        assert_eq!(scaled(12.0, 0.65), 12.0);
    }
}
