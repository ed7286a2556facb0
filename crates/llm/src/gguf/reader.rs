//! Reading the little-endian values of a GGUF header within the bounds of the file.

use std::io::{Read, Seek, SeekFrom};

/// Longest key that the format allows.
pub(super) const MAX_KEY_BYTES: u64 = 65_535;
/// Longest text that is kept; chat templates are up to about 100 KiB. Longer ones are skipped.
const MAX_KEPT_BYTES: u64 = 1 << 20;
/// Arrays of arrays are allowed by the format and used by nobody.
const MAX_DEPTH: u32 = 4;

/// A value of the header.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Scalar {
    /// Any integer that is not negative.
    Unsigned(u64),
    /// A text.
    Text(String),
    /// An array, of which only its length and its first integer are kept.
    Array {
        /// Elements.
        length: u64,
        /// First element, if it is an integer.
        first: Option<u64>,
    },
    /// Anything else.
    Other,
}

impl Scalar {
    /// The integer; of an array (some models list heads per layer) the first.
    pub(super) fn as_u64(&self) -> Option<u64> {
        match self {
            Self::Unsigned(value) => Some(*value),
            Self::Array { first, .. } => *first,
            Self::Text(_) | Self::Other => None,
        }
    }

    /// The text.
    pub(super) fn as_text(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.clone()),
            Self::Unsigned(_) | Self::Array { .. } | Self::Other => None,
        }
    }
}

/// A reader that knows how much of the file is left.
pub(super) struct Reader<R> {
    input: R,
    length: u64,
    position: u64,
}

impl<R: Read + Seek> Reader<R> {
    pub(super) fn new(input: R, length: u64) -> Self {
        Self {
            input,
            length,
            position: 0,
        }
    }

    pub(super) fn length(&self) -> u64 {
        self.length
    }

    pub(super) fn position(&self) -> u64 {
        self.position
    }

    fn left(&self) -> u64 {
        self.length.saturating_sub(self.position)
    }

    fn claim(&mut self, bytes: u64) -> Result<(), String> {
        if bytes > self.left() {
            return Err("its header is cut short".to_string());
        }
        self.position += bytes;
        Ok(())
    }

    pub(super) fn bytes<const N: usize>(&mut self) -> Result<[u8; N], String> {
        self.claim(N as u64)?;
        let mut buffer = [0; N];
        self.input
            .read_exact(&mut buffer)
            .map_err(|error| format!("it cannot be read: {error}"))?;
        Ok(buffer)
    }

    pub(super) fn u32(&mut self) -> Result<u32, String> {
        Ok(u32::from_le_bytes(self.bytes()?))
    }

    pub(super) fn u64(&mut self) -> Result<u64, String> {
        Ok(u64::from_le_bytes(self.bytes()?))
    }

    fn skip(&mut self, bytes: u64) -> Result<(), String> {
        self.claim(bytes)?;
        // Short hops stay in the buffer only when they are read, not sought.
        if bytes <= 4096 {
            let copied = std::io::copy(&mut (&mut self.input).take(bytes), &mut std::io::sink());
            return match copied {
                Ok(count) if count == bytes => Ok(()),
                Ok(_) => Err("its header is cut short".to_string()),
                Err(error) => Err(format!("it cannot be read: {error}")),
            };
        }
        self.input
            .seek(SeekFrom::Start(self.position))
            .map(|_| ())
            .map_err(|error| format!("it cannot be read: {error}"))
    }

    /// A text of at most `limit` bytes.
    pub(super) fn string(&mut self, limit: u64) -> Result<String, String> {
        let length = self.u64()?;
        if length > limit {
            return Err(format!("a name in its header has `{length}` bytes"));
        }
        self.claim(length)?;
        let mut bytes = Vec::new();
        (&mut self.input)
            .take(length)
            .read_to_end(&mut bytes)
            .map_err(|error| format!("it cannot be read: {error}"))?;
        if (bytes.len() as u64) < length {
            return Err("its header is cut short".to_string());
        }
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// A typed value.
    pub(super) fn value(&mut self) -> Result<Scalar, String> {
        let kind = self.u32()?;
        self.value_of(kind, 0)
    }

    fn value_of(&mut self, kind: u32, depth: u32) -> Result<Scalar, String> {
        let signed = |value: i64| u64::try_from(value).map_or(Scalar::Other, Scalar::Unsigned);
        Ok(match kind {
            0 | 7 => Scalar::Unsigned(u64::from(self.bytes::<1>()?[0])),
            1 => signed(i64::from(i8::from_le_bytes(self.bytes()?))),
            2 => Scalar::Unsigned(u64::from(u16::from_le_bytes(self.bytes()?))),
            3 => signed(i64::from(i16::from_le_bytes(self.bytes()?))),
            4 => Scalar::Unsigned(u64::from(self.u32()?)),
            5 => signed(i64::from(i32::from_le_bytes(self.bytes()?))),
            6 => {
                self.skip(4)?;
                Scalar::Other
            }
            8 => self.text()?,
            9 => self.array(depth)?,
            10 => Scalar::Unsigned(self.u64()?),
            11 => signed(i64::from_le_bytes(self.bytes()?)),
            12 => {
                self.skip(8)?;
                Scalar::Other
            }
            _ => return Err(format!("its header has a value of unknown kind `{kind}`")),
        })
    }

    fn text(&mut self) -> Result<Scalar, String> {
        let length = self.u64()?;
        if length > MAX_KEPT_BYTES {
            self.skip(length)?;
            return Ok(Scalar::Other);
        }
        self.claim(length)?;
        let mut bytes = Vec::new();
        (&mut self.input)
            .take(length)
            .read_to_end(&mut bytes)
            .map_err(|error| format!("it cannot be read: {error}"))?;
        Ok(Scalar::Text(String::from_utf8_lossy(&bytes).into_owned()))
    }

    fn array(&mut self, depth: u32) -> Result<Scalar, String> {
        if depth >= MAX_DEPTH {
            return Err("its header nests arrays too deeply".to_string());
        }
        let kind = self.u32()?;
        let length = self.u64()?;
        let width: u64 = match kind {
            0 | 1 | 7 => 1,
            2 | 3 => 2,
            4..=6 => 4,
            10..=12 => 8,
            // A text or an array takes at least its own length.
            8 => 8,
            9 => 12,
            _ => return Err(format!("its header has a value of unknown kind `{kind}`")),
        };
        if length > self.left() / width {
            return Err("its header is cut short".to_string());
        }
        let mut first = None;
        if matches!(kind, 8 | 9) {
            for _ in 0..length {
                if kind == 8 {
                    let bytes = self.u64()?;
                    self.skip(bytes)?;
                } else {
                    self.array(depth + 1)?;
                }
            }
        } else if length > 0 {
            first = self.value_of(kind, depth)?.as_u64();
            self.skip((length - 1) * width)?;
        }
        Ok(Scalar::Array { length, first })
    }
}
