//! Writes GGUF version 3: the same values give the same bytes, always.

use std::io::{self, Write};

const ALIGNMENT: u64 = 32;

/// Type number of plain 32-bit floats.
pub(super) const F32: u32 = 0;
/// Type number of blocks of 32 weights in 18 bytes.
pub(super) const Q4_0: u32 = 2;

struct Tensor<'a> {
    name: String,
    // Innermost first, as GGUF wants it.
    shape: Vec<u64>,
    kind: u32,
    bytes: &'a [u8],
}

/// A GGUF file in the making; keys and tensors come out in the order in which they were put in.
pub(super) struct GgufWriter<'a> {
    keys: Vec<u8>,
    key_count: u64,
    tensors: Vec<Tensor<'a>>,
}

impl<'a> GgufWriter<'a> {
    pub(super) fn new(architecture: &str) -> Self {
        let mut writer = Self {
            keys: Vec::new(),
            key_count: 0,
            tensors: Vec::new(),
        };
        writer.text("general.architecture", architecture);
        writer
    }

    fn key(&mut self, key: &str, kind: u32) {
        self.key_count += 1;
        put_text(&mut self.keys, key.as_bytes());
        self.keys.extend(kind.to_le_bytes());
    }

    fn array(&mut self, key: &str, kind: u32, count: usize) {
        self.key(key, 9);
        self.keys.extend(kind.to_le_bytes());
        self.keys.extend((count as u64).to_le_bytes());
    }

    pub(super) fn text(&mut self, key: &str, value: &str) {
        self.key(key, 8);
        put_text(&mut self.keys, value.as_bytes());
    }

    pub(super) fn u32(&mut self, key: &str, value: u32) {
        self.key(key, 4);
        self.keys.extend(value.to_le_bytes());
    }

    pub(super) fn f32(&mut self, key: &str, value: f32) {
        self.key(key, 6);
        self.keys.extend(value.to_le_bytes());
    }

    pub(super) fn bool(&mut self, key: &str, value: bool) {
        self.key(key, 7);
        self.keys.push(u8::from(value));
    }

    pub(super) fn texts<T: AsRef<[u8]>>(&mut self, key: &str, values: &[T]) {
        self.array(key, 8, values.len());
        for value in values {
            put_text(&mut self.keys, value.as_ref());
        }
    }

    pub(super) fn f32s(&mut self, key: &str, values: &[f32]) {
        self.array(key, 6, values.len());
        for value in values {
            self.keys.extend(value.to_le_bytes());
        }
    }

    pub(super) fn i32s(&mut self, key: &str, values: &[i32]) {
        self.array(key, 5, values.len());
        for value in values {
            self.keys.extend(value.to_le_bytes());
        }
    }

    /// Adds a tensor; `shape` is outermost first (rows, columns), `bytes` are in the form of `kind`.
    pub(super) fn tensor(&mut self, name: String, shape: &[u64], kind: u32, bytes: &'a [u8]) {
        self.tensors.push(Tensor {
            name,
            shape: shape.iter().rev().copied().collect(),
            kind,
            bytes,
        });
    }

    /// Writes the whole file.
    pub(super) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let mut head = Vec::new();
        head.extend(b"GGUF");
        head.extend(3_u32.to_le_bytes());
        head.extend((self.tensors.len() as u64).to_le_bytes());
        head.extend(self.key_count.to_le_bytes());
        head.extend(&self.keys);
        let mut offset = 0_u64;
        for tensor in &self.tensors {
            put_text(&mut head, tensor.name.as_bytes());
            head.extend((tensor.shape.len() as u32).to_le_bytes());
            for size in &tensor.shape {
                head.extend(size.to_le_bytes());
            }
            head.extend(tensor.kind.to_le_bytes());
            head.extend(offset.to_le_bytes());
            offset += (tensor.bytes.len() as u64).next_multiple_of(ALIGNMENT);
        }
        out.write_all(&head)?;
        pad(out, head.len())?;
        for tensor in &self.tensors {
            out.write_all(tensor.bytes)?;
            pad(out, tensor.bytes.len())?;
        }
        Ok(())
    }
}

fn put_text(out: &mut Vec<u8>, text: &[u8]) {
    out.extend((text.len() as u64).to_le_bytes());
    out.extend(text);
}

fn pad(out: &mut impl Write, length: usize) -> io::Result<()> {
    let missing = (length as u64).next_multiple_of(ALIGNMENT) - length as u64;
    out.write_all(&[0; ALIGNMENT as usize][..missing as usize])
}
