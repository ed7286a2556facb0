//! Frames: how messages travel over a pipe. Length as u32 little endian, then that many bytes of JSON.

use std::io::{self, Read, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;

use deskmate_core::{ErrorCode, WireError};

/// Longest frame in bytes. A batch of 1,000 embeddings of 1,024 dimensions is about 12 MiB of JSON.
pub const MAX_FRAME_BYTES: usize = 64 << 20;

/// What can go wrong with a frame.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// The pipe failed.
    #[error("the pipe failed: {0}")]
    Io(#[from] io::Error),
    /// The frame is, or says it is, longer than [`MAX_FRAME_BYTES`]; the stream cannot be used any further.
    #[error("a frame of `{bytes}` bytes is over the limit of `{MAX_FRAME_BYTES}`")]
    TooLarge {
        /// Its length.
        bytes: usize,
    },
    /// The stream ended inside a frame.
    #[error("the stream ended inside a frame")]
    Truncated,
    /// The frame arrived whole but is not the JSON that was expected; the next frame can be read.
    #[error("the frame is not a valid message: {0}")]
    Malformed(#[source] serde_json::Error),
}

impl From<FrameError> for WireError {
    fn from(error: FrameError) -> Self {
        let code = match &error {
            FrameError::Io(_) | FrameError::Truncated => ErrorCode::WorkerCrashed,
            FrameError::TooLarge { .. } | FrameError::Malformed(_) => ErrorCode::Internal,
        };
        WireError::new(code, error.to_string())
    }
}

/// Writes a message as one frame and flushes.
///
/// # Errors
/// [`FrameError::TooLarge`] before anything is written, [`FrameError::Io`] when the pipe fails.
pub fn write_frame<T: Serialize>(output: &mut impl Write, message: &T) -> Result<(), FrameError> {
    // One buffer and one write, so that two frames never mix and a reader is woken once.
    let mut bytes = vec![0_u8; 4];
    serde_json::to_writer(&mut bytes, message).map_err(FrameError::Malformed)?;
    let length = bytes.len() - 4;
    if length > MAX_FRAME_BYTES {
        return Err(FrameError::TooLarge { bytes: length });
    }
    let prefix = u32::try_from(length)
        .map_err(|_| FrameError::TooLarge { bytes: length })?
        .to_le_bytes();
    bytes[..4].copy_from_slice(&prefix);
    output.write_all(&bytes)?;
    output.flush()?;
    Ok(())
}

/// Reads the next message; `None` when the stream ends between two frames.
///
/// # Errors
/// All variants of [`FrameError`]. After `Malformed` the next call reads the next frame.
pub fn read_frame<T: DeserializeOwned>(input: &mut impl Read) -> Result<Option<T>, FrameError> {
    match read_frame_bytes(input)? {
        Some(bytes) => serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(FrameError::Malformed),
        None => Ok(None),
    }
}

/// Reads the bytes of the next frame without looking into them; `None` at the end of the stream.
///
/// # Errors
/// `Io`, `Truncated`, `TooLarge`.
pub fn read_frame_bytes(input: &mut impl Read) -> Result<Option<Vec<u8>>, FrameError> {
    let mut prefix = [0_u8; 4];
    let mut have = 0;
    while have < prefix.len() {
        match input.read(&mut prefix[have..]) {
            Ok(0) if have == 0 => return Ok(None),
            Ok(0) => return Err(FrameError::Truncated),
            Ok(read) => have += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(FrameError::Io(error)),
        }
    }
    let length = u32::from_le_bytes(prefix) as usize;
    if length > MAX_FRAME_BYTES {
        return Err(FrameError::TooLarge { bytes: length });
    }
    // The buffer grows with what arrives: a length without a body costs no memory.
    let mut body = Vec::new();
    input.take(length as u64).read_to_end(&mut body)?;
    if body.len() < length {
        return Err(FrameError::Truncated);
    }
    Ok(Some(body))
}

/// Reads bytes that follow a frame as they are; the frame said how many.
///
/// # Errors
/// `Io`, `Truncated`, and `TooLarge` for more than a saved prefix can have.
pub fn read_raw(input: &mut impl Read, bytes: usize) -> Result<Vec<u8>, FrameError> {
    if bytes as u64 > 2 * crate::saved::MAX_STATE_BYTES {
        return Err(FrameError::TooLarge { bytes });
    }
    let mut read = Vec::new();
    input.take(bytes as u64).read_to_end(&mut read)?;
    if read.len() < bytes {
        return Err(FrameError::Truncated);
    }
    Ok(read)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn framed(text: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        write_frame(&mut bytes, &text).unwrap();
        bytes
    }

    #[test]
    fn messages_come_back_in_order_and_then_the_stream_ends() {
        let mut stream = framed("你好");
        stream.extend(framed("world"));
        let mut input = stream.as_slice();
        assert_eq!(read_frame::<String>(&mut input).unwrap().unwrap(), "你好");
        assert_eq!(read_frame::<String>(&mut input).unwrap().unwrap(), "world");
        assert!(read_frame::<String>(&mut input).unwrap().is_none());
    }

    #[test]
    fn a_stream_that_ends_inside_a_frame_is_truncated_wherever_it_ends() {
        let whole = framed("hello");
        for end in 1..whole.len() {
            let mut input = &whole[..end];
            let error = read_frame::<String>(&mut input).unwrap_err();
            assert!(matches!(error, FrameError::Truncated), "cut at {end}");
        }
    }

    #[test]
    fn a_frame_that_says_it_is_too_long_is_refused_without_reading_it() {
        let mut input: &[u8] = &u32::MAX.to_le_bytes();
        let error = read_frame::<String>(&mut input).unwrap_err();
        assert!(matches!(error, FrameError::TooLarge { .. }));
    }

    #[test]
    fn a_message_that_is_too_long_is_not_written_at_all() {
        let mut output = Vec::new();
        let error = write_frame(&mut output, &"x".repeat(MAX_FRAME_BYTES)).unwrap_err();
        assert!(matches!(error, FrameError::TooLarge { .. }));
        assert!(output.is_empty());
    }

    #[test]
    fn after_a_malformed_frame_the_next_one_is_read() {
        let mut stream = framed("not a number");
        stream.extend(framed("text"));
        let mut input = stream.as_slice();
        let error = read_frame::<u32>(&mut input).unwrap_err();
        assert!(matches!(error, FrameError::Malformed(_)));
        assert_eq!(read_frame::<String>(&mut input).unwrap().unwrap(), "text");
    }

    #[test]
    fn a_stream_that_gives_one_byte_at_a_time_is_read_alike() {
        struct Slow<'a>(&'a [u8]);
        impl Read for Slow<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                let end = buffer.len().min(1);
                self.0.read(&mut buffer[..end])
            }
        }
        let whole = framed("慢");
        assert_eq!(
            read_frame::<String>(&mut Slow(&whole)).unwrap().unwrap(),
            "慢"
        );
    }

    #[test]
    fn no_stream_of_any_bytes_does_more_than_give_an_error() {
        use deskmate_core::testing::Dice;
        let mut dice = Dice::new(11);
        for _ in 0..20_000 {
            // Real frames with something changed, and bytes that never were one.
            let mut stream = if dice.below(2) == 0 {
                dice.bytes(40)
            } else {
                let mut stream = framed("第一");
                stream.extend(framed("second"));
                stream
            };
            if !stream.is_empty() {
                let at = dice.below(stream.len());
                stream[at] ^= 1 << dice.below(8);
                stream.truncate(stream.len() - dice.below(3).min(stream.len()));
            }
            let mut input = stream.as_slice();
            for _ in 0..8 {
                match read_frame::<crate::protocol::Request>(&mut input) {
                    Ok(Some(_)) | Err(FrameError::Malformed(_)) => {}
                    Ok(None) | Err(_) => break,
                }
            }
        }
    }
}
