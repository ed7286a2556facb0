//! Converts the `E5S1` packaging of multilingual-e5-small to GGUF, weight for weight.
//!
//! The quantized blocks of both formats are the same, so no weight is touched. The tokenizer comes out as unigram
//! (`t5`), which it is; the code-point map of the source is left out, since texts are brought to NFKC before they
//! are embedded.

use std::collections::HashMap;
use std::io::Write;

use super::gguf_write::{F32, GgufWriter, Q4_0};

const BLOCK: u64 = 32;
const BLOCK_BYTES: u64 = 18;
// Far above the one real file; what lies beyond is not that format.
const MAX_VOCABULARY: u64 = 1 << 20;
const MAX_WIDTH: u64 = 1 << 14;
const MAX_LAYERS: u64 = 128;

const NORMAL: i32 = 1;
const UNKNOWN: i32 = 2;
const CONTROL: i32 = 3;
const UNUSED: i32 = 5;

/// Why a file is not in the `E5S1` format, or the result could not be written.
#[derive(Debug, thiserror::Error)]
pub(super) enum ConvertError {
    #[error("it is not in the E5S1 format: {0}")]
    Format(String),
    #[error("could not write the result: {0}")]
    Write(#[from] std::io::Error),
}

type Converted<T> = Result<T, ConvertError>;

fn wrong<T>(what: impl Into<String>) -> Converted<T> {
    Err(ConvertError::Format(what.into()))
}

/// Reads the whole source from `bin` and writes the GGUF file to `out`.
pub(super) fn convert_e5(bin: &[u8], out: &mut impl Write) -> Converted<()> {
    let source = E5Source::read(bin)?;
    let mut writer = GgufWriter::new("bert");
    source.put_keys(&mut writer);
    source.put_tensors(&mut writer)?;
    writer.write(out)?;
    Ok(())
}

struct E5Source<'a> {
    hidden: u64,
    layers: u64,
    heads: u64,
    feed_forward: u64,
    vocabulary: u64,
    positions: u64,
    token_types: u64,
    epsilon: f32,
    bos: u32,
    eos: u32,
    pad: u32,
    unknown: u32,
    pieces: Vec<&'a [u8]>,
    scores: Vec<f32>,
    tensors: HashMap<&'a [u8], SourceTensor<'a>>,
}

struct SourceTensor<'a> {
    kind: u8,
    elements: u64,
    bytes: &'a [u8],
}

impl<'a> E5Source<'a> {
    fn read(bin: &'a [u8]) -> Converted<Self> {
        let mut at = Cursor { bin, rest: bin };
        if at.take(4)? != b"E5S1" {
            return wrong("it does not start with `E5S1`");
        }
        if at.u32()? != 1 {
            return wrong("its version is not 1");
        }
        let hidden = at.size("hidden size", MAX_WIDTH)?;
        let layers = at.size("layer count", MAX_LAYERS)?;
        let heads = at.size("head count", MAX_WIDTH)?;
        let feed_forward = at.size("feed-forward size", MAX_WIDTH)?;
        let vocabulary = at.size("vocabulary", MAX_VOCABULARY)?;
        let positions = at.size("position count", MAX_VOCABULARY)?;
        let token_types = at.size("token type count", MAX_WIDTH)?;
        let epsilon = f32::from_bits(at.u32()?);
        if u64::from(at.u32()?) != BLOCK {
            return wrong("its blocks are not of 32 weights");
        }
        let piece_count = at.size("piece count", vocabulary)?;
        let special: Vec<u32> = (0..4).map(|_| at.u32()).collect::<Converted<_>>()?;
        if special.iter().any(|id| u64::from(*id) >= piece_count) {
            return wrong("a special token is outside the vocabulary");
        }
        let blob_bytes = at.u64()?;
        let offsets: Vec<u32> = at.words(piece_count + 1)?.collect();
        let scores = at.words(piece_count)?.map(f32::from_bits).collect();
        let blob = at.take(blob_bytes)?;
        let pieces = offsets
            .windows(2)
            .map(|pair| blob.get(pair[0] as usize..pair[1] as usize))
            .collect::<Option<Vec<_>>>();
        let Some(pieces) = pieces else {
            return wrong("a piece lies outside the piece texts");
        };
        // The code-point map: entries, bytes, content.
        at.u32()?;
        let map_bytes = at.u32()?;
        at.take(u64::from(map_bytes))?;
        let tensors = at.tensors()?;
        Ok(Self {
            hidden,
            layers,
            heads,
            feed_forward,
            vocabulary,
            positions,
            token_types,
            epsilon,
            bos: special[0],
            eos: special[1],
            pad: special[2],
            unknown: special[3],
            pieces,
            scores,
            tensors,
        })
    }

    fn put_keys(&self, writer: &mut GgufWriter<'a>) {
        writer.text("general.type", "model");
        writer.text("general.name", "multilingual-e5-small");
        writer.text("general.license", "mit");
        writer.u32("general.quantization_version", 2);
        writer.u32("general.file_type", 2);
        writer.u32("bert.block_count", self.layers as u32);
        writer.u32("bert.context_length", self.positions as u32);
        writer.u32("bert.embedding_length", self.hidden as u32);
        writer.u32("bert.feed_forward_length", self.feed_forward as u32);
        writer.u32("bert.attention.head_count", self.heads as u32);
        writer.f32("bert.attention.layer_norm_epsilon", self.epsilon);
        writer.bool("bert.attention.causal", false);
        writer.u32("bert.pooling_type", 1);
        writer.text("tokenizer.ggml.model", "t5");
        writer.text("tokenizer.ggml.pre", "default");
        // The vocabulary has more rows than pieces: the rest is filled with tokens that never occur.
        let mut tokens: Vec<Vec<u8>> = self.pieces.iter().map(|piece| piece.to_vec()).collect();
        let mut scores = self.scores.clone();
        let mut types = vec![NORMAL; tokens.len()];
        for row in tokens.len() as u64..self.vocabulary {
            tokens.push(format!("[PAD{row}]").into_bytes());
            scores.push(-10_000.0);
            types.push(UNUSED);
        }
        let mask = self.pieces.iter().position(|piece| *piece == b"<mask>");
        for id in [self.bos, self.pad, self.eos] {
            types[id as usize] = CONTROL;
        }
        if let Some(mask) = mask {
            types[mask] = CONTROL;
        }
        types[self.unknown as usize] = UNKNOWN;
        writer.texts("tokenizer.ggml.tokens", &tokens);
        writer.f32s("tokenizer.ggml.scores", &scores);
        writer.i32s("tokenizer.ggml.token_type", &types);
        writer.u32("tokenizer.ggml.token_type_count", self.token_types as u32);
        writer.bool("tokenizer.ggml.add_space_prefix", true);
        writer.bool("tokenizer.ggml.remove_extra_whitespaces", true);
        writer.u32("tokenizer.ggml.bos_token_id", self.bos);
        writer.u32("tokenizer.ggml.eos_token_id", self.eos);
        writer.u32("tokenizer.ggml.unknown_token_id", self.unknown);
        // The key is spelled like this in the format.
        writer.u32("tokenizer.ggml.seperator_token_id", self.eos);
        writer.u32("tokenizer.ggml.padding_token_id", self.pad);
        if let Some(mask) = mask {
            writer.u32("tokenizer.ggml.mask_token_id", mask as u32);
        }
        writer.bool("tokenizer.ggml.add_bos_token", true);
        writer.bool("tokenizer.ggml.add_eos_token", true);
    }

    fn put_tensors(&self, writer: &mut GgufWriter<'a>) -> Converted<()> {
        let (hidden, wide) = (self.hidden, self.feed_forward);
        let mut put = |from: String, to: String, shape: &[u64]| self.put(writer, &from, to, shape);
        let named = |name: &str| format!("{name}.weight");
        put(
            "emb.word".into(),
            named("token_embd"),
            &[self.vocabulary, hidden],
        )?;
        put(
            "emb.pos".into(),
            named("position_embd"),
            &[self.positions, hidden],
        )?;
        put(
            "emb.type".into(),
            named("token_types"),
            &[self.token_types, hidden],
        )?;
        put("emb.ln.w".into(), named("token_embd_norm"), &[hidden])?;
        put("emb.ln.b".into(), "token_embd_norm.bias".into(), &[hidden])?;
        for layer in 0..self.layers {
            // (source, target, rows, columns); no columns: a norm.
            let parts = [
                ("q", "attn_q", hidden, Some(hidden)),
                ("k", "attn_k", hidden, Some(hidden)),
                ("v", "attn_v", hidden, Some(hidden)),
                ("ao", "attn_output", hidden, Some(hidden)),
                ("aln", "attn_output_norm", hidden, None),
                ("fi", "ffn_up", wide, Some(hidden)),
                ("fo", "ffn_down", hidden, Some(wide)),
                ("oln", "layer_output_norm", hidden, None),
            ];
            for (from, to, rows, columns) in parts {
                let shape: Vec<u64> = std::iter::once(rows).chain(columns).collect();
                put(
                    format!("l{layer}.{from}.w"),
                    format!("blk.{layer}.{to}.weight"),
                    &shape,
                )?;
                put(
                    format!("l{layer}.{from}.b"),
                    format!("blk.{layer}.{to}.bias"),
                    &[rows],
                )?;
            }
        }
        Ok(())
    }

    fn put(
        &self,
        writer: &mut GgufWriter<'a>,
        from: &str,
        to: String,
        shape: &[u64],
    ) -> Converted<()> {
        let Some(tensor) = self.tensors.get(from.as_bytes()) else {
            return wrong(format!("tensor `{from}` is missing"));
        };
        // Both factors are bounded by the limits above, so the product fits.
        let elements: u64 = shape.iter().product();
        let columns = shape.last().copied().unwrap_or(0);
        let (kind, bytes) = match tensor.kind {
            0 => (F32, elements * 4),
            1 if columns.is_multiple_of(BLOCK) => (Q4_0, elements / BLOCK * BLOCK_BYTES),
            _ => return wrong(format!("tensor `{from}` is of an unknown type")),
        };
        if tensor.elements != elements || tensor.bytes.len() as u64 != bytes {
            return wrong(format!("tensor `{from}` has another size than its shape"));
        }
        writer.tensor(to, shape, kind, tensor.bytes);
        Ok(())
    }
}

struct Cursor<'a> {
    bin: &'a [u8],
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    fn take(&mut self, count: u64) -> Converted<&'a [u8]> {
        let split = usize::try_from(count)
            .ok()
            .and_then(|count| self.rest.split_at_checked(count));
        let Some((taken, rest)) = split else {
            return wrong("it ends too early");
        };
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Converted<[u8; N]> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N as u64)?);
        Ok(array)
    }

    fn u16(&mut self) -> Converted<u16> {
        Ok(u16::from_le_bytes(self.array()?))
    }

    fn u32(&mut self) -> Converted<u32> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    fn u64(&mut self) -> Converted<u64> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    fn size(&mut self, what: &str, most: u64) -> Converted<u64> {
        let size = u64::from(self.u32()?);
        if size == 0 || size > most {
            return wrong(format!("its {what} is {size}"));
        }
        Ok(size)
    }

    fn words(&mut self, count: u64) -> Converted<impl Iterator<Item = u32> + use<'a>> {
        let bytes = self.take(count * 4)?;
        let (words, _) = bytes.as_chunks::<4>();
        Ok(words.iter().map(|word| u32::from_le_bytes(*word)))
    }

    fn tensors(&mut self) -> Converted<HashMap<&'a [u8], SourceTensor<'a>>> {
        // 16 per layer and 5 more in the real file.
        let count = self.size("tensor count", MAX_LAYERS * 32)?;
        let mut tensors = HashMap::new();
        for _ in 0..count {
            let name_bytes = self.u16()?;
            let name = self.take(u64::from(name_bytes))?;
            let kind = self.array::<1>()?[0];
            let elements = u64::from(self.u32()?);
            let offset = self.u64()?;
            let length = self.u64()?;
            let bytes = offset.checked_add(length).and_then(|end| {
                let range = usize::try_from(offset).ok()?..usize::try_from(end).ok()?;
                self.bin.get(range)
            });
            let Some(bytes) = bytes else {
                return wrong("a tensor lies outside the file");
            };
            tensors.insert(
                name,
                SourceTensor {
                    kind,
                    elements,
                    bytes,
                },
            );
        }
        Ok(tensors)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::gguf::inspect_gguf;
    use super::super::testing::{contains, sha256_of, tiny_e5};
    use super::super::{Catalog, Conversion, ModelKind, Source};
    use super::*;

    fn converted(bin: &[u8]) -> Converted<Vec<u8>> {
        let mut out = Vec::new();
        convert_e5(bin, &mut out)?;
        Ok(out)
    }

    #[test]
    fn a_miniature_becomes_a_whole_gguf_file_with_its_weights_untouched() {
        let bin = tiny_e5();
        let gguf = converted(&bin).unwrap();
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("e5.gguf");
        std::fs::write(&path, &gguf).unwrap();
        let summary = inspect_gguf(&path).unwrap();
        assert_eq!(summary.architecture, "bert");
        assert_eq!(summary.kind, ModelKind::Embedding);
        assert_eq!(summary.tokenizer.as_deref(), Some("t5"));
        assert_eq!((summary.layers, summary.dimensions), (Some(1), Some(32)));
        // The last 36 bytes of the miniature are two blocks of its word embedding with bytes of their own.
        assert!(contains(&gguf, &bin[bin.len() - 36..]));
        assert!(contains(&gguf, "▁你".as_bytes()));
        assert!(contains(&gguf, b"[PAD6]"));
    }

    #[test]
    fn the_same_source_gives_the_same_bytes() {
        assert_eq!(
            converted(&tiny_e5()).unwrap(),
            converted(&tiny_e5()).unwrap()
        );
    }

    #[test]
    fn a_source_cut_anywhere_is_refused_without_a_panic() {
        let bin = tiny_e5();
        for length in 0..bin.len() {
            assert!(
                matches!(converted(&bin[..length]), Err(ConvertError::Format(_))),
                "cut at {length}"
            );
        }
    }

    #[test]
    fn any_changed_byte_of_the_head_neither_panics_nor_allocates_wildly() {
        let bin = tiny_e5();
        for at in 0..bin.len() {
            let mut bytes = bin.clone();
            bytes[at] = 0xff;
            // Either verdict is right, as long as it comes.
            let _ = converted(&bytes);
        }
    }

    #[test]
    #[ignore = "needs DESKMATE_E5_BIN, the path of the packaged file"]
    fn the_real_source_gives_the_file_of_the_catalogue() {
        let bin = std::fs::read(std::env::var("DESKMATE_E5_BIN").unwrap()).unwrap();
        let catalog = Catalog::builtin();
        let entry = catalog.find("multilingual-e5-small").unwrap();
        let Source::Wheels {
            convert: Some(Conversion::E5 { bytes, sha256 }),
            ..
        } = &entry.sources[0]
        else {
            panic!("the first source is the one that is converted");
        };
        assert_eq!(bin.len() as u64, *bytes);
        assert_eq!(sha256_of(&bin), *sha256);
        let gguf = converted(&bin).unwrap();
        assert_eq!(gguf.len() as u64, entry.bytes);
        assert_eq!(Some(sha256_of(&gguf)), entry.sha256.clone());
    }
}
