//! From the page's own space (origin at the lower left, before its turn) to the page as displayed and to the
//! frame of a text direction.

use super::page::{Area, Rule};
use super::source::{Corners, Stroke};

/// Maps points of a page to the displayed page, origin at the top left.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    view: Corners,
    turn: i32,
}

impl Frame {
    pub(super) fn new(view: Corners, turn: i32) -> Self {
        Self { view, turn }
    }

    /// Height as displayed.
    pub(super) fn height(&self) -> f32 {
        match self.turn {
            90 | 270 => self.view[2] - self.view[0],
            _ => self.view[3] - self.view[1],
        }
    }

    pub(super) fn point(&self, x: f32, y: f32) -> (f32, f32) {
        let (width, height) = (self.view[2] - self.view[0], self.view[3] - self.view[1]);
        let (x, y) = (x - self.view[0], y - self.view[1]);
        match self.turn {
            90 => (y, x),
            180 => (width - x, y),
            270 => (height - y, width - x),
            _ => (x, height - y),
        }
    }

    pub(super) fn area(&self, corners: Corners) -> Area {
        let (ax, ay) = self.point(corners[0], corners[1]);
        let (bx, by) = self.point(corners[2], corners[3]);
        Area {
            left: ax.min(bx),
            top: ay.min(by),
            right: ax.max(bx),
            bottom: ay.max(by),
        }
    }
}

/// The frame in which text of one direction runs from left to right.
#[derive(Debug, Clone, Copy)]
pub(super) struct Turned {
    cos: f32,
    sin: f32,
}

impl Turned {
    /// `angle`: direction of the text on the displayed page in degrees against the clock.
    pub(super) fn new(angle: f32) -> Self {
        let (sin, cos) = angle.to_radians().sin_cos();
        // Exact for the quarters, so that upright text keeps its numbers.
        let clean = |value: f32| if value.abs() < 1e-4 { 0.0 } else { value };
        Self {
            cos: clean(cos),
            sin: clean(sin),
        }
    }

    pub(super) fn into(self, x: f32, y: f32) -> (f32, f32) {
        (x * self.cos - y * self.sin, x * self.sin + y * self.cos)
    }

    pub(super) fn back(self, area: Area) -> Area {
        let back = |x: f32, y: f32| (x * self.cos + y * self.sin, -x * self.sin + y * self.cos);
        let corners = [
            back(area.left, area.top),
            back(area.right, area.top),
            back(area.left, area.bottom),
            back(area.right, area.bottom),
        ];
        let mut hull = Area {
            left: f32::MAX,
            top: f32::MAX,
            right: f32::MIN,
            bottom: f32::MIN,
        };
        for (x, y) in corners {
            hull.left = hull.left.min(x);
            hull.right = hull.right.max(x);
            hull.top = hull.top.min(y);
            hull.bottom = hull.bottom.max(y);
        }
        hull
    }
}

/// The strokes that are horizontal or vertical in the frame of a text direction.
pub(super) fn rules(strokes: &[Stroke], frame: &Frame, turned: Turned) -> Vec<Rule> {
    let map = |(x, y): (f32, f32)| {
        let (x, y) = frame.point(x, y);
        turned.into(x, y)
    };
    strokes
        .iter()
        .filter_map(|stroke| {
            let ((ax, ay), (bx, by)) = (map(stroke.from), map(stroke.to));
            let (wide, high) = ((ax - bx).abs(), (ay - by).abs());
            if high < 1.0 && wide > 4.0 {
                Some(Rule::Across {
                    y: f32::midpoint(ay, by),
                    left: ax.min(bx),
                    right: ax.max(bx),
                })
            } else if wide < 1.0 && high > 4.0 {
                Some(Rule::Down {
                    x: f32::midpoint(ax, bx),
                    top: ay.min(by),
                    bottom: ay.max(by),
                })
            } else {
                None
            }
        })
        .collect()
}
