use std::io::{Cursor, Write};

use deskmate_core::{BlockContent, ErrorCode, Parsed, ReadLimits, WireError};

const NAMES: &str = r#"xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:draw="d" xmlns:presentation="p" xmlns:style="s" xmlns:svg="v""#;

fn package(mimetype: &str, parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, content) in [("mimetype", mimetype)].iter().chain(parts) {
        zip.start_file(*name, options).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn read_odt(styles: &str, body: &str) -> Parsed {
    let content = format!(
        "<office:document-content {NAMES}><office:automatic-styles>{styles}</office:automatic-styles><office:body><office:text>{body}</office:text></office:body></office:document-content>"
    );
    let bytes = package(
        "application/vnd.oasis.opendocument.text",
        &[("content.xml", &content)],
    );
    let (id, parsed) = crate::read(&bytes, "odt", &ReadLimits::default()).unwrap();
    assert_eq!(id, "odt");
    parsed
}

fn texts(parsed: &Parsed) -> Vec<String> {
    parsed
        .document
        .blocks
        .iter()
        .map(|block| block.text())
        .collect()
}

#[test]
fn headings_paragraphs_and_notes_are_read_in_order() {
    let parsed = read_odt(
        "",
        r#"<text:h text:outline-level="1">总则</text:h><text:p>第一<text:span>段<text:s text:c="2"/>空格</text:span><text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>注</text:p></text:note-body></text:note>。</text:p><text:h text:outline-level="2">细则</text:h><text:p>a &lt; b<text:line-break/>c</text:p>"#,
    );
    assert_eq!(
        texts(&parsed),
        ["总则", "第一段  空格[1]。", "注", "细则", "a < b\nc"]
    );
    assert_eq!(parsed.document.blocks[4].anchor.heading, ["总则", "细则"]);
}

#[test]
fn lists_show_the_numbers_of_their_style() {
    let styles = r#"<text:list-style style:name="L1"><text:list-level-style-number text:level="1" style:num-prefix="（" style:num-suffix="）" style:num-format="一, 二, 三, ..."/><text:list-level-style-bullet text:level="2"/></text:list-style>"#;
    let parsed = read_odt(
        styles,
        r#"<text:list text:style-name="L1"><text:list-item><text:p>甲</text:p><text:list><text:list-item><text:p>点</text:p></text:list-item></text:list></text:list-item><text:list-item><text:p>乙</text:p></text:list-item></text:list><text:list text:style-name="L1" text:continue-numbering="true"><text:list-item><text:p>丙</text:p></text:list-item></text:list>"#,
    );
    assert_eq!(texts(&parsed), ["（一） 甲\n点\n（二） 乙", "（三） 丙"]);
}

#[test]
fn repeated_cells_and_rows_are_bounded() {
    let parsed = read_odt(
        "",
        r#"<table:table><table:table-header-rows><table:table-row><table:table-cell table:number-columns-spanned="2"><text:p>合计</text:p></table:table-cell><table:covered-table-cell/></table:table-row></table:table-header-rows><table:table-row><table:table-cell table:number-columns-repeated="2"><text:p>1</text:p></table:table-cell><table:table-cell table:number-columns-repeated="16384"/></table:table-row><table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>"#,
    );
    let BlockContent::Table {
        header_rows: 1,
        rows,
        ..
    } = &parsed.document.blocks[0].content
    else {
        panic!("not a table")
    };
    assert_eq!(rows, &[vec!["合计"], vec!["1", "1"]]);
}

#[test]
fn slides_have_titles_and_notes() {
    let content = format!(
        r#"<office:document-content {NAMES}><office:body><office:presentation><draw:page draw:name="p1"><draw:frame presentation:class="title"><draw:text-box><text:p>季度总结</text:p></draw:text-box></draw:frame><draw:frame><draw:text-box><text:p>要点</text:p></draw:text-box></draw:frame><presentation:notes><draw:frame presentation:class="notes"><draw:text-box><text:p>备注</text:p></draw:text-box></draw:frame></presentation:notes></draw:page><draw:page/></office:presentation></office:body></office:document-content>"#
    );
    let bytes = package(
        "application/vnd.oasis.opendocument.presentation",
        &[("content.xml", &content)],
    );
    let (_, parsed) = crate::read(&bytes, "odp", &ReadLimits::default()).unwrap();
    assert_eq!(texts(&parsed), ["季度总结", "要点", "备注", ""]);
    assert!(matches!(
        &parsed.document.blocks[2].content,
        BlockContent::Note { .. }
    ));
    let slides: Vec<Option<u32>> = parsed
        .document
        .blocks
        .iter()
        .map(|block| block.anchor.slide)
        .collect();
    assert_eq!(slides, [Some(1), Some(1), Some(1), Some(2)]);
}

#[test]
fn flat_files_are_read_with_their_metadata() {
    let source = format!(
        r#"<?xml version="1.0"?><office:document {NAMES} xmlns:dc="dc" office:mimetype="application/vnd.oasis.opendocument.text"><office:meta><dc:title>标题</dc:title></office:meta><office:body><office:text><text:p>正文</text:p></office:text></office:body></office:document>"#
    );
    let (id, parsed) = crate::read(source.as_bytes(), "fodt", &ReadLimits::default()).unwrap();
    assert_eq!(
        (id, parsed.document.title.as_deref(), texts(&parsed)),
        ("odt", Some("标题"), vec!["正文".to_owned()])
    );
}

fn code(result: Result<(&'static str, Parsed), WireError>) -> ErrorCode {
    result.unwrap_err().code
}

#[test]
fn protected_and_broken_packages_are_errors_with_their_reason() {
    let locked = package(
        "application/vnd.oasis.opendocument.text",
        &[
            ("content.xml", "x"),
            (
                "META-INF/manifest.xml",
                "<m:manifest><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>",
            ),
        ],
    );
    assert_eq!(
        code(crate::read(&locked, "odt", &ReadLimits::default())),
        ErrorCode::EncryptedFile
    );
    let missing = package("application/vnd.oasis.opendocument.text", &[]);
    assert_eq!(
        code(crate::read(&missing, "odt", &ReadLimits::default())),
        ErrorCode::DamagedFile
    );
    let deep = format!(
        "<office:document-content {NAMES}><office:body>{}",
        "<text:section>".repeat(50_000)
    );
    let deep = package(
        "application/vnd.oasis.opendocument.text",
        &[("content.xml", &deep)],
    );
    assert_eq!(
        code(crate::read(&deep, "odt", &ReadLimits::default())),
        ErrorCode::DamagedFile
    );
}
