//! OpenDocument text and presentations, packed (odt, odp) and flat (fodt, fodp).

mod body;
mod inline;
mod list_styles;
mod package;
mod table;

use deskmate_core::{ErrorCode, Format, Parsed, ReadLimits, ReadWarning, WireError};

use crate::archive::{self, Archive, PackageKind, Part};
use crate::text;
use crate::xml::{self, Tree};

/// Reader of OpenDocument text and presentations.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Odt;

impl Format for Odt {
    fn id(&self) -> &'static str {
        "odt"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["odt", "odp", "ott", "otp", "fodt", "fodp"]
    }

    fn matches(&self, bytes: &[u8], extension: &str) -> bool {
        match archive::package_kind(bytes) {
            Some(PackageKind::Mimetype(mimetype)) => is_ours(&mimetype),
            // A package without its `mimetype` entry, as some archivers leave it.
            Some(PackageKind::Other) => self.extensions().contains(&extension),
            Some(PackageKind::Word | PackageKind::Presentation | PackageKind::Workbook) => false,
            None => is_flat(bytes),
        }
    }

    fn read(&self, bytes: &[u8], limits: &ReadLimits) -> Result<Parsed, WireError> {
        let parsed = if archive::looks_like_zip(bytes) {
            read_package(bytes, limits)?
        } else {
            let source = xml::decode(bytes);
            let tree = Tree::parse(&source, "document", limits.max_depth)?;
            let mut parsed = body::read(&tree, &tree, None, limits)?;
            parsed.document.metadata = package::metadata(tree.root());
            parsed.document.title = parsed.document.metadata.get("title").cloned();
            parsed
        };
        if parsed.document.blocks.is_empty() {
            return Err(text::blank());
        }
        Ok(parsed)
    }
}

fn is_ours(mimetype: &str) -> bool {
    mimetype.starts_with("application/vnd.oasis.opendocument.text")
        || mimetype.starts_with("application/vnd.oasis.opendocument.presentation")
        || mimetype.starts_with("application/vnd.sun.xml.writer")
        || mimetype.starts_with("application/vnd.sun.xml.impress")
}

/// True for a flat OpenDocument file: one XML document that names its type.
fn is_flat(bytes: &[u8]) -> bool {
    let head = xml::decode(&bytes[..bytes.len().min(16 << 10)]);
    let head = head.trim_start_matches('\u{FEFF}').trim_start();
    head.starts_with('<')
        && head.contains("urn:oasis:names:tc:opendocument:xmlns:office:1.0")
        && head.contains("<office:document")
        && !head.contains("opendocument.spreadsheet")
        && !head.contains("opendocument.graphics")
}

fn read_package(bytes: &[u8], limits: &ReadLimits) -> Result<Parsed, WireError> {
    let mut archive = Archive::open(bytes, limits)?;
    if package::is_encrypted(&mut archive)? {
        return Err(WireError::new(
            ErrorCode::EncryptedFile,
            "the document is protected by a password",
        )
        .with_hint("open it, remove the password, save it and add it again"));
    }
    let mut warnings = Vec::new();
    if archive.recovered() {
        warnings.push(ReadWarning::new(
            ErrorCode::PartlyDamaged,
            "the archive lost its directory, so parts may be missing",
        ));
    }
    let Part {
        content,
        fault: damage,
    } = archive.read_partial("content.xml")?.ok_or_else(|| {
        WireError::new(ErrorCode::DamagedFile, "the part `content.xml` is missing")
            .with_hint("get the file again from where it comes")
    })?;
    let source = xml::decode(&content);
    let tree = Tree::parse(&source, "content.xml", limits.max_depth)?;
    let styles = archive
        .read("styles.xml")
        .ok()
        .flatten()
        .unwrap_or_default();
    let styles = xml::decode(&styles);
    let no_styles = Tree::parse("<none/>", "styles.xml", limits.max_depth)?;
    let styles = Tree::parse(&styles, "styles.xml", limits.max_depth).unwrap_or(no_styles);
    if let Some(reason) = damage
        .map(|error| error.message)
        .or(tree.damage().map(str::to_owned))
    {
        warnings.push(ReadWarning::new(
            ErrorCode::PartlyDamaged,
            format!("the document ends early: {reason}"),
        ));
    }
    let mut parsed = body::read(&tree, &styles, Some(&mut archive), limits)?;
    if let Ok(Some(meta)) = archive.read("meta.xml")
        && let Ok(meta) = Tree::parse(&xml::decode(&meta), "meta.xml", limits.max_depth)
    {
        parsed.document.metadata = package::metadata(meta.root());
        parsed.document.title = parsed.document.metadata.get("title").cloned();
    }
    parsed.warnings.splice(0..0, warnings);
    Ok(parsed)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests;
