//! Tiny packages written by hand.

use std::io::{Cursor, Write};

use deskmate_core::{Block, BlockContent, Parsed, ReadLimits, WireError};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

pub(crate) const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

/// A zip of these parts.
pub(crate) fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

pub(crate) fn content_types(main: &str, kind: &str) -> String {
    format!(
        r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/{main}" ContentType="application/vnd.openxmlformats-officedocument.{kind}+xml"/></Types>"#
    )
}

pub(crate) fn relations(entries: &[(&str, &str, &str)]) -> String {
    let inner: String = entries
        .iter()
        .map(|(id, kind, target)| {
            format!(r#"<Relationship Id="{id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"/>"#)
        })
        .collect();
    format!("<Relationships>{inner}</Relationships>")
}

/// A docx with this body and these further parts.
pub(crate) fn docx(body: &str, others: &[(&str, &str)]) -> Vec<u8> {
    let types = content_types("word/document.xml", "wordprocessingml.document.main");
    let document = format!(r#"<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>"#);
    let main = relations(&[("rId1", "officeDocument", "word/document.xml")]);
    let mut parts = vec![
        ("[Content_Types].xml", types.as_str()),
        ("_rels/.rels", main.as_str()),
        ("word/document.xml", document.as_str()),
    ];
    parts.extend_from_slice(others);
    package(&parts)
}

pub(crate) fn read(bytes: &[u8], extension: &str) -> Result<Parsed, WireError> {
    deskmate_formats::read(bytes, extension, &ReadLimits::default()).map(|(_, parsed)| parsed)
}

pub(crate) fn contents(parsed: &Parsed) -> Vec<BlockContent> {
    parsed
        .document
        .blocks
        .iter()
        .map(|block| block.content.clone())
        .collect()
}

pub(crate) fn texts(parsed: &Parsed) -> Vec<String> {
    parsed.document.blocks.iter().map(Block::text).collect()
}
