//! The whole library to one file, and back.

use std::path::Path;

use deskmate_app::{BackupSummary, Home, back_up, restore_backup, verify_backup};
use deskmate_core::{CancelToken, ErrorCode, WireError};
use serde_json::json;

use crate::arguments::BackupCommand;
use crate::console::Console;

pub(crate) fn backup(
    home: &Home,
    file: Option<&Path>,
    command: Option<&BackupCommand>,
    console: &Console,
    cancel: &CancelToken,
) -> Result<u8, WireError> {
    match (file, command) {
        (_, Some(BackupCommand::Verify { file })) => {
            let summary = verify_backup(file, cancel, &mut |event| console.event(&event))?;
            let mut value = json!(summary);
            value["sound"] = json!(true);
            console.result(&value, |console| {
                format!("{} is whole: {}", file.display(), told(&summary, console))
            });
        }
        (Some(file), None) => {
            let summary = back_up(home, file, cancel, &mut |event| console.event(&event))?;
            console.result(&summary, |console| {
                let path = summary.path.display();
                format!(
                    "{path}: {}\nit holds the text of your documents and is not encrypted",
                    told(&summary, console)
                )
            });
        }
        (None, None) => {
            return Err(WireError::new(
                ErrorCode::InvalidInput,
                "no file was named for the backup",
            ));
        }
    }
    Ok(0)
}

pub(crate) fn restore(
    home: &Home,
    file: &Path,
    replace: bool,
    console: &Console,
    cancel: &CancelToken,
) -> Result<u8, WireError> {
    let report = restore_backup(home, file, replace, cancel, &mut |event| {
        console.event(&event);
    })?;
    console.result(&report, |console| {
        let mut out = format!(
            "restored into {}: {}",
            home.root().display(),
            told(&report.backup, console)
        );
        if let Some(aside) = &report.kept_aside {
            out.push_str(&format!(
                "\nwhat was there before is kept in {}",
                aside.display()
            ));
        }
        out
    });
    Ok(0)
}

fn told(summary: &BackupSummary, console: &Console) -> String {
    format!(
        "{} files, {} conversations, {} {}",
        summary.files,
        summary.conversations,
        console.bold(&format!("{:.1} MB", summary.bytes as f64 / 1e6)),
        console.dim(&format!("(version {})", summary.program)),
    )
}
