//! The headers of a mail that a reader shows.

use mail_parser::{Address, HeaderName, HeaderValue, Message};

use crate::encoding;

/// A header with its key in the metadata, its usual name and its text.
pub(super) struct Header {
    pub(super) key: &'static str,
    pub(super) name: &'static str,
    pub(super) value: String,
}

/// From, To, Cc, Date and Subject, as far as they are there.
pub(super) fn read(message: &Message<'_>) -> Vec<Header> {
    let wanted = [
        ("from", "From", HeaderName::From),
        ("to", "To", HeaderName::To),
        ("cc", "Cc", HeaderName::Cc),
        ("date", "Date", HeaderName::Date),
        ("subject", "Subject", HeaderName::Subject),
    ];
    wanted
        .into_iter()
        .filter_map(|(key, name, header)| {
            let value = value_of(message, &header)?;
            Some(Header { key, name, value })
        })
        .collect()
}

fn value_of(message: &Message<'_>, name: &HeaderName<'_>) -> Option<String> {
    let header = message
        .headers()
        .iter()
        .find(|header| header.name == *name)?;
    let raw = || {
        message
            .raw_message
            .get(header.offset_start as usize..header.offset_end as usize)
            .map(|bytes| encoding::decode(bytes).text)
            .map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
            .filter(|text| !text.is_empty())
    };
    let parsed = match &header.value {
        HeaderValue::Address(address) => Some(show_address(address)),
        HeaderValue::Text(text) => Some(text.to_string()),
        HeaderValue::TextList(texts) => Some(texts.join(", ")),
        HeaderValue::DateTime(date) if date.is_valid() => Some(date.to_rfc3339()),
        _ => None,
    };
    match parsed.filter(|text| !text.trim().is_empty()) {
        // Old programs write eight-bit headers without saying in which encoding.
        Some(text) if text.contains('\u{FFFD}') => raw().or(Some(text)),
        Some(text) => Some(text.trim().to_owned()),
        None => raw(),
    }
}

fn show_address(address: &Address<'_>) -> String {
    let shown: Vec<String> = address
        .iter()
        .take(200)
        .map(|one| match (&one.name, &one.address) {
            (Some(name), Some(address)) => format!("{name} <{address}>"),
            (Some(one), None) | (None, Some(one)) => one.to_string(),
            (None, None) => String::new(),
        })
        .filter(|one| !one.is_empty())
        .collect();
    shown.join(", ")
}

/// A name as it should be shown: text that was sent as raw bytes is decoded again as far as it can be.
pub(super) fn repair(name: &str) -> String {
    // Programs also put encoded words where the standard forbids them, inside quoted names.
    if name.starts_with("=?") && name.ends_with("?=") {
        let header = format!("Subject: {name}\n\n.");
        if let Some(subject) = mail_parser::MessageParser::default()
            .parse(header.as_bytes())
            .as_ref()
            .and_then(|message| message.subject())
        {
            return subject.to_owned();
        }
    }
    name.to_owned()
}

/// Headers that every mail has some of.
const USUAL: [&str; 14] = [
    "from",
    "to",
    "cc",
    "subject",
    "date",
    "received",
    "return-path",
    "message-id",
    "mime-version",
    "content-type",
    "delivered-to",
    "reply-to",
    "sender",
    "content-transfer-encoding",
];

/// True when text begins with a mail's header: only header lines up to the first blank line, and enough of the
/// usual ones. One of them is enough in a file that is named as a mail.
pub(super) fn looks_like_mail(head: &str, is_named_mail: bool) -> bool {
    let mut found = Vec::new();
    // The line that begins a message in an `mbox`.
    let lines = head.trim_start_matches(['\u{FEFF}', '\r', '\n']).lines();
    for (index, line) in lines.enumerate() {
        if line.trim().is_empty() {
            break;
        }
        if line.starts_with([' ', '\t']) && index > 0 {
            continue;
        }
        if index == 0 && (line.starts_with("From ") || line.starts_with(">From ")) {
            continue;
        }
        let Some((name, _)) = line.split_once(':') else {
            if is_named_mail && !found.is_empty() {
                break;
            }
            return false;
        };
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_graphic()) {
            return false;
        }
        let name = name.to_ascii_lowercase();
        if let Some(usual) = USUAL.iter().find(|usual| **usual == name)
            && !found.contains(usual)
        {
            found.push(usual);
        }
    }
    let sent = ["date", "received", "message-id", "mime-version"]
        .iter()
        .any(|name| found.contains(name));
    if is_named_mail {
        !found.is_empty()
    } else {
        found.len() >= 4 && sent && (found.contains(&"from") || found.contains(&"received"))
    }
}
