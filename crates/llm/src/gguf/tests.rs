#![expect(clippy::unwrap_used, reason = "tests")]

use std::io::Write;

use deskmate_core::{ErrorCode, WireError};

use super::{GgufSummary, inspect};

/// Writes GGUF headers, right or wrong.
struct Sheet(Vec<u8>);

impl Sheet {
    fn new(tensors: u64, entries: u64) -> Self {
        let mut sheet = Self(b"GGUF".to_vec());
        sheet.u32(3).u64(tensors).u64(entries);
        sheet
    }

    fn u32(&mut self, value: u32) -> &mut Self {
        self.0.extend(value.to_le_bytes());
        self
    }

    fn u64(&mut self, value: u64) -> &mut Self {
        self.0.extend(value.to_le_bytes());
        self
    }

    fn text(&mut self, value: &str) -> &mut Self {
        self.u64(value.len() as u64);
        self.0.extend(value.as_bytes());
        self
    }

    fn text_entry(&mut self, key: &str, value: &str) -> &mut Self {
        self.text(key).u32(8).text(value)
    }

    fn number_entry(&mut self, key: &str, value: u32) -> &mut Self {
        self.text(key).u32(4).u32(value)
    }

    fn tensor(&mut self, name: &str, sizes: &[u64], kind: u32, offset: u64) -> &mut Self {
        self.text(name).u32(u32::try_from(sizes.len()).unwrap());
        for size in sizes {
            self.u64(*size);
        }
        self.u32(kind).u64(offset)
    }

    fn data(&mut self, bytes: usize) -> &mut Self {
        let aligned = self.0.len().next_multiple_of(32);
        self.0.resize(aligned + bytes, 0);
        self
    }

    fn read(&self) -> Result<GgufSummary, WireError> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(&self.0).unwrap();
        inspect(file.path())
    }

    fn reason(&self) -> String {
        let error = self.read().unwrap_err();
        assert_eq!(error.code, ErrorCode::ModelDamaged);
        error.message
    }
}

fn whole() -> Sheet {
    let mut sheet = Sheet::new(2, 9);
    sheet
        .text_entry("general.architecture", "qwen2")
        .text_entry("general.name", "Small One")
        .number_entry("qwen2.context_length", 32_768)
        .number_entry("qwen2.block_count", 24)
        .number_entry("qwen2.embedding_length", 896)
        .number_entry("qwen2.attention.head_count", 14)
        .number_entry("qwen2.attention.head_count_kv", 2)
        .text_entry("tokenizer.chat_template", "{{ messages }}");
    sheet.text("tokenizer.ggml.tokens").u32(9).u32(8).u64(2);
    sheet.text("a").text("b");
    sheet
        .tensor("one.weight", &[32, 2], 2, 0)
        .tensor("two.weight", &[8], 0, 64)
        .data(96);
    sheet
}

#[test]
fn a_whole_file_says_what_it_is() {
    let summary = whole().read().unwrap();
    assert_eq!(summary.architecture, "qwen2");
    assert_eq!(summary.name.as_deref(), Some("Small One"));
    assert_eq!(summary.context_length, 32_768);
    assert_eq!(summary.block_count, 24);
    assert_eq!(summary.kv_heads, 2);
    assert_eq!((summary.key_length, summary.value_length), (64, 64));
    assert_eq!(summary.vocabulary, 2);
    assert!(summary.chat_template);
    // Two blocks of 18 bytes and eight floats.
    assert_eq!(summary.tensor_bytes, 36 + 32);
    assert_eq!(summary.n_params, 72);
}

#[test]
fn a_file_cut_anywhere_is_damaged_and_never_crashes_the_reader() {
    let sheet = whole();
    for length in 0..sheet.0.len() {
        Sheet(sheet.0[..length].to_vec()).reason();
    }
}

#[test]
fn every_single_wrong_byte_is_survived() {
    let sheet = whole();
    for position in 0..sheet.0.len() {
        for value in [0, 0x7f, 0xff] {
            let mut bytes = sheet.0.clone();
            bytes[position] = value;
            // The outcome may be either; the reader must come back with one.
            let _ = Sheet(bytes).read();
        }
    }
}

#[test]
fn something_else_than_a_gguf_file_is_named_as_such() {
    let sheet = Sheet(b"PK\x03\x04 this is an archive, not a model".to_vec());
    assert!(sheet.reason().contains("not a GGUF file"));
}

#[test]
fn insane_counts_are_refused_before_anything_is_read() {
    assert!(Sheet::new(u64::MAX, 0).reason().contains("tensors"));
    assert!(Sheet::new(0, u64::MAX).reason().contains("entries"));
}

#[test]
fn an_array_that_says_it_is_longer_than_the_file_is_refused() {
    for kind in 0..=12 {
        let mut sheet = Sheet::new(0, 1);
        sheet.text("key").u32(9).u32(kind).u64(u64::MAX / 2);
        sheet.reason();
    }
}

#[test]
fn arrays_nested_without_end_are_refused() {
    let mut sheet = Sheet::new(0, 1);
    sheet.text("key").u32(9);
    for _ in 0..10_000 {
        sheet.u32(9).u64(1);
    }
    assert!(sheet.reason().contains("too deeply"));
}

#[test]
fn a_tensor_whose_size_overflows_is_refused() {
    let mut sheet = Sheet::new(1, 0);
    sheet.tensor("big", &[1 << 40, 1 << 40], 0, 0).data(64);
    assert!(sheet.reason().contains("`big`"));
}

#[test]
fn a_tensor_beyond_the_end_means_that_the_file_is_incomplete() {
    let mut sheet = Sheet::new(1, 0);
    sheet.tensor("far", &[32], 0, 1 << 40).data(64);
    assert!(sheet.reason().contains("incomplete"));
}

#[test]
fn no_changed_file_does_more_than_give_an_error() {
    use deskmate_core::testing::Dice;
    let mut dice = Dice::new(13);
    let good = whole();
    assert!(good.read().is_ok());
    for _ in 0..500 {
        let mut bad = Sheet(good.0.clone());
        for _ in 0..=dice.below(4) {
            let at = dice.below(bad.0.len());
            match dice.below(3) {
                0 => bad.0[at] ^= 1 << dice.below(8),
                1 => bad.0[at] = 0xff,
                _ => bad.0.truncate(at.max(1)),
            }
        }
        // Some changes leave a file that is right; none may end the process or ask for memory without end.
        if let Err(error) = bad.read() {
            assert_eq!(error.code, ErrorCode::ModelDamaged);
        }
    }
}
