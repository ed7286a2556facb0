//! Charts chosen by the shape of a result, and drawn.

#![expect(clippy::unwrap_used, reason = "tests")]

use deskmate_sheets::{
    ChartKind, ChartSpec, ColumnFormat, OutputColumn, OutputTable, OutputValue, SvgOptions,
    choose_chart, render_svg,
};

fn table(columns: &[(&str, ColumnFormat)], rows: &[(&str, &[f64])]) -> OutputTable {
    OutputTable {
        columns: columns
            .iter()
            .map(|(name, format)| OutputColumn {
                name: (*name).to_string(),
                format: format.clone(),
            })
            .collect(),
        rows: rows
            .iter()
            .map(|(label, numbers)| {
                std::iter::once(OutputValue::Text((*label).to_string()))
                    .chain(numbers.iter().map(|n| {
                        if n.is_nan() {
                            OutputValue::Blank
                        } else {
                            OutputValue::Number(*n)
                        }
                    }))
                    .collect()
            })
            .collect(),
    }
}

fn regions() -> OutputTable {
    table(
        &[
            ("地区", ColumnFormat::Text),
            ("销售额", ColumnFormat::Decimal(1)),
        ],
        &[("华东", &[1234.5]), ("华南", &[980.0]), ("华北", &[-120.0])],
    )
}

fn kind(table: &OutputTable) -> Option<ChartKind> {
    choose_chart(table, "t").map(|chart| chart.kind)
}

#[test]
fn the_shape_of_a_result_chooses_the_chart() {
    use ColumnFormat::{Integer, Percent, Text};
    assert_eq!(kind(&regions()), Some(ChartKind::Column));
    let months = table(
        &[("月份", Text), ("收入", Integer)],
        &[
            ("2024年1月", &[1.0]),
            ("2024年2月", &[2.0]),
            ("2024年3月", &[f64::NAN]),
            ("2024年4月", &[4.0]),
        ],
    );
    assert_eq!(kind(&months), Some(ChartKind::Line));
    let quarters = table(
        &[("q", Text), ("v", Integer)],
        &[("24Q1", &[1.0]), ("24Q2", &[2.0]), ("24Q3", &[3.0])],
    );
    assert_eq!(kind(&quarters), Some(ChartKind::Line));
    let shares = table(
        &[("产品", Text), ("占比", Percent(1))],
        &[("A", &[0.5]), ("B", &[0.3]), ("C", &[0.2])],
    );
    assert_eq!(kind(&shares), Some(ChartKind::Pie));
    let parts = table(
        &[("产品", Text), ("完成率", Percent(1))],
        &[("A", &[0.5]), ("B", &[0.9]), ("C", &[0.2])],
    );
    assert_eq!(
        kind(&parts),
        Some(ChartKind::Column),
        "rates that are no whole are no pie"
    );
    let long = table(
        &[("部门", Text), ("人数", Integer)],
        &[("信息技术与数据管理中心", &[5.0]), ("人事", &[7.0])],
    );
    assert_eq!(kind(&long), Some(ChartKind::Bar));
}

#[test]
fn a_result_that_no_chart_helps_gets_none() {
    use ColumnFormat::{Integer, Text};
    assert_eq!(
        kind(&table(&[("a", Text), ("n", Integer)], &[("one", &[1.0])])),
        None
    );
    assert_eq!(
        kind(&table(&[("a", Text)], &[("x", &[]), ("y", &[])])),
        None
    );
    let ids = table(
        &[("名称", Text), ("编号", Integer)],
        &[("x", &[7.0]), ("y", &[8.0])],
    );
    assert_eq!(kind(&ids), None, "numbers of things are no sizes");
}

#[test]
fn columns_of_another_unit_do_not_share_the_axis() {
    let mixed = table(
        &[
            ("地区", ColumnFormat::Text),
            ("销售额", ColumnFormat::Integer),
            ("增长率", ColumnFormat::Percent(1)),
            ("成本", ColumnFormat::Integer),
            ("件数", ColumnFormat::Integer),
        ],
        &[
            ("华东", &[1000.0, 0.1, 700.0, 3.0]),
            ("华南", &[900.0, 0.2, 650.0, 2.0]),
        ],
    );
    assert_eq!(choose_chart(&mixed, "t").unwrap().values, [1, 3]);
}

#[test]
fn a_drawing_is_well_formed_shows_its_numbers_and_links_nowhere() {
    let mut table = regions();
    table.rows[0][0] = OutputValue::Text("华东 <script>&\"".to_string());
    for kind in [
        ChartKind::Column,
        ChartKind::Bar,
        ChartKind::Line,
        ChartKind::Pie,
    ] {
        let chart = ChartSpec {
            kind,
            title: "各地区 <销售额>".to_string(),
            labels: 0,
            values: vec![1],
        };
        let svg = render_svg(&chart, &table, SvgOptions::default());
        let mut reader = quick_xml::Reader::from_str(&svg);
        while reader.read_event().unwrap() != quick_xml::events::Event::Eof {}
        assert!(svg.contains("1,234.5"), "{svg}");
        assert!(
            svg.contains("tabular-nums") && svg.contains("各地区 &lt;销售额&gt;"),
            "{svg}"
        );
        let address = svg.replace("http://www.w3.org/2000/svg", "");
        assert!(
            !address.contains("http") && !address.contains("<script") && !address.contains("NaN"),
            "{svg}"
        );
    }
}

#[test]
fn bars_begin_at_zero_and_lengths_are_in_proportion() {
    let table = table(
        &[("a", ColumnFormat::Text), ("n", ColumnFormat::Integer)],
        &[("x", &[100.0]), ("y", &[50.0])],
    );
    let svg = render_svg(
        &choose_chart(&table, "").unwrap(),
        &table,
        SvgOptions::default(),
    );
    let heights: Vec<f64> = svg
        .split("<rect ")
        .filter(|rect| rect.contains("<title>"))
        .filter_map(|rect| {
            rect.split("height=\"")
                .nth(1)?
                .split('"')
                .next()?
                .parse()
                .ok()
        })
        .collect();
    assert_eq!(heights.len(), 2);
    assert!((heights[0] / heights[1] - 2.0).abs() < 0.01, "{heights:?}");
}

#[test]
fn a_missing_value_is_a_gap_in_the_line() {
    let months = table(
        &[
            ("月份", ColumnFormat::Text),
            ("收入", ColumnFormat::Integer),
        ],
        &[
            ("1月", &[1.0]),
            ("2月", &[f64::NAN]),
            ("3月", &[3.0]),
            ("4月", &[4.0]),
        ],
    );
    let svg = render_svg(
        &choose_chart(&months, "").unwrap(),
        &months,
        SvgOptions::default(),
    );
    let path = svg
        .split("<path d=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    assert_eq!(path.matches('M').count(), 2, "{path}");
    assert_eq!(svg.matches("<circle").count(), 3);
}

#[test]
fn columns_and_rows_that_are_not_there_are_left_out() {
    let chart = ChartSpec {
        kind: ChartKind::Bar,
        title: String::new(),
        labels: 9,
        values: vec![1, 7],
    };
    for table in [
        regions(),
        OutputTable {
            columns: Vec::new(),
            rows: Vec::new(),
        },
    ] {
        assert!(
            render_svg(
                &chart,
                &table,
                SvgOptions {
                    width: 1.0,
                    height: 1.0
                }
            )
            .ends_with("</svg>\n")
        );
    }
}
