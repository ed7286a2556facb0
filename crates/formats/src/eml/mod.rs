//! eml: to be read by its own reader.

use deskmate_core::{ErrorCode, Format, Parsed, ReadLimits, WireError};

/// Reader of eml.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Eml;

impl Format for Eml {
    fn id(&self) -> &'static str {
        "eml"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["eml"]
    }

    fn matches(&self, _bytes: &[u8], _extension: &str) -> bool {
        false
    }

    fn read(&self, _bytes: &[u8], _limits: &ReadLimits) -> Result<Parsed, WireError> {
        Err(WireError::new(
            ErrorCode::UnsupportedFormat,
            "no reader yet",
        ))
    }
}

/// The bytes of a part with its transfer encoding undone, whatever its charset.
pub(crate) fn raw_part(message: &mail_parser::Message<'_>, part: &mail_parser::MessagePart<'_>) -> Option<Vec<u8>> {
    use mail_parser::Encoding;
    use mail_parser::decoders::{base64::base64_decode, quoted_printable::quoted_printable_decode};
    let raw = message
        .raw_message
        .get(part.offset_body as usize..part.offset_end as usize)?;
    match part.encoding {
        Encoding::None => Some(raw.to_vec()),
        Encoding::QuotedPrintable => quoted_printable_decode(raw),
        Encoding::Base64 => base64_decode(raw),
    }
}
