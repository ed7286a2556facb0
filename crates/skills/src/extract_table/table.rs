//! An extracted table as a value, and as the document that stands for it in Markdown, HTML and Word.

use deskmate_core::{Anchor, Block, BlockContent, Document, WireError, number_text};
use deskmate_knowledge::Language;
use deskmate_sheets::{
    ColumnFormat, NewSheet, OutputColumn, OutputTable, OutputValue, date_of_serial, write_workbook,
};
use serde::Serialize;

use super::columns::{TableColumn, TableColumnKind};

/// A table taken out of texts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExtractedTable {
    /// Its name.
    pub title: String,
    /// Its columns.
    pub columns: Vec<TableColumn>,
    /// Its rows in the order of the texts.
    pub rows: Vec<TableRow>,
    /// Rows that were left out since their source does not support them, in words.
    pub left_out: Vec<String>,
    /// Language of the words around it.
    #[serde(skip)]
    pub language: Language,
}

/// A row of an extracted table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TableRow {
    /// A value for each column; a text is never a formula.
    pub values: Vec<OutputValue>,
    /// Where it stands, for people: `合同.docx，第 3 页`.
    pub source: String,
    /// The marker of its citation; none for a pasted text.
    pub marker: Option<u32>,
}

impl ExtractedTable {
    /// The bytes of a workbook with it.
    ///
    /// # Errors
    /// Those of `deskmate_sheets::write_workbook`.
    pub fn workbook(&self) -> Result<Vec<u8>, WireError> {
        let sheet = NewSheet {
            name: self.title.clone(),
            table: OutputTable {
                columns: (0..self.columns.len())
                    .map(|at| self.output_column(at))
                    .collect(),
                rows: self.rows.iter().map(|row| row.values.clone()).collect(),
            },
            sources: self.rows.iter().map(|row| row.source.clone()).collect(),
            source_header: self.source_header().to_owned(),
            chart: None,
        };
        write_workbook(&[sheet])
    }

    /// The table as a document: the rows as text, each with its place.
    pub fn document(&self) -> Document {
        let mut header: Vec<String> = self.columns.iter().map(|one| one.name.clone()).collect();
        header.push(self.source_header().to_owned());
        let mut rows = vec![header];
        for row in &self.rows {
            let mut cells: Vec<String> = row.values.iter().map(shown).collect();
            cells.push(match row.marker {
                Some(marker) => format!("{} [{marker}]", row.source),
                None => row.source.clone(),
            });
            rows.push(cells);
        }
        let mut blocks = vec![
            Block::new(
                Anchor::default(),
                BlockContent::Heading {
                    level: 1,
                    text: self.title.clone(),
                },
            ),
            Block::new(
                Anchor::default(),
                BlockContent::Table {
                    caption: None,
                    header_rows: 1,
                    rows,
                },
            ),
        ];
        if !self.left_out.is_empty() {
            let text = match self.language {
                Language::Chinese => "以下各行在原文中找不到依据，没有收入：",
                Language::English => "These rows have no support in the source and were left out:",
            };
            blocks.push(Block::new(
                Anchor::default(),
                BlockContent::Paragraph {
                    text: format!("{text}\n{}", self.left_out.join("\n")),
                },
            ));
        }
        Document {
            title: Some(self.title.clone()),
            metadata: Default::default(),
            blocks,
        }
    }

    fn source_header(&self) -> &'static str {
        match self.language {
            Language::Chinese => "来源",
            Language::English => "Source",
        }
    }

    fn output_column(&self, at: usize) -> OutputColumn {
        let column = &self.columns[at];
        OutputColumn {
            name: column.name.clone(),
            format: match column.kind {
                TableColumnKind::Text => ColumnFormat::Text,
                TableColumnKind::Date => ColumnFormat::Date,
                TableColumnKind::Number => self.number_format(at),
            },
        }
    }

    /// Whole numbers without places, shares as per cent, everything else with two places.
    fn number_format(&self, at: usize) -> ColumnFormat {
        const SHARES: [&str; 6] = ["率", "比例", "占比", "percent", "rate", "share"];
        let numbers: Vec<f64> = self
            .rows
            .iter()
            .filter_map(|row| row.values.get(at)?.number())
            .collect();
        let name = self.columns[at].name.to_lowercase();
        let is_share = SHARES.iter().any(|word| name.contains(word))
            && numbers.iter().all(|number| number.abs() <= 1.0);
        match (is_share, numbers.iter().all(|number| number.fract() == 0.0)) {
            (true, _) => ColumnFormat::Percent(2),
            (false, true) => ColumnFormat::Integer,
            (false, false) => ColumnFormat::Decimal(2),
        }
    }
}

/// A value as people read it.
fn shown(value: &OutputValue) -> String {
    match value {
        OutputValue::Blank => String::new(),
        OutputValue::Text(text) => text.clone(),
        OutputValue::Number(number) => number_text(*number),
        OutputValue::Bool(value) => value.to_string(),
        OutputValue::Date(serial) => date_of_serial(*serial).map_or_else(
            || number_text(*serial),
            |(year, month, day)| format!("{year:04}-{month:02}-{day:02}"),
        ),
    }
}
