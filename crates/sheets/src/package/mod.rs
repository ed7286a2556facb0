//! A workbook as the zip package it is: parts by name, and a copy in which only some parts change.
//!
//! Everything that is not named as changed is copied with its compressed bytes, so pivot tables, charts, comments,
//! macros and whatever we have never heard of stay as they were.

mod cells;
mod content_types;
mod relationships;
mod shared_strings;
mod workbook_part;
pub(crate) mod xml;

use std::collections::{BTreeMap, HashMap};
use std::io::{BufRead, BufReader, Cursor, Read, Seek, Write};
use std::sync::Arc;

use deskmate_core::{CancelToken, ErrorCode, WireError};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

pub(crate) use cells::{CellFormula, Position, RawCell, SheetItem, read_sheet};
pub(crate) use content_types::{add_override, remove_override};
pub(crate) use relationships::{add_relationship, relationships, rels_part, remove_relationship};
pub(crate) use shared_strings::read_shared_strings;
pub(crate) use workbook_part::{Outline, SheetEntry};

/// Parts that are read as a whole (workbook, styles, relationships) are small; more is not a workbook of a person.
const MAX_SMALL_PART: u64 = 64 << 20;
/// Unpacked bytes of all parts together.
const MAX_EXPANDED: u64 = 4 << 30;
/// Entries of a package.
const MAX_ENTRIES: usize = 20_000;
/// Unpacked over packed: deflate cannot reach more than about 1030, cells of a real sheet stay far below.
const MAX_RATIO: u64 = 400;

/// Rewrites a part while it streams from the old package into the new one.
pub(crate) type Rewrite<'a> =
    Box<dyn Fn(&mut dyn BufRead, &mut dyn Write) -> Result<(), WireError> + 'a>;

/// What becomes of a part.
pub(crate) enum PartChange<'a> {
    /// Another content; the part is added when it is not there.
    Content(Vec<u8>),
    /// Another content made from the old one as it streams.
    Rewrite(Rewrite<'a>),
    /// No longer there.
    Remove,
}

/// An opened package.
pub(crate) struct Package {
    archive: ZipArchive<Cursor<Arc<[u8]>>>,
    /// Part name in lower case with forward slashes to entry.
    index: HashMap<String, usize>,
}

impl Package {
    /// Opens the bytes of an xlsx or xlsm file.
    ///
    /// # Errors
    /// `EncryptedFile`, `UnsupportedFormat` (not an Office Open XML workbook), `DamagedFile`, `ArchiveBomb`,
    /// `EmptyFile`.
    pub(crate) fn open(bytes: Arc<[u8]>) -> Result<Self, WireError> {
        if bytes.is_empty() {
            return Err(WireError::new(ErrorCode::EmptyFile, "the file is empty"));
        }
        if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
            return Err(compound_file(&bytes));
        }
        if !bytes.starts_with(b"PK") {
            return Err(WireError::new(
                ErrorCode::UnsupportedFormat,
                "the file is not an xlsx or xlsm workbook",
            )
            .with_hint("save it as xlsx and try again"));
        }
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(not_a_package)?;
        if archive.len() > MAX_ENTRIES || archive.has_duplicate_names() {
            return Err(WireError::new(
                ErrorCode::DamagedFile,
                "the package of the workbook has too many or repeated parts",
            ));
        }
        let mut index = HashMap::new();
        let mut expanded: u64 = 0;
        for entry in 0..archive.len() {
            let file = archive.by_index_raw(entry).map_err(not_a_package)?;
            if file.encrypted() {
                return Err(encrypted());
            }
            expanded = expanded.saturating_add(file.size());
            if file.size() > 1 << 20 && file.size() / file.compressed_size().max(1) > MAX_RATIO
                || expanded > MAX_EXPANDED
            {
                return Err(WireError::new(
                    ErrorCode::ArchiveBomb,
                    format!(
                        "part `{}` of the workbook unpacks to more than the limits allow",
                        String::from_utf8_lossy(file.name_raw())
                    ),
                ));
            }
            index.insert(canonical(&String::from_utf8_lossy(file.name_raw())), entry);
        }
        if !index.contains_key("[content_types].xml") {
            return Err(WireError::new(
                ErrorCode::UnsupportedFormat,
                "the file is a zip archive but not a workbook",
            ));
        }
        Ok(Self { archive, index })
    }

    /// Whether the part is there; upper and lower case do not matter in package names.
    pub(crate) fn has(&self, part: &str) -> bool {
        self.index.contains_key(&canonical(part))
    }

    /// Names of all parts, in lower case.
    pub(crate) fn part_names(&self) -> impl Iterator<Item = &str> {
        self.index.keys().map(String::as_str)
    }

    /// A small part as text.
    ///
    /// # Errors
    /// `DamagedFile` when it is missing, too large, or not UTF-8.
    pub(crate) fn text(&mut self, part: &str) -> Result<String, WireError> {
        let mut bytes = Vec::new();
        self.stream(part)?
            .take(MAX_SMALL_PART + 1)
            .read_to_end(&mut bytes)
            .map_err(|cause| xml::damaged(part, cause))?;
        if bytes.len() as u64 > MAX_SMALL_PART {
            return Err(WireError::new(
                ErrorCode::FileTooLarge,
                format!("part `{part}` of the workbook is larger than {MAX_SMALL_PART} bytes"),
            ));
        }
        String::from_utf8(bytes).map_err(|_| not_utf8(part))
    }

    /// A small part as text, `None` when it is not there.
    ///
    /// # Errors
    /// As `text`.
    pub(crate) fn optional_text(&mut self, part: &str) -> Result<Option<String>, WireError> {
        if self.has(part) {
            self.text(part).map(Some)
        } else {
            Ok(None)
        }
    }

    /// A part as a stream of its unpacked bytes.
    ///
    /// # Errors
    /// `DamagedFile` when it is missing or cannot be unpacked.
    pub(crate) fn stream(&mut self, part: &str) -> Result<impl BufRead + '_, WireError> {
        let entry = *self
            .index
            .get(&canonical(part))
            .ok_or_else(|| xml::damaged(part, "it is missing"))?;
        let file = self
            .archive
            .by_index(entry)
            .map_err(|cause| xml::damaged(part, cause))?;
        Ok(BufReader::with_capacity(64 << 10, file))
    }

    /// Writes the package with changed parts; all others keep their compressed bytes, and all keep their order.
    ///
    /// # Errors
    /// `Cancelled`; the code of the write error (`DiskFull`, `PermissionDenied` …); what a rewrite returns.
    pub(crate) fn write<W: Write + Seek>(
        &mut self,
        mut changes: BTreeMap<String, PartChange<'_>>,
        out: W,
        cancel: &CancelToken,
    ) -> Result<W, WireError> {
        let mut writer = ZipWriter::new(out);
        let mut by_name: HashMap<String, PartChange<'_>> = HashMap::new();
        let mut names: HashMap<String, String> = HashMap::new();
        while let Some((part, change)) = changes.pop_first() {
            names.insert(canonical(&part), part.clone());
            by_name.insert(canonical(&part), change);
        }
        for entry in 0..self.archive.len() {
            if cancel.is_cancelled() {
                return Err(WireError::cancelled());
            }
            let name = {
                let file = self.archive.by_index_raw(entry).map_err(not_a_package)?;
                String::from_utf8_lossy(file.name_raw()).into_owned()
            };
            match by_name.remove(&canonical(&name)) {
                None => {
                    let file = self.archive.by_index_raw(entry).map_err(not_a_package)?;
                    writer.raw_copy_file(file).map_err(write_error)?;
                }
                Some(PartChange::Remove) => {}
                Some(PartChange::Content(content)) => {
                    start(&mut writer, &name, content.len() as u64)?;
                    writer.write_all(&content).map_err(io_error)?;
                }
                Some(PartChange::Rewrite(rewrite)) => {
                    let file = self.archive.by_index(entry).map_err(not_a_package)?;
                    start(&mut writer, &name, file.size().saturating_mul(2))?;
                    let mut reader = BufReader::with_capacity(64 << 10, file);
                    rewrite(&mut reader, &mut writer)?;
                }
            }
        }
        let mut added: Vec<_> = by_name.into_iter().collect();
        added.sort_by(|a, b| a.0.cmp(&b.0));
        for (key, change) in added {
            if let PartChange::Content(content) = change {
                start(&mut writer, &names[&key], content.len() as u64)?;
                writer.write_all(&content).map_err(io_error)?;
            }
        }
        writer.finish().map_err(write_error)
    }
}

fn start<W: Write + Seek>(
    writer: &mut ZipWriter<W>,
    name: &str,
    expected_bytes: u64,
) -> Result<(), WireError> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .large_file(expected_bytes > 3 << 30);
    writer.start_file(name, options).map_err(write_error)
}

/// Part names compare without case, and some writers use backslashes or a leading slash.
fn canonical(part: &str) -> String {
    part.trim_start_matches('/')
        .replace('\\', "/")
        .to_lowercase()
}

fn compound_file(bytes: &[u8]) -> WireError {
    // The directory of a compound file names its streams in UTF-16.
    let name: Vec<u8> = "EncryptedPackage"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    if bytes.windows(name.len()).any(|window| window == name) {
        return encrypted();
    }
    WireError::new(
        ErrorCode::UnsupportedFormat,
        "the file is a workbook of the old xls kind, which cannot be changed in place",
    )
    .with_hint("save it as xlsx and try again")
}

fn encrypted() -> WireError {
    WireError::new(
        ErrorCode::EncryptedFile,
        "the workbook is encrypted with a password",
    )
    .with_hint("remove the password in its program and try again")
}

fn not_utf8(part: &str) -> WireError {
    WireError::new(
        ErrorCode::UnsupportedFormat,
        format!("part `{part}` of the workbook is not in UTF-8"),
    )
    .with_hint("open the workbook in its program, save it again, and try once more")
}

fn not_a_package(cause: zip::result::ZipError) -> WireError {
    WireError::new(
        ErrorCode::DamagedFile,
        format!("could not open the package of the workbook: {cause}"),
    )
    .with_hint("open the workbook in its program, save it again, and try once more")
}

fn write_error(cause: zip::result::ZipError) -> WireError {
    match cause {
        zip::result::ZipError::Io(cause) => io_error(cause),
        other => WireError::new(
            ErrorCode::Internal,
            format!("could not write the package of the workbook: {other}"),
        ),
    }
}

/// A write error with the code that a shell reacts to.
pub(crate) fn io_error(cause: std::io::Error) -> WireError {
    let code = ErrorCode::of_io(&cause);
    let error = WireError::new(code, format!("could not write the workbook: {cause}"));
    match code {
        ErrorCode::DiskFull => {
            error.with_hint("free some space and try again; nothing was changed")
        }
        ErrorCode::PermissionDenied => {
            error.with_hint("close the workbook in other programs or choose another place")
        }
        _ => error,
    }
}
