//! Small files of the real formats, for the tests of this room.

use sha2::{Digest, Sha256};

use super::gguf_write::{F32, GgufWriter};
use super::record::hex;

/// The checksum of bytes in memory.
pub(super) fn sha256_of(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// A whole GGUF file of this architecture with one tensor of 64 weights.
pub(super) fn tiny_gguf(architecture: &str) -> Vec<u8> {
    let weights = [7_u8; 256];
    let mut writer = GgufWriter::new(architecture);
    writer.text("general.name", "tiny");
    writer.u32(&format!("{architecture}.block_count"), 1);
    writer.texts("tokenizer.ggml.tokens", &["a", "b", "你"]);
    writer.f32s("tokenizer.ggml.scores", &[0.0, -1.0, -2.0]);
    writer.tensor("token_embd.weight".to_string(), &[2, 32], F32, &weights);
    let mut out = Vec::new();
    writer
        .write(&mut out)
        .expect("a vector takes what is written");
    out
}

/// True when `part` stands somewhere in `whole`.
pub(super) fn contains(whole: &[u8], part: &[u8]) -> bool {
    whole.windows(part.len()).any(|window| window == part)
}

/// A miniature of the `E5S1` format: 1 layer, 32 wide, 8 rows of vocabulary of which 6 are pieces. The word
/// embedding's last two blocks are the end of the file.
pub(super) fn tiny_e5() -> Vec<u8> {
    const HIDDEN: u32 = 32;
    const WIDE: u32 = 64;
    const ROWS: u32 = 8;
    let mut bin = b"E5S1".to_vec();
    for word in [1, HIDDEN, 1, 2, WIDE, ROWS, 16, 2] {
        bin.extend(word.to_le_bytes());
    }
    bin.extend(1e-12_f32.to_le_bytes());
    let pieces = ["<s>", "<pad>", "</s>", "<unk>", "▁你", "<mask>"];
    for word in [32, pieces.len() as u32, 0, 2, 1, 3] {
        bin.extend(word.to_le_bytes());
    }
    let blob = pieces.concat();
    bin.extend((blob.len() as u64).to_le_bytes());
    let mut offset = 0_u32;
    bin.extend(offset.to_le_bytes());
    for piece in pieces {
        offset += piece.len() as u32;
        bin.extend(offset.to_le_bytes());
    }
    for _ in pieces {
        bin.extend((-1.5_f32).to_le_bytes());
    }
    bin.extend(blob.as_bytes());
    // One entry of the code-point map: U+3000 becomes a space.
    bin.extend(1_u32.to_le_bytes());
    bin.extend(9_u32.to_le_bytes());
    bin.extend(0x3000_u32.to_le_bytes());
    bin.push(1);
    bin.extend(0x20_u32.to_le_bytes());

    let mut tensors: Vec<(String, u8, u32)> = vec![
        ("emb.pos".into(), 0, 16 * HIDDEN),
        ("emb.type".into(), 0, 2 * HIDDEN),
        ("emb.ln.w".into(), 0, HIDDEN),
        ("emb.ln.b".into(), 0, HIDDEN),
    ];
    for (name, rows, columns) in [
        ("q", HIDDEN, HIDDEN),
        ("k", HIDDEN, HIDDEN),
        ("v", HIDDEN, HIDDEN),
        ("ao", HIDDEN, HIDDEN),
        ("fi", WIDE, HIDDEN),
        ("fo", HIDDEN, WIDE),
    ] {
        tensors.push((format!("l0.{name}.w"), 1, rows * columns));
        tensors.push((format!("l0.{name}.b"), 0, rows));
    }
    for name in ["aln", "oln"] {
        tensors.push((format!("l0.{name}.w"), 0, HIDDEN));
        tensors.push((format!("l0.{name}.b"), 0, HIDDEN));
    }
    tensors.push(("emb.word".into(), 1, ROWS * HIDDEN));

    bin.extend((tensors.len() as u32).to_le_bytes());
    let size = |kind: u8, elements: u32| match kind {
        0 => u64::from(elements) * 4,
        _ => u64::from(elements) / 32 * 18,
    };
    let head: usize = tensors.iter().map(|(name, _, _)| 2 + name.len() + 21).sum();
    let mut offset = (bin.len() + head) as u64;
    for (name, kind, elements) in &tensors {
        bin.extend((name.len() as u16).to_le_bytes());
        bin.extend(name.as_bytes());
        bin.push(*kind);
        bin.extend(elements.to_le_bytes());
        bin.extend(offset.to_le_bytes());
        bin.extend(size(*kind, *elements).to_le_bytes());
        offset += size(*kind, *elements);
    }
    for (index, (_, kind, elements)) in tensors.iter().enumerate() {
        for byte in 0..size(*kind, *elements) {
            bin.push((byte as u8).wrapping_mul(31).wrapping_add(index as u8));
        }
    }
    bin
}
