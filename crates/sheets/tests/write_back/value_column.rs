//! A column of values: it goes into the native table, and undoing it gives the file back.

use deskmate_sheets::ValueColumn;

use super::*;

fn classes(rows: &[(u32, &str)]) -> Edit {
    Edit::ValueColumn(ValueColumn {
        sheet: "销售".to_string(),
        table: CellRange::parse("A1:D7").unwrap(),
        header: "等级".to_string(),
        column: None,
        values: rows
            .iter()
            .map(|(row, text)| (*row, OutputValue::Text(text.to_string())))
            .collect(),
    })
}

#[test]
fn a_value_column_grows_the_native_table_and_leaves_empty_what_has_no_value() {
    let desk = Desk::with(&sales_parts());
    let applied = desk.apply(&[classes(&[(1, "=好"), (3, "差")])]);
    let table = text(&desk.parts(), "xl/tables/table1.xml");
    assert!(
        table.contains("ref=\"A1:E7\"") && table.contains("name=\"等级\""),
        "{table}"
    );
    assert!(!table.contains("calculatedColumnFormula"), "{table}");
    assert_eq!(value(&desk.path, "销售", "E1"), Value::Text("等级".into()));
    assert_eq!(value(&desk.path, "销售", "E2"), Value::Text("=好".into()));
    assert_eq!(value(&desk.path, "销售", "E3"), Value::Text("".into()));
    assert_eq!(value(&desk.path, "销售", "E4"), Value::Text("差".into()));
    undo(&applied).unwrap();
    assert_eq!(desk.parts(), sales_parts());
}

#[test]
fn a_value_outside_of_the_table_is_refused() {
    let desk = Desk::with(&sales_parts());
    for row in [0, 7, 40] {
        let error = desk.refusal(classes(&[(row, "x")]));
        assert_eq!(error.code, ErrorCode::InvalidInput, "{}", error.message);
    }
}
