//! Rules of the text: faces, sizes, colours, indents, numbers of headings, punctuation; and how they are measured.

use std::ops::Range;

use super::super::faces::Face;
use super::super::fix::Edit;
use super::super::normal;
use super::super::page::{CHARACTERS, SIZE_3};
use super::super::parse::lead_and_rest;
use super::super::role::{Role, numbered};
use super::super::write::is_heading;
use super::elements::{BODY_SIZE, OF_BODY_SIZE};
use super::{Findings, Rule};
use crate::official::layout;

const BODY_FACE: Rule = Rule("body_face", "7.3.3");
const BODY_SIZE_RULE: Rule = Rule("body_size", "7.3.3");
const BODY_INDENT: Rule = Rule("body_indent", "7.3.3");
const COLOUR: Rule = Rule("text_colour", "5.2.4");
const HEADING_1: Rule = Rule("heading_1_face", "7.3.3");
const HEADING_2: Rule = Rule("heading_2_face", "7.3.3");
const HEADING_FORM: Rule = Rule("heading_number_form", "7.3.3");
const HEADING_ORDER: Rule = Rule("heading_number_order", "7.3.3");
const ELEMENT_FACE: Rule = Rule("element_face", "5.2.2");
const ELEMENT_SIZE: Rule = Rule("element_size", "5.2.2");
const PUNCTUATION: Rule = Rule("punctuation", "9");

pub(super) fn check(findings: &mut Findings<'_>) {
    let view = findings.view;
    for at in 0..view.roles.len() {
        match view.roles[at] {
            Role::Body => body(at, findings),
            Role::Heading(level) => heading(at, level, findings),
            Role::Recipients
            | Role::Number
            | Role::Attachments
            | Role::AttachmentItem
            | Role::Signatory
            | Role::Date
            | Role::Note
            | Role::Copies
            | Role::Printing => {
                let text = &view.paragraphs[at].text;
                let end = match text.find("签发人") {
                    Some(found) => text[..found].chars().count() + 3,
                    None => text.chars().count(),
                };
                findings.face(at, Some(0..end), Face::FangSong, ELEMENT_FACE);
            }
            Role::Blank
            | Role::CopyNumber
            | Role::Secrecy
            | Role::Urgency
            | Role::IssuerMark
            | Role::Signer
            | Role::Title
            | Role::AnnexMark
            | Role::AnnexTitle
            | Role::Annex
            | Role::Cell
            | Role::Other => {}
        }
        let role = view.roles[at];
        if OF_BODY_SIZE.contains(&role) || matches!(role, Role::Attachments | Role::AttachmentItem)
        {
            findings.size(at, BODY_SIZE, ELEMENT_SIZE);
        }
        if !matches!(
            role,
            Role::Blank | Role::IssuerMark | Role::Cell | Role::Annex | Role::Other
        ) {
            colour(at, findings);
        }
        if matches!(role, Role::Title | Role::Body | Role::Heading(_)) {
            punctuation(at, findings);
        }
    }
    order(findings);
}

fn body(at: usize, findings: &mut Findings<'_>) {
    findings.face(at, None, Face::FangSong, BODY_FACE);
    findings.size(at, SIZE_3, BODY_SIZE_RULE);
    indent(at, findings);
}

fn indent(at: usize, findings: &mut Findings<'_>) {
    let start = findings.start(at);
    let left = findings.view.paragraphs[at].format.left_in(SIZE_3);
    // A line that is centred, such as the words under a picture, has no indent.
    if findings.is_centred(at) {
        return;
    }
    if (start - 2.0).abs() > 0.35 || left.abs() > 0.35 {
        findings.at(
            at,
            BODY_INDENT,
            format!("本段首行左空{start:.1}字，每个自然段应当左空二字，回行顶格。"),
            format!("The paragraph begins {start:.1} characters in; it should be two, with further lines flush left."),
            vec![Edit::Indent { paragraph: at, characters: [0.0, 0.0, 2.0] }],
        );
    }
}

fn heading(at: usize, level: u8, findings: &mut Findings<'_>) {
    let view = findings.view;
    let paragraph = &view.paragraphs[at];
    let (face, rule) = match level {
        1 => (Face::Hei, HEADING_1),
        2 => (Face::Kai, HEADING_2),
        _ => (Face::FangSong, BODY_FACE),
    };
    let length = paragraph.text.chars().count();
    let full = view.text(at);
    let mark = numbered(full)
        .map(|numbered| numbered.mark)
        .unwrap_or_default();
    let (lead, rest) = lead_and_rest(full[mark.len()..].trim().to_owned());
    let rest_length = rest.chars().count() + trailing_spaces(&paragraph.text);
    let end = length.saturating_sub(if rest.is_empty() { 0 } else { rest_length });
    if is_heading(&lead) {
        findings.face(at, Some(0..end), face, rule);
    } else {
        // A whole sentence behind the number may have the face of the heading or of the body.
        let of_body = findings.wrong_face(at, &(0..end), Face::FangSong).is_none();
        if !of_body {
            findings.face(at, Some(0..end), face, rule);
        }
    }
    if !rest.is_empty() {
        findings.face(at, Some(end..length), Face::FangSong, BODY_FACE);
    }
    findings.size(at, SIZE_3, BODY_SIZE_RULE);
    indent(at, findings);
    if let Some(numbered) = numbered(full) {
        let wanted = normal::mark(level, numbered.value);
        if numbered.mark.trim_end() != wanted {
            let edits = if paragraph.label.is_empty() {
                findings.retext(at, &full.replacen(&numbered.mark, &wanted, 1))
            } else {
                Vec::new()
            };
            findings.at(
                at,
                HEADING_FORM,
                format!(
                    "结构层次序数“{}”不规范，应当为“{wanted}”。",
                    numbered.mark.trim()
                ),
                format!(
                    "The number `{}` should read `{wanted}`.",
                    numbered.mark.trim()
                ),
                edits,
            );
        }
    }
}

fn trailing_spaces(text: &str) -> usize {
    text.chars().rev().take_while(|c| c.is_whitespace()).count()
}

/// Numbers that leave one out or come twice among their siblings.
fn order(findings: &mut Findings<'_>) {
    let view = findings.view;
    // Siblings that are still open, by level.
    let mut open: [Vec<(usize, u32)>; 5] = Default::default();
    let mut closed: Vec<Vec<(usize, u32)>> = Vec::new();
    for at in 0..view.roles.len() {
        let Role::Heading(level) = view.roles[at] else {
            continue;
        };
        let Some(numbered) = numbered(view.text(at)) else {
            continue;
        };
        let level = usize::from(level);
        for deeper in &mut open[level + 1..] {
            closed.push(std::mem::take(deeper));
        }
        // A list that begins anew has no heading above it that says so.
        if numbered.value == 1 && level >= 3 {
            closed.push(std::mem::take(&mut open[level]));
        }
        open[level].push((at, numbered.value));
    }
    closed.extend(open);
    for siblings in closed {
        let wrong = siblings
            .iter()
            .enumerate()
            .find(|(place, (_, value))| *value as usize != place + 1);
        let Some((place, (at, value))) = wrong else {
            continue;
        };
        let mut edits = Vec::new();
        for (place, (at, value)) in siblings.iter().enumerate().skip(place) {
            let text = view.text(*at);
            let Some(numbered) = numbered(text).filter(|_| view.paragraphs[*at].label.is_empty())
            else {
                edits.clear();
                break;
            };
            let wanted = u32::try_from(place + 1).unwrap_or(*value);
            let text = text.replacen(&numbered.mark, &normal::mark(numbered.level, wanted), 1);
            edits.extend(findings.retext(*at, &text));
        }
        findings.at(
            *at,
            HEADING_ORDER,
            format!(
                "结构层次序数不连续：此处应当是第{}个，标注为第{value}个。",
                place + 1
            ),
            format!(
                "The numbers are not consecutive: this is number {}, marked as {value}.",
                place + 1
            ),
            edits,
        );
    }
}

fn colour(at: usize, findings: &mut Findings<'_>) {
    let is_black = |colour: Option<&str>| {
        colour.is_none_or(|colour| {
            matches!(colour, "auto" | "windowtext")
                || u32::from_str_radix(colour, 16).is_ok_and(|value| {
                    [value >> 16, value >> 8 & 0xFF, value & 0xFF]
                        .iter()
                        .all(|part| *part <= 0x20)
                })
        })
    };
    let coloured = findings.view.paragraphs[at]
        .runs
        .iter()
        .any(|run| !run.text.trim().is_empty() && !is_black(run.format.color.as_deref()));
    if coloured {
        findings.at(
            at,
            COLOUR,
            "文字颜色不是黑色；如无特殊说明，公文中文字的颜色均为黑色。",
            "The text is not black.",
            vec![Edit::Colour {
                paragraph: at,
                colour: "000000",
            }],
        );
    }
}

fn punctuation(at: usize, findings: &mut Findings<'_>) {
    let text = findings.view.text(at);
    let label = findings.view.paragraphs[at].label.len();
    let own = text.get(label.min(text.len())..).unwrap_or(text);
    // Marks of headings have a rule of their own.
    let mark = numbered(own).map_or(0, |numbered| numbered.mark.len());
    let wanted = format!("{}{}", &own[..mark], normal::punctuation(&own[mark..]));
    if wanted != own {
        let edits = findings.retext_own(at, &wanted);
        findings.at(
            at,
            PUNCTUATION,
            "中文语句中用了半角标点符号，应当用全角标点符号。",
            "Chinese text has half-width punctuation.",
            edits,
        );
    }
}

impl Findings<'_> {
    /// The face of the first characters in the range that should have another; `None` when all is well.
    fn wrong_face(&self, at: usize, range: &Range<usize>, face: Face) -> Option<String> {
        let mut offset = 0;
        for run in &self.view.paragraphs[at].runs {
            let start = offset;
            offset += run.text.chars().count();
            let shows = run.text.chars().enumerate().any(|(place, c)| {
                range.contains(&(start + place)) && ('\u{3400}'..='\u{9FFF}').contains(&c)
            });
            if !shows {
                continue;
            }
            match &run.format.east_asian {
                Some(name) if face.is(name) => {}
                Some(name) => return Some(name.clone()),
                None => return Some("未指定".to_owned()),
            }
        }
        None
    }

    /// Checks the face of a range of characters, of all without one.
    pub(super) fn face(&mut self, at: usize, range: Option<Range<usize>>, face: Face, rule: Rule) {
        let range = range.unwrap_or(0..self.view.paragraphs[at].text.chars().count());
        let Some(found) = self.wrong_face(at, &range, face) else {
            return;
        };
        let (zh, en) = face.words();
        self.at(
            at,
            rule,
            format!("字体为“{found}”，应当用{zh}字。"),
            format!("The face is `{found}`; it must be {en}."),
            vec![Edit::Face {
                paragraph: at,
                range,
                face,
            }],
        );
    }

    /// Checks the size of a paragraph's text in half points.
    pub(super) fn size(&mut self, at: usize, size: u32, rule: Rule) {
        let wrong = self.view.paragraphs[at]
            .runs
            .iter()
            .filter(|run| !run.text.trim().is_empty())
            .map(|run| run.format.size.unwrap_or(20))
            .find(|found| *found != size);
        if let Some(found) = wrong {
            let name = match size {
                44 => "2号",
                32 => "3号",
                _ => "4号",
            };
            let (points, wanted) = (f64::from(found) / 2.0, f64::from(size) / 2.0);
            self.at(
                at,
                rule,
                format!("字号为{points}磅，应当用{name}字（{wanted}磅）。"),
                format!("The size is {points} pt; it must be {wanted} pt."),
                vec![Edit::Size {
                    paragraph: at,
                    size,
                }],
            );
        }
    }

    pub(super) fn is_centred(&self, at: usize) -> bool {
        let paragraph = &self.view.paragraphs[at];
        let format = &paragraph.format;
        let size = self.size_of(at);
        let (left, right) = (
            format.left_in(size) + format.first_in(size),
            format.right_in(size),
        );
        format.align.as_deref() == Some("center") && (left - right).abs() <= 1.0
    }

    fn size_of(&self, at: usize) -> u32 {
        let paragraph = &self.view.paragraphs[at];
        paragraph
            .runs
            .iter()
            .find_map(|run| run.format.size)
            .or(paragraph.run.size)
            .unwrap_or(SIZE_3)
    }

    /// How many characters in from the left the first line begins, leading spaces counted.
    pub(super) fn start(&self, at: usize) -> f64 {
        let paragraph = &self.view.paragraphs[at];
        let size = self.size_of(at);
        let spaces: f64 = paragraph
            .text
            .chars()
            .take_while(|c| c.is_whitespace())
            .map(|c| match c {
                '\u{3000}' => 1.0,
                '\t' => 2.0,
                _ => 0.5,
            })
            .sum();
        let edge = paragraph.format.left_in(size) + paragraph.format.first_in(size);
        match paragraph.format.align.as_deref() {
            Some("right" | "end") => {
                CHARACTERS as f64 - self.end(at) - layout::width(paragraph.text.trim())
            }
            Some(_) | None => edge + spaces,
        }
    }

    /// How many characters in from the right the line ends, trailing spaces counted.
    pub(super) fn end(&self, at: usize) -> f64 {
        let paragraph = &self.view.paragraphs[at];
        let size = self.size_of(at);
        let right = paragraph.format.right_in(size);
        let free = CHARACTERS as f64 - layout::width(paragraph.text.trim());
        match paragraph.format.align.as_deref() {
            Some("right" | "end") => {
                let spaces = paragraph
                    .text
                    .chars()
                    .rev()
                    .take_while(|c| *c == '\u{3000}')
                    .count();
                right + spaces as f64
            }
            Some("center") => {
                let left = paragraph.format.left_in(size) + paragraph.format.first_in(size);
                right + (free - left - right) / 2.0
            }
            Some(_) | None => free - self.start(at),
        }
    }

    /// The correction that gives a paragraph another text; `text` has the automatic number in front, if there is one.
    pub(super) fn retext(&self, at: usize, text: &str) -> Vec<Edit> {
        let label = &self.view.paragraphs[at].label;
        match text.strip_prefix(label.as_str()) {
            Some(own) => self.retext_own(at, own),
            None => Vec::new(),
        }
    }

    fn retext_own(&self, at: usize, text: &str) -> Vec<Edit> {
        let old = &self.view.paragraphs[at].text;
        let before: String = old.chars().take_while(|c| c.is_whitespace()).collect();
        let after: String = old[before.len()..]
            .chars()
            .rev()
            .take_while(|c| c.is_whitespace())
            .collect();
        vec![Edit::Text {
            paragraph: at,
            text: format!("{before}{}{after}", text.trim()),
        }]
    }
}
