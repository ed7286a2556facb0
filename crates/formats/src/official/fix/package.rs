//! Corrections in the parts of the package.

use deskmate_core::{ErrorCode, ReadLimits, WireError};

use super::Edit;
use super::apply;
use crate::archive::Archive;
use crate::docx::WORD_NAMESPACES;
use crate::official::footer::{Side, footer};
use crate::package::Package;
use crate::package_writer::{XML_HEAD, archive};
use crate::xml_edit::{EditElement, EditNode, EditTree};

const FOOTER_TYPE: &str =
    "application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml";
const SETTINGS_TYPE: &str =
    "application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml";
const RELATION: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// Order of the children of `w:settings` around the one that is added.
const SETTINGS_ORDER: &[&str] = &[
    "writeProtection",
    "view",
    "zoom",
    "removePersonalInformation",
    "removeDateAndTime",
    "doNotDisplayPageBoundaries",
    "displayBackgroundShape",
    "printPostScriptOverText",
    "printFractionalCharacterWidth",
    "printFormsData",
    "embedTrueTypeFonts",
    "embedSystemFonts",
    "saveSubsetFonts",
    "saveFormsData",
    "mirrorMargins",
    "alignBordersAndEdges",
    "bordersDoNotSurroundHeader",
    "bordersDoNotSurroundFooter",
    "gutterAtTop",
    "hideSpellingErrors",
    "hideGrammaticalErrors",
    "activeWritingStyle",
    "proofState",
    "formsDesign",
    "attachedTemplate",
    "linkStyles",
    "stylePaneFormatFilter",
    "stylePaneSortMethod",
    "documentType",
    "mailMerge",
    "revisionView",
    "trackRevisions",
    "doNotTrackMoves",
    "doNotTrackFormatting",
    "documentProtection",
    "autoFormatOverride",
    "styleLockTheme",
    "styleLockQFSet",
    "defaultTabStop",
    "autoHyphenation",
    "consecutiveHyphenLimit",
    "hyphenationZone",
    "doNotHyphenateCaps",
    "showEnvelope",
    "summaryLength",
    "clickAndTypeStyle",
    "defaultTableStyle",
    "evenAndOddHeaders",
    "bookFoldRevPrinting",
    "bookFoldPrinting",
    "bookFoldPrintingSheets",
    "drawingGridHorizontalSpacing",
    "drawingGridVerticalSpacing",
    "displayHorizontalDrawingGridEvery",
    "displayVerticalDrawingGridEvery",
    "characterSpacingControl",
    "footnotePr",
    "endnotePr",
    "compat",
    "docVars",
    "rsids",
    "mathPr",
    "themeFontLang",
    "clrSchemeMapping",
    "shapeDefaults",
    "decimalSymbol",
    "listSeparator",
];

/// The docx with these changes.
///
/// # Errors
/// Those of opening it; `DamagedFile` when a part cannot be changed.
pub(super) fn with_edits(
    bytes: &[u8],
    edits: &[&Edit],
    limits: &ReadLimits,
) -> Result<Vec<u8>, WireError> {
    let mut package = Package::open(bytes, limits)?;
    let main = package.main_part("word/document.xml")?;
    let text = package.required(&main)?;
    let relations = package.relations(&main)?;
    let settings_part = relations
        .values()
        .find(|relation| relation.kind == "settings")
        .map(|relation| relation.target.clone());
    let mut parts = all_parts(bytes, limits)?;
    let mut tree = EditTree::parse(&text, &main, limits.max_depth)?;
    apply::all(&mut tree.root, edits);
    if edits.contains(&&Edit::PageNumbers) {
        number_pages(&mut tree.root);
        add_footers(&mut parts, &main, settings_part, limits)?;
    }
    replace(&mut parts, &main, tree.write());
    archive(parts.iter())
}

type Parts = Vec<(String, Vec<u8>)>;

fn all_parts(bytes: &[u8], limits: &ReadLimits) -> Result<Parts, WireError> {
    let mut archive = Archive::open(bytes, limits)?;
    let mut names: Vec<String> = archive.names().map(str::to_owned).collect();
    names.sort_by_key(|name| name != "[Content_Types].xml");
    let mut parts = Vec::with_capacity(names.len());
    for name in names {
        // Folders have entries of their own in some writers' archives.
        if name.ends_with('/') {
            continue;
        }
        let content = archive.read(&name)?.unwrap_or_default();
        parts.push((name, content));
    }
    Ok(parts)
}

fn replace(parts: &mut Parts, name: &str, text: String) {
    match parts
        .iter_mut()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
    {
        Some((_, content)) => *content = text.into_bytes(),
        None => parts.push((name.to_owned(), text.into_bytes())),
    }
}

fn text_of(parts: &Parts, name: &str) -> Option<String> {
    let (_, content) = parts
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))?;
    Some(crate::xml::decode(content).into_owned())
}

const ODD_ID: &str = "rIdOfficialOdd";
const EVEN_ID: &str = "rIdOfficialEven";

/// Every section shows the new footers.
fn number_pages(root: &mut EditElement) {
    root.each_mut("sectPr", &mut |section| {
        let prefix = section.prefix();
        section.remove("footerReference");
        section.remove("titlePg");
        for (kind, id) in [("even", EVEN_ID), ("default", ODD_ID)] {
            let mut reference = EditElement::new(&format!("{prefix}footerReference"))
                .with(&format!("{prefix}type"), kind)
                .with("r:id", id);
            // The part may bind the prefix otherwise or not at all.
            reference.set("xmlns:r", RELATION);
            section.children.insert(0, EditNode::Element(reference));
        }
    });
}

fn add_footers(
    parts: &mut Parts,
    main: &str,
    settings: Option<String>,
    limits: &ReadLimits,
) -> Result<(), WireError> {
    let folder = main.rsplit_once('/').map_or("", |(folder, _)| folder);
    let file = main.rsplit_once('/').map_or(main, |(_, file)| file);
    let inside = |name: &str| {
        if folder.is_empty() {
            name.to_owned()
        } else {
            format!("{folder}/{name}")
        }
    };
    let mut overrides = Vec::new();
    let mut relations = Vec::new();
    for (name, id, side) in [
        ("footerOfficialOdd.xml", ODD_ID, Side::Odd),
        ("footerOfficialEven.xml", EVEN_ID, Side::Even),
    ] {
        let xml = format!(
            "{XML_HEAD}<w:ftr {WORD_NAMESPACES}>{}</w:ftr>",
            footer(side)
        );
        replace(parts, &inside(name), xml);
        overrides.push((inside(name), FOOTER_TYPE));
        relations.push((id, "footer", name.to_owned()));
    }
    let settings_part = settings.clone().unwrap_or_else(|| inside("settings.xml"));
    let settings_text = text_of(parts, &settings_part)
        .unwrap_or_else(|| format!("{XML_HEAD}<w:settings {WORD_NAMESPACES}/>"));
    let mut tree = EditTree::parse(&settings_text, &settings_part, limits.max_depth)?;
    let switch = tree.root.child_or_new("evenAndOddHeaders", SETTINGS_ORDER);
    switch.unset("w:val");
    replace(parts, &settings_part, tree.write());
    if settings.is_none() {
        overrides.push((settings_part, SETTINGS_TYPE));
        relations.push(("rIdOfficialSettings", "settings", "settings.xml".to_owned()));
    }
    let types = "[Content_Types].xml";
    change(parts, types, limits, &mut |root| {
        for (part, kind) in &overrides {
            let name = format!("/{part}");
            let known = root
                .elements()
                .any(|element| element.get("PartName").is_some_and(|part| part == name));
            if !known {
                let element = EditElement::new(&format!("{}Override", root.prefix()))
                    .with("PartName", &name)
                    .with("ContentType", kind);
                root.children.push(EditNode::Element(element));
            }
        }
    })?;
    let rels = inside(&format!("_rels/{file}.rels"));
    change(parts, &rels, limits, &mut |root| {
        for (id, kind, target) in &relations {
            let known = root.elements().any(|element| element.get("Id") == Some(id));
            if !known {
                let element = EditElement::new(&format!("{}Relationship", root.prefix()))
                    .with("Id", id)
                    .with("Type", &format!("{RELATION}/{kind}"))
                    .with("Target", target);
                root.children.push(EditNode::Element(element));
            }
        }
    })
}

fn change(
    parts: &mut Parts,
    name: &str,
    limits: &ReadLimits,
    edit: &mut dyn FnMut(&mut EditElement),
) -> Result<(), WireError> {
    let text = text_of(parts, name).ok_or_else(|| {
        WireError::new(
            ErrorCode::DamagedFile,
            format!("the part `{name}` is missing"),
        )
    })?;
    let mut tree = EditTree::parse(&text, name, limits.max_depth)?;
    edit(&mut tree.root);
    replace(parts, name, tree.write());
    Ok(())
}
