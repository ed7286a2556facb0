//! Runs to lines.

use super::page::{Area, Run};
use super::text::is_wide;

/// Runs that stand on one line of a column, from left to right.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) runs: Vec<Run>,
    pub(super) area: Area,
    pub(super) baseline: f32,
    /// Font size of most of its characters.
    pub(super) size: f32,
    pub(super) bold: bool,
}

impl Line {
    fn of(mut runs: Vec<Run>) -> Option<Self> {
        runs.sort_by(|a, b| a.area.left.total_cmp(&b.area.left));
        let area = runs.iter().map(|run| run.area).reduce(|a, b| a.union(&b))?;
        let main = runs.iter().max_by_key(|run| run.text.chars().count())?;
        let (baseline, size) = (main.baseline, main.size);
        let bold = runs.iter().all(|run| run.bold);
        Some(Self {
            runs,
            area,
            baseline,
            size,
            bold,
        })
    }

    /// The text with a space wherever two runs do not touch.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        let mut last: Option<&Run> = None;
        for run in &self.runs {
            if let Some(last) = last {
                let gap = run.area.left - last.area.right;
                let wide = text.chars().last().is_some_and(is_wide)
                    && run.text.chars().next().is_some_and(is_wide);
                // A raised figure or a run after a font change touches; a gap in stretched wide text is no space.
                let limit = if wide { 0.5 } else { 0.15 } * self.size;
                if gap > limit {
                    text.push(' ');
                }
            }
            text.push_str(&run.text);
            last = Some(run);
        }
        text
    }
}

/// Groups runs that share most of their height into lines, from top to bottom.
pub(super) fn build_lines(mut runs: Vec<Run>) -> Vec<Line> {
    runs.sort_by(|a, b| a.baseline.total_cmp(&b.baseline));
    let mut groups: Vec<(Area, f32, Vec<Run>)> = Vec::new();
    for run in runs {
        // Only the last few groups can still be met: baselines grow.
        let meets = groups
            .iter_mut()
            .rev()
            .take(4)
            .find(|(area, baseline, members)| {
                let height = area.height().min(run.area.height()).max(0.1);
                let small = run.size.min(members[0].size) < 0.8 * run.size.max(members[0].size);
                let near = (run.baseline - *baseline).abs() < 0.45 * run.size.min(members[0].size);
                let free = members.iter().all(|member| {
                    member.area.right.min(run.area.right) - member.area.left.max(run.area.left)
                        < 0.4 * run.size
                });
                // Raised and lowered small print joins by height, equal print by its baseline.
                free && (near || (small && area.shared_height(&run.area) > 0.6 * height))
            });
        match meets {
            Some((area, baseline, members)) => {
                *area = area.union(&run.area);
                if run.size > members[0].size {
                    *baseline = run.baseline;
                    members.insert(0, run);
                } else {
                    members.push(run);
                }
            }
            None => groups.push((run.area, run.baseline, vec![run])),
        }
    }
    let mut lines: Vec<Line> = groups
        .into_iter()
        .filter_map(|(_, _, members)| Line::of(members))
        .collect();
    lines.sort_by(|a, b| a.baseline.total_cmp(&b.baseline));
    lines
}
