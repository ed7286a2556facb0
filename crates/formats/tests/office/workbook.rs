use deskmate_core::{BlockContent, ErrorCode, ReadLimits};

use crate::build::{content_types, contents, package, read, relations};

/// An xlsx of sheets, each a name, its state and its `sheetData`.
pub(crate) fn xlsx(sheets: &[(&str, &str, &str)]) -> Vec<u8> {
    let types = content_types("xl/workbook.xml", "spreadsheetml.sheet.main");
    let list: String = (1..)
        .zip(sheets)
        .map(|(number, (name, state, _))| {
            format!(
                r#"<sheet name="{name}" sheetId="{number}" state="{state}" r:id="rId{number}"/>"#
            )
        })
        .collect();
    let workbook = format!(
        r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>{list}</sheets></workbook>"#
    );
    let ids: Vec<(String, String)> = (1..=sheets.len())
        .map(|number| {
            (
                format!("rId{number}"),
                format!("worksheets/sheet{number}.xml"),
            )
        })
        .collect();
    let mut entries: Vec<(&str, &str, &str)> = ids
        .iter()
        .map(|(id, target)| (id.as_str(), "worksheet", target.as_str()))
        .collect();
    entries.push(("rId99", "styles", "styles.xml"));
    let rels = relations(&entries);
    let main = relations(&[("rId1", "officeDocument", "xl/workbook.xml")]);
    let styles = r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts><numFmt numFmtId="200" formatCode="0.0%"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="200"/><xf numFmtId="22"/></cellXfs></styleSheet>"#;
    let contents: Vec<(String, String)> = (1..)
        .zip(sheets)
        .map(|(number, (_, _, data))| {
            (
                format!("xl/worksheets/sheet{number}.xml"),
                format!(r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{data}</worksheet>"#),
            )
        })
        .collect();
    let mut parts = vec![
        ("[Content_Types].xml", types.as_str()),
        ("_rels/.rels", main.as_str()),
        ("xl/workbook.xml", workbook.as_str()),
        ("xl/_rels/workbook.xml.rels", rels.as_str()),
        ("xl/styles.xml", styles),
    ];
    parts.extend(
        contents
            .iter()
            .map(|(name, data)| (name.as_str(), data.as_str())),
    );
    package(&parts)
}

fn text(cell: &str, text: &str) -> String {
    format!(r#"<c r="{cell}" t="inlineStr"><is><t>{text}</t></is></c>"#)
}

fn rows(content: &BlockContent) -> (usize, Vec<Vec<String>>) {
    match content {
        BlockContent::Table {
            header_rows, rows, ..
        } => (*header_rows, rows.clone()),
        other => panic!("a table is expected, not {other:?}"),
    }
}

#[test]
fn values_are_shown_as_people_see_them() {
    let data = format!(
        r#"<sheetData><row r="2">{}{}{}{}{}{}</row><row r="3">{}<c r="C3"><v>12</v></c><c r="D3" s="1"><v>45356</v></c><c r="E3" s="2"><v>0.07</v></c><c r="F3" t="b"><v>1</v></c><c r="G3" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>
        <row r="4"><c r="C4"><f>SUM(C3)</f><v>0.30000000000000004</v></c><c r="D4" s="3"><v>45356.604166666664</v></c></row></sheetData>"#,
        text("B2", "名"),
        text("C2", "数"),
        text("D2", "日"),
        text("E2", "率"),
        text("F2", "真"),
        text("G2", "错"),
        text("B3", "甲")
    );
    let parsed = read(
        &xlsx(&[("表一", "visible", &data), ("藏", "hidden", "<sheetData/>")]),
        "xlsx",
    )
    .unwrap();
    let blocks = contents(&parsed);
    assert_eq!(
        blocks[0],
        BlockContent::Sheet {
            name: "表一".into(),
            hidden: false
        }
    );
    let (header_rows, rows) = rows(&blocks[1]);
    assert_eq!(header_rows, 1);
    assert_eq!(
        rows,
        [
            vec!["名", "数", "日", "率", "真", "错"],
            vec!["甲", "12", "2024-03-05", "7%", "TRUE", "#DIV/0!"],
            vec!["", "0.3", "2024-03-05 14:30"],
        ]
    );
    assert_eq!(
        blocks[2],
        BlockContent::Sheet {
            name: "藏".into(),
            hidden: true
        }
    );
    let anchor = &parsed.document.blocks[1].anchor;
    assert_eq!(anchor.sheet.as_deref(), Some("表一"));
    assert_eq!(anchor.range.as_deref(), Some("B2:G4"));
}

#[test]
fn blank_rows_divide_a_sheet_into_tables() {
    let row = |number: u32, first: &str, second: &str| {
        format!(
            r#"<row r="{number}">{}{second}</row>"#,
            text(&format!("A{number}"), first)
        )
    };
    let number = |cell: &str| format!(r#"<c r="{cell}"><v>1</v></c>"#);
    let data = [
        "<sheetData>".to_owned(),
        row(1, "销售表", ""),
        row(2, "品", &text("B2", "量")),
        row(3, "茶", &number("B3")),
        row(5, "人", &text("B5", "龄")),
        row(6, "王", &number("B6")),
        row(10, "注", ""),
        "</sheetData>".to_owned(),
    ]
    .concat();
    let parsed = read(&xlsx(&[("S", "visible", &data)]), "xlsx").unwrap();
    let ranges: Vec<_> = parsed.document.blocks[1..]
        .iter()
        .map(|block| (block.anchor.range.clone().unwrap(), rows(&block.content).0))
        .collect();
    assert_eq!(
        ranges,
        [
            ("A1:B3".to_owned(), 2),
            ("A5:B6".to_owned(), 1),
            ("A10:A10".to_owned(), 0)
        ]
    );
}

#[test]
fn a_sheet_of_a_billion_claimed_cells_costs_nothing() {
    let data = format!(
        r#"<dimension ref="A1:XFD1048576"/><sheetData><row r="1">{}</row><row r="1048576">{}</row></sheetData>"#,
        text("A1", "头"),
        text("XFD1048576", "尾")
    );
    let parsed = read(&xlsx(&[("S", "visible", &data)]), "xlsx").unwrap();
    assert_eq!(rows(&contents(&parsed)[1]).1, [["头"]]);
    assert_eq!(rows(&contents(&parsed)[2]).1, [["尾"]]);
    assert_eq!(
        parsed.document.blocks[2].anchor.range.as_deref(),
        Some("XFD1048576:XFD1048576")
    );
}

#[test]
fn cells_far_apart_are_not_padded_with_emptiness() {
    // A diagonal over 3000 columns would be nine million cells if laid out.
    let mut data = "<sheetData>".to_owned();
    for index in 0_u32..3000 {
        let column = column_name(index);
        data += &format!(
            r#"<row r="{0}"><c r="{column}{0}"><v>1</v></c></row>"#,
            index + 1
        );
    }
    data += "</sheetData>";
    let parsed = read(&xlsx(&[("S", "visible", &data)]), "xlsx").unwrap();
    let cells: usize = rows(&contents(&parsed)[1]).1.iter().map(Vec::len).sum();
    assert_eq!(cells, 3000);
}

fn column_name(index: u32) -> String {
    let mut name = String::new();
    let mut rest = index + 1;
    while rest > 0 {
        rest -= 1;
        name.insert(0, char::from(b'A' + u8::try_from(rest % 26).unwrap()));
        rest /= 26;
    }
    name
}

#[test]
fn a_sheet_over_the_cell_limit_says_how_many_rows_are_left_out() {
    let data: String = (1..=10)
        .map(|row| {
            format!(
                r#"<row r="{row}"><c r="A{row}"><v>{row}</v></c><c r="B{row}"><v>0</v></c></row>"#
            )
        })
        .collect();
    let file = xlsx(&[("S", "visible", &format!("<sheetData>{data}</sheetData>"))]);
    let limits = ReadLimits {
        max_cells: 6,
        ..ReadLimits::default()
    };
    let (_, parsed) = deskmate_formats::read(&file, "xlsx", &limits).unwrap();
    assert_eq!(rows(&contents(&parsed)[1]).1.len(), 3);
    assert_eq!(parsed.warnings[0].code, ErrorCode::Omitted);
    assert!(parsed.warnings[0].message.starts_with("7 rows"));
}

#[test]
fn ods_repeats_are_counted_not_laid_out() {
    let content = r#"<office:document-content><office:automatic-styles><style:style style:name="h"><style:table-properties table:display="false"/></style:style></office:automatic-styles>
        <office:body><office:spreadsheet><table:table table:name="甲" table:style-name="h">
        <table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
        <table:table-row><table:table-cell office:value-type="string"><text:p>日<text:s text:c="2"/>期</text:p></table:table-cell><table:table-cell table:number-columns-repeated="2" office:value-type="float" office:value="3"><text:p>3.00</text:p></table:table-cell></table:table-row>
        <table:table-row><table:table-cell office:value-type="date" office:date-value="2024-03-05"><text:p>05.03.24</text:p></table:table-cell><table:table-cell office:value-type="percentage" office:value="0.5"><text:p>50%</text:p></table:table-cell><table:covered-table-cell/></table:table-row>
        </table:table></office:spreadsheet></office:body></office:document-content>"#;
    let file = package(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", content),
    ]);
    let parsed = read(&file, "ods").unwrap();
    assert_eq!(
        contents(&parsed)[0],
        BlockContent::Sheet {
            name: "甲".into(),
            hidden: true
        }
    );
    assert_eq!(
        rows(&contents(&parsed)[1]).1,
        [vec!["日  期", "3", "3"], vec!["2024-03-05", "50%"]]
    );
    assert_eq!(
        parsed.document.blocks[1].anchor.range.as_deref(),
        Some("A1000001:C1000002")
    );
}
