//! The body of a mail: plain text where there is some, else its HTML.

use deskmate_core::{ReadLimits, ReadWarning};
use mail_parser::decoders::{base64::base64_decode, quoted_printable::quoted_printable_decode};
use mail_parser::{Encoding, Message, MessagePart, MimeHeaders, PartType};

use crate::outline::Outline;
use crate::{encoding, html, text};

/// Adds the body's blocks; `line` is where the body starts in the file.
pub(super) fn add(
    message: &Message<'_>,
    limits: &ReadLimits,
    line: u32,
    outline: &mut Outline,
) -> Vec<ReadWarning> {
    let mut warnings = Vec::new();
    let written: Vec<&MessagePart<'_>> = message
        .text_bodies()
        .filter(|part| matches!(part.body, PartType::Text(_)))
        .collect();
    let has_text = written.iter().any(|part| !text_of(part).trim().is_empty());
    // `text_bodies` also lists HTML parts that have no plain twin: those are read in their place.
    for part in message.text_bodies() {
        match &part.body {
            PartType::Text(_) => add_text(&body_text(message, part), line, outline),
            PartType::Html(_) => {
                warnings.extend(add_html(&body_text(message, part), limits, outline))
            }
            _ => {}
        }
    }
    if !has_text {
        for part in message.html_bodies() {
            let is_html = matches!(part.body, PartType::Html(_));
            let was_read = message.text_bodies().any(|other| std::ptr::eq(other, part));
            if is_html && !was_read {
                warnings.extend(add_html(&body_text(message, part), limits, outline));
            }
        }
    }
    warnings
}

/// The line of the file on which the body starts.
pub(super) fn first_line(message: &Message<'_>) -> u32 {
    let offset = message
        .parts
        .first()
        .map_or(0, |part| part.offset_body as usize);
    let head = message.raw_message.get(..offset).unwrap_or(&[]);
    let breaks = head.iter().filter(|byte| **byte == b'\n').count();
    u32::try_from(breaks).unwrap_or(u32::MAX).saturating_add(1)
}

fn add_text(body: &str, line: u32, outline: &mut Outline) {
    for block in text::blocks_of(body) {
        let own = block.anchor.line.unwrap_or(1);
        outline.push(block.content, Some(line.saturating_add(own - 1)));
    }
}

fn add_html(body: &str, limits: &ReadLimits, outline: &mut Outline) -> Vec<ReadWarning> {
    let page = html::read_fragment(body, limits, outline.path());
    for block in page.blocks {
        outline.push_at(block.content, block.anchor);
    }
    page.warnings
}

/// The text of a part as the mail parser decoded it.
pub(super) fn text_of(part: &MessagePart<'_>) -> String {
    match &part.body {
        PartType::Text(text) | PartType::Html(text) => text.to_string(),
        _ => String::new(),
    }
}

/// The text of a part, decoded again from its bytes when its charset is missing, unknown or wrong.
fn body_text(message: &Message<'_>, part: &MessagePart<'_>) -> String {
    let text = text_of(part);
    let charset = part
        .content_type()
        .and_then(|content_type| content_type.attribute("charset"));
    let known =
        charset.is_some_and(|label| encoding_rs::Encoding::for_label(label.as_bytes()).is_some());
    // Latin-1 is also what programs write that never asked.
    let believed = known && !charset.is_some_and(|label| label.eq_ignore_ascii_case("iso-8859-1"));
    if text.is_ascii() || (believed && !text.contains('\u{FFFD}')) {
        return text;
    }
    match raw_part(message, part) {
        Some(raw) => encoding::decode_declared(&raw, charset).text,
        None => text,
    }
}

/// The bytes of a part with its transfer encoding undone, whatever its charset.
pub(crate) fn raw_part(message: &Message<'_>, part: &MessagePart<'_>) -> Option<Vec<u8>> {
    let raw = message
        .raw_message
        .get(part.offset_body as usize..part.offset_end as usize)?;
    match part.encoding {
        Encoding::None => Some(raw.to_vec()),
        Encoding::QuotedPrintable => quoted_printable_decode(raw),
        Encoding::Base64 => base64_decode(raw),
    }
}
