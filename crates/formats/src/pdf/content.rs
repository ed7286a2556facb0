//! Looks into bytes before the library does: nesting that would exhaust its stack, and the invisible text of a
//! content stream (text rendering mode 3, ISO 32000-1 section 9.3.6).

/// Nesting of arrays and dictionaries above this is an attack: the library's parser recurses without a limit.
const MAX_NESTING: usize = 500;

/// True when arrays and dictionaries outside streams are nested deeper than any real file needs.
pub(super) fn is_nested_too_deep(bytes: &[u8]) -> bool {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'[' | b'<' => depth += 1,
            b']' | b'>' => depth = depth.saturating_sub(1),
            // A new object begins, a stream's bytes are no objects: whatever was open is over.
            b'o' if bytes[at..].starts_with(b"obj") => depth = 0,
            b's' if bytes[at..].starts_with(b"stream") => {
                let rest = &bytes[at..];
                at += find(rest, b"endstream").unwrap_or(6);
                depth = 0;
            }
            _ => {}
        }
        if depth > MAX_NESTING {
            return true;
        }
        at += 1;
    }
    false
}

/// Bytes of text that a content stream shows.
pub(super) fn shown_bytes(content: &[u8]) -> usize {
    let walked = blank_invisible(content);
    walked.visible_bytes + walked.invisible_bytes
}

/// Names of the objects that a content stream draws with `Do`, as often as it draws them.
pub(super) fn names_drawn(content: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    let mut name = None;
    let words = content
        .split(|byte| byte.is_ascii_whitespace())
        .filter(|word| !word.is_empty());
    for word in words {
        if word == b"Do" {
            names.extend(name.take());
        } else {
            name = word
                .iter()
                .rposition(|&byte| byte == b'/')
                .map(|slash| String::from_utf8_lossy(&word[slash + 1..]).into_owned());
        }
        if names.len() > 100_000 {
            break;
        }
    }
    names
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}

/// A content stream without its invisible text.
pub(super) struct Visible {
    /// The stream; strings that were shown invisibly are empty.
    pub(super) content: Vec<u8>,
    /// Bytes of text that were shown invisibly.
    pub(super) invisible_bytes: usize,
    /// Bytes of text that were shown visibly.
    pub(super) visible_bytes: usize,
}

/// True when the stream may set the invisible mode; cheap, and false for most pages.
pub(super) fn may_hide_text(content: &[u8]) -> bool {
    content.windows(2).enumerate().any(|(at, pair)| {
        pair == b"Tr" && content[..at].iter().rev().take(4).any(|byte| *byte == b'3')
    })
}

/// Walks the operators and empties the strings that are shown while the mode is invisible.
pub(super) fn blank_invisible(content: &[u8]) -> Visible {
    let mut walk = Walk {
        content,
        at: 0,
        out: content.to_vec(),
        mode: 0,
        saved: Vec::new(),
        strings: Vec::new(),
        number: None,
        invisible: 0,
        visible: 0,
    };
    while walk.at < content.len() {
        walk.step();
    }
    Visible {
        content: walk.out,
        invisible_bytes: walk.invisible,
        visible_bytes: walk.visible,
    }
}

struct Walk<'a> {
    content: &'a [u8],
    at: usize,
    out: Vec<u8>,
    mode: u8,
    saved: Vec<u8>,
    /// Inner ranges of the strings since the last operator.
    strings: Vec<(usize, usize)>,
    number: Option<u8>,
    invisible: usize,
    visible: usize,
}

impl Walk<'_> {
    fn step(&mut self) {
        let byte = self.content[self.at];
        match byte {
            b'(' => self.literal(),
            b'<' if self.content.get(self.at + 1) == Some(&b'<') => self.at += 2,
            b'<' => {
                let start = self.at + 1;
                let end = self.find(start, b'>');
                self.strings.push((start, end));
                self.at = end + 1;
            }
            b'%' => {
                let rest = &self.content[self.at..];
                self.at += rest
                    .iter()
                    .position(|byte| matches!(byte, b'\n' | b'\r'))
                    .unwrap_or(rest.len());
            }
            byte if byte.is_ascii_alphabetic() || matches!(byte, b'\'' | b'"') => self.operator(),
            b'/' => {
                self.at += 1;
                self.at += self.word_length();
            }
            byte if byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.') => {
                let length = self.word_length().max(1);
                self.number = match &self.content[self.at..self.at + length] {
                    [digit @ b'0'..=b'7'] => Some(digit - b'0'),
                    _ => None,
                };
                self.at += length;
            }
            _ => self.at += 1,
        }
    }

    fn find(&self, from: usize, wanted: u8) -> usize {
        self.content[from..]
            .iter()
            .position(|&byte| byte == wanted)
            .map_or(self.content.len(), |offset| from + offset)
    }

    fn word_length(&self) -> usize {
        self.content[self.at..]
            .iter()
            .position(|byte| {
                byte.is_ascii_whitespace()
                    || matches!(
                        byte,
                        0 | b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'/' | b'%' | b'{' | b'}'
                    )
            })
            .unwrap_or(self.content.len() - self.at)
    }

    fn literal(&mut self) {
        let start = self.at + 1;
        let mut depth = 1_usize;
        let mut at = start;
        while at < self.content.len() {
            match self.content[at] {
                b'\\' => at += 1,
                b'(' => depth += 1,
                b')' => {
                    depth -= 1;
                    if depth == 0 {
                        break;
                    }
                }
                _ => {}
            }
            at += 1;
        }
        let end = at.min(self.content.len());
        self.strings.push((start, end));
        self.at = end + 1;
    }

    fn operator(&mut self) {
        let length = self.word_length().max(1);
        let word = &self.content[self.at..self.at + length];
        self.at += length;
        match word {
            b"q" if self.saved.len() < 1_000 => self.saved.push(self.mode),
            b"Q" => self.mode = self.saved.pop().unwrap_or(self.mode),
            b"Tr" => self.mode = self.number.unwrap_or(self.mode),
            b"Tj" | b"TJ" | b"'" | b"\"" => {
                let shown: usize = self.strings.iter().map(|(start, end)| end - start).sum();
                if self.mode == 3 {
                    self.invisible += shown;
                    for &(start, end) in &self.strings {
                        // Spaces inside `<>` are no characters; in `()` a run of blanks, which is no text either.
                        self.out[start..end].fill(b' ');
                    }
                } else {
                    self.visible += shown;
                }
            }
            // The bytes of an inline image are no operators.
            b"ID" => self.skip_inline_image(),
            _ => {}
        }
        self.strings.clear();
        self.number = None;
    }

    fn skip_inline_image(&mut self) {
        let rest = &self.content[self.at..];
        let end = rest
            .windows(4)
            .position(|window| {
                window[0].is_ascii_whitespace()
                    && &window[1..3] == b"EI"
                    && window[3].is_ascii_whitespace()
            })
            .map_or(rest.len(), |offset| offset + 3);
        self.at += end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_shown_invisibly_is_blanked() {
        let content = b"BT (seen) Tj q 3 Tr (hid\\)den) Tj [<4142> -20 (x)] TJ Q (again) Tj ET";
        let visible = blank_invisible(content);
        assert_eq!(
            String::from_utf8_lossy(&visible.content),
            "BT (seen) Tj q 3 Tr (        ) Tj [<    > -20 ( )] TJ Q (again) Tj ET"
        );
        assert!(may_hide_text(content));
        assert_eq!((visible.invisible_bytes, visible.visible_bytes), (13, 9));
    }
}
