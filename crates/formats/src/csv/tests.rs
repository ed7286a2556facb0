use deskmate_core::{BlockContent, ErrorCode, ReadLimits};

/// Reads bytes named `.csv`; gives header rows, range and rows.
fn read(bytes: &[u8]) -> (usize, String, Vec<Vec<String>>) {
    let (id, parsed) = crate::read(bytes, "csv", &ReadLimits::default()).unwrap();
    assert_eq!(id, "csv");
    let block = parsed.document.blocks.into_iter().next().unwrap();
    assert_eq!(block.anchor.line, Some(1));
    match block.content {
        BlockContent::Table {
            header_rows, rows, ..
        } => (header_rows, block.anchor.range.unwrap(), rows),
        other => panic!("not a table: {other:?}"),
    }
}

#[test]
fn a_line_break_inside_quotes_stays_in_its_cell() {
    let (header, range, rows) =
        read("名称,备注\n甲,\"第一行\n第二行, 有逗号, 有\"\"引号\"\"\"\n乙,无\n".as_bytes());
    assert_eq!((header, range.as_str()), (1, "A1:B3"));
    assert_eq!(rows[1], ["甲", "第一行\n第二行, 有逗号, 有\"引号\""]);
    assert_eq!(rows[2], ["乙", "无"]);
}

#[test]
fn the_delimiter_is_found() {
    let expected = [
        ["名称", "数量", "单价"],
        ["甲", "3", "1,5"],
        ["乙", "4", "2,5"],
    ];
    assert_eq!(
        read("名称;数量;单价\n甲;3;1,5\n乙;4;2,5\n".as_bytes()).2,
        expected
    );
    assert_eq!(
        read("名称\t数量\t单价\n甲\t3\t1,5\n乙\t4\t2,5\n".as_bytes()).2,
        expected
    );
    assert_eq!(
        read("名称|数量|单价\n甲|3|1,5\n乙|4|2,5\n".as_bytes()).2,
        expected
    );
    assert_eq!(
        read("sep=;\r\n名称;数量;单价\r\n甲;3;1,5\r\n乙;4;2,5\r\n".as_bytes()).2,
        expected
    );
}

#[test]
fn chinese_spreadsheet_exports_are_decoded() {
    let text = "部门,人数\n财务部,3\n";
    let expected = [["部门", "人数"], ["财务部", "3"]];
    assert_eq!(read(&encoding_rs::GB18030.encode(text).0).2, expected);
    let mut marked = vec![0xEF, 0xBB, 0xBF];
    marked.extend_from_slice(text.as_bytes());
    assert_eq!(read(&marked).2, expected);
}

#[test]
fn a_first_row_of_numbers_is_no_header() {
    assert_eq!(read(b"1,2,3\n4,5,6\n").0, 0);
    assert_eq!(read("金额,金额,金额\n1,2,3\n".as_bytes()).0, 1);
}

#[test]
fn rows_of_different_length_are_kept() {
    let (_, range, rows) = read(b"a,b,c\n1,2\n3,4,5,6\n\n7\n");
    assert_eq!(range, "A1:D4");
    assert_eq!(rows.iter().map(Vec::len).collect::<Vec<_>>(), [3, 2, 4, 1]);
}

#[test]
fn a_quotation_mark_that_never_closes_does_not_swallow_the_file() {
    let mut source = String::from("name,size\nscreen 13\",\"x\n");
    for n in 0..2000 {
        source.push_str(&format!("row{n},{n}\n"));
    }
    let (_, _, rows) = read(source.as_bytes());
    assert_eq!(rows.len(), 2002);
}

#[test]
fn cells_beyond_the_limit_are_left_out_with_a_warning() {
    let source = "a,b\n".repeat(100);
    let limits = ReadLimits {
        max_cells: 20,
        ..ReadLimits::default()
    };
    let (_, parsed) = crate::read(source.as_bytes(), "csv", &limits).unwrap();
    assert_eq!(parsed.warnings[0].code, ErrorCode::Omitted);
    assert_eq!(
        parsed.document.blocks[0].anchor.range.as_deref(),
        Some("A1:B10")
    );
}

#[test]
fn columns_beyond_those_of_any_sheet_are_left_out_with_a_warning() {
    let row = "1,".repeat(20_000) + "\n";
    let (_, parsed) = crate::read(row.repeat(3).as_bytes(), "csv", &ReadLimits::default()).unwrap();
    assert_eq!(parsed.warnings[0].code, ErrorCode::Omitted);
    assert_eq!(
        parsed.document.blocks[0].anchor.range.as_deref(),
        Some("A1:XFD3")
    );
}

#[test]
fn a_grid_under_another_name_is_a_table_and_prose_is_not() {
    let grid = "编号,名称,数量\n1,甲,3\n2,乙,4\n3,丙,5\n4,丁,6\n";
    assert_eq!(
        crate::read(grid.as_bytes(), "xls", &ReadLimits::default())
            .unwrap()
            .0,
        "csv"
    );
    let prose = "First, we met, then we left.\nAfter that, on Monday, we came back.\nLater, of course, we stayed.\n";
    assert_eq!(
        crate::read(prose.as_bytes(), "txt", &ReadLimits::default())
            .unwrap()
            .0,
        "text"
    );
}
