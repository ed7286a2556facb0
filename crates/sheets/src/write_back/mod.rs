//! Writes into a copy of a workbook or into the file itself, so that every part that need not change stays byte for
//! byte: pivot tables, charts, conditional formats, comments, data validation, macros.
//!
//! First [`plan`]: every cell before and after. Then [`apply`], with a backup; [`undo`] brings the file back exactly.
//! What looks into a workbook takes bytes, so that a worker without files can do it.

mod chart_edit;
mod drawing;
mod drawn;
mod edit;
mod native_table;
mod new_sheet;
mod resolve;
mod result_sheet;
mod save;
mod scan;
mod shared_parts;
mod sheet_rewrite;
mod styles;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use deskmate_core::{CancelToken, ErrorCode, WireError};
use serde::{Deserialize, Serialize};

use crate::package::{Outline, Package, PartChange, io_error, read_sheet, xml};
pub use drawn::{DrawnPoint, DrawnSeries};
pub use edit::{
    CellEdits, Change, ChartEdit, Edit, FormulaColumn, PartChangeNote, PartFate, ResultSheet,
    ValueColumn,
};
use resolve::{Resolved, resolve};
pub use save::Fingerprint;
use save::{check_writable, keep_backup, read_file, remove_file, write_whole};

/// What edits will do to a workbook; shown to the user, who accepts it or not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The workbook.
    pub path: PathBuf,
    /// The content the plan was made for; another content refuses it.
    pub fingerprint: Fingerprint,
    /// What was asked for.
    pub edits: Vec<Edit>,
    /// Every cell before and after, sheet by sheet in order.
    pub changes: Vec<Change>,
    /// Parts of the package that do not stay as they are.
    pub parts: Vec<PartChangeNote>,
    /// What the user should know besides.
    pub notes: Vec<String>,
    /// The series of each chart of ranges, in the order of the edits.
    pub charts: Vec<Vec<DrawnSeries>>,
}

/// Where a plan is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// Into the workbook itself, after a backup in this folder.
    SameFile {
        /// Folder for the backup; made when it is not there.
        backups: PathBuf,
    },
    /// Into a new file; the workbook stays as it is.
    Copy(PathBuf),
}

/// What was written, and what [`undo`] needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Applied {
    /// The file written.
    pub path: PathBuf,
    /// The backup of what it was before; none for a copy.
    pub backup: Option<PathBuf>,
    /// Content before.
    pub before: Fingerprint,
    /// Content now.
    pub after: Fingerprint,
    /// Parts that changed.
    pub parts: Vec<PartChangeNote>,
}

/// A workbook's new content, read back and found whole; not written anywhere yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rewritten {
    /// The content that it was made from.
    pub before: Fingerprint,
    /// The new content.
    #[serde(skip)]
    pub bytes: Vec<u8>,
    /// A password guards writing into the workbook itself.
    pub is_write_reserved: bool,
    /// Parts that changed.
    pub parts: Vec<PartChangeNote>,
}

/// Works out what the edits will do, without writing anything.
///
/// # Errors
/// As [`plan_content`]; those of reading the file.
pub fn plan(path: &Path, edits: &[Edit], cancel: &CancelToken) -> Result<Plan, WireError> {
    plan_content(path, read_file(path)?, edits, cancel)
}

/// As [`plan`], of a content that was read already; no file is opened.
///
/// # Errors
/// One clear sentence when it cannot be done safely: `EncryptedFile`, `UnsupportedFormat` (not xlsx or xlsm, strict
/// dialect, digitally signed), `PermissionDenied` (protected sheet or workbook), `InvalidInput` (a cell is taken, part
/// of a merged range or of an array formula; a formula that is none), `NotFound` (sheet), `DamagedFile`, `ArchiveBomb`.
pub fn plan_content(
    path: &Path,
    bytes: Arc<[u8]>,
    edits: &[Edit],
    cancel: &CancelToken,
) -> Result<Plan, WireError> {
    let resolved = resolve(Arc::clone(&bytes), edits, cancel)?;
    Ok(Plan {
        path: path.to_path_buf(),
        fingerprint: Fingerprint::of(&bytes),
        edits: edits.to_vec(),
        parts: resolved.part_notes(),
        changes: resolved.changes,
        notes: resolved.notes,
        charts: resolved.charts,
    })
}

/// Makes the new content of a workbook; no file is opened.
///
/// # Errors
/// As [`plan_content`].
pub fn rewrite_content(
    bytes: Arc<[u8]>,
    edits: &[Edit],
    cancel: &CancelToken,
) -> Result<Rewritten, WireError> {
    let resolved = resolve(Arc::clone(&bytes), edits, cancel)?;
    let rewritten = write_package(&bytes, &resolved, cancel)?;
    check_rewritten(&rewritten, &resolved)?;
    Ok(Rewritten {
        before: Fingerprint::of(&bytes),
        bytes: rewritten,
        is_write_reserved: resolved.is_write_reserved,
        parts: resolved.part_notes(),
    })
}

/// Carries an accepted plan out: [`rewrite_content`] and [`put_in_place`].
///
/// # Errors
/// Of both.
pub fn apply(plan: &Plan, target: &Target, cancel: &CancelToken) -> Result<Applied, WireError> {
    let source = real_path(plan);
    let rewritten = rewrite_content(read_file(&source)?, &plan.edits, cancel)?;
    put_in_place(plan, target, &rewritten)
}

/// Writes the new content of a workbook to its place.
///
/// It is written under a temporary name, and only when it is on disk whole it takes the place of the file; until then
/// nothing has changed, whatever happens.
///
/// # Errors
/// `FileVanished` when the workbook is no longer the one of the plan; `PermissionDenied` when it is read-only or open
/// in another program, or the copy's name is taken; `DiskFull`.
pub fn put_in_place(
    plan: &Plan,
    target: &Target,
    rewritten: &Rewritten,
) -> Result<Applied, WireError> {
    let source = real_path(plan);
    let bytes = read_file(&source)?;
    if Fingerprint::of(&bytes) != plan.fingerprint || rewritten.before != plan.fingerprint {
        return Err(WireError::new(
            ErrorCode::FileVanished,
            format!(
                "`{}` has changed since the changes were shown",
                plan.path.display()
            ),
        )
        .with_hint("look at the changes again"));
    }
    let (place, backup) = match target {
        Target::SameFile { backups } => {
            if rewritten.is_write_reserved {
                return Err(WireError::new(
                    ErrorCode::PermissionDenied,
                    "a password guards writing into this workbook",
                )
                .with_hint("write into a copy"));
            }
            check_writable(&source)?;
            let backup = keep_backup(&bytes, &source, backups)?;
            (source, Some(backup))
        }
        Target::Copy(copy) if copy.exists() => {
            return Err(WireError::new(
                ErrorCode::PermissionDenied,
                format!("`{}` is there already", copy.display()),
            )
            .with_hint("choose another name for the copy"));
        }
        Target::Copy(copy) => (copy.clone(), None),
    };
    let written = write_whole(&place, |out| {
        std::io::Write::write_all(out, &rewritten.bytes).map_err(io_error)
    });
    if let (Err(_), Some(backup)) = (&written, &backup) {
        // Nothing was changed, so there is nothing to go back from.
        remove_file(backup)?;
    }
    written?;
    Ok(Applied {
        after: Fingerprint::of(&read_file(&place)?),
        path: place,
        backup,
        before: plan.fingerprint,
        parts: rewritten.parts.clone(),
    })
}

/// The file itself where the path is a link to it.
fn real_path(plan: &Plan) -> PathBuf {
    plan.path
        .canonicalize()
        .unwrap_or_else(|_| plan.path.clone())
}

/// Brings the file back to what it was before [`apply`], byte for byte; a copy is removed.
///
/// # Errors
/// `InvalidInput` when the file was changed since, so that later work would be lost; `FileVanished` when the backup is
/// no longer what it was; `PermissionDenied`, `DiskFull`.
pub fn undo(applied: &Applied) -> Result<(), WireError> {
    let now = read_file(&applied.path)?;
    if Fingerprint::of(&now) != applied.after {
        return Err(WireError::new(
            ErrorCode::InvalidInput,
            format!("`{}` was changed after our change", applied.path.display()),
        )
        .with_hint("the backup is kept; undoing would lose the later changes"));
    }
    let Some(backup) = &applied.backup else {
        return remove_file(&applied.path);
    };
    let bytes = read_file(backup)?;
    if Fingerprint::of(&bytes) != applied.before {
        return Err(WireError::new(
            ErrorCode::FileVanished,
            format!("the backup `{}` is not what it was", backup.display()),
        ));
    }
    check_writable(&applied.path)?;
    write_whole(&applied.path, |out| {
        std::io::Write::write_all(out, &bytes).map_err(io_error)
    })
}

fn write_package(
    bytes: &Arc<[u8]>,
    resolved: &Resolved,
    cancel: &CancelToken,
) -> Result<Vec<u8>, WireError> {
    let mut package = Package::open(Arc::clone(bytes))?;
    let mut changes: BTreeMap<String, PartChange<'_>> = BTreeMap::new();
    for (part, content) in &resolved.contents {
        changes.insert(
            part.clone(),
            match content {
                Some(text) => PartChange::Content(text.clone().into_bytes()),
                None => PartChange::Remove,
            },
        );
    }
    for (part, rewrite) in &resolved.sheets {
        changes.insert(
            part.clone(),
            PartChange::Rewrite(Box::new(move |input, output| {
                rewrite.run(part, input, output)
            })),
        );
    }
    let mut out = std::io::Cursor::new(Vec::with_capacity(bytes.len()));
    package.write(changes, &mut out, cancel)?;
    Ok(out.into_inner())
}

/// Reads the parts written back: a workbook that we cannot read ourselves never takes the place of the user's.
fn check_rewritten(bytes: &[u8], resolved: &Resolved) -> Result<(), WireError> {
    let mut package = Package::open(bytes.into())?;
    let outline = Outline::read(&mut package)?;
    let touched: Vec<_> = outline
        .sheets
        .iter()
        .filter(|sheet| {
            resolved.sheets.contains_key(&sheet.part) || resolved.contents.contains_key(&sheet.part)
        })
        .collect();
    for sheet in touched {
        read_sheet(package.stream(&sheet.part)?, &sheet.part, |_| Ok(()))?;
    }
    for part in &resolved.added {
        xml::elements(&package.text(part)?, part)?;
    }
    Ok(())
}
