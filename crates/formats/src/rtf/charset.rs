//! The encodings of RTF: the document's code page and those of its fonts.

use std::collections::HashMap;

use encoding_rs::{
    BIG5, EUC_KR, Encoding, GB18030, IBM866, MACINTOSH, SHIFT_JIS, UTF_8, WINDOWS_874,
    WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1253, WINDOWS_1254, WINDOWS_1255,
    WINDOWS_1256, WINDOWS_1257, WINDOWS_1258,
};

/// The encoding of a Windows code page number.
pub(super) fn of_code_page(number: i32) -> Option<&'static Encoding> {
    Some(match number {
        936 | 54936 => GB18030,
        950 => BIG5,
        932 => SHIFT_JIS,
        949 | 1361 => EUC_KR,
        866 => IBM866,
        874 => WINDOWS_874,
        1250 => WINDOWS_1250,
        1251 => WINDOWS_1251,
        1252 => WINDOWS_1252,
        1253 => WINDOWS_1253,
        1254 => WINDOWS_1254,
        1255 => WINDOWS_1255,
        1256 => WINDOWS_1256,
        1257 => WINDOWS_1257,
        1258 => WINDOWS_1258,
        10000 => MACINTOSH,
        65001 => UTF_8,
        _ => return None,
    })
}

/// The encoding of a font's character set number; `None` for the document's own.
///
/// Source: the table of `\fcharset` in the Rich Text Format specification 1.9.1.
fn of_character_set(number: i32) -> Option<&'static Encoding> {
    Some(match number {
        77 => MACINTOSH,
        128 => SHIFT_JIS,
        129 | 130 => EUC_KR,
        134 => GB18030,
        136 => BIG5,
        161 => WINDOWS_1253,
        162 => WINDOWS_1254,
        163 => WINDOWS_1258,
        177 => WINDOWS_1255,
        178 => WINDOWS_1256,
        186 => WINDOWS_1257,
        204 => WINDOWS_1251,
        222 => WINDOWS_874,
        238 => WINDOWS_1250,
        _ => return None,
    })
}

/// The fonts of a document.
#[derive(Debug)]
pub(super) struct Fonts {
    document: &'static Encoding,
    by_number: HashMap<i32, Option<&'static Encoding>>,
    current: i32,
}

impl Default for Fonts {
    fn default() -> Self {
        Self {
            document: WINDOWS_1252,
            by_number: HashMap::new(),
            current: 0,
        }
    }
}

impl Fonts {
    /// Takes the document's code page.
    pub(super) fn set_code_page(&mut self, number: i32) {
        if let Some(encoding) = of_code_page(number) {
            self.document = encoding;
        }
    }

    /// Starts the entry of a font in the font table.
    pub(super) fn define(&mut self, number: i32) {
        self.current = number;
    }

    /// Takes the character set of the font that is being defined.
    pub(super) fn set_character_set(&mut self, number: i32) {
        self.by_number
            .insert(self.current, of_character_set(number));
    }

    /// Takes the code page of the font that is being defined, which says more than its character set.
    pub(super) fn set_font_code_page(&mut self, number: i32) {
        if let Some(encoding) = of_code_page(number) {
            self.by_number.insert(self.current, Some(encoding));
        }
    }

    /// Decodes bytes written in a font. Where they are not valid in its encoding, as when a program changed the
    /// font and kept the text, the document's code page and then a guess take over.
    pub(super) fn decode(&self, bytes: &[u8], font: Option<i32>) -> String {
        if bytes.is_ascii() {
            return String::from_utf8_lossy(bytes).into_owned();
        }
        let of_font = font.and_then(|font| self.by_number.get(&font).copied().flatten());
        for encoding in of_font.into_iter().chain([self.document]) {
            let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
            if !had_errors {
                return text.into_owned();
            }
        }
        let encoding = of_font.unwrap_or(self.document);
        if bytes.len() >= 4 {
            let guessed = crate::encoding::decode(bytes);
            if !guessed.had_errors {
                return guessed.text;
            }
        }
        encoding.decode_without_bom_handling(bytes).0.into_owned()
    }
}
