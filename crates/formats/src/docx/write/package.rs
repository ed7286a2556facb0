//! The parts of a Word package around its story.

use deskmate_core::{Document, WireError};

use crate::package_writer::{PackageWriter, XML_HEAD};

/// Namespaces of the root elements that we write.
pub(crate) const WORD_NAMESPACES: &str = concat!(
    "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" ",
    "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" ",
    "xmlns:m=\"http://schemas.openxmlformats.org/officeDocument/2006/math\" ",
    "xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" ",
    "xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" ",
    "xmlns:pic=\"http://schemas.openxmlformats.org/drawingml/2006/picture\""
);

/// What a Word package holds, as the insides of its parts.
#[derive(Debug, Default)]
pub(crate) struct Story {
    /// Inside of `w:body`, section properties included.
    pub(crate) body: String,
    /// Inside of `w:styles`.
    pub(crate) styles: String,
    /// Inside of `w:numbering`; empty without lists.
    pub(crate) numbering: String,
    /// Inside of `w:footnotes`; empty without notes.
    pub(crate) footnotes: String,
    /// Inside of `w:comments`; empty without comments.
    pub(crate) comments: String,
    /// Insides of the footers, related as `rIdFooter1`, `rIdFooter2` …
    pub(crate) footers: Vec<String>,
    /// Switches of `w:settings` that the schema puts before `characterSpacingControl`.
    pub(crate) settings: String,
    /// Inside of `w:fonts`; empty where every face is common.
    pub(crate) font_table: String,
    /// Whether the story shows the placeholder picture, related as `rIdPicture`.
    pub(crate) has_picture: bool,
}

/// Builds the package of a story; title and metadata come from the document.
///
/// # Errors
/// `Internal` when the archive cannot be built.
pub(crate) fn assemble(document: &Document, story: Story) -> Result<Vec<u8>, WireError> {
    let mut package = PackageWriter::default();
    let root = |name: &str, inside: &str| {
        format!("{XML_HEAD}<w:{name} {WORD_NAMESPACES}>{inside}</w:{name}>")
    };
    let kind = |name: &str| {
        format!("application/vnd.openxmlformats-officedocument.wordprocessingml.{name}+xml")
    };
    package.part(
        "word/document.xml",
        &kind("document.main"),
        root("document", &format!("<w:body>{}</w:body>", story.body)),
    );
    let notes = if story.footnotes.is_empty() {
        ""
    } else {
        "<w:footnotePr><w:footnote w:id=\"-1\"/><w:footnote w:id=\"0\"/></w:footnotePr>"
    };
    let settings = format!(
        "<w:defaultTabStop w:val=\"420\"/>{}<w:characterSpacingControl w:val=\"compressPunctuation\"/>{notes}\
         <w:compat><w:compatSetting w:name=\"compatibilityMode\" w:uri=\"http://schemas.microsoft.com/office/word\" w:val=\"15\"/></w:compat>\
         <m:mathPr><m:mathFont m:val=\"Cambria Math\"/></m:mathPr>\
         <w:themeFontLang w:val=\"en-US\" w:eastAsia=\"zh-CN\"/>",
        story.settings
    );
    let mut relations: Vec<(String, &str, String)> = Vec::new();
    let mut add = |package: &mut PackageWriter, name: &str, type_name: &str, inside: &str| {
        if inside.is_empty() {
            return;
        }
        let file = format!("{name}.xml");
        package.part(
            &format!("word/{file}"),
            &kind(type_name),
            root(name, inside),
        );
        relations.push((format!("rId{name}"), type_of(name), file));
    };
    add(&mut package, "styles", "styles", &story.styles);
    add(&mut package, "settings", "settings", &settings);
    add(&mut package, "fonts", "fontTable", &story.font_table);
    add(&mut package, "numbering", "numbering", &story.numbering);
    add(&mut package, "footnotes", "footnotes", &story.footnotes);
    add(&mut package, "comments", "comments", &story.comments);
    for (index, footer) in story.footers.iter().enumerate() {
        let file = format!("footer{}.xml", index + 1);
        package.part(
            &format!("word/{file}"),
            &kind("footer"),
            root("ftr", footer),
        );
        relations.push((format!("rIdFooter{}", index + 1), "footer", file));
    }
    if story.has_picture {
        package.media("word/media/placeholder.png", "image/png", PLACEHOLDER);
        relations.push((
            "rIdPicture".to_owned(),
            "image",
            "media/placeholder.png".to_owned(),
        ));
    }
    package.relations("word/document.xml", &relations);
    let core = package.core_properties(document);
    let main = (
        "rIdDocument".to_owned(),
        "officeDocument",
        "word/document.xml".to_owned(),
    );
    package.relations("", &[main, core]);
    package.finish()
}

fn type_of(name: &str) -> &'static str {
    match name {
        "styles" => "styles",
        "settings" => "settings",
        "fonts" => "fontTable",
        "numbering" => "numbering",
        "footnotes" => "footnotes",
        _ => "comments",
    }
}

/// One light grey pixel.
const PLACEHOLDER: &[u8] = &[
    0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00, 0x00, 0x00, 0x0D, 0x49, 0x48, 0x44, 0x52,
    0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00, 0x00, 0x3A, 0x7E, 0x9B,
    0x55, 0x00, 0x00, 0x00, 0x0A, 0x49, 0x44, 0x41, 0x54, 0x78, 0xDA, 0x63, 0x78, 0x06, 0x00, 0x00,
    0xE8, 0x00, 0xE7, 0x8A, 0x53, 0xFD, 0x73, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4E, 0x44, 0xAE,
    0x42, 0x60, 0x82,
];
