//! Bytes of RTF to tokens.

/// One token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// `{`
    Open,
    /// `}`
    Close,
    /// `\word` or `\word12`, without its delimiting space.
    Word(&'a str, Option<i32>),
    /// `\` and a character that is no letter.
    Symbol(u8),
    /// `\'hh`
    Hex(u8),
    /// Text bytes, without line breaks, which mean nothing.
    Text(&'a [u8]),
}

/// Reads tokens one after the other; never fails, whatever the bytes.
pub(super) struct Tokens<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// Longest control word of the specification, with room.
const MAX_WORD: usize = 40;

impl<'a> Tokens<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Passes over the bytes of a `\binN`.
    pub(super) fn skip_bytes(&mut self, count: usize) {
        self.at = self.at.saturating_add(count).min(self.bytes.len());
    }

    fn control(&mut self) -> Token<'a> {
        let rest = &self.bytes[self.at..];
        let Some(first) = rest.first() else {
            return Token::Text(&[]);
        };
        if *first == b'\'' {
            let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
            if let (Some(high), Some(low)) = (digit(rest.get(1)), digit(rest.get(2))) {
                self.at += 3;
                return Token::Hex((high * 16 + low) as u8);
            }
            self.at += 1;
            return Token::Text(&[]);
        }
        if !first.is_ascii_alphabetic() {
            self.at += 1;
            return Token::Symbol(*first);
        }
        let length = rest
            .iter()
            .take(MAX_WORD)
            .take_while(|byte| byte.is_ascii_alphabetic())
            .count();
        let word = std::str::from_utf8(&rest[..length]).unwrap_or("");
        self.at += length;
        let number = self.number();
        if self.bytes.get(self.at) == Some(&b' ') {
            self.at += 1;
        }
        Token::Word(word, number)
    }

    fn number(&mut self) -> Option<i32> {
        let rest = &self.bytes[self.at..];
        let negative = rest.first() == Some(&b'-');
        let digits = rest
            .iter()
            .skip(usize::from(negative))
            .take(11)
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        if digits == 0 {
            return None;
        }
        let length = digits + usize::from(negative);
        let number = std::str::from_utf8(&rest[..length])
            .ok()?
            .parse::<i64>()
            .ok()?;
        self.at += length;
        Some(number.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32)
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        while matches!(self.bytes.get(self.at)?, b'\r' | b'\n' | 0) {
            self.at += 1;
        }
        match self.bytes[self.at] {
            b'{' => {
                self.at += 1;
                Some(Token::Open)
            }
            b'}' => {
                self.at += 1;
                Some(Token::Close)
            }
            b'\\' => {
                self.at += 1;
                Some(self.control())
            }
            _ => {
                let rest = &self.bytes[self.at..];
                let length = rest
                    .iter()
                    .position(|byte| matches!(byte, b'\\' | b'{' | b'}' | b'\r' | b'\n' | 0))
                    .unwrap_or(rest.len());
                self.at += length;
                Some(Token::Text(&rest[..length]))
            }
        }
    }
}
