//! Typed rows as a new workbook.

#![expect(clippy::unwrap_used, reason = "tests")]

mod made;

use deskmate_core::ErrorCode;
use deskmate_sheets::{
    ChartKind, ChartSpec, ColumnFormat, NewSheet, OutputColumn, OutputTable, OutputValue, Value,
    Workbook, write_workbook,
};
use made::{text, unzip};

fn sheet() -> NewSheet {
    let column = |name: &str, format: ColumnFormat| OutputColumn {
        name: name.to_string(),
        format,
    };
    NewSheet {
        name: "合同[清单]".to_string(),
        table: OutputTable {
            columns: vec![
                column("合同编号", ColumnFormat::Text),
                column("金额", ColumnFormat::Decimal(2)),
                column("签订日期", ColumnFormat::Date),
                column("金额", ColumnFormat::Percent(1)),
            ],
            rows: vec![
                vec![
                    OutputValue::Text("0012345678901234567".to_string()),
                    OutputValue::Number(1200.5),
                    OutputValue::date(2024, 2, 29).unwrap(),
                    OutputValue::Number(0.25),
                ],
                vec![
                    OutputValue::Text("=cmd|' /C calc'!A0".to_string()),
                    OutputValue::Number(f64::NAN),
                ],
            ],
        },
        sources: vec![
            "合同.docx 第 3 页".to_string(),
            "http://example.com/x".to_string(),
        ],
        source_header: "来源".to_string(),
        chart: Some(ChartSpec {
            kind: ChartKind::Bar,
            title: "金额".to_string(),
            labels: 0,
            values: vec![1],
        }),
    }
}

#[test]
fn rows_become_a_native_table_with_types_formats_and_sources() {
    let bytes = write_workbook(&[sheet()]).unwrap();
    let parts = unzip(&bytes);
    let table = text(&parts, "xl/tables/table1.xml");
    assert!(table.contains("ref=\"A1:E3\""), "{table}");
    assert!(
        table.contains("name=\"金额2\"") && table.contains("name=\"来源\""),
        "{table}"
    );
    let xml = text(&parts, "xl/worksheets/sheet1.xml");
    assert!(xml.contains("state=\"frozen\""), "{xml}");
    assert!(parts.contains_key("xl/charts/chart1.xml"));
    let workbook = Workbook::read("new.xlsx", &bytes).unwrap();
    let sheet = workbook.sheet("合同清单").unwrap();
    let value = |row, column| sheet.cell(row, column).map(|cell| cell.value.clone());
    assert_eq!(
        value(1, 0),
        Some(Value::Text("0012345678901234567".into())),
        "ids keep their zeros"
    );
    assert_eq!(value(1, 1), Some(Value::Number(1200.5)));
    assert_eq!(value(2, 0), Some(Value::Text("=cmd|' /C calc'!A0".into())));
    assert_eq!(
        value(2, 4),
        Some(Value::Text("http://example.com/x".into()))
    );
    assert!(
        !xml.contains("<f>") && !xml.contains("<hyperlink"),
        "nothing runs and nothing leads anywhere: {xml}"
    );
    assert!(
        text(&parts, "xl/styles.xml").contains("yyyy\\-mm\\-dd")
            || text(&parts, "xl/styles.xml").contains("yyyy-mm-dd")
    );
}

#[test]
fn a_table_without_rows_still_opens_and_one_without_columns_is_refused() {
    let mut empty = sheet();
    empty.table.rows.clear();
    empty.sources.clear();
    empty.chart = None;
    assert!(
        Workbook::read(
            "e.xlsx",
            &write_workbook(std::slice::from_ref(&empty)).unwrap()
        )
        .is_ok()
    );
    empty.table.columns.clear();
    assert_eq!(
        write_workbook(&[empty]).unwrap_err().code,
        ErrorCode::InvalidInput
    );
    let mut uneven = sheet();
    uneven.sources.pop();
    assert_eq!(
        write_workbook(&[uneven]).unwrap_err().code,
        ErrorCode::InvalidInput
    );
}

#[test]
fn sheets_of_one_name_get_numbers() {
    let bytes = write_workbook(&[sheet(), sheet()]).unwrap();
    let workbook = Workbook::read("new.xlsx", &bytes).unwrap();
    assert!(workbook.sheet("合同清单 2").is_some());
}

#[test]
fn days_that_do_not_exist_are_no_dates() {
    assert_eq!(OutputValue::date(2023, 2, 29), None);
    assert_eq!(OutputValue::date(1899, 1, 1), None);
    assert_eq!(
        OutputValue::date(2024, 1, 1),
        Some(OutputValue::Date(45292.0))
    );
}
