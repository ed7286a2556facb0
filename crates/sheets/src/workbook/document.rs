//! Sheets from a parsed document: csv, ods, xlsb, and tables in texts, as their own readers see them.

use deskmate_core::{BlockContent, Document, ErrorCode, Parsed, ReadWarning};

use super::{Sheet, Workbook};
use crate::{CellAddress, CellRange};

impl Workbook {
    /// The tables of a parsed document as sheets.
    ///
    /// Tables with a sheet and a range in their anchor stand where they stood; others (a csv, a table in a text) become
    /// a sheet each. Values are text here: types are found with the tables.
    pub fn from_document(path: &str, parsed: &Parsed) -> Self {
        let mut book = Self {
            path: path.to_owned(),
            warnings: parsed.warnings.clone(),
            ..Self::default()
        };
        let omitted = parsed
            .warnings
            .iter()
            .any(|warning: &ReadWarning| warning.code == ErrorCode::Omitted);
        book.add_document(&parsed.document);
        for sheet in &mut book.sheets {
            // Which sheet lost rows is not always known: then each says that it may not be whole.
            sheet.rows_left_out = sheet.rows_left_out.max(u64::from(omitted));
            sheet.arrange();
        }
        book
    }

    fn add_document(&mut self, document: &Document) {
        for block in &document.blocks {
            match &block.content {
                BlockContent::Sheet { name, hidden } => self.sheets.push(Sheet {
                    name: name.clone(),
                    is_hidden: *hidden,
                    ..Sheet::default()
                }),
                BlockContent::Table { caption, rows, .. } => {
                    let range = block.anchor.range.as_deref().and_then(CellRange::parse);
                    let origin = range.map_or(CellAddress::new(0, 0), |range| {
                        CellAddress::new(range.top, range.left)
                    });
                    let named = block.anchor.sheet.as_deref();
                    let index = match named {
                        Some(name) => self.sheets.iter().rposition(|sheet| sheet.name == name),
                        None => None,
                    };
                    let index = index.unwrap_or_else(|| {
                        let number = self.sheets.len() + 1;
                        let name = named
                            .map(str::to_owned)
                            .or_else(|| caption.clone())
                            .unwrap_or_else(|| format!("表{number}"));
                        self.sheets.push(Sheet {
                            name,
                            ..Sheet::default()
                        });
                        number - 1
                    });
                    self.sheets[index].push_rows(origin, rows);
                }
                BlockContent::Heading { .. }
                | BlockContent::Paragraph { .. }
                | BlockContent::List { .. }
                | BlockContent::Image { .. }
                | BlockContent::Formula { .. }
                | BlockContent::Footnote { .. }
                | BlockContent::Note { .. }
                | BlockContent::Slide { .. } => {}
            }
        }
    }
}
