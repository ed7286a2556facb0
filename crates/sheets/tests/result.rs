//! An answer as a sheet of the workbook: typed cells, a chart that fits, and what it rests on below.

#![expect(clippy::unwrap_used, reason = "tests")]

use deskmate_core::CancelToken;
use deskmate_core::testing::ScriptedGenerator;
use deskmate_sheets::{
    AskOptions, ChartKind, ChartWish, ColumnFormat, Error, OutputValue, ResultOptions, ResultSheet,
    SheetAnswer, Tables, Workbook, answer_query, ask, result_sheet,
};

const SALES: &[[&str; 4]] = &[
    ["日期", "大区", "产品", "金额(元)"],
    ["2024-01-05", "华东", "键盘", "1200.50"],
    ["2024-01-19", "华南", "键盘", "800"],
    ["2024-02-02", "华东", "鼠标", "300"],
    ["2024-03-08", "华北", "屏幕", "5000"],
    ["合计", "", "", "7300.50"],
];

fn sales() -> Tables {
    let rows: Vec<Vec<String>> = SALES
        .iter()
        .map(|row| row.iter().map(ToString::to_string).collect())
        .collect();
    let book = Workbook::from_rows("/d/台账.xlsx", "销售", &rows);
    Tables::understand(&[book], &CancelToken::new()).unwrap()
}

/// Asks with a model that says nothing.
fn answer(tables: &Tables, question: &str) -> SheetAnswer {
    let silent = ScriptedGenerator::new(&[], 100_000);
    let cancel = CancelToken::new();
    ask(
        question,
        tables,
        &[],
        &silent,
        AskOptions::default(),
        &cancel,
    )
    .unwrap()
}

fn sheet(question: &str, answer: &SheetAnswer, chart: ChartWish) -> Result<ResultSheet, Error> {
    let options = ResultOptions { name: None, chart };
    result_sheet(question, answer, &sales(), &options, &CancelToken::new())
}

fn queried(sql: &str) -> SheetAnswer {
    answer_query("各大区的金额", sql, &sales(), &CancelToken::new()).unwrap()
}

#[test]
fn a_grouped_total_becomes_a_typed_table_with_its_chart_and_sources() {
    let question = "各大区的金额(元)合计是多少？";
    let answer = answer(&sales(), question);
    let made = sheet(question, &answer, ChartWish::Auto).unwrap();

    assert_eq!(
        (made.name.as_str(), made.heading.as_slice()),
        ("结果", &[question.to_string()][..])
    );
    let headers: Vec<&str> = made.table.columns.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(headers, ["大区", "合计(金额(元))"]);
    assert_eq!(made.table.columns[0].format, ColumnFormat::Text);
    assert_eq!(made.table.columns[1].format, ColumnFormat::Decimal(1));
    let total: f64 = (0..3)
        .filter_map(|row| made.table.value(row, 1).number())
        .sum();
    assert_eq!(total, 7300.5, "the row of totals is not counted twice");
    let chart = made.chart.unwrap();
    assert_eq!(
        (chart.kind, chart.labels, chart.values),
        (ChartKind::Pie, 0, vec![1])
    );

    let notes = made.notes.join("\n");
    for piece in ["台账.xlsx 销售!", "SELECT", "合计 销售!A6:D6"] {
        assert!(notes.contains(piece), "{piece} in {notes}");
    }
}

#[test]
fn a_query_that_answered_is_run_again_without_a_model() {
    let question = "各大区的金额(元)合计是多少？";
    let asked = answer(&sales(), question);
    let again = answer_query(question, &asked.sql, &sales(), &CancelToken::new()).unwrap();
    assert_eq!((again.rows, again.cells), (asked.rows, asked.cells));
    let refused = answer_query(question, "DELETE FROM x", &sales(), &CancelToken::new());
    assert!(
        matches!(refused, Err(Error::RefusedQuery(_) | Error::FailedQuery(_))),
        "{refused:?}"
    );
}

#[test]
fn days_are_dates_and_years_have_no_thousands() {
    let table = &sales().understanding().tables[0].name.clone();
    let days = sheet(
        "明细",
        &queried(&format!("SELECT 日期, 产品 FROM {table}")),
        ChartWish::Auto,
    );
    let days = days.unwrap();
    assert_eq!(days.table.columns[0].format, ColumnFormat::Date);
    assert_eq!(
        days.table.value(0, 0),
        &OutputValue::date(2024, 1, 5).unwrap()
    );
    let sql = format!(
        "SELECT CAST(strftime('%Y', 日期) AS INTEGER) AS 年份, COUNT(*) AS 笔数 FROM {table} GROUP BY 1"
    );
    let years = sheet("每年几笔", &queried(&sql), ChartWish::Auto).unwrap();
    assert_eq!(years.table.columns[0].name, "年份");
    assert_eq!(years.table.columns[0].format, ColumnFormat::General);
    assert_eq!(years.table.columns[1].format, ColumnFormat::Integer);
    assert_eq!(years.chart, None, "one row is no chart");
}

#[test]
fn a_chart_asked_for_is_drawn_or_refused_and_never_left_out_silently() {
    let question = "各大区的金额(元)合计是多少？";
    let grouped = answer(&sales(), question);
    for (wish, kind) in [
        (ChartWish::Bar, Some(ChartKind::Column)),
        (ChartWish::Line, Some(ChartKind::Line)),
        (ChartWish::None, None),
    ] {
        let made = sheet(question, &grouped, wish).unwrap();
        assert_eq!(made.chart.map(|chart| chart.kind), kind, "{wish:?}");
    }
    let one = answer(&sales(), "金额(元)合计是多少？");
    assert!(
        sheet(question, &one, ChartWish::Auto)
            .unwrap()
            .chart
            .is_none()
    );
    let refused = sheet(question, &one, ChartWish::Line).unwrap_err();
    assert!(refused.to_string().contains("2 to 60 rows"), "{refused}");
}

#[test]
fn what_the_tables_do_not_answer_is_not_written() {
    let nothing = SheetAnswer {
        abstained: true,
        ..SheetAnswer::default()
    };
    assert!(matches!(
        sheet("谁？", &nothing, ChartWish::Auto),
        Err(Error::Unwritable(_))
    ));
}

#[test]
fn a_result_longer_than_an_answer_is_written_whole() {
    let mut rows = vec![vec!["编号".to_string(), "数量".to_string()]];
    rows.extend((0..1500).map(|n| vec![format!("P{n:04}"), n.to_string()]));
    let book = Workbook::from_rows("/d/库存.xlsx", "库存", &rows);
    let tables = Tables::understand(&[book], &CancelToken::new()).unwrap();
    let name = &tables.understanding().tables[0].name;
    let cancel = CancelToken::new();
    let sql = format!("SELECT 编号, 数量 FROM {name}");
    let answer = answer_query("列出编号和数量", &sql, &tables, &cancel).unwrap();
    assert_eq!(answer.rows.len(), 1000);
    let options = ResultOptions::default();
    let made = result_sheet("列出编号和数量", &answer, &tables, &options, &cancel).unwrap();
    assert_eq!(made.table.rows.len(), 1500);
}
