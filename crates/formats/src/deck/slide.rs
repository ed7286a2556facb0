//! A page as XML: placeholders with their text, tables and charts in frames, footer and number.

use super::base::{Area, Holder};
use super::builtin::{NAMESPACES, XML};
use super::fit::{Line, scaled, style_of};
use super::metrics::shortened;
use super::page::{Element, Page, Place};
use super::parts::escape;
use super::style::Look;
use super::table::table_xml;

/// What a slide shows besides its content.
pub(super) struct Frame<'a> {
    /// Layout's placeholder for the footer and the text in it.
    pub(super) footer: Option<(&'a Holder, &'a str)>,
    /// Layout's placeholder for the number, and the number.
    pub(super) number: Option<(&'a Holder, usize)>,
    /// Language tag of the text.
    pub(super) language: &'a str,
    /// Name of the chart's relation, where the page has one.
    pub(super) chart_relation: &'a str,
}

const GROUP: &str = r#"<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/><a:chOff x="0" y="0"/><a:chExt cx="0" cy="0"/></a:xfrm></p:grpSpPr>"#;

/// The slide part.
pub(super) fn slide_xml(page: &Page, frame: &Frame<'_>) -> String {
    let mut shapes = String::new();
    let mut id = 2;
    for element in &page.elements {
        shapes.push_str(&match element {
            Element::Text {
                place,
                lines,
                scale,
            } => text_shape(id, place, lines, *scale, frame.language),
            Element::Table { place, table } => {
                let (xml, height) = table_xml(table, frame.language);
                let area = Area {
                    height,
                    ..place.area
                };
                let data = format!(
                    r#"<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/table">{xml}</a:graphicData>"#
                );
                graphic_frame(id, "Table", place, area, &data)
            }
            Element::Chart { place, .. } => {
                let data = format!(
                    r#"<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart"><c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" r:id="{}"/></a:graphicData>"#,
                    frame.chart_relation
                );
                graphic_frame(id, "Chart", place, place.area, &data)
            }
        });
        id += 1;
    }
    if let Some((holder, text)) = frame.footer.filter(|(_, text)| !text.is_empty()) {
        let size = style_of(&holder.levels, 0).size;
        let width = holder.area.text_box(holder.insets).width;
        let text = shortened(text, size, false, width, 1);
        shapes.push_str(&small_shape(
            id,
            holder,
            &footer_run(&text, frame.language, size, &look_of(&holder.looks, 0).run),
        ));
        id += 1;
    }
    if let Some((holder, number)) = frame.number {
        let style = style_of(&holder.levels, 0);
        let size = match style.is_stated {
            true => String::new(),
            false => format!(r#" sz="{}""#, (style.size * 100.0).round() as u32),
        };
        let field = format!(
            r#"<a:fld id="{{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}}" type="slidenum"><a:rPr lang="{}"{size}>{}</a:rPr><a:t>{number}</a:t></a:fld>"#,
            escape(frame.language),
            look_of(&holder.looks, 0).run
        );
        shapes.push_str(&small_shape(id, holder, &field));
    }
    format!(
        r#"{XML}<p:sld {NAMESPACES}><p:cSld><p:spTree>{GROUP}{shapes}</p:spTree></p:cSld><p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sld>"#
    )
}

/// The notes part of a slide; `rId2` is the slide.
pub(super) fn notes_xml(text: &str, body_index: &str, language: &str) -> String {
    let paragraphs: String = text
        .lines()
        .map(|line| format!("<a:p>{}</a:p>", run_xml(line, language, None, "")))
        .collect();
    format!(
        r#"{XML}<p:notes {NAMESPACES}><p:cSld><p:spTree>{GROUP}<p:sp><p:nvSpPr><p:cNvPr id="2" name="Slide Image"/><p:cNvSpPr><a:spLocks noGrp="1" noRot="1" noChangeAspect="1"/></p:cNvSpPr><p:nvPr><p:ph type="sldImg"/></p:nvPr></p:nvSpPr><p:spPr/></p:sp><p:sp><p:nvSpPr><p:cNvPr id="3" name="Notes"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph type="body" idx="{}"/></p:nvPr></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/><a:lstStyle/>{paragraphs}</p:txBody></p:sp></p:spTree></p:cSld><p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:notes>"#,
        escape(body_index)
    )
}

fn placeholder_xml(place: &Place) -> String {
    match &place.holder {
        Some((kind, index)) => holder_xml(kind, index.as_deref()),
        None => String::new(),
    }
}

fn holder_xml(kind: &str, index: Option<&str>) -> String {
    let kind = if kind == "obj" {
        String::new()
    } else {
        format!(r#" type="{}""#, escape(kind))
    };
    let index = index
        .map(|index| format!(r#" idx="{}""#, escape(index)))
        .unwrap_or_default();
    format!("<p:ph{kind}{index}/>")
}

fn transform(area: Area, prefix: char) -> String {
    format!(
        r#"<{prefix}:xfrm><a:off x="{}" y="{}"/><a:ext cx="{}" cy="{}"/></{prefix}:xfrm>"#,
        area.x, area.y, area.width, area.height
    )
}

fn text_shape(id: usize, place: &Place, lines: &[Line], scale: f32, language: &str) -> String {
    let is_own_box = place.holder.is_none();
    let paragraphs: String = lines
        .iter()
        .map(|line| paragraph(line, place, scale, language))
        .collect();
    let name = match &place.holder {
        Some((kind, _)) if kind == "title" || kind == "ctrTitle" => "Title",
        Some(_) => "Content",
        None => "Text",
    };
    let (locks, properties) = if is_own_box {
        (
            r#"<p:cNvSpPr txBox="1"/>"#,
            format!(
                r#"<p:spPr>{}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/></p:spPr>"#,
                transform(place.area, 'a')
            ),
        )
    } else {
        // Without an index programs disagree on which place of the layout is meant.
        let is_ambiguous =
            matches!(&place.holder, Some((kind, None)) if kind != "title" && kind != "ctrTitle");
        let properties = if is_ambiguous {
            format!("<p:spPr>{}</p:spPr>", transform(place.area, 'a'))
        } else {
            "<p:spPr/>".to_string()
        };
        (
            r#"<p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr>"#,
            properties,
        )
    };
    let body = if is_own_box {
        r#"<a:bodyPr wrap="square"/>"#
    } else {
        "<a:bodyPr/>"
    };
    format!(
        r#"<p:sp><p:nvSpPr><p:cNvPr id="{id}" name="{name} {id}"/>{locks}<p:nvPr>{}</p:nvPr></p:nvSpPr>{properties}<p:txBody>{body}<a:lstStyle/>{paragraphs}</p:txBody></p:sp>"#,
        placeholder_xml(place)
    )
}

fn paragraph(line: &Line, place: &Place, scale: f32, language: &str) -> String {
    let is_own_box = place.holder.is_none();
    let style = style_of(&place.levels, line.level);
    let level = if line.level > 0 {
        format!(r#" lvl="{}""#, line.level)
    } else {
        String::new()
    };
    let margin = if is_own_box && line.level > 0 {
        format!(r#" marL="{}""#, line.level * 228_600)
    } else {
        String::new()
    };
    // The layout's size is inherited; only a size of our own, or one that programs disagree on, is written down.
    let is_own = is_own_box || !style.is_stated;
    let size = (scale < 1.0 || is_own).then(|| (scaled(style.size, scale), style.bold && is_own));
    // Hanging marks would stand outside of the box.
    let look = look_of(&place.looks, line.level);
    let properties = format!(
        r#"<a:pPr{margin}{}{level} hangingPunct="0">{}</a:pPr>"#,
        look.attributes, look.paragraph
    );
    let runs: Vec<String> = line
        .text
        .split('\n')
        .map(|text| run_xml(text, language, size, &look.run))
        .collect();
    format!("<a:p>{properties}{}</a:p>", runs.join("<a:br/>"))
}

/// The look of a level; deeper levels than the layout knows look like its deepest.
fn look_of(looks: &[Look], level: usize) -> Look {
    looks
        .get(level)
        .or(looks.last())
        .cloned()
        .unwrap_or_default()
}

fn run_xml(text: &str, language: &str, size: Option<(f32, bool)>, look: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let other = if language.starts_with("zh") {
        "en-US"
    } else {
        "zh-CN"
    };
    let size = size
        .map(|(size, bold)| {
            let bold = if bold { r#" b="1""# } else { "" };
            format!(r#" sz="{}"{bold}"#, (size * 100.0).round() as u32)
        })
        .unwrap_or_default();
    format!(
        r#"<a:r><a:rPr lang="{}" altLang="{other}"{size} dirty="0">{look}</a:rPr><a:t>{}</a:t></a:r>"#,
        escape(language),
        escape(text)
    )
}

/// Size, faces and colour are written down: LibreOffice does not take them from the layout for a footer.
fn footer_run(text: &str, language: &str, size: f32, look: &str) -> String {
    let look = match look {
        "" => {
            r#"<a:solidFill><a:schemeClr val="tx1"><a:lumMod val="65000"/><a:lumOff val="35000"/></a:schemeClr></a:solidFill><a:latin typeface="+mn-lt"/><a:ea typeface="+mn-ea"/>"#
        }
        look => look,
    };
    format!(
        r#"<a:r><a:rPr lang="{}" sz="{}" dirty="0">{look}</a:rPr><a:t>{}</a:t></a:r>"#,
        escape(language),
        (size * 100.0).round() as u32,
        escape(text)
    )
}

fn small_shape(id: usize, holder: &Holder, content: &str) -> String {
    format!(
        r#"<p:sp><p:nvSpPr><p:cNvPr id="{id}" name="{} {id}"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr>{}</p:nvPr></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/><a:lstStyle/><a:p>{content}</a:p></p:txBody></p:sp>"#,
        if holder.kind == "ftr" {
            "Footer"
        } else {
            "Slide Number"
        },
        holder_xml(&holder.kind, holder.index.as_deref())
    )
}

fn graphic_frame(id: usize, name: &str, place: &Place, area: Area, data: &str) -> String {
    format!(
        r#"<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="{id}" name="{name} {id}"/><p:cNvGraphicFramePr><a:graphicFrameLocks noGrp="1"/></p:cNvGraphicFramePr><p:nvPr>{}</p:nvPr></p:nvGraphicFramePr>{}<a:graphic>{data}</a:graphic></p:graphicFrame>"#,
        placeholder_xml(place),
        transform(area, 'p')
    )
}
