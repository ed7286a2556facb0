//! A native chart of ranges that stand in the workbook, on a sheet that is there or on a new one.

use std::collections::HashMap;

use deskmate_core::{ErrorCode, WireError};

use super::drawing::{Place, covered, new_drawing, with_chart};
use super::drawn::DrawnSeries;
use super::edit::{Change, ChartEdit};
use super::new_sheet::{SharedParts, drawing_sheet};
use super::resolve::Work;
use crate::address::{CellAddress, CellRange, MAX_COLUMN};
use crate::chart::{
    CachedPoint, CachedRange, ChartTarget, PlottedSeries, RangeChart, chart_part, reference,
};
use crate::formula::Language;
use crate::package::{RawCell, SheetItem, add_relationship, read_sheet, relationships, rels_part};

const CHART: &str = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml";
const DRAWING: &str = "application/vnd.openxmlformats-officedocument.drawing+xml";
const SHEET: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml";
/// Cells of a chart; more cannot be told apart, and a program takes long to draw them.
const MAX_CELLS: u64 = 500_000;

impl Work {
    /// Adds the chart and what holds it.
    ///
    /// # Errors
    /// `InvalidInput` without series, for a range that is no column or row, or one without numbers; `FileTooLarge`;
    /// `NotFound` for a sheet; `PermissionDenied` when the sheet that it stands on is protected; `DamagedFile`.
    pub(super) fn add_chart(
        &mut self,
        shared: &mut SharedParts,
        edit: &ChartEdit,
    ) -> Result<(), WireError> {
        let source = self.outline.sheet(&edit.sheet)?.clone();
        check_ranges(&edit.chart)?;
        let series = self.plotted(&source.name, &source.part, &edit.chart)?;
        let chart_name =
            shared.free_part(&self.outline, "charts/chart", |part| self.package.has(part));
        shared
            .added
            .insert(chart_name.clone(), chart_part(&edit.chart.look, &series));
        shared.declare(&chart_name, CHART)?;
        let (sheet, place) = match &edit.target {
            ChartTarget::Sheet(name) => self.on_sheet(shared, edit, name, &chart_name)?,
            ChartTarget::Named(name) if self.outline.sheet(name).is_ok() => {
                self.on_sheet(shared, edit, name, &chart_name)?
            }
            ChartTarget::Named(name) | ChartTarget::NewSheet(name) => {
                self.on_new_sheet(shared, name, &chart_name)?
            }
        };
        let is_1904 = self.outline.is_1904;
        let drawn = series.iter().map(|one| DrawnSeries::of(one, is_1904));
        self.resolved.charts.push(drawn.collect());
        let language = Language::of(&format!("{}{}", edit.sheet, sheet));
        self.resolved.changes.push(Change {
            sheet,
            cell: place.0.to_string(),
            before: String::new(),
            after: said(&edit.chart, &source.name, language),
            formula: None,
        });
        Ok(())
    }

    fn on_new_sheet(
        &self,
        shared: &mut SharedParts,
        wanted: &str,
        chart_name: &str,
    ) -> Result<(String, Place), WireError> {
        let is_taken = |part: &str| self.package.has(part);
        let name = shared.sheet_name(wanted);
        let sheet_part = shared.free_part(&self.outline, "worksheets/sheet", is_taken);
        let drawing_part = shared.free_part(&self.outline, "drawings/drawing", is_taken);
        let place = Place::from(1, 1);
        let (drawing_rels, chart_rel) = add_relationship(None, "chart", &format!("/{chart_name}"))?;
        shared.added.insert(rels_part(&drawing_part), drawing_rels);
        shared
            .added
            .insert(drawing_part.clone(), new_drawing(&chart_rel, place));
        shared.declare(&drawing_part, DRAWING)?;
        let (sheet_rels, rel) = add_relationship(None, "drawing", &format!("/{drawing_part}"))?;
        shared.added.insert(rels_part(&sheet_part), sheet_rels);
        shared.added.insert(sheet_part.clone(), drawing_sheet(&rel));
        shared.declare(&sheet_part, SHEET)?;
        shared.list_sheet(&self.outline.part, &name, &sheet_part)?;
        Ok((name, place))
    }

    fn on_sheet(
        &mut self,
        shared: &mut SharedParts,
        edit: &ChartEdit,
        name: &str,
        chart_name: &str,
    ) -> Result<(String, Place), WireError> {
        let sheet = self.outline.sheet(name)?.clone();
        let scan = self.scan(&sheet)?;
        let last = scan.last_filled();
        let drawing_id = scan.drawing.clone();
        let drawing = match drawing_id {
            Some(id) => Some(self.drawing_of(&sheet.part, &id)?),
            None => self.drawings.get(&sheet.part).cloned(),
        };
        let is_source = sheet.name == self.outline.sheet(&edit.sheet)?.name;
        let top = match edit.chart.series.first() {
            Some(series) if is_source => series.y.top.saturating_sub(1),
            _ => 0,
        };
        let right = last.map_or(0, |last| last.column + 2);
        // At the right edge of a sheet there is room below what stands there.
        let (top, left) = match right + 10 <= MAX_COLUMN {
            true => (top, right),
            false => (last.map_or(0, |last| last.row + 2), 0),
        };
        let Some(drawing_part) = drawing else {
            let place = Place::from(top, left);
            let drawing_part = shared.free_part(&self.outline, "drawings/drawing", |part| {
                self.package.has(part)
            });
            let (rels, chart_rel) = add_relationship(None, "chart", &format!("/{chart_name}"))?;
            shared.added.insert(rels_part(&drawing_part), rels);
            shared
                .added
                .insert(drawing_part.clone(), new_drawing(&chart_rel, place));
            shared.declare(&drawing_part, DRAWING)?;
            let sheet_rels = self.part_text(shared, &rels_part(&sheet.part))?;
            let (text, id) = add_relationship(
                sheet_rels.as_deref(),
                "drawing",
                &format!("/{drawing_part}"),
            )?;
            self.put_part(shared, rels_part(&sheet.part), text);
            let rewrite = self.resolved.sheets.entry(sheet.part.clone()).or_default();
            rewrite.drawing = Some(id);
            self.drawings.insert(sheet.part, drawing_part);
            return Ok((sheet.name, place));
        };
        let text = self
            .part_text(shared, &drawing_part)?
            .ok_or_else(|| crate::package::xml::damaged(&drawing_part, "it is missing"))?;
        let place = Place::beside(top, left, &covered(&text, &drawing_part)?);
        let drawing_rels = self.part_text(shared, &rels_part(&drawing_part))?;
        let (rels, chart_rel) =
            add_relationship(drawing_rels.as_deref(), "chart", &format!("/{chart_name}"))?;
        self.put_part(shared, rels_part(&drawing_part), rels);
        let text = with_chart(&text, &drawing_part, &chart_rel, place)?;
        self.put_part(shared, drawing_part, text);
        Ok((sheet.name, place))
    }

    fn drawing_of(&mut self, sheet_part: &str, id: &str) -> Result<String, WireError> {
        let rels = self.package.text(&rels_part(sheet_part))?;
        relationships(&rels, sheet_part)?
            .into_iter()
            .find(|rel| rel.id == id && !rel.is_external)
            .map(|rel| rel.target)
            .ok_or_else(|| crate::package::xml::damaged(sheet_part, "its drawing is missing"))
    }

    /// A part as it will be; none when there is no such part.
    fn part_text(&mut self, shared: &SharedParts, part: &str) -> Result<Option<String>, WireError> {
        if let Some(text) = shared.added.get(part) {
            return Ok(Some(text.clone()));
        }
        if let Some(text) = self.resolved.contents.get(part) {
            return Ok(text.clone());
        }
        self.package.optional_text(part)
    }

    fn put_part(&mut self, shared: &mut SharedParts, part: String, text: String) {
        if self.package.has(&part) {
            self.resolved.contents.insert(part, Some(text));
        } else {
            shared.added.insert(part, text);
        }
    }

    /// The series with what their cells hold.
    fn plotted(
        &mut self,
        sheet: &str,
        part: &str,
        chart: &RangeChart,
    ) -> Result<Vec<PlottedSeries>, WireError> {
        self.read_strings()?;
        let ranges: Vec<CellRange> = chart
            .series
            .iter()
            .flat_map(|series| {
                let name = series.name.map(|cell| CellRange::new(cell, cell));
                name.into_iter().chain(series.x).chain([series.y])
            })
            .collect();
        let mut cells: HashMap<CellAddress, RawCell> = HashMap::new();
        read_sheet(self.package.stream(part)?, part, |item| {
            if let SheetItem::Cell(cell) = item
                && ranges
                    .iter()
                    .any(|range| range.contains(cell.address.row, cell.address.column))
            {
                cells.insert(cell.address, cell.clone());
            }
            Ok(())
        })?;
        let strings = self.strings.as_deref().unwrap_or_default();
        let cached = |range: CellRange| {
            let places = (range.top..=range.bottom)
                .flat_map(|row| (range.left..=range.right).map(move |column| (row, column)));
            let found: Vec<Option<&RawCell>> = places
                .map(|(row, column)| cells.get(&CellAddress::new(row, column)))
                .collect();
            let style = found.iter().flatten().find(|cell| cell.is_filled());
            let format = style.zip(self.styles.as_ref()).map_or_else(
                || "General".to_string(),
                |(cell, styles)| code_of(&styles.number_format(cell.style)),
            );
            CachedRange {
                reference: reference(sheet, range),
                format,
                points: found.into_iter().map(|cell| point(cell, strings)).collect(),
            }
        };
        let mut plotted = Vec::with_capacity(chart.series.len());
        for series in &chart.series {
            let y = cached(series.y);
            if !y.points.iter().any(|p| matches!(p, CachedPoint::Number(_))) {
                return Err(WireError::new(
                    ErrorCode::InvalidInput,
                    format!(
                        "there are no numbers to draw in {} of sheet `{sheet}`",
                        series.y
                    ),
                )
                .with_hint("fill the column first, or draw another one"));
            }
            plotted.push(PlottedSeries {
                name: series.name.map(|cell| {
                    let name = cells
                        .get(&cell)
                        .map_or(String::new(), |cell| cell.shown(strings));
                    (reference(sheet, CellRange::new(cell, cell)), name)
                }),
                x: series.x.map(cached),
                y,
                marker: series.marker,
                trend: series.trend,
            });
        }
        Ok(plotted)
    }
}

fn check_ranges(chart: &RangeChart) -> Result<(), WireError> {
    let invalid = |message: String| Err(WireError::new(ErrorCode::InvalidInput, message));
    if chart.series.is_empty() {
        return invalid("a chart without series cannot be drawn".to_string());
    }
    let mut count = 0;
    for series in &chart.series {
        for range in series.x.into_iter().chain([series.y]) {
            if range.left != range.right && range.top != range.bottom {
                return invalid(format!("{range} is neither one column nor one row"));
            }
            count += range.cells();
        }
    }
    if count > MAX_CELLS {
        return Err(WireError::new(
            ErrorCode::FileTooLarge,
            format!("a chart of {count} cells cannot be drawn"),
        )
        .with_hint("sum the rows up first, and draw the result"));
    }
    Ok(())
}

fn point(cell: Option<&RawCell>, strings: &[String]) -> CachedPoint {
    let Some(cell) = cell.filter(|cell| cell.is_filled()) else {
        return CachedPoint::Blank;
    };
    match cell.kind.as_str() {
        "e" => CachedPoint::Blank,
        "n" => {
            let number = cell.value.as_deref().and_then(|v| v.trim().parse().ok());
            number
                .filter(|number: &f64| number.is_finite())
                .map_or(CachedPoint::Blank, CachedPoint::Number)
        }
        _ => match cell.shown(strings) {
            text if text.is_empty() => CachedPoint::Blank,
            text => CachedPoint::Text(text),
        },
    }
}

/// A format code; built-in formats come as `#` and their number.
/// Source: ECMA-376 part 1, 18.8.30.
fn code_of(format: &str) -> String {
    let code = match format {
        "#9" => "0%",
        "#10" => "0.00%",
        "#14" => "yyyy-mm-dd",
        "#15" => "d-mmm-yy",
        "#16" => "d-mmm",
        "#17" => "mmm-yy",
        "#18" | "#19" | "#20" | "#21" => "h:mm",
        "#37" | "#38" => "#,##0",
        "#39" | "#40" => "#,##0.00",
        format if format.starts_with('#') && format[1..].parse::<u32>().is_ok() => "General",
        format => format,
    };
    code.to_string()
}

/// What is drawn, for people: `line: B2:B9, C2:C9 over A2:A9`.
fn said(chart: &RangeChart, sheet: &str, language: Language) -> String {
    let values: Vec<String> = chart
        .series
        .iter()
        .map(|series| series.y.to_string())
        .collect();
    let mut along: Vec<String> = Vec::new();
    for x in chart.series.iter().filter_map(|series| series.x) {
        if !along.contains(&x.to_string()) {
            along.push(x.to_string());
        }
    }
    let over = match along.is_empty() {
        true => String::new(),
        false => format!("{}{}", language.pick("，横轴 ", " over "), along.join(", ")),
    };
    format!(
        "{}: {sheet} {}{over}",
        chart.look.kind.name(),
        values.join(", ")
    )
}
