//! Rules of the page: paper, margins, type area, lines and characters, page numbers.

use super::super::faces::Face;
use super::super::fix::Edit;
use super::super::page::{CHARACTERS, LINES, PAGE_HEIGHT, PAGE_WIDTH, SIZE_4, millimetres};
use super::super::role::Role;
use super::{Findings, PageNumber, Reading, Rule, Section};

const PAPER: Rule = Rule("page_size", "5.1");
const TOP: Rule = Rule("top_margin", "5.2.1");
const LEFT: Rule = Rule("left_margin", "5.2.1");
const WIDTH: Rule = Rule("type_area_width", "5.2.1");
const HEIGHT: Rule = Rule("type_area_height", "5.2.1");
const LINE: Rule = Rule("lines_per_page", "5.2.3");
const CHARACTER: Rule = Rule("characters_per_line", "5.2.3");
const NUMBER: Rule = Rule("page_number", "7.5");
const NUMBER_FACE: Rule = Rule("page_number_face", "7.5");
const NUMBER_SIZE: Rule = Rule("page_number_size", "7.5");
const NUMBER_DASHES: Rule = Rule("page_number_dashes", "7.5");
const NUMBER_PLACE: Rule = Rule("page_number_place", "7.5");

pub(super) fn check(reading: &Reading, findings: &mut Findings<'_>) {
    for (index, section) in reading.sections.iter().enumerate() {
        // Wide tables lie across (clause 8): their page is turned.
        if section.width <= section.height {
            check_section(index, section, findings);
        }
    }
    if let Some((index, section)) = reading
        .sections
        .iter()
        .enumerate()
        .find(|(_, section)| section.width <= section.height)
    {
        check_density(index, section, reading, findings);
    }
    if let Some(section) = reading.sections.first() {
        check_numbers(section, reading.even_and_odd, findings);
    }
}

fn check_section(index: usize, section: &Section, findings: &mut Findings<'_>) {
    let within = |value: i64, wanted: f64, tolerance: f64| {
        (millimetres(value) - wanted).abs() <= tolerance + 0.06
    };
    let edit = || vec![Edit::Page { section: index }];
    if (section.width - PAGE_WIDTH).abs() > 60 || (section.height - PAGE_HEIGHT).abs() > 60 {
        let (width, height) = (millimetres(section.width), millimetres(section.height));
        findings.page(
            PAPER,
            format!("纸张为{width:.0}×{height:.0}毫米，应当为A4型（210×297毫米）。"),
            format!("The paper is {width:.0}×{height:.0} mm; it must be A4 (210×297 mm)."),
            edit(),
        );
    }
    for (rule, value, wanted, zh, en) in [
        (TOP, section.top, 37.0, "天头", "top margin"),
        (LEFT, section.left, 28.0, "订口", "binding margin"),
        (
            WIDTH,
            section.width - section.left - section.right,
            156.0,
            "版心宽度",
            "width of the type area",
        ),
        (
            HEIGHT,
            section.height - section.top - section.bottom,
            225.0,
            "版心高度",
            "height of the type area",
        ),
    ] {
        if !within(value, wanted, 1.0) {
            let value = millimetres(value);
            findings.page(
                rule,
                format!("{zh}为{value:.1}毫米，应当为{wanted:.0}毫米（±1毫米）。"),
                format!("The {en} is {value:.1} mm; it must be {wanted:.0} mm (±1 mm)."),
                edit(),
            );
        }
    }
}

/// Lines and characters that fit, by the spacing that most of the body has.
fn check_density(index: usize, section: &Section, reading: &Reading, findings: &mut Findings<'_>) {
    let body: Vec<usize> = (0..findings.view.roles.len())
        .filter(|at| matches!(findings.view.roles[*at], Role::Body | Role::Heading(_)))
        .collect();
    let pitch_of = |at: usize| {
        let format = &findings.view.paragraphs[at].format;
        let line = format.line.unwrap_or(240);
        match format.line_rule.as_deref() {
            Some("exact") => line as f64,
            Some("atLeast") => line.max(section.line_pitch) as f64,
            // Multiples of the grid's pitch, or of the face's own height without a grid.
            _ if !section.grid.is_empty() && format.snap_to_grid != Some(false) => {
                (line as f64 / 240.0).ceil().max(1.0) * section.line_pitch as f64
            }
            _ => line as f64 / 240.0 * 16.0 * 20.0 * 1.3,
        }
    };
    let mut pitches: Vec<f64> = body.iter().map(|at| pitch_of(*at)).collect();
    pitches.sort_by(f64::total_cmp);
    let pitch = pitches
        .get(pitches.len() / 2)
        .copied()
        .unwrap_or(section.line_pitch.max(1) as f64);
    let height = (section.height - section.top - section.bottom) as f64;
    let lines = (height / pitch.max(1.0) + 0.05).floor() as i64;
    if lines != LINES {
        let mut edits = vec![Edit::Page { section: index }];
        edits.extend(body.iter().map(|at| Edit::LineSpacing { paragraph: *at }));
        findings.page(
            LINE,
            format!("正文每面可排{lines}行，一般每面排{LINES}行。"),
            format!("A page holds {lines} lines of the body; it should hold {LINES}."),
            edits,
        );
    } else {
        for at in body
            .iter()
            .copied()
            .filter(|at| (pitch_of(*at) - pitch).abs() > 30.0)
        {
            findings.at(
                at,
                LINE,
                "本段行距与其他正文不同，版面不能排满22行。",
                "The line spacing of this paragraph differs from the rest, so the page does not hold 22 lines.",
                vec![Edit::LineSpacing { paragraph: at }],
            );
        }
    }
    let run = body
        .iter()
        .flat_map(|at| &findings.view.paragraphs[*at].runs)
        .next();
    let spacing = run.and_then(|run| run.format.spacing).unwrap_or(0);
    let on_grid = run.and_then(|run| run.format.snap_to_grid) != Some(false);
    let grid = section.char_space as f64 / 4096.0 * 20.0;
    let character = match section.grid.as_str() {
        "linesAndChars" if on_grid => 320.0 + grid + spacing as f64,
        // The grid's cells have the width of the default style's characters.
        "snapToChars" if on_grid => f64::from(reading.default_size) * 10.0 + grid,
        _ => 320.0 + spacing as f64,
    };
    let width = (section.width - section.left - section.right) as f64;
    let characters = (width / character.max(1.0) + 0.05).floor() as i64;
    if characters != CHARACTERS {
        findings.page(
            CHARACTER,
            format!("正文每行可排{characters}个字，一般每行排{CHARACTERS}个字。"),
            format!("A line holds {characters} characters; it should hold {CHARACTERS}."),
            if on_grid && spacing == 0 {
                vec![Edit::Page { section: index }]
            } else {
                let page = std::iter::once(Edit::Page { section: index });
                page.chain(
                    body.iter()
                        .map(|at| Edit::CharacterSpacing { paragraph: *at }),
                )
                .collect()
            },
        );
    }
}

fn check_numbers(section: &Section, even_and_odd: bool, findings: &mut Findings<'_>) {
    let edit = || vec![Edit::PageNumbers];
    let Some(odd) = &section.odd else {
        findings.page(
            NUMBER,
            "没有页码，应当在版心下边缘之下编排页码。",
            "There are no page numbers; they belong below the type area.",
            edit(),
        );
        return;
    };
    let sides: Vec<(&PageNumber, &str)> = match (&section.even, even_and_odd) {
        (Some(even), true) => vec![(odd, "right"), (even, "left")],
        (None, true) => vec![(odd, "right")],
        (_, false) => vec![(odd, "outside")],
    };
    let numbers: Vec<&PageNumber> = sides.iter().map(|(number, _)| *number).collect();
    if numbers.iter().any(|number| {
        !number
            .face
            .as_deref()
            .is_some_and(|face| Face::Song.is(face))
    }) {
        let face = odd.face.clone().unwrap_or_else(|| "未指定".to_owned());
        findings.page(
            NUMBER_FACE,
            format!("页码字体为“{face}”，应当用宋体阿拉伯数字。"),
            format!("The page number is set in `{face}`; it must be in Song."),
            edit(),
        );
    }
    if numbers.iter().any(|number| number.size != Some(SIZE_4)) {
        findings.page(
            NUMBER_SIZE,
            "页码字号不是4号，应当用4号半角阿拉伯数字。",
            "The page number is not of size 4 (14 pt).",
            edit(),
        );
    }
    if numbers.iter().any(|number| !has_dashes(&number.text)) {
        findings.page(
            NUMBER_DASHES,
            "页码数字左右应当各放一条一字线。",
            "The page number must stand between two dashes.",
            edit(),
        );
    }
    let misplaced = sides.iter().any(|(number, wanted)| {
        let right_side = number.align == *wanted || number.align == "outside";
        !right_side || (number.indent - 1.0).abs() > 0.35
    }) || (even_and_odd && section.even.is_none() && odd.align != "outside");
    if misplaced {
        findings.page(
            NUMBER_PLACE,
            "页码位置不符合要求：单页码居右空一字，双页码居左空一字。",
            "Page numbers are misplaced: odd pages one character in from the right, even pages from the left.",
            edit(),
        );
    }
}

fn has_dashes(text: &str) -> bool {
    let is_dash = |c: char| matches!(c, '—' | '－' | '―' | '–' | '─');
    text.split_once('#').is_some_and(|(before, after)| {
        before.trim().ends_with(is_dash) && after.trim().starts_with(is_dash)
    })
}
