//! Running text as lines: where they may break, how they are filled.

use unicode_linebreak::{BreakOpportunity, linebreaks};

use super::faces::{Faces, Shown, is_wide};
use crate::docx::DocumentLanguage;

/// Most that a gap between ideographs is widened to fill a line, in widths of one.
const MAX_STRETCH: f32 = 0.3;
/// Most that a space is widened.
const MAX_SPACE: f32 = 0.5;

/// A stretch of text with its look.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece<'t> {
    pub(super) text: &'t str,
    pub(super) bold: bool,
    pub(super) italic: bool,
    /// The citation that it is the mark of: small and raised.
    pub(super) cite: Option<u32>,
}

/// A letter in its place.
#[derive(Clone, Copy)]
pub(super) struct Letter {
    pub(super) c: char,
    pub(super) shown: Shown,
    pub(super) italic: bool,
    pub(super) size: f32,
    /// How far it stands above the line of writing.
    pub(super) rise: f32,
    /// Its width with what fills the line.
    pub(super) width: f32,
    cite: Option<u32>,
}

/// One line.
#[derive(Clone, Default)]
pub(super) struct Line {
    pub(super) letters: Vec<Letter>,
    pub(super) width: f32,
    /// Citations whose marks stand in it.
    pub(super) cites: Vec<u32>,
}

/// How text is set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting {
    pub(super) size: f32,
    pub(super) width: f32,
    /// Lines are filled to the full width.
    pub(super) justified: bool,
    pub(super) language: DocumentLanguage,
}

/// Sets text in lines; a line break in it ends a line. Text without letters is one empty line.
pub(super) fn set(pieces: &[Piece<'_>], setting: Setting, faces: &Faces) -> Vec<Line> {
    let text: String = pieces.iter().map(|piece| piece.text).collect();
    let letters = letters(pieces, setting, faces);
    // Breaks by the byte behind which they stand.
    let breaks: Vec<(usize, bool)> = linebreaks(&text)
        .map(|(at, kind)| (at, kind == BreakOpportunity::Mandatory))
        .collect();
    let mut out = Vec::new();
    let mut line: Vec<Letter> = Vec::new();
    let mut next = 0;
    let mut bytes = 0;
    for (at, is_end) in breaks {
        let mut word: Vec<Letter> = Vec::new();
        while bytes < at && next < letters.len() {
            let letter = letters[next];
            bytes += letter.c.len_utf8();
            next += 1;
            if letter.c != '\n' {
                word.push(letter);
            }
        }
        if natural(&line) + fitting(&word, setting) > setting.width && !line.is_empty() {
            out.push(filled(std::mem::take(&mut line), setting));
        }
        line.append(&mut word);
        // A word longer than a line breaks anywhere.
        while fitting(&line, setting) > setting.width && line.len() > 1 {
            let mut room = 0.0;
            let fits = line
                .iter()
                .take_while(|letter| {
                    room += letter.width;
                    room <= setting.width
                })
                .count();
            if fits >= line.len() {
                break;
            }
            let rest = line.split_off(fits.max(1));
            out.push(filled(std::mem::replace(&mut line, rest), setting));
        }
        if is_end {
            out.push(plain(std::mem::take(&mut line)));
        }
    }
    if !line.is_empty() || out.is_empty() {
        out.push(plain(line));
    }
    // The end of the text is a break of its own.
    while out.len() > 1 && out.last().is_some_and(|line| line.letters.is_empty()) {
        out.pop();
    }
    out
}

/// The width of text in one line, and of its widest part that cannot be broken.
pub(super) fn widths(pieces: &[Piece<'_>], setting: Setting, faces: &Faces) -> (f32, f32) {
    let wide = Setting {
        width: f32::MAX,
        justified: false,
        ..setting
    };
    let whole = set(pieces, wide, faces)
        .iter()
        .map(|line| line.width)
        .fold(0.0, f32::max);
    let text: String = pieces.iter().map(|piece| piece.text).collect();
    let letters = letters(pieces, setting, faces);
    let (mut least, mut next, mut bytes): (f32, usize, usize) = (0.0, 0, 0);
    for (at, _) in linebreaks(&text) {
        let mut word = Vec::new();
        while bytes < at && next < letters.len() {
            bytes += letters[next].c.len_utf8();
            word.push(letters[next]);
            next += 1;
        }
        least = least.max(fitting(&word, setting));
    }
    (whole, least)
}

fn letters(pieces: &[Piece<'_>], setting: Setting, faces: &Faces) -> Vec<Letter> {
    let mut out = Vec::new();
    for piece in pieces {
        let (size, rise) = match piece.cite {
            Some(_) => (setting.size * 0.65, setting.size * 0.35),
            None => (setting.size, 0.0),
        };
        for c in piece.text.chars() {
            let shown = faces.show(c, piece.bold);
            out.push(Letter {
                c,
                shown,
                italic: piece.italic,
                size,
                rise,
                width: if c == '\n' {
                    0.0
                } else {
                    shown.glyph.width * size
                },
                cite: piece.cite,
            });
        }
    }
    out
}

fn natural(letters: &[Letter]) -> f32 {
    letters.iter().map(|letter| letter.width).sum()
}

/// The width that letters need at the end of a line: no spaces, and half of a full stop, whose other half is empty.
fn fitting(letters: &[Letter], setting: Setting) -> f32 {
    let kept = letters.len() - letters.iter().rev().take_while(|l| l.c == ' ').count();
    let hangs = letters[..kept].last().is_some_and(|last| {
        matches!(
            last.c,
            '，' | '。' | '、' | '；' | '：' | '）' | '》' | '」' | '』' | '】'
        ) || (last.c == '”' && is_wide('”', setting.language))
    });
    let width = natural(&letters[..kept]);
    match letters[..kept].last() {
        Some(last) if hangs => width - last.width / 2.0,
        _ => width,
    }
}

fn plain(letters: Vec<Letter>) -> Line {
    let mut cites: Vec<u32> = letters.iter().filter_map(|letter| letter.cite).collect();
    cites.dedup();
    Line {
        width: natural(&letters),
        letters,
        cites,
    }
}

/// A line that another follows, filled where the text is justified and what is missing is little.
fn filled(mut letters: Vec<Letter>, setting: Setting) -> Line {
    while letters.last().is_some_and(|letter| letter.c == ' ') {
        letters.pop();
    }
    let missing = setting.width - fitting(&letters, setting);
    let last = letters.len().saturating_sub(1);
    if setting.justified && missing.abs() > 0.01 {
        let wide = |letter: &Letter| is_wide(letter.c, setting.language);
        let spaces: Vec<usize> = (0..last).filter(|at| letters[*at].c == ' ').collect();
        let between: Vec<usize> = (0..last)
            .filter(|at| wide(&letters[*at]) || wide(&letters[at + 1]))
            .collect();
        let (gaps, most) = match between.len() >= spaces.len() {
            true => (between, MAX_STRETCH),
            false => (spaces, MAX_SPACE),
        };
        let each = missing / gaps.len().max(1) as f32;
        if !gaps.is_empty() && each <= most * setting.size {
            for at in gaps {
                letters[at].width += each;
            }
        }
    }
    plain(letters)
}
