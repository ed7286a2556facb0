//! How text of a level is set: what styles say, from the presentation's own down to the layout's placeholder.

use super::base::{EMU_PER_POINT, number};
use super::fit::{LevelStyle, Spacing};
use super::parts::escape;
use crate::xml::Element;

/// Faces that are wider than the tables of widths allow for.
const WIDE_FACES: [&str; 3] = ["DejaVu Sans", "Bitstream Vera Sans", "Verdana"];
/// How much wider they are: the letters of English text in DejaVu Sans against Helvetica, the usual allowance taken off.
const WIDE_FACE: f32 = 1.1;

/// Where the style of a placeholder's text may be said.
pub(super) struct Lists<'t, 'a> {
    /// `defaultTextStyle` of the presentation.
    pub(super) defaults: Option<Element<'t, 'a>>,
    /// Lists of styles, outermost first: the master's `txStyles`, its placeholder's, the layout's placeholder's.
    pub(super) styles: [Option<Element<'t, 'a>>; 3],
    /// Sample texts (`txBody`), innermost first: the layout's placeholder's, the master's.
    pub(super) samples: [Option<Element<'t, 'a>>; 2],
}

/// The style of a level, from 1.
///
/// Where no style states a size, the sample text's own formatting is taken, which is what a user sees in the template:
/// LibreOffice writes it there and nowhere else. Programs disagree on such a size, so `is_stated` is false.
pub(super) fn level_style(lists: &Lists<'_, '_>, level: usize) -> LevelStyle {
    let mut style = LevelStyle::PLAIN;
    let name = format!("lvl{level}pPr");
    let stated: Vec<Element<'_, '_>> = lists
        .styles
        .iter()
        .filter_map(|list| list.and_then(|list| list.child(&name)))
        .collect();
    style.is_stated = stated.iter().any(|properties| {
        let run = properties.child("defRPr");
        run.is_some_and(|run| number(run, "sz").is_some())
    });
    if let Some(properties) = lists.defaults.and_then(|list| list.child(&name)) {
        apply(&mut style, properties, properties.child("defRPr"));
    }
    if let Some((properties, run)) = sample(lists, level).filter(|_| !style.is_stated) {
        match properties {
            Some(properties) => apply(&mut style, properties, Some(run)),
            None => apply_run(&mut style, run),
        }
    }
    for properties in stated {
        apply(&mut style, properties, properties.child("defRPr"));
    }
    style
}

/// How the sample text of a template looks besides its size, as XML for the text of a slide.
///
/// It goes with the size where no style states one: white text on a dark master would come out black, a list without its
/// bullets.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Look {
    /// Attributes of `pPr`: margin, indent, alignment; each with a space before it.
    pub(super) attributes: String,
    /// Children of `pPr`: spacing and bullet.
    pub(super) paragraph: String,
    /// Children of `rPr`: colour and faces.
    pub(super) run: String,
}

/// The look of the sample text at a level; empty where there is none.
pub(super) fn look(lists: &Lists<'_, '_>, level: usize) -> Look {
    let Some((properties, run)) = sample(lists, level) else {
        return Look::default();
    };
    let mut look = Look {
        run: run_look(run),
        ..Look::default()
    };
    let Some(properties) = properties else {
        return look;
    };
    for name in ["marL", "indent"] {
        if let Some(value) = number(properties, name) {
            look.attributes.push_str(&format!(r#" {name}="{value}""#));
        }
    }
    for name in ["lnSpc", "spcBef"] {
        let inside = match spacing(properties, name) {
            Some(Spacing::Share(share)) => {
                format!(
                    r#"<a:spcPct val="{}"/>"#,
                    (share * 100_000.0).round() as u32
                )
            }
            Some(Spacing::Points(points)) => {
                format!(r#"<a:spcPts val="{}"/>"#, (points * 100.0).round() as u32)
            }
            None => continue,
        };
        look.paragraph
            .push_str(&format!("<a:{name}>{inside}</a:{name}>"));
    }
    for (name, attribute) in [("buFont", "typeface"), ("buChar", "char")] {
        let value = properties
            .child(name)
            .and_then(|one| one.attribute(attribute));
        if let Some(value) = value {
            let value = escape(&value);
            look.paragraph
                .push_str(&format!(r#"<a:{name} {attribute}="{value}"/>"#));
        }
    }
    if properties.child("buNone").is_some() {
        look.paragraph.push_str("<a:buNone/>");
    }
    if let Some(value) = properties.attribute("algn") {
        look.attributes
            .push_str(&format!(r#" algn="{}""#, escape(&value)));
    }
    look
}

/// The look of a footer, which LibreOffice does not take from styles: where one names a colour, that and its faces.
pub(super) fn footer_look(lists: &Lists<'_, '_>) -> Look {
    let stated = lists.styles.iter().rev().flatten();
    let run = stated
        .filter_map(|list| list.at(&["lvl1pPr", "defRPr"]))
        .find(|run| run.at(&["solidFill", "srgbClr"]).is_some());
    Look {
        run: run.map(run_look).unwrap_or_default(),
        ..Look::default()
    }
}

fn run_look(run: Element<'_, '_>) -> String {
    let mut look = String::new();
    let colour = run.child("solidFill").and_then(|fill| {
        ["srgbClr", "schemeClr"].into_iter().find_map(|kind| {
            let value = fill.child(kind)?.attribute("val")?;
            Some((kind, escape(&value)))
        })
    });
    if let Some((kind, value)) = colour {
        look.push_str(&format!(
            r#"<a:solidFill><a:{kind} val="{value}"/></a:solidFill>"#
        ));
    }
    for script in ["latin", "ea"] {
        let face = run
            .child(script)
            .and_then(|face| face.attribute("typeface"));
        if let Some(face) = face.filter(|face| !face.is_empty()) {
            look.push_str(&format!(r#"<a:{script} typeface="{}"/>"#, escape(&face)));
        }
    }
    look
}

/// Paragraph and run properties of a sample text.
type Sample<'t, 'a> = (Option<Element<'t, 'a>>, Element<'t, 'a>);

/// The innermost sample of a level; a level without one looks like the one above it.
fn sample<'t, 'a>(lists: &Lists<'t, 'a>, level: usize) -> Option<Sample<'t, 'a>> {
    let mut bodies = lists.samples.iter().flatten();
    bodies.find_map(|body| sample_of(*body, level))
}

fn sample_of<'t, 'a>(body: Element<'t, 'a>, level: usize) -> Option<Sample<'t, 'a>> {
    let samples = body.elements().filter(|child| child.is("p"));
    samples
        .filter_map(|paragraph| {
            let properties = paragraph.child("pPr");
            let own = properties.and_then(|properties| number(properties, "lvl"));
            let run = paragraph
                .elements()
                .find(|child| child.is("r") || child.is("fld"))?
                .child("rPr")
                .filter(|run| number(*run, "sz").is_some())?;
            let own = usize::try_from(own.unwrap_or(0)).ok()?;
            (own < level).then_some((own, (properties, run)))
        })
        .max_by_key(|(own, _)| *own)
        .map(|(_, sample)| sample)
}

fn apply(style: &mut LevelStyle, properties: Element<'_, '_>, run: Option<Element<'_, '_>>) {
    if let Some(margin) = number(properties, "marL") {
        style.margin = margin as f32 / EMU_PER_POINT;
    }
    if let Some(run) = run {
        apply_run(style, run);
    }
    if let Some(before) = spacing(properties, "spcBef") {
        style.space_before = before;
    }
    if let Some(line) = spacing(properties, "lnSpc") {
        style.line_spacing = line;
    }
}

fn apply_run(style: &mut LevelStyle, run: Element<'_, '_>) {
    if let Some(size) = number(run, "sz") {
        style.size = size as f32 / 100.0;
    }
    if let Some(face) = run
        .child("latin")
        .and_then(|face| face.attribute("typeface"))
    {
        style.face_width = if WIDE_FACES.contains(&face.as_ref()) {
            WIDE_FACE
        } else {
            1.0
        };
    }
    if let Some(bold) = run.attribute("b") {
        style.bold = matches!(bold.as_ref(), "1" | "true");
    }
}

fn spacing(properties: Element<'_, '_>, name: &str) -> Option<Spacing> {
    let spacing = properties.child(name)?;
    if let Some(share) = spacing.child("spcPct") {
        let value = share.attribute("val")?;
        let share = match value.strip_suffix('%') {
            Some(percent) => percent.parse::<f32>().ok()? / 100.0,
            None => value.parse::<f32>().ok()? / 100_000.0,
        };
        return Some(Spacing::Share(share));
    }
    let points = number(spacing.child("spcPts")?, "val")? as f32 / 100.0;
    Some(Spacing::Points(points))
}
