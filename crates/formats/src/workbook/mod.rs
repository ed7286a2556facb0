//! Workbooks: xlsx, xlsm, xlsb, xls and ods as sheets of tables with cell ranges.

mod excel;
mod grid;
mod ods;
mod xls;

use deskmate_core::{
    Anchor, Block, BlockContent, Document, ErrorCode, Format, Parsed, ReadLimits, ReadWarning,
    WireError,
};

use crate::archive::{PackageKind, package_kind};
use crate::cfb::{self, CompoundFile};

use grid::Grid;

const ODS: &str = "application/vnd.oasis.opendocument.spreadsheet";

/// Reader of workbooks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Workbook;

impl Format for Workbook {
    fn id(&self) -> &'static str {
        "workbook"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &[
            "xlsx", "xlsm", "xls", "xlsb", "ods", "xltx", "xltm", "xlt", "et", "ots",
        ]
    }

    fn matches(&self, bytes: &[u8], _extension: &str) -> bool {
        match package_kind(bytes) {
            Some(PackageKind::Workbook) => true,
            Some(PackageKind::Mimetype(mimetype)) => mimetype.starts_with(ODS),
            Some(PackageKind::Word | PackageKind::Presentation | PackageKind::Other) => false,
            None => is_xls(bytes),
        }
    }

    fn read(&self, bytes: &[u8], limits: &ReadLimits) -> Result<Parsed, WireError> {
        let mut book = Book::new(limits);
        if cfb::looks_like_compound(bytes) {
            xls::read(bytes, &mut book)?;
        } else if matches!(package_kind(bytes), Some(PackageKind::Mimetype(_))) {
            ods::read(bytes, limits, &mut book)?;
        } else {
            excel::read(bytes, limits, &mut book)?;
        }
        book.finish()
    }
}

fn is_xls(bytes: &[u8]) -> bool {
    cfb::looks_like_compound(bytes)
        && CompoundFile::open(bytes).is_some_and(|file| {
            (file.has("Workbook") || file.has("Book"))
                && !file.has("WordDocument")
                && !file.has("PowerPoint Document")
        })
}

/// Sheets as they come from a reader, and the cells that may still be kept.
struct Book {
    document: Document,
    warnings: Vec<ReadWarning>,
    cells_left: u64,
    sheets: usize,
    failures: usize,
    failure: Option<String>,
}

impl Book {
    fn new(limits: &ReadLimits) -> Self {
        Self {
            document: Document::default(),
            warnings: Vec::new(),
            cells_left: limits.max_cells,
            sheets: 0,
            failures: 0,
            failure: None,
        }
    }

    /// A grid for the next sheet, within what may still be kept.
    fn grid(&self) -> Grid {
        Grid::new(self.cells_left)
    }

    /// Adds a sheet. `failure` says why its cells end early.
    fn add_sheet(&mut self, name: &str, hidden: bool, grid: Grid, failure: Option<String>) {
        self.sheets += 1;
        self.cells_left = self.cells_left.saturating_sub(grid.kept());
        let place = Anchor {
            sheet: Some(name.to_owned()),
            ..Anchor::default()
        };
        if let Some(reason) = failure {
            self.failures += usize::from(grid.kept() == 0);
            self.warnings.push(
                ReadWarning::new(
                    ErrorCode::PartlyDamaged,
                    format!("sheet `{name}` could not be read to its end: {reason}"),
                )
                .at(place.clone()),
            );
            self.failure = Some(reason);
        }
        if grid.rows_left_out() > 0 {
            self.warnings.push(
                ReadWarning::new(
                    ErrorCode::Omitted,
                    format!(
                        "{} rows of sheet `{name}` were left out: the workbook has too many cells",
                        grid.rows_left_out()
                    ),
                )
                .at(place.clone()),
            );
        }
        self.document.blocks.push(Block::new(
            place,
            BlockContent::Sheet {
                name: name.to_owned(),
                hidden,
            },
        ));
        self.document.blocks.extend(grid.into_blocks(name));
    }

    fn finish(mut self) -> Result<Parsed, WireError> {
        if self.sheets == self.failures {
            let reason = self
                .failure
                .unwrap_or_else(|| "it has no sheets".to_owned());
            return Err(damaged(&reason));
        }
        self.document
            .metadata
            .insert("sheets".to_owned(), self.sheets.to_string());
        Ok(Parsed {
            document: self.document,
            warnings: self.warnings,
        })
    }
}

fn damaged(reason: &str) -> WireError {
    WireError::new(
        ErrorCode::DamagedFile,
        format!("the workbook cannot be read: {reason}"),
    )
    .with_hint("open it in Excel or WPS and save it again")
}

fn encrypted() -> WireError {
    WireError::new(
        ErrorCode::EncryptedFile,
        "the workbook is protected by a password",
    )
    .with_hint("remove the password and add the file again")
}

/// Runs a foreign parser so that a panic in it becomes an error of this file.
fn guarded<T>(parse: impl FnOnce() -> Result<T, WireError>) -> Result<T, WireError> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(parse))
        .unwrap_or_else(|_| Err(damaged("its structure is broken")))
}
