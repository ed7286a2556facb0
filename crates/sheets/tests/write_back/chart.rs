//! Charts of ranges: on a sheet without a drawing, on one that has a drawing, on a new sheet.

use std::fs;

use deskmate_core::ErrorCode;
use deskmate_sheets::{
    CellAddress, CellRange, ChartEdit, ChartLook, ChartTarget, Edit, PartFate, PlotKind,
    RangeChart, RangeSeries, Trend, TrendKind, undo,
};

use super::made::{Parts, replace, sales_parts, text};
use super::{Desk, SHEET, cells, growth_column};

const DRAWING: &str = "xl/drawings/drawing1.xml";

fn range(text: &str) -> CellRange {
    CellRange::parse(text).unwrap()
}

fn chart(kind: PlotKind, target: ChartTarget) -> Edit {
    let series = |name: &str, values: &str| RangeSeries {
        name: CellAddress::parse(name),
        x: Some(range("A2:A7")),
        y: range(values),
        marker: None,
        trend: None,
    };
    Edit::Chart(ChartEdit {
        sheet: "销售".to_string(),
        chart: RangeChart {
            look: ChartLook {
                title: Some("两年 <&>".to_string()),
                y_title: Some("万元".to_string()),
                ..ChartLook::of(kind)
            },
            series: vec![series("B1", "B2:B7"), series("C1", "C2:C7")],
        },
        target,
    })
}

fn here() -> ChartTarget {
    ChartTarget::Sheet("销售".to_string())
}

/// The sales without the drawing.
fn plain_parts() -> Parts {
    let mut parts = sales_parts();
    replace(&mut parts, SHEET, "<drawing r:id=\"rId1\"/>", "");
    replace(
        &mut parts,
        "xl/worksheets/_rels/sheet1.xml.rels",
        "<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/drawing\" Target=\"../drawings/drawing1.xml\"/>",
        "",
    );
    parts
}

/// The sales with a drawing of one picture, under a prefix of its own.
fn drawn_parts() -> Parts {
    let mut parts = sales_parts();
    parts.insert(
        DRAWING.to_string(),
        concat!(
            "<?xml version=\"1.0\"?>\n<d:wsDr xmlns:d=\"http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing\">",
            "<d:twoCellAnchor editAs=\"oneCell\"><d:from><d:col>5</d:col><d:colOff>0</d:colOff><d:row>0</d:row><d:rowOff>0</d:rowOff></d:from>",
            "<d:to><d:col>8</d:col><d:colOff>0</d:colOff><d:row>12</d:row><d:rowOff>0</d:rowOff></d:to>",
            "<d:sp macro=\"\"><d:nvSpPr><d:cNvPr id=\"7\" name=\"Box\"/><d:cNvSpPr/></d:nvSpPr><d:spPr/></d:sp><d:clientData/></d:twoCellAnchor></d:wsDr>"
        )
        .as_bytes()
        .to_vec(),
    );
    parts
}

fn assert_others_stay(before: &Parts, after: &Parts, changed: &[&str]) {
    for (name, content) in before {
        if !changed.contains(&name.as_str()) {
            assert_eq!(&after[name], content, "{name}");
        }
    }
}

#[test]
fn a_sheet_without_a_drawing_gets_one_and_only_its_parts_change() {
    let before = plain_parts();
    let desk = Desk::with(&before);
    let original = fs::read(&desk.path).unwrap();
    let plan = desk.plan(&[chart(PlotKind::Column, here())]).unwrap();
    assert_eq!(plan.changes.len(), 1);
    assert_eq!(
        (
            plan.changes[0].sheet.as_str(),
            plan.changes[0].cell.as_str()
        ),
        ("销售", "F1:O21"),
        "beside the cells that hold something"
    );
    assert!(
        plan.changes[0].after.contains("B2:B7, C2:C7"),
        "{:?}",
        plan.changes
    );
    let [drawn] = plan.charts.as_slice() else {
        panic!("one chart: {:?}", plan.charts);
    };
    let first = &drawn[0].points[0];
    assert_eq!(
        (drawn.len(), drawn[0].count, first.label.as_str(), first.y),
        (2, 6, "华东", Some(100.0)),
        "what the cells hold can be shown before"
    );
    let applied = desk.apply(&[chart(PlotKind::Column, here())]);
    let parts: Vec<(&str, PartFate)> = applied
        .parts
        .iter()
        .map(|note| (note.part.as_str(), note.fate))
        .collect();
    assert_eq!(
        parts,
        [
            ("[Content_Types].xml", PartFate::Changed),
            ("xl/charts/chart2.xml", PartFate::Added),
            ("xl/drawings/_rels/drawing2.xml.rels", PartFate::Added),
            ("xl/drawings/drawing2.xml", PartFate::Added),
            ("xl/worksheets/_rels/sheet1.xml.rels", PartFate::Changed),
            (SHEET, PartFate::Changed),
        ]
    );
    let after = desk.parts();
    assert_others_stay(
        &before,
        &after,
        &[
            "[Content_Types].xml",
            "xl/worksheets/_rels/sheet1.xml.rels",
            SHEET,
        ],
    );
    let drawing = "<drawing xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" r:id=\"rId1\"/>";
    let sheet = text(&after, SHEET);
    assert!(
        sheet.contains(&format!("</dataValidations>{drawing}<tableParts")),
        "the schema has its place: {sheet}"
    );
    assert_eq!(
        sheet.replace(drawing, ""),
        text(&before, SHEET),
        "nothing else of the sheet changes"
    );
    let chart = text(&after, "xl/charts/chart2.xml");
    for expected in [
        "<c:f>'销售'!$B$1</c:f><c:strCache><c:ptCount val=\"1\"/><c:pt idx=\"0\"><c:v>去年</c:v>",
        "<c:f>'销售'!$A$2:$A$7</c:f><c:strCache><c:ptCount val=\"6\"/><c:pt idx=\"0\"><c:v>华东</c:v>",
        "<c:formatCode>#,##0</c:formatCode><c:ptCount val=\"6\"/><c:pt idx=\"0\"><c:v>100</c:v>",
        "<a:t>两年 &lt;&amp;&gt;</a:t>",
        "<a:t>万元</a:t>",
    ] {
        assert!(chart.contains(expected), "{expected}\n{chart}");
    }
    undo(&applied).unwrap();
    assert_eq!(fs::read(&desk.path).unwrap(), original);
}

#[test]
fn a_chart_stands_clear_of_anchors_of_every_kind() {
    for (anchor, row) in [
        (
            concat!(
                "<mc:AlternateContent xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\"><mc:Choice Requires=\"a14\">",
                "<d:twoCellAnchor><d:from><d:col>5</d:col><d:colOff>0</d:colOff><d:row>1</d:row><d:rowOff>0</d:rowOff></d:from>",
                "<d:to><d:col>8</d:col><d:colOff>0</d:colOff><d:row>9</d:row><d:rowOff>0</d:rowOff></d:to><d:clientData/></d:twoCellAnchor>",
                "</mc:Choice><mc:Fallback/></mc:AlternateContent>"
            ),
            11,
        ),
        (
            "<d:absoluteAnchor><d:pos x=\"2000000\" y=\"190500\"/><d:ext cx=\"6096000\" cy=\"1905000\"/><d:clientData/></d:absoluteAnchor>",
            14,
        ),
    ] {
        let mut parts = drawn_parts();
        let drawing = format!(
            "<d:wsDr xmlns:d=\"http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing\">{anchor}</d:wsDr>"
        );
        parts.insert(DRAWING.to_string(), drawing.into_bytes());
        let desk = Desk::with(&parts);
        desk.apply(&[chart(PlotKind::Line, here())]);
        let drawing = text(&desk.parts(), DRAWING);
        let place = format!(
            "<xdr:from><xdr:col>5</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{row}</xdr:row>"
        );
        assert!(drawing.contains(&place), "{drawing}");
    }
}

#[test]
fn a_sheet_with_a_drawing_gets_a_second_anchor_below_the_first() {
    let before = drawn_parts();
    let desk = Desk::with(&before);
    desk.apply(&[chart(PlotKind::Line, here()), chart(PlotKind::Pie, here())]);
    let after = desk.parts();
    assert_others_stay(&before, &after, &["[Content_Types].xml", DRAWING]);
    let drawing = text(&after, DRAWING);
    let kept = text(&before, DRAWING);
    let kept = kept.strip_suffix("</d:wsDr>").unwrap();
    assert!(drawing.starts_with(kept), "{drawing}");
    assert_eq!(drawing.matches("<xdr:graphicFrame").count(), 2);
    assert!(
        drawing.contains("cNvPr id=\"8\" name=\"Chart 1\""),
        "{drawing}"
    );
    assert!(
        drawing.contains("cNvPr id=\"9\" name=\"Chart 2\""),
        "{drawing}"
    );
    assert!(
        drawing.contains(
            "<xdr:from><xdr:col>5</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>14</xdr:row>"
        ),
        "below the box that ends in row 12: {drawing}"
    );
    assert!(
        drawing.contains("<xdr:row>36</xdr:row>"),
        "the second below the first: {drawing}"
    );
    let rels = text(&after, "xl/drawings/_rels/drawing1.xml.rels");
    assert!(rels.contains("/xl/charts/chart2.xml") && rels.contains("/xl/charts/chart3.xml"));
}

#[test]
fn a_new_sheet_holds_the_chart_and_a_named_one_is_made_when_there_is_none() {
    let before = sales_parts();
    let desk = Desk::with(&before);
    desk.apply(&[
        chart(PlotKind::Scatter, ChartTarget::NewSheet("销售".to_string())),
        chart(PlotKind::Area, ChartTarget::Named("走势".to_string())),
    ]);
    let after = desk.parts();
    assert_others_stay(
        &before,
        &after,
        &[
            "[Content_Types].xml",
            "xl/workbook.xml",
            "xl/_rels/workbook.xml.rels",
        ],
    );
    let workbook = text(&after, "xl/workbook.xml");
    assert!(workbook.contains("name=\"销售 2\"") && workbook.contains("name=\"走势\""));
    assert!(text(&after, "xl/worksheets/sheet2.xml").contains("<drawing r:id=\"rId1\"/>"));
    let chart = text(&after, "xl/charts/chart2.xml");
    assert!(
        chart.contains("<c:xVal><c:strRef>") && chart.contains("<c:yVal><c:numRef>"),
        "{chart}"
    );
}

#[test]
fn a_chart_beside_changed_cells_and_columns_is_one_change() {
    let desk = Desk::with(&plain_parts());
    desk.apply(&[
        growth_column(),
        chart(PlotKind::Bar, here()),
        cells(&[("H20", deskmate_sheets::OutputValue::Number(1.0))], false),
    ]);
    let sheet = text(&desk.parts(), SHEET);
    assert!(
        sheet.contains("<c r=\"E2\"") && sheet.contains("<drawing "),
        "{sheet}"
    );
}

#[test]
fn what_cannot_be_drawn_is_refused() {
    let changed = |change: fn(&mut ChartEdit)| {
        let Edit::Chart(mut edit) = chart(PlotKind::Column, here()) else {
            unreachable!()
        };
        change(&mut edit);
        Edit::Chart(edit)
    };
    let desk = Desk::with(&plain_parts());
    for (edit, code) in [
        (
            changed(|edit| edit.chart.series.clear()),
            ErrorCode::InvalidInput,
        ),
        (
            changed(|edit| edit.chart.series[0].y = range("B2:C7")),
            ErrorCode::InvalidInput,
        ),
        (
            changed(|edit| edit.chart.series[0].y = range("A2:A7")),
            ErrorCode::InvalidInput,
        ),
        (
            changed(|edit| edit.sheet = "没有".to_string()),
            ErrorCode::NotFound,
        ),
        (
            changed(|edit| edit.target = ChartTarget::Sheet("没有".to_string())),
            ErrorCode::NotFound,
        ),
        (
            changed(|edit| edit.chart.series[0].y = range("B2:B1048576")),
            ErrorCode::FileTooLarge,
        ),
    ] {
        assert_eq!(desk.refusal(edit).code, code);
    }
    let mut parts = plain_parts();
    replace(
        &mut parts,
        SHEET,
        "</sheetData>",
        "</sheetData><sheetProtection sheet=\"1\"/>",
    );
    let error = Desk::with(&parts).refusal(chart(PlotKind::Column, here()));
    assert_eq!(error.code, ErrorCode::PermissionDenied);
    let broken = Desk::with(&sales_parts()).refusal(chart(PlotKind::Column, here()));
    assert_eq!(broken.code, ErrorCode::DamagedFile, "the drawing is none");
}

#[test]
fn every_kind_is_well_formed() {
    for kind in [
        PlotKind::Column,
        PlotKind::Bar,
        PlotKind::Line,
        PlotKind::Pie,
        PlotKind::Area,
        PlotKind::Scatter,
    ] {
        let Edit::Chart(mut edit) = chart(kind, here()) else {
            unreachable!()
        };
        edit.chart.look.has_data_labels = true;
        edit.chart.series[0].trend = Some(Trend {
            kind: TrendKind::Polynomial(3),
            shows_equation: true,
        });
        let desk = Desk::with(&drawn_parts());
        desk.apply(&[Edit::Chart(edit)]);
        let chart = text(&desk.parts(), "xl/charts/chart2.xml");
        let has_trend = chart.contains("<c:order val=\"3\"/>");
        assert_eq!(
            has_trend,
            kind != PlotKind::Pie,
            "a pie has no trend: {chart}"
        );
    }
}
