//! Sheets added to a workbook: their names, their parts, where they are listed.

use std::collections::BTreeMap;

use deskmate_core::WireError;

use crate::package::xml::{self, Splices, escape};
use crate::package::{Outline, add_override, add_relationship};

const RELATIONSHIPS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// The parts that a workbook shares among its sheets, while sheets and charts are added.
pub(super) struct SharedParts {
    /// Content types.
    pub(super) content_types: String,
    /// Workbook.
    pub(super) workbook: String,
    /// Relationships of the workbook.
    pub(super) workbook_rels: String,
    /// New parts.
    pub(super) added: BTreeMap<String, String>,
    /// Names of sheets, in lower case, and the highest number.
    pub(super) sheet_names: Vec<String>,
    /// Highest number of a sheet.
    pub(super) sheet_id: u32,
    /// Highest number of a native table, and names of tables in lower case.
    pub(super) table_id: u32,
    /// Names of tables and other names, in lower case.
    pub(super) taken_names: Vec<String>,
    /// A sheet was added, so that the workbook changes.
    pub(super) has_new_sheet: bool,
}

impl SharedParts {
    /// A name for a new part that no other has, e.g. `xl/charts/chart3.xml`.
    pub(super) fn free_part(
        &self,
        outline: &Outline,
        pattern: &str,
        is_taken: impl Fn(&str) -> bool,
    ) -> String {
        let folder = match outline.part.rsplit_once('/') {
            Some((folder, _)) => format!("{folder}/"),
            None => String::new(),
        };
        (1..)
            .map(|number| format!("{folder}{pattern}{number}.xml"))
            .find(|part| !is_taken(part) && !self.added.contains_key(part))
            .unwrap_or_default()
    }

    /// Enters the type of a new part.
    ///
    /// # Errors
    /// `DamagedFile` when the list of types is not well-formed.
    pub(super) fn declare(&mut self, part: &str, content_type: &str) -> Result<(), WireError> {
        self.content_types = add_override(&self.content_types, part, content_type)?;
        Ok(())
    }

    /// Takes a name for a new sheet: the wanted one as far as a tab may have it, with a number where it is taken.
    pub(super) fn sheet_name(&mut self, wanted: &str) -> String {
        let name = unique_sheet_name(wanted, &self.sheet_names);
        self.sheet_names.push(name.to_lowercase());
        name
    }

    /// Lists a new sheet as the last of the workbook.
    ///
    /// # Errors
    /// `DamagedFile` when the workbook lists no sheets or is not well-formed.
    pub(super) fn list_sheet(
        &mut self,
        workbook_part: &str,
        name: &str,
        sheet_part: &str,
    ) -> Result<(), WireError> {
        let (rels, rel) = add_relationship(
            Some(&self.workbook_rels),
            "worksheet",
            &format!("/{sheet_part}"),
        )?;
        self.workbook_rels = rels;
        self.sheet_id += 1;
        self.has_new_sheet = true;
        let elements = xml::elements(&self.workbook, workbook_part)?;
        let list = elements
            .iter()
            .find(|e| e.name == "sheets")
            .ok_or_else(|| xml::damaged(workbook_part, "it lists no sheets"))?;
        // The prefix that the workbook itself uses for ids of relationships.
        let known = elements.first().and_then(|root| {
            root.tag
                .attributes()
                .with_checks(false)
                .flatten()
                .find_map(|attribute| {
                    let prefix = attribute.key.0.strip_prefix("xmlns:")?;
                    (attribute.value == RELATIONSHIPS).then(|| prefix.to_string())
                })
        });
        let (declared, prefix) = match known {
            Some(prefix) => (String::new(), prefix),
            None => (format!(" xmlns:r=\"{RELATIONSHIPS}\""), "r".to_string()),
        };
        let mut splices = Splices::default();
        splices.append_child(
            list,
            &format!(
                "<{}sheet{declared} name=\"{}\" sheetId=\"{}\" {prefix}:id=\"{rel}\"/>",
                list.prefix(),
                escape(name),
                self.sheet_id
            ),
        );
        self.workbook = splices.apply(&self.workbook);
        Ok(())
    }
}

/// A sheet without cells that shows a drawing.
pub(super) fn drawing_sheet(drawing_rel: &str) -> String {
    format!(
        concat!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n",
            "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" ",
            "xmlns:r=\"{relationships}\"><sheetViews><sheetView showGridLines=\"0\" workbookViewId=\"0\"/></sheetViews>",
            "<sheetFormatPr defaultRowHeight=\"15\"/><sheetData/><drawing r:id=\"{drawing}\"/></worksheet>"
        ),
        relationships = RELATIONSHIPS,
        drawing = drawing_rel
    )
}

/// A name that a tab may have: at most 31 characters, none of `[]:*?/\`, no other tab's.
fn unique_sheet_name(wanted: &str, taken: &[String]) -> String {
    let plain: String = wanted
        .chars()
        .filter(|c| !c.is_control() && !"[]:*?/\\".contains(*c))
        .collect();
    let plain = plain.trim().trim_matches('\'');
    let plain = if plain.is_empty() { "Result" } else { plain };
    (1..)
        .map(|n| {
            let end = if n == 1 {
                String::new()
            } else {
                format!(" {n}")
            };
            let mut name = String::new();
            // The limit counts UTF-16 units.
            for c in plain.chars() {
                if name.encode_utf16().count() + c.len_utf16() + end.len() > 31 {
                    break;
                }
                name.push(c);
            }
            name + &end
        })
        .find(|name| !taken.contains(&name.to_lowercase()))
        .unwrap_or_default()
}
