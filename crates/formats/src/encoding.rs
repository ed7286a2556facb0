//! Bytes of unknown encoding to text, and the question whether bytes are text at all.
//!
//! Byte order marks decide first, then zero bytes (UTF-16, UTF-32), then valid UTF-8; what is left is guessed
//! among the legacy encodings in [`legacy`], with Chinese preferred where short texts leave the choice open.

mod legacy;
mod wide;

use encoding_rs::{Encoding, UTF_8};

/// Text with the way it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decoded {
    /// The text, without a byte order mark and without NUL characters.
    pub(crate) text: String,
    /// Name of the encoding, e.g. `UTF-8`, `GB18030`, `UTF-16LE`, `HZ-GB-2312`.
    pub(crate) encoding: &'static str,
    /// Whether some bytes could not be decoded and stand as replacement characters, or another encoding was
    /// taken for single lines.
    pub(crate) had_errors: bool,
}

/// Bytes that a decision is taken on; legacy text shows its encoding well before that.
const SAMPLE_BYTES: usize = 64 << 10;

/// Decodes text whose encoding nobody declared.
pub(crate) fn decode(bytes: &[u8]) -> Decoded {
    decode_declared(bytes, None)
}

/// Decodes text for which a header or a tag declares an encoding.
///
/// The declaration is a hint: a byte order mark and valid UTF-8 with characters beyond ASCII win over it, and a
/// declaration under which the bytes do not decode is dropped, because saved pages and mails often lie.
pub(crate) fn decode_declared(bytes: &[u8], label: Option<&str>) -> Decoded {
    if let Some(decoded) = wide::by_mark(bytes).or_else(|| wide::by_zero_bytes(bytes)) {
        return clean(decoded);
    }
    let declared =
        label.and_then(|label| Encoding::for_label_no_replacement(label.trim().as_bytes()));
    if let Ok(text) = std::str::from_utf8(bytes) {
        return clean(decode_seven_or_eight(text, bytes, declared));
    }
    if let Some(encoding) = declared.filter(|encoding| *encoding != UTF_8)
        && let Some(decoded) = declared_without_errors(bytes, encoding)
    {
        return clean(decoded);
    }
    if let Some(decoded) = wide::by_han(bytes) {
        return clean(decoded);
    }
    if let Some(decoded) = mostly_utf8(bytes).or_else(|| line_by_line(bytes)) {
        return clean(decoded);
    }
    clean(lossy(bytes, legacy::guess(sample(bytes))))
}

/// Whether bytes are text in some encoding, judged by control characters and by how well they decode.
pub(crate) fn is_text(bytes: &[u8]) -> bool {
    if bytes.is_empty() || has_binary_magic(bytes) {
        return false;
    }
    let head = sample(bytes);
    if let Some(decoded) = wide::by_mark(head).or_else(|| wide::by_zero_bytes(head)) {
        return share_of(&decoded.text, is_noise) <= 0.05;
    }
    let controls = head.iter().filter(|byte| is_control(**byte)).count();
    let control_share = controls as f64 / head.len() as f64;
    if valid_utf8_prefix(head) {
        return control_share <= 0.2;
    }
    // Random bytes hold 10 % control characters; legacy text holds none, a log here and there one.
    if control_share > 0.02 {
        return wide::by_han(head).is_some();
    }
    share_of(&decode(head).text, is_noise) <= 0.05
}

/// The first part of the text, for sniffing; a character cut at the end is dropped.
pub(crate) fn head_text(bytes: &[u8], max_bytes: usize) -> String {
    let cut = bytes.len().min(max_bytes);
    let mut text = decode(&bytes[..cut]).text;
    while cut < bytes.len() && text.ends_with('\u{FFFD}') {
        text.pop();
    }
    text
}

fn decode_seven_or_eight(text: &str, bytes: &[u8], declared: Option<&'static Encoding>) -> Decoded {
    if bytes.is_ascii() {
        // HZ and ISO-2022-JP hide characters in seven bits.
        if let Some(decoded) = legacy::hz(bytes) {
            return decoded;
        }
        if bytes.contains(&0x1B) {
            let encoding = declared
                .filter(|encoding| *encoding != UTF_8)
                .unwrap_or_else(|| legacy::guess(bytes));
            let decoded = lossy(bytes, encoding);
            if !decoded.had_errors {
                return decoded;
            }
        }
    }
    Decoded {
        text: text.to_owned(),
        encoding: "UTF-8",
        had_errors: false,
    }
}

/// The declared encoding's text if it decodes cleanly; GB2312 and GBK are read as their superset GB18030.
fn declared_without_errors(bytes: &[u8], encoding: &'static Encoding) -> Option<Decoded> {
    let encoding = legacy::widest(encoding);
    let decoded = lossy(bytes, encoding);
    // A single-byte encoding decodes anything: it is believed only when the result is not worse than the guess.
    if decoded.had_errors {
        return None;
    }
    if encoding.is_single_byte() && legacy::looks_multi_byte(sample(bytes)) {
        return None;
    }
    Some(decoded)
}

fn lossy(bytes: &[u8], encoding: &'static Encoding) -> Decoded {
    let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
    Decoded {
        text: text.into_owned(),
        encoding: legacy::display_name(encoding),
        had_errors,
    }
}

/// UTF-8 with a few broken bytes, such as a file cut in the middle of a character.
fn mostly_utf8(bytes: &[u8]) -> Option<Decoded> {
    let (mut good, mut bad) = (0_usize, 0_usize);
    let mut position = 0;
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        position += chunk.valid().len() + chunk.invalid().len();
        let is_cut = position == bytes.len() && (1..4).contains(&chunk.invalid().len());
        bad += if is_cut { 0 } else { chunk.invalid().len() };
    }
    (good >= 3 && bad * 20 <= good).then(|| Decoded {
        text: String::from_utf8_lossy(bytes).into_owned(),
        encoding: "UTF-8",
        had_errors: true,
    })
}

/// A file that two programs wrote in two encodings: each line is read in its own.
fn line_by_line(bytes: &[u8]) -> Option<Decoded> {
    let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
    let mut utf8_characters = 0_usize;
    let mut rest = Vec::new();
    for line in &lines {
        match std::str::from_utf8(line) {
            Ok(text) => utf8_characters += text.chars().filter(|c| *c >= '\u{800}').count(),
            Err(_) if rest.len() < SAMPLE_BYTES => rest.extend_from_slice(line),
            Err(_) => {}
        }
    }
    // Fewer could be chance. Characters of two bytes do not count: legacy text forms them often.
    if utf8_characters < 3 {
        return None;
    }
    let encoding = legacy::guess(&rest);
    let mut text = String::with_capacity(bytes.len());
    for line in lines {
        match std::str::from_utf8(line) {
            Ok(line) => text.push_str(line),
            Err(_) => text.push_str(&encoding.decode_without_bom_handling(line).0),
        }
    }
    Some(Decoded {
        text,
        encoding: "UTF-8",
        had_errors: true,
    })
}

fn clean(mut decoded: Decoded) -> Decoded {
    if decoded.text.starts_with('\u{FEFF}') {
        decoded.text.drain(..'\u{FEFF}'.len_utf8());
    }
    if decoded.text.contains('\0') {
        decoded.text.retain(|c| c != '\0');
    }
    decoded
}

fn sample(bytes: &[u8]) -> &[u8] {
    &bytes[..bytes.len().min(SAMPLE_BYTES)]
}

/// True when all but a cut last character is UTF-8.
fn valid_utf8_prefix(head: &[u8]) -> bool {
    match std::str::from_utf8(head) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none() && head.len() - error.valid_up_to() < 4,
    }
}

fn is_control(byte: u8) -> bool {
    (byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0C | 0x1B)) || byte == 0x7F
}

fn is_noise(c: char) -> bool {
    c == '\u{FFFD}'
        || ('\u{E000}'..='\u{F8FF}').contains(&c)
        || (c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{0C}' | '\u{1B}' | '\u{85}'))
}

fn share_of(text: &str, test: fn(char) -> bool) -> f64 {
    let (mut hits, mut all) = (0_usize, 0_usize);
    for c in text.chars() {
        all += 1;
        hits += usize::from(test(c));
    }
    if all == 0 {
        1.0
    } else {
        hits as f64 / all as f64
    }
}

/// Content that programs know by its first bytes and that never is text.
fn has_binary_magic(bytes: &[u8]) -> bool {
    const MAGIC: &[&[u8]] = &[
        b"PK\x03\x04",
        b"PK\x05\x06",
        b"%PDF-",
        b"\xD0\xCF\x11\xE0",
        b"\x89PNG",
        b"\xFF\xD8\xFF",
        b"GIF8",
        b"\x1F\x8B",
        b"\xFD7zXZ",
        b"7z\xBC\xAF",
        b"Rar!\x1A",
        b"BZh",
        b"\x7FELF",
        b"MZ\x90",
        b"ID3",
        b"OggS",
        b"fLaC",
        b"RIFF",
        b"II*\0",
        b"MM\0*",
        b"SQLite format 3\0",
    ];
    MAGIC.iter().any(|magic| bytes.starts_with(magic))
        || bytes.get(4..8).is_some_and(|four| four == b"ftyp")
}

#[cfg(test)]
#[path = "encoding/tests.rs"]
mod tests;
