//! Changing a workbook in place: what must change changes, all else stays byte for byte.

#![expect(clippy::unwrap_used, reason = "tests")]

mod chart;
mod fill_down;
#[path = "../made/mod.rs"]
mod made;
mod refused;
mod value_column;

use std::fs;
use std::path::{Path, PathBuf};

use deskmate_core::{CancelToken, ErrorCode, WireError};
use deskmate_sheets::{
    Applied, CellAddress, CellEdits, CellRange, CellResult, ChartKind, ChartSpec, ColumnFormat,
    Edit, FormulaColumn, OutputColumn, OutputTable, OutputValue, PartFate, Plan, ResultSheet,
    Target, Value, Workbook, apply, plan, recompute, undo,
};
use made::{Parts, replace, sales_parts, text, unzip, zip};

const SHEET: &str = "xl/worksheets/sheet1.xml";

struct Desk {
    folder: tempfile::TempDir,
    path: PathBuf,
}

impl Desk {
    fn with(parts: &Parts) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("销售.xlsm");
        fs::write(&path, zip(parts)).unwrap();
        Self { folder, path }
    }

    fn plan(&self, edits: &[Edit]) -> Result<Plan, WireError> {
        plan(&self.path, edits, &CancelToken::new())
    }

    fn apply(&self, edits: &[Edit]) -> Applied {
        let plan = self.plan(edits).unwrap();
        let target = Target::SameFile {
            backups: self.folder.path().join("backups"),
        };
        apply(&plan, &target, &CancelToken::new()).unwrap()
    }

    fn parts(&self) -> Parts {
        unzip(&fs::read(&self.path).unwrap())
    }

    fn refusal(&self, edit: Edit) -> WireError {
        let before = fs::read(&self.path).unwrap();
        let error = self.plan(&[edit]).unwrap_err();
        assert_eq!(fs::read(&self.path).unwrap(), before);
        error
    }
}

fn growth_column() -> Edit {
    Edit::FormulaColumn(FormulaColumn {
        sheet: "销售".to_string(),
        table: CellRange::parse("A1:D7").unwrap(),
        header: "同比增长率".to_string(),
        formula: "=IF(N(B{r})=0,\"\",(C{r}-B{r})/B{r})".to_string(),
        number_format: Some("0.0%".to_string()),
        column: None,
        skip_rows: Vec::new(),
    })
}

fn cells(cells: &[(&str, OutputValue)], may_replace: bool) -> Edit {
    Edit::Cells(CellEdits {
        sheet: "销售".to_string(),
        cells: cells
            .iter()
            .map(|(cell, value)| (CellAddress::parse(cell).unwrap(), value.clone()))
            .collect(),
        may_replace,
    })
}

fn result_sheet() -> Edit {
    Edit::ResultSheet(ResultSheet {
        name: "结果/汇总".to_string(),
        heading: vec!["各地区今年销售额".to_string()],
        table: OutputTable {
            columns: vec![
                OutputColumn {
                    name: "地区".to_string(),
                    format: ColumnFormat::Text,
                },
                OutputColumn {
                    name: "今年".to_string(),
                    format: ColumnFormat::Decimal(2),
                },
            ],
            rows: vec![
                vec![
                    OutputValue::Text("华东 <&>".to_string()),
                    OutputValue::Number(120.0),
                ],
                vec![
                    OutputValue::Text("=1+1".to_string()),
                    OutputValue::Number(80.5),
                ],
            ],
        },
        notes: vec!["SELECT 1".to_string()],
        chart: Some(ChartSpec {
            kind: ChartKind::Column,
            title: "今年".to_string(),
            labels: 0,
            values: vec![1],
        }),
    })
}

fn value(path: &Path, sheet: &str, cell: &str) -> Value {
    let workbook = Workbook::read("w.xlsx", &fs::read(path).unwrap()).unwrap();
    let cell = CellAddress::parse(cell).unwrap();
    workbook
        .sheet(sheet)
        .and_then(|sheet| sheet.cell(cell.row, cell.column))
        .map_or(Value::Text("".into()), |cell| cell.value.clone())
}

#[test]
fn a_formula_column_changes_only_the_parts_that_hold_it() {
    let before = sales_parts();
    let desk = Desk::with(&before);
    let applied = desk.apply(&[growth_column()]);
    let after = desk.parts();
    let changed: Vec<&str> = before
        .iter()
        .filter(|(name, content)| after.get(*name) != Some(content))
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(
        changed,
        [
            "[Content_Types].xml",
            "xl/_rels/workbook.xml.rels",
            "xl/calcChain.xml",
            "xl/styles.xml",
            "xl/tables/table1.xml",
            "xl/workbook.xml",
            SHEET
        ]
    );
    assert_eq!(applied.parts.len(), changed.len());
    assert!(
        applied
            .parts
            .iter()
            .any(|p| p.part == "xl/calcChain.xml" && p.fate == PartFate::Removed)
    );
    let sheet = text(&after, SHEET);
    assert!(sheet.contains("<dimension ref=\"A1:E9\"/>"), "{sheet}");
    assert!(
        sheet.contains("<f>IF(N(B3)=0,&quot;&quot;,(C3-B3)/B3)</f><v>-0.25</v>"),
        "{sheet}"
    );
    assert!(
        sheet.contains("<f t=\"shared\" si=\"0\"/>"),
        "other formulas stay as they are"
    );
    for kept in [
        "<conditionalFormatting",
        "<dataValidations",
        "<mergeCell ref=\"A9:D9\"/>",
        "<drawing r:id=\"rId1\"/>",
    ] {
        assert!(sheet.contains(kept), "{kept}");
    }
    assert!(text(&after, "xl/workbook.xml").contains("fullCalcOnLoad=\"1\""));
    assert!(!text(&after, "[Content_Types].xml").contains("calcChain"));
    assert!(!text(&after, "xl/_rels/workbook.xml.rels").contains("calcChain"));
}

#[test]
fn a_native_table_grows_with_its_new_column() {
    let desk = Desk::with(&sales_parts());
    desk.apply(&[growth_column()]);
    let table = text(&desk.parts(), "xl/tables/table1.xml");
    assert!(table.contains("ref=\"A1:E7\" totalsRowShown"), "{table}");
    assert!(table.contains("<autoFilter ref=\"A1:E7\"/>"), "{table}");
    assert!(table.contains("count=\"5\""), "{table}");
    assert!(
        table.contains("name=\"同比增长率\"><calculatedColumnFormula>"),
        "{table}"
    );
}

#[test]
fn new_cells_look_like_their_neighbours_with_the_format_asked_for() {
    let desk = Desk::with(&sales_parts());
    desk.apply(&[growth_column()]);
    let parts = desk.parts();
    let styles = text(&parts, "xl/styles.xml");
    assert!(styles.contains("formatCode=\"0.0%\""), "{styles}");
    assert!(styles.contains("<cellXfs count=\"4\">"), "{styles}");
    let sheet = text(&parts, SHEET);
    assert!(
        sheet.contains("<c r=\"E1\" s=\"1\" t=\"inlineStr\">"),
        "the header is as bold as the others: {sheet}"
    );
    assert!(sheet.contains("<c r=\"E2\" s=\"3\">"), "{sheet}");
    assert!(
        sheet.contains("<col min=\"5\" max=\"5\" width=\"14\""),
        "{sheet}"
    );
}

#[test]
fn the_plan_shows_every_cell_before_and_after_and_writes_nothing() {
    let desk = Desk::with(&sales_parts());
    let bytes = fs::read(&desk.path).unwrap();
    let plan = desk.plan(&[growth_column()]).unwrap();
    assert_eq!(plan.changes.len(), 7);
    assert_eq!(plan.changes[0].after, "同比增长率");
    assert_eq!(plan.changes[1].cell, "E2");
    assert_eq!(
        plan.changes[1].formula.as_deref(),
        Some("=IF(N(B2)=0,\"\",(C2-B2)/B2)")
    );
    assert_eq!(plan.changes[1].after, "0.2");
    assert_eq!(
        plan.changes[3].after, "",
        "a divisor of 0 gives the empty text"
    );
    assert_eq!(fs::read(&desk.path).unwrap(), bytes);
    let text = serde_json::to_string(&plan).unwrap();
    assert_eq!(serde_json::from_str::<Plan>(&text).unwrap(), plan);
}

#[test]
fn undo_restores_the_file_byte_for_byte() {
    let desk = Desk::with(&sales_parts());
    let bytes = fs::read(&desk.path).unwrap();
    let applied = desk.apply(&[growth_column(), result_sheet()]);
    assert_ne!(fs::read(&desk.path).unwrap(), bytes);
    assert_eq!(fs::read(applied.backup.as_ref().unwrap()).unwrap(), bytes);
    undo(&applied).unwrap();
    assert_eq!(fs::read(&desk.path).unwrap(), bytes);
}

#[test]
fn undo_refuses_when_somebody_worked_on_the_file_since() {
    let desk = Desk::with(&sales_parts());
    let applied = desk.apply(&[growth_column()]);
    fs::write(&desk.path, b"other work").unwrap();
    assert_eq!(undo(&applied).unwrap_err().code, ErrorCode::InvalidInput);
    assert_eq!(fs::read(&desk.path).unwrap(), b"other work");
}

#[test]
fn a_plan_for_an_older_content_is_refused() {
    let desk = Desk::with(&sales_parts());
    let old = desk.plan(&[growth_column()]).unwrap();
    desk.apply(&[cells(&[("F1", OutputValue::Text("x".into()))], false)]);
    let target = Target::Copy(desk.folder.path().join("copy.xlsm"));
    let error = apply(&old, &target, &CancelToken::new()).unwrap_err();
    assert_eq!(error.code, ErrorCode::FileVanished);
}

#[test]
fn a_copy_leaves_the_workbook_alone_and_never_replaces_a_file() {
    let desk = Desk::with(&sales_parts());
    let bytes = fs::read(&desk.path).unwrap();
    let plan = desk.plan(&[growth_column()]).unwrap();
    let copy = desk.folder.path().join("copy.xlsm");
    let applied = apply(&plan, &Target::Copy(copy.clone()), &CancelToken::new()).unwrap();
    assert_eq!(fs::read(&desk.path).unwrap(), bytes);
    assert_eq!(applied.backup, None);
    let again = apply(&plan, &Target::Copy(copy.clone()), &CancelToken::new()).unwrap_err();
    assert_eq!(again.code, ErrorCode::PermissionDenied);
    undo(&applied).unwrap();
    assert!(!copy.exists());
}

#[test]
fn replacing_the_first_cell_of_a_shared_formula_keeps_the_others() {
    let desk = Desk::with(&sales_parts());
    let edit = cells(&[("D2", OutputValue::Number(1.0))], true);
    let plan = desk.plan(std::slice::from_ref(&edit)).unwrap();
    assert_eq!(plan.changes[0].before, "=C2-B2");
    desk.apply(&[edit]);
    let sheet = text(&desk.parts(), SHEET);
    assert!(
        sheet.contains("<c r=\"D2\" s=\"2\"><v>1</v></c>"),
        "{sheet}"
    );
    assert!(sheet.contains("<f>C3-B3</f><v>-50</v>"), "{sheet}");
    let report = recompute(fs::read(&desk.path).unwrap().into(), &CancelToken::new()).unwrap();
    assert_eq!((report.compared, report.agreed), (5, 5));
}

#[test]
fn values_go_into_cells_with_their_types_and_never_become_formulas() {
    let desk = Desk::with(&sales_parts());
    desk.apply(&[cells(
        &[
            ("F2", OutputValue::Text("=HYPERLINK(\"http://x\")".into())),
            ("F3", OutputValue::Number(0.1)),
            ("F4", OutputValue::Bool(true)),
            ("G12", OutputValue::date(2024, 3, 1).unwrap()),
            ("A8", OutputValue::Text(" 两\n行 _x0041_".into())),
        ],
        false,
    )]);
    let sheet = text(&desk.parts(), SHEET);
    assert!(
        sheet.contains("t=\"inlineStr\"><is><t xml:space=\"preserve\">=HYPERLINK("),
        "{sheet}"
    );
    assert!(
        sheet.contains("<c r=\"F4\" t=\"b\"><v>1</v></c>"),
        "{sheet}"
    );
    assert!(
        sheet.contains("<row r=\"12\"><c r=\"G12\" s=\"3\"><v>45352</v></c></row>"),
        "{sheet}"
    );
    let order: Vec<usize> = ["r=\"A8\"", "r=\"A9\"", "r=\"G12\""]
        .iter()
        .map(|cell| sheet.find(cell).unwrap())
        .collect();
    assert!(order.is_sorted(), "{sheet}");
    assert_eq!(value(&desk.path, "销售", "F3"), Value::Number(0.1));
}

#[test]
fn a_result_sheet_has_a_table_a_chart_and_leaves_the_other_sheets_alone() {
    let before = sales_parts();
    let desk = Desk::with(&before);
    desk.apply(&[result_sheet(), result_sheet()]);
    let after = desk.parts();
    for part in [
        SHEET,
        "xl/calcChain.xml",
        "xl/sharedStrings.xml",
        "xl/vbaProject.bin",
        "xl/charts/chart1.xml",
    ] {
        assert_eq!(after[part], before[part], "{part}");
    }
    assert!(text(&after, "xl/workbook.xml").contains("name=\"结果汇总\" sheetId=\"4\""));
    assert!(text(&after, "xl/workbook.xml").contains("name=\"结果汇总 2\" sheetId=\"5\""));
    let table = text(&after, "xl/tables/table2.xml");
    assert!(
        table.contains("id=\"8\" name=\"ResultTable8\"") && table.contains("ref=\"A3:B5\""),
        "{table}"
    );
    let chart = text(&after, "xl/charts/chart2.xml");
    assert!(
        chart.contains("<c:f>&apos;结果汇总&apos;!$B$4:$B$5</c:f>")
            || chart.contains("<c:f>'结果汇总'!$B$4:$B$5</c:f>"),
        "{chart}"
    );
    assert_eq!(
        value(&desk.path, "结果汇总", "A4"),
        Value::Text("华东 <&>".into())
    );
    assert_eq!(
        value(&desk.path, "结果汇总", "A5"),
        Value::Text("=1+1".into())
    );
    assert_eq!(value(&desk.path, "结果汇总", "B5"), Value::Number(80.5));
}

#[test]
fn a_cancelled_change_leaves_no_trace() {
    let desk = Desk::with(&sales_parts());
    let plan = desk.plan(&[result_sheet()]).unwrap();
    let cancel = CancelToken::new();
    cancel.cancel();
    let copy = desk.folder.path().join("copy.xlsm");
    let error = apply(&plan, &Target::Copy(copy), &cancel).unwrap_err();
    assert_eq!(error.code, ErrorCode::Cancelled);
    assert_eq!(fs::read_dir(desk.folder.path()).unwrap().count(), 1);
}

#[test]
fn a_sheet_that_claims_a_thousand_million_cells_is_changed_by_what_it_holds() {
    let mut parts = sales_parts();
    replace(
        &mut parts,
        SHEET,
        "<dimension ref=\"A1:D9\"/>",
        "<dimension ref=\"A1:XFD1048576\"/>",
    );
    let desk = Desk::with(&parts);
    let edit = Edit::FormulaColumn(FormulaColumn {
        table: CellRange::parse("A1:C1048576").unwrap(),
        formula: "=B2+C2".to_string(),
        column: Some(7),
        ..match growth_column() {
            Edit::FormulaColumn(column) => column,
            _ => unreachable!(),
        }
    });
    let plan = desk.plan(&[edit]).unwrap();
    assert_eq!(
        plan.changes.len(),
        9,
        "a header and the rows down to the note in row 9"
    );
}

#[test]
fn prefixed_and_addressless_xml_is_understood() {
    let mut parts = sales_parts();
    let sheet = "<x:worksheet xmlns:x=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><x:sheetData><x:row><x:c t=\"str\"><x:v>a</x:v></x:c><x:c t=\"str\"><x:v>b</x:v></x:c></x:row><x:row/><x:row><x:c><x:v>5</x:v></x:c><x:c><x:v>7</x:v></x:c></x:row></x:sheetData></x:worksheet>";
    parts.insert(SHEET.to_string(), sheet.as_bytes().to_vec());
    parts.remove("xl/worksheets/_rels/sheet1.xml.rels");
    let desk = Desk::with(&parts);
    let edit = Edit::FormulaColumn(FormulaColumn {
        table: CellRange::parse("A1:B3").unwrap(),
        formula: "=A2+B2".to_string(),
        ..match growth_column() {
            Edit::FormulaColumn(column) => column,
            _ => unreachable!(),
        }
    });
    let plan = desk.plan(std::slice::from_ref(&edit)).unwrap();
    assert_eq!(plan.changes[2].after, "12");
    desk.apply(&[edit]);
    let sheet = text(&desk.parts(), SHEET);
    assert!(
        sheet.contains("<x:row><x:c r=\"C2\" s=\"3\"><x:f>A2+B2</x:f><x:v>0</x:v></x:c></x:row>"),
        "{sheet}"
    );
    assert!(
        sheet.contains("<x:c r=\"C3\" s=\"3\"><x:f>A3+B3</x:f><x:v>12</x:v></x:c>"),
        "{sheet}"
    );
}

#[test]
fn a_formula_with_errors_in_some_rows_is_planned_with_these_errors_shown() {
    let desk = Desk::with(&sales_parts());
    let edit = Edit::FormulaColumn(FormulaColumn {
        formula: "=C{r}/B{r}".to_string(),
        ..match growth_column() {
            Edit::FormulaColumn(column) => column,
            _ => unreachable!(),
        }
    });
    let plan = desk.plan(&[edit]).unwrap();
    assert_eq!(plan.changes[3].after, "#DIV/0!");
    assert_eq!(CellResult::Number(0.1 + 0.2).shown(), "0.3");
}

#[test]
fn anchors_of_controls_are_no_rows_and_the_first_column_can_be_replaced() {
    let mut parts = sales_parts();
    let anchor = "<controls><anchor><from><xdr:col>1</xdr:col><xdr:row>0</xdr:row></from></anchor></controls>";
    replace(
        &mut parts,
        SHEET,
        "<drawing r:id",
        &format!("{anchor}<drawing r:id"),
    );
    let desk = Desk::with(&parts);
    let text_of = |word: &str| OutputValue::Text(word.to_string());
    let refused = desk.refusal(cells(&[("A1", text_of("区域"))], true));
    assert!(
        refused.message.contains("native table"),
        "{}",
        refused.message
    );
    desk.apply(&[cells(&[("A2", text_of("华中"))], true)]);
    let sheet = text(&desk.parts(), SHEET);
    assert!(sheet.contains(anchor), "{sheet}");
    assert_eq!(value(&desk.path, "销售", "A2"), Value::Text("华中".into()));
}
