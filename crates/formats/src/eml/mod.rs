//! Mail messages: headers, body, attachments by name and, where they can be read, by content.

mod body;
mod headers;

use deskmate_core::{
    BlockContent, Document, ErrorCode, Format, Parsed, ReadLimits, ReadWarning, WireError,
};
use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders, PartType};

use crate::outline::Outline;
use crate::{encoding, html, text};

pub(crate) use body::raw_part;

/// Reader of mail messages.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Eml;

/// Messages inside messages that are read; deeper ones are named only.
const MAX_NESTED_MESSAGES: usize = 2;
/// Attachments of one message that are read; the rest is named only.
const MAX_READ_ATTACHMENTS: usize = 50;

impl Format for Eml {
    fn id(&self) -> &'static str {
        "eml"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["eml"]
    }

    fn matches(&self, bytes: &[u8], extension: &str) -> bool {
        if !encoding::is_text(bytes) {
            return false;
        }
        let head = encoding::head_text(bytes, 16 << 10);
        headers::looks_like_mail(&head, extension == "eml") && !html::is_archive(&head)
    }

    fn read(&self, bytes: &[u8], limits: &ReadLimits) -> Result<Parsed, WireError> {
        // Mail programs write bytes; a file in UTF-16 has been through an editor.
        let decoded = encoding::decode(bytes);
        let rewritten =
            decoded.encoding.starts_with("UTF-16") || decoded.encoding.starts_with("UTF-32");
        let bytes = if rewritten {
            decoded.text.as_bytes()
        } else {
            bytes
        };
        let message = MessageParser::default()
            .parse(bytes)
            .filter(|message| !message.parts.is_empty())
            .ok_or_else(|| {
                WireError::new(ErrorCode::DamagedFile, "the mail has no readable header")
                    .with_hint("save the mail again from the mail program")
            })?;
        let mut reader = Reader {
            outline: Outline::default(),
            warnings: Vec::new(),
            limits: *limits,
        };
        let mut document = Document::default();
        reader.message(&message, 0, &mut document);
        document.blocks = reader.outline.finish();
        if document.is_empty() {
            return Err(text::blank());
        }
        Ok(Parsed {
            document,
            warnings: reader.warnings,
        })
    }
}

struct Reader {
    outline: Outline,
    warnings: Vec<ReadWarning>,
    limits: ReadLimits,
}

impl Reader {
    /// Adds a message; the outermost one also gives the document its title and metadata.
    fn message(&mut self, message: &Message<'_>, depth: usize, document: &mut Document) {
        let headers = headers::read(message);
        if depth == 0 {
            document.title = headers
                .iter()
                .find(|header| header.key == "subject")
                .map(|header| header.value.clone());
            for header in &headers {
                document
                    .metadata
                    .insert(header.key.to_owned(), header.value.clone());
            }
        }
        let lines: Vec<String> = headers
            .iter()
            .map(|header| format!("{}: {}", header.name, header.value))
            .collect();
        self.outline.paragraph(&lines.join("\n"), Some(1));
        let body_line = body::first_line(message);
        self.warnings.extend(body::add(
            message,
            &self.limits,
            body_line,
            &mut self.outline,
        ));
        self.attachments(message, depth);
    }

    fn attachments(&mut self, message: &Message<'_>, depth: usize) {
        let parts: Vec<&MessagePart<'_>> = message.attachments().collect();
        if parts.is_empty() {
            return;
        }
        let names: Vec<String> = parts.iter().map(|part| name_of(part)).collect();
        self.outline
            .paragraph(&format!("Attachments: {}", names.join("; ")), None);
        for (index, (part, name)) in parts.into_iter().zip(&names).enumerate() {
            if index >= MAX_READ_ATTACHMENTS {
                self.warnings.push(ReadWarning::new(
                    ErrorCode::Omitted,
                    format!("only the first {MAX_READ_ATTACHMENTS} attachments were read"),
                ));
                return;
            }
            self.attachment(part, name, depth);
        }
    }

    fn attachment(&mut self, part: &MessagePart<'_>, name: &str, depth: usize) {
        if let PartType::Message(inner) = &part.body {
            self.nested(inner, name, depth);
            return;
        }
        let bytes = match &part.body {
            PartType::Binary(bytes) | PartType::InlineBinary(bytes) => bytes.as_ref().to_vec(),
            PartType::Text(_) | PartType::Html(_) => {
                return self.text_attachment(part, name, depth);
            }
            PartType::Message(_) | PartType::Multipart(_) => return,
        };
        self.file(&bytes, name, depth);
    }

    fn text_attachment(&mut self, part: &MessagePart<'_>, name: &str, depth: usize) {
        self.file(body::text_of(part).as_bytes(), name, depth);
    }

    fn nested(&mut self, inner: &Message<'_>, name: &str, depth: usize) {
        if depth >= MAX_NESTED_MESSAGES {
            self.warnings.push(ReadWarning::new(
                ErrorCode::Omitted,
                format!("`{name}` is nested too deeply and was not read"),
            ));
            return;
        }
        self.outline.heading(level(depth), name, None);
        self.message(inner, depth + 1, &mut Document::default());
        self.outline.leave_from(level(depth));
    }

    /// Reads an attached file with the reader of its content.
    fn file(&mut self, bytes: &[u8], name: &str, depth: usize) {
        let extension = name
            .rsplit_once('.')
            .map_or("", |(_, extension)| extension)
            .to_lowercase();
        let Some(format) = crate::detect(bytes, &extension) else {
            return;
        };
        if format.id() == "eml" {
            match MessageParser::default().parse(bytes) {
                Some(inner) => self.nested(&inner, name, depth),
                None => self.unread(name, "its header is damaged"),
            }
            return;
        }
        match crate::read(bytes, &extension, &self.limits) {
            Ok((_, parsed)) => {
                self.outline.heading(level(depth), name, None);
                let above = self.outline.path();
                for block in parsed.document.blocks {
                    let mut anchor = block.anchor;
                    let own = std::mem::take(&mut anchor.heading);
                    anchor.heading = above.iter().cloned().chain(own).collect();
                    let content = match block.content {
                        BlockContent::Heading { level: inner, text } => BlockContent::Heading {
                            level: inner.saturating_add(level(depth)).min(9),
                            text,
                        },
                        other => other,
                    };
                    self.outline.push_at(content, anchor);
                }
                self.outline.leave_from(level(depth));
                for warning in parsed.warnings {
                    let message = format!("`{name}`: {}", warning.message);
                    self.warnings.push(ReadWarning::new(warning.code, message));
                }
            }
            Err(error) => self.unread(name, &error.message),
        }
    }

    fn unread(&mut self, name: &str, reason: &str) {
        self.warnings.push(ReadWarning::new(
            ErrorCode::PartlyDamaged,
            format!("the attachment `{name}` could not be read: {reason}"),
        ));
    }
}

fn level(depth: usize) -> u8 {
    (depth as u8).saturating_add(1)
}

/// The file name of an attachment without any path; a nested message goes by its subject.
fn name_of(part: &MessagePart<'_>) -> String {
    let name = part
        .attachment_name()
        .map(headers::repair)
        .or_else(|| match &part.body {
            PartType::Message(inner) => inner.subject().map(headers::repair),
            _ => None,
        })
        .unwrap_or_default();
    let name = name.rsplit(['/', '\\']).next().unwrap_or("");
    let name: String = name.chars().filter(|c| !c.is_control()).take(200).collect();
    let name = name.trim();
    if name.is_empty() {
        "attachment".to_owned()
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests;
