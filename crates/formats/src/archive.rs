//! Zip archives opened safely: sizes are counted while inflating, never taken from the headers.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use deskmate_core::{ErrorCode, ReadLimits, WireError};
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// How far into a file the first local header may stand; some mailers and web forms put bytes before it.
const LEADING_BYTES: usize = 4096;
/// Below this size a high ratio is normal for XML.
const RATIO_FREE_BYTES: u64 = 1 << 20;
const LOCAL_HEADER: &[u8] = b"PK\x03\x04";

/// An archive whose entries are found by name and inflated under limits.
///
/// Names are looked up without regard to case, with `/` between folders and no leading `/`.
/// An archive that lost its directory (a download that was cut off) is read from its local headers.
pub(crate) struct Archive<'a> {
    source: Source<'a>,
    entries: BTreeMap<String, Entry>,
    limits: ReadLimits,
    expanded: u64,
    recovered: bool,
}

/// An entry as far as it could be inflated.
pub(crate) struct Part {
    /// The bytes.
    pub(crate) content: Vec<u8>,
    /// Why they end early, if they do.
    pub(crate) fault: Option<WireError>,
}

struct Entry {
    name: String,
    index: usize,
}

enum Source<'a> {
    Zip(Box<ZipArchive<Cursor<&'a [u8]>>>),
    Recovered(Vec<Vec<u8>>),
}

/// What a zip file is, by its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PackageKind {
    /// Word processing, Office Open XML.
    Word,
    /// Presentation, Office Open XML.
    Presentation,
    /// Workbook, Office Open XML (XML or binary).
    Workbook,
    /// The archive names its own type in a `mimetype` entry (OpenDocument, EPUB).
    Mimetype(String),
    /// Some other archive.
    Other,
}

/// True when the bytes can be a zip archive at all; cheap.
pub(crate) fn looks_like_zip(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(LEADING_BYTES)];
    head.windows(LOCAL_HEADER.len())
        .any(|window| window == LOCAL_HEADER)
}

/// Judges a zip file by its `mimetype` entry, its content types and its folders; `None` when it is no zip file.
pub(crate) fn package_kind(bytes: &[u8]) -> Option<PackageKind> {
    if !looks_like_zip(bytes) {
        return None;
    }
    let small = ReadLimits {
        max_expanded_bytes: 8 << 20,
        ..ReadLimits::default()
    };
    let names = match ZipArchive::new(Cursor::new(bytes)) {
        Ok(zip) => {
            let mut archive = Archive::of_zip(zip, &small).ok()?;
            if let Ok(Some(mimetype)) = archive.read("mimetype") {
                let mimetype = String::from_utf8_lossy(&mimetype).trim().to_owned();
                if mimetype.starts_with("application/") {
                    return Some(PackageKind::Mimetype(mimetype));
                }
            }
            if let Ok(Some(types)) = archive.read("[Content_Types].xml")
                && let Some(kind) = kind_by_content_types(&String::from_utf8_lossy(&types))
            {
                return Some(kind);
            }
            archive.names().map(str::to_owned).collect()
        }
        Err(_) => local_names(bytes),
    };
    Some(kind_by_folders(&names))
}

fn kind_by_content_types(types: &str) -> Option<PackageKind> {
    const MAIN_PARTS: [(&str, PackageKind); 12] = [
        ("wordprocessingml.document.main", PackageKind::Word),
        ("wordprocessingml.template.main", PackageKind::Word),
        ("ms-word.document.macroenabled.main", PackageKind::Word),
        (
            "ms-word.template.macroenabledtemplate.main",
            PackageKind::Word,
        ),
        (
            "presentationml.presentation.main",
            PackageKind::Presentation,
        ),
        ("presentationml.slideshow.main", PackageKind::Presentation),
        ("presentationml.template.main", PackageKind::Presentation),
        ("vnd.ms-powerpoint.", PackageKind::Presentation),
        ("spreadsheetml.sheet.main", PackageKind::Workbook),
        ("spreadsheetml.template.main", PackageKind::Workbook),
        ("ms-excel.sheet.", PackageKind::Workbook),
        ("ms-excel.template.", PackageKind::Workbook),
    ];
    let types = types.to_lowercase();
    MAIN_PARTS
        .into_iter()
        .find(|(part, _)| types.contains(part) && types.contains(".main"))
        .map(|(_, kind)| kind)
}

fn kind_by_folders(names: &[String]) -> PackageKind {
    let has = |folder: &str| {
        names
            .iter()
            .any(|name| name.to_lowercase().starts_with(folder))
    };
    let office = has("[content_types].xml") || has("_rels/");
    if has("word/document") || (office && has("word/")) {
        PackageKind::Word
    } else if has("ppt/presentation") || (office && has("ppt/")) {
        PackageKind::Presentation
    } else if has("xl/workbook") || (office && has("xl/")) {
        PackageKind::Workbook
    } else {
        PackageKind::Other
    }
}

impl<'a> Archive<'a> {
    /// Opens an archive.
    ///
    /// # Errors
    /// `DamagedFile` when neither the directory nor a local header can be read, `ArchiveBomb` when it has more
    /// entries than the limits allow.
    pub(crate) fn open(bytes: &'a [u8], limits: &ReadLimits) -> Result<Self, WireError> {
        match ZipArchive::new(Cursor::new(bytes)) {
            Ok(zip) => Self::of_zip(zip, limits),
            Err(_) => Self::recover(bytes, limits),
        }
    }

    fn of_zip(zip: ZipArchive<Cursor<&'a [u8]>>, limits: &ReadLimits) -> Result<Self, WireError> {
        if zip.len() > limits.max_entries {
            return Err(too_many_entries(limits));
        }
        let entries = zip
            .file_names_raw()
            .enumerate()
            .map(|(index, raw)| {
                let name = tidy_name(&String::from_utf8_lossy(raw));
                (name.to_lowercase(), Entry { name, index })
            })
            .collect();
        Ok(Self {
            source: Source::Zip(Box::new(zip)),
            entries,
            limits: *limits,
            expanded: 0,
            recovered: false,
        })
    }

    /// Reads what stands between local headers when the directory at the end is gone.
    fn recover(bytes: &[u8], limits: &ReadLimits) -> Result<Self, WireError> {
        let mut archive = Self {
            source: Source::Recovered(Vec::new()),
            entries: BTreeMap::new(),
            limits: *limits,
            expanded: 0,
            recovered: true,
        };
        let mut parts = Vec::new();
        let mut position = 0;
        while let Some(start) = find(bytes, position, LOCAL_HEADER) {
            if parts.len() >= limits.max_entries {
                return Err(too_many_entries(limits));
            }
            position = start + LOCAL_HEADER.len();
            let mut rest = Cursor::new(&bytes[start..]);
            let Ok(Some(mut file)) = zip::read::read_zipfile_from_stream(&mut rest) else {
                continue;
            };
            let Ok(name) = file.name().map(|name| tidy_name(&name)) else {
                continue;
            };
            let packed = file.compressed_size();
            let mut content = Vec::new();
            let done = inflate(
                &mut file,
                packed,
                limits,
                &mut archive.expanded,
                &mut content,
            );
            match done {
                Err(error) if error.code == ErrorCode::ArchiveBomb => return Err(error),
                Err(_) if content.is_empty() => continue,
                // A part that was cut off is still worth its beginning.
                Ok(()) | Err(_) => {}
            }
            if let Ok(packed) = usize::try_from(packed) {
                position = position.saturating_add(packed).min(bytes.len());
            }
            let index = parts.len();
            parts.push(content);
            archive
                .entries
                .insert(name.to_lowercase(), Entry { name, index });
        }
        if parts.is_empty() {
            return Err(WireError::new(
                ErrorCode::DamagedFile,
                "the archive is broken: neither its directory nor a single entry can be read",
            )
            .with_hint("get the file again from where it comes; the copy may be cut off"));
        }
        archive.source = Source::Recovered(parts);
        Ok(archive)
    }

    /// True when the directory was gone and the entries come from local headers: parts may be missing or cut off.
    pub(crate) fn recovered(&self) -> bool {
        self.recovered
    }

    /// Names of all entries as they are written, in the order of their lower-case form.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.values().map(|entry| entry.name.as_str())
    }

    /// True when an entry of this name exists.
    pub(crate) fn contains(&self, name: &str) -> bool {
        self.entries.contains_key(&tidy_name(name).to_lowercase())
    }

    /// Inflates an entry; `None` when there is none of this name.
    ///
    /// # Errors
    /// `ArchiveBomb` over the limits, `EncryptedFile` for an entry with a password, `DamagedFile` otherwise.
    pub(crate) fn read(&mut self, name: &str) -> Result<Option<Vec<u8>>, WireError> {
        match self.read_partial(name)? {
            Some(Part {
                fault: Some(fault), ..
            }) => Err(fault),
            Some(Part { content, .. }) => Ok(Some(content)),
            None => Ok(None),
        }
    }

    /// Inflates an entry as far as it goes.
    ///
    /// # Errors
    /// `ArchiveBomb` over the limits, `EncryptedFile` for an entry with a password, `DamagedFile` when not one
    /// byte can be read.
    pub(crate) fn read_partial(&mut self, name: &str) -> Result<Option<Part>, WireError> {
        let Some(entry) = self.entries.get(&tidy_name(name).to_lowercase()) else {
            return Ok(None);
        };
        let zip = match &mut self.source {
            Source::Recovered(parts) => {
                return Ok(parts.get(entry.index).map(|content| Part {
                    content: content.clone(),
                    fault: None,
                }));
            }
            Source::Zip(zip) => zip,
        };
        let mut file = zip
            .by_index(entry.index)
            .map_err(|error| entry_error(&entry.name, &error))?;
        let packed = file.compressed_size();
        let mut content = Vec::new();
        match inflate(
            &mut file,
            packed,
            &self.limits,
            &mut self.expanded,
            &mut content,
        ) {
            Ok(()) => Ok(Some(Part {
                content,
                fault: None,
            })),
            Err(error) if error.code == ErrorCode::ArchiveBomb || content.is_empty() => Err(error),
            Err(error) => Ok(Some(Part {
                content,
                fault: Some(error),
            })),
        }
    }

    /// A new archive of what was recovered, for readers that need a directory; `None` when this one has its own.
    pub(crate) fn rebuild(&self) -> Option<Vec<u8>> {
        let Source::Recovered(parts) = &self.source else {
            return None;
        };
        let entries = self.entries.values().filter_map(|entry| {
            let content = parts.get(entry.index)?;
            Some((entry.name.as_str(), Cow::Borrowed(content.as_slice())))
        });
        write_archive(entries)
    }

    /// A copy of this archive in which one entry has another content.
    ///
    /// # Errors
    /// `ArchiveBomb` over the limits, which count from the start again.
    pub(crate) fn with_content(&mut self, name: &str, content: &str) -> Result<Vec<u8>, WireError> {
        self.expanded = 0;
        let names: Vec<String> = self.names().map(str::to_owned).collect();
        let mut entries = Vec::new();
        for own in &names {
            if own.eq_ignore_ascii_case(name) {
                entries.push((own.as_str(), Cow::Borrowed(content.as_bytes())));
            } else if let Some(part) = self.read_partial(own).or_else(unless_bomb)? {
                entries.push((own.as_str(), Cow::Owned(part.content)));
            }
        }
        write_archive(entries.into_iter()).ok_or_else(|| {
            WireError::new(ErrorCode::Internal, "the archive cannot be written again")
        })
    }

    /// Inflates every entry once under the limits, for readers that open the archive on their own afterwards.
    ///
    /// # Errors
    /// `ArchiveBomb` over the limits; `DamagedFile` for an XML part that declares entities. Entries that are
    /// broken otherwise are left to the reader.
    pub(crate) fn check(&mut self) -> Result<(), WireError> {
        let names: Vec<String> = self.names().map(str::to_owned).collect();
        for name in names {
            match self.read(&name) {
                Ok(Some(content)) if declares_entities(&content) => {
                    return Err(entities_error(&name));
                }
                Err(error) if error.code == ErrorCode::ArchiveBomb => return Err(error),
                Ok(_) | Err(_) => {}
            }
        }
        Ok(())
    }
}

/// True when XML declares entities of its own: only attacks do so in office files.
pub(crate) fn declares_entities(content: &[u8]) -> bool {
    let head = &content[..content.len().min(64 << 10)];
    find(head, 0, b"<!DOCTYPE").is_some_and(|start| find(head, start, b"<!ENTITY").is_some())
}

/// The error for a part that [`declares_entities`].
pub(crate) fn entities_error(name: &str) -> WireError {
    WireError::new(
        ErrorCode::DamagedFile,
        format!("the part `{name}` declares XML entities, which office files never need"),
    )
    .with_hint("do not trust this file; if you do, open it in its program and save it again")
}

/// A broken entry is as good as none, a bomb is not.
fn unless_bomb<T>(error: WireError) -> Result<Option<T>, WireError> {
    if error.code == ErrorCode::ArchiveBomb {
        Err(error)
    } else {
        Ok(None)
    }
}

fn write_archive<'c>(entries: impl Iterator<Item = (&'c str, Cow<'c, [u8]>)>) -> Option<Vec<u8>> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        writer.start_file(name, options).ok()?;
        writer.write_all(&content).ok()?;
    }
    Some(writer.finish().ok()?.into_inner())
}

fn inflate(
    file: &mut impl Read,
    packed: u64,
    limits: &ReadLimits,
    expanded: &mut u64,
    content: &mut Vec<u8>,
) -> Result<(), WireError> {
    let mut buffer = [0_u8; 32 << 10];
    loop {
        let count = file.read(&mut buffer).map_err(|error| {
            WireError::new(
                ErrorCode::DamagedFile,
                format!("an entry of the archive cannot be unpacked: {error}"),
            )
            .with_hint("get the file again from where it comes; the copy may be damaged")
        })?;
        if count == 0 {
            return Ok(());
        }
        content.extend_from_slice(&buffer[..count]);
        *expanded += count as u64;
        let size = content.len() as u64;
        let ratio_exceeded =
            size > RATIO_FREE_BYTES && size > packed.max(1).saturating_mul(limits.max_ratio);
        if *expanded > limits.max_expanded_bytes || ratio_exceeded {
            return Err(WireError::new(
                ErrorCode::ArchiveBomb,
                "the archive unpacks to far more than its size allows",
            )
            .with_hint("do not open this file unless you know who made it"));
        }
    }
}

fn too_many_entries(limits: &ReadLimits) -> WireError {
    WireError::new(
        ErrorCode::ArchiveBomb,
        format!("the archive has more than {} entries", limits.max_entries),
    )
    .with_hint("do not open this file unless you know who made it")
}

fn entry_error(name: &str, error: &ZipError) -> WireError {
    if error.to_string().to_lowercase().contains("password") {
        return WireError::new(
            ErrorCode::EncryptedFile,
            "the archive is protected by a password",
        )
        .with_hint("remove the password and add the file again");
    }
    WireError::new(
        ErrorCode::DamagedFile,
        format!("the part `{name}` cannot be read: {error}"),
    )
    .with_hint("get the file again from where it comes; the copy may be damaged")
}

fn tidy_name(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches('/').to_owned()
}

fn local_names(bytes: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    let mut position = 0;
    while let Some(start) = find(bytes, position, LOCAL_HEADER) {
        position = start + LOCAL_HEADER.len();
        let Some(&[low, high]) = bytes.get(start + 26..start + 28) else {
            break;
        };
        let length = usize::from(u16::from_le_bytes([low, high]));
        if let Some(name) = bytes.get(start + 30..start + 30 + length) {
            names.push(tidy_name(&String::from_utf8_lossy(name)));
        }
        if names.len() >= 1000 {
            break;
        }
    }
    names
}

fn find(bytes: &[u8], from: usize, needle: &[u8]) -> Option<usize> {
    bytes
        .get(from..)?
        .windows(needle.len())
        .position(|window| window == needle)
        .map(|offset| from + offset)
}
