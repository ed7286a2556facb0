//! The parts that sheets share, after the cells: new sheets, formats, names of tables, and when to calculate.

use std::collections::BTreeMap;

use deskmate_core::{ErrorCode, WireError};

use super::edit::{Change, Edit};
use super::new_sheet::SharedParts;
use super::resolve::{Resolved, Work};
use super::result_sheet::add_result_sheet;
use super::styles::StyleBook;
use crate::chart::ChartTarget;
use crate::package::xml::{self, Splices};
use crate::package::{rels_part, remove_override, remove_relationship};

impl Work {
    pub(super) fn add_sheets(&mut self, edits: &[Edit]) -> Result<(), WireError> {
        let adds_sheet = edits.iter().any(|edit| match edit {
            Edit::ResultSheet(_) => true,
            Edit::Chart(chart) => match &chart.target {
                ChartTarget::NewSheet(_) => true,
                ChartTarget::Named(name) => self.outline.sheet(name).is_err(),
                ChartTarget::Sheet(_) => false,
            },
            Edit::FormulaColumn(_) | Edit::ValueColumn(_) | Edit::Cells(_) => false,
        });
        let adds_chart = edits.iter().any(|edit| matches!(edit, Edit::Chart(_)));
        if !adds_sheet && !adds_chart {
            return Ok(());
        }
        if adds_sheet && self.outline.is_structure_locked {
            return Err(WireError::new(
                ErrorCode::PermissionDenied,
                "the structure of the workbook is protected, so no sheet can be added",
            )
            .with_hint(
                "take the protection off in its program, or write the result into a new workbook",
            ));
        }
        let (table_id, mut taken_names) = self.table_names()?;
        taken_names.extend(
            self.outline
                .names
                .iter()
                .map(|(name, _, _)| name.to_lowercase()),
        );
        let mut shared = SharedParts {
            content_types: self.package.text("[Content_Types].xml")?,
            workbook: self.outline.text.clone(),
            workbook_rels: self.outline.rels_text.clone(),
            added: BTreeMap::new(),
            sheet_names: self
                .outline
                .sheets
                .iter()
                .map(|s| s.name.to_lowercase())
                .collect(),
            sheet_id: self
                .outline
                .sheets
                .iter()
                .map(|s| s.sheet_id)
                .max()
                .unwrap_or(0),
            table_id,
            taken_names,
            has_new_sheet: false,
        };
        for edit in edits {
            match edit {
                Edit::ResultSheet(sheet) => {
                    let (name, range) = add_result_sheet(
                        &self.package,
                        &self.outline,
                        &mut shared,
                        &mut self.styles,
                        sheet,
                    )?;
                    let (rows, columns) = (sheet.table.rows.len(), sheet.table.columns.len());
                    self.resolved.changes.push(Change {
                        sheet: name,
                        cell: range.to_string(),
                        before: String::new(),
                        after: format!("{rows} × {columns}"),
                        formula: None,
                    });
                }
                Edit::Chart(chart) => self.add_chart(&mut shared, chart)?,
                Edit::FormulaColumn(_) | Edit::ValueColumn(_) | Edit::Cells(_) => {}
            }
        }
        let contents = &mut self.resolved.contents;
        for (part, text) in shared.added {
            self.resolved.added.push(part.clone());
            contents.insert(part, Some(text));
        }
        contents.insert(
            "[Content_Types].xml".to_string(),
            Some(shared.content_types),
        );
        if shared.has_new_sheet {
            contents.insert(self.outline.part.clone(), Some(shared.workbook));
            contents.insert(rels_part(&self.outline.part), Some(shared.workbook_rels));
        }
        Ok(())
    }

    /// Highest number and the names of native tables in the workbook.
    fn table_names(&mut self) -> Result<(u32, Vec<String>), WireError> {
        let parts: Vec<String> = self
            .package
            .part_names()
            .filter(|part| part.contains("/tables/") && part.ends_with(".xml"))
            .map(str::to_string)
            .collect();
        let (mut most, mut names) = (0, Vec::new());
        for part in parts {
            let text = self.package.text(&part)?;
            if let Some(root) = xml::elements(&text, &part)?.first() {
                most = root
                    .attribute("id")
                    .and_then(|id| id.parse().ok())
                    .unwrap_or(0)
                    .max(most);
                names.extend(
                    root.attribute("displayName")
                        .map(|name| name.to_lowercase()),
                );
            }
        }
        Ok((most, names))
    }

    pub(super) fn finish(mut self) -> Result<Resolved, WireError> {
        if let Some((part, text)) = self.styles.take().and_then(StyleBook::finish) {
            self.resolved.contents.insert(part, Some(text));
        }
        if self.touches_formulas {
            self.recalculate_on_load()?;
            self.drop_calculation_order()?;
        }
        let sheets = &mut self.resolved.sheets;
        sheets.retain(|_, rewrite| !rewrite.rows.is_empty() || rewrite.drawing.is_some());
        Ok(self.resolved)
    }

    /// Values of other formulas may depend on what changed: the program computes them all when it opens the file.
    fn recalculate_on_load(&mut self) -> Result<(), WireError> {
        let part = self.outline.part.clone();
        let text = match self.resolved.contents.get(&part) {
            Some(Some(text)) => text.clone(),
            _ => self.outline.text.clone(),
        };
        let elements = xml::elements(&text, &part)?;
        let mut splices = Splices::default();
        if let Some(element) = elements.iter().find(|e| e.name == "calcPr" && e.depth == 1) {
            splices.set_attribute(element, "fullCalcOnLoad", "1");
        } else if let Some(root) = elements.first() {
            // The schema wants `calcPr` right after these elements.
            let before = [
                "sheets",
                "functionGroups",
                "externalReferences",
                "definedNames",
            ];
            let after = elements
                .iter()
                .rfind(|e| e.depth == 1 && before.contains(&e.name.as_str()))
                .unwrap_or(root);
            let at = after.close.end;
            splices.replace(
                at..at,
                format!("<{}calcPr fullCalcOnLoad=\"1\"/>", root.prefix()),
            );
        }
        self.resolved
            .contents
            .insert(part, Some(splices.apply(&text)));
        Ok(())
    }

    /// A list of formulas in the order of calculation that names a cell without one is a fault; without the list every
    /// program makes its own.
    fn drop_calculation_order(&mut self) -> Result<(), WireError> {
        let Some(rel) = self.outline.part_of_kind("calcChain").cloned() else {
            return Ok(());
        };
        let contents = &mut self.resolved.contents;
        let types = match contents.get("[Content_Types].xml") {
            Some(Some(text)) => text.clone(),
            _ => self.package.text("[Content_Types].xml")?,
        };
        let rels_name = rels_part(&self.outline.part);
        let rels = match contents.get(&rels_name) {
            Some(Some(text)) => text.clone(),
            _ => self.outline.rels_text.clone(),
        };
        contents.insert(
            "[Content_Types].xml".to_string(),
            Some(remove_override(&types, &rel.target)?),
        );
        contents.insert(rels_name, Some(remove_relationship(&rels, &rel.id)?));
        if self.package.has(&rel.target) {
            contents.insert(rel.target, None);
        }
        Ok(())
    }
}
