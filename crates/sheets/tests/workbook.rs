//! Reading cells: what a workbook holds, and what hostile workbooks do not get.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::io::{Cursor, Write};

use deskmate_sheets::{CellRange, Value, Workbook};
use rust_xlsxwriter::{Format, Formula, Table};

fn saved(mut book: rust_xlsxwriter::Workbook) -> Vec<u8> {
    book.save_to_buffer().unwrap()
}

#[test]
fn a_workbook_gives_values_formats_formulas_merges_and_what_is_hidden() {
    let mut made = rust_xlsxwriter::Workbook::new();
    let sheet = made.add_worksheet();
    sheet.set_name("销售").unwrap();
    let percent = Format::new().set_num_format("0.00%");
    let date = Format::new().set_num_format("yyyy-mm-dd");
    sheet
        .merge_range(0, 0, 0, 3, "一季度", &Format::new())
        .unwrap();
    sheet.write(1, 0, "地区").unwrap();
    sheet.write(2, 0, 12.5).unwrap();
    sheet.write_with_format(2, 1, 0.125, &percent).unwrap();
    sheet.write_with_format(2, 2, 45_356, &date).unwrap();
    sheet
        .write(2, 3, Formula::new("=A3*2").set_result("25"))
        .unwrap();
    sheet.set_row_hidden(4).unwrap();
    sheet.set_column_hidden(6).unwrap();
    sheet.write(4, 6, true).unwrap();
    let hidden = made.add_worksheet();
    hidden.set_name("底表").unwrap().set_hidden(true);
    hidden.write_row(0, 0, ["编号", "数量"]).unwrap();
    hidden.write_row(1, 0, [1, 2]).unwrap();
    hidden
        .add_table(0, 0, 1, 1, &Table::new().set_name("库存"))
        .unwrap();
    let book = Workbook::read("a.xlsx", &saved(made)).unwrap();

    let sheet = book.sheet("销售").unwrap();
    let text = |row, column| sheet.cell(row, column).map(|cell| cell.text());
    assert_eq!(text(0, 0).as_deref(), Some("一季度"));
    assert_eq!(text(2, 0).as_deref(), Some("12.5"));
    assert_eq!(text(2, 1).as_deref(), Some("12.5%"));
    assert_eq!(text(2, 2).as_deref(), Some("2024-03-05"));
    assert_eq!(text(2, 3).as_deref(), Some("25"));
    assert_eq!(sheet.cell(2, 3).unwrap().formula.as_deref(), Some("A3*2"));
    assert_eq!(sheet.cell(4, 6).unwrap().value, Value::Bool(true));
    assert_eq!(sheet.merged, [CellRange::parse("A1:D1").unwrap()]);
    assert!(sheet.is_row_hidden(4) && !sheet.is_row_hidden(3));
    assert!(sheet.is_column_hidden(6) && !sheet.is_column_hidden(5));
    let hidden = book.sheet("底表").unwrap();
    assert!(hidden.is_hidden && !sheet.is_hidden);
    assert_eq!(hidden.tables[0].name, "库存");
    assert_eq!(hidden.tables[0].range.to_string(), "A1:B2");
}

#[test]
fn rows_of_text_become_one_sheet() {
    let rows = [vec!["a".to_owned(), " ".to_owned(), "b".to_owned()]];
    let book = Workbook::from_rows("a.csv", "a", &rows);
    assert_eq!(book.cell_count(), 2);
    assert_eq!(book.sheets[0].cell(0, 2).unwrap().text(), "b");
}

/// A workbook whose one sheet has this content.
fn with_sheet(sheet: &str) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    let mut add = |name: &str, text: &str| {
        zip.start_file(name, options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    };
    add(
        "_rels/.rels",
        r#"<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
    );
    add(
        "xl/workbook.xml",
        r#"<workbook xmlns:r="r"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
    );
    add(
        "xl/_rels/workbook.xml.rels",
        r#"<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#,
    );
    add("xl/worksheets/sheet1.xml", sheet);
    zip.finish().unwrap().into_inner()
}

#[test]
fn a_claim_of_a_billion_cells_costs_nothing() {
    let bytes = with_sheet(
        r#"<worksheet><dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row></sheetData></worksheet>"#,
    );
    assert!(bytes.len() < 3000);
    let book = Workbook::read("a.xlsx", &bytes).unwrap();
    assert_eq!(book.cell_count(), 2);
    assert_eq!(
        book.sheets[0].used_range().unwrap().to_string(),
        "A1:XFD1048576"
    );
}

#[test]
fn a_million_merged_cells_are_read_up_to_a_limit() {
    let mut sheet = String::from(
        "<worksheet><sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row></sheetData><mergeCells>",
    );
    for row in 1..=1_000_000 {
        sheet.push_str(&format!("<mergeCell ref=\"A{row}:B{row}\"/>"));
    }
    sheet.push_str("</mergeCells></worksheet>");
    let book = Workbook::read("a.xlsx", &with_sheet(&sheet)).unwrap();
    assert_eq!(book.sheets[0].merged.len(), 100_000);
}

#[test]
fn what_is_no_workbook_is_a_clear_error() {
    for bytes in [
        &b""[..],
        b"PK\x03\x04",
        b"hello",
        &[0xD0, 0xCF, 0x11, 0xE0, 0, 0],
    ] {
        let error = Workbook::read("a.xlsx", bytes).unwrap_err();
        assert!(error.to_string().contains("cannot be read"), "{error}");
    }
}
