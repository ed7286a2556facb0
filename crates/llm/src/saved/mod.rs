//! A prompt that was read once, as a file: its tokens with the keys and values that the model computed for them.
//!
//! A file is `DESKKV01`, the BLAKE3 of all that follows, the length of its head (u32, little endian), the head as JSON,
//! and the state as llama.cpp gives it. llama.cpp ends the process over a state that contradicts itself, so nothing
//! reaches it but bytes whose checksum is right ([`open`]), made by the same engine for the same model.
//!
//! [`folder::Folder`] keeps such files within a limit. It knows what each of them quotes, so that forgetting a document
//! takes them along.

pub mod folder;

use std::io::Read;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::protocol::ModelInfo;

const MAGIC: &[u8; 8] = b"DESKKV01";
const CHECKSUM_BYTES: usize = 32;
/// What comes before the head.
const FRONT_BYTES: usize = MAGIC.len() + CHECKSUM_BYTES + 4;
/// Longest head: a window of a million tokens has eight million bytes of JSON.
const MAX_HEAD_BYTES: usize = 16 << 20;

/// Largest state that is kept, in bytes: 2,000 tokens of a model with four thousand million parameters take 300 MiB.
pub const MAX_STATE_BYTES: u64 = 1 << 30;

/// What stands in a prompt, so that what is kept of it goes when that is forgotten.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holds {
    /// The files that it quotes; `None`: any file may be quoted.
    pub files: Option<Vec<PathBuf>>,
    /// What somebody said to the model, and what it answered.
    pub conversation: bool,
}

impl Holds {
    /// A conversation, which may quote any file.
    pub fn conversation() -> Self {
        Self {
            files: None,
            conversation: true,
        }
    }

    /// Text of these files; of none: text that may be from anywhere.
    pub fn files(files: &[PathBuf]) -> Self {
        Self {
            files: (!files.is_empty()).then(|| files.to_vec()),
            conversation: false,
        }
    }

    /// True when text of this file, or of a file in this folder, is certainly in it.
    fn names(&self, path: &Path) -> bool {
        let mut files = self.files.iter().flatten();
        files.any(|file| file.starts_with(path))
    }
}

/// Names what a state depends on: the model by its checksum, how it runs here, the build of llama.cpp.
///
/// A state from a graphics device is rounded otherwise than one of the processor, and one of another processor's kernels
/// may be; the same answers shall come with a saved prefix as without.
pub fn engine_name(model_sha256: &str, info: &ModelInfo) -> String {
    let plan = &info.plan;
    let all = format!(
        "{model_sha256}|{}|{}|{:?}|{}|{:?}|{:?}",
        info.build, plan.n_ctx, plan.kv_type, plan.gpu_layers, plan.gpu, info.cpu_variant
    );
    blake3::hash(all.as_bytes()).to_hex()[..32].to_owned()
}

/// What a saved prefix is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Names the model, its parameters and the build of llama.cpp; a state of another one is of no use.
    pub engine: String,
    /// The tokens whose state it is, from the first of the prompt on.
    pub tokens: Vec<i32>,
    /// What stands in it.
    pub holds: Holds,
    /// Length of the state.
    pub state_bytes: u64,
}

/// Why a file is no saved prefix.
#[derive(Debug, thiserror::Error)]
pub enum Flaw {
    /// It ends too early or goes on too long.
    #[error("the saved prefix has another length than it says")]
    Length,
    /// It is something else, or of another version.
    #[error("this is no saved prefix")]
    NotOurs,
    /// A byte of it changed.
    #[error("the checksum of the saved prefix is wrong")]
    Checksum,
    /// Its head is not what it must be.
    #[error("the head of the saved prefix cannot be read")]
    Head,
    /// It cannot be read from the disk.
    #[error("the saved prefix cannot be read: {0}")]
    Io(#[from] std::io::Error),
}

/// The bytes of a file, its state written by `fill` into exactly `head.state_bytes`; `None` when `fill` cannot.
pub fn assemble(head: &Head, fill: impl FnOnce(&mut [u8]) -> bool) -> Option<Vec<u8>> {
    let text = serde_json::to_vec(head).ok()?;
    let length = u32::try_from(text.len()).ok()?;
    let state_at = FRONT_BYTES + text.len();
    let mut bytes = vec![0; state_at + usize::try_from(head.state_bytes).ok()?];
    bytes[..MAGIC.len()].copy_from_slice(MAGIC);
    bytes[FRONT_BYTES - 4..FRONT_BYTES].copy_from_slice(&length.to_le_bytes());
    bytes[FRONT_BYTES..state_at].copy_from_slice(&text);
    if !fill(&mut bytes[state_at..]) {
        return None;
    }
    let from = MAGIC.len() + CHECKSUM_BYTES;
    let checksum = blake3::hash(&bytes[from..]);
    bytes[MAGIC.len()..from].copy_from_slice(checksum.as_bytes());
    Some(bytes)
}

/// Looks at a whole file: its head and its state, of which every byte is as it was written.
///
/// # Errors
/// All of [`Flaw`] but `Io`.
pub fn open(bytes: &[u8]) -> Result<(Head, &[u8]), Flaw> {
    let head = read_head(&mut &bytes[..])?;
    let from = MAGIC.len() + CHECKSUM_BYTES;
    if blake3::hash(&bytes[from..])
        != blake3::Hash::from_slice(&bytes[MAGIC.len()..from]).map_err(|_| Flaw::Length)?
    {
        return Err(Flaw::Checksum);
    }
    // The checksum was right, so the head's own length is too.
    let length = [
        bytes[from],
        bytes[from + 1],
        bytes[from + 2],
        bytes[from + 3],
    ];
    let state = bytes
        .get(FRONT_BYTES + u32::from_le_bytes(length) as usize..)
        .filter(|state| state.len() as u64 == head.state_bytes)
        .ok_or(Flaw::Length)?;
    Ok((head, state))
}

/// Reads the head alone, without a look at the checksum: enough to choose a file, not to use it.
///
/// # Errors
/// `NotOurs`, `Length`, `Head`, `Io`.
pub fn read_head(input: &mut impl Read) -> Result<Head, Flaw> {
    let ended = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::UnexpectedEof => Flaw::Length,
        _ => Flaw::Io(error),
    };
    let mut front = [0; FRONT_BYTES];
    input.read_exact(&mut front).map_err(ended)?;
    if &front[..MAGIC.len()] != MAGIC {
        return Err(Flaw::NotOurs);
    }
    let length = [
        front[FRONT_BYTES - 4],
        front[FRONT_BYTES - 3],
        front[FRONT_BYTES - 2],
        front[FRONT_BYTES - 1],
    ];
    let length = u32::from_le_bytes(length) as usize;
    if length > MAX_HEAD_BYTES {
        return Err(Flaw::Head);
    }
    let mut text = Vec::new();
    input.take(length as u64).read_to_end(&mut text)?;
    if text.len() < length {
        return Err(Flaw::Length);
    }
    serde_json::from_slice(&text).map_err(|_| Flaw::Head)
}

/// Bytes of a file that begins with this head.
fn file_bytes(head_bytes: u64, head: &Head) -> u64 {
    FRONT_BYTES as u64 + head_bytes + head.state_bytes
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn head() -> Head {
        Head {
            engine: "one".to_owned(),
            tokens: vec![1, 2, 3],
            holds: Holds::files(&[PathBuf::from("/a/报告.docx")]),
            state_bytes: 4,
        }
    }

    fn written() -> Vec<u8> {
        assemble(&head(), |state| {
            state.copy_from_slice(&[7, 8, 9, 10]);
            true
        })
        .unwrap()
    }

    #[test]
    fn what_was_written_is_read_again() {
        let bytes = written();
        let (read, state) = open(&bytes).unwrap();
        assert_eq!((read, state), (head(), &[7_u8, 8, 9, 10][..]));
        assert_eq!(read_head(&mut &bytes[..]).unwrap(), head());
    }

    #[test]
    fn a_state_that_cannot_be_had_gives_no_file() {
        assert!(assemble(&head(), |_| false).is_none());
    }

    #[test]
    fn any_changed_bit_is_found() {
        let whole = written();
        for at in 0..whole.len() {
            for bit in 0..8 {
                let mut bytes = whole.clone();
                bytes[at] ^= 1 << bit;
                assert!(open(&bytes).is_err(), "byte {at}, bit {bit}");
            }
        }
    }

    #[test]
    fn a_file_cut_anywhere_or_with_more_behind_is_found() {
        let whole = written();
        for end in 0..whole.len() {
            assert!(open(&whole[..end]).is_err(), "cut at {end}");
        }
        let mut longer = whole;
        longer.push(0);
        assert!(open(&longer).is_err());
    }

    #[test]
    fn a_head_that_says_it_is_too_long_is_refused_without_reading_it() {
        let mut bytes = written();
        bytes[FRONT_BYTES - 4..FRONT_BYTES].copy_from_slice(&u32::MAX.to_le_bytes());
        assert!(matches!(read_head(&mut &bytes[..]), Err(Flaw::Head)));
    }
}
