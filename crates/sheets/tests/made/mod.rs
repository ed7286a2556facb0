//! Small workbooks made by the tests, with parts that must survive: chart, pivot table, comments, macros.

#![allow(dead_code, reason = "every test file uses a part of it")]

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// Parts of a workbook by name.
pub(crate) type Parts = BTreeMap<String, Vec<u8>>;

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const REL: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// Sales of six regions with a total row, formulas shared down a column, a native table, a merged note, and parts that
/// nobody here understands.
pub(crate) fn sales_parts() -> Parts {
    let mut rows = String::from(
        "<row r=\"1\" spans=\"1:4\"><c r=\"A1\" s=\"1\" t=\"s\"><v>0</v></c><c r=\"B1\" s=\"1\" t=\"s\"><v>1</v></c><c r=\"C1\" s=\"1\" t=\"s\"><v>2</v></c><c r=\"D1\" s=\"1\" t=\"inlineStr\"><is><t>差额</t></is></c></row>",
    );
    for (index, (last, this)) in [
        (100, 120),
        (200, 150),
        (0, 80),
        (50, 75),
        (400, 500),
        (10, 9),
    ]
    .iter()
    .enumerate()
    {
        let row = index + 2;
        let formula = if index == 0 {
            "<f t=\"shared\" ref=\"D2:D7\" si=\"0\">C2-B2</f>".to_string()
        } else {
            "<f t=\"shared\" si=\"0\"/>".to_string()
        };
        rows.push_str(&format!(
            "<row r=\"{row}\" spans=\"1:4\"><c r=\"A{row}\" t=\"s\"><v>{}</v></c><c r=\"B{row}\" s=\"2\"><v>{last}</v></c><c r=\"C{row}\" s=\"2\"><v>{this}</v></c><c r=\"D{row}\" s=\"2\">{formula}<v>{}</v></c></row>",
            index + 3,
            this - last
        ));
    }
    rows.push_str("<row r=\"9\"><c r=\"A9\" t=\"s\"><v>9</v></c></row>");
    let sheet = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<worksheet xmlns=\"{MAIN}\" xmlns:r=\"{REL}\"><dimension ref=\"A1:D9\"/><cols><col min=\"1\" max=\"4\" width=\"14\" customWidth=\"1\"/></cols><sheetData>{rows}</sheetData><mergeCells count=\"1\"><mergeCell ref=\"A9:D9\"/></mergeCells><conditionalFormatting sqref=\"C2:C7\"><cfRule type=\"top10\" priority=\"1\" rank=\"3\"/></conditionalFormatting><dataValidations count=\"1\"><dataValidation type=\"list\" sqref=\"A2:A7\"><formula1>\"华东,华南\"</formula1></dataValidation></dataValidations><drawing r:id=\"rId1\"/><tableParts count=\"1\"><tablePart r:id=\"rId2\"/></tableParts></worksheet>"
    );
    let strings: String = [
        "地区",
        "去年",
        "今年",
        "华东",
        "华南",
        "华北",
        "西南",
        "东北",
        "西北",
        "注：单位万元",
    ]
    .iter()
    .map(|text| format!("<si><t>{text}</t></si>"))
    .collect();
    let mut parts = Parts::new();
    let mut put = |name: &str, text: String| {
        parts.insert(name.to_string(), text.into_bytes());
    };
    put("[Content_Types].xml", "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Default Extension=\"bin\" ContentType=\"application/vnd.ms-office.vbaProject\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.ms-excel.sheet.macroEnabled.main+xml\"/><Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/><Override PartName=\"/xl/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml\"/><Override PartName=\"/xl/sharedStrings.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml\"/><Override PartName=\"/xl/calcChain.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml\"/><Override PartName=\"/xl/tables/table1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.table+xml\"/></Types>".to_string());
    put(
        "_rels/.rels",
        format!(
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"{REL}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
        ),
    );
    put(
        "xl/workbook.xml",
        format!(
            "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{REL}\"><sheets><sheet name=\"销售\" sheetId=\"3\" r:id=\"rId1\"/></sheets><definedNames><definedName name=\"税率\">0.13</definedName></definedNames><calcPr calcId=\"191029\"/></workbook>"
        ),
    );
    put(
        "xl/_rels/workbook.xml.rels",
        format!(
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"{REL}/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" Type=\"{REL}/styles\" Target=\"styles.xml\"/><Relationship Id=\"rId3\" Type=\"{REL}/sharedStrings\" Target=\"/xl/sharedStrings.xml\"/><Relationship Id=\"rId4\" Type=\"{REL}/calcChain\" Target=\"calcChain.xml\"/><Relationship Id=\"rId5\" Type=\"http://schemas.microsoft.com/office/2006/relationships/vbaProject\" Target=\"vbaProject.bin\"/></Relationships>"
        ),
    );
    put(
        "xl/styles.xml",
        format!(
            "<styleSheet xmlns=\"{MAIN}\"><fonts count=\"2\"><font><sz val=\"11\"/></font><font><b/><sz val=\"11\"/></font></fonts><fills count=\"1\"><fill><patternFill patternType=\"none\"/></fill></fills><borders count=\"1\"><border/></borders><cellStyleXfs count=\"1\"><xf numFmtId=\"0\"/></cellStyleXfs><cellXfs count=\"3\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/><xf numFmtId=\"0\" fontId=\"1\" fillId=\"0\" borderId=\"0\" xfId=\"0\"><alignment horizontal=\"center\"/></xf><xf numFmtId=\"3\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/></cellXfs></styleSheet>"
        ),
    );
    put(
        "xl/sharedStrings.xml",
        format!("<sst xmlns=\"{MAIN}\" count=\"10\" uniqueCount=\"10\">{strings}</sst>"),
    );
    put(
        "xl/calcChain.xml",
        format!("<calcChain xmlns=\"{MAIN}\"><c r=\"D2\" i=\"1\"/></calcChain>"),
    );
    put("xl/worksheets/sheet1.xml", sheet);
    put(
        "xl/worksheets/_rels/sheet1.xml.rels",
        format!(
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"{REL}/drawing\" Target=\"../drawings/drawing1.xml\"/><Relationship Id=\"rId2\" Type=\"{REL}/table\" Target=\"../tables/table1.xml\"/></Relationships>"
        ),
    );
    put(
        "xl/tables/table1.xml",
        format!(
            "<table xmlns=\"{MAIN}\" id=\"7\" name=\"Sales\" displayName=\"Sales\" ref=\"A1:D7\" totalsRowShown=\"0\"><autoFilter ref=\"A1:D7\"/><tableColumns count=\"4\"><tableColumn id=\"1\" name=\"地区\"/><tableColumn id=\"2\" name=\"去年\"/><tableColumn id=\"3\" name=\"今年\"/><tableColumn id=\"4\" name=\"差额\"/></tableColumns></table>"
        ),
    );
    for part in [
        "xl/drawings/drawing1.xml",
        "xl/charts/chart1.xml",
        "xl/pivotTables/pivotTable1.xml",
        "xl/pivotCache/pivotCacheDefinition1.xml",
        "xl/comments1.xml",
    ] {
        put(part, format!("<!-- {part} -->\n<x a='1'   b=\"2\" />"));
    }
    parts.insert(
        "xl/vbaProject.bin".to_string(),
        (0..=255_u8).cycle().take(5000).collect(),
    );
    parts
}

/// The zip of parts.
pub(crate) fn zip(parts: &Parts) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer
            .start_file(name.as_str(), SimpleFileOptions::default())
            .unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// The parts of a zip.
pub(crate) fn unzip(bytes: &[u8]) -> Parts {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut parts = Parts::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        parts.insert(
            String::from_utf8_lossy(file.name_raw()).into_owned(),
            content,
        );
    }
    parts
}

/// A part as text.
pub(crate) fn text(parts: &Parts, name: &str) -> String {
    String::from_utf8(parts[name].clone()).unwrap()
}

/// Replaces text in a part; the test is wrong when it is not there.
pub(crate) fn replace(parts: &mut Parts, name: &str, from: &str, to: &str) {
    let before = text(parts, name);
    assert!(before.contains(from), "{name} has no {from}");
    parts.insert(name.to_string(), before.replace(from, to).into_bytes());
}
