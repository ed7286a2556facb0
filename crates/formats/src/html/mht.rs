//! Web archives (`.mht`): a mail-like file whose first HTML part is the page.

use mail_parser::{MessageParser, MimeHeaders, PartType};

/// The page inside an archive.
pub(super) struct Page {
    pub(super) bytes: Vec<u8>,
    pub(super) charset: Option<String>,
}

/// True for the header of a saved web archive.
pub(super) fn is_archive(head: &str) -> bool {
    let start = head.trim_start().to_ascii_lowercase();
    let header = start.split("\n\n").next().unwrap_or("");
    let header = header.split("\r\n\r\n").next().unwrap_or(header);
    (header.starts_with("from:") || header.starts_with("mime-version:"))
        && header.contains("multipart/related")
        && (header.contains("saved by")
            || header.contains("snapshot-content-location")
            || header.contains("text/html"))
        && !header.contains("\nto:")
}

/// The first HTML part.
pub(super) fn page(bytes: &[u8]) -> Option<Page> {
    let message = MessageParser::default().parse(bytes)?;
    let part = message
        .parts
        .iter()
        .find(|part| matches!(part.body, PartType::Html(_)))?;
    let PartType::Html(html) = &part.body else {
        return None;
    };
    // The mail parser has decoded by the header's charset; without one it took UTF-8, so the raw bytes decide.
    let declared = part
        .content_type()
        .and_then(|content_type| content_type.attribute("charset"))
        .is_some();
    if declared || !html.contains('\u{FFFD}') {
        return Some(Page {
            bytes: html.as_bytes().to_vec(),
            charset: Some("utf-8".into()),
        });
    }
    let raw = crate::eml::raw_part(&message, part)?;
    let charset = super::source::declared_charset(&raw);
    Some(Page {
        bytes: raw,
        charset,
    })
}
