use std::io::{Cursor, Write};

use deskmate_core::{ErrorCode, Parsed, ReadLimits, WireError};

const CONTAINER: &str =
    r#"<container><rootfiles><rootfile full-path="OEBPS/content.opf"/></rootfiles></container>"#;

fn book(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    let fixed = [
        ("mimetype", "application/epub+zip"),
        ("META-INF/container.xml", CONTAINER),
    ];
    for (name, content) in fixed.iter().chain(parts) {
        zip.start_file(*name, options).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn read(parts: &[(&str, &str)]) -> Result<Parsed, WireError> {
    crate::read(&book(parts), "epub", &ReadLimits::default()).map(|(id, parsed)| {
        assert_eq!(id, "epub");
        parsed
    })
}

const PACKAGE: &str = r#"<package xmlns:dc="x"><metadata><dc:title>书名</dc:title><dc:creator>作者</dc:creator></metadata><manifest><item id="b" href="text/b%20b.xhtml" media-type="application/xhtml+xml"/><item id="a" href="a.xhtml" media-type="application/xhtml+xml"/><item id="n" href="toc.ncx" media-type="application/x-dtbncx+xml"/><item id="gone" href="gone.xhtml" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="a"/><itemref idref="b"/><itemref idref="a"/><itemref idref="gone"/></spine></package>"#;
const NCX: &str = r#"<ncx><navMap><navPoint><navLabel><text>第二篇</text></navLabel><content src="text/b%20b.xhtml#x"/></navPoint></navMap></ncx>"#;

#[test]
fn pages_come_in_spine_order_with_their_headings() {
    let parsed = read(&[
        ("OEBPS/content.opf", PACKAGE),
        ("OEBPS/toc.ncx", NCX),
        ("OEBPS/text/b b.xhtml", "<html xmlns='http://www.w3.org/1999/xhtml'><head><title/></head><body><p>乙</p></body></html>"),
        ("OEBPS/a.xhtml", "<html><body><h1>第一篇</h1><p>甲</p></body></html>"),
    ])
    .unwrap();
    let texts: Vec<String> = parsed
        .document
        .blocks
        .iter()
        .map(|block| block.text())
        .collect();
    assert_eq!(texts, ["第一篇", "甲", "第二篇", "乙"]);
    assert_eq!(parsed.document.blocks[3].anchor.heading, ["第二篇"]);
    assert_eq!(
        (
            parsed.document.title.as_deref(),
            parsed.document.metadata["author"].as_str()
        ),
        (Some("书名"), "作者")
    );
    assert_eq!(
        parsed.warnings.len(),
        1,
        "the missing page is reported once"
    );
}

#[test]
fn a_locked_book_says_so_and_scrambled_fonts_are_no_lock() {
    let encryption = |uri: &str| {
        format!(
            r#"<encryption><EncryptedData><CipherData><CipherReference URI="{uri}"/></CipherData></EncryptedData></encryption>"#
        )
    };
    let page = ("OEBPS/a.xhtml", "<html><body><p>甲</p></body></html>");
    let locked = encryption("OEBPS/a.xhtml");
    let error = read(&[
        ("OEBPS/content.opf", PACKAGE),
        page,
        ("META-INF/encryption.xml", &locked),
    ])
    .unwrap_err();
    assert_eq!(error.code, ErrorCode::EncryptedFile);
    let fonts = encryption("OEBPS/font.otf");
    assert!(
        read(&[
            ("OEBPS/content.opf", PACKAGE),
            page,
            ("META-INF/encryption.xml", &fonts)
        ])
        .is_ok()
    );
}

#[test]
fn a_book_without_its_package_gives_its_pages() {
    let parsed = read(&[("1.html", "<p>一</p>"), ("2.html", "<p>二</p>")]).unwrap();
    assert_eq!(parsed.document.text(), "一\n二");
    assert_eq!(read(&[]).unwrap_err().code, ErrorCode::DamagedFile);
}
