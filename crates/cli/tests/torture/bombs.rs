//! Files that are made to exhaust or to mislead: each is read or listed with a reason, within time and memory.

use std::io::{Cursor, Write};
use std::path::Path;
use std::time::Duration;

use zip::write::SimpleFileOptions;

use crate::pdf_bombs;
use crate::program::{Program, text};
use crate::watch;

/// All of them together; a reader's own limit for one file is a minute.
const LIMIT: Duration = Duration::from_secs(240);

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#;

fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn types(kind: &str, part: &str) -> String {
    format!(
        r#"{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/><Override PartName="/{part}" ContentType="application/vnd.openxmlformats-officedocument.{kind}.main+xml"/></Types>"#
    )
}

fn root(part: &str) -> String {
    format!(
        r#"{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="{part}"/></Relationships>"#
    )
}

fn docx(document: &str) -> Vec<u8> {
    let part = "word/document.xml";
    archive(&[
        (
            "[Content_Types].xml",
            types("wordprocessingml.document", part).as_bytes(),
        ),
        ("_rels/.rels", root(part).as_bytes()),
        (part, document.as_bytes()),
    ])
}

fn word(body: &str) -> String {
    format!(
        r#"<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{body}</w:body></w:document>"#
    )
}

fn xlsx(sheet: &str) -> Vec<u8> {
    let part = "xl/workbook.xml";
    let book = format!(
        r#"{HEAD}<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#
    );
    let links = format!(
        r#"{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#
    );
    archive(&[
        (
            "[Content_Types].xml",
            types("spreadsheetml.sheet", part).as_bytes(),
        ),
        ("_rels/.rels", root(part).as_bytes()),
        (part, book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", links.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

fn odf(kind: &str, content: &str) -> Vec<u8> {
    let kind = format!("application/vnd.oasis.opendocument.{kind}");
    archive(&[
        ("mimetype", kind.as_bytes()),
        ("content.xml", content.as_bytes()),
    ])
}

/// Entities of which each stands for ten of the one before.
fn laughs() -> String {
    let mut text = String::from("<!DOCTYPE lolz [<!ENTITY a0 \"lol\">");
    for level in 1..10 {
        let ten = format!("&a{};", level - 1).repeat(10);
        text += &format!("<!ENTITY a{level} \"{ten}\">");
    }
    text + "]>"
}

fn nested(levels: usize, width: usize) -> Vec<u8> {
    let mut inner = archive(&[("zeros.txt", &vec![b'0'; 10 << 20])]);
    for _ in 0..levels {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for number in 0..width {
            let name = format!("{number}.zip");
            zip.start_file(name, SimpleFileOptions::default()).unwrap();
            zip.write_all(&inner).unwrap();
        }
        inner = zip.finish().unwrap().into_inner();
    }
    inner
}

/// An archive whose directory names the same bytes over and over.
fn overlapped(times: u16) -> Vec<u8> {
    let one = archive(&[("word/document.xml", &vec![b' '; 10 << 20])]);
    // The end of central directory is 22 bytes long without a comment; at 12 its directory's length, at 16 its place.
    let end = one.len() - 22;
    let field = |at: usize| u32::from_le_bytes(one[end + at..end + at + 4].try_into().unwrap());
    let start = field(16) as usize;
    let entry = &one[start..start + field(12) as usize];
    let mut out = one[..start].to_vec();
    for _ in 0..times {
        out.extend_from_slice(entry);
    }
    let mut tail = one[end..].to_vec();
    tail[8..10].copy_from_slice(&times.to_le_bytes());
    tail[10..12].copy_from_slice(&times.to_le_bytes());
    tail[12..16].copy_from_slice(&(entry.len() as u32 * u32::from(times)).to_le_bytes());
    out.extend_from_slice(&tail);
    out
}

/// A picture that says it has ten thousand million points.
fn huge_picture() -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    png.extend_from_slice(&100_000_u32.to_be_bytes());
    png.extend_from_slice(&100_000_u32.to_be_bytes());
    png.extend_from_slice(b"\x08\x06\0\0\0\0\0\0\0\0\0\0\0IEND\xae\x42\x60\x82");
    png
}

fn picture_docx() -> Vec<u8> {
    let part = "word/document.xml";
    let links = format!(
        r#"{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId5" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="media/image1.png"/></Relationships>"#
    );
    let body = word(
        r#"<w:p><w:r><w:t>picture</w:t></w:r><w:r><w:drawing><a:blip xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:embed="rId5"/></w:drawing></w:r></w:p>"#,
    );
    archive(&[
        (
            "[Content_Types].xml",
            types("wordprocessingml.document", part).as_bytes(),
        ),
        ("_rels/.rels", root(part).as_bytes()),
        (part, body.as_bytes()),
        ("word/_rels/document.xml.rels", links.as_bytes()),
        ("word/media/image1.png", &huge_picture()),
    ])
}

/// Every bomb under the name that it is added by.
pub fn all() -> Vec<(String, Vec<u8>)> {
    let paragraph = "<w:p><w:r><w:t>&a9;</w:t></w:r></w:p>";
    let deep =
        |open: &str, close: &str, times: usize| open.repeat(times) + "x" + &close.repeat(times);
    let sheet_head =
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">"#;
    let spreadsheet = |rows: &str| {
        format!(
            r#"<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet><table:table table:name="S">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"#
        )
    };
    let many_parts = {
        let names: Vec<String> = (0..60_000)
            .map(|number| format!("word/{number}.xml"))
            .collect();
        let parts: Vec<(&str, &[u8])> = names
            .iter()
            .map(|name| (name.as_str(), &b"x"[..]))
            .collect();
        archive(&parts)
    };
    let mut bombs: Vec<(&str, Vec<u8>)> = vec![
        ("nested.zip", nested(4, 10)),
        ("nested.docx", nested(4, 10)),
        ("overlapped.docx", overlapped(20_000)),
        ("many-parts.docx", many_parts),
        ("zeros.docx", docx(&word(&" ".repeat(200 << 20)))),
        ("laughs.docx", docx(&(laughs() + &word(paragraph)))),
        (
            "laughs.xlsx",
            xlsx(&format!(
                "{}{sheet_head}<sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>&a9;</t></is></c></row></sheetData></worksheet>",
                laughs()
            )),
        ),
        (
            "laughs.odt",
            odf("text", &format!("{}<x>&a9;</x>", laughs())),
        ),
        (
            "laughs.html",
            (laughs() + "<html><body>&a9;</body></html>").into_bytes(),
        ),
        (
            "outside.docx",
            docx(
                &(String::from("<!DOCTYPE x [<!ENTITY out SYSTEM \"file:///etc/passwd\">]>")
                    + &word("<w:p><w:r><w:t>&out;</w:t></w:r></w:p>")),
            ),
        ),
        (
            "cells.xlsx",
            xlsx(&format!(
                r#"{sheet_head}<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row></sheetData></worksheet>"#
            )),
        ),
        (
            "cells.ods",
            odf(
                "spreadsheet",
                &spreadsheet(
                    r#"<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell></table:table-row>"#,
                ),
            ),
        ),
        ("merged.xlsx", {
            let merges = r#"<mergeCell ref="A1:XFD1048576"/>"#.repeat(20_000);
            xlsx(&format!(
                r#"{sheet_head}<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData><mergeCells>{merges}</mergeCells></worksheet>"#
            ))
        }),
        (
            "deep.docx",
            docx(&word(&deep(
                "<w:sdt><w:sdtContent>",
                "</w:sdtContent></w:sdt>",
                300_000,
            ))),
        ),
        (
            "deep-tables.docx",
            docx(&word(&deep(
                "<w:tbl><w:tr><w:tc>",
                "</w:tc></w:tr></w:tbl>",
                50_000,
            ))),
        ),
        (
            "deep.odt",
            odf("text", &deep("<text:section>", "</text:section>", 300_000)),
        ),
        ("deep.html", deep("<div>", "</div>", 300_000).into_bytes()),
        (
            "deep-tables.html",
            deep("<table><tr><td>", "</td></tr></table>", 50_000).into_bytes(),
        ),
        (
            "deep.md",
            (">".repeat(200_000) + " x\n" + &"[".repeat(200_000) + &"* ".repeat(100_000))
                .into_bytes(),
        ),
        (
            "deep.rtf",
            (String::from("{\\rtf1 ") + &deep("{\\b ", "}", 1_000_000) + "}").into_bytes(),
        ),
        (
            "pictures.rtf",
            (String::from("{\\rtf1 {\\pict\\pngblip\\picw2000000000\\pich2000000000 ")
                + &"ff".repeat(1 << 20)
                + "}x}")
                .into_bytes(),
        ),
        ("bin.rtf", b"{\\rtf1 {\\pict\\bin2147483647 x}}".to_vec()),
        ("deep.eml", deep_mail(2_000)),
        ("line.txt", vec![b'a'; 30 << 20]),
        ("cells.csv", "\",".repeat(5 << 20).into_bytes()),
        ("columns.csv", ",".repeat(8 << 20).into_bytes()),
        ("picture.docx", picture_docx()),
        ("picture.png", huge_picture()),
        ("cycle.doc", cycle_of_sectors()),
    ];
    bombs.extend(pdf_bombs::all());
    bombs
        .into_iter()
        .map(|(name, bytes)| (name.to_string(), bytes))
        .collect()
}

/// A letter within a letter within a letter.
fn deep_mail(levels: usize) -> Vec<u8> {
    let mut mail = String::from("From: a@example.com\r\nSubject: deep\r\n");
    for level in 0..levels {
        mail += &format!("Content-Type: multipart/mixed; boundary=b{level}\r\n\r\n--b{level}\r\n");
    }
    mail += "Content-Type: text/plain\r\n\r\nx\r\n";
    mail.into_bytes()
}

/// A compound file whose chain of sectors bites its tail.
fn cycle_of_sectors() -> Vec<u8> {
    let mut file = vec![0_u8; 512 * 4];
    file[..8].copy_from_slice(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
    file[24..34].copy_from_slice(&[0x3e, 0, 3, 0, 0xfe, 0xff, 9, 0, 6, 0]);
    let mut put = |at: usize, value: u32| file[at..at + 4].copy_from_slice(&value.to_le_bytes());
    put(44, 1);
    // Directory, small-stream limit, table of small sectors, further tables: all in the circle.
    put(48, 1);
    put(56, 4096);
    put(60, 2);
    put(64, 0xffff_ffff);
    put(68, 0);
    put(72, 0xffff_ffff);
    put(76, 0);
    for sector in 0..128 {
        put(512 + sector * 4, if sector == 1 { 2 } else { 1 });
    }
    file
}

#[test]
fn every_bomb_is_read_or_refused_with_a_reason_within_time_and_memory() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().canonicalize().unwrap();
    let bombs = all();
    if let Some(kept) = std::env::var_os("TORTURE_KEEP") {
        for (name, bytes) in &bombs {
            std::fs::write(Path::new(&kept).join(name), bytes).unwrap();
        }
    }
    for (name, bytes) in &bombs {
        std::fs::write(folder.join(name), bytes).unwrap();
    }
    std::fs::write(folder.join("good.txt"), "出差后十五个工作日内报销。").unwrap();
    let program = Program::without_models();
    let run = watch::run(&program, &["add", text(&folder)], LIMIT);
    eprintln!(
        "{} bombs in {:.1} s, host {} MiB, worker {} MiB at most",
        bombs.len(),
        run.seconds,
        run.host_mib,
        run.worker_mib
    );
    let report = run.json();
    let files = report["files"].as_array().unwrap();
    for (name, _) in &bombs {
        let path = folder.join(name);
        let file = files.iter().find(|file| file["path"] == text(&path));
        let file = file.unwrap_or_else(|| panic!("`{name}` is not listed"));
        let status = file["status"].as_str().unwrap();
        let reason = file["reason"].as_str().unwrap_or_default();
        eprintln!("  {status:8} {name:24} {reason}");
        assert!(status == "ready" || !reason.is_empty(), "{file}");
        // The limit of memory may end a reader; that takes no time. Waiting for one that makes no end does.
        assert!(!reason.contains("no end"), "a reader made no end: {file}");
    }
    // What documents that were held whole took; parts take less, and how much less is still to be measured.
    assert!(run.host_mib < 1536, "the host took {} MiB", run.host_mib);
    assert!(
        run.worker_mib < 512 + 256,
        "a worker took {} MiB",
        run.worker_mib
    );
    let (code, found) = program.json(&["search", "报销"]);
    assert_eq!(code, 0);
    assert_eq!(found["hits"][0]["path"], text(&folder.join("good.txt")));
    // What a file points at outside of itself is not read.
    let (_, outside) = program.json(&["search", "root daemon nologin bash"]);
    assert!(!outside.to_string().contains("root:"), "{outside}");
}
