//! What is not written: taken cells, formulas that read themselves, workbooks that could be harmed.

use super::*;

#[test]
fn taken_merged_and_array_cells_are_refused_with_one_sentence() {
    let mut parts = sales_parts();
    replace(
        &mut parts,
        SHEET,
        "<c r=\"A9\" t=\"s\"><v>9</v></c>",
        "<c r=\"A9\" t=\"s\"><v>9</v></c><c r=\"F9\"><f t=\"array\" ref=\"F9:G9\">B2:C2</f><v>1</v></c>",
    );
    let desk = Desk::with(&parts);
    let text = OutputValue::Text("x".into());
    for (edit, word) in [
        (cells(&[("B2", text.clone())], false), "already holds"),
        (cells(&[("B9", text.clone())], true), "merged"),
        (cells(&[("G9", text)], true), "array formula"),
        (
            Edit::FormulaColumn(FormulaColumn {
                column: Some(3),
                ..match growth_column() {
                    Edit::FormulaColumn(column) => column,
                    _ => unreachable!(),
                }
            }),
            "already holds",
        ),
    ] {
        let error = desk.refusal(edit);
        assert_eq!(error.code, ErrorCode::InvalidInput);
        assert!(error.message.contains(word), "{}", error.message);
    }
}

#[test]
fn formulas_that_read_themselves_or_other_workbooks_are_refused() {
    let desk = Desk::with(&sales_parts());
    for (formula, word) in [
        ("=SUM(B2:E2)", "reads its own cell"),
        ("=[1]Sheet1!A1+B2", "工作簿"),
        ("='C:\\[other.xlsx]Sheet1'!A1", "工作簿"),
        ("=WEBSERVICE(\"http://example.com\")", "WEBSERVICE"),
        ("=SUM(B2", "右括号"),
    ] {
        let error = desk.refusal(Edit::FormulaColumn(FormulaColumn {
            formula: formula.to_string(),
            ..match growth_column() {
                Edit::FormulaColumn(column) => column,
                _ => unreachable!(),
            }
        }));
        assert_eq!(error.code, ErrorCode::InvalidInput, "{formula}");
        assert!(error.message.contains(word), "{formula}: {}", error.message);
    }
}

#[test]
fn workbooks_that_cannot_be_changed_safely_are_refused() {
    let check = |change: &dyn Fn(&mut Parts), code: ErrorCode| {
        let mut parts = sales_parts();
        change(&mut parts);
        let desk = Desk::with(&parts);
        let edits = [growth_column(), result_sheet()];
        let error = desk.plan(&edits).unwrap_err();
        assert_eq!(error.code, code, "{}", error.message);
        assert!(!error.message.is_empty());
    };
    check(
        &|parts| {
            replace(
                parts,
                SHEET,
                "</sheetData>",
                "</sheetData><sheetProtection sheet=\"1\"/>",
            )
        },
        ErrorCode::PermissionDenied,
    );
    check(
        &|parts| {
            replace(
                parts,
                "xl/workbook.xml",
                "<sheets>",
                "<workbookProtection lockStructure=\"1\"/><sheets>",
            )
        },
        ErrorCode::PermissionDenied,
    );
    check(
        &|parts| {
            replace(
                parts,
                "xl/workbook.xml",
                "schemas.openxmlformats.org/spreadsheetml/2006/main",
                "purl.oclc.org/ooxml/spreadsheetml/main",
            )
        },
        ErrorCode::UnsupportedFormat,
    );
    check(
        &|parts| {
            parts.insert("_xmlsignatures/origin.sigs".to_string(), Vec::new());
        },
        ErrorCode::UnsupportedFormat,
    );
    check(
        &|parts| {
            replace(
                parts,
                SHEET,
                "<worksheet",
                "<!DOCTYPE x [<!ENTITY a \"b\">]><worksheet",
            )
        },
        ErrorCode::DamagedFile,
    );
    for (bytes, code) in [
        (
            b"\xD0\xCF\x11\xE0 old xls".to_vec(),
            ErrorCode::UnsupportedFormat,
        ),
        (b"a,b\n1,2\n".to_vec(), ErrorCode::UnsupportedFormat),
        (Vec::new(), ErrorCode::EmptyFile),
        (zip(&sales_parts())[..2000].to_vec(), ErrorCode::DamagedFile),
    ] {
        let desk = Desk::with(&sales_parts());
        fs::write(&desk.path, &bytes).unwrap();
        assert_eq!(desk.plan(&[growth_column()]).unwrap_err().code, code);
    }
    let mut encrypted = b"\xD0\xCF\x11\xE0".to_vec();
    encrypted.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    let desk = Desk::with(&sales_parts());
    fs::write(&desk.path, &encrypted).unwrap();
    assert_eq!(
        desk.plan(&[growth_column()]).unwrap_err().code,
        ErrorCode::EncryptedFile
    );
}

#[test]
fn a_read_only_or_opened_file_is_not_replaced() {
    let desk = Desk::with(&sales_parts());
    let bytes = fs::read(&desk.path).unwrap();
    let plan = desk.plan(&[growth_column()]).unwrap();
    let target = Target::SameFile {
        backups: desk.folder.path().join("backups"),
    };
    let lock = desk.folder.path().join("~$销售.xlsm");
    fs::write(&lock, b"").unwrap();
    let error = apply(&plan, &target, &CancelToken::new()).unwrap_err();
    assert_eq!(error.code, ErrorCode::PermissionDenied);
    fs::remove_file(&lock).unwrap();
    let mut permissions = fs::metadata(&desk.path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&desk.path, permissions).unwrap();
    let error = apply(&plan, &target, &CancelToken::new()).unwrap_err();
    assert_eq!(error.code, ErrorCode::PermissionDenied);
    assert_eq!(fs::read(&desk.path).unwrap(), bytes);
    assert!(
        !desk.folder.path().join("backups").exists(),
        "a refused change leaves no backup"
    );
}
