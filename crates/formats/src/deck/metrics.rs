//! How wide and how high text is, without any font at hand: the same on every machine.

/// Widths of the printable ASCII characters, thousandths of an em.
// Source: Adobe Helvetica AFM; Arial, Liberation Sans and their kin have the same advances.
const LATIN: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278,
    278, // space to /
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, // 0 to ?
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, // @ to O
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, // P to _
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, // ` to o
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584, // p to ~
];

/// Room for a face that is a little wider than the table: Segoe UI, Calibri and DejaVu differ both ways.
const FACE_ALLOWANCE: f32 = 1.06;
/// Bold letters are wider; ideographs are not.
const BOLD_ALLOWANCE: f32 = 1.07;

/// Height of a line with ideographs, in em: Noto Sans CJK 1.45, YaHei 1.32, SimSun 1.14.
const HAN_LINE: f32 = 1.45;
/// Height of a line of Latin letters alone, in em: Arial 1.15, Calibri 1.22, Segoe UI 1.33.
const LATIN_LINE: f32 = 1.25;

/// True for characters that take a full em, and between which a line may end.
pub(super) fn is_wide(c: char) -> bool {
    matches!(c as u32,
        0x1100..=0x115F | 0x2E80..=0x303F | 0x3041..=0x33FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF
        | 0xA000..=0xA4CF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF | 0xFE30..=0xFE4F | 0xFF00..=0xFF60
        | 0xFFE0..=0xFFE6 | 0x1F300..=0x1FAFF | 0x20000..=0x3FFFD)
        // Set full width by Chinese faces although they stand in Western blocks.
        || matches!(c, '“' | '”' | '‘' | '’' | '…' | '—' | '·' | '①'..='⑳' | '℃' | '→' | '←' | '≥' | '≤' | '≠' | '≈' | '∝' | '×' | '÷')
}

/// Width of a character in em.
fn character_width(c: char, bold: bool) -> f32 {
    if is_wide(c) {
        return 1.0;
    }
    let allowance = if bold {
        FACE_ALLOWANCE * BOLD_ALLOWANCE
    } else {
        FACE_ALLOWANCE
    };
    let units = match c {
        ' '..='~' => f32::from(LATIN[c as usize - ' ' as usize]),
        '\u{300}'..='\u{36F}' | '\u{200B}'..='\u{200F}' | '\u{FE00}'..='\u{FE0F}' => 0.0,
        // Greek, Cyrillic, accented letters, signs: about a lower-case letter, capitals wider.
        c if c.is_uppercase() => 740.0,
        c if c.is_lowercase() => 600.0,
        _ => 800.0,
    };
    units * allowance / 1000.0
}

/// Space that some programs put between an ideograph and a Latin letter or digit, in em.
const SCRIPT_GAP: f32 = 0.25;

/// The space between two characters of which one is an ideograph and the other is not, in em.
fn gap(before: char, after: char) -> f32 {
    let meets = is_wide(before) != is_wide(after) && before != ' ' && after != ' ';
    if meets { SCRIPT_GAP } else { 0.0 }
}

/// Width of a text on one line, in points.
pub(super) fn text_width(text: &str, size: f32, bold: bool) -> f32 {
    let mut sum = 0.0;
    let mut last = None;
    for c in text.chars() {
        sum += character_width(c, bold) + last.map_or(0.0, |last| gap(last, c));
        last = Some(c);
    }
    sum * size
}

/// Height of a line of this text, in points, at single spacing.
pub(super) fn line_height(text: &str, size: f32) -> f32 {
    size * if text.chars().any(is_wide) {
        HAN_LINE
    } else {
        LATIN_LINE
    }
}

/// Marks that must not begin a line.
fn must_follow(c: char) -> bool {
    matches!(
        c,
        '，' | '。'
            | '、'
            | '；'
            | '：'
            | '！'
            | '？'
            | '）'
            | '》'
            | '」'
            | '』'
            | '】'
            | '”'
            | '’'
            | '…'
            | '—'
            | '·'
            | '％'
            | '℃'
            | ','
            | '.'
            | ';'
            | ':'
            | '!'
            | '?'
            | ')'
            | ']'
            | '}'
            | '%'
    )
}

/// Marks that must not end a line.
fn must_lead(c: char) -> bool {
    matches!(
        c,
        '（' | '《' | '「' | '『' | '【' | '“' | '‘' | '(' | '[' | '{' | '￥' | '$'
    )
}

/// Number of lines that a text takes at a width in points; at least one.
///
/// Breaks as office programs do: between ideographs and after spaces, never before closing marks or after opening
/// ones, and inside a word only when the word alone is wider than the line.
pub(super) fn line_count(text: &str, size: f32, bold: bool, width: f32) -> usize {
    text.split(['\n', '\u{b}'])
        .map(|line| wrapped_lines(line, size, bold, width))
        .sum()
}

fn wrapped_lines(text: &str, size: f32, bold: bool, width: f32) -> usize {
    let (mut lines, mut used) = (1_usize, 0.0_f32);
    let mut last: Option<char> = None;
    for unit in unbreakable(text) {
        let full = text_width(unit, size, bold);
        // A space at the end of a line takes no room.
        let visible = text_width(unit.trim_end_matches(' '), size, bold);
        let between = match (last, unit.chars().next()) {
            (Some(last), Some(first)) if used > 0.0 => gap(last, first) * size,
            _ => 0.0,
        };
        last = unit.chars().last();
        if used + between + visible <= width {
            used += between + full;
        } else if visible <= width {
            lines += 1;
            used = full;
        } else {
            // Wider than a line: broken between characters.
            if used > 0.0 {
                lines += 1;
            }
            used = 0.0;
            for c in unit.chars() {
                let step = character_width(c, bold) * size;
                if used + step > width && used > 0.0 {
                    lines += 1;
                    used = 0.0;
                }
                used += step;
            }
        }
    }
    lines
}

/// The pieces of a text that a line break cannot divide.
fn unbreakable(text: &str) -> Vec<&str> {
    let characters: Vec<(usize, char)> = text.char_indices().collect();
    let mut pieces = Vec::new();
    let mut start = 0;
    for pair in characters.windows(2) {
        let ((_, before), (at, after)) = (pair[0], pair[1]);
        let may_break = before == ' ' || before == '-' || is_wide(before) || is_wide(after);
        if may_break && after != ' ' && !must_follow(after) && !must_lead(before) {
            pieces.push(&text[start..at]);
            start = at;
        }
    }
    if start < text.len() {
        pieces.push(&text[start..]);
    }
    pieces
}

/// The text cut so that it takes at most `max_lines` lines, with `…` in place of what was cut.
pub(super) fn shortened(text: &str, size: f32, bold: bool, width: f32, max_lines: usize) -> String {
    if line_count(text, size, bold, width) <= max_lines {
        return text.to_string();
    }
    let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let (mut low, mut high) = (0, ends.len());
    // The longest beginning that fits: line counts never fall as a text grows.
    while low + 1 < high {
        let middle = (low + high) / 2;
        let candidate = format!("{}…", &text[..ends[middle]]);
        if line_count(&candidate, size, bold, width) <= max_lines {
            low = middle;
        } else {
            high = middle;
        }
    }
    let kept = text[..ends.get(low).copied().unwrap_or(0)].trim_end();
    let kept = kept.trim_end_matches(['，', '、', '；', '：', ',', ';', ':']);
    format!("{kept}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ideographs_fill_a_line_by_their_number() {
        assert_eq!(line_count(&"力".repeat(20), 20.0, false, 400.0), 1);
        assert_eq!(line_count(&"力".repeat(21), 20.0, false, 400.0), 2);
    }

    #[test]
    fn a_closing_mark_takes_the_character_before_it_to_the_next_line() {
        // Ten characters fit; the eleventh is a full stop that must not begin a line.
        assert_eq!(
            line_count("一二三四五六七八九十。一二三四五六七八", 10.0, false, 100.0),
            2
        );
        assert_eq!(
            line_count(
                "一二三四五六七八九十。一二三四五六七八九",
                10.0,
                false,
                100.0
            ),
            3
        );
    }

    #[test]
    fn words_stay_whole_unless_wider_than_the_line() {
        assert_eq!(unbreakable("a short line"), ["a ", "short ", "line"]);
        assert!(line_count(&"w".repeat(100), 20.0, false, 200.0) >= 7);
    }

    #[test]
    fn a_shortened_text_fits_and_says_that_it_was_cut() {
        let text = "牛顿第一定律指出了力与运动的关系，引入了惯性的概念；".repeat(5);
        let short = shortened(&text, 20.0, false, 300.0, 2);
        assert!(short.ends_with('…'));
        assert!(line_count(&short, 20.0, false, 300.0) <= 2);
        assert_eq!(shortened("短", 20.0, false, 300.0, 1), "短");
    }
}
