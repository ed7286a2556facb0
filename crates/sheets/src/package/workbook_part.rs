//! What the workbook part says: its sheets, their parts, names, protection, dialect.

use deskmate_core::{ErrorCode, WireError};

use super::relationships::{Relationship, relationships, rels_part};
use super::{Package, xml};

/// One sheet of a workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SheetEntry {
    /// Name on its tab.
    pub(crate) name: String,
    /// Its part.
    pub(crate) part: String,
    /// Number that the workbook gave it.
    pub(crate) sheet_id: u32,
    /// `worksheet` for a sheet of cells.
    pub(crate) kind: String,
}

/// The workbook part, read.
#[derive(Debug, Clone)]
pub(crate) struct Outline {
    /// Name of the workbook part.
    pub(crate) part: String,
    /// Its text.
    pub(crate) text: String,
    /// The text of its relationships.
    pub(crate) rels_text: String,
    /// Its relationships.
    pub(crate) rels: Vec<Relationship>,
    /// Sheets in the order of their tabs.
    pub(crate) sheets: Vec<SheetEntry>,
    /// Names and what they stand for; the number of a sheet when only that sheet knows the name.
    pub(crate) names: Vec<(String, Option<usize>, String)>,
    /// Dates count from 1904.
    pub(crate) is_1904: bool,
    /// Sheets may not be added.
    pub(crate) is_structure_locked: bool,
    /// A password guards writing into this file.
    pub(crate) is_write_reserved: bool,
    /// Written in the strict dialect.
    pub(crate) is_strict: bool,
}

impl Outline {
    /// Reads the workbook part of a package.
    ///
    /// # Errors
    /// `UnsupportedFormat` when the package holds no workbook of sheets in XML; `DamagedFile`.
    pub(crate) fn read(package: &mut Package) -> Result<Self, WireError> {
        let root = package.text("_rels/.rels")?;
        let part = relationships(&root, "")?
            .into_iter()
            .find(|rel| rel.kind == "officeDocument")
            .map(|rel| rel.target)
            .ok_or_else(not_a_workbook)?;
        if part.to_lowercase().ends_with(".bin") {
            return Err(WireError::new(
                ErrorCode::UnsupportedFormat,
                "the workbook is of the binary xlsb kind, which cannot be changed in place",
            )
            .with_hint("save it as xlsx and try again"));
        }
        let text = package.text(&part)?;
        let rels_text = package.text(&rels_part(&part))?;
        let rels = relationships(&rels_text, &part)?;
        let mut outline = Self {
            part,
            text,
            rels_text,
            rels,
            sheets: Vec::new(),
            names: Vec::new(),
            is_1904: false,
            is_structure_locked: false,
            is_write_reserved: false,
            is_strict: false,
        };
        outline.read_elements()?;
        if outline.sheets.is_empty() {
            return Err(not_a_workbook());
        }
        Ok(outline)
    }

    fn read_elements(&mut self) -> Result<(), WireError> {
        let elements = xml::elements(&self.text, &self.part)?;
        if elements.first().is_none_or(|root| root.name != "workbook") {
            return Err(not_a_workbook());
        }
        for element in &elements {
            match element.name.as_str() {
                "workbook" => {
                    self.is_strict = element.tag.contains("purl.oclc.org/ooxml")
                        || element.attribute("conformance").as_deref() == Some("strict");
                }
                "workbookPr" => self.is_1904 = xml::is_true(&element.tag, "date1904"),
                "workbookProtection" => {
                    self.is_structure_locked = xml::is_true(&element.tag, "lockStructure");
                }
                "fileSharing" => {
                    self.is_write_reserved = element.attribute("hashValue").is_some()
                        || element.attribute("reservationPassword").is_some();
                }
                "sheet" if element.depth == 2 => {
                    let id = element.attribute("id").unwrap_or_default();
                    if let Some(rel) = self.rels.iter().find(|rel| rel.id == id) {
                        self.sheets.push(SheetEntry {
                            name: element.attribute("name").unwrap_or_default(),
                            part: rel.target.clone(),
                            sheet_id: element
                                .attribute("sheetId")
                                .and_then(|id| id.parse().ok())
                                .unwrap_or(0),
                            kind: rel.kind.clone(),
                        });
                    }
                }
                "definedName" if !element.is_empty => {
                    let raw = &self.text[element.open.end..element.close.start];
                    self.names.push((
                        element.attribute("name").unwrap_or_default(),
                        element
                            .attribute("localSheetId")
                            .and_then(|id| id.parse().ok()),
                        xml::unescape(raw).into_owned(),
                    ));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The sheet of this name; upper and lower case do not matter in names of sheets.
    ///
    /// # Errors
    /// `NotFound` with the names there are.
    pub(crate) fn sheet(&self, name: &str) -> Result<&SheetEntry, WireError> {
        self.sheets
            .iter()
            .find(|sheet| sheet.name.to_lowercase() == name.to_lowercase())
            .ok_or_else(|| {
                let names: Vec<&str> = self.sheets.iter().map(|s| s.name.as_str()).collect();
                WireError::new(
                    ErrorCode::NotFound,
                    format!("the workbook has no sheet `{name}`"),
                )
                .with_hint(format!("its sheets are: {}", names.join(", ")))
            })
    }

    /// The part that a relationship of this kind points to.
    pub(crate) fn part_of_kind(&self, kind: &str) -> Option<&Relationship> {
        self.rels
            .iter()
            .find(|rel| rel.kind == kind && !rel.is_external)
    }
}

fn not_a_workbook() -> WireError {
    WireError::new(
        ErrorCode::UnsupportedFormat,
        "the file is an Office package but not a workbook",
    )
}
