//! A column that a user has begun with a formula goes on below as it begins.

use deskmate_sheets::{CellRange, Edit, FormulaColumn, Value, column_starts};

use super::made::{Parts, replace, sales_parts, text};
use super::{Desk, SHEET, value};

/// The sales with a column E that is begun: a formula in its first row, in the format of column B.
fn begun() -> Parts {
    let mut parts = sales_parts();
    replace(
        &mut parts,
        SHEET,
        "<f t=\"shared\" ref=\"D2:D7\" si=\"0\">C2-B2</f><v>20</v></c></row>",
        "<f t=\"shared\" ref=\"D2:D7\" si=\"0\">C2-B2</f><v>20</v></c><c r=\"E2\" s=\"2\"><f>C2*$B$2</f><v>12000</v></c></row>",
    );
    replace(
        &mut parts,
        SHEET,
        "<t>差额</t></is></c></row>",
        "<t>差额</t></is></c><c r=\"E1\" s=\"1\" t=\"inlineStr\"><is><t>乘积</t></is></c></row>",
    );
    parts
}

#[test]
fn columns_that_begin_with_a_formula_are_found_with_the_formula_of_the_next_row() {
    let bytes = super::zip(&begun());
    let table = CellRange::parse("A1:E7").unwrap();
    let starts = column_starts(bytes.into(), "销售", table, &[0, 1, 3, 4], &[]).unwrap();
    assert_eq!(
        starts.len(),
        1,
        "texts, numbers and full columns are not begun: {starts:?}"
    );
    assert_eq!(starts[0].column, 4);
    assert_eq!(starts[0].formula, "=C3*$B$2");
    assert_eq!(starts[0].filled_rows, [1]);
}

#[test]
fn rows_of_totals_are_neither_where_a_column_goes_on_nor_empty() {
    let table = CellRange::parse("A1:E7").unwrap();
    let starts = |skip_rows: &[u32]| {
        column_starts(super::zip(&begun()).into(), "销售", table, &[4], skip_rows).unwrap()
    };
    let subtotal = starts(&[2]);
    assert_eq!(subtotal[0].formula, "=C4*$B$2", "row 3 is a subtotal");
    assert_eq!(subtotal[0].filled_rows, [1]);
    assert_eq!(
        starts(&[2, 3, 4, 5, 6]),
        [],
        "only rows of totals are empty: the column is full"
    );
    assert_eq!(starts(&[1]), [], "what stands is a heading's");
}

#[test]
fn the_rows_below_get_the_formula_and_the_format_of_the_first() {
    let desk = Desk::with(&begun());
    let before = text(&desk.parts(), SHEET);
    assert!(!before.contains("r=\"E3\""));
    desk.apply(&[Edit::FormulaColumn(FormulaColumn {
        sheet: "销售".to_string(),
        table: CellRange::parse("A1:E7").unwrap(),
        header: "乘积".to_string(),
        formula: "=C3*$B$2".to_string(),
        number_format: None,
        column: Some(4),
        skip_rows: vec![1],
    })]);
    let after = text(&desk.parts(), SHEET);
    assert!(
        after.contains("<c r=\"E2\" s=\"2\"><f>C2*$B$2</f>"),
        "the first stays: {after}"
    );
    assert!(
        after.contains("<c r=\"E3\" s=\"2\"><f>C3*$B$2</f><v>15000</v>"),
        "{after}"
    );
    assert_eq!(value(&desk.path, "销售", "E7"), Value::Number(900.0));
}
