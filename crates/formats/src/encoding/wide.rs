//! UTF-16 and UTF-32, with and without a byte order mark.

use encoding_rs::{UTF_16BE, UTF_16LE};

use super::{Decoded, legacy};

/// Bytes looked at for zero bytes.
const HEAD: usize = 4096;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Little,
    Big,
}

/// Decodes by a byte order mark.
pub(super) fn by_mark(bytes: &[u8]) -> Option<Decoded> {
    if let Some(rest) = bytes.strip_prefix(b"\xEF\xBB\xBF") {
        let text = String::from_utf8_lossy(rest);
        return Some(Decoded {
            had_errors: text.contains('\u{FFFD}') && std::str::from_utf8(rest).is_err(),
            text: text.into_owned(),
            encoding: "UTF-8",
        });
    }
    // The little-endian mark of UTF-32 begins with that of UTF-16.
    if let Some(rest) = bytes.strip_prefix(b"\xFF\xFE\0\0") {
        return Some(utf32(rest, Order::Little));
    }
    if let Some(rest) = bytes.strip_prefix(b"\0\0\xFE\xFF") {
        return Some(utf32(rest, Order::Big));
    }
    if let Some(rest) = bytes.strip_prefix(b"\xFF\xFE") {
        return Some(utf16(rest, Order::Little));
    }
    bytes
        .strip_prefix(b"\xFE\xFF")
        .map(|rest| utf16(rest, Order::Big))
}

/// Decodes text whose zero bytes stand where UTF-16 or UTF-32 puts them.
pub(super) fn by_zero_bytes(bytes: &[u8]) -> Option<Decoded> {
    let head = &bytes[..bytes.len().min(HEAD)];
    if head.len() < 4 || !head.contains(&0) {
        return None;
    }
    let mut zeros = [0_usize; 4];
    for quad in head.as_chunks::<4>().0 {
        for (count, byte) in zeros.iter_mut().zip(quad) {
            *count += usize::from(*byte == 0);
        }
    }
    let quads = head.len() / 4;
    if bytes.len().is_multiple_of(4)
        && zeros[3] == quads
        && zeros[2] * 10 >= quads * 9
        && zeros[0] == 0
    {
        return plausible(utf32(bytes, Order::Little));
    }
    if bytes.len().is_multiple_of(4)
        && zeros[0] == quads
        && zeros[1] * 10 >= quads * 9
        && zeros[3] == 0
    {
        return plausible(utf32(bytes, Order::Big));
    }
    let (even, odd) = (zeros[0] + zeros[2], zeros[1] + zeros[3]);
    let pairs = quads * 2;
    // ASCII among the characters makes one side zero and never both.
    if odd * 50 >= pairs && even * 20 <= odd {
        return plausible(utf16(bytes, Order::Little));
    }
    if even * 50 >= pairs && odd * 20 <= even {
        return plausible(utf16(bytes, Order::Big));
    }
    None
}

/// Decodes Chinese UTF-16 that holds no ASCII and therefore no zero byte.
pub(super) fn by_han(bytes: &[u8]) -> Option<Decoded> {
    if bytes.len() % 2 == 1 || bytes.len() < 8 {
        return None;
    }
    let head = &bytes[..bytes.len().min(HEAD)];
    let order = [Order::Little, Order::Big]
        .into_iter()
        .find(|order| legacy::chinese_share(&utf16(head, *order).text) >= 0.6)?;
    Some(utf16(bytes, order))
}

fn plausible(decoded: Decoded) -> Option<Decoded> {
    (super::share_of(&decoded.text, super::is_noise) <= 0.05).then_some(decoded)
}

fn utf16(bytes: &[u8], order: Order) -> Decoded {
    let encoding = match order {
        Order::Little => UTF_16LE,
        Order::Big => UTF_16BE,
    };
    super::lossy(bytes, encoding)
}

fn utf32(bytes: &[u8], order: Order) -> Decoded {
    let (quads, rest) = bytes.as_chunks::<4>();
    let mut had_errors = !rest.is_empty();
    let text = quads
        .iter()
        .map(|quad| {
            let value = match order {
                Order::Little => u32::from_le_bytes(*quad),
                Order::Big => u32::from_be_bytes(*quad),
            };
            char::from_u32(value).unwrap_or_else(|| {
                had_errors = true;
                '\u{FFFD}'
            })
        })
        .collect();
    Decoded {
        text,
        encoding: match order {
            Order::Little => "UTF-32LE",
            Order::Big => "UTF-32BE",
        },
        had_errors,
    }
}
