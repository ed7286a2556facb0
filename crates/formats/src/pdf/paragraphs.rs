//! Lines of a region to paragraphs.

use super::lines::Line;
use super::lists::{Mark, split_mark};
use super::page::Area;
use super::text::{ends_sentence, is_wide, join_line};

/// Lines that belong together.
#[derive(Debug, Clone)]
pub(super) struct Paragraph {
    pub(super) text: String,
    pub(super) area: Area,
    pub(super) size: f32,
    pub(super) bold: bool,
    pub(super) lines: usize,
}

/// Joins lines to paragraphs.
pub(super) fn build_paragraphs(lines: &[Line]) -> Vec<Paragraph> {
    let leading = usual_leading(lines);
    let mut paragraphs: Vec<Paragraph> = Vec::new();
    for block in blocks(lines, leading) {
        let left = block
            .iter()
            .map(|line| line.area.left)
            .fold(f32::MAX, f32::min);
        let right = block
            .iter()
            .map(|line| line.area.right)
            .fold(f32::MIN, f32::max);
        let mut last: Option<&Line> = None;
        for line in block {
            let text = line.text();
            let Some((before, paragraph)) = last.zip(paragraphs.last_mut()) else {
                paragraphs.push(Paragraph::start(line, text));
                last = Some(line);
                continue;
            };
            match seam(before, line, &text, left, right) {
                Seam::Wrapped => join_line(&mut paragraph.text, &text),
                Seam::Broken => {
                    paragraph.text.push('\n');
                    paragraph.text.push_str(text.trim());
                }
                Seam::New => {
                    paragraphs.push(Paragraph::start(line, text));
                    last = Some(line);
                    continue;
                }
            }
            paragraph.area = paragraph.area.union(&line.area);
            paragraph.bold &= line.bold;
            paragraph.lines += 1;
            last = Some(line);
        }
    }
    paragraphs
}

impl Paragraph {
    fn start(line: &Line, text: String) -> Self {
        Self {
            text: text.trim().to_owned(),
            area: line.area,
            size: line.size,
            bold: line.bold,
            lines: 1,
        }
    }
}

/// How a line follows the one before it.
enum Seam {
    /// The text runs on.
    Wrapped,
    /// A line of its own in the same paragraph.
    Broken,
    /// A new paragraph.
    New,
}

/// Usual distance of baselines, measured in font sizes.
fn usual_leading(lines: &[Line]) -> f32 {
    let mut steps: Vec<f32> = lines
        .windows(2)
        .filter(|pair| (pair[0].size - pair[1].size).abs() < 0.1 * pair[0].size)
        .map(|pair| (pair[1].baseline - pair[0].baseline) / pair[1].size.max(1.0))
        .filter(|step| (0.7..3.0).contains(step))
        .collect();
    steps.sort_by(f32::total_cmp);
    // The lower middle: spaces between paragraphs must not pass for the distance of lines.
    steps.get(steps.len() / 2).copied().unwrap_or(1.4).min(2.4)
}

/// Cuts at white space and at changes of the font size or weight.
fn blocks(lines: &[Line], leading: f32) -> Vec<&[Line]> {
    let mut blocks = Vec::new();
    let mut start = 0;
    for at in 1..lines.len() {
        let (before, line) = (&lines[at - 1], &lines[at]);
        let step = line.baseline - before.baseline;
        let size = before.size.max(line.size);
        let other_size = (before.size - line.size).abs() > 0.08 * size;
        if step > (leading * 1.28 * size).max(size * 1.15) || other_size || before.bold != line.bold
        {
            blocks.push(&lines[start..at]);
            start = at;
        }
    }
    if start < lines.len() {
        blocks.push(&lines[start..]);
    }
    blocks
}

fn seam(before: &Line, line: &Line, text: &str, left: f32, right: f32) -> Seam {
    let size = line.size.max(1.0);
    if let Some((mark, _, _)) = split_mark(text)
        && (mark == Mark::Bullet || starts_item(before, line))
    {
        return Seam::New;
    }
    // What comes first on this line would have fitted on the line before: somebody ended that line.
    let room = right - before.area.right;
    let ended = room > first_word(text, size) + 0.6 * size;
    let indented =
        line.area.left > left + 0.8 * size && line.area.left > before.area.left + 0.8 * size;
    let before_text = before.text();
    if indented && (ended || ends_sentence(&before_text)) {
        return Seam::New;
    }
    if ended && room > 1.2 * size {
        return if ends_sentence(&before_text) {
            Seam::New
        } else {
            Seam::Broken
        };
    }
    if indented
        && right - left > 15.0 * size
        && line.area.left < left + 3.0 * size
        && before.area.left < left + 0.5 * size
    {
        // A first-line indent under a line that happens to be full.
        return Seam::New;
    }
    Seam::Wrapped
}

/// True unless the mark only happens to stand at the beginning of a wrapped line.
fn starts_item(before: &Line, line: &Line) -> bool {
    let text = before.text();
    let shorter = before.area.right < line.area.right - line.size;
    split_mark(&text).is_some()
        || ends_sentence(&text)
        || shorter
        || line.area.left > before.area.left + 0.5 * line.size
}

/// Width of the first word, or of one wide character with the punctuation that may not stand alone.
fn first_word(text: &str, size: f32) -> f32 {
    let mut width = 0.0;
    for (at, ch) in text.chars().enumerate() {
        if ch == ' ' {
            break;
        }
        if is_wide(ch) {
            // Punctuation may not begin a line, so the break may have moved one character.
            return width + if at == 0 { 2.0 * size } else { 0.0 };
        }
        width += 0.52 * size;
    }
    width
}
