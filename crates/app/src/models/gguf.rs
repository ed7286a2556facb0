//! A light structural check of a GGUF file: enough to tell a whole file from a truncated or foreign one, and a
//! chat model from an embedding model, without reading the weights.
// Source: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use deskmate_core::{ErrorCode, WireError};
use serde::Serialize;

use super::ModelKind;

const MAX_ENTRIES: u64 = 65_536;
const MAX_KEY_BYTES: u64 = 65_535;
// Longer values (chat templates, licence texts) are skipped, only their presence is noted.
const MAX_KEPT_BYTES: u64 = 4_096;
const MAX_ARRAY_DEPTH: u32 = 4;
const MAX_DIMENSIONS: u32 = 4;

/// What a GGUF file says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GgufSummary {
    /// E.g. `qwen2` or `bert`.
    pub architecture: String,
    /// The model's own name.
    pub name: Option<String>,
    /// What it does, judged by architecture, pooling and name.
    pub kind: ModelKind,
    /// Number of weights in the file.
    pub parameters: u64,
    /// Tokens of its context window.
    pub context: Option<u64>,
    /// Number of layers.
    pub layers: Option<u64>,
    /// Key-value heads per layer, when the same in all.
    pub kv_heads: Option<u64>,
    /// Length of a head.
    pub head_dim: Option<u64>,
    /// Length of a hidden state, for an embedding model that of its vectors.
    pub dimensions: Option<u64>,
    /// Kind of tokenizer, e.g. `gpt2` or `t5`.
    pub tokenizer: Option<String>,
    /// It carries a chat template.
    pub has_chat_template: bool,
}

/// Reads the header of a GGUF file and checks that all its tensors lie within the file.
///
/// # Errors
/// `ModelDamaged` naming the file when it is truncated, not GGUF, or its header makes no sense;
/// `NotFound`, `PermissionDenied` when it cannot be opened.
pub fn inspect_gguf(path: &Path) -> Result<GgufSummary, WireError> {
    let damaged = |what: String| {
        WireError::new(
            ErrorCode::ModelDamaged,
            format!("`{}` is not a whole GGUF file: {what}", path.display()),
        )
        .with_hint("get the file again and compare its size with the publisher's")
    };
    let open = |error: std::io::Error| {
        WireError::new(
            ErrorCode::of_io(&error),
            format!("could not open `{}`: {error}", path.display()),
        )
    };
    let file = File::open(path).map_err(open)?;
    let length = file.metadata().map_err(open)?.len();
    let mut scan = Scan {
        reader: BufReader::new(file),
        at: 0,
        length,
    };
    scan.summary().map_err(damaged)
}

enum Value {
    Number(u64),
    Text(String),
    // Float, array, long text: only that it is there.
    Other,
}

struct Scan {
    reader: BufReader<File>,
    at: u64,
    length: u64,
}

type Scanned<T> = Result<T, String>;

impl Scan {
    fn summary(&mut self) -> Scanned<GgufSummary> {
        if self.length < 24 {
            return Err(format!("it has only {} bytes", self.length));
        }
        if &self.bytes::<4>()? != b"GGUF" {
            return Err("it does not start with `GGUF`".to_string());
        }
        let version = self.u32()?;
        if !(2..=3).contains(&version) {
            return Err(format!("version {version} is unknown"));
        }
        let tensors = self.count("tensors")?;
        let keys = self.count("keys")?;
        let mut values = HashMap::new();
        for _ in 0..keys {
            let key = self.text(MAX_KEY_BYTES)?.ok_or("a key is too long")?;
            let kind = self.u32()?;
            values.insert(key, self.value(kind)?);
        }
        let parameters = self.tensors(tensors, &values)?;
        Ok(summarize(&values, parameters))
    }

    fn tensors(&mut self, tensors: u64, values: &HashMap<String, Value>) -> Scanned<u64> {
        let alignment = number(values, "general.alignment").unwrap_or(32);
        if !alignment.is_power_of_two() || alignment > 1 << 20 {
            return Err(format!("an alignment of {alignment} makes no sense"));
        }
        let mut parameters = 0_u64;
        let mut furthest = 0_u64;
        let mut last = String::new();
        for _ in 0..tensors {
            let name = self
                .text(MAX_KEY_BYTES)?
                .ok_or("a tensor's name is too long")?;
            let dimensions = self.u32()?;
            if dimensions > MAX_DIMENSIONS {
                return Err(format!("tensor `{name}` has {dimensions} dimensions"));
            }
            let mut elements = 1_u64;
            for _ in 0..dimensions {
                elements = elements
                    .checked_mul(self.u64()?)
                    .ok_or_else(|| format!("tensor `{name}` is impossibly large"))?;
            }
            let kind = self.u32()?;
            let offset = self.u64()?;
            // A type newer than this program: its start must lie in the file, its size is not known.
            let size = match block_of(kind) {
                Some((block, bytes)) => elements.div_ceil(block).checked_mul(bytes),
                None => Some(0),
            };
            let end = size
                .and_then(|size| offset.checked_add(size))
                .ok_or_else(|| format!("tensor `{name}` is impossibly large"))?;
            parameters = parameters.saturating_add(elements);
            if end > furthest {
                furthest = end;
                last = name;
            }
        }
        let start = self.at.div_ceil(alignment) * alignment;
        let needed = start.saturating_add(furthest);
        if needed > self.length {
            return Err(format!(
                "tensor `{last}` ends at byte {needed}, the file has {}",
                self.length
            ));
        }
        Ok(parameters)
    }

    fn value(&mut self, kind: u32) -> Scanned<Value> {
        Ok(match kind {
            0 | 1 | 7 => Value::Number(u64::from(self.bytes::<1>()?[0])),
            2 | 3 => Value::Number(u64::from(u16::from_le_bytes(self.bytes()?))),
            4 | 5 => Value::Number(u64::from(self.u32()?)),
            10 | 11 => Value::Number(self.u64()?),
            6 | 12 => {
                self.skip(if kind == 6 { 4 } else { 8 })?;
                Value::Other
            }
            8 => self.text(MAX_KEPT_BYTES)?.map_or(Value::Other, Value::Text),
            9 => {
                self.skip_array(0)?;
                Value::Other
            }
            other => return Err(format!("value type {other} is unknown")),
        })
    }

    fn skip_array(&mut self, depth: u32) -> Scanned<()> {
        if depth == MAX_ARRAY_DEPTH {
            return Err("its arrays are nested too deep".to_string());
        }
        let kind = self.u32()?;
        let count = self.u64()?;
        let width = match kind {
            0 | 1 | 7 => 1,
            2 | 3 => 2,
            4..=6 => 4,
            10..=12 => 8,
            // Every text has a length of 8 bytes, every array a head of 12, so the file's end bounds this loop.
            8 => {
                for _ in 0..count {
                    let length = self.u64()?;
                    self.skip(length)?;
                }
                return Ok(());
            }
            9 => {
                for _ in 0..count {
                    self.skip_array(depth + 1)?;
                }
                return Ok(());
            }
            other => return Err(format!("array type {other} is unknown")),
        };
        self.skip(
            count
                .checked_mul(width)
                .ok_or("an array is impossibly long")?,
        )
    }

    fn count(&mut self, what: &str) -> Scanned<u64> {
        let count = self.u64()?;
        if count > MAX_ENTRIES {
            return Err(format!("{count} {what} make no sense"));
        }
        Ok(count)
    }

    // None, and skipped, when longer than `most`.
    fn text(&mut self, most: u64) -> Scanned<Option<String>> {
        let length = self.u64()?;
        if length > most {
            self.skip(length)?;
            return Ok(None);
        }
        self.within(length)?;
        let mut bytes = vec![0; length as usize];
        self.read(&mut bytes)?;
        Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
    }

    fn within(&self, more: u64) -> Scanned<()> {
        match self.at.checked_add(more) {
            Some(end) if end <= self.length => Ok(()),
            _ => Err(format!("it ends at byte {} within its header", self.length)),
        }
    }

    fn skip(&mut self, more: u64) -> Scanned<()> {
        self.within(more)?;
        self.reader
            .seek_relative(more as i64)
            .map_err(|error| error.to_string())?;
        self.at += more;
        Ok(())
    }

    fn read(&mut self, bytes: &mut [u8]) -> Scanned<()> {
        self.within(bytes.len() as u64)?;
        self.reader
            .read_exact(bytes)
            .map_err(|error| error.to_string())?;
        self.at += bytes.len() as u64;
        Ok(())
    }

    fn bytes<const N: usize>(&mut self) -> Scanned<[u8; N]> {
        let mut bytes = [0; N];
        self.read(&mut bytes)?;
        Ok(bytes)
    }

    fn u32(&mut self) -> Scanned<u32> {
        Ok(u32::from_le_bytes(self.bytes()?))
    }

    fn u64(&mut self) -> Scanned<u64> {
        Ok(u64::from_le_bytes(self.bytes()?))
    }
}

fn number(values: &HashMap<String, Value>, key: &str) -> Option<u64> {
    match values.get(key) {
        Some(Value::Number(number)) => Some(*number),
        _ => None,
    }
}

fn text(values: &HashMap<String, Value>, key: &str) -> Option<String> {
    match values.get(key) {
        Some(Value::Text(text)) => Some(text.clone()),
        _ => None,
    }
}

fn summarize(values: &HashMap<String, Value>, parameters: u64) -> GgufSummary {
    let architecture = text(values, "general.architecture").unwrap_or_default();
    let name = text(values, "general.name");
    let own = |key: &str| number(values, &format!("{architecture}.{key}"));
    let heads = own("attention.head_count");
    let dimensions = own("embedding_length");
    GgufSummary {
        kind: kind_of(
            &architecture,
            name.as_deref().unwrap_or_default(),
            own("pooling_type"),
        ),
        parameters,
        context: own("context_length"),
        layers: own("block_count"),
        kv_heads: own("attention.head_count_kv").or(heads),
        head_dim: own("attention.key_length").or_else(|| {
            let heads = heads.filter(|heads| *heads > 0)?;
            Some(dimensions? / heads)
        }),
        dimensions,
        tokenizer: text(values, "tokenizer.ggml.model"),
        has_chat_template: values.contains_key("tokenizer.chat_template"),
        architecture,
        name,
    }
}

fn kind_of(architecture: &str, name: &str, pooling: Option<u64>) -> ModelKind {
    const RANK: u64 = 4;
    let name = name.to_lowercase();
    if architecture == "clip" {
        return ModelKind::Vision;
    }
    if architecture == "whisper" {
        return ModelKind::Speech;
    }
    if pooling == Some(RANK) || name.contains("rerank") {
        return ModelKind::Rerank;
    }
    let embeds = pooling.is_some_and(|pooling| pooling > 0)
        || architecture.contains("bert")
        || architecture.contains("embedding")
        || architecture == "t5encoder"
        || name.contains("embedding");
    if embeds {
        ModelKind::Embedding
    } else {
        ModelKind::Chat
    }
}

// Weights per block and bytes per block of a tensor type.
// Source: type_traits in https://github.com/ggml-org/ggml/blob/master/src/ggml.c
fn block_of(kind: u32) -> Option<(u64, u64)> {
    Some(match kind {
        0 | 26 => (1, 4),
        1 | 25 | 30 => (1, 2),
        2 => (32, 18),
        3 => (32, 20),
        6 => (32, 22),
        7 => (32, 24),
        8 => (32, 34),
        9 => (32, 36),
        10 => (256, 84),
        11 => (256, 110),
        12 => (256, 144),
        13 => (256, 176),
        14 => (256, 210),
        15 => (256, 292),
        16 => (256, 66),
        17 => (256, 74),
        18 => (256, 98),
        19 => (256, 50),
        20 => (32, 18),
        21 => (256, 110),
        22 => (256, 82),
        23 => (256, 136),
        24 => (1, 1),
        27 | 28 => (1, 8),
        29 => (256, 56),
        34 => (256, 54),
        35 => (256, 66),
        39 => (32, 17),
        _ => return None,
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::testing::tiny_gguf;
    use super::*;

    fn inspect(bytes: &[u8]) -> Result<GgufSummary, WireError> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("m.gguf");
        std::fs::write(&path, bytes).unwrap();
        inspect_gguf(&path)
    }

    #[test]
    fn a_whole_file_tells_what_it_is() {
        let summary = inspect(&tiny_gguf("llama")).unwrap();
        assert_eq!(summary.architecture, "llama");
        assert_eq!(summary.kind, ModelKind::Chat);
        assert_eq!(summary.parameters, 64);
        assert_eq!(
            inspect(&tiny_gguf("bert")).unwrap().kind,
            ModelKind::Embedding
        );
    }

    #[test]
    fn a_file_cut_anywhere_is_refused_without_a_panic() {
        let whole = tiny_gguf("llama");
        for length in 0..whole.len() {
            let error = inspect(&whole[..length]).unwrap_err();
            assert_eq!(error.code, ErrorCode::ModelDamaged, "cut at {length}");
            assert!(error.message.contains("m.gguf"));
        }
    }

    #[test]
    fn any_changed_byte_neither_panics_nor_allocates_wildly() {
        let whole = tiny_gguf("llama");
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] = 0xff;
            // Either verdict is right, as long as it comes.
            let _ = inspect(&bytes);
        }
    }
}
