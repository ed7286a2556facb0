//! Lines to paragraphs and headings.

use deskmate_core::Block;

use super::lines::{self, Line};
use crate::outline::Outline;

/// A line wider than this was not wrapped by hand.
const MAX_WRAP_COLUMNS: usize = 160;
/// Wrapped text is at least this wide; narrower lines are verse, addresses, tables of contents.
const MIN_WRAP_COLUMNS: usize = 36;
/// Lines of mean width above this, not wrapped, are paragraphs of their own.
const PROSE_COLUMNS: usize = 50;
/// Short lines that one paragraph keeps together, so that anchors stay near their text.
const MAX_KEPT_LINES: usize = 24;

/// Splits text; gives a title if the first line looks like one.
pub(super) fn read(text: &str) -> (Option<String>, Vec<Block>) {
    let lines = lines::split(text);
    let filled: Vec<&Line<'_>> = lines.iter().filter(|line| !line.is_blank()).collect();
    let utterances = filled
        .iter()
        .filter(|line| lines::is_utterance(line.body()))
        .count();
    let layout = Layout {
        is_transcript: filled.len() >= 3 && utterances * 2 > filled.len(),
        has_parts: filled
            .iter()
            .any(|line| lines::legal_heading(line.body()) == Some(0)),
    };
    let title = title_of(&lines);
    let mut outline = Outline::default();
    for group in lines.split(Line::is_blank) {
        let mut start = 0;
        for (index, line) in group.iter().enumerate() {
            if let Some(level) = lines::legal_heading(line.body()) {
                layout.paragraphs(&group[start..index], &mut outline);
                let level = if layout.has_parts {
                    level + 1
                } else {
                    level.max(1)
                };
                outline.heading(level, line.body(), Some(line.number));
                start = index + 1;
            }
        }
        layout.paragraphs(&group[start..], &mut outline);
    }
    (title, outline.finish())
}

struct Layout {
    is_transcript: bool,
    has_parts: bool,
}

impl Layout {
    /// Adds the paragraphs of lines without a blank one between them.
    fn paragraphs(&self, group: &[Line<'_>], outline: &mut Outline) {
        if group.is_empty() {
            return;
        }
        if self.is_transcript {
            utterances(group, outline);
            return;
        }
        let wrapped = is_wrapped(group);
        if !wrapped && has_own_paragraphs(group) {
            for line in group {
                outline.paragraph(line.body(), Some(line.number));
            }
            return;
        }
        let mut start = 0;
        for index in 1..=group.len() {
            let starts_new = group.get(index).is_none_or(|line| {
                lines::starts_article(line.body())
                    || (wrapped && (line.is_indented() || lines::is_list_item(line.body())))
                    || (!wrapped && index - start >= MAX_KEPT_LINES)
            });
            if starts_new {
                let text = if wrapped {
                    join(&group[start..index])
                } else {
                    keep(&group[start..index])
                };
                outline.paragraph(&text, Some(group[start].number));
                start = index;
            }
        }
    }
}

/// One paragraph per utterance; a line without a speaker or time goes on with the one before.
fn utterances(group: &[Line<'_>], outline: &mut Outline) {
    let mut start = 0;
    for index in 1..=group.len() {
        if group
            .get(index)
            .is_none_or(|line| lines::is_utterance(line.body()) || index - start >= MAX_KEPT_LINES)
        {
            outline.paragraph(&keep(&group[start..index]), Some(group[start].number));
            start = index;
        }
    }
}

/// True when the lines were broken at a column and not by their meaning.
fn is_wrapped(group: &[Line<'_>]) -> bool {
    if group.len() < 2 {
        return false;
    }
    let widths: Vec<usize> = group
        .iter()
        .map(|line| lines::display_width(line.text))
        .collect();
    let widest = widths.iter().copied().max().unwrap_or(0);
    if !(MIN_WRAP_COLUMNS..=MAX_WRAP_COLUMNS).contains(&widest) {
        return false;
    }
    let (mut inner, mut full, mut ended) = (0_usize, 0_usize, 0_usize);
    for (index, line) in group.iter().enumerate() {
        // The last line of a paragraph may be short.
        let next = group.get(index + 1);
        let is_last = next.is_none_or(|next| {
            next.is_indented()
                || lines::starts_article(next.body())
                || lines::is_list_item(next.body())
        });
        if is_last {
            continue;
        }
        inner += 1;
        // A Latin word or an unbreakable mark of up to a quarter of the line may have moved down.
        full += usize::from(widths[index] * 4 >= widest * 3);
        ended += usize::from(lines::ends_sentence(line.body()));
    }
    // Wrapped lines end in the middle of a sentence most of the time.
    inner > 0 && full * 10 >= inner * 9 && ended * 2 <= inner
}

/// True when each line is a paragraph, as in files written by programs that do not leave blank lines.
fn has_own_paragraphs(group: &[Line<'_>]) -> bool {
    if group.len() == 1 {
        return true;
    }
    let width: usize = group
        .iter()
        .map(|line| lines::display_width(line.body()))
        .sum();
    let ended = group
        .iter()
        .filter(|line| lines::ends_sentence(line.body()))
        .count();
    let mean = width / group.len();
    mean >= PROSE_COLUMNS || (mean >= MIN_WRAP_COLUMNS && ended * 5 >= group.len() * 4)
}

fn keep(group: &[Line<'_>]) -> String {
    let lines: Vec<&str> = group.iter().map(Line::body).collect();
    lines.join("\n")
}

/// Joins wrapped lines: East Asian ones directly, others with a space, a hyphenated word without its hyphen kept
/// as it stands because nobody knows whether it belongs.
fn join(group: &[Line<'_>]) -> String {
    let mut text = String::new();
    for line in group {
        let body = line.body();
        let glued = text.chars().next_back().is_none_or(lines::is_wide)
            || body.chars().next().is_some_and(lines::is_wide)
            || text.ends_with('-');
        if !glued {
            text.push(' ');
        }
        text.push_str(body);
    }
    text
}

/// The first line, if it stands alone, is short and is no sentence.
fn title_of(lines: &[Line<'_>]) -> Option<String> {
    let first = lines.iter().position(|line| !line.is_blank())?;
    let body = lines[first].body();
    let stands_alone = lines.get(first + 1).is_some_and(Line::is_blank)
        || lines
            .get(first + 1)
            .is_some_and(|next| next.is_indented() || lines::legal_heading(next.body()).is_some());
    let more = lines[first + 1..].iter().any(|line| !line.is_blank());
    let is_title = stands_alone
        && more
        && lines::display_width(body) <= 80
        && !body.ends_with(['。', '，', '；', '、', '！', '？', '.', ',', ';', '!'])
        && !lines::is_utterance(body)
        && !lines::is_list_item(body)
        && !lines::starts_article(body)
        && body.chars().any(char::is_alphabetic);
    is_title.then(|| body.to_owned())
}
