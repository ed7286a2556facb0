//! Writing Office Open XML packages: parts, their content types, the relations between them, core properties.

use std::fmt::Write as _;
use std::io::{Cursor, Write};

use deskmate_core::{Document, ErrorCode, WireError};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const RELATIONSHIPS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE_RELATIONSHIPS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";

/// The declaration that begins every part.
pub(crate) const XML_HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// Gathers the parts of a package and writes them as one archive, the same bytes for the same parts.
#[derive(Debug, Default)]
pub(crate) struct PackageWriter {
    parts: Vec<(String, Vec<u8>)>,
    overrides: Vec<(String, String)>,
    defaults: Vec<(String, String)>,
}

impl PackageWriter {
    /// Adds a part with its content type.
    pub(crate) fn part(&mut self, name: &str, content_type: &str, content: impl Into<Vec<u8>>) {
        self.overrides
            .push((name.to_owned(), content_type.to_owned()));
        self.parts.push((name.to_owned(), content.into()));
    }

    /// Adds a picture or another part whose type is told by its extension.
    pub(crate) fn media(&mut self, name: &str, content_type: &str, content: impl Into<Vec<u8>>) {
        let extension = name.rsplit('.').next().unwrap_or_default().to_owned();
        if !self.defaults.iter().any(|(known, _)| *known == extension) {
            self.defaults.push((extension, content_type.to_owned()));
        }
        self.parts.push((name.to_owned(), content.into()));
    }

    /// Adds the relations of a part; an empty `source` stands for the package itself.
    ///
    /// Each relation is its id, the last segment of its type, and its target as seen from the part's folder.
    pub(crate) fn relations(&mut self, source: &str, relations: &[(String, &str, String)]) {
        let (folder, file) = source.rsplit_once('/').unwrap_or(("", source));
        let name = if folder.is_empty() {
            format!("_rels/{file}.rels")
        } else {
            format!("{folder}/_rels/{file}.rels")
        };
        let mut xml = format!("{XML_HEAD}<Relationships xmlns=\"{PACKAGE_RELATIONSHIPS}\">");
        for (id, kind, target) in relations {
            let kind = match *kind {
                "core-properties" => {
                    "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
                        .to_owned()
                }
                kind => format!("{RELATIONSHIPS}/{kind}"),
            };
            let _ = write!(
                xml,
                "<Relationship Id=\"{id}\" Type=\"{kind}\" Target=\"{}\"/>",
                escape(target)
            );
        }
        xml.push_str("</Relationships>");
        self.parts.push((name, xml.into_bytes()));
    }

    /// Adds `docProps/core.xml` from a document's title and metadata; gives its relation of the package.
    pub(crate) fn core_properties(
        &mut self,
        document: &Document,
    ) -> (String, &'static str, String) {
        self.part(
            "docProps/core.xml",
            "application/vnd.openxmlformats-package.core-properties+xml",
            core_properties(document),
        );
        (
            "rIdCore".to_owned(),
            "core-properties",
            "docProps/core.xml".to_owned(),
        )
    }

    /// The archive.
    ///
    /// # Errors
    /// `Internal` when the archive cannot be built.
    pub(crate) fn finish(self) -> Result<Vec<u8>, WireError> {
        let mut types = format!(
            "{XML_HEAD}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
             <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
             <Default Extension=\"xml\" ContentType=\"application/xml\"/>"
        );
        for (extension, content_type) in &self.defaults {
            let _ = write!(
                types,
                "<Default Extension=\"{extension}\" ContentType=\"{content_type}\"/>"
            );
        }
        for (name, content_type) in &self.overrides {
            let _ = write!(
                types,
                "<Override PartName=\"/{name}\" ContentType=\"{content_type}\"/>"
            );
        }
        types.push_str("</Types>");
        // The content types come first: some programs judge a file by its first entry.
        let first = ("[Content_Types].xml".to_owned(), types.into_bytes());
        archive(std::iter::once(&first).chain(&self.parts))
    }
}

/// Zips parts in their order, with a fixed time, so that the same parts give the same bytes.
///
/// # Errors
/// `Internal` when the archive cannot be built.
pub(crate) fn archive<'p>(
    parts: impl Iterator<Item = &'p (String, Vec<u8>)>,
) -> Result<Vec<u8>, WireError> {
    let failed = |error: &dyn std::fmt::Display| {
        WireError::new(
            ErrorCode::Internal,
            format!("the package could not be written: {error}"),
        )
    };
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(zip::DateTime::default());
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer
            .start_file(name.as_str(), options)
            .map_err(|error| failed(&error))?;
        writer.write_all(content).map_err(|error| failed(&error))?;
    }
    let cursor = writer.finish().map_err(|error| failed(&error))?;
    Ok(cursor.into_inner())
}

/// Text as it may stand between tags and in attributes; characters that XML forbids are left out.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(character),
            '\0'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => {}
            _ => out.push(character),
        }
    }
    out
}

fn core_properties(document: &Document) -> String {
    let mut xml = format!(
        "{XML_HEAD}<cp:coreProperties \
         xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">"
    );
    if let Some(title) = &document.title {
        let _ = write!(xml, "<dc:title>{}</dc:title>", escape(title));
    }
    for (key, element) in [
        ("subject", "dc:subject"),
        ("author", "dc:creator"),
        ("keywords", "cp:keywords"),
        ("description", "dc:description"),
        ("category", "cp:category"),
    ] {
        if let Some(value) = document.metadata.get(key) {
            let _ = write!(xml, "<{element}>{}</{element}>", escape(value));
        }
    }
    for (key, element) in [
        ("created", "dcterms:created"),
        ("modified", "dcterms:modified"),
    ] {
        // Anything but a full time makes Word offer a repair.
        if let Some(value) = document
            .metadata
            .get(key)
            .filter(|value| is_w3c_time(value))
        {
            let _ = write!(
                xml,
                "<{element} xsi:type=\"dcterms:W3CDTF\">{value}</{element}>"
            );
        }
    }
    xml.push_str("</cp:coreProperties>");
    xml
}

/// `2024-03-05T08:00:00Z`.
fn is_w3c_time(value: &str) -> bool {
    value.len() == 20
        && value.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            10 => byte == b'T',
            13 | 16 => byte == b':',
            19 => byte == b'Z',
            _ => byte.is_ascii_digit(),
        })
}
