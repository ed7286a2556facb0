//! What one page holds, before it is laid out: pieces of text with their places, rules, fields and notes.

/// A box with the origin at the top left, in points.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Area {
    pub(super) left: f32,
    pub(super) top: f32,
    pub(super) right: f32,
    pub(super) bottom: f32,
}

impl Area {
    pub(super) fn width(&self) -> f32 {
        self.right - self.left
    }

    pub(super) fn height(&self) -> f32 {
        self.bottom - self.top
    }

    pub(super) fn center_x(&self) -> f32 {
        f32::midpoint(self.left, self.right)
    }

    pub(super) fn center_y(&self) -> f32 {
        f32::midpoint(self.top, self.bottom)
    }

    pub(super) fn union(&self, other: &Self) -> Self {
        Self {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }

    /// Height of the part that both share, 0 when they do not meet.
    pub(super) fn shared_height(&self, other: &Self) -> f32 {
        (self.bottom.min(other.bottom) - self.top.max(other.top)).max(0.0)
    }

    pub(super) fn contains(&self, x: f32, y: f32) -> bool {
        x >= self.left && x <= self.right && y >= self.top && y <= self.bottom
    }
}

/// One character where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Glyph {
    pub(super) ch: char,
    pub(super) left: f32,
    pub(super) right: f32,
    pub(super) baseline: f32,
    pub(super) size: f32,
    pub(super) bold: bool,
}

/// Characters of one line that stand close together.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Run {
    pub(super) text: String,
    pub(super) area: Area,
    pub(super) baseline: f32,
    pub(super) size: f32,
    pub(super) bold: bool,
}

/// A ruling line of the page, horizontal or vertical.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Rule {
    Across { y: f32, left: f32, right: f32 },
    Down { x: f32, top: f32, bottom: f32 },
}

/// Text of one direction, in a frame in which it runs from left to right.
#[derive(Debug, Clone, Default)]
pub(super) struct TextLayer {
    /// Direction on the displayed page in degrees against the clock.
    pub(super) angle: f32,
    pub(super) runs: Vec<Run>,
    pub(super) rules: Vec<Rule>,
}

/// Text that a reader of the page would not see and that was left out.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Hidden {
    /// Characters in the colour of the paper, off the page, too small to read, or drawn invisibly.
    pub(super) characters: usize,
}

/// Why the content of a page was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unread {
    /// It is missing from the file.
    Lost,
    /// It is too long, or its parts are nested too deep.
    TooMuch,
}

/// One page, read.
#[derive(Debug, Clone, Default)]
pub(super) struct Page {
    /// Number from 1.
    pub(super) number: u32,
    pub(super) height: f32,
    /// The text, the direction with the most of it first.
    pub(super) layers: Vec<TextLayer>,
    /// Comments that reviewers left on the page.
    pub(super) notes: Vec<(Area, String)>,
    pub(super) hidden: Hidden,
    /// Visible characters in all layers.
    pub(super) characters: usize,
    /// Of them, those without a known meaning.
    pub(super) unreadable: usize,
    /// Share of the page covered by pictures, 0 to 1; only known when there is little text.
    pub(super) picture_share: f32,
    /// Something is drawn on the page, text or not.
    pub(super) has_marks: bool,
    /// Why the content was not read, if it was not.
    pub(super) unread: Option<Unread>,
}
