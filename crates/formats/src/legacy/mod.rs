//! legacy: Word and PowerPoint 97–2003 files, and the compound files that only hold an encrypted document.

mod convert;

use std::io::Cursor;

use deskmate_core::{ErrorCode, Format, Parsed, ReadLimits, WireError};
use office_oxide::{Document, DocumentFormat};

use crate::cfb::{self, CompoundFile};

/// Reader of .doc and .ppt, which WPS also writes as .wps and .dps.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Legacy;

impl Format for Legacy {
    fn id(&self) -> &'static str {
        "legacy"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["doc", "ppt", "dot", "pps", "pot", "wps", "dps"]
    }

    fn matches(&self, bytes: &[u8], _extension: &str) -> bool {
        cfb::looks_like_compound(bytes)
            && CompoundFile::open(bytes).is_none_or(|file| content(&file).is_some())
    }

    fn read(&self, bytes: &[u8], _limits: &ReadLimits) -> Result<Parsed, WireError> {
        let format = match CompoundFile::open(bytes).as_ref().and_then(content) {
            Some(Content::Encrypted) => return Err(encrypted()),
            Some(Content::Word) => DocumentFormat::Doc,
            Some(Content::Presentation) => DocumentFormat::Ppt,
            None => return Err(damaged("its directory is broken")),
        };
        let owned = bytes.to_vec();
        let document = std::panic::catch_unwind(move || {
            Document::from_reader(Cursor::new(owned), format).map(|document| document.to_ir())
        })
        .map_err(|_| damaged("its structure is broken"))?
        .map_err(|error| {
            let reason = error.to_string();
            if reason.to_lowercase().contains("encrypt") {
                encrypted()
            } else {
                damaged(&reason)
            }
        })?;
        Ok(convert::parsed(&document, format == DocumentFormat::Ppt))
    }
}

enum Content {
    Encrypted,
    Word,
    Presentation,
}

fn content(file: &CompoundFile<'_>) -> Option<Content> {
    if file.has("EncryptedPackage") {
        Some(Content::Encrypted)
    } else if file.has("WordDocument") {
        Some(Content::Word)
    } else if file.has("PowerPoint Document") {
        Some(Content::Presentation)
    } else {
        None
    }
}

fn encrypted() -> WireError {
    WireError::new(
        ErrorCode::EncryptedFile,
        "the file is protected by a password",
    )
    .with_hint("remove the password and add the file again")
}

fn damaged(reason: &str) -> WireError {
    WireError::new(
        ErrorCode::DamagedFile,
        format!("the document cannot be read: {reason}"),
    )
    .with_hint("open it in Word, PowerPoint or WPS, save it as docx or pptx and add that")
}
