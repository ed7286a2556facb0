//! A look into a GGUF file without loading it: what model it is, and whether the file is whole.
//!
//! The parser is plain Rust and bounded: no length from the file is trusted before it is held against what is left
//! of the file, so a hostile file costs an error. Source of the layout: docs/gguf.md of the ggml project.

mod reader;
mod tensors;

use std::collections::HashMap;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use serde::{Deserialize, Serialize};

use deskmate_core::{ErrorCode, WireError};

use reader::{Reader, Scalar};

/// Entries that are looked at; real files have about 40.
const MAX_ENTRIES: u64 = 20_000;
/// Tensors of a file; the largest public models have about 2,000.
const MAX_TENSORS: u64 = 100_000;

/// What a GGUF file says of itself.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct GgufSummary {
    /// Architecture, e.g. `qwen2`, `bert`.
    pub architecture: String,
    /// Name of the model, if it has one.
    pub name: Option<String>,
    /// Bytes of the file.
    pub file_bytes: u64,
    /// Bytes of all tensors.
    pub tensor_bytes: u64,
    /// Number of weights.
    pub n_params: u64,
    /// Context it was trained for.
    pub context_length: u32,
    /// Number of layers.
    pub block_count: u32,
    /// Width of a layer.
    pub embedding_length: u32,
    /// Heads that hold keys and values.
    pub kv_heads: u32,
    /// Width of a key head.
    pub key_length: u32,
    /// Width of a value head.
    pub value_length: u32,
    /// Kind of tokenizer: `gpt2`, `llama`, `bert`, `t5` …
    pub tokenizer: Option<String>,
    /// Number of tokens the tokenizer knows.
    pub vocabulary: u64,
    /// The file brings a chat template.
    pub chat_template: bool,
    /// How token vectors become one vector: 0 none, 1 mean, 2 first, 3 last, 4 rank; absent when not said.
    pub pooling: Option<u32>,
}

/// Reads what a GGUF file says of itself and checks that all of its tensors lie inside it.
///
/// # Errors
/// `NotFound` and `PermissionDenied` of the file system; `ModelDamaged` when the file is no GGUF file, is cut short,
/// or contradicts itself.
pub fn inspect(path: &Path) -> Result<GgufSummary, WireError> {
    let shown = path.display();
    let file = File::open(path).map_err(|error| {
        WireError::new(
            ErrorCode::of_io(&error),
            format!("could not open the model `{shown}`: {error}"),
        )
    })?;
    let length = file
        .metadata()
        .map_err(|error| {
            WireError::new(
                ErrorCode::of_io(&error),
                format!("could not read the model `{shown}`: {error}"),
            )
        })?
        .len();
    let mut reader = Reader::new(BufReader::with_capacity(1 << 16, file), length);
    summarize(&mut reader).map_err(|reason| {
        WireError::new(
            ErrorCode::ModelDamaged,
            format!("the model file `{shown}` cannot be used: {reason}"),
        )
        .with_hint("get the model again; the download is checked against its checksum")
    })
}

fn summarize<R: std::io::Read + std::io::Seek>(
    reader: &mut Reader<R>,
) -> Result<GgufSummary, String> {
    if reader.length() < 24 {
        return Err("it is too short to be a GGUF file".to_string());
    }
    if reader.bytes::<4>()? != *b"GGUF" {
        return Err("it is not a GGUF file".to_string());
    }
    let version = reader.u32()?;
    // Version 1 had 32-bit lengths and is not written any more; a byte-swapped number means big endian.
    if !(2..=3).contains(&version) {
        return Err(format!("its GGUF version `{version}` is not known"));
    }
    let tensor_count = reader.u64()?;
    let entry_count = reader.u64()?;
    if tensor_count > MAX_TENSORS || entry_count > MAX_ENTRIES {
        return Err(format!(
            "it says that it has `{tensor_count}` tensors and `{entry_count}` entries"
        ));
    }
    let mut entries: HashMap<String, Scalar> = HashMap::new();
    let mut vocabulary = 0;
    for _ in 0..entry_count {
        let key = reader.string(reader::MAX_KEY_BYTES)?;
        let value = reader.value()?;
        if key == "tokenizer.ggml.tokens"
            && let Scalar::Array { length, .. } = value
        {
            vocabulary = length;
        }
        entries.insert(key, value);
    }
    let alignment = match entries.get("general.alignment").and_then(Scalar::as_u64) {
        None => 32,
        Some(value) if value.is_power_of_two() && value <= 1 << 20 => value,
        Some(value) => return Err(format!("its alignment `{value}` makes no sense")),
    };
    let tensors = tensors::read_tensors(reader, tensor_count, alignment)?;
    Ok(summary_of(&entries, vocabulary, reader.length(), tensors))
}

fn summary_of(
    entries: &HashMap<String, Scalar>,
    vocabulary: u64,
    file_bytes: u64,
    tensors: tensors::TensorTotals,
) -> GgufSummary {
    let text = |key: &str| entries.get(key).and_then(Scalar::as_text);
    let architecture = text("general.architecture").unwrap_or_default();
    let number = |key: &str| {
        entries
            .get(&format!("{architecture}.{key}"))
            .and_then(Scalar::as_u64)
            .and_then(|value| u32::try_from(value).ok())
    };
    let embedding_length = number("embedding_length").unwrap_or(0);
    let heads = number("attention.head_count").unwrap_or(0);
    let head_width = embedding_length.checked_div(heads).unwrap_or(0);
    GgufSummary {
        name: text("general.name"),
        file_bytes,
        tensor_bytes: tensors.bytes,
        n_params: tensors.elements,
        context_length: number("context_length").unwrap_or(0),
        block_count: number("block_count").unwrap_or(0),
        embedding_length,
        kv_heads: number("attention.head_count_kv").unwrap_or(heads),
        key_length: number("attention.key_length").unwrap_or(head_width),
        value_length: number("attention.value_length").unwrap_or(head_width),
        tokenizer: text("tokenizer.ggml.model"),
        vocabulary,
        chat_template: text("tokenizer.chat_template").is_some(),
        pooling: number("pooling_type"),
        architecture,
    }
}

#[cfg(test)]
mod tests;
