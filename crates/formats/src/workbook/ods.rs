//! ods: OpenDocument spreadsheets, with repeated cells counted and not laid out.

use std::collections::HashSet;

use deskmate_core::{Document, ErrorCode, ReadLimits, ReadWarning, WireError};

use super::excel::{iso_text, number_text, truth};
use super::grid::Grid;
use super::{Book, damaged, encrypted};
use crate::package::Package;
use crate::xml::{Child, Element, Tree};

/// Sheets end here in every program; repeats beyond do not count.
const MAX_ROW: u32 = 1_048_576;
const MAX_COLUMN: u32 = 16_384;

/// Reads an OpenDocument spreadsheet.
pub(crate) fn read(bytes: &[u8], limits: &ReadLimits, book: &mut Book) -> Result<(), WireError> {
    let mut package = Package::open(bytes, limits)?;
    let manifest = package.optional("META-INF/manifest.xml")?;
    if manifest.is_some_and(|manifest| manifest.contains("encryption-data")) {
        return Err(encrypted());
    }
    let text = package.required("content.xml")?;
    let tree = Tree::parse(&text, "content.xml", package.max_depth())?;
    if let Some(damage) = tree.damage() {
        package.warnings.push(ReadWarning::new(
            ErrorCode::PartlyDamaged,
            format!("the content ends early: {damage}"),
        ));
    }
    let root = tree.root();
    let Some(spreadsheet) = root.at(&["body", "spreadsheet"]) else {
        return Err(damaged("it has no sheets"));
    };
    let hidden_styles = hidden_table_styles(root);
    for table in spreadsheet.elements().filter(|table| table.is("table")) {
        let name = table.attribute("name").unwrap_or_default();
        let hidden = table
            .attribute("style-name")
            .is_some_and(|style| hidden_styles.contains(style.as_ref()));
        let mut grid = book.grid();
        let mut row = 0;
        read_rows(table, &mut row, &mut grid);
        book.add_sheet(&name, hidden, grid, None);
    }
    read_properties(&mut package, &mut book.document)?;
    book.warnings.append(&mut package.warnings);
    Ok(())
}

fn hidden_table_styles(root: Element<'_, '_>) -> HashSet<String> {
    let Some(styles) = root.child("automatic-styles") else {
        return HashSet::new();
    };
    styles
        .elements()
        .filter(|style| {
            style
                .child("table-properties")
                .is_some_and(|table| table.attribute("display").as_deref() == Some("false"))
        })
        .filter_map(|style| style.attribute("name"))
        .map(|name| name.into_owned())
        .collect()
}

fn read_rows(parent: Element<'_, '_>, row: &mut u32, grid: &mut Grid) {
    for child in parent.elements() {
        match child.name() {
            "table-row" => {
                let repeats = repeats(child, "number-rows-repeated");
                let cells = row_cells(child);
                if !cells.is_empty() {
                    // A full grid still counts what it leaves out, but not for each of a million repeats.
                    let shown = if grid.is_full() { 1 } else { repeats };
                    for index in (*row..MAX_ROW).take(shown as usize) {
                        for (column, text, numeric) in &cells {
                            grid.add(index, *column, text.clone(), *numeric);
                        }
                        if grid.is_full() && index > *row {
                            break;
                        }
                    }
                }
                *row = row.saturating_add(repeats);
            }
            "table-header-rows" | "table-row-group" | "table-rows" => read_rows(child, row, grid),
            _ => {}
        }
    }
}

fn repeats(element: Element<'_, '_>, name: &str) -> u32 {
    element
        .attribute(name)
        .and_then(|count| count.parse().ok())
        .unwrap_or(1)
        .max(1)
}

fn row_cells(row: Element<'_, '_>) -> Vec<(u32, String, bool)> {
    let mut cells = Vec::new();
    let mut column: u32 = 0;
    for cell in row.elements() {
        if !matches!(cell.name(), "table-cell" | "covered-table-cell") {
            continue;
        }
        let repeats = repeats(cell, "number-columns-repeated");
        // What a merged cell covers is not shown.
        if cell.is("table-cell") {
            let (text, numeric) = cell_text(cell);
            if !text.trim().is_empty() {
                let last = column.saturating_add(repeats).min(MAX_COLUMN);
                for index in column..last {
                    cells.push((index, text.clone(), numeric));
                }
            }
        }
        column = column.saturating_add(repeats);
        if column >= MAX_COLUMN {
            break;
        }
    }
    cells
}

fn cell_text(cell: Element<'_, '_>) -> (String, bool) {
    let shown = || {
        let lines: Vec<String> = cell
            .elements()
            .filter(|child| child.is("p"))
            .map(line)
            .collect();
        lines.join("\n")
    };
    let number = || {
        cell.attribute("value")
            .and_then(|value| value.parse::<f64>().ok())
    };
    let kinds = value_kinds(cell);
    if kinds.is_error {
        return (shown(), true);
    }
    match kinds.kind.as_deref() {
        Some("float") => (
            number().map_or_else(shown, |value| number_text(value, false)),
            true,
        ),
        Some("percentage") => (
            number().map_or_else(shown, |value| number_text(value, true)),
            true,
        ),
        Some("currency" | "time") => (shown(), true),
        Some("date") => (
            cell.attribute("date-value")
                .map_or_else(shown, |date| iso_text(&date)),
            true,
        ),
        Some("boolean") => (
            cell.attribute("boolean-value")
                .map_or_else(shown, |value| truth(value == "true").to_owned()),
            true,
        ),
        _ => (shown(), false),
    }
}

struct Kinds {
    kind: Option<String>,
    is_error: bool,
}

/// The value type; LibreOffice marks errors in an attribute of its own with the same local name.
fn value_kinds(cell: Element<'_, '_>) -> Kinds {
    let mut kinds = Kinds {
        kind: None,
        is_error: false,
    };
    for value in cell.attributes("value-type") {
        if value == "error" {
            kinds.is_error = true;
        } else {
            kinds.kind.get_or_insert(value.into_owned());
        }
    }
    kinds
}

/// Text of a paragraph: its spans, with spaces, tabs and breaks written as elements.
fn line(paragraph: Element<'_, '_>) -> String {
    let mut text = String::new();
    push_line(paragraph, &mut text);
    text
}

fn push_line(element: Element<'_, '_>, text: &mut String) {
    for child in element.children() {
        match child {
            Child::Text(own) => text.push_str(own),
            Child::Element(inner) => match inner.name() {
                "s" => {
                    let count = inner
                        .attribute("c")
                        .and_then(|count| count.parse::<usize>().ok())
                        .unwrap_or(1);
                    text.extend(std::iter::repeat_n(' ', count.min(1000)));
                }
                "tab" => text.push('\t'),
                "line-break" => text.push('\n'),
                "annotation" | "note" | "ruby-text" => {}
                _ => push_line(inner, text),
            },
        }
    }
}

fn read_properties(package: &mut Package<'_>, document: &mut Document) -> Result<(), WireError> {
    const NAMES: [(&str, &str); 4] = [
        ("initial-creator", "author"),
        ("creation-date", "created"),
        ("date", "modified"),
        ("subject", "subject"),
    ];
    let text = package.optional("meta.xml")?;
    let Some(tree) = package.tree(text.as_ref(), "meta.xml") else {
        return Ok(());
    };
    let Some(meta) = tree.root().child("meta") else {
        return Ok(());
    };
    let value = |name: &str| {
        let text = meta.child(name)?.own_text().trim().to_owned();
        (!text.is_empty()).then_some(text)
    };
    document.title = value("title");
    for (name, key) in NAMES {
        if let Some(text) = value(name) {
            document.metadata.insert(key.to_owned(), text);
        }
    }
    Ok(())
}
