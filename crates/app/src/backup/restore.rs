//! Bringing a library back from a backup: everything is checked and laid down before anything is exchanged.

use std::path::{Path, PathBuf};

use deskmate_core::{CancelToken, ErrorCode, WireError};
use deskmate_store::Restoring;
use serde::Serialize;

use super::check::Backup;
use super::{BackupSummary, io_failed};
use crate::home::Home;
use crate::ingest::Sink;

/// Must stay free beside what is laid down.
const SPARE_BYTES: u64 = 64 << 20;

/// What a restore did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RestoreReport {
    /// The backup.
    #[serde(flatten)]
    pub backup: BackupSummary,
    /// Folder that holds the library that was there before; none when there was nothing.
    pub kept_aside: Option<PathBuf>,
}

/// Puts the library of a backup into this home. One that is there is kept in a folder beside the home, whose name the
/// report tells; models stay where they are. The search index is made again at the next open.
///
/// # Errors
/// As [`super::verify_backup`]; `LibraryLocked` when a process has the library open; `InvalidInput` when the home holds a
/// library and `replace` was not said; `DiskFull`. Whenever it fails, the library that was there is as it was.
pub fn restore_backup(
    home: &Home,
    file: &Path,
    replace: bool,
    cancel: &CancelToken,
    sink: Sink<'_>,
) -> Result<RestoreReport, WireError> {
    let mut backup = Backup::open(file, cancel, &mut *sink)?;
    let restoring = Restoring::begin(home.root())?;
    let done = lay_down(&mut backup, home, &restoring, replace, cancel, sink);
    if let Err(error) = done {
        // What is left of it goes at the next attempt at the latest.
        let _ = restoring.give_up();
        return Err(error);
    }
    Ok(RestoreReport {
        backup: backup.summary(),
        kept_aside: restoring.finish()?,
    })
}

fn lay_down(
    backup: &mut Backup,
    home: &Home,
    restoring: &Restoring,
    replace: bool,
    cancel: &CancelToken,
    sink: Sink<'_>,
) -> Result<(), WireError> {
    let present = restoring.present();
    if !present.is_empty() && !replace {
        return Err(WireError::new(
            ErrorCode::InvalidInput,
            format!(
                "`{}` holds a library already: {} files, {} conversations",
                home.root().display(),
                present.files,
                present.conversations
            ),
        )
        .with_hint(
            "say `--replace` to keep it in a folder beside it, or name another folder with `--home`",
        ));
    }
    let folder = restoring.folder();
    let needed = backup.unpacked_bytes() + SPARE_BYTES;
    let free = fs4::available_space(&folder).map_err(|error| io_failed("use", &folder, &error))?;
    if free < needed {
        return Err(WireError::new(
            ErrorCode::DiskFull,
            format!(
                "the backup needs {} MB on the disk of `{}`, {} MB are free",
                needed / 1_000_000,
                home.root().display(),
                free / 1_000_000
            ),
        )
        .with_hint("free some space and try again; nothing was changed"));
    }
    backup.unpack(Some(&folder), cancel, sink)?;
    // Sound when it was packed; this finds what no checksum does: a version that this program does not know.
    deskmate_store::check_catalogue(&restoring.catalogue())?;
    if cancel.is_cancelled() {
        return Err(WireError::cancelled());
    }
    Ok(())
}
