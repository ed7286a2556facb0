//! Shapes of a slide in reading order: the title, then from top to bottom and from left to right.

use deskmate_core::{BlockContent, WireError};

use super::layout::{self, Place, Places};
use super::text;
use crate::drawing;
use crate::package::{Package, Relations};
use crate::xml::Element;

/// Shapes whose tops differ by less than this (about 8 mm) stand in one row.
const ROW_HEIGHT: i64 = 288_000;

/// What a slide shows.
#[derive(Debug, Default)]
pub(crate) struct Slide {
    /// Text of the title placeholder, on one line.
    pub(crate) title: String,
    /// Everything else.
    pub(crate) contents: Vec<BlockContent>,
}

/// Reads a shape tree.
pub(crate) fn read(
    package: &mut Package<'_>,
    relations: &Relations,
    places: &Places,
    tree: Element<'_, '_>,
) -> Result<Slide, WireError> {
    let mut slide = Slide::default();
    read_group(package, relations, places, tree, &mut slide)?;
    Ok(slide)
}

fn read_group(
    package: &mut Package<'_>,
    relations: &Relations,
    places: &Places,
    group: Element<'_, '_>,
    slide: &mut Slide,
) -> Result<(), WireError> {
    let mut shapes = Vec::new();
    gather(group, places, &mut shapes);
    for shape in in_reading_order(shapes) {
        match shape.name() {
            "grpSp" => read_group(package, relations, places, shape, slide)?,
            "sp" => read_shape(shape, slide),
            "pic" => slide.contents.push(BlockContent::Image {
                alt: description(shape),
            }),
            "graphicFrame" => read_frame(package, relations, shape, slide)?,
            _ => {}
        }
    }
    Ok(())
}

fn gather<'t, 'a>(
    group: Element<'t, 'a>,
    places: &Places,
    shapes: &mut Vec<(Place, Element<'t, 'a>)>,
) {
    for child in group.elements() {
        match child.name() {
            "AlternateContent" => {
                if let Some(chosen) = child.alternative() {
                    gather(chosen, places, shapes);
                }
            }
            "sp" | "pic" | "graphicFrame" | "grpSp" => shapes.push((places.of(child), child)),
            _ => {}
        }
    }
}

fn in_reading_order<'t, 'a>(mut shapes: Vec<(Place, Element<'t, 'a>)>) -> Vec<Element<'t, 'a>> {
    shapes.sort_by_key(|((top, left), _)| (*top, *left));
    let mut ordered = Vec::with_capacity(shapes.len());
    let mut row: Vec<(i64, Element<'t, 'a>)> = Vec::new();
    let mut row_top = i64::MIN;
    for ((top, left), shape) in shapes {
        if top.saturating_sub(row_top) > ROW_HEIGHT {
            row.sort_by_key(|(left, _)| *left);
            ordered.extend(row.drain(..).map(|(_, shape)| shape));
            row_top = top;
        }
        row.push((left, shape));
    }
    row.sort_by_key(|(left, _)| *left);
    ordered.extend(row.into_iter().map(|(_, shape)| shape));
    ordered
}

fn read_shape(shape: Element<'_, '_>, slide: &mut Slide) {
    let Some(body) = shape.child("txBody") else {
        return;
    };
    let holder = layout::placeholder(shape);
    let kind = holder.as_ref().map(|holder| holder.kind.as_str());
    match kind {
        Some("title" | "ctrTitle") if slide.title.is_empty() => {
            slide.title = drawing::drawing_text(body).replace('\n', " ");
        }
        // The same on every slide: no content of this one.
        Some("dt" | "ftr" | "sldNum" | "hdr") => {}
        _ => {
            let listed = matches!(kind, Some("body" | "obj"));
            slide.contents.extend(text::read(body, listed));
        }
    }
}

fn read_frame(
    package: &mut Package<'_>,
    relations: &Relations,
    frame: Element<'_, '_>,
    slide: &mut Slide,
) -> Result<(), WireError> {
    let Some(graphic) = frame.at(&["graphic", "graphicData"]) else {
        return Ok(());
    };
    let part_of = |id: Option<std::borrow::Cow<'_, str>>| {
        relations
            .get(id?.as_ref())
            .map(|relation| relation.target.clone())
    };
    if let Some(table) = graphic.child("tbl") {
        slide.contents.extend(read_table(table));
    } else if let Some(chart) = graphic.child("chart") {
        if let Some(part) = part_of(chart.prefixed_attribute("id")) {
            slide.contents.extend(drawing::read_chart(package, &part)?);
        }
    } else if let Some(diagram) = graphic.child("relIds") {
        if let Some(part) = part_of(diagram.prefixed_attribute("dm")) {
            slide.contents.extend(
                drawing::read_diagram(package, &part)?
                    .into_iter()
                    .map(|text| BlockContent::Paragraph { text }),
            );
        }
    } else if graphic.find("pic").is_some() {
        slide.contents.push(BlockContent::Image {
            alt: description(frame),
        });
    }
    Ok(())
}

fn read_table(table: Element<'_, '_>) -> Option<BlockContent> {
    let rows: Vec<Vec<String>> = table
        .elements()
        .filter(|row| row.is("tr"))
        .map(|row| {
            row.elements()
                .filter(|cell| cell.is("tc"))
                .map(|cell| {
                    let merged = ["hMerge", "vMerge"].iter().any(|name| {
                        cell.attribute(name)
                            .is_some_and(|value| value == "1" || value == "true")
                    });
                    match cell.child("txBody") {
                        Some(body) if !merged => drawing::drawing_text(body),
                        _ => String::new(),
                    }
                })
                .collect()
        })
        .collect();
    if rows.iter().flatten().all(|cell| cell.is_empty()) {
        return None;
    }
    let first_row = table
        .child("tblPr")
        .and_then(|properties| properties.attribute("firstRow"))
        .is_some_and(|value| value == "1" || value == "true");
    Some(BlockContent::Table {
        caption: None,
        header_rows: usize::from(first_row && rows.len() > 1),
        rows,
    })
}

fn description(shape: Element<'_, '_>) -> String {
    let Some(properties) = shape.find("cNvPr") else {
        return String::new();
    };
    ["descr", "title"]
        .iter()
        .filter_map(|name| properties.attribute(name))
        .map(|text| text.trim().to_owned())
        .find(|text| !text.is_empty())
        .unwrap_or_default()
}
